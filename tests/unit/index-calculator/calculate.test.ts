import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { computeIndex, type IndexInput, showIndex } from '../../../src/index-calculator/calculate.ts'
import { competitionRanks } from '../../../src/score/ranking.ts'
import { parseExact } from '../../../src/score/exact.ts'
import { criteriaOf, indexInput, type UnitParts } from './small-index.ts'

function show(input: IndexInput) {
  return showIndex(computeIndex(input))
}

describe('competition ranks', () => {
  test.each([
    [
      ['90', '80', '80', '70'],
      [1, 2, 2, 4],
    ],
    [
      ['70', '80', '90', '80'],
      [4, 2, 1, 2],
    ],
    [
      ['80', '80', '80'],
      [1, 1, 1],
    ],
    [
      ['1/3', '0.333333', '0.333334'],
      [2, 3, 1],
    ],
    [
      ['90', null, '80'],
      [1, null, 2],
    ],
    [[], []],
  ])('of %j are %j', (values, expected) => {
    const ranks = competitionRanks(values.map((text) => (text === null ? null : parseExact(text))))
    expect(ranks.map((each) => each?.rank ?? null)).toEqual(expected)
    const ranked = expected.filter((rank) => rank !== null)
    const tied = expected.map((rank) => rank !== null && ranked.filter((each) => each === rank).length > 1)
    expect(ranks.map((each) => each?.tied ?? false)).toEqual(tied)
  })

  test('are one more than the number of higher values, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 })), (thirds) => {
        const ranks = competitionRanks(thirds.map((each) => parseExact(`${each}/3`)))
        expect(ranks.map((each) => each?.rank)).toEqual(
          thirds.map((each) => 1 + thirds.filter((other) => other > each).length),
        )
      }),
    )
  })
})

describe('the index of a unit', () => {
  const set = criteriaOf({ I: { 'A1.1': '10', 'A1.2': '60', X1: '20' }, II: { X2: '10' } })

  test('is made from the released total and domains, whatever their criteria add up to', () => {
    const parts: UnitParts = {
      code: 'SYT',
      appraised: { 'A1.1': '10', 'A1.2': '50' },
      survey: { X1: { points: '14.5' }, X2: { points: '8.25' } },
    }
    const input = indexInput(set, [parts])
    const released = {
      code: 'SYT',
      domains: [
        { code: 'I', points: 14.49 },
        { code: 'II', points: 8.26 },
      ],
      total: { points: 22.74 },
    }
    const [row] = show({ ...input, shown: [released] })
    expect(row).toMatchObject({ survey: 22.74, total: 82.74, index: 82.74 })
    expect(row?.domains.map(({ points }) => points)).toEqual([74.49, 8.26])
    const [hidden] = show({ ...input, shown: [{ ...released, domains: [], total: { points: null } }] })
    expect(hidden).toMatchObject({ survey: null, total: null, index: null })
    expect(hidden?.domains.map(({ points }) => points)).toEqual([null, null])
  })

  test('is the sum of its parts over the scale that applies', () => {
    const parts: UnitParts = {
      code: 'SYT',
      appraised: { 'A1.1': '8.5', 'A1.2': '54.5' },
      survey: { X1: { points: '15' }, X2: { points: '3' } },
      bonus: '2',
      penalty: '0.5',
    }
    expect(show(indexInput(set, [parts]))).toEqual([
      {
        code: 'SYT',
        name: 'Sở SYT',
        level: 'so',
        block: 'Khối sở',
        appraised: 63,
        survey: 18,
        bonus: 2,
        penalty: 0.5,
        total: 82.5,
        scale: 100,
        index: 82.5,
        rank: 1,
        tied: false,
        domains: [
          { code: 'I', max: 90, points: 78 },
          { code: 'II', max: 10, points: 3 },
        ],
      },
    ])
  })

  test('without the survey part rises: 18/30 + 63/70 is 81 %, 63/70 alone 90 % (silence pays)', () => {
    const appraised = { 'A1.1': '8.5', 'A1.2': '54.5' }
    const [asked, notAsked] = show(
      indexInput(set, [
        { code: 'SYT', appraised, survey: { X1: { points: '12' }, X2: { points: '6' } } },
        { code: 'BDT', appraised },
      ]),
    )
    expect(asked).toMatchObject({ survey: 18, total: 81, scale: 100, index: 81, rank: 2 })
    expect(notAsked).toMatchObject({ survey: null, total: 63, scale: 70, index: 90, rank: 1 })
    expect(notAsked?.domains).toEqual([
      { code: 'I', max: 70, points: 63 },
      { code: 'II', max: 0, points: null },
    ])
  })

  test('leaves out an appraised criterion that does not apply, and a survey one without a value', () => {
    const [row] = show(
      indexInput(set, [
        {
          code: 'SYT',
          appraised: { 'A1.1': null, 'A1.2': '30' },
          survey: { X1: { points: '10' }, X2: { points: null } },
        },
      ]),
    )
    expect(row).toMatchObject({ appraised: 30, survey: 10, total: 40, scale: 80, index: 50, rank: 1 })
  })

  test('does not exist where nothing applies', () => {
    const [row] = show(indexInput(set, [{ code: 'SYT', appraised: { 'A1.1': null, 'A1.2': null } }]))
    expect(row).toMatchObject({ appraised: 0, survey: null, total: 0, scale: 0, index: null, rank: null })
  })

  test('is ranked on unrounded values: two print 50.00 and hold ranks 1 and 2', () => {
    const parts = (code: string, points: string): UnitParts => ({
      code,
      appraised: { 'A1.1': points, 'A1.2': null },
    })
    const rows = show(
      indexInput(set, [parts('STC', '5.0001'), parts('SYT', '5.0002'), parts('STP', '5.0001')]),
    )
    expect(rows.map((row) => [row.code, row.index, row.rank, row.tied])).toEqual([
      ['STC', 50, 2, true],
      ['SYT', 50, 1, false],
      ['STP', 50, 2, true],
    ])
  })

  test('is ranked inside its block', () => {
    const parts = (code: string, block: string, points: string): UnitParts => ({
      code,
      block,
      appraised: { 'A1.1': points, 'A1.2': null },
    })
    const rows = show(
      indexInput(set, [parts('a', 'Khối 1', '5'), parts('b', 'Khối 2', '9'), parts('c', 'Khối 1', '7')]),
    )
    expect(rows.map((row) => row.rank)).toEqual([2, 1, 1])
  })

  test('needs every appraised leaf: a missing one is a defect, not a 0', () => {
    expect(() => computeIndex(indexInput(set, [{ code: 'SYT', appraised: { 'A1.1': '1' } }]))).toThrow('A1.2')
    const elsewhere = { ...indexInput(set, []), units: [{ code: 'x', name: 'x', level: 'xa', block: 'xã' }] }
    expect(() => computeIndex(elsewhere)).toThrow('level xa has no criteria set')
  })
})

