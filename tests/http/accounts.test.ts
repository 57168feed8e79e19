// Accounts from their form to their end: made with roles, activated by a link that works once, changed, disabled and
// enabled again; and the agencies that they belong to. Nobody but the person ever knows the password.
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { findAccountByEmail } from '../../src/staff/staff.queries.ts'
import { createStaff } from '../../src/staff/staff.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser, type Page } from '../support/browser.ts'
import {
  actsOf,
  makePerson,
  password,
  provesAgain,
  rolesFor,
  signsIn,
  type Person,
} from '../support/staff.ts'
import { openSurveyWith } from '../support/survey.ts'

const day = 86_400_000
const newPassword = 'con trâu đi trước'
const linkWrong = 'Mã này sai, đã dùng hoặc đã hết hạn.'
const binh = { name: 'Trần Thị Bình', email: 'binh@noivu.gov.vn', agency: 'SNV', role: ['viewer'] }

let site: TestSite
let now: Date
let admin: Person
let browser: Browser

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ now: () => now })
  admin = await makePerson(site, 'administrator', { name: 'Nguyễn Văn An', email: 'an@noivu.gov.vn' })
  browser = await signsIn(site, admin)
})

afterEach(() => site.close())

describe('an account', () => {
  test('is made with roles for all surveys and for one, and shows its link, its code and its slip', async () => {
    await openSurveyWith(site, { slug: 'thu' })
    await makesAccount({
      ...binh,
      email: 'Binh@NoiVu.gov.vn',
      agency: 'U1',
      role: ['viewer', 'council@thu', 'focal-point@thu'],
    })
    expect(browser.current.status).toBe(200)
    expect(browser.current.text).toContain('Tài khoản đã được tạo.')
    expect(browser.current.root.querySelector('h1')?.text).toBe('Trần Thị Bình')
    expect(factsOf(browser.current)).toEqual([
      'binh@noivu.gov.vn',
      'Sở 1',
      'Thành viên Hội đồng, Tổ giúp việc (đợt thu), Công chức đầu mối (đợt thu), Lãnh đạo (chỉ xem) (mọi đợt)',
      'Chờ kích hoạt',
    ])
    const { url, code } = linkShown()
    expect(code).toMatch(/^([2-9B-Z]{4} ){3}[2-9B-Z]{4}$/)
    expect(url).toBe(`http://localhost:0/can-bo/kich-hoat#${code.replaceAll(' ', '')}`)
    expect(await actsOf(site)).toContain(
      'Nguyễn Văn An: Tạo tài khoản Trần Thị Bình (Sở 1), vai trò: Thành viên Hội đồng, Tổ giúp việc (đợt thu), Công chức đầu mối (đợt thu), Lãnh đạo (chỉ xem) (mọi đợt).',
    )

    await browser.get('/tai-khoan')
    expect(browser.current.text).toContain('2 tài khoản cán bộ')
    expect(browser.current.text).toContain('In 1 phiếu kích hoạt')
  })

  test('with no role chosen is not made', async () => {
    await makesAccount({ ...binh, role: [] })
    expect(browser.current.status).toBe(422)
    expect(errorsOf(browser.current)).toEqual([['#role', 'Hãy chọn ít nhất một vai trò.']])
    expect(await countStaff()).toBe(1)
  })

  test('is made once for a role that was sent twice', async () => {
    await makesAccount({ ...binh, role: ['viewer', 'viewer'] })
    expect(browser.current.status).toBe(200)
    expect(factsOf(browser.current)[2]).toBe('Lãnh đạo (chỉ xem) (mọi đợt)')
  })

  test.each([
    ['a name left out', { name: '' }, '#name', 'Hãy nhập họ và tên, không quá 100 ký tự.'],
    ['an address that is none', { email: 'binh' }, '#email', 'Hãy nhập địa chỉ thư điện tử'],
    [
      'an address that has an account',
      { email: 'AN@noivu.gov.vn' },
      '#email',
      'dùng địa chỉ an@noivu.gov.vn',
    ],
    ['a role that does not exist', { role: ['viewer', 'god'] }, '#role', 'Vai trò "god" không có'],
    [
      'a role that is given everywhere only',
      { role: ['auditor@thu'] },
      '#role',
      'Vai trò "auditor" không có',
    ],
    ['an agency that does not exist', { agency: 'XYZ' }, '#agency', 'Cơ quan "XYZ" không có'],
  ])('with %s is not made; the page keeps what was typed', async (_, change, error, sentence) => {
    const fields = { ...binh, ...change }
    await makesAccount(fields)
    expect(browser.current.status).toBe(422)
    expect(errorsOf(browser.current)).toEqual([[error, expect.stringContaining(sentence)]])
    const field = browser.current.root.querySelector(error)
    const described = error === '#role' ? field?.closest('fieldset') : field
    expect(described?.getAttribute('aria-describedby')).toContain('-error')
    expect(valueOf('name')).toBe(fields.name)
    expect(valueOf('email')).toBe(fields.email)
    expect(ticked()).toEqual(fields.role.filter((role) => role === 'viewer'))
    expect(await countStaff()).toBe(1)
    expect(await actsOf(site)).not.toContain(expect.stringContaining('Tạo tài khoản Trần Thị Bình'))
  })

  test('for a survey that is not there is not made', async () => {
    await makesAccount({ ...binh, role: ['officer@khong-co'] })
    expect(browser.current.status).toBe(404)
    expect(await countStaff()).toBe(1)
  })

  test('shows a name as text, whatever it holds, on every page that names it', async () => {
    const name = '<script>alert(1)</script><b>"Bình\''
    await makesAccount({ ...binh, name })
    for (const path of [browser.current.url, '/tai-khoan', '/tai-khoan/phieu-kich-hoat', '/nhat-ky']) {
      await browser.get(path)
      expect(browser.current.text, path).toContain('<script>alert(1)</script>')
      expect(browser.current.root.querySelector('main script, .slips script, .slips b b'), path).toBeNull()
    }
  })

  test('of one address is one, when twenty ask at once', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        createStaff(site.deps, operator, { ...binh, roles: rolesFor('viewer'), password }),
      ),
    )
    const refused = made.filter((each) => each.status === 'rejected')
    expect(refused).toHaveLength(19)
    expect(refused.map(({ reason }) => (reason as { kind: string }).kind)).toEqual(
      Array(19).fill('email-taken'),
    )
    expect(await countStaff()).toBe(2)
  })
})

