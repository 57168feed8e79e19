// Signing in, step by step: the password (asked of better-auth), the second factor, and proving again to be there.
import type { Request, Response } from 'express'
import { randomId } from '../lib/random.ts'
import type { Deps } from '../web/deps.ts'
import { recordAct, recordActAlone } from './act-log.service.ts'
import type { Actor } from './actor.ts'
import { addressOf, askAuth, setSessionCookie } from './auth.ts'
import { findToken, type Staff, type StaffDeps } from './guard.ts'
import { isPassword } from './password.ts'
import { readTypedCode } from './second-factor.ts'
import { passSecondFactor, type SecondFactorResult } from './second-factor.service.ts'
import {
  deleteExpiredSessions,
  deleteSession,
  endSessions,
  findSession,
  markFresh,
  replaceToken,
} from './session.queries.ts'
import type { SecondFactorLimiter, SignInLimiter } from './sign-in-limiter.ts'
import { findAccountByEmail, getPasswordHash } from './staff.queries.ts'

export type SignInDeps = Deps & StaffDeps

export interface Limiters {
  password: SignInLimiter
  secondFactor: SecondFactorLimiter
}

export type PasswordOutcome = 'signed-in' | 'wrong' | 'too-many' | 'disabled'

/** The first step. On success the answer carries the cookie of a session that has shown the password alone. */
export async function signInByPassword(
  deps: SignInDeps,
  limiters: Limiters,
  req: Request,
  res: Response,
  { email, password }: { email: string; password: string },
): Promise<PasswordOutcome> {
  const address = addressOf(req)
  if (!(await limiters.password.mayTry(email, address))) return tooMany(deps)
  const before = await findToken(deps, req)
  const { status, token } = await askAuth(deps, req, res, '/sign-in/email', { email, password })
  if (status === 429) return tooMany(deps)
  if (status === 400 || status === 401) {
    recordFailureLater(deps, res, email, 'sai mật khẩu')
    return 'wrong'
  }
  if (status !== 200 || token === undefined) throw new Error(`better-auth answered a sign-in with ${status}`)
  await limiters.password.noteSuccess(email, address)
  // Whoever signs in again in this browser leaves no session behind.
  if (before !== undefined) await deleteSession(deps.db, before)
  return beginSession(deps, res, token)
}

/** Guessing shows in the program's log, without a name, an address or what was typed. */
function tooMany({ log }: Pick<SignInDeps, 'log'>): 'too-many' {
  log.warn('a sign-in was slowed down')
  return 'too-many'
}

async function beginSession(deps: SignInDeps, res: Response, token: string): Promise<PasswordOutcome> {
  const session = await findSession(deps.db, token)
  if (!session) throw new Error('better-auth began no session')
  const person: Actor = { id: session.staffId, name: session.name, agency: session.agency }
  if (session.disabledOn !== null) {
    await endSessions(deps.db, session.staffId)
    res.removeHeader('Set-Cookie')
    await recordActAlone(deps, person, { kind: 'sign-in-failed', details: { why: 'tài khoản đã bị khóa' } })
    return 'disabled'
  }
  await markFresh(deps.db, token, deps.clock(), { secondFactor: false })
  if (!session.hasTotp) await recordActAlone(deps, person, { kind: 'sign-in' })
  // By the machine's clock, as the sessions themselves.
  await deleteExpiredSessions(deps.db, new Date())
  return 'signed-in'
}

/**
 * Into the log of acts once the answer is out: writing takes longer than not writing, and would tell a stranger who has
 * an account. An address that has none is written nowhere.
 */
function recordFailureLater(deps: SignInDeps, res: Response, email: string, why: string): void {
  res.once('finish', () => {
    findAccountByEmail(deps.db, email)
      .then(async (account) => {
        if (account) await recordActAlone(deps, account, { kind: 'sign-in-failed', details: { why } })
        else deps.log.warn('a sign-in of an unknown address failed')
      })
      .catch((error: unknown) => {
        const { name, message } = error instanceof Error ? error : new Error(String(error))
        deps.log.error({ name, message }, 'a failed sign-in could not be recorded')
      })
  })
}

