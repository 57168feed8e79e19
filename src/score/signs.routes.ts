// "Dấu hiệu cần xem": units of whose ballots half or more are alike. For those who open the box; it stands in no release.
import type { Request, Response } from 'express'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { findReleaseNotes } from './release.queries.ts'
import { getRelease } from './score.service.ts'
import { signsPage, type SignsViews } from './signs.views.ts'

export function signsRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<SignsViews>(deps.renderer)

  async function getSigns(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const release = await getRelease(db, survey)
    const page = signsPage(survey, release, await findReleaseNotes(db, survey, release.version))
    render(
      res,
      'score/signs',
      page,
      surveyFrame(deps, req, survey, { title: page.heading, tab: '/thu-phieu' }),
    )
  }

  return [{ method: 'get', path: '/dieu-tra/:slug/dau-hieu', may: 'box.open', handle: getSigns }]
}
