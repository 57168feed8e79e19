import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnswerRow, countAnswers, peopleOf } from '../../../src/score/counts.ts'
import { ScoringSettings } from '../../../src/survey/settings.ts'
import { ballots, item, questionnaire, surveyOf } from './small-survey.ts'
import type { Questionnaire } from '../../../src/survey/questionnaire.ts'

const defaults = ScoringSettings.parse({})
const criteria = { C1: '2', C2: '1' }

const designOf = (questionnaires: Questionnaire[], scoring = defaults, units = ['SYT', 'STC']) => ({
  ...surveyOf({ units, criteria }),
  questionnaires,
  scoring,
})
// Items a and b belong to criterion C1, item c to C2.
const paper = questionnaire('CC', [item('a', 'C1'), item('b', 'C1'), item('c', 'C2')])

async function countOne(answers: readonly string[], settings = defaults) {
  const counts = await countAnswers(designOf([paper], settings), () => ballots('SYT', 'CC', answers))
  const stratum = counts.strata[0]
  const version = stratum?.versions[0]
  if (!stratum || !version) throw new Error('nothing was counted')
  return { ...version, stratum }
}

describe('a stratum', () => {
  test('counts each option and blank per item, and people per criterion', async () => {
    const counted = await countOne(['012', '044', '443', '10-'], { ...defaults, validShare: '0' })
    expect(counted).toMatchObject({ ballots: 4, valid: 4, questionnaire: 'CC', version: 1 })
    expect(counted.items).toEqual([
      { code: 'a', criterion: 'C1', options: [2, 1, 0, 0, 1], blank: 0 },
      { code: 'b', criterion: 'C1', options: [1, 1, 0, 0, 2], blank: 0 },
      { code: 'c', criterion: 'C2', options: [0, 0, 1, 1, 1], blank: 1 },
    ])
    // C1: the third person knew nothing of both items. C2: the second opted out, the fourth left it blank.
    expect(counted.criteria).toEqual([
      { code: 'C1', answered: 3, optedOut: 1, blank: 0, both: 0 },
      { code: 'C2', answered: 2, optedOut: 1, blank: 1, both: 0 },
    ])
  })

  test.each([
    ['left-out', 'left-out', 1],
    ['zero', 'left-out', 2],
    ['left-out', 'zero', 2],
    ['zero', 'zero', 3],
  ] as const)('with opt-outs %s and blanks %s has %i people behind C2', async (optOut, blank, people) => {
    const settings = { ...defaults, validShare: '0', optOut, blank }
    const counted = await countOne(['000', '004', '00-'], settings)
    const [, criterion] = counted.criteria
    expect(criterion && peopleOf(criterion, settings)).toBe(people)
    // An opt-out beside a blank counts as soon as either does.
    const mixed = (await countOne(['4-0'], settings)).criteria[0]
    expect(mixed).toEqual({ code: 'C1', answered: 0, optedOut: 0, blank: 0, both: 1 })
    expect(mixed && peopleOf(mixed, settings)).toBe(people > 1 ? 1 : 0)
  })
})

describe('a ballot', () => {
  test.each([
    ['000', true, 'all answered'],
    ['444', true, 'an opt-out is an answer'],
    ['00-', false, '2 of 3 are 67 %, less than 70 %'],
    ['00', false, 'too short'],
    ['0000', false, 'too long'],
    ['', false, 'empty'],
    ['005', false, 'the item has no sixth option'],
    ['00:', false, 'the character after 9'],
    ['00/', false, 'the character before 0'],
    ['00 ', false, 'a space'],
    ['00A', false, 'a letter'],
    ['00é', false, 'beyond ASCII'],
  ])('"%s" is valid: %s (%s)', async (answers, valid) => {
    const counted = await countOne([answers])
    expect(counted.ballots).toBe(1)
    expect(counted.valid).toBe(valid ? 1 : 0)
    const counts = counted.items.flatMap((each) => [...each.options, each.blank])
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(valid ? 3 : 0)
  })

  test('is valid exactly at the share: 7 of 10, and 2 of 3 at "2/3"', async () => {
    const ten = questionnaire(
      'CC',
      Array.from({ length: 10 }, (_, at) => item(`i${at}`, 'C1')),
    )
    const counts = await countAnswers(designOf([ten]), () =>
      ballots('SYT', 'CC', ['0000000---', '000000----']),
    )
    expect(counts.strata[0]).toMatchObject({ ballots: 2, valid: 1 })
    const twoThirds = await countOne(['00-', '0--'], { ...defaults, validShare: '2/3' })
    expect(twoThirds).toMatchObject({ ballots: 2, valid: 1 })
  })

  test('of an unknown questionnaire or version is a defect, not an invalid ballot', async () => {
    const row = { unit: 'SYT', group: 'CC', questionnaire: 'CC', version: 2, answers: '000' }
    await expect(countAnswers(designOf([paper]), () => [row])).rejects.toThrow('CC version 2')
  })
})

test('units, groups and versions are counted apart', async () => {
  const second = questionnaire('CC', [item('a', 'C1')], 2)
  const rows: AnswerRow[] = [
    { unit: 'STC', group: 'CC', questionnaire: 'CC', version: 2, answers: '1' },
    { unit: 'STC', group: 'CC', questionnaire: 'CC', version: 1, answers: '000' },
    { unit: 'STC', group: 'LDP', questionnaire: 'CC', version: 1, answers: '111' },
    { unit: 'SYT', group: 'CC', questionnaire: 'CC', version: 1, answers: 'xxx' },
  ]
  const counts = await countAnswers(designOf([second, paper]), () => rows)
  expect(counts.strata.map((each) => [each.unit, each.group, each.ballots, each.valid])).toEqual([
    ['STC', 'CC', 2, 2],
    ['STC', 'LDP', 1, 1],
    ['SYT', 'CC', 1, 0],
  ])
  expect(counts.strata[0]?.versions.map((each) => each.version)).toEqual([1, 2])
})

test('the order of ballots leaves no trace in the counts, and a stream counts like a list', async () => {
  const anyRow = fc.record({
    unit: fc.constantFrom('STC', 'SYT'),
    group: fc.constantFrom('LDP', 'CC'),
    questionnaire: fc.constant('CC'),
    version: fc.constant(1),
    answers: fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '4', '-'), minLength: 3, maxLength: 3 }),
  })
  const rowsAndShuffle = fc
    .array(anyRow, { maxLength: 40 })
    .chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
      ),
    )
  await fc.assert(
    fc.asyncProperty(rowsAndShuffle, async ([rows, shuffled]) => {
      const counts = await countAnswers(designOf([paper]), () => rows)
      const pages = () =>
        Readable.from([shuffled.slice(0, 7), shuffled.slice(7)]) as AsyncIterable<AnswerRow[]>
      expect(JSON.stringify(await countAnswers(designOf([paper]), pages))).toBe(JSON.stringify(counts))
    }),
  )
})
