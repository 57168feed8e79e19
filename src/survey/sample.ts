// Who is asked: simple random sampling in each unit x group by a seed that is written down, so that anybody can draw the
// same people again. Pure: names pass through and are kept nowhere. README, "Sample".
import { createHash } from 'node:crypto'
import { showCount } from '../lib/format.ts'
import { plainWords } from '../lib/plain-words.ts'
import type { Stratum } from './survey.queries.ts'

/** People of a group in the order of drawing: 1-based places in the group's own list. */
export interface Drawn {
  main: number[]
  reserve: number[]
}

export interface Person {
  name: string
  position: string
}

export type SampleStratum = Pick<
  Stratum,
  'unit_code' | 'unit_name' | 'unit_short_name' | 'unit_plan_name' | 'group_code' | 'group_name'
>

/** Names the stratum in the rule of drawing. */
export function sampleKey({ unit_code, group_code }: Pick<Stratum, 'unit_code' | 'group_code'>): string {
  return `${unit_code}/${group_code}`
}

/**
 * Draws without replacement: the places 1…population ordered by SHA-256 of "seed:unit/group:place" (hex), the first
 * `quota` of them to answer, the next `reserve` in reserve.
 */
export function draw(seed: string, key: string, population: number, quota: number, reserve: number): Drawn {
  const order = Array.from({ length: population }, (_, at) => ({
    place: at + 1,
    hash: createHash('sha256')
      .update(`${seed}:${key}:${at + 1}`, 'utf8')
      .digest('hex'),
  })).sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const places = order.map(({ place }) => place)
  return { main: places.slice(0, quota), reserve: places.slice(quota, quota + reserve) }
}

/** How many are asked and how many wait, of `population` people: the quota may only fall, never move elsewhere. */
export function fitTo(
  { quota, reserve_quota }: Pick<Stratum, 'quota' | 'reserve_quota'>,
  population: number,
): { quota: number; reserve: number } {
  const asked = Math.min(quota, population)
  return { quota: asked, reserve: Math.min(reserve_quota, population - asked) }
}

/** By the given name, which comes last, as lists of people are sorted in Việt Nam. */
export function byGivenName(people: readonly Person[]): Person[] {
  const collator = new Intl.Collator('vi')
  const given = ({ name }: Person) => name.split(' ').at(-1) ?? ''
  return [...people].sort(
    (a, b) =>
      collator.compare(given(a), given(b)) ||
      collator.compare(a.name, b.name) ||
      collator.compare(a.position, b.position),
  )
}

/** What the quotas in force leave too few of to publish, as sentences. */
export function smallDesignWarnings(strata: Stratum[], k: number): string[] {
  const sums = new Map<string, { what: string; people: number; of: string }>()
  for (const each of strata) {
    add(`unit ${each.unit_code}`, each.unit_name, each.quota, 'đơn vị')
    add(`group ${each.level}/${each.group_code}`, `${each.group_name} (cả cấp)`, each.quota, 'nhóm')
  }
  return [...sums.values()]
    .filter(({ people }) => people <= k)
    .map(
      ({ what, people, of }) =>
        `${what}: chỉ có ${showCount(people)} người được hỏi; cần ít nhất ${k + 1} để công bố điểm của ${of} mà không lộ câu trả lời.`,
    )

  function add(key: string, what: string, people: number, of: string): void {
    sums.set(key, { what, people: (sums.get(key)?.people ?? 0) + people, of })
  }
}

/** A typed number of people; undefined when it is none, null when the field was left empty. */
export function readPopulation(raw: string): number | null | undefined {
  const text = raw.trim()
  if (text === '') return null
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined
}

// ── An uploaded list ──────────────────────────────────────────────────────────────────────────────────────────────
export type Cell = string | number | boolean | Date | null

/** People per stratum in the order of the file, or only how many; by sampleKey. */
export type ListReading =
  | { ok: true; kind: 'people'; people: Map<string, Person[]>; repeated: string[] }
  | { ok: true; kind: 'counts'; counts: Map<string, number> }
  | { ok: false; errors: string[] }

const columns = {
  name: ['ho va ten', 'ho ten', 'ho va ten can bo', 'ho, ten'],
  position: ['chuc vu', 'chuc danh', 'chuc vu, chuc danh', 'chuc vu/chuc danh'],
  groupCode: ['ma nhom'],
  group: ['nhom', 'nhom doi tuong', 'ten nhom'],
  unitCode: ['ma don vi', 'ma co quan'],
  unit: ['ten don vi', 'ten co quan', 'co quan, don vi', 'don vi', 'co quan'],
  count: ['so nguoi', 'tong so nguoi', 'so can bo, cong chuc'],
}

const mostRows = 10_000
const longest = 200

/**
 * Reads a list of people (họ tên, chức vụ, nhóm) or of numbers (nhóm, số người).
 * @param unit code of the unit that all rows are of where the file has no column for it; '' = none chosen
 */
