// The announcement: planned, made, looked at.
import type { Request, Response } from 'express'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { getRelease } from '../score/score.service.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { agreeTo, dropRequest, wordsFor } from '../staff/second-person.service.ts'
import { parseDay } from '../survey/closing.ts'
import { listDecisions } from '../survey/decision.queries.ts'
import { needsSecondPerson } from '../survey/four-eyes.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, type Survey } from '../survey/survey.queries.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { announceResults, checkMayAnnounce, planAnnouncement } from './announce.service.ts'
import { announcePage, announceWord, type AnnounceViews, type TypedAnnouncement } from './announce.views.ts'

type Slips = TypedAnnouncement['errors']

export function announceRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<AnnounceViews>(deps.renderer)

  async function getAnnounce(req: Request, res: Response): Promise<void> {
    await showAnnounce(req, res, await surveyOf(req), null)
  }

  async function postPlan(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    checkMayAnnounce(survey)
    const typed = typedIn(req, 'ngay-du-kien').trim()
    const day = typed === '' ? null : parseDay(typed)
    const slip = (text: string) => [{ field: 'ngay-du-kien', text }]
    if (day === undefined) return showSlips(req, res, survey, 'plan', slip(wrongDay))
    if (day !== null && day < dayOf(deps.clock()))
      return showSlips(req, res, survey, 'plan', slip('Ngày này đã qua. Hãy chọn từ hôm nay trở đi.'))
    await planAnnouncement(deps, staffOf(req), survey, day)
    res.redirect(303, `${surveyHref(survey, '/cong-bo')}?tin=ngay-cong-bo`)
  }

  async function postAnnounce(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    checkMayAnnounce(survey)
    const number = typedIn(req, 'so-van-ban').trim().replace(/\s+/g, ' ')
    const day = parseDay(typedIn(req, 'ngay-van-ban'))
    const slips: Slips = []
    if (number === '' || number.length > 60)
      slips.push({ field: 'so-van-ban', text: 'Hãy ghi số văn bản, không quá 60 ký tự.' })
    if (day === undefined) slips.push({ field: 'ngay-van-ban', text: wrongDay })
    else if (day > dayOf(deps.clock()))
      slips.push({ field: 'ngay-van-ban', text: 'Ngày văn bản chưa đến. Hãy kiểm tra lại.' })
    if (!isConfirmed(req, announceWord))
      slips.push({ field: 'xac-nhan', text: `Hãy gõ đúng ${announceWord} để xác nhận.` })
    if (slips.length > 0 || day === undefined) return showSlips(req, res, survey, 'announce', slips)
    if (needsSecondPerson(survey, 'announce')) {
      const agreement = await agreeTo(deps, { survey, act: 'announce' }, staffOf(req))
      if (agreement.state === 'waiting') {
        res.redirect(303, `${surveyHref(survey, '/cong-bo')}?tin=cho-nguoi-thu-hai`)
        return
      }
    }
    await announceResults(deps, staffOf(req), survey, { number, day })
    res.redirect(303, `${surveyHref(survey, '/cong-bo')}?tin=da-cong-bo`)
  }

  async function postDrop(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await dropRequest(deps, { survey, act: 'announce' }, staffOf(req))
    res.redirect(303, `${surveyHref(survey, '/cong-bo')}?tin=rut-de-nghi`)
  }

  async function showSlips(
    req: Request,
    res: Response,
    survey: Survey,
    form: TypedAnnouncement['form'],
    errors: Slips,
  ): Promise<void> {
    const values = Object.fromEntries(
      Object.entries(formOf(req)).map(([name, value]) => [name, textOf(value).slice(0, 200)]),
    )
    await showAnnounce(req, res.status(422), survey, { form, values, errors })
  }

  async function showAnnounce(
    req: Request,
    res: Response,
    survey: Survey,
    typed: TypedAnnouncement | null,
  ): Promise<void> {
    if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
    const waits = survey.state === 'opened' && needsSecondPerson(survey, 'announce')
    const page = announcePage({
      survey,
      release: await getRelease(db, survey),
      decisions: await listDecisions(db, survey),
      mayAnnounce: staffOf(req).permissions.has('results.announce'),
      second: waits ? await wordsFor(deps, { survey, act: 'announce' }, staffOf(req)) : null,
      typed,
    })
    render(
      res,
      'release/announce',
      page,
      surveyFrame(deps, req, survey, { title: 'Công bố', tab: '/cong-bo' }),
    )
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const fresh = '/dieu-tra/:slug/cong-bo'
  const may = 'results.announce'
  return [
    { method: 'get', path: fresh, may: 'survey.read', handle: getAnnounce },
    { method: 'post', path: `${fresh}/du-kien`, may, handle: postPlan },
    { method: 'post', path: fresh, may, fresh, handle: postAnnounce },
    { method: 'post', path: `${fresh}/rut`, may, handle: postDrop },
  ]
}

const wrongDay = 'Ngày chưa đúng. Hãy ghi như 20/01/2023.'

function typedIn(req: Request, name: string): string {
  return textOf(formOf(req)[name])
}
