// Ballots are kept until a day that was fixed before, then only their sums are left: every result still comes out, and no
// answer stands anywhere on disk.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTicker, type Ticker } from '../../src/ballot/ticker.ts'
import { computeIndexRun } from '../../src/index-calculator/index.service.ts'
import { recompute } from '../../src/release/recompute.service.ts'
import { correctRelease } from '../../src/release/release.service.ts'
import { askDueDestructions, destroyResponses } from '../../src/release/retention.service.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurvey, type Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { actsOf, signedIn } from '../support/staff.ts'
import { jobDone, openedSurveyWith, openSurveyWith, surveyWithCards } from '../support/survey.ts'
import { bytesOnDisk, foundIn } from '../support/traces.ts'

let site: TestSite
let now: Date
let running: number
let ticker: Ticker

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  running = 0
  site = await testSite({ publicUrl: 'https://khaosat.example.vn', now: () => now })
  ticker = createTicker(
    site.deps,
    () => running,
    () => askDueDestructions(site.deps),
  )
})
afterEach(() => site.close())

const page = '/dieu-tra/thu/luu-giu'
/** Two years after the opening. */
const day = new Date('2024-10-11T17:30:00Z')

describe('how long ballots are kept', () => {
  test('is chosen before collecting starts and fixed then; the opening makes a day of it', async () => {
    await surveyWithCards(site)
    const officer = await signedIn(site, 'officer')
    await officer.get(page)
    expect(officer.current.text).toContain('Phiếu được giữ 24 tháng sau khi mở niêm phong')
    await officer.submit({ 'so-thang': '121' }, { press: 'Lưu thời hạn' })
    expect(officer.current.status).toBe(422)
    expect(officer.current.root.querySelector('#so-thang')?.getAttribute('value')).toBe('121')
    await officer.submit({ 'so-thang': '6' }, { press: 'Lưu thời hạn' })
    expect(officer.current.text).toContain('Phiếu được giữ 6 tháng')
    await openSurveyWith(site, { slug: 'khac' })
    await officer.post('/dieu-tra/khac/luu-giu', { 'so-thang': '1' })
    expect(officer.current.status).toBe(409)
    expect((await getSurvey(site.deps.db, 'khac')).keep_months).toBe(24)
  })

  test('may be made longer by a decision until the day comes, never shorter; the overview warns a month before', async () => {
    await opened()
    const officer = await signedIn(site, 'officer')
    await officer.get(page)
    expect(officer.current.text).toContain('Phiếu đã mở được giữ đến ngày 12/10/2024')
    await officer.submit({ 'ngay-huy': '2024-10-12', 'ly-do': 'x' }, { press: 'Ghi ngày hủy phiếu' })
    expect(officer.current.status).toBe(422)
    await officer.submit({ 'ngay-huy': '2025-10-12', 'ly-do': '' }, { press: 'Ghi ngày hủy phiếu' })
    expect(officer.current.status).toBe(422)
    const reason = 'Thanh tra, công văn 7'
    await officer.submit({ 'ngay-huy': '2025-10-12', 'ly-do': reason }, { press: 'Ghi ngày hủy phiếu' })
    expect(officer.current.text).toContain(
      `Ngày hủy phiếu: 12/10/2025 (trước đó: 12/10/2024). Lý do: ${reason}`,
    )
    await officer.post(`${page}/huy`, { _xac_nhan: 'HUY PHIEU' })
    expect(officer.current.status).toBe(409)
    await reaches(new Date('2025-09-11T03:00:00Z'))
    expect((await asOfficer('/dieu-tra/thu')).current.text).not.toContain('Phiếu sẽ bị hủy')
    await reaches(new Date('2025-09-12T03:00:00Z'))
    expect((await asOfficer('/dieu-tra/thu')).current.text).toContain('Phiếu sẽ bị hủy ngày 12/10/2025')
    expect(await responses()).toBe(18)
  })
})

