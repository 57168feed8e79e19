// By which codes another program knows our criteria and units: what may be entered, read from a form or a table. Pure.
import { leavesOf, type CriteriaSet } from '../survey/criteria.ts'
import type { SheetCell } from '../lib/spreadsheet.ts'

/** A criterion of a level, or a unit, that has a code there. */
export interface CodePlace {
  kind: 'criterion' | 'unit'
  level: string
  levelName: string
  code: string
  name: string
}

/** Key of a place → its code in the other program; ours where there is none. */
export type ImportCodes = ReadonlyMap<string, string>

export const longestCode = 50

export function keyOf({ kind, level, code }: Pick<CodePlace, 'kind' | 'level' | 'code'>): string {
  return [kind, level, code].join('\t')
}

export function codeThere(codes: ImportCodes, place: Pick<CodePlace, 'kind' | 'level' | 'code'>): string {
  return codes.get(keyOf(place)) ?? place.code
}

interface Named {
  code: string
  name: string
}

/** In the order of the criteria set, then of the plan. */
export function codePlaces(
  levels: Named[],
  sets: CriteriaSet[],
  units: (Named & { level: string })[],
): CodePlace[] {
  const criteria = levels.flatMap((level) =>
    sets
      .filter((set) => set.level === level.code)
      .flatMap((set) => leavesOf(set, 'survey'))
      .map(({ code, name }) => ({
        ...{ kind: 'criterion' as const, level: level.code, levelName: level.name },
        ...{ code, name },
      })),
  )
  const nameOf = new Map(levels.map(({ code, name }) => [code, name]))
  return [
    ...criteria,
    ...units.map(({ level, code, name }) => ({
      ...{ kind: 'unit' as const, level, levelName: nameOf.get(level) ?? level },
      ...{ code, name },
    })),
  ]
}

export interface CodeSlip {
  /** Of which place; null for a line of a file that is none of ours. */
  key: string | null
  words: string
}

export type CodesResult = { ok: true; codes: Map<string, string> } | { ok: false; slips: CodeSlip[] }

/** What was typed for each place. A place without anything typed for it at all keeps what it had. */
export function checkCodes(
  places: CodePlace[],
  before: ImportCodes,
  typed: ReadonlyMap<string, string>,
): CodesResult {
  const codes = new Map<string, string>()
  const slips: CodeSlip[] = []
  const taken = new Map<string, CodePlace>()
  for (const place of places) {
    const key = keyOf(place)
    const code = (typed.get(key) ?? codeThere(before, place)).normalize('NFC').trim()
    const refuse = (words: string) => slips.push({ key, words: `${wordsOf(place)}: ${words}` })
    if (code === '') {
      refuse(`chưa có mã. Hãy ghi mã trong phần mềm chấm điểm; nếu dùng chung mã thì ghi ${place.code}.`)
      continue
    }
    if (code.length > longestCode || /\p{Cc}/u.test(code)) {
      refuse(`mã dài quá ${longestCode} ký tự hoặc có ký tự không in được. Hãy ghi lại.`)
      continue
    }
    // Two levels may share the code of a criterion: a unit is of one level only.
    const scope = [place.kind, place.kind === 'criterion' ? place.level : '', code].join('\t')
    const twin = taken.get(scope)
    if (twin !== undefined)
      refuse(`mã ${code} đã dùng cho ${inSentence(wordsOf(twin))}. Hãy ghi mỗi nơi một mã.`)
    taken.set(scope, place)
    codes.set(key, code)
  }
  return slips.length === 0 ? { ok: true, codes } : { ok: false, slips }
}

function wordsOf({ kind, code, name, levelName }: CodePlace): string {
  return kind === 'criterion' ? `Tiêu chí ${code} (${inSentence(levelName)})` : name
}

function inSentence(text: string): string {
  return /^(Cấp|Tiêu) /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}

export const codeColumns = ['Loại', 'Cấp', 'Mã', 'Tên', 'Mã trong phần mềm chấm điểm']
const kindWords = { criterion: 'Tiêu chí', unit: 'Đơn vị' }

/** The table to fill in, with the codes of today. */
export function codeTable(places: CodePlace[], codes: ImportCodes): string[][] {
  return [
    codeColumns,
    ...places.map((place) => [
      kindWords[place.kind],
      place.level,
      place.code,
      place.name,
      codeThere(codes, place),
    ]),
  ]
}

/** What a filled table says of each place, and the lines that are none of ours or come twice. */
export function readCodeTable(
  cells: SheetCell[][],
  places: CodePlace[],
): { typed: Map<string, string>; slips: CodeSlip[] } {
  const text = (cell: SheetCell | undefined) =>
    // A spreadsheet defuses what looks like a formula by an apostrophe.
    String(cell ?? '')
      .normalize('NFC')
      .trim()
      .replace(/^'(?=[=+\-@])/, '')
  const typed = new Map<string, string>()
  const lines = new Map<string, number>()
  const slips: CodeSlip[] = []
  const slip = (line: number, words: string) => slips.push({ key: null, words: `Dòng ${line}: ${words}` })
  const [head = [], ...rows] = cells
  const missing = codeColumns.filter((title, at) => text(head[at]) !== title)
  if (missing.length > 0)
    return {
      typed,
      slips: [{ key: null, words: `Tệp không có cột “${missing[0] ?? ''}”. Hãy dùng tệp mẫu.` }],
    }
  const known = new Map(places.map((place) => [keyOf(place), place]))
  rows.forEach((row, at) => {
    const line = at + 2
    const [kindText = '', level = '', code = '', , there = ''] = codeColumns.map((_, column) =>
      text(row[column]),
    )
    if ([kindText, level, code, there].every((each) => each === '')) return
    const kind = (['criterion', 'unit'] as const).find((each) => kindWords[each] === kindText)
    if (kind === undefined) {
      slip(line, `cột Loại phải ghi “Tiêu chí” hoặc “Đơn vị”, không phải “${kindText}”. Hãy sửa dòng này.`)
      return
    }
    const key = keyOf({ kind, level, code })
    const before = lines.get(key)
    if (!known.has(key))
      slip(
        line,
        `không có ${kindWords[kind].toLowerCase()} “${code}” ở cấp “${level}”. Hãy xem mã ở tệp mẫu.`,
      )
    else if (before !== undefined)
      slip(line, `${kindWords[kind].toLowerCase()} “${code}” đã có ở dòng ${before}. Hãy giữ lại một dòng.`)
    else {
      typed.set(key, there)
      lines.set(key, line)
    }
  })
  return { typed, slips }
}