describe('a unit with too few answers', () => {
  const set = criteriaOf({ I: { A1: '40', X1: '20' }, II: { A2: '20', X2: '10' }, III: { A3: '10' } })
  const appraised = { A1: '30', A2: '15', A3: '9' }
  const enough: UnitParts = { code: 'STC', appraised, survey: { X1: { points: '11' }, X2: { points: '7' } } }
  const thin: UnitParts = {
    code: 'SYT',
    appraised,
    survey: { X1: { points: '12' }, X2: { points: '8', answered: 3 } },
    bonus: '1',
  }

  test('is not ranked, and nothing that is shown contains the hidden points', () => {
    const rows = show(indexInput(set, [enough, thin]))
    expect(rows[1]).toMatchObject({
      appraised: 54,
      survey: null,
      bonus: 1,
      penalty: 0,
      total: null,
      scale: null,
      index: null,
      rank: null,
      tied: false,
    })
    expect(rows[1]?.domains).toEqual([
      { code: 'I', max: 60, points: 42 },
      { code: 'II', max: null, points: null },
      { code: 'III', max: 10, points: 9 },
    ])
    expect(rows[0]).toMatchObject({ rank: 1, survey: 18 })
  })

  test('shows the same whatever its hidden points are', () => {
    const shownWith = (points: string) => {
      const parts = { ...thin, survey: { X1: { points: '12' }, X2: { points, answered: 4 } } }
      return JSON.stringify(show(indexInput(set, [enough, parts])))
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (hundredths) => {
        expect(shownWith(`${hundredths}/100`)).toBe(shownWith('0'))
      }),
    )
  })

  test('takes no place in the ranking', () => {
    const best = { ...thin, appraised: { A1: '40', A2: '20', A3: '10' } }
    expect(show(indexInput(set, [best, enough])).map((row) => row.rank)).toEqual([null, 1])
  })

  test('is also one with fewer than k valid ballots whose answers all fell out of the scale', () => {
    const silent = { ...thin, survey: { X1: { points: null }, X2: { points: null } }, valid: 4 }
    const [row] = show(indexInput(set, [silent]))
    expect(row).toMatchObject({
      appraised: 54,
      survey: null,
      total: null,
      scale: null,
      index: null,
      rank: null,
    })
  })

  test('its exact run already holds null: no later step can show what is not there', () => {
    const run = computeIndex(indexInput(set, [thin]))
    expect(run.units[0]).toMatchObject({
      eligible: false,
      survey: null,
      total: null,
      scale: null,
      index: null,
    })
  })
})

