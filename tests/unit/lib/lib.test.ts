// The small things under everything: numbers and days as people read them, hashes, locks, sentences.
import { describe, expect, test } from 'vitest'
import { dayOf } from '../../../src/lib/clock.ts'
import { joinWords, showCount, showDay, showNumber, showPoints, showRate } from '../../../src/lib/format.ts'
import { canonicalHash } from '../../../src/lib/json.ts'
import { Problem } from '../../../src/lib/problem.ts'
import { randomId } from '../../../src/lib/random.ts'
import { decrypt, encrypt, keyFor } from '../../../src/lib/secrets.ts'
import { hashOf } from '../../support/results.ts'

describe('figures as people in Việt Nam read them', () => {
  const shown: [shown: string, expected: string][] = [
    [showCount(0), '0'],
    [showCount(1234567), '1.234.567'],
    [showPoints(null), '–'],
    [showPoints(5), '5,00'],
    [showPoints(1234.5), '1.234,50'],
    [showNumber(2.5), '2,5'],
    [showNumber(30), '30'],
    [showRate(312, 367), '85,0 %'],
    [showRate(1, 3), '33,3 %'],
    [showRate(0, 9), '0,0 %'],
    [showRate(9, 9), '100,0 %'],
    [showRate(0, 0), '–'],
    [showDay('2022-10-05'), '05/10/2022'],
    [showDay(null), '–'],
    [joinWords([]), ''],
    [joinWords(['a']), 'a'],
    [joinWords(['a', 'b']), 'a và b'],
    [joinWords(['a', 'b', 'c']), 'a, b và c'],
  ]

  test.each(shown)('%j', (found, expected) => {
    expect(found.replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(expected)
  })
})

test('a day begins at midnight in Việt Nam, wherever the server stands', () => {
  expect(dayOf(new Date('2022-10-11T16:59:59Z'))).toBe('2022-10-11')
  expect(dayOf(new Date('2022-10-11T17:00:00Z'))).toBe('2022-10-12')
  expect(dayOf(new Date('2022-12-31T17:00:00Z'))).toBe('2023-01-01')
})

describe('the hash of a value', () => {
  test('does not depend on the order of its members, and on everything else', () => {
    const value = { b: [1, 2.5, null, 'Sở Y tế'], a: { d: true, c: '"\\\n' } }
    expect(canonicalHash({ a: { c: '"\\\n', d: true }, b: [1, 2.5, null, 'Sở Y tế'] })).toBe(
      canonicalHash(value),
    )
    expect(canonicalHash({ ...value, b: [2.5, 1, null, 'Sở Y tế'] })).not.toBe(canonicalHash(value))
    expect(canonicalHash({ ...value, b: [1, 2.5, null, 'Sở Y tế'.normalize('NFD')] })).not.toBe(
      canonicalHash(value),
    )
  })

  test('is that of its RFC 8785 form: the example of the RFC', () => {
    const example = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    const form =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    expect(hashOf(JSON.parse(form))).toBe(canonicalHash(example))
    const euro = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonicalHash(euro)).toBe(hashOf(euro))
  })

  test('is refused for what JSON cannot say', () => {
    expect(() => canonicalHash(undefined)).toThrow('a value without JSON form')
  })
})

describe('what is locked', () => {
  const [secret, other] = ['one secret of a server', 'another secret'].map((text) => Buffer.from(text))
  const key = keyFor(secret ?? Buffer.alloc(0), 'tests')
  const plain = Buffer.from('mật', 'utf8')

  test('opens with the same key in the same place', () => {
    expect(decrypt(key, 'here', encrypt(key, 'here', plain))).toEqual(plain)
    expect(decrypt(key, '', encrypt(key, '', Buffer.alloc(0)))).toEqual(Buffer.alloc(0))
  })

  test('looks different each time', () => {
    expect(encrypt(key, 'here', plain)).not.toEqual(encrypt(key, 'here', plain))
  })

  test('opens nowhere else: another place, another use, another server, one bit changed, cut short', () => {
    const locked = encrypt(key, 'here', plain)
    expect(decrypt(key, 'there', locked)).toBeUndefined()
    expect(decrypt(keyFor(secret ?? Buffer.alloc(0), 'another use'), 'here', locked)).toBeUndefined()
    expect(decrypt(keyFor(other ?? Buffer.alloc(0), 'tests'), 'here', locked)).toBeUndefined()
    for (let at = 0; at < locked.length; at++) {
      const changed = Buffer.from(locked)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(decrypt(key, 'here', changed), `byte ${at}`).toBeUndefined()
      expect(decrypt(key, 'here', locked.subarray(0, at)), `${at} bytes`).toBeUndefined()
    }
  })
})

describe('a refusal', () => {
  test('is a whole sentence with its details filled in, once', () => {
    const problem = new Problem('survey-unknown', { slug: '{slug} $& <b>' })
    expect(problem.sentence).toContain('mang tên ngắn "{slug} $& <b>".')
    expect(problem).toMatchObject({ status: 404, kind: 'survey-unknown', message: 'survey-unknown' })
  })

  test('without a detail leaves no brace behind', () => {
    expect(new Problem('too-large').sentence).not.toMatch(/[{}]/)
  })
})

test('an id is 128 random bits: no time, no order, nothing that a path or a cookie minds', () => {
  const ids = Array.from({ length: 1000 }, () => randomId())
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/)
  expect(new Set(ids).size).toBe(1000)
})
