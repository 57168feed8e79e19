// Scores and index as tables for people: the same rows for CSV and XLSX, headers in Vietnamese, numbers as numbers.
import { showDay } from '../lib/format.ts'
import type { IndexOutput } from '../index-calculator/index.service.ts'
import type { ShownCriterion } from '../score/shown.ts'
import { fallbackNotes } from '../survey/scoring-words.ts'
import { noticeOf } from '../web/layout.ts'
import type { ScoresRelease } from '../score/release.ts'
import type { Column, Report, Table, Value } from '../lib/report-file.ts'

export type { Report }

const statusWords = { ok: 'Có điểm', hidden: 'Không hiện', 'not-applicable': 'Không áp dụng' }

export function scoresReport(release: ScoresRelease): Report {
  const { counts } = release
  return {
    head: [
      ...surveyHead(release.survey.title, release.survey.year, release.method),
      ['Bản', releaseWords(release)],
      ['Ngày mở niêm phong', showDay(release.openedOn)],
      ['Mở niêm phong', release.opening],
      [
        'Phiếu theo kế hoạch / phát ra / thu về / hợp lệ',
        `${counts.planned} / ${counts.issued} / ${counts.returned} / ${counts.valid}`,
      ],
      ['Mã kiểm tra (SHA-256)', release.hash],
    ],
    tables: [
      unitTotals(release),
      unitCriteria(release),
      levelCriteria(release),
      levelItems(release),
      methodTable(release.method.words),
    ],
  }
}

function releaseWords({ version, madeOn, reason }: ScoresRelease): string {
  return `${version}, lập ngày ${showDay(madeOn)}${reason === '' ? '' : `. Lý do lập lại: ${reason}`}`
}

function surveyHead(
  title: string,
  year: number,
  method: { illustrative: boolean; rehearsal: boolean; rehearsalKind?: 'run' | 'pilot' | undefined },
): Report['head'] {
  const notice = noticeOf({
    illustrative: method.illustrative ? 1 : 0,
    rehearsal: method.rehearsal ? 1 : 0,
    rehearsal_kind: method.rehearsalKind ?? null,
  })
  return [
    ['Đợt điều tra', `${title} (${year})`],
    ...(notice === null ? [] : [['Lưu ý', notice] as [string, string]]),
  ]
}

function unitTotals(release: ScoresRelease): Table {
  return {
    name: 'Tổng hợp',
    columns: [
      { title: 'Mã', width: 12 },
      { title: 'Cơ quan, đơn vị', width: 44 },
      { title: 'Cấp', width: 10 },
      { title: 'Kế hoạch', width: 10, decimals: 0 },
      { title: 'Phát ra', width: 10, decimals: 0 },
      { title: 'Thu về', width: 10, decimals: 0 },
      { title: 'Hợp lệ', width: 10, decimals: 0 },
      { title: 'Điểm tối đa', width: 12, decimals: 2 },
      { title: 'Điểm điều tra', width: 14, decimals: 2 },
      stepColumn,
      { title: 'Tình trạng', width: 16 },
    ],
    rows: release.units.map(({ code, name, level, counts, total }) => [
      code,
      name,
      level,
      counts.planned,
      counts.issued,
      counts.returned,
      counts.valid,
      total.max,
      total.points,
      total.step,
      statusWords[total.status],
    ]),
  }
}

const criterionColumns: Column[] = [
  { title: 'Mã tiêu chí', width: 12 },
  { title: 'Tiêu chí', width: 60 },
  { title: 'Điểm tối đa', width: 12, decimals: 2 },
  { title: 'Người trả lời', width: 14, decimals: 0 },
]

const stepColumn: Column = { title: 'Làm tròn đến', width: 12, decimals: 2 }

function criterionCells(criterion: ShownCriterion): Value[] {
  return [criterion.code, criterion.name, criterion.max, criterion.answered]
}

function unitCriteria(release: ScoresRelease): Table {
  return {
    name: 'Từng tiêu chí',
    columns: [
      { title: 'Mã', width: 12 },
      { title: 'Cơ quan, đơn vị', width: 44 },
      ...criterionColumns,
      { title: 'Tỷ lệ (0–1)', width: 12, decimals: 2 },
      { title: 'Điểm', width: 10, decimals: 2 },
      stepColumn,
      { title: 'Tình trạng', width: 16 },
    ],
    rows: release.units.flatMap((unit) =>
      unit.criteria.map((criterion) => [
        unit.code,
        unit.name,
        ...criterionCells(criterion),
        criterion.share,
        criterion.points,
        criterion.step,
        statusWords[criterion.status],
      ]),
    ),
  }
}

