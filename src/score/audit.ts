// The linear audit: may these figures of a criterion stand side by side? Every figure is a row of weights over cells
// (stratum x item), and a reader may add and subtract rows at will. Wherever all but a few people's answers cancel out,
// what is left gives those few away: of 11 districts 10 with a figure, and the level's, tell the 11th. Earlier releases
// count: what was given out once cannot be taken back. Source: design/confidentiality.md.
//
// Exact and pure. It looks at numbers of answers only, never at what was answered, so hiding tells nothing either.
import { Exact, exactText, zero } from './exact.ts'

/** The people of a unit x group who answered the criterion, and how many of them answered each item. */
export interface AuditStratum {
  unit: string
  group: string
  people: number
  items: readonly { code: string; answers: number }[]
}

/** By group, then by item: how much one unit of the cell's sum of coefficients moves the figure. */
export type RowWeights = ReadonlyMap<string, ReadonlyMap<string, Exact>>

/** A figure to be published. `unit` null: it has these weights in every unit. `earlier`: it is out already. */
export interface AuditRow {
  id: string
  unit: string | null
  weights: RowWeights
  earlier?: boolean
}

/** `rows` in the order of preference: what comes last is hidden first, among equally many. */
export interface AuditInput {
  strata: readonly AuditStratum[]
  rows: readonly AuditRow[]
}

/** Figures of which some sum of multiples consists of the answers of these strata alone. */
export interface Isolated {
  figures: string[]
  strata: { unit: string; group: string }[]
}

type Vector = readonly Exact[]

interface Cell {
  stratum: number
  answers: number
}

/** A unit made ready: what is in its cells per row of the level, and per row of its own. */
interface Unit {
  code: string
  strata: readonly AuditStratum[]
  cells: Cell[]
  /** Per row of the level a vector over the cells. */
  level: Vector[]
  own: { id: string; vector: Vector }[]
  /** Which mixtures of the level's rows its own rows can cancel: those on which all of these are 0. */
  conditions: Vector[]
  key: string
  /** The fewest people who can be left of it, if anybody is. */
  fewest: number
}

/** Beyond so many steps in one corner the audit says yes, to be safe; never met in a survey that anybody drew up. */
const mostSteps = 200_000

/** Figures of the level up to which every combination is tried for the smallest set to hide. */
const mostTried = 6

/**
 * Whether some sum of multiples of the rows is made of more than no, but fewer than k people's answers; null: no.
 *
 * A mixture of the level's rows that leaves fewer than k people leaves them in fewer than k units and is cancelled by
 * the own rows of all the others. So units are gone through one by one: either the unit is one of the few, or the
 * mixture is one of those that it cancels, which leaves fewer of them. With r rows of the level at most
 * (r + k over r) ways are open, each ending after one look at the units that are left.
 */
export function findIsolated({ strata, rows }: AuditInput, k: number): Isolated | null {
  const levelRows = independent(rows.filter((row) => row.unit === null))
  const units = unitsOf(strata, rows, levelRows)
  for (const unit of units) {
    const found = leastSupport([unit], [], k)
    if (found) return namedIn(found, levelRows)
  }
  const kinds = new Map<string, Unit[]>()
  for (const unit of units) {
    const before = kinds.get(unit.key)
    if (before) before.push(unit)
    else kinds.set(unit.key, [unit])
  }
  const all = levelRows.map((_, at) => levelRows.map((__, other) => Exact.of(at === other ? 1 : 0)))
  const found = search([...kinds.values()], 0, all, [], k - 1, k)
  return found && namedIn(found, levelRows)
}

/** Without those that are sums of multiples of others before them: they tell nothing more. */
function independent(rows: readonly AuditRow[]): AuditRow[] {
  const cells = new Map<string, { group: string; item: string }>()
  for (const { weights } of rows)
    for (const [group, items] of weights)
      for (const item of items.keys()) cells.set(`${group} ${item}`, { group, item })
  const lineOf = ({ weights }: AuditRow) =>
    [...cells.values()].map(({ group, item }) => weights.get(group)?.get(item) ?? zero)
  const kept: AuditRow[] = []
  let basis: Exact[][] = []
  for (const row of rows) {
    const wider = reduced([...basis, lineOf(row)])
    if (wider.length === basis.length) continue
    basis = wider
    kept.push(row)
  }
  return kept
}

