// A known card that takes no answers: the refusal knows its survey, so that its page can say whom to call.
import { Problem, type ProblemKind } from '../lib/problem.ts'
import type { Survey } from '../survey/survey.queries.ts'

export class Refusal extends Problem {
  readonly survey: Survey

  constructor(kind: ProblemKind, survey: Survey) {
    super(kind)
    this.survey = survey
  }
}
