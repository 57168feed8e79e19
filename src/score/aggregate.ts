// From counts to exact scores, as design/scoring.md says: answers → item shares → criterion share of a group →
// criterion share of the unit → points. Pure: the same design and counts give the same scores on every machine.
// What comes out is exact and confidential; people read what disclose() lets through.
import { type CriteriaSet, type Criterion, domainOf, leavesOf } from '../survey/criteria.ts'
import { type Item, itemsOf, type Questionnaire } from '../survey/questionnaire.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import type { Counts, VersionCounts } from './counts.ts'
import { optionWorth, type SurveyDesign, type UnitDesign } from './design.ts'
import { Exact, parseExact, sumExact, zero } from './exact.ts'
import {
  putTogether,
  readStrata,
  stratumKey,
  tallyOf,
  type AnswerPart,
  type Stratum,
  type Tally,
} from './tally.ts'

/** People: by plan, cards given out, ballots sent, ballots that can be counted. */
export interface ReturnCounts {
  planned: number
  issued: number
  returned: number
  valid: number
}

/** One survey criterion of a unit, or of a level x group. */
export interface CriterionScore {
  code: string
  name: string
  /** Code of the domain it belongs to. */
  domain: string
  max: Exact
  /** Whether any questionnaire put to these people has an item for it. */
  asked: boolean
  /** People (not answers) with an answer that counts, in the groups that carry weight: the n held against k. */
  answered: number
  /** The fewest of them in one group, among the groups that carry weight and have any; 0 without any. */
  smallestGroup: number
  /** Units with at least one of these people. */
  answeringUnits: number
  /** 0…1; null without an answer that counts. */
  share: Exact | null
  /** 0…max; null when the criterion has no value and leaves the scale. */
  points: Exact | null
}

/** What a reader of the minutes must know about how a unit's figures came about. Exact side: not for publication. */
export type ScoreFlag =
  /** The group was asked, but none of its answers counts: the criterion rests on the other groups alone, if any. */
  | { kind: 'group-without-answer'; group: string; criterion: string }
  /** Fewer valid ballots than half of the group's quota. */
  | { kind: 'group-below-half'; group: string }

export interface UnitScore {
  code: string
  name: string
  level: string
  counts: ReturnCounts
  /** People of each group that the unit is asked in. */
  groups: { code: string; counts: ReturnCounts }[]
  /** N: people in these groups; null where one was not drawn from a known number. */
  population: number | null
  criteria: CriterionScore[]
  /** Sums over the criteria that have points; `points` is null when none has. */
  total: { max: Exact; points: Exact | null }
  flags: ScoreFlag[]
}

export interface LevelScore {
  code: string
  name: string
  groups: {
    code: string
    name: string
    counts: ReturnCounts
    criteria: CriterionScore[]
    items: ItemScore[]
  }[]
  /** All groups of the level put together, every answer weighing the same. */
  pooled: CriterionScore[]
  items: ItemScore[]
  /** One per survey criterion of the level, in the same order. */
  rows: CriterionRows[]
}

/** One question put to a level, over all its groups or in one of them. */
export interface ItemScore {
  code: string
  text: string
  criterion: string
  /** Valid ballots that had the question. */
  asked: number
  optOuts: Exact
  blanks: Exact
  /** Answers that count. */
  answered: number
  answeringUnits: number
  share: Exact | null
  /** How many chose each option that counts, in the order of the questionnaire. */
  options: { code: string; label: string; optOut: boolean; count: Exact }[]
  /** Whether a blank counts as an answer worth 0. */
  blankCounts: boolean
}

/**
 * What the shares of one criterion are made of, for the audit of a release. Each share is a sum of weight x sum of
 * coefficients over strata and items, so it is a row of weights. What was answered is in `chosen` alone.
 */
