// From the card to the check of one's answers. Every address is the same for all respondents; nothing that a GET asks for
// changes anything, and no request here is logged. README, "The road", stops 1 and 2.
import type { Request, Response } from 'express'
import { MissLimiter, openCard, redeemCode } from '../access/redeem.service.ts'
import { openTestCard, type OpenedTestCard } from '../access/test-card.service.ts'
import { dialectOf } from '../db/database.ts'
import { atEvenTime } from '../lib/even-time.ts'
import { Problem } from '../lib/problem.ts'
import { getStratum, type Survey } from '../survey/survey.queries.ts'
import type { StaffRoute } from '../staff/permission.ts'
import type { Deps } from '../web/deps.ts'
import { respondentFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import {
  countAnswered,
  keepChosen,
  parsePage,
  startAnswering,
  type Answering,
  type QuestionPage,
} from './answering.ts'
import {
  dropAnswers,
  dropSent,
  hasSentBefore,
  keepAnswers,
  keepUnseen,
  keptAnswers,
  presentAnswers,
  tagOf,
} from './answering-cookie.ts'
import { newReceipt } from './receipt.ts'
import { commitmentsPage } from './commitments.views.ts'
import {
  checkTag,
  contactsNow,
  currentRespondent,
  formOf,
  newestQuestionnaire,
  respondentOf,
  presentSurvey,
  type Respondent,
} from './respondent.ts'
import {
  checkPage,
  codeField,
  confirmations,
  entryPage,
  otherCodePage,
  questionPage,
  sameDevicePage,
  testCardPage,
  welcomePage,
  type ConfirmCodePage,
  type EntryPage,
  type ResponseViews,
} from './response.views.ts'

/** The answer to a request, ready to be sent. */
type Send = (res: Response) => void

export function responseRoutes(deps: Deps): StaffRoute[] {
  const render = renderer<ResponseViews>(deps.renderer)
  const limiter = new MissLimiter()

  function getEntry(_req: Request, res: Response): void {
    render(res, 'response/entry', entryPage(codeField('', null), []), entryFrame())
  }

  async function postCode(req: Request, res: Response): Promise<void> {
    const send = await atEvenTime(() => answerToCode(req))
    send(res)
  }

  /** Everything is found out and noted down first; what comes back only sends. */
  async function answerToCode(req: Request): Promise<Send> {
    const form = formOf(req)
    const typed = typeof form.code === 'string' ? form.code : ''
    const testCard = await openTestCard(deps, typed, `${req.protocol}://${req.host}`)
    if (testCard) return showTestCard(testCard)
    const kept = keptAnswers(deps, req)
    const redeemed = await redeemCode(deps, limiter, typed, req.ip ?? '', deps.clock(), kept?.code)
    if (!redeemed.ok) return askAgain(entryPage(codeField(typed, redeemed.slip), await contactsNow(deps.db)))
    const { code, survey } = redeemed
    if (kept?.code === code.hash) {
      // Opened long ago, except in a store that was put back to an earlier backup.
      await openCard(deps.db, code)
      return welcome(kept)
    }
    if (kept && countAnswered(kept.answers) > 0 && form[confirmations.otherCode] !== '1')
      return confirmFirst(otherCodePage(typed), survey)
    if (hasSentBefore(deps, req, survey.id) && form[confirmations.sameDevice] !== '1')
      return confirmFirst(sameDevicePage(typed, form), survey)
    await openCard(deps.db, code)
    const stratum = await getStratum(deps.db, code.stratum_id)
    const questionnaire = await newestQuestionnaire(deps, survey, stratum.questionnaire)
    return welcome(startAnswering(code, questionnaire, newReceipt()))
  }

  function askAgain(page: EntryPage): Send {
    return (res) => {
      render(res.status(422), 'response/entry', page, entryFrame({ error: true }))
    }
  }

  function showTestCard(opened: OpenedTestCard): Send {
    return (res) => {
      const page = testCardPage(opened)
      const frame = respondentFrame(deps, { title: page.heading, survey: opened.survey })
      render(res, 'response/test-card', page, frame)
    }
  }

  function welcome(answering: Answering): Send {
    return (res) => {
      keepAnswers(deps, res, answering)
      res.redirect(303, '/phieu')
    }
  }

  function confirmFirst(page: ConfirmCodePage, survey: Survey): Send {
    return (res) => {
      const frame = respondentFrame(deps, { title: page.heading, survey })
      render(res.status(409), 'response/confirm-code', page, frame)
    }
  }

  async function getWelcome(req: Request, res: Response): Promise<void> {
    const respondent = await currentRespondent(deps, req, res)
    const stratum = await getStratum(deps.db, respondent.answering.stratum)
    const frame = respondentFrame(deps, { title: 'Mời trả lời phiếu', survey: respondent.survey })
    render(res, 'response/welcome', welcomePage(respondent, stratum), frame)
  }

  async function getPart(req: Request, res: Response): Promise<void> {
    const respondent = await currentRespondent(deps, req, res)
    const page = pageOf(respondent, req)
    render(
      res,
      'response/page',
      questionPage(respondent, page, respondent.answering.answers),
      partFrame(respondent, page),
    )
  }

  async function postPart(req: Request, res: Response): Promise<void> {
    await keepForLater(req, res)
    const respondent = await currentRespondent(deps, req, res)
    const page = pageOf(respondent, req)
    const form = formOf(req)
    checkTag(respondent, form)
    const parsed = parsePage(page, respondent.answering.answers, form, form._de_trong === '1')
    if (!parsed.ok) {
      keepAnswers(deps, res, { ...respondent.answering, answers: parsed.answers })
      render(
        res.status(422),
        'response/page',
        questionPage(respondent, page, parsed.answers, parsed),
        partFrame(respondent, page, { error: true }),
      )
      return
    }
    const done = Math.max(respondent.answering.done, page.number)
    keepAnswers(deps, res, { ...respondent.answering, answers: parsed.answers, done })
    res.redirect(
      303,
      page.number < respondent.pages.length ? `/phieu/phan/${page.number + 1}` : '/phieu/kiem-tra',
    )
  }

  /** A page that was filled in for longer than the session lasts: the code will show its choices again. */
  async function keepForLater(req: Request, res: Response): Promise<void> {
    const kept = keptAnswers(deps, req)
    const form = formOf(req)
    if (!kept || presentAnswers(deps, req) || form._phieu !== tagOf(deps, kept)) return
    const page = pageOf(await respondentOf(deps, res, kept), req)
    keepUnseen(deps, res, { ...kept, answers: keepChosen(page, kept.answers, form) })
  }

  /** What is chosen so far, posted by the page's script as one goes: into the cookie, and nothing else happens. */
  async function keepPart(req: Request, res: Response): Promise<void> {
    await keepForLater(req, res)
    const respondent = await currentRespondent(deps, req, res)
    const page = pageOf(respondent, req)
    const form = formOf(req)
    checkTag(respondent, form)
    const answers = keepChosen(page, respondent.answering.answers, form)
    keepAnswers(deps, res, { ...respondent.answering, answers })
    res.status(204).end()
  }

  async function getCheck(req: Request, res: Response): Promise<void> {
    const respondent = await currentRespondent(deps, req, res)
    const frame = respondentFrame(deps, {
      title: 'Kiểm tra câu trả lời',
      survey: respondent.survey,
      script: 'js/answer.js',
    })
    render(res, 'response/check', checkPage(respondent, null), frame)
  }

  async function postSharedDevice(req: Request, res: Response): Promise<void> {
    const respondent = await currentRespondent(deps, req, res)
    const form = formOf(req)
    checkTag(respondent, form)
    keepAnswers(deps, res, { ...respondent.answering, sharedDevice: form._dung_chung === '1' })
    res.redirect(303, '/phieu')
  }

  function getStop(req: Request, res: Response): void {
    if (keptAnswers(deps, req)) render(res, 'response/stop', {}, respondentFrame(deps, { title: 'Dừng lại' }))
    else res.redirect(303, '/')
  }

  function postStop(_req: Request, res: Response): void {
    dropAnswers(deps, res)
    dropSent(deps, res)
    res.redirect(303, '/phieu/da-xoa')
  }

  function getStopped(req: Request, res: Response): void {
    if (keptAnswers(deps, req)) res.redirect(303, '/phieu/dung-lai')
    else render(res, 'response/stopped', {}, respondentFrame(deps, { title: 'Đã xóa khỏi máy này' }))
  }

  async function getCommitments(req: Request, res: Response): Promise<void> {
    const { survey, sent } = await presentSurvey(deps, req)
    const page = commitmentsPage({ survey, sent, dialect: dialectOf(deps.db) })
    const frame = respondentFrame(deps, { title: 'Cam kết bảo mật', ...(survey && { survey }) })
    render(res, 'response/commitments', page, frame)
  }

  function entryFrame({ error = false } = {}) {
    return respondentFrame(deps, { title: 'Nhập mã trên thẻ', script: 'js/entry.js', error })
  }

  function partFrame(respondent: Respondent, page: QuestionPage, { error = false } = {}) {
    const title = `Phần ${page.number}/${respondent.pages.length}`
    return respondentFrame(deps, { title, survey: respondent.survey, script: 'js/answer.js', error })
  }

  return [
    { method: 'get', path: '/', may: 'anyone', handle: getEntry },
    { method: 'post', path: '/vao', may: 'anyone', handle: postCode },
    { method: 'get', path: '/phieu', may: 'anyone', handle: getWelcome },
    { method: 'get', path: '/phieu/phan/:number', may: 'anyone', handle: getPart },
    { method: 'post', path: '/phieu/phan/:number', may: 'anyone', handle: postPart },
    { method: 'post', path: '/phieu/phan/:number/giu', may: 'anyone', handle: keepPart },
    { method: 'get', path: '/phieu/kiem-tra', may: 'anyone', handle: getCheck },
    { method: 'post', path: '/phieu/may-dung-chung', may: 'anyone', handle: postSharedDevice },
    { method: 'get', path: '/phieu/dung-lai', may: 'anyone', handle: getStop },
    { method: 'post', path: '/phieu/dung-lai', may: 'anyone', handle: postStop },
    { method: 'get', path: '/phieu/da-xoa', may: 'anyone', handle: getStopped },
    { method: 'get', path: '/cam-ket-bao-mat', may: 'anyone', handle: getCommitments },
  ]
}

function pageOf(respondent: Respondent, req: Request): QuestionPage {
  const page = respondent.pages.find((each) => String(each.number) === req.params.number)
  if (!page) throw new Problem('no-such-part', { count: respondent.pages.length })
  return page
}
