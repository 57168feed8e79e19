// How a survey is scored: looked at, tried out without storing anything, saved until collecting starts, then frozen; and what was
// chosen is what scores and index are made by.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { getSurvey, settingsOf } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { downloaded, threeUnits } from '../support/results.ts'
import { actsOf } from '../support/staff.ts'
import { folderOnDisk, openSurveyWith, signedIn, smallFolder } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

const page = '/dieu-tra/thu/cach-tinh'
const form = { selector: `form[action="${page}"]`, press: 'Lưu cách tính' }

let site: TestSite

beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

const draft = (settings = {}) =>
  createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder({ settings })), 'thu')
const stored = async () => settingsOf(await getSurvey(site.deps.db, 'thu')).scoring
const at = (browser: Browser, selector: string) =>
  browser.current.root.querySelector(selector)?.textContent.replace(/\s+/g, ' ').trim()

describe('before collecting', () => {
  test('each setting shows its choices, the default, and what every choice makes of the worked example', async () => {
    await draft()
    const officer = await signedIn(site)
    await officer.get(page)
    expect(at(officer, 'h1')).toBe('Cách tính điểm: theo mặc định')
    // domain.md: lãnh đạo A2 B2 C1, công chức A1 B2 C1; scoring.md: 80 % and 60 % of 30, one of four answers.
    expect(
      ['sample-design', 'pooled', 'equal', 'fixed'].map((choice) => at(officer, `#vd-cac-nhom-${choice}`)),
    ).toEqual([
      '0,6444 điểm; nhóm trả lời thiếu: 21,33 thay vì 21,33',
      '0,6444 điểm; nhóm trả lời thiếu: 23,00 thay vì 21,33',
      '0,64 điểm; nhóm trả lời thiếu: 21,00 thay vì 21,00',
      'cần nhập trọng số',
    ])
    expect(
      ['not-ranked', 'lowest-of-level', 'zero', 'leaves-scale'].map((choice) =>
        at(officer, `#vd-chua-du-${choice}`),
      ),
    ).toEqual([
      'chưa đủ điều kiện, không xếp hạng',
      'Chỉ số 81 %, hạng 2 (đồng hạng)',
      'Chỉ số 63 %, hạng 3',
      'Chỉ số 90 %, hạng 2',
    ])
    const standard = officer.current.root
      .querySelectorAll('.govuk-radios__item')
      .filter((item) => item.textContent.includes('Mặc định'))
      .map((item) => item.querySelector('input'))
    expect(standard).toHaveLength(7)
    expect(standard.every((radio) => radio?.hasAttribute('checked'))).toBe(true)
  })

  test('choices are tried out by a GET that stores nothing, wrong ones told with what was typed', async () => {
    await draft()
    const officer = await signedIn(site)
    await officer.get(page)
    const before = await allRows(site.deps.db)
    const query = new URLSearchParams({
      'hop-le': '60',
      'cach-cau': 'weighted-options',
      'khong-biet': 'left-out',
      'de-trong': 'left-out',
      'nhieu-cau': 'mean-of-item-shares',
      'trong-so-cau': 'A2 = 2',
      'khong-gia-tri': 'zero',
      'cac-nhom': 'fixed',
      'trong-so-nhom-LD': '60',
      'trong-so-nhom-CC': '40',
      'toi-thieu': '70',
      'chua-du': 'leaves-scale',
      'bac-ten-1': 'Tốt',
      'bac-tu-1': '80',
      'bac-ten-2': 'Khá',
      'bac-tu-2': '0',
    })
    await officer.get(`${page}?${query.toString()}`)
    expect(officer.current.status).toBe(200)
    expect(at(officer, '#ghi-chu')).toContain('chưa lưu')
    const results = ['hop-le', 'cac-nhom', 'nhieu-cau', 'khong-gia-tri', 'toi-thieu', 'chua-du', 'xep-loai']
    expect(results.map((id) => at(officer, `#vd-${id}`))).toEqual([
      '6 câu: hợp lệ; 7 câu: hợp lệ',
      '0,648 điểm; nhóm trả lời thiếu: 21,60 thay vì 21,60',
      '60 %',
      '8 điểm trên thang 15',
      'chưa đủ điều kiện',
      'Chỉ số 90 %, hạng 2',
      'Tốt',
    ])
    expect(at(officer, '#canh-bao')).toContain(
      '18/30 điểm điều tra có Chỉ số 81 %, nơi không trả lời có 90 %',
    )
    query.set('hop-le', '700')
    await officer.get(`${page}?${query.toString()}`)
    expect(officer.current.status).toBe(422)
    expect(at(officer, '#hop-le-error')).toContain('“700” lớn hơn 100 %. Hãy nhập số từ 0 đến 100.')
    expect(officer.current.root.querySelector('#hop-le')?.getAttribute('value')).toBe('700')
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('are saved with a line of the log, old and new, and taken back to the default', async () => {
    await draft()
    const officer = await signedIn(site)
    await officer.get(page)
    await officer.submit({ 'cach-cau': 'top-box', 'so-tot': '1', 'trong-so-cau': 'A1 = 1/3\nB2: 0,5' }, form)
    expect(officer.current.text).toContain('Đã lưu cách tính điểm.')
    expect(at(officer, 'h1')).toBe('Cách tính điểm: 2 mục khác mặc định')
    expect(await stored()).toMatchObject({
      itemMethod: 'top-box',
      topOptions: 1,
      itemWeights: { A1: '1/3', B2: '0.5' },
      groups: 'sample-design',
    })
    const changes = async () => (await actsOf(site)).filter((line) => line.includes('Đổi cách tính điểm'))
    const [line] = await changes()
    expect(line).toContain('Theo hệ số của phương án → Tỷ lệ chọn các phương án tốt nhất')
    expect(line).toContain('mọi câu bằng nhau → A1: 1/3, B2: 0,5; câu khác: 1')
    await officer.submit({}, form)
    expect(await changes()).toHaveLength(1)
    await officer.submit({}, { selector: `form[action="${page}/mac-dinh"]` })
    expect(at(officer, 'h1')).toBe('Cách tính điểm: theo mặc định')
    expect(await stored()).toMatchObject({ itemMethod: 'weighted-options', itemWeights: {} })
    expect(await changes()).toHaveLength(2)
  })

  test.each([
    [{ 'hop-le': 'bảy mươi' }, 'Hãy nhập số phần trăm từ 0 đến 100'],
    [{ 'toi-thieu': '100,5' }, 'lớn hơn 100 %'],
    [{ 'cach-cau': 'top-box', 'so-tot': '0' }, 'từ 1 đến 9'],
    [{ 'trong-so-cau': 'A1 hai ba' }, 'Dòng “A1 hai ba” chưa đúng'],
    [{ 'trong-so-cau': 'Z9 = 2' }, 'Không có câu hỏi nào mang mã “Z9”'],
    [{ 'trong-so-cau': 'A1 = 0' }, 'Trọng số của câu A1 phải là số lớn hơn 0'],
    [{ 'trong-so-cau': 'A1 = 2\nA1 = 3' }, 'Câu A1 có hai trọng số'],
    [{ 'cac-nhom': 'fixed', 'trong-so-nhom-LD': '60' }, 'Nhóm “Công chức” chưa có trọng số'],
    [
      { 'cac-nhom': 'fixed', 'trong-so-nhom-LD': 'sáu', 'trong-so-nhom-CC': '4' },
      '“sáu” không phải là trọng số',
    ],
    [{ 'cac-nhom': 'fixed', 'trong-so-nhom-LD': '0', 'trong-so-nhom-CC': '0,0' }, 'cộng lại bằng 0'],
    [{ 'bac-ten-1': 'Tốt', 'bac-tu-1': '80', 'bac-ten-2': 'Khá', 'bac-tu-2': '80,0' }, 'chồng lên nhau'],
    [{ 'bac-ten-1': 'Tốt', 'bac-tu-1': '80' }, 'Bậc thấp nhất phải bắt đầu từ 0'],
    [{ 'bac-ten-1': 'Tốt' }, 'Hãy nhập mức bắt đầu của bậc'],
    [{ 'bac-ten-1': 'Tốt', 'bac-tu-1': '80', 'bac-ten-2': 'tốt', 'bac-tu-2': '0' }, 'Hai bậc cùng tên'],
  ])('%j is refused beside its field, and kept as typed', async (typed, sentence) => {
    await draft()
    const officer = await signedIn(site)
    await officer.get(page)
    const before = await allRows(site.deps.db)
    await officer.submit(typed, form)
    expect(officer.current.status).toBe(422)
    expect(at(officer, '.govuk-error-summary')).toContain(sentence)
    expect(at(officer, 'form .govuk-error-message')).toContain(sentence)
    for (const [name, value] of Object.entries(typed)) {
      const field = officer.current.root.querySelector(`#${name}`)
      if (field) expect(field.getAttribute('value') ?? field.textContent.trim()).toBe(value)
    }
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('an empty form, or a choice that does not exist, changes nothing', async () => {
    await draft()
    const officer = await signedIn(site)
    const before = await stored()
    for (const fields of [{}, { 'cac-nhom': '__proto__' }, 'cac-nhom=equal&cac-nhom=pooled']) {
      await officer.post(page, fields)
      expect(officer.current.status).toBe(422)
    }
    expect(await stored()).toEqual(before)
  })

  test('a criterion that rests on one question is warned of', async () => {
    await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder({ items: 1 })), 'thu')
    const officer = await signedIn(site)
    await officer.get(page)
    expect(at(officer, '#canh-bao')).toContain('Cấp sở: tiêu chí 1.1, 2.1 chỉ dựa trên một câu hỏi.')
  })
})

test('settings stored before there were these choices mean the defaults', async () => {
  await draft()
  const old = { layout: 'sections', k: 5, custody: 'server-held', secondPerson: 'opening' }
  const scoring = { itemMethod: 'weighted-options', groups: 'equal', belowThreshold: 'not-ranked' }
  await site.deps.db
    .updateTable('survey')
    .set({ settings: JSON.stringify({ ...old, scoring }) })
    .execute()
  const officer = await signedIn(site)
  await officer.get(page)
  expect(at(officer, 'h1')).toBe('Cách tính điểm: 1 mục khác mặc định')
  expect(await stored()).toMatchObject({ topOptions: 2, itemWeights: {}, minimumReturn: '0', bands: [] })
})

test('from the first day of collecting the page shows what holds, with the day, and refuses changes', async () => {
  await openSurveyWith(site, { settings: { scoring: { groups: 'equal' } } })
  const officer = await signedIn(site)
  await officer.get(`${page}?cac-nhom=pooled`)
  expect(officer.current.status).toBe(200)
  expect(officer.current.root.querySelector('main form')).toBeNull()
  expect(officer.current.text).toContain('Đã bắt đầu thu phiếu ngày 12/10/2022')
  expect(officer.current.text).toContain('Các nhóm bằng nhau')
  expect(officer.current.text).toContain('Kết quả: 0,64 điểm; nhóm trả lời thiếu: 21,00 thay vì 21,00')
  const before = await allRows(site.deps.db)
  for (const path of [page, `${page}/mac-dinh`]) {
    await officer.post(path, { 'cac-nhom': 'pooled' })
    expect(officer.current.status).toBe(409)
  }
  expect(await allRows(site.deps.db)).toEqual(before)
})

test('scores, index and every file are made and explained by what was chosen', async () => {
  const bands = [
    { from: '75', name: 'Tốt' },
    { from: '0', name: 'Đạt' },
  ]
  await threeUnits(site, {
    settings: { scoring: { itemMethod: 'top-box', topOptions: 1, belowThreshold: 'zero', bands } },
  })
  const officer = await signedIn(site)
  await officer.get('/dieu-tra/thu/diem')
  // U1: leaders all say the best, the others the worst. U2: one answer of the second best, worth nothing here.
  expect(officer.current.text).toContain('Sở 1 (16,67 điểm)')
  await officer.get('/dieu-tra/thu/diem/cach-tinh')
  expect(officer.current.text).toContain('chọn một trong 1 phương án tốt nhất')
  const rows = ['U1', 'U2', 'U3'].flatMap((unit) => [`${unit},1.2,40`, `${unit},2.2,30`])
  await officer.agent
    .post('/dieu-tra/thu/chi-so')
    .attach('appraised', Buffer.from(['unit,criterion,points', ...rows].join('\n')), 'a.csv')
  const [run] = await site.deps.db.selectFrom('index_run').select(['id', 'output']).execute()
  const output = JSON.parse(run?.output ?? '{}') as {
    method: { words: string[]; bands: unknown }
    units: object[]
  }
  expect(output.method).toMatchObject({ bands })
  expect(output.method.words.join(' ')).toContain('phần điều tra được 0 điểm')
  expect(output.units[0]).toMatchObject({ total: 86.67, grade: 'Tốt' })
  expect(output.units[2]).toMatchObject({ survey: 0, total: 70, scale: 100, grade: 'Đạt', fallback: 'zero' })
  await officer.get(`/dieu-tra/thu/chi-so/${run?.id ?? ''}`)
  expect(officer.current.text).toContain('Xếp loại theo Chỉ số trước khi làm tròn: Tốt từ 75 %; Đạt từ 0 %.')
  expect(officer.current.text).toContain('Chưa đủ người trả lời: 0 điểm điều tra')
  const csv = await downloaded(site, officer, `/dieu-tra/thu/chi-so/${run?.id ?? ''}`, 'Xuất CSV')
  expect(csv.content.toString()).toContain('Xếp loại')
  expect(csv.content.toString()).toContain('chọn một trong 1 phương án tốt nhất')
})
