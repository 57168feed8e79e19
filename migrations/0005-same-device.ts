// How many ballots of a unit came from a device that had sent one before: one number a unit, no device. Frozen in
// time: imports nothing from src.
import type { Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  await db.schema
    .alterTable('unit')
    .addColumn('same_device', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
}
