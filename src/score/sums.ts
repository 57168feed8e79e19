// What is left when responses are destroyed: their counts, for every way of counting that a correction may still choose.
// Which ballots are valid is fixed with the first release. Exact side: sums of a group of which one person answered are that
// person's answers. season.md, "Keeping and forgetting".
import { z } from 'zod'
import type { Counts } from './counts.ts'
import type { ScoringSettings } from '../survey/settings.ts'

// Loose: whatever else the counting counts is kept as it is.
const StoredCounts: z.ZodType<Counts> = z.looseObject({
  strata: z.array(
    z.looseObject({
      unit: z.string(),
      group: z.string(),
      ballots: z.int(),
      valid: z.int(),
      versions: z.array(
        z.looseObject({
          questionnaire: z.string(),
          version: z.int(),
          ballots: z.int(),
          valid: z.int(),
          items: z.array(
            z.looseObject({
              code: z.string(),
              criterion: z.string(),
              options: z.array(z.int()),
              blank: z.int(),
            }),
          ),
          criteria: z.array(z.looseObject({ code: z.string(), people: z.int() })),
        }),
      ),
    }),
  ),
})

/** The settings that decide what is counted. */
export type CountingChoice = Pick<ScoringSettings, 'optOut' | 'blank' | 'validShare'>

export const ResponseSums = z.object({
  schema: z.literal('response-sums/1'),
  choices: z.array(
    z.object({ optOut: z.string(), blank: z.string(), validShare: z.string(), counts: StoredCounts }),
  ),
})
export type ResponseSums = z.infer<typeof ResponseSums>

/** Every way of counting that is still open once `validShare` is fixed. */
export function countingChoices(validShare: string): CountingChoice[] {
  const ways = ['left-out', 'zero'] as const
  return ways.flatMap((optOut) => ways.map((blank) => ({ optOut, blank, validShare })))
}

/** The counts of one way. Throws for another `validShare`, which no correction may choose. */
export function countsOf(sums: ResponseSums, { optOut, blank, validShare }: CountingChoice): Counts {
  const found = sums.choices.find(
    (each) => each.optOut === optOut && each.blank === blank && each.validShare === validShare,
  )
  if (!found) throw new Error('the ballots were not counted in this way before they were destroyed')
  return found.counts
}
