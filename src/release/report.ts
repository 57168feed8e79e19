// "Báo cáo kết quả điều tra" as plain paragraphs and tables: every figure is one of the stored release, shown as the pages
// show it. Pure; report-docx.ts makes the Word file of it.
import { showCount, showDay, showNumber, showPoints, showRate } from '../lib/format.ts'
import { planLine } from '../response/response.views.ts'
import type { ScoresRelease } from '../score/release.ts'
import { custodyModes, custodyOf } from '../survey/custody-mode.ts'
import { recheckWords, type RecheckCounts } from '../survey/recheck.ts'
import type { Group, Level, Survey } from '../survey/survey.queries.ts'
import { illustrativeNotice } from '../web/layout.ts'

export interface ReportTable {
  title: string
  /** The first `texts` columns are words, the others figures. */
  texts: number
  head: string[]
  rows: string[][]
  /** Said below it. */
  notes: string[]
}

export interface ReportPart {
  heading: string
  paragraphs: string[]
  tables: ReportTable[]
}

/** The Word report before it is a file. */
export interface ResultReport {
  /** What stands on every page and as a heading, when the figures are not official; null when they are. */
  mark: string | null
  organiser: string
  title: string
  subtitle: string
  parts: ReportPart[]
}

export interface ReportInput {
  survey: Survey
  levels: Level[]
  groups: Group[]
  release: ScoresRelease
  /** Phúc tra, level by level. */
  rechecks: (RecheckCounts & { level: string; units: number })[]
}

export const runMark = 'CHẠY THỬ – số liệu giả'
export const pilotMark = 'ĐIỀU TRA THỬ – kết quả không gộp vào đợt chính thức'
const rehearsalMark = 'CHẠY THỬ – số liệu không có giá trị chính thức'

export function resultReport(input: ReportInput): ResultReport {
  const { survey, release } = input
  const levels = release.levels.map((level) => ({
    level,
    name: input.levels.find(({ code }) => code === level.code)?.name ?? level.code,
    units: release.units.filter((unit) => unit.level === level.code),
  }))
  return {
    mark: markOf(release),
    organiser: survey.organiser,
    title: 'BÁO CÁO',
    subtitle: `Kết quả điều tra xã hội học: ${release.survey.title}${release.survey.title.includes(String(release.survey.year)) ? '' : ` (${release.survey.year})`}`,
    parts: numbered([
      basis(survey, release),
      returns(release, levels, input.rechecks),
      ...levels.flatMap((each) => [unitPoints(each, release.method.k), levelShares(each, input.groups)]),
      withheld(release),
      { heading: 'Cách tính', paragraphs: release.method.words, tables: [] },
    ]),
  }
}

function markOf({ method }: ScoresRelease): string | null {
  const kinds = { run: runMark, pilot: pilotMark }
  const rehearsed = method.rehearsalKind === undefined ? rehearsalMark : kinds[method.rehearsalKind]
  const marks = [
    ...(method.rehearsal ? [rehearsed] : []),
    ...(method.illustrative ? [illustrativeNotice] : []),
  ]
  return marks.length === 0 ? null : marks.join(' · ')
}

function numbered(parts: ReportPart[]): ReportPart[] {
  return parts.map((part, at) => ({ ...part, heading: `${at + 1}. ${part.heading}` }))
}

function basis(survey: Survey, release: ScoresRelease): ReportPart {
  const plan = planLine(survey)
  const custody = custodyModes.find((mode) => mode === release.method.custody) ?? 'server-held'
  return {
    heading: 'Căn cứ và cách tổ chức',
    paragraphs: [
      plan === null
        ? `Đơn vị tổ chức: ${survey.organiser}.`
        : `${plan}${survey.plan_title === '' ? '' : ` (${survey.plan_title})`}. Đơn vị tổ chức: ${survey.organiser}.`,
      `Mở niêm phong, kiểm phiếu ngày ${showDay(release.openedOn)}. Hình thức giữ khóa: ${custodyOf({ custody }).name}. ${openers(release.opening)}`,
      `Số liệu lấy từ bảng điểm bản ${release.version}, lập ngày ${showDay(release.madeOn)}, mã kiểm tra ${release.hash}.`,
      ...(release.reason === '' ? [] : [`Lý do lập lại bảng điểm: ${release.reason}`]),
    ],
    tables: [],
  }
}

/** The release says first how the key was held; that stands in the report already. */
function openers(opening: string): string {
  const at = opening.indexOf('Người mở niêm phong')
  return at < 0 ? opening : opening.slice(at)
}

interface NamedLevel {
  level: ScoresRelease['levels'][number]
  name: string
  units: ScoresRelease['units']
}

type Counts = ScoresRelease['counts']