/**
 * The fewest figures to hide, by id, so that nobody is isolated. Figures of units go before those of the level: only
 * where a unit's figures alone, or beside what is out already, isolate somebody are they hidden. Of the level's as few
 * as possible, and among equally many those that come last. Up to six by trying all combinations; beyond by taking
 * away the last one until nobody is, then giving back each that can be. Everything where what is out already isolates
 * somebody.
 */
export function smallestToHide(input: AuditInput, k: number): string[] {
  const units = hideOfUnits(input, k)
  const rows = input.rows.filter((row) => !units.includes(row.id))
  const ofLevel = rows.filter((row) => row.unit === null && !row.earlier).map((row) => row.id)
  const isSafe = (hidden: readonly string[]) =>
    findIsolated({ ...input, rows: rows.filter((row) => !hidden.includes(row.id)) }, k) === null
  if (isSafe([])) return units
  return [...units, ...(ofLevel.length <= mostTried ? byTrying(ofLevel, isSafe) : byTaking(ofLevel, isSafe))]
}

/** Units' own figures that cannot stand even without the level's. */
function hideOfUnits({ strata, rows }: AuditInput, k: number): string[] {
  const hidden: string[] = []
  for (;;) {
    const left = rows.filter((row) => (row.unit !== null || row.earlier) && !hidden.includes(row.id))
    const found = findIsolated({ strata, rows: left }, k)
    if (!found) return hidden
    const concerned = new Set(found.strata.map(({ unit }) => unit))
    const own = left.filter((row) => !row.earlier && row.unit !== null)
    // Those of the units that are isolated first; else others, whose rows cancel what hid them.
    const next = own.findLast((row) => concerned.has(row.unit ?? '')) ?? own.at(-1)
    if (!next) return rows.filter((row) => !row.earlier).map((row) => row.id)
    hidden.push(next.id)
  }
}

function byTrying(ids: readonly string[], isSafe: (hidden: readonly string[]) => boolean): string[] {
  for (let size = 1; size < ids.length; size += 1)
    for (const hidden of choose(ids.toReversed(), size)) if (isSafe(hidden)) return hidden
  return [...ids]
}

function byTaking(ids: readonly string[], isSafe: (hidden: readonly string[]) => boolean): string[] {
  const taken: string[] = []
  for (const id of ids.toReversed()) {
    taken.push(id)
    if (isSafe(taken)) break
  }
  for (const id of ids) {
    const without = taken.filter((each) => each !== id)
    if (without.length < taken.length && isSafe(without)) taken.splice(0, taken.length, ...without)
  }
  return taken
}

function* choose(ids: readonly string[], size: number): Generator<string[]> {
  if (size === 0) {
    yield []
    return
  }
  for (const [at, id] of ids.entries())
    for (const rest of choose(ids.slice(at + 1), size - 1)) yield [id, ...rest]
}

// ---- units made ready ----

function unitsOf(
  strata: readonly AuditStratum[],
  rows: readonly AuditRow[],
  levelRows: readonly AuditRow[],
): Unit[] {
  const byUnit = new Map<string, AuditStratum[]>()
  for (const stratum of strata) {
    const before = byUnit.get(stratum.unit)
    if (before) before.push(stratum)
    else byUnit.set(stratum.unit, [stratum])
  }
  const ownRows = new Map<string, AuditRow[]>()
  for (const row of rows) {
    if (row.unit === null) continue
    const before = ownRows.get(row.unit)
    if (before) before.push(row)
    else ownRows.set(row.unit, [row])
  }
  return [...byUnit].map(([code, own]) => unitOf(code, own, ownRows.get(code) ?? [], levelRows))
}

