// How units are named and counted after a decree, and who is asked again: the rules as tables.
import { describe, expect, test } from 'vitest'
import { drawLines, linesOf, parseRecheck, recheckSize } from '../../../src/survey/recheck.ts'
import {
  changeWords,
  scoredUnits,
  undecidedMerges,
  unitName,
  type ChangedUnit,
} from '../../../src/survey/unit-change.ts'

function unit(code: string, more: Partial<ChangedUnit> = {}): ChangedUnit {
  const plain = { code, name: `Sở ${code}`, level: 'so', plan_name: `Sở ${code}` }
  const none = { renamed_to: null, renamed_on: null, merged_into: null, merged_on: null, merge_counts: null }
  const changed = { ...plain, ...none, ...more }
  return { ...changed, name: unitName(changed) }
}

const renamed = { renamed_to: 'Sở Mới', renamed_on: '2022-10-10' }
const into = (code: string, merge_counts: ChangedUnit['merge_counts']) => ({
  merged_into: code,
  merged_on: '2022-10-11',
  merge_counts,
})

test('a renamed unit is named with the day and with what it was called before', () => {
  expect(unit('A').name).toBe('Sở A')
  expect(unit('A', renamed).name).toBe('Sở Mới (trước ngày 10/10/2022: Sở A)')
})

describe('the units that have figures', () => {
  test('are all of them while nothing was decided, or while a merged one counts by itself', () => {
    const plain = [unit('A'), unit('B')]
    expect(scoredUnits(plain)).toEqual({ units: plain, countsFor: new Map() })
    for (const counts of ['own', null] as const) {
      const { units, countsFor } = scoredUnits([unit('A'), unit('B', into('A', counts))])
      expect([units.map(({ name }) => name), countsFor.size]).toEqual([
        ['Sở A', 'Sở B (sáp nhập vào Sở A ngày 11/10/2022)'],
        0,
      ])
    }
  })

  test('leave out those that count with a successor, which names them', () => {
    const { units, countsFor } = scoredUnits([
      unit('A', into('C', 'successor')),
      unit('B', { ...renamed, ...into('C', 'successor') }),
      unit('C', { renamed_to: 'Sở Chung', renamed_on: '2022-10-12' }),
    ])
    expect(units.map(({ name }) => name)).toEqual([
      'Sở Chung (trước ngày 12/10/2022: Sở C; gồm cả Sở A, sáp nhập ngày 11/10/2022; Sở Mới, sáp nhập ngày 11/10/2022)',
    ])
    expect([...countsFor]).toEqual([
      ['A', 'C'],
      ['B', 'C'],
    ])
  })
})

test('what was decided is said in a sentence each, and what is still to be decided is known', () => {
  const units = [unit('A', { ...renamed, ...into('B', null) }), unit('B')]
  expect(units.flatMap((each) => changeWords(each, units))).toEqual([
    'Sở A đổi tên thành Sở Mới từ ngày 10/10/2022.',
    'Sở Mới sáp nhập vào Sở B từ ngày 11/10/2022: chưa chọn cách tính.',
  ])
  expect(undecidedMerges(units).map(({ code }) => code)).toEqual(['A'])
})

describe('who is asked again', () => {
  test.each([
    [1, 1],
    [9, 1],
    [10, 1],
    [19, 1],
    [20, 2],
    [180, 18],
    [0, 0],
  ])('of %i lines %i', (lines, size) => {
    expect(recheckSize(lines)).toBe(size)
  })

  test('is between 5 and 10 % from ten lines on', () => {
    for (let lines = 10; lines < 1000; lines++) {
      expect(recheckSize(lines) / lines).toBeGreaterThanOrEqual(0.05)
      expect(recheckSize(lines) / lines).toBeLessThanOrEqual(0.1)
    }
  })

  const lists = [
    { group_code: 'LD', group_name: 'Lãnh đạo', quota: 12 },
    { group_code: 'CC', group_name: 'Công chức', quota: 5 },
  ]

  test('is drawn from both lists by the seed, each line once, and each line can be drawn', () => {
    const seen = new Set<string>()
    for (let n = 0; n < 300; n++) {
      const drawn = drawLines(`seed ${n}`, 'A', lists, 3).flatMap(({ group, lines }) =>
        lines.map((line) => `${group} ${line}`),
      )
      expect(new Set(drawn).size).toBe(3)
      drawn.forEach((each) => seen.add(each))
    }
    expect(seen.size).toBe(linesOf(lists))
    expect(drawLines('seed', 'A', lists, 3)).toEqual(drawLines('seed', 'A', lists, 3))
    expect(drawLines('seed', 'A', lists, 17)).toEqual([
      { group: 'Lãnh đạo', lines: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
      { group: 'Công chức', lines: [1, 2, 3, 4, 5] },
    ])
  })

  test.each([
    [{ yes: '2', no: '0', unreached: ' 1 ' }, true],
    [{ yes: '2', no: '0', unreached: '0' }, false],
    [{ yes: '3', no: '-1', unreached: '1' }, false],
    [{ yes: '3', no: '', unreached: '' }, false],
  ])('three numbers %j add up: %s', (typed, ok) => {
    expect(parseRecheck(typed, 3).ok).toBe(ok)
  })
})
