// Letters to staff: the link of a new account, the link for a forgotten password, and what people are told where no
// letter can be sent. The letters arrive at a real mail server.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { deadMailServer, openMailbox, type Mailbox } from '../support/mailbox.ts'
import { actsOf, makePerson, signsIn } from '../support/staff.ts'

const from = 'Khảo sát CCHC <khaosat@example.vn>'
const newPassword = 'con trâu đi trước'
const asked = 'Nếu địa chỉ này có tài khoản đang dùng, hệ thống gửi tới đó một thư kèm liên kết đặt mật khẩu;'
const binh = { name: 'Trần Thị Bình', email: 'binh@noivu.gov.vn', role: 'viewer' }

let site: TestSite
let mailbox: Mailbox

beforeEach(async () => {
  mailbox = await openMailbox()
  site = await testSite({ mail: { url: mailbox.url, from } })
})

afterEach(async () => {
  await site.close()
  await mailbox.close()
})

describe('a new account', () => {
  test('gets its link by mail, in good Vietnamese, and the link works', async () => {
    const browser = await administrator()
    await browser.get('/tai-khoan')
    await browser.submit(binh)
    expect(browser.current.url).toMatch(/\?da=da-gui-thu$/)
    expect(browser.current.text).toContain('liên kết kích hoạt đã gửi tới thư điện tử của người dùng.')

    const [letter] = await mailbox.waitFor(1)
    expect(letter).toMatchObject({ to: 'binh@noivu.gov.vn', subject: 'Kích hoạt tài khoản khảo sát CCHC' })
    expect(letter?.from).toContain('Khảo sát CCHC')
    const url = browser.current.root.querySelector('.link-to-copy')?.text ?? 'none'
    const code = browser.current.root.querySelector('.primary-act .code')?.text ?? 'none'
    expect(letter?.text).toBe(
      [
        'Kính gửi anh/chị Trần Thị Bình,',
        '',
        'Đây là liên kết kích hoạt cho tài khoản của anh/chị trên hệ thống khảo sát cải cách hành chính:',
        '',
        url,
        '',
        `Hoặc mở http://localhost:0/can-bo/kich-hoat và nhập mã: ${code}`,
        '',
        'Liên kết dùng được một lần, đến hết ngày 26/10/2022.',
        'Xin không chuyển tiếp thư này: ai có liên kết đều đặt được mật khẩu.',
        '',
      ].join('\n'),
    )
    await setsPassword(url)
    expect((await signInAs('binh@noivu.gov.vn')).current.text).toContain('Trần Thị Bình')
  })

  test('is made all the same when the mail server is gone: the page says so and shows the link', async () => {
    const unheard = await testSite({ mail: { url: await deadMailServer(), from } })
    try {
      const browser = await signsIn(unheard, await makePerson(unheard, 'administrator'))
      await browser.get('/tai-khoan')
      await browser.submit(binh)
      expect(browser.current.url).toMatch(/\?da=chua-gui-thu$/)
      expect(browser.current.text).toContain('Tài khoản đã được tạo, nhưng không gửi được thư.')
      expect(browser.current.root.querySelector('.link-to-copy')?.text).toContain('/can-bo/kich-hoat#')
      const log = unheard.logged.join('\n')
      expect(log).toContain('a letter could not be sent')
      expect(log).not.toContain('binh@noivu.gov.vn')
      expect(log).not.toContain(browser.current.root.querySelector('.link-to-copy')?.text.split('#')[1])
    } finally {
      await unheard.close()
    }
  })
})

