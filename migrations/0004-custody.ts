// Custody of a survey's key by a council, the minutes of the opening, and the frozen releases of its scores. Frozen in
// time: imports nothing from src.
import type { Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  // A holder's secret is on paper only. Here stands its public half, and the share of the key sealed to it.
  await db.schema
    .createTable('key_holder')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('staff_id', 'text', (c) => c.notNull().references('staff.id'))
    .addColumn('public_key', 'text')
    .addColumn('sealed_share', 'text')
    .addColumn('made_on', 'text')
    .addColumn('checked_on', 'text')
    .addColumn('next_staff_id', 'text', (c) => c.references('staff.id'))
    .addColumn('next_public_key', 'text')
    .addPrimaryKeyConstraint('key_holder_pk', ['survey_id', 'position'])
    .execute()

  // The day on which a test ballot was opened with the papers of the holders.
  await db.schema.alterTable('survey').addColumn('custody_rehearsed_on', 'text').execute()

  for (const column of ['present', 'ballots_hash', 'receipts_hash', 'old_copies'])
    await db.schema
      .alterTable('opening')
      .addColumn(column, 'text', (c) => c.notNull().defaultTo(''))
      .execute()
  await db.schema
    .alterTable('opening')
    .addColumn('custody', 'text', (c) => c.notNull().defaultTo('server-held'))
    .execute()

  // What was given out, word for word, and what the audit of a later version needs to know of it.
  await db.schema
    .createTable('score_release')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('audit', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('made_on', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('score_release_pk', ['survey_id', 'version'])
    .execute()
}