function returns(
  release: ScoresRelease,
  levels: NamedLevel[],
  rechecks: ReportInput['rechecks'],
): ReportPart {
  const row = (name: string, { planned, issued, returned, valid }: Counts) => [
    name,
    showCount(planned),
    showCount(issued),
    showCount(returned),
    showRate(returned, planned),
    showCount(valid),
  ]
  const { planned, returned, valid } = release.counts
  return {
    heading: `Phiếu thu về: ${showCount(returned)}/${showCount(planned)} (${showRate(returned, planned)})`,
    paragraphs: [
      `Trong ${showCount(returned)} phiếu thu về có ${showCount(valid)} phiếu hợp lệ.`,
      ...levels.flatMap(({ level, name }) =>
        rechecks
          .filter((each) => each.level === level.code)
          .map(
            (each) =>
              `Phúc tra ${name.toLowerCase()}, ${showCount(each.units)} cơ quan, đơn vị: ${recheckWords(each)}. Không phiếu nào bị loại.`,
          ),
      ),
    ],
    tables: [
      {
        title: 'Số phiếu theo kế hoạch, phát ra, thu về, hợp lệ',
        texts: 1,
        head: ['Cấp', 'Kế hoạch', 'Phát ra', 'Thu về', 'Tỷ lệ thu về', 'Hợp lệ'],
        rows: [
          ...levels.map(({ name, units }) => row(name, sumOf(units))),
          ...(levels.length > 1 ? [row('Cộng', release.counts)] : []),
        ],
        notes: [],
      },
    ],
  }
}

function sumOf(units: ScoresRelease['units']): Counts {
  const sum = (key: keyof Counts) => units.reduce((total, { counts }) => total + counts[key], 0)
  return { planned: sum('planned'), issued: sum('issued'), returned: sum('returned'), valid: sum('valid') }
}

const hiddenSign = '–'
const emptySign = 'x'

/** Each unit: its points by criterion, and the sum. */
function unitPoints({ name, units }: NamedLevel, k: number): ReportPart {
  const criteria = units[0]?.criteria ?? []
  const shown = units.filter(({ total }) => total.status === 'ok').length
  return {
    heading: `Điểm điều tra xã hội học, ${name.toLowerCase()}: ${showCount(shown)}/${showCount(units.length)} cơ quan, đơn vị có điểm`,
    paragraphs: [],
    tables: [
      {
        title: `Điểm của từng cơ quan, đơn vị theo tiêu chí, ${name.toLowerCase()}`,
        texts: 1,
        head: [
          'Cơ quan, đơn vị',
          'Thu về / kế hoạch',
          ...criteria.map(({ code }) => `TC ${code}`),
          'Tổng điểm',
        ],
        rows: [
          ['Điểm tối đa', '', ...criteria.map(({ max }) => showNumber(max)), maxOf(criteria)],
          ...units.map((unit) => [
            unit.name,
            `${showCount(unit.counts.returned)}/${showCount(unit.counts.planned)}`,
            ...unit.criteria.map(cellOf),
            cellOf(unit.total),
          ]),
        ],
        notes: [
          `Dấu “${hiddenSign}”: số không hiện, vì có dưới ${k} người trả lời hoặc làm lộ số như vậy. Dấu “${emptySign}”: không áp dụng.`,
          ...coarseNotes(units),
        ],
      },
    ],
  }
}

function cellOf({ points, status }: { points: number | null; status: string }): string {
  return status === 'not-applicable' ? emptySign : points === null ? hiddenSign : showPoints(points)
}

function maxOf(criteria: { max: number }[]): string {
  return showNumber(Math.round(criteria.reduce((sum, { max }) => sum + max, 0) * 1e6) / 1e6)
}

function coarseNotes(units: ScoresRelease['units']): string[] {
  const coarse = units.some(({ criteria }) => criteria.some(({ step }) => step !== null && step > 0.01))
  return coarse
    ? ['Có điểm làm tròn thô hơn 0,01 để không suy ra được điểm của một nhóm ít người; xem Cách tính.']
    : []
}

/** Each criterion for the whole level, by group and for all. */
function levelShares({ level, name }: NamedLevel, groups: Group[]): ReportPart {
  const columns = [
    ...level.groups.map((group) => ({
      title: groups.find((each) => each.level === level.code && each.code === group.code)?.name ?? group.code,
      criteria: group.criteria,
    })),
    { title: 'Tất cả', criteria: level.pooled },
  ]
  return {
    heading: `Tỷ lệ điểm theo nhóm, ${name.toLowerCase()}`,
    paragraphs: [],
    tables: [
      {
        title: `Tỷ lệ điểm đạt được so với điểm tối đa, ${name.toLowerCase()}`,
        texts: 2,
        head: ['TC', 'Tên tiêu chí', 'Điểm tối đa', ...columns.map(({ title }) => title)],
        rows: level.pooled.map((criterion, at) => [
          criterion.code,
          criterion.name,
          showNumber(criterion.max),
          ...columns.map(({ criteria }) => shareOf(criteria[at]?.share ?? null)),
        ]),
        notes: [],
      },
    ],
  }
}

function shareOf(share: number | null): string {
  return share === null ? hiddenSign : `${showNumber(Math.round(share * 100))} %`
}

function withheld({ units, method }: ScoresRelease): ReportPart {
  const without = units.filter(({ total }) => total.status !== 'ok')
  return {
    heading: 'Số không hiện và lý do',
    paragraphs: [
      `Không hiện số nào có dưới ${method.k} người trả lời, số của từng nhóm trong một cơ quan, đơn vị, và số nào mà đem so với các số khác sẽ suy ra được câu trả lời của dưới ${method.k} người.`,
      without.length === 0
        ? 'Mọi cơ quan, đơn vị đều có tổng điểm.'
        : `Chưa đủ điều kiện hiện tổng điểm: ${without.map(({ name }) => name).join('; ')}.`,
    ],
    tables: [],
  }
}
