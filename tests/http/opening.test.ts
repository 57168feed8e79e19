// Mở niêm phong: refused whenever something does not add up, whole in the end. What a kill does: opening-kill.test.ts.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { sealBallot, type Ballot } from '../../src/ballot/ballot.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { ensureKey } from '../../src/ballot/custody.ts'
import type { Job } from '../../src/jobs/job.ts'
import { createJobs } from '../../src/program.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { getSurvey, listStrata, type Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { jobDone, openSurveyWith, putIntoBox, signedIn, type OpenSurvey } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite
/** Of the survey that the test opens. */
let surveyId: string

beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

describe('opening the box', () => {
  test('turns every sealed ballot into a response, destroys the key and notes the minutes', async () => {
    const sent = await closedBox({ ballots: 12 })
    const { receipt: receipts } = await allRows(site.deps.db)
    const admin = await signedIn(site)
    await opens(admin)
    expect(admin.current.text).toContain('đã xong')

    await expectOpened(sent)
    expect((await allRows(site.deps.db)).receipt).toEqual(receipts)
    await admin.get('/dieu-tra/thu/thu-phieu')
    expect(admin.current.text).toContain('Đã mở niêm phong, kiểm 12 phiếu')
    expect(minutes(admin)).toMatchObject({
      'Ngày mở niêm phong': '12/10/2022',
      'Số phiếu theo kế hoạch': '20',
      'Thu về (phiếu niêm phong)': '12',
      'Mở được': '12',
      'Hỏng, không mở được': '0',
    })
  })

  test('opens a box that nobody put a ballot into', async () => {
    await closedBox({ ballots: 0 })
    const admin = await signedIn(site)
    await opens(admin)
    await expectOpened([])
  })

  test('keeps the key in a file that nobody else may read, and only until the box is open', async () => {
    await closedBox({ ballots: 3 })
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
    await opens(await signedIn(site))
    expect(existsSync(keyFile())).toBe(false)
  })

  test('is refused while ballots are still collected', async () => {
    await openSurveyWith(site)
    const admin = await signedIn(site)
    await refused(admin, 'Chỉ mở niêm phong sau khi kết thúc thu phiếu.')
  })

  test('is refused a second time', async () => {
    const sent = await closedBox({ ballots: 5 })
    const admin = await signedIn(site)
    await opens(admin)
    await refused(admin, 'Phiếu của đợt điều tra này đã được mở và kiểm.')
    await expectOpened(sent)
  })

  test('asked for many times at once is one act', async () => {
    const sent = await closedBox({ ballots: 5 })
    const admin = await signedIn(site)
    const asked = await Promise.all(
      Array.from({ length: 8 }, () =>
        admin.agent.post('/dieu-tra/thu/mo-niem-phong').type('form').send({ _xac_nhan: 'MO NIEM PHONG' }),
      ),
    )
    // Who comes when it is done already is told so.
    for (const { status } of asked) expect([303, 409]).toContain(status)
    expect(asked.map(({ status }) => status)).toContain(303)
    const jobs = await site.deps.db.selectFrom('job').select('id').where('kind', '=', 'open-box').execute()
    for (const { id } of jobs) expect((await jobDone(site, id)).state).toBe('done')
    await expectOpened(sent)
  })

  test('asks for the word, and is not for somebody who only looks', async () => {
    await closedBox({ ballots: 1 })
    const admin = await signedIn(site)
    const before = await allRows(site.deps.db)
    await admin.get('/dieu-tra/thu/thu-phieu')
    await admin.submit({ _xac_nhan: 'mở' })
    expect(admin.current.status).toBe(422)
    expect(admin.current.text).toContain('Hãy gõ đúng MO NIEM PHONG để xác nhận.')
    const word = { _xac_nhan: 'MO NIEM PHONG' }
    expect((await new Browser(site.app).post('/dieu-tra/thu/mo-niem-phong', word)).status).toBe(401)
    expect(await allRows(site.deps.db)).toEqual(before)
    const viewer = await signedIn(site, 'viewer')
    expect((await viewer.post('/dieu-tra/thu/mo-niem-phong', word)).status).toBe(403)
    expect((await allRows(site.deps.db)).sealed_ballot).toEqual(before.sealed_ballot)
  })
})

