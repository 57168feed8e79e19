// What is asked of the tables of the second factor.
import { sql, type Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database } from '../db/tables.ts'

type Totp = Selectable<Database['staff_totp']>

export function findTotp(db: Db | Trx, staffId: string): Promise<Totp | undefined> {
  return db.selectFrom('staff_totp').selectAll().where('staff_id', '=', staffId).executeTakeFirst()
}

/** false when this person has one already. */
export async function insertTotp(trx: Trx, totp: Totp): Promise<boolean> {
  const result = await trx
    .insertInto('staff_totp')
    .values(totp)
    .onConflict((conflict) => conflict.column('staff_id').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Notes the step of a code, if it is newer than every one before. */
export async function takeTotpStep(trx: Trx, staffId: string, step: number): Promise<boolean> {
  const result = await trx
    .updateTable('staff_totp')
    .set({ last_step: step })
    .where('staff_id', '=', staffId)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function replaceRecoveryCodes(trx: Trx, staffId: string, hashes: string[]): Promise<void> {
  // Of two who ask at once the second waits here, and replaces what the first was given.
  await trx
    .updateTable('staff_totp')
    .set((eb) => ({ last_step: eb.ref('last_step') }))
    .where('staff_id', '=', staffId)
    .execute()
  await trx.deleteFrom('staff_recovery_code').where('staff_id', '=', staffId).execute()
  await trx
    .insertInto('staff_recovery_code')
    .values(hashes.map((hash) => ({ staff_id: staffId, hash })))
    .execute()
}

/** Uses the code up; false when there is none like it, or somebody was quicker. */
export async function takeRecoveryCode(trx: Trx, staffId: string, hash: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('staff_recovery_code')
    .where('staff_id', '=', staffId)
    .where('hash', '=', hash)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

export async function countRecoveryCodes(db: Db | Trx, staffId: string): Promise<number> {
  const row = await db
    .selectFrom('staff_recovery_code')
    .select(sql<number>`cast(count(*) as integer)`.as('codes'))
    .where('staff_id', '=', staffId)
    .executeTakeFirstOrThrow()
  return row.codes
}

export async function deleteSecondFactor(trx: Trx, staffId: string): Promise<void> {
  await trx.deleteFrom('staff_totp').where('staff_id', '=', staffId).execute()
  await trx.deleteFrom('staff_recovery_code').where('staff_id', '=', staffId).execute()
}
