// Days and forecast, worked by hand. 12 October 2022 is a Wednesday.
import { describe, expect, test } from 'vitest'
import { daysLeft, everyDay, forecastOf, type DayCount } from '../../../src/quota/days.ts'
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
