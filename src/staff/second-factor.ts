// The second factor: a code of six digits that changes every half minute (TOTP, RFC 6238, by otplib), and recovery codes
// for the day the phone is lost. Pure.
import { createHmac } from 'node:crypto'
import { generateURI, ScureBase32Plugin, verifySync } from 'otplib'
import { alphabet, drawSymbols, grouped, plainSymbol } from '../lib/symbols.ts'

export const stepSeconds = 30
const recoveryCodes = 10
/** Ten symbols: 45 bits, of which a guesser gets a few tries a minute. */
const recoverySymbols = 10
const issuer = 'Khảo sát CCHC'

/**
 * The secret that a session offers for setting up, base32, 160 bits: always the same one for the same session, so that
 * looking at the page stores nothing and a reload does not break a phone that has scanned it.
 */
export function offeredSecret(key: Buffer, sessionId: string): string {
  const bytes = createHmac('sha256', key).update(`totp-offer/1:${sessionId}`, 'utf8').digest().subarray(0, 20)
  return new ScureBase32Plugin().encode(bytes, { padding: false })
}

/** What the app on the phone scans. */
export function totpUri(secret: string, email: string): string {
  return generateURI({ issuer, label: email, secret })
}

/**
 * The time step that `code` belongs to: now, or one step before or after it, and later than `after`; undefined when the
 * code is wrong or was taken before. The caller stores the step in one move with the check that it is still newer.
 */
export function stepOfCode(secret: string, code: string, now: Date, after: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const epoch = Math.floor(now.getTime() / 1000)
  const result = verifySync({
    secret,
    token: code,
    epoch,
    epochTolerance: stepSeconds,
    ...(after > 0 ? { afterTimeStep: after } : {}),
  })
  return result.valid && 'timeStep' in result ? result.timeStep : undefined
}

/** Ten new recovery codes, canonical. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodes }, () => drawSymbols(recoverySymbols))
}

/** "BCFGH-JKMNP" */
export function formatRecoveryCode(code: string): string {
  return grouped(code, 5, '-')
}

export type TypedCode = { kind: 'totp'; code: string } | { kind: 'recovery'; code: string } | { kind: 'none' }

/** Reads what was typed into the one field: six digits, or a recovery code with any spacing. */
export function readTypedCode(raw: string): TypedCode {
  const typed = raw.slice(0, 60)
  const digits = typed.normalize('NFKC').replace(/[\s-]/g, '')
  if (/^\d{6}$/.test(digits)) return { kind: 'totp', code: digits }
  const code = [...typed].map(plainSymbol).join('')
  const isRecovery = code.length === recoverySymbols && [...code].every((each) => alphabet.includes(each))
  return isRecovery ? { kind: 'recovery', code } : { kind: 'none' }
}

/** What is stored of a recovery code; the person is bound in, so that equal codes of two people differ. */
export function hashRecoveryCode(key: Buffer, staffId: string, code: string): string {
  return createHmac('sha256', key).update(`recovery-code/1:${staffId}:${code}`, 'utf8').digest('base64url')
}
