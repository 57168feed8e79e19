// Disclosure control: the one door through which scores become numbers for people. Pages, files and the CLI read
// ShownScores and nothing else; an Exact that slipped through would throw in JSON. Source: design/confidentiality.md,
// "What may be shown".
//
// Figure by figure first: enough people (k), and for a unit's criterion how finely it may be printed (precision.ts).
// Then all figures of a criterion together, those of earlier releases included: the linear audit (audit.ts) says which
// few must go. A unit's domains and total are exact where that can tell nothing more, else the sums of its printed criteria
// (totals.ts). For the linear audit an exact total is the sum of its criteria's rows, each of which is out as well (a
// hidden criterion hides the sums it is in), so it adds no row to those of any criterion.
import type {
  CriterionRows,
  CriterionScore,
  ExactScores,
  ItemScore,
  LevelScore,
  ReturnCounts,
  StratumWeights,
  UnitScore,
} from './aggregate.ts'
import { smallestToHide, type AuditRow } from './audit.ts'
import { Exact, revealFraction, roundHalfUp, sumExact, zero } from './exact.ts'
import { leavesAnotherWay, type Change, type ExchangeUnit, type LevelPrinter } from './exchange.ts'
import { precisionTables, type PrecisionTable } from './precision.ts'
import {
  earlierOf,
  publishedStratum,
  sameWeights,
  storedRow,
  type Earlier,
  type Published,
  type PublishedCriterion,
} from './published.ts'
import { areFree, mayBeExact, type TotalCells, type TotalPart } from './totals.ts'

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

/** No survey may show a figure on fewer answers than this. */
export const smallestK = 5

/** How an item's answers spread over its options is shown from so many answers on. */
export const smallestDistribution = 10

/**
 * A figure of a level rests on at least so many units. With fewer, its rounding and that of the units' own figures
 * together leave too few ways in which the answers can have fallen.
 */
export const fewestUnits = 5

/** Decimals of shares: whole percents. */
const shareDecimals = 2
const maxDecimals = 6
const band = 0.05

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
 * Codes of the units that are "chưa đủ điều kiện" (settings.belowThreshold = not-ranked): a criterion has too few
 * people, or fewer than k ballots are valid. A unit that the survey does not ask at all is ranked on the rest of its
 * scale.
 */
export function unrankedUnits(exact: ExactScores, k: number): Set<string> {
  checkK(k)
  return new Set(exact.units.filter((unit) => !isRankable(unit, k)).map((unit) => unit.code))
}

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

function isRankable(unit: UnitScore, k: number): boolean {
  if (!unit.criteria.some((each) => each.asked)) return true
  return unit.counts.valid >= k && !unit.criteria.some((each) => isHidden(each, k))
}

// ---- one criterion of a level: all its figures, then the audit over them ----

interface AuditedCriterion {
  code: string
  rows: CriterionRows
  units: Map<string, ShownCriterion>
  strataOf: ReadonlyMap<string, StratumWeights[]>
  /** Statuses of the level's figures by row id. */
  statuses: Map<string, ShownStatus>
  unitRows: AuditRow[]
  levelRows: AuditRow[]
  strata: PublishedCriterion['strata']
  earlier: Earlier
}

const unitId = (code: string) => `unit ${code}`
const groupId = (code: string) => `group ${code}`
const pooledId = 'pooled'
const itemId = (code: string) => `item ${code}`

