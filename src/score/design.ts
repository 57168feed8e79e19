// What the scores are computed from, next to the counted answers: the survey in codes only. A unit is known by its
// code (unique in the survey), a group by its code within its level. Pure types, and what each option is worth.
import type { CriteriaSet } from '../survey/criteria.ts'
import type { Item, Questionnaire } from '../survey/questionnaire.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { Exact, parseExact, zero } from './exact.ts'

/** One unit x group, in numbers of people; `questionnaire` and `version` are what it is asked now. */
export interface StratumDesign {
  unit: string
  group: string
  level: string
  questionnaire: string
  version: number
  /** Quota, the weight of the group inside its unit under "sample-design". */
  planned: number
  issued: number
  returned: number
  /** N: people in the group, where the sample was drawn with it. */
  population?: number | null
}

export interface LevelDesign {
  code: string
  name: string
}

export interface UnitDesign {
  code: string
  name: string
  level: string
}

export interface GroupDesign {
  code: string
  name: string
  level: string
}

/** Everything aggregate() needs besides the counts. `questionnaires` holds every version that was ever answered. */
export interface SurveyDesign {
  levels: readonly LevelDesign[]
  units: readonly UnitDesign[]
  groups: readonly GroupDesign[]
  strata: readonly StratumDesign[]
  questionnaires: readonly Questionnaire[]
  /** One per level; a level without a set has no scores. */
  criteriaSets: readonly CriteriaSet[]
  scoring: ScoringSettings
}

/** The settings that say what an option is worth. */
export type WorthSettings = Pick<ScoringSettings, 'optOut' | 'itemMethod' | 'topOptions'>

/**
 * Strata of one unit and group put together, people added up: the groups of a unit and of those merged into it become one
 * group each, so that everything behind this (weights, shares, every audit) sees one unit with its real number of people.
 */
export function pooledStrata(strata: readonly StratumDesign[]): StratumDesign[] {
  const pooled = new Map<string, StratumDesign>()
  for (const stratum of strata) {
    const key = `${stratum.unit} ${stratum.group}`
    const before = pooled.get(key)
    pooled.set(key, before === undefined ? stratum : addedUp(before, stratum))
  }
  return [...pooled.values()]
}

function addedUp(one: StratumDesign, other: StratumDesign): StratumDesign {
  if (one.level !== other.level || one.questionnaire !== other.questionnaire)
    throw new Error(`strata of ${one.unit} x ${one.group} are of two levels or answer two questionnaires`)
  return {
    ...one,
    planned: one.planned + other.planned,
    issued: one.issued + other.issued,
    returned: one.returned + other.returned,
    population:
      typeof one.population === 'number' && typeof other.population === 'number'
        ? one.population + other.population
        : null,
  }
}

/**
 * What each option of an item is worth, 0…1 by position; null where the answer does not count (an opt-out that is
 * left out of the denominator).
 *
 * A reversed item ("Lãnh đạo thường né tránh…") has the coefficients of its options mirrored: the last takes that of
 * the first, and so on; opt-outs stay where they are. Mirrored and not 1 - c, because the usual set 100/60/20/0 % is
 * not symmetric: whoever rejects a bad statement mildly shall earn the same 60 % as who accepts a good one mildly.
 * Whatever the method, it reads the options so reversed.
 */
export function optionWorth(item: Item, scoring: WorthSettings): (Exact | null)[] {
  const coefficients = item.options.map((option) => (option.optOut ? null : option.coefficient))
  const inOrder = coefficients.filter((each) => each !== null).map(parseExact)
  const read = worthBy(scoring, item.reversed ? inOrder.toReversed() : inOrder)
  const optOutWorth = scoring.optOut === 'zero' ? zero : null
  let next = 0
  return coefficients.map((each) => (each === null ? optOutWorth : (read[next++] ?? zero)))
}

const one = Exact.of(1)

/** The coefficients say in which order the options stand, from either end, and which of them are alike. */
function worthBy(
  { itemMethod, topOptions }: WorthSettings,
  coefficients: readonly Exact[],
): readonly Exact[] {
  if (itemMethod === 'weighted-options') return coefficients
  const steps = distinctAscending(coefficients)
  // All options alike: nothing to rank them by.
  if (steps.length < 2) return coefficients
  const placeOf = (each: Exact) => steps.findIndex((step) => step.compare(each) === 0)
  if (itemMethod === 'scale-mean')
    return coefficients.map((each) => Exact.ratio(placeOf(each), steps.length - 1))
  return coefficients.map((each) => {
    const better = coefficients.filter((other) => other.compare(each) > 0).length
    // The worst never counts, or two options out of two would be everybody.
    return better < topOptions && placeOf(each) > 0 ? one : zero
  })
}

function distinctAscending(values: readonly Exact[]): Exact[] {
  return values
    .toSorted((a, b) => a.compare(b))
    .filter((value, at, all) => at === 0 || value.compare(all[at - 1] ?? value) !== 0)
}
