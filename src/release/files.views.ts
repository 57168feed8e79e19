// The page of all files of results in words.
import { showCount } from '../lib/format.ts'
import type { ScoresFormat } from '../lib/export-format.ts'
import { gapChart, rankingChart, unitChart } from './chart-data.ts'
import type { ScoresRelease } from '../score/release.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { chartFile, type ChartKind } from './charts.ts'
import type { ImportTable } from './import-table.ts'
import { schemaHref } from './schemas.ts'

interface Pictures {
  title: string
  svg: string
  png: string
}

export interface FilesPage {
  heading: string
  back: string
  release: string
  action: string
  tables: { format: ScoresFormat; text: string; words: string; first: boolean }[]
  report: string
  schema: string
  importing: {
    words: string
    formats: { format: ScoresFormat; text: string }[]
    codes: string
    /** The first of them where they are many. */
    empty: { code: string; unit: string; criterion: string; reason: string }[]
    more: string | null
  }
  charts: Pictures[]
  units: Pictures[]
}

export interface FilesViews {
  'release/files': FilesPage
}

const tables: Omit<FilesPage['tables'][number], 'first'>[] = [
  {
    format: 'xlsx',
    text: 'tệp Excel',
    words:
      'Nhiều trang tính để làm việc và để in: tóm tắt, xếp hạng, tiêu chí, câu hỏi, cách tính, số không hiện.',
  },
  { format: 'csv', text: 'tệp CSV', words: 'Các bảng như trong tệp Excel, nối tiếp nhau trong một tệp.' },
  { format: 'csv-dai', text: 'tệp CSV dài', words: 'Mỗi dòng một số, cho phần mềm thống kê.' },
  { format: 'json', text: 'tệp JSON', words: 'Bảng điểm nguyên văn như đã lập, cho phần mềm khác.' },
]

const mostEmpty = 50
/** Charts of more units are reached from the page of each. */
const mostUnits = 200

export function filesPage(survey: Survey, release: ScoresRelease, importing: ImportTable): FilesPage {
  const picture = (kind: ChartKind, code: string, title: string): Pictures => ({
    title,
    svg: surveyHref(survey, `/bieu-do/${encodeURIComponent(chartFile(kind, code, 'svg'))}`),
    png: surveyHref(survey, `/bieu-do/${encodeURIComponent(chartFile(kind, code, 'png'))}`),
  })
  const { empty } = importing
  return {
    heading: `Tệp kết quả của bảng điểm bản ${release.version}`,
    back: surveyHref(survey, '/diem'),
    release: `Mọi tệp lấy số từ bảng điểm này; mã kiểm tra ${release.hash.slice(0, 16)}…`,
    action: surveyHref(survey, '/diem/xuat'),
    tables: tables.map((each, at) => ({ ...each, first: at === 0 })),
    report: surveyHref(survey, '/bao-cao.docx'),
    schema: schemaHref('survey-scores-2'),
    importing: {
      words: `${showCount(importing.rows.length)} cơ quan, đơn vị, ${showCount(importing.criteria.length)} tiêu chí, điểm có 2 chữ số thập phân. ${
        empty.length === 0
          ? 'Không có ô nào để trống.'
          : `${showCount(empty.length)} ô để trống vì số không hiện; không ghi 0 thay cho số không hiện.`
      }`,
      formats: [
        { format: 'nhap-xlsx', text: 'bảng nhập, Excel' },
        { format: 'nhap-csv', text: 'bảng nhập, CSV' },
      ],
      codes: surveyHref(survey, '/ma-nhap'),
      empty: empty.slice(0, mostEmpty).map(({ unit, name, criterion, reason }) => ({
        code: unit,
        unit: name,
        criterion,
        reason,
      })),
      more:
        empty.length > mostEmpty
          ? `Còn ${showCount(empty.length - mostEmpty)} ô khác, ghi dưới bảng trong tệp Excel.`
          : null,
    },
    charts: release.levels.flatMap((level) => {
      const charts: [ChartKind, string | undefined][] = [
        ['xep-hang', rankingChart(release, level)?.title],
        ['cach-biet', gapChart(level)?.title],
      ]
      return charts.flatMap(([kind, title]) =>
        title === undefined ? [] : [picture(kind, level.code, title)],
      )
    }),
    units:
      release.units.length > mostUnits
        ? []
        : release.levels.flatMap((level) =>
            release.units
              .filter((unit) => unit.level === level.code && unitChart(level, unit) !== null)
              .map((unit) => picture('don-vi', unit.code, unit.name)),
          ),
  }
}
