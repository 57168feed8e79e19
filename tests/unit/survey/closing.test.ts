// Hours as tables: which one holds, how long a begun form lives, what people may type, and when a clock has jumped.
import { describe, expect, test } from 'vitest'
import {
  closingOf,
  deadlineWords,
  graceWords,
  hourFields,
  latestOf,
  parseHour,
  phaseAt,
  refusalHour,
  showHour,
} from '../../../src/survey/closing.ts'
import { findJump } from '../../../src/survey/clock-watch.ts'

const at = (time: string) => `2022-10-20T${time}:00.000Z`

test.each([
  ['the unit’s', { unit: '3', level: '2', survey: '1' }, '3'],
  ['else the level’s', { unit: null, level: '2', survey: '1' }, '2'],
  ['else the survey’s', { unit: null, level: null, survey: '1' }, '1'],
  ['else none', { unit: null, level: null, survey: null }, null],
])('the hour that holds is %s', (_which, closings, expected) => {
  expect(closingOf(closings)).toBe(expected)
})

test.each([
  ['09:59', 'open'],
  ['10:00', 'grace'],
  ['10:29', 'grace'],
  ['10:30', 'over'],
  ['23:00', 'over'],
])('with the closing at 10:00 it is at %s: %s', (time, phase) => {
  expect(phaseAt(at('10:00'), new Date(at(time)))).toBe(phase)
  expect(phaseAt(null, new Date(at(time)))).toBe('open')
})

test('the last hour is the latest, and none where one unit has none', () => {
  expect(latestOf([at('10:00'), at('12:00'), at('11:00')])).toBe(at('12:00'))
  expect(latestOf([at('10:00'), null])).toBeNull()
  expect(latestOf([])).toBeNull()
})

describe('an hour that is typed', () => {
  test.each([
    ['2022-10-20', '17:00', at('10:00')],
    ['20/10/2022', '17h00', at('10:00')],
    ['20.10.2022', '17h', at('10:00')],
    [' 1/2/2024 ', '7:05', '2024-02-01T00:05:00.000Z'],
    ['2024-02-29', '00:00', '2024-02-28T17:00:00.000Z'],
    ['', '', null],
  ])('%s %s is read in Vietnamese time', (day, time, expected) => {
    expect(parseHour({ day, time })).toEqual({ ok: true, at: expected })
  })

  test.each([
    ['2022-10-20', ''],
    ['', '17:00'],
    ['31/02/2023', '17:00'],
    ['2023-02-29', '17:00'],
    ['20/10/22', '17:00'],
    ['mai', '17:00'],
    ['2022-10-20', '24:00'],
    ['2022-10-20', '17:60'],
    ['2022-10-20', '17'],
    ['2022-10-20', 'chiều'],
  ])('%s %s is a slip', (day, time) => {
    expect(parseHour({ day, time }).ok).toBe(false)
  })

  test('is shown as it was typed', () => {
    expect(hourFields(at('10:00'))).toEqual({ day: '2022-10-20', time: '17:00' })
    expect(hourFields('2022-10-19T17:00:00.000Z')).toEqual({ day: '2022-10-20', time: '00:00' })
    expect(hourFields(null)).toEqual({ day: '', time: '' })
    expect(showHour(at('10:00'))).toBe('17:00 ngày 20/10/2022')
  })
})

test('pages say the hour, and after it how long a begun form may still be sent', () => {
  expect(deadlineWords(null, new Date(at('09:00')))).toBeNull()
  expect(deadlineWords(at('10:00'), new Date(at('09:00')))).toBe('Nhận phiếu đến 17:00 ngày 20/10/2022.')
  expect(deadlineWords(at('10:00'), new Date(at('10:10')))).toContain('gửi được đến 17:30 ngày 20/10/2022')
  for (const [closesAt, now] of [
    [null, '10:10'],
    [at('10:00'), '09:59'],
  ] as const)
    expect(graceWords(closesAt, new Date(at(now)))).toBeNull()
  expect(graceWords(at('10:00'), new Date(at('10:00')))).toBe(
    'Đã hết giờ thu phiếu; còn nhận phiếu đã bắt đầu đến 17:30.',
  )
})

test('a refusal names an hour only when that hour is why', () => {
  const hours = { opensAt: at('08:00'), closesAt: at('10:00') }
  expect(refusalHour('not-yet', hours, new Date(at('07:00')))).toBe('Sẽ bắt đầu lúc 15:00 ngày 20/10/2022.')
  expect(refusalHour('not-yet', hours, new Date(at('08:30')))).toBeNull()
  expect(refusalHour('over', hours, new Date(at('10:00')))).toBe('Đã kết thúc lúc 17:00 ngày 20/10/2022.')
  expect(refusalHour('over', hours, new Date(at('09:00')))).toBeNull()
})

describe('a clock', () => {
  const minute = 60_000
  test.each([
    ['runs on', 20_000, 20_000, false],
    ['is corrected by four minutes', 20_000 + 4 * minute, 20_000, false],
    ['was not asked for an hour', 60 * minute, 60 * minute, false],
    ['jumps on', 20_000 + 6 * minute, 20_000, true],
    ['jumps back', 20_000 - 6 * minute, 20_000, true],
  ])('that %s', (_what, wall, running, jumps) => {
    const base = Date.parse(at('10:00'))
    const found = findJump({ wall: base, running: 5 }, { wall: base + wall, running: 5 + running }, undefined)
    expect(found !== undefined).toBe(jumps)
  })

  test('that stands before the minute that was seen before a restart is not trusted', () => {
    const first = (time: string) =>
      findJump(undefined, { wall: Date.parse(at(time)), running: 0 }, at('10:00'))
    expect(first('10:01')).toBeUndefined()
    expect(first('09:55')).toBeUndefined()
    expect(first('09:54')).toContain('lùi 6 phút so với lần chạy trước')
    expect(first('23:00')).toBeUndefined()
  })
})
