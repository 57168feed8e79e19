// Chạy thử and Điều tra thử through the front door: a run goes from the draft to its report and leaves nothing behind.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CompiledQuery, sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { dialectOf } from '../../src/db/database.ts'
import { createJobs } from '../../src/program.ts'
import { findRunJob, findRun, setRehearsedOn } from '../../src/rehearsal/rehearsal.queries.ts'
import { beginRun, prepareRun, removeRun } from '../../src/rehearsal/rehearsal.service.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { getRelease } from '../../src/score/score.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurvey, type Survey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { unzipped } from '../support/results.ts'
import { makePerson, signsIn } from '../support/staff.ts'
import {
  answersAndSends,
  folderOnDisk,
  jobDone,
  openedSurveyWith,
  smallFolder,
  surveyWithCards,
} from '../support/survey.ts'

let site: TestSite
afterEach(() => site.close())

const page = '/dieu-tra/thu/chay-thu'
const act = { selector: 'main form.primary-act' }
const removal = { selector: 'main form.danger-act' }

/** A site with an untouched survey and an officer who is signed in. */
async function prepared(): Promise<{ survey: Survey; officer: Browser }> {
  site = await testSite()
  const folder = folderOnDisk(smallFolder({ units: 2 }))
  const { survey } = await createSurveyFromFolder(site.deps, operator, folder, 'thu')
  // Of this survey alone: the copy has to take the roles over.
  const person = await makePerson(site, 'officer', { survey: survey.slug })
  return { survey, officer: await signsIn(site, person) }
}

describe('Chạy thử', () => {
  test('goes from the draft to the Word report and back, and every table is row by row as before', async () => {
    const { survey, officer } = await prepared()
    const before = await everything()
    await officer.get(page)
    await officer.submit({}, act)
    await idle(survey)
    await officer.get(page)
    expect(officer.current.text).toContain('Đang thu phiếu thử: 0 phiếu đã gửi')
    // A second press leads to the one that is there.
    await officer.post(page, {})
    expect(await site.deps.db.selectFrom('survey').select('id').execute()).toHaveLength(2)
    await idle(survey)

    // Any card can be tried while it collects.
    const cards = officer.current.root.querySelectorAll('.try-card a')
    expect(cards).toHaveLength(2)
    const code = (cards[0]?.getAttribute('href') ?? '').slice(2)
    const person = await answersAndSends(site, code, () => '2')
    expect(person.current.url).toBe('/phieu/cam-on')
    expect(person.current.text).toContain('Chạy thử')
    await officer.get(page)
    expect(officer.current.text).toContain('1 phiếu đã gửi')
    expect(officer.current.text).toContain('Đã gửi')

    await officer.submit({}, act)
    await idle(survey)
    await officer.get(page)
    expect(officer.current.text).toContain('Chạy thử đã đến báo cáo')
    const report = await officer.agent.get('/dieu-tra/thu-chay-thu/bao-cao.docx').responseType('blob')
    expect(report.status).toBe(200)
    expect(unzipped(report.body as Buffer).get('word/document.xml')).toContain('CHẠY THỬ – số liệu giả')
    expect((await officer.get('/dieu-tra/thu-chay-thu/diem')).status).toBe(200)
    expect((await verifyAll(site.deps.db)).flatMap(({ problems }) => problems)).toEqual([])
    expect((await officer.get('/dieu-tra')).text).toContain('1 đợt điều tra')
    expect(officer.current.html).not.toContain('thu-chay-thu')
    expect((await officer.get('/xac-nhan')).html).not.toContain('thu-chay-thu')

    await officer.get(page)
    await officer.submit({}, removal)
    expect(officer.current.text).toContain('Đã kết thúc chạy thử')
    expect((await getSurvey(site.deps.db, 'thu')).rehearsed_on).toBe('2022-10-12')
    await site.deps.db.updateTable('survey').set({ rehearsed_on: null }).execute()
    expect(await everything()).toEqual(before)
    expect(keys()).toEqual([])
    expect((await officer.get('/xac-nhan/thu-chay-thu')).status).toBe(404)
  })

  test('can be removed at any state, goes on where it was killed, and is not removed while somebody works on it', async () => {
    const { survey, officer } = await prepared()
    const before = await everything()
    const { deps } = site
    await deps.jobs.stop()
    // Nothing done yet.
    await beginRun(deps, operator, survey)
    await removeRun(deps, operator, survey)
    expect(await everything()).toEqual(before)

    // Killed after the first half of the codes.
    const run = await beginRun(deps, operator, survey)
    const killed = prepareRun(deps, run.id, (step, done) =>
      done === 1 ? Promise.reject(new Error(`killed at ${step}`)) : Promise.resolve(),
    )
    await expect(killed).rejects.toThrow('killed')
    await officer.get(page)
    expect(officer.current.text).toContain('Chạy thử còn dở dang')
    await prepareRun(deps, run.id, () => Promise.resolve())
    expect((await findRun(deps.db, survey))?.state).toBe('collecting')
    expect(keys()).toHaveLength(1)

    const jobs = createJobs(deps)
    const finish = await jobs.ask('rehearsal-finish', run, { by: 'Ai đó' })
    const lease = { state: 'running' as const, lease_until: Date.now() + 60_000 }
    await deps.db.updateTable('job').set(lease).where('id', '=', finish.id).execute()
    await expect(removeRun(deps, operator, survey)).rejects.toMatchObject({ kind: 'job-running' })
    await deps.db.updateTable('job').set({ lease_until: 0 }).where('id', '=', finish.id).execute()
    await removeRun(deps, operator, survey)
    expect(await everything()).toEqual(before)
    expect(keys()).toEqual([])
    await jobs.stop()
  })

  test('a survey that is no Chạy thử is never removed', async () => {
    const { survey, officer } = await prepared()
    await officer.post('/dieu-tra/thu/dieu-tra-thu', { 'don-vi': 'U1' })
    const before = await everything()
    for (const address of [page, '/dieu-tra/thu-thu-nghiem/chay-thu'])
      expect((await officer.post(`${address}/xoa`, {})).status).toBe(409)
    expect((await officer.post(`${page}/tiep`, {})).status).toBe(409)
    expect((await officer.post('/dieu-tra/thu-thu-nghiem/chay-thu', {})).status).toBe(409)
    await expect(removeRun(site.deps, operator, survey)).rejects.toMatchObject({ kind: 'rehearsal-none' })
    expect(await everything()).toEqual(before)
  })
})

