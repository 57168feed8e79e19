// Disclosure control: the one door through which scores become numbers for people. Pages, files and the CLI read
// ShownScores and nothing else; an Exact that slipped through would throw in JSON. Source: design/confidentiality.md,
// "What may be shown".
//
// Figure by figure first: enough people (k), and for a unit's criterion how finely it may be printed (precision.ts).
// Then all figures of a criterion together, those of earlier releases included: the linear audit (audit.ts) says which
// few must go. A unit's domains and total are exact where that can tell nothing more, else the sums of its printed criteria
// (totals.ts). For the linear audit an exact total is the sum of its criteria's rows, each of which is out as well (a
// hidden criterion hides the sums it is in), so it adds no row to those of any criterion.
import type { CriterionScore, ExactScores, LevelScore, UnitScore } from './aggregate.ts'
import { Exact, parseExact, sumExact, zero } from './exact.ts'
import {
  auditCriterion,
  besideUnits,
  groupId,
  groupItemId,
  itemId,
  pooledId,
  publishedOf,
  type AuditedCriterion,
} from './level-figures.ts'
import { precisionTables } from './precision.ts'
import { earlierOf, type Published } from './published.ts'
import { atOnce } from '../lib/turns.ts'
import { competitionRanks } from './ranking.ts'
import {
  hiddenCriterion,
  maxDecimals,
  pointDecimals,
  showItem,
  showLevelCriterion,
  withoutWaysOut,
  shown,
  type PeopleFlag,
  type ShownCriterion,
  type ShownLevel,
  type ShownScores,
  type ShownSum,
  type ShownUnit,
} from './shown.ts'
import { oneRespondent, widestSteps } from './statistics.ts'
import { isHidden, sumsOfUnit, type UnitSums } from './unit-figures.ts'
import type { ScoringSettings } from '../survey/settings.ts'

/** No survey may show a figure on fewer answers than this. */
export const smallestK = 5

/**
 * What may be shown of exact scores, with at least `k` people behind each figure. Throws where k is below 5:
 * settings may be stricter than the promise on the welcome page, never looser.
 */
export function disclose(exact: ExactScores, k: number): ShownScores {
  return discloseBeside(exact, k, []).scores
}

/** The same beside what earlier releases gave out, and what a later one must know of this. */
export function discloseBeside(
  exact: ExactScores,
  k: number,
  earlier: readonly Published[],
): { scores: ShownScores; published: Published } {
  return atOnce(discloseSteps(exact, k, earlier))
}

/** Who is ranked, and what a unit with too few answers gets. */
type Threshold = Pick<ScoringSettings, 'minimumReturn' | 'belowThreshold'>

const answersAlone: Threshold = { minimumReturn: '0', belowThreshold: 'not-ranked' }

/** The same in steps, one for each criterion and look. */
export function* discloseSteps(
  exact: ExactScores,
  k: number,
  earlier: readonly Published[],
  threshold: Threshold = answersAlone,
): Generator<void, { scores: ShownScores; published: Published }> {
  checkK(k)
  const unranked = unrankedUnits(exact, k, threshold)
  const tableOf = precisionTables(k)
  const sums = new Map<string, UnitSums>()
  const levels: { level: LevelScore; criteria: AuditedCriterion[] }[] = []
  for (const level of exact.levels) {
    const own = exact.units.filter((unit) => unit.level === level.code)
    const audited: AuditedCriterion[] = []
    for (const rows of level.rows) {
      const before = earlierOf(earlier, level.code, rows.code)
      audited.push(auditCriterion(rows, level, own, k, tableOf, before))
      yield
    }
    for (const unit of own) {
      sums.set(unit.code, sumsOfUnit(unit, audited, k, tableOf))
      yield
    }
    levels.push({ level, criteria: yield* besideUnits(audited, level, own, sums, k, tableOf) })
  }
  const units = levels.flatMap(({ level }) => {
    const own = exact.units.filter((unit) => unit.level === level.code)
    const steps = widestSteps(level.rows)
    const all = own.map((unit) =>
      showUnit(unit, sums.get(unit.code), steps, unranked.has(unit.code) ? 'not-ranked' : 'ranked'),
    )
    return withRanks(withFallback(all, threshold), own, sums)
  })
  const byCode = new Map(units.map((unit) => [unit.code, unit]))
  return {
    scores: {
      k,
      units: exact.units.flatMap(({ code }) => byCode.get(code) ?? []),
      levels: levels.map(({ level, criteria }) => showLevel(level, criteria, k)),
    },
    published: {
      levels: levels.map(({ level, criteria }) => ({
        code: level.code,
        criteria: criteria.map(publishedOf),
      })),
    },
  }
}

