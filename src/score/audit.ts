// The linear audit: may the figures of a level's groups stand beside the figures of its units? Every figure of a
// criterion is a row of weights over the strata, and a reader may add and subtract rows at will. Wherever all but a
// few answers cancel out, what is left gives those few away: with 20 agencies at full return but for one in which 3
// of 4 công chức answered, the level less the other 19 is the sum of these 3. Source: design/confidentiality.md.
//
// Exact and pure. It looks at numbers of answers only, never at what was answered, so hiding tells nothing either.
import type { CriterionRows, StratumWeights } from './aggregate.ts'
import { Exact, exactText, zero } from './exact.ts'

/** Which rows of a criterion are to be published: codes of units, and of groups of the level. */
export interface PublishedRows {
  units: ReadonlySet<string>
  groups: readonly string[]
}

/** The answers of one stratum to one item: one variable, the sum of their coefficients. */
interface Cell {
  group: string
  answers: number
  /** Weight in the group's row over weight in the unit's row; null where no published row of the unit has it. */
  ratio: Exact | null
}

interface Stratum {
  people: number
  cells: Cell[]
}

type Unit = Stratum[]

/** One ratio of a unit, with its group. */
type Ratio = readonly [group: string, ratio: Exact]

/** How the groups' rows are added up: by group code, its factor; a group that is missing has 0. */
type Mixture = ReadonlyMap<string, Exact>

/**
 * Whether some sum of multiples of the published rows is made of more than no, but fewer than k people's answers.
 *
 * Such a sum is a mixture of the groups' rows less a multiple of each unit's row. For a given mixture every unit can
 * be cancelled on its own, so the fewest people are found unit by unit, and only few mixtures have to be tried. The
 * answer is exact for one and two groups. For three and more it is exact where enough units have answers in all of
 * them; elsewhere it is yes, to be safe. A criterion of 5,000 units takes about 0.1 s.
 */
export function isolatesFew(rows: CriterionRows, published: PublishedRows, k: number): boolean {
  const levelWeights = new Map(rows.groups.map((group) => [group.code, group.weights]))
  const units = rows.units.map(({ code, strata }) =>
    strata.map((each) => readStratum(each, levelWeights.get(each.group), published.units.has(code))),
  )
  const mixtures = mixturesToTry(units, published.groups, k)
  return mixtures === null || mixtures.some((mixture) => leavesFew(units, mixture, k))
}

function readStratum(
  stratum: StratumWeights,
  levelWeights: ReadonlyMap<string, Exact> | undefined,
  hasUnitRow: boolean,
): Stratum {
  const { group, people, items } = stratum
  const cells = items.map(({ code, answers, weight }) => {
    const inLevel = levelWeights?.get(code) ?? zero
    return { group, answers, ratio: hasUnitRow && !weight.isZero() ? inLevel.over(weight) : null }
  })
  return { people, cells }
}

// ---- the mixtures that can leave few people; null: not known ----

function mixturesToTry(units: readonly Unit[], groups: readonly string[], k: number): Mixture[] | null {
  if (groups.length > 2) return mixturesOfMany(units, groups, k)
  const [one, two] = groups
  if (one === undefined) return []
  const alone = groups.map((group): Mixture => new Map([[group, Exact.of(1)]]))
  return two === undefined ? alone : [...alone, ...mixturesOfTwo(units, one, two, k)]
}

/**
 * Two groups, mixed: only those mixtures are of interest in which the row of a unit cancels answers of both groups at
 * once. In any other, every unit is left with at least as many people as where one group's row is taken alone.
 *
 * A mixture that leaves fewer than k people leaves them in fewer than k units, so of any k units that are left with
 * somebody as a rule, it cancels one entirely: its mixture is found among these. Where there are not k such units,
 * all the mixtures that cancel something of them in both groups are tried.
 */
function mixturesOfTwo(units: readonly Unit[], one: string, two: string, k: number): Mixture[] {
  // With opposite signs no unit's row cancels answers of both groups, for all weights are positive.
  const asARule: Mixture = new Map([
    [one, Exact.of(1)],
    [two, Exact.of(-1)],
  ])
  const concerned = firstUntil(units, k, (unit) => (peopleLeft(unit, asARule) > 0 ? 1 : 0))
  if (concerned.length === k) return mixturesOfUnits(concerned, [one, two])
  const pairs = concerned.flatMap((unit) =>
    ratiosOf(unit, one).flatMap((first) =>
      ratiosOf(unit, two).map((second): Ratio[] => [
        [one, first],
        [two, second],
      ]),
    ),
  )
  return distinct(pairs.map(cancelling))
}

