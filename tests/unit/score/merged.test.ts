// A unit that counts with its successor: strata put together before anything is computed, so that weights, shares and
// audits see one unit. The quota-weighted mean of both where everybody answers.
import { expect, test } from 'vitest'
import { disclose } from '../../../src/score/disclosure.ts'
import { pooledStrata, type SurveyDesign } from '../../../src/score/design.ts'
import { Exact } from '../../../src/score/exact.ts'
import type { AnswerRow } from '../../../src/score/counts.ts'
import { seededRandom } from '../../../src/rehearsal/answers.ts'
import { ballots, item, scoresOf, surveyOf, textOf } from './small-survey.ts'

/** B counts with A: as score.service.ts makes the design. */
function merged(design: SurveyDesign): SurveyDesign {
  return {
    ...design,
    units: design.units.filter(({ code }) => code !== 'B'),
    strata: pooledStrata(
      design.strata.map((each) => ({ ...each, unit: each.unit === 'B' ? 'A' : each.unit })),
    ),
  }
}

const asA = (rows: readonly AnswerRow[]) =>
  rows.map((row) => ({ ...row, unit: row.unit === 'B' ? 'A' : row.unit }))

test('people of both are added up, group by group', () => {
  const design = surveyOf({ units: ['A', 'B', 'C'] })
  expect(
    merged(design).strata.map(({ unit, group, planned, issued }) => [unit, group, planned, issued]),
  ).toEqual([
    ['A', 'LDP', 10, 10],
    ['A', 'CC', 8, 8],
    ['C', 'LDP', 5, 5],
    ['C', 'CC', 4, 4],
  ])
})

test('at full return the points are the quota-weighted mean of the predecessors', async () => {
  const random = seededRandom(6)
  const symbol = () => String(Math.floor(random() * 4))
  for (let round = 0; round < 20; round++) {
    const design = surveyOf({ units: ['A', 'B'], items: [item('1', 'C1'), item('2', 'C1')] })
    // B is larger: 12 + 5 people beside 5 + 4.
    const strata = design.strata.map((each) =>
      each.unit === 'B' ? { ...each, planned: each.group === 'LDP' ? 12 : 5 } : each,
    )
    const own = { ...design, strata }
    const rows = strata.flatMap(({ unit, group, planned }) =>
      ballots(
        unit,
        group,
        Array.from({ length: planned }, () => symbol() + symbol()),
      ),
    )
    const [a, b] = (await scoresOf(own, rows)).units.map(({ total }) => total.points ?? Exact.of(0))
    const mean = a
      ?.times(Exact.of(9))
      .plus(b?.times(Exact.of(17)) ?? Exact.of(0))
      .over(Exact.of(26))
    const [together] = (await scoresOf(merged(own), asA(rows))).units
    expect(textOf(together?.total.points)).toBe(textOf(mean))
  }
})

test('two units that are too small alone are shown together from five people on, and not before', async () => {
  const design = merged(surveyOf({ units: ['A', 'B'], quotas: { LDP: 3, CC: 3 } }))
  const shownWith = async (...answers: [string, string[], string[]][]) => {
    const rows = answers.flatMap(([unit, leaders, others]) => [
      ...ballots(unit, 'LDP', leaders),
      ...ballots(unit, 'CC', others),
    ])
    return disclose(await scoresOf(design, asA(rows)), 5).units.map(({ code, total }) => [code, total.status])
  }
  expect(await shownWith(['A', ['0'], ['1']], ['B', ['2'], ['1']])).toEqual([['A', 'hidden']])
  expect(await shownWith(['A', ['0', '1'], ['1']], ['B', ['2'], ['1', '0']])).toEqual([['A', 'ok']])
  // All of one group come from one of them, and a single person of the other group from the other.
  expect(await shownWith(['A', ['0', '1', '2', '0', '1'], []], ['B', [], ['1']])).toEqual([['A', 'hidden']])
})

test('strata that are asked different questions are never put together', () => {
  const [one, other] = surveyOf({ units: ['A'] }).strata
  if (!one || !other) throw new Error('no strata')
  expect(() => pooledStrata([one, { ...other, group: one.group }])).toThrow('two questionnaires')
})
