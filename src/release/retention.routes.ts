// How long ballots are kept: set, moved back, done; and the minutes of it.
import type { Request, Response } from 'express'
import { jobHref } from '../jobs/job.ts'
import { findActiveJobOfKind } from '../jobs/job.queries.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { findDestruction } from '../score/sums.queries.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { parseDay } from '../survey/closing.ts'
import { parseReason, reasonMissing } from '../survey/decision.ts'
import { listDecisions } from '../survey/decision.queries.ts'
import { mostKeepMonths, parseMonths } from '../survey/retention.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, type Survey } from '../survey/survey.queries.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import {
  askDestruction,
  checkMayDestroy,
  checkMayExtend,
  extendRetention,
  setKeepMonths,
} from './retention.service.ts'
import {
  destroyWord,
  destructionMinutes,
  retentionPage,
  type RetentionViews,
  type TypedRetention,
} from './retention.views.ts'

export function retentionRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  const { db } = deps
  const render = renderer<RetentionViews>(deps.renderer)

  async function getRetention(req: Request, res: Response): Promise<void> {
    await showRetention(req, res, await surveyOf(req), null)
  }

  async function postMonths(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (hasReached(survey, 'collecting')) throw new Problem('retention-fixed')
    const months = parseMonths(typedIn(req, 'so-thang'))
    if (months === undefined)
      return showSlips(req, res, survey, [
        { field: 'so-thang', text: `Hãy ghi số tháng từ 1 đến ${mostKeepMonths}.` },
      ])
    await setKeepMonths(deps, staffOf(req), survey, months)
    res.redirect(303, `${surveyHref(survey, '/luu-giu')}?tin=da-dat-thoi-han`)
  }

  async function postExtension(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await checkMayExtend(deps, survey)
    const day = parseDay(typedIn(req, 'ngay-huy'))
    const reason = parseReason(typedIn(req, 'ly-do'))
    const slips: TypedRetention['errors'] = []
    if (day === undefined) slips.push({ field: 'ngay-huy', text: 'Ngày chưa đúng. Hãy ghi như 20/01/2025.' })
    else if (day <= (survey.destroy_on ?? dayOf(deps.clock())) || day <= dayOf(deps.clock()))
      slips.push({
        field: 'ngay-huy',
        text: 'Ngày mới phải sau ngày đã đặt và sau hôm nay. Hãy chọn ngày khác.',
      })
    if (reason === undefined) slips.push({ field: 'ly-do', text: reasonMissing })
    if (slips.length > 0 || day === undefined || reason === undefined)
      return showSlips(req, res, survey, slips)
    await extendRetention(deps, staffOf(req), survey, { day, reason })
    res.redirect(303, `${surveyHref(survey, '/luu-giu')}?tin=da-doi-ngay-huy`)
  }

  async function postDestroy(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await checkMayDestroy(deps, survey)
    if (!isConfirmed(req, destroyWord))
      return showSlips(req, res, survey, [
        { field: 'xac-nhan', text: `Hãy gõ đúng ${destroyWord} để xác nhận.` },
      ])
    // The program may have begun by itself a moment ago.
    const active = await findActiveJobOfKind(db, survey.id, 'destroy-responses')
    const job = active ?? (await askDestruction(deps, staffOf(req), survey))
    res.redirect(303, jobHref(survey, job))
  }

  async function getMinutes(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const destruction = await findDestruction(db, survey)
    if (!destruction || destruction.erasedOn === null) throw new Problem('not-destroyed')
    const page = destructionMinutes(survey, destruction, await listDecisions(db, survey))
    render(res, 'release/destruction-minutes', page, printFrame(deps, { title: page.heading }))
  }

  async function showSlips(
    req: Request,
    res: Response,
    survey: Survey,
    errors: TypedRetention['errors'],
  ): Promise<void> {
    const values = Object.fromEntries(
      Object.entries(formOf(req)).map(([name, value]) => [name, textOf(value).slice(0, 600)]),
    )
    await showRetention(req, res.status(422), survey, { values, errors })
  }

  async function showRetention(
    req: Request,
    res: Response,
    survey: Survey,
    typed: TypedRetention | null,
  ): Promise<void> {
    const page = retentionPage({
      survey,
      now: deps.clock(),
      destruction: await findDestruction(db, survey),
      decisions: await listDecisions(db, survey),
      mayManage: staffOf(req).permissions.has('retention.manage'),
      typed,
    })
    const title = 'Lưu giữ, hủy phiếu'
    render(res, 'release/retention', page, surveyFrame(deps, req, survey, { title, tab: '/luu-giu' }))
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const fresh = '/dieu-tra/:slug/luu-giu'
  const may = 'retention.manage'
  return [
    { method: 'get', path: fresh, may: 'survey.read', handle: getRetention },
    { method: 'post', path: fresh, may, handle: postMonths },
    { method: 'post', path: `${fresh}/gia-han`, may, handle: postExtension },
    { method: 'post', path: `${fresh}/huy`, may, fresh, handle: postDestroy },
    { method: 'get', path: '/dieu-tra/:slug/bien-ban-huy-phieu', may: 'survey.read', handle: getMinutes },
  ]
}

function typedIn(req: Request, name: string): string {
  return textOf(formOf(req)[name])
}
