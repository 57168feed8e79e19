// Start, close, open: the acts that a survey turns on. README, "The road", stops 2 and 4.
import type { Request, Response } from 'express'
import { findBatch } from '../access/access.queries.ts'
import { jobHref } from '../jobs/job.ts'
import { findActiveJobOfKind } from '../jobs/job.queries.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { progressOf } from '../quota/progress.ts'
import { joinWords } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { parseReason, reasonMissing } from '../survey/decision.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import type { PairedAct } from '../staff/second-person.ts'
import { agreeTo, dropRequest, wordsFor } from '../staff/second-person.service.ts'
import { needsSecondPerson } from '../survey/four-eyes.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { mayOpenTab, surveyFrame } from '../survey/survey.frame.ts'
import { custodyOf, isCouncilHeld } from '../survey/custody-mode.ts'
import {
  getSurvey,
  listLevels,
  listStrata,
  listSurveyedUnits,
  settingsOf,
  wasRehearsed,
  type Survey,
} from '../survey/survey.queries.ts'
import { checkMergesDecided } from '../survey/unit-change.queries.ts'
import { presentName, undecidedMerges } from '../survey/unit-change.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import {
  collectingPage,
  confirmWords,
  nothingTyped,
  type BallotViews,
  type TypedOpening,
} from './ballot.views.ts'
import { beginOpening, checksBeforeOpening } from './before-opening.service.ts'
import { findOpening } from './box.queries.ts'
import { checkMayClose, closeCollecting, isEarly, startCollecting } from './collecting.service.ts'
import { listHolders } from './key-holder.queries.ts'
import { listEligible, missingForStart } from './key-holder.service.ts'
import { checkMayOpen, type OpenInput } from './opening.service.ts'

