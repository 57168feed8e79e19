// Who sees results when: named roles between opening and announcement, each look in the log; each unit its own afterwards.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { downloaded, threeUnits, unzipped } from '../support/results.ts'
import { actsOf, makePerson, signedIn, signsIn } from '../support/staff.ts'

let site: TestSite
let now: Date

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ publicUrl: 'https://khaosat.example.vn', now: () => now })
})
afterEach(() => site.close())

const page = '/dieu-tra/thu/cong-bo'
const plan = { selector: `form[action="${page}/du-kien"]` }
const act = (press: string) => ({ selector: `form[action="${page}"]`, press })
const results = [
  '/diem',
  '/diem/don-vi/U1',
  '/diem/don-vi/U1/1.1',
  '/diem/cap/so/1.1',
  '/diem/cap/so/cau-hoi/A1',
]

describe('between opening and announcement', () => {
  test('officer and viewer see results; each look is one line a day for person and page', async () => {
    await threeUnits(site)
    const viewer = await person('viewer')
    for (const path of [...results, ...results]) await opens(viewer, path, 200)
    now = new Date('2022-10-12T16:59:00Z')
    await opens(viewer, '/diem/don-vi/U1', 200)
    const views = ['toàn đợt', 'Sở 1', 'Cấp sở'].map((what) => `Xem kết quả khi chưa công bố: ${what}.`)
    expect(await looks()).toEqual(views.map((words) => `Người viewer: ${words}`))
    const officer = await person('officer')
    await opens(officer, '/diem/don-vi/U1', 200)
    // Past midnight in Việt Nam.
    now = new Date('2022-10-12T17:01:00Z')
    await opens(await person('viewer', 'later@example.com'), '/diem/don-vi/U1', 200)
    expect(await looks()).toHaveLength(5)
  })

  test('council and focal point read that it is too early, and for which day it is planned', async () => {
    await threeUnits(site)
    const council = await person('council')
    const focal = await signedIn(site, 'focal-point', site.app, { agency: 'U1' })
    for (const path of results) await opens(council, path, 409)
    expect(council.current.text).toContain('Đơn vị tổ chức (Sở Nội vụ) chưa ghi ngày dự kiến.')
    const officer = await person('officer')
    await officer.get(page)
    await officer.submit({ 'ngay-du-kien': '2022-10-11' }, plan)
    expect(officer.current.status).toBe(422)
    await officer.submit({ 'ngay-du-kien': '2023-01-15' }, plan)
    for (const path of ['/diem/don-vi/U1', '/diem/don-vi/U1/tong', '/diem/don-vi/U1/1.1'])
      await opens(focal, path, 409)
    expect(focal.current.text).toContain('Dự kiến công bố ngày 15/01/2023.')
    for (const path of ['/diem', '/diem/don-vi/U2', '/diem/don-vi/U2/1.1', '/diem/cap/so/1.1'])
      await opens(focal, path, 403)
    for (const role of ['auditor', 'field-operator']) await opens(await person(role), '/diem', 403)
    expect(await looks()).toEqual([])
    for (const browser of [council, focal]) {
      await browser.get('/dieu-tra/thu')
      const tabs = browser.current.root.querySelectorAll('.tabs a').map((tab) => tab.textContent)
      expect(tabs).not.toContain('Điểm điều tra')
    }
  })

  test('files carry the name of who took them, and nobody else fetches them', async () => {
    await threeUnits(site)
    const [viewer, officer] = [await person('viewer'), await person('officer')]
    const name = 'Người viewer (Sở Nội vụ), lúc 10:00 ngày 12/10/2022'
    const csv = await downloaded(site, viewer, '/dieu-tra/thu/diem', 'Xuất CSV')
    expect(csv.content.toString('utf8')).toContain(`Người lấy tệp,"${name}"`)
    const job = viewer.current.url
    await officer.get(job)
    expect(officer.current.root.querySelector('a[download]')).toBeNull()
    await officer.get(`${job}/tep`)
    expect(officer.current.status).toBe(409)
    const word = await viewer.agent.get('/dieu-tra/thu/bao-cao.docx').responseType('blob')
    const footers = [...unzipped(word.body as Buffer)].filter(([part]) => part.startsWith('word/footer'))
    expect(footers.length).toBeGreaterThan(0)
    for (const [part, text] of footers) expect(text, part).toContain(`Người lấy tệp: ${name}`)
  })
})

