// The precision rule against a reader who tries everything (every-answer.ts).
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Exact, parseExact } from '../../../src/score/exact.ts'
import { precisionTables } from '../../../src/score/precision.ts'
import type { Option } from '../../../src/survey/questionnaire.ts'
import { determined, everybody, k, three, two, type SmallUnit } from './every-answer.ts'
import { fourSteps, item } from './small-survey.ts'

const four = fourSteps.filter((option) => !option.optOut)

describe('no group of fewer than five can be told', () => {
  const one = (options: Option[]) => [item('a', 'C1', { options })]
  const cases: [string, SmallUnit][] = [
    [
      '4 + 4 of 5 : 4, one item of four options, 2 points: what two decimals gave away',
      {
        parts: { criteria: { C1: '2' } },
        items: one(four),
        returned: { LDP: everybody(4, 'a'), CC: everybody(4, 'a') },
      },
    ],
    [
      '4 + 4 of 5 : 4, 10 points',
      {
        parts: { criteria: { C1: '10' } },
        items: one(four),
        returned: { LDP: everybody(4, 'a'), CC: everybody(4, 'a') },
      },
    ],
    [
      '4 + 4, weights 70 : 30, 10 points: unique at every exact value',
      {
        parts: {
          criteria: { C1: '10' },
          scoring: { groups: 'fixed', fixedWeights: { LDP: '70', CC: '30' } },
        },
        items: one(four),
        returned: { LDP: everybody(4, 'a'), CC: everybody(4, 'a') },
      },
    ],
    [
      '5 + 2 of 5 : 4, 10 points',
      {
        parts: { criteria: { C1: '10' } },
        items: one(four),
        returned: { LDP: everybody(5, 'a'), CC: everybody(2, 'a') },
      },
    ],
    [
      '3 + 2, two items, one with a blank',
      {
        parts: { criteria: { C1: '3.5' } },
        items: [item('a', 'C1', { options: three }), item('b', 'C1', { options: three })],
        returned: { LDP: ['ab', 'ab', 'a'], CC: ['ab', 'b'] },
      },
    ],
    [
      '3 + 2, two criteria with a domain and a total over them',
      {
        parts: { criteria: { C1: '2', C2: '3' } },
        items: [item('a', 'C1', { options: three }), item('b', 'C2', { options: two })],
        returned: { LDP: everybody(3, 'ab'), CC: everybody(2, 'ab') },
      },
    ],
    [
      '4 + 2 pooled, who answered different items: the mean of the items is not what they add to the points',
      {
        parts: { criteria: { C1: '1' }, scoring: { groups: 'pooled' } },
        items: [item('a', 'C1', { options: two }), item('b', 'C1', { options: two })],
        returned: { LDP: ['b', 'ab', 'a', 'b'], CC: ['ab', 'ab'] },
      },
    ],
    [
      '4 + 4 of 5 : 4, the best two of four options counted',
      {
        parts: { criteria: { C1: '2' }, scoring: { itemMethod: 'top-box' } },
        items: one(four),
        returned: { LDP: everybody(4, 'a'), CC: everybody(4, 'a') },
      },
    ],
    [
      '4 + 2, weights 55 : 45, the best option of three counted, 10 points',
      {
        parts: {
          criteria: { C1: '10' },
          scoring: {
            itemMethod: 'top-box',
            topOptions: 1,
            groups: 'fixed',
            fixedWeights: { LDP: '55', CC: '45' },
          },
        },
        items: one(three),
        returned: { LDP: everybody(4, 'a'), CC: everybody(2, 'a') },
      },
    ],
    [
      '4 + 4, the mean of the scale, 10 points',
      {
        parts: { criteria: { C1: '10' }, scoring: { itemMethod: 'scale-mean' } },
        items: one(four),
        returned: { LDP: everybody(4, 'a'), CC: everybody(4, 'a') },
      },
    ],
    [
      '3 + 2, two items of which one weighs double',
      {
        parts: { criteria: { C1: '3' }, scoring: { itemWeights: { a: '2' } } },
        items: [item('a', 'C1', { options: three }), item('b', 'C1', { options: two })],
        returned: { LDP: everybody(3, 'ab'), CC: everybody(2, 'ab') },
      },
    ],
    [
      '4 + 2 pooled, who answered different items, of which one weighs a third: each group’s own mean is another',
      {
        parts: { criteria: { C1: '1' }, scoring: { groups: 'pooled', itemWeights: { b: '1/3' } } },
        items: [item('a', 'C1', { options: two }), item('b', 'C1', { options: two })],
        returned: { LDP: ['b', 'ab', 'a', 'b'], CC: ['ab', 'ab'] },
      },
    ],
    [
      '2 + 2 + 2, three groups',
      {
        parts: { criteria: { C1: '5' }, quotas: { LDP: 3, CC: 2, VC: 4 } },
        items: one(three),
        returned: { LDP: everybody(2, 'a'), CC: everybody(2, 'a'), VC: everybody(2, 'a') },
      },
    ],
  ]
  test.each(cases)('%s', async (_, unit) => {
    expect(await determined(unit)).toEqual([])
  })

  test('in random small designs', { timeout: 300_000 }, async () => {
    const returned = (people: number) =>
      fc.array(fc.constantFrom('ab', 'ab', 'ab', 'a', 'b'), { minLength: people, maxLength: people })
    const unit = fc
      .record({
        people: fc.constantFrom([3, 2], [2, 3], [4, 2], [3, 3], [4, 4]),
        options: fc.constantFrom(two, three),
        sameCriterion: fc.boolean(),
        max: fc.constantFrom('1', '2', '2.5', '10', '1/3'),
        quotas: fc.constantFrom({ LDP: 5, CC: 4 }, { LDP: 4, CC: 4 }, { LDP: 12, CC: 5 }),
        scoring: fc.record({
          groups: fc.constantFrom(
            'sample-design' as const,
            'pooled' as const,
            'equal' as const,
            'fixed' as const,
          ),
          fixedWeights: fc.constantFrom({ LDP: '65', CC: '35' }, { LDP: '0.55', CC: '0.45' }),
          severalItems: fc.constantFrom('mean-of-item-shares' as const, 'pooled-answers' as const),
          itemMethod: fc.constantFrom(
            'weighted-options' as const,
            'weighted-options' as const,
            'top-box' as const,
            'scale-mean' as const,
          ),
          topOptions: fc.constantFrom(1, 2),
          itemWeights: fc.constantFrom<Record<string, string>>({}, {}, { a: '2' }, { b: '1/3' }),
        }),
      })
      .chain(({ people, options, sameCriterion, max, quotas, scoring }) =>
        fc.tuple(returned(people[0]), returned(people[1])).map(([LDP, CC]): SmallUnit => {
          const wide = options.length > 2 && LDP.length + CC.length > 6
          const items = [
            item('a', 'C1', { options: wide ? two : options }),
            item('b', sameCriterion ? 'C1' : 'C2', { options: two }),
          ]
          return {
            parts: { criteria: { C1: max, ...(sameCriterion ? {} : { C2: '2' }) }, quotas, scoring },
            items,
            returned: { LDP, CC },
          }
        }),
      )
    await fc.assert(
      fc.asyncProperty(unit, async (each) => {
        expect(await determined(each)).toEqual([])
      }),
      { numRuns: 20, seed: 20_261_126 },
    )
  })
})

