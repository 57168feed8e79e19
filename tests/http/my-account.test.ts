// "Tài khoản của tôi": one's own sessions, password, second factor and recovery codes; and the way back for somebody
// whose phone is lost.
import { generate } from 'otplib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { actsOf, makePerson, nextCode, provesAgain, signsIn, type Person } from '../support/staff.ts'

const home = '/can-bo/toi'
const newPassword = 'con trâu đi trước'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
const zalo = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 Zalo/24'

let site: TestSite
let now: Date

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ now: () => now })
})

afterEach(() => site.close())

describe('the sessions', () => {
  test('are listed by browser and address, the own one marked, and ended one by one', async () => {
    const person = await makePerson(site, 'viewer')
    const here = await signsIn(site, person, browserOf(firefox))
    const phone = await signsIn(site, person, browserOf(zalo))
    await here.get(home)
    expect(sessionsOn(here)).toEqual(['Firefox trên Linux Máy này', 'Zalo trên Android'])
    expect(here.current.text).toContain('từ địa chỉ mạng 127.0.0.1')
    expect(here.current.html).not.toContain('Gecko')

    await here.submit({}, { selector: '.session-list form' })
    expect(here.current.text).toContain('Đã đăng xuất khỏi máy đó.')
    expect(sessionsOn(here)).toEqual(['Firefox trên Linux Máy này'])
    expect(here.current.text).not.toContain('Đăng xuất khỏi mọi máy khác')
    expect((await phone.get('/dieu-tra')).url).toBe('/can-bo/dang-nhap?tiep=%2Fdieu-tra')
    expect((await actsOf(site)).at(-1)).toBe('Người viewer: Đăng xuất khỏi máy khác của mình: 1 nơi.')
  })

  test('elsewhere are ended all at once, and this one stays', async () => {
    const person = await makePerson(site, 'viewer')
    const others = [await signsIn(site, person), await signsIn(site, person)]
    const here = await signsIn(site, person)
    await here.get(home)
    await here.submit({}, { selector: 'form[action="/can-bo/toi/phien"]' })
    expect(here.current.text).toContain('Đã đăng xuất khỏi mọi máy khác.')
    for (const other of others) expect((await other.get('/dieu-tra')).url).toContain('/can-bo/dang-nhap')
    expect((await actsOf(site)).at(-1)).toBe('Người viewer: Đăng xuất khỏi máy khác của mình: 2 nơi.')
  })

  test('of somebody else cannot be ended', async () => {
    const other = await signsIn(site, await makePerson(site, 'auditor'))
    const { id } = await site.deps.db.selectFrom('staff_session').select('id').executeTakeFirstOrThrow()
    const here = await signsIn(site, await makePerson(site, 'viewer'))
    await here.post(`/can-bo/toi/phien/${id}`, {})
    expect((await other.get('/dieu-tra')).url).toBe('/dieu-tra')
    expect((await actsOf(site)).join()).not.toContain('Kết thúc')
  })
})

