import { describe, expect, test } from 'vitest'
import type { AnswerRow } from '../../../src/score/counts.ts'
import type { SurveyDesign } from '../../../src/score/design.ts'
import type { Option } from '../../../src/survey/questionnaire.ts'
import { ballots, fourSteps, item, questionnaire, scoresOf, surveyOf, textOf } from './small-survey.ts'

async function firstUnit(design: SurveyDesign, rows: readonly AnswerRow[]) {
  const { units } = await scoresOf(design, rows)
  const unit = units[0]
  if (!unit) throw new Error('the design has no unit')
  return unit
}

async function pointsOf(design: SurveyDesign, rows: readonly AnswerRow[]) {
  return (await firstUnit(design, rows)).criteria.map((each) => textOf(each.points))
}

describe('groups inside a unit', () => {
  // domain.md: lãnh đạo n = 5 (A2 B2 C1) 68 %, công chức n = 4 (A1 B2 C1) 60 %, max 1.00.
  const rows = [
    ...ballots('SYT', 'LDP', ['0', '0', '1', '1', '2']),
    ...ballots('SYT', 'CC', ['0', '1', '1', '2']),
  ]

  test.each([
    ['sample-design', '29/45'], // (5 x 0.68 + 4 x 0.60) / 9 = 0.6444…
    ['pooled', '29/45'], // 5.8 / 9
    ['equal', '16/25'], // 0.64
    ['fixed', '81/125'], // 60/40: 0.648
  ] as const)('%s gives the worked example of the method: %s', async (groups, expected) => {
    const design = surveyOf({ scoring: { groups, fixedWeights: { LDP: '60', CC: '40' } } })
    expect(await pointsOf(design, rows)).toEqual([expected])
  })

  // scoring.md: lãnh đạo 80 %, công chức 60 %, of 30 points; only 1 of 4 công chức answers.
  test.each([
    ['sample-design', '64/3'], // 30 x (5 x 0.8 + 4 x 0.6) / 9 = 21.33
    ['pooled', '23/1'], // 30 x (5 x 0.8 + 1 x 0.6) / 6 = 23.00: 1.67 more
  ] as const)('with one silent group %s gives %s of 30 points', async (groups, expected) => {
    const design = surveyOf({ criteria: { C1: '30' }, scoring: { groups } })
    const answers = [...ballots('SYT', 'LDP', ['0', '0', '0', '0', '3']), ...ballots('SYT', 'CC', ['1'])]
    expect(await pointsOf(design, answers)).toEqual([expected])
  })

  test('weights may be fractions', async () => {
    const design = surveyOf({ scoring: { groups: 'fixed', fixedWeights: { LDP: '1/3', CC: '2/3' } } })
    // 1/3 x 0.68 + 2/3 x 0.60 = 1.88 / 3
    expect(await pointsOf(design, rows)).toEqual(['47/75'])
  })

  test('a fixed weight that is missing is a defect', async () => {
    const design = surveyOf({ scoring: { groups: 'fixed', fixedWeights: { LDP: '1' } } })
    await expect(scoresOf(design, rows)).rejects.toThrow('group CC has no fixed weight')
  })

  test('a group of weight 0 stands neither behind the figure nor behind its n', async () => {
    const design = surveyOf({ scoring: { groups: 'fixed', fixedWeights: { LDP: '0', CC: '1' } } })
    const unit = await firstUnit(design, rows)
    expect(unit.criteria[0]).toMatchObject({ answered: 4, asked: true })
    expect(textOf(unit.total.points)).toBe('3/5')
  })

  test('a group without an answer that counts is renormalised away, and flagged', async () => {
    const design = surveyOf({})
    const unit = await firstUnit(design, [
      ...ballots('SYT', 'LDP', ['0', '0', '1', '1', '2']),
      ...ballots('SYT', 'CC', ['4', '4']),
    ])
    expect(textOf(unit.criteria[0]?.share)).toBe('17/25')
    expect(unit.criteria[0]?.answered).toBe(5)
    expect(unit.flags).toEqual([{ kind: 'group-without-answer', group: 'CC', criterion: 'C1' }])
    expect(unit.counts).toEqual({ planned: 9, issued: 9, returned: 7, valid: 7 })
  })

  test('a group below half of its quota is flagged, a group at half is not', async () => {
    const rowsOf = (leaders: number) => [
      ...ballots(
        'SYT',
        'LDP',
        Array.from({ length: leaders }, () => '0'),
      ),
      ...ballots('SYT', 'CC', ['0', '0']),
    ]
    expect((await firstUnit(surveyOf({}), rowsOf(3))).flags).toEqual([])
    expect((await firstUnit(surveyOf({}), rowsOf(2))).flags).toEqual([
      { kind: 'group-below-half', group: 'LDP' },
    ])
  })

  test('pooled puts the same item of two groups together, and keeps an item of one group as its own', async () => {
    const design = surveyOf({
      itemsOf: { LDP: [item('a', 'C1'), item('only-leaders', 'C1')], CC: [item('a', 'C1')] },
      scoring: { groups: 'pooled' },
    })
    // a: (1 + 0.6 + 0.2) / 3 = 0.6; only-leaders: (0 + 0.2) / 2 = 0.1; mean 0.35
    const answers = [...ballots('SYT', 'LDP', ['03', '12']), ...ballots('SYT', 'CC', ['2'])]
    expect(await pointsOf(design, answers)).toEqual(['7/20'])
  })
})

