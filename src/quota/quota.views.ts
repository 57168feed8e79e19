// Progress in words: the heading says the answer, the table proves it, the act follows from it.
import { showCount, showRate } from '../lib/format.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Counts, Progress, UnitProgress } from './progress.ts'

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
  intro: string
  refusedFull: string | null
  late: { name: string; missing: string }[]
  levels: {
    name: string
    groups: string[]
    total: CountCells
    units: { name: string; total: CountCells; groups: CountCells[]; late: boolean }[]
  }[]
  reload: string
}

export interface OverviewPage {
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
    heading: progressHeading(progress),
    intro:
      survey.state === 'collecting'
        ? 'Chỉ có số đếm theo nhóm. Không ai, kể cả người quản trị, xem được câu trả lời trước khi mở niêm phong.'
        : 'Số đếm theo nhóm tại thời điểm này.',
    refusedFull:
      refusedFull === 0
        ? null
        : `${showCount(refusedFull)} lượt gửi bị từ chối vì nhóm đã đủ phiếu. Hãy kiểm tra số thẻ đã phát của nhóm đó.`,
    late: progress.late.map((unit) => ({
      name: unit.name,
      missing: `thiếu ${showCount(unit.planned - unit.returned)} phiếu (đã thu ${showCount(unit.returned)}/${showCount(unit.planned)})`,
    })),
    levels: progress.levels.map((level) => ({
      name: level.name,
      groups: level.units[0]?.groups.map((group) => group.name) ?? [],
      total: cells(level),
      units: level.units.map((unit) => ({
        name: unit.name,
        total: cells(unit),
        groups: unit.groups.map(cells),
        late: isLate(unit),
      })),
    })),
    reload: surveyHref(survey, '/tien-do'),
  }
}

function isLate(unit: UnitProgress): boolean {
  return unit.returned < unit.planned
}

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
export function overviewPage(survey: Survey, progress: Progress, unprinted: boolean): OverviewPage {
  const units = progress.levels.reduce((sum, level) => sum + level.units.length, 0)
  return {
    ...headline(survey, progress, unprinted, units),
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
      text: 'In thẻ, kiểm tra một thẻ bằng điện thoại, rồi đánh dấu đã in xong.',
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
        act: to('Xem điểm', '/diem'),
      }
  }
}