describe('the own password', () => {
  test('is changed with the old one; other sessions end, this one stays', async () => {
    const person = await makePerson(site, 'viewer')
    const other = await signsIn(site, person)
    const here = await signsIn(site, person)
    await changesPassword(here, person.password, newPassword)
    expect(here.current.url).toBe(`${home}?da=mat-khau`)
    expect(here.current.text).toContain('Mật khẩu đã đổi; các máy khác đã bị đăng xuất.')
    expect((await here.get('/dieu-tra')).url).toBe('/dieu-tra')
    expect((await other.get('/dieu-tra')).url).toContain('/can-bo/dang-nhap')
    expect((await signInWith(person, person.password)).current.status).toBe(422)
    expect((await signInWith(person, newPassword)).current.url).toBe('/dieu-tra')
  })

  test.each([
    ['with a wrong old one', 'not this one', newPassword, '#current', 'Mật khẩu hiện tại chưa đúng.'],
    ['to a short one', undefined, 'ngắn', '#password', 'Mật khẩu phải có từ 12 đến 128 ký tự.'],
    ['to a common one', undefined, 'matkhau123456', '#password', 'Mật khẩu này quá quen thuộc'],
    ['to the own address', undefined, 'viewer@example.com', '#password', 'Mật khẩu trùng với họ tên'],
  ])(
    'is not changed %s; the page says why and holds neither',
    async (_, current, chosen, field, sentence) => {
      const person = await makePerson(site, 'viewer')
      const other = await signsIn(site, person)
      const here = await signsIn(site, person)
      await changesPassword(here, current ?? person.password, chosen)
      expect(here.current.status).toBe(422)
      const error = here.current.root.querySelector('.govuk-error-summary a')
      expect([error?.getAttribute('href'), error?.text]).toEqual([field, expect.stringContaining(sentence)])
      expect(here.current.root.querySelectorAll('input[type=password][value!=""]')).toEqual([])
      expect((await other.get('/dieu-tra')).url).toBe('/dieu-tra')
      expect((await signInWith(person, person.password)).current.url).toBe('/dieu-tra')
    },
  )

  test('is not guessed from an open session: after ten wrong ones a minute passes', async () => {
    const here = await signsIn(site, await makePerson(site, 'viewer'))
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) {
      await changesPassword(here, `guess number ${i}`, newPassword)
      statuses.push(here.current.status)
    }
    expect(statuses).toEqual([...Array.from({ length: 11 }, () => 422), 429])
  })
})

describe('the second factor', () => {
  test('is turned on by whoever wants it, asked for from the next sign-in on, and turned off again', async () => {
    const person = await makePerson(site, 'viewer')
    const here = await signsIn(site, person)
    await here.get(home)
    await here.get(
      here.current.root.querySelector('[aria-labelledby=hai-buoc] a')?.getAttribute('href') ?? '',
    )
    await enrols(here, person)
    await here.get(home)
    expect(here.current.text).toContain('Đang bật, còn 10 mã đăng nhập dự phòng.')
    const there = await signsIn(site, person)
    expect(there.current.url).toBe('/dieu-tra')

    await there.get(home)
    await there.submit({}, { selector: 'form[action$=tat-xac-thuc]' })
    expect(there.current.text).toContain('Xác thực hai bước đã tắt.')
    expect((await here.get('/dieu-tra')).url, 'other sessions end').toContain('/can-bo/dang-nhap')
    expect((await signInWith(person, person.password)).current.url).toBe('/dieu-tra')
    expect((await actsOf(site)).filter((act) => act.includes('hai bước'))).toEqual([
      'Người viewer: Bật xác thực hai bước.',
      'Người viewer: Gỡ xác thực hai bước: tài khoản của mình.',
    ])
  })

  test('cannot be turned off where it is obligatory', async () => {
    const here = await signsIn(site, await makePerson(site, 'officer'))
    await here.get(home)
    expect(here.current.text).not.toContain('Tắt xác thực hai bước')
    expect((await here.post('/can-bo/toi/tat-xac-thuc', {})).status).toBe(409)
    expect(here.current.text).toContain('Không tắt được xác thực hai bước')
    await here.get(home)
    expect(here.current.text).toContain('Đang bật, còn 10 mã đăng nhập dự phòng.')
  })

  test('moves to another phone, and the old phone and the old codes open nothing more', async () => {
    const person = await makePerson(site, 'officer', { secondFactor: false })
    const here = await signsIn(site, person)
    await enrols(here, person)
    const old = { ...person }
    await here.get(home)
    await here.submit({}, { selector: 'form[action$=doi-dien-thoai]' })
    expect(here.current.url).toBe(`/can-bo/xac-thuc?tiep=${encodeURIComponent(home)}`)
    // Nothing is reached before the new phone is set up.
    expect((await here.get('/dieu-tra')).url).toBe('/can-bo/xac-thuc?tiep=%2Fdieu-tra')
    await enrols(here, person)
    expect(person.secret, 'even within one session').not.toBe(old.secret)

    now = new Date(now.getTime() + 120_000)
    const there = await signInWith(person, person.password)
    await there.submit({ code: await codeOf(old) })
    expect(there.current.status).toBe(422)
    await there.submit({ code: old.recoveryCodes[0] })
    expect(there.current.status).toBe(422)
    await there.submit({ code: await codeOf(person) })
    expect(there.current.url).toBe('/dieu-tra')
  })

  test('offers the same secret however often the page is loaded', async () => {
    const here = await signsIn(site, await makePerson(site, 'officer', { secondFactor: false }))
    const first = secretOn(here)
    expect(first).toMatch(/^[A-Z2-7]{32}$/)
    await here.get('/can-bo/xac-thuc')
    expect(secretOn(here)).toBe(first)
    await here.submit({ code: '000000' })
    expect(here.current.status).toBe(422)
    expect(secretOn(here)).toBe(first)
  })
})

