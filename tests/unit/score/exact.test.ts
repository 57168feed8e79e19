import fc from 'fast-check'
import Fraction from 'fraction.js'
import { describe, expect, test } from 'vitest'
import { Exact, exactText, parseExact, roundHalfUp, sumExact } from '../../../src/score/exact.ts'

describe('rounding', () => {
  test.each([
    ['0', 2, 0],
    ['0.004', 2, 0],
    ['0.005', 2, 0.01],
    ['1.005', 2, 1.01], // as a double 1.00499999…
    ['2.675', 2, 2.68], // as a double 2.67499999…
    ['1.0049999999999999999', 2, 1],
    ['29/45', 2, 0.64],
    ['29/45', 4, 0.6444],
    ['1/3', 2, 0.33],
    ['2/3', 2, 0.67],
    ['0.5', 0, 1],
    ['89.995', 2, 90],
    ['90.0249999', 2, 90.02],
    ['1.23', 6, 1.23],
    ['-0.004', 2, 0],
    ['-0.005', 2, -0.01],
    ['-1.005', 2, -1.01],
    ['-2.674', 2, -2.67],
    ['-2.675', 2, -2.68],
    ['-2/3', 2, -0.67],
  ])('%s with %i decimals is %d', (text, decimals, expected) => {
    expect(roundHalfUp(new Fraction(text), decimals)).toBe(expected)
  })

  test('a rounded number is never further than half a step from the exact one', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 9n), 10n ** 9n), fc.bigInt(1n, 10n ** 6n), (numerator, denominator) => {
        const value = new Fraction(numerator, denominator)
        const rounded = new Fraction(roundHalfUp(value, 2).toFixed(2))
        expect(rounded.sub(value).abs().lte(new Fraction(1, 200))).toBe(true)
      }),
    )
  })
})

describe('an exact value', () => {
  const third = parseExact('1/3')

  test('cannot be put into JSON, text or a sum by accident', () => {
    expect(() => JSON.stringify({ points: third })).toThrow('stays inside')
    expect(() => String(third)).toThrow('stays inside')
    expect(() => [third].join()).toThrow('stays inside')
    expect(() => Number(third)).toThrow('stays inside')
    expect(Object.keys(third)).toEqual([])
  })

  test('is read from text and stored as text without loss', () => {
    expect(exactText(third)).toBe('1/3')
    expect(exactText(parseExact('0.5'))).toBe('1/2')
    expect(exactText(parseExact('2'))).toBe('2/1')
    expect(exactText(parseExact('-2/6'))).toBe('-1/3')
    expect(exactText(parseExact('0'))).toBe('0/1')
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n }), (numerator, denominator) => {
        const value = Exact.ratio(numerator, denominator)
        expect(parseExact(exactText(value)).compare(value)).toBe(0)
      }),
    )
  })

  test.each(['', ' 1', '1,5', '1/0', '1/00', '.5', '1.', '1e3', '--1', '1/2/3', '0.(3)'])(
    'is not read from "%s"',
    (text) => {
      expect(() => parseExact(text)).toThrow('not an exact number')
    },
  )

  test('is not made from a double with decimals', () => {
    expect(() => Exact.of(0.1)).toThrow('whole number')
    expect(() => Exact.of(Number.NaN)).toThrow('whole number')
  })

  test('computes exactly', () => {
    expect(exactText(third.plus(third).plus(third))).toBe('1/1')
    expect(exactText(third.minus(parseExact('0.5')))).toBe('-1/6')
    expect(exactText(third.times(parseExact('0.6')))).toBe('1/5')
    expect(exactText(third.over(parseExact('0.2')))).toBe('5/3')
    expect(exactText(sumExact([]))).toBe('0/1')
    expect(third.compare(parseExact('0.333333'))).toBeGreaterThan(0)
    expect(third.minus(third).isZero()).toBe(true)
    expect(() => third.over(Exact.of(0))).toThrow()
  })
})
