// The figures of a level beside those of its units: what the linear audit lets pass of a criterion, and of that what leaves
// another way in which the answers can have fallen (exchange.ts).
import type {
  CriterionRows,
  CriterionScore,
  ItemScore,
  LevelScore,
  StratumWeights,
  UnitScore,
} from './aggregate.ts'
import { smallestToHide, type AuditRow } from './audit.ts'
import { Exact, sumExact, zero } from './exact.ts'
import { exchangeAmong, type Change, type ExchangeUnit, type LevelPrinter } from './exchange.ts'
import type { precisionTables } from './precision.ts'
import { publishedStratum, storedRow, type Earlier, type PublishedCriterion } from './published.ts'
import {
  asHidden,
  fewestUnits,
  hundredthsOf,
  roughly,
  shareDecimals,
  showItem,
  showLevelCriterion,
  shown,
  type ShownCriterion,
  type ShownStatus,
} from './shown.ts'
import {
  inFigureOf,
  isUnanimous,
  pointsIn,
  printed,
  printOf,
  showUnitCriterion,
  unitWeights,
  type UnitSums,
} from './unit-figures.ts'

/** One criterion of a level with all its figures. */
export interface AuditedCriterion {
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

export const unitId = (code: string) => `unit ${code}`
export const groupId = (code: string) => `group ${code}`
export const pooledId = 'pooled'
export const itemId = (code: string) => `item ${code}`
export const groupItemId = (group: string, code: string) => `item ${code} of ${group}`

/** The units' figures, and those of the level as far as the linear audit lets them pass. */
export function auditCriterion(
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
  const isLeft = ({ id }: AuditRow) => !hidden.has(id)
  // Questions by group come last: none of the others is given up for them.
  const byGroup = groupItemRowsOf(rows.code, level).filter(({ id }) => statuses.get(id) === 'ok')
  const fixed = candidates.filter(isLeft).map((row) => ({ ...row, earlier: true }))
  const wanted = byGroup.filter((row) => !earlier.has(row))
  if (wanted.length > 0)
    for (const id of smallestToHide({ strata, rows: [...earlier.rows, ...fixed, ...wanted] }, k))
      hidden.add(id)
  for (const [code, each] of shown) if (hidden.has(unitId(code))) shown.set(code, asHidden(each))
  for (const id of statuses.keys()) if (hidden.has(id)) statuses.set(id, 'hidden')
  return {
    code: rows.code,
    rows,
    units: shown,
    strataOf,
    statuses,
    unitRows: unitRows.filter(isLeft),
    levelRows: [...levelRows, ...byGroup].filter(isLeft),
    strata,
    earlier,
  }
}

/** Then the level's figures beside those of the units, domains and totals included; a step for each look. */
export function* besideUnits(
  audited: readonly AuditedCriterion[],
  level: LevelScore,
  units: readonly UnitScore[],
  sums: ReadonlyMap<string, UnitSums>,
  k: number,
  tableOf: ReturnType<typeof precisionTables>,
): Generator<void, AuditedCriterion[]> {
  const keepers = audited.map(({ code, levelRows }) => levelPrinter(level, levelRows, code).keeps)
  // Where an exact total leaves ways only in which answers to several criteria differ, these must all leave the level's
  // figures as they are.
  const showsElsewhere = new Set<string>()
  for (const { code } of units) {
    const own = sums.get(code)
    const isLoose = own?.isExact && !own.isFree
    if (isLoose && !audited.every((each, at) => keepers[at]?.(each.strataOf.get(code) ?? [])))
      showsElsewhere.add(code)
    yield
  }
  const beside: AuditedCriterion[] = []
  for (const criterion of audited) {
    const { code, statuses } = criterion
    const levelRows = [...criterion.levelRows]
    const exchange =
      levelRows.length === 0 ? [] : exchangeUnits(criterion, units, sums, showsElsewhere, tableOf)
    const { leavesAnotherWay } = exchangeAmong(exchange, k)
    yield
    // The last of the list goes first: questions by group, questions, then all together, then a group, until there is
    // another way.
    while (levelRows.length > 0 && !leavesAnotherWay(levelPrinter(level, levelRows, code))) {
      const last = levelRows.pop()
      if (last) statuses.set(last.id, 'hidden')
      yield
    }
    yield
    beside.push({ ...criterion, levelRows })
  }
  return beside
}

export function publishedOf({
  code,
  units,
  strata,
  unitRows,
  levelRows,
}: AuditedCriterion): PublishedCriterion {
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
  const top = roughly(max) || 1
  const rooms = [
    { exact: roughly(points), shown: now.points ?? 0, half: (now.step ?? 0) / 2 },
    ...sums.map((sum) => ({ exact: roughly(sum), shown: hundredthsOf(sum) / 100, half: 0.005 })),
  ]
  const less = Math.max(...rooms.map(({ exact, shown: about, half }) => (about - half - exact) / top))
  const more = Math.min(...rooms.map(({ exact, shown: about, half }) => (about + half - exact) / top))
  return [less - 1e-9, more + 1e-9]
}

/** Whether these figures of the level would be printed alike, had some people answered differently. */
function levelPrinter(level: LevelScore, figures: readonly AuditRow[], criterion: string): LevelPrinter {
  const items = new Map(
    [{ code: null, items: level.items }, ...level.groups].flatMap(({ code: group, items: own }) =>
      own.map((item) => [
        group === null ? itemId(item.code) : groupItemId(group, item.code),
        { item, group },
      ]),
    ),
  )
  const checks = figures.map(({ id, weights }) => {
    const { item, group: only = null } = items.get(id) ?? {}
    const isBehind = ({ group }: { group: string }) => only === null || only === group
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
      if (item) return JSON.stringify(showItem(changedItem(item, adds, changes.filter(isBehind)), 'ok'))
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
      if (item) return ends.every((end) => spreadKeeps(item, end, strata.filter(isBehind)))
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
  const asked = Exact.of(item.asked)
  const alike = (before: Exact, after: Exact) => shown(before, shareDecimals) === shown(after, shareDecimals)
  return (
    alike(item.share ?? zero, (item.share ?? zero).plus(end)) &&
    [most, -most].every((more) => {
      const stays = (count: Exact, among: Exact) =>
        alike(count.over(among), count.plus(Exact.of(more)).over(among))
      return (
        item.options.every(({ count }) => stays(count, all)) &&
        (!item.options.some(({ optOut }) => optOut) || stays(item.optOuts, asked)) &&
        (!item.blankCounts || stays(item.blanks, asked))
      )
    })
  )
}

function changedItem(item: ItemScore, adds: Exact, changes: readonly Change[]): ItemScore {
  const own = changes.filter((each) => each.item === item.code)
  // A blank that counts is the place after the last option.
  const isOptOut = (at: number) => item.options[at]?.optOut ?? false
  const isBlank = (at: number) => item.blankCounts && at === item.options.length
  const moreOf = (is: (at: number) => boolean) =>
    Exact.of(own.filter(({ to }) => is(to)).length - own.filter(({ from }) => is(from)).length)
  return {
    ...item,
    optOuts: item.optOuts.plus(moreOf(isOptOut)),
    blanks: item.blanks.plus(moreOf(isBlank)),
    share: item.share === null ? null : item.share.plus(adds),
    options: item.options.map((option, at) => {
      const more = own.filter(({ to }) => to === at).length - own.filter(({ from }) => from === at).length
      return more === 0 ? option : { ...option, count: option.count.plus(Exact.of(more)) }
    }),
  }
}

/** Of a level's figures those with enough people and units behind them. */
function levelStatuses(criterion: string, level: LevelScore, k: number): Map<string, ShownStatus> {
  const statuses = new Map<string, ShownStatus>()
  const note = (id: string, figure: { answered: number; answeringUnits: number } | undefined) =>
    statuses.set(id, levelStatus(figure, k))
  for (const group of level.groups) {
    note(
      groupId(group.code),
      group.criteria.find((each) => each.code === criterion),
    )
    for (const item of group.items)
      if (item.criterion === criterion) note(groupItemId(group.code, item.code), item)
  }
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

function groupItemRowsOf(criterion: string, level: LevelScore): AuditRow[] {
  return level.groups.flatMap(({ code: group, items }) =>
    items
      .filter((item) => item.criterion === criterion && item.answered > 0)
      .map((item) => ({
        id: groupItemId(group, item.code),
        unit: null,
        weights: new Map([[group, new Map([[item.code, oneOf(item)]])]]),
      })),
  )
}

function oneOf({ answered }: ItemScore): Exact {
  return Exact.ratio(1, answered)
}