describe('a forgotten password', () => {
  test('is mended by a letter, once', async () => {
    await makePerson(site, 'viewer', { name: 'Lê Cường', email: 'cuong@noivu.gov.vn' })
    const person = await forgets(' Cuong@NoiVu.gov.vn ')
    expect(person.current.url).toBe('/can-bo/dang-nhap?da=da-gui-thu')
    expect(person.current.text).toContain(asked)
    const [letter] = await mailbox.waitFor(1)
    expect(letter).toMatchObject({
      to: 'cuong@noivu.gov.vn',
      subject: 'Đặt lại mật khẩu tài khoản khảo sát CCHC',
    })
    expect(letter?.text).toContain('Xin không chuyển tiếp thư này: ai có liên kết đều đặt được mật khẩu.')
    expect(letter?.text).toContain('Nếu anh/chị không yêu cầu đặt lại mật khẩu, hãy bỏ qua thư này')
    const url = linkIn(letter?.text)
    await setsPassword(url)
    expect((await setsPassword(url)).current.status).toBe(422)
    expect((await signInAs('cuong@noivu.gov.vn')).current.url).toBe('/dieu-tra')
    expect((await actsOf(site)).slice(1, 3)).toEqual([
      'Lê Cường: Có người yêu cầu đặt lại mật khẩu ở trang đăng nhập: tài khoản Lê Cường; liên kết gửi tới thư điện tử của tài khoản.',
      'Lê Cường: Đặt mật khẩu bằng liên kết đặt lại mật khẩu.',
    ])
  })

  test('of nobody and of a disabled account is answered by the same page, without a letter', async () => {
    const disabled = await makePerson(site, 'viewer', { email: 'ngung@noivu.gov.vn' })
    await (await administrator()).post(`/tai-khoan/${disabled.id}/ngung`, {})
    await makePerson(site, 'viewer', { email: 'cuong@noivu.gov.vn' })
    const pages = new Set<string>()
    for (const email of ['khong-ai@noivu.gov.vn', 'ngung@noivu.gov.vn', 'cuong@noivu.gov.vn'])
      pages.add((await forgets(email)).current.html)
    expect(pages.size).toBe(1)
    const letters = await mailbox.waitFor(1)
    expect(letters.map(({ to }) => to)).toEqual(['cuong@noivu.gov.vn'])
  })

  test('of one address is asked for a dozen times, then slowed down, and others are not', async () => {
    await makePerson(site, 'viewer', { email: 'cuong@noivu.gov.vn' })
    for (let i = 0; i < 11; i++) expect((await forgets('cuong@noivu.gov.vn')).current.status).toBe(200)
    const slowed = await forgets('CUONG@noivu.gov.vn')
    expect(slowed.current.status).toBe(429)
    expect(slowed.current.text).toContain('Đã yêu cầu quá nhiều lần.')
    expect((await forgets('khac@noivu.gov.vn')).current.status).toBe(200)
    await mailbox.waitFor(11)
  })

  test.each(['', 'binh', 'binh@'])('of %j, which is no address, is corrected on the page', async (email) => {
    const person = await forgets(email)
    expect(person.current.status).toBe(422)
    expect(person.current.text).toContain('Hãy nhập địa chỉ thư điện tử')
    expect(person.current.root.querySelector('#email')?.getAttribute('value')).toBe(email)
  })

  test('takes no printed slip away: who was not activated yet gets the same code by mail', async () => {
    const browser = await administrator()
    await browser.get('/tai-khoan')
    await browser.submit(binh)
    const url = browser.current.root.querySelector('.link-to-copy')?.text
    await forgets('binh@noivu.gov.vn')
    const letters = await mailbox.waitFor(2)
    expect(letters[1]?.subject).toBe('Kích hoạt tài khoản khảo sát CCHC')
    expect(letters.map(({ text }) => linkIn(text))).toEqual([url, url])
    expect((await setsPassword(url ?? '')).current.url).toBe('/can-bo/dang-nhap?da=kich-hoat')
  })
})

test('where no mail server is named, the page says whom to call, and asking is refused', async () => {
  const silent = await testSite()
  try {
    const person = new Browser(silent.app)
    await person.get('/can-bo/quen-mat-khau')
    expect(person.current.status).toBe(200)
    expect(person.current.text).toContain('Hãy gọi người quản trị hệ thống ở Sở Nội vụ.')
    expect(person.current.root.querySelector('main form')).toBeNull()
    await person.post('/can-bo/quen-mat-khau', { email: 'an@noivu.gov.vn' })
    expect(person.current.status).toBe(409)
    expect(person.current.text).toContain('Hệ thống chưa được cài đặt để gửi thư.')
  } finally {
    await silent.close()
  }
})

async function administrator(): Promise<Browser> {
  return signsIn(site, await makePerson(site, 'administrator'))
}

async function forgets(email: string): Promise<Browser> {
  const person = new Browser(site.app)
  await person.get('/can-bo/dang-nhap')
  await person.get(person.current.root.querySelector('main a[href*=quen]')?.getAttribute('href') ?? 'none')
  await person.submit({ email })
  return person
}

async function setsPassword(url: string): Promise<Browser> {
  const person = new Browser(site.app)
  await person.post('/can-bo/dat-mat-khau', { code: url, password: newPassword })
  return person
}

async function signInAs(email: string): Promise<Browser> {
  const person = new Browser(site.app)
  await person.get('/can-bo/dang-nhap')
  await person.submit({ email, password: newPassword })
  return person
}

function linkIn(text = ''): string {
  return /^http\S+#\S+$/m.exec(text)?.[0] ?? 'none'
}
