// The scoring settings on screen: each with its choices, why one would take it, and what it does to invented people, chosen beside
// default.
import type { CriteriaSet } from '../survey/criteria.ts'
import { showDay } from '../lib/format.ts'
import type { Questionnaire } from '../survey/questionnaire.ts'
import { criteriaOnOneItem } from '../survey/one-item.ts'
import {
  bandFields,
  choiceFields,
  groupField,
  groupsOnce,
  itemWeightsField,
  minimumField,
  topField,
  validShareField,
  type FormSlip,
  type TypedScoring,
} from '../survey/scoring-form.ts'
import {
  choiceNames,
  choices,
  scoringInWords,
  standardScoring,
  typedNames,
  type ChoiceName,
} from '../survey/scoring-words.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Group, Level, Survey } from '../survey/survey.queries.ts'
import type { ExampleName } from './settings-example.ts'

export interface SettingsPage {
  heading: string
  intro: string
  errors: { text: string; href: string }[]
  warnings: string[]
  /** What the examples show at present. */
  note: string
  form: { action: string; reset: { action: string; text: string } | null } | null
  parts: { title: string; facts: string[]; sections: Section[] }[]
}

interface Section {
  id: string
  name: string
  why: string
  /** As it stands, where nothing can be changed. */
  value: string
  radios: {
    id: string
    name: string
    value: string
    label: string
    why: string
    chosen: boolean
    standard: boolean
    result: string
  }[]
  error: string
  fields: Field[]
  bands: { from: Field; name: Field }[]
  example: { text: string; chosen: string; standard: string }
}

interface Field {
  id: string
  label: string
  hint: string
  value: string
  suffix: string
  error: string
  lines: number
}

export interface SettingsViews {
  'index-calculator/settings': SettingsPage
}

/** Results by name of the example; '–' where they cannot be computed. */
export interface ExampleResults {
  chosen: Record<ExampleName, string>
  standard: Record<ExampleName, string>
  /** By setting and choice. */
  choices: Partial<Record<ChoiceName, Record<string, string>>>
}

export interface SettingsInput {
  survey: Survey
  levels: Level[]
  groups: Group[]
  criteriaSets: CriteriaSet[]
  questionnaires: Questionnaire[]
  stored: ScoringSettings
  typed: TypedScoring
  slips: FormSlip[]
  results: ExampleResults
  /** 63 + 18 of 100 beside 63 of 70. */
  silence: { low: string; few: string }
  /** Names of the two groups of the examples. */
  people: readonly [string, string]
  isTrial: boolean
  mayChange: boolean
  frozen: { since: string | null } | null
}

export function settingsPage(input: SettingsInput): SettingsPage {
  const { survey, stored, slips, isTrial, mayChange, frozen } = input
  const others = differences(stored)
  return {
    heading: others === 0 ? 'Cách tính điểm: theo mặc định' : `Cách tính điểm: ${others} mục khác mặc định`,
    intro: frozen
      ? `${frozen.since === null ? 'Đã bắt đầu thu phiếu' : `Đã bắt đầu thu phiếu ngày ${showDay(frozen.since)}`}; từ đó cách tính được giữ nguyên và in vào mọi bảng điểm, báo cáo.`
      : 'Hãy chọn trước khi thu phiếu: từ lúc bắt đầu thu phiếu, cách tính được giữ nguyên và in vào mọi bảng điểm, báo cáo.',
    errors: slips.map(({ field, text }) => ({ text, href: `#${hrefOf(field)}` })),
    warnings: warningsOf(input),
    note: noteOf(slips, isTrial),
    form: mayChange
      ? {
          action: surveyHref(survey, '/cach-tinh'),
          reset:
            others === 0 ? null : { action: surveyHref(survey, '/cach-tinh/mac-dinh'), text: 'Về mặc định' },
        }
      : null,
    parts: partsOf(input),
  }
}

function differences(stored: ScoringSettings): number {
  const standard = new Map(scoringInWords(standardScoring).map(({ name, value }) => [name, value]))
  const typed = new Set<string>([typedNames.topOptions, typedNames.fixedWeights])
  return scoringInWords(stored).filter(({ name, value }) => !typed.has(name) && standard.get(name) !== value)
    .length
}

function noteOf(slips: FormSlip[], isTrial: boolean): string {
  const [first] = slips
  if (first) return `Chưa tính được ví dụ: ${first.text}`
  return isTrial
    ? 'Đang xem thử: ví dụ tính theo lựa chọn trong biểu mẫu, chưa lưu.'
    : 'Ví dụ tính theo cách tính đang lưu.'
}

