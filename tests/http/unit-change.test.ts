// A unit that is renamed or merged while its people answer, and the check by lot: what is shown, counted and refused.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addReserves } from '../../src/access/replacement.service.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import type { PlainCode } from '../../src/access/batch.service.ts'
import { insertCopy } from '../../src/rehearsal/rehearsal.queries.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurvey, listStrata, type Survey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Answers, Browser, Page } from '../support/browser.ts'
import { downloaded, hiddenFigures, unzipped } from '../support/results.ts'
import { actsOf, signedIn } from '../support/staff.ts'
import {
  ballotSender,
  enters,
  folderOnDisk,
  jobDone,
  openSurveyWith,
  smallFolder,
  surveyWithCards,
  type SmallDesign,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

const home = '/dieu-tra/thu'
const bothNames = 'Sở Khoa học (trước ngày 10/10/2022: Sở 1)'
const renaming = { ten: '  Sở  Khoa học ', ngay: '2022-10-10', 'ly-do': 'Quyết định 12/QĐ-UBND' }
const merging = { 'don-vi': 'U2', ngay: '2022-10-11', 'cach-tinh': 'successor', 'ly-do': 'Nghị quyết 5' }

let site: TestSite
let now: Date

beforeEach(async () => {
  now = new Date('2022-10-05T03:00:00Z')
  site = await testSite({ publicUrl: 'https://khaosat.example.vn', now: () => now })
})
afterEach(() => site.close())

describe('a renamed unit', () => {
  test('bears both names on every page, card and file from then on, and its cards stay valid', async () => {
    const { survey, codes } = await openSurveyWith(site, { reserve: 1 })
    now = new Date('2022-10-12T03:00:00Z')
    const officer = await signedIn(site)
    await sends(officer, 'U1', 'doi-ten', renaming)
    expect(officer.current.text).toContain('Đã ghi tên mới. Thẻ đã in vẫn dùng được.')
    expect(officer.current.text).toContain('Sở 1 đổi tên thành Sở Khoa học từ ngày 10/10/2022.')
    expect((await actsOf(site)).at(-1)).toContain(
      'Sở 1 đổi tên thành Sở Khoa học từ ngày 10/10/2022. Lý do: Quyết định 12/QĐ-UBND',
    )
    await issuesReserves(survey)
    for (const path of [
      '/ke-hoach',
      '/don-vi/U1',
      '/don-vi/U1/danh-sach',
      '/tien-do',
      '/chon-mau',
      '/thay-the',
      '/thoi-gian',
      '/the?lan-nua=1',
    ]) {
      const { status, text } = await officer.get(`${home}${path}`)
      expect([path, status, text.includes(bothNames)]).toEqual([path, 200, true])
    }
    // The room's wall has place for one.
    expect((await officer.get(`${home}/tien-do/phong-hop`)).text).toContain('Sở Khoa học')
    const { text: csv } = await officer.agent.get(`${home}/tien-do/bang.csv`)
    expect(csv).toContain(bothNames)

    const person = await enters(site, codes[0]?.code ?? '')
    expect(person.current.text).toContain(bothNames)
    await opensWith(survey, codes, () => '1111')
    expect((await officer.get(`${home}/diem`)).text).toContain(bothNames)
    expect((await officer.get(`${home}/bien-ban`)).text).toContain('Sở 1 đổi tên thành Sở Khoa học')
    const json = await downloaded(site, officer, `${home}/diem`, 'Xuất JSON')
    expect(JSON.parse(json.content.toString('utf8')) as object).toMatchObject({
      units: [{ code: 'U1', name: bothNames }, { code: 'U2' }],
    })
  })

  test('can be corrected and gets the plan’s name back by another decision', async () => {
    await surveyWithCards(site)
    now = new Date('2022-10-12T03:00:00Z')
    const officer = await signedIn(site)
    await sends(officer, 'U1', 'doi-ten', renaming)
    await sends(officer, 'U1', 'doi-ten', { ...renaming, ngay: '2022-10-11' })
    expect((await officer.get(`${home}/don-vi/U1`)).text).toContain(
      'Sở Khoa học (trước ngày 11/10/2022: Sở 1)',
    )
    await sends(officer, 'U1', 'lay-lai-ten', { 'ly-do': '' })
    expect([officer.current.status, officer.current.text]).toEqual([
      422,
      expect.stringContaining('Hãy ghi lý do'),
    ])
    await sends(officer, 'U1', 'lay-lai-ten', { 'ly-do': 'Ghi nhầm' })
    expect(officer.current.text).toContain('Sở 1 giữ tên trong kế hoạch, bỏ tên Sở Khoa học.')
    const plan = await officer.get(`${home}/ke-hoach`)
    expect(plan.text).not.toContain('Khoa học')
    const { decision, unit } = await allRows(site.deps.db)
    expect(decision).toHaveLength(3)
    expect(unit?.join()).not.toContain('Khoa học')
    await officer.post(`${home}/don-vi/U1/lay-lai-ten`, { 'ly-do': 'Lần nữa' })
    expect(officer.current.status).toBe(400)
  })

  test('needs a name of its own, a day in the weeks of the survey and a reason; what was typed is kept', async () => {
    await surveyWithCards(site)
    now = new Date('2022-10-12T03:00:00Z')
    const officer = await signedIn(site)
    const before = await rowsOfUnits()
    const slips: [Answers, string][] = [
      [{ ten: ' ' }, 'Hãy nhập tên mới'],
      [{ ten: 'sở 1' }, 'Tên này giống tên đang dùng'],
      [{ ten: 'SỞ 2' }, 'Tên này là của đơn vị khác trong đợt điều tra: Sở 2.'],
      [{ ten: '=1+1' }, 'Tên phải bắt đầu bằng chữ cái'],
      [{ ten: 'S'.repeat(151) }, 'Tên dài quá 150 ký tự'],
      [{ ngay: '2022-10-13' }, 'Ngày này chưa đến'],
      [{ ngay: '2022-10-04' }, 'Ngày phải từ ngày lập đợt điều tra (05/10/2022)'],
      [{ ngay: '2022-02-30' }, 'Hãy chọn ngày theo quyết định'],
      [{ 'ly-do': '' }, 'Hãy ghi lý do'],
    ]
    for (const [wrong, words] of slips) {
      const seen = await sends(officer, 'U1', 'doi-ten', { ...renaming, ...wrong })
      expect([seen.status, seen.text]).toEqual([422, expect.stringContaining(words)])
    }
    expect(officer.current.root.querySelector('#doi-ten-ten')?.getAttribute('value')?.trim()).toBe(
      'Sở  Khoa học',
    )
    expect(await rowsOfUnits()).toEqual(before)
    expect((await officer.post(`${home}/don-vi/U9/doi-ten`, renaming)).status).toBe(404)
    expect((await (await signedIn(site, 'viewer')).post(`${home}/don-vi/U1/doi-ten`, renaming)).status).toBe(
      403,
    )
  })

  test('and another one cannot get one name at the same moment', async () => {
    await surveyWithCards(site)
    now = new Date('2022-10-12T03:00:00Z')
    const officers = [await signedIn(site), await signedIn(site, 'officer')]
    const seen = await Promise.all(
      officers.map((officer, at) => officer.post(`${home}/don-vi/U${at + 1}/doi-ten`, renaming)),
    )
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 422])
    const { unit, decision } = await allRows(site.deps.db)
    expect(unit?.filter((row) => row.includes('Khoa học'))).toHaveLength(1)
    expect(decision).toHaveLength(1)
  })

  test('is not noted before there are cards, nor once the opening has begun', async () => {
    await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'thu')
    const officer = await signedIn(site)
    await officer.get(`${home}/don-vi/U1/thay-doi`)
    expect([officer.current.status, officer.current.root.querySelector('main form')]).toEqual([200, null])
    expect((await officer.post(`${home}/don-vi/U1/doi-ten`, renaming)).status).toBe(409)

    const { survey, codes } = await openSurveyWith(site, { slug: 'khac' })
    await opensWith(survey, codes, () => '1111')
    const before = await rowsOfUnits()
    for (const form of ['doi-ten', 'lay-lai-ten', 'sap-nhap', 'bo-sap-nhap']) {
      const seen = await officer.post(`/dieu-tra/khac/don-vi/U1/${form}`, { ...renaming, ...merging })
      expect([form, seen.status, seen.text]).toEqual([
        form,
        409,
        expect.stringContaining('Việc mở niêm phong đã bắt đầu'),
      ])
    }
    expect(await rowsOfUnits()).toEqual(before)
  })
})