export type CodeOutcome = SecondFactorResult | { ok: false; tooMany: true }

/**
 * The second step: a code of the app or a recovery code, each once; the session is whole afterwards, under another token:
 * whoever knew the password, and put a half session of their own into this browser, is left with nothing.
 */
export async function signInBySecondFactor(
  deps: SignInDeps,
  limiters: Limiters,
  req: Request,
  res: Response,
  staff: Staff,
  code: string,
): Promise<CodeOutcome> {
  const address = addressOf(req)
  const recovery = readTypedCode(code).kind === 'recovery'
  if (!(await limiters.secondFactor.mayTry(staff.id, address, { recovery }))) {
    tooMany(deps)
    return { ok: false, tooMany: true }
  }
  const token = randomId()
  const result = await deps.db.transaction().execute(async (trx) => {
    const passed = await passSecondFactor(deps, trx, staff.id, code)
    if (!passed.ok) {
      await recordAct(deps, trx, staff, { kind: 'sign-in-failed', details: { why: 'sai mã xác thực' } })
      return passed
    }
    await markFresh(trx, staff.session.token, deps.clock(), { secondFactor: true })
    await replaceToken(trx, staff.session.token, token)
    if (passed.by === 'recovery')
      await recordAct(deps, trx, staff, { kind: 'recovery-code-used', details: { left: passed.left } })
    await recordAct(deps, trx, staff, { kind: 'sign-in' })
    return passed
  })
  if (result.ok) {
    setSessionCookie(deps, res, token)
    await limiters.secondFactor.noteSuccess(staff.id, address)
  }
  return result
}

/**
 * Proves again that the person of this session is there: the password, and the second factor where there is one. The
 * session goes on under another token, so that a copy of the old one has nothing of it.
 */
export async function proveAgain(
  deps: SignInDeps,
  limiters: Limiters,
  req: Request,
  res: Response,
  staff: Staff,
  { password, code }: { password: string; code: string },
): Promise<'proved' | 'wrong' | 'too-many'> {
  const address = addressOf(req)
  const wrong = async (why: string): Promise<'wrong'> => {
    await recordActAlone(deps, staff, { kind: 'sign-in-failed', details: { why } })
    return 'wrong'
  }
  if (!(await limiters.password.mayTry(staff.email, address))) return tooMany(deps)
  if (!(await isOwnPassword(deps, staff, password))) return wrong('sai mật khẩu khi xác nhận lại danh tính')
  await limiters.password.noteSuccess(staff.email, address)
  const recovery = readTypedCode(code).kind === 'recovery'
  if (staff.hasSecondFactor && !(await limiters.secondFactor.mayTry(staff.id, address, { recovery })))
    return tooMany(deps)
  const token = randomId()
  const proved = await deps.db.transaction().execute(async (trx) => {
    const passed = staff.hasSecondFactor ? await passSecondFactor(deps, trx, staff.id, code) : undefined
    if (passed?.ok === false) return false
    if (passed?.by === 'recovery')
      await recordAct(deps, trx, staff, { kind: 'recovery-code-used', details: { left: passed.left } })
    await markFresh(trx, staff.session.token, deps.clock(), { secondFactor: false })
    await replaceToken(trx, staff.session.token, token)
    await recordAct(deps, trx, staff, { kind: 'sign-in-again' })
    return true
  })
  if (!proved) return wrong('sai mã xác thực khi xác nhận lại danh tính')
  setSessionCookie(deps, res, token)
  await limiters.secondFactor.noteSuccess(staff.id, address)
  return 'proved'
}

/** Whether this is the password of the signed-in person. */
export async function isOwnPassword(
  { db }: Pick<Deps, 'db'>,
  staff: Staff,
  password: string,
): Promise<boolean> {
  return isPassword(await getPasswordHash(db, staff.id), password)
}
