// The published receipts: whoever sent a ballot sees that it was among those that were opened. For anyone, and like all
// pages of respondents without a line in the log; a typed receipt travels in a form, so that it stands in no address.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { parseReceipt } from '../response/receipt.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { hasReached } from '../survey/survey.ts'
import { getSurvey, listSurveys, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { respondentFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { countReceipts, findOpening, hasReceipt, listReceipts } from './box.queries.ts'
import { pagePrefixLength, readStart } from './receipt-list.ts'
import {
  receiptAnswerPage,
  receiptFile,
  receiptListPage,
  receiptSearch,
  receiptsPage,
  sealedReceiptsPage,
  slipSentence,
  type ReceiptSearch,
  type ReceiptViews,
} from './receipt.views.ts'

/** The longest slip that is shown again in the field. */
const mostKept = 100

export function receiptRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<ReceiptViews>(deps.renderer)

  async function getSurveys(_req: Request, res: Response): Promise<void> {
    const surveys = (await listSurveys(db)).filter(
      // Nobody but staff has a card of a Chạy thử.
      (survey) => hasReached(survey, 'collecting') && survey.rehearsal_kind !== 'run',
    )
    const published = surveys.filter(isPublished)
    const counts = await Promise.all(published.map((survey) => countReceipts(db, survey)))
    const page = receiptsPage(
      published.map((survey, i) => ({ survey, count: counts[i] ?? 0 })),
      surveys.filter((survey) => !isPublished(survey)),
    )
    render(res, 'ballot/receipts', page, respondentFrame(deps, { title: 'Mã xác nhận đã gửi phiếu' }))
  }

  async function getList(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (isPublished(survey)) await showList(res, survey, req.query.dau, receiptSearch(survey, '', null))
    else showSealed(res, survey)
  }

  async function postSearch(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    // Before anything is read from the form: a sealed survey answers alike, whatever is asked.
    if (!isPublished(survey)) {
      showSealed(res.status(409), survey)
      return
    }
    const typed = textOf(formOf(req).ma)
    const kept = typed.slice(0, mostKept)
    const parsed = parseReceipt(typed)
    if (!parsed.ok)
      return showList(res.status(422), survey, '', receiptSearch(survey, kept, slipSentence(parsed)))
    const found = await hasReceipt(db, survey.id, parsed.receipt)
    const page = receiptAnswerPage(survey, parsed.receipt, found, receiptSearch(survey, kept, null))
    render(res.status(found ? 200 : 404), 'ballot/receipt-answer', page, frameOf(survey, page.heading))
  }

  async function getFile(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (!isPublished(survey)) throw new Problem('receipts-sealed')
    const receipts = await listReceipts(db, survey, '')
    res
      .attachment(`ma-xac-nhan-${survey.slug}.json`)
      .json(receiptFile(survey, await ballotsOf(survey), receipts))
  }

  async function showList(
    res: Response,
    survey: Survey,
    rawStart: unknown,
    search: ReceiptSearch,
  ): Promise<void> {
    const count = await countReceipts(db, survey)
    const start = readStart(rawStart, pagePrefixLength(count))
    const receipts =
      start.length === pagePrefixLength(count) ? await listReceipts(db, survey, start) : undefined
    const page = receiptListPage({ survey, count, ballots: await ballotsOf(survey), start, receipts, search })
    render(res, 'ballot/receipt-list', page, frameOf(survey, 'Mã xác nhận đã gửi phiếu'))
  }

  function showSealed(res: Response, survey: Survey): void {
    const page = sealedReceiptsPage(survey)
    render(res, 'ballot/receipts-sealed', page, frameOf(survey, page.heading))
  }

  /** The number of ballots that the opening found in the box. */
  async function ballotsOf(survey: Survey): Promise<number> {
    return (await findOpening(db, survey))?.ballots ?? 0
  }

  function frameOf(survey: Survey, title: string) {
    return respondentFrame(deps, { title, survey })
  }

  /** @throws Problem for one that nobody could have answered yet, as for one that does not exist */
  async function surveyOf(req: Request): Promise<Survey> {
    const survey = await getSurvey(db, textOf(req.params.slug))
    if (!hasReached(survey, 'collecting')) throw new Problem('survey-unknown', { slug: survey.slug })
    return survey
  }

  return [
    { method: 'get', path: '/xac-nhan', may: 'anyone', handle: getSurveys },
    { method: 'get', path: '/xac-nhan/:slug', may: 'anyone', handle: getList },
    { method: 'post', path: '/xac-nhan/:slug', may: 'anyone', handle: postSearch },
    { method: 'get', path: '/xac-nhan/:slug/ma-xac-nhan.json', may: 'anyone', handle: getFile },
  ]
}

/** From the moment when the opening is complete: before, the list could tell who sent since the last look. */
function isPublished(survey: Survey): boolean {
  return hasReached(survey, 'opened')
}
