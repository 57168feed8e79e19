// What a decree does to a unit while a survey is under way: another name, or its end in another unit. Cards, codes and
// ballots stay with the unit of the plan; only how it is called and where it is counted changes. season.md, "Mistakes". Pure.
import { z } from 'zod'
import type { MergeCounts } from '../db/tables.ts'
import { joinWords, showDay } from '../lib/format.ts'
import { parseReason, reasonMissing } from './decision.ts'
import type { Unit } from './survey.queries.ts'

/** A unit with what was decided about it. */
export type ChangedUnit = Pick<
  Unit,
  | 'code'
  | 'name'
  | 'level'
  | 'plan_name'
  | 'renamed_to'
  | 'renamed_on'
  | 'merged_into'
  | 'merged_on'
  | 'merge_counts'
>

/**
 * A unit's name wherever there is room: "Sở B (trước ngày 10/10/2022: Sở A)". It is stored as the unit's `name` when the
 * decision is made, so that no page, card or file can forget it.
 */
export function unitName(unit: Pick<Unit, 'plan_name' | 'renamed_to' | 'renamed_on'>): string {
  const { plan_name, renamed_to, renamed_on } = unit
  if (renamed_to === null || renamed_on === null) return plan_name
  return `${renamed_to} (trước ngày ${showDay(renamed_on)}: ${plan_name})`
}

/** Without what it was called before. */
export function presentName({ name, renamed_to }: Pick<Unit, 'name' | 'renamed_to'>): string {
  return renamed_to ?? name
}

/** What has to be corrected in a form; nothing has changed then. */
export interface UnitSlip {
  field: string
  text: string
}

/** The days on which a unit can have been renamed or merged, ISO: from the making of the survey until today. */
export interface DaysAllowed {
  from: string
  until: string
}

export interface TypedRename {
  name: string
  day: string
  reason: string
}

export type ParsedRename =
  { ok: true; name: string; day: string; reason: string } | { ok: false; slips: UnitSlip[] }

/** On a card the new name stands beside the old one. */
const longestName = 150

/** @param units all units of the survey: no two may have one name */
export function parseRename(
  typed: TypedRename,
  unit: ChangedUnit,
  units: readonly ChangedUnit[],
  days: DaysAllowed,
): ParsedRename {
  const name = oneLine(typed.name)
  const reason = parseReason(typed.reason)
  const slips = [
    ...slip('ten', nameProblem(name, typed.day, unit, units)),
    ...slip('ngay', dayProblem(typed.day, days)),
    ...slip('ly-do', reason === undefined ? reasonMissing : undefined),
  ]
  return slips.length > 0 || reason === undefined
    ? { ok: false, slips }
    : { ok: true, name, day: typed.day, reason }
}

function nameProblem(
  name: string,
  day: string,
  unit: ChangedUnit,
  units: readonly ChangedUnit[],
): string | undefined {
  if (name === '') return 'Hãy nhập tên mới của cơ quan, đơn vị.'
  if (name.length > longestName)
    return `Tên dài quá ${longestName} ký tự, không in vừa trên thẻ. Hãy viết gọn hơn.`
  if (!/^\p{L}/u.test(name)) return 'Tên phải bắt đầu bằng chữ cái. Hãy sửa ô này.'
  if (isSame(name, unit.plan_name))
    return unit.renamed_to === null
      ? 'Tên này giống tên đang dùng. Hãy nhập tên mới.'
      : 'Đây là tên trong kế hoạch. Muốn dùng lại tên này, hãy bấm “Lấy lại tên trong kế hoạch”.'
  if (unit.renamed_to !== null && isSame(name, unit.renamed_to) && day === unit.renamed_on)
    return 'Tên và ngày giống như đã ghi. Hãy sửa tên hoặc ngày.'
  const taken = units.find(
    (other) =>
      other.code !== unit.code &&
      [other.plan_name, other.renamed_to ?? ''].some((known) => isSame(name, known)),
  )
  return taken && `Tên này là của đơn vị khác trong đợt điều tra: ${taken.name}. Hãy nhập tên khác.`
}

function dayProblem(day: string, { from, until }: DaysAllowed): string | undefined {
  if (!z.iso.date().safeParse(day).success) return 'Hãy chọn ngày theo quyết định.'
  if (day > until) return 'Ngày này chưa đến. Hãy ghi khi quyết định đã có hiệu lực.'
  if (day < from)
    return `Ngày phải từ ngày lập đợt điều tra (${showDay(from)}). Thay đổi trước đó thuộc về kế hoạch.`
  return undefined
}

export interface TypedMerge {
  /** Code of the successor. */
  into: string
  day: string
  /** 'own', 'successor', or '' for later. */
  counts: string
  reason: string
}

export type ParsedMerge =
  | { ok: true; into: ChangedUnit; day: string; counts: MergeCounts | null; reason: string }
  | { ok: false; slips: UnitSlip[] }

/** How a merged unit may be counted, and what that means for its figures. */
export const mergeChoices: readonly { value: MergeCounts; text: string; note: string }[] = [
  {
    value: 'own',
    text: 'Tính riêng',
    note: 'Đơn vị cũ có điểm riêng, kèm ghi chú đã sáp nhập.',
  },
  {
    value: 'successor',
    text: 'Tính cho đơn vị kế thừa',
    note: 'Phiếu cùng nhóm của hai đơn vị gộp lại như một nhóm; đơn vị cũ không có dòng riêng trong bảng điểm và Chỉ số.',
  },
]

