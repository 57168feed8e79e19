// The page of one unit where it is renamed, merged, or where a note of that is taken back.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { listDecisions } from '../survey/decision.queries.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { surveyHref } from '../survey/survey.ts'
import { getSurvey, listSurveyedUnits, type Survey } from '../survey/survey.queries.ts'
import type { UnitSlip } from '../survey/unit-change.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { mayChangeUnits, mergeUnit, renameUnit, restoreName, undoMerge } from './unit-change.service.ts'
import {
  unitChangePage,
  type ChangeForm,
  type TypedChange,
  type UnitChangeViews,
} from './unit-change.views.ts'

export function unitChangeRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<UnitChangeViews>(deps.renderer)

  async function getPage(req: Request, res: Response): Promise<void> {
    await show(req, res, await surveyOf(req), null)
  }

  async function show(req: Request, res: Response, survey: Survey, typed: TypedChange | null): Promise<void> {
    const units = await listSurveyedUnits(db, survey)
    const unit = units.find(({ code }) => code === req.params.unit)
    if (!unit) throw new Problem('not-found')
    const page = unitChangePage({
      survey,
      unit,
      units,
      decisions: await listDecisions(db, survey),
      mayChange: await mayChangeUnits(db, survey),
      typed,
    })
    const frame = surveyFrame(deps, req, survey, { title: 'Đổi tên, sáp nhập', tab: '/ke-hoach' })
    render(res, 'ballot/unit-change', page, frame)
  }

  type Change = (req: Request, survey: Survey, unit: string) => Promise<UnitSlip[]>

  /** One form: done, or the same page with what has to be corrected. */
  function post(form: ChangeForm, flash: string, change: Change) {
    return async (req: Request, res: Response): Promise<void> => {
      const survey = await surveyOf(req)
      const unit = String(req.params.unit)
      const slips = await change(req, survey, unit)
      if (slips.length === 0) {
        res.redirect(303, `${surveyHref(survey, `/don-vi/${unit}/thay-doi`)}?tin=${flash}`)
        return
      }
      const names = ['ten', 'don-vi', 'ngay', 'cach-tinh', 'ly-do']
      const values = Object.fromEntries(names.map((name) => [name, typed(req, name)]))
      await show(req, res.status(422), survey, { form, values, slips })
    }
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const of = '/dieu-tra/:slug/don-vi/:unit'
  const may = 'survey.manage'
  return [
    { method: 'get', path: `${of}/thay-doi`, may, handle: getPage },
    {
      method: 'post',
      path: `${of}/doi-ten`,
      may,
      handle: post('doi-ten', 'da-doi-ten', (req, survey, unit) => {
        const change = { name: typed(req, 'ten'), day: typed(req, 'ngay'), reason: typed(req, 'ly-do') }
        return renameUnit(deps, staffOf(req), survey, unit, change)
      }),
    },
    {
      method: 'post',
      path: `${of}/lay-lai-ten`,
      may,
      handle: post('lay-lai-ten', 'da-lay-lai-ten', (req, survey, unit) =>
        restoreName(deps, staffOf(req), survey, unit, typed(req, 'ly-do')),
      ),
    },
    {
      method: 'post',
      path: `${of}/sap-nhap`,
      may,
      handle: post('sap-nhap', 'da-sap-nhap', (req, survey, unit) => {
        const change = {
          into: typed(req, 'don-vi'),
          day: typed(req, 'ngay'),
          counts: typed(req, 'cach-tinh'),
          reason: typed(req, 'ly-do'),
        }
        return mergeUnit(deps, staffOf(req), survey, unit, change)
      }),
    },
    {
      method: 'post',
      path: `${of}/bo-sap-nhap`,
      may,
      handle: post('bo-sap-nhap', 'bo-sap-nhap', (req, survey, unit) =>
        undoMerge(deps, staffOf(req), survey, unit, typed(req, 'ly-do')),
      ),
    },
  ]
}

function typed(req: Request, name: string): string {
  return textOf(formOf(req)[name]).slice(0, 600)
}
