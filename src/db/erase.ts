// "Erased" must mean gone from the file, not only from the query. SQLite overwrites deleted rows (secure_delete) but its
// journal still holds the old pages; PostgreSQL keeps dead rows, and their bytes in half-filled blocks, until the table is
// written anew. Neither can be done in the transaction that deletes.
import { CompiledQuery, sql, type Transaction } from 'kysely'
import { Problem } from '../lib/problem.ts'
import { dialectOf, type Db } from './database.ts'
import type { Database } from './tables.ts'

/** Removes what `delete` left behind of this table. Another process reading at that moment makes it wait and retry. */
export async function eraseDeleted(db: Db, table: keyof typeof erasable): Promise<void> {
  if (dialectOf(db) === 'sqlite') return truncateJournal(db)
  await db.transaction().execute((trx) => writeAnew(trx, table, erasable[table]))
}

/** The tables from which secrets and answers are erased, each with its key. */
const erasable = {
  code_batch_part: 'batch_id, stratum_id',
  key_holder: 'survey_id, position',
  response: 'survey_id, id',
} as const

/**
 * PostgreSQL: copies the living rows in the order of `key` into an empty file and throws the old one away, dead rows with
 * it. VACUUM FULL would keep xmin, and every dead row that any older transaction might still want to see: an analysis or
 * a sign-in that happens beside it is enough, and neither can be waited for (a session that is just beginning is not yet
 * listed anywhere).
 */
export async function writeAnew(
  trx: Transaction<Database>,
  table: keyof Database,
  key: string,
): Promise<void> {
  await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx)
  await sql`create temporary table rewriting on commit drop as select * from ${sql.table(table)} order by ${sql.raw(key)}`.execute(
    trx,
  )
  await sql`truncate ${sql.table(table)}`.execute(trx)
  await sql`insert into ${sql.table(table)} select * from rewriting order by ${sql.raw(key)}`.execute(trx)
  await sql`drop table rewriting`.execute(trx)
}

/** Writes SQLite's journal into the file and cuts it to nothing; the busy flag says when a reader prevented it. */
export async function truncateJournal(db: Db): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { rows } = await db.executeQuery<{ busy: number }>(
      CompiledQuery.raw('pragma wal_checkpoint(truncate)'),
    )
    if (rows[0]?.busy === 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Problem('database-busy')
}