describe('items of one criterion', () => {
  const items = [item('a', 'C1'), item('b', 'C1')]
  // a: 1, 1, 1, 0.2 → 3.2 / 4 = 0.8; b: 0.2 and three opt-outs → 0.2
  const rows = ballots('SYT', 'CC', ['02', '04', '04', '24'])

  test.each([
    ['mean-of-item-shares', '1/2'], // (0.8 + 0.2) / 2
    ['pooled-answers', '17/25'], // 3.4 / 5
  ] as const)('%s gives %s', async (severalItems, expected) => {
    const design = surveyOf({ quotas: { CC: 4 }, items, scoring: { severalItems } })
    expect(await pointsOf(design, rows)).toEqual([expected])
    expect((await firstUnit(design, rows)).criteria[0]?.answered).toBe(4)
  })

  test.each([
    ['zero', 'left-out', '17/40'], // a 0.8; b 0.2 / 4 = 0.05
    ['left-out', 'zero', '1/2'],
  ] as const)('opt-outs %s and blanks %s give %s', async (optOut, blank, expected) => {
    const design = surveyOf({ quotas: { CC: 4 }, items, scoring: { optOut, blank } })
    expect(await pointsOf(design, rows)).toEqual([expected])
  })

  test('blanks worth zero lower the share like the worst answer', async () => {
    const answers = ballots('SYT', 'CC', ['0-', '01'])
    const scoring = { validShare: '0.5' }
    // b: left out 0.6; zero 0.6 / 2
    expect(await pointsOf(surveyOf({ items, scoring }), answers)).toEqual(['4/5'])
    expect(await pointsOf(surveyOf({ items, scoring: { ...scoring, blank: 'zero' } }), answers)).toEqual([
      '13/20',
    ])
  })

  test('a reversed item has the coefficients of its options mirrored, the opt-out stays', async () => {
    const design = surveyOf({ items: [item('a', 'C1', { reversed: true })] })
    // A 0, B 0.2, C 0.6, D 1: the answers A B C D K give 1.8 / 4
    expect(await pointsOf(design, ballots('SYT', 'CC', ['0', '1', '2', '3', '4']))).toEqual(['9/20'])
    expect(await pointsOf(design, ballots('SYT', 'CC', ['2']))).toEqual(['3/5'])
  })

  // a: 0.8 of 4 answers, b: 0.2 of 1.
  test.each([
    [{ a: '2' }, 'mean-of-item-shares', '3/5'], // (2 x 0.8 + 0.2) / 3
    [{ a: '1/3' }, 'mean-of-item-shares', '7/20'], // (0.8 / 3 + 0.2) / (4/3)
    [{ a: '0.5', b: '0.5' }, 'mean-of-item-shares', '1/2'], // alike
    [{ a: '2' }, 'pooled-answers', '17/25'], // every answer alike
    [{ c: '9' }, 'mean-of-item-shares', '1/2'], // of another criterion
  ] as const)('items of weight %j, %s, give %s', async (itemWeights, severalItems, expected) => {
    const design = surveyOf({ quotas: { CC: 4 }, items, scoring: { severalItems, itemWeights } })
    expect(await pointsOf(design, rows)).toEqual([expected])
  })

  test('the weight of an item that nobody answered goes to the others of its criterion', async () => {
    const design = surveyOf({ quotas: { CC: 4 }, items, scoring: { itemWeights: { b: '9' } } })
    expect(await pointsOf(design, ballots('SYT', 'CC', ['04', '34']))).toEqual(['1/2'])
  })

  test('coefficients with thirds stay exact', async () => {
    const options: Option[] = ['1', '2/3', '1/3', '0'].map((coefficient, at) => ({
      code: `o${at}`,
      label: `Mức ${at}`,
      coefficient,
      optOut: false,
    }))
    const design = surveyOf({ criteria: { C1: '0.5' }, items: [item('a', 'C1', { options })] })
    expect(await pointsOf(design, ballots('SYT', 'CC', ['1', '1', '2']))).toEqual(['5/18'])
  })
})

