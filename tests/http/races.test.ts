// Many at once: whatever comes at the same moment, each card counts once, each place is taken once, and whoever was told
// that the ballot is in has it in the box.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { loadKey } from '../../src/ballot/custody.ts'
import { publicKeyOf } from '../../src/ballot/seal.ts'
import { dialectOf, type Trx } from '../../src/db/database.ts'
import type { Database } from '../../src/db/tables.ts'
import type { Job, JobHandler } from '../../src/jobs/job.ts'
import { createRunner } from '../../src/jobs/runner.ts'
import { createJobs } from '../../src/program.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { getSurvey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import {
  answersAll,
  folderOnDisk,
  jobDone,
  openSurveyWith,
  putIntoBox,
  signedIn,
  smallFolder,
  surveyWithCards,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite
/** One listening server, so that the requests of a race are in the program together. */
let server: Server
let address: string

beforeEach(async () => {
  site = await testSite()
  server = createServer(site.app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  await site.close()
})

describe('twenty at once', () => {
  test('with one code: one is the first, and it counts as opened once', async () => {
    const { codes } = await openSurveyWith(site)
    const browsers = await meeting(20, async () => {
      const browser = new Browser(address)
      await browser.post('/vao', { code: codes[0]?.code })
      return browser
    })
    expect(browsers.map(({ current }) => current.url)).toEqual(Array<string>(20).fill('/phieu'))
    const strata = await site.deps.db.selectFrom('stratum').select(['opened', 'returned']).execute()
    expect(strata.reduce((sum, { opened }) => sum + opened, 0)).toBe(1)
    expect(await problems()).toEqual([])
  })

  test('sending from twenty devices with one code: one ballot and one receipt, nineteen are told', async () => {
    const { codes } = await openSurveyWith(site)
    const browsers = await all(20, async (i) => {
      const browser = await entersHere(codes[0]?.code ?? '')
      await answersAll(browser, () => String(1 + (i % 3)))
      return browser
    })
    await meeting(20, async (i) => browsers[i]?.submit())

    const winners = browsers.filter(({ current }) => current.url === '/phieu/cam-on')
    expect(winners).toHaveLength(1)
    for (const { current } of browsers.filter((each) => !winners.includes(each))) {
      expect(current.status).toBe(410)
      expect(current.text).toContain('Phiếu này đã được gửi')
    }
    const rows = await allRows(site.deps.db)
    expect(rows.sealed_ballot).toHaveLength(1)
    expect(rows.receipt).toHaveLength(1)
    expect(rows.receipt?.[0]).toContain(receiptOn(winners[0]).replace('-', ''))
    expect(await problems()).toEqual([])
  })

  test('pressing one form twenty times: one ballot, and every answer shows the same receipt', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await entersHere(codes[0]?.code ?? '')
    const check = await answersAll(browser, () => '3')
    const presses = await meeting(20, async () => {
      const press = new Browser(address)
      for (const name of ['phieu', 'phien']) press.putCookie(name, browser.cookie(name) ?? '')
      press.page = check
      await press.submit()
      return press
    })

    expect(presses.map(({ current }) => current.url)).toEqual(Array<string>(20).fill('/phieu/cam-on'))
    const receipts = presses.map(receiptOn)
    expect(new Set(receipts).size).toBe(1)
    const rows = await allRows(site.deps.db)
    expect([rows.sealed_ballot?.length, rows.receipt?.length]).toEqual([1, 1])
    expect(rows.receipt?.[0]).toContain(receipts[0]?.replace('-', ''))
    expect(await problems()).toEqual([])
  })

  test('for five places, with their reserve cards: five are in, fifteen are counted as turned away', async () => {
    const { codes } = await openSurveyWith(site, { units: 1, reserve: 15 })
    const cards = codes.filter(({ stratum }) => stratum.group_code === 'CC')
    expect(cards).toHaveLength(20)
    const browsers = await all(20, async (i) => {
      const browser = await entersHere(cards[i]?.code ?? '')
      await answersAll(browser, () => '2')
      return browser
    })
    await meeting(20, async (i) => browsers[i]?.submit())

    expect(browsers.filter(({ current }) => current.url === '/phieu/cam-on')).toHaveLength(5)
    expect(browsers.filter(({ current }) => current.status === 409)).toHaveLength(15)
    const rows = await allRows(site.deps.db)
    expect([rows.sealed_ballot?.length, rows.receipt?.length]).toEqual([5, 5])
    expect(rows.access_code?.filter((row) => row.includes('"used"'))).toHaveLength(5)
    expect(rows.stratum?.filter((row) => row.includes('"returned":5,"refused_full":15'))).toHaveLength(1)
    expect(await problems()).toEqual([])
  })
})

