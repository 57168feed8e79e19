// Passwords: what makes a good one, and how it is kept: as an argon2id hash, 19 MiB, two passes, the least that OWASP
// names; about 36 ms here.
import { hash, verify } from '@node-rs/argon2'
import { dictionary } from '@zxcvbn-ts/language-common'

export const passwordLength = { least: 12, most: 128 }

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The hash with its salt and cost, as one text in PHC form. */
export function hashPassword(password: string): Promise<string> {
  return hash(oneForm(password), cost)
}

export function isPassword(known: string, password: string): Promise<boolean> {
  return verify(known, oneForm(password))
}

/** Keyboards write "ế" as one sign or as two or three: the same password must be the same bytes. */
function oneForm(password: string): string {
  return password.normalize('NFKC')
}

/** What people here write instead of a password; the list of the library knows no Vietnamese. */
const ownWords = [
  'matkhau',
  'matkhaumoi',
  'quantri',
  'sonoivu',
  'noivu',
  'caicachhanhchinh',
  'cchc',
  'khaosat',
  'dieutra',
  'binhphuoc',
  'vietnam',
  'hochiminh',
  'anhyeuem',
  'emyeuanh',
]
const common = new Set<string>([...dictionary['passwords-common'], ...ownWords])

/**
 * Whether a guesser tries this early: one of the 49,000 most used passwords, such a one with figures and signs around
 * it or written twice, a single sign again and again, or a row of the keyboard's or the alphabet's order.
 */
export function isCommonPassword(password: string): boolean {
  const plain = plainForm(password)
  const core = plain.replace(/^[^a-z]+|[^a-z]+$/g, '')
  return [plain, core, halfOf(plain), halfOf(core)].some((each) => common.has(each)) || isRow(plain)
}

/** Spaces, capitals and accents make no guess harder: "Mật khẩu" is "matkhau". */
export function plainForm(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\s]/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
}

/** The part that a text repeats, "abcabc" → "abc"; the text itself when it repeats none. */
function halfOf(text: string): string {
  return /^(.+?)\1+$/u.exec(text)?.[1] ?? text
}

const rows = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']

/** One sign only, or signs that follow each other in a row, forwards or backwards, also from row to row. */
function isRow(text: string): boolean {
  if (new Set(text).size <= 2) return true
  let steps = 0
  for (let i = 1; i < text.length; i++) {
    const pair = text.slice(i - 1, i + 1)
    const reversed = `${pair[1]}${pair[0]}`
    if (
      pair[0] === pair[1] ||
      pair === '90' ||
      rows.some((row) => row.includes(pair) || row.includes(reversed))
    )
      steps++
  }
  return steps >= text.length - 3
}