function unitOf(
  code: string,
  strata: readonly AuditStratum[],
  ownRows: readonly AuditRow[],
  levelRows: readonly AuditRow[],
): Unit {
  const cells = strata.flatMap(({ items }, stratum) => items.map(({ answers }) => ({ stratum, answers })))
  const vectorOf = ({ weights }: AuditRow) =>
    strata.flatMap(({ group, items }) => items.map((item) => weights.get(group)?.get(item.code) ?? zero))
  const level = levelRows.map(vectorOf)
  const own = ownRows.map((row) => ({ id: row.id, vector: vectorOf(row) }))
  // One line per cell: the level's weights, then the own ones. Whatever lines can be added up to without any own
  // weight must be 0 in a mixture that the own rows cancel.
  const lines = cells.map((_, at) => [
    ...own.map(({ vector }) => vector[at] ?? zero),
    ...level.map((vector) => vector[at] ?? zero),
  ])
  const conditions = reduced(lines)
    .filter((line) => line.slice(0, own.length).every((each) => each.isZero()))
    .map((line) => line.slice(own.length))
  return {
    code,
    strata,
    cells,
    level,
    own,
    conditions,
    key: conditions.map((line) => line.map(exactText).join(' ')).join(';'),
    fewest: Math.min(...cells.map(({ answers }) => answers)),
  }
}

// ---- which units may be the few ----

interface Support {
  units: readonly Unit[]
  mixture: Vector
  strata: { unit: string; group: string }[]
}

function search(
  kinds: readonly Unit[][],
  from: number,
  mixtures: readonly Vector[],
  few: readonly Unit[],
  left: number,
  k: number,
): Support | null {
  if (mixtures.length === 0) return null
  for (let at = from; at < kinds.length; at += 1) {
    const units = kinds[at] ?? []
    const conditions = units[0]?.conditions ?? []
    const values = mixtures.map((mixture) => conditions.map((condition) => product(condition, mixture)))
    if (values.every((each) => each.every((value) => value.isZero()))) continue
    const people = units.reduce((sum, unit) => sum + unit.fewest, 0)
    const asFew =
      people <= left ? search(kinds, at + 1, mixtures, [...few, ...units], left - people, k) : null
    return asFew ?? search(kinds, at + 1, cancelled(mixtures, values), few, left, k)
  }
  return few.length === 0 ? null : leastSupport(few, mixtures, k)
}

/** The mixtures on which all conditions are 0: of those given, the sums of multiples whose values cancel out. */
function cancelled(mixtures: readonly Vector[], values: readonly Vector[]): Vector[] {
  const wide = values[0]?.length ?? 0
  const lines = mixtures.map((mixture, at) => [...(values[at] ?? []), ...mixture])
  return reduced(lines)
    .filter((line) => line.slice(0, wide).every((each) => each.isZero()))
    .map((line) => line.slice(wide))
}

// ---- the fewest people in a corner ----

/**
 * Some sum of multiples of the mixtures and of the units' own rows that is not 0 and has fewer than k people in these
 * units; null where there is none. Cell by cell: it is either cancelled or one of those that are left.
 */
