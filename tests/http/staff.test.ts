// Staff at the door: the first administrator, signing in and out, who may open what, and what guessing meets.
import Sqlite from 'better-sqlite3'
import { getMigrations } from 'better-auth/db/migration'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { databaseFile } from '../../src/db/database.ts'
import { operator } from '../../src/staff/actor.ts'
import { createStaff, newSetupLink, useSetupLink } from '../../src/staff/staff.service.ts'
import { createApp } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { postgresUrl } from '../support/database.ts'
import { makePerson, nextCode, password, rolesFor, setUpSecondFactor, signsIn } from '../support/staff.ts'
import { openSurveyWith } from '../support/survey.ts'

const unused = { name: 'B', email: 'b@noivu.gov.vn', agency: 'SNV', password }
const wrongPair = 'Thư điện tử hoặc mật khẩu chưa đúng.'
const tooMany = 'Đã thử sai quá nhiều lần.'

let site: TestSite

beforeEach(async () => {
  site = await testSite()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await site.close()
})

describe('the first administrator', () => {
  test('comes in by the printed link, once', async () => {
    const link = await setupLink()
    const browser = new Browser(site.app)
    await browser.get(link)
    expect(browser.current.text).toContain('Tạo tài khoản quản trị đầu tiên')

    await browser.submit({ name: 'Nguyễn Văn An', email: 'An@NoiVu.gov.vn', password })
    expect(browser.current.url).toBe('/can-bo/dang-nhap?da=khoi-tao')
    expect(browser.current.text).toContain('Tài khoản quản trị đã được tạo. Hãy đăng nhập.')

    await browser.submit({ email: 'an@noivu.gov.vn', password })
    expect(browser.current.text).toContain('Bật xác thực hai bước')
    await setUpSecondFactor(site, browser)
    await browser.get('/tai-khoan')
    expect(browser.current.text).toContain('1 tài khoản cán bộ')
    expect(browser.current.text).toContain('Nguyễn Văn An · Quản trị, Chuyên viên Sở Nội vụ')

    const second = new Browser(site.app)
    expect((await second.get(link)).status).toBe(403)
    expect((await second.post(link, { ...unused })).status).toBe(403)
    expect(await newSetupLink(site.deps)).toBeNull()
  })

  test('is one, when twenty use the link at once', async () => {
    const link = await setupLink()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        request(site.app)
          .post(link)
          .type('form')
          .send({ name: 'An', email: `an${i}@noivu.gov.vn`, agency: 'SNV', password }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([
      303,
      ...Array.from({ length: 19 }, () => 403),
    ])
    expect(await countStaff()).toBe(1)
  })

  test('corrects a slip on the same page, with the text kept and the password gone', async () => {
    const browser = new Browser(site.app)
    await browser.get(await setupLink())
    await browser.submit({ name: 'Nguyễn Văn An', email: 'an@', password: 'a short!' })

    expect(browser.current.status).toBe(422)
    expect(links('.govuk-error-summary a', browser)).toEqual(['#email', '#password'])
    expect(valueOf(browser, 'name')).toBe('Nguyễn Văn An')
    expect(valueOf(browser, 'email')).toBe('an@')
    expect(browser.current.html).not.toContain('a short!')

    await browser.submit({ email: 'an@noivu.gov.vn', password })
    expect(browser.current.url).toBe('/can-bo/dang-nhap?da=khoi-tao')
  })

  test('finds only the newest link working, and the store holds no link that could be read', async () => {
    const older = await setupLink()
    const newer = await setupLink()
    const browser = new Browser(site.app)
    expect((await browser.get(older)).status).toBe(403)
    expect((await browser.get(newer)).status).toBe(200)
    expect((await browser.get('/can-bo/khoi-tao/x')).status).toBe(403)
    const stored = await site.deps.db.selectFrom('setup_link').selectAll().execute()
    expect(stored).toHaveLength(1)
    expect(newer).not.toContain(stored[0]?.hash)
  })

  test('is not made by a link that was printed before somebody made one on the command line', async () => {
    const link = await setupLink()
    await makeStaff('administrator')
    await expect(useSetupLink(site.deps, tokenOf(link), unused)).rejects.toMatchObject({ kind: 'setup-link' })
    expect(await countStaff()).toBe(1)
  })
})

describe('signing in', () => {
  test('leads to the page that was asked for', async () => {
    const person = await makePerson(site, 'administrator', { email: 'administrator@noivu.gov.vn' })
    const browser = new Browser(site.app)
    await browser.get('/tai-khoan?da=x')
    expect(browser.current.url).toBe('/can-bo/dang-nhap?tiep=%2Ftai-khoan%3Fda%3Dx')
    await browser.submit({ email: 'administrator@noivu.gov.vn', password: person.password })
    expect(browser.current.text).toContain('Nhập mã xác thực')
    await browser.submit({ code: await nextCode(site.deps, person) })
    expect(browser.current.url).toBe('/tai-khoan?da=x')
    await browser.get('/can-bo/dang-nhap?tiep=/tai-khoan')
    expect(browser.current.url).toBe('/tai-khoan')
  })

  test('leads to the surveys when nothing was asked for', async () => {
    const browser = await signedIn('officer')
    expect(browser.current.url).toBe('/dieu-tra')
  })

  test('is offered as a form that a browser can fill in', async () => {
    const browser = new Browser(site.app)
    await browser.get('/can-bo/dang-nhap')
    const form = browser.current.root.querySelector('main form')
    expect(form?.getAttribute('method')).toBe('post')
    expect(form?.querySelector('#email')?.getAttribute('autocomplete')).toBe('username')
    expect(form?.querySelector('#password')?.getAttribute('autocomplete')).toBe('current-password')
    expect(form?.querySelectorAll('label').map((label) => label.getAttribute('for'))).toEqual([
      'email',
      'password',
    ])
  })

  test('says the same of a wrong password and an unknown address, and takes the same time', async () => {
    await makeStaff('officer')
    const known: number[] = []
    const unknown: number[] = []
    const said = new Set<string>()
    for (let i = 0; i < 5; i++) {
      for (const [times, email] of [
        [known, 'officer@noivu.gov.vn'],
        [unknown, `nobody${i}@noivu.gov.vn`],
      ] as const) {
        const browser = new Browser(site.app)
        const start = performance.now()
        await browser.post('/can-bo/dang-nhap', { email, password: 'not this one' })
        times.push(performance.now() - start)
        expect(browser.current.status).toBe(422)
        expect(browser.current.html).not.toContain('not this one')
        said.add(browser.current.html.replaceAll(email, ''))
      }
    }
    expect(said.size).toBe(1)
    expect([...said][0]).toContain(wrongPair)
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 2)
    expect(Math.min(...known)).toBeGreaterThan(Math.min(...unknown) / 2)
  })

  test.each([
    ['nothing', {}, ['#email', '#password']],
    ['no password', { email: 'an@noivu.gov.vn' }, ['#password']],
    ['no address that could be one', { email: 'an', password }, ['#email']],
    ['a password longer than any', { email: 'an@noivu.gov.vn', password: 'a'.repeat(129) }, ['#email']],
    ['bytes instead of text', { 'email[x]': 'an@noivu.gov.vn', password }, ['#email']],
  ])('with %s is answered on the same page', async (_, fields, errors) => {
    const browser = new Browser(site.app)
    await browser.post('/can-bo/dang-nhap', fields)
    expect(browser.current.status).toBe(422)
    expect(links('.govuk-error-summary a', browser)).toEqual(errors)
  })

  test('never leads to another site', async () => {
    await makeStaff('officer')
    for (const tiep of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/.//evil.example',
      '/\t/x',
    ]) {
      const answer = await postSignIn({ tiep })
      expect(answer.headers.location, tiep).toBe('/dieu-tra')
    }
    const browser = await signedIn('viewer')
    await browser.get('/can-bo/dang-nhap?tiep=//evil.example/')
    expect(browser.current.url).toBe('/dieu-tra')
  })

  test('gives a cookie that scripts and other sites cannot use, for an hour of use', async () => {
    await makeStaff('officer')
    const cookie = cookieOf(await postSignIn())
    expect(cookie).toMatch(/^can-bo=[^;]+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  test('works behind https with a cookie that never travels in the clear', async () => {
    const https = await testSite({ publicUrl: 'https://khaosat.example.vn' })
    try {
      await createStaff(https.deps, operator, accountOf('viewer'))
      const answer = await request(https.app)
        .post('/can-bo/dang-nhap')
        .set({ Origin: 'https://khaosat.example.vn' })
        .type('form')
        .send({ email: 'viewer@noivu.gov.vn', password })
      expect(answer.status).toBe(303)
      expect(cookieOf(answer)).toMatch(
        /^__Host-can-bo=[^;]+; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      )
    } finally {
      await https.close()
    }
  })

  test('from another site is refused', async () => {
    await makeStaff('officer')
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
    ]) {
      const answer = await postSignIn({}, headers)
      expect(answer.status, JSON.stringify(headers)).toBe(403)
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect((await postSignIn({}, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(303)
  })
})

describe('a session', () => {
  test('is dead after signing out, the old cookie too', async () => {
    const browser = await signedIn('auditor')
    const kept = cookieOf(await postSignIn({ email: 'auditor@noivu.gov.vn' })).split(';')[0] ?? ''
    expect((await getAs(kept, '/nhat-ky')).status).toBe(200)
    await request(site.app).post('/can-bo/dang-xuat').set('Cookie', kept)
    expect((await getAs(kept, '/nhat-ky')).headers.location).toBe('/can-bo/dang-nhap?tiep=%2Fnhat-ky')

    await browser.get('/nhat-ky')
    expect(browser.current.status, 'the other device stays signed in').toBe(200)
    await browser.submit({}, { selector: 'header form' })
    expect(browser.current.text).toContain('Anh/chị đã đăng xuất.')
    await browser.get('/nhat-ky')
    expect(browser.current.url).toBe('/can-bo/dang-nhap?tiep=%2Fnhat-ky')
    expect(await sessionEnds()).toEqual([])
  })

  test('cannot be made up: a cookie with another signature opens nothing', async () => {
    await makeStaff('auditor')
    const cookie = cookieOf(await postSignIn({ email: 'auditor@noivu.gov.vn' }))
    const [name, value = ''] = cookie.split(';')[0]?.split('=') ?? []
    const [token] = decodeURIComponent(value).split('.')
    for (const forged of [token, `${token}.`, `${token}.${Buffer.alloc(32).toString('base64')}`]) {
      expect((await getAs(`${name}=${encodeURIComponent(forged ?? '')}`, '/nhat-ky')).status).toBe(303)
    }
  })

  test('ends after an hour without use', async () => {
    const browser = await signedIn('auditor')
    await setSessionEnd(-1)
    await browser.get('/nhat-ky')
    expect(browser.current.url).toBe('/can-bo/dang-nhap?tiep=%2Fnhat-ky')
    expect(await sessionEnds()).toEqual([])
  })

  test('is prolonged by use, and written at most every five minutes', async () => {
    await makeStaff('auditor')
    const cookie = cookieOf(await postSignIn({ email: 'auditor@noivu.gov.vn' })).split(';')[0] ?? ''
    expect((await getAs(cookie, '/nhat-ky')).headers['set-cookie']).toBeUndefined()
    await setSessionEnd(60 - 6)
    expect((await getAs(cookie, '/nhat-ky')).headers['set-cookie']).toBeDefined()
    expect((await sessionEnds())[0]).toBeGreaterThan(Date.now() + (60 - 1) * 60_000)
    expect((await getAs(cookie, '/nhat-ky')).headers['set-cookie']).toBeUndefined()
  })

  test('that ran out is forgotten when somebody signs in, with its address', async () => {
    await signedIn('viewer')
    await setSessionEnd(-1)
    await signedIn('auditor')
    expect(await sessionEnds()).toHaveLength(1)
  })

  // PostgreSQL has no such moment: a reader or writer there never locks the whole store.
  if (postgresUrl === undefined)
    test('is not said to be over while the store is busy', async () => {
      const browser = await signedIn('auditor')
      await setSessionEnd(60 - 6)
      const other = new Sqlite(databaseFile(site.deps.config.dataDir))
      other.exec('begin immediate')
      expect((await browser.get('/nhat-ky')).status, 'its renewal').toBe(503)
      expect((await browser.post('/can-bo/dang-xuat', {})).status).toBe(503)
      expect((await postSignIn({ email: 'auditor@noivu.gov.vn' })).status).toBe(503)
      other.close()
      expect(await sessionEnds()).toHaveLength(1)
    })
})

describe('who may not', () => {
  test('a stranger is asked to sign in, and changes nothing', async () => {
    const answer = await request(site.app).get('/tai-khoan')
    expect([answer.status, answer.headers.location]).toEqual([303, '/can-bo/dang-nhap?tiep=%2Ftai-khoan'])
    const head = await request(site.app).head('/tai-khoan')
    expect(head.status).toBe(303)
    const browser = new Browser(site.app)
    expect((await browser.post('/tai-khoan', { email: 'x@noivu.gov.vn', role: 'officer' })).status).toBe(401)
    expect(browser.current.text).toContain('Cần đăng nhập')
    expect(await countStaff()).toBe(0)
  })

  test.each(['viewer', 'officer', 'auditor', 'focal-point', 'council'])(
    'a %s neither sees nor makes accounts',
    async (role) => {
      const browser = await signedIn(role)
      expect((await browser.get('/tai-khoan')).status).toBe(403)
      expect(
        (await browser.post('/tai-khoan', { email: 'x@noivu.gov.vn', role: 'administrator' })).status,
      ).toBe(403)
      expect(await countStaff()).toBe(1)
      await browser.get('/dieu-tra')
      expect(links('nav a', browser)).not.toContain('/tai-khoan')
    },
  )

  test('an account without any role is told so, and opens nothing', async () => {
    const browser = await signedIn('')
    expect(browser.current.text).toContain('Tài khoản chưa được giao vai trò nào.')
    for (const path of ['/tai-khoan', '/nhat-ky', '/dieu-tra/thu'])
      expect((await browser.get(path)).status).toBe(403)
  })

  test('a role for one survey opens that survey alone', async () => {
    await openSurveyWith(site, { slug: 'mot' })
    await openSurveyWith(site, { slug: 'hai' })
    const browser = await signedIn('officer', { survey: 'mot' })
    expect(links('main tbody a', browser)).toEqual(['/dieu-tra/mot'])
    expect((await browser.get('/dieu-tra/mot/thu-phieu')).status).toBe(200)
    for (const path of ['/dieu-tra/hai', '/dieu-tra/hai/thu-phieu', '/dieu-tra/khong-co'])
      expect((await browser.get(path)).status, path).toBe(403)
    expect((await browser.post('/dieu-tra', { template: 'binh-phuoc-2022', slug: 'ba' })).status).toBe(403)
  })

  test('a role taken away is gone with the next click', async () => {
    const browser = await signedIn('auditor')
    expect((await browser.get('/nhat-ky')).status).toBe(200)
    await site.deps.db.deleteFrom('staff_role').execute()
    expect((await browser.get('/nhat-ky')).status).toBe(403)
  })

  test('nobody signs up by himself', async () => {
    for (const path of ['/api/auth/sign-up/email', '/api/auth/sign-in/email', '/api/auth/get-session']) {
      expect((await request(site.app).post(path).send(accountOf('officer'))).status, path).toBe(404)
    }
    const answer = await site.deps.auth.handler(
      new Request('http://staff.invalid/api/auth/sign-up/email', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(accountOf('officer')),
      }),
    )
    expect(answer.status).toBe(400)
    expect(await countStaff()).toBe(0)
  })
})

describe('the log of acts', () => {
  test('shows its newest lines, wherever it is asked to begin, and gives them as a file', async () => {
    const browser = await signedIn('auditor')
    for (const from of ['', '?truoc=', '?truoc=2147483648', '?truoc=999999999999', '?truoc=1)']) {
      const page = await browser.get(`/nhat-ky${from}`)
      expect(page.status, from).toBe(200)
      expect(page.root.querySelectorAll('tbody tr').length, from).toBeGreaterThan(0)
    }
    expect((await browser.post('/nhat-ky/xuat', {})).status).toBe(200)
  })
})

describe('guessing', () => {
  test('is stopped per address, whatever address the sender claims', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 32; i++) {
      const forged = { 'X-Forwarded-For': `203.0.113.${i}`, 'X-Staff-Address': `203.0.113.${i}` }
      const answer = await postSignIn({ email: `nobody${i}@noivu.gov.vn` }, forged)
      statuses.push(answer.status)
      if (answer.status === 429) expect(answer.text).toContain(tooMany)
    }
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 422), 429, 429])
    await makeStaff('officer')
    expect((await postSignIn()).status, 'even a right password has to wait').toBe(429)
  })

  test('at one account is slowed down, and its owner elsewhere is not', async () => {
    await makeStaff('officer')
    // A reverse proxy of our own on this machine, which says truly who is asking.
    const behindProxy = createApp({ ...site.deps, config: { ...site.deps.config, trustProxy: 'loopback' } })
    const statusFrom = async (address: string, typed: string) => {
      const answer = await request(behindProxy)
        .post('/can-bo/dang-nhap')
        .set('X-Forwarded-For', address)
        .type('form')
        .send({ email: 'officer@noivu.gov.vn', password: typed })
      return answer.status
    }
    for (let i = 0; i < 10; i++) expect(await statusFrom('203.0.113.7', `guess number ${i}`)).toBe(422)
    expect(await statusFrom('203.0.113.7', 'the one of this minute')).toBe(422)
    expect(await statusFrom('203.0.113.7', password)).toBe(429)
    expect(await statusFrom('198.51.100.9', password)).toBe(303)
  })
})

