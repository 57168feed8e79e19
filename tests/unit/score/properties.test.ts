// What must hold for every survey, not only for the tables worked by hand.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnswerRow } from '../../../src/score/counts.ts'
import { disclose } from '../../../src/score/disclosure.ts'
import { zero } from '../../../src/score/exact.ts'
import { ballots, item, scoresOf, surveyOf, textOf } from './small-survey.ts'

// Three items, two criteria; the second item is reversed.
const items = [item('a', 'C1'), item('b', 'C1', { reversed: true }), item('c', 'C2')]
const criteria = { C1: '2.5', C2: '4/3' }
const units = ['SYT', 'STC']

/** How answers to one question and the questions of a criterion are put together. */
const ofItems = {
  itemMethod: fc.constantFrom('weighted-options' as const, 'top-box' as const, 'scale-mean' as const),
  topOptions: fc.integer({ min: 1, max: 4 }),
  itemWeights: fc.constantFrom<Record<string, string>>({}, { a: '2' }, { a: '1/3', b: '0.5', c: '7' }),
}

const scoring = fc.record({
  ...ofItems,
  optOut: fc.constantFrom('left-out' as const, 'zero' as const),
  blank: fc.constantFrom('left-out' as const, 'zero' as const),
  validShare: fc.constantFrom('0', '0.7', '1'),
  severalItems: fc.constantFrom('mean-of-item-shares' as const, 'pooled-answers' as const),
  groups: fc.constantFrom('sample-design' as const, 'pooled' as const, 'equal' as const, 'fixed' as const),
  fixedWeights: fc.constant({ LDP: '1/3', CC: '2' }),
  withoutValue: fc.constantFrom('leaves-scale' as const, 'zero' as const),
})

function answers(symbols: string) {
  return fc.string({ unit: fc.constantFrom(...symbols), minLength: items.length, maxLength: items.length })
}

function rowsWith(symbols: string, most: number) {
  const stratum = (unit: string, group: string) =>
    fc.array(answers(symbols), { maxLength: most }).map((each) => ballots(unit, group, each))
  return fc
    .tuple(...units.flatMap((unit) => [stratum(unit, 'LDP'), stratum(unit, 'CC')]))
    .map((strata): AnswerRow[] => strata.flat())
}

const anyRows = rowsWith('01234-', 8)

async function pointsOf(
  rows: readonly AnswerRow[],
  settings: Parameters<typeof surveyOf>[0]['scoring'] = {},
) {
  const scores = await scoresOf(surveyOf({ units, items, criteria, scoring: settings }), rows)
  return scores.units.map((unit) => unit.criteria.map((each) => textOf(each.points)))
}

describe('the score', () => {
  test('lies between 0 and max, and is there exactly when an answer counts', async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, scoring, async (rows, settings) => {
        const scores = await scoresOf(surveyOf({ units, items, criteria, scoring: settings }), rows)
        const groups = scores.levels.flatMap((level) => level.groups)
        for (const each of [...scores.units, ...groups].flatMap((scored) => scored.criteria)) {
          expect(each.share === null).toBe(each.answered === 0)
          if (each.points === null) continue
          expect(each.points.compare(zero)).toBeGreaterThanOrEqual(0)
          expect(each.points.compare(each.max)).toBeLessThanOrEqual(0)
        }
      }),
    )
  })

  test('does not depend on the order of ballots, strata or units', async () => {
    const shuffled = anyRows.chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(shuffled, scoring, async ([rows, mixed], settings) => {
        const design = surveyOf({ units, items, criteria, scoring: settings })
        const turned = {
          ...design,
          units: design.units.toReversed(),
          strata: design.strata.toReversed(),
          questionnaires: design.questionnaires.toReversed(),
        }
        const one = await scoresOf(design, rows)
        const other = await scoresOf(turned, mixed)
        const points = (scores: typeof one) =>
          scores.units.map((unit) => [unit.code, ...unit.criteria.map((each) => textOf(each.points))]).sort()
        expect(points(other)).toEqual(points(one))
      }),
    )
  })

  test('by the sample design is the pooled one at full return', async () => {
    const full = (count: number) => fc.array(answers('0123'), { minLength: count, maxLength: count })
    await fc.assert(
      fc.asyncProperty(full(5), full(4), fc.record(ofItems), async (leaders, officials, settings) => {
        const rows = [...ballots('SYT', 'LDP', leaders), ...ballots('SYT', 'CC', officials)]
        const pooled = await pointsOf(rows, { ...settings, groups: 'pooled' })
        expect(await pointsOf(rows, settings)).toEqual(pooled)
      }),
    )
  })

  test('does not move when one group returns fewer ballots of the same kind', async () => {
    const some = fc.array(answers('01234-'), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(some, some, fc.integer({ min: 2, max: 4 }), async (leaders, officials, times) => {
        const many = Array.from({ length: times }, () => officials).flat()
        const fewer = [...ballots('SYT', 'LDP', leaders), ...ballots('SYT', 'CC', officials)]
        const more = [...ballots('SYT', 'LDP', leaders), ...ballots('SYT', 'CC', many)]
        expect(await pointsOf(fewer)).toEqual(await pointsOf(more))
      }),
    )
  })

  test('does not move when an opt-out becomes a blank, or a ballot of opt-outs goes', async () => {
    await fc.assert(
      fc.asyncProperty(rowsWith('01234', 6), fc.record(ofItems), async (rows, ways) => {
        const settings = { ...ways, validShare: '0' }
        const points = await pointsOf(rows, settings)
        const blanks = rows.map((row) => ({ ...row, answers: row.answers.replaceAll('4', '-') }))
        expect(await pointsOf(blanks, settings)).toEqual(points)
        const optOuts = units.flatMap((unit) => ballots(unit, 'CC', ['444', '444']))
        expect(await pointsOf([...rows, ...optOuts], settings)).toEqual(points)
      }),
    )
  })
})

describe('what is shown', () => {
  test('never holds an exact value, nor a figure on fewer than k answers, nor a total over a hidden one', async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, scoring, fc.integer({ min: 5, max: 8 }), async (rows, settings, k) => {
        const exact = await scoresOf(surveyOf({ units, items, criteria, scoring: settings }), rows)
        const shown = disclose(exact, k)
        expect(JSON.parse(JSON.stringify(shown))).toEqual(shown)
        for (const unit of shown.units) {
          const hides = unit.criteria.some((each) => each.status === 'hidden')
          if (hides) expect(unit.total).toMatchObject({ points: null, status: 'hidden' })
        }
        const figures = [...shown.units, ...shown.levels.flatMap((level) => level.groups)]
        for (const each of figures.flatMap((shownFigure) => shownFigure.criteria)) {
          const figure = [each.answered, each.share, each.points]
          if (each.status !== 'ok') expect(figure).toEqual([null, null, null])
          else if (each.points !== 0) expect(each.answered).toBeGreaterThanOrEqual(k)
        }
      }),
    )
  })
})
