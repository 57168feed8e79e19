// Announcing the results, and how long the ballots are kept. Frozen in time: imports nothing from src.
import type { Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  // Days. `destroy_on` of a survey that was opened before stays empty: nothing is destroyed that nobody has set a day for.
  for (const column of ['announce_on', 'announced_on', 'destroy_on'])
    await db.schema.alterTable('survey').addColumn(column, 'text').execute()
  await db.schema
    .alterTable('survey')
    .addColumn('keep_months', 'integer', (c) => c.notNull().defaultTo(24))
    .execute()
  await db.schema
    .createTable('response_sums')
    .addColumn('survey_id', 'text', (c) => c.primaryKey().references('survey.id'))
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('ballots', 'integer', (c) => c.notNull())
    .addColumn('checked', 'text', (c) => c.notNull())
    .addColumn('made_on', 'text', (c) => c.notNull())
    .addColumn('asked_by', 'text', (c) => c.notNull())
    .addColumn('erased_on', 'text')
    .execute()
  // Whether somebody has looked at results today already is asked at each look.
  await db.schema.createIndex('act_log_staff_at').on('act_log').columns(['staff_id', 'at']).execute()
}
