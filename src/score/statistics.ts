// What a methodologist asks beside points, from counts and sums alone, never from a unit's own spread. Pure.
// Source: design/scoring.md, "Small n, honestly".
import type { CriterionRows } from './aggregate.ts'
import { Exact, zero } from './exact.ts'
import type { ScaleSums } from './level-sums.ts'

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

// ---- how well the questions of one questionnaire hang together ----

/**
 * Cronbach's alpha: K / (K - 1) x (1 - sum of the items' variances / variance of the totals). Null for a single item, or
 * where all totals are alike. Cronbach (1951).
 */
export function alphaOf({ ballots, sum, squares, items }: ScaleSums): number | null {
  const ofTotals = centred(ballots, squares, sum, sum)
  if (items.length < 2 || ofTotals <= 0) return null
  const ofItems = items.reduce((all, each) => all + centred(ballots, each.squares, each.sum, each.sum), 0)
  return (items.length / (items.length - 1)) * (1 - ofItems / ofTotals)
}

/**
 * Corrected item-rest correlation: Pearson's r of an item with the sum of all others. Null where either is the same on
 * every ballot. In the order of the items.
 */
export function itemRestOf({ ballots, sum, squares, items }: ScaleSums): (number | null)[] {
  const ofTotals = centred(ballots, squares, sum, sum)
  return items.map((item) => {
    const own = centred(ballots, item.squares, item.sum, item.sum)
    const withTotal = centred(ballots, item.withTotal, item.sum, sum)
    const ofRest = ofTotals + own - 2 * withTotal
    return own <= 0 || ofRest <= 0 ? null : (withTotal - own) / Math.sqrt(own * ofRest)
  })
}

/** n² times the covariance: whole numbers, so that what is the same on every ballot gives exactly 0. */
function centred(ballots: number, products: number, one: number, other: number): number {
  return Number(BigInt(ballots) * BigInt(products) - BigInt(one) * BigInt(other))
}

// ---- small n, honestly ----

/** Of the standard normal distribution, 97.5 %: an interval of 95 %. */
export const z = 1.959964

/** Pooled standard deviation of people's shares (0…1) around the mean of their own unit; null without any to compare. */
export function withinSdOf({ units, ballots, squares }: { units: number; ballots: number; squares: number }) {
  return ballots > units ? Math.sqrt(squares / (ballots - units)) : null
}

/** What an estimate rests on: how many answered, and of how many (null: not known). */
export interface Basis {
  answered: number
  population: number | null
}

/**
 * The variance of a mean in parts of the variance of its values: 1 / n, less by the finite population correction
 * (1 - n / N). Where N is not known there is no correction, which errs on the wide side; N = quota would claim certainty.
 */
export function varianceFactor({ answered, population }: Basis): number {
  const correction = population === null ? 1 : 1 - answered / Math.max(answered, population)
  return correction / answered
}

/** Half the width of an interval of 95 % around a mean, in the unit of `sd`. */
export function halfWidth(sd: number, basis: Basis): number {
  return z * sd * Math.sqrt(varianceFactor(basis))
}

/** A unit's printed share, and how uncertain it is. */
export interface Estimate extends Basis {
  share: number
}

/**
 * For each estimate the places that it may hold: 1 + those that are surely better, all - those that are surely worse.
 * Surely means beyond the interval of 95 % of the difference of two. One sort and a search for each kind of basis, because a
 * level may hold thousands.
 */
export function placesOf(estimates: readonly Estimate[], sd: number): { from: number; to: number }[] {
  const kinds = new Map<number, number[]>()
  for (const each of estimates) {
    const factor = varianceFactor(each)
    const own = kinds.get(factor)
    if (own) own.push(each.share)
    else kinds.set(factor, [each.share])
  }
  const sorted = [...kinds].map(([factor, shares]) => ({ factor, shares: shares.sort((a, b) => a - b) }))
  return estimates.map((each) => {
    let [better, worse] = [0, 0]
    for (const { factor, shares } of sorted) {
      const apart = z * sd * Math.sqrt(factor + varianceFactor(each)) + 1e-9
      better += shares.length - firstAbove(shares, each.share + apart)
      worse += firstAbove(shares, each.share - apart)
    }
    return { from: better + 1, to: estimates.length - worse }
  })
}

/** How many of these, sorted upwards, are not above the bound. */
function firstAbove(sorted: readonly number[], bound: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= bound) low = middle + 1
    else high = middle
  }
  return low
}

// ---- two orders of the same units ----

/**
 * Kendall's tau-b between two rankings of the same things; null where one of them ties all. By counting swaps while sorting
 * (Knight 1966), because every pair of 20,000 units would be 200 million.
 */
export function kendallTau(one: readonly number[], other: readonly number[]): number | null {
  const pairs = one.map((first, at): [number, number] => [first, other[at] ?? 0])
  pairs.sort(([a, b], [c, d]) => a - c || b - d)
  const all = pairsIn(pairs.length)
  const tiedOne = all - tiedPairs(pairs.map(([first]) => first))
  const tiedBoth = tiedPairs(pairs.map(([first, second]) => first * 1e7 + second))
  const seconds = pairs.map(([, second]) => second)
  const tiedOther = all - tiedPairs(seconds.toSorted((a, b) => a - b))
  if (tiedOne === 0 || tiedOther === 0) return null
  const swaps = swapsToSort(seconds)
  return (tiedOne + tiedOther - all + tiedBoth - 2 * swaps) / Math.sqrt(tiedOne * tiedOther)
}

const pairsIn = (count: number) => (count * (count - 1)) / 2

/** Pairs of equal neighbours' runs; equal values stand together. */
function tiedPairs(values: readonly number[]): number {
  let [pairs, run] = [0, 0]
  values.forEach((value, at) => {
    run = at > 0 && values[at - 1] === value ? run + 1 : 0
    pairs += run
  })
  return pairs
}

/** Pairs that stand the wrong way round. */
function swapsToSort(values: readonly number[]): number {
  if (values.length < 2) return 0
  const middle = values.length >> 1
  const [left, right] = [values.slice(0, middle), values.slice(middle)]
  let swaps = swapsToSort(left) + swapsToSort(right)
  left.sort((a, b) => a - b)
  right.sort((a, b) => a - b)
  let at = 0
  for (const value of left) {
    while (at < right.length && (right[at] ?? 0) < value) at += 1
    swaps += at
  }
  return swaps
}
