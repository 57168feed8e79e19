import { describe, expect, test } from 'vitest'
import { disclose, unrankedUnits } from '../../../src/score/disclosure.ts'
import { ballots, item, scoresOf, surveyOf } from './small-survey.ts'

const items = [item('a', 'C1'), item('b', 'C2')]
const criteria = { C1: '2', C2: '3' }
const allOf = (count: number, answers: string) => Array.from({ length: count }, () => answers)

/** The first of five agencies; the others are all alike. */
async function fiveUnits(answersOfFirst: { LDP: string[]; CC: string[] }) {
  const others = ['STC', 'S3', 'S4', 'S5']
  const design = surveyOf({ units: ['SYT', ...others], items, criteria })
  return scoresOf(design, [
    ...ballots('SYT', 'LDP', answersOfFirst.LDP),
    ...ballots('SYT', 'CC', answersOfFirst.CC),
    ...others.flatMap((unit) => ballots(unit, 'LDP', ['00', '01', '01', '11', '10'])),
    ...others.flatMap((unit) => ballots(unit, 'CC', ['11', '02', '10', '12'])),
  ])
}

describe('a unit with enough answers', () => {
  test('is shown with 2 decimals, rounded only here', async () => {
    const exact = await fiveUnits({ LDP: ['00', '00', '10', '10', '20'], CC: ['00', '11', '12', '23'] })
    expect(disclose(exact, 5).units[0]).toEqual({
      code: 'SYT',
      name: 'Sở SYT',
      level: 'so',
      counts: { planned: 9, issued: 9, returned: 9, valid: 9 },
      population: null,
      criteria: [
        // 5.8 / 9 x 2 = 1.2888…; the share of what is printed
        {
          code: 'C1',
          name: 'Tiêu chí C1',
          max: 2,
          answered: 9,
          share: 0.65,
          points: 1.29,
          step: 0.01,
          status: 'ok',
          // One of nine, from the worst answer to the best: 2 / 9
          oneRespondent: 0.22,
        },
        // (5 + 1 + 0.6 + 0.2 + 0) / 9 = 0.7555…, x 3 = 2.2666…
        {
          code: 'C2',
          name: 'Tiêu chí C2',
          max: 3,
          answered: 9,
          share: 0.76,
          points: 2.27,
          step: 0.01,
          status: 'ok',
          oneRespondent: 0.33,
        },
      ],
      // 1.29 + 2.27, both as they are printed
      domains: [{ code: 'I', max: 5, points: 3.56, step: 0.01, status: 'ok' }],
      total: { max: 5, points: 3.56, step: 0.01, status: 'ok' },
      interval: null,
      // 2 / 9 + 3 / 9
      oneRespondent: 0.56,
      ranking: 'ranked',
      fallback: null,
      // The others have 7 / 9 x 2 + 5.6 / 9 x 3 = 3.42
      rank: { place: 1, tied: false, from: null, to: null },
      flags: [],
    })
  })

  test('lets the level’s figures be shown in whole percents: groups, all together, single questions', async () => {
    const exact = await fiveUnits({ LDP: ['00', '00', '10', '10', '20'], CC: ['00', '11', '12', '23'] })
    const [level] = disclose(exact, 5).levels
    expect(level?.code).toBe('so')
    expect(level?.groups.map((group) => group.code)).toEqual(['LDP', 'CC'])
    const [, officials] = level?.groups ?? []
    expect(officials?.counts).toEqual({ planned: 20, issued: 20, returned: 20, valid: 20 })
    // (2.4 + 4 x 2.8) / 20 and (1.8 + 4 x 2) / 20
    expect(officials?.criteria).toMatchObject([
      { code: 'C1', max: 2, answered: 20, share: 0.68, points: 1.36, step: 0.02, status: 'ok' },
      { code: 'C2', max: 3, answered: 20, share: 0.49, points: 1.47, step: 0.03, status: 'ok' },
    ])
    // C1: 3.4 + 4 x 4.2 of the leaders and 13.6 of the officials, of 45.
    expect(level?.pooled[0]).toMatchObject({ answered: 45, share: 0.75, status: 'ok' })
    expect(level?.items[0]).toMatchObject({ code: 'a', answered: 45, share: 0.75, band: null, status: 'ok' })
    expect(level?.items[0]?.options?.map(({ code, share }) => [code, share])).toEqual([
      ['A', 0.42],
      ['B', 0.53],
      ['C', 0.04],
      ['D', 0],
    ])
  })

  test('an item that nearly all answer alike is shown as a band, its options too', async () => {
    const units = ['S1', 'S2', 'S3', 'S4', 'S5']
    const all = (people: number, first: string) => [first, ...allOf(people - 1, '0')]
    const rows = units.flatMap((unit) => [
      ...ballots(unit, 'LDP', all(5, unit === 'S2' ? '1' : '0')),
      ...ballots(unit, 'CC', all(4, unit === 'S1' ? '1' : '0')),
    ])
    const design = surveyOf({ units, items: [item('a', 'C1')] })
    const [level] = disclose(await scoresOf(design, rows), 5).levels
    expect(level?.items[0]).toMatchObject({ share: 0.95, band: 'at-least' })
    expect(level?.items[0]?.options?.map(({ share, band }) => [share, band])).toEqual([
      [0.95, 'at-least'],
      [0.05, 'at-most'],
      [0.05, 'at-most'],
      [0.05, 'at-most'],
    ])
  })

  test('the level’s figures go where they leave no other way: one person alone said anything else', async () => {
    const units = ['S1', 'S2', 'S3', 'S4', 'S5']
    const rows = units.flatMap((unit) => [
      ...ballots(unit, 'LDP', allOf(5, '0')),
      ...ballots(unit, 'CC', unit === 'S1' ? ['1', '0', '0', '0'] : allOf(4, '0')),
    ])
    const design = surveyOf({ units, items: [item('a', 'C1')] })
    const shown = disclose(await scoresOf(design, rows), 5)
    const [level] = shown.levels
    expect(shown.units.map((unit) => unit.total.status)).toEqual(units.map(() => 'ok'))
    expect(level?.groups.map((group) => group.criteria[0]?.status)).toEqual(['hidden', 'hidden'])
    expect(level?.items[0]?.status).toBe('hidden')
  })
})

