// Codes and cards: issue, print, download, and erase. README, "The road", stop 0.
import type { Request, Response } from 'express'
import { z } from 'zod'
import { Problem } from '../lib/problem.ts'
import type { JobRunner } from '../jobs/runner.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listStrata, type Survey } from '../survey/survey.queries.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { listBatches } from './access.queries.ts'
import { cardsPage, codesPage, type AccessViews } from './access.views.ts'
import { checkMayIssue, listUnprintedCodes, markPrinted } from './batch.service.ts'
import { codesCsv } from './codes-csv.ts'
import { qrSvg } from './qr.ts'

/** What views/access/codes.ejs asks for. */
const printedWord = 'DA IN'

const IssueForm = z.object({ rehearsal: z.literal('1').optional() })

export function accessRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  const { db } = deps
  const render = renderer<AccessViews>(deps.renderer)

  async function getCodes(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const page = codesPage(
      survey,
      await listStrata(db, survey),
      await listBatches(db, survey),
      await obstacleFor(survey),
    )
    render(res, 'access/codes', page, surveyFrame(deps, req, survey, { title: 'Mã và thẻ', tab: '/ma' }))
  }

  async function postIssue(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const form = IssueForm.safeParse(req.body ?? {})
    if (!form.success) throw new Problem('bad-request')
    const rehearsal = form.data.rehearsal === '1'
    await checkMayIssue(deps, survey, rehearsal)
    const job = await deps.jobs.ask('issue-codes', survey, { rehearsal })
    res.redirect(303, `/cong-viec/${job.id}`)
  }

  async function getCards(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const codes = await listUnprintedCodes(deps, survey)
    const qrs = await Promise.all(codes.map((each) => qrSvg(each.url)))
    render(
      res,
      'access/cards',
      cardsPage(survey, codes, qrs),
      printFrame(deps, { title: 'Thẻ mời tham gia điều tra' }),
    )
  }

  async function getCsv(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const csv = codesCsv(await listUnprintedCodes(deps, survey))
    res
      .attachment(`ma-${survey.slug}.csv`)
      .type('text/csv; charset=utf-8')
      .send('\uFEFF' + csv)
  }

  async function postPrinted(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (!isConfirmed(req, printedWord)) throw new Problem('not-confirmed', { word: printedWord })
    await markPrinted(deps, survey)
    res.redirect(303, `${surveyHref(survey, '/ma')}?tin=da-in`)
  }

  async function obstacleFor(survey: Survey): Promise<string | null> {
    try {
      await checkMayIssue(deps, survey, false)
      return null
    } catch (refusal) {
      if (refusal instanceof Problem && refusal.kind === 'public-url-unusable') return refusal.sentence
      return null
    }
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug/ma', may: 'codes.manage', handle: getCodes },
    { method: 'post', path: '/dieu-tra/:slug/ma', may: 'codes.manage', handle: postIssue },
    { method: 'get', path: '/dieu-tra/:slug/the', may: 'codes.manage', handle: getCards },
    { method: 'get', path: '/dieu-tra/:slug/ma.csv', may: 'codes.manage', handle: getCsv },
    { method: 'post', path: '/dieu-tra/:slug/da-in', may: 'codes.manage', handle: postPrinted },
  ]
}
