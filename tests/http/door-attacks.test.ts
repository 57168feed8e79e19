// What somebody tries at the staff door who is not let in by it: a planted or stolen session, another site's form, asking
// who has an account, guessing, using a code twice, and the addresses of what belongs to others.
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { openLinkOf, putLink, usePasswordLink } from '../../src/staff/link.service.ts'
import {
  disableStaff,
  enableStaff,
  getAccount,
  inviteStaff,
  resetSecondFactor,
} from '../../src/staff/staff.service.ts'
import { createApp, routesOf } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { addressOf } from '../support/door.ts'
import { elsewhere } from '../support/elsewhere.ts'
import { catchMail } from '../support/mail-catcher.ts'
import { listening, type TestServer } from '../support/server.ts'
import { makePerson, nextCode, password, signedIn, signsIn, type Person } from '../support/staff.ts'
import { jobDone, openSurveyWith } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

const newPassword = 'mot mat khau khac, cung dai'
const mine = '/can-bo/toi'
const signInFor = (path: string) => `/can-bo/dang-nhap?tiep=${encodeURIComponent(path)}`

let site: TestSite
/** Behind a reverse proxy of our own, which says truly who is asking. */
let proxied: TestSite['app']
let server: TestServer
let behindProxy: TestServer

beforeEach(async () => {
  site = await testSite()
  proxied = createApp({ ...site.deps, config: { ...site.deps.config, trustProxy: 'loopback' } })
  server = await listening(site)
  behindProxy = await listening({ app: proxied })
})
afterEach(async () => {
  await behindProxy.close()
  await server.close()
  await site.close()
})

describe('a session planted in the browser before its owner signs in', () => {
  test('made up, is not the one afterwards and is signed in nowhere', async () => {
    const planted = `${'a'.repeat(32)}.${Buffer.alloc(32).toString('base64')}`
    const browser = new Browser(site.app)
    browser.putCookie('can-bo', encodeURIComponent(planted))
    await signsIn(site, await makePerson(site, 'auditor'), browser)
    expect((await browser.get(mine)).status).toBe(200)
    expect(browser.cookie('can-bo')).not.toContain('a'.repeat(32))
    expect(await statusAs(encodeURIComponent(planted))).toEqual([303, signInFor(mine)])
  })

  test('of the attacker, is over, and the owner gets one of their own', async () => {
    const attacker = await signedIn(site, 'viewer', site.app, { email: 'attacker@example.com' })
    const planted = sessionOf(attacker)
    const browser = new Browser(site.app)
    browser.putCookie('can-bo', planted)
    await browser.post('/can-bo/dang-nhap', { email: (await makePerson(site, 'auditor')).email, password })
    expect(sessionOf(browser)).not.toBe(planted)
    expect((await browser.get(mine)).text).toContain('auditor@example.com')
    expect((await attacker.get(mine)).url).toContain('/can-bo/dang-nhap')
  })

  test('by somebody who knows the password, does not become whole with the owner’s second factor', async () => {
    const person = await makePerson(site, 'council')
    const attacker = new Browser(site.app)
    await attacker.post('/can-bo/dang-nhap', { email: person.email, password })
    const planted = sessionOf(attacker)
    const browser = new Browser(site.app)
    browser.putCookie('can-bo', planted)
    await browser.get('/can-bo/buoc-hai')
    await browser.submit({ code: await nextCode(site.deps, person) })
    expect((await browser.get(mine)).status).toBe(200)
    expect(await statusAs(planted)).toEqual([303, signInFor(mine)])
  })
})

describe('another site', () => {
  test('cannot send any form in the name of somebody who is signed in, and nothing changes', async () => {
    await openSurveyWith(site)
    const browser = await signedIn(site)
    const forms = routesOf(site.deps).filter(({ method }) => method === 'post')
    expect(forms.length).toBeGreaterThan(35)
    const before = await allRows(site.deps.db)
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: server.address },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
    ]) {
      for (const { path } of forms) {
        const answer = await request(server.address)
          .post(addressOf(path, { slug: 'thu', unit: 'U1', number: '1' }))
          .set({ ...headers, Cookie: `can-bo=${sessionOf(browser)}` })
          .type('form')
          .send({ _xac_nhan: 'KET THUC', slug: 'moi', template: 'binh-phuoc-2022', name: 'x', code: 'X1' })
        const where = `${path} ${JSON.stringify(headers)}`
        expect([answer.status, answer.text.includes('Yêu cầu đến từ một trang khác')], where).toEqual([
          403,
          true,
        ])
        expect(answer.headers['set-cookie'], where).toBeUndefined()
      }
    }
    expect(await allRows(site.deps.db)).toEqual(before)
  })
})

