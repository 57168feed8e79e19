// The page of progress: the heading says the answer, the table proves it, the act follows from it. Counts and days only.
import { showCount, showDay, showNumber } from '../lib/format.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { noticeOf } from '../web/layout.ts'
import { everyDay, mostDaysLookedAt, type DayCount, type DaysLeft, type Forecast } from './days.ts'
import type { Monitoring, UnitsPage } from './monitoring.service.ts'
import { sum, type Counts, type LevelProgress, type UnitProgress } from './progress.ts'
import { progressHeading } from './quota.views.ts'
import {
  rateSentences,
  rates,
  showRateOf,
  standingOf,
  standings,
  standingSentence,
  type Standing,
} from './rates.ts'

interface CountCells {
  planned: string
  issued: string
  opened: string
  returned: string
  issuing: string
  opening: string
  rate: string
  /** 0…10, tenths of the quota: the shade of the heat map; the words stand in the cell. */
  heat: number
}

interface Row {
  name: string
  shortName: string
  /** null for a block. */
  href: string | null
  standing: Standing
  word: string
  total: CountCells
  /** A unit may lack a group of its level: the page looks its cells up by name. */
  groups: (CountCells & { name: string })[]
}

/** What changes while people answer: drawn with the page, and again whenever something has come. */
export interface ProgressFigures {
  heading: string
  at: string
  /** Before collecting there is nothing to look at: what is waited for, and where it stands. */
  waiting: { text: string; href: string } | null
  intro: string
  facts: { label: string; value: string; note: string }[]
  /** What the shades of the heat map mean. */
  key: { heat: number; text: string }[]
  /** What each sign of a standing means. */
  signs: string
  definitions: readonly string[]
  refusedFull: { text: string; href: string | null } | null
  lateTitle: string
  late: { name: string; href: string; missing: string; reminder: string }[]
  lateOpen: boolean
  rowName: string
  levels: {
    name: string
    groups: string[]
    total: CountCells
    /** Each group over all units, in the order of `groups`. */
    groupTotals: CountCells[]
    rows: Row[]
  }[]
  days: { title: string; chart: string; rows: { day: string; returned: string; soFar: string }[] } | null
  lowered: { unit: string; group: string; plan: string; quota: string }[]
  /** Units with several ballots from one device: to be asked about, nothing more. */
  sameDevice: { name: string; times: string }[]
  reload: string
}

export interface ProgressPage {
  figures: ProgressFigures
  /** Where changes are told; null when nothing changes any more. */
  live: string | null
  room: string
  files: { text: string; href: string }[]
  brief: { text: string; href: string }[]
  /** In a survey of very many units: looking for one, page by page. */
  search: {
    action: string
    words: string
    found: string
    groups: string[]
    rows: Row[]
    previous: string | null
    next: string | null
    at: string
  } | null
}

export interface RoomFigures {
  notice: string | null
  title: string
  heading: string
  facts: string[]
  levels: { name: string; total: string; groups: string[]; rows: Row[]; size: 'few' | 'some' | 'many' }[]
  key: string
  at: string
}

export interface RoomPage {
  figures: RoomFigures
  back: string
  live: string | null
}

export interface ProgressViews {
  'quota/progress': ProgressPage
  'quota/room': RoomPage
}

export function progressPage(
  monitoring: Monitoring,
  found: { words: string; page: UnitsPage } | undefined,
  may: (path: string) => boolean,
): ProgressPage {
  const { survey } = monitoring
  const to = (path: string) => surveyHref(survey, path)
  return {
    figures: progressFigures(monitoring, may),
    live: survey.state === 'collecting' ? to('/tien-do/dong') : null,
    room: to('/tien-do/phong-hop'),
    files: [
      { text: 'Tải bảng Excel (XLSX)', href: to('/tien-do/bang.xlsx') },
      { text: 'Tải bảng CSV', href: to('/tien-do/bang.csv') },
    ],
    brief: [
      { text: 'Báo cáo nhanh (Word)', href: to('/tien-do/bao-cao-nhanh.docx') },
      { text: 'Báo cáo nhanh (ảnh gửi Zalo)', href: to('/tien-do/bao-cao-nhanh.png') },
    ],
    search: found === undefined ? null : searchOf(monitoring, found),
  }
}

