// From counts to exact scores, as design/scoring.md says: answers → item shares → criterion share of a group →
// criterion share of the unit → points. Pure: the same design and counts give the same scores on every machine.
// What comes out is exact and confidential; people read what disclose() lets through.
import { type CriteriaSet, type Criterion, leavesOf } from '../survey/criteria.ts'
import { type Item, itemsOf, type Questionnaire } from '../survey/questionnaire.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import type { Counts, StratumCounts, VersionCounts } from './counts.ts'
import { optionWorth, type StratumDesign, type SurveyDesign, type UnitDesign } from './design.ts'
import { Exact, parseExact, sumExact, zero } from './exact.ts'

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
  max: Exact
  /** Whether any questionnaire put to these people has an item for it. */
  asked: boolean
  /** People (not answers) with an answer that counts, in the groups that carry weight: the n held against k. */
  answered: number
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
  criteria: CriterionScore[]
  /** Sums over the criteria that have points; `points` is null when none has. */
  total: { max: Exact; points: Exact | null }
  flags: ScoreFlag[]
}

export interface LevelScore {
  code: string
  groups: { code: string; counts: ReturnCounts; criteria: CriterionScore[] }[]
}

export interface ExactScores {
  units: UnitScore[]
  levels: LevelScore[]
}

/** Answers to one criterion in a stratum, or in several strata put together. */
interface Tally {
  asked: boolean
  people: number
  units: ReadonlySet<string>
  /** By item code: sum of the coefficients, and the number of answers that count. */
  items: ReadonlyMap<string, { sum: Exact; answers: number }>
}

/** A stratum with what was counted in it. */
interface Stratum {
  design: StratumDesign
  weight: Exact
  valid: number
  tallies: ReadonlyMap<string, Tally>
}

const noTally: Tally = { asked: false, people: 0, units: new Set(), items: new Map() }

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
  const byUnit = new Map(design.units.map((unit): [string, Stratum[]] => [unit.code, []]))
  for (const stratum of strata) byUnit.get(stratum.design.unit)?.push(stratum)
  const sets = new Map(design.criteriaSets.map((set) => [set.level, set]))
  return {
    units: design.units.map((unit) =>
      scoreUnit(unit, sets.get(unit.level), byUnit.get(unit.code) ?? [], design.scoring),
    ),
    levels: design.levels.map((level) => ({
      code: level.code,
      groups: design.groups
        .filter((group) => group.level === level.code)
        .map(({ code }) => {
          const own = strata.filter((each) => each.design.level === level.code && each.design.group === code)
          return scoreLevelGroup(code, sets.get(level.code), own, design.scoring)
        }),
    })),
  }
}

function scoreUnit(
  unit: UnitDesign,
  set: CriteriaSet | undefined,
  strata: readonly Stratum[],
  scoring: ScoringSettings,
): UnitScore {
  const criteria = surveyLeaves(set).map((leaf) => scoreUnitCriterion(leaf, strata, scoring))
  const scored = criteria.flatMap(({ max, points }) => (points === null ? [] : [{ max, points }]))
  return {
    code: unit.code,
    name: unit.name,
    level: unit.level,
    counts: returnCounts(strata),
    criteria,
    total: {
      max: sumExact(scored.map((each) => each.max)),
      points: scored.length === 0 ? null : sumExact(scored.map((each) => each.points)),
    },
    flags: flagsOf(criteria, strata),
  }
}

function scoreUnitCriterion(
  leaf: Criterion,
  strata: readonly Stratum[],
  scoring: ScoringSettings,
): CriterionScore {
  const asked = strata.filter((each) => !each.weight.isZero() && tallyOf(each, leaf.code).asked)
  const together = putTogether(asked.map((each) => tallyOf(each, leaf.code)))
  const share =
    scoring.groups === 'pooled'
      ? shareOf(together, scoring)
      : weightedMean(
          asked.map((each) => ({ weight: each.weight, share: shareOf(tallyOf(each, leaf.code), scoring) })),
        )
  const valueless = asked.length > 0 && scoring.withoutValue === 'zero' ? zero : null
  return criterionScore(leaf, together, share, valueless)
}

