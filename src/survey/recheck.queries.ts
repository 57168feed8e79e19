// The table of rechecks: counts per unit, and the seed as long as the people have still to be asked.
import { sql, type Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/tables.ts'
import type { RecheckCounts } from './recheck.ts'
import type { Survey } from './survey.queries.ts'

export type Recheck = Selectable<Database['recheck']>

export async function findRecheck(db: Db, survey: Survey, unit: string): Promise<Recheck | undefined> {
  return db
    .selectFrom('recheck')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .where('unit_code', '=', unit)
    .executeTakeFirst()
}

/** False when the unit has one already: nobody draws until the lot pleases. */
export async function insertRecheck(
  trx: Trx,
  survey: Survey,
  unit: string,
  drawn: { asked: number; seed: string; day: string },
): Promise<boolean> {
  const result = await trx
    .insertInto('recheck')
    .values({
      survey_id: survey.id,
      unit_code: unit,
      asked: drawn.asked,
      seed: drawn.seed,
      yes: 0,
      no: 0,
      unreached: 0,
      drawn_on: drawn.day,
      recorded_on: null,
    })
    .onConflict((conflict) => conflict.columns(['survey_id', 'unit_code']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Writes the counts down and forgets which lines were drawn; false when nothing was drawn, or for another number. */
export async function setRecheckCounts(
  trx: Trx,
  survey: Survey,
  unit: string,
  counts: RecheckCounts,
  day: string,
): Promise<boolean> {
  const result = await trx
    .updateTable('recheck')
    .set({ ...counts, seed: null, recorded_on: day })
    .where('survey_id', '=', survey.id)
    .where('unit_code', '=', unit)
    .where('asked', '=', counts.yes + counts.no + counts.unreached)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** What was written down, level by level; levels without any are left out. */
export async function sumRechecks(
  db: Db,
  survey: Survey,
): Promise<(RecheckCounts & { level: string; units: number })[]> {
  const total = (column: keyof RecheckCounts) =>
    sql<number>`cast(sum(${sql.ref(`recheck.${column}`)}) as integer)`.as(column)
  return db
    .selectFrom('recheck')
    .innerJoin('unit', (join) =>
      join.onRef('unit.survey_id', '=', 'recheck.survey_id').onRef('unit.code', '=', 'recheck.unit_code'),
    )
    .select([
      'unit.level',
      sql<number>`cast(count(*) as integer)`.as('units'),
      total('yes'),
      total('no'),
      total('unreached'),
    ])
    .where('recheck.survey_id', '=', survey.id)
    .where('recheck.recorded_on', 'is not', null)
    .groupBy('unit.level')
    .execute()
}
