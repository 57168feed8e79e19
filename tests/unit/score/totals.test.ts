// Exact totals against a reader who tries everything (every-answer.ts): beside the criteria every printed figure counts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { disclose, discloseBeside } from '../../../src/score/disclosure.ts'
import type { ShownUnit } from '../../../src/score/shown.ts'
import type { ExactScores } from '../../../src/score/aggregate.ts'
import { revealFraction, roundHalfUp } from '../../../src/score/exact.ts'
import { determined, everybody, k, three, two, type Print, type SmallUnit } from './every-answer.ts'
import { ballots, item, scoresOf, surveyOf, type SurveyParts } from './small-survey.ts'

function exactTotal({ units: [unit] }: ExactScores): number | null {
  const points = unit?.total.points
  return points ? roundHalfUp(revealFraction(points), 2) : null
}

function printedSum(unit: ShownUnit): number {
  return unit.criteria.reduce((sum, { points }) => sum + Math.round((points ?? 0) * 100), 0) / 100
}

/** What the rule forbids: the exact total of every unit that has one. Counts how the rule itself decides. */
function exactAlways(seen: { exact: number; sums: number }): Print {
  return (exact) => {
    const shown = disclose(exact, k)
    const total = exactTotal(exact)
    const units = shown.units.map((unit) => {
      if (unit.total.points === null || total === null) return unit
      if (unit.total.points !== total) seen.sums += 1
      else if (total !== printedSum(unit)) seen.exact += 1
      return { ...unit, total: { ...unit.total, points: total, step: 0.01 } }
    })
    return JSON.stringify({ ...shown, units })
  }
}

describe('no group of fewer than five can be told beside exact totals', () => {
  const cases: [string, SmallUnit, 'some' | 'none'][] = [
    [
      '4 + 3, where opt-outs make the weights unequal: some totals exact, others sums',
      {
        parts: { criteria: { C1: '0.25', C2: '0.25' }, quotas: { LDP: 4, CC: 4 } },
        items: [item('a', 'C1', { options: three }), item('b', 'C2', { options: two })],
        returned: { LDP: everybody(4, 'ab'), CC: ['b', 'ab', 'a'] },
      },
      'some',
    ],
    [
      '4 + 4 of equal weight, two domains',
      {
        parts: { criteria: { C1: '1.5', C2: '2' }, domains: { C2: 'II' }, scoring: { groups: 'equal' } },
        items: [item('a', 'C1', { options: two }), item('b', 'C2', { options: three })],
        returned: { LDP: everybody(4, 'ab'), CC: ['ab', 'a', 'ab', 'ab'] },
      },
      'some',
    ],
    [
      '2 + 3 of 12 : 5, three criteria that are printed coarsely: sums',
      {
        parts: {
          criteria: { C1: '1.5', C2: '1.5', C3: '1.5' },
          quotas: { LDP: 12, CC: 5 },
          scoring: { groups: 'equal' },
        },
        items: ['a', 'b', 'c'].map((code, at) => item(code, `C${at + 1}`, { options: two })),
        returned: { LDP: everybody(2, 'abc'), CC: everybody(3, 'abc') },
      },
      'none',
    ],
  ]
  test.each(cases)('%s', { timeout: 60_000 }, async (_, unit, expected) => {
    expect(await determined(unit)).toEqual([])
    // The same reader tells groups where the total is exact come what may.
    const seen = { exact: 0, sums: 0 }
    expect(await determined(unit, exactAlways(seen))).not.toEqual([])
    expect(seen.exact > 0).toBe(expected === 'some')
    expect(seen.sums).toBeGreaterThan(0)
  })

  test('in random small designs', { timeout: 300_000 }, async () => {
    const codes = ['a', 'b', 'c']
    const unit = fc
      .record({
        people: fc.constantFrom([4, 3], [3, 2], [4, 2], [2, 3], [3, 3]),
        options: fc.constantFrom([two, two], [two, three], [three, two], [two, two, two]),
        points: fc.array(fc.constantFrom('0.25', '0.5', '1', '1.5', '2'), { minLength: 3, maxLength: 3 }),
        domains: fc.constantFrom({}, { C2: 'II' }),
        quotas: fc.constantFrom({ LDP: 5, CC: 4 }, { LDP: 4, CC: 4 }, { LDP: 12, CC: 5 }),
        groups: fc.constantFrom(
          'sample-design' as const,
          'sample-design' as const,
          'pooled' as const,
          'equal' as const,
        ),
        // Who leaves out which question: one in three leaves one out.
        left: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 8, maxLength: 8 }),
      })
      .map(({ people, options, points, domains, quotas, groups, left }): SmallUnit => {
        const own = codes.slice(0, options.length)
        const ballot = (at: number) => own.filter((_, place) => place !== left[at]).join('')
        const [leaders = 0, officials = 0] = people
        return {
          parts: {
            criteria: Object.fromEntries(own.map((_, at) => [`C${at + 1}`, points[at] ?? '1'])),
            domains,
            quotas,
            scoring: { groups },
          },
          items: own.map((code, at) => item(code, `C${at + 1}`, { options: options[at] ?? two })),
          returned: {
            LDP: Array.from({ length: leaders }, (_, at) => ballot(at)),
            CC: Array.from({ length: officials }, (_, at) => ballot(leaders + at)),
          },
        }
      })
    await fc.assert(
      fc.asyncProperty(unit, async (each) => {
        expect(await determined(each)).toEqual([])
      }),
      { numRuns: 20, seed: 20_261_127 },
    )
  })
})

