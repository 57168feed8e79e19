// What is asked of the log of acts. It is only ever added to.
import { sql } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { LogLine } from './act-log.ts'

export interface LogFilter {
  survey?: string
  staffId?: string
  kind?: string
  /** ISO times, from inclusive, to exclusive. */
  from?: string
  to?: string
}

/** The end of the chain, held by this transaction until it ends, one place further. */
export async function takeNextPlace(trx: Trx): Promise<{ position: number; before: string }> {
  const head = await trx
    .updateTable('act_log_head')
    .set((eb) => ({ position: eb('position', '+', 1) }))
    .returning(['position', 'hash'])
    .executeTakeFirstOrThrow()
  return { position: head.position, before: head.hash }
}

export async function insertLine(trx: Trx, line: LogLine): Promise<void> {
  await trx.insertInto('act_log').values(line).execute()
  await trx.updateTable('act_log_head').set({ hash: line.hash }).execute()
}

/** Whether the same was written down since that moment (ISO). */
export async function hasLine(
  db: Db,
  { staff_id, kind, survey, words }: Pick<LogLine, 'staff_id' | 'kind' | 'survey' | 'words'>,
  since: string,
): Promise<boolean> {
  const line = await db
    .selectFrom('act_log')
    .select('position')
    .where('staff_id', staff_id === null ? 'is' : '=', staff_id)
    .where('at', '>=', since)
    .where('kind', '=', kind)
    .where('survey', '=', survey)
    .where('words', '=', words)
    .executeTakeFirst()
  return line !== undefined
}

export async function getHead(db: Db | Trx): Promise<{ position: number; hash: string }> {
  return db.selectFrom('act_log_head').select(['position', 'hash']).executeTakeFirstOrThrow()
}

/** Lines before `before` that pass the filter, newest first. */
export function listLines(
  db: Db,
  filter: LogFilter,
  { before, limit }: { before: number; limit: number },
): Promise<LogLine[]> {
  return filtered(db, filter)
    .selectAll()
    .where('position', '<', before)
    .orderBy('position', 'desc')
    .limit(limit)
    .execute()
}

export async function countLines(db: Db, filter: LogFilter): Promise<number> {
  const row = await filtered(db, filter)
    .select(sql<number>`cast(count(*) as integer)`.as('lines'))
    .executeTakeFirstOrThrow()
  return row.lines
}

/** Lines of these kinds about the survey, newest first; where `since` is given, only those after the last line of that kind. */
export async function listLinesOfKinds(
  db: Db | Trx,
  survey: string,
  kinds: readonly string[],
  since?: string,
): Promise<LogLine[]> {
  let query = db.selectFrom('act_log').selectAll().where('survey', '=', survey).where('kind', 'in', kinds)
  if (since !== undefined)
    query = query.where('position', '>', (eb) =>
      eb
        .selectFrom('act_log')
        .select((inner) => inner.fn.coalesce(inner.fn.max('position'), inner.val(0)).as('position'))
        .where('survey', '=', survey)
        .where('kind', '=', since),
    )
  return query.orderBy('position', 'desc').execute()
}

function filtered(db: Db, { survey, staffId, kind, from, to }: LogFilter) {
  let query = db.selectFrom('act_log')
  if (survey !== undefined) query = query.where('survey', '=', survey)
  if (staffId !== undefined) query = query.where('staff_id', '=', staffId)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  return query
}

const pageSize = 1000

/** Every line from the first to the last, a page at a time. */
export async function* streamLines(db: Db): AsyncGenerator<LogLine> {
  let after = 0
  for (;;) {
    const lines = await db
      .selectFrom('act_log')
      .selectAll()
      .where('position', '>', after)
      .orderBy('position')
      .limit(pageSize)
      .execute()
    yield* lines
    if (lines.length < pageSize) return
    // Lets waiting requests through: SQLite answers without ever giving way.
    await new Promise((resolve) => setImmediate(resolve))
    after = lines.at(-1)?.position ?? after
  }
}

/** Surveys, people and kinds that occur, for the choices of the filter. */
export async function listOccurring(db: Db): Promise<{
  surveys: string[]
  people: { id: string; name: string }[]
  kinds: string[]
}> {
  const surveys = await db
    .selectFrom('act_log')
    .select('survey')
    .distinct()
    .where('survey', '<>', '')
    .orderBy('survey')
    .execute()
  const people = await db
    .selectFrom('act_log')
    .innerJoin('staff', 'staff.id', 'act_log.staff_id')
    .select(['staff.id', 'staff.name'])
    .distinct()
    .orderBy('staff.name')
    .orderBy('staff.id')
    .execute()
  const kinds = await db.selectFrom('act_log').select('kind').distinct().orderBy('kind').execute()
  return { surveys: surveys.map((row) => row.survey), people, kinds: kinds.map((row) => row.kind) }
}
