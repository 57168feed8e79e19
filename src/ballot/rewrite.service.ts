// After the last ballot is open: nothing on disk may tell any more what arrived or was opened together. confidentiality.md §8.
import { CompiledQuery, sql } from 'kysely'
import { isBusy } from '../db/constraint.ts'
import { dialectOf, type Db } from '../db/database.ts'
import { truncateJournal, writeAnew } from '../db/erase.ts'

/**
 * Writes the tables anew in the order of their random ids, so that neither free pages, the journal nor PostgreSQL's row
 * versions (xmin) tell what arrived or was opened together.
 */
export async function rewriteTables(db: Db): Promise<void> {
  if (dialectOf(db) === 'sqlite') {
    await truncateJournal(db)
    await vacuum(db)
    await truncateJournal(db)
    return
  }
  await db.transaction().execute(async (trx) => {
    // All locks first, in the order in which a submit of another survey takes them: two orders would deadlock.
    await sql`lock table access_code, sealed_ballot, receipt, response in access exclusive mode`.execute(trx)
    for (const [table, key] of rewritten) await writeAnew(trx, table, key)
  })
}

/** The tables that could tell what arrived or was opened together, each with its random key. */
const rewritten = [
  ['access_code', 'hash'],
  ['sealed_ballot', 'survey_id, id'],
  ['receipt', 'survey_id, receipt'],
  ['response', 'survey_id, id'],
] as const

/** VACUUM needs the file for itself for a moment; a reader beside us is waited for. */
async function vacuum(db: Db): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await db.executeQuery(CompiledQuery.raw('vacuum'))
      return
    } catch (error) {
      if (!isBusy(error) || attempt >= 10) throw error
      // Respondents of other surveys are served meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}
