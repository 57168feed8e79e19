// A side window on the codes: how many came, from which group, and who is late. Counts only.
import type { Request, Response } from 'express'
import { findBatch } from '../access/access.queries.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { mayOpenTab, surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listLevels, listStrata, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { progressOf, type Progress } from './progress.ts'
import { overviewPage, progressPage, type QuotaViews } from './quota.views.ts'

export function quotaRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<QuotaViews>(deps.renderer)

  async function getOverview(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const unprinted = (await findBatch(db, survey, 'unprinted')) !== undefined
    const page = overviewPage(survey, await progress(survey), unprinted, (path) => mayOpenTab(req, path))
    render(res, 'quota/overview', page, surveyFrame(deps, req, survey, { title: 'Tổng quan', tab: '' }))
  }

  async function getProgress(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const page = progressPage(survey, await progress(survey))
    render(res, 'quota/progress', page, surveyFrame(deps, req, survey, { title: 'Tiến độ', tab: '/tien-do' }))
  }

  async function progress(survey: Survey): Promise<Progress> {
    return progressOf(await listLevels(db, survey), await listStrata(db, survey))
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug', may: 'survey.read', handle: getOverview },
    { method: 'get', path: '/dieu-tra/:slug/tien-do', may: 'survey.read', handle: getProgress },
  ]
}
