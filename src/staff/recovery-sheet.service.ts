// The recovery sheet: the server secret on paper. Without it a backup of the database is worth little: no key of a survey
// can be unwrapped, no card is recognised, no second factor works. The start page stays red until somebody has typed the
// sheet's check symbols, which stand on the paper alone.
import { createHmac } from 'node:crypto'
import type { Db } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import { keyFor } from '../lib/secrets.ts'
import { alphabet, plainSymbol } from '../lib/symbols.ts'
import { recordAct, type LogDeps } from './act-log.service.ts'
import type { Actor } from './actor.ts'

const mark = 'recovery-sheet'
const checkLength = 6

/** The secret as it must be put back, and six symbols that say whether it was. */
export interface RecoverySheet {
  secret: string
  check: string
}

export function recoverySheet({ config }: Pick<LogDeps, 'config'>): RecoverySheet {
  return { secret: config.serverSecret.toString('utf8'), check: checkOf(config.serverSecret) }
}

/** Six symbols derived from the secret, from which nothing of it can be told. */
function checkOf(serverSecret: Buffer): string {
  const digest = createHmac('sha256', keyFor(serverSecret, 'recovery-sheet')).update('check/1').digest()
  return [...digest.subarray(0, checkLength)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('')
}

/** Whether somebody confirmed that the sheet of this very secret is put away. */
export async function isSheetKept({ db, config }: Pick<LogDeps, 'config'> & { db: Db }): Promise<boolean> {
  const row = await db.selectFrom('system_mark').select('value').where('name', '=', mark).executeTakeFirst()
  return row?.value === fingerprintOf(config.serverSecret)
}

/** @throws Problem secret-wrong unless the check symbols of the sheet were typed */
export async function confirmSheet(deps: LogDeps & { db: Db }, by: Actor, typed: string): Promise<void> {
  const symbols = [...typed.slice(0, 40)].map(plainSymbol).join('')
  if (symbols !== checkOf(deps.config.serverSecret)) throw new Problem('secret-wrong')
  const value = fingerprintOf(deps.config.serverSecret)
  await deps.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('system_mark')
      .values({ name: mark, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
    await recordAct(deps, trx, by, { kind: 'secret-kept' })
  })
}

/** Changes with the secret: a new one needs a new sheet. */
function fingerprintOf(serverSecret: Buffer): string {
  return createHmac('sha256', keyFor(serverSecret, 'recovery-sheet'))
    .update('fingerprint/1')
    .digest('base64url')
}