describe('a merged unit', () => {
  const threeUnits = { units: 3, quotas: [5, 4] } satisfies SmallDesign
  /** As in support/results.ts: U3 has four ballots of nine, too few for figures of its own. */
  const answers: Record<string, string[]> = {
    'U1/LD': ['2222', '2222', '2222', '2222', '2222'],
    'U1/CC': ['0000', '0000', '0000', '0000'],
    'U2/LD': ['3311', '1111', '1111', '1111', '1111'],
    'U2/CC': ['2---', '1111', '1111', '1111'],
    'U3/LD': ['2111', '1111'],
    'U3/CC': ['0110', '0000'],
  }

  test('counts with its successor when that was chosen: worked by hand, and no figure of either alone', async () => {
    const officer = await mergedAndOpened(merging)
    const name = 'Sở 2 (gồm cả Sở 3, sáp nhập ngày 11/10/2022)'
    const page = await officer.get(`${home}/diem/xep-hang`)
    expect(rowsOf(page)).toEqual([
      ['1', 'Sở 1', '16,67', '30', '9/9'],
      // 10 + 8 people by plan. 1.1: leaders (3,5/6 + 3/6)/2 = 13/24, others (1,5/5 + 2/5)/2 = 0,35; 10 x (10 x 13/24 +
      // 8 x 0,35)/18 = 4,5648. 2.1: leaders 1/2, others (2/5 + 1,5/5)/2 = 0,35; 20 x (10/2 + 8 x 0,35)/18 = 8,6667.
      ['2', name, '13,23', '30', '13/18'],
    ])
    const unit = await officer.get(`${home}/diem/don-vi/U2`)
    expect(unit.text).toMatch(/4,56.*8,67/s)
    expect((await officer.get(`${home}/diem/don-vi/U3`)).status).toBe(404)
    const json = (await downloaded(site, officer, `${home}/diem`, 'Xuất JSON')).content.toString('utf8')
    const sheets = unzipped((await downloaded(site, officer, `${home}/diem`, 'Xuất Excel (XLSX)')).content)
    const report = await officer.agent.get(`${home}/bao-cao.docx`).responseType('blob')
    const word = unzipped(report.body as Buffer).get('word/document.xml') ?? ''
    for (const text of [page.text, unit.text, json, [...sheets.values()].join(' '), word]) {
      expect(text).toContain(name)
      expect(text).not.toMatch(hiddenFigures)
    }
    // What Sở 2 would have had by itself.
    expect(page.text).not.toContain('15,00')
    const minutes = await officer.get(`${home}/bien-ban`)
    expect(minutes.text).toContain('Sở 3 sáp nhập vào Sở 2 từ ngày 11/10/2022: tính cho đơn vị kế thừa.')
    expect(word).toContain('cộng lại theo từng nhóm')
    // Nor has it a line in the index.
    const { text: template } = await officer.agent.get(`${home}/chi-so/mau.csv`)
    expect([template.includes(name), template.includes('U3,')]).toEqual([true, false])
  })

  test('keeps its own figures, or none, when that was chosen', async () => {
    const officer = await mergedAndOpened({ ...merging, 'cach-tinh': 'own' })
    const page = await officer.get(`${home}/diem/xep-hang`)
    expect(rowsOf(page).map(([, name, points]) => [name, points])).toEqual([
      ['Sở 1', '16,67'],
      ['Sở 2', '15,00'],
      ['Sở 3 (sáp nhập vào Sở 2 ngày 11/10/2022)', '–'],
    ])
    expect(page.text).not.toMatch(hiddenFigures)
  })

  test('waits for the choice: the pages ask for it, and the box stays shut until it is made', async () => {
    const { survey, codes } = await openSurveyWith(site, threeUnits)
    now = new Date('2022-10-12T03:00:00Z')
    const officer = await signedIn(site)
    await sends(officer, 'U3', 'sap-nhap', { ...merging, 'cach-tinh': '' })
    const open = 'Sở 3 sáp nhập vào Sở 2 từ ngày 11/10/2022: chưa chọn cách tính.'
    expect(officer.current.text).toContain(open)
    expect((await officer.get(`${home}/ke-hoach`)).text).toContain(open)
    expect((await officer.get(`${home}/thu-phieu`)).text).toContain(
      'Sở 3: chưa chọn tính riêng hay tính cho đơn vị kế thừa.',
    )
    await fills(survey, codes)
    await closeCollecting(site.deps, operator, survey, { reason: 'Công văn 7' })
    const closed = await officer.get(`${home}/thu-phieu`)
    expect(
      closed.root
        .querySelectorAll('.check--wrong')
        .map(({ text }) => text)
        .join(),
    ).toContain(open)
    const refused = await officer.submit(
      { _xac_nhan: 'MO NIEM PHONG' },
      { selector: 'form[data-confirm-word]' },
    )
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('kế thừa: Sở 3.')])
    const failed = await site.deps.jobs.ask('open-box', await surveyNow(), { by: 'Hội đồng' })
    expect(await jobDone(site, failed.id)).toMatchObject({ state: 'failed' })
    expect((await allRows(site.deps.db)).opening ?? []).toEqual([])

    await sends(officer, 'U3', 'sap-nhap', merging)
    const done = await site.deps.jobs.ask('open-box', await surveyNow(), { by: 'Hội đồng' })
    expect(await jobDone(site, done.id)).toMatchObject({ state: 'done' })
  })

  test('has one successor of its level, and is none of another: refused in words, taken back by decision', async () => {
    await surveyWithCards(site, {
      units: 4,
      edit: (folder) => {
        folder['units.csv'] = (folder['units.csv'] ?? '').replace(
          'U4,Sở 4,Sở 4,so',
          'U4,Huyện 4,Huyện 4,huyen',
        )
        const add = (file: string, rows: string) => (folder[file] = `${folder[file] ?? ''}${rows}`)
        const [, ...criteria] = (folder['criteria.csv'] ?? '').split('\n')
        add('levels.csv', 'huyen,Cấp huyện,2,1\n')
        add('groups.csv', 'huyen,LD,Lãnh đạo,5,0,chung,1\n')
        add('criteria.csv', criteria.join('\n').replaceAll('so,', 'huyen,'))
      },
    })
    now = new Date('2022-10-12T03:00:00Z')
    const officer = await signedIn(site)
    const slips: [Answers, string][] = [
      [{ 'don-vi': '' }, 'Hãy chọn đơn vị kế thừa.'],
      [{ 'don-vi': 'U3' }, 'Hãy chọn đơn vị kế thừa.'],
      [{ 'don-vi': 'U4' }, 'Hãy chọn đơn vị kế thừa.'],
      [{ ngay: '2022-10-13' }, 'Ngày này chưa đến'],
      [{ 'cach-tinh': 'chia' }, 'Hãy chọn một cách tính.'],
      [{ 'ly-do': ' ' }, 'Hãy ghi lý do'],
    ]
    for (const [wrong, words] of slips) {
      const seen = await officer.post(`${home}/don-vi/U3/sap-nhap`, { ...merging, ...wrong })
      expect([seen.status, seen.text]).toEqual([422, expect.stringContaining(words)])
    }
    await sends(officer, 'U3', 'sap-nhap', merging)
    const on = await officer.post(`${home}/don-vi/U1/sap-nhap`, { ...merging, 'don-vi': 'U3' })
    expect(on.text).toContain('Sở 3 đã ghi là sáp nhập vào đơn vị khác.')
    const chain = await officer.post(`${home}/don-vi/U2/sap-nhap`, { ...merging, 'don-vi': 'U1' })
    expect(chain.text).toContain('Sở 3 đã ghi là sáp nhập vào đơn vị này.')
    await sends(officer, 'U3', 'bo-sap-nhap', { 'ly-do': 'Hoãn sáp nhập' })
    expect(officer.current.text).toContain('Bỏ ghi sáp nhập của Sở 3')
    expect((await officer.get(`${home}/ke-hoach`)).text).not.toContain('sáp nhập vào')
  })

  test('keeps no rehearsal waiting: a run counts it by itself until the choice is made, a pilot asks it as it is', async () => {
    const { survey } = await surveyWithCards(site, threeUnits)
    now = new Date('2022-10-12T03:00:00Z')
    await sends(await signedIn(site), 'U3', 'sap-nhap', { ...merging, 'cach-tinh': '' })
    for (const [kind, merged_into, merge_counts] of [
      ['run', 'U2', 'own'],
      ['pilot', null, null],
    ] as const) {
      const copy = {
        slug: kind,
        kind,
        settings: survey.settings,
        createdOn: '2022-10-12',
        units: ['U2', 'U3'],
      }
      const id = await site.deps.db.transaction().execute((trx) => insertCopy(trx, survey, copy))
      const units = site.deps.db.selectFrom('unit').where('survey_id', '=', id).where('code', '=', 'U3')
      expect(await units.select(['merged_into', 'merge_counts']).execute()).toEqual([
        { merged_into, merge_counts },
      ])
    }
  })

  async function mergedAndOpened(form: Answers): Promise<Browser> {
    const { survey, codes } = await openSurveyWith(site, threeUnits)
    now = new Date('2022-10-12T03:00:00Z')
    const officer = await signedIn(site)
    await sends(officer, 'U3', 'sap-nhap', form)
    await fills(survey, codes)
    await opens(survey)
    return officer
  }

  async function fills(survey: Survey, codes: PlainCode[]): Promise<void> {
    const left = new Map(Object.entries(answers).map(([key, each]) => [key, [...each]]))
    const send = await ballotSender(site, survey)
    for (const card of codes) {
      const next = left.get(`${card.stratum.unit_code}/${card.stratum.group_code}`)?.shift()
      if (next !== undefined) await send(card, next)
    }
  }
})

