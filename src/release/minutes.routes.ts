// The minutes of the opening, to look at and to print.
import type { Request, Response } from 'express'
import { findOpening } from '../ballot/box.queries.ts'
import { listHolders } from '../ballot/key-holder.queries.ts'
import { Problem } from '../lib/problem.ts'
import { getRelease } from '../score/score.service.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { getSurvey, listLevels, listSurveyedUnits } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { minutesPage, type MinutesViews } from './minutes.views.ts'

export function minutesRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<MinutesViews>(deps.renderer)

  async function getMinutes(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const opening = await findOpening(db, survey)
    if (opening?.step !== 'done') throw new Problem('not-opened')
    const levels = await listLevels(db, survey)
    const level = typeof req.query.cap === 'string' ? req.query.cap : undefined
    if (level !== undefined && !levels.some(({ code, surveyed }) => code === level && surveyed === 1))
      throw new Problem('not-found')
    const holders = await listHolders(db, survey)
    const release = await getRelease(db, survey, 1)
    const units = await listSurveyedUnits(db, survey)
    const page = minutesPage({ survey, levels, opening, holders, release, units, level })
    render(res, 'release/minutes', page, printFrame(deps, { title: page.heading }))
  }

  return [{ method: 'get', path: '/dieu-tra/:slug/bien-ban', may: 'survey.read', handle: getMinutes }]
}
