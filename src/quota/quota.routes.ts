// A side window on the codes: how many came, from which group, and who is late. Counts only.
import type { Request, Response } from 'express'
import { findBatch } from '../access/access.queries.ts'
import { packageWaitsFor } from '../access/link-package.service.ts'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import { isPermitted } from '../staff/role.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { mayOpenTab, surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listLevels, listStrata, type Stratum, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { progressOf, type Progress } from './progress.ts'
import { overviewPage, progressPage, type QuotaViews } from './quota.views.ts'
import { handOverPage, unitPage, type UnitViews } from './unit.views.ts'

export function quotaRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<QuotaViews & UnitViews>(deps.renderer)

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

  async function getUnit(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    const title = strata[0]?.unit_name ?? ''
    // Only the own focal point may fetch it: nobody else is shown the button.
    const mine = isPermitted(staffOf(req).held, staffOf(req).agency.code, 'links.fetch', {
      survey: survey.slug,
      unit: String(req.params.unit),
    })
    const waits = mine && (await packageWaitsFor(db, survey, String(req.params.unit)))
    render(
      res,
      'quota/unit',
      unitPage(survey, strata, waits),
      surveyFrame(deps, req, survey, { title, tab: null }),
    )
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
    const strata = (await listStrata(db, survey)).filter(({ unit_code }) => unit_code === req.params.unit)
    if (strata.length === 0) throw new Problem('not-found')
    return { survey, strata }
  }

  async function progress(survey: Survey): Promise<Progress> {
    return progressOf(await listLevels(db, survey), await listStrata(db, survey))
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug', may: 'survey.read', handle: getOverview },
    { method: 'get', path: '/dieu-tra/:slug/tien-do', may: 'survey.read', handle: getProgress },
    { method: 'get', path: '/dieu-tra/:slug/don-vi/:unit', may: 'unit.read', handle: getUnit },
    { method: 'get', path: '/dieu-tra/:slug/don-vi/:unit/danh-sach', may: 'unit.read', handle: getHandOver },
  ]
}
