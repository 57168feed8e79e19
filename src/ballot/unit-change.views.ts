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
  /** Takes back what was written down; null where nothing was. `open` when something is wrong with it. */
  undo: {
    heading: string
    text: string
    action: string
    fields: FormField[]
    button: string
    open: boolean
  } | null
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

function formsFor(input: UnitChangeInput): Form[] {
  return [renameForm(input), mergeForm(input)]
}

function renameForm(input: UnitChangeInput): Form {
  const { survey, unit } = input
  const isRenamed = unit.renamed_to !== null
  return {
    id: 'doi-ten',
    heading: isRenamed ? 'Sửa tên, ngày đổi tên' : 'Đổi tên',
    text: ['Từ lúc ghi, mọi trang, thẻ in thêm, tệp và bảng điểm dùng tên mới, kèm tên cũ.'],
    action: addressOf(survey, unit, 'doi-ten'),
    fields: [
      fieldOf(input, 'doi-ten', 'ten', 'Tên mới', 'text', unit.renamed_to ?? ''),
      fieldOf(input, 'doi-ten', 'ngay', 'Mang tên mới từ ngày', 'date', unit.renamed_on ?? ''),
      reasonOf(input, 'doi-ten'),
    ],
    button: isRenamed ? 'Ghi lại' : 'Ghi tên mới',
    undo: isRenamed
      ? {
          heading: 'Lấy lại tên trong kế hoạch',
          text: `Nếu đã ghi nhầm: đơn vị lại mang tên ${unit.plan_name}.`,
          button: 'Lấy lại tên trong kế hoạch',
          ...undoOf(input, 'lay-lai-ten'),
        }
      : null,
  }
}

function mergeForm(input: UnitChangeInput): Form {
  const { survey, unit, units } = input
  const isMerged = unit.merged_into !== null
  const option = (value: string, text: string) => ({ value, text, chosen: false })
  const successors = successorsOf(unit, units).map(({ code, name }) => option(code, name))
  const choices = mergeChoices.map(({ value, text }) => option(value, text))
  return {
    id: 'sap-nhap',
    heading: isMerged ? 'Chọn cách tính, sửa việc sáp nhập' : 'Sáp nhập vào đơn vị khác',
    text: [
      'Phiếu không chia và không chuyển: ai cầm thẻ của đơn vị nào thì trả lời cho đơn vị đó.',
      'Hai đơn vị hợp thành một đơn vị mới: ghi một đơn vị sáp nhập vào đơn vị kia, rồi đổi tên đơn vị kia.',
      ...mergeChoices.map(({ text, note }) => `${text}: ${note}`),
    ],
    action: addressOf(survey, unit, 'sap-nhap'),
    fields: [
      fieldOf(input, 'sap-nhap', 'don-vi', 'Đơn vị kế thừa', 'select', unit.merged_into ?? '', {
        options: [option('', 'Chọn đơn vị'), ...successors],
      }),
      fieldOf(input, 'sap-nhap', 'ngay', 'Sáp nhập từ ngày', 'date', unit.merged_on ?? ''),
      fieldOf(input, 'sap-nhap', 'cach-tinh', 'Cách tính điểm', 'select', unit.merge_counts ?? '', {
        hint: 'Phải chọn trước khi mở niêm phong; sau đó không đổi được.',
        options: [option('', 'Chọn sau, trước khi mở niêm phong'), ...choices],
      }),
      reasonOf(input, 'sap-nhap'),
    ],
    button: 'Ghi việc sáp nhập',
    undo: isMerged
      ? {
          heading: 'Bỏ ghi sáp nhập',
          text: 'Nếu đã ghi nhầm: đơn vị được tính riêng như kế hoạch.',
          button: 'Bỏ ghi sáp nhập',
          ...undoOf(input, 'bo-sap-nhap'),
        }
      : null,
  }
}

function undoOf(input: UnitChangeInput, id: ChangeForm) {
  return {
    action: addressOf(input.survey, input.unit, id),
    fields: [reasonOf(input, id)],
    open: input.typed?.form === id,
  }
}

function reasonOf(input: UnitChangeInput, form: ChangeForm): FormField {
  return fieldOf(input, form, 'ly-do', 'Số, ngày của quyết định; lý do', 'textarea', '', {
    hint: 'Ví dụ: Quyết định số 12/QĐ-UBND ngày 05/10/2022.',
  })
}

/** As typed where this form was wrong, else as stored. */
function fieldOf(
  { typed }: UnitChangeInput,
  form: ChangeForm,
  name: string,
  label: string,
  type: FormField['type'],
  stored: string,
  more: Pick<Partial<FormField>, 'hint' | 'options'> = {},
): FormField {
  const own = typed?.form === form ? typed : undefined
  const value = own?.values[name] ?? stored
  const options = (more.options ?? []).map((each) => ({ ...each, chosen: each.value === value }))
  const error = errorOf(own?.slips ?? [], name)
  return { id: `${form}-${name}`, name, label, type, hint: more.hint ?? '', value, error, options }
}

function addressOf(survey: Survey, unit: Unit, form: ChangeForm): string {
  return surveyHref(survey, `/don-vi/${unit.code}/${form}`)
}