describe('an activation link', () => {
  test.each([
    ['as printed', (code: string) => code],
    ['in lower case', (code: string) => code.toLowerCase()],
    ['without spaces', (code: string) => code.replaceAll(' ', '')],
    ['with dashes and spaces around', (code: string) => `  ${code.replaceAll(' ', '-')}\t`],
    [
      'as the whole link',
      (code: string) => `http://localhost:0/can-bo/kich-hoat#${code.replaceAll(' ', '')}`,
    ],
    // A Telex keyboard sets tone marks on what it takes for a word, and types S and Z as they stand on the keys.
    [
      'with the accents and letters of a Telex keyboard',
      (code: string) => code.replace(/[A-Z]/g, '$&\u0301').replaceAll('5', 's').replaceAll('2', 'z'),
    ],
  ])('is taken %s, and lets the person choose a password and sign in', async (_, typed) => {
    await makesAccount()
    const { code } = linkShown()
    const person = new Browser(site.app)
    await person.get('/can-bo/kich-hoat')
    await person.submit({ code: typed(code) })
    expect(person.current.status).toBe(200)
    expect(factsOf(person.current)).toEqual(['Trần Thị Bình', 'Sở Nội vụ', 'binh@noivu.gov.vn'])
    await person.submit({ password: newPassword })
    expect(person.current.url).toBe('/can-bo/dang-nhap?da=kich-hoat')
    expect(person.current.text).toContain('Mật khẩu đã đặt.')
    await person.submit({ email: 'binh@noivu.gov.vn', password: newPassword })
    expect(person.current.text).toContain('Trần Thị Bình · Lãnh đạo (chỉ xem)')
  })

  test.each([
    ['short', 'mưa thuận g', 'Mật khẩu phải có từ 12 đến 128 ký tự.'],
    ['long', 'mưa thuận '.repeat(13), 'Mật khẩu phải có từ 12 đến 128 ký tự.'],
    ['common', 'Matkhau123456', 'Mật khẩu này quá quen thuộc'],
    ['easy: it is the own name', 'tranthibinh  ', 'Mật khẩu trùng với họ tên'],
    ['easy: it is the own address', 'Binh@noivu.gov.vn', 'Mật khẩu trùng với họ tên'],
  ])('still works after a password that was too %s, said on the same page', async (_, weak, sentence) => {
    await makesAccount()
    const person = await entersCode(linkShown().code)
    const typed = person.current.root.querySelector('input[name=code]')?.getAttribute('value')
    await person.submit({ password: weak })
    expect(person.current.status).toBe(422)
    expect(errorsOf(person.current)).toEqual([['#password', expect.stringContaining(sentence)]])
    expect(person.current.root.querySelector('input[name=code]')?.getAttribute('value')).toBe(typed)
    expect(person.current.html).not.toContain(weak.trim())
    await person.submit({ password: newPassword })
    expect(person.current.url).toBe('/can-bo/dang-nhap?da=kich-hoat')
  })

  test('works once', async () => {
    await makesAccount()
    const { code } = linkShown()
    const person = await entersCode(code)
    await person.submit({ password: newPassword })
    for (const [path, fields] of [
      ['/can-bo/kich-hoat', { code }],
      ['/can-bo/dat-mat-khau', { code, password: 'bàn ghế xanh lá 7' }],
    ] as const) {
      await person.post(path, fields)
      expect(person.current.status).toBe(422)
      expect(person.current.text).toContain(linkWrong)
    }
    expect((await signInAs('binh@noivu.gov.vn', newPassword)).status).toBe(200)
    await browser.get(await accountPath('binh@noivu.gov.vn'))
    expect(browser.current.root.querySelector('.primary-act')).toBeNull()
    expect(factsOf(browser.current)[3]).toBe('Hoạt động')
    expect(await actsOf(site)).toContain('Trần Thị Bình: Đặt mật khẩu bằng liên kết kích hoạt.')
  })

  test('of two people who use it at once lets one in', async () => {
    await makesAccount()
    const { code } = linkShown()
    const passwords = [newPassword, 'bàn ghế xanh lá 7']
    const answers = await Promise.all(
      passwords.map((chosen) =>
        request(site.app).post('/can-bo/dat-mat-khau').type('form').send({ code, password: chosen }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    const winner = passwords[answers.findIndex(({ status }) => status === 303)] ?? ''
    const loser = passwords.find((each) => each !== winner) ?? ''
    expect((await signInAs('binh@noivu.gov.vn', winner)).status).toBe(200)
    expect((await signInAs('binh@noivu.gov.vn', loser)).status).toBe(422)
  })

  test('works until the end of the day that stands on the slip, in Việt Nam, and not longer', async () => {
    await makesAccount()
    const { code, until } = linkShown()
    expect(until).toBe('26/10/2022')
    now = new Date('2022-10-26T16:59:00Z')
    expect((await entersCode(code)).current.status).toBe(200)
    now = new Date('2022-10-26T17:00:00Z')
    const late = await entersCode(code)
    expect(late.current.status).toBe(422)
    expect(late.current.text).toContain(linkWrong)
    await browser.get('/tai-khoan')
    expect(browser.current.text).toContain('Liên kết kích hoạt hết hạn')
    expect(browser.current.text).not.toContain('phiếu kích hoạt')
  })

  test('stops working when a new one is given, for two weeks again', async () => {
    await makesAccount()
    const { code: older } = linkShown()
    now = new Date(now.getTime() + 20 * day)
    await freshly(() => press('Cấp lại liên kết kích hoạt'))
    expect(browser.current.text).toContain('Đã cấp liên kết mới; liên kết cũ không dùng được nữa. Hãy trao')
    const { code: newer, until } = linkShown()
    expect(newer).not.toBe(older)
    expect(until).toBe('15/11/2022')
    now = new Date(now.getTime() - 10 * day)
    expect((await entersCode(older)).current.status, 'the old one, in its time').toBe(422)
    expect((await entersCode(newer)).current.status).toBe(200)
    expect(await actsOf(site)).toContain(
      'Nguyễn Văn An: Cấp liên kết kích hoạt cho Trần Thị Bình (Sở Nội vụ).',
    )
  })

  test('resets a password for a day, and ends the sessions of whoever knew the old one', async () => {
    const person = await makePerson(site, 'viewer', { email: 'xem@noivu.gov.vn' })
    const there = await signsIn(site, person)
    await browser.get(await accountPath('xem@noivu.gov.vn'))
    await press('Cấp liên kết đặt lại mật khẩu')
    const { code, until } = linkShown()
    expect(until).toBe('13/10/2022')
    expect((await there.get('/dieu-tra')).url, 'asking for a link ends nothing').toBe('/dieu-tra')
    await (await entersCode(code)).submit({ password: newPassword })
    expect((await there.get('/dieu-tra')).url).toBe('/can-bo/dang-nhap?tiep=%2Fdieu-tra')
    expect((await signInAs('xem@noivu.gov.vn', password)).status).toBe(422)
    expect((await signInAs('xem@noivu.gov.vn', newPassword)).status).toBe(200)
  })

  test('is not guessed: ten wrong codes slow down whoever tries, and say the same as a used one', async () => {
    for (let i = 0; i < 11; i++) {
      const guess = await entersCode('BCFG HJKM NPQR TVX2')
      expect(guess.current.status).toBe(422)
      expect(guess.current.text).toContain(linkWrong)
    }
    const slowed = await entersCode('BCFG HJKM NPQR TVX2')
    expect(slowed.current.status).toBe(429)
    expect(slowed.current.text).toContain('Đã thử sai quá nhiều lần.')
  })

  test('is in the store only as a keyed hash', async () => {
    await makesAccount()
    const code = linkShown().code.replaceAll(' ', '')
    const stored = JSON.stringify(await site.deps.db.selectFrom('staff_link').selectAll().execute())
    expect(stored).toContain('activation')
    expect(stored).not.toContain(code)
  })
})

describe('the slips', () => {
  test('show the same codes whenever they are printed, of open links alone, and each look is written down', async () => {
    await makesAccount()
    const { code } = linkShown()
    await makesAccount({ ...binh, name: 'Lê Cường', email: 'cuong@noivu.gov.vn' })
    const { code: used } = linkShown()
    await (await entersCode(used)).submit({ password: newPassword })
    await makesAccount({ ...binh, name: 'Phạm Dũng', email: 'dung@noivu.gov.vn' })
    await press('Khóa tài khoản')
    for (let look = 0; look < 2; look++) {
      await browser.get('/tai-khoan/phieu-kich-hoat')
      expect(browser.current.root.querySelectorAll('.slip .code').map((each) => each.text)).toEqual([code])
      expect(browser.current.text).toContain('Trần Thị Bình')
      expect(browser.current.text).toContain(
        'Đăng nhập bằng binh@noivu.gov.vn. Dùng một lần, đến hết ngày 26/10/2022.',
      )
      expect(browser.current.root.querySelectorAll('.slip svg')).toHaveLength(1)
    }
    const looks = (await actsOf(site)).filter(
      (act) => act === 'Nguyễn Văn An: Mở trang in phiếu kích hoạt: 1 phiếu.',
    )
    expect(looks).toHaveLength(2)
    now = new Date(now.getTime() + 15 * day)
    await browser.get('/tai-khoan/phieu-kich-hoat')
    await provesAgain(site, movedOn(), browser)
    expect(browser.current.status).toBe(409)
    expect(browser.current.text).toContain('Không còn liên kết nào chờ dùng')
  })

  test('are as many as the button says, those of a new password too', async () => {
    await makesAccount()
    const person = await makePerson(site, 'viewer', { email: 'xem@noivu.gov.vn' })
    await browser.get(`/tai-khoan/${person.id}`)
    await press('Cấp liên kết đặt lại mật khẩu')
    await browser.get('/tai-khoan')
    expect(browser.current.text).toContain('In 2 phiếu kích hoạt')
    await browser.get('/tai-khoan/phieu-kich-hoat')
    const headings = browser.current.root.querySelectorAll('.slip h2').map((each) => each.text)
    expect(headings.sort()).toEqual(['Phiếu kích hoạt tài khoản', 'Phiếu đặt lại mật khẩu'])
  })
})

describe('a change of an account', () => {
  test('of the address of somebody who has not come yet ends the link that went to the wrong one', async () => {
    await makesAccount()
    const page = browser.current.url.split('?')[0] ?? ''
    const wrong = browser.current.root.querySelector('.link-to-copy')?.textContent
    await browser.submit({ email: 'dung@noivu.gov.vn' }, { selector: '[aria-labelledby=thong-tin] form' })
    expect(browser.current.url).toBe(`${page}?da=da-sua`)
    const right = browser.current.root.querySelector('.link-to-copy')?.textContent
    expect(right).not.toBe(wrong)
    const person = new Browser(site.app)
    expect((await person.post('/can-bo/kich-hoat', { code: wrong })).status).toBe(422)
    expect((await person.post('/can-bo/kich-hoat', { code: right })).status).toBe(200)
  })

  test('of name, address and agency holds from the next click, and the log says what was before', async () => {
    await openSurveyWith(site, { slug: 'thu' })
    const person = await makePerson(site, 'viewer', { name: 'Lê Cừơng', email: 'cuong@noivu.gov.vn' })
    const there = await signsIn(site, person)
    await browser.get(`/tai-khoan/${person.id}`)
    await browser.submit(
      { name: 'Lê Cường', email: 'LeCuong@noivu.gov.vn', agency: 'U2' },
      { selector: '[aria-labelledby=thong-tin] form' },
    )
    expect(browser.current.text).toContain('Thông tin mới đã được lưu.')
    expect(factsOf(browser.current).slice(0, 2)).toEqual(['lecuong@noivu.gov.vn', 'Sở 2'])
    await there.get('/can-bo/toi')
    expect(factsOf(there.current).slice(0, 3)).toEqual(['Lê Cường', 'lecuong@noivu.gov.vn', 'Sở 2'])
    expect((await actsOf(site)).at(-1)).toBe(
      'Nguyễn Văn An: Sửa tài khoản Lê Cường (Sở 2): họ tên trước là Lê Cừơng; thư điện tử trước là cuong@noivu.gov.vn; cơ quan trước là Sở Nội vụ.',
    )
    expect((await signInAs('cuong@noivu.gov.vn', password)).status).toBe(422)
    expect((await signInAs('lecuong@noivu.gov.vn', password)).status).toBe(200)
  })

  test.each([
    ['no name', { name: ' ' }, '#name'],
    ['an address that is none', { email: 'cuong@' }, '#email'],
    ['the address of another', { email: 'An@noivu.gov.vn' }, '#email'],
    ['an agency that is not there', { agency: 'XYZ' }, '#agency'],
  ])('to %s is refused on the same page, and nothing changes', async (_, change, error) => {
    const person = await makePerson(site, 'viewer', { name: 'Lê Cường', email: 'cuong@noivu.gov.vn' })
    await browser.get(`/tai-khoan/${person.id}`)
    const before = await actsOf(site)
    await browser.submit(change, { selector: '[aria-labelledby=thong-tin] form' })
    expect(browser.current.status).toBe(422)
    expect(errorsOf(browser.current).map(([href]) => href)).toEqual([error])
    expect(factsOf(browser.current).slice(0, 2)).toEqual(['cuong@noivu.gov.vn', 'Sở Nội vụ'])
    expect(await actsOf(site)).toEqual(before)
  })

  test('that changes nothing is not written down', async () => {
    const person = await makePerson(site, 'viewer')
    await browser.get(`/tai-khoan/${person.id}`)
    const before = await actsOf(site)
    await browser.submit({}, { selector: '[aria-labelledby=thong-tin] form' })
    expect(browser.current.text).toContain('Thông tin mới đã được lưu.')
    expect(await actsOf(site)).toEqual(before)
  })

  test('of roles gives exactly those that are ticked, from the next click on', async () => {
    await openSurveyWith(site, { slug: 'thu' })
    const person = await makePerson(site, 'viewer auditor', { email: 'cuong@noivu.gov.vn' })
    const there = await signsIn(site, person)
    expect((await there.get('/nhat-ky')).status).toBe(200)
    await browser.get(`/tai-khoan/${person.id}`)
    expect(ticked()).toEqual(['viewer', 'auditor'])
    await browser.submit(
      { role: ['viewer', 'focal-point@thu'] },
      { selector: '[aria-labelledby=vai-tro] form' },
    )
    expect(browser.current.text).toContain('Vai trò đã được đổi')
    expect(ticked()).toEqual(['viewer', 'focal-point@thu'])
    expect((await there.get('/nhat-ky')).status).toBe(403)
    expect((await there.get('/dieu-tra/thu/don-vi/U1')).status).toBe(200)
    expect((await actsOf(site)).at(-1)).toBe(
      'Nguyễn Văn An: Đổi vai trò: Người viewer auditor (Sở Nội vụ), vai trò mới: Công chức đầu mối (đợt thu), Lãnh đạo (chỉ xem) (mọi đợt).',
    )
    await browser.submit({ role: [] }, { selector: '[aria-labelledby=vai-tro] form' })
    expect(ticked()).toEqual([])
    expect((await there.get('/dieu-tra/thu')).status).toBe(403)
  })

  test('of roles to one that does not exist changes none', async () => {
    const person = await makePerson(site, 'viewer')
    expect((await browser.post(`/tai-khoan/${person.id}/vai-tro`, { role: ['officer', 'god'] })).status).toBe(
      422,
    )
    await browser.get(`/tai-khoan/${person.id}`)
    expect(ticked()).toEqual(['viewer'])
  })
})

describe('an account that is disabled', () => {
  test('is out at once, its link too, and is told so only by the right password', async () => {
    const person = await makePerson(site, 'viewer', { email: 'xem@noivu.gov.vn' })
    const there = await signsIn(site, person)
    await browser.get(`/tai-khoan/${person.id}`)
    await press('Cấp liên kết đặt lại mật khẩu')
    const { code } = linkShown()
    await press('Khóa tài khoản')
    expect(browser.current.text).toContain('Đã khóa tài khoản và đăng xuất người này khỏi mọi máy.')
    expect(factsOf(browser.current)[3]).toBe('Khóa từ 12/10/2022')

    expect((await there.get('/dieu-tra')).url).toBe('/can-bo/dang-nhap?tiep=%2Fdieu-tra')
    expect((await entersCode(code)).current.text).toContain(linkWrong)
    const right = await signInAs('xem@noivu.gov.vn', password)
    expect(right.status).toBe(422)
    expect(right.text).toContain('Tài khoản này đã bị khóa.')
    expect(right.headers['set-cookie']).toBeUndefined()
    const wrong = await signInAs('xem@noivu.gov.vn', 'not this one')
    expect(wrong.text).toContain('Thư điện tử hoặc mật khẩu chưa đúng.')
    expect(wrong.text).not.toContain('đã bị khóa')
    expect(
      await site.deps.db.selectFrom('staff_session').select('id').where('staff_id', '=', person.id).execute(),
    ).toEqual([])
    expect((await browser.post(`/tai-khoan/${person.id}/lien-ket`, {})).status).toBe(409)
    expect(browser.current.text).toContain('Hãy mở lại tài khoản trước.')
  })

  test('is taken into use again with a fresh link, and its roles as they were', async () => {
    const person = await makePerson(site, 'viewer', { email: 'xem@noivu.gov.vn' })
    await browser.get(`/tai-khoan/${person.id}`)
    await press('Khóa tài khoản')
    await press('Mở lại tài khoản')
    expect(browser.current.text).toContain('Tài khoản đã mở lại.')
    await (await entersCode(linkShown().code)).submit({ password: newPassword })
    const back = await signInAs('xem@noivu.gov.vn', newPassword)
    expect(back.text).toContain('Lãnh đạo (chỉ xem)')
    expect((await actsOf(site)).filter((act) => act.startsWith('Nguyễn Văn An:')).slice(-2)).toEqual([
      'Nguyễn Văn An: Khóa tài khoản Người viewer (Sở Nội vụ).',
      'Nguyễn Văn An: Mở lại tài khoản Người viewer (Sở Nội vụ).',
    ])
  })

  test('twice is disabled once: the day stays, and the log has one line; so for enabling', async () => {
    const person = await makePerson(site, 'viewer')
    await browser.post(`/tai-khoan/${person.id}/ngung`, {})
    now = new Date(now.getTime() + day)
    await browser.post(`/tai-khoan/${person.id}/ngung`, {})
    await provesAgain(site, movedOn(), browser)
    await browser.post(`/tai-khoan/${person.id}/ngung`, {})
    await browser.get(`/tai-khoan/${person.id}`)
    expect(factsOf(browser.current)[3]).toBe('Khóa từ 12/10/2022')
    await press('Mở lại tài khoản')
    const { code } = linkShown()
    await browser.post(`/tai-khoan/${person.id}/hoat-dong`, {})
    await browser.get(`/tai-khoan/${person.id}`)
    expect(linkShown().code, 'the link that was handed over still works').toBe(code)
    const acts = (await actsOf(site)).filter((act) => act.includes('Người viewer'))
    expect(acts.map((act) => act.split(' (')[0])).toEqual([
      'Người điều hành máy chủ',
      'Nguyễn Văn An: Khóa tài khoản Người viewer',
      'Nguyễn Văn An: Mở lại tài khoản Người viewer',
    ])
  })

  test('is never the own one', async () => {
    await makePerson(site, 'administrator', { email: 'khac@noivu.gov.vn' })
    await browser.get(`/tai-khoan/${admin.id}`)
    expect(browser.current.text).not.toContain('Khóa tài khoản')
    expect((await browser.post(`/tai-khoan/${admin.id}/ngung`, {})).status).toBe(409)
    expect(browser.current.text).toContain('Không thể tự khóa tài khoản của mình')
    expect((await browser.get('/tai-khoan')).status).toBe(200)
  })
})

describe('the last administrator', () => {
  test('stays one: the role cannot be given away', async () => {
    expect((await browser.post(`/tai-khoan/${admin.id}/vai-tro`, { role: 'officer' })).status).toBe(409)
    expect(browser.current.text).toContain('Đây là người quản trị duy nhất')
    const other = await makePerson(site, 'administrator', { email: 'khac@noivu.gov.vn' })
    await browser.get(`/tai-khoan/${other.id}`)
    await press('Khóa tài khoản')
    expect((await browser.post(`/tai-khoan/${admin.id}/vai-tro`, { role: 'officer' })).status).toBe(409)
    await browser.get(`/tai-khoan/${other.id}`)
    await press('Mở lại tài khoản')
    expect((await browser.post(`/tai-khoan/${admin.id}/vai-tro`, { role: 'officer' })).status).toBe(403)
  })

  test('is left when two take the role from each other at once', async () => {
    const other = await makePerson(site, 'administrator', { email: 'khac@noivu.gov.vn' })
    const beside = await signsIn(site, other)
    const answers = await Promise.all([
      browser.agent.post(`/tai-khoan/${other.id}/ngung`).type('form').send(''),
      beside.agent.post(`/tai-khoan/${admin.id}/ngung`).type('form').send(''),
    ])
    expect(answers.map(({ status }) => status).sort()).not.toEqual([303, 303])
    const active = await site.deps.db
      .selectFrom('staff')
      .select('id')
      .where('disabled_on', 'is', null)
      .execute()
    expect(active).toHaveLength(1)
  })
})

describe('agencies', () => {
  test('are added, and accounts can belong to them', async () => {
    await browser.get('/co-quan')
    await browser.submit(
      { name: 'Công ty Điều tra', code: 'CTY-01' },
      { selector: '[aria-labelledby=them] form' },
    )
    expect(browser.current.text).toContain('Đã thêm cơ quan, đơn vị.')
    expect(browser.current.text).toContain('2 cơ quan, đơn vị')
    await makesAccount({ ...binh, agency: 'CTY-01' })
    expect(factsOf(browser.current)[1]).toBe('Công ty Điều tra')
    expect(await actsOf(site)).toContain('Nguyễn Văn An: Thêm cơ quan Công ty Điều tra.')
  })

  test('are renamed, wherever the name is read', async () => {
    await browser.post('/co-quan', { name: 'Công ty Điều tra', code: 'CTY' })
    await browser.submit({ name: 'Công ty Khảo sát' }, { selector: 'form[action="/co-quan/CTY"]' })
    expect(browser.current.text).toContain('Thông tin mới đã được lưu.')
    expect(nameOfAgency('CTY')).toBe('Công ty Khảo sát')
    expect(await actsOf(site)).toContain(
      'Nguyễn Văn An: Đổi tên cơ quan Công ty Điều tra thành Công ty Khảo sát.',
    )
    const before = await actsOf(site)
    await browser.submit({}, { selector: 'form[action="/co-quan/CTY"]' })
    expect(await actsOf(site), 'the same name again is no act').toEqual(before)
  })

  test.each([
    ['a code that is taken', { name: 'Sở khác', code: 'SNV' }, 'Đã có cơ quan mang mã "SNV".'],
    ['no name', { name: ' ', code: 'CTY' }, 'Hãy nhập tên cơ quan'],
    ['a name of 201 signs', { name: 'a'.repeat(201), code: 'CTY' }, 'Hãy nhập tên cơ quan'],
    ['no code', { name: 'Công ty', code: '' }, 'Hãy nhập tên cơ quan'],
    ['a code with accents', { name: 'Công ty', code: 'CÔNG-TY' }, 'Hãy nhập tên cơ quan'],
    ['a code of 21 signs', { name: 'Công ty', code: 'C'.repeat(21) }, 'Hãy nhập tên cơ quan'],
    ['a code that is a way up in an address', { name: 'Công ty', code: '..' }, 'Hãy nhập tên cơ quan'],
  ])('with %s are not added; the page keeps what was typed', async (_, typed, sentence) => {
    await browser.get('/co-quan')
    await browser.submit(typed, { selector: '[aria-labelledby=them] form' })
    expect(browser.current.status).toBe(422)
    expect(errorsOf(browser.current)).toEqual([['#code', expect.stringContaining(sentence)]])
    expect(valueOf('name')).toBe(typed.name)
    expect(valueOf('code')).toBe(typed.code)
    expect(browser.current.text).toContain('1 cơ quan, đơn vị')
  })

  test('that are not there, or get no name, are not renamed', async () => {
    expect((await browser.post('/co-quan/XYZ', { name: 'Một tên' })).status).toBe(422)
    expect(browser.current.text).toContain('Cơ quan "XYZ" không có trong danh sách.')
    expect((await browser.post('/co-quan/SNV', { name: '' })).status).toBe(422)
    await browser.get('/co-quan')
    expect(nameOfAgency('SNV')).toBe('Sở Nội vụ')
  })
})

const acts = ['', '/vai-tro', '/ngung', '/hoat-dong', '/lien-ket', '/go-xac-thuc']

test('an account that is not there is not found, whatever is asked of it', async () => {
  expect((await browser.get('/tai-khoan/khong-co')).status).toBe(404)
  expect(browser.current.text).toContain('Không có tài khoản này')
  for (const act of acts)
    expect((await browser.post(`/tai-khoan/khong-co${act}`, { ...binh })).status, act).toBe(404)
})

describe('a sign-in of ten minutes ago', () => {
  test.each(acts)(
    'is not enough for POST /tai-khoan/:id%s: asked again, led back, nothing done',
    async (act) => {
      const { id } = await makePerson(site, 'viewer')
      const before = await actsOf(site)
      now = new Date(now.getTime() + 10 * 60_000 + 1000)
      await browser.post(`/tai-khoan/${id}${act}`, { ...binh })
      expect(browser.current.url).toBe(`/can-bo/xac-nhan-lai?tiep=${encodeURIComponent(`/tai-khoan/${id}`)}`)
      expect(await actsOf(site)).toEqual(before)
      await provesAgain(site, movedOn(), browser)
      expect(browser.current.url).toBe(`/tai-khoan/${id}`)
      expect((await actsOf(site)).at(-1)).toBe('Nguyễn Văn An: Xác nhận lại danh tính.')
      await browser.post(`/tai-khoan/${id}/lien-ket`, {})
      expect(browser.current.url).toBe(`/tai-khoan/${id}?da=lien-ket`)
    },
  )

  test('is not enough for a new account, an import, or the slips', async () => {
    await makesAccount()
    now = new Date(now.getTime() + 10 * 60_000 + 1000)
    for (const [ask, page] of [
      [() => browser.post('/tai-khoan', { ...binh, email: 'x@noivu.gov.vn' }), '/tai-khoan'],
      [() => browser.post('/tai-khoan/nap', {}), '/tai-khoan/nap'],
      [() => browser.get('/tai-khoan/phieu-kich-hoat'), '/tai-khoan/phieu-kich-hoat'],
    ] as const) {
      await ask()
      expect(browser.current.url).toBe(`/can-bo/xac-nhan-lai?tiep=${encodeURIComponent(page)}`)
    }
    expect(await countStaff()).toBe(2)
    await browser.submit({ password: 'not this one', code: '123456' })
    expect(browser.current.status).toBe(422)
    await provesAgain(site, movedOn(), browser)
    expect(browser.current.url).toBe('/tai-khoan/phieu-kich-hoat')
    expect(browser.current.root.querySelectorAll('.slip')).toHaveLength(1)
  })

  test('is not enough to read a link that waits, which is shown after it', async () => {
    await makesAccount()
    const page = browser.current.url.split('?')[0] ?? ''
    now = new Date(now.getTime() + 11 * 60_000)
    await browser.get(page)
    expect(browser.current.root.querySelector('.link-to-copy')).toBeNull()
    expect(browser.current.text).toContain('Có một liên kết đặt mật khẩu đang chờ dùng.')
    await browser.get(browser.current.root.querySelector('.govuk-inset-text a')?.getAttribute('href') ?? '')
    await provesAgain(site, movedOn(), browser)
    expect(browser.current.url).toBe(page)
    expect(browser.current.root.querySelector('.link-to-copy')).not.toBeNull()
  })

  test('made before the clock was set back is not fresh for ever', async () => {
    now = new Date(now.getTime() - 60_000)
    await browser.post('/tai-khoan', { ...binh })
    expect(browser.current.url).toBe('/can-bo/xac-nhan-lai?tiep=%2Ftai-khoan')
  })
})

describe('the log of acts', () => {
  test('is read from any place on and written to a file, on every database', async () => {
    await makesAccount()
    for (const path of ['/nhat-ky', '/nhat-ky?truoc=999999999999', '/nhat-ky?truoc=4', '/nhat-ky?truoc=x']) {
      await browser.get(path)
      expect(browser.current.status, path).toBe(200)
      expect(browser.current.text, path).toContain('Tạo tài khoản Nguyễn Văn An (Sở Nội vụ)')
    }
    const answer = await browser.agent.post('/nhat-ky/xuat').type('form').send('')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('Tạo tài khoản Trần Thị Bình')
  })
})

/** Fills the form for a new account; the browser stands on what follows. */
async function makesAccount(fields: Record<string, string | string[]> = binh): Promise<void> {
  await browser.get('/tai-khoan')
  await browser.submit(fields)
}

/** Does what needs a fresh proof when the last one is old: is asked again on the way, then does it. */
async function freshly(act: () => Promise<unknown>): Promise<void> {
  await act()
  await provesAgain(site, movedOn(), browser)
  await act()
}

/** The administrator, whose phone shows codes of now. */
function movedOn(): Person {
  admin.steps = 0
  return admin
}

/** Presses the one button of the page that says so. */
async function press(words: string): Promise<Page> {
  const form = browser.current.root
    .querySelectorAll('main form')
    .find((each) => each.querySelectorAll('button').some((button) => button.textContent.trim() === words))
  if (!form) throw new Error(`no button ${words} on ${browser.current.url}`)
  return browser.submit({}, { selector: `form[action="${form.getAttribute('action')}"]`, press: words })
}

/** Somebody with a slip: types its code on a phone of their own. */
async function entersCode(code: string): Promise<Browser> {
  const person = new Browser(site.app)
  await person.get('/can-bo/kich-hoat')
  await person.submit({ code })
  return person
}

async function signInAs(email: string, typed: string): Promise<Page> {
  const person = new Browser(site.app)
  await person.get('/can-bo/dang-nhap')
  return person.submit({ email, password: typed })
}

function linkShown(): { url: string; code: string; until: string } {
  const shown = browser.current.root.querySelector('.primary-act')
  if (!shown) throw new Error(`no link on ${browser.current.url}`)
  return {
    url: shown.querySelector('.link-to-copy')?.text ?? '',
    code: shown.querySelector('.code')?.text ?? '',
    until: /đến hết ngày (\S+)\./.exec(shown.text)?.[1] ?? '',
  }
}

async function accountPath(email: string): Promise<string> {
  return `/tai-khoan/${(await findAccountByEmail(site.deps.db, email))?.id}`
}

async function countStaff(): Promise<number> {
  return (await site.deps.db.selectFrom('staff').select('id').execute()).length
}

function errorsOf({ root }: Page): [href: string, text: string][] {
  return root
    .querySelectorAll('.govuk-error-summary a')
    .map((link) => [link.getAttribute('href') ?? '', link.textContent.trim()])
}

/** The values of the summary list. */
function factsOf({ root }: Page): string[] {
  return root.querySelectorAll('.govuk-summary-list__value').map((each) => each.textContent.trim())
}

function valueOf(id: string): string | undefined {
  return browser.current.root.querySelector(`main #${id}`)?.getAttribute('value')
}

function ticked(): string[] {
  return browser.current.root
    .querySelectorAll('main input[name=role][checked]')
    .map((each) => each.getAttribute('value') ?? '')
}

function nameOfAgency(code: string): string | undefined {
  return browser.current.root.querySelector(`form[action="/co-quan/${code}"] input`)?.getAttribute('value')
}
