// The line of live figures: who may listen, what is told, and when it ends. Only the beat is quickened; the server, the
// store and the line are real.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CookieAccessInfo } from 'cookiejar' // supertest's own jar
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { watchEveryMs } from '../../src/quota/watch.ts'
import { operator } from '../../src/staff/actor.ts'
import { createApp } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { makePerson, signsIn } from '../support/staff.ts'
import { openSurveyWith, putIntoBox, type OpenSurvey } from '../support/survey.ts'

const line = '/dieu-tra/thu/tien-do/dong'

let site: TestSite
let server: Server
let stopping: AbortController
let open: OpenSurvey

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
  stopping = new AbortController()
  server = createServer(createApp({ ...site.deps, stopping: stopping.signal }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open = await openSurveyWith(site, { units: 3 })
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(async () => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
  await site.close()
})

test('tells new figures after a ballot, a sign of life else, and never more than the page shows', async () => {
  const officer = await someone('officer')
  const page = await listens(officer)
  const room = await listens(officer, `${line}?phong-hop`)
  // Once at the beginning, once at the first beat, because something may have come between the two.
  for (let times = 0; times < 2; times++) {
    expect(await page.next()).toContain('Đã thu 0/30 phiếu')
    expect(await room.next()).toContain('Đã thu 0/30 phiếu')
    await beat()
  }
  expect([await page.next(), await room.next()]).toEqual([':', ':'])

  await putIntoBox(site, open.survey, open.codes.slice(0, 2), () => '1212')
  await beat()
  const [told, toldRoom] = [await page.next(), await room.next()]
  expect(told).toContain('Đã thu 2/30 phiếu')
  expect(told).toBe(await figuresOf(officer, '/dieu-tra/thu/tien-do'))
  expect(toldRoom).toBe(await figuresOf(officer, '/dieu-tra/thu/tien-do/phong-hop'))
})

test('is not for strangers nor for focal points; who asks for no stream gets the figures once', async () => {
  const stranger = new Browser(address())
  expect((await listens(stranger)).status).toBe(303)
  expect((await listens(await someone('focal-point'))).status).toBe(403)
  const once = await (await someone('viewer')).agent.get(line)
  expect([once.status, once.text.match(/^event: so-lieu$/gm)]).toEqual([200, ['event: so-lieu']])
})

test.each([
  ['signs out', (officer: Browser) => officer.post('/can-bo/dang-xuat', {})],
  ['is locked out', () => site.deps.db.updateTable('staff').set({ disabled_on: '2022-10-12' }).execute()],
  ['loses the role', () => site.deps.db.deleteFrom('staff_role').execute()],
])('ends at the next beat for who %s, without another figure', async (_, happens) => {
  const officer = await someone('officer')
  const lineOf = await listens(officer)
  await lineOf.next()
  await happens(officer)
  await putIntoBox(site, open.survey, open.codes.slice(0, 1), () => '1212')
  await beat()
  expect(await lineOf.next()).toBe('end')
})

test('ends with the collecting, with its last figures, and keeps no browser asking', async () => {
  const officer = await someone('officer')
  const lineOf = await listens(officer)
  await lineOf.next()
  await closeCollecting(site.deps, operator, open.survey)
  await beat()
  expect(await lineOf.next()).toContain('Đã kết thúc thu phiếu')
  expect(await lineOf.next()).toBe('end')
  expect((await listens(officer)).status).toBe(204)
})

test('ends when the server stops: nobody who listens holds it up, and nobody is asked for any more', async () => {
  const officer = await someone('officer')
  const lines = await Promise.all([1, 2, 3].map(() => listens(officer)))
  for (const each of lines) await each.next()
  expect(vi.getTimerCount()).toBe(1)
  const closed = new Promise((resolve) => server.close(resolve))
  stopping.abort()
  expect(await Promise.all(lines.map((each) => each.next()))).toEqual(['end', 'end', 'end'])
  await closed
  expect(vi.getTimerCount()).toBe(0)
})

async function someone(role: string): Promise<Browser> {
  const agency = role === 'focal-point' ? { agency: 'U1', survey: 'thu' } : {}
  return signsIn(site, await makePerson(site, role, agency), new Browser(address()))
}

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function beat(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(watchEveryMs)
}

/** What stands where the line puts its figures. */
async function figuresOf(browser: Browser, path: string): Promise<string> {
  const { html } = await browser.get(path)
  const start = html.indexOf('>', html.indexOf('id="so-lieu"')) + 1
  return html.slice(start, html.indexOf('</div>\n<p class="govuk-visually-hidden" aria-live')).trim()
}

interface Listener {
  status: number
  /** The next figures as HTML, ':' for a sign of life, 'end' once the server has ended the line. */
  next: () => Promise<string>
}

function listens(browser: Browser, path = line): Promise<Listener> {
  const cookie = browser.agent.jar
    .getCookies(new CookieAccessInfo('127.0.0.1', '/'))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const headers = { cookie, accept: 'text/event-stream' }
  return new Promise((resolve, reject) => {
    const sent = request(`${address()}${path}`, { headers }, (res) => {
      const told: string[] = []
      let rest = ''
      let wake: (() => void) | undefined
      const tell = (message: string) => {
        told.push(message)
        wake?.()
      }
      res.setEncoding('utf8')
      res.on('data', (text: string) => {
        const parts = (rest + text).split('\n\n')
        rest = parts.pop() ?? ''
        for (const part of parts) tell(messageOf(part))
      })
      res.on('end', () => tell('end'))
      resolve({
        status: res.statusCode ?? 0,
        next: async () => {
          while (told.length === 0) await new Promise<void>((woken) => (wake = woken))
          return told.shift() ?? ''
        },
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

function messageOf(part: string): string {
  const data = /^event: so-lieu\ndata: (.*)$/.exec(part)?.[1]
  return data === undefined ? part : (JSON.parse(data) as string).trim()
}
