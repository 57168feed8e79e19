// Who stands where. On unrounded values: two units may print 90,02 and still hold ranks 2 and 3. Source: design/scoring.md.
import type { Exact } from './exact.ts'

export interface Rank {
  rank: number
  /** Another one holds the same rank. */
  tied: boolean
}

/**
 * Competition ranks ("1224"), highest value first, in the order of `values`; null values are not ranked and take no
 * place. One sort, because a block may hold all communes of a country.
 */
export function competitionRanks(values: readonly (Exact | null)[]): (Rank | null)[] {
  const sorted = values
    .flatMap((value, at) => (value === null ? [] : [{ value, at }]))
    .sort((a, b) => b.value.compare(a.value))
  const ranks: (Rank | null)[] = values.map(() => null)
  let rank = 0
  sorted.forEach(({ value, at }, place) => {
    const same = (other: { value: Exact } | undefined) => other?.value.compare(value) === 0
    const asBefore = same(sorted[place - 1])
    if (!asBefore) rank = place + 1
    ranks[at] = { rank, tied: asBefore || same(sorted[place + 1]) }
  })
  return ranks
}
