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
import { cardWidth, cornerOf, layoutOf } from '../../src/access/sheet.ts'
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

const missing = missingTools('pdftoppm', 'zbarimg', 'pdftotext')

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

  test('a printed page of cards: every QR is the link of its own card, and a phone that scans one may answer', async () => {
    const plan = folderOnDisk(smallFolder({ units: 1, quotas: [5, 5], reserve: 1 }))
    const { survey } = await createSurveyFromFolder(site.deps, operator, plan, 'thu')
    await issue(survey)
    const cards = await csvOf('thu')
    const pdf = await printed('/dieu-tra/thu/the', 'the.pdf')
    // A record, and three bundles of one sheet each behind their covers.
    expect(pagesOf(pdf)).toBe(1 + 3 * 2)
    const sheets = [3, 5, 7].flatMap((page) => cardsOn(pdf, page, 8))
    expect(sheets.map(({ url }) => url).sort()).toEqual(cards.map(({ url }) => url).sort())
    for (const { url, code } of sheets) expect(url.endsWith(`/#${code}`)).toBe(true)

    await markPrinted(site.deps, operator, survey)
    await startCollecting(site.deps, operator, await getSurvey(site.deps.db, 'thu'))
    await scan(cards[0]?.url ?? '')
  })

  test('all 367 cards of the plan as PDF, in black and white: each QR is read, each beside its own code, none spans a page', async () => {
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
    const cards = await csvOf('dai')
    expect(cards).toHaveLength(367)
    const pdf = join(folder, 'dai.pdf')
    writeFileSync(pdf, await (await staff.request.get('/dieu-tra/dai/the.pdf?kho=10')).body())
    const info = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' })
    expect(info).toMatch(/Page size: .*A4/)
    const pages = pagesOf(pdf)
    const texts = textOf(pdf, ['-raw']).split('\f')
    const sheets = Array.from({ length: pages }, (_, i) => i + 1).filter((page) =>
      texts[page - 1]?.includes('THẺ MỜI THAM GIA ĐIỀU TRA ('),
    )
    // Ten to a sheet: every bundle but those of twelve leaders fits one.
    expect(sheets).toHaveLength(20 * 2 + 11 * 3)
    rasterise(pdf)
    const read = sheets.flatMap((page) => {
      const found = qrsOn(page, pages)
      const codes = texts[page - 1]?.match(/\b\w{4} \w{4} \w{4}\b/g) ?? []
      // zbar now and then passes over one of ten codes in a picture: then each card is held before it alone, as to a phone.
      return found.length === codes.length ? found : cardsOn(pdf, page, 10).map(({ url }) => url)
    })
    expect(read.sort()).toEqual(cards.map(({ url }) => url).sort())
    const words = texts.join(' ').replace(/\s+/g, ' ')
    expect(
      [...texts.join('\n').matchAll(/\b\w{4} \w{4} \w{4}\b/g)]
        .map(([code]) => code.replaceAll(' ', ''))
        .sort(),
    ).toEqual(cards.map(({ code }) => code).sort())
    expect(words).toContain('Lãnh đạo cấp phòng và tương đương – Sở Y tế')
    expect(words).toContain('BIÊN BẢN GIAO NHẬN THẺ MỜI THAM GIA ĐIỀU TRA')
    for (const { url, code } of sheets.slice(0, 3).flatMap((page) => cardsOn(pdf, page, 10)))
      expect(url.endsWith(`/#${code}`)).toBe(true)

    // The page holds names that are longer still without cutting any off, eight and ten to a sheet.
    await site.deps.db
      .updateTable('respondent_group')
      .set({ name: 'Lãnh đạo cấp phòng, đơn vị sự nghiệp công lập trực thuộc và tương đương' })
      .where('code', '=', 'LDP')
      .execute()
    for (const perSheet of [8, 10]) {
      await staff.goto(`/dieu-tra/dai/the?lan-nua=1&kho=${perSheet}`)
      expect(await staff.innerText('.card-for >> nth=0')).toContain('công lập trực thuộc')
      expect(await cutOff()).toEqual([])
    }
  })

  /** What of the printed page does not fit where it stands. */
  async function cutOff(): Promise<string[]> {
    await staff.emulateMedia({ media: 'print' })
    const cut = await staff.evaluate<
      string[]
    >(`[...document.querySelectorAll('.card, .card-words, .card-top, .record, .cover')]
      .filter((card) => card.scrollHeight > card.clientHeight + 1 || card.scrollWidth > card.clientWidth + 1)
      .map((card) => card.className + ' ' + card.textContent)`)
    await staff.emulateMedia({ media: null })
    return cut
  }

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

  async function csvOf(slug: string): Promise<{ code: string; url: string }[]> {
    const csv = await staff.request.get(`/dieu-tra/${slug}/ma.csv`)
    return parse<{ code: string; url: string }>(await csv.text(), { bom: true, columns: true })
  }

  function pagesOf(pdf: string): number {
    return Number(/Pages: +(\d+)/.exec(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }))?.[1])
  }

  function textOf(pdf: string, options: string[]): string {
    return execFileSync('pdftotext', [...options, pdf, '-'], { encoding: 'utf8' })
  }

  /** All pages at once, in black and white as an office printer makes them. */
  function rasterise(pdf: string): void {
    execFileSync('pdftoppm', ['-r', '150', '-mono', pdf, join(folder, 'to')])
  }

  /** Every link that the scanner finds on the whole page. */
  function qrsOn(page: number, pages: number): string[] {
    const picture = join(folder, `to-${String(page).padStart(String(pages).length, '0')}.pbm`)
    return scanned(picture).split('\n')
  }

  function scanned(picture: string): string {
    // As the printed QR codes are: nothing else is looked for.
    const only = ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', picture]
    return execFileSync('zbarimg', only, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  }

  /** What lies inside the borders of each card of a page: the link that is scanned and the code that is read. */
  function cardsOn(pdf: string, page: number, perSheet: 8 | 10): { url: string; code: string }[] {
    const { height } = layoutOf(perSheet)
    const found: { url: string; code: string }[] = []
    for (let n = 0; n < perSheet; n++) {
      const { x, y } = cornerOf(n, layoutOf(perSheet))
      const pixels = { '-x': x, '-y': y, '-W': cardWidth, '-H': height }
      const box = Object.entries(pixels).flatMap(([name, mm]) => [
        name,
        String(Math.round((mm * 150) / 25.4)),
      ])
      const place = ['-r', '150', '-f', String(page), '-l', String(page), ...box]
      const code = /\b\w{4} \w{4} \w{4}\b/.exec(textOf(pdf, [...place, '-raw']))?.[0].replaceAll(' ', '')
      if (code === undefined) continue
      execFileSync('pdftoppm', [...place, '-mono', '-singlefile', pdf, join(folder, 'card')])
      found.push({ url: scanned(join(folder, 'card.pbm')), code })
    }
    return found
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