export interface CriterionRows {
  code: string
  /** The row of each level x group: by item code, the weight of every stratum of that group; empty without answers. */
  groups: { code: string; weights: ReadonlyMap<string, Exact> }[]
  /** The row of all groups together, by item code. */
  pooled: ReadonlyMap<string, Exact>
  /** The row of each unit of the level, by stratum; strata without an answer that counts are missing. */
  units: { code: string; strata: StratumWeights[] }[]
}

/** What a stratum has in the row of its unit. */
export interface StratumWeights {
  group: string
  /** People with an answer that counts to the criterion. */
  people: number
  /** Items with answers that count; `weight` is 0 where the group has no weight in its unit. */
  items: { code: string; answers: number; weight: Exact; parts: AnswerPart[] }[]
}

export interface ExactScores {
  units: UnitScore[]
  levels: LevelScore[]
}

/** By item code, how much one unit of its sum of coefficients moves the share. Items without answers are missing. */
type ItemWeights = ReadonlyMap<string, Exact>

const noWeights: ItemWeights = new Map()

/**
 * Scores all units and all level x group cells, in the order of the design.
 *
 * Groups inside a unit (settings.groups), for each criterion over the groups that were asked:
 * - sample-design, equal, fixed: mean of the groups' shares, weighted by quota, 1, or the fixed weights. A group
 *   without an answer that counts drops out, and the others' weights are renormalised. A group of weight 0 does not
 *   stand behind the figure, so its answers are not in `answered` either.
 * - pooled: by item code, the coefficients of all groups are summed and divided by the number of their answers; the
 *   mean over the items is the share. An item that only one group is asked is an item of its own.
 *
 * Versions of a questionnaire inside one stratum are put together in the same way. A criterion that was asked and has
 * no answer that counts follows settings.withoutValue; one that was not asked does not apply and leaves the scale.
 *
 * Throws when design and counts do not fit (a stratum, questionnaire, item or fixed weight is missing): a defect.
 */
export function aggregate(design: SurveyDesign, counts: Counts): ExactScores {
  const strata = readStrata(design, counts)
  const sets = new Map(design.criteriaSets.map((set) => [set.level, set]))
  const units = scoreUnits(design, strata)
  return {
    units: units.map((each) => each.score),
    levels: design.levels.map(({ code, name }) => {
      const set = sets.get(code)
      const groups = design.groups
        .filter((group) => group.level === code)
        .map((group) => {
          const own = strata.filter((each) => each.design.level === code && each.design.group === group.code)
          return scoreLevelGroup(group, set, own, design, counts)
        })
      const own = strata.filter((each) => each.design.level === code)
      const pooled = scoreLevelGroup({ code: '', name: '' }, set, own, design, counts)
      const ownUnits = units.filter((each) => each.score.level === code)
      return {
        code,
        name,
        groups: groups.map((each) => each.score),
        pooled: pooled.score.criteria,
        items: pooled.score.items,
        rows: rowsOf(set, groups, pooled, ownUnits),
      }
    }),
  }
}

/** The units alone, as aggregate() scores them. */
export function aggregateUnits(design: SurveyDesign, counts: Counts): UnitScore[] {
  return scoreUnits(design, readStrata(design, counts)).map((each) => each.score)
}

function scoreUnits(design: SurveyDesign, strata: readonly Stratum[]): WeighedUnit[] {
  const byUnit = new Map(design.units.map((unit): [string, Stratum[]] => [unit.code, []]))
  for (const stratum of strata) byUnit.get(stratum.design.unit)?.push(stratum)
  const sets = new Map(design.criteriaSets.map((set) => [set.level, set]))
  return design.units.map((unit) =>
    scoreUnit(unit, sets.get(unit.level), byUnit.get(unit.code) ?? [], design.scoring),
  )
}

/** A unit's scores with what its shares are made of: by criterion code, its part of CriterionRows. */
interface WeighedUnit {
  score: UnitScore
  strata: ReadonlyMap<string, StratumWeights[]>
}

/** The same of a level x group: by criterion code, its row. */
interface WeighedGroup {
  score: LevelScore['groups'][number]
  weights: ReadonlyMap<string, ItemWeights>
}

