// "Erased" must mean gone from the file, not only from the query. SQLite overwrites deleted rows (secure_delete) but its
// journal still holds the old pages; PostgreSQL keeps dead rows until a vacuum, and their bytes in half-filled blocks until
// the table is written anew (vacuum full). Neither can be run inside a transaction.
import { CompiledQuery, sql } from 'kysely'
import { Problem } from '../lib/problem.ts'
import { dialectOf, type Db } from './database.ts'
import type { Database } from './tables.ts'

/** Removes what `delete` left behind of these tables. Another process reading at that moment makes it wait and retry. */
export async function eraseDeleted(db: Db, tables: (keyof Database)[]): Promise<void> {
  if (dialectOf(db) === 'sqlite') return truncateJournal(db)
  await waitForOlderReaders(db)
  for (const table of tables) await sql`vacuum full ${sql.table(table)}`.execute(db)
}

const mostWaits = 50

/**
 * Writing a table anew keeps the rows that an older transaction of this database may still want to see, though it never
 * asks for them: an analysis that PostgreSQL runs by itself is enough. So they are waited for, five seconds at most.
 */
async function waitForOlderReaders(db: Db): Promise<void> {
  const { rows } = await sql<{ now: string }>`select pg_current_xact_id()::xid::text as now`.execute(db)
  const now = rows[0]?.now ?? ''
  for (let waits = 0; waits < mostWaits; waits++) {
    const older = await sql`
      select 1 from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and (age(backend_xmin) >= age(${now}::text::xid) or age(backend_xid) >= age(${now}::text::xid))
    `.execute(db)
    if (older.rows.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
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
