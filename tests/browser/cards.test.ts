// Cards on paper: printed by a real browser, looked at by a scanner, and opened as a phone would open them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { markPrinted } from '../../src/access/batch.service.ts'
import { startCollecting } from '../../src/ballot/collecting.service.ts'
import { makePerson } from '../support/staff.ts'
import {
  createSurveyFromFolder,
  createSurveyFromTemplate,
  defaultTemplate,
  updateDetails,
} from '../../src/survey/survey.service.ts'
import { getSurvey, type Survey } from '../../src/survey/survey.queries.ts'
import { folderOnDisk, jobDone, smallFolder } from '../support/survey.ts'
import { launch, missingTools, openWindow, phone, servedSite, signIn, type ServedSite } from './chromium.ts'

const missing = missingTools('pdftoppm', 'zbarimg')
const cardsPerSheet = 8

describe.skipIf(missing !== '')(`printed cards${missing && ` (skipped: no ${missing})`}`, () => {
  let site: ServedSite
  let browser: Browser
  let staff: Page
  const folder = mkdtempSync(join(tmpdir(), 'cchc-cards-'))

  beforeAll(async () => {
    site = await servedSite()
    browser = await launch()
    const person = await makePerson(site, 'administrator', { name: 'Người in thẻ' })
    staff = (await openWindow(browser, site)).page
    await signIn(site, staff, person)
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('every QR on paper is the link of its own card, no card spans a page, and a phone that scans one may answer', async () => {
    const plan = folderOnDisk(smallFolder({ units: 2, quotas: [5, 5], reserve: 1 }))
    const { survey } = await createSurveyFromFolder(site.deps, operator, plan, 'thu')
    await issue(survey)
    const csv = await staff.request.get('/dieu-tra/thu/ma.csv')
    const cards = parse<{ code: string; url: string }>(await csv.text(), { bom: true, columns: true })
    expect(cards).toHaveLength(24)
    for (const { url } of cards) expect(url.startsWith(`${site.address}/#`)).toBe(true)

    const pdf = await printed('/dieu-tra/thu/the', 'the.pdf')
    const info = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' })
    expect(info).toContain(`Pages:           ${cards.length / cardsPerSheet}\n`)
    expect(info).toMatch(/Page size: .*A4/)
    expect(cards.map((_, i) => scannedAt(pdf, i))).toEqual(cards.map((card) => card.url))
    expect(cards.map((_, i) => readAt(pdf, i))).toEqual(cards.map((card) => card.code))

    await markPrinted(site.deps, operator, survey)
    await startCollecting(site.deps, operator, await getSurvey(site.deps.db, 'thu'))
    await scan(cards[0]?.url ?? '')
  })

  test('the longest names of the real plan fit their cards', async () => {
    const { survey } = await createSurveyFromTemplate(site.deps, operator, defaultTemplate, 'dai')
    await updateDetails(site.deps, operator, survey, {
      title: survey.title,
      organiser: 'Sở Nội vụ tỉnh Bình Phước',
      plan_number: '1320/KH-UBND',
      plan_date: '2022-10-05',
      contact_office: 'Phòng Cải cách hành chính, Sở Nội vụ tỉnh Bình Phước',
      contact_phone: '0271 3 888 888',
      layout: 'sections',
    })
    await issue(await getSurvey(site.deps.db, 'dai'))
    await staff.goto('/dieu-tra/dai/the')
    await staff.emulateMedia({ media: 'print' })
    const cut = await staff.evaluate<string[]>(`[...document.querySelectorAll('.card')]
      .filter((card) => card.scrollHeight > card.clientHeight + 1 || card.scrollWidth > card.clientWidth + 1)
      .map((card) => card.textContent)`)
    await staff.emulateMedia({ media: null })
    expect(cut).toEqual([])
  })

  async function issue(survey: Survey): Promise<void> {
    const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })
    expect((await jobDone(site, job.id)).state).toBe('done')
  }

  /** The page on A4, as the print dialogue's defaults leave it. */
  async function printed(address: string, name: string): Promise<string> {
    await staff.goto(address)
    const file = join(folder, name)
    writeFileSync(file, await staff.pdf({ format: 'A4', preferCSSPageSize: true }))
    return file
  }

  /** Where on which page the nth card is cut out: 2 x 4 on A4 with margins of 10 mm, in pixels at 150 dpi. */
  function place(n: number): string[] {
    const page = String(1 + Math.floor(n / cardsPerSheet))
    const [column, row] = [n % 2, Math.floor((n % cardsPerSheet) / 2)]
    const pixels = { '-x': 10 + 95 * column, '-y': 10 + 69.25 * row, '-W': 95, '-H': 69.25 }
    const box = Object.entries(pixels).flatMap(([name, mm]) => [name, String(Math.round((mm * 150) / 25.4))])
    return ['-r', '150', '-f', page, '-l', page, ...box]
  }

  /** What the scanner reads from the nth card alone, as it lies on paper. */
  function scannedAt(pdf: string, n: number): string {
    const picture = join(folder, 'card')
    execFileSync('pdftoppm', [...place(n), '-gray', '-png', '-singlefile', pdf, picture])
    const scan = ['-q', '--raw', `${picture}.png`]
    return execFileSync('zbarimg', scan, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  }

  /** The code that a person reads on the nth card. */
  function readAt(pdf: string, n: number): string | undefined {
    const text = execFileSync('pdftotext', [...place(n), '-raw', pdf, '-'], { encoding: 'utf8' })
    return /\b\w{4} \w{4} \w{4}\b/.exec(text)?.[0].replaceAll(' ', '')
  }

  /** A phone follows the link: the code goes into the form, and into no address, neither asked for nor remembered. */
  async function scan(url: string): Promise<void> {
    const code = url.slice(url.indexOf('#') + 1)
    const { context, page } = await openWindow(browser, site, { viewport: phone })
    const asked: string[] = []
    page.on('request', (request) => void asked.push(request.url()))
    await page.goto(url)
    await page.waitForURL('**/phieu')
    expect(await page.innerText('main')).toContain('Phiếu dành cho: Lãnh đạo – Sở 1.')
    expect(asked.filter((address) => address.includes(code))).toEqual([])
    await page.getByText('Bắt đầu trả lời').click()
    await page.getByText('Câu một?').waitFor()
    const devtools = await context.newCDPSession(page)
    const { entries } = await devtools.send('Page.getNavigationHistory')
    expect(entries.map((entry) => new URL(entry.url).pathname)).toContain('/phieu')
    expect(entries.filter((entry) => entry.url.includes(code))).toEqual([])
    await context.close()
  }
})
