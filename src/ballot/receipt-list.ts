// The published receipts in order: how they are grouped so that a person finds theirs at a glance, split over pages where
// there are very many, and hashed. Pure; whether they are published yet is asked in receipt.routes.ts.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { alphabet } from '../lib/symbols.ts'

/** "receipts/1", what the file holds; README tells how anybody checks `sha256`. */
export const ReceiptFile = z.object({
  schema: z.literal('receipts/1'),
  survey: z.object({
    slug: z.string(),
    title: z.string(),
    year: z.int(),
    illustrative: z.boolean(),
    rehearsal: z.boolean(),
  }),
  openedOn: z.string().nullable(),
  /** Ballots that the opening found in the box; as many as `count`, or something is wrong. */
  ballots: z.int(),
  count: z.int(),
  /** Hex SHA-256 of the receipts as they stand below, each followed by a line feed. */
  sha256: z.string(),
  receipts: z.array(z.string()),
})
export type ReceiptFile = z.infer<typeof ReceiptFile>

/** Receipts that one page may hold on average; 23 times as many need one more leading symbol in the address. */
const mostOnPage = 1_000

/** So many are found at a glance without groups. */
const mostInGroup = 100

/** Receipts that begin with the same symbols, in order. */
export interface ReceiptGroup {
  start: string
  receipts: string[]
}

/**
 * How many leading symbols an address names when `count` receipts are to be shown: none for a survey of a province, so
 * that nobody's receipt stands in a browser's history; never so many that fewer than about forty share them.
 */
export function pagePrefixLength(count: number): 0 | 1 | 2 {
  if (count <= mostOnPage) return 0
  return count <= mostOnPage * alphabet.length ? 1 : 2
}

/** The pages below `start`, one for each symbol that may follow: '' → '2' … 'X', 'B' → 'B2' … 'BX'. */
export function startsBelow(start: string): string[] {
  return [...alphabet].map((symbol) => start + symbol)
}

/** The leading symbols that an address names; '' where they are none of ours or more than a page needs. */
export function readStart(raw: unknown, length: number): string {
  if (typeof raw !== 'string' || raw.length > length) return ''
  return [...raw].every((symbol) => alphabet.includes(symbol)) ? raw : ''
}

/** Sorted receipts by the symbol that follows `start`, or all together where they are few. */
export function groupReceipts(receipts: string[], start: string): ReceiptGroup[] {
  if (receipts.length === 0) return []
  if (receipts.length <= mostInGroup) return [{ start, receipts: inOrder(receipts) }]
  const groups: ReceiptGroup[] = []
  for (const receipt of inOrder(receipts)) {
    const own = receipt.slice(0, start.length + 1)
    if (groups.at(-1)?.start !== own) groups.push({ start: own, receipts: [] })
    groups.at(-1)?.receipts.push(receipt)
  }
  return groups
}

/** The order of the symbols' code points, whatever the database's language thinks of "CH" and the like. */
export function inOrder(receipts: string[]): string[] {
  return [...receipts].sort((a, b) => (a < b ? -1 : 1))
}

/** Lower-case hex SHA-256 of the sorted receipts, each on a line that ends with a line feed. */
export function hashReceipts(receipts: string[]): string {
  const text = inOrder(receipts)
    .map((receipt) => `${receipt}\n`)
    .join('')
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