describe('a criterion with too few answers', () => {
  // 7 returned, 4 of them "Không biết" at C2: n = 3.
  const thin = { LDP: ['00', '00', '04', '04', '04'], CC: ['01', '04'] }

  test('counts answers and not ballots: 7 returned with 4 opt-outs is n = 3, hidden', async () => {
    const [unit] = disclose(await fiveUnits(thin), 5).units
    expect(unit?.counts.valid).toBe(7)
    expect(unit?.criteria.map((each) => each.status)).toEqual(['ok', 'hidden'])
    expect(unit?.criteria[1]).toMatchObject({ answered: null, share: null, points: null })
  })

  test('hides the unit’s total, as many of the level’s figures on it as must be, and nothing else', async () => {
    // All 9 returned, 3 of them answering C2.
    const exact = await fiveUnits({ LDP: ['00', '00', '04', '04', '04'], CC: ['01', '04', '14', '14'] })
    const shown = disclose(exact, 5)
    expect(shown.units[0]?.total).toMatchObject({ points: null, status: 'hidden' })
    expect(shown.units[1]?.total.status).toBe('ok')
    // One group suffices: the other alone says nothing about the three.
    const statuses = shown.levels[0]?.groups.map((group) => group.criteria.map((each) => each.status))
    expect(statuses).toEqual([
      ['ok', 'ok'],
      ['ok', 'hidden'],
    ])
    const hidden = { answered: null, share: null, points: null, step: null }
    expect(shown.levels[0]?.groups[1]?.criteria[1]).toMatchObject(hidden)
    expect(shown.levels[0]?.pooled.map((each) => each.status)).toEqual(['ok', 'hidden'])
    expect(shown.levels[0]?.items.map((each) => each.status)).toEqual(['ok', 'hidden'])
  })

  test('takes its unit out of the ranking', async () => {
    expect(unrankedUnits(await fiveUnits(thin), 5)).toEqual(new Set(['SYT']))
  })

  test.each([
    [4, 'hidden'],
    [5, 'ok'],
  ] as const)('with %i answers is %s at k = 5', async (people, status) => {
    const exact = await fiveUnits({ LDP: allOf(people, '00'), CC: [] })
    expect(disclose(exact, 5).units[0]?.criteria[0]?.status).toBe(status)
    expect(disclose(exact, 6).units[0]?.criteria[0]?.status).toBe('hidden')
  })
})

describe('a group of which one person answered', () => {
  test('hides the criterion: it weighs as much as the whole group, so the figure would tell that one answer', async () => {
    const one = await fiveUnits({ LDP: allOf(5, '00'), CC: ['00'] })
    expect(disclose(one, 5).units[0]?.criteria[0]).toMatchObject({ points: null, status: 'hidden' })
    expect(unrankedUnits(one, 5)).toEqual(new Set(['SYT']))
  })

  test('does not when there are two, or none', async () => {
    for (const people of [0, 2]) {
      const shown = disclose(await fiveUnits({ LDP: allOf(5, '00'), CC: allOf(people, '00') }), 5)
      expect(shown.units[0]?.criteria[0]?.status).toBe('ok')
    }
  })
})

