// A real Chromium before the real site: what the tests here and `npm run shots` share.
import { AxeBuilder } from '@axe-core/playwright'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { submitBallot, sealAnswers } from '../../src/ballot/submit.service.ts'
import { makeAnswers, seededRandom } from '../../src/rehearsal/answers.ts'
import { startAnswering } from '../../src/response/answering.ts'
import { newReceipt } from '../../src/response/receipt.ts'
import { MissLimiter, openCard, redeemCode } from '../../src/access/redeem.service.ts'
import type { PlainCode } from '../../src/access/batch.service.ts'
import { listQuestionnaires, type Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { nextCode, type Person } from '../support/staff.ts'
import { chromiumFlags, chromiumPath, hasProgram } from '../support/tools.ts'

/** What this machine lacks for the tests here, as a reason to skip them by name; '' when nothing does. */
export function missingTools(...programs: string[]): string {
  return [
    ...(chromiumPath() === undefined ? ['chromium'] : []),
    ...programs.filter((name) => !hasProgram(name)),
  ].join(', ')
}

export const phone = { width: 360, height: 740 }
export const desk = { width: 1280, height: 800 }

export interface ServedSite extends TestSite {
  /** http://127.0.0.1:PORT, which is the PUBLIC_URL too: a rehearsal. */
  address: string
}

/** The site on a port of its own. The port is taken first, because cards are printed with the address. */
export async function servedSite(now?: () => Date): Promise<ServedSite> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const site = await testSite({ publicUrl: address, ...(now && { now }) })
  server.on('request', site.app)
  return {
    ...site,
    address,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await site.close()
    },
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath() ?? 'chromium', args: chromiumFlags })
}

/** A window of its own, as a person in Việt Nam has it; every complaint of the browser goes into `complaints`. */
export async function openWindow(
  browser: Browser,
  site: ServedSite,
  options: Parameters<Browser['newContext']>[0] = {},
  complaints: string[] = [],
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    baseURL: site.address,
    locale: 'vi-VN',
    viewport: desk,
    ...options,
  })
  const page = await context.newPage()
  page.on('console', (message) => void complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => void complaints.push(`error: ${error.message}`))
  return { context, page }
}

/** Signs in by the forms, with the code of the person's phone where there is one. */
export async function signIn(site: TestSite, page: Page, person: Person): Promise<void> {
  await page.goto('/can-bo/dang-nhap')
  await page.fill('#email', person.email)
  await page.fill('#password', person.password)
  await page.click('main button')
  if (person.secret !== '') {
    await page.waitForURL('**/can-bo/buoc-hai*')
    await page.fill('#code', await nextCode(site.deps, person))
    await page.click('main button')
  }
  await page.waitForURL('**/dieu-tra')
}

/** What axe finds wrong on the page, light and dark, as lines; a page wider than its window is wrong too. */
export async function findFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  const note = async (scheme: string, axe: AxeBuilder) => {
    // The rows of a table are alike: the first ones speak for all.
    const { violations } = await axe.exclude('tbody tr:nth-child(n+6)').setLegacyMode(true).analyze()
    for (const { id, nodes } of violations)
      faults.push(`${page.url()} ${scheme} ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await note('light', new AxeBuilder({ page }))
  await page.emulateMedia({ colorScheme: 'dark' })
  // Only the colours differ.
  await note('dark', new AxeBuilder({ page }).withRules(['color-contrast']))
  await page.emulateMedia({ colorScheme: 'light' })
  return [...faults, ...(await findOverflow(page))]
}

export async function findOverflow(page: Page): Promise<string[]> {
  const over = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  return over > 0 ? [`${page.url()} is ${over} px wider than its window`] : []
}

/** Puts invented ballots into the box for a share of the cards, through the services; gives the cards left over. */
export async function fillBox(
  { deps }: TestSite,
  survey: Survey,
  cards: PlainCode[],
  share: number,
): Promise<PlainCode[]> {
  const random = seededRandom(2022)
  const limiter = new MissLimiter()
  const questionnaires = new Map((await listQuestionnaires(deps.db, survey)).map((each) => [each.code, each]))
  const left: PlainCode[] = []
  for (const card of cards) {
    const questionnaire = questionnaires.get(card.stratum.questionnaire)
    if (!questionnaire || random() > share) {
      left.push(card)
      continue
    }
    const redeemed = await redeemCode(deps, limiter, card.code, '', deps.clock())
    if (!redeemed.ok) throw new Error('a code of our own was not found')
    await openCard(deps.db, redeemed.code)
    const answering = startAnswering(redeemed.code, questionnaire, newReceipt())
    answering.answers = makeAnswers(questionnaire, card.stratum.unit_code, random)
    await submitBallot(deps.db, answering, sealAnswers(survey, answering), deps.clock())
  }
  return left
}
