// Progress in words: the heading says the answer, the table proves it, the act follows from it.
import { showCount, showRate } from '../lib/format.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Counts, LevelProgress, Progress } from './progress.ts'

interface CountCells {
  planned: string
  issued: string
  opened: string
  returned: string
  rate: string
  /** 0…10, tenths of the quota: the shade of the heat map; the words stand in the cell. */
  heat: number
}

export interface ProgressPage {
  heading: string
  /** Before collecting there is nothing to look at: what is waited for, and where it stands. */
  waiting: { text: string; href: string } | null
  intro: string
  /** What the shades of the heat map mean. */
  key: { heat: number; text: string }[]
  refusedFull: string | null
  late: { name: string; missing: string }[]
  /** Units with several ballots from one device: to be asked about, nothing more. */
  sameDevice: { name: string; times: string }[]
  levels: {
    name: string
    groups: string[]
    total: CountCells
    /** Each group over all units, in the order of `groups`. */
    groupTotals: CountCells[]
    /** A unit may lack a group of its level: the page looks its cells up by name. */
    units: { name: string; total: CountCells; groups: (CountCells & { name: string })[] }[]
  }[]
  reload: string
}

export interface OverviewPage {
  /** What needs an officer, in red. */
  alarms: { title: string; text: string; href: string; button: string }[]
  heading: string
  text: string
  act: { text: string; href: string } | null
  figures: { label: string; value: string }[]
}

export interface QuotaViews {
  'quota/progress': ProgressPage
  'quota/overview': OverviewPage
}

export function progressPage(survey: Survey, progress: Progress): ProgressPage {
  const refused = progress.levels.flatMap((level) => level.units.flatMap((unit) => unit.groups))
  const refusedFull = refused.reduce((sum, group) => sum + group.refusedFull, 0)
  return {
    heading: hasReached(survey, 'collecting') ? progressHeading(progress) : 'Chưa bắt đầu thu phiếu',
    waiting: hasReached(survey, 'collecting')
      ? null
      : {
          text: `Kế hoạch thu ${showCount(progress.planned)} phiếu. Số phiếu thu về của từng nhóm sẽ hiện ở đây khi bắt đầu thu phiếu.`,
          href: surveyHref(survey),
        },
    key: heatKey,
    intro:
      survey.state === 'collecting'
        ? 'Chỉ có số đếm theo nhóm. Không ai, kể cả người quản trị, xem được câu trả lời trước khi mở niêm phong.'
        : 'Đã kết thúc thu phiếu, số đếm không thay đổi nữa.',
    refusedFull:
      refusedFull === 0
        ? null
        : `${showCount(refusedFull)} lượt gửi bị từ chối vì nhóm đã đủ phiếu. Hãy kiểm tra số thẻ đã phát của nhóm đó.`,
    late: progress.late.map((unit) => ({
      name: unit.name,
      missing: `thiếu ${showCount(unit.planned - unit.returned)} phiếu (đã thu ${showCount(unit.returned)}/${showCount(unit.planned)})`,
    })),
    sameDevice: progress.levels
      .flatMap((level) => level.units)
      .filter((unit) => unit.sameDevice > 0)
      .sort((a, b) => b.sameDevice - a.sameDevice)
      .map((unit) => ({ name: unit.name, times: `${showCount(unit.sameDevice)} phiếu` })),
    levels: progress.levels.map((level) => ({
      name: level.name,
      groups: groupNames(level),
      total: cells(level),
      groupTotals: groupNames(level).map((name) => cells(sumOf(level, name))),
      units: level.units.map((unit) => ({
        name: unit.name,
        total: cells(unit),
        groups: unit.groups.map((group) => ({ name: group.name, ...cells(group) })),
      })),
    })),
    reload: surveyHref(survey, '/tien-do'),
  }
}

function groupNames(level: LevelProgress): string[] {
  return [...new Set(level.units.flatMap((unit) => unit.groups.map((group) => group.name)))]
}

function sumOf(level: LevelProgress, group: string): Counts {
  const own = level.units.flatMap((unit) => unit.groups.filter((each) => each.name === group))
  const sum = (key: keyof Counts) => own.reduce((total, each) => total + each[key], 0)
  return {
    planned: sum('planned'),
    issued: sum('issued'),
    reserve: sum('reserve'),
    opened: sum('opened'),
    returned: sum('returned'),
  }
}

const heatKey: ProgressPage['key'] = [
  { heat: 0, text: 'dưới 10 %' },
  { heat: 3, text: '30 %' },
  { heat: 5, text: '50 %' },
  { heat: 7, text: '70 %' },
  { heat: 9, text: '90 %' },
  { heat: 10, text: 'đủ' },
]

