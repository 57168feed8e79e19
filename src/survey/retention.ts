// How long the opened ballots are kept: months after the opening, chosen before collecting starts; then a day, which a
// decision may move back until it comes. Days are ISO days of Việt Nam. Pure. season.md, "Keeping and forgetting".

export const mostKeepMonths = 120

/** From so many days before it on, the overview warns of the day. */
export const warnDays = 30

/** 2024-08-31 + 6 → 2025-02-28: the last day of a month that is too short. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0))
  const target = new Date(Date.UTC(year, month - 1 + months, Math.min(date, last.getUTCDate())))
  return target.toISOString().slice(0, 10)
}

/** Months as a form sends them; undefined for anything but a whole number from 1 to 120. */
export function parseMonths(typed: string): number | undefined {
  const months = /^\d{1,3}$/.test(typed.trim()) ? Number(typed) : 0
  return months >= 1 && months <= mostKeepMonths ? months : undefined
}

/** 'unset' where nobody has chosen a day. */
export type RetentionPhase = 'unset' | 'kept' | 'soon' | 'due'

export function retentionPhase(destroyOn: string | null, today: string): RetentionPhase {
  if (destroyOn === null) return 'unset'
  if (today >= destroyOn) return 'due'
  const days = (Date.parse(destroyOn) - Date.parse(today)) / 86_400_000
  return days <= warnDays ? 'soon' : 'kept'
}
