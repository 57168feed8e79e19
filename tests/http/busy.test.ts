// The store cannot be had for a moment: a respondent reads so in words, and "Gửi lại" sends what they had posted.
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databaseFile } from '../../src/db/database.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { answersAll, enters, openSurveyWith } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite
beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

test('a code that meets a busy store is kept on the page, and passes when sent again', async () => {
  const { codes } = await openSurveyWith(site)
  const browser = new Browser(site.app)
  await browser.get('/')
  const before = await allRows(site.deps.db)
  await whileBusy(() => browser.submit({ code: codes[0]?.code ?? '' }))
  expectBusy(browser)
  expect(await allRows(site.deps.db)).toEqual(before)
  await browser.submit({}, { press: 'Gửi lại' })
  expect(browser.current).toMatchObject({ status: 200, url: '/phieu' })
})

test('a ballot that meets a busy store is not in the box, and is once it is sent again', async () => {
  const { codes } = await openSurveyWith(site)
  const browser = await enters(site, codes[0]?.code ?? '')
  await answersAll(browser, () => '2')
  await whileBusy(() => browser.submit())
  expectBusy(browser)
  expect(browser.current.text).toContain('Các câu đã trả lời không bị mất.')
  expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(0)
  await browser.submit({}, { press: 'Gửi lại' })
  expect(browser.current.url).toBe('/phieu/cam-on')
  expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(1)
})

function expectBusy(browser: Browser): void {
  expect(browser.current.status).toBe(503)
  expect(browser.current.headers['retry-after']).toBe('5')
  expect(browser.current.text).toContain('Hệ thống đang bận')
  expect(browser.current.text).toContain('Hãy thử lại sau vài giây.')
}

/** Does something while somebody else holds what it must write, longer than it waits for. */
async function whileBusy<Result>(act: () => Promise<Result>): Promise<Result> {
  const { databaseUrl } = site.deps.config
  return databaseUrl === undefined ? whileSqliteIsHeld(act) : whilePostgresGivesUp(act, databaseUrl)
}

async function whileSqliteIsHeld<Result>(act: () => Promise<Result>): Promise<Result> {
  const other = new Sqlite(databaseFile(site.deps.config.dataDir))
  other.exec('begin immediate')
  try {
    return await act()
  } finally {
    other.close()
  }
}

/** A locked table, and whoever waits for it loses the connection: as when a server is stopped. */
async function whilePostgresGivesUp<Result>(act: () => Promise<Result>, url: string): Promise<Result> {
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  try {
    await other.query('begin')
    await other.query('lock table stratum in access exclusive mode')
    const acting = act()
    for (let ended = false; !ended;) {
      await wait(5)
      const { rows } = await other.query<{ pid: number }>(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where wait_event_type = 'Lock' and datname = current_database()`,
      )
      ended = rows.length > 0
    }
    return await acting
  } finally {
    await other.end()
  }
}
