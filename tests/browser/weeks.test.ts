// The weeks of collection in a real browser: an officer's morning (who is late, what do I do about it?) and a focal
// point's day, at a desk and on a phone, each page looked at by axe, light and dark.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PlainCode } from '../../src/access/batch.service.ts'
import { makePerson } from '../support/staff.ts'
import { ballotSender, openSurveyWith, type OpenSurvey } from '../support/survey.ts'
import { desk, findFaults, launch, missingTools, openWindow, phone, servedSite, signIn } from './chromium.ts'
import type { ServedSite } from './chromium.ts'

const missing = missingTools()

describe.skipIf(missing !== '')(`the weeks of collection${missing && ` (skipped: no ${missing})`}`, () => {
  let browser: Browser
  let site: ServedSite
  beforeAll(async () => {
    browser = await launch()
    site = await servedSite()
  })
  afterAll(async () => {
    await site.close()
    await browser.close()
  })

  test.each([
    ['at a desk', desk],
    ['on a phone', phone],
  ])("an officer's morning %s: who is late, and what is done about it", async (where, viewport) => {
    const slug = `sang-${viewport.width}`
    const { full, reserve, send } = await collectingWithFullGroup(site, slug)
    const { page, faults, complaints, look } = await windowFor(browser, site, 'officer', viewport)

    await page.goto(`/dieu-tra/${slug}/tien-do`)
    expect(await page.innerText('h1')).toBe('Đã thu 5/20 phiếu (25,0 %), còn 2 cơ quan, đơn vị chưa đủ')
    expect(await page.innerText('.refused')).toContain('1 thẻ')
    await page.getByText('Soạn lời nhắc').first().click()
    expect(await page.getByLabel('Lời nhắc gửi Sở 2').inputValue()).toContain('Sở 2')
    await look()

    await page.getByRole('link', { name: 'Xử lý thẻ bị từ chối' }).click()
    await look()
    await press(page, 'Nâng mức thêm một')
    expect(await page.innerText('.govuk-error-summary')).toContain('Hãy ghi lý do')
    await page.locator('[name=nhom]').first().selectOption({ index: 1 })
    await page.locator('[name=ly-do]').first().fill('Nhóm có thêm một người, Quyết định 12/QĐ-SNV')
    await page.locator('[name=dong-y]').first().check()
    await press(page, 'Nâng mức thêm một')
    expect(await page.innerText('.flash')).toContain('Đã nâng mức')
    expect(full.stratum.group_code).toBe(reserve.stratum.group_code)

    // The refused card is sent again, and the page that is open says so by itself.
    await page.goto(`/dieu-tra/${slug}/tien-do`)
    await send(reserve, '1212')
    await page.getByRole('heading', { level: 1, name: /^Đã thu 6\/20 phiếu/ }).waitFor()
    for (const name of [/Word/, /ảnh/i]) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name }).first().click(),
      ])
      expect(file.suggestedFilename()).toMatch(/^bao-cao-nhanh/)
    }

    await page.goto(`/dieu-tra/${slug}/thoi-gian`)
    await look()
    await page.goto(`/dieu-tra/${slug}/tien-do/phong-hop`)
    expect(await page.innerText('h1')).toContain('6/20')
    await look()
    expect(faults, where).toEqual([])
    expect(complaints.filter((line) => !line.includes('status of 4'))).toEqual([])
  })

  test.each([
    ['on a phone', phone],
    ['at a desk', desk],
  ])(
    "a focal point's day %s: cards that came, cards handed out, what is missing",
    async (where, viewport) => {
      const slug = `ngay-${viewport.width}`
      await collectingWithFullGroup(site, slug)
      const { page, faults, complaints, look } = await windowFor(browser, site, 'focal-point', viewport)

      await page.goto(`/dieu-tra/${slug}/don-vi/U1`)
      expect(await page.innerText('h1')).toBe('Sở 1: đã gửi 5/10 phiếu, còn 5')
      await look()
      await page.fill('#nhan-LD', '6')
      await press(page, 'Đã nhận, Lãnh đạo: thêm một')
      expect(await page.innerText('.govuk-error-summary')).toContain('Chưa ghi được số thẻ')
      await look()
      await page.fill('#nhan-LD', '5')
      await press(page, 'Đã nhận, Lãnh đạo: thêm một')
      await page.fill('#giao-LD', '5')
      await press(page, 'Ghi số thẻ', '.counts > .govuk-button')
      expect(await page.inputValue('#nhan-LD')).toBe('6')
      expect(await page.inputValue('#giao-LD')).toBe('5')
      expect(await page.locator('a[href^="tel:"]').count()).toBeGreaterThan(0)
      await page.getByRole('link', { name: 'In danh sách giao thẻ' }).click()
      expect(await page.innerText('h1')).toContain('Danh sách giao thẻ')
      // Another unit's page is closed to it.
      expect((await page.goto(`/dieu-tra/${slug}/don-vi/U2`))?.status()).toBe(403)
      expect(faults, where).toEqual([])
      expect(complaints.filter((line) => !line.includes('status of 4'))).toEqual([])
    },
  )
})

/** Two units of two groups of five, the first group full, a reserve card of it turned away. */
async function collectingWithFullGroup(
  site: ServedSite,
  slug: string,
): Promise<{
  survey: OpenSurvey['survey']
  full: PlainCode
  reserve: PlainCode
  send: Awaited<ReturnType<typeof ballotSender>>
}> {
  const { survey, codes } = await openSurveyWith(site, { slug, reserve: 1 })
  const send = await ballotSender(site, survey)
  const first = codes.filter(({ stratum }) => stratum.unit_code === 'U1' && stratum.group_code === 'LD')
  const [full, reserve] = [first.find((each) => !each.reserve), first.find((each) => each.reserve)]
  if (!full || !reserve) throw new Error('no card of the first group')
  for (const card of first.filter((each) => !each.reserve)) await send(card, '1212')
  await expect(send(reserve, '1212')).rejects.toMatchObject({ kind: 'stratum-full' })
  return { survey, full, reserve, send }
}

async function windowFor(
  browser: Browser,
  site: ServedSite,
  role: 'officer' | 'focal-point',
  viewport: typeof desk,
): Promise<{ page: Page; faults: string[]; complaints: string[]; look: () => Promise<void> }> {
  const complaints: string[] = []
  const faults: string[] = []
  const { page } = await openWindow(browser, site, { viewport }, complaints)
  page.setDefaultTimeout(15_000)
  const email = `${role}-${viewport.width}@example.com`
  await signIn(
    site,
    page,
    await makePerson(site, role, role === 'officer' ? { email } : { email, agency: 'U1' }),
  )
  return { page, faults, complaints, look: async () => void faults.push(...(await findFaults(page))) }
}

async function press(page: Page, name: string, selector?: string): Promise<void> {
  const button = selector === undefined ? page.getByRole('button', { name }).first() : page.locator(selector)
  await Promise.all([page.waitForEvent('load'), button.click()])
}
