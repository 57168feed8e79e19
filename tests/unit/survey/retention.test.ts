// Months and days of keeping ballots.
import { expect, test } from 'vitest'
import { addMonths, parseMonths, retentionPhase } from '../../../src/survey/retention.ts'

test.each([
  ['2022-10-12', 24, '2024-10-12'],
  ['2022-08-31', 6, '2023-02-28'],
  ['2023-08-31', 6, '2024-02-29'],
  ['2022-12-31', 1, '2023-01-31'],
  ['2022-01-30', 120, '2032-01-30'],
])('%s and %i months are %s', (day, months, expected) => {
  expect(addMonths(day, months)).toBe(expected)
})

test.each([
  ['24', 24],
  [' 1 ', 1],
  ['120', 120],
  ['0', undefined],
  ['121', undefined],
  ['1.5', undefined],
  ['-1', undefined],
  ['', undefined],
])('months typed as “%s” are read as %s', (typed, expected) => {
  expect(parseMonths(typed)).toBe(expected)
})

test.each([
  [null, '2024-01-01', 'unset'],
  ['2024-10-12', '2024-09-11', 'kept'],
  ['2024-10-12', '2024-09-12', 'soon'],
  ['2024-10-12', '2024-10-11', 'soon'],
  ['2024-10-12', '2024-10-12', 'due'],
  ['2024-10-12', '2025-01-01', 'due'],
])('ballots kept until %s are on %s: %s', (day, today, phase) => {
  expect(retentionPhase(day, today)).toBe(phase)
})
