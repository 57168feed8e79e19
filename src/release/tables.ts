// Scores and index as tables for people: the same rows for CSV and XLSX, headers in Vietnamese, numbers as numbers.
import { showCount, showDay, showPoints, showRate } from '../lib/format.ts'
import type { IndexOutput } from '../index-calculator/index.service.ts'
import { finalRates } from '../quota/rates.ts'
import { inOrder } from '../score/findings.ts'
import type { ShownCriterion } from '../score/shown.ts'
import { fallbackNotes } from '../survey/scoring-words.ts'
import { noticeOf } from '../web/layout.ts'
import type { ScoresRelease } from '../score/release.ts'
import type { Column, Report, Table, Value } from '../lib/report-file.ts'
import { hiddenFigures } from './hidden.ts'

export type { Report }

const statusWords = { ok: 'Có điểm', hidden: 'Không hiện', 'not-applicable': 'Không áp dụng' }

/** A sheet with more rows is left out: one that long is read by programs, and for these there is the long CSV. */
export const mostSheetRows = 100_000

/** A table that is too long for a sheet, by its number of rows. */
interface LeftOut {
  name: string
  length: number
}

function leftOut(name: string, length: number): LeftOut {
  return { name, length }
}

function whereShort(table: Table): Table | LeftOut {
  return table.rows.length > mostSheetRows ? leftOut(table.name, table.rows.length) : table
}

type Level = ScoresRelease['levels'][number]
type Unit = ScoresRelease['units'][number]