function rowsOf(
  set: CriteriaSet | undefined,
  groups: readonly WeighedGroup[],
  pooled: WeighedGroup,
  units: readonly WeighedUnit[],
): CriterionRows[] {
  return surveyLeaves(set).map(({ code }) => ({
    code,
    groups: groups.map(({ score, weights }) => ({
      code: score.code,
      weights: weights.get(code) ?? noWeights,
    })),
    pooled: pooled.weights.get(code) ?? noWeights,
    units: units.map(({ score, strata }) => ({ code: score.code, strata: strata.get(code) ?? [] })),
  }))
}

function scoreUnit(
  unit: UnitDesign,
  set: CriteriaSet | undefined,
  strata: readonly Stratum[],
  scoring: ScoringSettings,
): WeighedUnit {
  const weighed = surveyLeaves(set).map((leaf) => scoreUnitCriterion(set, leaf, strata, scoring))
  const criteria = weighed.map((each) => each.score)
  const scored = criteria.flatMap(({ max, points }) => (points === null ? [] : [{ max, points }]))
  const score = {
    code: unit.code,
    name: unit.name,
    level: unit.level,
    counts: returnCounts(strata),
    groups: strata.map((each) => ({ code: each.design.group, counts: returnCounts([each]) })),
    population: populationOf(strata),
    criteria,
    total: {
      max: sumExact(scored.map((each) => each.max)),
      points: scored.length === 0 ? null : sumExact(scored.map((each) => each.points)),
    },
    flags: flagsOf(criteria, strata),
  }
  return { score, strata: new Map(weighed.map((each) => [each.score.code, each.strata])) }
}

function scoreUnitCriterion(
  set: CriteriaSet | undefined,
  leaf: Criterion,
  strata: readonly Stratum[],
  scoring: ScoringSettings,
): { score: CriterionScore; strata: StratumWeights[] } {
  const asked = strata.filter((each) => !each.weight.isZero() && tallyOf(each, leaf.code).asked)
  const together = putTogether(asked.map((each) => tallyOf(each, leaf.code)))
  const weighed = unitWeights(leaf.code, strata, together, scoring)
  const valueless = asked.length > 0 && scoring.withoutValue === 'zero' ? zero : null
  const counted = weighed.filter(({ tally }) => tally.people > 0)
  return {
    score: criterionScore(
      set,
      leaf,
      together,
      shareOf(weighed),
      valueless,
      smallestGroupOf(leaf.code, asked),
    ),
    strata: counted.map(({ group, tally, weights }) => ({
      group,
      people: tally.people,
      items: [...tally.items]
        .filter(([, { answers }]) => answers > 0)
        .map(([code, { answers, parts }]) => ({
          code,
          answers,
          weight: weights.get(code) ?? zero,
          parts: [...parts],
        })),
    })),
  }
}

/** People of the smallest group that answered; 0 when none did. */
function smallestGroupOf(criterion: string, asked: readonly Stratum[]): number {
  const people = asked.map((each) => tallyOf(each, criterion).people).filter((count) => count > 0)
  return people.length === 0 ? 0 : Math.min(...people)
}

/** All answers of the level's people of one group, as if they were one unit: every answer weighs the same. */
function scoreLevelGroup(
  { code, name }: { code: string; name: string },
  set: CriteriaSet | undefined,
  strata: readonly Stratum[],
  design: SurveyDesign,
  counts: Counts,
): WeighedGroup {
  const weighed = surveyLeaves(set).map((leaf) => {
    const tally = putTogether(strata.map((each) => tallyOf(each, leaf.code)))
    const weights = itemWeights(tally, design.scoring)
    return {
      score: criterionScore(set, leaf, tally, shareOf([{ tally, weights }]), null, tally.people),
      weights,
    }
  })
  return {
    score: {
      code,
      name,
      counts: returnCounts(strata),
      criteria: weighed.map((each) => each.score),
      items: scoreItems(set, strata, design, counts),
    },
    weights: new Map(weighed.map((each) => [each.score.code, each.weights])),
  }
}

