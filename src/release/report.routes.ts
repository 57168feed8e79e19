// "Báo cáo kết quả điều tra" as a Word file, drawn from the newest release.
import type { Request, Response } from 'express'
import { getRelease } from '../score/score.service.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { nameActor } from '../staff/actor.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { sumRechecks } from '../survey/recheck.queries.ts'
import { getSurvey, listGroups, listLevels } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { reportFile } from './report-docx.ts'
import { resultReport } from './report.ts'

export function reportRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps

  async function getReport(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const release = await getRelease(db, survey)
    const levels = await listLevels(db, survey)
    const groups = await listGroups(db, survey)
    const rechecks = await sumRechecks(db, survey)
    const report = resultReport({ survey, levels, groups, release, rechecks })
    const taken = { by: nameActor(staffOf(req)), at: deps.clock() }
    const file = await reportFile(`bao-cao-${survey.slug}`, report, taken)
    // Taking results away is written down like every export of them.
    const details = { format: 'Word' }
    await recordActAlone(deps, staffOf(req), { kind: 'scores-exported', survey: survey.slug, details })
    res.attachment(file.name).type(file.mediaType).send(file.content)
  }

  return [{ method: 'get', path: '/dieu-tra/:slug/bao-cao.docx', may: 'scores.read', handle: getReport }]
}