describe('a stolen session', () => {
  /** What its owner, or the administrator, does about it. */
  const ends: [how: string, act: (browser: Browser, person: Person) => Promise<unknown>][] = [
    ['its owner signs out', (browser) => browser.post('/can-bo/dang-xuat', {})],
    [
      'its owner ends all other sessions from elsewhere',
      async (_, person) => (await signsIn(site, person)).post('/can-bo/toi/phien', {}),
    ],
    [
      'its owner changes the password elsewhere',
      async (_, person) => {
        const elsewhere = await signsIn(site, person)
        await elsewhere.post('/can-bo/toi/mat-khau', { current: password, password: newPassword })
        expect(elsewhere.current.url).toBe('/can-bo/toi?da=mat-khau')
      },
    ],
    [
      'a link sets another password',
      async (_, { id }) => {
        await site.deps.db.transaction().execute((trx) => putLink(site.deps, trx, id, 'reset'))
        const link = openLinkOf(site.deps, await getAccount(site.deps.db, id))
        await usePasswordLink(site.deps, link?.code ?? '', newPassword)
      },
    ],
    [
      'the account is put out of use, also once it is used again',
      async (_, { id }) => {
        await makePerson(site, 'administrator')
        await disableStaff(site.deps, operator, id)
        await enableStaff(site.deps, operator, id)
      },
    ],
    ['the second factor is taken away', (_, { id }) => resetSecondFactor(site.deps, operator, id)],
  ]

  test.each(ends)('is dead once %s', async (_, act) => {
    const person = await makePerson(site, 'council')
    const browser = await signsIn(site, person)
    const stolen = sessionOf(browser)
    expect(await statusAs(stolen)).toEqual([200, undefined])
    await act(browser, person)
    expect(await statusAs(stolen)).toEqual([303, signInFor(mine)])
    expect((await request(site.app).post('/can-bo/toi/phien').set('Cookie', `can-bo=${stolen}`)).status).toBe(
      401,
    )
  })

  test('a session that is proved again goes on under another token, and signing in again ends the one before', async () => {
    const person = await makePerson(site, 'viewer')
    const browser = await signsIn(site, person)
    const first = browser.cookie('can-bo')
    await browser.get('/can-bo/xac-nhan-lai')
    await browser.submit({ password: person.password })
    const second = browser.cookie('can-bo')
    await browser.post('/can-bo/dang-nhap', { email: person.email, password: person.password })
    expect(new Set([first, second, browser.cookie('can-bo')]).size).toBe(3)
    expect(await site.deps.db.selectFrom('staff_session').select('id').execute()).toHaveLength(1)
    expect((await browser.get('/can-bo/toi')).status).toBe(200)
    for (const old of [first, second]) {
      const thief = new Browser(site.app)
      thief.putCookie('can-bo', old ?? '')
      expect((await thief.get('/can-bo/toi')).url).toContain('/can-bo/dang-nhap')
    }
  })

  test('of somebody who must still set up a second factor is over after half an hour, and no phone is tied to it', async () => {
    const person = await makePerson(site, 'officer', { secondFactor: false })
    const browser = await signsIn(site, person)
    expect(browser.current.url).toContain('/can-bo/xac-thuc')
    await site.deps.db.updateTable('staff_session').set({ fresh_at: '2022-10-12T02:29:00.000Z' }).execute()
    await browser.get('/can-bo/xac-thuc')
    expect(browser.current.url).toBe('/can-bo/dang-nhap?tiep=%2Fcan-bo%2Fxac-thuc')
    expect(await site.deps.db.selectFrom('staff_session').selectAll().execute()).toEqual([])
  })

  test('does not become fresh by setting up the second factor that its owner has not', async () => {
    const browser = await signedIn(site, 'viewer')
    await site.deps.db.updateTable('staff_session').set({ fresh_at: '2022-10-12T02:00:00.000Z' }).execute()
    await browser.post('/can-bo/toi/phien', {})
    expect(browser.current.url).toContain('/can-bo/xac-nhan-lai')
    await browser.get('/can-bo/xac-thuc')
    expect(browser.current.url).toBe('/can-bo/xac-nhan-lai?tiep=%2Fcan-bo%2Fxac-thuc')
    await browser.post('/can-bo/xac-thuc', { code: '000000' })
    expect(browser.current.url).toBe('/can-bo/xac-nhan-lai?tiep=%2Fcan-bo%2Fxac-thuc')
    expect(await site.deps.db.selectFrom('staff_totp').selectAll().execute()).toEqual([])
  })
})

