// The index (Chỉ số CCHC) of every unit: appraised points + survey points + bonus - penalty, over the scale that
// applies to the unit, ranked inside its block. Pure and exact; showIndex() is the only way out to printed numbers.
//
// Ranks are made from exact survey points; every printed number from the survey points that the release has printed: of a
// domain its subtotal, of the unit its total. Runs can be made again and again with whatever appraised points: their numbers hold nothing but what is known, and
// cannot be played against each other to read a hidden decimal.
//
// A unit with too few answers is "chưa đủ điều kiện". Its own survey points count nowhere: by the rule that was fixed before
// collecting it is not ranked, takes over those of its level's lowest, gets none, or is measured without the survey. Where it
// is not ranked, its hidden points must not come back by subtraction: the exact run holds null for all that would contain them.
//
// A grade is read off the index of printed points, before rounding. Read off the exact one, it would change at the hundredth at
// which invented appraised points lift the unit over a bound, and so tell the decimals that disclosure control took away.
import type Fraction from 'fraction.js'
import type { GradeBand, ScoringSettings } from '../survey/settings.ts'
import { type CriteriaSet, type Criterion, domainOf, domainsOf, leavesOf } from '../survey/criteria.ts'
import type { ExactScores, UnitScore } from '../score/aggregate.ts'
import { unrankedUnits } from '../score/disclosure.ts'
import { competitionRanks } from '../score/ranking.ts'
import type { ShownUnit } from '../score/shown.ts'
import { Exact, parseExact, revealFraction, roundHalfUp, sumExact, zero } from '../score/exact.ts'
import { indexOf } from './formula.ts'

export interface IndexUnit {
  code: string
  name: string
  level: string
  /** Units are ranked against those of the same block only. */
  block: string
}

/** What the council entered; public numbers, hence plain fractions. Bonus and penalty are both positive. */
export interface AppraisedPoints {
  /** Unit code → code of an appraised leaf → points; null where the criterion does not apply to the unit. */
  appraised: ReadonlyMap<string, ReadonlyMap<string, Fraction | null>>
  /** Unit code → points; a missing unit has none. */
  bonus: ReadonlyMap<string, Fraction>
  penalty: ReadonlyMap<string, Fraction>
}

export interface IndexInput extends AppraisedPoints {
  units: readonly IndexUnit[]
  criteriaSets: readonly CriteriaSet[]
  /** A unit that is missing here takes no part in the survey: its survey criteria leave its scale. */
  exact: ExactScores
  /** What was given out of the same scores. */
  shown: readonly ReleasedUnit[]
  k: number
  /** As the scores were made. */
  scoring: Pick<ScoringSettings, 'belowThreshold' | 'minimumReturn' | 'bands'>
}

/** A unit's sums as they were given out. */
export interface ReleasedUnit {
  code: string
  domains: readonly Pick<ShownUnit['domains'][number], 'code' | 'points'>[]
  total: Pick<ShownUnit['total'], 'points'>
}

const printedDecimals = 2

/** `max` is what applies to the unit. Points null where nothing applies (max 0) or a survey value is hidden (null). */
export interface DomainResult {
  code: string
  max: Exact | null
  points: Exact | null
}

/** What stands in for the survey points of a unit that has too few answers. */
export type Fallback = Exclude<ScoringSettings['belowThreshold'], 'not-ranked'>

/**
 * Points of a unit as they are printed: made from printed survey points. `survey` is null where it is hidden or the unit
 * has none, and total and index with it; these and scale and rank are null for a unit that is not ranked (`eligible`
 * false); index and rank also where nothing at all applies, or the total is not printed. `rankedBy` is the index of the
 * exact points. `fallback`: the survey points are not its own. `grade` is null without an index or a table of grades.
 */
