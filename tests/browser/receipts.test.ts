// The published receipts and the commitments in a real browser: read on a phone and on a desk, with scripts or without,
// light and dark, and on paper.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { newReceipt } from '../../src/response/receipt.ts'
import { operator } from '../../src/staff/actor.ts'
import type { Survey } from '../../src/survey/survey.queries.ts'
import { jobDone, openSurveyWith, putIntoBox } from '../support/survey.ts'
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

describe.skipIf(missing !== '')(`the receipts${missing && ` (skipped: no ${missing})`}`, () => {
  let site: ServedSite
  let browser: Browser
  let survey: Survey
  beforeAll(async () => {
    site = await servedSite()
    browser = await launch()
    const opened = await openSurveyWith(site, { units: 12, quotas: [5, 5] })
    survey = opened.survey
    await putIntoBox(site, survey, opened.codes, () => '1212')
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  test('before the opening say when, in order on a phone, light and dark', async () => {
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    expect(await faultsAt(page, ['/xac-nhan', '/xac-nhan/thu', '/cam-ket-bao-mat'])).toEqual([])
    await context.close()
  })

  test('are found by whoever types one, with scripts or without, and no address bears it', async () => {
    await opens()
    const receipt = await anyReceipt()
    for (const javaScriptEnabled of [true, false]) {
      const { context, page } = await openWindow(browser, site, { viewport: phone, javaScriptEnabled })
      const asked: string[] = []
      page.on('request', (request) => void asked.push(request.url()))
      await page.goto('/')
      await page.getByRole('link', { name: 'Kiểm tra mã xác nhận đã gửi phiếu' }).click()
      await page.getByRole('link', { name: /^Đợt thử/ }).click()
      expect(await page.innerText('h1')).toBe('120 mã xác nhận, bằng đúng số phiếu thu về')
      await page.fill('#ma', receipt.toLowerCase())
      await press(page, 'Tìm')
      expect(await page.innerText('h1')).toBe('Có mã này trong danh sách')
      for (const address of asked) expect(address.toUpperCase()).not.toContain(receipt)
      await context.close()
    }
  })

  test('stand in order at every size, with each answer of the search, light and dark', async () => {
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    const faults = await faultsAt(page, ['/xac-nhan', '/xac-nhan/thu', '/xac-nhan/khong-co'])
    for (const typed of ['', 'abc', newReceipt(), await anyReceipt()]) {
      await page.goto('/xac-nhan/thu')
      await page.fill('#ma', typed)
      await press(page, 'Tìm')
      faults.push(...(await findFaults(page)))
    }
    for (const viewport of [desk, { width: 320, height: 640 }]) {
      await page.setViewportSize(viewport)
      for (const address of ['/xac-nhan', '/xac-nhan/thu', '/cam-ket-bao-mat']) {
        await page.goto(address)
        faults.push(...(await findOverflow(page)))
      }
    }
    expect(faults).toEqual([])
    await context.close()
  })

  test('on paper are the list alone: no field, no link to press', async () => {
    const { context, page } = await openWindow(browser, site)
    await page.goto('/xac-nhan/thu')
    await page.emulateMedia({ media: 'print' })
    for (const unseen of ['#ma', 'main button', 'nav', 'main a'])
      for (const each of await page.locator(unseen).all()) expect(await each.isVisible(), unseen).toBe(false)
    expect(await page.locator('.receipts li').first().isVisible()).toBe(true)
    await context.close()
  })

  test('of very many are split by leading symbols, and still in order', async () => {
    const more = [...new Set(Array.from({ length: 24_000 }, newReceipt))]
    for (let i = 0; i < more.length; i += 5_000)
      await site.deps.db
        .insertInto('receipt')
        .values(more.slice(i, i + 5_000).map((receipt) => ({ survey_id: survey.id, receipt })))
        .execute()
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    await page.goto('/xac-nhan/thu')
    await page.getByRole('link', { name: 'K', exact: true }).click()
    await page.getByRole('link', { name: 'K7', exact: true }).click()
    for (const each of await page.locator('.receipts li').allInnerTexts()) expect(each).toMatch(/^K7/)
    // 24,000 where 120 ballots were counted: the page that raises the alarm is looked at as well.
    expect(await page.innerText('main')).toContain('Hãy báo cho Phòng CCHC')
    expect(await findFaults(page)).toEqual([])
    await context.close()
  })

  async function faultsAt(page: Page, addresses: string[]): Promise<string[]> {
    const faults: string[] = []
    for (const address of addresses) {
      await page.goto(address)
      faults.push(...(await findFaults(page)))
    }
    return faults
  }

  async function opens(): Promise<void> {
    const closed = await closeCollecting(site.deps, operator, survey)
    const job = await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })
    await jobDone(site, job.id)
  }

  async function anyReceipt(): Promise<string> {
    return (await site.deps.db.selectFrom('receipt').select('receipt').executeTakeFirstOrThrow()).receipt
  }
})

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
}
