// The figures of one unit: its criteria, each as finely as the precision rule lets it be printed, and its domains and total,
// exact where that can tell nothing more, else the sums of the printed criteria (totals.ts).
import type { CriterionScore, StratumWeights, UnitScore } from './aggregate.ts'
import type { AuditRow } from './audit.ts'
import { type Exact, sumExact } from './exact.ts'
import type { precisionTables, PrecisionTable } from './precision.ts'
import { sameWeights, type Earlier } from './published.ts'
import {
  asHidden,
  halfCentsOf,
  hiddenCriterion,
  hundredthsInSteps,
  hundredthsOf,
  maxDecimals,
  named,
  shown as rounded,
  type ShownCriterion,
} from './shown.ts'
import { areFree, mayBeExact, type TotalCells, type TotalPart } from './totals.ts'

/**
 * The fewest people of each group that stand behind a unit's figure. The precision rule leaves two possible means to
 * every group; of a single person that would be two possible answers out of four, which is nearly the answer. From two
 * people on a mean is nobody's answer. A silent group is renormalised away (scoring.md).
 */
export const fewestPerGroup = 2

/** Whether a unit's criterion has answers, but too few to show anything that contains them. */
export function isHidden(criterion: CriterionScore, k: number): boolean {
  return criterion.answered > 0 && (criterion.answered < k || criterion.smallestGroup < fewestPerGroup)
}

export function printOf(shown: ShownCriterion | undefined): string {
  return shown === undefined ? '' : `${shown.points} ${shown.step}`
}

/**
 * A unit's criterion. Given out once under other weights, it is not given out under these as well while one of its
 * groups has fewer than k people: two sums of the same groups tell each of them.
 */
export function showUnitCriterion(
  criterion: CriterionScore,
  strata: readonly StratumWeights[],
  k: number,
  tableOf: ReturnType<typeof precisionTables>,
  earlier: ReturnType<Earlier['unit']>,
): ShownCriterion {
  if (criterion.points === null && criterion.answered === 0)
    return hiddenCriterion(criterion, 'not-applicable')
  if (isHidden(criterion, k) || earlier.wasHidden) return hiddenCriterion(criterion, 'hidden')
  const inFigure = inFigureOf(strata)
  const table = tableOf(criterion.max, inFigure)
  const shown = printed(criterion, table)
  const row: AuditRow = { id: '', unit: null, weights: unitWeights(strata) }
  const contradicts = earlier.rows.some((each) => !sameWeights(each, row) || each.printed !== printOf(shown))
  return contradicts && inFigure.some(({ people }) => people < k) ? asHidden(shown) : shown
}

export function inFigureOf(strata: readonly StratumWeights[]): StratumWeights[] {
  return strata.filter(({ items }) => items.some(({ weight }) => !weight.isZero()))
}

export function isUnanimous({ points, max }: CriterionScore): boolean {
  return points !== null && (points.isZero() || points.compare(max) === 0)
}

/** Rounded to the step that its result has in the table. 0 and the maximum are everybody's answer, shown as it is. */
export function printed(criterion: CriterionScore, table: PrecisionTable): ShownCriterion {
  const { points, max } = criterion
  if (points === null) return hiddenCriterion(criterion, 'not-applicable')
  const step = isUnanimous(criterion) ? 1 : table.stepAt(halfCentsOf(points))
  if (step === null) return hiddenCriterion(criterion, 'hidden')
  const top = rounded(max, maxDecimals)
  // A coarse step may round past the maximum.
  const value = Math.min(hundredthsInSteps(points, step) / 100, top)
  return {
    ...named(criterion),
    answered: criterion.answered,
    // From what is printed: the share tells no more than the points do.
    share: criterion.share === null ? null : top === 0 ? 0 : Math.round((value / top) * 100) / 100,
    points: value,
    step: step / 100,
    status: 'ok',
  }
}

export function unitWeights(strata: readonly StratumWeights[]): AuditRow['weights'] {
  return new Map(
    strata.map(({ group, items }) => [group, new Map(items.map(({ code, weight }) => [code, weight]))]),
  )
}