describe('on the day', () => {
  test('rows become sums: no answer is left on disk, every hash comes out, a correction as well', async () => {
    const survey = await opened()
    await computeIndexRun(site.deps, operator, survey, appraised)
    await correctRelease(site.deps, operator, survey, { scoring: { groups: 'pooled' }, reason: 'QĐ 1' })
    const before = await recompute(site.deps.db, survey)
    expect(before.map(({ equal }) => equal)).toEqual([true, true, true, true])
    expect(foundIn(answers, await bytesOnDisk(site))).toHaveLength(answers.length)
    // What the same corrections say of the same ballots while these are still there.
    const twin = await opened('doi')
    await correctRelease(site.deps, operator, twin, { scoring: { groups: 'pooled' }, reason: 'QĐ 1' })
    const expected = await correctRelease(site.deps, operator, twin, secondCorrection)

    await reaches(day)
    const jobs = await site.deps.db
      .selectFrom('job')
      .select('id')
      .where('kind', '=', 'destroy-responses')
      .execute()
    expect(jobs).toHaveLength(2)
    for (const { id } of jobs) expect((await jobDone(site, id)).problem).toBeNull()

    expect(await responses()).toBe(0)
    expect(foundIn(answers, await bytesOnDisk(site))).toEqual([])
    expect(await recompute(site.deps.db, survey)).toEqual(before)
    expect((await verifyAll(site.deps.db)).flatMap(({ problems }) => problems)).toEqual([])
    const corrected = await correctRelease(site.deps, operator, survey, secondCorrection)
    const { version, counts, units, levels } = expected
    expect(corrected).toMatchObject({ version, counts, units, levels })
    expect(units.flatMap(({ criteria }) => criteria).some(({ status }) => status === 'ok')).toBe(true)
    expect((await recompute(site.deps.db, survey)).every(({ equal }) => equal)).toBe(true)

    const officer = await asOfficer('/dieu-tra/thu/bien-ban-huy-phieu')
    const { text } = officer.current
    for (const words of [
      'Hủy phiếu đã mở niêm phong',
      '18 phiếu',
      'Hệ thống',
      '12/10/2024',
      ...before.map(({ stored }) => stored),
    ])
      expect(text).toContain(words)
    const acts = (await actsOf(site)).filter((words) => words.startsWith('Hệ thống: Hủy 18 phiếu'))
    // The twin's ballots are gone, too.
    expect(acts).toHaveLength(2)
    await officer.get('/dieu-tra/thu/thu-phieu')
    expect(officer.current.text.replace(/\s+/g, ' ')).toMatch(/Mở được ?18/)
  })

  test('nothing is destroyed when a result does not come out again', async () => {
    const survey = await opened()
    const { db } = site.deps
    const [row] = await db.selectFrom('response').selectAll().execute()
    await db
      .updateTable('response')
      .set({ answers: '0'.repeat(row?.answers.length ?? 0) })
      .where('id', '=', row?.id ?? '')
      .execute()
    expect((await recompute(db, survey)).map(({ equal }) => equal)).toEqual([false])
    await reaches(day)
    const officer = await asOfficer(page)
    await officer.submit({ _xac_nhan: 'HUY PHIEU' }, { press: 'Hủy phiếu' })
    const id = /cong-viec\/([^/?]+)/.exec(officer.current.url)?.[1] ?? ''
    const job = await jobDone(site, id)
    expect(job.state).toBe('failed')
    expect(job.problem).toContain(
      'Chưa hủy phiếu nào: tính lại từ phiếu không ra đúng kết quả đã lập (Bảng điểm bản 1)',
    )
    expect(await responses()).toBe(18)
    // The clock asks once a day, not at every look.
    for (let look = 0; look < 3; look++) await ticker.look()
    const jobs = await db.selectFrom('job').select('id').where('kind', '=', 'destroy-responses').execute()
    expect(jobs.length).toBeLessThanOrEqual(2)
  })

  test.each(['Lập tổng số', 'Hủy phiếu', 'Ghi đè dữ liệu đã hủy'])(
    'a run that stops before “%s” is taken up again to the end',
    async (step) => {
      const survey = await opened()
      now = day
      const stops = (at: string) => (at === step ? Promise.reject(new Error('killed')) : Promise.resolve())
      await expect(destroyResponses(site.deps, survey, 'Hệ thống', stops)).rejects.toThrow('killed')
      const gone = step.startsWith('Ghi đè')
      expect(await responses()).toBe(gone ? 0 : 18)
      await destroyResponses(site.deps, survey, 'Hệ thống', () => Promise.resolve())
      await destroyResponses(site.deps, survey, 'Hệ thống', () => Promise.resolve())
      expect(foundIn(answers, await bytesOnDisk(site))).toEqual([])
      expect((await recompute(site.deps.db, survey)).map(({ equal }) => equal)).toEqual([true])
      expect((await actsOf(site)).filter((words) => words.includes('Hủy 18 phiếu'))).toHaveLength(1)
    },
  )
})

const appraised = ['unit,criterion,points', 'U1,1.2,30', 'U1,2.2,20', 'U2,1.2,31', 'U2,2.2,21', ''].join('\n')

/** Twenty answers each, no two ballots alike, each long enough to be found on disk and nowhere by chance. */
const answers = Array.from(
  { length: 18 },
  (_, n) => `2103${n.toString(3).padStart(3, '0')}2-1201210${n % 3}102`,
)

const secondCorrection = { scoring: { optOut: 'zero', blank: 'zero' }, reason: 'QĐ 2' }

/** Two units of 5 + 4 people, ten questions in each of two criteria. */
async function opened(slug = 'thu'): Promise<Survey> {
  const design = { slug, units: 2, items: 10, quotas: [5, 4] as [number, number] }
  return (await openedSurveyWith(site, design, (_, n) => answers[n])).survey
}

/** The clock moves on as clocks do, and the program looks at it. */
async function reaches(moment: Date): Promise<void> {
  running += moment.getTime() - now.getTime()
  now = moment
  await ticker.look()
}

async function asOfficer(path: string): Promise<Browser> {
  const officer = await signedIn(site, 'officer', site.app, { email: `o${now.getTime()}@example.com` })
  await officer.get(path)
  expect(officer.current.status).toBe(200)
  return officer
}

async function responses(): Promise<number> {
  const survey = await getSurvey(site.deps.db, 'thu')
  const rows = await site.deps.db
    .selectFrom('response')
    .select('id')
    .where('survey_id', '=', survey.id)
    .execute()
  return rows.length
}
