// Statistics against tables worked by hand, and against simple-statistics, which wants all values where we hold sums.
import fc from 'fast-check'
import { sampleCorrelation, sampleCovariance, sampleVariance } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { countAnswers } from '../../../src/score/counts.ts'
import { deriveScores } from '../../../src/score/derive.ts'
import type { ScaleSums } from '../../../src/score/level-sums.ts'
import { StoredCounts } from '../../../src/score/stored-counts.ts'
import {
  alphaOf,
  halfWidth,
  itemRestOf,
  kendallTau,
  placesOf,
  withinSdOf,
} from '../../../src/score/statistics.ts'
import { ballots, item, surveyOf, type SurveyParts } from './small-survey.ts'

/** Sums of a table: a row per person, a column per item. */
function sumsOf(table: readonly (readonly number[])[]): ScaleSums {
  const totals = table.map((row) => row.reduce((sum, each) => sum + each, 0))
  const sum = (of: (row: readonly number[], total: number) => number) =>
    table.reduce((all, row, at) => all + of(row, totals[at] ?? 0), 0)
  return {
    ...{ questionnaire: 'CC', version: 1, parts: 1, units: 5, ballots: table.length },
    sum: sum((_, total) => total),
    squares: sum((_, total) => total ** 2),
    items: (table[0] ?? []).map((_, at) => ({
      code: `i${at}`,
      sum: sum((row) => row[at] ?? 0),
      squares: sum((row) => (row[at] ?? 0) ** 2),
      withTotal: sum((row, total) => (row[at] ?? 0) * total),
    })),
  }
}

describe('alpha and item-rest correlation', () => {
  // Three items, five people. Variances 1.3, 1.3, 2.5 and 13.5 of the totals 3, 6, 8, 11, 12: 3/2 x (1 - 5.1 / 13.5).
  const table = [
    [1, 1, 1],
    [2, 2, 2],
    [2, 3, 3],
    [3, 4, 4],
    [4, 3, 5],
  ]

  test('are those worked out by hand', () => {
    expect(alphaOf(sumsOf(table))).toBeCloseTo(1.5 * (1 - 5.1 / 13.5), 12)
    // The third item with the sum of the first two, 2 4 5 7 7: covariance 13/4, variances 10/4 and 18/4.
    expect(itemRestOf(sumsOf(table))[2]).toBeCloseTo(13 / Math.sqrt(10 * 18), 12)
  })

  test('of two parallel halves alpha is the Spearman-Brown value 2 r / (1 + r)', () => {
    const halves = [
      [1, 2],
      [2, 1],
      [3, 3],
      [4, 4],
    ]
    const r = sampleCorrelation([1, 2, 3, 4], [2, 1, 3, 4])
    expect(alphaOf(sumsOf(halves))).toBeCloseTo((2 * r) / (1 + r), 12)
  })

  test('are those of simple-statistics for any table', () => {
    const row = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 30 }), (rows) => {
        const columns = [0, 1, 2].map((at) => rows.map((each) => each[at] ?? 0))
        const rests = [0, 1, 2].map((at) =>
          rows.map((each) => each.reduce((sum, value) => sum + value, 0) - (each[at] ?? 0)),
        )
        const found = itemRestOf(sumsOf(rows))
        columns.forEach((column, at) => {
          const rest = rests[at] ?? []
          if (sampleVariance(column) === 0 || sampleVariance(rest) === 0) expect(found[at]).toBeNull()
          else expect(found[at]).toBeCloseTo(sampleCorrelation(column, rest), 9)
        })
        const apart = columns.flatMap((one, at) =>
          columns.filter((_, other) => other !== at).map((other) => sampleCovariance(one, other)),
        )
        const between = apart.reduce((sum, each) => sum + each, 0)
        const all = between + columns.reduce((sum, each) => sum + sampleVariance(each), 0)
        if (all < 1e-9) expect(alphaOf(sumsOf(rows))).toBeNull()
        else expect(alphaOf(sumsOf(rows))).toBeCloseTo((1.5 * between) / all, 9)
      }),
    )
  })

  test('do not exist for one item, nor where everybody answered alike', () => {
    expect(alphaOf(sumsOf([[1], [2]]))).toBeNull()
    const alike = sumsOf([
      [3, 3],
      [3, 3],
    ])
    expect([alphaOf(alike), ...itemRestOf(alike)]).toEqual([null, null, null])
  })
})

