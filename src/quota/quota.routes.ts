// A side window on the codes: the survey at a glance, and a focal point's own unit. Counts only.
import type { Request, Response } from 'express'
import { findBatch } from '../access/access.queries.ts'
import { Problem } from '../lib/problem.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { mayOpenTab, surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listStrata, type Stratum, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { sumProgress } from './progress.queries.ts'
import { overviewPage, type QuotaViews } from './quota.views.ts'
import { handOverPage, unitPage, type UnitViews } from './unit.views.ts'

export function quotaRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<QuotaViews & UnitViews>(deps.renderer)

  async function getOverview(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const unprinted = (await findBatch(db, survey, 'unprinted')) !== undefined
    const page = overviewPage(survey, await sumProgress(db, survey), unprinted, (path) =>
      mayOpenTab(req, path),
    )
    render(res, 'quota/overview', page, surveyFrame(deps, req, survey, { title: 'Tổng quan', tab: '' }))
  }

  async function getUnit(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    const title = strata[0]?.unit_name ?? ''
    render(res, 'quota/unit', unitPage(survey, strata), surveyFrame(deps, req, survey, { title, tab: null }))
  }

  async function getHandOver(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    render(
      res,
      'quota/hand-over',
      handOverPage(survey, strata),
      printFrame(deps, { title: 'Danh sách giao thẻ' }),
    )
  }

  /** The groups of one unit; the guard has seen that it is one's own. */
  async function unitOf(req: Request): Promise<{ survey: Survey; strata: Stratum[] }> {
    const survey = await getSurvey(db, String(req.params.slug))
    const strata = await listStrata(db, survey, [String(req.params.unit)])
    if (strata.length === 0) throw new Problem('not-found')
    return { survey, strata }
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug', may: 'survey.read', handle: getOverview },
    { method: 'get', path: '/dieu-tra/:slug/don-vi/:unit', may: 'unit.read', handle: getUnit },
    { method: 'get', path: '/dieu-tra/:slug/don-vi/:unit/danh-sach', may: 'unit.read', handle: getHandOver },
  ]
}
