// The page of progress answers quickly: with 31 units, and with 5,000 units of four groups and 100,000 ballots counted. First
// byte within 100 ms, the median of eleven requests, on a machine with nothing else to do. Its cost does not depend on the
// ballots: only counters are read.
import { request } from 'node:http'
import { CookieAccessInfo } from 'cookiejar' // supertest's own jar
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSurveyFromTemplate, defaultTemplate } from '../../src/survey/survey.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { makeHugeSurvey } from '../support/huge-survey.ts'
import { listening, type TestServer } from '../support/server.ts'
import { signedIn } from '../support/staff.ts'

const mostMs = 100
const requests = 11

let site: TestSite
let server: TestServer
let cookie: string

beforeAll(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
  server = await listening(site)
  await createSurveyFromTemplate(site.deps, operator, defaultTemplate, 'nho')
  await site.deps.db.updateTable('survey').set({ state: 'collecting' }).execute()
  await makeHugeSurvey(site.deps.db, 'lon')
  const officer = await signedIn(site, 'officer')
  cookie = officer.agent.jar
    .getCookies(new CookieAccessInfo('127.0.0.1', '/'))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
})
afterAll(async () => {
  await server.close()
  await site.close()
})

test.each([
  ['31 units', '/dieu-tra/nho/tien-do'],
  ['5,000 units x 4 groups', '/dieu-tra/lon/tien-do'],
  ['5,000 units x 4 groups, a search', '/dieu-tra/lon/tien-do?tim=xa+4999'],
  ['5,000 units x 4 groups, the room', '/dieu-tra/lon/tien-do/phong-hop'],
  ['5,000 units x 4 groups, the overview', '/dieu-tra/lon'],
  ['5,000 units x 4 groups, the list of surveys', '/dieu-tra'],
])('the first byte of the page comes within 100 ms: %s', async (what, path) => {
  const times: number[] = []
  for (let n = 0; n < requests; n++) times.push(await firstByte(path))
  const median = times.sort((a, b) => a - b)[Math.floor(requests / 2)] ?? Infinity
  console.log(`${what}: first byte ${median.toFixed(1)} ms, bound ${mostMs}`)
  expect(median).toBeLessThanOrEqual(mostMs)
})

function firstByte(path: string): Promise<number> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    request(`${server.address}${path}`, { headers: { cookie } }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`${path} answered ${res.statusCode}`))
      res.once('data', () => resolve(performance.now() - start))
      res.resume()
    })
      .on('error', reject)
      .end()
  })
}
