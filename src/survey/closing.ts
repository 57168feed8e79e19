// When a unit's ballots are taken: its own closing moment, else its level's, else the survey's; and half an hour more for
// forms that were begun before it. Pure. season.md, "Time". Moments are ISO texts in UTC, hours that people type and read
// are those of Việt Nam, which has one zone and no summer time.

/** null = no hour is set there. */
export interface Closings {
  unit: string | null
  level: string | null
  survey: string | null
}

/** What is left to a form that was begun in time. */
export const graceMinutes = 30
const graceMs = graceMinutes * 60_000

/** The closing moment that holds for a unit; null where nobody has set an hour. */
export function closingOf({ unit, level, survey }: Closings): string | null {
  return unit ?? level ?? survey
}

/** 'open' until the hour, then 'grace' for what was begun, then 'over'. The closing moment itself is over already. */
export type Phase = 'open' | 'grace' | 'over'

export function phaseAt(closesAt: string | null, now: Date): Phase {
  if (closesAt === null || now.getTime() < Date.parse(closesAt)) return 'open'
  return now.getTime() < endOfGrace(closesAt).getTime() ? 'grace' : 'over'
}

/** Until when a begun form may be sent. */
export function endOfGrace(closesAt: string): Date {
  return new Date(Date.parse(closesAt) + graceMs)
}

/** The last of several closing moments; null when one of them has no hour: then nothing ends by itself. */
export function latestOf(closings: readonly (string | null)[]): string | null {
  const hours = closings.filter((each) => each !== null)
  return hours.length < closings.length ? null : (hours.sort().at(-1) ?? null)
}

/** A day and a time as a form sends them. */
export interface TypedHour {
  day: string
  time: string
}

export type ParsedHour = { ok: true; at: string | null } | { ok: false; message: string }

/** Reads "2022-10-20" or "20/10/2022" and "17:00", "17h00" or "17h"; both fields empty = no hour. */
export function parseHour({ day, time }: TypedHour): ParsedHour {
  const [typedDay, typedTime] = [day.trim(), time.trim()]
  if (typedDay === '' && typedTime === '') return { ok: true, at: null }
  if (typedDay === '' || typedTime === '') return { ok: false, message: 'Hãy ghi cả ngày và giờ.' }
  const iso = isoDay(typedDay)
  const minute = isoTime(typedTime)
  if (iso === undefined) return { ok: false, message: 'Ngày chưa đúng. Hãy ghi như 20/10/2022.' }
  if (minute === undefined) return { ok: false, message: 'Giờ chưa đúng. Hãy ghi như 17:00.' }
  return { ok: true, at: new Date(`${iso}T${minute}:00+07:00`).toISOString() }
}

/** A day as a form sends it, "2022-10-20" or "20/10/2022"; undefined for anything else. */
export function parseDay(typed: string): string | undefined {
  return isoDay(typed.trim())
}

function isoDay(typed: string): string | undefined {
  const [, d = '', m = '', y = ''] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed) ?? []
  const iso = d === '' ? typed : `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`
  if (!/^2\d{3}-\d{2}-\d{2}$/.test(iso)) return undefined
  // 31/02 would become a day of March.
  const read = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(iso) ? iso : undefined
}

function isoTime(typed: string): string | undefined {
  const [, h = '', m = ''] = /^(\d{1,2})(?:[:hg.](\d{2})?)(?::00)?$/i.exec(typed) ?? []
  if (h === '' || Number(h) > 23 || Number(m) > 59) return undefined
  return `${h.padStart(2, '0')}:${m.padStart(2, '0')}`
}

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** As the two fields of a form hold it; both empty for no hour. */
export function hourFields(at: string | null): TypedHour {
  if (at === null) return { day: '', time: '' }
  const part = Object.fromEntries(parts.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return {
    day: `${part.year ?? ''}-${part.month ?? ''}-${part.day ?? ''}`,
    time: `${part.hour ?? ''}:${part.minute ?? ''}`,
  }
}

/** "17:00 ngày 20/10/2022" */
export function showHour(at: string | Date): string {
  const { day, time } = hourFields(typeof at === 'string' ? at : at.toISOString())
  return `${time} ngày ${day.split('-').reverse().join('/')}`
}

/** What a respondent's page says of the time that is left; null where no hour is set. */
export function deadlineWords(closesAt: string | null, now: Date): string | null {
  if (closesAt === null) return null
  if (phaseAt(closesAt, now) === 'open') return `Nhận phiếu đến ${showHour(closesAt)}.`
  return `Đã hết giờ thu phiếu lúc ${showHour(closesAt)}. Phiếu đang trả lời dở gửi được đến ${showHour(endOfGrace(closesAt))}; sau giờ đó không nhận nữa.`
}

/** What each page of questions says once the hour is over; null before. */
export function graceWords(closesAt: string | null, now: Date): string | null {
  if (closesAt === null || phaseAt(closesAt, now) === 'open') return null
  return `Đã hết giờ thu phiếu; còn nhận phiếu đã bắt đầu đến ${hourFields(endOfGrace(closesAt).toISOString()).time}.`
}

/** What the page of a refusal adds: since when it is over, or when it begins; null where no hour says so. */
export function refusalHour(
  kind: 'over' | 'not-yet',
  { opensAt, closesAt }: { opensAt: string | null; closesAt: string | null },
  now: Date,
): string | null {
  if (kind === 'not-yet')
    return opensAt !== null && Date.parse(opensAt) > now.getTime()
      ? `Sẽ bắt đầu lúc ${showHour(opensAt)}.`
      : null
  return phaseAt(closesAt, now) !== 'open' && closesAt !== null
    ? `Đã kết thúc lúc ${showHour(closesAt)}.`
    : null
}
