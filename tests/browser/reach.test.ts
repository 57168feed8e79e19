// The respondent's pages for everybody: by keyboard alone, read aloud, enlarged, on the smallest phone, in forced colours,
// without motion, on paper.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openSurveyWith } from '../support/survey.ts'
import {
  desk,
  findOverflow,
  launch,
  missingTools,
  openWindow,
  phone,
  servedSite,
  type ServedSite,
} from './chromium.ts'

const missing = missingTools('pdftotext')

describe.skipIf(missing !== '')(`the way of a respondent${missing && ` (skipped: no ${missing})`}`, () => {
  let site: ServedSite
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let codes: string[]
  beforeAll(async () => {
    site = await servedSite()
    browser = await launch()
    codes = (await openSurveyWith(site, { units: 2, quotas: [5, 5] })).codes.map(({ code }) => code)
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })
  beforeEach(async () => {
    ;({ context, page } = await openWindow(browser, site, { viewport: phone }))
  })
  afterEach(() => context.close())

  test('is gone by keyboard alone, and what has the focus is always seen', async () => {
    await page.goto('/')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Chuyển đến nội dung chính')
    await page.keyboard.press('Enter')
    await tabTo('')
    await page.keyboard.type(codes.pop() ?? '')
    await Promise.all([page.waitForURL('**/phieu'), page.keyboard.press('Enter')])
    await tabTo('Bắt đầu trả lời')
    await Promise.all([page.waitForURL('**/phieu/phan/1'), page.keyboard.press('Enter')])
    // One stop for each question; arrows choose within it.
    await tabTo('Kém')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('Trung bình')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await focused()).toBe('Kém')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Tiếp tục')
    await Promise.all([page.waitForURL('**/phieu/phan/2'), page.keyboard.press('Enter')])

    // Something is missing: the focus is brought to what is, and from there to the question.
    await tabTo('Kém')
    await page.keyboard.press('Space')
    await tabTo('Kiểm tra câu trả lời')
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('alert')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Chưa trả lời: Câu bốn?')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.name')).toBe('B2')
    await page.keyboard.press('Space')
    await tabTo('Kiểm tra câu trả lời')
    await Promise.all([page.waitForURL('**/phieu/kiem-tra'), page.keyboard.press('Enter')])
    await tabTo('Gửi phiếu (không sửa được nữa)')
    await Promise.all([page.waitForURL('**/phieu/cam-on'), page.keyboard.press('Enter')])
    expect(await page.innerText('h1')).toBe('Phiếu đã được gửi')
  })

  test('is read aloud: title, one heading, groups named by their question, what is missing, the receipt', async () => {
    await page.goto('/')
    expect(await page.evaluate('document.documentElement.lang')).toBe('vi')
    await enter('BCFG OJKM')
    expect(await page.title()).toBe('Cần xem lại: Nhập mã trên thẻ – Khảo sát cải cách hành chính')
    expect(await page.locator('#code').ariaSnapshot()).toContain('Mã trên thẻ')
    expect(await page.locator('#code').getAttribute('aria-invalid')).toBe('true')
    await enter(codes.pop() ?? '')
    await page.goto('/phieu/phan/1')
    expect(await page.title()).toBe('Phần 1/2 – Khảo sát cải cách hành chính')
    expect(await page.locator('main').ariaSnapshot()).toMatch(
      /heading "Chỉ đạo" \[level=1\][^]*group "Câu một\?":[^]*radio "Kém"[^]*radio "Trung bình"[^]*radio "Tốt"[^]*radio "Không biết \/ không có ý kiến"[^]*group "Câu hai\?":[^]*button "Tiếp tục"/,
    )
    await press('Tiếp tục')
    expect(await page.title()).toContain('Cần xem lại: ')
    const snapshot = await page.locator('main').ariaSnapshot()
    expect(snapshot).toMatch(/alert:[^]*heading "Hãy xem lại các câu sau"[^]*link "Chưa trả lời: Câu một\?"/)
    const described = `document.getElementById(document.querySelector('fieldset').getAttribute('aria-describedby'))`
    expect(await page.evaluate(`${described}.innerText`)).toBe('Anh/chị chưa trả lời câu này.')
    for (const address of [
      '/',
      '/phieu',
      '/phieu/phan/2',
      '/phieu/kiem-tra',
      '/phieu/dung-lai',
      '/cam-ket-bao-mat',
    ]) {
      await page.goto(address)
      expect(await page.getByRole('heading', { level: 1 }).count(), address).toBe(1)
      expect(await page.getByRole('main').count(), address).toBe(1)
    }
  })

  test('fits 320 px, text twice as large on a phone, and a desk at 200 %', async () => {
    await page.goto('/')
    await enter(codes.pop() ?? '')
    const addresses = [
      '/',
      '/phieu',
      '/phieu/phan/1',
      '/phieu/kiem-tra',
      '/phieu/dung-lai',
      '/cam-ket-bao-mat',
    ]
    const faults: string[] = []
    const walk = async (how: string) => {
      for (const address of addresses) {
        await page.goto(address)
        faults.push(...(await findOverflow(page)).map((fault) => `${how}: ${fault}`))
      }
      await page.goto('/phieu/phan/1')
      await press('Tiếp tục')
      faults.push(...(await findOverflow(page)).map((fault) => `${how}: ${fault}`))
    }
    await page.setViewportSize({ width: 320, height: 640 })
    await walk('320 px')
    await page.setViewportSize({ width: desk.width / 2, height: desk.height / 2 })
    await walk('200 %')
    await page.setViewportSize(phone)
    const devtools = await context.newCDPSession(page)
    await page.goto('/')
    const before = await textSize()
    await devtools.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } })
    await walk('large text')
    await page.goto('/')
    expect(await textSize()).toBe(2 * before)
    expect(before).toBeGreaterThanOrEqual(16)
    expect(faults).toEqual([])
  })

  test('has rows of 44 px or more to touch, each as wide as the page', async () => {
    await page.goto('/')
    await enter(codes.pop() ?? '')
    await page.goto('/phieu/phan/1')
    for (const width of [320, phone.width, desk.width]) {
      await page.setViewportSize({ width, height: 740 })
      const column = await page.locator('main form').boundingBox()
      for (const radio of await page.locator('input[type=radio]').all()) {
        const box = await radio.boundingBox()
        expect(box?.height).toBeGreaterThanOrEqual(44)
        expect(box?.width).toBe(column?.width)
      }
      for (const button of await page.getByRole('button').all())
        expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44)
    }
  })

  test('shows what is chosen without its own colours, and moves nothing for whom motion is too much', async () => {
    await page.goto('/')
    await enter(codes.pop() ?? '')
    await page.goto('/phieu/phan/1')
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
    await page.getByRole('group', { name: 'Câu một?' }).getByRole('radio', { name: 'Tốt' }).check()
    const dots = await page.evaluate<{ checked: boolean; drawn: boolean }[]>(`
      [...document.querySelectorAll('input[type=radio]')].map((input) => {
        const dot = getComputedStyle(input.nextElementSibling, '::after')
        const back = getComputedStyle(document.body).backgroundColor
        const drawn = dot.opacity === '1' && dot.borderTopStyle === 'solid' && dot.borderTopColor !== back
        return { checked: input.checked, drawn }
      })`)
    expect(dots.filter(({ checked }) => checked)).toHaveLength(1)
    for (const { checked, drawn } of dots) expect(drawn).toBe(checked)
    expect(
      await page.evaluate(`[...document.querySelectorAll('*')].filter((each) => {
        const { transitionDuration, animationName } = getComputedStyle(each)
        return transitionDuration !== '0s' || animationName !== 'none'
      }).length + document.getAnimations().length`),
    ).toBe(0)
  })

  test('goes onto paper: questions with their answers, the check, the receipt; no button, no link to press', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cchc-paper-'))
    const paper = async (name: string) => {
      const path = join(folder, `${name}.pdf`)
      await page.pdf({ path, preferCSSPageSize: true })
      return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
    }
    try {
      await page.goto('/')
      await enter(codes.pop() ?? '')
      for (const part of [1, 2]) {
        await page.goto(`/phieu/phan/${part}`)
        for (const radio of await page.getByRole('radio', { name: 'Tốt' }).all()) await radio.check()
        if (part === 1) {
          const question = await paper('question')
          expect(question).toContain('Câu một?')
          expect(question).toContain('Không biết / không có ý kiến')
          expect(question).not.toContain('Tiếp tục')
        }
        await press(part === 1 ? 'Tiếp tục' : 'Kiểm tra câu trả lời')
      }
      const check = await paper('check')
      expect(check).toMatch(/Câu bốn\?\s+Tốt/)
      expect(check).not.toMatch(/Gửi phiếu|Sửa|Dừng lại/)
      await press('Gửi phiếu (không sửa được nữa)')
      const thanks = await paper('thanks')
      expect(thanks).toContain(await page.innerText('.govuk-panel .code'))
      expect(thanks).not.toContain('Xóa mã xác nhận')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  async function enter(code: string): Promise<void> {
    await page.fill('#code', code)
    await press('Tiếp tục')
  }

  async function press(name: string): Promise<void> {
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
  }

  function textSize(): Promise<number> {
    return page.evaluate<number>("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
  }

  /** The words of what has the focus; '' for the code's field. Fails where nothing shows that it has it. */
  async function focused(): Promise<string> {
    const { words, seen } = await page.evaluate<{ words: string; seen: boolean }>(`(() => {
      const own = document.activeElement
      const shown = own.matches('input[type=radio]') ? own.nextElementSibling : own
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown)
      const seen = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
      return { words: shown.innerText.trim(), seen }
    })()`)
    expect(seen, `the focus on "${words}"`).toBe(true)
    return words
  }

  /** Presses Tab until something with these words has the focus. */
  async function tabTo(words: string): Promise<void> {
    for (let stops = 0; stops < 20; stops++) {
      await page.keyboard.press('Tab')
      if ((await focused()) === words) return
    }
    throw new Error(`no way to "${words}" by Tab`)
  }
})
