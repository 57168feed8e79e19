// Looks for leaks the slow way, knowing nothing of src/score/audit.ts: figures are taken as they come out of
// aggregate(), and every small set of answers is tried. For tests only; a reader with patience could do the same.
import type { ExactScores } from '../../../src/score/aggregate.ts'
import type { AnswerRow } from '../../../src/score/counts.ts'
import type { SurveyDesign } from '../../../src/score/design.ts'
import { itemsOf } from '../../../src/survey/questionnaire.ts'
import { scoresOf, textOf } from './small-survey.ts'

/** Answers of a stratum to one item of a criterion; `place` is the item's place in the answer string. */
export interface Cell {
  unit: string
  group: string
  item: string
  place: number
  answers: number
}

export interface Figures {
  cells: Cell[]
  /** People who answered any of the items, by `${unit} ${group}`. */
  people: Map<string, number>
  /** Per figure its weight on each cell, as text; a figure without a value has none. */
  units: Map<string, string[]>
  groups: Map<string, string[]>
}

/**
 * The rows of all figures of one criterion. A weight is found by asking: all answers are the worst one, worth 0, but
 * those of one cell, worth 1; the share is then that cell's weight x its answers. Opt-outs (4) stay where they are.
 */
export async function figuresOf(
  design: SurveyDesign,
  rows: readonly AnswerRow[],
  criterion: string,
): Promise<Figures> {
  const cells = cellsOf(design, rows, criterion)
  const columns = await Promise.all(
    cells.map(async (cell) => {
      const scores = await scoresOf(
        design,
        rows.map((row) => ({ ...row, answers: onlyIn(cell, row) })),
      )
      return sharesOf(scores, criterion)
    }),
  )
  const row = (kind: 'units' | 'groups', code: string) =>
    columns.map((column) => column[kind].get(code) ?? '0/1')
  const codes = (kind: 'units' | 'groups') => [...(columns[0]?.[kind].keys() ?? [])]
  return {
    cells,
    people: peopleOf(cells, rows),
    units: new Map(codes('units').map((code) => [code, row('units', code)])),
    groups: new Map(codes('groups').map((code) => [code, row('groups', code)])),
  }
}

function cellsOf(design: SurveyDesign, rows: readonly AnswerRow[], criterion: string): Cell[] {
  return design.strata.flatMap(({ unit, group, questionnaire }) => {
    const own = rows.filter((row) => row.unit === unit && row.group === group)
    const asked = design.questionnaires.find((each) => each.code === questionnaire)
    return (asked ? itemsOf(asked) : [])
      .map((item, place) => ({ unit, group, item, place }))
      .filter(({ item }) => item.criterion === criterion)
      .map(({ item, place }) => {
        const answers = own.filter((row) => row.answers[place] !== '4').length
        return { unit, group, item: item.code, place, answers }
      })
      .filter(({ answers }) => answers > 0)
  })
}

function onlyIn(cell: Cell, row: AnswerRow): string {
  const isOwn = row.unit === cell.unit && row.group === cell.group
  return [...row.answers]
    .map((symbol, place) => (symbol === '4' ? '4' : isOwn && place === cell.place ? '0' : '3'))
    .join('')
}

function sharesOf(scores: ExactScores, criterion: string) {
  const shares = (
    scored: readonly ExactScores['units'][number][] | ExactScores['levels'][number]['groups'],
  ) =>
    new Map(
      scored.flatMap(({ code, criteria }) => {
        const share = textOf(criteria.find((each) => each.code === criterion)?.share)
        return share === null ? [] : [[code, share] as const]
      }),
    )
  return { units: shares(scores.units), groups: shares(scores.levels[0]?.groups ?? []) }
}

function peopleOf(cells: readonly Cell[], rows: readonly AnswerRow[]): Map<string, number> {
  const strata = [...new Set(cells.map(stratumOf))]
  return new Map(
    strata.map((stratum) => {
      const places = cells.filter((cell) => stratumOf(cell) === stratum).map((cell) => cell.place)
      const answered = rows.filter(
        (row) => stratumOf(row) === stratum && places.some((place) => row.answers[place] !== '4'),
      )
      return [stratum, answered.length]
    }),
  )
}

