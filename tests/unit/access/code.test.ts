// The code of a card survives people and printers, and the check symbol finds their slips. Vietnamese keyboards and
// phones: keyboards.test.ts beside this file.
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatCode, hashCode, newCode, parseCode } from '../../../src/access/code.ts'

const alphabet = '23456789BCFGHJKMNPQRTVX'
const symbols = [...alphabet]
const places = Array.from({ length: 12 }, (_, place) => place)
const pairs = places.flatMap((one) => places.slice(one + 1).map((other) => [one, other] as const))

/** A code whose eleven symbols are drawn as told; the check symbol comes from the code under test. */
function codeFrom(drawn: string): string {
  const values = [...drawn].map((symbol) => alphabet.indexOf(symbol))
  return newCode(() => values.shift() ?? 0)
}

const anyCode = fc
  .array(fc.constantFrom(...symbols), { minLength: 11, maxLength: 11 })
  .map((drawn) => codeFrom(drawn.join('')))

function withSymbol(code: string, place: number, symbol: string): string {
  return code.slice(0, place) + symbol + code.slice(place + 1)
}

function exchanged(code: string, one: number, other: number): string {
  return withSymbol(withSymbol(code, one, code.charAt(other)), other, code.charAt(one))
}

/** ASCII as an East Asian keyboard in full-width mode writes it. */
function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (symbol) => String.fromCharCode(symbol.charCodeAt(0) + 0xfee0))
}

/** A person who reads 5 as S and 2 as Z. */
function misread(code: string): string {
  return code.replaceAll('5', 'S').replaceAll('2', 'Z')
}

describe('a new code', () => {
  // Worked by hand: values 2 → 0, 3 → 1 … X → 22; weights from the left 1 5 2 10 4 20 8 17 16 11 9 (powers of
  // 5 mod 23).
  test.each([
    ['22222222222', '2'], // 0
    ['32222222222', '3'], // 1 x 1
    ['23222222222', '7'], // 5 x 1
    ['22222222223', 'C'], // 9 x 1
    ['2222222222X', 'K'], // 9 x 22 = 198 = 8 x 23 + 14
    ['33333333333', 'G'], // 1+5+2+10+4+20+8+17+16+11+9 = 103 = 4 x 23 + 11
    ['BCFGHJKMNPQ', 'K'], // 8+45+20+110+48+260+112+255+256+187+162 = 1463 = 63 x 23 + 14
  ])('%s ends in the check symbol %s', (drawn, check) => {
    expect(codeFrom(drawn)).toBe(drawn + check)
    expect(parseCode(drawn + check)).toEqual({ ok: true, code: drawn + check })
  })

  test('has 12 symbols of the alphabet and reads back as itself', () => {
    for (let count = 0; count < 200; count += 1) {
      const code = newCode()
      expect(code).toMatch(/^[23456789BCFGHJKMNPQRTVX]{12}$/)
      expect(parseCode(code)).toEqual({ ok: true, code })
    }
  })

  test('draws each of its eleven symbols evenly from all 23', () => {
    const asked: number[] = []
    newCode((max) => {
      asked.push(max)
      return 0
    })
    expect(asked).toEqual(Array.from({ length: 11 }, () => 23))

    // 20,000 codes: about 869.6 of each symbol at each place, standard deviation 28.8; 6 of these on either
    // side.
    const seen = places.map(() => new Map(symbols.map((symbol) => [symbol, 0])))
    for (let count = 0; count < 20_000; count += 1) {
      const code = newCode()
      seen.forEach((counts, place) =>
        counts.set(code.charAt(place), (counts.get(code.charAt(place)) ?? 0) + 1),
      )
    }
    for (const count of seen.flatMap((counts) => [...counts.values()])) {
      expect(count).toBeGreaterThan(870 - 6 * 29)
      expect(count).toBeLessThan(870 + 6 * 29)
    }
  })

  test('is printed in three groups of four', () => {
    expect(formatCode('BCFGHJKMNPQK')).toBe('BCFG HJKM NPQK')
  })
})