test('no password, token, code or address is logged, even when something breaks', async () => {
  const written = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name))
  const link = await setupLink()
  const browser = new Browser(site.app)
  await browser.get(link)
  await browser.submit({ name: 'Nguyễn Văn An', email: 'an@noivu.gov.vn', password })
  await browser.submit({ email: 'an@noivu.gov.vn', password: 'not this one' })
  await browser.submit({ email: 'an@noivu.gov.vn', password })
  const secret = await setUpSecondFactor(site, browser)
  await browser.get('/tai-khoan')
  await browser.submit({ name: 'Bình', email: 'binh@noivu.gov.vn', role: 'viewer' })
  const linkCode = browser.current.root.querySelector('.primary-act .code')?.textContent.trim() ?? ''
  expect(linkCode).toHaveLength(19)
  await site.deps.db.schema.dropTable('staff_session').execute()
  expect((await postSignIn({ email: 'an@noivu.gov.vn' })).status).toBe(500)
  expect((await browser.get('/tai-khoan')).status).toBe(500)

  const all = [...site.logged, ...written.flatMap((spy) => spy.mock.calls.flat().map(String))].join('\n')
  expect(all).toContain('a request failed')
  for (const hidden of [
    password,
    'not this one',
    tokenOf(link),
    'an@noivu.gov.vn',
    '127.0.0.1',
    secret,
    linkCode,
    linkCode.replaceAll(' ', ''),
  ]) {
    expect(all).not.toContain(hidden)
  }
})

