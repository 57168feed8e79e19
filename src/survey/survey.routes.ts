// The surveys and the plan of each: list, create from a template, whom it asks, what it asks, what it scores.
import type { Request, Response } from 'express'
import { z } from 'zod'
import { Problem } from '../lib/problem.ts'
import { staffFrame } from '../staff/frame.ts'
import { staffOf, type Staff } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { isSheetKept } from '../staff/recovery-sheet.service.ts'
import { permissionsAt } from '../staff/role.ts'
import { listRequestsFor } from '../staff/second-person.service.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { surveyHref, SurveyDetails } from './survey.ts'
import { homeOf, surveyFrame } from './survey.frame.ts'
import {
  countUnits,
  getSurvey,
  listCriteriaSets,
  listGroups,
  listLevels,
  listQuestionnaires,
  listStrata,
  listSurveyedUnits,
  listSurveys,
  type Survey,
} from './survey.queries.ts'
import { createSurveyFromTemplate, listTemplates, updateDetails } from './survey.service.ts'
import {
  criteriaPage,
  detailsForm,
  planPage,
  questionnairesPage,
  surveyListPage,
  type DetailsForm,
  type ListedSurvey,
  type PlanPage,
  type SurveyListPage,
  type SurveyViews,
} from './survey.views.ts'
import { changeWords } from './unit-change.ts'

const CreateForm = z.object({ template: z.string(), slug: z.string().trim() })

/** Something of a feature further on that waits for this person: told on the start page, done on its own. */
export type WhatWaits = (staff: Staff) => Promise<{ text: string; href: string }[]>