/**
 * Three groups or more: in a unit with answers in all of them, every mixture but one leaves somebody, at least as many
 * people as answered in its smallest cell. Once such units add up to k people, only their own mixtures can leave
 * fewer. Where they do not, nothing is claimed.
 */
function mixturesOfMany(units: readonly Unit[], groups: readonly string[], k: number): Mixture[] | null {
  const complete = units.filter((unit) => groups.every((group) => ratiosOf(unit, group).length > 0))
  const concerned = firstUntil(complete, k, smallestCell)
  return sum(concerned.map(smallestCell)) < k ? null : mixturesOfUnits(concerned, groups)
}

/** For each unit the one mixture that can cancel it entirely; a unit without answers in one of the groups has none. */
function mixturesOfUnits(units: readonly Unit[], groups: readonly string[]): Mixture[] {
  // Of several ratios in a group any will do: they keep the unit from being cancelled, and one try more is harmless.
  const ratios = units.map((unit) =>
    groups.flatMap((group) =>
      ratiosOf(unit, group)
        .slice(0, 1)
        .map((ratio): Ratio => [group, ratio]),
    ),
  )
  return distinct(ratios.filter((each) => each.length === groups.length).map(cancelling))
}

/** The mixture in which the unit's row cancels the cells of these ratios together, scaled so that it starts with 1. */
function cancelling(ratios: readonly Ratio[]): Mixture {
  const start = ratios[0]?.[1] ?? zero
  return new Map(ratios.map(([group, ratio]) => [group, start.over(ratio)]))
}

function distinct(mixtures: readonly Mixture[]): Mixture[] {
  const byText = new Map(mixtures.map((each) => [[...each.values()].map(exactText).join(' '), each]))
  return [...byText.values()]
}

function ratiosOf(unit: Unit, group: string): Exact[] {
  return unit.flatMap(({ cells }) =>
    cells.flatMap((cell) => (cell.group === group && cell.ratio !== null ? [cell.ratio] : [])),
  )
}

function smallestCell(unit: Unit): number {
  return Math.min(...unit.flatMap(({ cells }) => cells.map((cell) => cell.answers)))
}

/** The first units until `worth` of them adds up to k, without those that are worth nothing. */
function firstUntil(units: readonly Unit[], k: number, worth: (unit: Unit) => number): Unit[] {
  const found: Unit[] = []
  let total = 0
  for (const unit of units) {
    if (total >= k) break
    const own = worth(unit)
    if (own > 0) found.push(unit)
    total += own
  }
  return found
}

// ---- what a mixture leaves ----

function leavesFew(units: readonly Unit[], mixture: Mixture, k: number): boolean {
  let people = 0
  for (const unit of units) {
    people += peopleLeft(unit, mixture)
    if (people >= k) return false
  }
  return people > 0
}

/** The fewest people of a unit who are left in a mixture, whatever multiple of the unit's row is taken away. */
function peopleLeft(unit: Unit, mixture: Mixture): number {
  const strata = unit.map(({ people, cells }) => ({
    people,
    cells: cells.map((cell) => ({ answers: cell.answers, cancelledBy: multipleFor(cell, mixture) })),
  }))
  const multiples = strata.flatMap(({ cells }) =>
    cells.flatMap(({ cancelledBy }) => (typeof cancelledBy === 'string' ? [] : [cancelledBy])),
  )
  // Any other multiple than these leaves the most. 0: the unit's row is not used.
  const left = [zero, ...multiples].map((multiple) =>
    sum(strata.map(({ people, cells }) => fewestPeople(people, cells, multiple))),
  )
  return Math.min(...left)
}

/** The multiple of the unit's row that cancels a cell of a mixture: a cell that is in neither is cancelled by any. */
function multipleFor(cell: Cell, mixture: Mixture): Exact | 'any' | 'none' {
  const factor = mixture.get(cell.group)
  if (cell.ratio === null) return factor === undefined ? 'any' : 'none'
  return factor === undefined ? zero : factor.times(cell.ratio)
}

/**
 * The fewest people who can stand behind what is left of a stratum: not fewer than answered one of the items left,
 * nor than those whom the cancelled items cannot account for. All of its people where nothing is cancelled.
 */
function fewestPeople(
  people: number,
  cells: readonly { answers: number; cancelledBy: Exact | 'any' | 'none' }[],
  multiple: Exact,
): number {
  let mostInOneItem = 0
  let unaccounted = people
  for (const { answers, cancelledBy } of cells) {
    const isCancelled =
      typeof cancelledBy === 'string' ? cancelledBy === 'any' : cancelledBy.compare(multiple) === 0
    if (isCancelled) unaccounted -= answers
    else mostInOneItem = Math.max(mostInOneItem, answers)
  }
  return mostInOneItem === 0 ? 0 : Math.max(mostInOneItem, unaccounted)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}