/**
 * Codes of the units that are "chưa đủ điều kiện": a criterion has too few people, fewer than k ballots are valid, or
 * fewer of the quota than settings.minimumReturn asks. What they get then is settings.belowThreshold. A unit that the
 * survey does not ask at all is ranked on the rest of its scale.
 */
export function unrankedUnits(
  exact: ExactScores,
  k: number,
  { minimumReturn }: Pick<ScoringSettings, 'minimumReturn'> = { minimumReturn: '0' },
): Set<string> {
  checkK(k)
  const least = parseExact(minimumReturn)
  return new Set(exact.units.filter((unit) => !isRankable(unit, k, least)).map((unit) => unit.code))
}

function isRankable({ criteria, counts }: UnitScore, k: number, least: Exact): boolean {
  if (!criteria.some((each) => each.asked)) return true
  if (Exact.of(counts.valid).compare(least.times(Exact.of(counts.planned))) < 0) return false
  return counts.valid >= k && !criteria.some((each) => isHidden(each, k))
}

function showUnit(
  unit: UnitScore,
  sums: UnitSums | undefined,
  steps: ReadonlyMap<string, Exact>,
  ranking: ShownUnit['ranking'],
): ShownUnit {
  const moves = new Map<string, Exact>()
  const criteria = unit.criteria.map((each) => {
    const own = sums?.criteria.get(each.code) ?? hiddenCriterion(each, 'not-applicable')
    if (own.status !== 'ok' || own.answered === null) return { ...own, oneRespondent: null }
    const move = oneRespondent(steps.get(each.code) ?? zero, each.max, own.answered)
    moves.set(each.code, move)
    return { ...own, oneRespondent: shown(move, pointDecimals) }
  })
  const scored = unit.criteria.map((each, at) => ({ exact: each, shown: criteria[at] }))
  const domains = [...new Set(unit.criteria.map((each) => each.domain))]
  const total = sumOf(scored, sums?.cells?.total, sums?.isExact)
  return {
    code: unit.code,
    name: unit.name,
    level: unit.level,
    counts: { ...unit.counts },
    population: unit.population,
    criteria,
    domains: domains.map((code) => {
      const own = scored.filter(({ exact }) => exact.domain === code)
      return { code, ...sumOf(own, sums?.cells?.domains.get(code), sums?.isExact) }
    }),
    total,
    interval: null,
    oneRespondent: total.status === 'ok' ? shown(sumExact(moves.values()), pointDecimals) : null,
    ranking,
    fallback: null,
    rank: null,
    flags: unit.groups.flatMap(flagOf),
  }
}

/** A level of which no unit has enough answers has no lowest one to stand in. */
function withFallback(units: readonly ShownUnit[], { belowThreshold }: Threshold): ShownUnit[] {
  const hasLowest = units.some(({ ranking, total }) => ranking === 'ranked' && total.status === 'ok')
  if (belowThreshold === 'not-ranked' || (belowThreshold === 'lowest-of-level' && !hasLowest))
    return [...units]
  return units.map((unit) => (unit.ranking === 'ranked' ? unit : { ...unit, fallback: belowThreshold }))
}

/**
 * Places among the units of a level that are ranked and whose total is printed: a place between two printed totals
 * would tell a hidden one. For the same reason a total that may not be printed exactly has the place of what is printed.
 */