describe('the key', () => {
  const losses: [string, (file: string, right: string) => void, string][] = [
    ['missing', (file) => rmSync(file), 'Không tìm thấy tệp khóa của đợt điều tra trong thư mục keys.'],
    ['emptied', (file) => writeFileSync(file, ''), 'Tệp khóa không thuộc đợt điều tra này'],
    [
      'damaged',
      (file, right) => writeFileSync(file, right.slice(0, -6) + '\n'),
      'Tệp khóa không thuộc đợt điều tra này',
    ],
    [
      'of another survey',
      (file) => writeFileSync(file, anotherKey()),
      'Tệp khóa không thuộc đợt điều tra này',
    ],
    ['made anew for this survey', (file) => renewKey(file), 'Tệp khóa không thuộc đợt điều tra này'],
  ]

  test.each(losses)(
    '%s: nothing is opened or lost, and the right key opens everything',
    async (_how, lose, sentence) => {
      const sent = await closedBox({ ballots: 7 })
      const right = readFileSync(keyFile(), 'utf8')
      const { sealed_ballot } = await allRows(site.deps.db)
      lose(keyFile(), right)
      const admin = await signedIn(site)
      for (let tries = 0; tries < 2; tries++) {
        await opens(admin)
        expect(admin.current.text).toContain(sentence)
        expect(admin.current.text).toContain('phiếu vẫn còn nguyên')
      }
      const rows = await allRows(site.deps.db)
      expect(rows.sealed_ballot).toEqual(sealed_ballot)
      expect(rows.response).toEqual([])
      expect((await surveyNow()).state).toBe('closed')

      writeFileSync(keyFile(), right)
      await opens(admin)
      await expectOpened(sent)
    },
  )

  test('does not open under another server secret', async () => {
    await closedBox({ ballots: 2 })
    const config = {
      ...site.deps.config,
      serverSecret: Buffer.from('another secret, of a server set up anew'),
    }
    const elsewhere = createJobs({ ...site.deps, config })
    const job = await asksWithNobodyAtWork()
    await expect(elsewhere.runToEnd(job)).rejects.toMatchObject({ kind: 'key-wrong' })
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(2)
  })
})

describe('a count that does not add up', () => {
  test('a ballot taken out by hand stops the opening, with the numbers', async () => {
    await closedBox({ ballots: 6 })
    await removeOneBallot()
    await expectMismatch('Có 6 mã đã dùng nhưng 5 phiếu niêm phong. Chưa có gì thay đổi.')
  })

  test('so does a code marked as used by hand', async () => {
    await closedBox({ ballots: 6 })
    const unused = await site.deps.db
      .selectFrom('access_code')
      .select('hash')
      .where('state', '=', 'issued')
      .executeTakeFirstOrThrow()
    await site.deps.db
      .updateTable('access_code')
      .set({ state: 'used' })
      .where('hash', '=', unused.hash)
      .execute()
    await expectMismatch('Có 7 mã đã dùng nhưng 6 phiếu niêm phong.')
  })

  test('so does a ballot taken out between a first attempt, which lacked the key, and the second', async () => {
    await closedBox({ ballots: 6 })
    const right = readFileSync(keyFile(), 'utf8')
    rmSync(keyFile())
    await opens(await signedIn(site))
    await removeOneBallot()
    writeFileSync(keyFile(), right)
    await expectMismatch('Có 6 mã đã dùng nhưng 5 phiếu niêm phong.', 'officer')
  })
})

test('ballots that do not open or fit nowhere count as broken, and the others are counted', async () => {
  const sent = await closedBox({ ballots: 12 })
  const survey = await surveyNow()
  const [stratum] = await listStrata(site.deps.db, survey)
  const here = stratum?.id ?? ''
  const ballots = await readBallots()
  const first = ballots[0]?.sealed ?? ''
  const replacements = [
    first.slice(0, 100) + (first.charAt(100) === 'A' ? 'B' : 'A') + first.slice(101),
    first.slice(0, -4),
    'không phải phiếu',
    forged(survey, 'nowhere', {}),
    forged(survey, here, { answers: '012' }),
    forged(survey, here, { answers: '99999999' }),
    forged(survey, here, { questionnaire: 'khac' }),
    forged(survey, here, { version: 2 }),
    forged({ ...survey, id: 'another-survey' }, here, {}),
  ]
  for (const [i, sealed] of replacements.entries()) {
    await site.deps.db
      .updateTable('sealed_ballot')
      .set({ sealed })
      .where('id', '=', ballots[i]?.id ?? '')
      .execute()
  }

  const admin = await signedIn(site)
  await opens(admin)
  await admin.get('/dieu-tra/thu/thu-phieu')
  expect(minutes(admin)).toMatchObject({ 'Mở được': '3', 'Hỏng, không mở được': '9' })
  const kept = (await responses()).map(({ answers }) => answers)
  expect(kept).toHaveLength(3)
  for (const answers of kept) expect(sent).toContain(answers)
  expect(await readBallots()).toEqual([])
  expect(await problems()).toEqual([])
  expect((await surveyNow()).state).toBe('opened')
})

/** A small survey that is closed with so many ballots in its box; gives the answers that were sent. */
async function closedBox({ ballots }: { ballots: number }): Promise<string[]> {
  const perGroup = Math.max(10, ballots / 2)
  const { survey, codes }: OpenSurvey = await openSurveyWith(site, {
    units: 1,
    items: 4,
    quotas: [perGroup, perGroup],
  })
  surveyId = survey.id
  const sent = Array.from({ length: ballots }, (_, n) => distinctAnswers(n))
  await putIntoBox(site, survey, codes.slice(0, ballots), (n) => sent[n] ?? '')
  await closeCollecting(site.deps, operator, survey)
  return sent
}

