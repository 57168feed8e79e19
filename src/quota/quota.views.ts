// The survey at a glance, and the sentence that says how far it has come.
import { showCount, showDay } from '../lib/format.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Counts, Totals } from './progress.ts'
import { showRateOf } from './rates.ts'

export interface OverviewPage {
  /** What needs an officer, in red. */
  alarms: { title: string; text: string; href: string; button: string }[]
  heading: string
  text: string
  act: { text: string; href: string } | null
  figures: { label: string; value: string }[]
}

export interface QuotaViews {
  'quota/overview': OverviewPage
}

/** "Đã thu 312/367 phiếu (85,0 %), còn 9 cơ quan, đơn vị chưa đủ" */
export function progressHeading(progress: Counts & Pick<Totals, 'lateUnits'>): string {
  const { returned, planned, lateUnits } = progress
  const rate = `Đã thu ${showCount(returned)}/${showCount(planned)} phiếu (${showRateOf('return', progress)})`
  return lateUnits === 0
    ? `${rate}, mọi cơ quan, đơn vị đã đủ`
    : `${rate}, còn ${showCount(lateUnits)} cơ quan, đơn vị chưa đủ`
}

/** The survey at a glance: where it stands and the one next act. */
export function overviewPage(
  survey: Survey,
  progress: Totals,
  unprinted: boolean,
  may: (path: string) => boolean,
): OverviewPage {
  const { units } = progress
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
            { label: 'Tỷ lệ thu phiếu', value: showRateOf('return', progress) },
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
  progress: Totals,
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
    case 'released':
      return {
        heading: `Kết quả đã công bố ngày ${showDay(survey.announced_on)}`,
        text: 'Mỗi cơ quan, đơn vị xem được kết quả của mình. Sai sót được sửa bằng bản mới, theo một quyết định.',
        act: to('Xem điểm điều tra', '/diem'),
      }
    default:
      return {
        heading: `Đã mở niêm phong và kiểm ${showCount(progress.returned)} phiếu`,
        text: 'Điểm điều tra xã hội học đã có. Nạp điểm thẩm định để tính Chỉ số.',
        act: to('Xem điểm điều tra', '/diem'),
      }
  }
}
