// What leaves the program as scores, "survey-scores/1": the shown values with survey, method, counts, day of opening and
// a hash over all of it. Every page and file of scores is drawn from this one object.
import { canonicalHash } from '../lib/json.ts'
import type { ShownScores } from '../score/disclosure.ts'
import { methodInWords } from '../score/method.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { settingsOf, type Survey } from '../survey/survey.queries.ts'

export interface ScoresRelease {
  schema: 'survey-scores/1'
  survey: { slug: string; title: string; year: number }
  method: ScoringSettings & {
    k: number
    custody: string
    illustrative: boolean
    rehearsal: boolean
    words: string[]
  }
  openedOn: string | null
  counts: { planned: number; issued: number; returned: number; valid: number }
  units: ShownScores['units']
  levels: ShownScores['levels']
  /** SHA-256 (hex) of the RFC 8785 form of the object without this field. */
  hash: string
}

/** Pure: the same survey and scores give the same object and the same hash. */
export function scoresRelease(survey: Survey, scores: ShownScores): ScoresRelease {
  const settings = settingsOf(survey)
  const total = (key: 'planned' | 'issued' | 'returned' | 'valid') =>
    scores.units.reduce((sum, unit) => sum + unit.counts[key], 0)
  const content = {
    schema: 'survey-scores/1' as const,
    survey: { slug: survey.slug, title: survey.title, year: survey.year },
    method: {
      ...settings.scoring,
      k: settings.k,
      custody: settings.custody,
      illustrative: survey.illustrative === 1,
      rehearsal: survey.rehearsal === 1,
      words: methodInWords(settings),
    },
    openedOn: survey.opened_on,
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