describe('steps', () => {
  const groups = (...people: [number, string][]) =>
    people.map(([count, weight]) => ({
      people: count,
      items: [
        {
          weight: parseExact(weight).over(Exact.of(count)),
          parts: [{ worths: ['1', '0.6', '0.2', '0'].map(parseExact), answers: count }],
        },
      ],
    }))
  const table = (max: string, ...people: [number, string][]) =>
    precisionTables(k)(parseExact(max), groups(...people))

  test('are a hundredth where every answer weighs the same: only the sum over everybody is told', () => {
    const { stepAt } = table('2', [5, '5/9'], [4, '4/9'])
    // In fifths of an answer, of 45: 43 is one of the nine who says 60 %.
    for (const fifths of [3, 9, 22, 27, 43]) expect(stepAt(Math.floor((fifths / 45) * 400))).toBe(1)
  })

  test('are coarser where two decimals would tell both groups: 18 + 18 of 20 fifths, 4 + 4 people of 5 : 4', () => {
    const { stepAt } = table('2', [4, '5/9'], [4, '4/9'])
    // 5 x 18 + 4 x 18 = 162 of 180 has no other pair.
    expect(stepAt(Math.floor((162 / 180) * 400))).toBeGreaterThan(1)
  })

  test('are a hundredth for groups of k people and for a group alone', () => {
    expect(table('10', [12, '0.7'], [5, '0.3']).stepAt(1990)).toBe(1)
    expect(table('10', [5, '1']).stepAt(1990)).toBe(1)
  })
})
