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

/** `oneRespondent`: how far one person can move the points at most, by design; null where the points are not shown. */
export interface ShownUnitCriterion extends ShownCriterion {
  oneRespondent: number | null
}

/** What counts of people tell of a group: nobody sent, or fewer than half of its quota did. */
export interface PeopleFlag {
  kind: 'group-silent' | 'group-below-half'
  group: string
}

/**
 * A place among the ranked units of its level, by exact points over the applicable scale; by printed ones where the total
 * is a sum of printed criteria. `from` and `to` are the places that cannot be told apart from it, as far as the level's
 * spread is known.
 */
export interface ShownRank {
  place: number
  tied: boolean
  from: number | null
  to: number | null
}

export interface ShownUnit {
  code: string
  name: string
  level: string
  counts: ReturnCounts
  /** N: people in the groups that were asked; null where it is not known of each. */
  population: number | null
  criteria: ShownUnitCriterion[]
  domains: ({ code: string } & ShownSum)[]
  total: ShownSum
  /** Around the printed total, cut at 0 and the maximum. */
  interval: { low: number; high: number } | null
  oneRespondent: number | null
  ranking: 'ranked' | 'not-ranked'
  /** What stands in for the points of a unit with too few answers; null where nothing does. */
  fallback: 'lowest-of-level' | 'zero' | 'leaves-scale' | null
  rank: ShownRank | null
  flags: PeopleFlag[]
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
  /** Of the people asked: who took the way out, who left it blank; shown as the spread is. */
  optOut: ShownShare
  blank: ShownShare
  /** How the answers spread; null below 10 of them. */
  options: ({ code: string; label: string } & ShownShare)[] | null
}

/** How well the questions of one questionnaire hang together, over the ballots of a level that answer all of them. */
export interface ShownScale {
  questionnaire: string
  title: string
  /** Where a single group is asked by it. */
  group?: string | undefined
  items: number
  ballots: number | null
  alpha: number | null
  itemRest: { code: string; text: string; r: number | null }[]
  status: ShownStatus
}

/** How far people of the same unit lie apart, over all units of a level; null below 5 units or 30 ballots. */
export interface ShownSpread {
  withinSd: number | null
  ballots: number | null
  units: number | null
}

/** What one setting would change, had it been chosen otherwise. */
export interface ShownAlternative {
  setting: string
  choice: string
  words: string
  /** Ranked units that would stand in another place. */
  ranksMoved: number
  largestMove: number
  /** Kendall's tau-b between both orders, one decimal; null where one of them is all ties. */
  tau: number | null
  /** Of the level's mean share, in whole percents. */
  meanChange: number
}

export interface ShownLevel {
  code: string
  name: string
  groups: {
    code: string
    name: string
    counts: ReturnCounts
    criteria: ShownCriterion[]
    items: ShownItem[]
  }[]
  /** All groups together. */
  pooled: ShownCriterion[]
  items: ShownItem[]
  scales: ShownScale[]
  spread: ShownSpread
  sensitivity: ShownAlternative[]
}

/** Plain data: fit for JSON, templates and files. There is no figure of a unit x group, only counts of people. */
export interface ShownScores {
  k: number
  units: ShownUnit[]
  levels: ShownLevel[]
}

/** How an item's answers spread over its options is shown from so many answers on. */
export const smallestDistribution = 10

/**
 * A figure of a level rests on at least so many units. With fewer, its rounding and that of the units' own figures
 * together leave too few ways in which the answers can have fallen.
 */
export const fewestUnits = 5

/** Statistics of a level rest on at least so many ballots. */
export const fewestBallots = 30

/** Decimals of shares: whole percents. */
export const shareDecimals = 2
export const pointDecimals = 2
export const maxDecimals = 6
export const band = 0.05
const noShare: ShownShare = { share: null, band: null }

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
    return {
      ...{ code, text, criterion, answered: null, share: null, band: null, status },
      ...{ optOut: noShare, blank: noShare, options: null },
    }
  const ofAsked = (count: Exact) =>
    item.asked < smallestDistribution
      ? noShare
      : banded(shown(count.over(Exact.of(item.asked)), shareDecimals))
  return {
    code,
    text,
    criterion,
    answered: item.answered,
    ...banded(shown(item.share, shareDecimals)),
    status,
    optOut: ofAsked(item.optOuts),
    blank: ofAsked(item.blanks),
    options: item.answered < smallestDistribution ? null : spreadOf(item),
  }
}

/** Without the shares of those who took the way out or left it blank. */
export function withoutWaysOut(item: ShownItem): ShownItem {
  return { ...item, optOut: noShare, blank: noShare }
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