describe('what a unit with too few answers gets, by the rule fixed before collecting', () => {
  const set = criteriaOf({ I: { A1: '40', X1: '20' }, II: { A2: '30', X2: '10' } })
  const appraised = { A1: '36', A2: '27' }
  const units: UnitParts[] = [
    // 18 of 30, and 28 of 30.
    { code: 'STC', appraised, survey: { X1: { points: '12' }, X2: { points: '6' } } },
    { code: 'STP', appraised, survey: { X1: { points: '18' }, X2: { points: '10' } } },
    // 29 of 30, but of three people; X2 fell out of the scale.
    {
      code: 'SYT',
      appraised,
      survey: { X1: { points: '19', answered: 3 }, X2: { points: null } },
      valid: 3,
    },
  ]
  const under = (
    belowThreshold: IndexInput['scoring']['belowThreshold'],
    more: Partial<IndexInput['scoring']> = {},
    parts = units,
  ) => {
    const input = indexInput(set, parts)
    return show({ ...input, scoring: { ...input.scoring, ...more, belowThreshold } })
  }

  test.each([
    ['not-ranked', { survey: null, total: null, scale: null, index: null, rank: null }],
    ['lowest-of-level', { survey: 18, total: 81, scale: 100, index: 81, rank: 2, tied: true }],
    ['zero', { survey: 0, total: 63, scale: 100, index: 63, rank: 3 }],
    // Silence pays: 63/70 is more than the 81 % of the one that answered.
    ['leaves-scale', { survey: null, total: 63, scale: 70, index: 90, rank: 2 }],
  ] as const)('%s: %j', (rule, expected) => {
    const rows = under(rule)
    expect(rows[2]).toMatchObject(expected)
    expect(rows[2]?.fallback).toBe(rule === 'not-ranked' ? undefined : rule)
    expect(rows.slice(0, 2).map(({ fallback, index }) => [fallback, index])).toEqual([
      [undefined, 81],
      [undefined, 91],
    ])
  })

  test('its domains hold what stands in, never its own answers', () => {
    expect(under('lowest-of-level')[2]?.domains).toEqual(under('lowest-of-level')[0]?.domains)
    expect(under('zero')[2]?.domains).toEqual([
      { code: 'I', max: 60, points: 36 },
      { code: 'II', max: 40, points: 27 },
    ])
    expect(under('leaves-scale')[2]?.domains).toEqual([
      { code: 'I', max: 40, points: 36 },
      { code: 'II', max: 30, points: 27 },
    ])
  })

  test.each(['not-ranked', 'lowest-of-level', 'zero', 'leaves-scale'] as const)(
    '%s shows the same whatever the few answered',
    (rule) => {
      const withPoints = (points: string) => {
        const thin = { ...units[2], code: 'SYT', appraised, valid: 3 }
        const survey = { X1: { points, answered: 3 }, X2: { points, answered: 3 } }
        return JSON.stringify(under(rule, {}, [...units.slice(0, 2), { ...thin, survey }]))
      }
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 1000 }), (hundredths) => {
          expect(withPoints(`${hundredths}/100`)).toBe(withPoints('0'))
        }),
      )
    },
  )

  test('the lowest is that of its own level; where no unit of it has enough, it is not ranked', () => {
    expect(under('lowest-of-level', {}, units.slice(2))[0]).toMatchObject({ index: null, rank: null })
    expect(under('lowest-of-level', {}, units.slice(2))[0]).not.toHaveProperty('fallback')
  })

  test('a low return is too few answers as well', () => {
    const input = indexInput(set, [{ ...units[0], code: 'STC', appraised, valid: 6 }])
    const rules = (minimumReturn: string) => ({ ...input.scoring, minimumReturn })
    expect(show({ ...input, scoring: rules('2/3') })[0]).toMatchObject({ index: 81, rank: 1 })
    expect(show({ ...input, scoring: rules('0.7') })[0]).toMatchObject({ index: null, rank: null })
  })

  test('a unit that the survey does not ask has too few of nothing', () => {
    const [row] = under('zero', {}, [{ code: 'BDT', appraised }])
    expect(row).toMatchObject({ survey: null, scale: 70, index: 90, rank: 1 })
    expect(row).not.toHaveProperty('fallback')
  })
})

