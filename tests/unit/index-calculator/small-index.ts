// Builds inputs of the index for tests: appraised points as text, survey points as if aggregate() had given them.
import Fraction from 'fraction.js'
import type { IndexInput, IndexUnit } from '../../../src/index-calculator/calculate.ts'
import type { CriterionScore, ExactScores, UnitScore } from '../../../src/score/aggregate.ts'
import { Exact, parseExact, sumExact } from '../../../src/score/exact.ts'
import type { CriteriaSet } from '../../../src/survey/criteria.ts'
import { ScoringSettings } from '../../../src/survey/settings.ts'

/** Points on a survey criterion, and how many people stand behind them; null: nobody's answer counts. */
export interface SurveyValue {
  points: string | null
  answered?: number
  asked?: boolean
}

export interface UnitParts {
  code: string
  block?: string
  /** By criterion code; null where it does not apply. */
  appraised: Record<string, string | null>
  /** Missing: the unit takes no part in the survey. */
  survey?: Record<string, SurveyValue>
  valid?: number
  bonus?: string
  penalty?: string
}

/** A set of domains with their leaves: { I: { A1: '68.5', X1: '31.5' } }. Leaves that start with X are survey ones. */
export function criteriaOf(domains: Record<string, Record<string, string>>): CriteriaSet {
  const rows = Object.entries(domains).flatMap(([domain, leaves]) => [
    { code: domain, parent: null, name: `Lĩnh vực ${domain}`, max: '100', method: null },
    ...Object.entries(leaves).map(([code, max]) => ({
      code,
      parent: domain,
      name: `Tiêu chí ${code}`,
      max,
      method: code.startsWith('X') ? ('survey' as const) : ('appraised' as const),
    })),
  ])
  return { level: 'so', rows }
}

export function indexInput(set: CriteriaSet, parts: readonly UnitParts[]): IndexInput {
  const units: IndexUnit[] = parts.map(({ code, block }) => ({
    code,
    name: `Sở ${code}`,
    level: 'so',
    block: block ?? 'Khối sở',
  }))
  const extra = (of: 'bonus' | 'penalty') =>
    new Map(
      parts.flatMap((unit) => (unit[of] === undefined ? [] : [[unit.code, new Fraction(unit[of])] as const])),
    )
  return {
    units,
    criteriaSets: [set],
    appraised: new Map(
      parts.map((unit) => [
        unit.code,
        new Map(
          Object.entries(unit.appraised).map(([code, points]) => [
            code,
            points === null ? null : new Fraction(points),
          ]),
        ),
      ]),
    ),
    bonus: extra('bonus'),
    penalty: extra('penalty'),
    exact: exactScores(set, parts),
    shown: parts.map((unit) => releasedUnit(set, unit)),
    k: 5,
    scoring: ScoringSettings.parse({}),
  }
}

/** As a release would print it where exact sums give nobody away. */
function releasedUnit(set: CriteriaSet, unit: UnitParts): IndexInput['shown'][number] {
  const values = Object.entries(unit.survey ?? {}).map(([code, value]) => ({
    domain: set.rows.find((row) => row.code === code)?.parent ?? code,
    ...value,
  }))
  const pointsOf = (own: typeof values) => {
    const valued = own.flatMap(({ points, answered = 9 }) => (points === null ? [] : [{ points, answered }]))
    if (valued.length === 0 || valued.some(({ answered }) => answered < 5)) return null
    return valued
      .reduce((sum, { points }) => sum.add(points), new Fraction(0))
      .round(2)
      .valueOf()
  }
  return {
    code: unit.code,
    domains: [...new Set(values.map((each) => each.domain))].map((code) => ({
      code,
      points: pointsOf(values.filter((each) => each.domain === code)),
    })),
    total: { points: pointsOf(values) },
  }
}

function exactScores(set: CriteriaSet, parts: readonly UnitParts[]): ExactScores {
  return {
    units: parts.flatMap((unit) => (unit.survey ? [unitScore(set, unit, unit.survey)] : [])),
    levels: [],
  }
}

function unitScore(set: CriteriaSet, unit: UnitParts, survey: Record<string, SurveyValue>): UnitScore {
  const criteria = set.rows
    .filter((row) => row.method === 'survey')
    .map((row): CriterionScore => {
      const {
        points = null,
        answered = points === null ? 0 : 9,
        asked = true,
      } = survey[row.code] ?? { asked: false }
      const max = parseExact(row.max)
      const exact = points === null ? null : parseExact(points)
      const share = exact === null ? null : exact.over(max)
      return {
        code: row.code,
        name: row.name,
        domain: row.parent ?? row.code,
        max,
        asked,
        answered,
        smallestGroup: answered,
        answeringUnits: 1,
        share,
        points: exact,
      }
    })
  const scored = criteria.flatMap(({ max, points }) => (points === null ? [] : [{ max, points }]))
  return {
    code: unit.code,
    name: `Sở ${unit.code}`,
    level: 'so',
    counts: { planned: 9, issued: 9, returned: 9, valid: unit.valid ?? 9 },
    groups: [],
    population: null,
    criteria,
    total: {
      max: sumExact(scored.map((each) => each.max)),
      points: scored.length === 0 ? null : sumExact([Exact.of(0), ...scored.map((each) => each.points)]),
    },
    flags: [],
  }
}