function levelCriteria(release: ScoresRelease): Table {
  return {
    name: 'Theo cấp và nhóm',
    columns: [
      { title: 'Cấp', width: 10 },
      { title: 'Nhóm', width: 10 },
      { title: 'Thu về', width: 10, decimals: 0 },
      { title: 'Hợp lệ', width: 10, decimals: 0 },
      ...criterionColumns,
      { title: 'Tỷ lệ (0–1)', width: 12, decimals: 2 },
      { title: 'Điểm', width: 10, decimals: 2 },
      { title: 'Tình trạng', width: 16 },
    ],
    rows: release.levels.flatMap((level) =>
      [...level.groups, everybodyIn(level)].flatMap((group) =>
        group.criteria.map((criterion) => [
          level.code,
          group.code,
          group.counts.returned,
          group.counts.valid,
          ...criterionCells(criterion),
          criterion.share,
          criterion.points,
          statusWords[criterion.status],
        ]),
      ),
    ),
  }
}

function everybodyIn({ groups, pooled }: ScoresRelease['levels'][number]) {
  const sum = (of: 'returned' | 'valid') => groups.reduce((total, group) => total + group.counts[of], 0)
  return { code: 'Tất cả', counts: { returned: sum('returned'), valid: sum('valid') }, criteria: pooled }
}

/** Each question, then a line for each of its options where their spread may be shown. */
function levelItems(release: ScoresRelease): Table {
  return {
    name: 'Từng câu hỏi',
    columns: [
      { title: 'Cấp', width: 10 },
      { title: 'Mã câu hỏi', width: 12 },
      { title: 'Câu hỏi, phương án', width: 60 },
      { title: 'Câu trả lời', width: 12, decimals: 0 },
      { title: 'Tỷ lệ (0–1)', width: 12, decimals: 2 },
      { title: 'Giới hạn', width: 16 },
      { title: 'Tình trạng', width: 16 },
    ],
    rows: release.levels.flatMap((level) =>
      level.items.flatMap((item) => [
        [
          level.code,
          item.code,
          item.text,
          item.answered,
          item.share,
          bandWords(item.band),
          statusWords[item.status],
        ],
        ...(item.options ?? []).map((option) => [
          level.code,
          item.code,
          option.label,
          null,
          option.share,
          bandWords(option.band),
          statusWords.ok,
        ]),
      ]),
    ),
  }
}

function bandWords(band: 'at-least' | 'at-most' | null): string {
  if (band === null) return ''
  return band === 'at-least' ? 'Từ mức này trở lên' : 'Từ mức này trở xuống'
}

function methodTable(words: string[]): Table {
  return {
    name: 'Cách tính',
    columns: [{ title: 'Cách tính', width: 120 }],
    rows: words.map((line) => [line]),
  }
}

export function indexReport(output: IndexOutput): Report {
  const withNotes = output.units.some(({ fallback }) => fallback !== undefined)
  const domains = [...new Set(output.units.flatMap((unit) => unit.domains.map((domain) => domain.code)))]
  return {
    head: [
      ...surveyHead(output.survey.title, output.survey.year, output.method),
      ['Ngày tính', showDay(output.method.computedOn)],
      ['Mã kiểm tra (SHA-256)', output.hash],
    ],
    tables: [
      {
        name: 'Chỉ số',
        columns: [
          { title: 'Khối', width: 10 },
          { title: 'Hạng', width: 8, decimals: 0 },
          { title: 'Đồng hạng', width: 12 },
          { title: 'Mã', width: 12 },
          { title: 'Cơ quan, đơn vị', width: 44 },
          ...['Thẩm định', 'Điều tra', 'Thưởng', 'Trừ', 'Tổng điểm', 'Thang điểm', 'Chỉ số (%)'].map(
            (title) => ({
              title,
              width: 12,
              decimals: 2,
            }),
          ),
          ...(output.method.bands === undefined ? [] : [{ title: 'Xếp loại', width: 16 }]),
          ...(withNotes ? [{ title: 'Ghi chú', width: 44 }] : []),
          ...domains.map((code) => ({ title: `Lĩnh vực ${code}`, width: 12, decimals: 2 })),
        ],
        rows: output.units.map((unit) => [
          unit.block,
          unit.rank,
          unit.rank === null ? 'Chưa đủ điều kiện' : unit.tied ? 'Có' : '',
          unit.code,
          unit.name,
          unit.appraised,
          unit.survey,
          unit.bonus,
          unit.penalty,
          unit.total,
          unit.scale,
          unit.index,
          ...(output.method.bands === undefined ? [] : [unit.grade ?? '']),
          ...(withNotes ? [unit.fallback === undefined ? '' : fallbackNotes[unit.fallback]] : []),
          ...domains.map((code) => unit.domains.find((domain) => domain.code === code)?.points ?? null),
        ]),
      },
      methodTable([output.method.formula, output.method.ranking, ...(output.method.words ?? [])]),
    ],
  }
}
