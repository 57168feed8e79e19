// A Vietnamese keyboard: what stands in a field after keys were pressed one by one with Telex or VNI on, by the rules
// that UniKey, GBoard and the keyboards of Windows and iOS share. As eager as any of them gets: no spelling is checked,
// so a word is altered wherever one of them might alter it.

export type Method = 'telex' | 'vni'

export interface Habits {
  /** Whether a mark may be typed anywhere after its letter ("bỏ dấu tự do"), or directly behind it only. */
  marking: 'free' | 'immediate'
  /** Whether a digit that is no mark begins a new word. */
  digitsEndWords: boolean
}

export const allHabits: Habits[] = (['free', 'immediate'] as const).flatMap((marking) =>
  [false, true].map((digitsEndWords) => ({ marking, digitsEndWords })),
)

type Sign = 'hat' | 'hook' | 'breve' | 'stroke'

const signMarks: Record<Exclude<Sign, 'stroke'>, string> = { hat: '\u0302', hook: '\u031b', breve: '\u0306' }
const telexTones: Record<string, string> = { s: '\u0301', f: '\u0300', r: '\u0309', x: '\u0303', j: '\u0323' }
const vniTones: Record<string, string> = { 1: '\u0301', 2: '\u0300', 3: '\u0309', 4: '\u0303', 5: '\u0323' }
const vniSigns: Record<string, Sign[]> = { 6: ['hat'], 7: ['hook'], 8: ['breve'], 9: ['stroke'] }

/** The word before the caret: its letters with hats, hooks, breves and strokes; the tone stands apart, as it wanders. */
interface Word {
  letters: string[]
  tone: string
  /** The key that last composed something; pressed once more it takes that back and is a letter. */
  last: { key: string; before: Word } | undefined
}

const empty: Word = { letters: [], tone: '', last: undefined }

/** What the field holds after the keys of `text`. A key that the method does not know stays what it is. */
export function typed(
  text: string,
  method: Method,
  habits: Habits = { marking: 'free', digitsEndWords: false },
): string {
  let done = ''
  let word = empty
  for (const key of text) {
    if (!/[a-z\d]/i.test(key)) {
      // A letter of another script or width, a space, a hyphen, any punctuation: the word is over.
      done += shown(word) + key
      word = empty
      continue
    }
    const next = press(word, key, method, habits.marking)
    if (next === undefined && /\d/.test(key) && habits.digitsEndWords) {
      done += shown(word) + key
      word = empty
    } else {
      word = next ?? plus(word, key)
    }
  }
  return done + shown(word)
}

/** The word after a key that composes something; undefined for a key that is just a letter. */
function press(word: Word, key: string, method: Method, marking: Habits['marking']): Word | undefined {
  const small = key.toLowerCase()
  if (word.last?.key === small) return plus(word.last.before, key)

  const composed = compose(word, key, small, method, marking)
  return composed && { ...composed, last: { key: small, before: word } }
}

function compose(
  word: Word,
  key: string,
  small: string,
  method: Method,
  marking: Habits['marking'],
): Word | undefined {
  const tone = (method === 'telex' ? telexTones : vniTones)[small]
  if (tone !== undefined) return withTone(word, tone, marking)
  if (small === (method === 'telex' ? 'z' : '0')) return word.tone === '' ? undefined : { ...word, tone: '' }

  if (method === 'vni') return firstSign(word, vniSigns[small] ?? [], /./, marking)
  if (small === 'd') return firstSign(word, ['stroke'], /d/i, marking)
  if ('aeo'.includes(small)) return firstSign(word, ['hat'], new RegExp(small, 'i'), marking)
  if (small !== 'w') return undefined
  // "mua" has its mark on the u; "hoa" and "qua" have it on the a.
  const plain = word.letters.map(base).join('')
  const onA = /((^|[^u])|qu)a[^aou]*$/i.test(plain)
  const signed = firstSign(word, onA ? ['breve', 'hook'] : ['hook', 'breve'], /./, marking)
  // Where w finds nothing to mark it stands for "ư".
  return signed ?? plus(word, key === 'W' ? 'Ư' : 'ư')
}

function firstSign(word: Word, signs: Sign[], on: RegExp, marking: Habits['marking']): Word | undefined {
  for (const sign of signs) {
    const signed = withSign(word, sign, on, marking)
    if (signed) return signed
  }
  return undefined
}

const bearers: Record<Sign, RegExp> = { hat: /[aeo]/i, hook: /[ou]/i, breve: /a/i, stroke: /d/i }

/** Puts the sign on the last letter that bears it: "uo" gets two hooks at once, and "ua" its one on the u. */
function withSign(word: Word, sign: Sign, on: RegExp, marking: Habits['marking']): Word | undefined {
  const bears = (letter: string) => bearers[sign].test(base(letter)) && on.test(base(letter))
  const at = word.letters.findLastIndex(bears)
  const far = marking === 'immediate' && at !== word.letters.length - 1
  if (at < 0 || far || word.letters[at] !== base(word.letters[at] ?? '')) return undefined
  const pair = sign === 'hook' && /o/i.test(base(word.letters[at] ?? '')) && word.letters[at - 1]
  const letters = word.letters.map((letter, i) => {
    const hooked = pair && i === at - 1 && /^u$/i.test(letter)
    return i === at || hooked ? signed(letter, sign) : letter
  })
  return { ...word, letters }
}

/** A tone needs a vowel somewhere before it; typed at once it stands behind the vowels or what closes the syllable. */
function withTone(word: Word, tone: string, marking: Habits['marking']): Word | undefined {
  const at = word.letters.findLastIndex(isVowel)
  const far = marking === 'immediate' && at < word.letters.length - 3
  return at < 0 || far || word.tone === tone ? undefined : { ...word, tone }
}

function plus(word: Word, letter: string): Word {
  return { ...word, letters: [...word.letters, letter], last: undefined }
}

/** The word as it is seen, its tone on the vowel where people write it (hòa, toán, quý, già, tiếng, đường). */
function shown({ letters, tone }: Word): string {
  const first = firstVowel(letters)
  const vowels = letters.slice(first).findIndex((letter) => !isVowel(letter))
  const count = vowels < 0 ? letters.length - first : vowels
  const closed = first + count < letters.length
  const signedAt = letters.slice(first, first + count).findLastIndex((letter) => letter !== base(letter))
  const plain = count === 1 ? 0 : count === 3 || closed ? 1 : 0
  const at = first + (signedAt >= 0 ? signedAt : plain)
  return letters.map((letter, i) => (i === at ? letter + tone : letter).normalize('NFC')).join('')
}

/** The u of "qu" and the i of "gia" belong to the consonant. */
function firstVowel(letters: string[]): number {
  const first = letters.findIndex(isVowel)
  const before = letters[first - 1]?.toLowerCase()
  const glides =
    (before === 'q' && /u/i.test(letters[first] ?? '')) || (before === 'g' && /i/i.test(letters[first] ?? ''))
  return glides && isVowel(letters[first + 1] ?? '') ? first + 1 : first
}

function signed(letter: string, sign: Sign): string {
  if (sign === 'stroke') return letter === 'D' ? 'Đ' : 'đ'
  return (letter + signMarks[sign]).normalize('NFC')
}

/** A letter without its sign. */
function base(letter: string): string {
  return letter.normalize('NFD').charAt(0).replace('đ', 'd').replace('Đ', 'D')
}

function isVowel(letter: string): boolean {
  return /^[aeiouy]$/i.test(base(letter))
}
