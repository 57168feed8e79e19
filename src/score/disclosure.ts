// Disclosure control: the one door through which scores become numbers for people. Pages, files and the CLI read
// ShownScores and nothing else; an Exact that slipped through would throw in JSON. Source: design/confidentiality.md,
// "What may be shown".
//
// Rules so far: k per criterion, complementary hiding (a total, or a level's figure, never gives away a hidden one),
// the linear audit of a level's figures beside its units' (src/score/audit.ts), rounding. A general audit over all
// figures of a release, which would also propose the fewest to hide, takes the audit's place in showLevel().
import type {
  CriterionRows,
  CriterionScore,
  ExactScores,
  LevelScore,
  ReturnCounts,
  UnitScore,
} from './aggregate.ts'
import { isolatesFew } from './audit.ts'
import { type Exact, revealFraction, roundHalfUp } from './exact.ts'

/** `hidden` means that there are too few answers, or that the figure would give such a one away: it looks the same. */
export type ShownStatus = 'ok' | 'hidden' | 'not-applicable'

/** `answered` is in people, `share` 0…1, `points` 0…max; all null unless ok. `precision`: decimals of `points`. */
export interface ShownCriterion {
  code: string
  name: string
  max: number
  answered: number | null
  share: number | null
  points: number | null
  precision: number
  status: ShownStatus
}

/** `max` is the sum of the criteria that have a value: the survey's part of the unit's applicable scale. */
export interface ShownTotal {
  max: number
  points: number | null
  precision: number
  status: ShownStatus
}

export interface ShownUnit {
  code: string
  name: string
  level: string
  counts: ReturnCounts
  criteria: ShownCriterion[]
  total: ShownTotal
}

export interface ShownLevel {
  code: string
  groups: { code: string; counts: ReturnCounts; criteria: ShownCriterion[] }[]
}

/** Plain data: fit for JSON, templates and files. There is no figure of a unit x group, only counts of people. */
export interface ShownScores {
  k: number
  units: ShownUnit[]
  levels: ShownLevel[]
}

/** No survey may show a figure on fewer answers than this. */
export const smallestK = 5

/**
 * The precision rule. With 5 + 4 people and four-step options an unrounded weighted mean tells both groups' answers
 * apart, so a unit's figures are cut to 2 decimals. A level's group has many people behind it.
 */
export const pointDecimals = 2
const unitShareDecimals = 2
const levelShareDecimals = 4
const maxDecimals = 6

/**
 * What may be shown of exact scores, with at least `k` people behind each figure. Throws where k is below 5:
 * settings may be stricter than the promise on the welcome page, never looser.
 */
export function disclose(exact: ExactScores, k: number): ShownScores {
  checkK(k)
  return {
    k,
    units: exact.units.map((unit) => showUnit(unit, k)),
    levels: exact.levels.map((level) =>
      showLevel(
        level,
        exact.units.filter((unit) => unit.level === level.code),
        k,
      ),
    ),
  }
}

/**
 * Codes of the units that are "chưa đủ điều kiện" (settings.belowThreshold = not-ranked): a criterion is hidden, or
 * fewer than k ballots are valid. A unit that the survey does not ask at all is ranked on the rest of its scale.
 */
export function unrankedUnits(exact: ExactScores, k: number): Set<string> {
  checkK(k)
  return new Set(exact.units.filter((unit) => !isRankable(unit, k)).map((unit) => unit.code))
}

/**
 * The fewest people of each group that stand behind a unit's figure. A group of which a single person answered weighs as
 * much as the whole group, and two printed decimals then tell that person's answer in most cases (tried on 4 + 1: certain
 * in 72 %). A silent group is renormalised away (scoring.md); the figure then has k people of the other groups behind it.
 */
export const fewestPerGroup = 2

/** Whether a unit's criterion has answers, but too few to show anything that contains them. */
export function isHidden(criterion: CriterionScore, k: number): boolean {
  return criterion.answered > 0 && (criterion.answered < k || criterion.smallestGroup < fewestPerGroup)
}

function isRankable(unit: UnitScore, k: number): boolean {
  if (!unit.criteria.some((each) => each.asked)) return true
  return unit.counts.valid >= k && !unit.criteria.some((each) => isHidden(each, k))
}

