// A whole survey as data: what a folder or a template holds before it is stored. The same schemas check both.
import { z } from 'zod'
import type { CriteriaSet } from './criteria.ts'
import type { Questionnaire } from './questionnaire.ts'
import { SurveySettings } from './settings.ts'
import { codeText, optionalCode, optionalDay } from './text.ts'

const flag = z.enum(['0', '1'], 'phải là 0 hoặc 1').transform((text) => text === '1')
const position = z
  .string()
  .regex(/^\d{1,6}$/, 'phải là số thứ tự, ví dụ 1')
  .transform(Number)
const people = z
  .string()
  .regex(/^\d{1,6}$/, 'phải là số người, ví dụ 5')
  .transform(Number)
const optionalPeople = z
  .string()
  .regex(/^\d{0,6}$/, 'phải là số người, ví dụ 2, hoặc để trống')
  .transform(Number)
const text = (most: number) =>
  z.string().trim().min(1, 'không được để trống').max(most, `dài quá ${most} ký tự`)
const name = text(400)

/** survey.json: what belongs to the survey as a whole. */
export const SurveyHead = z.strictObject({
  schema: z.literal('survey-folder/1'),
  title: name,
  year: z.int().min(2000).max(2100),
  illustrative: z.boolean(),
  organiser: text(200),
  plan: z.strictObject({
    number: z.string().max(60),
    date: optionalDay('phải là ngày có thật, dạng 2022-10-05, hoặc để trống'),
    title: z.string().max(400),
  }),
  contact: z.strictObject({ office: z.string().max(200), phone: z.string().max(60) }),
  settings: z.preprocess((value) => value ?? {}, SurveySettings),
})
export type SurveyHead = z.infer<typeof SurveyHead>

/** levels.csv */
export const LevelRow = z.object({ code: codeText, name, order: position, surveyed: flag })
/** units.csv; `block` is the ranking block, `parent` the code of the unit above (or empty). */
export const UnitRow = z.object({
  code: codeText,
  name,
  short_name: name,
  level: codeText,
  block: name,
  parent: optionalCode,
  order: position,
})
/** groups.csv; quota and reserve are people per unit, `questionnaire` the file's name without .csv. */
export const GroupRow = z.object({
  level: codeText,
  code: codeText,
  name,
  quota: people,
  reserve: optionalPeople,
  questionnaire: codeText,
  order: position,
})
/** quotas.csv (may be missing): another number of people for one unit and group. */
export const QuotaRow = z.object({ unit: codeText, group: codeText, quota: people, reserve: optionalPeople })
/** options.csv: named sets of options, from worst to best. */
export const OptionRow = z.object({
  set: codeText,
  option: codeText,
  label: text(120),
  coefficient: z
    .string()
    .regex(/^(\d(\.\d{1,6})?|\d{1,3}\/[1-9]\d{0,3})?$/, 'phải là số từ 0 đến 1, ví dụ 0.75, hoặc để trống'),
  opt_out: flag,
})
/** questionnaires/<code>.csv: one row an item, in the order of asking. */
export const ItemRow = z.object({
  section: codeText,
  section_title: text(200),
  item: codeText,
  text: name,
  options: codeText,
  criterion: z
    .string()
    .min(1, 'không được để trống: mỗi câu hỏi phải thuộc một tiêu chí điều tra xã hội học')
    .pipe(codeText),
  reversed: flag,
})
/** criteria.csv: domains have neither parent nor method, leaves have a method. */
export const CriterionRow = z.object({
  level: codeText,
  code: codeText,
  parent: optionalCode,
  name,
  max: z.string().regex(/^\d{1,4}(\.\d{1,4}|\/[1-9]\d{0,3})?$/, 'phải là số điểm, ví dụ 2.5'),
  method: z.enum(
    ['', 'appraised', 'survey'],
    'phải là appraised (thẩm định), survey (điều tra) hoặc để trống',
  ),
})

export interface SurveyDefinition {
  head: SurveyHead
  levels: z.infer<typeof LevelRow>[]
  units: z.infer<typeof UnitRow>[]
  groups: z.infer<typeof GroupRow>[]
  /** One row for each unit x group that is asked. */
  strata: { unit: string; group: string; quota: number; reserve: number }[]
  questionnaires: Questionnaire[]
  criteriaSets: CriteriaSet[]
}
