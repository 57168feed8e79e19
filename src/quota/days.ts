// Ballots per day: what came when, how many days are left, and what to expect until the close. Days are those of Việt Nam;
// nothing finer is known. Pure.
import { dayOf } from '../lib/clock.ts'
import { isHoliday, isWeekend } from './holidays.ts'

export interface DayCount {
  /** YYYY-MM-DD; '' = before days were counted. */
  day: string
  returned: number
}

const msPerDay = 86_400_000

/** The forecast looks at so many working days, and wants at least two of them. */
export const mostDaysLookedAt = 5
export const fewestDays = 2

/** Each day from the first with a ballot until `until`, also those on which none came. */
export function everyDay(days: DayCount[], until: string): DayCount[] {
  const known = new Map(days.filter(({ day }) => day !== '').map(({ day, returned }) => [day, returned]))
  const [first] = [...known.keys()].sort()
  if (first === undefined) return []
  const last = [...known.keys(), until].sort().at(-1) ?? until
  return daysBetween(first, last).map((day) => ({ day, returned: known.get(day) ?? 0 }))
}

/** Both ends included; none when `last` lies before `first`. */
function daysBetween(first: string, last: string): string[] {
  const [from, to] = [Date.parse(first), Date.parse(last)]
  return Array.from({ length: Math.max(0, Math.round((to - from) / msPerDay) + 1) }, (_, i) =>
    new Date(from + i * msPerDay).toISOString().slice(0, 10),
  )
}

/** Monday to Friday, but no public holiday. */
export function isWorkingDay(day: string): boolean {
  return !isWeekend(day) && !isHoliday(day)
}

export type DaysLeft = { kind: 'unset' } | { kind: 'over' } | { kind: 'left'; days: number }

/** Whole days from today to the day of closing: 0 = it closes today. */
export function daysLeft(closesAt: string | null, now: Date): DaysLeft {
  if (closesAt === null) return { kind: 'unset' }
  const end = new Date(closesAt)
  if (end.getTime() <= now.getTime()) return { kind: 'over' }
  return { kind: 'left', days: daysBetween(dayOf(now), dayOf(end)).length - 1 }
}

export type Forecast =
  | { kind: 'too-little' }
  | { kind: 'full' }
  | {
      kind: 'projected'
      /** Ballots per working day, of the days looked at. */
      perDay: number
      lookedAt: number
      /** With a closing day: what to expect by then, and how many working days that is, today included. */
      byClose: { expected: number; workingDays: number } | null
      /** Working days until all are in at this pace; null when nothing comes. */
      needed: number | null
    }

/**
 * Looks at the last complete working days (today is not over, so it does not count), takes what came from the first of
 * them until yesterday, weekends and holidays included, and goes on like that from today until the close.
 */
export function forecastOf(
  { planned, returned }: { planned: number; returned: number },
  days: DayCount[],
  closesAt: string | null,
  now: Date,
): Forecast {
  if (returned >= planned) return { kind: 'full' }
  const today = dayOf(now)
  const past = everyDay(days, today).filter(({ day }) => day < today)
  const working = past.filter(({ day }) => isWorkingDay(day)).slice(-mostDaysLookedAt)
  const [first] = working
  if (first === undefined || working.length < fewestDays) return { kind: 'too-little' }
  const came = past.filter(({ day }) => day >= first.day).reduce((sum, each) => sum + each.returned, 0)
  const perDay = came / working.length
  const cameToday = days.find(({ day }) => day === today)?.returned ?? 0
  return {
    kind: 'projected',
    perDay,
    lookedAt: working.length,
    byClose: closesAt === null ? null : byClose(closesAt),
    needed: perDay === 0 ? null : Math.ceil((planned - returned) / perDay),
  }

  function byClose(at: string) {
    const workingDays = daysBetween(today, dayOf(new Date(at))).filter(isWorkingDay).length
    const straight = Math.round(returned - cameToday + perDay * workingDays)
    return { workingDays, expected: Math.min(planned, Math.max(returned, straight)) }
  }
}