/** Questions put to these strata in the order of its questionnaires; the same code in several of them is one question. */
function scoreItems(
  set: CriteriaSet | undefined,
  strata: readonly Stratum[],
  { questionnaires, scoring }: SurveyDesign,
  counts: Counts,
): ItemScore[] {
  const leaves = new Set(surveyLeaves(set).map((leaf) => leaf.code))
  const asked = new Set(strata.map((each) => each.design.questionnaire))
  const keys = new Set(strata.map((each) => stratumKey(each.design)))
  const chosenOf = chosenByItem(
    questionnaires,
    counts.strata.filter((each) => keys.has(stratumKey(each))).flatMap((each) => each.versions),
  )
  const items = new Map<string, Item>()
  for (const each of questionnaires.filter(({ code }) => asked.has(code)))
    for (const item of itemsOf(each)) if (leaves.has(item.criterion)) items.set(item.code, item)
  return [...items.values()].map((item) => {
    const tallied = strata.map((each) => ({
      each,
      tally: tallyOf(each, item.criterion).items.get(item.code),
    }))
    const answering = tallied.filter(({ tally }) => tally !== undefined && tally.answers > 0)
    const answered = answering.reduce((total, { tally }) => total + (tally?.answers ?? 0), 0)
    const worth = optionWorth(item, scoring)
    const chosen = chosenOf.get(item.code) ?? []
    const sum = (of: (each: ChosenOptions) => number) => chosen.reduce((total, each) => total + of(each), 0)
    return {
      code: item.code,
      text: item.text,
      criterion: item.criterion,
      asked: sum((each) => each.asked),
      optOuts: Exact.of(sum((each) => each.optOuts)),
      blanks: Exact.of(sum((each) => each.blank)),
      answered,
      answeringUnits: new Set(answering.map(({ each }) => each.design.unit)).size,
      share:
        answered === 0
          ? null
          : sumExact(answering.map(({ tally }) => tally?.sum ?? zero)).over(Exact.of(answered)),
      blankCounts: scoring.blank === 'zero',
      options: item.options.flatMap(({ code, label, optOut }, position) =>
        worth[position] === null
          ? []
          : [
              {
                code,
                label,
                optOut,
                count: Exact.of(sum((each) => each.options[position] ?? 0)),
              },
            ],
      ),
    }
  })
}

/** What was chosen of a question on the valid ballots of a stratum and version. */
interface ChosenOptions {
  asked: number
  options: readonly number[]
  optOuts: number
  blank: number
}

function chosenByItem(
  questionnaires: readonly Questionnaire[],
  versions: readonly VersionCounts[],
): Map<string, ChosenOptions[]> {
  const wayOut = new Map(
    questionnaires.map((each) => [
      `${each.code} ${each.version}`,
      itemsOf(each).map((item) => item.options.map((option) => option.optOut)),
    ]),
  )
  const found = new Map<string, ChosenOptions[]>()
  for (const { questionnaire, version, valid, items } of versions) {
    const isOptOut = wayOut.get(`${questionnaire} ${version}`)
    items.forEach(({ code, options, blank }, place) => {
      const own = found.get(code) ?? []
      const optOuts = options.reduce((sum, count, at) => sum + (isOptOut?.[place]?.[at] ? count : 0), 0)
      own.push({ asked: valid, options, optOuts, blank })
      found.set(code, own)
    })
  }
  return found
}

function criterionScore(
  set: CriteriaSet | undefined,
  leaf: Criterion,
  tally: Tally,
  share: Exact | null,
  valueless: Exact | null,
  smallestGroup: number,
): CriterionScore {
  const max = parseExact(leaf.max)
  return {
    code: leaf.code,
    name: leaf.name,
    domain: set === undefined ? leaf.code : domainOf(set, leaf).code,
    max,
    asked: tally.asked,
    answered: tally.people,
    smallestGroup,
    answeringUnits: tally.units.size,
    share,
    points: share === null ? valueless : max.times(share),
  }
}

