// Counts of a plan of two levels, added up by hand.
import { describe, expect, test } from 'vitest'
import { progressOf, progressRows } from '../../../src/quota/progress.ts'
import { progressHeading } from '../../../src/quota/quota.views.ts'
import type { Level, Stratum } from '../../../src/survey/survey.queries.ts'

const levels: Level[] = [level('so', 1), level('huyen', 1), level('xa', 0)]

// unit, level, group, planned, issued, reserve, opened, returned
const strata = [
  stratum('SNV', 'so', 'LDP', 5, 5, 1, 5, 5),
  stratum('SNV', 'so', 'CC', 4, 4, 0, 4, 4),
  stratum('SYT', 'so', 'LDP', 5, 5, 1, 4, 2),
  stratum('SYT', 'so', 'CC', 4, 4, 0, 0, 0),
  stratum('688', 'huyen', 'LDP', 12, 12, 0, 12, 9),
  stratum('689', 'huyen', 'LDP', 12, 12, 0, 3, 3),
  stratum('689', 'huyen', 'CC', 5, 5, 0, 1, 1),
]

test('a unit is the sum of its groups, a level of its units, the whole of its levels', () => {
  const progress = progressOf(levels, strata)
  expect(progress).toMatchObject({ planned: 47, issued: 47, reserve: 2, opened: 29, returned: 24 })
  expect(progress.levels.map(({ code, planned, returned }) => [code, planned, returned])).toEqual([
    ['so', 18, 11],
    ['huyen', 29, 13],
  ])
  const [, health] = progress.levels[0]?.units ?? []
  expect(health).toMatchObject({ code: 'SYT', planned: 9, issued: 9, reserve: 1, opened: 4, returned: 2 })
  expect(health?.groups.map(({ code, returned }) => [code, returned])).toEqual([
    ['LDP', 2],
    ['CC', 0],
  ])
})

test('who is late: the smallest share first, whoever sent all is not among them', () => {
  const late = progressOf(levels, strata).late.map(({ code, returned, planned }) => [code, returned, planned])
  expect(late).toEqual([
    ['SYT', 2, 9],
    ['689', 4, 17],
    ['688', 9, 12],
  ])
})

test('of equal shares the order of the plan decides', () => {
  const equal = ['B', 'A', 'C'].map((unit) => stratum(unit, 'so', 'CC', 4, 4, 0, 2, 2))
  expect(progressOf(levels, equal).late.map(({ code }) => code)).toEqual(['B', 'A', 'C'])
})

test('a group that nobody was planned for is not late', () => {
  expect(progressOf(levels, [stratum('A', 'so', 'CC', 0, 0, 0, 0, 0)]).late).toEqual([])
})

test('the rows of `progress` name unit, group and five counts, and nothing else', () => {
  expect(progressRows(strata)[2]).toEqual({
    unit: 'SYT',
    group: 'LDP',
    planned: 5,
    issued: 5,
    reserve: 1,
    opened: 4,
    returned: 2,
  })
})

describe('the heading says the answer', () => {
  const headings: [returned: number, sentence: string][] = [
    [0, 'Đã thu 0/1.200 phiếu (0,0 %), còn 1 cơ quan, đơn vị chưa đủ'],
    [1000, 'Đã thu 1.000/1.200 phiếu (83,3 %), còn 1 cơ quan, đơn vị chưa đủ'],
    [1200, 'Đã thu 1.200/1.200 phiếu (100,0 %), mọi cơ quan, đơn vị đã đủ'],
  ]

  test.each(headings)('%i of 1,200', (returned, sentence) => {
    const progress = progressOf(levels, [stratum('A', 'so', 'CC', 1200, 1200, 0, returned, returned)])
    expect(progressHeading(progress).replaceAll('\u00a0', ' ')).toBe(sentence)
  })
})

function level(code: string, surveyed: 0 | 1): Level {
  return { survey_id: 's', code, name: `Cấp ${code}`, position: 1, surveyed, closes_at: null }
}

function stratum(
  unit: string,
  level: string,
  group: string,
  ...[quota, issued, reserve, opened, returned]: [number, number, number, number, number]
): Stratum {
  return {
    id: `${unit}/${group}`,
    unit_code: unit,
    unit_name: unit,
    unit_short_name: unit,
    unit_plan_name: unit,
    level,
    group_code: group,
    group_name: group,
    questionnaire: 'chung',
    quota,
    plan_quota: quota,
    reserve_quota: reserve,
    cap: quota,
    issued,
    reserve,
    opened,
    returned,
    refused_full: 0,
    cards_received: 0,
    cards_handed_out: 0,
    replaced: 0,
    voided: 0,
    reserve_voided: 0,
    cap_raised: 0,
    delivery: 'cards',
    same_device: 0,
  }
}
