// A rehearsal of the illustrative survey in a real browser: from the draft to the Word report and back.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { listSurveys } from '../../src/survey/survey.queries.ts'
import { createSurveyFromTemplate, defaultTemplate } from '../../src/survey/survey.service.ts'
import { makePerson } from '../support/staff.ts'
import { findFaults, launch, missingTools, openWindow, phone, servedSite, signIn } from './chromium.ts'
import type { ServedSite } from './chromium.ts'

const missing = missingTools()

describe.skipIf(missing !== '')(`a rehearsal${missing && ` (skipped: no ${missing})`}`, () => {
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

  test('goes from draft to report and back, tried on a phone meanwhile, and leaves nothing behind', async () => {
    const complaints: string[] = []
    const { survey } = await createSurveyFromTemplate(site.deps, operator, defaultTemplate, 'bp')
    const { page } = await openWindow(browser, site, { viewport: phone }, complaints)
    await signIn(site, page, await makePerson(site, 'officer'))
    const faults: string[] = []
    const look = async () => void faults.push(...(await findFaults(page)))
    await page.goto('/dieu-tra/bp')
    await page.getByRole('link', { name: 'Chạy thử', exact: true }).first().click()
    await look()
    await press(page, 'Chạy thử')
    await page.getByRole('heading', { level: 1, name: /^Đang thu phiếu thử/ }).waitFor()
    await look()

    const { page: hand } = await openWindow(browser, site, { viewport: phone }, complaints)
    await hand.goto((await page.locator('.try-card a').first().getAttribute('href')) ?? '')
    await hand.waitForURL('**/phieu')
    expect(await hand.innerText('body')).toContain('Chạy thử')

    await press(page, 'Làm tiếp đến báo cáo')
    await page.getByRole('heading', { level: 1, name: 'Chạy thử đã đến báo cáo' }).waitFor()
    await look()
    const [report] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /báo cáo kết quả điều tra/ }).click(),
    ])
    expect(report.suggestedFilename()).toBe('bao-cao-bp-chay-thu.docx')
    await press(page, 'Kết thúc chạy thử, xóa hết')
    expect(await page.innerText('h1')).toBe('Đã chạy thử')
    expect((await listSurveys(site.deps.db)).map(({ id }) => id)).toEqual([survey.id])
    expect(faults).toEqual([])
    expect(complaints).toEqual([])
  })
})

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
}
