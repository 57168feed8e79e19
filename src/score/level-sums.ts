// What statistics of a level need of its ballots beside the counts: sums and sums of products. They are all that is kept:
// from them alpha, item-rest correlations and the spread within units follow without any ballot. Whole numbers
// throughout, so that the order of ballots cannot show in them.
import { leavesOf, type CriteriaSet } from '../survey/criteria.ts'
import { fewestBallots, fewestUnits } from './shown.ts'
import { itemsOf, type Questionnaire } from '../survey/questionnaire.ts'

/** Complete ballots (every item with an answer that counts) of a level by one version of a questionnaire. */
export interface ScaleSums {
  questionnaire: string
  version: number
  /** An answer worth 1 counts as so many: x below is in these parts. */
  parts: number
  ballots: number
  /** How many units they came from. */
  units: number
  /** Of T, a ballot's sum of x. */
  sum: number
  squares: number
  /** Of x, x², x T. */
  items: { code: string; sum: number; squares: number; withTotal: number }[]
}

export interface LevelSums {
  level: string
  scales: ScaleSums[]
  /**
   * Of people's shares of the maximum (0…1): the squares of their distances from the mean of their own unit, added up
   * over all units; `units` and `ballots` are those of units with two or more: a single ballot lies nowhere but at its
   * mean. Null below 5 such units or 30 ballots: it would be nearly a unit's own spread, which is kept nowhere.
   */
  spread: { units: number; ballots: number; squares: number } | null
}

/** Beyond so many parts an answer's worth is rounded: statistics have two decimals. */
const mostParts = 1_000

/** A person's share in whole parts. */
export const shareParts = 10_000

/** One level x version of a questionnaire while ballots are read. */
export interface ScaleTally {
  questionnaire: Questionnaire
  level: string
  parts: number
  /** By item x slot: worth in parts. */
  worth: Float64Array
  /** By criterion of the questionnaire: its maximum. */
  max: Float64Array
  ballots: number
  units: Set<UnitTally>
  sum: number
  squares: number
  /** By item x slot: how many chose it, and the sum of their totals. */
  chosen: Float64Array
  totals: Float64Array
}

/** One unit while ballots are read; gone when its level's sum is made. */
export interface UnitTally {
  ballots: number
  sum: number
  squares: number
}

export function emptyScale(
  questionnaire: Questionnaire,
  level: string,
  set: CriteriaSet | undefined,
  criteria: readonly string[],
  worth: Float64Array,
): ScaleTally {
  const parts = partsOf(worth)
  const leaves = new Map(
    (set === undefined ? [] : leavesOf(set, 'survey')).map((leaf) => [leaf.code, leaf.max]),
  )
  return {
    questionnaire,
    level,
    parts,
    worth: worth.map((each) => Math.round(each * parts)),
    max: Float64Array.from(criteria, (code) => numberOf(leaves.get(code) ?? '0')),
    ballots: 0,
    units: new Set(),
    sum: 0,
    squares: 0,
    chosen: new Float64Array(worth.length),
    totals: new Float64Array(worth.length),
  }
}

/** "4/3" or "2.5" as a double. */
function numberOf(exact: string): number {
  const [top = '0', bottom = '1'] = exact.split('/')
  return Number(top) / Number(bottom)
}

function partsOf(worth: Float64Array): number {
  const isWhole = (parts: number) =>
    worth.every((each) => Math.abs(each * parts - Math.round(each * parts)) < 1e-9)
  let parts = 1
  while (parts < mostParts && !isWhole(parts)) parts += 1
  return parts
}

export function scaleSums({ questionnaire, worth, chosen, totals, ...tally }: ScaleTally): ScaleSums {
  const items = itemsOf(questionnaire)
  const slots = worth.length / items.length
  /** Over the answers to one item. */
  const sumOver = (item: number, of: (at: number, worth: number) => number) =>
    worth
      .subarray(item * slots, (item + 1) * slots)
      .reduce((sum, each, slot) => sum + of(item * slots + slot, each), 0)
  return {
    questionnaire: questionnaire.code,
    version: questionnaire.version,
    parts: tally.parts,
    ballots: tally.ballots,
    units: tally.units.size,
    sum: tally.sum,
    squares: tally.squares,
    items: items.map(({ code }, item) => ({
      code,
      sum: sumOver(item, (at, x) => x * (chosen[at] ?? 0)),
      squares: sumOver(item, (at, x) => x * x * (chosen[at] ?? 0)),
      withTotal: sumOver(item, (at, x) => x * (totals[at] ?? 0)),
    })),
  }
}

/** Squares around each unit's own mean, added up; exact until the last division, hence the same for any order. */
export function spreadOf(units: Iterable<UnitTally>): LevelSums['spread'] {
  const spread = { units: 0, ballots: 0, squares: 0 }
  for (const { ballots, sum, squares } of units) {
    if (ballots < 2) continue
    spread.units += 1
    spread.ballots += ballots
    const n = BigInt(ballots)
    spread.squares += Number(n * BigInt(squares) - BigInt(sum) ** 2n) / ballots / shareParts ** 2
  }
  return spread.units < fewestUnits || spread.ballots < fewestBallots ? null : spread
}
