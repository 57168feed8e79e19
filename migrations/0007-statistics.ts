// What is found beside a release and stands in none: signs for the council, as JSON. Frozen in time: imports nothing from
// src.
import type { Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  await db.schema
    .alterTable('score_release')
    .addColumn('notes', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
}
