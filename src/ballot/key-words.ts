// A key holder's secret as words on paper, and back from what is typed or scanned. Seventeen syllables: sixteen for 128
// bits, one to check. None of them changes under a Telex or VNI keyboard, none carries a mark, so that a hand writes them
// and any keyboard types them. Pure. confidentiality.md §7.
import { createHash } from 'node:crypto'

/** Bytes of a secret; each is one word. */
export const secretBytes = 16
/** Words on a paper: the secret's, and the one that checks them. */
export const paperWords = secretBytes + 1

// Sixteen beginnings x sixteen endings. No ending holds a letter that Telex takes for a tone or a mark (s f r x j z w, or
// a doubled vowel), and no syllable is a rude one.
const beginnings = ['b', 'ch', 'd', 'g', 'h', 'k', 'kh', 'l', 'm', 'n', 'nh', 'ph', 't', 'th', 'tr', 'v']
const endings = [
  'ac',
  'am',
  'an',
  'ang',
  'anh',
  'at',
  'em',
  'en',
  'im',
  'in',
  'inh',
  'om',
  'ong',
  'um',
  'un',
  'ung',
]
const syllables = beginnings.flatMap((beginning) => endings.map((ending) => beginning + ending))
const valueOf = new Map(syllables.map((syllable, value) => [syllable, value]))

/** The seventeen words of a secret of 16 bytes; the last one checks the others. */
export function wordsOf(secret: Buffer): string[] {
  if (secret.length !== secretBytes) throw new Error(`a key holder's secret has ${secretBytes} bytes`)
  return [...secret, checkOf(secret)].map((value) => syllables[value] ?? '')
}

/** The first byte of a hash: one wrong word, or two in each other's place, passes once in 256 times. */
function checkOf(secret: Buffer): number {
  return createHash('sha256').update('cchc-key-words/1').update(secret).digest()[0] ?? 0
}

export type WordsRead =
  | { ok: true; secret: Buffer }
  | { ok: false; slip: 'empty' }
  /** A word that is in no list, the `place`th from 1, with what may be meant. */
  | { ok: false; slip: 'word'; place: number; word: string; near: string[] }
  | { ok: false; slip: 'count'; count: number }
  | { ok: false; slip: 'check' }

/**
 * Reads what a person typed or a scanner sent: capitals, marks, numbers in front of the words, commas and line ends do not
 * matter.
 */
export function readWords(text: string): WordsRead {
  const typed = plainWords(text)
  if (typed.length === 0) return { ok: false, slip: 'empty' }
  const strange = typed.findIndex((word) => !valueOf.has(word))
  if (strange >= 0) {
    const word = typed[strange] ?? ''
    return { ok: false, slip: 'word', place: strange + 1, word: word.slice(0, 20), near: nearTo(word) }
  }
  if (typed.length !== paperWords) return { ok: false, slip: 'count', count: typed.length }
  const bytes = Buffer.from(typed.map((word) => valueOf.get(word) ?? 0))
  const secret = bytes.subarray(0, secretBytes)
  return bytes[secretBytes] === checkOf(secret) ? { ok: true, secret } : { ok: false, slip: 'check' }
}

/** Several papers that came in one text, as a scanner sends them behind each other; a text that is not so stays whole. */
export function papersIn(text: string): string[] {
  const typed = plainWords(text)
  if (typed.length <= paperWords || typed.length % paperWords !== 0) return [text]
  return Array.from({ length: typed.length / paperWords }, (_, at) =>
    typed.slice(at * paperWords, (at + 1) * paperWords).join(' '),
  )
}

function plainWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
}

const mostProposed = 3

/** Words that differ from the typed one by a letter. */
function nearTo(word: string): string[] {
  return syllables.filter((each) => isOneStepFrom(each, word)).slice(0, mostProposed)
}

/** Whether one letter put in, left out or exchanged makes `a` of `b`. */
function isOneStepFrom(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let same = 0
  while (same < a.length && same < b.length && a[same] === b[same]) same++
  const rest = (text: string, from: number) => text.slice(same + from)
  return [
    [1, 1],
    [1, 0],
    [0, 1],
  ].some(([inA = 0, inB = 0]) => rest(a, inA) === rest(b, inB))
}
