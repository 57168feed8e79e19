// The release as one long table for programs: a line for each figure, with what it is of. Names are those of the JSON.
// Pure.
import { stringify } from 'csv-stringify/sync'
import type { ScoresRelease } from '../score/release.ts'
import type { Taken } from './taken.ts'

export const tidyColumns = [
  'level',
  'unit',
  'group',
  'domain',
  'criterion',
  'questionnaire',
  'item',
  'option',
  'figure',
  'value',
  'band',
  'status',
] as const

export type TidyRow = Partial<Record<(typeof tidyColumns)[number], string | number | null>>
type Place = Omit<TidyRow, 'figure' | 'value' | 'band' | 'status'>
type Level = ScoresRelease['levels'][number]

/** Every figure of a release; `value` is empty where none is shown, and `status` then says which kind of nothing it is. */
export function* tidyRows(release: ScoresRelease): Generator<TidyRow> {
  yield* figures({}, release.counts)
  for (const unit of release.units) yield* unitRows(unit)
  for (const level of release.levels) yield* levelRows(level)
}

function* figures(
  place: Place,
  values: Record<string, number | null>,
  status: string = 'ok',
): Generator<TidyRow> {
  for (const [figure, value] of Object.entries(values))
    yield { ...place, figure, value, status: value !== null ? 'ok' : status === 'ok' ? 'none' : status }
}

function* unitRows(unit: ScoresRelease['units'][number]): Generator<TidyRow> {
  const place = { level: unit.level, unit: unit.code }
  const { max, points, step } = unit.total
  yield* figures(place, { ...unit.counts, population: unit.population })
  yield* figures(place, { max, points, step, oneRespondent: unit.oneRespondent }, unit.total.status)
  yield* figures(place, {
    low: unit.interval?.low ?? null,
    high: unit.interval?.high ?? null,
    place: unit.rank?.place ?? null,
    from: unit.rank?.from ?? null,
    to: unit.rank?.to ?? null,
  })
  for (const { kind, group } of unit.flags) yield* figures({ ...place, group }, { [kind]: 1 })
  for (const { code, max, points, step, status } of unit.domains)
    yield* figures({ ...place, domain: code }, { max, points, step }, status)
  for (const each of unit.criteria) {
    yield* criterionRows(place, each)
    const { oneRespondent, code, status } = each
    yield* figures({ ...place, criterion: code }, { oneRespondent }, status)
  }
}

function criterionRows(place: Place, criterion: Level['pooled'][number]): Generator<TidyRow> {
  const { code, max, answered, share, points, step, status } = criterion
  return figures({ ...place, criterion: code }, { max, answered, share, points, step }, status)
}

function* levelRows(level: Level): Generator<TidyRow> {
  const place = { level: level.code }
  for (const group of level.groups) {
    const own = { ...place, group: group.code }
    yield* figures(own, group.counts)
    for (const criterion of group.criteria) yield* criterionRows(own, criterion)
    for (const item of group.items) yield* itemRows(own, item)
  }
  for (const criterion of level.pooled) yield* criterionRows(place, criterion)
  for (const item of level.items) yield* itemRows(place, item)
  for (const scale of level.scales) {
    const { questionnaire, ballots, alpha, items, status } = scale
    const own = { ...place, questionnaire, ...(scale.group === undefined ? {} : { group: scale.group }) }
    yield* figures(own, { items, ballots, alpha }, status)
    for (const { code, r } of scale.itemRest) yield* figures({ ...own, item: code }, { itemRest: r }, status)
  }
  const { withinSd, ballots, units } = level.spread
  yield* figures(place, { withinSd, spreadBallots: ballots, spreadUnits: units })
  for (const { setting, choice, ranksMoved, largestMove, tau, meanChange } of level.sensitivity)
    yield* figures({ ...place, option: `${setting}=${choice}` }, { ranksMoved, largestMove, tau, meanChange })
}

function* itemRows(place: Place, item: Level['items'][number]): Generator<TidyRow> {
  const own = { ...place, criterion: item.criterion, item: item.code }
  yield* figures(own, { answered: item.answered }, item.status)
  const shares = { share: item, optOut: item.optOut, blank: item.blank }
  for (const [figure, { share, band }] of Object.entries(shares))
    for (const row of figures(own, { [figure]: share }, item.status)) yield { ...row, band }
  for (const { code, share, band } of item.options ?? [])
    for (const row of figures({ ...own, option: code }, { share }, item.status)) yield { ...row, band }
}

/** In pieces, because a country's communes have millions of figures. */
const rowsInPiece = 20_000

/** UTF-8 with BOM, titles first; the last line says who took it. */
export function tidyCsv(release: ScoresRelease, { by, at }: Taken): Buffer {
  const pieces: Buffer[] = [Buffer.from(`\uFEFF${stringify([[...tidyColumns]])}`, 'utf8')]
  let rows: TidyRow[] = []
  const put = () => {
    const text = stringify(rows, { columns: [...tidyColumns], escape_formulas: true })
    pieces.push(Buffer.from(text, 'utf8'))
    rows = []
  }
  for (const row of tidyRows(release)) if (rows.push(row) === rowsInPiece) put()
  rows.push({ figure: 'takenBy', value: `${by}, ${at.toISOString()}`, status: 'ok' })
  put()
  return Buffer.concat(pieces)
}