describe('the check by lot', () => {
  test('draws lines of the signing list once, takes down counts, and forgets which lines they were', async () => {
    const { survey, codes } = await openSurveyWith(site, { quotas: [12, 11] })
    const officer = await signedIn(site)
    const page = `${home}/don-vi/U1/phuc-tra`
    await officer.get(page)
    expect(officer.current.root.querySelector('main form button')?.textContent).toBe('Rút thăm 2 người')
    await officer.submit()
    const lines = drawnLines(officer.current)
    expect(lines).toHaveLength(2)
    expect(drawnLines(await officer.get(page))).toEqual(lines)
    expect((await officer.post(`${page}/rut-tham`, {})).status).toBe(409)
    expect(drawnLines(await officer.get(page))).toEqual(lines)

    for (const [typed, words] of [
      [{ co: 'hai', khong: '0', 'chua-gap': '' }, 'Hãy nhập số người bằng chữ số'],
      [
        { co: '2', khong: '1', 'chua-gap': '0' },
        'Ba số cộng lại phải bằng số người đã rút thăm (2); hiện cộng được 3.',
      ],
    ] as const) {
      await officer.get(page)
      const seen = await officer.submit(typed)
      expect([seen.status, seen.text]).toEqual([422, expect.stringContaining(words)])
      expect(seen.root.querySelector('#co')?.getAttribute('value')).toBe(typed.co)
    }
    const result = '2 người được rút thăm: 1 tự nhận thẻ và tự trả lời, 1 trả lời “không”, 0 chưa gặp được'
    await officer.submit({ co: '1', khong: '1', 'chua-gap': '0' })
    expect(officer.current.text).toContain(result)
    expect(drawnLines(officer.current)).toEqual([])
    expect(await site.deps.db.selectFrom('recheck').selectAll().execute()).toMatchObject([
      { unit_code: 'U1', asked: 2, seed: null, yes: 1, no: 1, unreached: 0 },
    ])
    expect((await officer.get(`${home}/don-vi/U1`)).text).toContain(result)
    // Whoever holds the signatures must not learn what the one on that line has said.
    const focalPoint = await signedIn(site, 'focal-point', site.app, { agency: 'U1' })
    expect((await focalPoint.get(`${home}/don-vi/U1`)).text).not.toContain('rút thăm')
    expect((await focalPoint.get(page)).status).toBe(403)
    expect((await actsOf(site)).join('\n')).toMatch(
      /Rút thăm phúc tra: Sở 1, 2 người\.[^]*đã hỏi 2 người\.$/m,
    )

    const returned = await opensWith(survey, codes, () => '1111')
    const report = await officer.agent.get(`${home}/bao-cao.docx`).responseType('blob')
    const word = unzipped(report.body as Buffer).get('word/document.xml') ?? ''
    expect(word).toContain(`Phúc tra cấp sở, 1 cơ quan, đơn vị: ${result}. Không phiếu nào bị loại.`)
    expect(word).toContain(`Trong ${returned} phiếu thu về có ${returned} phiếu hợp lệ.`)
  })

  test('is not made before people can have answered', async () => {
    await surveyWithCards(site)
    const officer = await signedIn(site)
    const page = `${home}/don-vi/U1/phuc-tra`
    expect((await officer.get(page)).root.querySelector('main form')).toBeNull()
    for (const path of ['/rut-tham', '']) expect((await officer.post(`${page}${path}`, {})).status).toBe(409)
  })
})

