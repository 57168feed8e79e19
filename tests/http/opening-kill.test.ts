// Mở niêm phong under kill -9, eight times at each step: nothing lost, nothing doubled, brought to its end by whoever starts
// next. `npm run test:long` does it hundreds of times at moments of chance.
import { afterEach, describe, expect, test } from 'vitest'
import { destroyKey } from '../../src/ballot/custody.ts'
import {
  closedBox,
  expectNothingLost,
  expectOpened,
  finishOpening,
  isOpened,
  openingSteps,
  type ClosedBox,
} from '../support/box.ts'
import { workAndDie, type Death, type Shot } from '../support/kill.ts'
import type { TestSite } from '../support/app.ts'

/** They are moved in three chunks. */
const ballots = 410
/** A job that was begun five times is given up: four deaths and the end. */
const deathsPerBox = 4

let sites: TestSite[] = []

afterEach(async () => {
  await Promise.all(sites.map((site) => site.close()))
  sites = []
})

describe('kill -9', () => {
  /**
   * Per step: four deaths by the process's own hand, as it begins, between two chunks, and behind a statement, mostly inside
   * a transaction; and four from outside, so many milliseconds after the step was reported, wherever it is then.
   */
  const deaths: [keyof typeof openingSteps, Moment[], number[]][] = [
    // Behind each count; then with the opening noted and not committed.
    ['reconcile', [{ time: 1 }, { statement: 1 }, { statement: 2 }, { statement: 4 }], [0, 0, 1, 2]],
    ['check', [{ time: 1 }, { time: 3 }, { statement: 3 }, { time: 4 }], [0, 3, 8, 14]],
    // Between two chunks; and behind the deletion, the insertion and the commit of one.
    ['move', [{ time: 2 }, { statement: 3 }, { statement: 4 }, { statement: 6 }], [0, 2, 5, 9]],
    // SQLite: behind the rewriting and behind its note. PostgreSQL: table locked, emptied, filled.
    ['rewrite', [{ time: 1 }, { statement: 2 }, { statement: 4 }, { statement: 5 }], [0, 1, 3, 6]],
    // The key is gone already at the first statement.
    ['destroy', [{ time: 1 }, { statement: 1 }, { statement: 2 }, { statement: 4 }], [0, 0, 0, 1]],
  ]

  test.each(deaths)('eight times at step “%s” loses and doubles nothing', async (name, moments, delays) => {
    const step = openingSteps[name]
    const killed = await Promise.all([
      killAll(moments.map((moment) => ({ step, ...moment }))),
      killAll(delays.map((afterMs) => ({ step, afterMs }))),
    ])
    expect(killed).toEqual([deathsPerBox, deathsPerBox])
  })

  test('after the key was destroyed and before that is noted ends the opening all the same', async () => {
    const box = await ownBox(20)
    await workAndDie(box.site, box.job, { step: openingSteps.destroy, time: 1 })
    destroyKey(box.site.deps.config, box.survey.id)
    expect(await isOpened(box)).toBe(false)
    await finishOpening(box)
    await expectOpened(box)
  })
})

type Moment = { time: number } | { statement: number }

/** One death after the other, in a fresh box when a shot fell behind the step or the end; gives how often it was one. */
async function killAll(deaths: (Death | Shot)[]): Promise<number> {
  let killed = 0
  let box = await ownBox(ballots)
  for (const how of deaths) {
    let died = await workAndDie(box.site, box.job, how)
    for (let tries = 0; tries < 5 && !(died.signal && died.steps.includes(how.step)); tries++) {
      await finishAndLook(box)
      box = await ownBox(ballots)
      died = await workAndDie(box.site, box.job, how)
    }
    expect(died.signal, died.errors).toBe('SIGKILL')
    if ('afterMs' in how) expect(died.steps).toContain(how.step)
    else expect(died.steps.at(-1)).toBe(how.step)
    killed += 1
    await expectNothingLost(box)
  }
  await finishAndLook(box)
  return killed
}

async function finishAndLook(box: ClosedBox): Promise<void> {
  await finishOpening(box)
  await expectOpened(box)
}

async function ownBox(size: number): Promise<ClosedBox> {
  const box = await closedBox(size)
  sites.push(box.site)
  return box
}