describe('Điều tra thử', () => {
  test('asks one or two units by a survey of its own, marked, and beside the real one', async () => {
    const { officer } = await prepared()
    await officer.get(page)
    const form = { selector: 'main form[action$="/dieu-tra-thu"]' }
    await officer.submit({}, form)
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).toContain('Hãy chọn một hoặc 2 cơ quan')
    await officer.submit({ 'don-vi': ['U2'] }, form)
    expect(officer.current.url).toContain('/dieu-tra/thu-thu-nghiem/ke-hoach')
    expect(officer.current.text).toContain('Hỏi 10 người ở 1 cơ quan, đơn vị')
    expect(officer.current.text).toContain('Điều tra thử – kết quả không gộp')
    expect((await officer.get('/dieu-tra')).text).toMatch(/1 đợt điều tra.*Điều tra thử/)
    await officer.post('/dieu-tra/thu/dieu-tra-thu', { 'don-vi': ['U1', 'U2'] })
    expect(officer.current.url).toContain('/dieu-tra/thu-thu-nghiem-2/')
    const real = await site.deps.db
      .selectFrom('survey')
      .select(['rehearsal', 'state'])
      .where('slug', '=', 'thu')
      .executeTakeFirstOrThrow()
    expect(real).toEqual({ rehearsal: 0, state: 'draft' })
  })
})

describe('the page where collecting starts', () => {
  test('warns while the survey was rehearsed in no way, and lets start all the same', async () => {
    site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
    const { survey } = await surveyWithCards(site, { official: true })
    const officer = await signsIn(site, await makePerson(site, 'officer'))
    const warning = 'chưa chạy thử, chưa điều tra thử'
    await officer.get('/dieu-tra/thu/thu-phieu')
    expect(officer.current.text).toContain(warning)
    await site.deps.db.transaction().execute((trx) => setRehearsedOn(trx, survey.id, '2022-10-01'))
    expect((await officer.get('/dieu-tra/thu/thu-phieu')).text).not.toContain(warning)
    await site.deps.db.updateTable('survey').set({ rehearsed_on: null }).execute()
    await officer.get('/dieu-tra/thu/thu-phieu')
    await officer.submit({}, { press: 'Bắt đầu thu phiếu' })
    expect((await getSurvey(site.deps.db, 'thu')).state).toBe('collecting')
  })
})

