import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { shownComments } from '../../../src/score/comments.ts'

const comments = (count: number) => Array.from({ length: count }, (_, at) => `Ý kiến ${at}`)

test('comments are shown from ten up, or from a stricter k', () => {
  const draw = (n: number) => randomInt(n)
  expect(shownComments(comments(9), 5, draw)).toEqual([])
  expect(shownComments(comments(10), 5, draw)).toHaveLength(10)
  expect(shownComments(comments(11), 12, draw)).toEqual([])
})

test('all of them, in an order that the drawn numbers make and every order can be', () => {
  const shown = shownComments(comments(10), 5, (n) => n - 1)
  expect(shown.toSorted()).toEqual(comments(10).toSorted())
  expect(shown).not.toEqual(comments(10))
  const drawnFirst = new Set<string | undefined>()
  for (let first = 0; first < 10; first += 1)
    drawnFirst.add(shownComments(comments(10), 5, (n) => (n === 10 ? first : 0))[1])
  expect(drawnFirst.size).toBe(10)
})