describe('asking who has an account', () => {
  test('by signing in, is answered the same for nobody, a stranger to it, one without a password and one out of use', async () => {
    await makePerson(site, 'viewer', { email: 'known@example.com' })
    const out = await makePerson(site, 'viewer', { email: 'out@example.com' })
    await disableStaff(site.deps, operator, out.id)
    await invited('invited@example.com')
    const emails = ['known@example.com', 'out@example.com', 'invited@example.com', 'nobody@example.com']
    const times = new Map<string, number[]>()
    const said = new Set<string>()
    for (let i = 0; i < 6; i++) {
      for (const email of emails) {
        const start = performance.now()
        const answer = await form('/can-bo/dang-nhap', { email, password: 'not this one' })
        times.set(email, [...(times.get(email) ?? []), performance.now() - start])
        said.add(toldBy(answer, email))
      }
    }
    expect([...said]).toHaveLength(1)
    expect([...said][0]).toMatch(/^422 /)
    expectSameTime(times)
  })

  test('by guessing too often, is answered the same too', async () => {
    await makePerson(site, 'viewer', { email: 'known@example.com' })
    const told = async (email: string) => {
      const all: string[] = []
      for (let i = 0; i < 13; i++)
        all.push(toldBy(await form('/can-bo/dang-nhap', { email, password: 'x' }), email))
      return all
    }
    const known = await told('known@example.com')
    expect(known.at(-1)).toMatch(/^429 /)
    expect(await told('nobody@example.com')).toEqual(known)
  })

  test('by a forgotten password, is answered the same: the letter alone tells, and only its reader', async () => {
    const catcher = await catchMail()
    const mailing = await listening({
      app: createApp({ ...site.deps, config: { ...site.deps.config, mail: catcher.mail } }),
    })
    const stranger = elsewhere(mailing.address)
    try {
      await makePerson(site, 'viewer', { email: 'known@example.com' })
      const out = await makePerson(site, 'viewer', { email: 'out@example.com' })
      await disableStaff(site.deps, operator, out.id)
      const times = new Map<string, number[]>()
      const told = new Map<string, string[]>()
      for (let i = 0; i < 13; i++) {
        // The known one last, so that its letter is out before the next one is timed.
        for (const email of ['nobody@example.com', 'out@example.com', 'known@example.com']) {
          const answer = await stranger.ask('/can-bo/quen-mat-khau', { email })
          if (answer.status === 303) times.set(email, [...(times.get(email) ?? []), answer.ms])
          told.set(email, [...(told.get(email) ?? []), toldBy(answer, email)])
          if (email.startsWith('known') && answer.status === 303) await catcher.next()
        }
      }
      const known = told.get('known@example.com') ?? []
      expect(
        known.filter((each) => each.startsWith('303 /can-bo/dang-nhap?da=da-gui-thu')).length,
      ).toBeGreaterThan(9)
      expect(known.at(-1)).toMatch(/^429 /)
      expect(told.get('nobody@example.com')).toEqual(known)
      expect(told.get('out@example.com')).toEqual(known)
      // Waiting for the mail server would take ten times as long.
      expectSameTime(times, 4)
      expect(new Set(catcher.letters.map(({ to }) => JSON.stringify(to)))).toHaveLength(1)
      expect(catcher.letters[0]?.text).toContain('/can-bo/kich-hoat#')
    } finally {
      await stranger.close()
      await mailing.close()
      await catcher.close()
    }
  })

  test('by activation codes, is answered the same whatever is wrong with the code', async () => {
    const [used, late, out] = [
      await invited('used@example.com'),
      await invited('late@example.com'),
      await invited('out@example.com'),
    ]
    await usePasswordLink(site.deps, used.code, newPassword)
    await disableStaff(site.deps, operator, out.id)
    await site.deps.db
      .updateTable('staff_link')
      .set({ expires_at: '2022-10-12T02:59:59.000Z' })
      .where('staff_id', '=', late.id)
      .execute()
    for (const path of ['/can-bo/kich-hoat', '/can-bo/dat-mat-khau']) {
      const said = new Set<string>()
      for (const code of [used.code, late.code, out.code, 'BCDF GHJK MNPQ RTVX'])
        said.add(toldBy(await form(path, { code, password: newPassword }), code))
      expect([...said]).toHaveLength(1)
      expect([...said][0]).toMatch(/^422 /)
    }
  })
})

