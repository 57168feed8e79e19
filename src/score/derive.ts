// From counts to everything that a release says, without any ballot: the same for one that is made now, one that is made
// again to compare, and one that starts from the sums that were kept when the ballots were destroyed.
import { inTurns } from '../lib/turns.ts'
import { aggregate } from './aggregate.ts'
import type { Counts } from './counts.ts'
import type { SurveyDesign } from './design.ts'
import { discloseSteps } from './disclosure.ts'
import type { Published } from './published.ts'
import { withSensitivity } from './sensitivity.ts'
import { withStatistics } from './shown-statistics.ts'
import type { ShownScores } from './shown.ts'

export interface DerivedScores {
  scores: ShownScores
  /** What the audit of a later release must know of this one. */
  published: Published
}

/** Shown scores beside what earlier releases gave out; others are served between its steps. */
export async function deriveScores(
  design: SurveyDesign,
  counts: Counts,
  k: number,
  earlier: readonly Published[],
): Promise<DerivedScores> {
  return inTurns(derivation(design, counts, k, earlier))
}

function* derivation(
  design: SurveyDesign,
  counts: Counts,
  k: number,
  earlier: readonly Published[],
): Generator<void, DerivedScores> {
  const exact = aggregate(design, counts)
  yield
  const disclosed = yield* discloseSteps(exact, k, earlier)
  const { scores, statistics } = withStatistics(disclosed.scores, { design, counts, k, earlier })
  const levels = disclosed.published.levels.map((level) => ({
    ...level,
    statistics: statistics.get(level.code) ?? [],
  }))
  return { scores: yield* withSensitivity(scores, design, counts), published: { levels } }
}
