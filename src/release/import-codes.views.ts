// The codes of the other program in words: each criterion and unit with the code it has there.
import { showCount } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { keyOf, longestCode, type CodePlace, type CodeSlip } from './import-codes.ts'

interface Row {
  field: string
  code: string
  name: string
  value: string
  error: string | null
}

export interface ImportCodesPage {
  heading: string
  intro: string
  action: string | null
  longest: number
  errors: { text: string; href: string }[]
  tables: { title: string; head: string; rows: Row[] }[]
  /** Where they are too many for a form. */
  left: string | null
  upload: { action: string; errors: string[] } | null
  template: string
}

export interface ImportCodeViews {
  'release/import-codes': ImportCodesPage
}

/** More fields than that no form takes. */
const mostUnits = 400

/** Name and id of a field; codes may hold signs that an id may not. */
export function fieldOf({ kind, level, code }: Pick<CodePlace, 'kind' | 'level' | 'code'>): string {
  return `ma-${Buffer.from(JSON.stringify([kind, level, code]), 'utf8').toString('base64url')}`
}

export interface ImportCodesInput {
  survey: Survey
  places: CodePlace[]
  /** Stored or typed, by key. */
  values: ReadonlyMap<string, string>
  slips: CodeSlip[]
  fileErrors: string[]
  mayChange: boolean
}

export function importCodesPage(input: ImportCodesInput): ImportCodesPage {
  const { survey, places, values, slips, fileErrors, mayChange } = input
  const errors = new Map(slips.map(({ key, words }) => [key, words]))
  const units = places.filter(({ kind }) => kind === 'unit')
  const shown = units.length > mostUnits ? places.filter(({ kind }) => kind === 'criterion') : places
  const groups = new Map<string, CodePlace[]>()
  for (const place of shown) {
    const title = place.kind === 'criterion' ? `Tiêu chí, ${place.levelName}` : `Đơn vị, ${place.levelName}`
    groups.set(title, [...(groups.get(title) ?? []), place])
  }
  const other = places.filter((place) => (values.get(keyOf(place)) ?? place.code) !== place.code).length
  return {
    heading:
      other === 0
        ? 'Phần mềm chấm điểm dùng cùng mã với đợt điều tra'
        : `Phần mềm chấm điểm dùng mã riêng ở ${showCount(other)} chỗ`,
    intro:
      'Bảng điểm để nhập phần mềm chấm điểm ghi tiêu chí và đơn vị bằng các mã dưới đây. Chỗ nào phần mềm dùng mã khác thì ghi mã đó.',
    action: mayChange ? surveyHref(survey, '/ma-nhap') : null,
    longest: longestCode,
    errors: slips.flatMap(({ key, words }) => {
      const place = places.find((each) => keyOf(each) === key)
      return place === undefined ? [] : [{ text: words, href: `#${fieldOf(place)}` }]
    }),
    tables: [...groups].map(([title, own]) => ({
      title,
      head: own[0]?.kind === 'unit' ? 'Cơ quan, đơn vị' : 'Tiêu chí',
      rows: own.map((place) => ({
        field: fieldOf(place),
        code: place.code,
        name: place.name,
        value: values.get(keyOf(place)) ?? place.code,
        error: errors.get(keyOf(place)) ?? null,
      })),
    })),
    left:
      units.length > mostUnits
        ? `Mã của ${showCount(units.length)} cơ quan, đơn vị không hiện ở đây; hãy nạp bằng tệp.`
        : null,
    upload: mayChange ? { action: surveyHref(survey, '/ma-nhap/tep'), errors: fileErrors } : null,
    template: surveyHref(survey, '/ma-nhap/mau.csv'),
  }
}
