// Whatever a Vietnamese keyboard, a phone or a person makes of a code on the way into the field, it is read as the code
// that the card bears; and a symbol that no card bears is named as it stands in the field.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatCode, newCode, parseCode } from '../../../src/access/code.ts'
import { parseReceipt } from '../../../src/response/receipt.ts'
import { allHabits, typed, type Method } from '../../support/vietnamese-keyboard.ts'

const alphabet = '23456789BCFGHJKMNPQRTVX'
const methods: Method[] = ['telex', 'vni']

const anyCode = fc.array(fc.nat(22), { minLength: 11, maxLength: 11 }).map((values) => {
  const left = [...values]
  return newCode(() => left.shift() ?? 0)
})
const anyKeyboard = fc.record({ method: fc.constantFrom(...methods), habits: fc.constantFrom(...allHabits) })

/** What stands between two symbols: keys of a phone, and what it puts in by itself. */
const anyGap = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(' ', '-', '  ', '. ', ' - ', '–', '—', '\u00a0', '\u202f', '\u2009', '\u3000'),
  },
  { weight: 1, arbitrary: fc.constantFrom('\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\t', '\n') },
)

/** How one symbol is written: as printed, small, S for 5 and Z for 2, and each of these full-width. */
const anyHand = fc.record({
  small: fc.boolean(),
  misread: fc.boolean(),
  wide: fc.integer({ max: 9, min: 0 }),
})

const anyPrefix = fc.constantFrom(
  '',
  ' ',
  '\u00a0\u200b',
  'https://khaosat.example.vn/#',
  'khaosat.example.vn/#',
  'Mời anh/chị vào https://khaosat.example.vn/#',
  'HTTPS://KHAOSAT.EXAMPLE.VN/#',
)

type Hand = typeof anyHand extends fc.Arbitrary<infer One> ? One : never

function written(symbol: string, { small, misread, wide }: Hand): string {
  const seen = misread ? symbol.replace('5', 'S').replace('2', 'Z') : symbol
  const cased = small ? seen.toLowerCase() : seen
  return wide === 0 ? String.fromCharCode(cased.charCodeAt(0) + 0xfee0) : cased
}

function keysOf(code: string, hands: Hand[], gaps: string[]): string {
  return [...code]
    .map(
      (symbol, i) => written(symbol, hands[i] ?? { small: false, misread: false, wide: 1 }) + (gaps[i] ?? ''),
    )
    .join('')
}

const twelve = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 12, maxLength: 12 })

/** A phone's capital at the beginning of a sentence. */
function capitalized(text: string): string {
  return text.replace(/^\s*\p{L}/u, (first) => first.toUpperCase())
}

describe('a code', () => {
  test('comes through every Vietnamese keyboard symbol by symbol, in any case, unaltered', () => {
    fc.assert(
      fc.property(anyCode, anyKeyboard, twelve(anyHand), twelve(anyGap), (code, keyboard, hands, gaps) => {
        const keys = keysOf(
          code,
          hands.map((hand) => ({ ...hand, misread: false })),
          gaps,
        )
        expect(typed(keys, keyboard.method, keyboard.habits)).toBe(keys)
      }),
      { numRuns: 500 },
    )
  })

  test('is read whatever hand, keyboard, phone and link it came through', () => {
    fc.assert(
      fc.property(
        anyCode,
        anyKeyboard,
        twelve(anyHand),
        twelve(anyGap),
        anyPrefix,
        fc.boolean(),
        fc.boolean(),
        (code, { method, habits }, hands, gaps, prefix, pasted, capital) => {
          const keys = keysOf(code, hands, gaps)
          // A link is pasted as a rule; typed, the keyboard makes "khaoást" of it, which does not matter before "#".
          const entered = pasted ? prefix + typed(keys, method, habits) : typed(prefix + keys, method, habits)
          const raw = capital ? capitalized(entered) : entered
          expect(parseCode(raw)).toEqual({ ok: true, code })
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('is read when the whole of it was misread and typed in small letters, on each keyboard', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        for (const method of methods) {
          for (const habits of allHabits) {
            const keys = formatCode(code).replaceAll('5', 's').replaceAll('2', 'z').toLowerCase()
            expect(parseCode(typed(keys, method, habits))).toEqual({ ok: true, code })
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  // What makes the promise above more than chance: the letters that were left out do not come through.
  test.each([
    ['A', 'AA'],
    ['A', 'AS'],
    ['D', 'DD'],
    ['E', 'EE'],
    ['I', 'IX'],
    ['O', 'OF'],
    ['U', 'UR'],
    ['W', 'W'],
    ['Y', 'YJ'],
  ])('bears no %s, because a keyboard alters %s', (letter, keys) => {
    expect(alphabet).not.toContain(letter)
    expect(typed(`B${keys}`, 'telex')).not.toBe(`B${keys}`)
  })

  test('bears nothing that a keyboard alters: any two symbols behind any two come through', () => {
    for (const one of `${alphabet}SZ`) {
      for (const other of `${alphabet}SZ`) {
        for (const keys of [one + other, one + other + other, (one + other).toLowerCase()])
          for (const method of methods) expect(typed(keys, method)).toBe(keys)
      }
    }
  })
})

describe('a symbol that no card bears', () => {
  const strangers = [
    ...'01OILUAEDWYoiluaedwyđĐưƯơôêâăậẾ０Ａ①½ıßВфĐ,_/:*?!"\'()&@+=中ก😀',
    'ư', // u + horn, as macOS writes it
    'ậ', // a + hat + dot, the other way round
    'o\u0331', // no single code point has it
    '❤️',
    '🇻🇳',
    '👩‍👩‍👧',
    '1️⃣',
  ]

  test('is named as it was typed, wherever it stands and whatever stands around it', () => {
    fc.assert(
      fc.property(
        anyCode,
        fc.constantFrom(...strangers),
        fc.nat(12),
        fc.option(fc.constantFrom(...strangers), { nil: '' }),
        twelve(anyHand),
        fc.constantFrom('', ' ', '-', '\u00a0'),
        (code, stranger, place, later, hands, gap) => {
          const keys = [...code].map((symbol, i) => written(symbol, hands[i] ?? fail()))
          const raw = [...keys.slice(0, place), gap, stranger, ' ', later, ...keys.slice(place)].join('')
          const symbol = stranger.normalize('NFC')
          expect(parseCode(raw)).toEqual({ ok: false, reason: 'symbol', symbol })
          expect(parseReceipt(raw)).toEqual({ ok: false, reason: 'symbol', symbol })
        },
      ),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['BCFG AAKM NPQK', 'telex', 'Â'],
    ['bcfg dd', 'telex', 'đ'],
    ['BCFG WJKM', 'telex', 'Ự'],
    ['BCFG O6KM', 'vni', 'Ô'],
    ['bcfg e5km', 'vni', 'ẹ'],
  ] as const)('%s typed with %s: the field holds %s, and that is named', (keys, method, symbol) => {
    expect(parseCode(typed(keys, method))).toEqual({ ok: false, reason: 'symbol', symbol })
  })
})

function fail(): never {
  throw new Error('twelve hands write twelve symbols')
}
