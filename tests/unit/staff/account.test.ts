// What makes an account, where one may go after signing in, and how addresses count: tables of cases.
import { describe, expect, test } from 'vitest'
import { passwordSlip, readContact } from '../../../src/staff/account.ts'
import { localPath } from '../../../src/staff/local-path.ts'
import { hashPassword, isCommonPassword, isPassword } from '../../../src/staff/password.ts'
import { networkOf } from '../../../src/lib/network.ts'
import { SignInLimiter } from '../../../src/staff/sign-in-limiter.ts'

const good = { name: 'Nguyễn Văn An', email: 'an@noivu.gov.vn', password: 'mưa thuận gió hòa' }

/** Field and kind of every slip. */
function slipsOf(change: Record<string, unknown>): string[] {
  const typed = { ...good, ...change }
  const read = readContact(typed)
  const weak = passwordSlip(typed.password, read.ok ? read.contact : good)
  const slips = read.ok ? [] : read.slips.map(({ field, problem }) => `${field} ${problem.kind}`)
  return weak ? [...slips, `password ${weak.kind}`] : slips
}

describe('a person', () => {
  test('is taken with spaces trimmed and the e-mail in lower case', () => {
    const { name, email } = good
    const read = readContact({ name: ' Nguyễn Văn An ', email: ' An@NoiVu.gov.vn ' })
    expect(read).toEqual({ ok: true, contact: { name, email } })
  })

  test.each([
    ['no name', { name: '  ' }, ['name name-wrong']],
    ['a name of 101 signs', { name: 'a'.repeat(101) }, ['name name-wrong']],
    ['a name with a control sign', { name: 'An\u001b[2J' }, ['name name-wrong']],
    ['no e-mail', { email: '' }, ['email email-wrong']],
    ['half an e-mail', { email: 'an@' }, ['email email-wrong']],
    ['two e-mails', { email: ['a@b.vn', 'c@d.vn'] }, ['email email-wrong']],
    ['11 signs of password', { password: 'mưa thuận g' }, ['password password-weak']],
    ['129 signs of password', { password: 'a'.repeat(129) }, ['password password-weak']],
    ['the name as password', { password: 'nguyen van an' }, ['password password-guessable']],
    ['the e-mail as password', { password: 'AN@noivu.gov.vn' }, ['password password-guessable']],
    [
      'everything left out',
      { name: undefined, email: undefined, password: undefined },
      ['name name-wrong', 'email email-wrong', 'password password-weak'],
    ],
  ])('with %s is refused, each field once', (_, change, slips) => {
    expect(slipsOf(change)).toEqual(slips)
  })

  test('may have a password of 12 or of 128 signs', () => {
    expect(slipsOf({ password: 'mưa thuận gi' })).toEqual([])
    expect(slipsOf({ password: 'mưa thuận gió hòa '.repeat(8).slice(0, 128) })).toEqual([])
  })
})

describe('a password', () => {
  test.each([
    'password1234',
    'Passw0rd Passw0rd',
    '  P A S S W O R D 2026 !!',
    'Mật khẩu 123456',
    'matkhaumatkhau',
    '!!! Hồ Chí Minh 1945',
    'aaaaaaaaaaaa',
    '121212121212',
    '123456789012',
    '098765432109',
    'qwertyuiopas',
    'abcdefghijklm',
    'trustno1trustno1',
  ])('%s is one that many have', (password) => {
    expect(isCommonPassword(password)).toBe(true)
  })

  test.each(['mưa thuận gió hòa', 'con trâu đi trước cái cày', 'k7#Tq!xv92Lm', 'bàn ghế xanh lá 7'])(
    '%s is not',
    (password) => {
      expect(isCommonPassword(password)).toBe(false)
    },
  )
})

test('a password is the same however its accents were typed, and no other one passes', async () => {
  const known = await hashPassword('tiếng Việt 2022'.normalize('NFC'))
  expect(known).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await isPassword(known, 'tiếng Việt 2022'.normalize('NFD'))).toBe(true)
  expect(await isPassword(known, 'tieng Viet 2022')).toBe(false)
})

describe('after signing in', () => {
  test.each(['/dieu-tra', '/dieu-tra/binh-phuoc-2022/tien-do?tin=da-luu&x=%2F%2Fa', '/'])(
    '%s is followed',
    (path) => {
      expect(localPath(path)).toBe(path)
    },
  )

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    '/\t/evil.example/',
    '/.//evil.example/',
    '/a/..//evil.example/',
    'javascript:alert(1)',
    'dieu-tra',
    '',
    '/' + 'a'.repeat(1000),
    ['/dieu-tra', '/x'],
    undefined,
  ])('%j is not', (address) => {
    expect(localPath(address)).toBeUndefined()
  })
})

describe('the limiter of one account', () => {
  test('slows down after ten failures, for this account and address only', async () => {
    const limiter = new SignInLimiter()
    for (let i = 0; i < 10; i++) expect(await limiter.mayTry('an@noivu.gov.vn', '203.0.113.7')).toBe(true)
    expect(await limiter.mayTry('AN@noivu.gov.vn ', '203.0.113.7'), 'one try a minute').toBe(true)
    expect(await limiter.mayTry('an@noivu.gov.vn', '203.0.113.7')).toBe(false)
    expect(await limiter.mayTry('an@noivu.gov.vn', '198.51.100.9'), 'the owner elsewhere').toBe(true)
    expect(await limiter.mayTry('binh@noivu.gov.vn', '203.0.113.7'), 'a colleague beside').toBe(true)
  })

  test('forgets the failures once the right password came', async () => {
    const limiter = new SignInLimiter()
    for (let i = 0; i < 11; i++) await limiter.mayTry('an@noivu.gov.vn', '203.0.113.7')
    expect(await limiter.mayTry('an@noivu.gov.vn', '203.0.113.7')).toBe(false)
    await limiter.noteSuccess('an@noivu.gov.vn', '203.0.113.7')
    expect(await limiter.mayTry('an@noivu.gov.vn', '203.0.113.7')).toBe(true)
    expect(await limiter.mayTry('an@noivu.gov.vn', '203.0.113.7')).toBe(true)
  })

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2'],
    ['2001:DB8:1:2::5', '2001:db8:1:2'],
    ['2001:db8::5', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