function warningsOf({
  levels,
  groups,
  criteriaSets,
  questionnaires,
  typed,
  silence,
}: SettingsInput): string[] {
  const alone = criteriaOnOneItem(criteriaSets, groups, questionnaires).map(({ level, criteria }) => {
    const name = levels.find(({ code }) => code === level)?.name ?? level
    const codes = criteria.map(({ code }) => code).join(', ')
    return `${name}: tiêu chí ${codes} chỉ dựa trên một câu hỏi. Nên có từ hai câu trở lên, vì biết điểm của tiêu chí là biết kết quả của câu hỏi đó.`
  })
  const pays =
    typed[choiceFields.belowThreshold] === 'leaves-scale'
      ? [
          `Không trả lời lại có lợi: với 63/70 điểm thẩm định, nơi trả lời và được 18/30 điểm điều tra có Chỉ số ${silence.low} %, nơi không trả lời có ${silence.few} %.`,
        ]
      : []
  return [...pays, ...alone]
}

/** The order in which figures are made. */
const outline: { title: string; facts: string[]; settings: ExampleName[] }[] = [
  {
    title: 'Từng phiếu, từng câu hỏi',
    facts: ['Câu hỏi đảo chiều luôn được đảo lại trước khi tính.'],
    settings: ['validShare', 'itemMethod', 'optOut', 'blank'],
  },
  { title: 'Từng tiêu chí', facts: [], settings: ['severalItems', 'withoutValue'] },
  {
    title: 'Từng cơ quan, đơn vị',
    facts: [
      'Cơ quan, đơn vị thiếu người trả lời thì được gia hạn trước; các mục dưới đây áp dụng khi vẫn thiếu.',
    ],
    settings: ['groups', 'minimumReturn', 'belowThreshold'],
  },
  {
    title: 'Chỉ số và xếp hạng',
    facts: [
      'Điểm bằng nhau thì cùng hạng, cả hai đều được ghi, hạng sau cách ra: 1, 2, 2, 4. So sánh trên số chưa làm tròn.',
    ],
    settings: ['bands'],
  },
]

function partsOf(input: SettingsInput): SettingsPage['parts'] {
  const words = new Map(scoringInWords(input.stored).map(({ name, value }) => [name, value]))
  return outline.map(({ title, facts, settings }) => ({
    title,
    facts,
    sections: settings.map((name) => sectionOf(name, input, words)),
  }))
}

function sectionOf(name: ExampleName, input: SettingsInput, words: ReadonlyMap<string, string>): Section {
  const { results, slips } = input
  const choice = choiceNames.find((each) => each === name)
  const id = choice ? choiceFields[choice] : typedFields[name as 'validShare']
  const title = choice ? choices[choice].name : typedNames[name as 'validShare']
  return {
    id,
    name: title,
    why: whyOf[name] ?? '',
    value: valueOf(name, title, words),
    radios: choice ? radiosOf(choice, input) : [],
    error: choice ? errorOf(id, slips) : '',
    fields: fieldsOf(name, input),
    bands: name === 'bands' ? bandsOf(input) : [],
    example: {
      text: exampleText(name, input.people, input.typed),
      chosen: results.chosen[name],
      standard: results.standard[name],
    },
  }
}

const typedFields = { validShare: validShareField, minimumReturn: minimumField, bands: 'xep-loai' } as const

const whyOf: Partial<Record<ExampleName, string>> = {
  validShare:
    'Phiếu trả lời quá ít câu không đủ để đánh giá. “Không biết / không có ý kiến” tính là đã trả lời. Mặc định 70 %.',
  minimumReturn:
    'Ngoài số người tối thiểu ở mỗi tiêu chí, có thể yêu cầu số phiếu hợp lệ đạt một tỷ lệ của số phiếu theo kế hoạch. Mặc định 0: không yêu cầu thêm.',
  bands:
    'Mỗi bậc tính từ mức ghi ở đây đến bậc cao hơn, trên Chỉ số chưa làm tròn. Mặc định để trống: không xếp loại.',
}

function valueOf(name: ExampleName, title: string, words: ReadonlyMap<string, string>): string {
  const more = {
    itemMethod: typedNames.topOptions,
    severalItems: typedNames.itemWeights,
    groups: typedNames.fixedWeights,
  }[name as string]
  const extra = more === undefined ? undefined : words.get(more)
  const own = words.get(title) ?? ''
  return extra === undefined || more === undefined ? own : `${own}; ${more.toLowerCase()}: ${extra}`
}

function radiosOf(name: ChoiceName, { typed, results }: SettingsInput): Section['radios'] {
  const field = choiceFields[name]
  return Object.entries(choices[name].choices).map(([value, { name: label, why }]) => ({
    id: `${field}-${value}`,
    name: field,
    value,
    label,
    why,
    chosen: typed[field] === value,
    standard: standardScoring[name] === value,
    result: results.choices[name]?.[value] ?? '–',
  }))
}

