// The scoring settings as a form: what is typed → settings, or sentences beside the fields. Numbers are typed as people write them
// (70 for 70 %, a decimal comma, fractions); they are kept exact.
import Fraction from 'fraction.js'
import { choiceNames, choices, exactTextOf, standardScoring, type ChoiceName } from './scoring-words.ts'
import { mostBands, ScoringSettings, slipsOfScoring, type GradeBand } from './settings.ts'

/** By name of the field; what was not sent is missing. */
export type TypedScoring = Readonly<Record<string, string | undefined>>

export interface FormSlip {
  field: string
  text: string
}

/** The survey in what its weights refer to. */
export interface FormDesign {
  groups: readonly { level: string; code: string; name: string }[]
  items: ReadonlySet<string>
}

export const choiceFields: Record<ChoiceName, string> = {
  itemMethod: 'cach-cau',
  severalItems: 'nhieu-cau',
  optOut: 'khong-biet',
  blank: 'de-trong',
  groups: 'cac-nhom',
  withoutValue: 'khong-gia-tri',
  belowThreshold: 'chua-du',
}
export const topField = 'so-tot'
export const itemWeightsField = 'trong-so-cau'
export const validShareField = 'hop-le'
export const minimumField = 'toi-thieu'
export const groupField = (code: string) => `trong-so-nhom-${code}`
export const bandFields = Array.from({ length: mostBands }, (_, at) => ({
  from: `bac-tu-${at + 1}`,
  name: `bac-ten-${at + 1}`,
}))

/** Each code once; a code that stands on several levels is one group here, with one weight. */
export function groupsOnce(groups: FormDesign['groups']): FormDesign['groups'] {
  return groups.filter(({ code }, at) => groups.findIndex((other) => other.code === code) === at)
}

/** The form as it shows stored settings. */
export function typedOf(scoring: ScoringSettings): Record<string, string> {
  const typed: Record<string, string> = {
    [topField]: String(scoring.topOptions),
    [itemWeightsField]: Object.entries(scoring.itemWeights)
      .map(([code, weight]) => `${code} = ${exactTextOf(weight)}`)
      .join('\n'),
    [validShareField]: percentTyped(scoring.validShare),
    [minimumField]: percentTyped(scoring.minimumReturn),
  }
  for (const name of choiceNames) typed[choiceFields[name]] = scoring[name]
  for (const [code, weight] of Object.entries(scoring.fixedWeights))
    typed[groupField(code)] = exactTextOf(weight)
  bandFields.forEach((field, at) => {
    const band = scoring.bands[at]
    if (!band) return
    typed[field.from] = exactTextOf(band.from)
    typed[field.name] = band.name
  })
  return typed
}

/** "0.7" → "70"; a share that is no percentage of two decimals stays a fraction. */
function percentTyped(share: string): string {
  const percent = new Fraction(share).mul(100)
  return percent.mul(100).d === 1n ? exactTextOf(percent.toString(4)) : new Fraction(share).toFraction()
}

/** All slips at once; settings only where there is none. */
export function readScoring(
  typed: TypedScoring,
  design: FormDesign,
): { ok: true; scoring: ScoringSettings } | { ok: false; slips: FormSlip[] } {
  const slips: FormSlip[] = []
  const slip = (field: string, text: string) => void slips.push({ field, text })
  const chosen = Object.fromEntries(
    choiceNames.map((name) => [name, readChoice(name, typed, slip) ?? standardScoring[name]]),
  )
  const raw = {
    ...chosen,
    topOptions: chosen.itemMethod === 'top-box' ? readTop(typed, slip) : standardScoring.topOptions,
    itemWeights: readItemWeights(typed[itemWeightsField] ?? '', design.items, slip),
    validShare: readPercent(validShareField, typed, slip),
    minimumReturn: readPercent(minimumField, typed, slip),
    fixedWeights: chosen.groups === 'fixed' ? readGroupWeights(typed, design, slip) : {},
    bands: readBands(typed, slip),
  }
  if (slips.length > 0) return { ok: false, slips }
  const scoring = ScoringSettings.parse(raw)
  for (const { code, message } of slipsOfScoring(scoring, design)) {
    const field = groupField(code === '' ? (design.groups[0]?.code ?? '') : code)
    slip(field, `${capital(message)} Hãy nhập ít nhất một trọng số lớn hơn 0.`)
  }
  return slips.length > 0 ? { ok: false, slips } : { ok: true, scoring }
}

type Slip = (field: string, text: string) => void

function readChoice(name: ChoiceName, typed: TypedScoring, slip: Slip): string | undefined {
  const field = choiceFields[name]
  const value = typed[field] ?? ''
  if (Object.hasOwn(choices[name].choices, value)) return value
  slip(field, `Hãy chọn một cách ở mục “${choices[name].name.replace(/[“”]/g, '')}”.`)
  return undefined
}

function readTop(typed: TypedScoring, slip: Slip): number {
  const text = (typed[topField] ?? '').trim()
  if (/^[1-9]$/.test(text)) return Number(text)
  slip(topField, 'Hãy nhập số phương án tốt nhất được tính, từ 1 đến 9.')
  return standardScoring.topOptions
}