export interface UnitResult extends IndexUnit {
  eligible: boolean
  fallback: Fallback | null
  appraised: Exact
  survey: Exact | null
  bonus: Exact
  penalty: Exact
  total: Exact | null
  scale: Exact | null
  index: Exact | null
  rankedBy: Exact | null
  grade: string | null
  rank: number | null
  tied: boolean
  domains: DomainResult[]
}

export interface IndexRun {
  units: UnitResult[]
}

/** A row of the published table: points and index (percent) with 2 decimals. */
export interface ShownIndexRow extends IndexUnit {
  appraised: number
  survey: number | null
  bonus: number
  penalty: number
  total: number | null
  scale: number | null
  index: number | null
  rank: number | null
  tied: boolean
  /** Only where the survey has a table of grades. */
  grade?: string | null
  /** Only where the survey points are not the unit's own. */
  fallback?: Fallback
  domains: { code: string; max: number | null; points: number | null }[]
}

/**
 * Computes one run, rows in the order of `units`. The index is not capped: with a bonus it may exceed 100.
 * Throws when a criteria set or an appraised row is missing (parseAppraised has refused such a file before).
 */
export function computeIndex(input: IndexInput): IndexRun {
  const unranked = unrankedUnits(input.exact, input.k, input.scoring)
  const sets = new Map(input.criteriaSets.map((set) => [set.level, set]))
  const setOf = ({ level }: IndexUnit) => {
    const set = sets.get(level)
    if (!set) throw new Error(`level ${level} has no criteria set`)
    return set
  }
  const scores = new Map(input.exact.units.map((unit) => [unit.code, unit]))
  const own = surveyPartsOf(input, scores, setOf)
  const lowest = lowestByLevel(
    input.units.filter(({ code }) => !unranked.has(code)),
    own,
  )
  const units = input.units.map((unit) => {
    const standing = unranked.has(unit.code)
      ? standIn(input.scoring.belowThreshold, {
          own: own.get(unit.code) ?? nothingAsked,
          lowest: lowest.get(unit.level),
          without: withoutPoints(setOf(unit), scores.get(unit.code)),
        })
      : { eligible: true, fallback: null, survey: own.get(unit.code) ?? nothingAsked }
    return unitResult(unit, setOf(unit), standing, input)
  })
  return { units: withRanks(units) }
}

/** The run in printed numbers; appraised points may have any fraction, so columns need not add up (domain.md). */
export function showIndex(run: IndexRun): ShownIndexRow[] {
  const withGrades = run.units.some((unit) => unit.grade !== null)
  return run.units.map((unit) => ({
    code: unit.code,
    name: unit.name,
    level: unit.level,
    block: unit.block,
    appraised: shown(unit.appraised),
    survey: shownOrNull(unit.survey),
    bonus: shown(unit.bonus),
    penalty: shown(unit.penalty),
    total: shownOrNull(unit.total),
    scale: shownOrNull(unit.scale),
    index: shownOrNull(unit.index),
    rank: unit.rank,
    tied: unit.tied,
    ...(withGrades ? { grade: unit.grade } : {}),
    ...(unit.fallback === null ? {} : { fallback: unit.fallback }),
    domains: unit.domains.map((domain) => ({
      code: domain.code,
      max: shownOrNull(domain.max),
      points: shownOrNull(domain.points),
    })),
  }))
}

/** A leaf that applies to a unit. */
interface Leaf {
  domain: string
  max: Exact
  points: Exact
}

/** A unit's survey criteria that have a value, and what was given out of them. */
interface SurveyPart {
  leaves: readonly Leaf[]
  released: Omit<ReleasedUnit, 'code'>
}

/** What a unit is measured by. */
interface Standing {
  eligible: boolean
  fallback: Fallback | null
  survey: SurveyPart
}

const nothingAsked: SurveyPart = { leaves: [], released: { domains: [], total: { points: null } } }

