// Báo cáo nhanh: one page for the boss, at any time of a collection. Counts alone; the same words for Word and picture.
import { showCount } from '../lib/format.ts'
import { hasReached } from '../survey/survey.ts'
import { noticeOf } from '../web/layout.ts'
import type { Monitoring } from './monitoring.service.ts'
import type { Counts } from './progress.ts'
import { forecastInWords, howForecast, progressFigures, showHour } from './progress.views.ts'
import { rateSentences, showRateOf } from './rates.ts'

export interface Brief {
  organiser: string
  survey: string
  plan: string
  notice: string | null
  heading: string
  at: string
  /** Level, planned, issued, opened, returned, rate of return; the last row is the sum. */
  levels: string[][]
  slowest: { name: string; counts: string }[]
  facts: { label: string; text: string }[]
  footer: string[]
}

export const levelColumns = ['Cấp', 'Kế hoạch', 'Phát ra', 'Đã vào', 'Thu về', 'Tỷ lệ thu'] as const
const mostSlowest = 5

export function briefOf(monitoring: Monitoring): Brief {
  const { survey, progress, late, forecast } = monitoring
  const figures = progressFigures(monitoring, () => false)
  const collecting = survey.state === 'collecting'
  const [left] = figures.facts
  return {
    organiser: survey.organiser,
    survey: survey.title,
    plan: survey.plan_number === '' ? '' : `Kế hoạch số ${survey.plan_number}`,
    notice: noticeOf(survey),
    heading: figures.heading,
    at: `Lập lúc ${showHour(monitoring.now)}`,
    levels: [
      ...progress.levels.map((level) => rowOf(level.name, level)),
      ...(progress.levels.length > 1 ? [rowOf('Cộng', progress)] : []),
    ],
    slowest: hasReached(survey, 'collecting')
      ? late.slice(0, mostSlowest).map((unit) => ({
          name: unit.name,
          counts: `${showCount(unit.returned)}/${showCount(unit.planned)} phiếu (${showRateOf('return', unit)})`,
        }))
      : [],
    facts: collecting
      ? [
          {
            label: 'Thời gian còn lại',
            text: [left?.value, left?.note].filter((part) => part !== '').join(', '),
          },
          {
            label: 'Dự báo',
            text: `${forecastInWords(forecast, progress.planned)}. ${howForecast(forecast)}`,
          },
        ]
      : [],
    footer: [
      ...rateSentences,
      'Chỉ có số đếm; câu trả lời được niêm phong, không ai xem được trước khi mở niêm phong.',
    ],
  }
}

function rowOf(name: string, counts: Counts): string[] {
  return [
    name,
    showCount(counts.planned),
    showCount(counts.issued),
    showCount(counts.opened),
    showCount(counts.returned),
    showRateOf('return', counts),
  ]
}
