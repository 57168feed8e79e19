// Codes of the second factor beside the numbers of RFC 6238, and what may be typed into its one field.
import { describe, expect, test } from 'vitest'
import {
  formatRecoveryCode,
  hashRecoveryCode,
  newRecoveryCodes,
  offeredSecret,
  readTypedCode,
  stepOfCode,
  totpUri,
} from '../../../src/staff/second-factor.ts'

/** "12345678901234567890", the secret of the RFC's appendix B, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const at = (seconds: number) => new Date(seconds * 1000)

describe('a code', () => {
  // The RFC shows eight digits; an app shows the last six of them.
  test.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('at second %i is that of RFC 6238', (seconds, code) => {
    expect(stepOfCode(secret, code.slice(-6), at(seconds), 0)).toBe(Math.floor(seconds / 30))
  })

  test.each([
    ['a step before its own', -30, true],
    ['in its own step', 0, true],
    ['a step after its own', 30, true],
    ['two steps before', -60, false],
    ['two steps after', 60, false],
  ])('seen %s, %i seconds off, counts: %j', (_, seconds, counts) => {
    // Its step is 37037037, from second 1111111110 on.
    const middle = 1111111111
    expect(stepOfCode(secret, '050471', at(middle + seconds), 0)).toBe(counts ? 37037037 : undefined)
  })

  test('counts once, and none of an older step after it', () => {
    expect(stepOfCode(secret, '050471', at(1111111111), 37037036)).toBe(37037037)
    expect(stepOfCode(secret, '050471', at(1111111111), 37037037)).toBeUndefined()
    expect(stepOfCode(secret, '081804', at(1111111111), 37037037), 'the step before').toBeUndefined()
  })

  test.each(['050472', '14050471', '05047', '', 'abcdef', '٠٥٠٤٧١'])('%j is none', (code) => {
    expect(stepOfCode(secret, code, at(1111111111), 0)).toBeUndefined()
  })
})

test('a secret belongs to its session and its key, and is 160 bits', () => {
  const key = Buffer.alloc(32, 7)
  expect(offeredSecret(key, 'one')).toMatch(/^[A-Z2-7]{32}$/)
  expect(offeredSecret(key, 'one')).toBe(offeredSecret(key, 'one'))
  expect(offeredSecret(key, 'two')).not.toBe(offeredSecret(key, 'one'))
  expect(offeredSecret(Buffer.alloc(32, 8), 'one')).not.toBe(offeredSecret(key, 'one'))
})

test('what the phone scans names the site, the person and the secret', () => {
  const uri = new URL(totpUri(secret, 'an@noivu.gov.vn'))
  expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp'])
  expect(decodeURIComponent(uri.pathname)).toBe('/Khảo sát CCHC:an@noivu.gov.vn')
  expect(uri.searchParams.get('secret')).toBe(secret)
  expect(uri.searchParams.get('issuer')).toBe('Khảo sát CCHC')
})

describe('what is typed', () => {
  test.each([
    ['123456', { kind: 'totp', code: '123456' }],
    [' 123 456 ', { kind: 'totp', code: '123456' }],
    ['123-456', { kind: 'totp', code: '123456' }],
    ['１２３４５６', { kind: 'totp', code: '123456' }],
    ['BCFGH-JKMNP', { kind: 'recovery', code: 'BCFGHJKMNP' }],
    ['bcfgh jkmnp', { kind: 'recovery', code: 'BCFGHJKMNP' }],
    ['2345678923', { kind: 'recovery', code: '2345678923' }],
    ['', { kind: 'none' }],
    ['1234567', { kind: 'none' }],
    ['BCFGH-JKMNA', { kind: 'none' }],
    ['BCFGH-JKMN', { kind: 'none' }],
    ['BCFGH-JKMNPQ', { kind: 'none' }],
  ])('%j is read as what it is', (typed, expected) => {
    expect(readTypedCode(typed)).toEqual(expected)
  })
})

describe('recovery codes', () => {
  test('are ten, all different, each read again as it is printed', () => {
    const codes = newRecoveryCodes()
    expect(codes).toHaveLength(10)
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) {
      expect(formatRecoveryCode(code)).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/)
      expect(readTypedCode(formatRecoveryCode(code))).toEqual({ kind: 'recovery', code })
    }
  })

  test('are stored bound to their person', () => {
    const key = Buffer.alloc(32, 7)
    expect(hashRecoveryCode(key, 'an', 'BCFGHJKMNP')).not.toBe(hashRecoveryCode(key, 'binh', 'BCFGHJKMNP'))
    expect(hashRecoveryCode(key, 'an', 'BCFGHJKMNP')).not.toContain('BCFGH')
  })
})
