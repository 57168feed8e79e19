// The export buttons: each asks for a job whose page then offers the file.
import type { Request, Response } from 'express'
import type { z } from 'zod'
import { Problem } from '../lib/problem.ts'
import { getRun } from '../index-calculator/index.service.ts'
import { jobHref, type Taker } from '../jobs/job.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { nameActor } from '../staff/actor.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { hasReached } from '../survey/survey.ts'
import { getSurvey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { Format, ScoresFormat, scoresFormatWords } from '../lib/export-format.ts'

export function releaseRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  async function postScores(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(deps.db, String(req.params.slug))
    if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
    const format = formatOf(req, ScoresFormat)
    await recordActAlone(deps, staffOf(req), {
      kind: 'scores-exported',
      survey: survey.slug,
      details: { format: scoresFormatWords[format] },
    })
    const job = await deps.jobs.ask('export-scores', survey, { format, taker: takerFor(req) })
    res.redirect(303, jobHref(survey, job))
  }

  async function postIndex(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(deps.db, String(req.params.slug))
    const run = String(req.params.run)
    await getRun(deps.db, survey, run)
    const format = formatOf(req, Format)
    await recordActAlone(deps, staffOf(req), {
      kind: 'index-exported',
      survey: survey.slug,
      details: { format },
    })
    const job = await deps.jobs.ask('export-index', survey, { format, run, taker: takerFor(req) })
    res.redirect(303, jobHref(survey, job))
  }

  return [
    { method: 'post', path: '/dieu-tra/:slug/diem/xuat', may: 'scores.read', handle: postScores },
    { method: 'post', path: '/dieu-tra/:slug/chi-so/:run/xuat', may: 'scores.read', handle: postIndex },
  ]
}

function takerFor(req: Request): Taker {
  const staff = staffOf(req)
  return { id: staff.id, name: nameActor(staff) }
}

function formatOf<Schema extends z.ZodType>(req: Request, formats: Schema): z.infer<Schema> {
  const format = formats.safeParse((req.body as Record<string, unknown> | undefined)?.format)
  if (!format.success) throw new Problem('bad-request')
  return format.data
}
