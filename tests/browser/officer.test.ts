// An officer's season in a real browser: from the first start to the index, each page looked at by axe, light and dark.
import { generate } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listUnprintedCodes } from '../../src/access/batch.service.ts'
import { newSetupLink } from '../../src/staff/staff.service.ts'
import { getSurvey } from '../../src/survey/survey.queries.ts'
import { makePerson, password } from '../support/staff.ts'
import {
  fillBox,
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

describe.skipIf(missing !== '')(`an officer${missing && ` (skipped: no ${missing})`}`, () => {
  let site: ServedSite
  let browser: Browser
  beforeAll(async () => {
    site = await servedSite()
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  test('goes from the first start to the index, and no page has a fault', async () => {
    const complaints: string[] = []
    const faults: string[] = []
    const { context, page } = await openWindow(browser, site, {}, complaints)
    const heading = () => page.innerText('h1')
    const look = async () => void faults.push(...(await findFaults(page)))
    const goTo = async (tab: string) => {
      await page.goto(`/dieu-tra/bp${tab}`)
      await look()
    }

    await page.goto((await newSetupLink(site.deps)) ?? '')
    await press(page, 'Tạo tài khoản quản trị')
    expect(await page.innerText('.govuk-error-summary')).toContain('Hãy nhập họ và tên')
    await look()
    await page.fill('#name', 'Nguyễn Văn A')
    await page.fill('#email', 'a@example.com')
    await page.fill('#password', password)
    await press(page, 'Tạo tài khoản quản trị')
    await look()
    await page.fill('#email', 'a@example.com')
    await page.fill('#password', password)
    await press(page, 'Đăng nhập')
    expect(await heading()).toBe('Bật xác thực hai bước')
    await look()
    await page.fill('#code', '000000')
    await press(page, 'Bật xác thực hai bước')
    expect(await page.innerText('.govuk-error-summary')).toContain('Mã chưa đúng. Hãy nhập mã 6 chữ số')
    await look()
    await page.fill('#code', await codeOn(page))
    await press(page, 'Bật xác thực hai bước')
    expect(await page.locator('.recovery-codes li').count()).toBe(10)
    await look()
    await page.getByRole('link', { name: 'Đã cất mã, tiếp tục' }).click()
    expect(await heading()).toBe('Chưa có đợt điều tra nào')
    await look()
    for (const place of [
      '/tai-khoan',
      '/tai-khoan/nap',
      '/co-quan',
      '/nhat-ky',
      '/quyen-han',
      '/can-bo/toi',
    ]) {
      await page.goto(place)
      await look()
    }

    // Chuẩn bị
    await page.goto('/dieu-tra')
    await page.fill('#slug', 'bp')
    await press(page, 'Tạo đợt điều tra')
    expect(await heading()).toBe('Hỏi 367 người ở 31 cơ quan, đơn vị')
    await look()
    await page.fill('#title', '')
    await press(page, 'Lưu thông tin')
    expect(await page.innerText('.govuk-error-summary')).toContain('Hãy nhập tên đợt điều tra.')
    await look()
    await page.fill('#title', 'Điều tra xã hội học năm 2022')
    await page.fill('#plan_number', '320/KH-UBND')
    await page.fill('#contact_phone', '0271 3 888 888')
    await press(page, 'Lưu thông tin')
    expect(await page.innerText('.flash')).toContain('Đã lưu')
    for (const tab of ['', '/bo-chi-so', '/tien-do', '/thu-phieu', '/ma']) await goTo(tab)
    await page.goto('/dieu-tra/bp/bo-cau-hoi')
    await page.locator('summary').first().click()
    await look()
    await page.goto('/dieu-tra/bp/diem')
    expect(await heading()).toBe('Chưa có kết quả')
    await look()

    // Phát thẻ
    await page.goto('/dieu-tra/bp/ma')
    await press(page, 'Phát 367 mã chạy thử')
    await untilDone(page)
    await look()
    await page.getByRole('link', { name: 'Xem mã và in thẻ' }).click()
    await page.getByRole('button', { name: 'Mở trang in' }).click()
    await expect.poll(() => page.locator('.card').count()).toBe(367)
    const cards = await listUnprintedCodes(site.deps, await getSurvey(site.deps.db, 'bp'))
    await page.getByRole('link', { name: 'Quay lại trang Mã và thẻ' }).click()
    await look()
    await confirm(page, 'Đã in xong, xóa mã', 'Da in')
    expect(await heading()).toBe('Đã phát 367/367 mã, thẻ đã in')
    await look()

    // Thu phiếu
    await page.getByRole('link', { name: 'Bắt đầu thu phiếu' }).click()
    await look()
    await press(page, 'Bắt đầu thu phiếu')
    expect(await heading()).toContain('Đang thu phiếu: 0/367')
    const left = await fillBox(site, await getSurvey(site.deps.db, 'bp'), cards, 0.85)
    const returned = 367 - left.length
    await goTo('/tien-do')
    expect(await heading()).toContain(`Đã thu ${returned}/367 phiếu`)
    expect(await page.locator('[aria-label^="Tiến độ"] tbody tr').count()).toBe(31)
    await goTo('')
    await goTo('/ke-hoach')

    // Kết thúc, mở niêm phong
    await goTo('/thu-phieu')
    await confirm(page, 'Kết thúc thu phiếu', 'kết thúc')
    expect(await heading()).toContain('Đã kết thúc thu phiếu')
    await look()
    await confirm(page, 'Mở niêm phong, kiểm phiếu', 'MO NIEM PHONG')
    await untilDone(page)
    await page.getByRole('link', { name: 'Xem kết quả kiểm phiếu' }).click()
    expect(await heading()).toBe(`Đã mở niêm phong, kiểm ${returned} phiếu`)
    await look()

    // Điểm: the chart is there, and the table that says the same
    await page.getByRole('link', { name: 'Xem điểm điều tra' }).click()
    expect(await heading()).toMatch(/^3\d\/31 cơ quan, đơn vị có điểm điều tra xã hội học$/)
    await look()
    await page.getByRole('link', { name: 'Xếp hạng', exact: true }).click()
    await page.locator('.chart--drawn').first().waitFor()
    expect(await inked(page)).toBeGreaterThan(1000)
    await look()
    await page.getByRole('link', { name: 'Sở Y tế' }).click()
    expect(await heading()).toMatch(/^Sở Y tế: \d+,\d\d\/30 điểm, hạng \d+\/\d+$/)
    await look()
    await page.goto('/dieu-tra/bp/diem')
    await press(page, 'Xuất Excel (XLSX)')
    await untilDone(page)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: /^Tải tệp/ }).click()
    expect((await download).suggestedFilename()).toBe('diem-dieu-tra-bp.xlsx')
    await look()

    // Chỉ số
    await goTo('/chi-so')
    await press(page, 'Tính Chỉ số')
    expect(await page.innerText('.govuk-error-summary')).toContain('Chưa chọn tệp')
    await look()
    await upload(page, '0.5')
    expect(await heading()).toMatch(/^Chỉ số của 3\d\/31 cơ quan, đơn vị$/)
    for (const summary of await page.locator('summary').all()) await summary.click()
    await look()
    await goTo('/chi-so')
    await upload(page, '99')
    expect(await page.innerText('.govuk-error-summary')).toContain('Dòng 2, cột points: Điểm 99 lớn hơn')
    await look()

    expect(faults).toEqual([])
    expect(complaints.filter((each) => !/status of (422|409)/.test(each))).toEqual([])
    await context.close()
  }, 120_000)

  test('on a phone no page is wider than the window, and a stranger reads plain refusals', async () => {
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    const faults: string[] = []
    await page.goto('/dieu-tra/bp')
    expect(page.url()).toContain('/can-bo/dang-nhap?tiep=')
    await signIn(site, page, await makePerson(site, 'viewer', { email: 'b@example.com' }))
    const tabs = ['', '/ke-hoach', '/bo-cau-hoi', '/bo-chi-so', '/tien-do', '/thu-phieu', '/diem', '/chi-so']
    for (const tab of tabs) {
      await page.goto(`/dieu-tra/bp${tab}`)
      faults.push(...(await findOverflow(page)))
    }
    for (const [address, words] of [
      ['/tai-khoan', 'Tài khoản không có quyền làm việc này'],
      ['/dieu-tra/khong-co', 'Không có đợt điều tra này'],
    ] as const) {
      await page.goto(address)
      expect(await page.innerText('h1')).toBe(words)
      expect(await page.getByRole('link', { name: 'Về danh sách đợt điều tra' }).count()).toBe(1)
      faults.push(...(await findFaults(page)))
    }
    expect(faults).toEqual([])
    await context.close()
  })
})

/** What the phone shows for the secret on the page. */
async function codeOn(page: Page): Promise<string> {
  const secret = ((await page.textContent('details .code')) ?? '').replaceAll(' ', '')
  return generate({ secret, epoch: new Date('2022-10-12T03:00:00Z').getTime() / 1000 })
}

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
}

/** The button stays off until its word stands there. */
async function confirm(page: Page, button: string, word: string): Promise<void> {
  const act = page.getByRole('button', { name: button, exact: true })
  expect(await act.isDisabled()).toBe(true)
  await page.fill('#xac-nhan', word.slice(0, -1))
  expect(await act.isDisabled()).toBe(true)
  await page.fill('#xac-nhan', word)
  await press(page, button)
}

/** The page of a job reloads itself until the work is done. */
async function untilDone(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1, name: /đã xong$/ }).waitFor()
}

/** How many points of the first chart carry colour. */
async function inked(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return data.filter((value, i) => i % 4 === 3 && value > 0).length
  })()`)
}

async function upload(page: Page, points: string): Promise<void> {
  const template = await (await page.request.get('/dieu-tra/bp/chi-so/mau.csv')).text()
  const [, ...rows] = template.trim().split(/\r?\n/)
  const filled = rows.map((row) => row.split(',').slice(0, 2).join(',') + ',' + points)
  const text = ['unit,criterion,points', ...filled].join('\n')
  await page.setInputFiles('#appraised', {
    name: 'diem.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  })
  await press(page, 'Tính Chỉ số')
}
