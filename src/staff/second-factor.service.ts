// Setting up, showing and taking away the second factor. A code is taken by a conditional update, so that of two requests
// with one code a single one passes, on whichever process (better-auth takes a code twice: its issue 10387).
import type { Config } from '../config.ts'
import type { Trx } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { decrypt, encrypt, keyFor } from '../lib/secrets.ts'
import {
  hashRecoveryCode,
  newRecoveryCodes,
  offeredSecret,
  readTypedCode,
  stepOfCode,
} from './second-factor.ts'
import {
  countRecoveryCodes,
  deleteSecondFactor,
  findTotp,
  insertTotp,
  replaceRecoveryCodes,
  takeRecoveryCode,
  takeTotpStep,
} from './second-factor.queries.ts'

export interface SecondFactorDeps {
  config: Pick<Config, 'serverSecret'>
  clock: Clock
}

/** The secret that this session may set up (second-factor.ts); nothing is stored before a code has come from it. */
export function secretToSetUp({ config }: Pick<SecondFactorDeps, 'config'>, sessionId: string): string {
  return offeredSecret(keyFor(config.serverSecret, 'totp-offer'), sessionId)
}

/** Turns the second factor on when `code` comes from the session's secret; gives the recovery codes, shown this once. */
export async function turnOnSecondFactor(
  deps: SecondFactorDeps,
  trx: Trx,
  { staffId, sessionId }: { staffId: string; sessionId: string },
  code: string,
): Promise<string[] | undefined> {
  const secret = secretToSetUp(deps, sessionId)
  const typed = readTypedCode(code)
  const step = typed.kind === 'totp' ? stepOfCode(secret, typed.code, deps.clock(), 0) : undefined
  if (step === undefined) return undefined
  const sealed = sealSecret(deps, staffId, secret)
  if (!(await insertTotp(trx, { staff_id: staffId, secret: sealed, last_step: step })))
    throw new Problem('second-factor-on')
  return freshRecoveryCodes(deps, trx, staffId)
}

/** Ten new recovery codes; those before stop working. */
export async function freshRecoveryCodes(
  deps: SecondFactorDeps,
  trx: Trx,
  staffId: string,
): Promise<string[]> {
  const codes = newRecoveryCodes()
  await replaceRecoveryCodes(
    trx,
    staffId,
    codes.map((code) => hashRecoveryCode(recoveryKey(deps), staffId, code)),
  )
  return codes
}

export type SecondFactorResult =
  { ok: true; by: 'totp' } | { ok: true; by: 'recovery'; left: number } | { ok: false }

/** Takes a code of the app or a recovery code, each once. */
export async function passSecondFactor(
  deps: SecondFactorDeps,
  trx: Trx,
  staffId: string,
  raw: string,
): Promise<SecondFactorResult> {
  const typed = readTypedCode(raw)
  if (typed.kind === 'recovery') {
    const hash = hashRecoveryCode(recoveryKey(deps), staffId, typed.code)
    if (!(await takeRecoveryCode(trx, staffId, hash))) return { ok: false }
    return { ok: true, by: 'recovery', left: await countRecoveryCodes(trx, staffId) }
  }
  if (typed.kind === 'none') return { ok: false }
  const totp = await findTotp(trx, staffId)
  if (totp === undefined) return { ok: false }
  const step = stepOfCode(openSecret(deps, staffId, totp.secret), typed.code, deps.clock(), totp.last_step)
  if (step === undefined || !(await takeTotpStep(trx, staffId, step))) return { ok: false }
  return { ok: true, by: 'totp' }
}

/** Takes it away, with its recovery codes: the person sets up another one at the next sign-in. */
export async function removeSecondFactor(trx: Trx, staffId: string): Promise<void> {
  await deleteSecondFactor(trx, staffId)
}

function sealSecret(deps: SecondFactorDeps, staffId: string, secret: string): string {
  return encrypt(secretKey(deps), `staff-totp/${staffId}`, Buffer.from(secret, 'utf8')).toString('base64url')
}

function openSecret(deps: SecondFactorDeps, staffId: string, sealed: string): string {
  const secret = decrypt(secretKey(deps), `staff-totp/${staffId}`, Buffer.from(sealed, 'base64url'))
  if (!secret) throw new Problem('second-factor-lost')
  return secret.toString('utf8')
}

function secretKey({ config }: Pick<SecondFactorDeps, 'config'>): Buffer {
  return keyFor(config.serverSecret, 'staff-totp')
}

function recoveryKey({ config }: Pick<SecondFactorDeps, 'config'>): Buffer {
  return keyFor(config.serverSecret, 'recovery-code')
}