export function scoresReport(release: ScoresRelease): Report {
  const { counts } = release
  const perCriterion = release.units.reduce((sum, { criteria }) => sum + criteria.length, 0)
  const tables = [
    rankingTable(release),
    ...release.levels.map((level) => wideTable(release, level)),
    perCriterion <= mostSheetRows ? unitCriteria(release) : leftOut('Từng tiêu chí', perCriterion),
    levelCriteria(release),
    levelItems(release),
    rateTable(release),
    reliability(release),
    sensitivity(release),
    methodTable(release.method.words),
    whereShort(hiddenTable(release)),
  ]
  const small = tables.filter((table) => 'columns' in table)
  const large = tables.filter((table) => 'length' in table)
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
    tables: [summary(release, small, large), ...small],
    foot: `${release.survey.title} (${release.survey.year}), bảng điểm bản ${release.version}`,
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

const sheetWords: Record<string, string> = {
  'Xếp hạng': 'điểm, khoảng tham khảo, hạng và khoảng hạng của từng cơ quan, đơn vị',
  'Từng tiêu chí': 'mỗi dòng một tiêu chí của một cơ quan, đơn vị',
  'Theo cấp và nhóm': 'từng tiêu chí của cả cấp và của từng nhóm',
  'Câu hỏi': 'từng câu hỏi và phương án, theo cấp và nhóm; tỷ lệ “Không biết” và để trống',
  'Tỷ lệ thu phiếu': 'số phiếu và các tỷ lệ; nhóm thiếu phiếu',
  'Độ tin cậy': 'hệ số tin cậy của từng bộ câu hỏi, tương quan của từng câu, độ lệch chuẩn trong đơn vị',
  'Cách tính khác': 'hạng và điểm của cấp thay đổi ra sao nếu chọn cách tính khác',
  'Cách tính': 'các số được tính, làm tròn và chọn để hiện như thế nào',
  'Số không hiện': 'từng số không hiện và lý do',
}

/** What was found, and what stands where. */
function summary(release: ScoresRelease, small: Table[], large: LeftOut[]): Table {
  const shown = release.units.filter(({ total }) => total.status === 'ok').length
  return {
    name: 'Tóm tắt',
    columns: [
      { title: 'Mục', width: 28 },
      { title: 'Nội dung', width: 76 },
    ],
    rows: [
      ['Đây là gì', 'Kết quả điều tra xã hội học; mọi số lấy từ bảng điểm đã lập, bản ghi ở trên.'],
      ['Có điểm', `${showCount(shown)}/${showCount(release.units.length)} cơ quan, đơn vị`],
      ...Object.values(finalRates).map(({ name, words, part, whole }) => [
        name,
        `${showRate(part(release.counts), whole(release.counts))} (${words})`,
      ]),
      ...release.levels.map((level) => [level.name, findingOf(release, level)]),
      ...small.map(({ name }) => [
        `Trang “${name}”`,
        sheetWords[name] ?? 'điểm của từng cơ quan, đơn vị theo tiêu chí, để in',
      ]),
      ...large.map(({ name, length }) => [
        `Không có trang “${name}”`,
        `Bảng này có ${showCount(length)} dòng, quá dài cho một trang tính. Hãy tải tệp CSV dài.`,
      ]),
    ],
  }
}

function findingOf(release: ScoresRelease, level: Level): string {
  const units = release.units.filter((unit) => unit.level === level.code)
  const [first] = inOrder(units.filter(({ total }) => total.points !== null))
  const last = inOrder(units.filter(({ total }) => total.points !== null)).at(-1)
  if (first === undefined || last === undefined) return 'Chưa có cơ quan, đơn vị nào đủ điều kiện hiện điểm.'
  const without = units.filter(({ total }) => total.points === null).length
  return [
    `Cao nhất: ${first.name} (${showPoints(first.total.points)} điểm).`,
    `Thấp nhất: ${last.name} (${showPoints(last.total.points)} điểm).`,
    ...(without === 0 ? [] : [`${showCount(without)} cơ quan, đơn vị chưa đủ điều kiện.`]),
  ].join(' ')
}

const points = (title: string, width = 10): Column => ({ title, width, decimals: 2 })
const people = (title: string, width = 10): Column => ({ title, width, decimals: 0 })

function rankingTable(release: ScoresRelease): Table {
  return {
    name: 'Xếp hạng',
    columns: [
      { title: 'Cấp', width: 13 },
      people('Hạng', 7),
      { title: 'Đồng hạng', width: 8 },
      people('Hạng từ', 7),
      people('Hạng đến', 7),
      { title: 'Mã', width: 9 },
      { title: 'Cơ quan, đơn vị', width: 36 },
      points('Điểm tối đa'),
      points('Điểm điều tra'),
      points('Khoảng tham khảo từ', 11),
      points('Khoảng tham khảo đến', 11),
      points('Một người làm đổi nhiều nhất', 11),
      points('Làm tròn đến', 9),
      { title: 'Tình trạng', width: 13 },
      { title: 'Ghi chú', width: 30 },
    ],
    rows: release.levels.flatMap((level) =>
      inOrder(release.units.filter((unit) => unit.level === level.code)).map((unit) => [
        level.name,
        unit.rank?.place ?? null,
        unit.rank?.tied ? 'Có' : '',
        unit.rank?.from ?? null,
        unit.rank?.to ?? null,
        unit.code,
        unit.name,
        unit.total.max,
        unit.total.points,
        unit.interval?.low ?? null,
        unit.interval?.high ?? null,
        unit.oneRespondent,
        unit.total.step,
        statusWords[unit.total.status],
        notesOf(unit, level).join(' '),
      ]),
    ),
    notes: [
      'Hạng từ – hạng đến: các hạng không phân biệt được với nhau, vì chênh lệch nằm trong khoảng tham khảo của chênh lệch.',
      'Khoảng tham khảo: tính từ độ lệch chuẩn chung của cả cấp, không phản ánh sai lệch khi trả lời.',
    ],
    fixedColumns: 7,
  }
}

const flagWords = {
  'group-silent': 'không có phiếu thu về',
  'group-below-half': 'thu về dưới một nửa số phiếu theo kế hoạch',
}

const fallbackWords = {
  'lowest-of-level': 'Dưới mức tối thiểu: lấy điểm thấp nhất của cấp.',
  zero: 'Dưới mức tối thiểu: tính 0 điểm theo cách tính đã chọn.',
  'leaves-scale': 'Dưới mức tối thiểu: bỏ phần điều tra khỏi thang điểm.',
}

function notesOf(unit: Unit, level: Level): string[] {
  return [
    ...(unit.ranking === 'not-ranked' ? ['Chưa đủ điều kiện, không xếp hạng.'] : []),
    ...(unit.fallback === null ? [] : [fallbackWords[unit.fallback]]),
    ...unit.flags.map(({ kind, group }) => `${nameOfGroup(level, group)}: ${flagWords[kind]}.`),
  ]
}

function nameOfGroup(level: Level, code: string): string {
  return level.groups.find((group) => group.code === code)?.name ?? code
}

/** So many columns have room for the names of the criteria; else codes, and the names below. */
const mostNamed = 14

/** Unit x criterion, to print. */
function wideTable(release: ScoresRelease, level: Level): Table {
  const units = release.units.filter((unit) => unit.level === level.code)
  const named = level.pooled.length <= mostNamed
  const nameOf = ({ code, name }: { code: string; name: string }) => `${code} ${name}`
  return {
    name: sheetNameOf(release, level),
    columns: [
      { title: 'Mã', width: 9 },
      { title: 'Cơ quan, đơn vị', width: 36 },
      ...level.pooled.map((criterion) => (named ? points(nameOf(criterion), 15) : points(criterion.code, 8))),
      points('Tổng điểm'),
    ],
    rows: [
      ['', 'Điểm tối đa', ...level.pooled.map(({ max }) => max), null],
      ...units.map((unit) => [
        unit.code,
        unit.name,
        ...level.pooled.map(({ code }) => unit.criteria.find((each) => each.code === code)?.points ?? null),
        unit.total.points,
      ]),
    ],
    notes: [
      `Dấu “–”: số không hiện hoặc không áp dụng; lý do ở trang “Số không hiện”.`,
      ...(named ? [] : level.pooled.map((criterion) => `${nameOf(criterion)}.`)),
    ],
    fixedColumns: 2,
  }
}

/** A sheet's name has 31 signs at most and none of []:*?/\. */
function sheetNameOf(release: ScoresRelease, level: Level): string {
  if (release.levels.length === 1) return 'Tiêu chí'
  const plain = level.name.replaceAll(/[[\]:*?/\\']/g, ' ')
  const own = `Tiêu chí, ${plain.charAt(0).toLowerCase()}${plain.slice(1)}`.slice(0, 31).trim()
  const twin = release.levels.some((other) => other !== level && other.name === level.name)
  return twin ? `Tiêu chí ${release.levels.indexOf(level) + 1}` : own
}

const criterionColumns: Column[] = [
  { title: 'Mã tiêu chí', width: 9 },
  { title: 'Tiêu chí', width: 44 },
  points('Điểm tối đa'),
  people('Người trả lời'),
]

const stepColumn = points('Làm tròn đến', 9)

function criterionCells(criterion: ShownCriterion): Value[] {
  return [criterion.code, criterion.name, criterion.max, criterion.answered]
}

function unitCriteria(release: ScoresRelease): Table {
  return {
    name: 'Từng tiêu chí',
    columns: [
      { title: 'Mã', width: 9 },
      { title: 'Cơ quan, đơn vị', width: 36 },
      ...criterionColumns,
      points('Tỷ lệ (0–1)'),
      points('Điểm'),
      stepColumn,
      points('Một người làm đổi nhiều nhất', 11),
      { title: 'Tình trạng', width: 13 },
    ],
    rows: release.units.flatMap((unit) =>
      unit.criteria.map((criterion) => [
        unit.code,
        unit.name,
        ...criterionCells(criterion),
        criterion.share,
        criterion.points,
        criterion.step,
        criterion.oneRespondent,
        statusWords[criterion.status],
      ]),
    ),
    fixedColumns: 2,
  }
}

function levelCriteria(release: ScoresRelease): Table {
  return {
    name: 'Theo cấp và nhóm',
    columns: [
      { title: 'Cấp', width: 13 },
      { title: 'Nhóm', width: 26 },
      people('Thu về'),
      people('Hợp lệ'),
      ...criterionColumns,
      points('Tỷ lệ (0–1)'),
      points('Điểm'),
      { title: 'Tình trạng', width: 13 },
    ],
    rows: release.levels.flatMap((level) =>
      [...level.groups, everybodyIn(level)].flatMap((group) =>
        group.criteria.map((criterion) => [
          level.name,
          group.name,
          group.counts.returned,
          group.counts.valid,
          ...criterionCells(criterion),
          criterion.share,
          criterion.points,
          statusWords[criterion.status],
        ]),
      ),
    ),
    fixedColumns: 2,
  }
}

const everybody = 'Tất cả'

function everybodyIn({ groups, pooled }: Level) {
  const sum = (of: 'returned' | 'valid') => groups.reduce((total, group) => total + group.counts[of], 0)
  return { name: everybody, counts: { returned: sum('returned'), valid: sum('valid') }, criteria: pooled }
}

/** Each question of the level and of each of its groups, then a line for each option where the spread may be shown. */
function levelItems(release: ScoresRelease): Table {
  return {
    name: 'Câu hỏi',
    columns: [
      { title: 'Cấp', width: 13 },
      { title: 'Nhóm', width: 24 },
      { title: 'Mã câu hỏi', width: 8 },
      { title: 'Mã tiêu chí', width: 9 },
      { title: 'Câu hỏi, phương án', width: 52 },
      people('Câu trả lời'),
      points('Tỷ lệ (0–1)', 9),
      { title: 'Giới hạn', width: 13 },
      points('Không biết', 9),
      points('Để trống', 9),
      { title: 'Tình trạng', width: 13 },
    ],
    rows: release.levels.flatMap((level) =>
      [...level.groups, { name: everybody, items: level.items }].flatMap((group) =>
        group.items.flatMap((item) => [
          [
            level.name,
            group.name,
            item.code,
            item.criterion,
            item.text,
            item.answered,
            item.share,
            bandWords(item.band),
            item.optOut.share,
            item.blank.share,
            statusWords[item.status],
          ],
          ...(item.options ?? []).map((option) => [
            level.name,
            group.name,
            item.code,
            item.criterion,
            `    ${option.label}`,
            null,
            option.share,
            bandWords(option.band),
            null,
            null,
            statusWords.ok,
          ]),
        ]),
      ),
    ),
    notes: [
      'Tỷ lệ của câu hỏi: tổng hệ số chia cho số câu trả lời; của phương án: phần chọn phương án đó. “Không biết”, để trống: phần trong số người được hỏi; 0,05 là từ 0,05 trở xuống, 0,95 là từ 0,95 trở lên.',
    ],
  }
}

function bandWords(band: 'at-least' | 'at-most' | null): string {
  if (band === null) return ''
  return band === 'at-least' ? 'Từ mức này trở lên' : 'Từ mức này trở xuống'
}

type Counts = ScoresRelease['counts']

/** Counts and the rates made of them, for each unit, each group of a level, each level and all. */
function rateTable(release: ScoresRelease): Table {
  const rates = Object.values(finalRates)
  const row = (level: string, code: string, name: string, counts: Counts, note: string) => [
    level,
    code,
    name,
    counts.planned,
    counts.issued,
    counts.returned,
    counts.valid,
    ...rates.map(({ part, whole }) => percentOf(part(counts), whole(counts))),
    note,
  ]
  return {
    name: 'Tỷ lệ thu phiếu',
    columns: [
      { title: 'Cấp', width: 13 },
      { title: 'Mã', width: 9 },
      { title: 'Cơ quan, đơn vị, nhóm', width: 36 },
      people('Kế hoạch'),
      people('Phát ra'),
      people('Thu về'),
      people('Hợp lệ'),
      ...rates.map(({ name }) => ({ title: `${name} (%)`, width: 11, decimals: 1 })),
      { title: 'Ghi chú', width: 34 },
    ],
    rows: [
      ...release.levels.flatMap((level) => {
        const units = release.units.filter((unit) => unit.level === level.code)
        return [
          ...units.map((unit) =>
            row(level.name, unit.code, unit.name, unit.counts, flagsOf(unit, level).join(' ')),
          ),
          ...level.groups.map((group) => row(level.name, '', `Nhóm ${group.name}`, group.counts, '')),
          row(level.name, '', 'Cộng', sumOf(units), ''),
        ]
      }),
      ...(release.levels.length > 1 ? [row('Tất cả', '', 'Cộng', release.counts, '')] : []),
    ],
    notes: rates.map(({ name, words }) => `${name}: ${words}.`),
    fixedColumns: 3,
  }
}

function flagsOf(unit: Unit, level: Level): string[] {
  return unit.flags.map(({ kind, group }) => `${nameOfGroup(level, group)}: ${flagWords[kind]}.`)
}

function sumOf(units: Unit[]): Counts {
  const sum = (key: keyof Counts) => units.reduce((total, { counts }) => total + counts[key], 0)
  return { planned: sum('planned'), issued: sum('issued'), returned: sum('returned'), valid: sum('valid') }
}

/** One decimal, as on every page. */
function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1000) / 10
}

function reliability(release: ScoresRelease): Table {
  const alpha = 'Hệ số tin cậy (Cronbach alpha)'
  return {
    name: 'Độ tin cậy',
    columns: [
      { title: 'Cấp', width: 13 },
      { title: 'Bộ câu hỏi', width: 36 },
      { title: 'Số liệu', width: 34 },
      { title: 'Mã câu hỏi', width: 8 },
      { title: 'Câu hỏi', width: 48 },
      people('Số câu', 8),
      people('Số phiếu', 8),
      points('Giá trị', 9),
    ],
    rows: release.levels.flatMap((level) => [
      ...level.scales.flatMap((scale): Value[][] => {
        const title =
          scale.group === undefined ? scale.title : `${scale.title}, ${nameOfGroup(level, scale.group)}`
        return [
          [level.name, title, alpha, '', '', scale.items, scale.ballots, scale.alpha],
          ...scale.itemRest.map(({ code, text, r }): Value[] => [
            level.name,
            title,
            'Tương quan của câu với các câu còn lại',
            code,
            text,
            null,
            scale.ballots,
            r,
          ]),
        ]
      }),
      [
        level.name,
        '',
        'Độ lệch chuẩn của điểm một người trong cùng đơn vị (điểm)',
        '',
        '',
        null,
        level.spread.ballots,
        level.spread.withinSd,
      ],
    ]),
    notes: [
      'Tính trên phiếu của cả cấp, chỉ những phiếu trả lời đủ mọi câu; không tính cho từng cơ quan, đơn vị.',
    ],
  }
}

function sensitivity(release: ScoresRelease): Table {
  return {
    name: 'Cách tính khác',
    columns: [
      { title: 'Cấp', width: 13 },
      { title: 'Nếu chọn', width: 64 },
      people('Số đơn vị đổi hạng'),
      people('Đổi nhiều nhất (hạng)'),
      { title: 'Tương quan thứ hạng (Kendall tau)', width: 12, decimals: 1 },
      people('Tỷ lệ điểm cả cấp đổi (điểm phần trăm)', 14),
    ],
    rows: release.levels.flatMap((level) =>
      level.sensitivity.map(({ words, ranksMoved, largestMove, tau, meanChange }) => [
        level.name,
        words,
        ranksMoved,
        largestMove,
        tau,
        meanChange,
      ]),
    ),
    notes: release.levels
      .filter(({ sensitivity: own }) => own.length === 0)
      .map(({ name }) => `${name}: không có số liệu; lý do ở trang “Số không hiện”.`),
  }
}

function hiddenTable(release: ScoresRelease): Table {
  return {
    name: 'Số không hiện',
    columns: [
      { title: 'Cấp', width: 13 },
      { title: 'Cơ quan, đơn vị, nhóm', width: 36 },
      { title: 'Số', width: 44 },
      { title: 'Lý do', width: 70 },
    ],
    rows: hiddenFigures(release).map(({ level, where, figure, reason }) => [level, where, figure, reason]),
  }
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
