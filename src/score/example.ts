// Invented people, scored by the real engine: what the page of settings shows beside each choice. Nobody's answers are in it, so
// its exact values may be looked at. Sources: domain.md, "Scoring facts"; design/scoring.md.
import type { Criterion } from '../survey/criteria.ts'
import type { Item, Option } from '../survey/questionnaire.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { aggregate, type ExactScores } from './aggregate.ts'
import { countAnswers, type AnswerRow } from './counts.ts'
import type { SurveyDesign } from './design.ts'
import { disclose, smallestK } from './disclosure.ts'
import { shown, type ShownScores } from './shown.ts'

/** Two groups of the survey and two questions of one of its criteria, by code: whose weights the example takes. */
export interface ExampleOf {
  groups: readonly [string, string] | null
  items: readonly [string, string] | null
}

const [first, second] = ['g1', 'g2']

/** A 100 %, B 60 %, C 20 %, D 0 %, and the way out: the set that was found in a real table. */
const options: Option[] = [
  ...['1', '0.6', '0.2', '0'].map((coefficient, at) => ({
    code: 'ABCD'.charAt(at),
    label: 'ABCD'.charAt(at),
    coefficient,
    optOut: false,
  })),
  { code: 'K', label: 'Không biết', coefficient: null, optOut: true },
]
const symbols: Record<string, string> = { A: '0', B: '1', C: '2', D: '3', K: '4', '-': '-' }

/** The survey's settings, for people and questions of the example. */
export function scoringOfExample(scoring: ScoringSettings, { groups, items }: ExampleOf): ScoringSettings {
  const weight = (of: Readonly<Record<string, string>>, code: string | undefined) =>
    (code !== undefined && Object.hasOwn(of, code) ? of[code] : undefined) ?? '1'
  const { fixedWeights, itemWeights } = scoring
  return {
    ...scoring,
    fixedWeights: { [first]: weight(fixedWeights, groups?.[0]), [second]: weight(fixedWeights, groups?.[1]) },
    itemWeights: { i1: weight(itemWeights, items?.[0]), i2: weight(itemWeights, items?.[1]) },
  }
}

interface People {
  /** By unit: of each group one text a ballot, one letter a question; '-' is a blank. */
  units: Record<string, readonly [readonly string[], readonly string[]]>
  /** By question its criterion. */
  items: Record<string, string>
  /** Points per criterion. */
  criteria: Record<string, string>
  quotas: readonly [number, number]
}

async function scoresOf(scoring: ScoringSettings, people: People) {
  const design = designOf(scoring, people)
  const rows = Object.entries(people.units).flatMap(([unit, groups]) =>
    groups.flatMap((ballots, at) =>
      ballots.map((letters): AnswerRow => ({
        unit,
        group: at === 0 ? first : second,
        questionnaire: 'q',
        version: 1,
        answers: [...letters].map((letter) => symbols[letter] ?? '-').join(''),
      })),
    ),
  )
  const counts = await countAnswers(design, () => rows)
  return { counts, exact: aggregate(design, counts) }
}

function designOf(scoring: ScoringSettings, { units, items, criteria, quotas }: People): SurveyDesign {
  const asked = Object.entries(items).map(([code, criterion]): Item => ({
    code,
    text: code,
    criterion,
    reversed: false,
    options,
  }))
  const leaf = (code: string, max: string): Criterion => ({
    code,
    parent: 'I',
    name: code,
    max,
    method: 'survey',
  })
  const level = 'l'
  return {
    levels: [{ code: level, name: level }],
    units: Object.keys(units).map((code) => ({ code, name: code, level })),
    groups: [first, second].map((code) => ({ code, name: code, level })),
    strata: Object.keys(units).flatMap((unit) =>
      [first, second].map((group, at) => ({
        unit,
        group,
        level,
        questionnaire: 'q',
        version: 1,
        planned: quotas[at] ?? 0,
        issued: quotas[at] ?? 0,
        returned: units[unit]?.[at]?.length ?? 0,
      })),
    ),
    questionnaires: [{ code: 'q', version: 1, sections: [{ code: 's', title: 's', items: asked }] }],
    criteriaSets: [
      {
        level,
        rows: [
          { code: 'I', parent: null, name: 'I', max: '100', method: null },
          ...Object.entries(criteria).map(([code, max]) => leaf(code, max)),
        ],
      },
    ],
    scoring,
  }
}