function readPercent(field: string, typed: TypedScoring, slip: Slip): string {
  const text = numberTyped(typed[field]).replace(/%$/, '')
  const share = /^\d{1,4}\/[1-9]\d{0,3}$/.test(text)
    ? new Fraction(text)
    : /^\d{1,3}(\.\d{1,2})?$/.test(text)
      ? new Fraction(text).div(100)
      : undefined
  if (share === undefined) slip(field, 'Hãy nhập số phần trăm từ 0 đến 100, ví dụ 70, hoặc phân số như 2/3.')
  else if (share.gt(1)) slip(field, `“${typed[field]?.trim()}” lớn hơn 100 %. Hãy nhập số từ 0 đến 100.`)
  else return text.includes('/') ? text : share.toString()
  return '0'
}

function readGroupWeights(
  typed: TypedScoring,
  { groups }: FormDesign,
  slip: Slip,
): ScoringSettings['fixedWeights'] {
  return Object.fromEntries(
    groupsOnce(groups).map(({ code, name }) => {
      const field = groupField(code)
      const text = numberTyped(typed[field])
      if (text === '') slip(field, `Nhóm “${name}” chưa có trọng số. Hãy nhập một số, ví dụ 60.`)
      else if (!/^\d{1,6}(\.\d{1,6}|\/[1-9]\d{0,5})?$/.test(text))
        slip(
          field,
          `“${shortened(typed[field])}” không phải là trọng số. Hãy nhập số từ 0 trở lên, ví dụ 60; 0,5 hoặc 1/3.`,
        )
      return [code, text]
    }),
  )
}

/** One question a line: "A1 = 2". A weight of 1 is what every question has. */
function readItemWeights(
  text: string,
  items: ReadonlySet<string>,
  slip: Slip,
): ScoringSettings['itemWeights'] {
  const weights: Record<string, string> = {}
  const seen = new Set<string>()
  for (const line of text.split(/[\n;]+/).map((each) => each.trim())) {
    if (line === '') continue
    const [, code = '', typed = ''] = /^([^\s=:]+)\s*[=:\s]\s*(\S+)$/.exec(line) ?? []
    const weight = numberTyped(typed)
    if (code === '')
      slip(
        itemWeightsField,
        `Dòng “${shortened(line)}” chưa đúng. Hãy ghi mã câu hỏi, dấu bằng rồi trọng số, ví dụ A1 = 2.`,
      )
    else if (!items.has(code))
      slip(
        itemWeightsField,
        `Không có câu hỏi nào mang mã “${shortened(code)}”. Hãy xem mã ở trang Bộ câu hỏi.`,
      )
    else if (seen.has(code)) slip(itemWeightsField, `Câu ${code} có hai trọng số. Hãy giữ lại một dòng.`)
    else if (!/^\d{1,3}(\.\d{1,2}|\/[1-9]\d?)?$/.test(weight) || new Fraction(weight).equals(0))
      slip(
        itemWeightsField,
        `Trọng số của câu ${code} phải là số lớn hơn 0, nhiều nhất hai chữ số thập phân, hoặc phân số như 1/3. Muốn bỏ câu hỏi, hãy xóa khỏi bộ câu hỏi.`,
      )
    else if (!new Fraction(weight).equals(1)) weights[code] = weight
    seen.add(code)
  }
  return weights
}

function readBands(typed: TypedScoring, slip: Slip): GradeBand[] {
  const before = slipCounter(slip)
  const bands = bandFields.flatMap((field) => {
    const [from, name] = [numberTyped(typed[field.from]).replace(/%$/, ''), (typed[field.name] ?? '').trim()]
    if (from === '' && name === '') return []
    if (!/^\d{1,3}(\.\d{1,2})?$/.test(from) || new Fraction(from).gt(100))
      before.slip(field.from, 'Hãy nhập mức bắt đầu của bậc, số phần trăm từ 0 đến 100.')
    if (name === '' || name.length > 60)
      before.slip(field.name, 'Hãy nhập tên bậc, không quá 60 ký tự, ví dụ Tốt.')
    return [{ field, from, name }]
  })
  if (before.count > 0) return []
  bands.forEach(({ field, from, name }, at) => {
    const earlier = bands.slice(0, at)
    if (earlier.some((other) => new Fraction(other.from).equals(from)))
      slip(field.from, `Hai bậc cùng bắt đầu từ ${exactTextOf(from)} % nên chồng lên nhau. Hãy sửa một mức.`)
    if (earlier.some((other) => other.name.toLowerCase() === name.toLowerCase()))
      slip(field.name, `Hai bậc cùng tên “${shortened(name)}”. Hãy đổi một tên.`)
  })
  const [first] = bands
  if (first && bands.every(({ from }) => !new Fraction(from).equals(0)))
    slip(
      bands.at(-1)?.field.from ?? first.field.from,
      'Bậc thấp nhất phải bắt đầu từ 0, để cơ quan, đơn vị nào cũng được xếp loại.',
    )
  return bands.map(({ from, name }) => ({ from, name }))
}

function slipCounter(slip: Slip) {
  const counter = {
    count: 0,
    slip: (field: string, text: string) => {
      counter.count += 1
      slip(field, text)
    },
  }
  return counter
}

/** "0,5" → "0.5"; spaces go. */
function numberTyped(text: string | undefined): string {
  return (text ?? '').replace(/\s+/g, '').replace(',', '.')
}

function shortened(text: string | undefined): string {
  const plain = (text ?? '').trim()
  return plain.length > 40 ? `${plain.slice(0, 40)}…` : plain
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