describe('the check symbol', () => {
  // Why it holds for every code: a slip of d at place i moves the sum by w(i) x d, an exchange of places i
  // and j by (w(i) - w(j)) x (difference of the symbols). In a field neither is 0 if the weights are
  // different and not 0.
  test('has twelve different weights, none of them 0', () => {
    const weights = places.map((place) => 5 ** place % 23)
    expect(weights).toEqual([1, 5, 2, 10, 4, 20, 8, 17, 16, 11, 9, 22])
    expect(new Set(weights).size).toBe(12)
    expect(weights[11]).toBe(23 - 1) // the check symbol, which is subtracted, is itself the term 5^11
    // Counting from 1 would not do: 5^11 at the last random symbol would be the weight of the check symbol as
    // well.
    expect(places.slice(1).map((place) => 5 ** place % 23)).toContain(23 - 1)
  })

  test('finds every single wrong symbol, its own included', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        for (const place of places) {
          for (const symbol of symbols.filter((each) => each !== code.charAt(place))) {
            expect(parseCode(withSymbol(code, place, symbol))).toEqual({ ok: false, reason: 'check' })
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  test('finds every exchange of two different symbols, adjacent or not, the check symbol included', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        for (const [one, other] of pairs) {
          if (code.charAt(one) === code.charAt(other)) continue
          expect(parseCode(exchanged(code, one, other))).toEqual({ ok: false, reason: 'check' })
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('a code that a person enters', () => {
  test('counts however it is spaced, cased and wide', () => {
    // One of each kind: spaces, hyphens and dashes, zero-width characters, what a hand scanner adds.
    const between = [
      ...[
        ' ',
        '\t',
        '\r\n',
        '\v',
        '\f',
        '\u0085',
        '\u00a0',
        '\u1680',
        '\u180e',
        '\u2003',
        '\u2009',
        '\u2028',
        '\u2029',
      ],
      ...[
        '\u202f',
        '\u205f',
        '\u3000',
        '-',
        '\u00ad',
        '\u02d7',
        '\u058a',
        '\u1806',
        '\u2010',
        '\u2011',
        '\u2012',
      ],
      ...[
        '\u2013',
        '\u2014',
        '\u2015',
        '\u2043',
        '\u207b',
        '\u2212',
        '\u2e3a',
        '\u301c',
        '\ufe58',
        '\ufe63',
        '\uff0d',
      ],
      ...[
        '\u200b',
        '\u200c',
        '\u200d',
        '\u200e',
        '\u200f',
        '\u202a',
        '\u202e',
        '\u2060',
        '\u2066',
        '\ufe0f',
        '\ufeff',
      ],
      ...['\u0000', '\u001d', ''],
    ]
    fc.assert(
      fc.property(
        anyCode,
        fc.array(fc.constantFrom(...between), { minLength: 13, maxLength: 13 }),
        fc.array(fc.constantFrom('lower', 'wide', 'as printed'), { minLength: 12, maxLength: 12 }),
        (code, spacing, shapes) => {
          const typed = [...code].map((symbol, place) => {
            if (shapes[place] === 'lower') return symbol.toLowerCase()
            return shapes[place] === 'wide' ? fullWidth(symbol.toLowerCase()) : symbol
          })
          const raw = [...typed, ''].map((symbol, place) => (spacing[place] ?? '') + symbol).join('')
          expect(parseCode(raw)).toEqual({ ok: true, code })
        },
      ),
    )
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(parseCode(formatCode(code))).toEqual({ ok: true, code })
      }),
    )
    for (const separator of between) {
      expect(parseCode(`BCFG${separator}HJKM${separator}NPQK`)).toEqual({ ok: true, code: 'BCFGHJKMNPQK' })
    }
  })

  test('counts with S for 5 and Z for 2, and with stray marks', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(parseCode(misread(code))).toEqual({ ok: true, code })
        expect(parseCode(misread(code).toLowerCase())).toEqual({ ok: true, code })
      }),
    )
    expect(parseCode('B\u0301CFG HJKM\u0323 NPQK')).toEqual({ ok: true, code: 'BCFGHJKMNPQK' })
    expect(parseCode('ḃćfg ĥjkṁ ńṕqǩ')).toEqual({ ok: true, code: 'BCFGHJKMNPQK' })
  })

  test('counts as the whole link of a card', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(parseCode(`https://khaosat.example.gov.vn/#${code}`)).toEqual({ ok: true, code })
        expect(parseCode(` http://10.0.0.1:3000/a#b#${formatCode(code)}\n`)).toEqual({ ok: true, code })
      }),
    )
    expect(parseCode('https://khaosat.example.gov.vn/#')).toEqual({ ok: false, reason: 'empty' })
  })
})