/** What the sums of a unit need to know of each criterion of its level. */
export interface UnitFigures {
  code: string
  units: ReadonlyMap<string, ShownCriterion>
  strataOf: ReadonlyMap<string, StratumWeights[]>
  earlier: Earlier
}

export interface UnitSums {
  criteria: ReadonlyMap<string, ShownCriterion>
  /** Domains and total are printed exactly: these. */
  isExact: boolean
  cells: TotalCells | null
  /** Nothing would be told even by exact criteria. */
  isFree: boolean
}

export function sumsOfUnit(
  unit: UnitScore,
  audited: readonly UnitFigures[],
  k: number,
  tableOf: ReturnType<typeof precisionTables>,
): UnitSums {
  const own = audited.flatMap((each) => {
    const now = each.units.get(unit.code)
    return now ? [[each.code, now] as const] : []
  })
  const criteria = new Map(own)
  const isFewNowhere = audited.every(({ strataOf }) =>
    inFigureOf(strataOf.get(unit.code) ?? []).every(({ people }) => people >= k),
  )
  // Nobody to hide: nothing has to be listed, which for thousands of people takes long.
  if (isFewNowhere) return { criteria, isExact: true, cells: cellsOf(unit), isFree: true }
  const parts = partsOf(unit, audited, tableOf)
  if (parts === null || !stoodAlike(unit, audited, k))
    return { criteria, isExact: false, cells: null, isFree: false }
  const cells = cellsOf(unit)
  return { criteria, isExact: mayBeExact(parts, cells), cells, isFree: areFree(parts) }
}

/** Exact domains and total, rounded to hundredths. */
function cellsOf(unit: UnitScore): TotalCells {
  const valued = unit.criteria.filter(({ points }) => points !== null)
  return {
    domains: new Map(valued.map(({ domain }) => [domain, hundredthsOf(pointsIn(unit, domain))])),
    total: hundredthsOf(pointsIn(unit, null)),
  }
}

/** Null where the unit has no total. */
function partsOf(
  unit: UnitScore,
  audited: readonly UnitFigures[],
  tableOf: ReturnType<typeof precisionTables>,
): TotalPart[] | null {
  const parts: TotalPart[] = []
  for (const { code, domain, max, points } of unit.criteria) {
    if (points === null) continue
    const criterion = audited.find((each) => each.code === code)
    const now = criterion?.units.get(unit.code)
    if (!criterion || !now || now.points === null || now.step === null) return null
    const step = Math.round(now.step * 100)
    const table = tableOf(max, inFigureOf(criterion.strataOf.get(unit.code) ?? []))
    parts.push({
      domain,
      printed: Math.round(now.points * 100),
      step,
      alike: table.alikeAt(halfCentsOf(points), step),
    })
  }
  return parts.length === 0 ? null : parts
}

/**
 * Beside an earlier release an exact total may stand only if it is the same: its criteria are all out with the same
 * weights, or none is, or no group has fewer than k people. Two totals of which one holds a criterion more would print
 * that criterion's points once more.
 */
function stoodAlike(unit: UnitScore, audited: readonly UnitFigures[], k: number): boolean {
  const own = audited.map(({ earlier, units, strataOf }) => ({
    out: earlier.unit(unit.code).rows,
    now: units.get(unit.code),
    strata: strataOf.get(unit.code) ?? [],
  }))
  if (own.every(({ out }) => out.length === 0)) return true
  if (own.every(({ strata }) => inFigureOf(strata).every(({ people }) => people >= k))) return true
  return own.every(({ out, now, strata }) => {
    if (strata.length === 0) return out.length === 0
    const row: AuditRow = { id: '', unit: null, weights: unitWeights(strata) }
    return out.length > 0 && out.every((each) => sameWeights(each, row) && each.printed === printOf(now))
  })
}

export function pointsIn(unit: UnitScore, domain: string | null): Exact {
  const own = unit.criteria.filter((each) => domain === null || each.domain === domain)
  return sumExact(own.flatMap(({ points }) => (points === null ? [] : [points])))
}