describe('a criterion without any answer', () => {
  test('is not applicable, like one that is not asked, and leaves the total', async () => {
    const design = surveyOf({ items, criteria: { ...criteria, C3: '5' } })
    const exact = await scoresOf(design, ballots('SYT', 'LDP', allOf(5, '04')))
    const [unit] = disclose(exact, 5).units
    expect(unit?.criteria.map((each) => each.status)).toEqual(['ok', 'not-applicable', 'not-applicable'])
    expect(unit?.total).toEqual({ max: 2, points: 2, step: 0.01, status: 'ok' })
    expect(unrankedUnits(exact, 5).size).toBe(0)
  })

  test('shows the 0 of the rule "zero", which says nothing about anybody', async () => {
    const design = surveyOf({ items, criteria, scoring: { withoutValue: 'zero' } })
    const [unit] = disclose(await scoresOf(design, ballots('SYT', 'LDP', allOf(5, '04'))), 5).units
    expect(unit?.criteria[1]).toMatchObject({ answered: 0, share: null, points: 0, status: 'ok' })
    expect(unit?.total).toEqual({ max: 5, points: 2, step: 0.01, status: 'ok' })
  })
})

describe('a unit', () => {
  test('without any value hides its total and is not ranked when it was asked', async () => {
    const exact = await scoresOf(surveyOf({ items, criteria }), [])
    expect(disclose(exact, 5).units[0]?.total).toEqual({
      max: 0,
      points: null,
      step: null,
      status: 'hidden',
    })
    expect(unrankedUnits(exact, 5)).toEqual(new Set(['SYT']))
  })

  test('that the survey does not ask is not kept from the ranking', async () => {
    const design = { ...surveyOf({ items, criteria }), strata: [] }
    expect(unrankedUnits(await scoresOf(design, []), 5).size).toBe(0)
  })

  test('with fewer than k valid ballots is not ranked, even if none of its answers counts', async () => {
    const exact = await scoresOf(surveyOf({ items, criteria }), ballots('SYT', 'CC', allOf(4, '44')))
    expect(unrankedUnits(exact, 5)).toEqual(new Set(['SYT']))
  })
})

test.each([
  ['0', []],
  ['2/3', []], // 6 of 9 just do
  ['0.67', ['SYT']],
  ['1', ['SYT']],
])(
  'a unit with 6 of 9 valid ballots, where %s of the quota is asked for, is unranked: %j',
  async (minimumReturn, unranked) => {
    const exact = await fiveUnits({ LDP: allOf(4, '00'), CC: allOf(2, '01') })
    expect([...unrankedUnits(exact, 5, { minimumReturn })]).toEqual(unranked)
  },
)

test('a level’s group in which a single unit answered is hidden: it would be that unit’s group', async () => {
  const design = surveyOf({ units: ['SYT', 'STC'], items, criteria, quotas: { LDP: 5, CC: 9 } })
  const rows = [...ballots('SYT', 'CC', allOf(9, '01')), ...ballots('STC', 'LDP', allOf(5, '01'))]
  const shown = disclose(await scoresOf(design, rows), 5)
  expect(shown.units.map((unit) => unit.total.status)).toEqual(['ok', 'ok'])
  const statuses = shown.levels[0]?.groups.flatMap((group) => group.criteria.map((each) => each.status))
  expect(statuses).toEqual(['hidden', 'hidden', 'hidden', 'hidden'])
})

test.each([4, 1, 0, -5, 5.5, Number.NaN])('k = %d is refused: never looser than 5', async (k) => {
  const exact = await scoresOf(surveyOf({}), [])
  expect(() => disclose(exact, k)).toThrow(RangeError)
  expect(() => unrankedUnits(exact, k)).toThrow(RangeError)
})

test('no figure of a unit x group exists in what is shown', async () => {
  const shown = disclose(await fiveUnits({ LDP: allOf(5, '01'), CC: allOf(4, '23') }), 5)
  expect(Object.keys(shown)).toEqual(['k', 'units', 'levels'])
  for (const unit of shown.units) {
    const figures = [
      'criteria',
      'domains',
      'total',
      'interval',
      'oneRespondent',
      'ranking',
      'fallback',
      'rank',
    ]
    expect(Object.keys(unit)).toEqual(
      ['code', 'name', 'level', 'counts', 'population', ...figures].concat('flags'),
    )
  }
  expect(JSON.stringify(shown.units)).not.toContain('LDP')
})
