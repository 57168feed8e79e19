// The respondent's five minutes in a real browser: with scripts and without, on a phone and on a desk.
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PlainCode } from '../../src/access/batch.service.ts'
import { openSurveyWith } from '../support/survey.ts'
import {
  desk,
  findFaults,
  findOverflow,
  launch,
  missingTools,
  openWindow,
  phone,
  servedSite,
  type ServedSite,
} from './chromium.ts'

const missing = missingTools()

describe.skipIf(missing !== '')(`a respondent${missing && ` (skipped: no ${missing})`}`, () => {
  let site: ServedSite
  let browser: Browser
  let cards: PlainCode[]
  beforeAll(async () => {
    site = await servedSite()
    browser = await launch()
    cards = (await openSurveyWith(site, { units: 3, quotas: [5, 5] })).codes
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  const ways = [
    { name: 'with scripts on a phone', javaScriptEnabled: true, viewport: phone },
    { name: 'with scripts on a desk', javaScriptEnabled: true, viewport: desk },
    { name: 'without scripts on a phone', javaScriptEnabled: false, viewport: phone },
    { name: 'without scripts on a desk', javaScriptEnabled: false, viewport: desk },
  ]
  test.each(ways)('goes from the code to the receipt $name', async ({ javaScriptEnabled, viewport }) => {
    const complaints: string[] = []
    const { context, page } = await openWindow(browser, site, { javaScriptEnabled, viewport }, complaints)
    const looks = javaScriptEnabled && viewport === phone ? findFaults : findOverflow
    const faults: string[] = []
    const look = async () => void faults.push(...(await looks(page)))
    page.on('dialog', (dialog) => {
      complaints.push(`asked ${dialog.type()} without need`)
      void dialog.accept()
    })

    await page.goto('/')
    await look()
    await page.fill('#code', 'khong phai ma')
    await press(page, 'Tiếp tục')
    expect(await page.innerText('.govuk-error-summary')).toContain('Mã không bao giờ có ký tự')
    await look()
    await page.fill('#code', ` ${takeCard().toLowerCase()} `)
    await press(page, 'Tiếp tục')
    expect(await page.innerText('main')).toContain('Phiếu dành cho: ')
    await look()
    await page.getByRole('link', { name: 'Bắt đầu trả lời' }).click()

    // Half of the first part: what is missing is asked for, what was chosen is kept.
    expect(await page.innerText('main')).toContain('Phần 1/2')
    await look()
    await option(page, 'Câu một?', 'Tốt').check()
    await press(page, 'Tiếp tục')
    const summary = page.locator('.govuk-error-summary')
    expect(await summary.innerText()).toContain('Chưa trả lời: Câu hai?')
    if (javaScriptEnabled)
      expect(await page.evaluate('document.activeElement.className')).toContain('govuk-error-summary')
    expect(await option(page, 'Câu một?', 'Tốt').isChecked()).toBe(true)
    await look()
    await press(page, 'Để trống câu này và tiếp tục')

    await option(page, 'Câu ba?', 'Kém').check()
    await option(page, 'Câu bốn?', 'Không biết / không có ý kiến').check()
    await press(page, 'Kiểm tra câu trả lời')
    expect(await page.innerText('main')).toContain('Anh/chị đã trả lời 3/4 câu.')
    await look()

    // Changing one's mind: the part as it was filled in, and the way back to the check.
    await page.getByRole('link', { name: 'Sửa phần Chỉ đạo' }).click()
    await option(page, 'Câu hai?', 'Trung bình').check()
    await press(page, 'Tiếp tục')
    if (page.url().endsWith('/phieu/phan/2')) await press(page, 'Kiểm tra câu trả lời')
    expect(await page.innerText('main')).toContain('Anh/chị đã trả lời 4/4 câu.')

    const before = await countBallots()
    await page.getByRole('button', { name: 'Gửi phiếu (không sửa được nữa)' }).dblclick()
    await page.waitForURL('**/phieu/cam-on')
    const receipt = await page.innerText('.govuk-panel .code')
    expect(receipt).toMatch(/^\w{5}-\w{5}$/)
    expect(await countBallots()).toBe(before + 1)
    await look()
    await page.reload()
    expect(await page.innerText('.govuk-panel .code')).toBe(receipt)

    expect(faults).toEqual([])
    expect(complaints.filter((each) => !isRefusedPage(each))).toEqual([])
    await context.close()
  })

  test('keeps each choice as it is made: closing the browser and giving the code again loses nothing', async () => {
    const { context, page, code } = await begins()
    const kept = page.waitForResponse('**/phieu/phan/1/giu')
    await option(page, 'Câu hai?', 'Tốt').check()
    expect((await kept).status()).toBe(204)
    const dialogs: string[] = []
    page.on('dialog', (dialog) => void dialogs.push(dialog.type()))
    await page.close({ runBeforeUnload: true })
    // What a closed browser forgets; the answers stay, sealed.
    await context.clearCookies({ name: 'phien' })
    const again = await context.newPage()
    await again.goto(`/#${code}`)
    await again.waitForURL('**/phieu')
    expect(await again.innerText('main')).toContain('Máy này còn giữ 1/4 câu')
    await again.getByRole('link', { name: 'Trả lời tiếp' }).click()
    expect(await option(again, 'Câu hai?', 'Tốt').isChecked()).toBe(true)
    expect(dialogs).toEqual([])
    await context.close()
  })

  test('without a connection is told so, asked before the choice is left behind, and loses nothing once it is back', async () => {
    const { context, page } = await begins()
    await context.setOffline(true)
    await option(page, 'Câu một?', 'Tốt').check()
    const told = page.getByRole('status').filter({ hasText: 'mất kết nối mạng' })
    await told.waitFor()
    const dialog = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    expect((await dialog).type()).toBe('beforeunload')
    await (await dialog).dismiss()
    await option(page, 'Câu hai?', 'Kém').check()
    await page.getByRole('button', { name: 'Tiếp tục' }).click()
    expect(new URL(page.url()).pathname).toBe('/phieu/phan/1')
    expect(await option(page, 'Câu hai?', 'Kém').isChecked()).toBe(true)

    const kept = page.waitForResponse('**/phieu/phan/1/giu')
    await context.setOffline(false)
    await kept
    await told.waitFor({ state: 'hidden' })
    await page.reload()
    expect(await option(page, 'Câu một?', 'Tốt').isChecked()).toBe(true)
    expect(await option(page, 'Câu hai?', 'Kém').isChecked()).toBe(true)
    await context.close()
  })

  test('who follows a link at once after choosing takes the choice along, however slow the line', async () => {
    const { context, page } = await begins()
    await option(page, 'Câu một?', 'Tốt').check()
    await option(page, 'Câu hai?', 'Tốt').check()
    await press(page, 'Tiếp tục')
    await page.route('**/giu', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      await route.continue()
    })
    await option(page, 'Câu bốn?', 'Kém').check()
    await page.getByRole('link', { name: 'Phần 1' }).click()
    await page.waitForURL('**/phieu/phan/1')
    await page.goto('/phieu/phan/2')
    expect(await option(page, 'Câu bốn?', 'Kém').isChecked()).toBe(true)
    await context.close()
  })

  test('who presses before a choice is kept is not told of a lost connection', async () => {
    const { context, page } = await begins()
    await option(page, 'Câu một?', 'Tốt').check()
    await page.route('**/phan/1/giu', () => undefined)
    await page.route('**/phan/1', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await route.continue()
    })
    await option(page, 'Câu hai?', 'Tốt').check()
    const said: string[] = []
    page.on('console', (message) => void said.push(message.text()))
    await page.evaluate(
      `new MutationObserver(([told]) => console.info(told.target.textContent))
         .observe(document.querySelector('[data-offline]'), { childList: true })`,
    )
    await page.getByRole('button', { name: 'Tiếp tục' }).click()
    await page.waitForURL('**/phieu/phan/2')
    expect(said).toEqual([])
    await context.close()
  })

  test('who follows a link while the line hangs is asked after a few seconds, not held for ever', async () => {
    const { context, page } = await begins()
    await page.route('**/giu', () => undefined)
    await option(page, 'Câu một?', 'Tốt').check()
    const dialog = page.waitForEvent('dialog', { timeout: 10_000 })
    await page.getByRole('link', { name: 'Dừng lại, xóa câu trả lời khỏi máy này' }).click()
    expect((await dialog).type()).toBe('beforeunload')
    await (await dialog).accept()
    await page.waitForURL('**/phieu/dung-lai')
    await context.close()
  })

  test('who sends without a connection is told so on the page, and sends once it is back', async () => {
    const { context, page } = await begins()
    await option(page, 'Câu một?', 'Tốt').check()
    await option(page, 'Câu hai?', 'Tốt').check()
    await press(page, 'Tiếp tục')
    await option(page, 'Câu ba?', 'Tốt').check()
    await option(page, 'Câu bốn?', 'Tốt').check()
    await press(page, 'Kiểm tra câu trả lời')
    await context.setOffline(true)
    const send = page.getByRole('button', { name: 'Gửi phiếu (không sửa được nữa)' })
    await send.click()
    const told = page.getByRole('status').filter({ hasText: 'Chưa gửi được vì mất kết nối mạng' })
    await told.waitFor({ timeout: 5000 })
    await context.setOffline(false)
    await told.waitFor({ state: 'hidden' })
    await send.click()
    await page.waitForURL('**/phieu/cam-on')
    await context.close()
  })

  test('whose page holds a place as its address ends is not taken to have scanned a code', async () => {
    const { context, page } = await begins()
    await context.clearCookies({ name: 'phien' })
    await page.goto('/')
    await page.goto('/phieu/phan/1#Q101-1')
    await page.waitForTimeout(500)
    expect(new URL(page.url()).pathname).toBe('/phieu/phan/1')
    expect(await page.inputValue('#code')).toBe('')
    await context.close()
  })

  test('who presses twice sends a page once, and may send it again after going back', async () => {
    const { context, page } = await begins()
    await option(page, 'Câu một?', 'Tốt').check()
    await option(page, 'Câu hai?', 'Tốt').check()
    const posts: string[] = []
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.method() === 'POST')
        posts.push(new URL(request.url()).pathname)
    })
    await page.getByRole('button', { name: 'Tiếp tục' }).dblclick()
    await page.waitForURL('**/phieu/phan/2')
    expect(posts).toEqual(['/phieu/phan/1'])
    await page.goBack()
    await press(page, 'Tiếp tục')
    expect(posts).toEqual(['/phieu/phan/1', '/phieu/phan/1'])
    expect(page.url()).toContain('/phieu/phan/2')
    await context.close()
  })

  test('sees every refusal and side page in order, light and dark', async () => {
    const { context, page } = await begins()
    const faults: string[] = []
    await option(page, 'Câu một?', 'Tốt').check()
    await option(page, 'Câu hai?', 'Tốt').check()
    await press(page, 'Tiếp tục')
    await page.goto('/phieu/kiem-tra')
    await press(page, 'Gửi phiếu (không sửa được nữa)')
    expect(await page.innerText('main')).toContain('Phiếu chưa gửi')
    faults.push(...(await findFaults(page)))
    await page.goto('/')
    await page.fill('#code', takeCard())
    await press(page, 'Tiếp tục')
    expect(await page.innerText('h1')).toBe('Máy này còn một phiếu chưa gửi')
    faults.push(...(await findFaults(page)))
    for (const address of ['/cam-ket-bao-mat', '/phieu/phan/9', '/khong-co']) {
      await page.goto(address)
      faults.push(...(await findFaults(page)))
    }
    // A small phone, or a page enlarged.
    await page.setViewportSize({ width: 320, height: 640 })
    for (const address of ['/', '/phieu', '/phieu/phan/1', '/phieu/kiem-tra', '/cam-ket-bao-mat']) {
      await page.goto(address)
      faults.push(...(await findOverflow(page)))
    }
    expect(faults).toEqual([])
    await context.close()
  })

  let taken = 0
  function takeCard(): string {
    return cards[taken++]?.code ?? ''
  }

  /** Somebody with scripts, on a phone, before the first part. */
  async function begins(): Promise<{ context: BrowserContext; page: Page; code: string }> {
    const opened = await openWindow(browser, site, { viewport: phone })
    const code = takeCard()
    await opened.page.goto('/')
    await opened.page.fill('#code', code)
    await press(opened.page, 'Tiếp tục')
    await opened.page.getByRole('link', { name: 'Bắt đầu trả lời' }).click()
    // A click goes on when the next page begins; its script runs a little later.
    await opened.page.waitForURL('**/phieu/phan/1')
    return { ...opened, code }
  }

  async function countBallots(): Promise<number> {
    return (await site.deps.db.selectFrom('sealed_ballot').select('id').execute()).length
  }
})

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
}

function option(page: Page, question: string, label: string): Locator {
  return page.getByRole('group', { name: question }).getByRole('radio', { name: label, exact: true })
}

/** Chromium writes a line for each page that says 422 or 404; that is the page's own word, not a complaint. */
function isRefusedPage(complaint: string): boolean {
  return /Failed to load resource: the server responded with a status of (422|404|409)/.test(complaint)
}
