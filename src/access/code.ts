// The code on an access card: how it is drawn, printed, read back from what a person typed, and hashed for
// the table. Pure. README, "The road", stops 0 and 1; the reasons stand in confidentiality.md, section 2.
import { createHmac } from 'node:crypto'
import { alphabet, drawSymbols, grouped, plainSymbol, typedSymbols, type RandomInt } from '../lib/symbols.ts'

const randomSymbols = 11
const codeLength = randomSymbols + 1

/** Far above a code with any spacing or a link to it; keeps a hostile form field from costing work. */
const longestInput = 200

export type ParsedCode =
  | { ok: true; code: string }
  | { ok: false; reason: 'empty' }
  | { ok: false; reason: 'symbol'; symbol: string }
  | { ok: false; reason: 'length'; length: number }
  | { ok: false; reason: 'check' }

/** A new code in its canonical form: 12 symbols without spaces, 23^11 possibilities (49.8 bits). */
export function newCode(randomInt?: RandomInt): string {
  const drawn = drawSymbols(randomSymbols, randomInt)
  return drawn + alphabet.charAt(weightedSum(drawn))
}

/** A canonical code as cards and screens show it: 'XXXX XXXX XXXX'. */
export function formatCode(code: string): string {
  return grouped(code, 4)
}

/**
 * Reads what a person typed, pasted or scanned: a code with any spacing, or the whole link of a card.
 *
 * Never throws. What is wrong comes back as the first of: nothing there; a symbol that no card bears, as the
 * person typed it; another number of symbols than 12; a slip that the check symbol found.
 */
export function parseCode(raw: string): ParsedCode {
  if (raw.length > longestInput) return { ok: false, reason: 'length', length: raw.length }

  // Symbol by symbol, so that a wrong one can be named as it was typed.
  let code = ''
  for (const symbol of typedSymbols(raw.slice(raw.lastIndexOf('#') + 1))) {
    const plain = plainSymbol(symbol)
    if (![...plain].every((each) => alphabet.includes(each))) return { ok: false, reason: 'symbol', symbol }
    code += plain
  }

  if (code === '') return { ok: false, reason: 'empty' }
  if (code.length !== codeLength) return { ok: false, reason: 'length', length: code.length }
  if (!checks(code)) return { ok: false, reason: 'check' }
  return { ok: true, code }
}

/**
 * What the table keeps instead of a canonical code: HMAC-SHA256 under a key of its own, base64url, 43
 * characters.
 */
export function hashCode(key: Buffer, code: string): string {
  return createHmac('sha256', key).update(`access-code/1:${code}`, 'utf8').digest('base64url')
}

/**
 * Sum of 5^i x v_i mod 23 from i = 0. As 5 is a primitive root of 23, the weights 5^0 … 5^10 are all
 * different, and 5^11 = -1: the check symbol that equals this sum is itself one more term which brings the
 * total to 0. So twelve weights, none 0, no two alike: one wrong symbol or two exchanged ones, wherever they
 * stand, leave a sum other than 0. (From i = 1 the last random symbol would share the check symbol's weight,
 * and exchanging these two would go unseen.)
 */
function weightedSum(symbols: string): number {
  let sum = 0
  let weight = 1
  for (const symbol of symbols) {
    sum = (sum + weight * alphabet.indexOf(symbol)) % alphabet.length
    weight = (weight * 5) % alphabet.length
  }
  return sum
}

function checks(code: string): boolean {
  return weightedSum(code) === 0
}
