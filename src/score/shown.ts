// What shown figures look like: their types, and how one figure is rounded, banded or left out. Whether it may be shown is
// decided elsewhere (disclosure.ts). Together with showIndex() the one place where an Exact becomes a number.
import type { CriterionScore, ItemScore, ReturnCounts } from './aggregate.ts'
import { Exact, revealFraction, roundHalfUp } from './exact.ts'

/** `hidden` means that there are too few answers, or that the figure would give such a one away: it looks the same. */
export type ShownStatus = 'ok' | 'hidden' | 'not-applicable'

/** `answered` is in people, `share` 0…1, `points` 0…max in multiples of `step`; all null unless ok. */
export interface ShownCriterion {
  code: string
  name: string
  max: number
  answered: number | null
  share: number | null
  points: number | null
  step: number | null
  status: ShownStatus
}

/**
 * A domain or total: exact and rounded (`step` 0.01), or the sum of printed criteria (`step` the coarsest among them).
 * `max` is that of the criteria with a value.
 */
export interface ShownSum {
  max: number
  points: number | null
  step: number | null
  status: ShownStatus
}

export interface ShownUnit {
  code: string
  name: string
  level: string
  counts: ReturnCounts
  criteria: ShownCriterion[]
  domains: ({ code: string } & ShownSum)[]
  total: ShownSum
}

/** A share, or that it lies beyond a bound: nearly everybody answered alike, and the number would say so of each. */
export interface ShownShare {
  share: number | null
  band: 'at-least' | 'at-most' | null
}

export interface ShownItem extends ShownShare {
  code: string
  text: string
  criterion: string
  answered: number | null
  status: ShownStatus
  /** How the answers spread; null below 10 of them. */
  options: ({ code: string; label: string } & ShownShare)[] | null
}

export interface ShownLevel {
  code: string
  groups: { code: string; counts: ReturnCounts; criteria: ShownCriterion[] }[]
  /** All groups together. */
  pooled: ShownCriterion[]
  items: ShownItem[]
}

/** Plain data: fit for JSON, templates and files. There is no figure of a unit x group, only counts of people. */
export interface ShownScores {
  k: number
  units: ShownUnit[]
  levels: ShownLevel[]
}

/** How an item's answers spread over its options is shown from so many answers on. */
export const smallestDistribution = 10

/** Decimals of shares: whole percents. */
export const shareDecimals = 2
export const maxDecimals = 6
export const band = 0.05

/** Whole percents; the points are made from them. */
export function showLevelCriterion(criterion: CriterionScore, status: ShownStatus): ShownCriterion {
  if (status !== 'ok' || criterion.share === null) return hiddenCriterion(criterion, status)
  const share = shown(criterion.share, shareDecimals)
  const max = shown(criterion.max, maxDecimals)
  return {
    ...named(criterion),
    answered: criterion.answered,
    share,
    points: Math.round(share * max * 100) / 100,
    step: Math.round(max * 100) / 10_000,
    status,
  }
}

export function showItem(item: ItemScore, status: ShownStatus): ShownItem {
  const { code, text, criterion } = item
  if (status !== 'ok' || item.share === null)
    return { code, text, criterion, answered: null, share: null, band: null, status, options: null }
  return {
    code,
    text,
    criterion,
    answered: item.answered,
    ...banded(shown(item.share, shareDecimals)),
    status,
    options: item.answered < smallestDistribution ? null : spreadOf(item),
  }
}

/** Where nearly all chose one option, the others are not told apart either. */
function spreadOf(item: ItemScore): ShownItem['options'] {
  const shares = item.options.map(({ count }) => shown(count.over(Exact.of(item.answered)), shareDecimals))
  const nearlyAll = shares.some((share) => share >= 1 - band)
  return item.options.map(({ code, label }, at) => {
    const share = shares[at] ?? 0
    return { code, label, ...(nearlyAll ? banded(share) : { share, band: null }) }
  })
}

function banded(share: number): ShownShare {
  if (share >= 1 - band) return { share: 1 - band, band: 'at-least' }
  if (share <= band) return { share: band, band: 'at-most' }
  return { share, band: null }
}

export function named({ code, name, max }: CriterionScore): Pick<ShownCriterion, 'code' | 'name' | 'max'> {
  return { code, name, max: shown(max, maxDecimals) }
}

export function hiddenCriterion(criterion: CriterionScore, status: ShownStatus): ShownCriterion {
  return { ...named(criterion), answered: null, share: null, points: null, step: null, status }
}

export function asHidden(shown: ShownCriterion): ShownCriterion {
  return { ...shown, answered: null, share: null, points: null, step: null, status: 'hidden' }
}

export function shown(exact: Exact, decimals: number): number {
  return roundHalfUp(revealFraction(exact), decimals)
}

/** In whole hundredths, a half going up. */
export function hundredthsOf(exact: Exact): number {
  return roundHalfUp(revealFraction(exact).mul(100), 0)
}

/** In whole half hundredths, rounded down: what a precision table is asked by. */
export function halfCentsOf(exact: Exact): number {
  const { n, d } = revealFraction(exact)
  return Number((n * 200n) / d)
}

/** For looking alone; whatever is found by it is checked exactly. */
export function roughly(exact: Exact | null): number {
  return exact === null ? 0 : revealFraction(exact).valueOf()
}

/** In multiples of `step` hundredths, as hundredths. */
export function hundredthsInSteps(exact: Exact, step: number): number {
  return roundHalfUp(revealFraction(exact).mul(100).div(step), 0) * step
}
