// What is left when responses are destroyed: their counts, for every way of counting that a correction may still choose.
// Which ballots are valid is fixed with the first release. Exact side: sums of a group of which one person answered are that
// person's answers. season.md, "Keeping and forgetting".
import { z } from 'zod'
import type { ScoringSettings } from '../survey/settings.ts'
import type { Counts } from './counts.ts'
import { StoredCounts } from './stored-counts.ts'

/** The settings that decide what is counted, of those that a correction may change (and `validShare`, which it may not). */
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
