// The settings of a survey: named, frozen when collecting starts, printed in every export. Defaults as scoring.md says.
import Fraction from 'fraction.js'
import { z } from 'zod'
import { custodyModes } from './custody-mode.ts'
import { exactNumber } from './text.ts'

/** How answers become shares and points (README, "Scores"). */
export const ScoringSettings = z.strictObject({
  /** Sum of coefficients over the number of answers that count. */
  itemMethod: z.literal('weighted-options').default('weighted-options'),
  /** Answers "Không biết": left out of the denominator, or counted as 0. */
  optOut: z.enum(['left-out', 'zero']).default('left-out'),
  blank: z.enum(['left-out', 'zero']).default('left-out'),
  /** Share of items that must be answered (an opt-out counts as answered) for a ballot to be valid. */
  validShare: exactNumber
    .refine((share) => new Fraction(share).lte(1), 'phải là số từ 0 đến 1, ví dụ "0.7"')
    .default('0.7'),
  severalItems: z.enum(['mean-of-item-shares', 'pooled-answers']).default('mean-of-item-shares'),
  groups: z.enum(['sample-design', 'pooled', 'equal', 'fixed']).default('sample-design'),
  /** Weights per group code; read only when groups = fixed. */
  fixedWeights: z.record(z.string(), exactNumber).default({}),
  withoutValue: z.enum(['leaves-scale', 'zero']).default('leaves-scale'),
  belowThreshold: z.literal('not-ranked').default('not-ranked'),
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