/** The units' figures, and those of the level as far as the linear audit lets them pass. */
function auditCriterion(
  rows: CriterionRows,
  level: LevelScore,
  units: readonly UnitScore[],
  k: number,
  tableOf: ReturnType<typeof precisionTables>,
  earlier: Earlier,
): AuditedCriterion {
  const strataOf = new Map(rows.units.map(({ code, strata }) => [code, strata]))
  const shown = new Map(
    units.flatMap((unit) => {
      const criterion = unit.criteria.find((each) => each.code === rows.code)
      if (!criterion) return []
      const strata = strataOf.get(unit.code) ?? []
      return [[unit.code, showUnitCriterion(criterion, strata, k, tableOf, earlier.unit(unit.code))] as const]
    }),
  )
  const unitRows = rows.units
    .filter(({ code, strata }) => (shown.get(code)?.share ?? null) !== null && strata.length > 0)
    .map(({ code, strata }): AuditRow => ({ id: unitId(code), unit: code, weights: unitWeights(strata) }))
  const statuses = levelStatuses(rows.code, level, k)
  const levelRows = levelRowsOf(rows, level).filter(({ id }) => statuses.get(id) === 'ok')
  const strata = earlier.strata(
    rows.units.flatMap(({ code, strata: own }) => own.map((each) => publishedStratum(code, each))),
  )
  // What is out already is no candidate: hiding it again would hide nothing.
  const candidates = [...unitRows, ...levelRows].filter((row) => !earlier.has(row))
  const hidden = new Set(smallestToHide({ strata, rows: [...earlier.rows, ...candidates] }, k))
  for (const [code, each] of shown) if (hidden.has(unitId(code))) shown.set(code, asHidden(each))
  for (const id of statuses.keys()) if (hidden.has(id)) statuses.set(id, 'hidden')
  const isLeft = ({ id }: AuditRow) => !hidden.has(id)
  return {
    code: rows.code,
    rows,
    units: shown,
    strataOf,
    statuses,
    unitRows: unitRows.filter(isLeft),
    levelRows: levelRows.filter(isLeft),
    strata,
    earlier,
  }
}

/** Then the level's figures beside those of the units, domains and totals included. */
function besideUnits(
  audited: readonly AuditedCriterion[],
  level: LevelScore,
  units: readonly UnitScore[],
  sums: ReadonlyMap<string, UnitSums>,
  k: number,
  tableOf: ReturnType<typeof precisionTables>,
): AuditedCriterion[] {
  const keepers = audited.map(({ code, levelRows }) => levelPrinter(level, levelRows, code).keeps)
  // Where an exact total leaves ways only in which answers to several criteria differ, these must all leave the level's
  // figures as they are.
  const showsElsewhere = new Set(
    units
      .filter(({ code }) => {
        const own = sums.get(code)
        return (
          own?.isExact &&
          !own.isFree &&
          !audited.every((each, at) => keepers[at]?.(each.strataOf.get(code) ?? []))
        )
      })
      .map(({ code }) => code),
  )
  return audited.map((criterion) => {
    const { code, statuses } = criterion
    const levelRows = [...criterion.levelRows]
    const exchange =
      levelRows.length === 0 ? [] : exchangeUnits(criterion, units, sums, showsElsewhere, tableOf)
    // The last of the list goes first: questions, then all together, then a group, until there is another way.
    while (levelRows.length > 0 && !leavesAnotherWay(exchange, levelPrinter(level, levelRows, code), k)) {
      const last = levelRows.pop()
      if (last) statuses.set(last.id, 'hidden')
    }
    return { ...criterion, levelRows }
  })
}

function publishedOf({ code, units, strata, unitRows, levelRows }: AuditedCriterion): PublishedCriterion {
  return {
    code,
    strata,
    rows: [...unitRows, ...levelRows].map((row) =>
      storedRow(row, printOf(row.unit === null ? undefined : units.get(row.unit))),
    ),
    hiddenUnits: [...units].filter(([, each]) => each.status === 'hidden').map(([unit]) => unit),
  }
}