// ---- shares: the weights first, then the sums, so that the audit weighs exactly what is published ----

/**
 * Weights of a criterion's items where the tally as a whole has the weight `whole`. The mean of item shares keeps an
 * item with many opt-outs from weighing less.
 */
function itemWeights(
  tally: Tally,
  scoring: Pick<ScoringSettings, 'severalItems'>,
  whole = Exact.of(1),
): ItemWeights {
  const items = [...tally.items].filter(([, item]) => item.answers > 0)
  const all = items.reduce((sum, [, item]) => sum + item.answers, 0)
  return new Map(
    items.map(([code, { answers }]) => {
      const parts = scoring.severalItems === 'pooled-answers' ? all : items.length * answers
      return [code, whole.over(Exact.of(parts))]
    }),
  )
}

/** Each stratum of a unit with its weights in the unit's share; `together` are the groups that carry weight. */
function unitWeights(
  criterion: string,
  strata: readonly Stratum[],
  together: Tally,
  scoring: ScoringSettings,
): { group: string; tally: Tally; weights: ItemWeights }[] {
  const tallied = strata.map((stratum) => ({ stratum, tally: tallyOf(stratum, criterion) }))
  if (scoring.groups === 'pooled') {
    const weights = itemWeights(together, scoring)
    return tallied.map(({ stratum, tally }) => ({ group: stratum.design.group, tally, weights }))
  }
  const answering = tallied.filter(({ tally }) => tally.people > 0)
  const whole = sumExact(answering.map(({ stratum }) => stratum.weight))
  return tallied.map(({ stratum: { design, weight }, tally }) => {
    const silent = tally.people === 0 || weight.isZero()
    const weights = silent ? noWeights : itemWeights(tally, scoring, weight.over(whole))
    return { group: design.group, tally, weights }
  })
}

/** Null where nothing has weight: no answer counts. */
function shareOf(parts: readonly { tally: Tally; weights: ItemWeights }[]): Exact | null {
  if (parts.every(({ weights }) => weights.size === 0)) return null
  const products = parts.flatMap(({ tally, weights }) =>
    [...tally.items].map(([code, { sum }]) => sum.times(weights.get(code) ?? zero)),
  )
  return sumExact(products)
}

function flagsOf(criteria: readonly CriterionScore[], strata: readonly Stratum[]): ScoreFlag[] {
  // Valid ballots and not returned ones: the flag warns about what the score rests on.
  const thin = strata.filter((each) => 2 * each.valid < each.design.planned)
  const silent = criteria.flatMap((criterion) =>
    strata
      .filter((each) => !each.weight.isZero() && tallyOf(each, criterion.code).asked)
      .filter((each) => tallyOf(each, criterion.code).people === 0)
      .map((each) => ({ group: each.design.group, criterion: criterion.code })),
  )
  return [
    ...thin.map((each) => ({ kind: 'group-below-half' as const, group: each.design.group })),
    ...silent.map((each) => ({ kind: 'group-without-answer' as const, ...each })),
  ]
}

function populationOf(strata: readonly Stratum[]): number | null {
  const groups = strata.map((each) => each.design.population ?? null)
  if (groups.length === 0 || groups.includes(null)) return null
  return groups.reduce<number>((sum, each) => sum + (each ?? 0), 0)
}

function returnCounts(strata: readonly Stratum[]): ReturnCounts {
  const sum = (of: (stratum: Stratum) => number) => strata.reduce((total, each) => total + of(each), 0)
  return {
    planned: sum((each) => each.design.planned),
    issued: sum((each) => each.design.issued),
    returned: sum((each) => each.design.returned),
    valid: sum((each) => each.valid),
  }
}

function surveyLeaves(set: CriteriaSet | undefined): Criterion[] {
  return set === undefined ? [] : leavesOf(set, 'survey')
}
