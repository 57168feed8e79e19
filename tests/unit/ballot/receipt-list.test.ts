// Receipts as they are typed, sorted, grouped, split over pages and hashed.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  groupReceipts,
  hashReceipts,
  inOrder,
  pagePrefixLength,
  readStart,
  startsBelow,
} from '../../../src/ballot/receipt-list.ts'
import { slipSentence } from '../../../src/ballot/receipt.views.ts'
import { formatReceipt, newReceipt, parseReceipt } from '../../../src/response/receipt.ts'

const receipt = 'K7M2PQ9TXB'

describe('a typed receipt', () => {
  test.each([
    ['as it is shown', 'K7M2P-Q9TXB'],
    ['in lower case', 'k7m2p-q9txb'],
    ['in one piece', 'K7M2PQ9TXB'],
    ['with spaces of every kind', ' K7M2P\u00a0Q9T\u2003XB\t'],
    ['with another hyphen', 'K7M2P–Q9TXB'],
    ['in full width', 'Ｋ７Ｍ２Ｐ－Ｑ９ＴＸＢ'],
    ['with Z for 2', 'K7MZP-Q9TXB'],
  ])('is read %s', (_, typed) => {
    expect(parseReceipt(typed)).toEqual({ ok: true, receipt })
  })

  test.each([
    ['nothing', '', 'Hãy nhập mã xác nhận đã hiện ra khi gửi phiếu.'],
    ['only spacing', ' - - ', 'Hãy nhập mã xác nhận đã hiện ra khi gửi phiếu.'],
    [
      'a symbol too few',
      'K7M2P-Q9TX',
      'Mã xác nhận gồm đúng 10 ký tự, anh/chị đã nhập 9 ký tự. Hãy xem lại.',
    ],
    [
      'the card’s code',
      'K7M2 PQ9T XBBB',
      /12 ký tự\. Nếu đây là mã in trên thẻ mời thì không phải mã xác nhận/,
    ],
    ['a letter that no receipt has', 'K7M2P-Q9TXơ', /không bao giờ có ký tự “ơ”/],
    ['a novel', 'K'.repeat(5000), /đã nhập 5\.000 ký tự/],
  ])('that is %s is told what to do', (_, typed, sentence) => {
    const parsed = parseReceipt(typed)
    expect(parsed.ok || slipSentence(parsed)).toEqual(
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    )
  })

  test('is read from what is shown, whatever was drawn', () => {
    for (let i = 0; i < 200; i++) {
      const drawn = newReceipt()
      expect(parseReceipt(formatReceipt(drawn))).toEqual({ ok: true, receipt: drawn })
    }
  })
})

describe('the list', () => {
  test('is in the order of the symbols, also where a language has letters like CH', () => {
    expect(inOrder(['CJ', 'CH', '9X', 'H2', 'CG', '22'])).toEqual(['22', '9X', 'CG', 'CH', 'CJ', 'H2'])
  })

  test('stands in groups by the symbol after those that the page has in common', () => {
    const many = (start: string, count: number) =>
      Array.from({ length: count }, () => start + newReceipt().slice(start.length))
    const list = [...many('BX', 1), ...many('B2', 90), ...many('22', 1), ...many('B3', 10)]
    expect(groupReceipts(list, '').map(({ start, receipts }) => [start, receipts.length])).toEqual([
      ['2', 1],
      ['B', 101],
    ])
    const ofB = list.filter((each) => each.startsWith('B'))
    expect(groupReceipts(ofB, 'B').map(({ start }) => start)).toEqual(['B2', 'B3', 'BX'])
    expect(groupReceipts(ofB, 'B').flatMap(({ receipts }) => receipts)).toEqual(inOrder(ofB))
  })

  test('of few stands in one group', () => {
    expect(groupReceipts(['B3', 'B2'], 'B')).toEqual([{ start: 'B', receipts: ['B2', 'B3'] }])
    expect(groupReceipts([], '')).toEqual([])
  })

  test('names no symbol in an address for a province, and never so many that few share them', () => {
    expect([0, 367, 1_000, 1_001, 23_000, 23_001, 1_000_000].map(pagePrefixLength)).toEqual([
      0, 0, 0, 1, 1, 2, 2,
    ])
    // Fewest receipts that share what an address names, on average.
    expect(Math.floor(1_001 / 23)).toBe(43)
    expect(Math.floor(23_001 / 23 ** 2)).toBe(43)
    expect(startsBelow('B')).toHaveLength(23)
    expect(startsBelow('B').at(-1)).toBe('BX')
  })

  test.each([
    ['B', 1, 'B'],
    ['B', 2, 'B'],
    ['B2', 1, ''],
    ['%', 1, ''],
    ['_', 1, ''],
    ['b', 1, ''],
    [['B', '2'], 2, ''],
    [undefined, 2, ''],
  ])('reads %j with %i symbols as "%s"', (raw, length, start) => {
    expect(readStart(raw, length)).toBe(start)
  })

  test('is hashed as a file with one receipt on each line', () => {
    expect(hashReceipts(['B', '2'])).toBe(createHash('sha256').update('2\nB\n').digest('hex'))
    expect(hashReceipts([])).toBe(createHash('sha256').update('').digest('hex'))
  })
})