export function ballotRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  const { db } = deps
  const render = renderer<BallotViews>(deps.renderer)

  async function getCollecting(req: Request, res: Response): Promise<void> {
    await showCollecting(req, res, await surveyOf(req), null)
  }

  async function postStart(req: Request, res: Response): Promise<void> {
    const survey = await startCollecting(deps, staffOf(req), await surveyOf(req))
    res.redirect(303, `${surveyHref(survey, '/thu-phieu')}?tin=bat-dau`)
  }

  async function postClose(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (!isConfirmed(req, confirmWords.close)) return showUnconfirmed(req, res, survey, confirmWords.close)
    checkMayClose(survey)
    const typedReason = textOf(formOf(req)['ly-do'])
    const reason = parseReason(typedReason) ?? ''
    if (typedReason !== '' && reason === '')
      return showCollecting(req, res.status(422), survey, reasonMissing)
    if (reason === '' && (await needsReason(survey)))
      return showCollecting(req, res.status(422), survey, new Problem('early-end-reason').sentence)
    const agreement = await agreeOn(req, survey, 'close-collecting')
    if (agreement.state === 'agreed') await closeCollecting(deps, staffOf(req), survey, { reason })
    const word = agreement.state === 'agreed' ? 'ket-thuc' : 'cho-nguoi-thu-hai'
    res.redirect(303, `${surveyHref(survey, '/thu-phieu')}?tin=${word}`)
  }

  /** Before the hour and without a full return. */
  async function needsReason(survey: Survey): Promise<boolean> {
    const full = (await listStrata(db, survey)).every(({ returned, quota }) => returned >= quota)
    return !full && (await isEarly(db, survey, deps.clock()))
  }

  async function postOpen(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    checkMayOpen(survey)
    await checkMergesDecided(db, survey)
    const typed = typedOpening(req, survey)
    if (!isConfirmed(req, confirmWords.open))
      return showUnconfirmed(req, res, survey, confirmWords.open, typed)
    // Pressed again while it is being opened: nobody is asked for anew.
    const active = await findActiveJobOfKind(db, survey.id, 'open-box')
    if (active) {
      res.redirect(303, jobHref(survey, active))
      return
    }
    if (isCouncilHeld(settingsOf(survey))) return openByPapers(req, res, survey, typed)
    const agreement = await agreeOn(req, survey, 'open-box')
    if (agreement.state === 'waiting') {
      res.redirect(303, `${surveyHref(survey, '/thu-phieu')}?tin=cho-nguoi-thu-hai`)
      return
    }
    const by = joinWords([...agreement.others, staffOf(req)].map(nameActor))
    await recordActAlone(deps, staffOf(req), { kind: 'box-asked', survey: survey.slug, details: { by } })
    const job = await deps.jobs.ask('open-box', survey, { by, present: typed.present } satisfies OpenInput)
    res.redirect(303, jobHref(survey, job))
  }

  /** The papers of enough holders, on one machine, in one form: they are the people who open. */
  async function openByPapers(
    req: Request,
    res: Response,
    survey: Survey,
    typed: TypedOpening,
  ): Promise<void> {
    const opened = await beginOpening(deps, staffOf(req), survey, typed)
    if (opened.ok) res.redirect(303, jobHref(survey, opened.job))
    else await showCollecting(req, res.status(422), survey, null, { ...typed, slips: opened.slips })
  }

  /** Whether the act may be done now: where it needs two people, the first one only asks. */
  async function agreeOn(
    req: Request,
    survey: Survey,
    act: PairedAct,
  ): Promise<{ state: 'waiting' } | { state: 'agreed'; others: Actor[] }> {
    if (!needsSecondPerson(survey, act)) return { state: 'agreed', others: [] }
    const agreement = await agreeTo(deps, { survey, act }, staffOf(req))
    return agreement.state === 'waiting' ? agreement : { state: 'agreed', others: [agreement.first] }
  }

  function dropping(act: PairedAct) {
    return async (req: Request, res: Response): Promise<void> => {
      const survey = await surveyOf(req)
      await dropRequest(deps, { survey, act }, staffOf(req))
      res.redirect(303, `${surveyHref(survey, '/thu-phieu')}?tin=rut-de-nghi`)
    }
  }

  async function showUnconfirmed(
    req: Request,
    res: Response,
    survey: Survey,
    word: string,
    typed?: TypedOpening,
  ): Promise<void> {
    await showCollecting(req, res.status(422), survey, `Hãy gõ đúng ${word} để xác nhận.`, typed)
  }

  async function showCollecting(
    req: Request,
    res: Response,
    survey: Survey,
    error: string | null,
    typed = nothingTyped,
  ): Promise<void> {
    const strata = await listStrata(db, survey)
    const mine = staffOf(req).permissions
    const page = collectingPage({
      survey,
      progress: progressOf(await listLevels(db, survey), strata),
      opening: await findOpening(db, survey),
      issued: strata.some((stratum) => stratum.issued > 0),
      unprinted: (await findBatch(db, survey, 'unprinted')) !== undefined,
      custodyMissing: isCouncilHeld(settingsOf(survey))
        ? missingForStart(survey, await listHolders(db, survey), await listEligible(db, survey), deps.clock())
        : null,
      rehearsed: await wasRehearsed(db, survey),
      questions: hasReached(survey, 'opened')
        ? []
        : undecidedMerges(await listSurveyedUnits(db, survey)).map((unit) => ({
            text: `${presentName(unit)}: chưa chọn tính riêng hay tính cho đơn vị kế thừa.`,
            href: mine.has('survey.manage') ? surveyHref(survey, `/don-vi/${unit.code}/thay-doi`) : null,
          })),
      may: {
        manage: mine.has('collecting.manage'),
        open: mine.has('box.open'),
        issue: mayOpenTab(req, '/ma'),
        rehearse: mayOpenTab(req, '/chay-thu'),
      },
      error,
      reason: textOf(formOf(req)['ly-do']).slice(0, 500),
      second: await secondFor(req, survey),
      checks:
        survey.state === 'closed' && mine.has('box.open') ? await checksBeforeOpening(deps, survey) : [],
      typed,
    })
    const title = 'Thu phiếu, mở niêm phong'
    render(res, 'ballot/collecting', page, surveyFrame(deps, req, survey, { title, tab: '/thu-phieu' }))
  }

  async function secondFor(req: Request, survey: Survey) {
    const act = survey.state === 'closed' ? 'open-box' : 'close-collecting'
    if (survey.state !== 'closed' && survey.state !== 'collecting') return null
    if (!needsSecondPerson(survey, act)) return null
    return wordsFor(deps, { survey, act }, staffOf(req))
  }

  function typedOpening(req: Request, survey: Survey): TypedOpening {
    const form = formOf(req)
    const { needed } = custodyOf(settingsOf(survey))
    const papers = Array.from({ length: needed }, (_, at) =>
      textOf(form[`phan-khoa-${at + 1}`]).slice(0, 2000),
    )
    return { papers, present: textOf(form['co-mat']).slice(0, 2000), slips: [] }
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const fresh = '/dieu-tra/:slug/thu-phieu'
  return [
    { method: 'get', path: fresh, may: 'survey.read', handle: getCollecting },
    { method: 'post', path: '/dieu-tra/:slug/bat-dau', may: 'collecting.manage', fresh, handle: postStart },
    { method: 'post', path: '/dieu-tra/:slug/ket-thuc', may: 'collecting.manage', fresh, handle: postClose },
    { method: 'post', path: '/dieu-tra/:slug/mo-niem-phong', may: 'box.open', fresh, handle: postOpen },
    {
      method: 'post',
      path: '/dieu-tra/:slug/ket-thuc/rut',
      may: 'collecting.manage',
      handle: dropping('close-collecting'),
    },
    {
      method: 'post',
      path: '/dieu-tra/:slug/mo-niem-phong/rut',
      may: 'box.open',
      handle: dropping('open-box'),
    },
  ]
}