describe('an interval', () => {
  test('is 1.96 standard errors with the finite population correction, none of it where N is not known', () => {
    // s = 4, 7 of 9: 1.959964 x 4 x sqrt((1 - 7/9) / 7)
    expect(halfWidth(4, { answered: 7, population: 9 })).toBeCloseTo(1.3969, 4)
    expect(halfWidth(4, { answered: 7, population: null })).toBeCloseTo(2.9632, 4)
    expect(halfWidth(4, { answered: 9, population: 9 })).toBe(0)
    // Somebody was counted who is on no list: everybody answered, not more.
    expect(halfWidth(4, { answered: 10, population: 9 })).toBe(0)
  })

  test('rests on the pooled spread: two units, sums of squares 2 and 6, five and three people', () => {
    expect(withinSdOf({ units: 2, ballots: 8, squares: 8 })).toBeCloseTo(Math.sqrt(8 / 6), 12)
    expect(withinSdOf({ units: 3, ballots: 3, squares: 0 })).toBeNull()
  })
})

describe('places that cannot be told apart', () => {
  test('of three far and two near each other', () => {
    const share = (value: number) => ({ share: value, answered: 100, population: null })
    // z x 0.2 x sqrt(2 / 100) = 0.055
    const places = placesOf([share(0.9), share(0.5), share(0.45), share(0.1)], 0.2)
    expect(places).toEqual([
      { from: 1, to: 1 },
      { from: 2, to: 3 },
      { from: 2, to: 3 },
      { from: 4, to: 4 },
    ])
  })

  test('are those found by comparing every pair', () => {
    const estimate = fc.record({
      share: fc.integer({ min: 0, max: 100 }).map((each) => each / 100),
      answered: fc.integer({ min: 5, max: 9 }),
      population: fc.constantFrom(null, 9, 12),
    })
    fc.assert(
      fc.property(fc.array(estimate, { maxLength: 20 }), (all) => {
        const apart = (one: (typeof all)[number], other: (typeof all)[number]) =>
          Math.hypot(halfWidth(0.1, one), halfWidth(0.1, other)) + 1e-9
        expect(placesOf(all, 0.1)).toEqual(
          all.map((own) => ({
            from: 1 + all.filter((each) => each.share - own.share > apart(each, own)).length,
            to: all.length - all.filter((each) => own.share - each.share >= apart(each, own)).length,
          })),
        )
      }),
    )
  })
})

describe('tau of two orders', () => {
  test.each([
    [[1, 2, 3], [1, 2, 3], 1],
    [[1, 2, 3], [3, 2, 1], -1],
    // One of six pairs the other way round: (5 - 1) / 6
    [[1, 2, 3, 4], [1, 2, 4, 3], 4 / 6],
    // One pair tied in the first: 5 concordant of 5, sqrt(5 x 6)
    [[1, 1, 3, 4], [1, 2, 3, 4], 5 / Math.sqrt(30)],
    [[1, 1], [1, 2], null],
  ])('%j beside %j', (one, other, tau) => {
    const found = kendallTau(one, other)
    if (tau === null) expect(found).toBeNull()
    else expect(found).toBeCloseTo(tau, 12)
  })

  test('is the one that comparing every pair gives', () => {
    const ranks = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })), {
      minLength: 2,
      maxLength: 25,
    })
    fc.assert(
      fc.property(ranks, (pairs) => {
        let [same, one, other] = [0, 0, 0]
        pairs.forEach(([a, b], at) =>
          pairs.slice(at + 1).forEach(([c, d]) => {
            same += Math.sign(a - c) * Math.sign(b - d)
            one += a === c ? 0 : 1
            other += b === d ? 0 : 1
          }),
        )
        const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        const found = kendallTau(first, second)
        if (one === 0 || other === 0) expect(found).toBeNull()
        else expect(found).toBeCloseTo(same / Math.sqrt(one * other), 12)
      }),
    )
  })
})

// Five units of 5 + 4; leaders are asked about C1 and C2, officials too.
const parts: SurveyParts = {
  units: ['S1', 'S2', 'S3', 'S4', 'S5'],
  items: [item('a', 'C1'), item('b', 'C2')],
  criteria: { C1: '2', C2: '3' },
}
const leaders = ['00', '01', '11', '10', '12']
const officials = ['00', '12', '22', '01']
const everybody = (units = parts.units ?? []) =>
  units.flatMap((unit) => [...ballots(unit, 'LDP', leaders), ...ballots(unit, 'CC', officials)])

async function derived(rows: ReturnType<typeof everybody>, more: SurveyParts = {}) {
  const base = surveyOf({ ...parts, ...more })
  const count = (unit: string, group: string) =>
    rows.filter((row) => row.unit === unit && row.group === group).length
  const strata = base.strata.map((each) => ({ ...each, returned: count(each.unit, each.group) }))
  const design = { ...base, strata }
  const counts = await countAnswers(design, () => rows)
  return { design, counts, ...(await deriveScores(design, counts, 5, [])) }
}

