// What a respondent reads when something does not go on: a page of its own for each refusal, with the next step and whom
// to call. Stands before the general error pages and leaves them whatever is not a respondent's.
import type { ErrorRequestHandler, Request } from 'express'
import { Refusal } from '../access/refusal.ts'
import { refusalHour } from '../survey/closing.ts'
import { findClosing } from '../survey/closing.queries.ts'
import { presentAnswers } from './answering-cookie.ts'
import { Problem } from '../lib/problem.ts'
import type { Deps } from '../web/deps.ts'
import { noteOutage, problemOf } from '../web/error-page.ts'
import { respondentFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { contactOf, type Contact } from '../survey/contact.ts'
import { contactsNow, presentSurvey } from './respondent.ts'
import { isRefusalKind, refusalPage, type RefusalViews } from './refusal.views.ts'

/** Seconds after which a program that reads them may try again. */
const retryAfter: Partial<Record<number, number>> = { 429: 60, 503: 5 }

export function refusalPages(deps: Deps): ErrorRequestHandler {
  const render = renderer<RefusalViews>(deps.renderer)
  return async (error: unknown, req, res, next) => {
    const problem = problemOf(error)
    if (res.headersSent || !isRespondents(req.path) || !problem || !isRefusalKind(problem.kind)) {
      next(error)
      return
    }
    noteOutage(deps, error)
    const survey = await surveyOf(problem, req)
    const contacts = await contactsFor(problem, survey)
    const seconds = retryAfter[problem.status]
    if (seconds !== undefined) res.set('Retry-After', String(seconds))
    const page = refusalPage(problem.kind, problem, {
      survey,
      contacts,
      path: req.path,
      hasCookies: req.headers.cookie !== undefined,
      form: formOf(req),
      hour: await hourOf(problem, survey, req),
    })
    const frame = respondentFrame(deps, {
      title: page.heading,
      ...(survey && { survey }),
      ...(page.field && { script: 'js/entry.js' }),
    })
    render(res.status(problem.status), 'response/refusal', page, frame)
  }

  async function contactsFor(problem: Problem, survey: Survey | undefined): Promise<Contact[]> {
    if (survey !== undefined) return [contactOf(survey)].filter((each) => each !== null)
    return problem.kind === 'database-busy' ? [] : contactsNow(deps.db)
  }

  /** Since when it is over, or when it begins, where an hour says so. */
  async function hourOf(problem: Problem, survey: Survey | undefined, req: Request): Promise<string | null> {
    if (survey === undefined || (problem.kind !== 'over' && problem.kind !== 'not-yet')) return null
    const stratum = presentAnswers(deps, req)?.stratum
    const closesAt =
      problem instanceof Refusal
        ? problem.closesAt
        : stratum === undefined
          ? null
          : await findClosing(deps.db, stratum)
    return refusalHour(problem.kind, { opensAt: survey.opens_at, closesAt }, deps.clock())
  }

  /** The card's own survey, else the one whose ballot is in this browser; none while the store cannot be asked. */
  async function surveyOf(problem: Problem, req: Request) {
    if (problem instanceof Refusal) return problem.survey
    return problem.kind === 'database-busy' ? undefined : (await presentSurvey(deps, req)).survey
  }
}

function isRespondents(path: string): boolean {
  return path === '/' || path === '/vao' || path === '/phieu' || path.startsWith('/phieu/')
}

/** The posted fields, to be sent once more as they were; none for a page that was only looked at. */
function formOf(req: Request): Record<string, unknown> | undefined {
  return req.method === 'POST' ? (req.body as Record<string, unknown> | undefined) : undefined
}