function showUnit(unit: UnitScore, k: number): ShownUnit {
  const criteria = unit.criteria.map((each) =>
    showCriterion(each, criterionStatus(each, k), unitShareDecimals),
  )
  // Total less the shown criteria would be the hidden one. A unit without any value looks like one that is hidden.
  const hidden = unit.total.points === null || criteria.some((each) => each.status === 'hidden')
  return {
    code: unit.code,
    name: unit.name,
    level: unit.level,
    counts: { ...unit.counts },
    criteria,
    total: {
      max: shown(unit.total.max, maxDecimals),
      points: hidden ? null : shownOrNull(unit.total.points, pointDecimals),
      precision: pointDecimals,
      status: hidden ? 'hidden' : 'ok',
    },
  }
}

function criterionStatus(criterion: CriterionScore, k: number): ShownStatus {
  if (isHidden(criterion, k)) return 'hidden'
  // Without an answer there may still be points: 0 of max by the rule "zero", which say nothing about anybody.
  return criterion.points === null ? 'not-applicable' : 'ok'
}

/** Statuses are decided figure by figure, then all that would be published is audited, criterion by criterion. */
function showLevel(level: LevelScore, units: readonly UnitScore[], k: number): ShownLevel {
  const groups = level.groups.map((group) => ({
    ...group,
    statuses: new Map(group.criteria.map((each) => [each.code, levelCriterionStatus(each, units, k)])),
  }))
  const groupsWith = (criterion: string) =>
    groups.filter(({ statuses }) => statuses.get(criterion) === 'ok').map(({ code }) => code)
  const harmless = new Set(
    level.rows
      .filter((rows) => !isolatesFew(rows, publishedRows(rows, units, groupsWith(rows.code), k), k))
      .map((rows) => rows.code),
  )
  // One group alone could often stay; both go, since which one it is would be a choice to be explained.
  const statusOf = (code: string, status: ShownStatus = 'hidden') =>
    status === 'ok' && !harmless.has(code) ? 'hidden' : status
  return {
    code: level.code,
    groups: groups.map(({ code, counts, criteria, statuses }) => ({
      code,
      counts: { ...counts },
      criteria: criteria.map((each) =>
        showCriterion(each, statusOf(each.code, statuses.get(each.code)), levelShareDecimals),
      ),
    })),
  }
}

function publishedRows(rows: CriterionRows, units: readonly UnitScore[], groups: string[], k: number) {
  const shownUnits = units.filter((unit) =>
    unit.criteria.some(
      (each) => each.code === rows.code && each.share !== null && criterionStatus(each, k) === 'ok',
    ),
  )
  return { units: new Set(shownUnits.map((unit) => unit.code)), groups }
}

/**
 * A level x group figure is hidden as soon as one unit hides the criterion (the level less the other units would be
 * that unit), and where a single unit answered (it would be a unit x group figure under another name).
 */
function levelCriterionStatus(
  criterion: CriterionScore,
  units: readonly UnitScore[],
  k: number,
): ShownStatus {
  if (criterion.answered === 0) return 'not-applicable'
  if (criterion.answered < k || criterion.answeringUnits < 2) return 'hidden'
  const hiddenInUnit = units.some((unit) =>
    unit.criteria.some((each) => each.code === criterion.code && isHidden(each, k)),
  )
  return hiddenInUnit ? 'hidden' : 'ok'
}

function showCriterion(
  criterion: CriterionScore,
  status: ShownStatus,
  shareDecimals: number,
): ShownCriterion {
  const ok = status === 'ok'
  return {
    code: criterion.code,
    name: criterion.name,
    max: shown(criterion.max, maxDecimals),
    answered: ok ? criterion.answered : null,
    share: ok ? shownOrNull(criterion.share, shareDecimals) : null,
    points: ok ? shownOrNull(criterion.points, pointDecimals) : null,
    precision: pointDecimals,
    status,
  }
}

function shown(exact: Exact, decimals: number): number {
  return roundHalfUp(revealFraction(exact), decimals)
}

function shownOrNull(exact: Exact | null, decimals: number): number | null {
  return exact === null ? null : shown(exact, decimals)
}

function checkK(k: number): void {
  if (!Number.isInteger(k) || k < smallestK)
    throw new RangeError(`k is ${k}, but must be a whole number from ${smallestK}`)
}
