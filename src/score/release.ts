// What leaves the program as scores, "survey-scores/1": the shown values with survey, method, opening, version and a hash
// over all of it. It is made once and stored; every page and file of scores is drawn from the stored text.
import { z } from 'zod'
import { canonicalHash } from '../lib/json.ts'
import { operator } from '../staff/actor.ts'
import { custodyOf, isCouncilHeld } from '../survey/custody-mode.ts'
import type { SurveySettings } from '../survey/settings.ts'
import type { ShownScores } from './shown.ts'
import { methodInWords } from './method.ts'

const status = z.enum(['ok', 'hidden', 'not-applicable'])
const figure = z.number().nullable()
const Counts = z.object({ planned: z.int(), issued: z.int(), returned: z.int(), valid: z.int() })
const Criterion = z.object({
  code: z.string(),
  name: z.string(),
  max: z.number(),
  answered: figure,
  share: figure,
  points: figure,
  step: figure,
  status,
})
const Sum = z.object({ max: z.number(), points: figure, step: figure, status })
const Share = z.object({ share: figure, band: z.enum(['at-least', 'at-most']).nullable() })

export const ScoresRelease = z.object({
  schema: z.literal('survey-scores/1'),
  survey: z.object({ slug: z.string(), title: z.string(), year: z.int() }),
  /** 1, 2, 3 …; `reason` is '' for the first. */
  version: z.int(),
  madeOn: z.string(),
  reason: z.string(),
  /** The scoring settings, and what else decides the figures. */
  method: z.looseObject({
    k: z.int(),
    custody: z.string(),
    illustrative: z.boolean(),
    rehearsal: z.boolean(),
    rehearsalKind: z.enum(['run', 'pilot']).optional(),
    words: z.array(z.string()),
  }),
  openedOn: z.string().nullable(),
  /** Who held the key and who opened, in words. */
  opening: z.string(),
  counts: Counts,
  units: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      level: z.string(),
      counts: Counts,
      criteria: z.array(Criterion),
      domains: z.array(Sum.extend({ code: z.string() })),
      total: Sum,
    }),
  ),
  levels: z.array(
    z.object({
      code: z.string(),
      groups: z.array(z.object({ code: z.string(), counts: Counts, criteria: z.array(Criterion) })),
      pooled: z.array(Criterion),
      items: z.array(
        Share.extend({
          code: z.string(),
          text: z.string(),
          criterion: z.string(),
          answered: figure,
          status,
          options: z.array(Share.extend({ code: z.string(), label: z.string() })).nullable(),
        }),
      ),
    }),
  ),
  /** SHA-256 (hex) of the RFC 8785 form of the object without this field. */
  hash: z.string(),
})
export type ScoresRelease = z.infer<typeof ScoresRelease>

/** What is known of the survey beside its scores. */
export interface ReleaseFacts {
  survey: {
    slug: string
    title: string
    year: number
    illustrative: number
    rehearsal: number
    rehearsal_kind: 'run' | 'pilot' | null
  }
  openedOn: string | null
  openedBy: string
  settings: SurveySettings
  version: number
  madeOn: string
  reason: string
  /** What was decided about units that were renamed or merged, said after the method. */
  unitChanges: readonly string[]
}

/** Pure: the same facts and scores give the same object and the same hash. `facts.settings.scoring` is what was used. */
export function scoresRelease(facts: ReleaseFacts, scores: ShownScores): ScoresRelease {
  const { survey, settings } = facts
  const total = (key: 'planned' | 'issued' | 'returned' | 'valid') =>
    scores.units.reduce((sum, unit) => sum + unit.counts[key], 0)
  const content = {
    schema: 'survey-scores/1' as const,
    survey: { slug: survey.slug, title: survey.title, year: survey.year },
    version: facts.version,
    madeOn: facts.madeOn,
    reason: facts.reason,
    method: {
      ...settings.scoring,
      k: settings.k,
      custody: settings.custody,
      illustrative: survey.illustrative === 1,
      rehearsal: survey.rehearsal === 1,
      ...(survey.rehearsal_kind === null ? {} : { rehearsalKind: survey.rehearsal_kind }),
      words: [...methodInWords(settings), ...facts.unitChanges],
    },
    openedOn: facts.openedOn,
    opening: openingInWords(settings, facts.openedBy),
    counts: {
      planned: total('planned'),
      issued: total('issued'),
      returned: total('returned'),
      valid: total('valid'),
    },
    units: scores.units,
    levels: scores.levels,
  }
  return { ...content, hash: canonicalHash(content) }
}

/** An operator who opens with a key that the server holds needs nobody else; whoever reads the figures shall know. */
function openingInWords(settings: SurveySettings, openedBy: string): string {
  const words = `${custodyOf(settings).name}. Người mở niêm phong: ${openedBy === '' ? 'không ghi' : openedBy}.`
  return openedBy === operator.name && !isCouncilHeld(settings)
    ? `${words} Người điều hành máy chủ cũng là người giữ khóa nên tự mở được, không cần người thứ hai.`
    : words
}

/** The hash that the content should carry. */
export function hashOfRelease({ hash: _, ...content }: ScoresRelease): string {
  return canonicalHash(content)
}