describe('guessing', () => {
  test('a password from one place, many at once, is looked at eleven times at most; the owner comes in from elsewhere', async () => {
    const { email } = await makePerson(site, 'viewer')
    const statuses = await atOnce(29, (i) => passwordFrom('203.0.113.7', email, `guess number ${i}`))
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(11)
    expect(await passwordFrom('203.0.113.7', email, password)).toBe(429)
    expect(await passwordFrom('198.51.100.9', email, password)).toBe(303)
  })

  test('the six digits, many at once, is looked at eleven times at most', async () => {
    const person = await makePerson(site, 'council')
    const half = await passwordShownFrom('203.0.113.7', person)
    const statuses = await atOnce(60, (i) => codeFrom('203.0.113.7', half, String(100_000 + i)))
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(11)
    expect(statuses).not.toContain(303)
  })

  test('the six digits from many places is slowed for all of them, and a recovery code of the owner still passes', async () => {
    const person = await makePerson(site, 'council')
    const half = await passwordShownFrom('203.0.113.7', person)
    const statuses: number[] = []
    for (let i = 0; i < 30; i++) statuses.push(await codeFrom(`203.0.${i}.7`, half, String(100_000 + i)))
    expect(statuses.filter((status) => status === 422).length).toBeLessThanOrEqual(11)
    expect(statuses.slice(11)).toEqual(Array<number>(19).fill(429))

    const owner = await passwordShownFrom('198.51.100.9', person)
    expect(await codeFrom('198.51.100.9', owner, await nextCode(site.deps, person)), 'digits wait').toBe(429)
    expect(await codeFrom('198.51.100.9', owner, person.recoveryCodes[0] ?? '')).toBe(303)
  })

  test('the proof asked for again, many at once, is looked at eleven times at most', async () => {
    const person = await makePerson(site, 'council')
    const session = `can-bo=${sessionOf(await signsIn(site, person))}`
    const statuses = await atOnce(40, async (i) => {
      const fields = { password, code: String(100_000 + i) }
      return (await form('/can-bo/xac-nhan-lai', fields, server.address, { Cookie: session })).status
    })
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(11)
  })

  test('the password of a session that was left open, many at once, is looked at eleven times at most', async () => {
    const session = `can-bo=${sessionOf(await signedIn(site, 'viewer'))}`
    const statuses = await atOnce(40, async (i) => {
      const fields = { current: `guess number ${i}`, password: newPassword }
      return (await form('/can-bo/toi/mat-khau', fields, server.address, { Cookie: session })).status
    })
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(11)
  })

  test('activation codes, many at once, is looked at eleven times at most, also where a right one comes between', async () => {
    const { code } = await invited('new@example.com')
    const shown = (each: string) => form('/can-bo/kich-hoat', { code: each }, server.address)
    for (let i = 0; i < 9; i++) expect((await shown('BCDF GHJK MNPQ RTVX')).status).toBe(422)
    expect((await shown(code)).status).toBe(200)
    const statuses = await atOnce(30, async () => (await shown('BCDF GHJK MNPQ RTVX')).status)
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(11)
  })

  test('is not helped by a claimed address where no proxy is trusted, and the claim is stored nowhere', async () => {
    const person = await makePerson(site, 'council')
    const browser = new Browser(site.app)
    browser.agent.set({
      'X-Forwarded-For': '203.0.113.99',
      Forwarded: 'for=203.0.113.99',
      'X-Real-IP': '203.0.113.99',
    })
    await signsIn(site, person, browser)
    expect((await browser.get(mine)).text).toContain('từ địa chỉ mạng 127.0.0.1')
    expect(JSON.stringify(await allRows(site.deps.db))).not.toContain('203.0.113.99')
    const statuses: number[] = []
    for (let i = 0; i < 13; i++) {
      const forged = { 'X-Forwarded-For': `203.0.113.${i}` }
      statuses.push(
        (await form('/can-bo/dang-nhap', { email: person.email, password: 'x' }, server.address, forged))
          .status,
      )
    }
    expect(statuses).toEqual([...Array<number>(11).fill(422), 429, 429])
  })
})

