// The page of all files of results, and the charts as pictures: SVG or PNG, drawn from the release in a thread of its own.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { lookAtResults } from '../score/results.service.ts'
import { getRelease } from '../score/score.service.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { nameActor } from '../staff/actor.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { noticeOf } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { findChart, sourceLines } from './charts.ts'
import { mediaTypes } from './files.ts'
import { filesPage, type FilesViews } from './files.views.ts'
import { listImportCodes } from './import-codes.queries.ts'
import { importTable } from './import-table.ts'
import { makeFile } from './make-file.ts'
import { takenLine } from './taken.ts'

export function chartRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<FilesViews>(deps.renderer)

  async function getFiles(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const release = await getRelease(db, survey)
    await lookAtResults(deps, staffOf(req), survey, 'tệp kết quả')
    const table = importTable(release, await listImportCodes(db, survey))
    const page = filesPage(survey, release, table)
    render(res, 'release/files', page, surveyFrame(deps, req, survey, { title: 'Tệp kết quả', tab: '/diem' }))
  }

  async function getChart(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const release = await getRelease(db, survey)
    const file = String(req.params.tep)
    const found = findChart(release, file)
    if (found === undefined) throw new Problem('not-found')
    if (found === null) throw new Problem('chart-none')
    const content = await makeFile({
      kind: 'chart',
      chart: found.chart,
      source: [
        ...sourceLines(release, noticeOf(survey)),
        takenLine({ by: nameActor(staffOf(req)), at: deps.clock() }),
      ],
      format: found.format,
    })
    // Taking results away is written down like every export of them.
    const details = { format: `biểu đồ, ${found.format.toUpperCase()}` }
    await recordActAlone(deps, staffOf(req), { kind: 'scores-exported', survey: survey.slug, details })
    res.attachment(`${survey.slug}-${file}`).type(mediaTypes[found.format]).send(content)
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug/tep', may: 'scores.read', handle: getFiles },
    { method: 'get', path: '/dieu-tra/:slug/bieu-do/:tep', may: 'scores.read', handle: getChart },
  ]
}
