// Numbers, dates and lists as people in Việt Nam read them: 1.234,56 and dd/mm/yyyy.
const integers = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 0 })
const twoDecimals = new Intl.NumberFormat('vi-VN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const upToSix = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 6 })
const percents = new Intl.NumberFormat('vi-VN', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
})

export function showCount(count: number): string {
  return integers.format(count)
}

/** A value that was already rounded by disclosure control; "–" where nothing may be shown. */
export function showPoints(points: number | null): string {
  return points === null ? '–' : twoDecimals.format(points)
}

export function showNumber(value: number): string {
  return upToSix.format(value)
}

/** A rate such as 312 of 367 → "85,0 %"; "–" when there is nothing to divide by. */
export function showRate(part: number, whole: number): string {
  return whole === 0 ? '–' : percents.format(part / whole).replace('%', ' %')
}

/** 2022-10-05 → "05/10/2022"; "–" for no day. */
export function showDay(day: string | null): string {
  if (day === null) return '–'
  const [year, month, date] = day.split('-')
  return `${date}/${month}/${year}`
}

const moments = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** A moment in Việt Nam, "14:05:09 12/10/2022": for acts of staff, never for anything of a respondent. */
export function showMoment(at: Date): string {
  return moments.format(at)
}

/** "a, b và c" */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words.join('')
  return `${words.slice(0, -1).join(', ')} và ${words.at(-1)}`
}

const hours = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const days = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short' })

/** A moment in Việt Nam as a letter writes it: "17:00 ngày 20/10/2022". */
export function showHour(at: Date): string {
  return `${hours.format(at)} ngày ${showDay(days.format(at))}`
}
