// The pages of results: all units, one unit. They show only what disclose() let through.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listGroups, listLevels, settingsOf } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { shownScores } from './score.service.ts'
import { scoresPage, unitScoresPage, type ScoreViews } from './score.views.ts'

export function scoreRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<ScoreViews>(deps.renderer)

  async function getScores(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const scores = await shownScores(db, survey)
    const page = scoresPage(survey, await listLevels(db, survey), await listGroups(db, survey), scores)
    const frame = surveyFrame(deps, req, survey, {
      title: 'Điểm điều tra',
      tab: '/diem',
      script: 'js/chart.js',
    })
    render(res, 'score/scores', page, frame)
  }

  async function getUnit(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const scores = await shownScores(db, survey)
    const unit = scores.units.find((each) => each.code === req.params.unit)
    if (!unit) throw new Problem('not-found')
    const page = unitScoresPage(survey, unit, settingsOf(survey).k)
    render(res, 'score/unit', page, surveyFrame(deps, req, survey, { title: unit.name, tab: '/diem' }))
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug/diem', may: 'scores.read', handle: getScores },
    { method: 'get', path: '/dieu-tra/:slug/diem/:unit', may: 'scores.read', handle: getUnit },
  ]
}