function searchOf(
  monitoring: Monitoring,
  { words, page }: { words: string; page: UnitsPage },
): NonNullable<ProgressPage['search']> {
  const { survey, progress } = monitoring
  const action = surveyHref(survey, '/tien-do')
  const link = (number: number) =>
    `${action}?${words === '' ? '' : `tim=${encodeURIComponent(words)}&`}trang=${number}#don-vi`
  return {
    action,
    words,
    found:
      page.found === 0
        ? 'Không có cơ quan, đơn vị nào có tên như vậy. Hãy thử một phần của tên.'
        : `${showCount(page.found)} cơ quan, đơn vị`,
    groups: [...new Set(page.units.flatMap((unit) => unit.groups.map(({ name }) => name)))],
    rows: page.units.map((unit) => rowOf(survey, unit, progress, false)),
    previous: page.page > 1 ? link(page.page - 1) : null,
    next: page.page < page.pages ? link(page.page + 1) : null,
    at: `Trang ${showCount(page.page)}/${showCount(page.pages)}`,
  }
}

/** @param may whether who asks may open a page of the survey */
export function progressFigures(monitoring: Monitoring, may: (path: string) => boolean): ProgressFigures {
  const { survey, progress, byBlock, late } = monitoring
  const collected = hasReached(survey, 'collecting')
  const { refusedFull } = progress
  return {
    heading: collected ? progressHeading(progress) : 'Chưa bắt đầu thu phiếu',
    at: showHour(monitoring.now),
    waiting: collected
      ? null
      : {
          text: `Kế hoạch thu ${showCount(progress.planned)} phiếu. Số phiếu thu về của từng nhóm sẽ hiện ở đây khi bắt đầu thu phiếu.`,
          href: surveyHref(survey),
        },
    intro:
      survey.state === 'collecting'
        ? 'Chỉ có số đếm theo nhóm. Không ai, kể cả người quản trị, xem được câu trả lời trước khi mở niêm phong.'
        : 'Đã kết thúc thu phiếu, số đếm không thay đổi nữa.',
    facts: survey.state === 'collecting' ? factsOf(monitoring) : [],
    key: heatKey,
    signs,
    definitions: [
      ...rateSentences,
      standingSentence,
      'Số phiếu theo kế hoạch là số đang áp dụng, sau các quyết định điều chỉnh nếu có.',
    ],
    refusedFull:
      refusedFull === 0
        ? null
        : {
            text: `${showCount(refusedFull)} thẻ bị từ chối vì nhóm đã đủ phiếu, chưa có quyết định nâng mức.`,
            href: may('/thay-the') ? surveyHref(survey, '/thay-the') : null,
          },
    lateTitle:
      progress.lateUnits > late.length
        ? `${showCount(late.length)} cơ quan, đơn vị chậm nhất trong ${showCount(progress.lateUnits)} cơ quan, đơn vị chưa đủ`
        : `${showCount(late.length)} cơ quan, đơn vị cần đôn đốc, tỷ lệ thấp nhất đứng trước`,
    lateOpen: late.length <= 10,
    late: late.map((unit) => ({
      name: unit.name,
      href: surveyHref(survey, `/don-vi/${unit.code}`),
      missing: `thiếu ${showCount(unit.planned - unit.returned)} phiếu (đã thu ${showCount(unit.returned)}/${showCount(unit.planned)})`,
      reminder: survey.state === 'collecting' ? reminderFor(monitoring, unit) : '',
    })),
    rowName: byBlock ? 'Khối (số cơ quan, đơn vị)' : 'Cơ quan, đơn vị',
    levels: progress.levels.map((level) => ({
      name: level.name,
      groups: groupNames(level),
      total: cells(level),
      groupTotals: groupNames(level).map((name) => cells(sumOf(level, name))),
      rows: level.units.map((unit) => rowOf(survey, unit, progress, byBlock)),
    })),
    days: daysOf(monitoring),
    lowered: monitoring.lowered.map(({ unit, group, plan, quota }) => ({
      unit,
      group,
      plan: showCount(plan),
      quota: showCount(quota),
    })),
    sameDevice: monitoring.sameDevice.map(({ name, times }) => ({
      name,
      times: `${showCount(times)} phiếu`,
    })),
    reload: surveyHref(survey, '/tien-do'),
  }
}

