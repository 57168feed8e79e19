// What happens to cards between printing and the opening: void, replaced, more reserves, a higher cap. Each is one
// conditional update; the row count says whether it was still possible.
import { sql } from 'kysely'
import type { Trx } from '../db/database.ts'
import type { AccessCode } from './access.queries.ts'
import { findCode } from './access.queries.ts'

/**
 * issued or opened → void, with the counters of its stratum; false when it was used or void already. An opened card no
 * longer counts as opened: `opened` counts cards that may still come, or have come.
 */
export async function voidCode(trx: Trx, { hash, stratum_id, kind }: AccessCode): Promise<boolean> {
  const from = (await makeVoid(trx, hash, 'issued'))
    ? 'issued'
    : (await makeVoid(trx, hash, 'opened'))
      ? 'opened'
      : null
  if (from === null) return false
  await trx
    .updateTable('stratum')
    .set((eb) => ({
      voided: eb('voided', '+', 1),
      opened: eb('opened', '-', from === 'opened' ? 1 : 0),
    }))
    .where('id', '=', stratum_id)
    .execute()
  if (kind === 'reserve' && from === 'issued') await loseReserve(trx, stratum_id)
  const code = await findCode(trx, hash)
  if (code?.refused === 1) await forgetRefused(trx, stratum_id)
  return true
}

async function makeVoid(trx: Trx, hash: string, from: 'issued' | 'opened'): Promise<boolean> {
  const result = await trx
    .updateTable('access_code')
    .set({ state: 'void' })
    .where('hash', '=', hash)
    .where('state', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** A void card that was turned away waits for no decision any more. */
async function forgetRefused(trx: Trx, stratumId: string): Promise<void> {
  await trx
    .updateTable('stratum')
    .set((eb) => ({ refused_full: eb('refused_full', '-', 1) }))
    .where('id', '=', stratumId)
    .whereRef('refused_full', '>', 'cap_raised')
    .execute()
}

/**
 * A reserve that was never opened is taken for one that was still in store, as long as the store can have held it: which
 * reserves were given out is known as a number only, because a card belongs to nobody here.
 */
async function loseReserve(trx: Trx, stratumId: string): Promise<void> {
  await trx
    .updateTable('stratum')
    .set((eb) => ({ reserve_voided: eb('reserve_voided', '+', 1) }))
    .where('id', '=', stratumId)
    .where(sql<boolean>`replaced + reserve_voided < reserve`)
    .execute()
}

/** One more reserve card given out; false when none is left. */
export async function takeReserve(trx: Trx, stratumId: string): Promise<boolean> {
  const result = await trx
    .updateTable('stratum')
    .set((eb) => ({ replaced: eb('replaced', '+', 1) }))
    .where('id', '=', stratumId)
    .where(sql<boolean>`replaced + reserve_voided < reserve`)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** So many reserves are to be issued in all; false unless that is more than before and no more than the cap. */
export async function raiseReserve(trx: Trx, stratumId: string, reserve: number): Promise<boolean> {
  const result = await trx
    .updateTable('stratum')
    .set({ reserve_quota: reserve })
    .where('id', '=', stratumId)
    .where('reserve_quota', '<', reserve)
    .where('cap', '>=', reserve)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Cap + 1; false unless a refused card still waits for it and more cards than that are in circulation. */
export async function raiseCap(trx: Trx, stratumId: string): Promise<boolean> {
  const result = await trx
    .updateTable('stratum')
    .set((eb) => ({ cap: eb('cap', '+', 1), cap_raised: eb('cap_raised', '+', 1) }))
    .where('id', '=', stratumId)
    .whereRef('refused_full', '>', 'cap_raised')
    .where(sql<boolean>`cap < issued + reserve - voided`)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