describe('how a question is scored', () => {
  // lãnh đạo A2 B2 C1, công chức A1 B2 C1, by quota 5 : 4, as in the worked example of the method.
  const rows = [
    ...ballots('SYT', 'LDP', ['0', '0', '1', '1', '2']),
    ...ballots('SYT', 'CC', ['0', '1', '1', '2']),
  ]
  const optionsOf = (...coefficients: string[]) =>
    coefficients.map((coefficient, at) => ({
      code: `o${at}`,
      label: `Mức ${at}`,
      coefficient,
      optOut: false,
    }))

  test.each([
    ['weighted-options', 2, '29/45'], // 5.8 / 9
    ['top-box', 2, '7/9'], // A and B: 4 + 3 of 9
    ['top-box', 1, '1/3'], // A: 2 + 1 of 9
    ['top-box', 3, '1/1'], // A, B and C: all
    ['top-box', 9, '1/1'], // D never counts, nobody chose it
    ['scale-mean', 2, '19/27'], // A 1, B 2/3, C 1/3: 11/3 of 5 and 8/3 of 4
  ] as const)('by %s, the best %d: %s of the worked example', async (itemMethod, topOptions, expected) => {
    const design = surveyOf({ scoring: { itemMethod, topOptions } })
    expect(await pointsOf(design, rows)).toEqual([expected])
  })

  test.each([
    // Answers A B C D; by coefficient the best two are A and B whichever way the options stand.
    ['top-box', ['0', '1/3', '0.5', '1'], '1/2'],
    ['scale-mean', ['0', '1/3', '0.5', '1'], '1/2'],
    // The second best stands twice: both count.
    ['top-box', ['1', '0.5', '0.5', '0'], '3/4'],
    ['scale-mean', ['1', '0.5', '0.5', '0'], '1/2'],
    // Two steps only: the worse one never counts.
    ['top-box', ['1', '1', '0', '0'], '1/2'],
    ['top-box', ['1', '0', '0', '0'], '1/4'],
    // No step at all: what each is worth is all there is.
    ['top-box', ['0.5', '0.5', '0.5', '0.5'], '1/2'],
    ['scale-mean', ['0.5', '0.5', '0.5', '0.5'], '1/2'],
  ] as const)('by %s of options worth %j: %s', async (itemMethod, coefficients, expected) => {
    const items = [item('a', 'C1', { options: optionsOf(...coefficients) })]
    const design = surveyOf({ items, scoring: { itemMethod } })
    expect(await pointsOf(design, ballots('SYT', 'CC', ['0', '1', '2', '3']))).toEqual([expected])
  })

  test.each([
    ['top-box', '3/4'], // reversed, the best two are C and D: three of the four that count
    ['scale-mean', '7/12'], // reversed: A 0, B 1/3, C 2/3, D 1; A C C D
  ] as const)(
    'by %s a reversed question is reversed first, its way out stays: %s',
    async (itemMethod, expected) => {
      const design = surveyOf({ items: [item('a', 'C1', { reversed: true })], scoring: { itemMethod } })
      expect(await pointsOf(design, ballots('SYT', 'CC', ['0', '2', '2', '3', '4']))).toEqual([expected])
    },
  )

  test.each([
    ['left-out', '1/1'],
    ['zero', '1/2'],
  ] as const)('under top-box an opt-out is %s as the setting says: %s', async (optOut, expected) => {
    const design = surveyOf({ scoring: { itemMethod: 'top-box', optOut } })
    expect(await pointsOf(design, ballots('SYT', 'CC', ['1', '4']))).toEqual([expected])
  })
})

describe('a criterion without a value', () => {
  const items = [item('a', 'C1'), item('b', 'C2')]
  const criteria = { C1: '2', C2: '3', C3: '5' }
  const rows = ballots('SYT', 'CC', ['14', '14'])

  test('leaves the scale, as one that is not asked does', async () => {
    const unit = await firstUnit(surveyOf({ items, criteria }), rows)
    expect(unit.criteria.map((each) => [each.code, each.asked, each.answered, textOf(each.points)])).toEqual([
      ['C1', true, 2, '6/5'],
      ['C2', true, 0, null],
      ['C3', false, 0, null],
    ])
    expect([textOf(unit.total.max), textOf(unit.total.points)]).toEqual(['2/1', '6/5'])
  })

  test('counts 0 of its max where the survey says so; one that is not asked still leaves the scale', async () => {
    const unit = await firstUnit(surveyOf({ items, criteria, scoring: { withoutValue: 'zero' } }), rows)
    expect(unit.criteria.map((each) => textOf(each.points))).toEqual(['6/5', '0/1', null])
    expect(unit.criteria[1]?.share).toBeNull()
    expect([textOf(unit.total.max), textOf(unit.total.points)]).toEqual(['5/1', '6/5'])
  })

  test('a unit without any ballot has no points at all', async () => {
    const unit = await firstUnit(surveyOf({ items, criteria }), [])
    expect([textOf(unit.total.max), textOf(unit.total.points)]).toEqual(['0/1', null])
    expect(unit.criteria[0]).toMatchObject({ asked: true, answered: 0, share: null, points: null })
  })
})