function exchangeUnits(
  { rows, units: shown }: AuditedCriterion,
  units: readonly UnitScore[],
  sums: ReadonlyMap<string, UnitSums>,
  showsElsewhere: ReadonlySet<string>,
  tableOf: ReturnType<typeof precisionTables>,
): ExchangeUnit[] {
  const scores = new Map(units.map((unit) => [unit.code, unit]))
  return rows.units.flatMap(({ code, strata }): ExchangeUnit[] => {
    const unit = scores.get(code)
    const criterion = unit?.criteria.find((each) => each.code === rows.code)
    const now = shown.get(code)
    if (!unit || !criterion || !now) return []
    const { points, max, domain } = criterion
    const restsOnOthers = showsElsewhere.has(code)
    if (points === null || now.points === null)
      return [{ strata, printsAlike: () => true, room: [-1, 1], isOpen: false, restsOnOthers }]
    const table = tableOf(max, inFigureOf(strata))
    const print = printOf(now)
    // What the criterion changes, it changes in its domain and in the total.
    const exact = sums.get(code)?.isExact ? [pointsIn(unit, domain), pointsIn(unit, null)] : []
    const printsAlike = (change: Exact) => {
      const more = change.times(max)
      return (
        printOf(printed({ ...criterion, points: points.plus(more) }, table)) === print &&
        exact.every((sum) => hundredthsOf(sum.plus(more)) === hundredthsOf(sum))
      )
    }
    const room = roomOf(criterion, now, exact)
    return [{ strata, printsAlike, room, isOpen: isUnanimous(criterion), restsOnOthers }]
  })
}

/** How far the share may move until the printed points change, roughly. */
function roomOf(
  { points, max }: CriterionScore,
  now: ShownCriterion,
  sums: readonly Exact[],
): [number, number] {
  const valueOf = (exact: Exact | null) => (exact === null ? 0 : revealFraction(exact).valueOf())
  const top = valueOf(max) || 1
  const rooms = [
    { exact: valueOf(points), shown: now.points ?? 0, half: (now.step ?? 0) / 2 },
    ...sums.map((sum) => ({ exact: valueOf(sum), shown: hundredthsOf(sum) / 100, half: 0.005 })),
  ]
  const less = Math.max(...rooms.map(({ exact, shown: about, half }) => (about - half - exact) / top))
  const more = Math.min(...rooms.map(({ exact, shown: about, half }) => (about + half - exact) / top))
  return [less - 1e-9, more + 1e-9]
}

/** Whether these figures of the level would be printed alike, had some people answered differently. */
function levelPrinter(level: LevelScore, figures: readonly AuditRow[], criterion: string): LevelPrinter {
  const checks = figures.map(({ id, weights }) => {
    const item = level.items.find((each) => itemId(each.code) === id)
    const score =
      id === pooledId
        ? level.pooled.find((each) => each.code === criterion)
        : level.groups
            .find((each) => groupId(each.code) === id)
            ?.criteria.find((each) => each.code === criterion)
    const printedAs = (changes: readonly Change[]) => {
      const adds = sumExact(
        changes.map(({ group, item: code, difference }) => {
          const weight = weights.get(group)?.get(code)
          return weight === undefined ? zero : weight.times(difference)
        }),
      )
      if (item) return JSON.stringify(showItem(changedItem(item, adds, changes), 'ok'))
      if (!score || score.share === null) return ''
      return JSON.stringify(showLevelCriterion({ ...score, share: score.share.plus(adds) }, 'ok'))
    }
    // Rounding goes one way: what prints alike at both ends prints alike in between.
    const keeps = (strata: readonly StratumWeights[]) => {
      const most = sumExact(
        strata.flatMap(({ group, items }) =>
          items.map(({ code, answers }) => (weights.get(group)?.get(code) ?? zero).times(Exact.of(answers))),
        ),
      )
      const ends = [most, zero.minus(most)]
      if (item) return ends.every((end) => spreadKeeps(item, end, strata))
      const share = score?.share ?? zero
      return ends.every((end) => shown(share.plus(end), shareDecimals) === shown(share, shareDecimals))
    }
    return { printedAs, now: printedAs([]), keeps }
  })
  return {
    printsAlike: (changes) => checks.every(({ printedAs, now }) => printedAs(changes) === now),
    keeps: (strata) => checks.every(({ keeps }) => keeps(strata)),
  }
}

function spreadKeeps(item: ItemScore, end: Exact, strata: readonly StratumWeights[]): boolean {
  const answers = strata.flatMap(({ items }) => items.filter(({ code }) => code === item.code))
  const most = answers.reduce((sum, each) => sum + each.answers, 0)
  const all = Exact.of(item.answered)
  const alike = (before: Exact, after: Exact) => shown(before, shareDecimals) === shown(after, shareDecimals)
  return (
    alike(item.share ?? zero, (item.share ?? zero).plus(end)) &&
    item.options.every(({ count }) =>
      [most, -most].every((more) => alike(count.over(all), count.plus(Exact.of(more)).over(all))),
    )
  )
}

