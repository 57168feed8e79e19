// The page "Phúc tra" of one unit: lines drawn once, counts taken down. README, "A unit that changes; a check by lot".
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { parseRecheck } from './recheck.ts'
import { findRecheck } from './recheck.queries.ts'
import { drawRecheck, recordRecheck } from './recheck.service.ts'
import { recheckFields, recheckPage, type RecheckViews } from './recheck.views.ts'
import { surveyFrame } from './survey.frame.ts'
import { surveyHref } from './survey.ts'
import { getSurvey, listStrata, type Stratum, type Survey } from './survey.queries.ts'

export function recheckRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<RecheckViews>(deps.renderer)

  async function getPage(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    await show(req, res, survey, strata)
  }

  async function show(
    req: Request,
    res: Response,
    survey: Survey,
    strata: Stratum[],
    wrong?: Parameters<typeof recheckPage>[3],
  ): Promise<void> {
    const page = recheckPage(survey, strata, await findRecheck(db, survey, codeOf(strata)), wrong)
    const frame = surveyFrame(deps, req, survey, { title: 'Phúc tra', tab: '/ke-hoach' })
    render(wrong ? res.status(422) : res, 'survey/recheck', page, frame)
  }

  async function postDraw(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    await drawRecheck(deps, staffOf(req), survey, strata)
    res.redirect(303, `${homeOf(survey, strata)}?tin=da-rut-tham`)
  }

  async function postCounts(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    const recheck = await findRecheck(db, survey, codeOf(strata))
    const [first] = strata
    if (!recheck || !first) throw new Problem('recheck-changed')
    const form = formOf(req)
    const short = (field: keyof typeof recheckFields) => textOf(form[recheckFields[field]]).slice(0, 20)
    const typed = { yes: short('yes'), no: short('no'), unreached: short('unreached') }
    const parsed = parseRecheck(typed, recheck.asked)
    if (!parsed.ok) return show(req, res, survey, strata, { typed, slips: parsed.slips })
    await recordRecheck(deps, staffOf(req), survey, first, parsed.counts)
    res.redirect(303, `${homeOf(survey, strata)}?tin=da-phuc-tra`)
  }

  async function unitOf(req: Request): Promise<{ survey: Survey; strata: Stratum[] }> {
    const survey = await getSurvey(db, String(req.params.slug))
    const strata = await listStrata(db, survey, [String(req.params.unit)])
    if (strata.length === 0) throw new Problem('not-found')
    return { survey, strata }
  }

  const page = '/dieu-tra/:slug/don-vi/:unit/phuc-tra'
  const may = 'survey.manage'
  return [
    { method: 'get', path: page, may, handle: getPage },
    { method: 'post', path: `${page}/rut-tham`, may, handle: postDraw },
    { method: 'post', path: page, may, handle: postCounts },
  ]
}

function codeOf(strata: Stratum[]): string {
  return strata[0]?.unit_code ?? ''
}

function homeOf(survey: Survey, strata: Stratum[]): string {
  return surveyHref(survey, `/don-vi/${codeOf(strata)}/phuc-tra`)
}
