// Looks at the clock a few times a minute, in the web process, and lets the hours do their work; while the clock cannot be
// trusted it does nothing. Two processes may look at once: each change is a conditional update, done by one of them.
import { findClockAlarm, findSeen, noteSeen, raiseClockAlarm } from '../survey/clock-alarm.queries.ts'
import { findJump, type Tick } from '../survey/clock-watch.ts'
import type { BallotDeps } from './collecting.service.ts'
import { switchByHour } from './time.service.ts'

const everyMs = 20_000

export interface Ticker {
  /** One look; resolves when everything is done that was due. */
  look: () => Promise<void>
  start: () => void
  /** Resolves when the look in hand has ended; none follows. */
  stop: () => Promise<void>
}

/**
 * @param running milliseconds of a clock that nobody sets, e.g. performance.now()
 * @param whatElse what features further on do by the clock; done last
 */
export function createTicker(
  deps: BallotDeps & { log: { error: (about: object, words: string) => void } },
  running: () => number,
  whatElse: () => Promise<void> = () => Promise.resolve(),
): Ticker {
  let before: Tick | undefined
  let timer: NodeJS.Timeout | undefined
  let busy: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const now = { wall: deps.clock().getTime(), running: running() }
    const jump = findJump(before, now, await findSeen(deps.db))
    before = now
    if (jump !== undefined) await raiseClockAlarm(deps.db, jump)
    if ((await findClockAlarm(deps.db)) !== undefined) return
    await noteSeen(deps.db, new Date(now.wall))
    await switchByHour(deps)
    await whatElse()
  }

  function lookLater(): void {
    busy = busy.then(look).catch((error: unknown) => {
      deps.log.error({ err: error }, 'looking at the hours failed')
    })
  }

  return {
    look,
    start: () => {
      timer = setInterval(lookLater, everyMs)
      timer.unref()
      lookLater()
    },
    stop: async () => {
      clearInterval(timer)
      await busy
    },
  }
}