function changedItem(item: ItemScore, adds: Exact, changes: readonly Change[]): ItemScore {
  const own = changes.filter((each) => each.item === item.code)
  return {
    ...item,
    share: item.share === null ? null : item.share.plus(adds),
    options: item.options.map((option, at) => {
      const more = own.filter(({ to }) => to === at).length - own.filter(({ from }) => from === at).length
      return more === 0 ? option : { ...option, count: option.count.plus(Exact.of(more)) }
    }),
  }
}

function printOf(shown: ShownCriterion | undefined): string {
  return shown === undefined ? '' : `${shown.points} ${shown.step}`
}

/**
 * A unit's criterion. Given out once under other weights, it is not given out under these as well while one of its
 * groups has fewer than k people: two sums of the same groups tell each of them.
 */
function showUnitCriterion(
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

function inFigureOf(strata: readonly StratumWeights[]): StratumWeights[] {
  return strata.filter(({ items }) => items.some(({ weight }) => !weight.isZero()))
}

function isUnanimous({ points, max }: CriterionScore): boolean {
  return points !== null && (points.isZero() || points.compare(max) === 0)
}

/** Rounded to the step that its result has in the table. 0 and the maximum are everybody's answer, shown as it is. */
function printed(criterion: CriterionScore, table: PrecisionTable): ShownCriterion {
  const { points, max } = criterion
  if (points === null) return hiddenCriterion(criterion, 'not-applicable')
  const fraction = revealFraction(points)
  const step = isUnanimous(criterion) ? 1 : table.stepAt(Number((fraction.n * 200n) / fraction.d))
  if (step === null) return hiddenCriterion(criterion, 'hidden')
  const top = shown(max, maxDecimals)
  // A coarse step may round past the maximum.
  const value = Math.min((roundHalfUp(fraction.mul(100).div(step), 0) * step) / 100, top)
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

function unitWeights(strata: readonly StratumWeights[]): AuditRow['weights'] {
  return new Map(
    strata.map(({ group, items }) => [group, new Map(items.map(({ code, weight }) => [code, weight]))]),
  )
}

/** Of a level's figures those with enough people and units behind them. */
function levelStatuses(criterion: string, level: LevelScore, k: number): Map<string, ShownStatus> {
  const statuses = new Map<string, ShownStatus>()
  const note = (id: string, figure: { answered: number; answeringUnits: number } | undefined) =>
    statuses.set(id, levelStatus(figure, k))
  for (const group of level.groups)
    note(
      groupId(group.code),
      group.criteria.find((each) => each.code === criterion),
    )
  note(
    pooledId,
    level.pooled.find((each) => each.code === criterion),
  )
  for (const item of level.items) if (item.criterion === criterion) note(itemId(item.code), item)
  return statuses
}

function levelStatus(
  figure: { answered: number; answeringUnits: number } | undefined,
  k: number,
): ShownStatus {
  if (figure === undefined || figure.answered === 0) return 'not-applicable'
  return figure.answered < k || figure.answeringUnits < fewestUnits ? 'hidden' : 'ok'
}

/** In the order of preference: groups, then all together, then single questions. */
function levelRowsOf(rows: CriterionRows, level: LevelScore): AuditRow[] {
  const everyGroup = (weights: ReadonlyMap<string, Exact>) =>
    new Map(rows.groups.map(({ code }) => [code, weights]))
  return [
    ...rows.groups.map(({ code, weights }) => ({
      id: groupId(code),
      unit: null,
      weights: new Map([[code, weights]]),
    })),
    { id: pooledId, unit: null, weights: everyGroup(rows.pooled) },
    ...level.items
      .filter((item) => item.criterion === rows.code && item.answered > 0)
      .map((item) => ({
        id: itemId(item.code),
        unit: null,
        weights: everyGroup(new Map([[item.code, oneOf(item)]])),
      })),
  ]
}

function oneOf({ answered }: ItemScore): Exact {
  return Exact.ratio(1, answered)
}

// ---- domains and total of a unit ----

interface UnitSums {
  criteria: ReadonlyMap<string, ShownCriterion>
  /** Domains and total are printed exactly: these. */
  isExact: boolean
  cells: TotalCells | null
  /** Nothing would be told even by exact criteria. */
  isFree: boolean
}

function sumsOfUnit(
  unit: UnitScore,
  audited: readonly AuditedCriterion[],
  k: number,
  tableOf: ReturnType<typeof precisionTables>,
): UnitSums {
  const own = audited.flatMap((each) => {
    const now = each.units.get(unit.code)
    return now ? [[each.code, now] as const] : []
  })
  const criteria = new Map(own)
  const parts = partsOf(unit, audited, tableOf)
  if (parts === null || !stoodAlike(unit, audited, k))
    return { criteria, isExact: false, cells: null, isFree: false }
  const cells = {
    domains: new Map(parts.map(({ domain }) => [domain, hundredthsOf(pointsIn(unit, domain))])),
    total: hundredthsOf(pointsIn(unit, null)),
  }
  return { criteria, isExact: mayBeExact(parts, cells), cells, isFree: areFree(parts) }
}

/** Null where the unit has no total. */
function partsOf(
  unit: UnitScore,
  audited: readonly AuditedCriterion[],
  tableOf: ReturnType<typeof precisionTables>,
): TotalPart[] | null {
  const parts: TotalPart[] = []
  for (const { code, domain, max, points } of unit.criteria) {
    if (points === null) continue
    const criterion = audited.find((each) => each.code === code)
    const now = criterion?.units.get(unit.code)
    if (!criterion || !now || now.points === null || now.step === null) return null
    const { n, d } = revealFraction(points)
    const step = Math.round(now.step * 100)
    const table = tableOf(max, inFigureOf(criterion.strataOf.get(unit.code) ?? []))
    parts.push({
      domain,
      printed: Math.round(now.points * 100),
      step,
      alike: table.alikeAt(Number((n * 200n) / d), step),
    })
  }
  return parts.length === 0 ? null : parts
}

/**
 * Beside an earlier release an exact total may stand only if it is the same: its criteria are all out with the same
 * weights, or none is, or no group has fewer than k people. Two totals of which one holds a criterion more would print
 * that criterion's points once more.
 */
function stoodAlike(unit: UnitScore, audited: readonly AuditedCriterion[], k: number): boolean {
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

function pointsIn(unit: UnitScore, domain: string | null): Exact {
  const own = unit.criteria.filter((each) => domain === null || each.domain === domain)
  return sumExact(own.flatMap(({ points }) => (points === null ? [] : [points])))
}

function hundredthsOf(exact: Exact): number {
  return roundHalfUp(revealFraction(exact).mul(100), 0)
}

// ---- putting it together ----

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

/** Whole percents; the points are made from them. */
function showLevelCriterion(criterion: CriterionScore, status: ShownStatus): ShownCriterion {
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

function showItem(item: ItemScore, status: ShownStatus): ShownItem {
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

function named({ code, name, max }: CriterionScore): Pick<ShownCriterion, 'code' | 'name' | 'max'> {
  return { code, name, max: shown(max, maxDecimals) }
}

function hiddenCriterion(criterion: CriterionScore, status: ShownStatus): ShownCriterion {
  return { ...named(criterion), answered: null, share: null, points: null, step: null, status }
}

function asHidden(shown: ShownCriterion): ShownCriterion {
  return { ...shown, answered: null, share: null, points: null, step: null, status: 'hidden' }
}

function shown(exact: Exact, decimals: number): number {
  return roundHalfUp(revealFraction(exact), decimals)
}

function checkK(k: number): void {
  if (!Number.isInteger(k) || k < smallestK)
    throw new RangeError(`k is ${k}, but must be a whole number from ${smallestK}`)
}