describe('the Word report', () => {
  test('holds the figures of the release digit by digit, and nothing of what is hidden', async () => {
    site = await testSite()
    const { survey } = await openedSurveyWith(site, { units: 3, quotas: [5, 4] }, ({ stratum }, n) =>
      stratum.unit_code === 'U3' && n % 3 > 0 ? undefined : n % 2 === 0 ? '2110' : '1021',
    )
    const officer = await signsIn(site, await makePerson(site, 'officer'))
    await officer.get('/dieu-tra/thu/diem')
    const link = officer.current.root.querySelector('a[href$=".docx"]')?.getAttribute('href') ?? ''
    const answer = await officer.agent.get(link).responseType('blob')
    const xml = unzipped(answer.body as Buffer).get('word/document.xml') ?? ''
    const rows = [...xml.matchAll(/<w:tr>.*?<\/w:tr>/gs)].map(([row]) =>
      [...row.matchAll(/<w:tc>.*?<\/w:tc>/gs)].map(([cell]) =>
        [...cell.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)].map(([, text]) => text).join(''),
      ),
    )
    const release = await getRelease(site.deps.db, survey)
    expect(release.units.map(({ total }) => total.status)).toEqual(['ok', 'ok', 'hidden'])
    const two = (value: number | null) => (value === null ? '–' : value.toFixed(2).replace('.', ','))
    const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)} %`)
    for (const { name, counts, criteria, total } of release.units)
      expect(rows).toContainEqual([
        name,
        `${counts.returned}/${counts.planned}`,
        ...criteria.map(({ points }) => two(points)),
        two(total.points),
      ])
    for (const level of release.levels)
      level.pooled.forEach((criterion, at) => {
        const shares = [...level.groups.map(({ criteria }) => criteria[at]), criterion]
        expect(rows).toContainEqual([
          criterion.code,
          criterion.name,
          String(criterion.max),
          ...shares.map((each) => percent(each?.share ?? null)),
        ])
      })
    const { planned, issued, returned, valid } = release.counts
    expect(rows.map((row) => row.join(' '))).toContainEqual(
      expect.stringMatching(new RegExp(`^Cấp sở ${planned} ${issued} ${returned} .*% ${valid}$`)),
    )
    for (const words of [release.hash, 'Sở Nội vụ', '12/KH-UBND', '05/10/2022', 'Máy chủ giữ khóa'])
      expect(xml).toContain(words)
    expect(xml).toContain('w:tblHeader')
    expect(xml).toContain('CHẠY THỬ – số liệu không có giá trị chính thức')
    expect(await site.deps.db.selectFrom('act_log').select('words').execute()).toContainEqual({
      words: 'Xuất điểm điều tra: dạng Word.',
    })
  })
})

/** Waits until no half of the run is being worked on. */
async function idle(survey: Survey): Promise<void> {
  const run = await findRun(site.deps.db, survey)
  const job = run && (await findRunJob(site.deps.db, run.id))
  if (job) expect((await jobDone(site, job.id)).problem).toBe(null)
}

function keys(): string[] {
  const folder = join(site.deps.config.dataDir, 'keys')
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Every row of every table but the log that never forgets, and what signing in and being there changes. */
async function everything(): Promise<Record<string, string[]>> {
  const { db } = site.deps
  const names = await db.executeQuery<{ name: string }>(
    CompiledQuery.raw(
      dialectOf(db) === 'sqlite'
        ? "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        : 'select tablename as name from pg_tables where schemaname = current_schema()',
    ),
  )
  const except = ['act_log', 'act_log_head', 'staff_session']
  const found: Record<string, string[]> = {}
  for (const { name } of names.rows.filter((each) => !except.includes(each.name))) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(db)
    found[name] = rows.map((row) => JSON.stringify(row)).sort()
  }
  expect(Object.keys(found).length).toBeGreaterThan(30)
  return found
}