function surveyPartsOf(
  { units, shown }: IndexInput,
  scores: ReadonlyMap<string, UnitScore>,
  setOf: (unit: IndexUnit) => CriteriaSet,
): Map<string, SurveyPart> {
  const released = new Map(shown.map((unit) => [unit.code, unit]))
  return new Map(
    units.map((unit) => [
      unit.code,
      {
        leaves: surveyLeavesOf(setOf(unit), scores.get(unit.code)),
        released: released.get(unit.code) ?? nothingAsked.released,
      },
    ]),
  )
}

/**
 * By level the survey part of the unit with the smallest share of its survey points. Of several with the same share the
 * first in code order: they print alike.
 */
function lowestByLevel(
  ranked: readonly IndexUnit[],
  parts: ReadonlyMap<string, SurveyPart>,
): Map<string, SurveyPart> {
  const lowest = new Map<string, { share: Exact; part: SurveyPart }>()
  for (const { code, level } of ranked.toSorted((a, b) => (a.code < b.code ? -1 : 1))) {
    const part = parts.get(code) ?? nothingAsked
    const max = sumExact(part.leaves.map((leaf) => leaf.max))
    if (max.isZero() || part.released.total.points === null) continue
    const share = sumExact(part.leaves.map((leaf) => leaf.points)).over(max)
    const before = lowest.get(level)
    if (!before || share.compare(before.share) < 0) lowest.set(level, { share, part })
  }
  return new Map([...lowest].map(([level, { part }]) => [level, part]))
}

/** 0 points of every criterion that the unit was asked about, answered or not: staying silent must not shrink the scale. */
function withoutPoints(set: CriteriaSet, score: UnitScore | undefined): SurveyPart {
  const asked = new Set(score?.criteria.filter((each) => each.asked).map(({ code }) => code))
  const leaves = leavesOf(set, 'survey')
    .filter(({ code }) => asked.has(code))
    .map((row) => ({ ...placeOf(set, row), points: zero }))
  const domains = [...new Set(leaves.map(({ domain }) => domain))]
  return { leaves, released: { domains: domains.map((code) => ({ code, points: 0 })), total: { points: 0 } } }
}

/** settings.belowThreshold for a unit with too few answers; nothing that it answered goes in. */
function standIn(
  rule: ScoringSettings['belowThreshold'],
  { own, lowest, without }: { own: SurveyPart; lowest: SurveyPart | undefined; without: SurveyPart },
): Standing {
  switch (rule) {
    case 'leaves-scale':
      return { eligible: true, fallback: rule, survey: nothingAsked }
    case 'zero':
      return { eligible: true, fallback: rule, survey: without }
    case 'lowest-of-level':
      // A level of which no unit has enough has no lowest one.
      return lowest
        ? { eligible: true, fallback: rule, survey: lowest }
        : { eligible: false, fallback: null, survey: own }
    case 'not-ranked':
      return { eligible: false, fallback: null, survey: own }
  }
}

function unitResult(
  unit: IndexUnit,
  set: CriteriaSet,
  { eligible, fallback, survey: { leaves, released } }: Standing,
  input: IndexInput,
): UnitResult {
  const appraisedLeaves = appraisedLeavesOf(unit, set, input.appraised)
  const appraised = sumExact(appraisedLeaves.map((leaf) => leaf.points))
  const survey = leaves.length === 0 ? zero : decimalOrNull(released.total.points)
  const bonus = Exact.of(input.bonus.get(unit.code) ?? 0)
  const penalty = Exact.of(input.penalty.get(unit.code) ?? 0)
  const rest = appraised.plus(bonus).minus(penalty)
  const total = survey === null ? null : rest.plus(survey)
  const exactTotal = rest.plus(sumExact(leaves.map((leaf) => leaf.points)))
  const scale = sumExact([...appraisedLeaves, ...leaves].map((leaf) => leaf.max))
  const index = eligible && total !== null ? indexOf(total, scale) : null
  return {
    code: unit.code,
    name: unit.name,
    level: unit.level,
    block: unit.block,
    eligible,
    fallback,
    appraised,
    survey: eligible && leaves.length > 0 ? survey : null,
    bonus,
    penalty,
    total: eligible ? total : null,
    scale: eligible ? scale : null,
    index,
    // A place between two that are printed would tell a total that is not.
    rankedBy: eligible && total !== null ? indexOf(exactTotal, scale) : null,
    grade: gradeOf(index, input.scoring.bands),
    rank: null,
    tied: false,
    domains: domainsOf(set).map((domain) => domainResult(domain, appraisedLeaves, leaves, released)),
  }
}

