// "Chạy thử": one page of the survey from which the copy is made, tried, brought to its report and removed; and the form by
// which a Điều tra thử is made.
import type { Request, Response } from 'express'
import type { JobRunner } from '../jobs/runner.ts'
import { Problem } from '../lib/problem.ts'
import { qrSvg } from '../lib/qr.ts'
import { nameActor } from '../staff/actor.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { permissionsAt } from '../staff/role.ts'
import { surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listStrata, listSurveyedUnits, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { formOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { findRunJob, findRun, listPilots } from './rehearsal.queries.ts'
import { beginPilot, beginRun, listCardsToTry, removeRun } from './rehearsal.service.ts'
import { rehearsalPage, type RehearsalViews, type RunFacts } from './rehearsal.views.ts'

const secondsBetweenLooks = 1

export function rehearsalRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  const { db } = deps
  const render = renderer<RehearsalViews>(deps.renderer)

  async function getPage(req: Request, res: Response): Promise<void> {
    await showPage(req, res, await surveyOf(req), { chosen: [], error: null })
  }

  async function showPage(
    req: Request,
    res: Response,
    survey: Survey,
    typed: { chosen: string[]; error: string | null },
  ): Promise<void> {
    const run = await findRun(db, survey)
    const page = rehearsalPage({
      survey,
      run: run === undefined ? undefined : await factsOf(req, run),
      pilots: await Promise.all(
        (await listPilots(db, survey)).map(async (pilot) => ({
          pilot,
          units: (await listSurveyedUnits(db, pilot)).map(({ name }) => name),
        })),
      ),
      units: await listSurveyedUnits(db, survey),
      ...typed,
    })
    // Works without scripts, and the work goes on when the page is closed.
    if (page.working !== null) res.setHeader('Refresh', String(secondsBetweenLooks))
    render(
      res,
      'rehearsal/rehearsal',
      page,
      surveyFrame(deps, req, survey, { title: 'Chạy thử', tab: '/chay-thu' }),
    )
  }

  async function factsOf(req: Request, run: Survey): Promise<RunFacts> {
    const cards = run.state === 'collecting' ? await listCardsToTry(deps, run) : []
    return {
      run,
      job: await findRunJob(db, run.id),
      strata: await listStrata(db, run),
      cards: await Promise.all(cards.map(async (card) => ({ card, qr: await qrSvg(card.url) }))),
      readsScores: permissionsAt(staffOf(req).held, run.slug).has('scores.read'),
    }
  }

  async function postRun(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const run = await beginRun(deps, staffOf(req), survey)
    if (run.state === 'draft' || run.state === 'cards') await deps.jobs.ask('rehearsal-prepare', run, {})
    res.redirect(303, surveyHref(survey, '/chay-thu'))
  }

  async function postFinish(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const run = await findRun(db, survey)
    if (!run) throw new Problem('rehearsal-none')
    if (run.state === 'draft' || run.state === 'cards') throw new Problem('rehearsal-not-ready')
    const last = await findRunJob(db, run.id)
    // Pressed twice, or by a colleague: the same work goes on.
    if (last?.kind !== 'rehearsal-finish' || last.state === 'failed')
      await deps.jobs.ask('rehearsal-finish', run, { by: nameActor(staffOf(req)) })
    res.redirect(303, surveyHref(survey, '/chay-thu'))
  }

  async function postRemove(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await removeRun(deps, staffOf(req), survey)
    res.redirect(303, `${surveyHref(survey, '/chay-thu')}?tin=chay-thu-xoa`)
  }

  async function postPilot(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const { 'don-vi': typed } = formOf(req)
    const chosen = [typed ?? []].flat().filter((code) => typeof code === 'string')
    try {
      const pilot = await beginPilot(deps, staffOf(req), survey, chosen)
      res.redirect(303, `${surveyHref(pilot, '/ke-hoach')}?tin=dieu-tra-thu`)
    } catch (slip) {
      if (!(slip instanceof Problem) || slip.kind !== 'pilot-units-wrong') throw slip
      await showPage(req, res.status(422), survey, { chosen, error: slip.sentence })
    }
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const may = 'survey.manage'
  return [
    { method: 'get', path: '/dieu-tra/:slug/chay-thu', may, handle: getPage },
    { method: 'post', path: '/dieu-tra/:slug/chay-thu', may, handle: postRun },
    { method: 'post', path: '/dieu-tra/:slug/chay-thu/tiep', may, handle: postFinish },
    { method: 'post', path: '/dieu-tra/:slug/chay-thu/xoa', may, handle: postRemove },
    { method: 'post', path: '/dieu-tra/:slug/dieu-tra-thu', may, handle: postPilot },
  ]
}