async function totalOf(scoring: ScoringSettings, people: Partial<People> & Pick<People, 'units'>) {
  const { exact } = await scoresOf(scoring, {
    items: { q1: 'C1' },
    criteria: { C1: '1' },
    quotas: [5, 4],
    ...people,
  })
  const total = exact.units[0]?.total
  return {
    points: total?.points ? shown(total.points, 4) : null,
    max: total ? shown(total.max, 4) : 0,
  }
}

/** Points of 1: 5 people A A B B C and 4 people A B B C. */
export async function everybodyAnswers(scoring: ScoringSettings): Promise<number | null> {
  return (await totalOf(scoring, { units: { u: [[...'AABBC'], [...'ABBC']] } })).points
}

/** Points of 30: 5 people at 80 %, 4 at 60 %; all 4 answer, or one of them. */
export async function oneOfFour(
  scoring: ScoringSettings,
): Promise<{ all: number | null; one: number | null }> {
  const points = async (others: string) =>
    (await totalOf(scoring, { criteria: { C1: '30' }, units: { u: [[...'AAAAD'], [...others]] } })).points
  return { all: await points('BBBB'), one: await points('B') }
}

/** Points of 1: of the nine people three do not know. */
export async function threeDoNotKnow(scoring: ScoringSettings): Promise<number | null> {
  return (await totalOf(scoring, { units: { u: [[...'AABBK'], [...'ABKK']] } })).points
}

/** Points of 1: all nine answer A to four questions, but one leaves the last one blank. */
export async function oneLeavesABlank(scoring: ScoringSettings): Promise<number | null> {
  const items = { q1: 'C1', q2: 'C1', q3: 'C1', q4: 'C1' }
  const units = { u: [['AAA-', ...all(4, 'AAAA')], all(4, 'AAAA')] as const }
  return (await totalOf({ ...scoring, itemWeights: {} }, { items, units })).points
}

/** Share 0…1: the first question 80 % of four answers in each group, the second 20 % of one. */
export async function twoQuestions(scoring: ScoringSettings): Promise<number | null> {
  const people = ['AC', 'AK', 'AK', 'CK']
  // All four are valid, however many answers the form asks for: an opt-out is an answer.
  const parts = { items: { i1: 'C1', i2: 'C1' }, quotas: [4, 4], units: { u: [people, people] } } as const
  return (await totalOf(scoring, parts)).points
}

/** The first criterion has 80 % of 10 points, the second, of 5, is answered by nobody. */
export async function oneCriterionSilent(
  scoring: ScoringSettings,
): Promise<{ points: number | null; max: number }> {
  const people = [...all(4, 'AK'), 'DK']
  return totalOf(scoring, {
    items: { q1: 'C1', q2: 'C2' },
    criteria: { C1: '10', C2: '5' },
    quotas: [5, 5],
    units: { u: [people, people] },
  })
}

/** Whether a ballot with so many of ten questions answered is valid. */
export async function isValidWith(scoring: ScoringSettings, answered: number): Promise<boolean> {
  const items = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`q${at}`, 'C1']))
  const ballot = 'A'.repeat(answered).padEnd(10, '-')
  const people = { items, criteria: { C1: '1' }, quotas: [5, 4], units: { u: [[ballot], []] } } as const
  const { counts } = await scoresOf(scoring, people)
  return counts.strata[0]?.valid === 1
}

export interface ExampleScores {
  exact: ExactScores
  shown: ShownScores
  k: number
}

/**
 * Three units of 5 + 5 people and 30 points: "low" gets 18, "high" all 30, of "few" three people answer. By A and D alone, so
 * that it is the same by every method.
 */
export async function threeUnitsOfThirty(scoring: ScoringSettings): Promise<ExampleScores> {
  const low = [...'AAADD']
  const units = {
    low: [low, low],
    high: [all(5, 'A'), all(5, 'A')],
    few: [all(3, 'A'), []],
  } as const
  return released(scoring, units)
}

/** One unit of 5 + 5 people of whom six answer. */
export async function sixOfTen(scoring: ScoringSettings): Promise<ExampleScores> {
  return released(scoring, { six: [all(3, 'A'), all(3, 'A')] })
}

async function released(scoring: ScoringSettings, units: People['units']): Promise<ExampleScores> {
  const items = { q1: 'C1' }
  const { exact } = await scoresOf(scoring, { units, items, criteria: { C1: '30' }, quotas: [5, 5] })
  return { exact, shown: disclose(exact, smallestK), k: smallestK }
}

function all(people: number, ballot: string): string[] {
  return Array.from({ length: people }, () => ballot)
}