describe('a code that was used', () => {
  test('is of no use a second time, neither at the second step nor to prove again', async () => {
    const person = await makePerson(site, 'council')
    const code = await nextCode(site.deps, person)
    expect(await codeFrom('203.0.113.7', await passwordShownFrom('203.0.113.7', person), code)).toBe(303)
    const second = await passwordShownFrom('203.0.113.8', person)
    expect(await codeFrom('203.0.113.8', second, code)).toBe(422)

    const browser = await signsIn(site, person)
    person.steps--
    await browser.get('/can-bo/xac-nhan-lai')
    await browser.submit({ password, code: await nextCode(site.deps, person) })
    expect(browser.current.status).toBe(422)
  })

  test.each([
    ['six digits', (person: Person) => nextCode(site.deps, person)],
    ['a recovery code', (person: Person) => Promise.resolve(person.recoveryCodes[0] ?? '')],
  ])('%s, twenty times at once from twenty places, lets in one', async (_, codeOf) => {
    const person = await makePerson(site, 'council')
    const places = Array.from({ length: 20 }, (_, i) => `203.0.${i}.7`)
    const halves = await Promise.all(places.map((place) => passwordShownFrom(place, person)))
    const code = await codeOf(person)
    const statuses = await atOnce(20, (i) => codeFrom(places[i] ?? '', halves[i] ?? '', code))
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => ![303, 422, 429].includes(status))).toEqual([])
    const whole = await site.deps.db
      .selectFrom('staff_session')
      .select('id')
      .where('second_factor', '=', 1)
      .execute()
    expect(whole).toHaveLength(1)
  })
})

describe('what belongs to others', () => {
  test('a unit of another agency, or of a survey that one has no part in, is not shown by its address', async () => {
    await openSurveyWith(site, { slug: 'mot' })
    await openSurveyWith(site, { slug: 'hai' })
    const browser = await signedIn(site, 'focal-point', site.app, { survey: 'mot', agency: 'U1' })
    for (const page of ['', '/danh-sach']) {
      expect((await browser.get(`/dieu-tra/mot/don-vi/U1${page}`)).status).toBe(200)
      expect((await browser.get(`/dieu-tra/mot/don-vi/U2${page}`)).status).toBe(403)
      expect(browser.current.text).not.toContain('Sở 2')
      expect((await browser.get(`/dieu-tra/hai/don-vi/U1${page}`)).status).toBe(403)
    }
  })

  test('the session of somebody else is not ended by its number', async () => {
    const victim = await signedIn(site, 'auditor')
    const { id } = await site.deps.db.selectFrom('staff_session').select('id').executeTakeFirstOrThrow()
    const attacker = await signedIn(site)
    await attacker.post(`/can-bo/toi/phien/${id}`, {})
    await attacker.post('/can-bo/toi/phien', {})
    expect((await victim.get('/nhat-ky')).status).toBe(200)
    const ended = await site.deps.db
      .selectFrom('act_log')
      .selectAll()
      .where('kind', '=', 'session-ended')
      .execute()
    expect(ended).toEqual([])
  })

  test('the work of another survey, and its file, are not shown under one’s own', async () => {
    await openSurveyWith(site, { slug: 'mot' })
    const { survey } = await openSurveyWith(site, { slug: 'hai' })
    const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })
    await jobDone(site, job.id)
    const all = await signedIn(site, 'officer')
    expect((await all.get(`/dieu-tra/hai/cong-viec/${job.id}`)).status).toBe(200)
    const browser = await signedIn(site, 'officer', site.app, { survey: 'mot', email: 'one@example.com' })
    for (const file of ['', '/tep']) {
      expect((await browser.get(`/dieu-tra/mot/cong-viec/${job.id}${file}`)).status).toBe(404)
      expect((await browser.get(`/dieu-tra/hai/cong-viec/${job.id}${file}`)).status).toBe(403)
    }
  })
})

