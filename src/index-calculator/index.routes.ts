// The calculator's pages: upload the council's points, see each stored run.
import { stringify } from 'csv-stringify/sync'
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { exportFormats } from '../lib/export-format.ts'
import { showDay } from '../lib/format.ts'
import { explainPage, type ExplainViews } from '../score/explain.views.ts'
import { lookAtResults } from '../score/results.service.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listLevels, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { readUpload } from '../web/upload.ts'
import { explainRow } from './explain.ts'
import { listRuns } from './index.queries.ts'
import { appraisedTemplate, computeIndexRun, getRun } from './index.service.ts'
import { indexPage, runPage, type IndexViews } from './index.views.ts'

const largestFile = 5 * 1024 * 1024

export function indexRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<IndexViews & ExplainViews>(deps.renderer)

  async function getIndex(req: Request, res: Response): Promise<void> {
    await showIndexPage(req, res, await surveyOf(req), [])
  }

  async function postAppraised(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    try {
      const { files } = await readUpload(req, largestFile, '.csv')
      if (!files.appraised) {
        await showIndexPage(req, res.status(422), survey, ['Chưa chọn tệp. Hãy chọn tệp CSV điểm thẩm định.'])
        return
      }
      const { id } = await computeIndexRun(deps, staffOf(req), survey, files.appraised.toString('utf8'))
      res.redirect(303, surveyHref(survey, `/chi-so/${id}`))
    } catch (slip) {
      if (!(slip instanceof Problem) || !['appraised-wrong', 'file-unreadable'].includes(slip.kind))
        throw slip
      await showIndexPage(req, res.status(422), survey, slip.sentence.split('\n'))
    }
  }

  async function showIndexPage(req: Request, res: Response, survey: Survey, errors: string[]): Promise<void> {
    const mayCompute = staffOf(req).permissions.has('index.compute')
    const page = indexPage(
      survey,
      hasReached(survey, 'opened'),
      await listRuns(db, survey),
      mayCompute,
      errors,
    )
    render(
      res,
      'index-calculator/index',
      page,
      surveyFrame(deps, req, survey, { title: 'Chỉ số', tab: '/chi-so' }),
    )
  }

  async function getTemplate(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const csv = stringify(await appraisedTemplate(db, survey), { escape_formulas: true })
    res
      .attachment(`diem-tham-dinh-${survey.slug}.csv`)
      .type('text/csv; charset=utf-8')
      .send('\uFEFF' + csv)
  }

  async function getRunPage(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const id = String(req.params.run)
    const run = await getRun(db, survey, id)
    await lookAtResults(deps, staffOf(req), survey, `Chỉ số, lần tính ngày ${showDay(run.method.computedOn)}`)
    const page = runPage(survey, id, await listLevels(db, survey), run, exportFormats)
    render(
      res,
      'index-calculator/run',
      page,
      surveyFrame(deps, req, survey, { title: 'Kết quả Chỉ số', tab: '/chi-so' }),
    )
  }

  async function getRow(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const id = String(req.params.run)
    const run = await getRun(db, survey, id)
    const explanation = explainRow(run, String(req.params.unit))
    if (!explanation) throw new Problem('figure-unknown')
    await lookAtResults(deps, staffOf(req), survey, `Chỉ số, lần tính ngày ${showDay(run.method.computedOn)}`)
    const back = { text: 'Quay lại lần tính', href: surveyHref(survey, `/chi-so/${id}`) }
    const page = explainPage(survey, explanation, back, run.method.release?.version)
    render(
      res,
      'score/explain',
      page,
      surveyFrame(deps, req, survey, { title: page.heading, tab: '/chi-so' }),
    )
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug/chi-so', may: 'scores.read', handle: getIndex },
    { method: 'post', path: '/dieu-tra/:slug/chi-so', may: 'index.compute', handle: postAppraised },
    { method: 'get', path: '/dieu-tra/:slug/chi-so/mau.csv', may: 'index.compute', handle: getTemplate },
    { method: 'get', path: '/dieu-tra/:slug/chi-so/:run', may: 'scores.read', handle: getRunPage },
    { method: 'get', path: '/dieu-tra/:slug/chi-so/:run/:unit', may: 'scores.read', handle: getRow },
  ]
}
