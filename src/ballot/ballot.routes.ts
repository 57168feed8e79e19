// Start, close, open: the acts that a survey turns on. README, "The road", stops 2 and 4.
import type { Request, Response } from 'express'
import { findBatch } from '../access/access.queries.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { progressOf } from '../quota/progress.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyHref } from '../survey/survey.ts'
import { mayOpenTab, surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listLevels, listStrata, type Survey } from '../survey/survey.queries.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { collectingPage, confirmWords, type BallotViews } from './ballot.views.ts'
import { countResponses, findOpening } from './box.queries.ts'
import { closeCollecting, startCollecting } from './collecting.service.ts'
import { checkMayOpen } from './opening.service.ts'

export function ballotRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  const { db } = deps
  const render = renderer<BallotViews>(deps.renderer)

  async function getCollecting(req: Request, res: Response): Promise<void> {
    await showCollecting(req, res, await surveyOf(req), null)
  }

  async function postStart(req: Request, res: Response): Promise<void> {
    const survey = await startCollecting(deps, await surveyOf(req))
    res.redirect(303, `${surveyHref(survey, '/thu-phieu')}?tin=bat-dau`)
  }

  async function postClose(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (!isConfirmed(req, confirmWords.close)) return showUnconfirmed(req, res, survey, confirmWords.close)
    await closeCollecting(deps, survey)
    res.redirect(303, `${surveyHref(survey, '/thu-phieu')}?tin=ket-thuc`)
  }

  async function postOpen(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    checkMayOpen(survey)
    if (!isConfirmed(req, confirmWords.open)) return showUnconfirmed(req, res, survey, confirmWords.open)
    const job = await deps.jobs.ask('open-box', survey, {})
    res.redirect(303, `/cong-viec/${job.id}`)
  }

  async function showUnconfirmed(req: Request, res: Response, survey: Survey, word: string): Promise<void> {
    await showCollecting(req, res.status(422), survey, `Hãy gõ đúng ${word} để xác nhận.`)
  }

  async function showCollecting(
    req: Request,
    res: Response,
    survey: Survey,
    error: string | null,
  ): Promise<void> {
    const strata = await listStrata(db, survey)
    const mine = staffOf(req).permissions
    const page = collectingPage({
      survey,
      progress: progressOf(await listLevels(db, survey), strata),
      opening: await findOpening(db, survey),
      responses: await countResponses(db, survey),
      issued: strata.some((stratum) => stratum.issued > 0),
      unprinted: (await findBatch(db, survey, 'unprinted')) !== undefined,
      may: {
        manage: mine.has('survey.manage'),
        open: mine.has('box.open'),
        issue: mayOpenTab(req, '/ma'),
      },
      error,
    })
    const title = 'Thu phiếu, mở niêm phong'
    render(res, 'ballot/collecting', page, surveyFrame(deps, req, survey, { title, tab: '/thu-phieu' }))
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug/thu-phieu', may: 'survey.read', handle: getCollecting },
    { method: 'post', path: '/dieu-tra/:slug/bat-dau', may: 'survey.manage', handle: postStart },
    { method: 'post', path: '/dieu-tra/:slug/ket-thuc', may: 'survey.manage', handle: postClose },
    { method: 'post', path: '/dieu-tra/:slug/mo-niem-phong', may: 'box.open', handle: postOpen },
  ]
}
