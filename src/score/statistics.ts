// What a methodologist asks beside points, from counts and sums alone, never from a unit's own spread. Pure.
// Source: design/scoring.md, "Small n, honestly".
import type { CriterionRows } from './aggregate.ts'
import { Exact, zero } from './exact.ts'

/**
 * The widest step of each criterion: how far the best and the worst answer to one of its questions lie apart. By
 * criterion code, 0…1.
 */
export function widestSteps(rows: readonly CriterionRows[]): Map<string, Exact> {
  return new Map(
    rows.map(({ code, units }) => {
      const parts = units.flatMap(({ strata }) =>
        strata.flatMap(({ items }) => items.flatMap((item) => item.parts)),
      )
      const choices = new Set(parts.map(({ worths }) => worths))
      return [code, largest([...choices].map(stepOf))]
    }),
  )
}

function stepOf(worths: readonly Exact[]): Exact {
  const [first = zero] = worths
  const least = worths.reduce((one, other) => (other.compare(one) < 0 ? other : one), first)
  return largest(worths).minus(least)
}

function largest(values: readonly Exact[]): Exact {
  return values.reduce((one, other) => (other.compare(one) > 0 ? other : one), zero)
}

/** How far one of `people` can move the points of a criterion by design: step x max / n; 0 where nobody answered. */
export function oneRespondent(step: Exact, max: Exact, people: number): Exact {
  return people === 0 ? zero : step.times(max).over(Exact.of(people))
}