describe('the announcement', () => {
  test('asks for document, day and word, keeps what was typed, and is made once', async () => {
    await threeUnits(site)
    const officer = await person('officer')
    await officer.get(page)
    await officer.submit(
      { 'so-van-ban': '9/QĐ', 'ngay-van-ban': '2022-10-13', _xac_nhan: 'CO' },
      act('Công bố kết quả'),
    )
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).toContain('Ngày văn bản chưa đến')
    expect(officer.current.text).toContain('Hãy gõ đúng CONG BO')
    expect(officer.current.root.querySelector('#so-van-ban')?.getAttribute('value')).toBe('9/QĐ')
    expect(await stateOf()).toBe('opened')
    await announces(officer)
    expect(officer.current.text).toContain('Kết quả đã công bố ngày 12/10/2022')
    expect(officer.current.text).toContain('Theo văn bản 125/QĐ-UBND ngày 10/10/2022')
    expect(await stateOf()).toBe('released')
    const acts = (await actsOf(site)).filter((words) => words.includes('Công bố kết quả theo văn bản'))
    expect(acts).toEqual([
      expect.stringMatching(
        /^Người officer: .*125\/QĐ-UBND ngày 10\/10\/2022: bản 1, mã kiểm tra [0-9a-f]{64}\.$/,
      ),
    ])
    await officer.post(page, { 'so-van-ban': '1', 'ngay-van-ban': '2022-10-10', _xac_nhan: 'CONG BO' })
    expect(officer.current.status).toBe(409)
    const decisions = await site.deps.db.selectFrom('decision').select('kind').execute()
    expect(decisions).toEqual([{ kind: 'announced' }])
  })

  test('is the officer’s; where all acts need two people, the second is of another agency', async () => {
    await threeUnits(site, { settings: { secondPerson: 'all-acts' } })
    for (const role of ['viewer', 'council']) {
      await (await person(role)).post(page, {})
    }
    expect(await stateOf()).toBe('opened')
    const first = await person('officer')
    await announces(first, 'Đề nghị công bố kết quả')
    expect(await stateOf()).toBe('opened')
    const second = await signsIn(
      site,
      await makePerson(site, 'officer', { email: 'b@example.com', agency: 'U1' }),
    )
    await announces(second)
    expect(await stateOf()).toBe('released')
  })

  test('lets the council see all, a focal point the own unit and no other; looks are no longer logged', async () => {
    await threeUnits(site)
    await announces(await person('officer'))
    const before = await looks()
    const council = await person('council')
    for (const path of results.toReversed()) await opens(council, path, 200)
    expect(council.current.text).not.toMatch(/Xuất|Tải Báo cáo/)
    await opens(council, '/chi-so', 403)
    await council.post('/dieu-tra/thu/diem/xuat', { format: 'csv' })
    expect(council.current.status).toBe(403)
    const focal = await signedIn(site, 'focal-point', site.app, { agency: 'U1' })
    await focal.get('/dieu-tra/thu/don-vi/U1')
    const link = focal.current.root.querySelector('main a[href$="/diem/don-vi/U1"]')
    expect(link?.textContent).toBe('Xem kết quả của cơ quan, đơn vị')
    await opens(focal, '/diem/don-vi/U1', 200)
    expect(focal.current.text).toContain('16,67')
    const back = focal.current.root.querySelector('.govuk-back-link')?.getAttribute('href') ?? ''
    expect((await focal.get(back)).status).toBe(200)
    for (const path of ['/diem/don-vi/U1/1.1', '/diem/don-vi/U1/tong']) await opens(focal, path, 200)
    for (const path of ['/diem', '/diem/don-vi/U2', '/diem/don-vi/U2/1.1', '/diem/cap/so/1.1', '/chi-so'])
      await opens(focal, path, 403)
    expect(await looks()).toEqual(before)
  })
})

function person(role: string, email = `${role}@example.com`): Promise<Browser> {
  return signedIn(site, role, site.app, { email, alone: true })
}

async function opens(browser: Browser, path: string, status: number): Promise<void> {
  await browser.get(`/dieu-tra/thu${path}`)
  expect(browser.current.status, path).toBe(status)
}

async function announces(officer: Browser, press = 'Công bố kết quả'): Promise<void> {
  await officer.get(page)
  await officer.submit(
    { 'so-van-ban': '125/QĐ-UBND', 'ngay-van-ban': '2022-10-10', _xac_nhan: 'CONG BO' },
    act(press),
  )
  expect(officer.current.status).toBe(200)
}

async function looks(): Promise<string[]> {
  return (await actsOf(site)).filter((words) => words.includes('Xem kết quả khi chưa công bố'))
}

async function stateOf(): Promise<string> {
  const row = await site.deps.db.selectFrom('survey').select('state').executeTakeFirstOrThrow()
  return row.state
}
