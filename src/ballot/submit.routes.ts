// "Gửi phiếu" and the thanks page. Pressing twice, or twenty times at once, sends one ballot and shows one receipt.
import type { Request, Response } from 'express'
import { Problem, type ProblemKind } from '../lib/problem.ts'
import { countAnswered } from '../response/answering.ts'
import { hasSentBefore, keepSent, keptSent, presentAnswers } from '../response/answering-cookie.ts'
import { formatReceipt } from '../response/receipt.ts'
import { checkTag, currentRespondent, formOf, type Respondent } from '../response/respondent.ts'
import { checkPage, type ResponseViews } from '../response/response.views.ts'
import { validBallotNeeds } from '../survey/settings.ts'
import { hasReached } from '../survey/survey.ts'
import { getSurveyById, settingsOf, type Survey } from '../survey/survey.queries.ts'
import type { StaffRoute } from '../staff/permission.ts'
import type { Deps } from '../web/deps.ts'
import { respondentFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { hasReceipt } from './box.queries.ts'
import { receiptsHref } from './receipt.views.ts'
import { sealAnswers, submitBallot } from './submit.service.ts'

interface ThanksPage {
  receipt: string
  title: string
  /** Where the receipts are published, or will be. */
  check: { href: string; published: boolean; address: string | null }
}

interface SubmitViews {
  'response/thanks': ThanksPage
}

export function submitRoutes(deps: Deps): StaffRoute[] {
  const render = renderer<SubmitViews>(deps.renderer)
  const renderCheck = renderer<ResponseViews>(deps.renderer)

  async function postBallot(req: Request, res: Response): Promise<void> {
    try {
      await sendBallot(req, res)
    } catch (refusal) {
      // The second press of the same form, however close behind the first: its receipt is in the box already.
      if (!isProblem(refusal, 'code-used') || !(await showSentAgain(req, res))) throw refusal
    }
  }

  async function sendBallot(req: Request, res: Response): Promise<void> {
    const respondent = await currentRespondent(deps, req, res)
    const form = formOf(req)
    checkTag(respondent, form)
    const warning = warningFor(respondent)
    if (warning !== null && form._van_gui !== '1') {
      const frame = respondentFrame(deps, {
        title: 'Kiểm tra câu trả lời',
        survey: respondent.survey,
        script: 'js/answer.js',
        error: true,
      })
      renderCheck(res.status(422), 'response/check', checkPage(respondent, warning), frame)
      return
    }
    const { survey, answering } = respondent
    const sameDevice = hasSentBefore(deps, req, survey.id)
    const sealed = sealAnswers(survey, answering)
    thank(req, res, survey, await submitBallot(deps.db, answering, sealed, deps.clock(), sameDevice))
  }

  /** Thanks once more, from the receipt that the form's cookie carries; false when that receipt is in no box. */
  async function showSentAgain(req: Request, res: Response): Promise<boolean> {
    const answering = presentAnswers(deps, req)
    if (!answering || !(await isSent(answering))) return false
    thank(req, res, await getSurveyById(deps.db, answering.survey), answering.receipt)
    return true
  }

  function isSent(answering: { survey: string; receipt: string }): Promise<boolean> {
    return hasReceipt(deps.db, answering.survey, answering.receipt)
  }

  function thank(req: Request, res: Response, survey: Survey, receipt: string): void {
    keepSent(deps, req, res, { survey: survey.id, receipt })
    res.redirect(303, '/phieu/cam-on')
  }

  async function getThanks(req: Request, res: Response): Promise<void> {
    const sent = keptSent(deps, req)
    if (!sent || !(await isSent(sent))) {
      res.redirect(303, '/')
      return
    }
    const survey = await getSurveyById(deps.db, sent.survey)
    const frame = respondentFrame(deps, { title: 'Đã nhận phiếu', survey })
    const page = {
      receipt: formatReceipt(sent.receipt),
      title: survey.title,
      check: {
        href: receiptsHref(survey),
        published: hasReached(survey, 'opened'),
        address:
          deps.config.publicUrl === undefined ? null : `${new URL(deps.config.publicUrl).host}/xac-nhan`,
      },
    }
    render(res, 'response/thanks', page, frame)
  }

  return [
    { method: 'post', path: '/phieu/gui', may: 'anyone', handle: postBallot },
    { method: 'get', path: '/phieu/cam-on', may: 'anyone', handle: getThanks },
  ]
}

function isProblem(refusal: unknown, kind: ProblemKind): boolean {
  return refusal instanceof Problem && refusal.kind === kind
}

/** A ballot below the survey's share of answered items will not count; that is said before it is sent, not after. */
function warningFor({ survey, answering }: Respondent): string | null {
  const needed = validBallotNeeds(settingsOf(survey).scoring, answering.answers.length)
  const answered = countAnswered(answering.answers)
  if (answered >= needed) return null
  return `Anh/chị mới trả lời ${answered} câu; phiếu cần ít nhất ${needed} câu trả lời để được tính là hợp lệ. Hãy trả lời thêm, hoặc bấm “Vẫn\u00a0gửi\u00a0phiếu”.`
}
