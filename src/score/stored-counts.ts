// Counts as they are kept when the ballots are destroyed: plain JSON, from which everything that was released follows again
// (derive.ts). No ballot can be read out of it beyond what counts and sums of a stratum say.
import { z } from 'zod'
import type { Counts } from './counts.ts'

const count = z.int().nonnegative()

export const StoredCounts: z.ZodType<Counts> = z.strictObject({
  strata: z.array(
    z.strictObject({
      unit: z.string(),
      group: z.string(),
      ballots: count,
      valid: count,
      versions: z.array(
        z.strictObject({
          questionnaire: z.string(),
          version: z.int().positive(),
          ballots: count,
          valid: count,
          items: z.array(
            z.strictObject({
              code: z.string(),
              criterion: z.string(),
              options: z.array(count),
              blank: count,
            }),
          ),
          criteria: z.array(
            z.strictObject({
              code: z.string(),
              answered: count,
              optedOut: count,
              blank: count,
              both: count,
            }),
          ),
        }),
      ),
    }),
  ),
  levels: z.array(
    z.strictObject({
      level: z.string(),
      scales: z.array(
        z.strictObject({
          questionnaire: z.string(),
          version: z.int().positive(),
          parts: z.int().positive(),
          ballots: count,
          units: count,
          sum: count,
          squares: count,
          items: z.array(z.strictObject({ code: z.string(), sum: count, squares: count, withTotal: count })),
        }),
      ),
      spread: z.strictObject({ units: count, ballots: count, squares: z.number().nonnegative() }).nullable(),
    }),
  ),
  identical: z.array(z.string()),
})
