// The table of samples: how many people a group has and by which seed they were drawn; no name is ever stored.
import type { Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/tables.ts'
import { Problem } from '../lib/problem.ts'
import type { Stratum, Survey } from './survey.queries.ts'

export type Sample = Selectable<Database['sample']>

/** Id of the stratum → its sample. */
export async function listSamples(db: Db | Trx, survey: Survey): Promise<Map<string, Sample>> {
  const rows = await db.selectFrom('sample').selectAll().where('survey_id', '=', survey.id).execute()
  return new Map(rows.map((row) => [row.stratum_id, row]))
}

/**
 * Stores a draw, in the place of `before` or of none.
 * @throws Problem sample-changed when somebody else drew meanwhile
 */
export async function putSample(trx: Trx, before: Sample | undefined, sample: Sample): Promise<void> {
  if (before === undefined) {
    const added = await trx
      .insertInto('sample')
      .values(sample)
      .onConflict((conflict) => conflict.column('stratum_id').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows !== 1n) throw new Problem('sample-changed')
    return
  }
  const changed = await trx
    .updateTable('sample')
    .set(sample)
    .where('stratum_id', '=', before.stratum_id)
    .where('seed', '=', before.seed)
    .executeTakeFirst()
  if (changed.numUpdatedRows !== 1n) throw new Problem('sample-changed')
}

/**
 * The quota falls, and what hangs on it; the plan's own figure stays.
 * @throws Problem sample-changed when codes were issued for it or somebody else lowered it meanwhile
 */
export async function lowerQuota(
  trx: Trx,
  stratum: Stratum,
  { quota, reserve }: { quota: number; reserve: number },
): Promise<void> {
  const lowered = await trx
    .updateTable('stratum')
    .set({ quota, cap: quota, reserve_quota: reserve })
    .where('id', '=', stratum.id)
    .where('quota', '=', stratum.quota)
    .where('quota', '>=', quota)
    .where('issued', '=', 0)
    .where('reserve', '=', 0)
    .executeTakeFirst()
  if (lowered.numUpdatedRows !== 1n) throw new Problem('sample-changed')
}
