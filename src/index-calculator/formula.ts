// The formula of the index: points over the applicable scale, unrounded. Source: domain.md, "Scoring facts".
import { Exact } from '../score/exact.ts'

const hundred = Exact.of(100)

/** Index in percent: total points / applicable scale x 100; null where nothing applies to the unit (scale 0). */
export function indexOf(total: Exact, scale: Exact): Exact | null {
  return scale.isZero() ? null : total.over(scale).times(hundred)
}
