// By which codes another program knows our criteria and units: entered on a page or by a table, slips told in sentences,
// and used in the table that is entered there.
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportScores } from '../../src/release/release.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { workbook } from '../support/spreadsheet.ts'
import { threeUnits } from '../support/results.ts'
import { openSurveyWith, signedIn } from '../support/survey.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

const page = '/dieu-tra/thu/ma-nhap'

describe('on the page', () => {
  test('codes begin as ours; what is typed is stored, told in the log, and stands in the table', async () => {
    const { survey } = await threeUnits(site)
    const officer = await signedIn(site)
    await officer.get(page)
    expect(officer.current.text).toContain('Phần mềm chấm điểm dùng cùng mã với đợt điều tra')
    await officer.submit({ [fieldOf(officer, '1.1')]: ' TC-08 ', [fieldOf(officer, 'U2')]: 'H61.02' })
    expect(officer.current.text).toContain('Phần mềm chấm điểm dùng mã riêng ở 2 chỗ')
    const table = await tableOf(survey)
    expect(table[0]).toEqual(['Mã đơn vị', 'Cơ quan, đơn vị', 'TC-08', '2.1'])
    expect(table.map(([unit]) => unit)).toEqual(['Mã đơn vị', 'U1', 'H61.02', 'U3'])
    const acts = await site.deps.db
      .selectFrom('act_log')
      .select('words')
      .where('kind', '=', 'import-codes-set')
      .execute()
    expect(acts.map(({ words }) => words)).toEqual([
      'Ghi mã của phần mềm chấm điểm: 2 mã khác mã của đợt điều tra.',
    ])
    await officer.submit({ [fieldOf(officer, '1.1')]: '1.1', [fieldOf(officer, 'U2')]: 'U2' })
    expect(await site.deps.db.selectFrom('import_code').selectAll().execute()).toEqual([])
  })

  test('slips are told in sentences beside their fields, what was typed is kept, and nothing is stored', async () => {
    await openSurveyWith(site, { units: 3 })
    const officer = await signedIn(site)
    await officer.get(page)
    const fields = {
      [fieldOf(officer, '1.1')]: '',
      [fieldOf(officer, 'U1')]: 'X1',
      [fieldOf(officer, 'U2')]: 'X1',
      [fieldOf(officer, 'U3')]: 'x'.repeat(51),
    }
    await officer.submit(fields)
    expect(officer.current.status).toBe(422)
    for (const words of [
      'Tiêu chí 1.1 (cấp sở): chưa có mã.',
      'Sở 2: mã X1 đã dùng cho Sở 1.',
      'Sở 3: mã dài quá 50 ký tự',
    ])
      expect(officer.current.text).toContain(words)
    for (const [field, value] of Object.entries(fields))
      expect(officer.current.root.querySelector(`[name="${field}"]`)?.getAttribute('value')).toBe(value)
    expect(await site.deps.db.selectFrom('import_code').selectAll().execute()).toEqual([])
  })

  test('who may not change the survey sees the codes and no form', async () => {
    await openSurveyWith(site)
    const viewer = await signedIn(site, 'viewer')
    await viewer.get(page)
    expect(viewer.current.status).toBe(200)
    expect(viewer.current.root.querySelectorAll('main form')).toEqual([])
    expect((await viewer.post(page, {})).status).toBe(403)
  })
})

describe('by a table', () => {
  test('the one to fill in comes back with codes, as CSV or Excel', async () => {
    const { survey } = await threeUnits(site)
    const officer = await signedIn(site)
    const template = (await officer.agent.get(`${page}/mau.csv`)).text
    await send(officer, 'ma.csv', template.replace('Điều tra một,1.1', 'Điều tra một,A 01'))
    expect((await tableOf(survey))[0]?.[2]).toBe('A 01')
    const rows: string[][] = parse(template, { bom: true })
    // A line that is not there keeps its code.
    const some = rows.filter(([kind, , code]) => kind !== 'Tiêu chí' || code !== '1.1')
    await send(
      officer,
      'ma.xlsx',
      await workbook(some.map((row) => (row[2] === 'U3' ? [...row.slice(0, 4), 61] : row))),
    )
    expect(officer.current.status).toBe(200)
    const table = await tableOf(survey)
    expect(table[0]?.[2]).toBe('A 01')
    expect(table[3]?.[0]).toBe('61')
  })

  test.for([
    ['Loại,Cấp,Mã,Tên\n', 'Tệp không có cột “Mã trong phần mềm chấm điểm”.'],
    ['Tiêu chí,so,9.9,Lạ,x', 'Dòng 2: không có tiêu chí “9.9” ở cấp “so”. Hãy xem mã ở tệp mẫu.'],
    [
      'Khác,so,1.1,Lạ,x',
      'Dòng 2: cột Loại phải ghi “Tiêu chí” hoặc “Đơn vị”, không phải “Khác”. Hãy sửa dòng này.',
    ],
    ['Đơn vị,so,U1,a,x\nĐơn vị,so,U1,a,y', 'Dòng 3: đơn vị “U1” đã có ở dòng 2. Hãy giữ lại một dòng.'],
    ['Đơn vị,so,U1,a,', 'Sở 1: chưa có mã.'],
    ['Đơn vị,so,U1,a,U2', 'Sở 2: mã U2 đã dùng cho Sở 1.'],
  ])('%s → %s', async ([rows = '', words]) => {
    await openSurveyWith(site)
    const officer = await signedIn(site)
    const head = rows.startsWith('Loại') ? '' : 'Loại,Cấp,Mã,Tên,Mã trong phần mềm chấm điểm\n'
    await send(officer, 'ma.csv', head + rows)
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).toContain(words)
    expect(await site.deps.db.selectFrom('import_code').selectAll().execute()).toEqual([])
  })
})

/** Name of the field beside a code. */
function fieldOf(browser: Browser, code: string): string {
  const row = browser.current.root
    .querySelectorAll('.import-codes tr')
    .find((each) => each.querySelector('.criterion-code')?.textContent === code)
  return row?.querySelector('input')?.getAttribute('name') ?? ''
}

async function send(browser: Browser, name: string, content: string | Buffer): Promise<void> {
  await browser.get(page)
  await browser.upload('codes', name, content, {}, 'form[action$="/tep"]')
}

const taken = { by: 'Người lấy', at: new Date('2022-10-12T08:00:00Z') }

async function tableOf(survey: Parameters<typeof exportScores>[1]): Promise<string[][]> {
  return parse((await exportScores(site.deps.db, survey, 'nhap-csv', taken)).content, { bom: true })
}
