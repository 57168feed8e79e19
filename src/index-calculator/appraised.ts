// The council's points from a table `unit,criterion,points`, checked row by row. Every problem says where it is and
// how to mend it, and all are found at once: an officer mends a file of 2,000 rows once, not twenty times.
import Fraction from 'fraction.js'
import { joinWords } from '../lib/format.ts'
import { Exact, parseExact } from '../score/exact.ts'
import { type CriteriaSet, type Criterion, leavesOf } from '../survey/criteria.ts'
import type { AppraisedPoints, IndexUnit } from './calculate.ts'

/** Codes in column `criterion` that are no criteria: điểm thưởng and điểm trừ of the unit, both entered as positive. */
export const bonusCode = 'bonus'
export const penaltyCode = 'penalty'

/** One record as text; `row` is its row in the file, as a spreadsheet counts. Empty points: does not apply. */
export interface AppraisedRecord {
  row: number
  unit: string
  criterion: string
  points: string
}

export type AppraisedColumn = 'unit' | 'criterion' | 'points'

/** `row` and `column` are null for what is missing in the file as a whole. */
export interface AppraisedProblem {
  row: number | null
  column: AppraisedColumn | null
  message: string
}

export type AppraisedResult =
  { ok: true; points: AppraisedPoints } | { ok: false; problems: AppraisedProblem[] }

export interface AppraisedContext {
  units: readonly Pick<IndexUnit, 'code' | 'name' | 'level'>[]
  criteriaSets: readonly CriteriaSet[]
}

type Unit = AppraisedContext['units'][number]

type Checked<Value> = { ok: true; value: Value } | { ok: false; problem: AppraisedProblem }

/** A row that names a known unit and something that it can get points for. */
interface Entry {
  unit: Unit
  code: string
  points: Fraction | null
}

/** How many codes a sentence lists before it says "và n tiêu chí khác". */
const listed = 5

/**
 * Reads the records, points exact. ok only if every unit has a row for every appraised leaf of its level; without a
 * row for bonus or penalty a unit has none. Points may have a decimal point or a decimal comma.
 */
export function parseAppraised(
  context: AppraisedContext,
  records: readonly AppraisedRecord[],
): AppraisedResult {
  const units = new Map(context.units.map((unit) => [unit.code, unit]))
  const sets = new Map(context.criteriaSets.map((set) => [set.level, set]))
  const problems: AppraisedProblem[] = []
  const firstRow = new Map<string, number>()
  const entries: Entry[] = []
  for (const record of records) {
    const checked = checkRecord(record, units, sets, firstRow)
    if (checked.ok) entries.push(checked.value)
    else problems.push(checked.problem)
  }
  for (const unit of context.units) problems.push(...missingOf(unit, sets.get(unit.level), firstRow))
  if (problems.length === 0) problems.push(...notFilledIn(context.units, entries))
  return problems.length > 0 ? { ok: false, problems } : { ok: true, points: collect(context.units, entries) }
}

/**
 * A unit to which nothing at all applies is a template that nobody has filled in. Counted together, because then it is
 * usually all of them.
 */
function notFilledIn(units: readonly Unit[], entries: readonly Entry[]): AppraisedProblem[] {
  const filled = new Set(entries.filter((entry) => entry.points !== null).map((entry) => entry.unit.code))
  const empty = units.filter(
    (unit) => entries.some((each) => each.unit.code === unit.code) && !filled.has(unit.code),
  )
  if (empty.length === 0) return []
  const names = empty.slice(0, listed).map((unit) => unit.name)
  if (empty.length > listed) names.push(`${empty.length - listed} đơn vị khác`)
  const message = `Chưa có điểm thẩm định nào của ${joinWords(names)}. Hãy nhập điểm; ô để trống nghĩa là tiêu chí không áp dụng cho đơn vị.`
  return [{ row: null, column: 'points', message }]
}

function checkRecord(
  record: AppraisedRecord,
  units: ReadonlyMap<string, Unit>,
  sets: ReadonlyMap<string, CriteriaSet>,
  firstRow: Map<string, number>,
): Checked<Entry> {
  const unit = checkUnit(record, units)
  if (!unit.ok) return unit
  const criterion = checkCriterion(record, unit.value, sets.get(unit.value.level))
  if (!criterion.ok) return criterion
  const code = record.criterion.trim()
  const before = firstRow.get(cellKey(unit.value.code, code))
  if (before !== undefined) {
    const message = `${unit.value.name} đã có ${nameOf(code)} ở dòng ${before}. Hãy giữ lại một dòng và xóa dòng kia.`
    return problem(record, 'criterion', message)
  }
  // Noted before the points are read: a row with wrong points is wrong, but it is not missing.
  firstRow.set(cellKey(unit.value.code, code), record.row)
  const points = checkPoints(record, code, criterion.value)
  if (!points.ok) return points
  return { ok: true, value: { unit: unit.value, code, points: points.value } }
}