async function sends(browser: Browser, unit: string, form: string, fields: Answers): Promise<Page> {
  await browser.get(`${home}/don-vi/${unit}/thay-doi`)
  return browser.submit(fields, { selector: `form[action$="/${form}"]` })
}

async function issuesReserves(survey: Survey): Promise<void> {
  const [stratum] = await listStrata(site.deps.db, survey, ['U1'])
  await addReserves(site.deps, operator, survey, stratum?.id ?? '', 2, 'Công văn 8')
  await jobDone(site, (await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })).id)
}

/** Sends a ballot for each card, closes and opens; how many came. */
async function opensWith(survey: Survey, codes: PlainCode[], answer: () => string): Promise<number> {
  const send = await ballotSender(site, survey)
  const main = codes.filter(({ reserve }) => !reserve)
  for (const card of main) await send(card, answer())
  await opens(survey)
  return main.length
}

async function opens(survey: Survey): Promise<void> {
  const closed = await closeCollecting(site.deps, operator, survey, { reason: 'Công văn 7' })
  const job = await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })
  expect(await jobDone(site, job.id)).toMatchObject({ state: 'done' })
}

async function surveyNow(): Promise<Survey> {
  return getSurvey(site.deps.db, 'thu')
}

async function rowsOfUnits(): Promise<unknown> {
  const { unit, decision, act_log } = await allRows(site.deps.db)
  return [unit, decision, act_log?.length]
}

function rowsOf({ root }: Page): string[][] {
  return root
    .querySelectorAll('table')
    .slice(0, 1)
    .flatMap((table) => table.querySelectorAll('tbody tr'))
    .map((row) =>
      row
        .querySelectorAll('th, td')
        .map(({ textContent }) => textContent.trim())
        .slice(0, 5),
    )
}

function drawnLines({ root }: Page): string[] {
  return root.querySelectorAll('main li strong').flatMap(({ textContent }) => textContent.split(', '))
}