/** By the highest bound that the index reaches; below 0, by penalties, it is the lowest grade. */
function gradeOf(index: Exact | null, bands: readonly GradeBand[]): string | null {
  if (index === null) return null
  const band = bands.find(({ from }) => index.compare(parseExact(from)) >= 0) ?? bands.at(-1)
  return band?.name ?? null
}

function appraisedLeavesOf(
  unit: IndexUnit,
  set: CriteriaSet,
  appraised: AppraisedPoints['appraised'],
): Leaf[] {
  return leavesOf(set, 'appraised').flatMap((row) => {
    const points = appraised.get(unit.code)?.get(row.code)
    if (points === undefined) throw new Error(`unit ${unit.code} has no appraised points for ${row.code}`)
    if (points === null) return []
    return [{ ...placeOf(set, row), points: Exact.of(points) }]
  })
}

/** The survey leaves that have a value. The others left the scale, or the unit takes no part in the survey. */
function surveyLeavesOf(set: CriteriaSet, score: UnitScore | undefined): Leaf[] {
  const scored = new Map(score?.criteria.map((each) => [each.code, each]))
  return leavesOf(set, 'survey').flatMap((row) => {
    const points = scored.get(row.code)?.points ?? null
    return points === null ? [] : [{ ...placeOf(set, row), points }]
  })
}

function placeOf(set: CriteriaSet, row: Criterion): { domain: string; max: Exact } {
  return { domain: domainOf(set, row).code, max: parseExact(row.max) }
}

function domainResult(
  domain: Criterion,
  appraisedLeaves: readonly Leaf[],
  surveyLeaves: readonly Leaf[],
  released: SurveyPart['released'],
): DomainResult {
  const isOwn = (leaf: Leaf) => leaf.domain === domain.code
  const appraised = appraisedLeaves.filter(isOwn)
  const ofSurvey = surveyLeaves.filter(isOwn)
  const own = [...appraised, ...ofSurvey]
  const subtotal = released.domains.find((each) => each.code === domain.code)?.points
  const survey = ofSurvey.length === 0 ? zero : decimalOrNull(subtotal)
  if (survey === null) return { code: domain.code, max: null, points: null }
  return {
    code: domain.code,
    max: sumExact(own.map((leaf) => leaf.max)),
    points: own.length === 0 ? null : sumExact(appraised.map((leaf) => leaf.points)).plus(survey),
  }
}

/** A printed number of two decimals, as the fraction that its digits are; null where it was not given out. */
function decimalOrNull(points: number | null | undefined): Exact | null {
  return points === null || points === undefined ? null : parseExact(points.toFixed(printedDecimals))
}

function withRanks(units: readonly UnitResult[]): UnitResult[] {
  const ranked = new Map<string, { rank: number; tied: boolean } | null>()
  for (const block of new Set(units.map((unit) => unit.block))) {
    const own = units.filter((unit) => unit.block === block)
    const ranks = competitionRanks(own.map((unit) => unit.rankedBy))
    own.forEach((unit, at) => ranked.set(unit.code, ranks[at] ?? null))
  }
  return units.map((unit) => ({ ...unit, ...(ranked.get(unit.code) ?? { rank: null, tied: false }) }))
}

function shown(exact: Exact): number {
  return roundHalfUp(revealFraction(exact), printedDecimals)
}

function shownOrNull(exact: Exact | null): number | null {
  return exact === null ? null : shown(exact)
}
