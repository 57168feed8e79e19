// All ballots of a survey look alike from outside, say everything to the holder of the key, and nothing else
// is one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Ballot, ballotSize, isStraightLine, openBallot, sealBallot } from '../../../src/ballot/ballot.ts'
import { newSealKeyPair, seal } from '../../../src/ballot/seal.ts'
import type { Questionnaire } from '../../../src/survey/questionnaire.ts'

/** A questionnaire of sections with so many items. */
function questionnaireOf(...itemsPerSection: number[]): Questionnaire {
  return {
    code: 'mau-1',
    version: 1,
    sections: itemsPerSection.map((items, section) => ({
      code: `phan-${section}`,
      title: 'Phần',
      items: Array.from({ length: items }, (_, item) => ({
        code: `${section}.${item}`,
        text: 'Nội dung',
        criterion: '1.1',
        reversed: false,
        options: [
          { code: 'tot', label: 'Tốt', coefficient: '1', optOut: false },
          { code: 'kem', label: 'Kém', coefficient: '0', optOut: false },
        ],
      })),
    })),
  }
}

const mostItems = 40
const size = ballotSize([questionnaireOf(10, 5), questionnaireOf(20, 20)])
const keys = newSealKeyPair()
const survey = { surveyId: 'khao-sat', publicKey: keys.publicKey, privateKey: keys.privateKey, size }

function ballotWith(changes: Partial<Ballot> = {}): Ballot {
  return {
    format: 'ballot/1',
    stratum: 'Yt3kPz0Qw8_s-1aLmNoPqR',
    questionnaire: 'mau-1',
    version: 1,
    mode: 'web',
    answers: '01230-1230',
    flags: { straightLine: false },
    ...changes,
  }
}

const idSymbols = [...'ABCXYZabcxyz0189_-']
const anyBallot: fc.Arbitrary<Ballot> = fc.record({
  format: fc.constant('ballot/1' as const),
  stratum: fc.string({ unit: fc.constantFrom(...idSymbols), minLength: 1, maxLength: 36 }),
  questionnaire: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$/),
  version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  mode: fc.constant('web' as const),
  answers: fc.string({ unit: fc.constantFrom(...'0123456789-'), minLength: 1, maxLength: mostItems }),
  flags: fc.record({ straightLine: fc.boolean() }),
})

/** Seals bytes that `sealBallot` would never make, as somebody with the public key could. */
function sealBytes(plaintext: Buffer): string {
  const info = Buffer.from(`survey-ballot/1:${survey.surveyId}`)
  return seal(survey.publicKey, info, Buffer.alloc(0), plaintext).toString('base64url')
}

function padded(text: string, length = Buffer.byteLength(text)): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.writeUInt32BE(length)
  bytes.write(text, 4)
  return bytes
}

describe('a sealed ballot', () => {
  test('opens to what was handed in', () => {
    fc.assert(
      fc.property(anyBallot, (ballot) => {
        expect(openBallot(survey, sealBallot(survey, ballot))).toEqual({ ok: true, ballot })
      }),
    )
  })

  test('has the one length of its survey, whatever is inside', () => {
    const expected = Math.ceil(((size + 48) * 4) / 3)
    fc.assert(
      fc.property(anyBallot, (ballot) => {
        const sealed = sealBallot(survey, ballot)
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(sealed.length).toBe(expected)
      }),
    )
  })

  test('fits even if it is the longest that the rules allow', () => {
    const longest = ballotWith({
      stratum: 'x'.repeat(36),
      questionnaire: 'x'.repeat(20),
      version: Number.MAX_SAFE_INTEGER,
      answers: '9'.repeat(mostItems),
    })
    expect(openBallot(survey, sealBallot(survey, longest))).toEqual({ ok: true, ballot: longest })
  })

  test('looks different each time', () => {
    expect(sealBallot(survey, ballotWith())).not.toBe(sealBallot(survey, ballotWith()))
  })

  test('that does not fit is refused, not cut', () => {
    expect(() => sealBallot(survey, ballotWith({ answers: '1'.repeat(size) }))).toThrow('does not fit')
    const exact = JSON.stringify(ballotWith()).length + 4
    expect(openBallot(survey, sealBallot({ ...survey, size: exact }, ballotWith())).ok).toBe(true)
    expect(() => sealBallot({ ...survey, size: exact - 1 }, ballotWith())).toThrow('does not fit')
  })

  test.each([
    ['a field too many', { code: 'BCFGHJKMNPQK' }],
    ['a flag too many', { flags: { straightLine: false, seconds: 12 } }],
    ['another format', { format: 'ballot/2' }],
    ['another mode', { mode: 'paper' }],
    ['no stratum', { stratum: '' }],
    ['a stratum that is too long', { stratum: 'x'.repeat(37) }],
    ['a questionnaire that is none', { questionnaire: 'mẫu 1' }],
    ['version 0', { version: 0 }],
    ['version 1.5', { version: 1.5 }],
    ['no answers', { answers: '' }],
    ['a word among the answers', { answers: '01 tốt' }],
  ])('never holds %s', (_, changes) => {
    const wrong = { ...ballotWith(), ...changes } as Ballot
    expect(() => sealBallot(survey, wrong)).toThrow()
    expect(openBallot(survey, sealBytes(padded(JSON.stringify(wrong))))).toEqual({ ok: false })
  })
})

