// A side window on the codes: the survey at a glance, and a focal point's own unit. Counts only.
import type { Request, Response } from 'express'
import { findBatch } from '../access/access.queries.ts'
import { packageWaitsFor } from '../access/link-package.service.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import { isPermitted, permissionsAt } from '../staff/role.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { mayOpenTab, surveyFrame } from '../survey/survey.frame.ts'
import { findClosing } from '../survey/closing.queries.ts'
import { findRecheck } from '../survey/recheck.queries.ts'
import {
  getSurvey,
  listStrata,
  listSurveyedUnits,
  type Stratum,
  type Survey,
} from '../survey/survey.queries.ts'
import { changeWords, scoredUnits } from '../survey/unit-change.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { sumProgress } from './progress.queries.ts'
import { overviewPage, type OverviewPage, type QuotaViews } from './quota.views.ts'
import { parseCount } from './unit-counts.ts'
import { setCardCount } from './unit.queries.ts'
import {
  handOverPage,
  storedFields,
  unitPage,
  type CountFields,
  type ForOfficer,
  type UnitViews,
} from './unit.views.ts'

/** What stands in red above the overview, from a feature further on. */
export type AlarmsOf = (survey: Survey) => Promise<OverviewPage['alarms']>

export function quotaRoutes(deps: Deps, alarmsOf: AlarmsOf): StaffRoute[] {
  const { db } = deps
  const render = renderer<QuotaViews & UnitViews>(deps.renderer)

  async function getOverview(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const unprinted = (await findBatch(db, survey, 'unprinted')) !== undefined
    const page = overviewPage(survey, await sumProgress(db, survey), unprinted, (path) =>
      mayOpenTab(req, path),
    )
    page.alarms = await alarmsOf(survey)
    render(res, 'quota/overview', page, surveyFrame(deps, req, survey, { title: 'Tổng quan', tab: '' }))
  }

  async function getUnit(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    await showUnit(req, res, survey, strata)
  }

  async function showUnit(
    req: Request,
    res: Response,
    survey: Survey,
    strata: Stratum[],
    typed?: CountFields[],
  ): Promise<void> {
    const title = strata[0]?.unit_name ?? ''
    const page = unitPage(survey, strata, {
      today: dayOf(deps.clock()),
      mayCount: mayCount(req, survey),
      packageWaits: await waitsForMe(req, survey),
      closesAt: await findClosing(db, strata[0]?.id ?? ''),
      ofOfficer: await forOfficer(req, survey, String(req.params.unit)),
      mayLook: await mayLook(req, survey),
      ...(typed && { typed }),
    })
    render(res, 'quota/unit', page, surveyFrame(deps, req, survey, { title, tab: null }))
  }

  async function postCounts(req: Request, res: Response): Promise<void> {
    const { survey, strata } = await unitOf(req)
    if (!mayCount(req, survey)) throw new Problem('counts-of-another')
    const form = formOf(req)
    const parsed = strata.map((stratum) => {
      const group = stratum.group_code
      const typed = {
        received: textOf(form[`nhan-${group}`]).slice(0, 20),
        handedOut: textOf(form[`giao-${group}`]).slice(0, 20),
      }
      const count = parseCount(typed, stratum.issued + stratum.reserve, stepOf(form.buoc, group))
      const error = count.ok ? null : count.text
      return { stratum, count, fields: { ...storedFields(stratum), ...typed, error } }
    })
    if (parsed.some(({ count }) => !count.ok)) {
      const typed = parsed.map(({ fields }) => fields)
      await showUnit(req, res.status(422), survey, strata, typed)
      return
    }
    await db.transaction().execute(async (trx) => {
      for (const { stratum, count } of parsed)
        if (count.ok && !(await setCardCount(trx, stratum.id, count.count))) throw new Problem('bad-request')
    })
    const home = surveyHref(survey, `/don-vi/${strata[0]?.unit_code ?? ''}`)
    res.redirect(303, `${home}?tin=da-ghi-so-the`)
  }

  /**
   * What is decided about the unit, and the check by lot. Not for the focal point: of nine people one is drawn, and who
   * stands on that line of the list is known there.
   */
  async function forOfficer(req: Request, survey: Survey, code: string): Promise<ForOfficer | null> {
    if (!permissionsAt(staffOf(req).held, survey.slug).has('survey.manage')) return null
    const units = await listSurveyedUnits(db, survey)
    const unit = units.find((each) => each.code === code)
    const recheck = await findRecheck(db, survey, code)
    return { changes: unit ? changeWords(unit, units) : [], recheck: recheck?.recorded_on ? recheck : null }
  }

  /** Only the own focal point may fetch a package of links: nobody else is shown the button. */
  async function waitsForMe(req: Request, survey: Survey): Promise<boolean> {
    const { held, agency } = staffOf(req)
    const unit = String(req.params.unit)
    const mine = isPermitted(held, agency.code, 'links.fetch', { survey: survey.slug, unit })
    return mine && (await packageWaitsFor(db, survey, unit))
  }

  /** At the results of this unit, once they are announced; one that counts as its successor has none of its own. */
  async function mayLook(req: Request, survey: Survey): Promise<boolean> {
    const { held, agency } = staffOf(req)
    const unit = String(req.params.unit)
    if (!isPermitted(held, agency.code, 'unit.results', { survey: survey.slug, unit })) return false
    return !scoredUnits(await listSurveyedUnits(db, survey)).countsFor.has(unit)
  }

  /** The unit's own focal point, or whoever gives out the cards; others who read the unit only look. */
  function mayCount(req: Request, survey: Survey): boolean {
    const { held, agency, permissions } = staffOf(req)
    if (survey.state === 'draft' || hasReached(survey, 'opened')) return false
    const own = permissions.has('unit.read') && agency.code === req.params.unit
    return own || permissionsAt(held, survey.slug).has('codes.manage')
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
    const strata = await listStrata(db, survey, [String(req.params.unit)])
    if (strata.length === 0) throw new Problem('not-found')
    return { survey, strata }
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug', may: 'survey.read', handle: getOverview },
    { method: 'get', path: '/dieu-tra/:slug/don-vi/:unit', may: 'unit.read', handle: getUnit },
    { method: 'post', path: '/dieu-tra/:slug/don-vi/:unit/so-the', may: 'unit.read', handle: postCounts },
    { method: 'get', path: '/dieu-tra/:slug/don-vi/:unit/danh-sach', may: 'unit.read', handle: getHandOver },
  ]
}

/** The pressed + or −, as "nhan+LD"; the button that only saves has none. */
function stepOf(pressed: unknown, group: string) {
  const [, of, sign, code] = /^(nhan|giao)([+-])(.+)$/.exec(textOf(pressed)) ?? []
  if (code !== group) return undefined
  return {
    of: of === 'nhan' ? ('received' as const) : ('handedOut' as const),
    by: sign === '+' ? (1 as const) : (-1 as const),
  }
}
