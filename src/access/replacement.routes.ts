// "Thay thẻ, nâng mức": what is done about cards after they are printed. A code typed here is hashed and forgotten.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { listDecisions } from '../survey/decision.queries.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { surveyHref } from '../survey/survey.ts'
import { getSurvey, listStrata, type Stratum, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { MissLimiter } from './redeem.service.ts'
import { parseAct, type ActSlip, type ReplacementAct, type TypedAct } from './replacement.ts'
import { addReserves, raiseCapByOne, replaceCard, voidCard } from './replacement.service.ts'
import { replacementPage, voidSlipSentence, type ReplacementViews } from './replacement.views.ts'

export function replacementRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<ReplacementViews>(deps.renderer)
  // Of an account, not of an address: whoever guesses here is known.
  const limiter = new MissLimiter()

  async function getPage(req: Request, res: Response): Promise<void> {
    await show(req, res, await surveyOf(req))
  }

  async function show(
    req: Request,
    res: Response,
    survey: Survey,
    wrong?: { typed: TypedAct; slips: ActSlip[] },
  ): Promise<void> {
    const page = replacementPage(survey, await listStrata(db, survey), await listDecisions(db, survey), wrong)
    const frame = surveyFrame(deps, req, survey, { title: 'Thay thẻ, nâng mức', tab: '/thay-the' })
    render(wrong ? res.status(422) : res, 'access/replacements', page, frame)
  }

  async function postVoid(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const typed = typedIn(req, 'huy')
    const form = parseAct(typed, hasAgreed(req))
    if (!form.ok) return show(req, res, survey, { typed, slips: form.slips })
    const code = textOf(formOf(req).ma)
    const done = await voidCard(deps, staffOf(req), survey, limiter, code, form.reason)
    if (!done.ok) {
      const slips: ActSlip[] = [{ field: 'ma', text: voidSlipSentence(done.slip) }]
      return show(req, res, survey, { typed, slips })
    }
    res.redirect(303, `${surveyHref(survey, '/thay-the')}?tin=da-huy-the`)
  }

  type Act = (survey: Survey, stratum: Stratum, reason: string, reserve: number) => Promise<void>

  /** The three acts about a group, which differ in what is changed. */
  function postAbout(act: ReplacementAct, flash: string, perform: (req: Request) => Act) {
    return async (req: Request, res: Response): Promise<void> => {
      const survey = await surveyOf(req)
      const typed = typedIn(req, act)
      const form = parseAct(typed, hasAgreed(req))
      const stratum = (await listStrata(db, survey)).find(({ id }) => id === typed.stratum)
      if (!form.ok || !stratum) {
        const slips = form.ok ? [] : form.slips
        const unknown: ActSlip[] = stratum ? [] : [{ field: 'nhom', text: 'Hãy chọn nhóm.' }]
        return show(req, res, survey, { typed, slips: [...unknown, ...slips] })
      }
      await perform(req)(survey, stratum, form.reason, form.reserve)
      res.redirect(303, `${surveyHref(survey, '/thay-the')}?tin=${flash}`)
    }
  }

  async function surveyOf(req: Request): Promise<Survey> {
    const survey = await getSurvey(db, String(req.params.slug))
    if (survey.state === 'draft') throw new Problem('no-batch')
    return survey
  }

  const page = '/dieu-tra/:slug/thay-the'
  const freshly = { may: 'codes.manage', fresh: page } as const
  return [
    { method: 'get', path: page, may: 'codes.manage', handle: getPage },
    { method: 'post', path: `${page}/huy`, ...freshly, handle: postVoid },
    {
      method: 'post',
      path: `${page}/thay`,
      may: 'codes.manage',
      handle: postAbout(
        'thay',
        'da-thay-the',
        (req) =>
          (survey, { id }, reason) =>
            replaceCard(deps, staffOf(req), survey, id, reason),
      ),
    },
    {
      method: 'post',
      path: `${page}/du-phong`,
      may: 'codes.manage',
      handle: postAbout(
        'du-phong',
        'da-tang-du-phong',
        (req) =>
          (survey, { id }, reason, reserve) =>
            addReserves(deps, staffOf(req), survey, id, reserve, reason),
      ),
    },
    {
      method: 'post',
      path: `${page}/muc`,
      may: 'codes.manage',
      handle: postAbout(
        'muc',
        'da-nang-muc',
        (req) =>
          (survey, { id }, reason) =>
            raiseCapByOne(deps, staffOf(req), survey, id, reason),
      ),
    },
  ]
}

/** All but the code, which is never shown again. */
function typedIn(req: Request, act: ReplacementAct): TypedAct {
  const form = formOf(req)
  const short = (name: string) => textOf(form[name]).slice(0, 600)
  return { act, stratum: short('nhom'), loss: short('mat'), reserve: short('so'), reason: short('ly-do') }
}

function hasAgreed(req: Request): boolean {
  return formOf(req)['dong-y'] === '1'
}