function fieldsOf(name: ExampleName, input: SettingsInput): Field[] {
  const field = fieldMaker(input)
  switch (name) {
    case 'validShare':
      return [field(validShareField, 'Phần trăm số câu', { suffix: '%' })]
    case 'minimumReturn':
      return [field(minimumField, 'Phần trăm số phiếu theo kế hoạch', { suffix: '%' })]
    case 'itemMethod':
      return [
        field(topField, `${typedNames.topOptions} (mặc định 2)`, {
          hint: 'Chỉ dùng với cách “Tỷ lệ chọn các phương án tốt nhất”. Phương án kém nhất không bao giờ được tính.',
        }),
      ]
    case 'severalItems':
      return [
        field(itemWeightsField, `${typedNames.itemWeights} (mặc định 1 cho mọi câu)`, {
          hint: `Mỗi dòng một câu: mã câu hỏi, dấu bằng, trọng số, ví dụ ${sampleItem(input)} = 2 hoặc ${sampleItem(input)} = 1/3. Câu không ghi có trọng số 1. Trọng số không đều có thể khiến điểm phải in thô hơn 0,01.`,
          lines: 4,
        }),
      ]
    case 'groups':
      return groupsOnce(input.groups).map(({ code, name: group }) =>
        field(groupField(code), `Trọng số cố định: ${group}`, {}),
      )
    default:
      return []
  }
}

function bandsOf(input: SettingsInput): Section['bands'] {
  const field = fieldMaker(input)
  return bandFields.map(({ from, name }, at) => ({
    name: field(name, `Tên bậc ${at + 1}`, {}),
    from: field(from, `Bậc ${at + 1} tính từ (%)`, {}),
  }))
}

function fieldMaker({ typed, slips }: SettingsInput) {
  return (id: string, label: string, more: Partial<Pick<Field, 'hint' | 'suffix' | 'lines'>>): Field => ({
    id,
    label,
    hint: more.hint ?? '',
    suffix: more.suffix ?? '',
    lines: more.lines ?? 1,
    value: typed[id] ?? '',
    error: errorOf(id, slips),
  })
}

function sampleItem({ questionnaires }: SettingsInput): string {
  return questionnaires[0]?.sections[0]?.items[0]?.code ?? 'A1'
}

function errorOf(field: string, slips: readonly FormSlip[]): string {
  return slips.find((slip) => slip.field === field)?.text ?? ''
}

/** Radios have no field of the plain name. */
function hrefOf(field: string): string {
  const choice = choiceNames.find((name) => choiceFields[name] === field)
  return choice ? `${field}-${Object.keys(choices[choice].choices)[0] ?? ''}` : field
}

function exampleText(
  name: ExampleName,
  [one, other]: readonly [string, string],
  typed: TypedScoring,
): string {
  const nine = `5 người (${one}) chọn A, A, B, B, C; 4 người (${other}) chọn A, B, B, C; bốn phương án A, B, C, D có hệ số 1; 0,6; 0,2; 0; điểm tối đa 1.`
  switch (name) {
    case 'validShare':
      return 'phiếu có 10 câu, trả lời 6 câu hoặc 7 câu.'
    case 'itemMethod':
      return nine
    case 'optOut':
      return 'như trên, nhưng 3 trong 9 người không biết: nhóm 5 người chọn A, A, B, B, “Không biết”; nhóm 4 người chọn A, B, hai người “Không biết”.'
    case 'blank':
      return '9 người đều chọn phương án tốt nhất ở 4 câu, chỉ một người để trống câu cuối; điểm tối đa 1.'
    case 'severalItems':
      return `câu thứ nhất được 4 người trả lời, tỷ lệ theo hệ số 80 %; câu thứ hai chỉ được 1 người trả lời, 20 %, 3 người không biết.${typed[itemWeightsField]?.trim() ? ' Câu thứ nhất mang trọng số đầu tiên đã ghi.' : ''}`
    case 'withoutValue':
      return 'tiêu chí thứ nhất tối đa 10 điểm, tỷ lệ 80 %; ở tiêu chí thứ hai, tối đa 5 điểm, mọi người chọn “Không biết”.'
    case 'groups':
      return `${nine} Nhóm trả lời thiếu: điểm tối đa 30, nhóm 5 người đạt 80 % theo hệ số, nhóm 4 người đạt 60 % nhưng chỉ một người trả lời; so với khi đủ bốn người.`
    case 'minimumReturn':
      return '10 phiếu theo kế hoạch, 6 phiếu hợp lệ.'
    case 'belowThreshold':
      return 'ba nơi đều có 63/70 điểm thẩm định; hai nơi đủ người trả lời được 18/30 và 30/30 điểm điều tra; kết quả của nơi chỉ có 3 người trả lời.'
    case 'bands':
      return 'Chỉ số 81 %.'
  }
}