/** "Đã thu 312/367 phiếu (85,0 %), còn 9 cơ quan, đơn vị chưa đủ" */
export function progressHeading(progress: Progress): string {
  const { returned, planned, late } = progress
  const rate = `Đã thu ${showCount(returned)}/${showCount(planned)} phiếu (${showRate(returned, planned)})`
  return late.length === 0
    ? `${rate}, mọi cơ quan, đơn vị đã đủ`
    : `${rate}, còn ${showCount(late.length)} cơ quan, đơn vị chưa đủ`
}

function cells(counts: Counts): CountCells {
  return {
    planned: showCount(counts.planned),
    issued: showCount(counts.issued),
    opened: showCount(counts.opened),
    returned: showCount(counts.returned),
    rate: showRate(counts.returned, counts.planned),
    heat: counts.planned === 0 ? 0 : Math.floor((10 * counts.returned) / counts.planned),
  }
}

/** The survey at a glance: where it stands and the one next act. */
export function overviewPage(
  survey: Survey,
  progress: Progress,
  unprinted: boolean,
  may: (path: string) => boolean,
): OverviewPage {
  const units = progress.levels.reduce((sum, level) => sum + level.units.length, 0)
  return {
    alarms: [],
    ...withoutForbidden(headline(survey, progress, unprinted, units), survey, may),
    figures: [
      { label: 'Cơ quan, đơn vị', value: showCount(units) },
      { label: 'Số phiếu theo kế hoạch', value: showCount(progress.planned) },
      { label: 'Mã đã phát', value: showCount(progress.issued) },
      ...(progress.reserve > 0 ? [{ label: 'Mã dự phòng', value: showCount(progress.reserve) }] : []),
      ...(hasReached(survey, 'collecting')
        ? [
            { label: 'Đã vào', value: showCount(progress.opened) },
            { label: 'Đã gửi (thu về)', value: showCount(progress.returned) },
            { label: 'Tỷ lệ thu phiếu', value: showRate(progress.returned, progress.planned) },
          ]
        : []),
    ],
  }
}

/** The act is offered to those who may do it. */
function withoutForbidden(
  line: Pick<OverviewPage, 'heading' | 'text' | 'act'>,
  survey: Survey,
  may: (path: string) => boolean,
): Pick<OverviewPage, 'heading' | 'text' | 'act'> {
  const allowed = line.act !== null && may(line.act.href.slice(surveyHref(survey).length))
  return allowed ? line : { ...line, act: null }
}

function headline(
  survey: Survey,
  progress: Progress,
  unprinted: boolean,
  units: number,
): Pick<OverviewPage, 'heading' | 'text' | 'act'> {
  const to = (text: string, path: string) => ({ text, href: surveyHref(survey, path) })
  const counted = `${showCount(progress.planned)} phiếu ở ${showCount(units)} cơ quan, đơn vị`
  if (unprinted) {
    return {
      heading: `Đã phát ${showCount(progress.issued)} mã, chờ in thẻ`,
      text: 'In thẻ, quét thử một thẻ bằng điện thoại, rồi xác nhận đã in xong.',
      act: to('In thẻ', '/ma'),
    }
  }
  switch (survey.state) {
    case 'draft':
      return {
        heading: `Đang chuẩn bị: ${counted}`,
        text: 'Kiểm tra kế hoạch, bộ câu hỏi và thông tin in trên thẻ. Khi đã đúng, phát mã và in thẻ.',
        act: to('Phát mã, in thẻ', '/ma'),
      }
    case 'cards':
      return {
        heading: 'Thẻ đã in, sẵn sàng thu phiếu',
        text: `Kế hoạch thu ${counted}. Giao thẻ cho đầu mối rồi bắt đầu thu phiếu.`,
        act: to('Bắt đầu thu phiếu', '/thu-phieu'),
      }
    case 'collecting':
      return {
        heading: progressHeading(progress),
        text: 'Đang thu phiếu. Câu trả lời được niêm phong, chỉ có số đếm.',
        act: to('Xem tiến độ', '/tien-do'),
      }
    case 'closed':
      return {
        heading: `Đã kết thúc thu phiếu: ${showCount(progress.returned)}/${showCount(progress.planned)} phiếu`,
        text: 'Bước tiếp theo là mở niêm phong, kiểm phiếu. Việc này chỉ làm một lần.',
        act: to('Mở niêm phong, kiểm phiếu', '/thu-phieu'),
      }
    default:
      return {
        heading: `Đã mở niêm phong và kiểm ${showCount(progress.returned)} phiếu`,
        text: 'Điểm điều tra xã hội học đã có. Nạp điểm thẩm định để tính Chỉ số.',
        act: to('Xem điểm điều tra', '/diem'),
      }
  }
}