export function surveyRoutes(
  deps: Deps,
  whatWaits: WhatWaits,
  alarmsNow: () => Promise<SurveyListPage['alarms']>,
): StaffRoute[] {
  const { db } = deps
  const render = renderer<SurveyViews>(deps.renderer)

  async function getList(req: Request, res: Response): Promise<void> {
    await showList(req, res, '', null)
  }

  async function postSurvey(req: Request, res: Response): Promise<void> {
    const form = CreateForm.safeParse(req.body)
    if (!form.success) throw new Problem('bad-request')
    try {
      const { template, slug } = form.data
      const { survey } = await createSurveyFromTemplate(deps, staffOf(req), template, slug)
      res.redirect(303, `${surveyHref(survey, '/ke-hoach')}?tin=da-tao`)
    } catch (slip) {
      if (!(slip instanceof Problem) || !['slug-wrong', 'slug-taken'].includes(slip.kind)) throw slip
      await showList(req, res.status(slip.status), form.data.slug, slip.sentence)
    }
  }

  async function showList(req: Request, res: Response, slug: string, error: string | null): Promise<void> {
    const staff = staffOf(req)
    const create: SurveyListPage['create'] = staff.permissions.has('survey.manage')
      ? {
          templates: await listTemplates(),
          slug,
          error,
          errors: error === null ? [] : [{ text: error, href: '#slug' }],
        }
      : null
    const page = surveyListPage({
      surveys: await listFor(staff),
      create,
      isSheetMissing: staff.permissions.has('secret.keep') && !(await isSheetKept(deps)),
      requests: await listRequestsFor(deps, staff),
      waiting: await whatWaits(staff),
      alarms: staff.permissions.has('collecting.manage') ? await alarmsNow() : [],
      hasRole: staff.held.length > 0,
    })
    const kept = req.query.tin === 'da-cat'
    const flash = { kind: 'success', text: 'Tờ khôi phục đã được ghi nhận là đã cất.' } as const
    render(res, 'survey/list', page, staffFrame(deps, req, { title: 'Đợt điều tra', ...(kept && { flash }) }))
  }

  /** The surveys that this person may look at: whole, or the own unit of them. */
  async function listFor(staff: Staff): Promise<ListedSurvey[]> {
    const [all, own] = [await countUnits(db), await countUnits(db, staff.agency.code)]
    const none = { units: 0, quota: 0, returned: 0 }
    // A Chạy thử stands on the page of its survey alone.
    const surveys = (await listSurveys(db)).filter(({ rehearsal_kind }) => rehearsal_kind !== 'run')
    return surveys.flatMap((survey) => {
      const mine = permissionsAt(staff.held, survey.slug)
      const href = homeOf(staff, survey)
      const inOwn = own.find((each) => each.survey_id === survey.id)
      if (mine.has('survey.read'))
        return [{ survey, href, count: all.find((each) => each.survey_id === survey.id) ?? none }]
      return mine.has('unit.read') && inOwn ? [{ survey, href, count: inOwn }] : []
    })
  }

  async function getPlan(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const mayEdit = survey.state === 'draft' && staffOf(req).permissions.has('survey.manage')
    await showPlan(req, res, survey, mayEdit ? detailsForm(survey) : null)
  }

  async function postDetails(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (survey.state !== 'draft') throw new Problem('survey-frozen')
    const form = SurveyDetails.safeParse(req.body ?? {})
    if (form.success) {
      await updateDetails(deps, staffOf(req), survey, form.data)
      res.redirect(303, `${surveyHref(survey, '/ke-hoach')}?tin=da-luu`)
      return
    }
    await showPlan(req, res.status(422), survey, wrongDetails(survey, req.body, form.error))
  }

  async function showPlan(
    req: Request,
    res: Response,
    survey: Survey,
    edit: DetailsForm | null,
  ): Promise<void> {
    const page = planPage(
      survey,
      await listLevels(db, survey),
      await listGroups(db, survey),
      await listStrata(db, survey),
      await changesIn(req, survey),
      edit,
    )
    render(res, 'survey/plan', page, surveyFrame(deps, req, survey, { title: 'Kế hoạch', tab: '/ke-hoach' }))
  }

  async function changesIn(req: Request, survey: Survey): Promise<PlanPage['changes']> {
    const units = await listSurveyedUnits(db, survey)
    const mayChange = staffOf(req).permissions.has('survey.manage')
    return units.flatMap((unit) =>
      changeWords(unit, units).map((words) => ({
        words,
        href: mayChange ? surveyHref(survey, `/don-vi/${unit.code}/thay-doi`) : null,
      })),
    )
  }

  async function getQuestionnaires(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const page = questionnairesPage(
      await listLevels(db, survey),
      await listGroups(db, survey),
      await listQuestionnaires(db, survey),
    )
    render(
      res,
      'survey/questionnaires',
      page,
      surveyFrame(deps, req, survey, { title: 'Bộ câu hỏi', tab: '/bo-cau-hoi' }),
    )
  }

  async function getCriteria(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const page = criteriaPage(await listLevels(db, survey), await listCriteriaSets(db, survey))
    render(
      res,
      'survey/criteria',
      page,
      surveyFrame(deps, req, survey, { title: 'Bộ chỉ số', tab: '/bo-chi-so' }),
    )
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  return [
    { method: 'get', path: '/dieu-tra', may: 'signed-in', handle: getList },
    { method: 'post', path: '/dieu-tra', may: 'survey.manage', handle: postSurvey },
    { method: 'get', path: '/dieu-tra/:slug/ke-hoach', may: 'survey.read', handle: getPlan },
    { method: 'post', path: '/dieu-tra/:slug/ke-hoach', may: 'survey.manage', handle: postDetails },
    { method: 'get', path: '/dieu-tra/:slug/bo-cau-hoi', may: 'survey.read', handle: getQuestionnaires },
    { method: 'get', path: '/dieu-tra/:slug/bo-chi-so', may: 'survey.read', handle: getCriteria },
  ]
}

/** The form as it was typed, with each slip beside its field. */
function wrongDetails(survey: Survey, body: unknown, error: z.ZodError<SurveyDetails>): DetailsForm {
  const form = detailsForm(survey)
  const typed = (body ?? {}) as Record<string, unknown>
  for (const name of Object.keys(form.values) as (keyof SurveyDetails)[]) {
    const value = typed[name]
    if (typeof value === 'string') form.values[name] = value.slice(0, 500)
  }
  for (const issue of error.issues) {
    const name = issue.path[0] as keyof SurveyDetails
    if (form.messages[name] !== undefined) continue
    form.messages[name] = issue.message
    form.errors.push({ text: issue.message, href: `#${name}` })
  }
  return form
}
