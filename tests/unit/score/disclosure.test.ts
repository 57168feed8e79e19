import { describe, expect, test } from 'vitest'
import { disclose, unrankedUnits } from '../../../src/score/disclosure.ts'
import { ballots, item, scoresOf, surveyOf } from './small-survey.ts'

const items = [item('a', 'C1'), item('b', 'C2')]
const criteria = { C1: '2', C2: '3' }
const allOf = (count: number, answers: string) => Array.from({ length: count }, () => answers)

async function twoUnits(answersOfFirst: { LDP: string[]; CC: string[] }) {
  const design = surveyOf({ units: ['SYT', 'STC'], items, criteria })
  return scoresOf(design, [
    ...ballots('SYT', 'LDP', answersOfFirst.LDP),
    ...ballots('SYT', 'CC', answersOfFirst.CC),
    ...ballots('STC', 'LDP', allOf(5, '01')),
    ...ballots('STC', 'CC', allOf(4, '12')),
  ])
}

describe('a unit with enough answers', () => {
  test('is shown with 2 decimals, rounded only here', async () => {
    const exact = await twoUnits({ LDP: ['00', '00', '10', '10', '20'], CC: ['00', '11', '12', '23'] })
    expect(disclose(exact, 5).units[0]).toEqual({
      code: 'SYT',
      name: 'Sở SYT',
      level: 'so',
      counts: { planned: 9, issued: 9, returned: 9, valid: 9 },
      criteria: [
        // 5.8 / 9 = 0.6444…, x 2 = 1.2888…
        {
          code: 'C1',
          name: 'Tiêu chí C1',
          max: 2,
          answered: 9,
          share: 0.64,
          points: 1.29,
          precision: 2,
          status: 'ok',
        },
        // (5 + 1 + 0.6 + 0.2 + 0) / 9 = 0.7555…, x 3 = 2.2666…
        {
          code: 'C2',
          name: 'Tiêu chí C2',
          max: 3,
          answered: 9,
          share: 0.76,
          points: 2.27,
          precision: 2,
          status: 'ok',
        },
      ],
      // 1.2888… + 2.2666… = 3.5555…
      total: { max: 5, points: 3.56, precision: 2, status: 'ok' },
    })
  })

  test('lets the level’s groups be shown, shares with 4 decimals', async () => {
    const exact = await twoUnits({ LDP: ['00', '00', '10', '10', '20'], CC: ['00', '11', '12', '23'] })
    const [level] = disclose(exact, 5).levels
    expect(level?.code).toBe('so')
    expect(level?.groups.map((group) => group.code)).toEqual(['LDP', 'CC'])
    expect(level?.groups[1]).toEqual({
      code: 'CC',
      counts: { planned: 8, issued: 8, returned: 8, valid: 8 },
      criteria: [
        // (2.4 + 4 x 0.6) / 8
        {
          code: 'C1',
          name: 'Tiêu chí C1',
          max: 2,
          answered: 8,
          share: 0.6,
          points: 1.2,
          precision: 2,
          status: 'ok',
        },
        // (1.8 + 4 x 0.2) / 8 = 0.325
        {
          code: 'C2',
          name: 'Tiêu chí C2',
          max: 3,
          answered: 8,
          share: 0.325,
          points: 0.98,
          precision: 2,
          status: 'ok',
        },
      ],
    })
  })
})

describe('a criterion with too few answers', () => {
  // 7 returned, 4 of them "Không biết" at C2: n = 3.
  const thin = { LDP: ['00', '00', '04', '04', '04'], CC: ['01', '04'] }

  test('counts answers and not ballots: 7 returned with 4 opt-outs is n = 3, hidden', async () => {
    const [unit] = disclose(await twoUnits(thin), 5).units
    expect(unit?.counts.valid).toBe(7)
    expect(unit?.criteria.map((each) => each.status)).toEqual(['ok', 'hidden'])
    expect(unit?.criteria[1]).toMatchObject({ answered: null, share: null, points: null })
  })

  test('hides the unit’s total, the level’s figures on that criterion, and nothing else', async () => {
    // All 9 returned, 3 of them answering C2.
    const exact = await twoUnits({ LDP: ['00', '00', '04', '04', '04'], CC: ['01', '04', '14', '14'] })
    const shown = disclose(exact, 5)
    expect(shown.units[0]?.total).toMatchObject({ points: null, status: 'hidden' })
    expect(shown.units[1]?.total.status).toBe('ok')
    for (const group of shown.levels[0]?.groups ?? []) {
      expect(group.criteria.map((each) => each.status)).toEqual(['ok', 'hidden'])
      expect(group.criteria[1]).toMatchObject({ answered: null, share: null, points: null })
    }
  })

  test('takes its unit out of the ranking', async () => {
    expect(unrankedUnits(await twoUnits(thin), 5)).toEqual(new Set(['SYT']))
  })

  test.each([
    [4, 'hidden'],
    [5, 'ok'],
  ] as const)('with %i answers is %s at k = 5', async (people, status) => {
    const exact = await twoUnits({ LDP: allOf(people, '00'), CC: [] })
    expect(disclose(exact, 5).units[0]?.criteria[0]?.status).toBe(status)
    expect(disclose(exact, 6).units[0]?.criteria[0]?.status).toBe('hidden')
  })
})

describe('a group of which one person answered', () => {
  test('hides the criterion: it weighs as much as the whole group, so the figure would tell that one answer', async () => {
    const one = await twoUnits({ LDP: allOf(5, '00'), CC: ['00'] })
    expect(disclose(one, 5).units[0]?.criteria[0]).toMatchObject({ points: null, status: 'hidden' })
    expect(unrankedUnits(one, 5)).toEqual(new Set(['SYT']))
  })

  test('does not when there are two, or none', async () => {
    for (const people of [0, 2]) {
      const shown = disclose(await twoUnits({ LDP: allOf(5, '00'), CC: allOf(people, '00') }), 5)
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
    expect(unit?.total).toEqual({ max: 2, points: 2, precision: 2, status: 'ok' })
    expect(unrankedUnits(exact, 5).size).toBe(0)
  })

  test('shows the 0 of the rule "zero", which says nothing about anybody', async () => {
    const design = surveyOf({ items, criteria, scoring: { withoutValue: 'zero' } })
    const [unit] = disclose(await scoresOf(design, ballots('SYT', 'LDP', allOf(5, '04'))), 5).units
    expect(unit?.criteria[1]).toMatchObject({ answered: 0, share: null, points: 0, status: 'ok' })
    expect(unit?.total).toEqual({ max: 5, points: 2, precision: 2, status: 'ok' })
  })
})

describe('a unit', () => {
  test('without any value hides its total and is not ranked when it was asked', async () => {
    const exact = await scoresOf(surveyOf({ items, criteria }), [])
    expect(disclose(exact, 5).units[0]?.total).toEqual({
      max: 0,
      points: null,
      precision: 2,
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
  const shown = disclose(await twoUnits({ LDP: allOf(5, '01'), CC: allOf(4, '23') }), 5)
  expect(Object.keys(shown)).toEqual(['k', 'units', 'levels'])
  for (const unit of shown.units) {
    expect(Object.keys(unit)).toEqual(['code', 'name', 'level', 'counts', 'criteria', 'total'])
  }
  expect(JSON.stringify(shown.units)).not.toContain('LDP')
})
