// "Đổi tên, sáp nhập" of one unit in words: how it is called and counted now, and the forms that change it.
import { showDay } from '../lib/format.ts'
import { errorLinks, errorOf, type ErrorLink } from '../staff/fields.ts'
import { decisionKinds } from '../survey/decision.ts'
import type { Decision } from '../survey/decision.queries.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey, Unit } from '../survey/survey.queries.ts'
import { changeWords, mergeChoices, presentName, successorsOf, type UnitSlip } from '../survey/unit-change.ts'

/** The four forms, by the last part of their addresses. */
export type ChangeForm = 'doi-ten' | 'lay-lai-ten' | 'sap-nhap' | 'bo-sap-nhap'

/** What a form held when something was wrong with it, by the names of its fields. */
export interface TypedChange {
  form: ChangeForm
  values: Record<string, string>
  slips: UnitSlip[]
}

export interface FormField {
  id: string
  name: string
  label: string
  hint: string
  type: 'text' | 'date' | 'number' | 'select' | 'textarea'
  value: string
  error: string | null
  options: { value: string; text: string; chosen: boolean }[]
}

interface Form {
  id: ChangeForm
  heading: string
  text: string[]
  action: string
  fields: FormField[]
  button: string
  /** Takes something back: not the first thing to press. */
  secondary: boolean
}

export interface UnitChangePage {
  heading: string
  back: { text: string; href: string }
  errors: ErrorLink[]
  text: string
  /** What was decided so far. */
  changes: string[]
  forms: Form[]
  decisions: { day: string; kind: string; words: string; reason: string; by: string }[]
}

export interface UnitChangeViews {
  'ballot/unit-change': UnitChangePage
}

export interface UnitChangeInput {
  survey: Survey
  unit: Unit
  units: Unit[]
  decisions: Decision[]
  mayChange: boolean
  typed: TypedChange | null
}

export function unitChangePage(input: UnitChangeInput): UnitChangePage {
  const { survey, unit, units, typed } = input
  const changes = changeWords(unit, units)
  return {
    heading: `Đổi tên, sáp nhập: ${presentName(unit)}`,
    back: { text: unit.name, href: surveyHref(survey, `/don-vi/${unit.code}`) },
    errors: errorLinks(
      (typed?.slips ?? []).map(({ field, text }) => ({ field: `${typed?.form ?? ''}-${field}`, text })),
    ),
    text: textFor(input),
    changes,
    forms: input.mayChange ? formsFor(input) : [],
    decisions: input.decisions
      .filter(({ kind, unit_code }) => unit_code === unit.code && kind.startsWith('unit-'))
      .map(({ made_on, kind, words, reason, made_by }) => ({
        day: showDay(made_on),
        kind: kind in decisionKinds ? decisionKinds[kind as keyof typeof decisionKinds] : kind,
        words,
        reason,
        by: made_by,
      })),
  }
}

function textFor({ survey, mayChange }: UnitChangeInput): string {
  if (mayChange)
    return 'Khi có quyết định của cấp có thẩm quyền trong lúc điều tra. Thẻ đã in vẫn dùng được; phiếu vẫn thuộc nhóm ghi trên thẻ.'
  return hasReached(survey, 'cards')
    ? 'Việc mở niêm phong đã bắt đầu nên tên và cách tính không đổi được nữa.'
    : 'Ghi được từ khi phát thẻ. Trước đó, hãy lập đợt điều tra từ kế hoạch đã có tên mới.'
}

function formsFor({ survey, unit, units, typed }: UnitChangeInput): Form[] {
  const form = (
    id: ChangeForm,
    heading: string,
    text: string[],
    fields: FormField[],
    button: string,
  ): Form => ({
    id,
    heading,
    text,
    action: surveyHref(survey, `/don-vi/${unit.code}/${id}`),
    fields,
    button,
    secondary: id === 'lay-lai-ten' || id === 'bo-sap-nhap',
  })
  const field = (
    id: ChangeForm,
    name: string,
    label: string,
    type: FormField['type'],
    stored: string,
    more: Partial<FormField> = {},
  ): FormField => {
    const own = typed?.form === id ? typed : undefined
    const value = own?.values[name] ?? stored
    const options = (more.options ?? []).map((each) => ({ ...each, chosen: each.value === value }))
    const error = errorOf(own?.slips ?? [], name)
    return { id: `${id}-${name}`, name, label, type, hint: '', value, error, ...more, options }
  }
  const reason = (id: ChangeForm) =>
    field(id, 'ly-do', 'Số, ngày của quyết định; lý do', 'textarea', '', {
      hint: 'Ví dụ: Quyết định số 12/QĐ-UBND ngày 05/10/2022.',
    })
  const option = (value: string, text: string) => ({ value, text, chosen: false })
  const rename = form(
    'doi-ten',
    unit.renamed_to === null ? 'Đổi tên' : 'Sửa tên, ngày đổi tên',
    ['Từ lúc ghi, mọi trang, thẻ in thêm, tệp và bảng điểm dùng tên mới, kèm tên cũ.'],
    [
      field('doi-ten', 'ten', 'Tên mới', 'text', unit.renamed_to ?? ''),
      field('doi-ten', 'ngay', 'Mang tên mới từ ngày', 'date', unit.renamed_on ?? ''),
      reason('doi-ten'),
    ],
    unit.renamed_to === null ? 'Ghi tên mới' : 'Ghi lại',
  )
  const restore = form(
    'lay-lai-ten',
    'Lấy lại tên trong kế hoạch',
    [`Nếu đã ghi nhầm: đơn vị lại mang tên ${unit.plan_name}.`],
    [reason('lay-lai-ten')],
    'Lấy lại tên trong kế hoạch',
  )
  const merge = form(
    'sap-nhap',
    unit.merged_into === null ? 'Sáp nhập vào đơn vị khác' : 'Chọn cách tính, sửa việc sáp nhập',
    [
      'Phiếu không chia và không chuyển: ai cầm thẻ của đơn vị nào thì trả lời cho đơn vị đó.',
      'Hai đơn vị hợp thành một đơn vị mới: ghi một đơn vị sáp nhập vào đơn vị kia, rồi đổi tên đơn vị kia.',
      ...mergeChoices.map(({ text, note }) => `${text}: ${note}`),
    ],
    [
      field('sap-nhap', 'don-vi', 'Đơn vị kế thừa', 'select', unit.merged_into ?? '', {
        options: [
          option('', 'Chọn đơn vị'),
          ...successorsOf(unit, units).map(({ code, name }) => option(code, name)),
        ],
      }),
      field('sap-nhap', 'ngay', 'Sáp nhập từ ngày', 'date', unit.merged_on ?? ''),
      field('sap-nhap', 'cach-tinh', 'Cách tính điểm', 'select', unit.merge_counts ?? '', {
        hint: 'Phải chọn trước khi mở niêm phong; sau đó không đổi được.',
        options: [
          option('', 'Chọn sau, trước khi mở niêm phong'),
          ...mergeChoices.map(({ value, text }) => option(value, text)),
        ],
      }),
      reason('sap-nhap'),
    ],
    'Ghi việc sáp nhập',
  )
  const undo = form(
    'bo-sap-nhap',
    'Bỏ ghi sáp nhập',
    ['Nếu đã ghi nhầm: đơn vị được tính riêng như kế hoạch.'],
    [reason('bo-sap-nhap')],
    'Bỏ ghi sáp nhập',
  )
  return [
    rename,
    ...(unit.renamed_to === null ? [] : [restore]),
    merge,
    ...(unit.merged_into === null ? [] : [undo]),
  ]
}