function stratumOf({ unit, group }: { unit: string; group: string }): string {
  return `${unit} ${group}`
}

/**
 * A set of cells with fewer than k people, but more than none, on which some sum of multiples of the rows stands
 * alone; null where there is none. Tries all such sets.
 */
export function isolatedCells(figures: Figures, rows: readonly string[][], k: number): Cell[] | null {
  const matrix = rows.map(wholeNumbers)
  const rank = rankOf(matrix)
  for (const places of fewPeople(figures, k)) {
    // A vector that is 0 everywhere else is lost when the cells are cut out: then, and only then, the rank drops.
    if (places.length === 0) continue
    const others = matrix.map((row) => row.filter((_, place) => !places.includes(place)))
    if (rankOf(others) < rank) return places.flatMap((place) => figures.cells[place] ?? [])
  }
  return null
}

/** All sets of cells, as places, behind which fewer than k people can stand. */
function* fewPeople(figures: Figures, k: number): Generator<number[]> {
  const strata = [...figures.people].map(([stratum, people]) => ({
    people,
    places: [...figures.cells.keys()].filter((place) => stratumAt(figures, place) === stratum),
  }))
  yield* choose(0, [], 0)

  function* choose(at: number, chosen: number[], sum: number): Generator<number[]> {
    const stratum = strata[at]
    if (!stratum) {
      yield chosen
      return
    }
    for (const part of subsetsOf(stratum.places)) {
      const all = sum + peopleBehind(figures, stratum, part)
      if (all < k) yield* choose(at + 1, [...chosen, ...part], all)
    }
  }
}

/** At least: everybody, where all items of the stratum are in; else those of its most answered item (of two). */
function peopleBehind(figures: Figures, stratum: { people: number; places: number[] }, part: number[]) {
  if (stratum.places.length > 2)
    throw new Error('with more than two items the fewest people need another formula')
  if (part.length === stratum.places.length) return stratum.people
  return Math.max(0, ...part.map((place) => figures.cells[place]?.answers ?? 0))
}

function stratumAt(figures: Figures, place: number): string {
  const cell = figures.cells[place]
  return cell ? stratumOf(cell) : ''
}

function subsetsOf(places: readonly number[]): number[][] {
  return places.reduce<number[][]>(
    (subsets, place) => [...subsets, ...subsets.map((subset) => [...subset, place])],
    [[]],
  )
}

/** A row of fractions times their common denominator: the same row to whoever may multiply. */
function wholeNumbers(row: readonly string[]): bigint[] {
  const fractions = row.map((text) => text.split('/').map((part) => BigInt(part)))
  const common = fractions.reduce((product, [, denominator = 1n]) => lcm(product, denominator), 1n)
  return fractions.map(([numerator = 0n, denominator = 1n]) => (numerator * common) / denominator)
}

/** Gaussian elimination without fractions. */
function rankOf(matrix: readonly bigint[][]): number {
  let rows = matrix.map((row) => [...row])
  const columns = rows[0]?.length ?? 0
  let rank = 0
  for (let column = 0; column < columns; column += 1) {
    const pivot = rows.find((row) => row[column] !== 0n)
    if (!pivot) continue
    rank += 1
    rows = rows.filter((row) => row !== pivot).map((row) => cleared(row, pivot, column))
  }
  return rank
}

function cleared(row: readonly bigint[], pivot: readonly bigint[], column: number): bigint[] {
  const [own, other] = [row[column] ?? 0n, pivot[column] ?? 0n]
  if (own === 0n) return [...row]
  const next = row.map((value, place) => value * other - (pivot[place] ?? 0n) * own)
  const divisor = next.reduce(gcd, 0n)
  return divisor > 1n ? next.map((value) => value / divisor) : next
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b)
}

function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b
}
