// The code that lets a person set a password: printed on an activation slip, sent by mail, or shown to the administrator.
// It is derived from the server secret and a nonce, so the store holds no code and a slip can be printed again until it
// is used. Pure.
import { createHmac } from 'node:crypto'
import type { LinkKind } from '../db/tables.ts'
import { alphabet, grouped, plainSymbol } from '../lib/symbols.ts'

/** Sixteen symbols: 72 bits. */
const symbols = 16

export type { LinkKind }

/** How long a link works, in days: a slip travels by post, a reset is wanted now. */
export const linkDays: Record<LinkKind, number> = { activation: 14, reset: 1 }

export const linkNames: Record<LinkKind, string> = { activation: 'kích hoạt', reset: 'đặt lại mật khẩu' }

/** The code behind a nonce, canonical. */
export function linkCode(key: Buffer, staffId: string, nonce: string): string {
  const digest = createHmac('sha256', key).update(`staff-link/1:${staffId}:${nonce}`, 'utf8').digest('hex')
  let rest = BigInt(`0x${digest}`)
  let code = ''
  for (let i = 0; i < symbols; i++) {
    code += alphabet.charAt(Number(rest % BigInt(alphabet.length)))
    rest /= BigInt(alphabet.length)
  }
  return code
}

/** "BCFG HJKM NPQR TVX2" */
export function formatLinkCode(code: string): string {
  return grouped(code, 4)
}

/** What the table keeps to find the person again: a keyed hash. */
export function hashLinkCode(key: Buffer, code: string): string {
  return createHmac('sha256', key).update(`staff-link-hash/1:${code}`, 'utf8').digest('base64url')
}

/** The canonical code in what was typed, pasted or scanned (a whole link, any spacing); undefined when it is none. */
export function readLinkCode(raw: string): string | undefined {
  const typed = raw.slice(0, 300)
  const code = [...typed.slice(typed.lastIndexOf('#') + 1).normalize('NFC')].map(plainSymbol).join('')
  return code.length === symbols && [...code].every((each) => alphabet.includes(each)) ? code : undefined
}
