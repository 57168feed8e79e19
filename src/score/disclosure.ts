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
import { Exact, parseExact, sumExact } from './exact.ts'
import {
  auditCriterion,
  besideUnits,
  groupId,
  itemId,
  pooledId,
  publishedOf,
  type AuditedCriterion,
} from './level-figures.ts'
import { precisionTables } from './precision.ts'
import { earlierOf, type Published } from './published.ts'
import {
  hiddenCriterion,
  maxDecimals,
  showItem,
  showLevelCriterion,
  shown,
  type ShownCriterion,
  type ShownLevel,
  type ShownScores,
  type ShownSum,
  type ShownUnit,
} from './shown.ts'
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
  checkK(k)
  const tableOf = precisionTables(k)
  const sums = new Map<string, UnitSums>()
  const levels = exact.levels.map((level) => {
    const own = exact.units.filter((unit) => unit.level === level.code)
    const audited = level.rows.map((rows) =>
      auditCriterion(rows, level, own, k, tableOf, earlierOf(earlier, level.code, rows.code)),
    )
    for (const unit of own) sums.set(unit.code, sumsOfUnit(unit, audited, k, tableOf))
    return { level, criteria: besideUnits(audited, level, own, sums, k, tableOf) }
  })
  return {
    scores: {
      k,
      units: exact.units.map((unit) => showUnit(unit, sums.get(unit.code))),
      levels: levels.map(({ level, criteria }) => showLevel(level, criteria)),
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

function showUnit(unit: UnitScore, sums: UnitSums | undefined): ShownUnit {
  const criteria = unit.criteria.map(
    (each) => sums?.criteria.get(each.code) ?? hiddenCriterion(each, 'not-applicable'),
  )
  const scored = unit.criteria.map((each, at) => ({ exact: each, shown: criteria[at] }))
  const domains = [...new Set(unit.criteria.map((each) => each.domain))]
  return {
    code: unit.code,
    name: unit.name,
    level: unit.level,
    counts: { ...unit.counts },
    criteria,
    domains: domains.map((code) => {
      const own = scored.filter(({ exact }) => exact.domain === code)
      return { code, ...sumOf(own, sums?.cells?.domains.get(code), sums?.isExact) }
    }),
    total: sumOf(scored, sums?.cells?.total, sums?.isExact),
  }
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

function showLevel(level: LevelScore, criteria: readonly AuditedCriterion[]): ShownLevel {
  const statusOf = (criterion: string, id: string) =>
    criteria.find((each) => each.code === criterion)?.statuses.get(id) ?? 'not-applicable'
  return {
    code: level.code,
    groups: level.groups.map(({ code, counts, criteria: own }) => ({
      code,
      counts: { ...counts },
      criteria: own.map((each) => showLevelCriterion(each, statusOf(each.code, groupId(code)))),
    })),
    pooled: level.pooled.map((each) => showLevelCriterion(each, statusOf(each.code, pooledId))),
    items: level.items.map((each) => showItem(each, statusOf(each.criterion, itemId(each.code)))),
  }
}

function checkK(k: number): void {
  if (!Number.isInteger(k) || k < smallestK)
    throw new RangeError(`k is ${k}, but must be a whole number from ${smallestK}`)
}
