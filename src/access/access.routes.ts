// Codes: what was issued and what comes next; issuing. README, "The road", stop 0.
import type { Request, Response } from 'express'
import { z } from 'zod'
import { Problem } from '../lib/problem.ts'
import { jobHref } from '../jobs/job.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import type { PairedAct } from '../staff/second-person.ts'
import { agreeTo, dropRequest, wordsFor } from '../staff/second-person.service.ts'
import { surveyHref } from '../survey/survey.ts'
import { needsSecondPerson } from '../survey/four-eyes.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listStrata, type Survey } from '../survey/survey.queries.ts'
import { isConfirmed } from '../web/confirm.ts'
import { isReachableFromOutside } from '../config.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { listBatches, listDeliveries } from './access.queries.ts'
import { codesPage, type AccessViews } from './access.views.ts'
import { checkMayIssue } from './batch.service.ts'
import { listOpenings } from './print.service.ts'
import { testCardSeenOn } from './test-card.service.ts'

/** What views/access/codes.ejs asks for before it. */
const issueWord = 'PHAT MA'

const IssueForm = z.object({ rehearsal: z.literal('1').optional() })

export function accessRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  const { db } = deps
  const render = renderer<AccessViews>(deps.renderer)

  async function getCodes(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const obstacle = await obstacleFor(survey)
    const act = actFor(obstacle !== null)
    const page = codesPage(survey, {
      strata: await listStrata(db, survey),
      batches: await listBatches(db, survey),
      deliveries: await listDeliveries(db, survey),
      openings: await listOpenings(db, survey),
      obstacle,
      testCardSeen: testCardSeenOn(deps, survey),
      second: needsSecondPerson(survey, act) ? await wordsFor(deps, { survey, act }, staffOf(req)) : null,
    })
    render(res, 'access/codes', page, surveyFrame(deps, req, survey, { title: 'Mã và thẻ', tab: '/ma' }))
  }

  async function postIssue(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const form = IssueForm.safeParse(req.body ?? {})
    if (!form.success) throw new Problem('bad-request')
    const rehearsal = form.data.rehearsal === '1'
    await checkMayIssue(deps, survey, rehearsal)
    // Where real cards can be printed nobody makes a real survey a rehearsal, which one person may open, by a form.
    if (rehearsal && survey.rehearsal === 0 && isReachableFromOutside(deps.config.publicUrl))
      throw new Problem('rehearsal-refused')
    if (!rehearsal && !isConfirmed(req, issueWord)) throw new Problem('not-confirmed', { word: issueWord })
    const act = actFor(rehearsal)
    if (needsSecondPerson(survey, act)) {
      const { state } = await agreeTo(deps, { survey, act }, staffOf(req))
      if (state === 'waiting') {
        res.redirect(303, `${surveyHref(survey, '/ma')}?tin=cho-nguoi-thu-hai`)
        return
      }
    }
    const kind = rehearsal ? 'chạy thử' : 'chính thức'
    await recordActAlone(deps, staffOf(req), { kind: 'codes-asked', survey: survey.slug, details: { kind } })
    const job = await deps.jobs.ask('issue-codes', survey, { rehearsal })
    res.redirect(303, jobHref(survey, job))
  }

  async function postDrop(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    // Of the two kinds the page offers one at a time.
    const act = actFor((await obstacleFor(survey)) !== null)
    await dropRequest(deps, { survey, act }, staffOf(req))
    res.redirect(303, `${surveyHref(survey, '/ma')}?tin=rut-de-nghi`)
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

  /** Whoever sees the codes could cast every vote. */
  const freshly = { may: 'codes.manage', fresh: '/dieu-tra/:slug/ma' } as const
  return [
    { method: 'get', path: '/dieu-tra/:slug/ma', may: 'codes.manage', handle: getCodes },
    { method: 'post', path: '/dieu-tra/:slug/ma', ...freshly, handle: postIssue },
    { method: 'post', path: '/dieu-tra/:slug/ma/rut', may: 'codes.manage', handle: postDrop },
  ]
}

/** What two people agree on: the second one cannot do the other kind under the first one's name. */
function actFor(rehearsal: boolean): PairedAct {
  return rehearsal ? 'issue-rehearsal' : 'issue-codes'
}
