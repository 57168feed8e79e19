// Stored runs of the index: each with its inputs, so that a figure can be computed again and compared.
import type { Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/tables.ts'
import type { Survey } from '../survey/survey.queries.ts'

export type StoredRun = Selectable<Database['index_run']>

export async function insertRun(trx: Trx, run: StoredRun): Promise<void> {
  await trx.insertInto('index_run').values(run).execute()
}

export async function listRuns(db: Db, survey: Survey): Promise<Omit<StoredRun, 'input' | 'output'>[]> {
  return db
    .selectFrom('index_run')
    .select(['id', 'survey_id', 'hash', 'computed_on', 'number'])
    .where('survey_id', '=', survey.id)
    .orderBy('number', 'desc')
    .execute()
}

export async function findRun(db: Db, survey: Survey, id: string): Promise<StoredRun | undefined> {
  return db
    .selectFrom('index_run')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .where('id', '=', id)
    .executeTakeFirst()
}
