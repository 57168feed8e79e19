// What a phone on a slow line has to load: the first page and the heaviest question page, with everything on them, as
// bytes on the wire. 14 KB are what the first round trip of a connection carries.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { listUnprintedCodes, markPrinted } from '../../src/access/batch.service.ts'
import { startCollecting } from '../../src/ballot/collecting.service.ts'
import { createSurveyFromTemplate, defaultTemplate } from '../../src/survey/survey.service.ts'
import { getSurvey } from '../../src/survey/survey.queries.ts'
import { jobDone } from '../support/survey.ts'
import { launch, missingTools, openWindow, phone, servedSite, type ServedSite } from './chromium.ts'

const mostBytes = 14 * 1024
const mostRequests = 3
const missing = missingTools()

describe.skipIf(missing !== '')(`page weight${missing && ` (skipped: no ${missing})`}`, () => {
  let site: ServedSite
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    site = await servedSite()
    browser = await launch()
    page = (await openWindow(browser, site, { viewport: phone })).page
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
  })

  test('the first page and every question page of the real questionnaire fit into one round trip', async () => {
    const code = await firstCode()
    const weights = [{ page: '/', ...(await weigh('/')) }]
    await page.goto(`/#${code}`)
    await page.waitForURL('**/phieu')
    weights.push({ page: '/phieu', ...(await weigh('/phieu')) })
    for (let part = 1; part <= 7; part++) {
      const address = `/phieu/phan/${part}`
      weights.push({ page: address, ...(await weigh(address)) })
    }
    process.stdout.write(
      weights.map((each) => `${each.page}: ${each.bytes} bytes in ${each.requests} requests\n`).join(''),
    )
    for (const each of weights) {
      expect(each.bytes).toBeLessThanOrEqual(mostBytes)
      expect(each.requests).toBeLessThanOrEqual(mostRequests)
      expect(each.bytes).toBeGreaterThan(1000)
    }
  })

  /** Bytes received with headers, and requests made, by a browser that has nothing of us yet. */
  async function weigh(address: string): Promise<{ bytes: number; requests: number }> {
    const network = await page.context().newCDPSession(page)
    await network.send('Network.enable')
    await network.send('Network.setCacheDisabled', { cacheDisabled: true })
    let bytes = 0
    let requests = 0
    network.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
    network.on('Network.requestWillBeSent', ({ request }) => {
      if (!request.url.startsWith('data:')) requests++
    })
    await page.goto(address, { waitUntil: 'networkidle' })
    await network.detach()
    return { bytes, requests }
  }

  /** A card of the first group of the illustrative survey, which has the longest questionnaire. */
  async function firstCode(): Promise<string> {
    const { deps } = site
    const { survey } = await createSurveyFromTemplate(deps, operator, defaultTemplate, 'bp')
    const job = await deps.jobs.ask('issue-codes', survey, { rehearsal: true })
    await jobDone(site, job.id)
    const [first] = await listUnprintedCodes(deps, survey)
    await markPrinted(deps, operator, survey)
    await startCollecting(deps, operator, await getSurvey(deps.db, 'bp'))
    return first?.code ?? ''
  }
})