function leastSupport(units: readonly Unit[], mixtures: readonly Vector[], k: number): Support | null {
  const cells = units.flatMap((unit, at) => unit.cells.map((cell) => ({ ...cell, unit: at })))
  const wide = mixtures[0]?.length ?? 0
  const none = Array.from({ length: wide }, () => zero)
  const start = [
    ...mixtures.map((mixture) => [...units.flatMap((unit) => mixed(unit, mixture)), ...mixture]),
    ...units.flatMap((unit) =>
      unit.own.map(({ vector }) => [
        ...units.flatMap((other) => (other === unit ? vector : blank(other))),
        ...none,
      ]),
    ),
  ]
  let steps = 0
  return descend(start, 0, new Set())

  function descend(space: readonly Vector[], from: number, left: ReadonlySet<number>): Support | null {
    steps += 1
    const at = firstUsed(space, from, cells.length)
    if (at === null || steps > mostSteps) {
      // A vector that is 0 in all cells isolates nobody.
      const [some] = space.filter((vector) => vector.slice(0, cells.length).some((each) => !each.isZero()))
      return some ? supportOf(some, cells.length) : null
    }
    const without = cancelled(
      space,
      space.map((vector) => [vector[at] ?? zero]),
    )
    const found = descend(without, at + 1, left)
    if (found) return found
    const kept = new Set([...left, at])
    return peopleIn(kept) < k ? descend(space, at + 1, kept) : null
  }

  function peopleIn(left: ReadonlySet<number>): number {
    let sum = 0
    units.forEach((unit, at) =>
      unit.strata.forEach(({ people }, stratum) => {
        const own = cells.flatMap((cell, place) =>
          cell.unit === at && cell.stratum === stratum
            ? [{ answers: cell.answers, left: left.has(place) }]
            : [],
        )
        sum += fewestPeople(people, own)
      }),
    )
    return sum
  }

  function supportOf(vector: Vector, length: number): Support {
    const strata = new Map<string, { unit: string; group: string }>()
    cells.forEach((cell, at) => {
      if (vector[at]?.isZero() ?? true) return
      const unit = units[cell.unit]
      const group = unit?.strata[cell.stratum]?.group ?? ''
      strata.set(`${unit?.code} ${group}`, { unit: unit?.code ?? '', group })
    })
    return { units, mixture: vector.slice(length), strata: [...strata.values()] }
  }
}

function mixed(unit: Unit, mixture: Vector): Exact[] {
  return unit.cells.map((_, at) =>
    unit.level.reduce((sum, vector, row) => sum.plus((vector[at] ?? zero).times(mixture[row] ?? zero)), zero),
  )
}

function blank(unit: Unit): Exact[] {
  return unit.cells.map(() => zero)
}

function firstUsed(space: readonly Vector[], from: number, cells: number): number | null {
  for (let at = from; at < cells; at += 1)
    if (space.some((vector) => !(vector[at] ?? zero).isZero())) return at
  return null
}

/**
 * The fewest people who can stand behind what is left of a stratum: not fewer than answered one of the items left,
 * nor than those whom the cancelled items cannot account for. All of its people where nothing is cancelled.
 */
function fewestPeople(people: number, cells: readonly { answers: number; left: boolean }[]): number {
  let mostInOneItem = 0
  let unaccounted = people
  for (const { answers, left } of cells) {
    if (left) mostInOneItem = Math.max(mostInOneItem, answers)
    else unaccounted -= answers
  }
  return mostInOneItem === 0 ? 0 : Math.max(mostInOneItem, unaccounted)
}

function namedIn({ units, mixture, strata }: Support, levelRows: readonly AuditRow[]): Isolated {
  const ofLevel = levelRows.filter((_, at) => !(mixture[at] ?? zero).isZero()).map((row) => row.id)
  return { figures: [...ofLevel, ...units.flatMap((unit) => unit.own.map(({ id }) => id))], strata }
}

// ---- exact linear algebra ----

function product(one: Vector, other: Vector): Exact {
  return one.reduce((sum, each, at) => sum.plus(each.times(other[at] ?? zero)), zero)
}

/** The same space by other vectors: each begins with a 1 further right than the one before, alone in its column. */
function reduced(lines: readonly Vector[]): Exact[][] {
  let rest = lines.map((line) => [...line])
  const done: Exact[][] = []
  const wide = rest[0]?.length ?? 0
  for (let column = 0; column < wide && rest.length > 0; column += 1) {
    const pivot = rest.find((line) => !(line[column] ?? zero).isZero())
    if (!pivot) continue
    const first = pivot[column] ?? zero
    const unit = pivot.map((each) => (each.isZero() ? zero : each.over(first)))
    rest = rest.filter((line) => line !== pivot).map((line) => clearedBy(line, unit, column))
    done.splice(0, done.length, ...done.map((line) => clearedBy(line, unit, column)), unit)
  }
  return done
}

function clearedBy(line: Exact[], pivot: readonly Exact[], column: number): Exact[] {
  const factor = line[column] ?? zero
  if (factor.isZero()) return line
  return line.map((each, at) => {
    const other = pivot[at] ?? zero
    return other.isZero() ? each : each.minus(factor.times(other))
  })
}