function withRanks(
  units: readonly ShownUnit[],
  exact: readonly UnitScore[],
  sums: ReadonlyMap<string, UnitSums>,
): ShownUnit[] {
  const ranks = competitionRanks(
    exact.map(({ code, total: { max, points } }, at) => {
      const unit = units[at]
      if (unit?.ranking !== 'ranked' || unit.total.points === null || points === null || max.isZero())
        return null
      const told = sums.get(code)?.isExact ? points : Exact.ratio(Math.round(unit.total.points * 100), 100)
      return told.over(max)
    }),
  )
  return units.map((unit, at) => {
    const own = ranks[at] ?? null
    return { ...unit, rank: own && { place: own.rank, tied: own.tied, from: null, to: null } }
  })
}

/** By ballots that came, as the monitoring page counts them: of ballots that cannot be counted it tells nothing. */
function flagOf({ code, counts: { planned, returned } }: UnitScore['groups'][number]): PeopleFlag[] {
  if (planned === 0 || 2 * returned >= planned) return []
  return [{ kind: returned === 0 ? 'group-silent' : 'group-below-half', group: code }]
}

/** A sum without any value looks like one that is hidden. */
function sumOf(
  parts: readonly { exact: CriterionScore; shown: ShownCriterion | undefined }[],
  exactHundredths: number | undefined,
  isExact = false,
): ShownSum {
  const valued = parts.filter(({ exact }) => exact.points !== null)
  const max = shown(sumExact(valued.map(({ exact }) => exact.max)), maxDecimals)
  const figures = valued.map((each) => each.shown)
  if (valued.length === 0 || figures.some((each) => (each?.points ?? null) === null))
    return { max, points: null, step: null, status: 'hidden' }
  if (isExact && exactHundredths !== undefined)
    return { max, points: exactHundredths / 100, step: 0.01, status: 'ok' }
  const hundredths = figures.reduce((sum, each) => sum + Math.round((each?.points ?? 0) * 100), 0)
  const step = Math.max(...figures.map((each) => each?.step ?? 0))
  return { max, points: hundredths / 100, step, status: 'ok' }
}

function showLevel(level: LevelScore, criteria: readonly AuditedCriterion[], k: number): ShownLevel {
  const statuses = new Map(criteria.map((each) => [each.code, each.statuses]))
  const statusOf = (criterion: string, id: string) => statuses.get(criterion)?.get(id) ?? 'not-applicable'
  const groupItems = level.groups.map(({ code, items }) =>
    items.map((each) => showItem(each, statusOf(each.criterion, groupItemId(code, each.code)))),
  )
  return {
    code: level.code,
    name: level.name,
    groups: level.groups.map(({ code, name, counts, criteria: own }, at) => ({
      code,
      name,
      counts: { ...counts },
      criteria: own.map((each) => showLevelCriterion(each, statusOf(each.code, groupId(code)))),
      items: (groupItems[at] ?? []).map((item) => (isTold(item.code) ? withoutWaysOut(item) : item)),
    })),
    pooled: level.pooled.map((each) => showLevelCriterion(each, statusOf(each.code, pooledId))),
    items: level.items.map((each) => showItem(each, statusOf(each.criterion, itemId(each.code)))),
    scales: [],
    spread: { withinSd: null, ballots: null, units: null },
    sensitivity: [],
  }

  /** Whether the shares of opt-outs of all and of some groups leave fewer than k people of another group. */
  function isTold(code: string): boolean {
    const asked = level.items.find((each) => each.code === code)?.asked ?? 0
    const shown = level.groups.reduce((sum, { items }, at) => {
      const isShown = groupItems[at]?.some((each) => each.code === code && each.optOut.share !== null)
      return sum + (isShown ? (items.find((each) => each.code === code)?.asked ?? 0) : 0)
    }, 0)
    return asked - shown > 0 && asked - shown < k
  }
}

function checkK(k: number): void {
  if (!Number.isInteger(k) || k < smallestK)
    throw new RangeError(`k is ${k}, but must be a whole number from ${smallestK}`)
}
