// Ten thousand odd requests over every route and over none, by nobody, by forgers, by somebody who answers and by an
// administrator: nothing breaks, nothing hangs, nothing of the program's inside is shown, and the site goes on.
import { Agent, request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../../src/rehearsal/answers.ts'
import type { StaffRoute } from '../../src/staff/permission.ts'
import { routesOf } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { brokenCookies, oddRequest, type OddRequest } from '../support/fuzz.ts'
import { listening, type TestServer } from '../support/server.ts'
import { makePerson, signedIn, signsIn } from '../support/staff.ts'
import { openedSurveyWith, openSurveyWith } from '../support/survey.ts'

const requests = 10_000
const atOnce = 16
const patienceMs = 10_000
/** They would end the session of whoever signed in for the rest of the run. */
const endsSession = ['/can-bo/dang-xuat', '/can-bo/toi/doi-dien-thoai']

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

let site: TestSite
let server: TestServer
let agent: Agent
let routes: StaffRoute[]
let values: Record<string, string>
let staffCookie: string
let respondentCookie: string

beforeAll(async () => {
  site = await testSite()
  server = await listening(site)
  agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const { codes } = await openSurveyWith(site, { slug: 'thu' })
  await openedSurveyWith(site, { slug: 'mo' }, () => '1212')
  const victim = await makePerson(site, 'viewer', { email: 'victim@example.com' })
  values = {
    slug: 'thu',
    unit: 'U1',
    id: victim.id,
    code: 'U2',
    number: '1',
    run: 'x',
    session: 'x',
    token: 'x',
  }
  routes = routesOf(site.deps)
  const staff = await signsIn(site, await makePerson(site, 'administrator'), new Browser(server.address))
  staffCookie = cookies(staff, 'can-bo')
  const person = new Browser(server.address)
  await person.post('/vao', { code: codes[0]?.code })
  respondentCookie = cookies(person, 'phieu', 'phien')
}, 120_000)

afterAll(async () => {
  agent.destroy()
  await server.close()
  await site.close()
})

test('ten thousand odd requests break nothing and are told nothing', { timeout: 300_000 }, async () => {
  const wrong: string[] = []
  const counts = new Map<string, number>()
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let n = next++; n < requests; n = next++) {
        const { odd, cookie } = drawn(n)
        const answer = await send(odd, cookie)
        const key = typeof answer === 'string' ? answer : String(answer.status)
        counts.set(key, (counts.get(key) ?? 0) + 1)
        const slip = slipOf(answer)
        if (slip !== undefined) wrong.push(`${n}: ${odd.method} ${odd.path.slice(0, 200)}: ${slip}`)
      }
    }),
  )
  const seen = JSON.stringify([...counts].sort())
  expect(wrong.slice(0, 20), `${wrong.length} of ${requests}; ${seen}`).toEqual([])
  expect(errors(), seen).toEqual([])
  // The requests reach the handlers: pages are shown, forms are refused in words, acts are done.
  for (const status of ['200', '303', '400', '403', '404', '422'])
    expect(counts.get(status) ?? 0, `${status} in ${seen}`).toBeGreaterThan(100)
  await expectHealthy()
})

test('a form that is cut off on its way ends nothing but itself', async () => {
  const forms = routes.filter(({ method, path }) => method === 'post' && !endsSession.includes(path))
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=b'])
    await Promise.all(
      forms.map(({ path }) =>
        sendHalf(
          path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? 'x'),
          type,
        ),
      ),
    )
  expect(errors()).toEqual([])
  await expectHealthy()
})

/** The nth request, and whose it is. */
function drawn(n: number): { odd: OddRequest; cookie: string } {
  const random = seededRandom(n)
  const who = Math.floor(random() * 10)
  const isStaff = who < 6
  const open = isStaff ? routes.filter(({ path }) => !endsSession.includes(path)) : routes
  const slug = random() < 0.5 ? 'thu' : 'mo'
  const odd = oddRequest(random, open, { ...values, slug })
  if (isStaff) return { odd, cookie: staffCookie }
  if (who < 8) return { odd, cookie: respondentCookie }
  return { odd, cookie: who === 8 ? '' : (brokenCookies[n % brokenCookies.length] ?? '') }
}

/** What came back, or a word for what did not. */
function send(
  { method, path, headers, body, chunked }: OddRequest,
  cookie: string,
): Promise<Answer | string> {
  return new Promise((resolve) => {
    const length = chunked
      ? { 'Transfer-Encoding': 'chunked' }
      : { 'Content-Length': String(body?.length ?? 0) }
    const asked = request(server.address + path, {
      method,
      agent,
      path,
      headers: { ...headers, ...(cookie !== '' && { Cookie: cookie }), ...(body && length) },
      signal: AbortSignal.timeout(patienceMs),
    })
    asked.on('error', (error) => resolve(`no answer: ${error.name} ${error.message}`))
    asked.on('response', (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('error', (error) => resolve(`half an answer: ${error.message}`))
      answer.on('end', () => {
        const whole = Buffer.concat(pieces)
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: unpacked(whole, answer.headers['content-encoding']).toString('utf8'),
        })
      })
    })
    asked.end(body)
  })
}

function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  if (body.length === 0) return body
  if (encoding === 'gzip') return gunzipSync(body)
  if (encoding === 'deflate') return inflateSync(body)
  return encoding === 'br' ? brotliDecompressSync(body) : body
}

/** What must not be in any answer: a stack, a place on the disk, the name of an error or of a database. */
const inside =
  /node_modules|\bat \S+ \(|\.[jt]s:\d+|file:\/\/|\/(home|tmp|usr|src|dist)\/|\b[A-Z]\w+Error\b|SQLITE|relation "/

function slipOf(answer: Answer | string): string | undefined {
  if (typeof answer === 'string') return answer
  const { status, headers, body } = answer
  if (status >= 500) return `status ${status}`
  const shown = inside.exec(body)
  if (shown) return `${status} shows ${shown[0]}`
  const missing = [
    'content-security-policy',
    'x-frame-options',
    'referrer-policy',
    'x-content-type-options',
  ].filter((name) => headers[name] === undefined)
  if (missing.length > 0) return `${status} without ${missing.join(', ')}`
  if (headers['x-powered-by'] !== undefined) return 'names its framework'
  const location = headers.location ?? '/'
  return location.startsWith('/') && !location.startsWith('//') ? undefined : `leads to ${location}`
}

/** Sends the head of a form and half of what it promised, then hangs up. */
function sendHalf(path: string, type: string): Promise<void> {
  const { hostname, port } = new URL(server.address)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const half = '--b\r\nContent-Disposition: form-data; name="roster"; filename="a"\r\n\r\nhal'
      const head = [`POST ${path} HTTP/1.1`, 'Host: x', `Cookie: ${staffCookie}`, `Content-Type: ${type}`]
      socket.write(`${head.join('\r\n')}\r\nContent-Length: 5000\r\n\r\n${half}`, () => socket.end())
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
    socket.resume()
  })
}

async function expectHealthy(): Promise<void> {
  const health = await new Browser(server.address).get('/healthz')
  expect([health.status, health.text]).toEqual([200, 'ok'])
  people++
  const officer = await signedIn(site, 'officer', site.app, { email: `after${people}@example.com` })
  expect(officer.current.url).toBe('/dieu-tra')
}

let people = 0

/** Lines of the log at level error or worse. */
function errors(): string[] {
  return site.logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)
}

function cookies(browser: Browser, ...names: string[]): string {
  return names.map((name) => `${name}=${browser.cookie(name) ?? ''}`).join('; ')
}