test('closing while thirty send: whoever was thanked is in the box, whoever was not is told that it is over', async () => {
  const { codes } = await openSurveyWith(site, { quotas: [8, 8] })
  const admin = await signedIn(site)
  const browsers = await all(30, async (i) => {
    const browser = await entersHere(codes[i]?.code ?? '')
    await answersAll(browser, () => '2')
    return browser
  })
  let closing: Promise<unknown> | undefined
  let answered = 0
  await Promise.all(
    browsers.map(async (browser) => {
      await browser.submit()
      if (++answered === 5) closing = admin.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })
    }),
  )
  await closing

  const thanked = browsers.filter(({ current }) => current.url === '/phieu/cam-on')
  expect(thanked.length).toBeGreaterThanOrEqual(5)
  for (const { current } of browsers.filter((each) => !thanked.includes(each)))
    expect([current.status, current.text]).toEqual([410, expect.stringContaining('Đã kết thúc thu phiếu')])
  const { sealed_ballot, receipt } = await allRows(site.deps.db)
  expect(sealed_ballot).toHaveLength(thanked.length)
  expect(receipt?.map((row) => (JSON.parse(row) as { receipt: string }).receipt).sort()).toEqual(
    thanked.map((browser) => receiptOn(browser).replace('-', '')).sort(),
  )
  expect(await problems()).toEqual([])
  expect((await getSurvey(site.deps.db, 'thu')).state).toBe('closed')
})

test('no ballot arrives behind the closing: those under way are in the box when it is done', async () => {
  const { codes } = await openSurveyWith(site)
  const admin = await signedIn(site, 'administrator', address)
  const browsers = await all(8, async (i) => {
    const browser = await entersHere(codes[i]?.code ?? '')
    await answersAll(browser, () => '2')
    return browser
  })
  const countSealed = async () => (await allRows(site.deps.db)).sealed_ballot?.length
  const closes = async () => {
    await admin.agent.post('/dieu-tra/thu/ket-thuc').type('form').send({ _xac_nhan: 'KET THUC' })
    return countSealed()
  }
  const answers = await meeting(
    9,
    async (i) => {
      if (i === 8) return closes()
      await browsers[i]?.submit()
      return undefined
    },
    'sealed_ballot',
  )

  const thanked = browsers.filter(({ current }) => current.url === '/phieu/cam-on')
  expect([answers[8], await countSealed()]).toEqual([thanked.length, thanked.length])
  expect((await getSurvey(site.deps.db, 'thu')).state).toBe('closed')
  expect(await problems()).toEqual([])
})

test('one survey is opened while the ballots of another go in: none is lost and nobody sees an error', async () => {
  const opened = await openSurveyWith(site, { slug: 'mot', units: 1 })
  await putIntoBox(site, opened.survey, opened.codes, () => '0123')
  const closed = await closeCollecting(site.deps, operator, opened.survey)
  const other = await openSurveyWith(site, { slug: 'hai', units: 1, quotas: [500, 500] })

  const job = await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })
  let ended: Job | undefined
  void jobDone(site, job.id).then((done) => (ended = done))
  let sent = 0
  for (; !ended && sent < 1000; sent += 40)
    await putIntoBox(site, other.survey, other.codes.slice(sent, sent + 40), () => '3210')
  expect((await jobDone(site, job.id)).state).toBe('done')
  const rows = await allRows(site.deps.db)
  expect([rows.response?.length, rows.sealed_ballot?.length]).toEqual([10, sent])
  expect(await problems()).toEqual([])
})

