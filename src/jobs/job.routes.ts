// The page of one piece of long work: how far it is, that the tab may be closed, and where to go on.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { showCount } from '../lib/format.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { jobHref, takerOf, type Job, type JobHandler } from './job.ts'
import { findJob, findJobFile } from './job.queries.ts'
import type { JobRunner } from './runner.ts'

interface JobPage {
  heading: string
  step: string
  active: boolean
  done: number
  /** 0 while nobody knows how much there is. */
  total: number
  counted: string
  problem: string | null
  file: { href: string; name: string } | null
  next: { text: string; href: string }
}

interface JobViews {
  'jobs/job': JobPage
}

const secondsBetweenLooks = 1

export function jobRoutes(deps: Deps & { jobs: JobRunner }): StaffRoute[] {
  const render = renderer<JobViews>(deps.renderer)

  async function getJob(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(deps.db, String(req.params.slug))
    const job = await jobOf(req, survey)
    const page = await jobPage(req, job, survey)
    // Works without scripts, and the work goes on when the page is closed.
    if (page.active) res.setHeader('Refresh', String(secondsBetweenLooks))
    render(res, 'jobs/job', page, surveyFrame(deps, req, survey, { title: page.heading, tab: null }))
  }

  async function getFile(req: Request, res: Response): Promise<void> {
    const job = await jobOf(req, await getSurvey(deps.db, String(req.params.slug)))
    if (!isTheirs(req, job)) throw new Problem('file-of-another')
    const file = await findJobFile(deps.db, job.id)
    if (!file) throw new Problem('job-unknown')
    res.attachment(file.name).type(file.mediaType).send(file.content)
  }

  async function jobPage(req: Request, job: Job, survey: Survey): Promise<JobPage> {
    const handler = deps.jobs.handlers[job.kind]
    const title = handler?.title ?? 'Công việc'
    const active = job.state === 'queued' || job.state === 'running'
    const file = job.state === 'done' && isTheirs(req, job) ? await findJobFile(deps.db, job.id) : undefined
    return {
      heading: active
        ? `${title}: đang làm`
        : job.state === 'done'
          ? `${title}: đã xong`
          : `${title}: chưa xong`,
      step: job.step,
      active,
      done: job.done,
      total: job.total,
      counted: job.total === 0 ? '' : `${showCount(job.done)}/${showCount(job.total)}`,
      problem: job.problem,
      file: file === undefined ? null : { href: `${jobHref(survey, job)}/tep`, name: file.name },
      next: nextStep(job, survey.slug, handler),
    }
  }

  function nextStep(job: Job, slug: string, handler: JobHandler | undefined): JobPage['next'] {
    const next = handler?.next(slug, job) ?? { text: 'Về đợt điều tra', href: `/dieu-tra/${slug}` }
    // What was not done cannot be looked at: back to where it is asked for again.
    return job.state === 'failed' ? { ...next, text: 'Quay lại' } : next
  }

  /** A file that carries a name is fetched by that person alone. */
  function isTheirs(req: Request, job: Job): boolean {
    const taker = takerOf(job)
    return taker === undefined || taker.id === staffOf(req).id
  }

  /** Of this survey: who may look at one survey does not see the work of another. */
  async function jobOf(req: Request, survey: Survey): Promise<Job> {
    const job = await findJob(deps.db, String(req.params.id))
    if (job?.survey_id !== survey.id) throw new Problem('job-unknown')
    return job
  }

  return [
    { method: 'get', path: '/dieu-tra/:slug/cong-viec/:id', may: 'survey.read', handle: getJob },
    { method: 'get', path: '/dieu-tra/:slug/cong-viec/:id/tep', may: 'scores.read', handle: getFile },
  ]
}