describe('what is stored', () => {
  test('fits better-auth as installed', async () => {
    const { toBeCreated, toBeAdded } = await getMigrations(site.deps.auth.options)
    expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] })
  })

  test('keeps of a password its argon2id hash alone', async () => {
    await makeStaff('officer')
    const [account] = await site.deps.db.selectFrom('staff_account').selectAll().execute()
    expect(account?.password).toMatch(/^\$argon2id\$/)
  })
})

function accountOf(role: string) {
  return {
    name: `Cán bộ ${role}`,
    email: `${role}@noivu.gov.vn`,
    agency: 'SNV',
    password,
    roles: rolesFor(role),
  }
}

function makeStaff(role: string): Promise<string> {
  return createStaff(site.deps, operator, accountOf(role))
}

/** Somebody with a fresh account of this role, signed in by the forms. */
async function signedIn(role: string, design: { survey?: string } = {}): Promise<Browser> {
  const person = await makePerson(site, role, { ...design, email: `${role || 'khong-vai'}@noivu.gov.vn` })
  return signsIn(site, person)
}

function postSignIn(fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
  return request(site.app)
    .post('/can-bo/dang-nhap')
    .set(headers)
    .type('form')
    .send({ email: 'officer@noivu.gov.vn', password, ...fields })
}