describe('a level and group', () => {
  test('pools all answers of the level’s people of that group', async () => {
    const design = surveyOf({ units: ['SYT', 'STC'], criteria: { C1: '10' } })
    const { levels } = await scoresOf(design, [
      ...ballots('SYT', 'LDP', ['0', '1', '4']),
      ...ballots('STC', 'LDP', ['2']),
      ...ballots('STC', 'CC', ['3']),
    ])
    const [leaders, officials] = levels[0]?.groups ?? []
    // (1 + 0.6 + 0.2) / 3, not the mean of 0.8 and 0.2
    expect(textOf(leaders?.criteria[0]?.share)).toBe('3/5')
    expect(textOf(leaders?.criteria[0]?.points)).toBe('6/1')
    expect(leaders?.criteria[0]).toMatchObject({ answered: 3, answeringUnits: 2 })
    expect(leaders?.counts).toEqual({ planned: 10, issued: 10, returned: 4, valid: 4 })
    expect(textOf(officials?.criteria[0]?.share)).toBe('0/1')
    expect(officials?.criteria[0]).toMatchObject({ answered: 1, answeringUnits: 1 })
  })

  test('belongs to its own level, even where another level has a group of the same code', async () => {
    const design = surveyOf({ units: ['SYT', 'BGM'] })
    const twoLevels: SurveyDesign = {
      ...design,
      levels: [...design.levels, { code: 'huyen', name: 'Cấp huyện' }],
      units: design.units.map((unit) => (unit.code === 'BGM' ? { ...unit, level: 'huyen' } : unit)),
      groups: [...design.groups, ...design.groups.map((group) => ({ ...group, level: 'huyen' }))],
      strata: design.strata.map((each) => (each.unit === 'BGM' ? { ...each, level: 'huyen' } : each)),
      criteriaSets: [
        ...design.criteriaSets,
        ...design.criteriaSets.map((set) => ({ ...set, level: 'huyen' })),
      ],
    }
    const { levels } = await scoresOf(twoLevels, [
      ...ballots('SYT', 'CC', ['0']),
      ...ballots('BGM', 'CC', ['3']),
    ])
    const shares = levels.map((level) => level.groups.map((group) => textOf(group.criteria[0]?.share)))
    expect(shares).toEqual([
      [null, '1/1'],
      [null, '0/1'],
    ])
  })
})

test('two versions of a questionnaire in one stratum are put together item by item', async () => {
  const design = surveyOf({ quotas: { CC: 4 } })
  const corrected = questionnaire('CC', [item('1', 'C1', { options: fourSteps.slice(0, 4) })], 2)
  const both = { ...design, questionnaires: [...design.questionnaires, corrected] }
  const rows = [
    ...ballots('SYT', 'CC', ['0', '1']),
    ...ballots('SYT', 'CC', ['2']).map((row) => ({ ...row, version: 2 })),
  ]
  const unit = await firstUnit(both, rows)
  expect(textOf(unit.criteria[0]?.share)).toBe('3/5')
  expect(unit.counts.valid).toBe(3)
})

test('counts that do not fit the design are a defect', async () => {
  const design = surveyOf({})
  await expect(scoresOf(design, ballots('STC', 'CC', ['0']))).rejects.toThrow('unit STC, which is not given')
  const strata = design.strata.filter(({ group }) => group !== 'CC')
  const without = scoresOf({ ...design, strata }, ballots('SYT', 'CC', ['0']))
  await expect(without).rejects.toThrow('counts hold SYT x CC')
  const elsewhere = { ...design, strata: design.strata.map((each) => ({ ...each, level: 'huyen' })) }
  await expect(scoresOf(elsewhere, [])).rejects.toThrow('not on the level of its unit')
  const unknown = { ...design, strata: design.strata.map((each) => ({ ...each, version: 9 })) }
  await expect(scoresOf(unknown, [])).rejects.toThrow('version 9 is not in the design')
})