describe('what is no code', () => {
  test.each(['', ' ', ' \t\n', '- – —', '\u200b\ufeff', '#', '\u0301'])('%j is called empty', (raw) => {
    expect(parseCode(raw)).toEqual({ ok: false, reason: 'empty' })
  })

  test.each([...'01OILUAEDWYodđĐưƯơôêâă０ıßВ,_/:*?', '😀', '中'])('%s is named as it was typed', (symbol) => {
    expect(parseCode(`BCFG ${symbol}JKM NPQK`)).toEqual({ ok: false, reason: 'symbol', symbol })
  })

  test('the first symbol that cannot occur is the one named, before length and check', () => {
    expect(parseCode('B0O')).toEqual({ ok: false, reason: 'symbol', symbol: '0' })
    expect(parseCode('https://khaosat.example.gov.vn/')).toEqual({ ok: false, reason: 'symbol', symbol: ':' })
  })

  test('a letter typed as letter and mark is named as one', () => {
    expect(parseCode('BCFG u\u031bJKM')).toEqual({ ok: false, reason: 'symbol', symbol: 'ư' })
  })

  test.each([
    ['BCFG HJKM NPQ', 11],
    ['BCFG HJKM NPQK K', 13],
    ['B', 1],
    ['2'.repeat(200), 200],
  ])('%s has %i symbols instead of 12', (raw, length) => {
    expect(parseCode(raw)).toEqual({ ok: false, reason: 'length', length })
  })

  test('more than 200 characters are not looked at, even if a code is among them', () => {
    const code = 'BCFGHJKMNPQK'
    expect(parseCode(code + ' '.repeat(188))).toEqual({ ok: true, code })
    expect(parseCode(code + ' '.repeat(189))).toEqual({ ok: false, reason: 'length', length: 201 })
    expect(parseCode('O'.repeat(1_000_000))).toEqual({ ok: false, reason: 'length', length: 1_000_000 })
  })

  test('no text at all makes it throw or redeem without a right check symbol', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 220 }), (raw) => {
        const parsed = parseCode(raw)
        if (parsed.ok) expect(codeFrom(parsed.code.slice(0, 11))).toBe(parsed.code)
      }),
    )
    expect(parseCode('\ud83d\ud83d')).toMatchObject({ ok: false, reason: 'symbol' })
  })
})

describe('the hash of a code', () => {
  const key = Buffer.alloc(32, 7)

  test('is HMAC-SHA256 under the key, with its purpose named, in base64url', () => {
    const expected = createHmac('sha256', key).update('access-code/1:BCFGHJKMNPQK').digest('base64url')
    expect(hashCode(key, 'BCFGHJKMNPQK')).toBe(expected)
    expect(expected).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  test('differs by key and by code', () => {
    const hash = hashCode(key, 'BCFGHJKMNPQK')
    expect(hashCode(Buffer.alloc(32, 8), 'BCFGHJKMNPQK')).not.toBe(hash)
    expect(hashCode(key, '222222222222')).not.toBe(hash)
  })
})