describe('what counts as damaged', () => {
  const sealed = sealBallot(survey, ballotWith())

  test('a ballot with any one byte altered', () => {
    const bytes = Buffer.from(sealed, 'base64url')
    for (let position = 0; position < bytes.length; position += 1) {
      const altered = Buffer.from(bytes)
      altered[position] = (altered[position] ?? 0) ^ 0x10
      expect(openBallot(survey, altered.toString('base64url'))).toEqual({ ok: false })
    }
  })

  test('a ballot cut short, spelled differently, or no ballot at all', () => {
    for (const wrong of [
      sealed.slice(0, -4),
      sealed.slice(4),
      `${sealed}=`,
      ` ${sealed}`,
      `${sealed}AAAA`,
      '',
      'A',
      'phiếu',
    ]) {
      expect(openBallot(survey, wrong)).toEqual({ ok: false })
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(openBallot(survey, text)).toEqual({ ok: false })
      }),
    )
  })

  test('a ballot of another survey or another key', () => {
    expect(openBallot({ ...survey, surveyId: 'khao-sat-2' }, sealed)).toEqual({ ok: false })
    expect(openBallot({ ...survey, privateKey: newSealKeyPair().privateKey }, sealed)).toEqual({ ok: false })
  })

  test('a good seal around something else', () => {
    const text = JSON.stringify(ballotWith())
    expect(openBallot(survey, sealBytes(padded(text))).ok).toBe(true)
    const wrongs = [
      Buffer.alloc(0),
      Buffer.alloc(3),
      Buffer.alloc(4),
      Buffer.alloc(size),
      Buffer.from(text),
      padded(text, text.length - 1),
      padded(text, text.length + 1),
      padded(text, size),
      padded(text, 0xffffffff),
      padded(`${text}x`, text.length),
      padded('null'),
      padded('"ballot/1"'),
      padded('{'),
      padded('['.repeat(size - 4)),
    ]
    for (const wrong of wrongs) expect(openBallot(survey, sealBytes(wrong))).toEqual({ ok: false })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(openBallot(survey, sealBytes(Buffer.from(bytes)))).toEqual({ ok: false })
      }),
    )
  })

  test('but not a key that is none: no ballot is blamed for that', () => {
    expect(() => openBallot({ ...survey, privateKey: Buffer.alloc(31) }, sealed)).toThrow('32 bytes')
  })
})

describe('the size of the ballots of a survey', () => {
  // By hand: the JSON of the longest ballot without its answers has 193 characters, the length before it 4
  // bytes.
  test.each([
    [1, 256], // 198
    [59, 256], // 256
    [60, 320], // 257
    [123, 320], // 320
    [124, 384], // 321
    [500, 704], // 697
  ])('with %i items is %i bytes', (items, bytes) => {
    expect(ballotSize([questionnaireOf(items)])).toBe(bytes)
  })

  test('is that of its largest questionnaire, in any order', () => {
    const small = questionnaireOf(5)
    const large = questionnaireOf(50, 50)
    expect(ballotSize([small, large])).toBe(ballotSize([large]))
    expect(ballotSize([large, small])).toBe(ballotSize([large]))
    expect(ballotSize([small])).toBeLessThan(ballotSize([large]))
  })

  test('needs a questionnaire', () => {
    expect(() => ballotSize([])).toThrow('without questionnaires')
  })
})

describe('a straight line', () => {
  test.each([
    ['0000000000', true, 'ten the same'],
    ['000000000', false, 'nine the same'],
    ['0-0-0-0-0-0-0-0-0-0', true, 'ten the same between blanks'],
    ['-------------', false, 'nothing answered'],
    ['000000000-', false, 'nine the same and a blank'],
    ['0000000001', false, 'one of ten differs at the end'],
    ['1000000000000', false, 'one differs at the start'],
    ['3333333333333333', true, 'the same symbol, whichever'],
    ['', false, 'no items'],
  ])('%s: %s (%s)', (answers, expected) => {
    expect(isStraightLine(answers)).toBe(expected)
  })
})
