// What a release gave away, for the audit of later ones: which figures, of which weights, on how many answers. Plain data
// that is stored beside the release. It holds numbers of people and weights, never what was answered.
import type { StratumWeights } from './aggregate.ts'
import type { AuditRow, AuditStratum } from './audit.ts'
import { exactText, parseExact } from './exact.ts'
import { z } from 'zod'

const StoredRow = z.object({
  id: z.string(),
  unit: z.string().nullable(),
  weights: z.array(z.tuple([z.string(), z.array(z.tuple([z.string(), z.string()]))])),
  /** What was printed of a unit's criterion; '' for a level's. */
  printed: z.string(),
})
type StoredRow = z.infer<typeof StoredRow>

const PublishedCriterion = z.object({
  code: z.string(),
  strata: z.array(
    z.object({
      unit: z.string(),
      group: z.string(),
      people: z.int(),
      items: z.array(z.object({ code: z.string(), answers: z.int() })),
    }),
  ),
  rows: z.array(StoredRow),
  hiddenUnits: z.array(z.string()),
})
export type PublishedCriterion = z.infer<typeof PublishedCriterion>

/** How many ballots a statistic of the level rests on; `id` is its questionnaire, or 'spread'. */
const PublishedStatistic = z.object({ id: z.string(), ballots: z.int() })
export type PublishedStatistic = z.infer<typeof PublishedStatistic>

export const Published = z.object({
  levels: z.array(
    z.object({
      code: z.string(),
      criteria: z.array(PublishedCriterion),
      /** Missing in what earlier versions of the program stored. */
      statistics: z.array(PublishedStatistic).optional(),
    }),
  ),
})
export type Published = z.infer<typeof Published>

/** A row that is out, with what it printed. */
export interface EarlierRow extends AuditRow {
  printed: string
}

/** All that earlier releases say of one criterion of a level. */
export interface Earlier {
  rows: EarlierRow[]
  /** Whether a figure of the same weights is out. */
  has: (row: AuditRow) => boolean
  unit: (code: string) => { wasHidden: boolean; rows: EarlierRow[] }
  /** These strata and those of earlier releases, each with the fewest answers that any of them counted. */
  strata: (now: readonly AuditStratum[]) => PublishedCriterion['strata']
}

export function earlierOf(releases: readonly Published[], level: string, criterion: string): Earlier {
  const found = releases.flatMap((release) =>
    release.levels
      .filter((each) => each.code === level)
      .flatMap((each) => each.criteria.filter((own) => own.code === criterion)),
  )
  const rows = distinct(found.flatMap((each) => each.rows.map(readRow))).map((row, at) => ({
    ...row,
    id: `earlier ${at} ${row.id}`,
  }))
  const known = new Set(rows.map(rowKey))
  const hidden = new Set(found.flatMap((each) => each.hiddenUnits))
  const byUnit = new Map<string | null, EarlierRow[]>()
  for (const row of rows) byUnit.set(row.unit, [...(byUnit.get(row.unit) ?? []), row])
  return {
    rows,
    has: (row) => known.has(rowKey(row)),
    unit: (code) => ({ wasHidden: hidden.has(code), rows: byUnit.get(code) ?? [] }),
    strata: (now) => fewest([...now, ...found.flatMap((each) => each.strata)]),
  }
}

export function publishedStratum(unit: string, { group, people, items }: StratumWeights): AuditStratum {
  return { unit, group, people, items: items.map(({ code, answers }) => ({ code, answers })) }
}

export function storedRow({ id, unit, weights }: AuditRow, printed: string): StoredRow {
  return {
    id,
    unit,
    weights: [...weights].map(([group, items]) => [
      group,
      [...items].map(([item, weight]) => [item, exactText(weight)]),
    ]),
    printed,
  }
}

function readRow({ id, unit, weights, printed }: StoredRow): EarlierRow {
  return {
    id,
    unit,
    weights: new Map(
      weights.map(([group, items]) => [
        group,
        new Map(items.map(([item, weight]) => [item, parseExact(weight)])),
      ]),
    ),
    earlier: true,
    printed,
  }
}

export function sameWeights(one: AuditRow, other: AuditRow): boolean {
  return weightsText(one) === weightsText(other)
}

function weightsText({ weights }: AuditRow): string {
  return [...weights]
    .flatMap(([group, items]) =>
      [...items]
        .filter(([, weight]) => !weight.isZero())
        .map(([item, weight]) => `${group}/${item}=${exactText(weight)}`),
    )
    .sort()
    .join(' ')
}

function rowKey(row: AuditRow): string {
  return `${row.unit} ${weightsText(row)}`
}

function distinct(rows: readonly EarlierRow[]): EarlierRow[] {
  return [...new Map(rows.map((row) => [`${rowKey(row)} ${row.printed}`, row])).values()]
}

function fewest(strata: readonly AuditStratum[]): PublishedCriterion['strata'] {
  const found = new Map<string, { unit: string; group: string; people: number; items: Map<string, number> }>()
  for (const { unit, group, people, items } of strata) {
    const key = `${unit} ${group}`
    const before = found.get(key)
    const own = before ?? { unit, group, people, items: new Map<string, number>() }
    own.people = Math.min(own.people, people)
    for (const { code, answers } of items)
      own.items.set(code, Math.min(own.items.get(code) ?? answers, answers))
    found.set(key, own)
  }
  return [...found.values()].map(({ items, ...rest }) => ({
    ...rest,
    items: [...items].map(([code, answers]) => ({ code, answers })),
  }))
}