describe('grades of the index', () => {
  const set = criteriaOf({ I: { A1: '100' } })
  const bands = [
    { from: '80', name: 'Tốt' },
    { from: '66.5', name: 'Khá' },
    { from: '0', name: 'Trung bình' },
  ]
  const gradesOf = (...points: string[]) => {
    const input = indexInput(
      set,
      points.map((each, at) => ({ code: `S${at}`, appraised: { A1: each } })),
    )
    return show({ ...input, scoring: { ...input.scoring, bands } }).map(({ index, grade }) => [index, grade])
  }

  test('go by the highest bound that is reached, before rounding', () => {
    expect(gradesOf('80', '79.996', '66.5', '66.4999', '0')).toEqual([
      [80, 'Tốt'],
      [80, 'Khá'],
      [66.5, 'Khá'],
      [66.5, 'Trung bình'],
      [0, 'Trung bình'],
    ])
  })

  test('are those of printed survey points: no upload reads a hidden decimal off a bound', () => {
    const survey = criteriaOf({ I: { A1: '70', X1: '30' } })
    const graded = (points: string, appraised: string) => {
      const input = indexInput(survey, [
        { code: 'S', appraised: { A1: appraised }, survey: { X1: { points } } },
      ])
      return show({ ...input, scoring: { ...input.scoring, bands } })[0]?.grade
    }
    for (let cents = 0; cents < 100; cents += 1) {
      const appraised = `59.${String(cents).padStart(2, '0')}`
      expect(graded('20.1249', appraised)).toBe(graded('20.1151', appraised))
    }
    expect(graded('20.1249', '59.87')).toBe('Khá')
    expect(graded('20.1249', '59.88')).toBe('Tốt')
  })

  test('are not there without a table, nor without an index', () => {
    const input = indexInput(set, [{ code: 'S', appraised: { A1: '1' } }])
    expect(show(input)[0]).not.toHaveProperty('grade')
    const nothing = indexInput(set, [
      { code: 'S', appraised: { A1: null } },
      { code: 'T', appraised: { A1: '90' } },
    ])
    expect(show({ ...nothing, scoring: { ...nothing.scoring, bands } }).map(({ grade }) => grade)).toEqual([
      null,
      'Tốt',
    ])
  })
})

test('what is shown holds no exact value, the run itself refuses JSON', () => {
  const set = criteriaOf({ I: { A1: '70', X1: '30' } })
  const run = computeIndex(
    indexInput(set, [{ code: 'SYT', appraised: { A1: '1/3' }, survey: { X1: { points: '20/3' } } }]),
  )
  expect(JSON.parse(JSON.stringify(showIndex(run)))).toEqual(showIndex(run))
  expect(showIndex(run)[0]).toMatchObject({ appraised: 0.33, survey: 6.67, total: 7, index: 7 })
  expect(() => JSON.stringify(run)).toThrow('stays inside')
})

test('every printed number follows from printed points: runs with any appraised points tell nothing of hidden decimals', () => {
  // Two rounds that the release prints alike; only exact points differ, and in the same order.
  const unit = (code: string, points: string) => ({
    code,
    appraised: { A1: '50' },
    survey: { X1: { points } },
  })
  const set = criteriaOf({ I: { A1: '68.5', X1: '31.5' } })
  const run = (points: [string, string], appraised: string, penalty: string) => {
    const parts = [unit('A', points[0]), unit('B', points[1])].map((each) => ({
      ...each,
      appraised: { A1: appraised },
      penalty,
    }))
    return showIndex(computeIndex(indexInput(set, parts)))
  }
  for (let cents = 0; cents < 100; cents += 1) {
    const appraised = `50.${String(cents).padStart(2, '0')}`
    for (const penalty of ['0', '0.333', '0.005'])
      expect(run(['20.1249', '18.0051'], appraised, penalty)).toEqual(
        run(['20.1151', '18.0149'], appraised, penalty),
      )
  }
})
