// The settings of a survey: named, frozen when collecting starts, printed in every export. Defaults as scoring.md says.
import Fraction from 'fraction.js'
import { z } from 'zod'
import { custodyModes } from './custody-mode.ts'
import { codeText, exactNumber } from './text.ts'

/** Checks run one and all, so also on what is no number: that is said by the check before. */
function satisfies(text: string, rule: (value: Fraction) => boolean): boolean {
  return !/^\d+(\.\d+|\/0*[1-9]\d*)?$/.test(text) || rule(new Fraction(text))
}

const share = exactNumber.refine(
  (text) => satisfies(text, (value) => value.lte(1)),
  'phải là số từ 0 đến 1, ví dụ "0.7"',
)

/**
 * Above 0, with small denominators, so that what a unit can get stays countable (src/score/precision.ts). A question that
 * shall not count is left out of the questionnaire: at weight 0 its answers would be counted as people of the criterion.
 */
const itemWeight = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2}|\/[1-9]\d?)?$/, 'phải là số lớn hơn 0, ví dụ 2 hoặc 0.5 hoặc 1/3')
  .refine(
    (text) => satisfies(text, (value) => value.gt(0)),
    'phải lớn hơn 0; muốn bỏ câu hỏi thì xóa khỏi bộ câu hỏi',
  )

/** A grade of the index ("xếp loại"): from so many percent up to the next higher one. */
export const GradeBand = z.strictObject({
  from: exactNumber.refine(
    (text) => satisfies(text, (value) => value.lte(100)),
    'phải là số từ 0 đến 100, ví dụ 80',
  ),
  name: z.string().trim().min(1, 'không được để trống').max(60, 'dài quá 60 ký tự'),
})
export type GradeBand = z.infer<typeof GradeBand>

/** Most grades of a table. */
export const mostBands = 6

const Bands = z
  .array(GradeBand)
  .max(mostBands)
  .superRefine((bands, context) => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message })
    }
    if (!bands.every(({ from }) => exactNumber.safeParse(from).success)) return
    const bounds = bands.map(({ from }) => new Fraction(from))
    if (bounds.some((bound, at) => bounds.slice(0, at).some((other) => other.equals(bound))))
      refuse('hai bậc xếp loại chồng lên nhau, vì cùng bắt đầu từ một mức. Hãy sửa một mức')
    if (new Set(bands.map(({ name }) => name.toLowerCase())).size < bands.length)
      refuse('hai bậc xếp loại trùng tên. Hãy đổi một tên')
    if (bands.length > 0 && bounds.every((bound) => !bound.equals(0)))
      refuse('bậc xếp loại thấp nhất phải bắt đầu từ 0, để đơn vị nào cũng được xếp loại')
  })
  // From the highest down, however they were typed.
  .transform((bands) => bands.toSorted((one, other) => new Fraction(other.from).compare(one.from)))

/**
 * How answers become shares and points (README, "Scoring settings"). Not a setting: a reversed question is reversed first,
 * and units with equal values share the better rank, as do both ("1, 2, 2, 4").
 */
export const ScoringSettings = z.strictObject({
  /**
   * weighted-options: sum of coefficients over the number of answers that count. top-box: share of the answers that name
   * one of the best options. scale-mean: mean of the places on the scale, the worst being 0 and the best 1.
   */
  itemMethod: z.enum(['weighted-options', 'top-box', 'scale-mean']).default('weighted-options'),
  /** How many of the best options count under top-box; read only there. */
  topOptions: z.int().min(1).max(9).default(2),
  /** Weight of a question among those of its criterion, by item code; 1 where none stands. */
  itemWeights: z.record(codeText, itemWeight).default({}),
  /** Answers "Không biết": left out of the denominator, or counted as 0. */
  optOut: z.enum(['left-out', 'zero']).default('left-out'),
  blank: z.enum(['left-out', 'zero']).default('left-out'),
  /** Share of items that must be answered (an opt-out counts as answered) for a ballot to be valid. */
  validShare: share.default('0.7'),
  severalItems: z.enum(['mean-of-item-shares', 'pooled-answers']).default('mean-of-item-shares'),
  groups: z.enum(['sample-design', 'pooled', 'equal', 'fixed']).default('sample-design'),
  /** Weights per group code; read only when groups = fixed. */
  fixedWeights: z.record(z.string(), exactNumber).default({}),
  withoutValue: z.enum(['leaves-scale', 'zero']).default('leaves-scale'),
  /** What a unit gets for the survey when too few of its people answered. */
  belowThreshold: z.enum(['not-ranked', 'lowest-of-level', 'zero', 'leaves-scale']).default('not-ranked'),
  /** Valid ballots over quota that a unit needs besides k answers everywhere; 0 = k alone. */
  minimumReturn: share.default('0'),
  /** Highest first; empty: no grades. */
  bands: Bands.default([]),
})
export type ScoringSettings = z.infer<typeof ScoringSettings>

export const SurveySettings = z.strictObject({
  /** One page per section, or all sections on one page. */
  layout: z.enum(['sections', 'one-page']).default('sections'),
  /** Smallest number of answers that may stand behind a shown figure; 5 or stricter. */
  k: z.int().min(5).max(50).default(5),
  custody: z.enum(custodyModes).default('server-held'),
  /** Which acts of a real survey wait for a second person of another agency; a rehearsal asks for none but in 'all-acts'. */
  secondPerson: z.enum(['opening', 'all-acts']).default('opening'),
  scoring: ScoringSettings.default(ScoringSettings.parse({})),
})
export type SurveySettings = z.infer<typeof SurveySettings>

/** Fewest answered items (opt-outs included) of a valid ballot with `items` items: 0.7 of 27 → 19. Exact, no floats. */
export function validBallotNeeds(settings: ScoringSettings, items: number): number {
  return new Fraction(settings.validShare).mul(items).ceil().valueOf()
}

/** What of a survey's design the settings have to fit. */
export interface ScoredDesign {
  groups: readonly { level: string; code: string }[]
  /** Codes of all questions. */
  items: ReadonlySet<string>
}

export interface ScoringSlip {
  setting: 'fixedWeights' | 'itemWeights'
  /** Code of the group or question; '' for the weights of a level together. */
  code: string
  message: string
}

/** What the settings name and the design does not hold, or the other way about; found before anything is scored. */
export function slipsOfScoring(scoring: ScoringSettings, { groups, items }: ScoredDesign): ScoringSlip[] {
  const slips: ScoringSlip[] = Object.keys(scoring.itemWeights)
    .filter((code) => !items.has(code))
    .map((code) => ({ setting: 'itemWeights', code, message: `không có câu hỏi nào mang mã "${code}".` }))
  if (scoring.groups !== 'fixed') return slips
  const missing = [...new Set(groups.map(({ code }) => code))].filter(
    (code) => scoring.fixedWeights[code] === undefined,
  )
  for (const code of missing)
    slips.push({ setting: 'fixedWeights', code, message: `thiếu trọng số của nhóm "${code}".` })
  if (missing.length > 0) return slips
  for (const level of new Set(groups.map((group) => group.level))) {
    const own = groups.filter((group) => group.level === level)
    if (own.some(({ code }) => !new Fraction(scoring.fixedWeights[code] ?? '0').equals(0))) continue
    const codes = own.map(({ code }) => `"${code}"`).join(', ')
    const message = `trọng số của các nhóm ${codes} cộng lại bằng 0.`
    slips.push({ setting: 'fixedWeights', code: '', message })
  }
  return slips
}
