// Public holidays of Việt Nam as Bộ luật Lao động 2019 (articles 111 and 112) lays them down. The Government fixes each year which
// days around Tết and 02/9 are off and may swap others: that is not known here, so a forecast may be out by a day or two. Pure.

/**
 * Tết (the first day of the lunar year) and Giỗ Tổ Hùng Vương (the tenth of its third month) by the Vietnamese calendar,
 * which reckons new moons at UTC+7. Written down and not computed: the runtime's Chinese calendar is a day off in 2027.
 */
const lunarDays: Record<number, readonly [tet: string, hungKings: string]> = {
  2022: ['02-01', '04-10'],
  2023: ['01-22', '04-29'],
  2024: ['02-10', '04-18'],
  2025: ['01-29', '04-07'],
  2026: ['02-17', '04-26'],
  2027: ['02-06', '04-16'],
  2028: ['01-26', '04-04'],
  2029: ['02-13', '04-23'],
  2030: ['02-02', '04-12'],
  2031: ['01-23', '04-01'],
  2032: ['02-11', '04-19'],
  2033: ['01-31', '04-09'],
  2034: ['02-19', '04-28'],
  2035: ['02-08', '04-17'],
}

/** The last year of which lunar holidays are known; later ones count only those of the solar calendar. */
export const lastLunarYear = Math.max(...Object.keys(lunarDays).map(Number))

const daysOff = new Map<number, ReadonlySet<string>>()

/** Whether officials are off for a holiday, or for one that fell on a weekend. @param day YYYY-MM-DD */
export function isHoliday(day: string): boolean {
  const year = Number(day.slice(0, 4))
  let off = daysOff.get(year)
  if (off === undefined) daysOff.set(year, (off = daysOffOf(year)))
  return off.has(day)
}

function daysOffOf(year: number): ReadonlySet<string> {
  const [tet, hungKings] = lunarDays[year] ?? []
  const national = `${year}-09-02`
  const off = new Set([
    `${year}-01-01`,
    // Five days: the eve and the first four of the year.
    ...(tet === undefined ? [] : [-1, 0, 1, 2, 3].map((days) => dayAfter(`${year}-${tet}`, days))),
    ...(hungKings === undefined ? [] : [`${year}-${hungKings}`]),
    `${year}-04-30`,
    `${year}-05-01`,
    national,
    // The second day of the feast is the one before or after it.
    dayAfter(national, isWeekend(dayAfter(national, -1)) ? 1 : -1),
  ])
  // One that falls on a weekend is taken on the next working day.
  for (const day of [...off].filter(isWeekend).sort()) {
    let next = day
    while (isWeekend(next) || off.has(next)) next = dayAfter(next, 1)
    off.add(next)
  }
  return off
}

/** Saturday or Sunday. */
export function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(day).getUTCDay())
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}
