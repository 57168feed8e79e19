import { expect, test } from 'vitest'
import { Exact } from '../../../src/score/exact.ts'
import { exchangeAmong, type ExchangeUnit } from '../../../src/score/exchange.ts'

const stratum = (group: string, people: number, weight: Exact) => {
  const part = { worths: [Exact.of(1), Exact.of(0)], answers: people, chosen: [people - 1, 1] }
  return { group, people, items: [{ code: 'a', answers: people, weight, parts: [part] }] }
}

test('a unit whose exact total leaves ways over several criteria only needs one of its own where these would be seen', () => {
  const unit = (restsOnOthers: boolean): ExchangeUnit => ({
    strata: [stratum('LDP', 3, Exact.ratio(7, 30)), stratum('CC', 2, Exact.ratio(3, 20))],
    // Criterion, domain and total allow no change at all.
    printsAlike: (change) => change.isZero(),
    room: [-1e-9, 1e-9],
    isOpen: false,
    restsOnOthers,
  })
  const level = { printsAlike: () => true, keeps: () => true }
  expect(exchangeAmong([unit(false)], 5).leavesAnotherWay(level)).toBe(true)
  expect(exchangeAmong([unit(true)], 5).leavesAnotherWay(level)).toBe(false)
})
