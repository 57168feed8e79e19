// The symbols of everything that a person types from paper: access codes, receipts, activation and recovery codes. How
// they are drawn, and how one typed symbol is read. confidentiality.md §2.
import { randomInt as cryptoRandomInt } from 'node:crypto'

/**
 * No vowel, W, Y or D, so that a Telex or VNI keyboard has nothing to turn into a Vietnamese letter; no 0/O,
 * 1/I/L; no S or Z, which are read as 5 and 2. A prime number of symbols makes the check of an access code a field.
 */
export const alphabet = '23456789BCFGHJKMNPQRTVX'

/** A uniform integer from 0 to below `max`. */
export type RandomInt = (max: number) => number

/** `count` random symbols, 4.52 bits each. */
export function drawSymbols(count: number, randomInt: RandomInt = (max) => cryptoRandomInt(max)): string {
  return Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}

// Zero-width characters are a scattered lot: default ignorable (U+180E and the soft hyphen are among them),
// format, control (a hand scanner's). U+02D7 and U+2043 look like hyphens without the property. Marks go here
// as well, and the full stop that phones write for two spaces.
const ignored = /[.\p{White_Space}\p{Dash}\u02d7\u2043\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{M}]/gu

const symbolsOfPeople = new Intl.Segmenter('vi', { granularity: 'grapheme' })

/** Text in what a person takes for one symbol: "ư" typed as u + horn, a flag, a heart are one each. */
export function typedSymbols(text: string): string[] {
  return Array.from(symbolsOfPeople.segment(text.normalize('NFC')), ({ segment }) => segment)
}

/** The plain form of one typed symbol; empty for spacing. Full-width forms fall to ASCII by NFKD. */
export function plainSymbol(symbol: string): string {
  return symbol
    .normalize('NFKD')
    .replace(ignored, '')
    .replace(/[đĐ]/g, 'D') // the one Vietnamese letter that does not decompose
    .replace(/[a-z]/g, (letter) => letter.toUpperCase()) // ASCII only: "ß" would become "SS", that is "55"
    .replace(/S/g, '5')
    .replace(/Z/g, '2')
}

/** Symbols in groups, e.g. grouped('ABCDEFGH', 4) = 'ABCD EFGH'. */
export function grouped(symbols: string, size: number, between = ' '): string {
  return symbols.replace(new RegExp(`.{${size}}(?=.)`, 'g'), `$&${between}`)
}