function getAs(cookie: string, path: string) {
  return request(site.app).get(path).set('Cookie', cookie)
}

function cookieOf(answer: request.Response): string {
  const cookies = answer.headers['set-cookie'] as unknown as string[] | undefined
  expect(cookies).toHaveLength(1)
  return cookies?.[0] ?? ''
}

async function setupLink(): Promise<string> {
  const link = await newSetupLink(site.deps)
  expect(link).toMatch(/^\/can-bo\/khoi-tao\/[\w-]{43}$/)
  return link ?? ''
}

function tokenOf(link: string): string {
  return link.split('/').at(-1) ?? ''
}

async function countStaff(): Promise<number> {
  return (await site.deps.db.selectFrom('staff').select('id').execute()).length
}

/** As if the session were last used so many minutes before its end. */
async function setSessionEnd(minutesFromNow: number): Promise<void> {
  const end = new Date(Date.now() + minutesFromNow * 60_000).toISOString()
  await site.deps.db.updateTable('staff_session').set({ expires_at: end }).execute()
}

async function sessionEnds(): Promise<number[]> {
  const rows = await site.deps.db.selectFrom('staff_session').select('expires_at').execute()
  return rows.map((row) => new Date(row.expires_at).getTime())
}

function links(selector: string, browser: Browser): string[] {
  return browser.current.root.querySelectorAll(selector).map((link) => link.getAttribute('href') ?? '')
}

function valueOf(browser: Browser, id: string): string | undefined {
  return browser.current.root.querySelector(`main #${id}`)?.getAttribute('value')
}
