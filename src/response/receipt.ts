// The receipt, "mã xác nhận đã gửi phiếu": short, random, proves that a ballot is in the box and nothing about it. How it
// is drawn, shown, and read back from what a person typed. Pure. confidentiality.md §9.
import { alphabet, drawSymbols, grouped, plainSymbol, typedSymbols } from '../lib/symbols.ts'

export const receiptLength = 10

/** Far above a receipt with any spacing; keeps a hostile form field from costing work. */
const longestInput = 200

export type ParsedReceipt =
  | { ok: true; receipt: string }
  | { ok: false; reason: 'empty' }
  | { ok: false; reason: 'symbol'; symbol: string }
  | { ok: false; reason: 'length'; length: number }

/** Ten symbols of the codes' alphabet: 45 bits. */
export function newReceipt(): string {
  return drawSymbols(receiptLength)
}

/** "ABCDE-FGHJK": unlike a card's three groups of four, so that nobody takes it for a code. */
export function formatReceipt(receipt: string): string {
  return grouped(receipt, receiptLength / 2, '-')
}

/**
 * Reads what a person typed from a note or a photograph: any case, spacing, hyphens and full-width forms. Never throws;
 * what is wrong comes back as the first of: nothing there, a symbol that no receipt has, another number of symbols.
 */
export function parseReceipt(raw: string): ParsedReceipt {
  if (raw.length > longestInput) return { ok: false, reason: 'length', length: raw.length }
  let receipt = ''
  for (const symbol of typedSymbols(raw)) {
    const plain = plainSymbol(symbol)
    if (![...plain].every((each) => alphabet.includes(each))) return { ok: false, reason: 'symbol', symbol }
    receipt += plain
  }
  if (receipt === '') return { ok: false, reason: 'empty' }
  if (receipt.length !== receiptLength) return { ok: false, reason: 'length', length: receipt.length }
  return { ok: true, receipt }
}
