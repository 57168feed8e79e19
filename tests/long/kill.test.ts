// Mở niêm phong under hundreds of kills at moments of chance: so many milliseconds after a step was reported, or behind so
// many statements. tests/http/opening-kill.test.ts has the named moments.
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/rehearsal/answers.ts'
import { dialectOf } from '../../src/db/database.ts'
import {
  closedBox,
  expectNothingLost,
  expectOpened,
  finishOpening,
  openingSteps,
  type ClosedBox,
} from '../support/box.ts'
import { tell } from '../support/figures.ts'
import { workAndDie, type Death, type Shot } from '../support/kill.ts'

/** On each of the two databases; KILLS asks for another number. */
const kills = Number(process.env.KILLS ?? 150)
/** A job that was begun five times is given up. */
const deathsPerBox = 4
const steps = Object.values(openingSteps)

test('hundreds of kills at moments of chance lose and double nothing', async (context) => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  const random = seededRandom(seed)
  const killed = new Map<string, number>()
  let dead = 0
  let boxes = 0
  let dialect = ''
  while (dead < kills) {
    const box = await closedBox(210 + Math.floor(random() * 200))
    boxes += 1
    dialect = dialectOf(box.site.deps.db)
    // In the order of the steps: what lies behind a step does not come to it again.
    const moments = Array.from({ length: deathsPerBox }, () => anyMoment(random))
    moments.sort((a, b) => steps.indexOf(a.step) - steps.indexOf(b.step))
    for (const moment of moments) {
      const died = await workAndDie(box.site, box.job, moment)
      await expectNothingLost(box)
      if (died.signal !== 'SIGKILL') break
      dead += 1
      const step = died.steps.at(-1) ?? 'before the first step'
      killed.set(step, (killed.get(step) ?? 0) + 1)
    }
    await closeOpened(box)
    if (boxes % 10 === 0) process.stderr.write(`${dead} kills in ${boxes} boxes\n`)
  }
  tell(
    context,
    `${dead} kills, ${boxes} boxes of 210 to 410 ballots, seed ${seed}, ${dialect}: nothing lost, nothing doubled`,
    ...[...killed].map(([step, times]) => `${String(times).padStart(4)} at “${step}”`),
  )
  expect(killed.size).toBe(steps.length)
})

/** Seven in ten from outside; the steps that move ballots take longest, and there a shot may fall late. */
function anyMoment(random: () => number): Death | Shot {
  const step = steps[Math.floor(random() * steps.length)] ?? ''
  return random() < 0.7
    ? { step, afterMs: Math.floor(random() * random() * 60) }
    : { step, statement: 1 + Math.floor(random() * 7) }
}

async function closeOpened(box: ClosedBox): Promise<void> {
  await finishOpening(box)
  await expectOpened(box)
  await box.site.close()
}
