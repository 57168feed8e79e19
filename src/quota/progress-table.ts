// The table of progress as rows for a file: each unit x group with its counts and rates, and the definitions beside.
import type { Report } from '../lib/report-file.ts'
import type { Stratum, Survey } from '../survey/survey.queries.ts'
import { noticeOf } from '../web/layout.ts'
import { countsOf } from './progress.ts'
import { rateOf, rates, rateSentences, type Rate } from './rates.ts'
import { showHour } from './progress.views.ts'

export function progressReport(survey: Survey, strata: Stratum[], now: Date): Report {
  const notice = noticeOf(survey)
  const number = (title: string) => ({ title, width: 12, decimals: 0 })
  return {
    head: [
      ['Đợt điều tra', survey.title],
      ...(notice === null ? [] : ([['Lưu ý', notice]] as [string, string][])),
      ['Số liệu lúc', showHour(now)],
    ],
    tables: [
      {
        name: 'Tiến độ',
        columns: [
          { title: 'Mã đơn vị', width: 12 },
          { title: 'Cơ quan, đơn vị', width: 40 },
          { title: 'Nhóm', width: 28 },
          ...[
            'Kế hoạch ban đầu',
            'Kế hoạch',
            'Phát ra',
            'Dự phòng',
            'Đã vào',
            'Thu về',
            'Bị từ chối vì đã đủ',
          ].map(number),
          ...Object.values(rates).map(({ name }) => ({ title: `${name} (%)`, width: 12, decimals: 1 })),
        ],
        rows: strata.map((stratum) => [
          stratum.unit_code,
          stratum.unit_name,
          stratum.group_name,
          stratum.plan_quota,
          stratum.quota,
          stratum.issued,
          stratum.reserve,
          stratum.opened,
          stratum.returned,
          stratum.refused_full,
          ...(Object.keys(rates) as Rate[]).map((rate) => percent(rateOf(rate, countsOf(stratum)))),
        ]),
      },
      {
        name: 'Cách tính',
        columns: [{ title: 'Cách tính các tỷ lệ', width: 90 }],
        rows: rateSentences.map((sentence) => [sentence]),
      },
    ],
  }
}

/** One decimal, as on the page. */
function percent(rate: number | undefined): number | null {
  return rate === undefined ? null : Math.round(rate * 1000) / 10
}