function rowOf(survey: Survey, unit: UnitProgress, all: Counts, isBlock: boolean): Row {
  const standing = standingOf(unit, all)
  return {
    name: unit.name,
    shortName: unit.shortName,
    href: isBlock ? null : surveyHref(survey, `/don-vi/${unit.code}`),
    standing,
    word: standings[standing].word,
    total: cells(unit),
    groups: unit.groups.map((group) => ({ name: group.name, ...cells(group) })),
  }
}

function groupNames(level: LevelProgress): string[] {
  return [...new Set(level.units.flatMap((unit) => unit.groups.map((group) => group.name)))]
}

function sumOf(level: LevelProgress, group: string): Counts {
  return sum(level.units.flatMap((unit) => unit.groups.filter((each) => each.name === group)))
}

const signs = Object.values(standings)
  .map(({ mark, word }) => `${mark} ${word}`)
  .join('   ')

const heatKey: ProgressFigures['key'] = [
  { heat: 0, text: 'dưới 10 %' },
  { heat: 3, text: '30 %' },
  { heat: 5, text: '50 %' },
  { heat: 7, text: '70 %' },
  { heat: 9, text: '90 %' },
  { heat: 10, text: 'đủ' },
]

function cells(counts: Counts): CountCells {
  return {
    planned: showCount(counts.planned),
    issued: showCount(counts.issued),
    opened: showCount(counts.opened),
    returned: showCount(counts.returned),
    issuing: showRateOf('issuing', counts),
    opening: showRateOf('opening', counts),
    rate: showRateOf('return', counts),
    heat: counts.planned === 0 ? 0 : Math.floor((10 * counts.returned) / counts.planned),
  }
}

function factsOf({ progress, closesAt, daysLeft, forecast }: Monitoring): ProgressFigures['facts'] {
  return [
    { label: 'Thời gian còn lại', ...leftInWords(daysLeft, closesAt) },
    {
      label: 'Dự báo',
      value: forecastInWords(forecast, progress.planned),
      note: howForecast(forecast),
    },
    { label: rates.issuing.name, value: showRateOf('issuing', progress), note: '' },
    { label: rates.opening.name, value: showRateOf('opening', progress), note: '' },
    { label: rates.return.name, value: showRateOf('return', progress), note: '' },
  ]
}

function leftInWords(left: DaysLeft, closesAt: string | null): { value: string; note: string } {
  if (left.kind === 'unset' || closesAt === null) return { value: 'Chưa đặt giờ kết thúc', note: '' }
  const at = `kết thúc lúc ${showHour(new Date(closesAt))}`
  if (left.kind === 'over') return { value: 'Đã quá giờ kết thúc', note: at }
  return { value: left.days === 0 ? 'Kết thúc hôm nay' : `Còn ${showCount(left.days)} ngày`, note: at }
}

export function forecastInWords(forecast: Forecast, planned: number): string {
  switch (forecast.kind) {
    case 'full':
      return 'Đã đủ phiếu'
    case 'too-little':
      return 'Chưa đủ số liệu'
    case 'projected':
      if (forecast.byClose !== null) {
        const { expected } = forecast.byClose
        return `Khoảng ${showCount(expected)}/${showCount(planned)} phiếu khi kết thúc`
      }
      return forecast.needed === null
        ? 'Không có phiếu nào trong các ngày gần đây'
        : `Cần thêm khoảng ${showCount(forecast.needed)} ngày làm việc để đủ`
  }
}

export function howForecast(forecast: Forecast): string {
  if (forecast.kind === 'full') return ''
  if (forecast.kind === 'too-little') return 'Cần ít nhất 2 ngày làm việc đã qua để dự báo.'
  const pace = `${showCount(forecast.lookedAt)} ngày làm việc gần nhất (nhiều nhất ${mostDaysLookedAt}, không tính hôm nay, thứ bảy, chủ nhật và ngày lễ) thu bình quân ${showNumber(Math.round(forecast.perDay * 10) / 10)} phiếu một ngày`
  return forecast.byClose === null
    ? `Cách tính: ${pace}; lấy số còn thiếu chia cho số bình quân.`
    : `Cách tính: ${pace}; nhân với ${showCount(forecast.byClose.workingDays)} ngày làm việc còn lại kể cả hôm nay, cộng số đã thu đến hết hôm qua, không quá số phiếu theo kế hoạch.`
}

