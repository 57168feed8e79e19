// The pages of results: all units, one unit. They are drawn from the stored release, the newest or the one asked for.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { isPermitted } from '../staff/role.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { surveyHref } from '../survey/survey.ts'
import { getSurvey, listGroups, listLevels } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { listReleases } from './release.queries.ts'
import { lookAtResults } from './results.service.ts'
import { versionOf } from './version.ts'
import { getRelease } from './score.service.ts'
import { scoresPage, unitScoresPage, type ScoreViews } from './score.views.ts'

export function scoreRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<ScoreViews>(deps.renderer)

  async function getScores(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const release = await getRelease(db, survey, versionOf(req.query))
    await lookAtResults(deps, staffOf(req), survey, 'toàn đợt')
    const releases = await listReleases(db, survey)
    const page = scoresPage(
      survey,
      await listLevels(db, survey),
      await listGroups(db, survey),
      release,
      releases,
    )
    // Files are for those who may see results before the announcement, too.
    if (!staffOf(req).permissions.has('scores.read')) {
      page.report = null
      page.exports.formats = []
    }
    const frame = surveyFrame(deps, req, survey, {
      title: 'Điểm điều tra',
      tab: '/diem',
      script: 'js/chart.js',
    })
    render(res, 'score/scores', page, frame)
  }

  async function getUnit(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const version = versionOf(req.query)
    const release = await getRelease(db, survey, version)
    const unit = release.units.find((each) => each.code === req.params.unit)
    if (!unit) throw new Problem('not-found')
    await lookAtResults(deps, staffOf(req), survey, unit.name)
    const page = unitScoresPage(survey, unit, release.method.k, version)
    if (!seesAll(req)) page.back = surveyHref(survey, `/don-vi/${unit.code}`)
    render(res, 'score/unit', page, surveyFrame(deps, req, survey, { title: unit.name, tab: '/diem' }))
  }

  /** Whether the page of all units is theirs, too. */
  function seesAll(req: Request): boolean {
    const { held, agency } = staffOf(req)
    return isPermitted(held, agency.code, 'results.read', { survey: String(req.params.slug) })
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug/diem', may: 'results.read', handle: getScores },
    { method: 'get', path: '/dieu-tra/:slug/diem/:unit', may: 'unit.results', handle: getUnit },
  ]
}
