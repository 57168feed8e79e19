// What focal points counted. A plain running tally, kept out of the log on purpose: pressed as each colleague takes a card,
// a line of the log would say at which minute that was.
import { sql } from 'kysely'
import type { Trx } from '../db/database.ts'
import type { CardCount } from './unit-counts.ts'

/** False when that is more than was printed for the stratum. */
export async function setCardCount(
  trx: Trx,
  stratumId: string,
  { received, handedOut }: CardCount,
): Promise<boolean> {
  const result = await trx
    .updateTable('stratum')
    .set({ cards_received: received, cards_handed_out: handedOut })
    .where('id', '=', stratumId)
    .where(sql<boolean>`issued + reserve >= ${received}`)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