/** All answers of the level's people of one group, as if they were one unit: every answer weighs the same. */
function scoreLevelGroup(
  code: string,
  set: CriteriaSet | undefined,
  strata: readonly Stratum[],
  scoring: ScoringSettings,
): LevelScore['groups'][number] {
  const criteria = surveyLeaves(set).map((leaf) => {
    const together = putTogether(strata.map((each) => tallyOf(each, leaf.code)))
    return criterionScore(leaf, together, shareOf(together, scoring), null)
  })
  return { code, counts: returnCounts(strata), criteria }
}

function criterionScore(
  leaf: Criterion,
  tally: Tally,
  share: Exact | null,
  valueless: Exact | null,
): CriterionScore {
  const max = parseExact(leaf.max)
  return {
    code: leaf.code,
    name: leaf.name,
    max,
    asked: tally.asked,
    answered: tally.people,
    answeringUnits: tally.units.size,
    share,
    points: share === null ? valueless : max.times(share),
  }
}

/** Share of a criterion. The mean of item shares keeps an item with many opt-outs from weighing less. */
function shareOf(tally: Tally, scoring: Pick<ScoringSettings, 'severalItems'>): Exact | null {
  const items = [...tally.items.values()].filter((item) => item.answers > 0)
  if (items.length === 0) return null
  if (scoring.severalItems === 'pooled-answers') {
    const answers = items.reduce((sum, item) => sum + item.answers, 0)
    return sumExact(items.map((item) => item.sum)).over(Exact.of(answers))
  }
  const shares = items.map((item) => item.sum.over(Exact.of(item.answers)))
  return sumExact(shares).over(Exact.of(shares.length))
}