/** @param units all units of the survey */
export function parseMerge(
  typed: TypedMerge,
  unit: ChangedUnit,
  units: readonly ChangedUnit[],
  days: DaysAllowed,
): ParsedMerge {
  const into = successorsOf(unit, units).find(({ code }) => code === typed.into)
  const choice = mergeChoices.find(({ value }) => value === typed.counts)
  const reason = parseReason(typed.reason)
  const slips = [
    ...slip('don-vi', into ? chainProblem(unit, into, units) : 'Hãy chọn đơn vị kế thừa.'),
    ...slip('ngay', dayProblem(typed.day, days)),
    ...slip('cach-tinh', choice || typed.counts === '' ? undefined : 'Hãy chọn một cách tính.'),
    ...slip('ly-do', reason === undefined ? reasonMissing : undefined),
  ]
  return slips.length > 0 || into === undefined || reason === undefined
    ? { ok: false, slips }
    : { ok: true, into, day: typed.day, counts: choice?.value ?? null, reason }
}

/** What it can have been merged into: units of one level share criteria, groups and questions. */
export function successorsOf(unit: ChangedUnit, units: readonly ChangedUnit[]): ChangedUnit[] {
  return units.filter(({ code, level }) => code !== unit.code && level === unit.level)
}

/** One step at most: whose ballots count where must be read at a glance. */
function chainProblem(
  unit: ChangedUnit,
  into: ChangedUnit,
  units: readonly ChangedUnit[],
): string | undefined {
  if (into.merged_into !== null)
    return `${into.name} đã ghi là sáp nhập vào đơn vị khác. Hãy chọn đơn vị kế thừa cuối cùng.`
  const before = units.filter(({ merged_into }) => merged_into === unit.code).map(presentName)
  return before.length === 0
    ? undefined
    : `${joinWords(before)} đã ghi là sáp nhập vào đơn vị này. Trước hết, hãy ghi đơn vị kế thừa cuối cùng cho ${joinWords(before)}.`
}

/** Merged units whose figures nobody has decided about: the opening waits for them. */
export function undecidedMerges<U extends ChangedUnit>(units: readonly U[]): U[] {
  return units.filter(({ merged_into, merge_counts }) => merged_into !== null && merge_counts === null)
}

/** What was decided about a unit's name and its end, one sentence each. */
export function changeWords(unit: ChangedUnit, units: readonly ChangedUnit[]): string[] {
  const renamed =
    unit.renamed_to === null
      ? []
      : [`${unit.plan_name} đổi tên thành ${unit.renamed_to} từ ngày ${showDay(unit.renamed_on)}.`]
  const into = units.find(({ code }) => code === unit.merged_into)
  return into === undefined
    ? renamed
    : [...renamed, mergeWords(unit, into, unit.merge_counts, unit.merged_on)]
}

/** All that was decided about the units, with the rule where ballots count for a successor. */
export function unitChangesInWords(units: readonly ChangedUnit[]): string[] {
  const pooled = units.some(({ merge_counts }) => merge_counts === 'successor')
  return [
    ...units.flatMap((unit) => changeWords(unit, units)),
    ...(pooled
      ? [
          'Tính cho đơn vị kế thừa: phiếu và số phiếu theo kế hoạch của hai đơn vị cộng lại theo từng nhóm, tính như một đơn vị.',
        ]
      : []),
  ]
}

export function mergeWords(
  unit: ChangedUnit,
  into: ChangedUnit,
  counts: MergeCounts | null,
  day: string | null,
): string {
  const how = mergeChoices.find(({ value }) => value === counts)?.text.toLowerCase() ?? 'chưa chọn cách tính'
  return `${presentName(unit)} sáp nhập vào ${presentName(into)} từ ngày ${showDay(day)}: ${how}.`
}

/**
 * The units that have figures of their own, named with what is in them, and for each of the others the code of the unit
 * with which its ballots count. A choice that was never made is 'own': nothing moves without a decision.
 */
export function scoredUnits<U extends ChangedUnit>(
  units: readonly U[],
): { units: U[]; countsFor: ReadonlyMap<string, string> } {
  const known = new Map(units.map((unit) => [unit.code, unit]))
  const countsFor = new Map(
    units.flatMap(({ code, merged_into, merge_counts }): [string, string][] =>
      merged_into !== null && merge_counts === 'successor' && known.has(merged_into)
        ? [[code, merged_into]]
        : [],
    ),
  )
  return {
    units: units
      .filter(({ code }) => !countsFor.has(code))
      .map((unit) => ({ ...unit, name: nameWithMerges(unit) })),
    countsFor,
  }

  function nameWithMerges(unit: U): string {
    const inside = units
      .filter(({ code }) => countsFor.get(code) === unit.code)
      .map((each) => `${presentName(each)}, sáp nhập ngày ${showDay(each.merged_on)}`)
    const into = unit.merged_into === null ? undefined : known.get(unit.merged_into)
    const notes = [
      ...(inside.length === 0 ? [] : [`gồm cả ${inside.join('; ')}`]),
      ...(into === undefined ? [] : [`sáp nhập vào ${presentName(into)} ngày ${showDay(unit.merged_on)}`]),
    ]
    return notes.reduce(
      // A renamed unit's name ends with what it was called before, in brackets already.
      (name, note) => (unit.renamed_to === null ? `${name} (${note})` : `${name.slice(0, -1)}; ${note})`),
      unit.name,
    )
  }
}

function slip(field: string, text: string | undefined): UnitSlip[] {
  return text === undefined ? [] : [{ field, text }]
}

/** One line in composed letters, without signs that cannot be seen. */
function oneLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
}

/** Capitals apart; accents tell units apart (Long Hà, Long Hạ). */
function isSame(one: string, other: string): boolean {
  const plain = (text: string) => oneLine(text).toLocaleLowerCase('vi')
  return plain(one) === plain(other)
}