function checkUnit(record: AppraisedRecord, units: ReadonlyMap<string, Unit>): Checked<Unit> {
  const code = record.unit.trim()
  if (code === '') {
    return problem(
      record,
      'unit',
      'Dòng này chưa có mã đơn vị. Hãy nhập mã như trong danh sách đơn vị của đợt điều tra.',
    )
  }
  const unit = units.get(code)
  if (unit) return { ok: true, value: unit }
  const message = `Không có đơn vị nào mang mã “${code}”. Hãy sửa lại theo danh sách đơn vị của đợt điều tra.`
  return problem(record, 'unit', message)
}

/** The appraised leaf that the row names; null for bonus and penalty, which have no row in the set. */
function checkCriterion(
  record: AppraisedRecord,
  unit: Unit,
  set: CriteriaSet | undefined,
): Checked<Criterion | null> {
  const code = record.criterion.trim()
  if (code === bonusCode || code === penaltyCode) return { ok: true, value: null }
  if (code === '') {
    return problem(record, 'criterion', 'Dòng này chưa có mã tiêu chí. Hãy nhập mã như trong Bộ chỉ số.')
  }
  const row = set?.rows.find((each) => each.code === code)
  if (!row) {
    const message = `Bộ chỉ số áp dụng cho ${unit.name} không có tiêu chí mang mã “${code}”. Hãy sửa lại mã theo Bộ chỉ số.`
    return problem(record, 'criterion', message)
  }
  if (row.method === 'appraised') return { ok: true, value: row }
  const message =
    row.method === 'survey'
      ? `Điểm của tiêu chí ${code} được tính từ kết quả điều tra xã hội học. Hãy xóa dòng này.`
      : `${code} không được chấm điểm trực tiếp. Hãy nhập điểm cho từng tiêu chí thành phần của nó.`
  return problem(record, 'criterion', message)
}

function checkPoints(
  record: AppraisedRecord,
  code: string,
  criterion: Criterion | null,
): Checked<Fraction | null> {
  const text = record.points.trim()
  if (text === '') return { ok: true, value: null }
  if (/^[-−]/.test(text)) return problem(record, 'points', negativeMessage(text, code))
  if (!/^\d{1,6}([.,]\d{1,2})?$/.test(text)) {
    const message = `“${text}” không phải là số điểm. Hãy nhập một số như 1,5 hoặc 1.5; nếu tiêu chí không áp dụng cho đơn vị thì để trống ô này.`
    return problem(record, 'points', message)
  }
  const points = new Fraction(text.replace(',', '.'))
  if (criterion !== null && Exact.of(points).compare(parseExact(criterion.max)) > 0) {
    const max = withComma(criterion.max)
    const message = `Điểm ${withComma(text)} lớn hơn điểm tối đa ${max} của tiêu chí ${code}. Hãy nhập số từ 0 đến ${max}.`
    return problem(record, 'points', message)
  }
  return { ok: true, value: points }
}

function negativeMessage(text: string, code: string): string {
  return code === penaltyCode
    ? `Điểm trừ được nhập bằng số dương vì chương trình tự trừ. Hãy bỏ dấu trừ ở “${text}”.`
    : `Điểm không được âm như “${text}”. Hãy nhập số từ 0 trở lên; điểm trừ của đơn vị nhập ở dòng có mã ${penaltyCode}.`
}

/** One sentence per unit, not one per row: a forgotten unit would otherwise fill the page. */
function missingOf(
  unit: Unit,
  set: CriteriaSet | undefined,
  firstRow: ReadonlyMap<string, number>,
): AppraisedProblem[] {
  const codes = (set ? leavesOf(set, 'appraised') : [])
    .map((leaf) => leaf.code)
    .filter((code) => !firstRow.has(cellKey(unit.code, code)))
  if (codes.length === 0) return []
  const rest = codes.length - listed
  const names = joinWords(rest > 0 ? [...codes.slice(0, listed), `${rest} tiêu chí khác`] : codes)
  const message = `${unit.name} (mã ${unit.code}) còn thiếu ${codes.length} tiêu chí thẩm định: ${names}. Hãy thêm cho mỗi tiêu chí một dòng; tiêu chí không áp dụng thì để trống ô điểm.`
  return [{ row: null, column: null, message }]
}

function collect(units: readonly Unit[], entries: readonly Entry[]): AppraisedPoints {
  const appraised = new Map(units.map((unit) => [unit.code, new Map<string, Fraction | null>()]))
  const bonus = new Map<string, Fraction>()
  const penalty = new Map<string, Fraction>()
  for (const { unit, code, points } of entries) {
    if (code !== bonusCode && code !== penaltyCode) appraised.get(unit.code)?.set(code, points)
    else if (points !== null) (code === bonusCode ? bonus : penalty).set(unit.code, points)
  }
  return { appraised, bonus, penalty }
}

function problem(
  record: AppraisedRecord,
  column: AppraisedColumn,
  message: string,
): { ok: false; problem: AppraisedProblem } {
  return { ok: false, problem: { row: record.row, column, message } }
}

function nameOf(code: string): string {
  if (code === bonusCode) return 'điểm thưởng'
  return code === penaltyCode ? 'điểm trừ' : `điểm của tiêu chí ${code}`
}

function withComma(number: string): string {
  return number.replace('.', ',')
}

function cellKey(unit: string, criterion: string): string {
  return `${unit} ${criterion}`
}
