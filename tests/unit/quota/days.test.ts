// Days and forecast, worked by hand. 12 October 2022 is a Wednesday.
import { describe, expect, test } from 'vitest'
import { daysLeft, everyDay, forecastOf, type DayCount } from '../../../src/quota/days.ts'
import { isHoliday, lastLunarYear } from '../../../src/quota/holidays.ts'
import { standingOf } from '../../../src/quota/rates.ts'

const now = new Date('2022-10-12T03:00:00Z')
const days = (...counts: [day: string, returned: number][]): DayCount[] =>
  counts.map(([day, returned]) => ({ day: `2022-10-${day}`, returned }))

test('days on which nothing came are days too, and what came before days were counted is none', () => {
  expect(everyDay([{ day: '', returned: 9 }, ...days(['08', 2], ['10', 1])], '2022-10-11')).toEqual(
    days(['08', 2], ['09', 0], ['10', 1], ['11', 0]),
  )
  expect(everyDay([], '2022-10-11')).toEqual([])
})

describe('days left', () => {
  test.each([
    [null, { kind: 'unset' }],
    ['2022-10-12T02:59:00Z', { kind: 'over' }],
    ['2022-10-12T10:00:00Z', { kind: 'left', days: 0 }],
    // Past midnight in Việt Nam.
    ['2022-10-12T17:00:00Z', { kind: 'left', days: 1 }],
    ['2022-10-20T10:00:00Z', { kind: 'left', days: 8 }],
  ])('until %s', (closesAt, left) => {
    expect(daysLeft(closesAt, now)).toEqual(left)
  })
})

describe('the forecast', () => {
  const at = (counts: DayCount[], closesAt: string | null, planned = 100, returned = sumOf(counts)) =>
    forecastOf({ planned, returned }, counts, closesAt, now)

  test('says nothing from one working day, nor from today alone', () => {
    expect(at(days(['11', 5], ['12', 9]), null)).toEqual({ kind: 'too-little' })
    expect(at(days(['08', 5], ['09', 5], ['12', 9]), null)).toMatchObject({ kind: 'projected' })
    expect(at([], '2022-10-20T10:00:00Z')).toEqual({ kind: 'too-little' })
  })

  test('goes on with the mean of the working days that are over, today included among those to come', () => {
    // Mon 10, Tue 11: 6 and 8, mean 7; Wed to Fri are three more: 14 + 21.
    expect(at(days(['10', 6], ['11', 8], ['12', 3]), '2022-10-14T10:00:00Z')).toMatchObject({
      perDay: 7,
      lookedAt: 2,
      byClose: { expected: 35, workingDays: 3 },
    })
  })

  test('counts what came at a weekend, looks back five working days, and skips weekends to come', () => {
    // Tue 4 to Tue 11: working 5, 6, 7, 10, 11 are the last five; 10 of Saturday the 8th come along.
    const counts = days(
      ['03', 50],
      ['04', 50],
      ['05', 1],
      ['06', 2],
      ['07', 3],
      ['08', 10],
      ['10', 2],
      ['11', 2],
    )
    const forecast = at(counts, '2022-10-17T10:00:00Z', 1000)
    expect(forecast).toMatchObject({ perDay: 4, lookedAt: 5, byClose: { expected: 136, workingDays: 4 } })
  })

  test('never promises more than was planned, nor less than has come', () => {
    expect(at(days(['10', 40], ['11', 40]), '2022-10-31T10:00:00Z')).toMatchObject({
      byClose: { expected: 100 },
    })
    expect(at(days(['10', 1], ['11', 1], ['12', 30]), '2022-10-12T10:00:00Z')).toMatchObject({
      byClose: { expected: 32 },
    })
    expect(at(days(['11', 100]), null)).toEqual({ kind: 'full' })
  })

  test('without a closing hour tells how long it takes, if anything comes at all', () => {
    expect(at(days(['10', 6], ['11', 8]), null)).toMatchObject({ byClose: null, needed: 13 })
    expect(at(days(['10', 0], ['11', 0]), null)).toMatchObject({ needed: null })
  })
})

describe('public holidays', () => {
  // Off by the law alone; what the Government swaps each year is not known.
  test.each([
    ['2023-01-02', 'the day for New Year on a Sunday'],
    ['2026-02-16', 'the eve of Tết'],
    ['2026-02-20', 'the fourth day of Tết'],
    ['2022-04-11', 'the Monday for the Hùng Kings on a Sunday'],
    ['2025-04-07', 'the Hùng Kings'],
    ['2025-04-30', 'the day of victory'],
    ['2025-05-01', 'the day of labour'],
    ['2023-05-02', 'three in a row over a weekend: the first day instead'],
    ['2023-05-03', 'and the second'],
    ['2022-09-01', 'the day before the National Day'],
    ['2024-09-03', 'the day after it, where the one before is a Sunday'],
    ['2023-09-04', 'the Monday for the National Day on a Saturday'],
    ['2030-02-02', 'Tết of 2030 by the Vietnamese calendar'],
  ])('%s: %s', (day) => {
    expect(isHoliday(day)).toBe(true)
  })

  test.each(['2023-05-04', '2022-09-05', '2024-09-04', '2026-02-13', '2026-02-24', '2022-10-12'])(
    '%s is worked on',
    (day) => {
      expect(isHoliday(day)).toBe(false)
    },
  )

  test('those of the lunar calendar are within a day of the Chinese one, Tết months apart as moons are', () => {
    const chinese = new Intl.DateTimeFormat('en-u-ca-chinese', {
      timeZone: 'UTC',
      month: 'numeric',
      day: 'numeric',
    })
    const near = (year: number, from: string, to: string, lunar: string) => {
      const found: string[] = []
      for (let at = Date.parse(`${year}-${from}`); at <= Date.parse(`${year}-${to}`); at += 86_400_000)
        if (chinese.format(at) === lunar)
          found.push(...[-1, 0, 1].map((n) => new Date(at + n * 86_400_000).toISOString().slice(0, 10)))
      return found
    }
    for (let year = 2022; year <= lastLunarYear; year++) {
      expect(near(year, '01-15', '02-25', '1/1').some(isHoliday)).toBe(true)
      expect(near(year, '03-15', '05-05', '3/10').some(isHoliday)).toBe(true)
    }
  })

  test('do not count in the forecast, behind or ahead', () => {
    // Thu 27 and Fri 28 April 2023 are worked on, Sat 29 April to Wed 3 May are not, Thu 4 and Fri 5 May are again.
    const counts = ['2023-04-27', '2023-04-28', '2023-04-30'].map((day, i) => ({ day, returned: 4 + i }))
    const forecast = forecastOf(
      { planned: 100, returned: 15 },
      counts,
      '2023-05-05T10:00:00Z',
      new Date('2023-05-02T03:00:00Z'),
    )
    expect(forecast).toMatchObject({
      lookedAt: 2,
      perDay: 7.5,
      byClose: { workingDays: 2, expected: 30 },
    })
  })
})

test('a unit is slow from ten points below all on', () => {
  const counts = (returned: number, planned: number) => ({
    planned,
    returned,
    issued: planned,
    reserve: 0,
    opened: returned,
  })
  const all = counts(60, 100)
  expect([5, 6, 4, 0, 10].map((returned) => standingOf(counts(returned, 10), all))).toEqual([
    'slow',
    'coming',
    'slow',
    'none',
    'full',
  ])
})

function sumOf(counts: DayCount[]): number {
  return counts.reduce((sum, { returned }) => sum + returned, 0)
}