describe('what a release says', () => {
  test('spread and interval are those worked out by hand', async () => {
    const { scores } = await derived(everybody())
    // Shares of 5 points: leaders 1, .76, .6, .84, .36; officials 1, .36, .2, .76. Around their mean 5.88 / 9 of every unit:
    // squares 4.52 - 5.88² / 9 = .6784; five units, 45 - 5 degrees of freedom.
    const sd = Math.sqrt((5 * 0.6784) / 40) * 5
    expect(scores.levels[0]?.spread).toEqual({
      withinSd: Math.round(sd * 100) / 100,
      ballots: 45,
      units: 5,
    })
    // 1.959964 x 1.46 / sqrt(9) = 0.954 around 3.27
    const [unit] = scores.units
    expect(unit?.total.points).toBe(3.27)
    expect(unit?.interval).toEqual({ low: 2.32, high: 4.22 })
    expect(unit?.rank).toEqual({ place: 1, tied: true, from: 1, to: 5 })
  })

  test('scales: by questionnaire, hidden below 30 complete ballots, names of the groups', async () => {
    const { scores } = await derived(everybody())
    expect(scores.levels[0]?.scales).toMatchObject([
      { questionnaire: 'CC', title: 'Nhóm CC', group: 'CC', items: 2, alpha: null, status: 'hidden' },
      { questionnaire: 'LDP', title: 'Nhóm LDP', group: 'LDP', items: 2, ballots: null, status: 'hidden' },
    ])
    const more = await derived(
      (parts.units ?? []).flatMap((unit) => ballots(unit, 'CC', [...officials, '03', '30', '0-'])),
      { quotas: { CC: 7 }, scoring: { validShare: '0' } },
    )
    // a: 1 .6 .2 1 1 0, b: 1 .2 .2 .6 0 1 over 30 complete ballots; r = -0.0145, two items: alpha = 2 r' with sums.
    const a = [1, 0.6, 0.2, 1, 1, 0]
    const b = [1, 0.2, 0.2, 0.6, 0, 1]
    const r = sampleCorrelation(a, b)
    const alpha =
      2 *
      (1 - (sampleVariance(a) + sampleVariance(b)) / sampleVariance(a.map((each, at) => each + (b[at] ?? 0))))
    expect(more.scores.levels[0]?.scales).toEqual([
      {
        ...{ questionnaire: 'CC', title: 'Nhóm CC', group: 'CC', items: 2, ballots: 30, status: 'ok' },
        alpha: Math.round(alpha * 100) / 100,
        itemRest: ['a', 'b'].map((code) => ({ code, text: `Câu ${code}`, r: Math.round(r * 100) / 100 })),
      },
    ])
  })

  test('no correlation of a question that nearly all answer alike, and none at all of four units', async () => {
    const many = (unit: string) =>
      ballots(unit, 'CC', ['00', '01', '02', '00', '03', '01', unit === 'S1' ? '10' : '00'])
    const { scores } = await derived((parts.units ?? []).flatMap(many), { quotas: { CC: 7 } })
    const [scale] = scores.levels[0]?.scales ?? []
    expect(scale).toMatchObject({ ballots: 35, status: 'ok', itemRest: [{ r: null }, { code: 'b' }] })
    expect(scale?.itemRest[1]?.r).not.toBeNull()
    const four = await derived(
      ['S1', 'S2', 'S3', 'S4'].flatMap((unit) => [...many(unit), ...many(unit)]),
      {
        quotas: { CC: 14 },
      },
    )
    expect(four.scores.levels[0]?.scales).toMatchObject([{ alpha: null, status: 'hidden' }])
    expect(four.scores.levels[0]?.spread).toEqual({ withinSd: null, ballots: null, units: null })
    expect(four.counts.levels[0]?.spread).toBeNull()
    expect(four.scores.units.every(({ interval }) => interval === null)).toBe(true)
  })

  test('no spread of one unit beside four single ballots: it would be that unit’s own', async () => {
    const large = Array.from({ length: 30 }, (_, at) => officials[at % officials.length] ?? '00')
    const { counts, scores } = await derived(
      (parts.units ?? []).flatMap((unit) => ballots(unit, 'CC', unit === 'S1' ? large : ['00'])),
      { quotas: { CC: 30 } },
    )
    expect(counts.levels[0]?.spread).toBeNull()
    expect(scores.units.every(({ interval }) => interval === null)).toBe(true)
  })

  test('a spread of next to nothing is not said: it would say of everybody what the mean says', async () => {
    const alike = (parts.units ?? []).flatMap((unit) => [
      ...ballots(unit, 'LDP', ['11', '11', '11', '11', '11']),
      ...ballots(unit, 'CC', ['11', '11', '11', '11']),
    ])
    expect((await derived(alike)).scores.levels[0]?.spread.withinSd).toBeNull()
  })

  test('sensitivity: nothing changes where weights are equal; of fewer than five changed units nothing is said', async () => {
    const full = (await derived(everybody())).scores.levels[0]?.sensitivity ?? []
    expect(full.map(({ setting, choice }) => `${setting} ${choice}`)).toEqual([
      'optOut zero',
      'blank zero',
      'severalItems pooled-answers',
      'groups pooled',
      'groups equal',
      'withoutValue zero',
    ])
    expect(full.map(({ ranksMoved, largestMove }) => ranksMoved + largestMove)).toEqual(full.map(() => 0))
    // At full return all but equal weights are the same: (3.56 / 5 + 2.32 / 4) / 2 - 5.88 / 9 = -0.0073.
    expect(full.map(({ meanChange }) => meanChange)).toEqual([0, 0, 0, 0, -1, 0])
    // One official of S1 does not know: pooled and zero would weigh S1 alone otherwise.
    const one = everybody().map((row, at) => (at === 5 ? { ...row, answers: '04' } : row))
    const settings = (await derived(one)).scores.levels[0]?.sensitivity.map(({ choice }) => choice)
    expect(settings).toEqual(['zero', 'pooled-answers', 'equal', 'zero'])
    // Two officials of every unit opt out of C2: as zero it loses 2 / 9.
    const all = everybody().map((row) =>
      row.group === 'CC' && row.answers.endsWith('2')
        ? { ...row, answers: `${row.answers.charAt(0)}4` }
        : row,
    )
    const [optOut] =
      (await derived(all, { scoring: { groups: 'pooled' } })).scores.levels[0]?.sensitivity ?? []
    // C2 pooled: 5 / 7 now, 5 / 9 then, x 3 of 5 points.
    const change = Math.round(((3 * (5 / 9 - 5 / 7)) / 5) * 100)
    expect(optOut).toMatchObject({ setting: 'optOut', choice: 'zero', ranksMoved: 0, tau: null })
    expect(optOut?.meanChange).toBe(change)
  })

  test('is derived from the stored counts alone, digit by digit, in any order of ballots', async () => {
    const rows = everybody().map((row, at) => (at % 7 === 0 ? { ...row, answers: '4-' } : row))
    const { design, counts, scores, published } = await derived(rows)
    const kept = StoredCounts.parse(JSON.parse(JSON.stringify(counts)))
    expect(kept).toEqual(counts)
    expect(await deriveScores(design, kept, 5, [])).toEqual({ scores, published })
    expect((await derived(rows.toReversed())).counts).toEqual(counts)
  })

  test('a later release whose statistics rest on a few ballots more or less says none', async () => {
    const rows = everybody()
    const { design, published } = await derived(rows)
    const fewer = rows.slice(0, -2)
    const counts = await countAnswers(design, () => fewer)
    const { scores } = await deriveScores(design, counts, 5, [published])
    expect(scores.levels[0]?.spread.withinSd).toBeNull()
    expect((await deriveScores(design, counts, 5, [])).scores.levels[0]?.spread.withinSd).not.toBeNull()
  })
})