describe('a recovery code', () => {
  test('signs in once, and says how many are left', async () => {
    const person = await makePerson(site, 'officer')
    const [code = ''] = person.recoveryCodes
    const there = await signInWith(person, person.password)
    await there.submit({ code: code.toLowerCase().replace('-', ' ') })
    expect(there.current.url).toBe(`${home}?da=ma-du-phong&con=9`)
    expect(there.current.text).toContain('Anh/chị vừa dùng một mã đăng nhập dự phòng, còn 9 mã.')
    expect(there.current.text).toContain('Đang bật, còn 9 mã đăng nhập dự phòng.')
    expect(await actsOf(site)).toContain('Người officer: Dùng mã đăng nhập dự phòng: còn 9 mã.')
    const again = await signInWith(person, person.password)
    await again.submit({ code })
    expect(again.current.status).toBe(422)
    expect(again.current.text).toContain('Mã chưa đúng hoặc đã dùng.')
  })

  test('of two people who use it at once lets one in', async () => {
    const person = await makePerson(site, 'officer')
    const both = [await signInWith(person, person.password), await signInWith(person, person.password)]
    const code = person.recoveryCodes[3] ?? ''
    await Promise.all(both.map((browser) => browser.submit({ code })))
    expect(both.map(({ current }) => current.status).sort()).toEqual([200, 422])
  })

  test('is one of ten, also when new ones are asked for ten times at once', async () => {
    const person = await makePerson(site, 'officer')
    const here = await signsIn(site, person)
    await Promise.all(Array.from({ length: 10 }, () => here.agent.post('/can-bo/toi/ma-du-phong')))
    expect(await site.deps.db.selectFrom('staff_recovery_code').selectAll().execute()).toHaveLength(10)
  })

  test('of an old list stops working when new ones are made; the new ones are shown once', async () => {
    const person = await makePerson(site, 'officer')
    const here = await signsIn(site, person)
    await here.get(home)
    await here.submit({}, { selector: 'form[action$=ma-du-phong]' })
    const codes = recoveryCodesOn(here)
    expect(codes).toHaveLength(10)
    expect(here.current.headers['cache-control']).toContain('no-store')
    await here.get(home)
    for (const code of codes) expect(here.current.html).not.toContain(code)

    const there = await signInWith(person, person.password)
    await there.submit({ code: person.recoveryCodes[0] })
    expect(there.current.status).toBe(422)
    await there.submit({ code: codes[0] })
    expect(there.current.url).toBe(`${home}?da=ma-du-phong&con=9`)
  })
})

test.each(['ma-du-phong', 'doi-dien-thoai', 'tat-xac-thuc'])(
  'POST /can-bo/toi/%s asks for a fresh proof, and has done nothing before it',
  async (act) => {
    const person = await makePerson(site, 'viewer', { secondFactor: true })
    const here = await signsIn(site, person)
    now = new Date(now.getTime() + 11 * 60_000)
    person.steps = 0
    await here.post(`/can-bo/toi/${act}`, {})
    expect(here.current.url).toBe('/can-bo/xac-nhan-lai?tiep=%2Fcan-bo%2Ftoi')
    await provesAgain(site, person, here)
    expect(here.current.url).toBe(home)
    expect(here.current.text).toContain('Đang bật, còn 10 mã đăng nhập dự phòng.')
  },
)