describe('staff who press at once', () => {
  test('start one survey once, with one key', async () => {
    await surveyWithCards(site)
    const admin = await signedIn(site, 'administrator', address)
    const answers = await meeting(
      6,
      () => admin.agent.post('/dieu-tra/thu/bat-dau').type('form').send({}),
      'survey',
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409, 409, 409])
    const survey = await getSurvey(site.deps.db, 'thu')
    expect(survey.state).toBe('collecting')
    expect(publicKeyOf(loadKey(site.deps.config, survey.id))).toBe(survey.public_key)
  })

  test('close it once, and erase its codes once', async () => {
    const { survey } = await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'thu')
    await jobDone(site, (await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })).id)
    const admin = await signedIn(site, 'administrator', address)
    const press = (path: string, word: string) =>
      meeting(
        6,
        () => admin.agent.post(`/dieu-tra/thu/${path}`).type('form').send({ _xac_nhan: word }),
        'survey',
      )
    expect((await press('da-in', 'DA IN')).map(({ status }) => status).sort()).toEqual([
      303, 410, 410, 410, 410, 410,
    ])
    await admin.post('/dieu-tra/thu/bat-dau', {})
    expect((await press('ket-thuc', 'KET THUC')).map(({ status }) => status).sort()).toEqual([
      303, 409, 409, 409, 409, 409,
    ])
  })

  test('ask for codes: one job, one batch, and all cards can be printed', async () => {
    const { survey } = await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'thu')
    // Nobody works meanwhile: the first job must not be done before the last is asked for.
    await site.deps.jobs.stop()
    const [first, ...others] = await all(10, () =>
      site.deps.jobs.ask('issue-codes', survey, { rehearsal: true }),
    )
    if (!first) throw new Error('no job')
    for (const { id } of others) expect(id).toBe(first.id)
    expect((await createJobs(site.deps).runToEnd(first)).state).toBe('done')
    const { job, code_batch, access_code } = await allRows(site.deps.db)
    expect([job?.length, code_batch?.length, access_code?.length]).toEqual([1, 1, 20])
    const admin = await signedIn(site)
    expect((await admin.get('/dieu-tra/thu/the')).root.querySelectorAll('.card')).toHaveLength(20)
  })
})

test('two processes never work on one survey at the same time', async () => {
  const { survey } = await surveyWithCards(site)
  await site.deps.jobs.stop()
  let working = 0
  let most = 0
  const work: JobHandler = {
    title: 'Việc thử',
    next: () => ({ text: '', href: '' }),
    run: async ({ report }) => {
      most = Math.max(most, ++working)
      for (let i = 0; i < 5; i++) await report('làm', i, 5)
      working--
      return undefined
    },
  }
  const runners = Array.from({ length: 4 }, () => createRunner(site.deps, { a: work, b: work, c: work }))
  const asked = await Promise.all(
    ['a', 'b', 'c'].flatMap((kind) => [1, 2, 3].map((n) => site.deps.jobs.ask(kind, survey, { n }))),
  )
  for (const runner of runners) runner.start()
  for (const { id } of asked) expect((await jobDone(site, id)).state).toBe('done')
  for (const runner of runners) await runner.stop()
  expect(most).toBe(1)
})

function all<Result>(count: number, act: (i: number) => PromiseLike<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => act(i)))
}

/**
 * The same, but the store is held until every request has come in: only then do they really meet. PostgreSQL is held by
 * a lock on the table that the requests ask first, SQLite by a transaction on its one connection.
 */
async function meeting<Result>(
  count: number,
  act: (i: number) => PromiseLike<Result>,
  table: keyof Database = 'access_code',
): Promise<Result[]> {
  const { db } = site.deps
  let arrived = 0
  const noteOne = () => {
    arrived++
  }
  server.on('request', noteOne)
  let answers: Promise<Result[]> | undefined
  await db.transaction().execute(async (trx) => {
    if (dialectOf(db) === 'postgres') await sql`lock table ${sql.table(table)}`.execute(trx)
    answers = all(count, act)
    while (arrived < count) await aMoment()
    if (dialectOf(db) === 'sqlite') for (let i = 0; i < 50; i++) await aMoment()
    else while ((await countWaiting(trx)) < Math.min(count, poolSize - 1) - 1) await aMoment()
  })
  server.off('request', noteOne)
  return answers ?? []
}

/** Connections of the program to PostgreSQL; the one that holds the lock is one of them. */
const poolSize = 10

async function countWaiting(trx: Trx): Promise<number> {
  // Inside a transaction PostgreSQL would go on showing what it showed first.
  await sql`select pg_stat_clear_snapshot()`.execute(trx)
  const { rows } = await sql<{ n: number }>`
    select cast(count(*) as integer) as n from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`.execute(trx)
  return rows[0]?.n ?? 0
}

function aMoment(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Somebody on a device of their own who has typed the code. */
async function entersHere(code: string): Promise<Browser> {
  const browser = new Browser(address)
  await browser.get('/')
  await browser.submit({ code })
  return browser
}

function receiptOn(browser: Browser | undefined): string {
  return browser?.current.root.querySelector('main .code')?.textContent ?? ''
}

async function problems(): Promise<string[]> {
  return (await verifyAll(site.deps.db)).flatMap((each) => each.problems)
}