/** Eight items of four options: another string for each n, so that a ballot counted twice shows. */
function distinctAnswers(n: number): string {
  return n.toString(4).padStart(8, '0')
}

/** A member of staff types the word and waits for the work to end. */
async function opens(staff: Browser): Promise<void> {
  await staff.get('/dieu-tra/thu/thu-phieu')
  await staff.submit({ _xac_nhan: 'Mở niêm phong' })
  expect(staff.current.url).toMatch(/^\/dieu-tra\/[^/]+\/cong-viec\//)
  await jobDone(site, staff.current.url.split('/').at(-1) ?? '')
  await staff.get(staff.current.url)
}

/** The opening is asked for while no process works: the next one that starts finds it. */
async function asksWithNobodyAtWork(): Promise<Job> {
  await site.deps.jobs.stop()
  return site.deps.jobs.ask('open-box', await surveyNow(), { by: 'Hội đồng' })
}

async function refused(admin: Browser, sentence: string): Promise<void> {
  const before = await allRows(site.deps.db)
  await admin.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: 'MO NIEM PHONG' })
  expect(admin.current.status).toBe(409)
  expect(admin.current.text).toContain(sentence)
  expect(await allRows(site.deps.db)).toEqual(before)
}

async function expectMismatch(sentence: string, role = 'administrator'): Promise<void> {
  const { sealed_ballot, access_code } = await allRows(site.deps.db)
  const staff = await signedIn(site, role)
  await opens(staff)
  expect(staff.current.text).toContain(sentence)
  expect(staff.current.text).toContain('Hãy dừng lại, giữ nguyên dữ liệu và lập biên bản.')
  const rows = await allRows(site.deps.db)
  expect([rows.sealed_ballot, rows.access_code, rows.response]).toEqual([sealed_ballot, access_code, []])
  expect((await surveyNow()).state).toBe('closed')
  expect(existsSync(keyFile())).toBe(true)
}

/** Opened and complete: each ballot once, no sealed one left, the key gone, every count right. */
async function expectOpened(sent: string[]): Promise<void> {
  const rows = await responses()
  expect(rows.map(({ answers }) => answers).sort()).toEqual([...sent].sort())
  expect(new Set(rows.map(({ id }) => id)).size).toBe(sent.length)
  expect((await allRows(site.deps.db)).sealed_ballot).toEqual([])
  expect(existsSync(keyFile())).toBe(false)
  expect(await surveyNow()).toMatchObject({ state: 'opened', opened_on: '2022-10-12' })
  expect(await site.deps.db.selectFrom('opening').selectAll().execute()).toMatchObject([
    { step: 'done', ballots: sent.length, broken: 0 },
  ])
  expect(await problems()).toEqual([])
}

async function responses() {
  return site.deps.db.selectFrom('response').selectAll().execute()
}

async function readBallots() {
  return site.deps.db.selectFrom('sealed_ballot').selectAll().execute()
}

async function removeOneBallot(): Promise<void> {
  const { id } = await site.deps.db.selectFrom('sealed_ballot').select('id').executeTakeFirstOrThrow()
  await site.deps.db.deleteFrom('sealed_ballot').where('id', '=', id).execute()
}

async function problems(): Promise<string[]> {
  return (await verifyAll(site.deps.db)).flatMap((each) => each.problems)
}

async function surveyNow(): Promise<Survey> {
  return getSurvey(site.deps.db, 'thu')
}

function keyFile(): string {
  return join(site.deps.config.dataDir, 'keys', surveyId)
}

/** A key file as it would lie there for another survey of this server. */
function anotherKey(): string {
  ensureKey(site.deps.config, 'another-survey')
  return readFileSync(join(site.deps.config.dataDir, 'keys', 'another-survey'), 'utf8')
}

/** A good key file for this survey, but of a fresh pair. */
function renewKey(file: string): void {
  rmSync(file)
  ensureKey(site.deps.config, surveyId)
}

/** What somebody who can write into the store may put into the box: sealed rightly, filled wrongly. */
function forged(survey: Survey, stratum: string, changes: Partial<Ballot>): string {
  return sealBallot(
    { surveyId: survey.id, publicKey: survey.public_key ?? '', size: survey.ballot_size ?? 0 },
    {
      format: 'ballot/1',
      stratum,
      questionnaire: 'chung',
      version: 1,
      mode: 'web',
      answers: '33333333',
      flags: { straightLine: false },
      ...changes,
    },
  )
}

function minutes({ current }: Browser): Record<string, string> {
  const rows = current.root.querySelectorAll('.govuk-summary-list__row')
  return Object.fromEntries(
    rows.map((row) => [
      row.querySelector('dt')?.textContent ?? '',
      row.querySelector('dd')?.textContent ?? '',
    ]),
  )
}