describe('the last administrator', () => {
  test.each([
    ['put each other out of use', 'ngung', 'ngung'],
    ['take each other’s roles', 'vai-tro', 'vai-tro'],
    ['do one and the other', 'ngung', 'vai-tro'],
  ])('stays when two at once %s', async (_, toSecond, toFirst) => {
    const first = await makePerson(site, 'administrator', { email: 'first@example.com' })
    const second = await makePerson(site, 'administrator', { email: 'second@example.com' })
    const [one, two] = [await signsIn(site, first), await signsIn(site, second)]
    const act = async (browser: Browser, { id }: Person, word: string) => {
      const headers = { Cookie: `can-bo=${sessionOf(browser)}` }
      return (await form(`/tai-khoan/${id}/${word}`, {}, server.address, headers)).status
    }
    const statuses = await Promise.all([act(one, second, toSecond), act(two, first, toFirst)])
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    const left = await site.deps.db
      .selectFrom('staff_role')
      .innerJoin('staff', 'staff.id', 'staff_role.staff_id')
      .select('staff.email')
      .where('role_code', '=', 'administrator')
      .where('disabled_on', 'is', null)
      .execute()
    expect(left).toHaveLength(1)
  })
})

function form(
  path: string,
  fields: Record<string, string>,
  at: TestSite['app'] | string = site.app,
  headers: Record<string, string> = {},
) {
  return request(at).post(path).set(headers).type('form').send(fields).redirects(0)
}

interface Told {
  status: number
  text: string
  headers: Record<string, string>
}

/** All that an answer tells, but for what was typed itself. */
function toldBy({ status, text, headers }: Told, typed: string): string {
  const { location = '', 'set-cookie': cookie = '' } = headers
  return `${status} ${location} ${cookie} ${text.replaceAll(typed, '')}`
}

/** Loosely: by the fastest answer of each kind, which waiting for other work hardly touches. */
function expectSameTime(times: Map<string, number[]>, ratio = 3): void {
  const fastest = [...times.values()].map((each) => Math.min(...each))
  expect(fastest.length).toBeGreaterThan(1)
  expect(Math.max(...fastest) / Math.min(...fastest)).toBeLessThan(ratio)
}

function atOnce(count: number, act: (i: number) => Promise<number>): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => act(i)))
}

async function passwordFrom(address: string, email: string, typed: string): Promise<number> {
  const from = { 'X-Forwarded-For': address }
  return (await form('/can-bo/dang-nhap', { email, password: typed }, behindProxy.address, from)).status
}

/** The cookie of a session that has shown the password alone. */
async function passwordShownFrom(address: string, { email }: Person): Promise<string> {
  const from = { 'X-Forwarded-For': address }
  const answer = await form('/can-bo/dang-nhap', { email, password }, behindProxy.address, from)
  const [cookie = ''] = (answer.headers['set-cookie'] as unknown as string[] | undefined) ?? []
  expect(cookie).toMatch(/^can-bo=/)
  return cookie.split(';')[0] ?? ''
}

async function codeFrom(address: string, cookie: string, code: string): Promise<number> {
  const headers = { 'X-Forwarded-For': address, Cookie: cookie }
  return (await form('/can-bo/buoc-hai', { code }, behindProxy.address, headers)).status
}

async function statusAs(session: string): Promise<[number, string | undefined]> {
  const answer = await request(site.app).get(mine).set('Cookie', `can-bo=${session}`).redirects(0)
  return [answer.status, (answer.headers as { location?: string }).location]
}

function sessionOf(browser: Browser): string {
  const session = browser.cookie('can-bo')
  if (session === undefined) throw new Error('nobody is signed in')
  return session
}

/** Somebody with an activation link that was not used yet. */
async function invited(email: string): Promise<{ id: string; code: string }> {
  const roles = [{ role: 'viewer', survey: null }]
  const id = await inviteStaff(site.deps, operator, { name: 'Người mới', email, agency: 'SNV', roles })
  const link = openLinkOf(site.deps, await getAccount(site.deps.db, id))
  return { id, code: link?.code ?? '' }
}