describe('a total', () => {
  // Ten criteria of one point: 2 of 9 each is 0.2222…, printed 0.22.
  const criteria = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`C${at}`, '1']))
  const parts: SurveyParts = {
    criteria,
    domains: { C9: 'II' },
    items: Object.keys(criteria).map((code) => item(`i${code}`, code, { options: two })),
  }
  const some = (people: number, content: number) =>
    Array.from({ length: people }, (_, at) => (at < content ? '0' : '1').repeat(10))

  test('is exact at full return, not the sum of what is printed: 10 x 0.2222… = 2.22', async () => {
    const rows = [...ballots('SYT', 'LDP', some(5, 1)), ...ballots('SYT', 'CC', some(4, 1))]
    const [unit] = disclose(await scoresOf(surveyOf(parts), rows), k).units
    expect(unit?.criteria.map(({ points }) => points)).toEqual(Object.keys(criteria).map(() => 0.22))
    expect(unit?.total).toMatchObject({ points: 2.22, step: 0.01 })
    expect(unit?.domains).toMatchObject([
      // 9 x 0.2222…
      { code: 'I', points: 2 },
      { code: 'II', points: 0.22 },
    ])
  })

  test('is exact where every group has five people, whatever their weights', async () => {
    const design = surveyOf({ ...parts, quotas: { LDP: 12, CC: 5 } })
    const rows = [...ballots('SYT', 'LDP', some(7, 2)), ...ballots('SYT', 'CC', some(5, 1))]
    const exact = await scoresOf(design, rows)
    const [unit] = disclose(exact, k).units
    expect(unit?.total.points).toBe(exactTotal(exact))
    expect(unit?.total.points).not.toBe(unit && printedSum(unit))
  })

  test('that is a sum has the place of that sum: the exact one beside it would be told by its place', async () => {
    const rows = ['SYT', 'STC'].flatMap((unit) => [
      ...ballots(unit, 'LDP', some(5, 1)),
      ...ballots(unit, 'CC', some(4, 1)),
    ])
    const exact = await scoresOf(surveyOf({ ...parts, units: ['SYT', 'STC'] }), rows)
    const { scores, published } = discloseBeside(exact, k, [])
    expect(scores.units.map(({ rank }) => [rank?.place, rank?.tied])).toEqual([
      [1, true],
      [1, true],
    ])
    // One criterion of the first was not out before: its total is a sum now.
    const fewer = {
      levels: published.levels.map((level) => ({
        ...level,
        criteria: level.criteria.map((each, at) =>
          at > 0 ? each : { ...each, rows: each.rows.filter(({ unit }) => unit !== 'SYT') },
        ),
      })),
    }
    const later = discloseBeside(exact, k, [fewer]).scores.units
    expect(later.map(({ total, rank }) => [total.points, rank?.place, rank?.tied])).toEqual([
      [2.2, 2, false],
      [2.22, 1, false],
    ])
  })

  test('stays what it was in a later release of the same scores; beside one criterion more it is a sum', async () => {
    const rows = [...ballots('SYT', 'LDP', some(5, 1)), ...ballots('SYT', 'CC', some(4, 1))]
    const exact = await scoresOf(surveyOf(parts), rows)
    const { published } = discloseBeside(exact, k, [])
    const again = discloseBeside(exact, k, [published]).scores.units[0]
    expect(again?.total.points).toBe(2.22)
    const fewer = {
      levels: published.levels.map((level) => ({ ...level, criteria: level.criteria.slice(1) })),
    }
    expect(discloseBeside(exact, k, [fewer]).scores.units[0]?.total.points).toBe(2.2)
  })
})
