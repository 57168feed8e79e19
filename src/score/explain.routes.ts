// The pages that explain a figure: of a unit, of a level, of a question.
import type { Request, Response } from 'express'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import type { Figure } from './explain.ts'
import { explainFigure } from './explain.service.ts'
import { explainPage, type ExplainViews } from './explain.views.ts'
import { lookAtResults } from './results.service.ts'
import { versionOf } from './version.ts'

export function explainRoutes(deps: Deps): StaffRoute[] {
  const render = renderer<ExplainViews>(deps.renderer)

  async function show(req: Request, res: Response, figure: Figure, home: string): Promise<void> {
    const survey = await getSurvey(deps.db, String(req.params.slug))
    const version = versionOf(req.query)
    const explanation = await explainFigure(deps.db, survey, figure, version)
    // What is said of a unit or level counts as a look at it. A unit's name may have commas of its own.
    const looked = explanation.heading.replace(/^(.*), (?:tiêu chí|tổng điểm|lĩnh vực|câu) .*$/, '$1')
    await lookAtResults(deps, staffOf(req), survey, looked)
    const ban = version === undefined ? '' : `?ban=${version}`
    const back = { text: 'Quay lại kết quả', href: surveyHref(survey, `${home}${ban}`) }
    const page = explainPage(survey, explanation, back, version)
    render(res, 'score/explain', page, surveyFrame(deps, req, survey, { title: page.heading, tab: '/diem' }))
  }

  async function getUnitFigure(req: Request, res: Response): Promise<void> {
    const unit = String(req.params.unit)
    const figure = { of: 'unit' as const, unit, criterion: String(req.params.criterion) }
    await show(req, res, figure, `/diem/don-vi/${encodeURIComponent(unit)}`)
  }

  async function getLevelFigure(req: Request, res: Response): Promise<void> {
    const { level, criterion } = req.params
    await show(req, res, { of: 'level', level: String(level), criterion: String(criterion) }, '/diem')
  }

  async function getItem(req: Request, res: Response): Promise<void> {
    const { level, item } = req.params
    await show(req, res, { of: 'item', level: String(level), item: String(item) }, '/diem')
  }

  const scores = '/dieu-tra/:slug/diem'
  return [
    { method: 'get', path: `${scores}/cap/:level/:criterion`, may: 'results.read', handle: getLevelFigure },
    { method: 'get', path: `${scores}/cap/:level/cau-hoi/:item`, may: 'results.read', handle: getItem },
    { method: 'get', path: `${scores}/don-vi/:unit/:criterion`, may: 'unit.results', handle: getUnitFigure },
  ]
}
