// The code on an access card: how it is drawn, printed, read back from what a person typed, and hashed for
// the table. Pure. README, "The road", stops 0 and 1; the reasons stand in confidentiality.md, section 2.
import { createHmac, randomInt as cryptoRandomInt } from 'node:crypto'

/**
 * No vowel, W, Y or D, so that a Telex or VNI keyboard has nothing to turn into a Vietnamese letter; no 0/O,
 * 1/I/L; no S or Z, which are read as 5 and 2. A prime number of symbols makes the check below a field.
 */
const alphabet = '23456789BCFGHJKMNPQRTVX'
const randomSymbols = 11
const codeLength = randomSymbols + 1

/** Far above a code with any spacing or a link to it; keeps a hostile form field from costing work. */
const longestInput = 200

/** A uniform integer from 0 to below `max`. */
export type RandomInt = (max: number) => number

export type ParsedCode =
  | { ok: true; code: string }
  | { ok: false; reason: 'empty' }
  | { ok: false; reason: 'symbol'; symbol: string }
  | { ok: false; reason: 'length'; length: number }
  | { ok: false; reason: 'check' }

/** A new code in its canonical form: 12 symbols without spaces, 23^11 possibilities (49.8 bits). */
export function newCode(randomInt: RandomInt = (max) => cryptoRandomInt(max)): string {
  const symbols = Array.from({ length: randomSymbols }, () => alphabet.charAt(randomInt(alphabet.length)))
  const drawn = symbols.join('')
  return drawn + alphabet.charAt(weightedSum(drawn))
}

/** A canonical code as cards and screens show it: 'XXXX XXXX XXXX'. */
export function formatCode(code: string): string {
  return code.replace(/.{4}(?=.)/g, '$& ')
}

/**
 * Reads what a person typed, pasted or scanned: a code with any spacing, or the whole link of a card.
 *
 * Never throws. What is wrong comes back as the first of: nothing there; a symbol that no card bears, as the
 * person typed it; another number of symbols than 12; a slip that the check symbol found.
 */
export function parseCode(raw: string): ParsedCode {
  if (raw.length > longestInput) return { ok: false, reason: 'length', length: raw.length }

  // Symbol by symbol, so that a wrong one can be named as it was typed. NFC first: "ư" typed as u + horn is
  // one symbol.
  const typed = [...raw.slice(raw.lastIndexOf('#') + 1).normalize('NFC')]
  let code = ''
  for (const symbol of typed) {
    const plain = normalise(symbol)
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

// Zero-width characters are a scattered lot: default ignorable (U+180E and the soft hyphen are among them),
// format, control (a hand scanner's). U+02D7 and U+2043 look like hyphens without the property. Marks go here
// as well.
const ignored = /[\p{White_Space}\p{Dash}\u02d7\u2043\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{M}]/gu

/** The plain form of one typed symbol; empty for spacing. Full-width forms fall to ASCII by NFKD. */
function normalise(symbol: string): string {
  return symbol
    .normalize('NFKD')
    .replace(ignored, '')
    .replace(/[đĐ]/g, 'D') // the one Vietnamese letter that does not decompose
    .replace(/[a-z]/g, (letter) => letter.toUpperCase()) // ASCII only: "ß" would become "SS", that is "55"
    .replace(/S/g, '5')
    .replace(/Z/g, '2')
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
