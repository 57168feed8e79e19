// The staff door in a real browser: from the first start to the first officer, a focal point's activation on a phone, and
// the day the phone with the second factor is lost. Every page on the way is looked at by axe, light and dark.
import { generate } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { newSetupLink } from '../../src/staff/staff.service.ts'
import { createSurveyFromTemplate, defaultTemplate } from '../../src/survey/survey.service.ts'
import { makePerson, password } from '../support/staff.ts'
import {
  findFaults,
  findOverflow,
  launch,
  missingTools,
  openWindow,
  phone,
  servedSite,
  signIn,
  type ServedSite,
} from './chromium.ts'

const missing = missingTools()
const chosen = 'con trâu đi trước cái cày'

describe.skipIf(missing !== '')(`the staff door${missing && ` (skipped: no ${missing})`}`, () => {
  let site: ServedSite
  let browser: Browser
  let now: Date
  let faults: string[]

  beforeAll(async () => {
    now = new Date('2022-10-12T03:00:00Z')
    site = await servedSite(() => now)
    browser = await launch()
    await createSurveyFromTemplate(site.deps, operator, defaultTemplate, 'bp')
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  test('leads from the first start to the first officer, who can begin to work', async () => {
    faults = []
    const { context, page } = await openWindow(browser, site)
    await page.goto((await newSetupLink(site.deps)) ?? '')
    await look(page)
    await page.fill('#name', 'Nguyễn Thị Minh Khai')
    await page.fill('#email', 'khai@example.com')
    await page.fill('#password', 'matkhau123456')
    await press(page, 'Tạo tài khoản quản trị')
    expect(await page.innerText('.govuk-error-summary')).toContain('Mật khẩu này quá quen thuộc')
    await look(page)
    await page.fill('#password', chosen)
    await press(page, 'Tạo tài khoản quản trị')
    await signInFirst(page, 'khai@example.com')

    // Red until the sheet is in the safe.
    expect(await page.innerText('.alarm h2')).toBe('Chưa cất tờ khôi phục khóa gốc của hệ thống')
    await look(page)
    await page.getByRole('link', { name: 'In tờ khôi phục' }).click()
    await look(page)
    await page.getByRole('link', { name: 'Mở tờ khôi phục để in' }).click()
    await look(page)
    const check = (await page.locator('.secret').last().innerText()).trim()
    await page.getByRole('link', { name: 'Quay lại' }).click()
    await page.fill('#check', 'BBB BBB')
    await press(page, 'Đã in và cất')
    expect(await page.innerText('.govuk-error-summary')).toContain('Sáu ký tự vừa gõ không khớp')
    await look(page)
    await page.fill('#check', check.toLowerCase())
    await press(page, 'Đã in và cất')
    expect(await page.innerText('.flash')).toContain('Tờ khôi phục đã được ghi nhận là đã cất.')
    expect(await page.locator('.alarm').count()).toBe(0)

    // The first officer, for one survey only.
    await page.getByRole('link', { name: 'Tài khoản', exact: true }).click()
    await page.fill('#name', 'Trần Văn Bình')
    await page.fill('#email', 'binh@example.com')
    await page.locator('summary', { hasText: 'Chỉ ở đợt bp' }).click()
    await page.locator('details').getByLabel('Chuyên viên Sở Nội vụ').check()
    await look(page)
    await press(page, 'Tạo tài khoản')
    expect(await page.innerText('.flash')).toContain('Tài khoản đã được tạo.')
    await look(page)
    const link = await page.innerText('.link-to-copy')
    await context.close()

    const officer = await openWindow(browser, site)
    await activate(officer.page, link)
    await signInFirst(officer.page, 'binh@example.com')
    expect(await officer.page.locator('tbody tr').count()).toBe(1)
    await officer.page.getByRole('link', { name: /^Điều tra xã hội học/ }).click()
    await officer.page.getByRole('link', { name: 'Thẻ và khóa' }).click()
    await press(officer.page, 'Phát 367 mã chạy thử')
    await officer.page.getByRole('heading', { level: 1, name: /đã xong$/ }).waitFor()
    expect(faults).toEqual([])
    await officer.context.close()
  }, 120_000)

  test('fits a phone: no page of accounts, log or roles is wider than its window', async () => {
    faults = []
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    await signIn(site, page, await makePerson(site, 'administrator', { email: 'dien-thoai@example.com' }))
    for (const place of [
      '/dieu-tra',
      '/tai-khoan',
      '/tai-khoan/nap',
      '/co-quan',
      '/nhat-ky',
      '/quyen-han',
      '/can-bo/toi',
      '/he-thong/to-khoi-phuc',
    ]) {
      await page.goto(place)
      faults.push(...(await findOverflow(page)))
    }
    await page.goto('/tai-khoan')
    await press(page, 'Tạo tài khoản')
    faults.push(...(await findOverflow(page)))
    expect(faults).toEqual([])
    await context.close()
  }, 120_000)

  test('lets a focal point in by the slip, on a phone, to the own unit and nowhere else', async () => {
    faults = []
    const desk = await openWindow(browser, site)
    await signIn(site, desk.page, await makePerson(site, 'administrator', { email: 'quan-tri@example.com' }))
    await desk.page.goto('/tai-khoan/nap')
    await look(desk.page)
    const template = await (await desk.page.request.get('/tai-khoan/nap/mau.xlsx')).body()
    await desk.page.setInputFiles('#roster', {
      name: 'mau.xlsx',
      mimeType: 'application/zip',
      buffer: template,
    })
    await press(desk.page, 'Nạp danh sách')
    // The template as it is: units without a name and an address.
    expect(await desk.page.innerText('.govuk-error-summary')).toContain('Dòng 2, cột Họ và tên')
    await look(desk.page)
    await desk.page.goto('/tai-khoan')
    await desk.page.fill('#name', 'Lê Thị Hồng Nhung')
    await desk.page.fill('#email', 'nhung@example.com')
    await desk.page.selectOption('#agency', 'SYT')
    await desk.page.check('input[value=focal-point]')
    await press(desk.page, 'Tạo tài khoản')
    await desk.page.getByRole('link', { name: 'In mọi phiếu đang chờ' }).click()
    expect(await desk.page.locator('.slip').count()).toBe(1)
    await look(desk.page)
    const code = await desk.page.innerText('.slip .code')
    await desk.context.close()

    // Typed from paper, as a thumb does it: small letters, one space too many.
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    await page.goto('/can-bo/kich-hoat')
    await look(page)
    await page.fill('#code', ` ${code.toLowerCase().replaceAll(' ', '  ')}`)
    await press(page, 'Tiếp tục')
    expect(await page.innerText('main')).toContain('Lê Thị Hồng Nhung')
    await look(page)
    await page.fill('#password', 'ngắn')
    await press(page, 'Đặt mật khẩu')
    await look(page)
    await page.fill('#password', chosen)
    await press(page, 'Đặt mật khẩu')
    await page.fill('#email', 'nhung@example.com')
    await page.fill('#password', chosen)
    await press(page, 'Đăng nhập')
    await look(page)
    await page.getByRole('link', { name: /^Điều tra xã hội học/ }).click()
    expect(await page.innerText('h1')).toBe('Sở Y tế: 9 người được hỏi')
    await look(page)
    await page.getByRole('link', { name: 'In danh sách giao thẻ' }).click()
    expect(await page.locator('tbody tr').count()).toBe(9)
    await look(page)
    await page.goto('/dieu-tra/bp/don-vi/STC')
    expect(await page.innerText('h1')).toBe('Tài khoản không có quyền làm việc này')
    await page.goto('/can-bo/toi')
    await look(page)
    expect(faults).toEqual([])
    await context.close()
  }, 120_000)

  test('lets an officer in who lost the phone, by a recovery code, and sets up the new one', async () => {
    faults = []
    const person = await makePerson(site, 'officer', { email: 'mat-may@example.com' })
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    await page.goto('/can-bo/dang-nhap')
    await page.fill('#email', person.email)
    await page.fill('#password', password)
    await press(page, 'Đăng nhập')
    await page.getByText('Mất điện thoại?').click()
    await look(page)
    await page.fill('#code', 'BBBBB-BBBBB')
    await press(page, 'Tiếp tục')
    expect(await page.innerText('.govuk-error-summary')).toContain('Mã chưa đúng hoặc đã dùng.')
    await look(page)
    await page.fill('#code', (person.recoveryCodes[0] ?? '').toLowerCase())
    await press(page, 'Tiếp tục')
    expect(await page.innerText('.flash')).toContain('còn 9 mã')
    await look(page)

    // A quarter of an hour later the proof is old: it is asked for again before the phone is changed.
    now = new Date(now.getTime() + 15 * 60_000)
    await press(page, 'Đổi điện thoại')
    expect(await page.innerText('h1')).toBe('Xác nhận lại danh tính')
    await look(page)
    await page.fill('#password', password)
    await page.fill('#code', person.recoveryCodes[0] ?? '')
    await press(page, 'Xác nhận')
    expect(await page.innerText('.govuk-error-summary')).toContain('Mật khẩu hoặc mã xác thực chưa đúng.')
    await look(page)
    await page.fill('#password', password)
    await page.fill('#code', person.recoveryCodes[1] ?? '')
    await press(page, 'Xác nhận')
    await press(page, 'Đổi điện thoại')
    expect(await page.innerText('h1')).toBe('Bật xác thực hai bước')
    await page.fill('#code', await codeOn(page))
    await press(page, 'Bật xác thực hai bước')
    await look(page)
    await page.getByRole('link', { name: 'Đã cất mã, tiếp tục' }).click()
    expect(await page.innerText('main')).toContain('Đang bật, còn 10 mã đăng nhập dự phòng.')
    expect(faults).toEqual([])
    await context.close()
  }, 120_000)

  test('a page left open for an hour leads to the sign-in, and is not to be read any more', async () => {
    const { context, page } = await openWindow(browser, site)
    await page.clock.install()
    await signIn(site, page, await makePerson(site, 'viewer', { email: 'bo-quen@example.com' }))
    await page.clock.fastForward('59:00')
    expect(await page.innerText('h1')).toBe('1 đợt điều tra')
    await site.deps.db.deleteFrom('staff_session').execute()
    await page.clock.fastForward('03:00')
    await page.getByRole('heading', { name: 'Đăng nhập' }).waitFor()
    await context.close()
  })

  async function look(page: Page): Promise<void> {
    faults.push(...(await findFaults(page)))
  }

  /** Follows the link as a phone does that scanned it: the code goes into the form and out of the address bar. */
  async function activate(page: Page, link: string): Promise<void> {
    await page.goto(link)
    await page.getByRole('heading', { name: 'Đặt mật khẩu' }).waitFor()
    expect(page.url()).not.toContain('#')
    await page.fill('#password', chosen)
    await press(page, 'Đặt mật khẩu')
  }

  /** The first sign-in: password, then the second factor is set up and the recovery codes are put away. */
  async function signInFirst(page: Page, email: string): Promise<void> {
    await page.fill('#email', email)
    await page.fill('#password', chosen)
    await press(page, 'Đăng nhập')
    expect(await page.innerText('h1')).toBe('Bật xác thực hai bước')
    await look(page)
    await page.fill('#code', await codeOn(page))
    await press(page, 'Bật xác thực hai bước')
    await look(page)
    await page.getByRole('link', { name: 'Đã cất mã, tiếp tục' }).click()
    await page.waitForURL('**/dieu-tra')
  }

  /** What the phone shows for the secret on the page. */
  async function codeOn(page: Page): Promise<string> {
    const secret = ((await page.textContent('details .code')) ?? '').replaceAll(' ', '')
    return generate({ secret, epoch: Math.floor(now.getTime() / 1000) })
  }
})

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
}