function daysOf({ days, now, survey, progress }: Monitoring): ProgressFigures['days'] {
  const today = new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10)
  const last = [...days.map(({ day }) => day), survey.state === 'collecting' ? today : ''].sort().at(-1) ?? ''
  const all = everyDay(days, last)
  if (all.length === 0) return null
  const undated = days.find(({ day }) => day === '')?.returned ?? 0
  let soFar = undated
  const rows = all.map(({ day, returned }) => {
    soFar += returned
    return { day: showDay(day), returned: showCount(returned), soFar: showCount(soFar) }
  })
  const title = dayFinding(all, progress.returned)
  const short = all.map(({ day }) => showDay(day).slice(0, 5))
  return {
    title,
    chart: JSON.stringify({ labels: short, values: all.map(({ returned }) => returned), title }),
    // The newest first: it is what one looks for.
    rows: [
      ...rows.reverse(),
      ...(undated === 0
        ? []
        : [{ day: 'Trước khi đếm theo ngày', returned: showCount(undated), soFar: showCount(undated) }]),
    ],
  }
}

/** What the course of days shows, said first. */
function dayFinding(all: DayCount[], returned: number): string {
  const [first] = all
  const best = all.reduce((most, each) => (each.returned > most.returned ? each : most))
  const last = all.at(-1)
  if (all.length === 1 || first === undefined || last === undefined)
    return `Ngày ${showDay(best.day)} thu ${showCount(best.returned)} phiếu`
  return `${showCount(returned)} phiếu trong ${showCount(all.length)} ngày, nhiều nhất ngày ${showDay(best.day)} (${showCount(best.returned)} phiếu), ngày gần nhất ${showCount(last.returned)} phiếu`
}

/** A letter for whoever hands out the cards of a unit. It knows how many are missing, never who. */
function reminderFor({ survey, now, closesAt }: Monitoring, unit: Counts & { name: string }): string {
  const until = closesAt === null ? 'trong thời gian sớm nhất' : `trước ${showHour(new Date(closesAt))}`
  const contact = [survey.contact_phone, survey.contact_office].filter((part) => part !== '').join(', ')
  return [
    `Kính gửi công chức đầu mối ${unit.name},`,
    `Đến ${showHour(now)}, ${survey.organiser} đã nhận ${showCount(unit.returned)}/${showCount(unit.planned)} phiếu của cơ quan, đơn vị trong "${survey.title}", còn thiếu ${showCount(unit.planned - unit.returned)} phiếu.`,
    `Đề nghị anh/chị nhắc chung tất cả những người đã nhận thẻ gửi phiếu ${until}; ai đã gửi thì bỏ qua. Hệ thống không biết và không cho biết ai đã gửi, xin không hỏi từng người.`,
    `Nếu thẻ hỏng, thiếu hoặc cần giúp, hãy liên hệ ${contact === '' ? survey.organiser : contact}. Trân trọng cảm ơn.`,
  ].join('\n')
}

const hours = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})
const dates = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
})

/** "17 giờ 00 ngày 20/10/2022" */
export function showHour(at: Date): string {
  return `${hours.format(at).replace(':', ' giờ ')} ngày ${dates.format(at)}`
}

// ── Phòng họp: the same figures, to be read from the other end of a room ──────────────────────────────────────────

export function roomPage(monitoring: Monitoring): RoomPage {
  const { survey } = monitoring
  return {
    figures: roomFigures(monitoring),
    back: surveyHref(survey, '/tien-do'),
    live: survey.state === 'collecting' ? surveyHref(survey, '/tien-do/dong?phong-hop') : null,
  }
}

export function roomFigures(monitoring: Monitoring): RoomFigures {
  const { survey, late, byBlock } = monitoring
  const figures = progressFigures(monitoring, () => false)
  const latest = byBlock ? late.slice(0, 20) : []
  return {
    notice: noticeOf(survey),
    title: survey.title,
    heading: figures.heading,
    facts: figures.facts.slice(0, 2).map(({ label, value }) => `${label}: ${value.toLowerCase()}`),
    levels: figures.levels.map((level) => ({
      name: level.name,
      total: `${level.total.returned}/${level.total.planned} (${level.total.rate})`,
      groups: level.groups,
      rows: level.rows,
      size: level.rows.length <= 12 ? 'few' : level.rows.length <= 24 ? 'some' : 'many',
    })),
    key: signs,
    at: `Số liệu lúc ${figures.at}${latest.length === 0 ? '' : `. Chậm nhất: ${latest.map(({ name }) => name).join(', ')}`}`,
  }
}
