// One question for all who watch a survey, and none while nobody does.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWatch, watchEveryMs } from '../../../src/quota/watch.ts'

let marks: string[]
let asked: string[]
let read: number

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  marks = []
  asked = []
  read = 0
})
afterEach(() => {
  vi.useRealTimers()
})

const watching = () =>
  createWatch<string>(
    (id) => {
      asked.push(id)
      const mark = marks.shift() ?? 'same'
      return mark === 'busy' ? Promise.reject(new Error('busy')) : Promise.resolve(mark)
    },
    (id) => Promise.resolve(`${id}: ${++read}`),
  )

const beat = () => vi.advanceTimersByTimeAsync(watchEveryMs)

test('a hundred listeners of a survey cost one question a beat, and one reading when something has changed', async () => {
  const { watch } = watching()
  const heard = Array.from({ length: 100 }, (): (string | undefined)[] => [])
  for (const each of heard) watch('a', (figures) => void each.push(figures))
  await beat()
  await beat()
  marks = ['more']
  await beat()
  expect(asked).toEqual(['a', 'a', 'a'])
  expect(read).toBe(2)
  expect(new Set(heard.map((each) => JSON.stringify(each)))).toEqual(
    new Set([JSON.stringify(['a: 1', undefined, 'a: 2'])]),
  )
})

test('surveys are asked for apart, and not at all once their last listener has gone', async () => {
  const { watch } = watching()
  const stops = [watch('a', () => undefined), watch('a', () => undefined), watch('b', () => undefined)]
  await beat()
  expect(asked.sort()).toEqual(['a', 'b'])
  stops[0]?.()
  await beat()
  expect(asked).toHaveLength(4)
  stops[1]?.()
  stops[2]?.()
  // Twice ended is ended once.
  stops[0]?.()
  await beat()
  expect(asked).toHaveLength(4)
  expect(vi.getTimerCount()).toBe(0)
})

test('a store that is busy for a moment loses nothing: the next beat tells what changed meanwhile', async () => {
  const { watch } = watching()
  const heard: (string | undefined)[] = []
  watch('a', (figures) => void heard.push(figures))
  await beat()
  marks = ['busy', 'same']
  await beat()
  expect(heard).toEqual(['a: 1'])
  await beat()
  expect(heard).toEqual(['a: 1', 'a: 2'])
})
