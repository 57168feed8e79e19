// From codes to paper: the test card, the sheets as a page and as PDF, the list for a print shop, "Đã in xong".
import type { Request, Response } from 'express'
import { z } from 'zod'
import { Problem } from '../lib/problem.ts'
import { qrSvg } from '../lib/qr.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, type Survey } from '../survey/survey.queries.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { formOf } from '../web/form.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { listUnprintedCodes, markPrinted } from './batch.service.ts'
import { cardSheets, testCardSheets, type CardSheets } from './card.views.ts'
import { writeCardsPdf } from './cards-pdf.ts'
import { codesCsv } from './codes-csv.ts'
import { openedBeforePage, shownCard, type PrintViews } from './print.views.ts'
import { noteOpening } from './print.service.ts'
import { checkMayPrint, makeTestCard } from './test-card.service.ts'

/** What views/access/codes.ejs asks for before it. */
const printedWord = 'DA IN'

const Choice = z.object({
  kho: z.enum(['8', '10']).default('8'),
  /** "All the same": the notice that the cards were opened before has been read. */
  'lan-nua': z.literal('1').optional(),
})

export function printRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<PrintViews>(deps.renderer)

  async function getCards(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const sheets = await openSheets(req, res, survey, 'cards-shown')
    if (sheets) await showPage(res, sheets)
  }

  async function getPdf(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const sheets = await openSheets(req, res, survey, 'cards-pdf')
    if (sheets) await sendPdf(res, survey, sheets)
  }

  /** The sheets, once it is written down who opens them; else the notice that somebody did before has been sent. */
  async function openSheets(
    req: Request,
    res: Response,
    survey: Survey,
    kind: 'cards-shown' | 'cards-pdf',
  ): Promise<CardSheets | undefined> {
    const choice = Choice.safeParse(req.query)
    if (!choice.success) throw new Problem('bad-request')
    await checkMayPrint(deps, survey)
    const codes = await listUnprintedCodes(deps, survey, { delivery: 'cards' })
    // Looking is the act here: who saw the codes is written down although nothing changes.
    const act = { kind, details: { count: codes.length } } as const
    const again = choice.data['lan-nua'] === '1'
    const earlier = await noteOpening(deps, staffOf(req), survey, act, again)
    const perSheet = choice.data.kho === '10' ? 10 : 8
    if (earlier.length === 0) return cardSheets(survey, codes, perSheet)
    const anyway = surveyHref(
      survey,
      `${kind === 'cards-pdf' ? '/the.pdf' : '/the'}?kho=${perSheet}&lan-nua=1`,
    )
    const page = openedBeforePage(survey, earlier, anyway)
    render(
      res.status(409),
      'access/opened-before',
      page,
      surveyFrame(deps, req, survey, { title: 'In thẻ', tab: '/ma' }),
    )
    return undefined
  }

  async function showPage(res: Response, { sheets, ...page }: CardSheets): Promise<void> {
    const drawn: PrintViews['access/cards']['sheets'] = []
    for (const sheet of sheets) {
      if (sheet.kind !== 'cards') drawn.push(sheet)
      else {
        const cards = await Promise.all(
          sheet.cards.map(async (card) => shownCard(card, await qrSvg(card.url), page.perSheet)),
        )
        drawn.push({ kind: 'cards', cards })
      }
      // Other people's requests come through between two sheets.
      await new Promise((resolve) => setImmediate(resolve))
    }
    const title = 'Thẻ mời tham gia điều tra'
    render(res, 'access/cards', { ...page, sheets: drawn }, printFrame(deps, { title }))
  }

  /** Made in memory while it is sent. */
  async function sendPdf(res: Response, survey: Survey, sheets: CardSheets): Promise<void> {
    res.type('application/pdf').set('Content-Disposition', `inline; filename="the-${survey.slug}.pdf"`)
    await writeCardsPdf(sheets, sheets.heading, res)
  }

  async function getCsv(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await checkMayPrint(deps, survey)
    const codes = await listUnprintedCodes(deps, survey, { delivery: 'cards' })
    const csv = codesCsv(codes)
    const details = { count: codes.length }
    await recordActAlone(deps, staffOf(req), { kind: 'codes-downloaded', survey: survey.slug, details })
    res
      .attachment(`ma-${survey.slug}.csv`)
      .type('text/csv; charset=utf-8')
      .send('\uFEFF' + csv)
  }

  /** The card is in the answer and nowhere else: another press makes another card. */
  async function postTestCard(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const sheets = testCardSheets(survey, await makeTestCard(deps, staffOf(req), survey))
    if (formOf(req).dang === 'pdf') await sendPdf(res, survey, sheets)
    else await showPage(res, sheets)
  }

  async function postPrinted(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (!isConfirmed(req, printedWord)) throw new Problem('not-confirmed', { word: printedWord })
    await markPrinted(deps, staffOf(req), survey)
    res.redirect(303, `${surveyHref(survey, '/ma')}?tin=da-in`)
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  /** Whoever sees the codes could cast every vote. */
  const freshly = { may: 'codes.manage', fresh: '/dieu-tra/:slug/ma' } as const
  return [
    { method: 'post', path: '/dieu-tra/:slug/the-thu', may: 'codes.manage', handle: postTestCard },
    { method: 'get', path: '/dieu-tra/:slug/the', ...freshly, handle: getCards },
    { method: 'get', path: '/dieu-tra/:slug/the.pdf', ...freshly, handle: getPdf },
    { method: 'get', path: '/dieu-tra/:slug/ma.csv', ...freshly, handle: getCsv },
    { method: 'post', path: '/dieu-tra/:slug/da-in', ...freshly, handle: postPrinted },
  ]
}
