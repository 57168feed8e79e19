// A row of a run of the index explained: from which points, on which scale, in which place. Drawn from the published run. Pure.
import { showCount, showDay, showNumber, showPoints } from '../lib/format.ts'
import { howToCheck, wholeUnit, type Explanation } from '../score/explain.ts'
import { surveyHref } from '../survey/survey.ts'
import type { IndexOutput } from './index.service.ts'

/** The page that explains it, for a link beside the row. */
export function explainRowHref(survey: { slug: string }, run: string, unit: string): string {
  return surveyHref(survey, `/chi-so/${encodeURIComponent(run)}/${encodeURIComponent(unit)}`)
}

/** Undefined for a unit that the run does not have. */
export function explainRow(output: IndexOutput, unit: string): Explanation | undefined {
  const row = output.units.find(({ code }) => code === unit)
  if (!row) return undefined
  const block = output.units.filter((each) => each.block === row.block)
  const ranked = block.filter(({ rank }) => rank !== null).length
  const { method } = output
  const isHidden = row.total === null
  return {
    heading: `${row.name}, Chỉ số: ${row.index === null ? 'không hiện' : `${showPoints(row.index)} %`}`,
    formula: [`${method.formula}.`, `${method.ranking}.`],
    numbers: [
      { label: 'Điểm thẩm định', value: showPoints(row.appraised) },
      { label: 'Điểm điều tra', value: showPoints(row.survey) },
      { label: 'Điểm thưởng', value: showPoints(row.bonus) },
      { label: 'Điểm trừ', value: showPoints(row.penalty) },
      { label: 'Tổng điểm', value: showPoints(row.total) },
      { label: 'Thang điểm áp dụng', value: row.scale === null ? '–' : showNumber(row.scale) },
      ...(row.index === null || row.total === null || row.scale === null
        ? []
        : [
            {
              label: 'Chỉ số',
              value: `${showPoints(row.total)} / ${showNumber(row.scale)} x 100 % = ${showPoints(row.index)} %`,
            },
          ]),
      {
        label: 'Hạng trong khối',
        value:
          row.rank === null
            ? 'Chưa đủ điều kiện xếp hạng'
            : `${showCount(row.rank)}/${showCount(ranked)}${row.tied ? ' (đồng hạng)' : ''}`,
      },
      ...row.domains.map(({ code, max, points }) => ({
        label: `Lĩnh vực ${code}`,
        value: `${showPoints(points)}${max === null ? '' : `/${showNumber(max)}`}`,
      })),
    ],
    parts: isHidden
      ? []
      : [
          {
            text: `Điểm điều tra của ${row.name}`,
            figure: { of: 'unit', unit: row.code, criterion: wholeUnit },
          },
        ],
    hidden: [
      ...(isHidden
        ? [
            `Điểm điều tra không hiện hoặc không có, nên tổng điểm, thang điểm áp dụng và Chỉ số cũng không hiện: lấy các số đó trừ điểm thẩm định sẽ ra điểm điều tra của dưới ${method.k} người.`,
          ]
        : []),
      'Hạng xếp theo số không làm tròn; số đó không hiện, nên hai cơ quan, đơn vị in cùng Chỉ số vẫn có thể khác hạng.',
    ],
    settings: [],
    source: [
      { label: 'Ngày tính', value: showDay(method.computedOn) },
      ...(method.release === undefined
        ? []
        : [
            { label: 'Điểm điều tra lấy từ', value: `bảng điểm bản ${method.release.version}` },
            { label: 'Mã kiểm tra của bảng điểm', value: method.release.hash },
          ]),
      { label: 'Mã kiểm tra của lần tính', value: output.hash },
    ],
    check: howToCheck,
  }
}
