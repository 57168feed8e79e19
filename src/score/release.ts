// What leaves the program as scores, "survey-scores/2": the shown values with survey, method, opening, version and a hash
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

const RestOnPeople = z.object({ oneRespondent: figure })
const Item = Share.extend({
  code: z.string(),
  text: z.string(),
  criterion: z.string(),
  answered: figure,
  status,
  options: z.array(Share.extend({ code: z.string(), label: z.string() })).nullable(),
})
const AskedItem = Item.extend({ optOut: Share, blank: Share })

const Unit = z.object({
  code: z.string(),
  name: z.string(),
  level: z.string(),
  counts: Counts,
  criteria: z.array(Criterion),
  domains: z.array(Sum.extend({ code: z.string() })),
  total: Sum,
})

const AboutRelease = z.object({
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
  /** SHA-256 (hex) of the RFC 8785 form of the object without this field. */
  hash: z.string(),
})

/** Kept as it was stored by earlier versions of the program; read by readRelease() alone. */
export const FirstForm = AboutRelease.extend({
  schema: z.literal('survey-scores/1'),
  units: z.array(Unit),
  levels: z.array(
    z.object({
      code: z.string(),
      groups: z.array(z.object({ code: z.string(), counts: Counts, criteria: z.array(Criterion) })),
      pooled: z.array(Criterion),
      items: z.array(Item),
    }),
  ),
})

/** Each field is explained where it is made: src/score/shown.ts. */
export const ScoresRelease = AboutRelease.extend({
  schema: z.literal('survey-scores/2'),
  units: z.array(
    Unit.extend({
      population: z.int().nullable(),
      criteria: z.array(Criterion.extend(RestOnPeople.shape)),
      interval: z.object({ low: z.number(), high: z.number() }).nullable(),
      oneRespondent: figure,
      ranking: z.enum(['ranked', 'not-ranked']),
      fallback: z.enum(['lowest-of-level', 'zero', 'leaves-scale']).nullable(),
      rank: z
        .object({
          place: z.int(),
          tied: z.boolean(),
          from: z.int().nullable(),
          to: z.int().nullable(),
        })
        .nullable(),
      flags: z.array(z.object({ kind: z.enum(['group-silent', 'group-below-half']), group: z.string() })),
    }),
  ),
  levels: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      groups: z.array(
        z.object({
          code: z.string(),
          name: z.string(),
          counts: Counts,
          criteria: z.array(Criterion),
          items: z.array(AskedItem),
        }),
      ),
      pooled: z.array(Criterion),
      items: z.array(AskedItem),
      scales: z.array(
        z.object({
          questionnaire: z.string(),
          title: z.string(),
          group: z.string().optional(),
          items: z.int(),
          ballots: figure,
          alpha: figure,
          itemRest: z.array(z.object({ code: z.string(), text: z.string(), r: figure })),
          status,
        }),
      ),
      spread: z.object({ withinSd: figure, ballots: figure, units: figure }),
      sensitivity: z.array(
        z.object({
          setting: z.string(),
          choice: z.string(),
          words: z.string(),
          ranksMoved: z.int(),
          largestMove: z.int(),
          tau: figure,
          meanChange: z.int(),
        }),
      ),
    }),
  ),
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
    schema: 'survey-scores/2' as const,
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

/**
 * Reads what is stored. One of the first form is given the second one's: what it does not know is null, names are codes.
 * Its hash stays that of what was stored (hashOfStored).
 */
export function readRelease(text: string): ScoresRelease {
  const stored: unknown = JSON.parse(text)
  const { schema } = z.looseObject({ schema: z.string() }).parse(stored)
  // One look only: a release may have a hundred thousand units.
  return schema === FirstForm.shape.schema.value
    ? inSecondForm(FirstForm.parse(stored))
    : ScoresRelease.parse(stored)
}

/** Whether it was stored in the first form. */
export function isInFirstForm(text: string): boolean {
  return FirstForm.safeParse(JSON.parse(text)).success
}

/** Hash of the figures that both forms have: sets a release of the first form beside one that is derived anew. */
export function hashOfCommonFigures(release: ScoresRelease): string {
  return canonicalHash(FirstForm.pick({ units: true, levels: true }).parse(release))
}

/** The hash that the stored content should carry, whatever its form, over every member that it has. */
export function hashOfStored(text: string): string {
  return canonicalHash(withoutHash(z.looseObject({ hash: z.string() }).parse(JSON.parse(text))))
}

/** What the hash of a release is over. */
export function withoutHash({ hash: _, ...content }: { hash: string }): object {
  return content
}

function inSecondForm(first: z.infer<typeof FirstForm>): ScoresRelease {
  const none = { share: null, band: null }
  const asked = (items: z.infer<typeof Item>[]) =>
    items.map((each) => ({ ...each, optOut: none, blank: none }))
  return {
    ...first,
    schema: 'survey-scores/2',
    units: first.units.map((unit) => ({
      ...unit,
      population: null,
      criteria: unit.criteria.map((each) => ({ ...each, oneRespondent: null })),
      interval: null,
      oneRespondent: null,
      ranking: unit.total.status === 'ok' ? 'ranked' : 'not-ranked',
      fallback: null,
      rank: null,
      flags: [],
    })),
    levels: first.levels.map((level) => ({
      ...level,
      name: level.code,
      groups: level.groups.map((group) => ({ ...group, name: group.code, items: [] })),
      items: asked(level.items),
      scales: [],
      spread: { withinSd: null, ballots: null, units: null },
      sensitivity: [],
    })),
  }
}