describe('a lost phone, without recovery codes', () => {
  test('is mended by an administrator: the next sign-in sets up another phone', async () => {
    const admin = await signsIn(site, await makePerson(site, 'administrator'))
    const person = await makePerson(site, 'officer')
    const old = { ...person }
    const there = await signsIn(site, person)
    await admin.get(`/tai-khoan/${person.id}`)
    await admin.submit({}, { selector: 'form[action$=go-xac-thuc]' })
    expect(admin.current.text).toContain('Đã gỡ xác thực hai bước và đăng xuất người này khỏi mọi máy.')
    expect(admin.current.root.querySelector('form[action$=go-xac-thuc]')).toBeNull()
    expect((await there.get('/dieu-tra')).url).toContain('/can-bo/dang-nhap')
    expect((await actsOf(site)).at(-1)).toBe(
      'Người administrator: Gỡ xác thực hai bước: Người officer (Sở Nội vụ).',
    )
    const again = await signInWith(person, person.password)
    expect(again.current.url).toBe('/can-bo/xac-thuc?tiep=%2Fdieu-tra')
    await enrols(again, person)
    expect(person.secret).not.toBe(old.secret)
    expect((await again.get('/dieu-tra')).url).toBe('/dieu-tra')
  })

  test('of the administrator is not offered on the own page; asked for all the same, it ends the session', async () => {
    const person = await makePerson(site, 'administrator')
    const admin = await signsIn(site, person)
    await admin.get(`/tai-khoan/${person.id}`)
    expect(admin.current.root.querySelector('form[action$=go-xac-thuc]')).toBeNull()
    await admin.post(`/tai-khoan/${person.id}/go-xac-thuc`, {})
    expect(admin.current.url).toContain('/can-bo/dang-nhap')
    expect((await signInWith(person, person.password)).current.url).toContain('/can-bo/xac-thuc')
  })
})

function browserOf(userAgent: string): Browser {
  const browser = new Browser(site.app)
  browser.agent.set('User-Agent', userAgent)
  return browser
}

/** Password only: the browser stands before the second step where there is one. */
async function signInWith({ email }: Person, typed: string): Promise<Browser> {
  const browser = new Browser(site.app)
  await browser.get('/can-bo/dang-nhap')
  await browser.submit({ email, password: typed })
  return browser
}

async function changesPassword(browser: Browser, current: string, chosen: string): Promise<void> {
  await browser.get(home)
  await browser.submit({ current, password: chosen }, { selector: 'form[action$=mat-khau]' })
}

/** Scans, types the code and puts the recovery codes away; the person has this phone from now on. */
async function enrols(browser: Browser, person: Person): Promise<void> {
  person.secret = secretOn(browser)
  person.steps = 0
  await browser.submit({ code: await nextCode(site.deps, person) })
  person.recoveryCodes = recoveryCodesOn(browser)
  expect(person.recoveryCodes).toHaveLength(10)
}

function codeOf({ secret }: Person): Promise<string> {
  return generate({ secret, epoch: now.getTime() / 1000 })
}

function secretOn({ current }: Browser): string {
  return (current.root.querySelector('details .code')?.text ?? '').replaceAll(' ', '')
}

function recoveryCodesOn({ current }: Browser): string[] {
  return current.root.querySelectorAll('.recovery-codes .code').map((each) => each.text)
}

function sessionsOn({ current }: Browser): string[] {
  return current.root
    .querySelectorAll('.session-list li > div')
    .map((each) =>
      each
        .querySelectorAll('strong')
        .map((strong) => strong.text)
        .join(' '),
    )
    .sort()
}
