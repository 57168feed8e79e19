// Time comes in as an argument; this is where it starts. Dates that people read are those of Việt Nam.
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

const inVietnam = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short' })

/** The day in Việt Nam as YYYY-MM-DD: the finest time that is stored beside anything of a respondent. */
export function dayOf(now: Date): string {
  return inVietnam.format(now)
}

/** The last moment of that day in Việt Nam, seven hours ahead: what is printed as "until the end of the day". */
export function endOfDay(now: Date): Date {
  return new Date(`${dayOf(now)}T23:59:59.999+07:00`)
}