describe('half of a unit’s ballots alike', () => {
  const flagged = async (answers: string[]) =>
    (await derived(ballots('S1', 'LDP', answers), { scoring: { validShare: '0' } })).counts.identical

  test.each([
    [['00', '00', '00', '11', '12'], ['S1'], 'three of five'],
    [['00', '11', '12', '13', '00', '00'], ['S1'], 'exactly half'],
    [['00', '00', '11', '12', '13'], [], 'two of five'],
    [['00', '00', '00', '00'], [], 'four ballots are too few'],
    [
      ['01', '02', '03', '04', '00', '00', '00', '00'],
      ['S1'],
      'the counters lose sight of it, the second pass finds it',
    ],
    [['01', '02', '03', '04', '10', '00', '00', '00', '00'], [], 'four of nine'],
  ])('%j: %j (%s)', async (answers, units) => {
    expect(await flagged(answers)).toEqual(units)
  })

  test('is what counting all of them says, in any order', async () => {
    const answers = fc.array(fc.constantFrom('00', '01', '02', '10'), { maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(answers, async (all) => {
        const most = Math.max(
          0,
          ...['00', '01', '02', '10'].map((own) => all.filter((each) => each === own).length),
        )
        expect(await flagged(all)).toEqual(all.length >= 5 && 2 * most >= all.length ? ['S1'] : [])
      }),
    )
  })
})