export function readSampleList(cells: Cell[][], strata: SampleStratum[], unit: string): ListReading {
  const headerAt = cells
    .slice(0, 10)
    .findIndex((row) => find(row, columns.name) >= 0 || find(row, columns.count) >= 0)
  if (headerAt < 0)
    return refused('Không thấy dòng tiêu đề có cột "Họ và tên" hoặc "Số người". Hãy thêm dòng tiêu đề.')
  const header = cells[headerAt] ?? []
  const at = Object.fromEntries(
    Object.entries(columns).map(([column, names]) => [column, find(header, names)]),
  ) as Record<keyof typeof columns, number>
  if (at.group < 0 && at.groupCode < 0) return refused('Thiếu cột "Nhóm". Hãy thêm cột này.')
  const hasUnit = at.unit >= 0 || at.unitCode >= 0
  if (!hasUnit && unit === '')
    return refused('Tệp không có cột "Đơn vị". Hãy thêm cột này, hoặc chọn cơ quan, đơn vị ở trên.')

  const errors: string[] = []
  const people = new Map<string, Person[]>()
  const counts = new Map<string, number>()
  const seen = new Map<string, number>()
  const repeated: string[] = []
  let read = 0
  for (const [index, row] of cells.entries()) {
    const line = index + 1
    const text = (column: keyof typeof columns) => (at[column] < 0 ? '' : textOf(row[at[column]]))
    if (index <= headerAt || row.every((cell) => textOf(cell) === '')) continue
    if (++read > mostRows) return refused(`Tệp có hơn ${showCount(mostRows)} dòng. Hãy chia thành nhiều tệp.`)
    const where = hasUnit ? text('unitCode') || text('unit') : unit
    const ofUnit = strata.filter((each) => isUnit(each, where))
    const group = text('groupCode') || text('group')
    const found = ofUnit.filter((each) => isGroup(each, group))
    if (where === '') errors.push(`Dòng ${line}: chưa ghi cơ quan, đơn vị. Hãy điền cột "Đơn vị".`)
    else if (ofUnit.length === 0)
      errors.push(`Dòng ${line}: không có cơ quan, đơn vị này trong kế hoạch. Hãy sửa cột "Đơn vị".`)
    else if (unit !== '' && ofUnit.some((each) => each.unit_code !== unit))
      errors.push(`Dòng ${line}: không thuộc cơ quan, đơn vị đã chọn. Hãy bỏ dòng này hoặc chọn lại.`)
    else if (group === '') errors.push(`Dòng ${line}: chưa ghi nhóm. Hãy điền cột "Nhóm".`)
    else if (found.length !== 1)
      errors.push(`Dòng ${line}: không có nhóm này ở cơ quan, đơn vị đó. Hãy ghi: ${groupsOf(ofUnit)}.`)
    else {
      const key = sampleKey(found[0] as SampleStratum)
      if (at.name < 0) readCount(line, key, text('count'))
      else readPerson(line, key, { name: text('name'), position: text('position') })
    }
  }
  if (errors.length > 0) return { ok: false, errors }
  if (people.size === 0 && counts.size === 0)
    return refused('Tệp không có dòng nào dưới tiêu đề. Hãy điền danh sách.')
  return at.name < 0 ? { ok: true, kind: 'counts', counts } : { ok: true, kind: 'people', people, repeated }

  function readCount(line: number, key: string, raw: string): void {
    const count = readPopulation(raw)
    if (count === null || count === undefined)
      errors.push(`Dòng ${line}, cột Số người: phải là số từ 0 đến 99999. Hãy sửa ô này.`)
    else if (counts.has(key)) errors.push(`Dòng ${line}: nhóm này đã có ở dòng trên. Hãy giữ một dòng.`)
    else counts.set(key, count)
  }

  /** No sentence repeats a name: what was uploaded is not shown among mistakes. */
  function readPerson(line: number, key: string, person: Person): void {
    if (person.name === '') errors.push(`Dòng ${line}, cột Họ và tên: còn trống. Hãy điền hoặc xóa dòng này.`)
    else if (!/^\p{L}/u.test(person.name))
      errors.push(`Dòng ${line}, cột Họ và tên: phải bắt đầu bằng chữ cái. Hãy sửa ô này.`)
    else if (/^[=+@-]/.test(person.position))
      errors.push(`Dòng ${line}, cột Chức vụ: không được bắt đầu bằng dấu =, +, - hoặc @. Hãy sửa ô này.`)
    else if (person.name.length > longest || person.position.length > longest)
      errors.push(`Dòng ${line}: họ tên hoặc chức vụ dài quá ${longest} ký tự. Hãy sửa dòng này.`)
    else {
      const same = `${key} ${person.name.toLowerCase()} ${person.position.toLowerCase()}`
      const before = seen.get(same)
      if (before === undefined) seen.set(same, line)
      else repeated.push(`Dòng ${line} giống hệt dòng ${before} (họ tên, chức vụ, nhóm).`)
      people.set(key, [...(people.get(key) ?? []), person])
    }
  }
}

function refused(error: string): ListReading {
  return { ok: false, errors: [error] }
}

function groupsOf(strata: SampleStratum[]): string {
  return strata.map((each) => `"${each.group_name}"`).join(' hoặc ')
}

function isUnit(stratum: SampleStratum, typed: string): boolean {
  const { unit_code, unit_name, unit_short_name, unit_plan_name } = stratum
  return [unit_code, unit_name, unit_short_name, unit_plan_name].some(
    (each) => plainWords(each) === plainWords(typed),
  )
}

function isGroup(stratum: SampleStratum, typed: string): boolean {
  return [stratum.group_code, stratum.group_name].some((each) => plainWords(each) === plainWords(typed))
}

function find(header: Cell[], names: string[]): number {
  return header.findIndex((cell) => names.includes(plainWords(textOf(cell))))
}

/** One line in composed letters, without signs that cannot be seen. */
function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return ''
  return String(cell)
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
}
