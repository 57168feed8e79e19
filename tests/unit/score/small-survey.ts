// Builds small surveys for the tests of the scores: agencies of one level, asked in groups about a few criteria.
import { type AnswerRow, countAnswers } from '../../../src/score/counts.ts'
import { aggregate, type ExactScores } from '../../../src/score/aggregate.ts'
import type { SurveyDesign } from '../../../src/score/design.ts'
import { type Exact, exactText } from '../../../src/score/exact.ts'
import type { Item, Option, Questionnaire } from '../../../src/survey/questionnaire.ts'
import { ScoringSettings } from '../../../src/survey/settings.ts'

/** The real set of domain.md: A 100, B 60, C 20, D 0 %, and an opt-out. Symbols 0 1 2 3, opt-out 4. */
export const fourSteps: Option[] = [
  ...['1', '0.6', '0.2', '0'].map((coefficient, at) => ({
    code: 'ABCD'.charAt(at),
    label: `Mức ${at + 1}`,
    coefficient,
    optOut: false,
  })),
  { code: 'K', label: 'Không biết', coefficient: null, optOut: true },
]

export function item(code: string, criterion: string, more: Partial<Item> = {}): Item {
  return { code, text: `Câu ${code}`, criterion, reversed: false, options: fourSteps, ...more }
}

export function questionnaire(code: string, items: Item[], version = 1): Questionnaire {
  return { code, version, sections: [{ code: 'S1', title: 'Phần 1', items }] }
}

export interface SurveyParts {
  units?: string[]
  /** Planned people per group, the same in every unit. */
  quotas?: Record<string, number>
  /** Items per group; a group that is not named gets those of `items`. */
  items?: Item[]
  itemsOf?: Record<string, Item[]>
  /** Maximum points per survey criterion. */
  criteria?: Record<string, string>
  /** Domain per criterion that is not in I. */
  domains?: Record<string, string>
  scoring?: Partial<ScoringSettings>
}

/** One level "so"; each group has its own questionnaire, named as the group. */
export function surveyOf(parts: SurveyParts): SurveyDesign {
  const {
    units = ['SYT'],
    quotas = { LDP: 5, CC: 4 },
    items = [item('1', 'C1')],
    criteria = { C1: '1' },
    domains = {},
  } = parts
  const groups = Object.keys(quotas)
  return {
    levels: [{ code: 'so', name: 'Cấp sở' }],
    units: units.map((code) => ({ code, name: `Sở ${code}`, level: 'so' })),
    groups: groups.map((code) => ({ code, name: `Nhóm ${code}`, level: 'so' })),
    strata: units.flatMap((unit) =>
      groups.map((group) => {
        const planned = quotas[group] ?? 0
        return {
          unit,
          group,
          level: 'so',
          questionnaire: group,
          version: 1,
          planned,
          issued: planned,
          returned: 0,
        }
      }),
    ),
    questionnaires: groups.map((group) => questionnaire(group, parts.itemsOf?.[group] ?? items)),
    criteriaSets: [
      {
        level: 'so',
        rows: [
          ...['I', ...new Set(Object.values(domains))].map((code) => ({
            code,
            parent: null,
            name: `Lĩnh vực ${code}`,
            max: '100',
            method: null,
          })),
          ...Object.entries(criteria).map(([code, max]) => ({
            code,
            parent: domains[code] ?? 'I',
            name: `Tiêu chí ${code}`,
            max,
            method: 'survey' as const,
          })),
        ],
      },
    ],
    scoring: ScoringSettings.parse(parts.scoring ?? {}),
  }
}

/** Ballots of one stratum, one string of symbols each. */
export function ballots(unit: string, group: string, answers: readonly string[]): AnswerRow[] {
  return answers.map((each) => ({ unit, group, questionnaire: group, version: 1, answers: each }))
}

/** Counts and aggregates; `returned` of each stratum is the number of its rows. */
export async function scoresOf(design: SurveyDesign, rows: readonly AnswerRow[]): Promise<ExactScores> {
  const counts = await countAnswers(design, () => rows)
  const strata = design.strata.map((stratum) => ({
    ...stratum,
    returned: rows.filter((row) => row.unit === stratum.unit && row.group === stratum.group).length,
  }))
  return aggregate({ ...design, strata }, counts)
}

/** The exact value as text: toEqual cannot look into an Exact, so tests compare this. */
export function textOf(exact: Exact | null | undefined): string | null {
  return exact ? exactText(exact) : null
}