function weightedMean(parts: readonly { weight: Exact; share: Exact | null }[]): Exact | null {
  const counted = parts.flatMap(({ weight, share }) => (share === null ? [] : [{ weight, share }]))
  if (counted.length === 0) return null
  const weights = sumExact(counted.map((part) => part.weight))
  return sumExact(counted.map((part) => part.weight.times(part.share))).over(weights)
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

// ---- reading the counts: every number of answers becomes a sum of coefficients ----

function readStrata(design: SurveyDesign, counts: Counts): Stratum[] {
  const readers = new Map(
    design.questionnaires.map((each) => [
      versionKey(each.code, each.version),
      newReader(each, design.scoring),
    ]),
  )
  const counted = new Map(counts.strata.map((each) => [stratumKey(each), each]))
  const levels = new Map(design.units.map((unit) => [unit.code, unit.level]))
  const strata = design.strata.map((stratum) => {
    // Raters from another level would need their own rule (target rule); a figure in the wrong row would be worse.
    if (levels.get(stratum.unit) !== stratum.level) {
      throw new Error(`stratum ${stratum.unit} x ${stratum.group} is not on the level of its unit`)
    }
    const own = counted.get(stratumKey(stratum))
    counted.delete(stratumKey(stratum))
    return readStratum(stratum, own, readers, design.scoring)
  })
  const [stray] = counted.values()
  if (stray) throw new Error(`counts hold ${stray.unit} x ${stray.group}, which the design does not`)
  return strata
}

function readStratum(
  design: StratumDesign,
  counts: StratumCounts | undefined,
  readers: ReadonlyMap<string, Reader>,
  scoring: ScoringSettings,
): Stratum {
  const reader = (code: string, version: number) => {
    const found = readers.get(versionKey(code, version))
    if (!found) throw new Error(`questionnaire ${code} version ${version} is not in the design`)
    return found
  }
  // The questionnaire of the design says what is asked even where nobody answered.
  const asked = reader(design.questionnaire, design.version).asked
  const answered = (counts?.versions ?? []).map((version) =>
    reader(version.questionnaire, version.version).read(version, design.unit),
  )
  const codes = new Set([asked, ...answered].flatMap((each) => [...each.keys()]))
  const tallies = [...codes].map((code): [string, Tally] => [
    code,
    putTogether([asked, ...answered].map((each) => each.get(code) ?? noTally)),
  ])
  return {
    design,
    weight: weightOf(design, scoring),
    valid: counts?.valid ?? 0,
    tallies: new Map(tallies),
  }
}

function weightOf(stratum: StratumDesign, scoring: ScoringSettings): Exact {
  if (scoring.groups === 'sample-design') return Exact.of(stratum.planned)
  if (scoring.groups !== 'fixed') return Exact.of(1)
  const weight = scoring.fixedWeights[stratum.group]
  if (weight === undefined) throw new Error(`group ${stratum.group} has no fixed weight`)
  return parseExact(weight)
}

/** A questionnaire made ready for reading its counts. */
interface Reader {
  asked: ReadonlyMap<string, Tally>
  read(version: VersionCounts, unit: string): Map<string, Tally>
}

function newReader(questionnaire: Questionnaire, scoring: ScoringSettings): Reader {
  const items = itemsOf(questionnaire).map((item) => ({ item, sumUp: newItemSum(item, scoring) }))
  const criteria = [...new Set(items.map(({ item }) => item.criterion))]
  return {
    asked: new Map(criteria.map((code) => [code, { ...noTally, asked: true }])),
    read(version, unit) {
      if (version.items.length !== items.length)
        throw new Error('counts and questionnaire differ in their items')
      const people = new Map(version.criteria.map((each) => [each.code, each.people]))
      const sums = items.map(({ item, sumUp }, place) => {
        const counts = version.items[place]
        if (counts?.code !== item.code) throw new Error(`counts name another item than ${item.code}`)
        return { item, tally: sumUp(counts.options, counts.blank) }
      })
      return new Map(
        criteria.map((code) => {
          const own = sums.filter(({ item }) => item.criterion === code)
          const n = people.get(code) ?? 0
          const tally = {
            asked: true,
            people: n,
            units: new Set(n > 0 ? [unit] : []),
            items: new Map(own.map((each) => [each.item.code, each.tally])),
          }
          return [code, tally]
        }),
      )
    },
  }
}

/** Adds up one item's coefficients; an option worth null does not count at all. */
function newItemSum(item: Item, scoring: ScoringSettings) {
  const worth = optionWorth(item, scoring)
  return (options: readonly number[], blank: number) => {
    const counting = worth.flatMap((each, position) =>
      each === null ? [] : [{ worth: each, count: options[position] ?? 0 }],
    )
    const answers = counting.reduce((sum, each) => sum + each.count, scoring.blank === 'zero' ? blank : 0)
    return { sum: sumExact(counting.map((each) => each.worth.times(Exact.of(each.count)))), answers }
  }
}

/** Tallies of several versions, groups or units as one: item by item (by code), coefficients and answers add up. */
function putTogether(tallies: readonly Tally[]): Tally {
  const items = new Map<string, { sum: Exact; answers: number }>()
  for (const tally of tallies) {
    for (const [code, { sum, answers }] of tally.items) {
      const before = items.get(code) ?? { sum: zero, answers: 0 }
      items.set(code, { sum: before.sum.plus(sum), answers: before.answers + answers })
    }
  }
  return {
    asked: tallies.some((each) => each.asked),
    people: tallies.reduce((sum, each) => sum + each.people, 0),
    units: new Set(tallies.flatMap((each) => [...each.units])),
    items,
  }
}

function tallyOf(stratum: Stratum, criterion: string): Tally {
  return stratum.tallies.get(criterion) ?? noTally
}

function stratumKey(stratum: { unit: string; group: string }): string {
  return `${stratum.unit} ${stratum.group}`
}

function versionKey(code: string, version: number): string {
  return `${code} ${version}`
}
