// By which codes another program knows our criteria and units, for the table that is entered there. Frozen in time: imports
// nothing from src.
import type { Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  await db.schema
    .createTable('import_code')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('import_code', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_code_pk', ['survey_id', 'kind', 'level', 'code'])
    .execute()
}
