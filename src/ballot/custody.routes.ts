// "Giữ khóa": the choice of who holds the key, the holders and their papers, rehearsal, check and hand-over.
import type { Request, Response } from 'express'
import { z } from 'zod'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { qrSvg } from '../lib/qr.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { custodyModes, custodyOf } from '../survey/custody-mode.ts'
import { surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, settingsOf, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { custodyPage, nothingSent, type CustodyViews, type TypedCustody } from './custody.views.ts'
import { listHolders } from './key-holder.queries.ts'
import { askHandOver, completeHandOver, dropHandOver } from './hand-over.service.ts'
import { chooseCustody, listEligible, missingForStart, nameHolders } from './key-holder.service.ts'
import { checkPaper, makePaper, rehearse } from './paper.service.ts'
import { paperPage, paperText } from './paper.views.ts'

const longestPaper = 2000

export function custodyRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<CustodyViews>(deps.renderer)

  async function getCustody(req: Request, res: Response): Promise<void> {
    await showCustody(req, res, await surveyOf(req))
  }

  async function postMode(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const mode = z.enum(custodyModes).safeParse(formOf(req)['hinh-thuc'])
    if (!mode.success) throw new Problem('bad-request')
    await chooseCustody(deps, staffOf(req), survey, mode.data)
    back(res, survey, 'da-chon-giu-khoa')
  }

  async function postHolders(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const { holders } = custodyOf(settingsOf(survey))
    const named = Array.from({ length: holders }, (_, at) => field(req, `nguoi-giu-${at + 1}`))
    const holderSlips = await nameHolders(deps, staffOf(req), survey, named)
    if (holderSlips.length === 0) {
      back(res, survey, 'da-ghi-nguoi-giu')
      return
    }
    await showCustody(req, res.status(422), survey, { ...nothingSent, named, holderSlips })
  }

  /** The one answer that carries a secret. It is no page to come back to: a reload is refused. */
  async function postPaper(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const staff = staffOf(req)
    const made = await makePaper(deps, staff, survey, field(req, 'thay'))
    const holder = { position: made.position, name: staff.name, agency: staff.agency }
    const page = paperPage(
      survey,
      holder,
      made.secret,
      dayOf(deps.clock()),
      await qrSvg(paperText(made.secret)),
    )
    made.secret.fill(0)
    render(res, 'ballot/paper', page, printFrame(deps, { title: page.heading }))
  }

  async function postCheck(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const papers = [field(req, 'phan-khoa')]
    const slips = await checkPaper(deps, staffOf(req), survey, papers[0] ?? '')
    if (slips.length === 0) {
      back(res, survey, 'phan-khoa-dung')
      return
    }
    await showCustody(req, res.status(422), survey, { ...nothingSent, form: 'check', papers, slips })
  }

  async function postRehearsal(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const { needed } = custodyOf(settingsOf(survey))
    const papers = Array.from({ length: needed }, (_, at) => field(req, `dien-tap-${at + 1}`))
    const slips = await rehearse(deps, staffOf(req), survey, papers)
    if (slips.length === 0) {
      back(res, survey, 'da-dien-tap')
      return
    }
    await showCustody(req, res.status(422), survey, { ...nothingSent, form: 'rehearsal', papers, slips })
  }

  async function postHandOver(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const [position, staff] = [field(req, 'phan'), field(req, 'nguoi-nhan')]
    const [slip] = await askHandOver(deps, staffOf(req), survey, Number(position), staff)
    if (!slip) {
      back(res, survey, 'cho-ban-giao')
      return
    }
    const handOver = { position, staff, error: slip.text }
    await showCustody(req, res.status(422), survey, { ...nothingSent, handOver })
  }

  async function postDropHandOver(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await dropHandOver(deps, staffOf(req), survey, Number(field(req, 'phan')))
    back(res, survey, 'thoi-ban-giao')
  }

  async function postTaking(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const papers = [field(req, 'ban-giao-1'), field(req, 'ban-giao-2')]
    const [old = '', fresh = ''] = papers
    const position = Number(field(req, 'phan'))
    const slips = await completeHandOver(deps, staffOf(req), survey, position, { old, new: fresh })
    if (slips.length === 0) {
      back(res, survey, 'da-ban-giao')
      return
    }
    await showCustody(req, res.status(422), survey, { ...nothingSent, form: 'taking', papers, slips })
  }

  async function showCustody(
    req: Request,
    res: Response,
    survey: Survey,
    typed: TypedCustody = nothingSent,
  ): Promise<void> {
    const { id, permissions } = staffOf(req)
    const viewer = {
      id,
      manages: permissions.has('custody.manage'),
      opens: permissions.has('box.open'),
    }
    const [holders, eligible] = [await listHolders(db, survey), await listEligible(db, survey)]
    const page = custodyPage({
      survey,
      holders,
      eligible,
      missing: missingForStart(survey, holders, eligible, deps.clock()),
      viewer,
      typed,
    })
    render(
      res,
      'ballot/custody',
      page,
      surveyFrame(deps, req, survey, { title: 'Giữ khóa', tab: '/giu-khoa' }),
    )
  }

  function back(res: Response, survey: Survey, word: string): void {
    res.redirect(303, `${surveyHref(survey, '/giu-khoa')}?tin=${word}`)
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const page = '/dieu-tra/:slug/giu-khoa'
  const managing = { method: 'post', may: 'custody.manage', fresh: page } as const
  const holding = { method: 'post', may: 'box.open', fresh: page } as const
  return [
    { method: 'get', path: page, may: 'survey.read', handle: getCustody },
    { ...managing, path: `${page}/hinh-thuc`, handle: postMode },
    { ...managing, path: `${page}/nguoi-giu`, handle: postHolders },
    { ...managing, path: `${page}/ban-giao`, handle: postHandOver },
    { ...managing, path: `${page}/thoi-ban-giao`, handle: postDropHandOver },
    { ...holding, path: `${page}/tao`, handle: postPaper },
    { ...holding, path: `${page}/kiem-tra`, handle: postCheck },
    { ...holding, path: `${page}/dien-tap`, handle: postRehearsal },
    { ...holding, path: `${page}/nhan`, handle: postTaking },
  ]
}

function field(req: Request, name: string): string {
  return textOf(formOf(req)[name]).slice(0, longestPaper)
}
