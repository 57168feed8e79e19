// The code of an activation link: made from a nonce and a key, printed, typed in many ways.
import { expect, test } from 'vitest'
import { formatLinkCode, hashLinkCode, linkCode, readLinkCode } from '../../../src/staff/link.ts'

const key = Buffer.alloc(32, 7)
const code = 'BCFGHJKMNPQRTVX2'

test('a code is sixteen symbols that no keyboard turns into something else, the same each time', () => {
  const made = linkCode(key, 'an', 'nonce')
  expect(made).toMatch(/^[23456789BCFGHJKMNPQRTVX]{16}$/)
  expect(linkCode(key, 'an', 'nonce')).toBe(made)
})

test('another person, nonce or key makes another code', () => {
  const codes = [
    linkCode(key, 'an', 'nonce'),
    linkCode(key, 'binh', 'nonce'),
    linkCode(key, 'an', 'other'),
    linkCode(Buffer.alloc(32, 8), 'an', 'nonce'),
  ]
  expect(new Set(codes).size).toBe(4)
})

test('every symbol occurs about as often in every place', () => {
  const counts = new Map<string, number>()
  for (let i = 0; i < 2300; i++)
    for (const symbol of linkCode(key, 'an', String(i))) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  // 1600 expected of each, with a deviation of about 39.
  for (const [symbol, count] of counts) expect(Math.abs(count - 1600), symbol).toBeLessThan(200)
  expect(counts.size).toBe(23)
})

test('what is stored depends on the key and the code alone', () => {
  expect(hashLinkCode(key, code)).toMatch(/^[\w-]{43}$/)
  expect(hashLinkCode(key, code)).not.toBe(hashLinkCode(key, code.replace('2', '3')))
  expect(hashLinkCode(key, code)).not.toBe(hashLinkCode(Buffer.alloc(32, 8), code))
})

test('a code is printed in groups of four', () => {
  expect(formatLinkCode(code)).toBe('BCFG HJKM NPQR TVX2')
})

test.each([
  code,
  'BCFG HJKM NPQR TVX2',
  'bcfg hjkm npqr tvx2',
  ' BCFG-HJKM–NPQR\u00a0TVX2\n',
  'B\u0301CFG H\u0309JKM NPQR TVX2',
  'ＢＣＦＧ ＨＪＫＭ ＮＰＱＲ ＴＶＸ２',
  'BCFG HJKM NPQR TVXz',
  'https://khaosat.example.vn/can-bo/kich-hoat#BCFGHJKMNPQRTVX2',
  'https://khaosat.example.vn/a#b#BCFGHJKMNPQRTVX2',
])('%j is read as the code', (typed) => {
  expect(readLinkCode(typed)).toBe(code)
})

test.each([
  '',
  'BCFGHJKMNPQRTVX',
  'BCFGHJKMNPQRTVX22',
  'BCFGHJKMNPQRTVXA',
  'BCFGHJKMNPQRTVX1',
  'https://khaosat.example.vn/can-bo/kich-hoat',
  `${' '.repeat(400)}${code}`,
])('%j is read as none', (typed) => {
  expect(readLinkCode(typed)).toBeUndefined()
})
