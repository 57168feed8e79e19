// A known card that takes no answers: the refusal knows its survey, so that its page can say whom to call.
import { Problem, type ProblemKind } from '../lib/problem.ts'
import type { Survey } from '../survey/survey.queries.ts'

export class Refusal extends Problem {
  readonly survey: Survey
  /** When the card's unit closes or closed; null where no hour is set. */
  readonly closesAt: string | null

  constructor(kind: ProblemKind, survey: Survey, closesAt: string | null = null) {
    super(kind)
    this.survey = survey
    this.closesAt = closesAt
  }
}
