// What happens to respondents besides the straight way: refusals, coming back, several tabs, people and devices. Each on a
// phone and on a desk, with scripts and without, in a real browser.
import Sqlite from 'better-sqlite3'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PlainCode } from '../../src/access/batch.service.ts'
import { formatCode, newCode } from '../../src/access/code.ts'
import { databaseFile } from '../../src/db/database.ts'
import type { SurveyState } from '../../src/db/tables.ts'
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
const ways = [
  { name: 'with scripts on a phone', javaScriptEnabled: true, viewport: phone },
  { name: 'with scripts on a desk', javaScriptEnabled: true, viewport: desk },
  { name: 'without scripts on a phone', javaScriptEnabled: false, viewport: phone },
  { name: 'without scripts on a desk', javaScriptEnabled: false, viewport: desk },
]

describe.skipIf(missing !== '')(`a respondent${missing && ` (skipped: no ${missing})`}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  describe.each(ways)('$name', ({ javaScriptEnabled, viewport }) => {
    let site: ServedSite
    let cards: PlainCode[]
    beforeAll(async () => {
      site = await servedSite()
      cards = (await openSurveyWith(site, { units: 4, quotas: [5, 5] })).codes
    })
    afterAll(() => site.close())

    let taken = 0
    function takeCard(): PlainCode {
      const card = cards[taken++]
      if (!card) throw new Error('no card is left')
      return card
    }

    /** A browser of its own: a device. */
    async function device(): Promise<{ context: BrowserContext; page: Page }> {
      return openWindow(browser, site, { javaScriptEnabled, viewport })
    }

    // axe speaks for all sizes and needs scripts; that nothing is wider than the window is asked everywhere.
    const look = javaScriptEnabled && viewport === phone ? findFaults : findOverflow

    test('reads of every refusal on a page of its own what happened, what to do and whom to call', async () => {
      const { context, page } = await device()
      const faults: string[] = []
      const seen = async (heading: string, ...words: string[]) => {
        expect(await page.innerText('h1')).toBe(heading)
        const text = (await page.innerText('main')).replace(/\s+/g, ' ')
        for (const each of words) expect(text).toContain(each)
        faults.push(...(await look(page)))
      }
      const help = 'Phòng CCHC, điện thoại 0271 000 000'

      await gives(page, '0I1L')
      await seen('Nhập mã trên thẻ mời', 'Mã không bao giờ có ký tự “0”', help)
      await gives(page, newCode())
      await seen('Nhập mã trên thẻ mời', 'Không có mã này trong hệ thống', help)
      await page.locator('summary').click()
      expect(await page.locator('svg.card').isVisible()).toBe(true)
      faults.push(...(await look(page)))

      const used = takeCard()
      await gives(page, used.code)
      await answers(page)
      await gives(page, used.code)
      await seen('Phiếu này đã được gửi', 'Cảm ơn anh/chị', help)
      await page.goto('/phieu/phan/1')
      await seen('Phiếu đã được gửi', 'Xem mã xác nhận của phiếu đã gửi')

      const other = await device()
      const [withdrawn, good] = [takeCard(), takeCard()]
      await site.deps.db
        .updateTable('access_code')
        .set({ state: 'void' })
        .where('stratum_id', '=', withdrawn.stratum.id)
        .where('state', '=', 'issued')
        .execute()
      await gives(other.page, withdrawn.code)
      expect(await other.page.innerText('h1')).toBe('Thẻ này đã bị hủy')
      faults.push(...(await look(other.page)))
      await site.deps.db
        .updateTable('access_code')
        .set({ state: 'issued' })
        .where('state', '=', 'void')
        .execute()

      for (const [state, heading] of [
        ['cards', 'Chưa bắt đầu thu phiếu'],
        ['closed', 'Đã kết thúc thu phiếu'],
      ] as const) {
        await setState(state)
        await gives(page, good.code)
        await seen(heading, help)
      }
      await setState('collecting')

      await gives(other.page, good.code)
      await answers(other.page, { send: false })
      await site.deps.db
        .updateTable('stratum')
        .set((eb) => ({ cap: eb.ref('returned') }))
        .execute()
      await press(other.page, send)
      expect(await other.page.innerText('h1')).toBe('Phiếu của anh/chị chưa được tính')
      expect(await other.page.innerText('main')).toContain('Cần giúp, hãy gọi:')
      faults.push(...(await look(other.page)))
      await site.deps.db.updateTable('stratum').set({ cap: 5 }).execute()
      await other.page.getByRole('link', { name: 'Về trang kiểm tra câu trả lời' }).click()
      await press(other.page, send)
      expect(await other.page.innerText('h1')).toBe('Phiếu đã được gửi')

      // Somebody else writes and does not let go.
      const writer = new Sqlite(databaseFile(site.deps.config.dataDir))
      writer.exec('begin immediate')
      const third = await device()
      await gives(third.page, takeCard().code)
      expect(await third.page.innerText('h1')).toBe('Hệ thống đang bận')
      faults.push(...(await look(third.page)))
      writer.close()
      await press(third.page, 'Gửi lại')
      expect(await third.page.innerText('main')).toContain('Phiếu dành cho: ')

      expect(faults).toEqual([])
      for (const each of [context, other.context, third.context]) await each.close()
    })

    test('comes back to where they were, by the code; reloading and going back lose and double nothing', async () => {
      const { context, page } = await device()
      const { code } = takeCard()
      await gives(page, code)
      await start(page)
      await chooses(page, 'Câu một?', 'Tốt')
      await chooses(page, 'Câu hai?', 'Kém')
      await press(page, 'Tiếp tục')
      expect(new URL(page.url()).pathname).toBe('/phieu/phan/2')
      await page.goBack()
      expect(await chosen(page)).toEqual(['Tốt', 'Kém'])
      await page.goForward()
      await page.reload()
      expect(new URL(page.url()).pathname).toBe('/phieu/phan/2')
      await page.getByRole('link', { name: 'Phần 1' }).click()
      expect(await chosen(page)).toEqual(['Tốt', 'Kém'])

      // The browser is closed; its lasting cookie alone shows nothing.
      await context.clearCookies({ name: 'phien' })
      await page.goto('/phieu/phan/1')
      expect(await page.innerText('h1')).toBe('Hãy nhập mã trên thẻ')
      expect(await page.locator('input[type=radio]').count()).toBe(0)
      await page.fill('#code', code)
      await press(page, 'Tiếp tục')
      expect(await page.innerText('main')).toContain('Máy này còn giữ 2/4 câu')
      await page.getByRole('link', { name: 'Trả lời tiếp' }).click()
      await page.waitForURL('**/phieu/phan/2')
      await chooses(page, 'Câu ba?', 'Tốt')
      await chooses(page, 'Câu bốn?', 'Tốt')
      await press(page, 'Kiểm tra câu trả lời')

      const before = await countBallots()
      await press(page, send)
      await page.reload()
      await page.goBack()
      await page.goForward()
      expect(await countBallots()).toBe(before + 1)
      await context.close()
    })

    test('in a second tab doubles nothing: what was sent in one is told in the other', async () => {
      const { context, page } = await device()
      const { code } = takeCard()
      await gives(page, code)
      await start(page)
      const tab = await context.newPage()
      await tab.goto('/phieu/phan/1')
      await chooses(page, 'Câu một?', 'Tốt')
      await chooses(page, 'Câu hai?', 'Tốt')
      await press(page, 'Tiếp tục')
      // The other tab still shows the first part, empty; it goes on by itself.
      await chooses(tab, 'Câu một?', 'Kém')
      await chooses(tab, 'Câu hai?', 'Kém')
      await press(tab, 'Tiếp tục')
      await chooses(tab, 'Câu ba?', 'Kém')
      await chooses(tab, 'Câu bốn?', 'Kém')
      await press(tab, 'Kiểm tra câu trả lời')
      const check = await context.newPage()
      await check.goto('/phieu/kiem-tra')
      const before = await countBallots()
      await press(tab, send)
      await press(check, send)
      expect(await check.innerText('h1')).toMatch(/^Phiếu( này)? đã được gửi$/)
      await chooses(page, 'Câu ba?', 'Tốt')
      await chooses(page, 'Câu bốn?', 'Tốt')
      await press(page, 'Kiểm tra câu trả lời')
      expect(await page.innerText('h1')).toBe('Phiếu đã được gửi')
      expect(await countBallots()).toBe(before + 1)
      await context.close()
    })

    test('shares a device with a colleague: neither loses or sees anything of the other', async () => {
      const { context, page } = await device()
      const [first, second] = [takeCard(), takeCard()]
      const faults: string[] = []
      await gives(page, first.code)
      await page.locator('summary').click()
      await press(page, 'Đây là máy dùng chung')
      expect(await page.innerText('main')).toContain('câu trả lời chưa gửi mất khi đóng trình duyệt')
      faults.push(...(await look(page)))
      await start(page)
      await chooses(page, 'Câu một?', 'Tốt')
      await chooses(page, 'Câu hai?', 'Tốt')
      await press(page, 'Tiếp tục')

      await gives(page, second.code)
      expect(await page.innerText('h1')).toBe('Máy này còn một phiếu chưa gửi')
      faults.push(...(await look(page)))
      await page.getByRole('link', { name: 'Không, quay lại' }).click()
      await gives(page, first.code)
      await page.getByRole('link', { name: 'Trả lời tiếp' }).click()
      await page.waitForURL('**/phieu/phan/2')
      await page.getByRole('link', { name: 'Dừng lại, xóa' }).click()
      await page.waitForURL('**/phieu/dung-lai')
      faults.push(...(await look(page)))
      await press(page, 'Xóa khỏi máy này')
      expect(await page.innerText('h1')).toBe('Đã xóa khỏi máy này')
      faults.push(...(await look(page)))

      await gives(page, second.code)
      await answers(page)
      await press(page, 'Xóa mã xác nhận khỏi máy này')
      await page.goto('/phieu/cam-on')
      expect(await page.innerText('h1')).toBe('Nhập mã trên thẻ mời')

      await gives(page, first.code)
      expect(await page.innerText('h1')).toBe('Máy này đã gửi một phiếu')
      await press(page, 'Tôi chưa gửi, tiếp tục')
      expect(await page.innerText('main')).not.toContain('Máy này còn giữ')
      await context.close()
      expect(faults).toEqual([])
    })

    test('who sends a second ballot from one device is told that each person has one, and may go on', async () => {
      const { context, page } = await device()
      await gives(page, takeCard().code)
      await answers(page)
      const before = await countSameDevice()
      await gives(page, takeCard().code)
      expect(await page.innerText('h1')).toBe('Máy này đã gửi một phiếu')
      expect(await look(page)).toEqual([])
      await press(page, 'Tôi chưa gửi, tiếp tục')
      expect(await page.innerText('main')).toContain('Phiếu dành cho: ')
      expect(await countSameDevice()).toBe(before)
      await answers(page)
      expect(await countSameDevice()).toBe(before + 1)
      await context.close()
    })

    test('with one code on two devices: the first to send counts, the other is told', async () => {
      const [one, two] = [await device(), await device()]
      const { code } = takeCard()
      for (const { page } of [one, two]) {
        await gives(page, code)
        await answers(page, { send: false })
      }
      const before = await countBallots()
      await press(two.page, send)
      expect(await two.page.innerText('h1')).toBe('Phiếu đã được gửi')
      await press(one.page, send)
      expect(await one.page.innerText('h1')).toBe('Phiếu này đã được gửi')
      expect(await countBallots()).toBe(before + 1)
      await one.context.close()
      await two.context.close()
    })

    test('types or pastes a code as people do', async () => {
      const { context, page } = await device()
      const { code } = takeCard()
      const hands = [
        formatCode(code),
        code.toLowerCase(),
        `  ${formatCode(code).replaceAll(' ', '-')} `,
        formatCode(code).replaceAll(' ', '. '),
        code.replaceAll('5', 's').replaceAll('2', 'z'),
        [...code].map((symbol) => String.fromCharCode(symbol.charCodeAt(0) + 0xfee0)).join(''),
        `${site.address}/#${code}`,
      ]
      for (const hand of hands) {
        await page.goto('/')
        await page.locator('#code').pressSequentially(hand)
        await Promise.all([page.waitForURL('**/phieu'), page.keyboard.press('Enter')])
        expect(await page.innerText('main')).toContain('Phiếu dành cho: ')
      }
      await context.close()
    })

    test('who scans a card after many wrong tries from the same network passes', async () => {
      const { context, page } = await device()
      for (let i = 0; i < 31; i++) await page.request.post('/vao', { form: { code: newCode() } })
      await gives(page, newCode())
      expect(await page.innerText('h1')).toBe('Mã chưa đúng, đã thử quá nhiều lần')
      expect(await look(page)).toEqual([])
      await page.fill('#code', takeCard().code)
      await press(page, 'Tiếp tục')
      expect(await page.innerText('main')).toContain('Phiếu dành cho: ')
      await context.close()
    })

    async function setState(state: SurveyState): Promise<void> {
      await site.deps.db.updateTable('survey').set({ state }).execute()
    }

    async function countBallots(): Promise<number> {
      return (await site.deps.db.selectFrom('sealed_ballot').select('id').execute()).length
    }

    async function countSameDevice(): Promise<number> {
      const units = await site.deps.db.selectFrom('unit').select('same_device').execute()
      return units.reduce((sum, unit) => sum + unit.same_device, 0)
    }
  })
})

const send = 'Gửi phiếu (không sửa được nữa)'

async function gives(page: Page, code: string): Promise<void> {
  await page.goto('/')
  await page.fill('#code', code)
  await press(page, 'Tiếp tục')
}

async function start(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^(Bắt đầu trả lời|Trả lời tiếp)$/ }).click()
  await page.waitForURL('**/phieu/phan/*')
}

/** From the welcome page through both parts, and sent unless told otherwise. */
async function answers(page: Page, { send: sends = true } = {}): Promise<void> {
  await start(page)
  for (const [button, ...items] of [
    ['Tiếp tục', 'Câu một?', 'Câu hai?'],
    ['Kiểm tra câu trả lời', 'Câu ba?', 'Câu bốn?'],
  ] as const) {
    for (const item of items) await chooses(page, item, 'Tốt')
    await press(page, button)
  }
  if (sends) await press(page, send)
}

async function chooses(page: Page, item: string, label: string): Promise<void> {
  await page.getByRole('group', { name: item }).getByRole('radio', { name: label, exact: true }).check()
}

async function chosen(page: Page): Promise<string[]> {
  const all = page.locator('input[type=radio]:checked + label')
  return all.allInnerTexts()
}

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
}
