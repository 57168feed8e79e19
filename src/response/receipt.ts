// The receipt, "mã xác nhận đã gửi phiếu": short, random, proves that a ballot is in the box and nothing about it.
import { drawSymbols, grouped } from '../lib/symbols.ts'

const length = 10

/** Ten symbols of the codes' alphabet: 45 bits. */
export function newReceipt(): string {
  return drawSymbols(length)
}

/** "ABCDE-FGHJK": unlike a card's three groups of four, so that nobody takes it for a code. */
export function formatReceipt(receipt: string): string {
  return grouped(receipt, length / 2, '-')
}
