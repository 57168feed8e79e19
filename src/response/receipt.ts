// The receipt, "mã xác nhận đã gửi phiếu": short, random, proves that a ballot is in the box and nothing about it.
import { randomInt } from 'node:crypto'

const alphabet = '23456789BCFGHJKMNPQRTVX'
const length = 10

/** Ten symbols of the codes' alphabet: 45 bits. */
export function newReceipt(): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** "ABCDE-FGHJK": unlike a card's three groups of four, so that nobody takes it for a code. */
export function formatReceipt(receipt: string): string {
  return `${receipt.slice(0, 5)}-${receipt.slice(5)}`
}
