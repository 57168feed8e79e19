// From opened ballots to counts: one pass over the answer strings, one small table of numbers per unit x group, and per
// level the sums that its statistics need. Nothing is kept of a single ballot, so memory grows with the strata and not with
// the people; everything after this reads the counts alone. Road stop 5.
import { blankSymbol, type Item, itemsOf, type Questionnaire } from '../survey/questionnaire.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { optionWorth, type SurveyDesign } from './design.ts'
import { Exact, parseExact } from './exact.ts'
import { noneAlike, noteBallot, settledAfterOnePass, type AlikeCounters } from './identical.ts'
import {
  emptyScale,
  scaleSums,
  shareParts,
  spreadOf,
  type LevelSums,
  type ScaleTally,
  type UnitTally,
} from './level-sums.ts'
import { roughly } from './shown.ts'

/** One opened ballot; `answers` has one symbol per item (src/survey/questionnaire.ts). */
export interface AnswerRow {
  unit: string
  group: string
  questionnaire: string
  version: number
  answers: string
}

/** How often each option of an item was chosen, by position, and how often the item was left blank. */
export interface ItemCounts {
  code: string
  criterion: string
  options: number[]
  blank: number
}

/** The ballots of a stratum that answered one version of a questionnaire; items and criteria over valid ones. */
export interface VersionCounts {
  questionnaire: string
  version: number
  ballots: number
  valid: number
  items: ItemCounts[]
  criteria: CriterionPeople[]
}

/**
 * People (valid ballots) by what they gave to a criterion: at least one answer with a coefficient; else opt-outs only,
 * blanks only, or some of both. Which of them count is a matter of settings (peopleOf).
 */
export interface CriterionPeople {
  code: string
  answered: number
  optedOut: number
  blank: number
  both: number
}

/** People with at least one answer that counts to the criterion: the n that is held against k. */
export function peopleOf(
  { answered, optedOut, blank, both }: CriterionPeople,
  settings: Pick<ScoringSettings, 'optOut' | 'blank'>,
): number {
  const [zeroOut, zeroBlank] = [settings.optOut === 'zero', settings.blank === 'zero']
  return answered + (zeroOut ? optedOut : 0) + (zeroBlank ? blank : 0) + (zeroOut || zeroBlank ? both : 0)
}

export interface StratumCounts {
  unit: string
  group: string
  /** Opened ballots, readable or not. */
  ballots: number
  valid: number
  versions: VersionCounts[]
}

/** Strata without a ballot are missing. Sorted by codes, so that the order of ballots leaves no trace. Plain JSON. */
export interface Counts {
  strata: StratumCounts[]
  levels: LevelSums[]
  /** Codes of units of whose ballots half or more are alike. For the council's eyes alone. */
  identical: string[]
}

/** Can be read again from its beginning: a list, or pages out of the store. */
export type AnswerSource = () => Iterable<AnswerRow> | AsyncIterable<readonly AnswerRow[]>

/** What counting must know of a survey. */
export type CountingDesign = Pick<SurveyDesign, 'units' | 'questionnaires' | 'criteriaSets' | 'scoring'>

// A table row per item: places 0…9 are its options, then the blank, then every symbol that cannot be.
const slots = 12
const blankSlot = 10
const unknownSlot = 11
const codeOfZero = 48
const codeOfBlank = blankSymbol.charCodeAt(0)

// What a symbol means for its item, as bits.
const known = 1
const answered = 2
const counting = 4
const optedOut = 8

/** A questionnaire made ready for counting: lookups by item x slot instead of objects. */
interface AnswerKey {
  questionnaire: Questionnaire
  items: Item[]
  /** Fewest answered items of a valid ballot. */
  needed: number
  meaning: Uint8Array
  criteria: string[]
  criterionOf: Uint16Array
  /** By item x slot, 0 where the answer does not count. */
  worth: Float64Array
  /** Of the ballot in hand: the place in these tables of each answer; by criterion what was given to it (kinds), worth and
   * number of answers that count. */
  places: Uint16Array
  given: Uint8Array
  sums: Float64Array
  counted: Uint8Array
}

// What a ballot gave to a criterion, as bits; a table row per criterion holds one number for each of the eight cases.
const kinds = 8
const gaveAnswer = 1
const gaveOptOut = 2
const gaveBlank = 4

interface Tally {
  key: AnswerKey
  ballots: number
  valid: number
  options: Uint32Array
  people: Uint32Array
  scale: ScaleTally
  unit: UnitTally
  alike: AlikeCounters
}

/**
 * Counts all answers. A ballot is valid when at least `validShare` of its items are answered, an opt-out counting as
 * answered; a wrong length or an unknown symbol makes it invalid. An answer counts when the settings put it into the
 * denominator (an opt-out or a blank only where it is worth zero).
 *
 * `questionnaires` are all versions that occur; a row of another one throws, because a ballot that we sealed
 * ourselves cannot name it. 1 M rows x 30 items take about a second. Read a second time only where it is not clear
 * whether half of a unit's ballots are alike.
 */
export async function countAnswers(design: CountingDesign, rows: AnswerSource): Promise<Counts> {
  const counter = newCounter(design)
  await readAll(rows, (row) => counter.add(row))
  const unsettled = counter.unsettled()
  if (unsettled.size > 0) await readAll(rows, (row) => noteAlike(unsettled, row))
  return counter.counts()
}

async function readAll(rows: AnswerSource, read: (row: AnswerRow) => void): Promise<void> {
  const source = rows()
  if (Symbol.iterator in source) for (const row of source) read(row)
  else for await (const page of source) for (const row of page) read(row)
}

/** Whose ballots are counted exactly: by unit, then questionnaire and version. */
type Unsettled = Map<string, Map<string, { ballots: number; found: Map<string, number> }>>

function noteAlike(unsettled: Unsettled, row: AnswerRow): void {
  const own = unsettled.get(row.unit)?.get(versionName(row))
  const before = own?.found.get(row.answers)
  if (own && before !== undefined) own.found.set(row.answers, before + 1)
}

interface Unit {
  groups: Map<string, Tally[]>
  level: string
  tally: UnitTally
  alike: Map<string, AlikeCounters>
}

function newCounter(design: CountingDesign) {
  const keys = design.questionnaires.map((questionnaire) => answerKey(questionnaire, design.scoring))
  const levelOf = new Map(design.units.map(({ code, level }) => [code, level]))
  const units = new Map<string, Unit>()
  const scales = new Map<string, ScaleTally>()
  const unsettled: Unsettled = new Map()

  function tallyOf(row: AnswerRow): Tally {
    const unit = fromMap(units, row.unit, () => newUnit(row.unit))
    const tallies = fromMap(unit.groups, row.group, () => [])
    const found = tallies.find((each) => isOf(each.key, row))
    return found ?? addTally(unit, tallies, row)
  }

  function newUnit(code: string): Unit {
    const level = levelOf.get(code)
    if (level === undefined) throw new Error(`a ballot names unit ${code}, which is not given`)
    return { groups: new Map(), level, tally: { ballots: 0, sum: 0, squares: 0 }, alike: new Map() }
  }

  function addTally(unit: Unit, tallies: Tally[], row: AnswerRow): Tally {
    const key = keys.find((each) => isOf(each, row))
    if (!key)
      throw new Error(
        `a ballot names questionnaire ${row.questionnaire} version ${row.version}, which is not given`,
      )
    const set = design.criteriaSets.find(({ level }) => level === unit.level)
    const tally = {
      ...emptyTally(key),
      scale: fromMap(scales, `${unit.level} ${versionName(row)}`, () =>
        emptyScale(key.questionnaire, unit.level, set, key.criteria, key.worth),
      ),
      unit: unit.tally,
      alike: fromMap(unit.alike, versionName(row), noneAlike),
    }
    tallies.push(tally)
    return tally
  }

  function settledUnits(): string[] {
    const isAlike = (code: string, { alike }: Unit) =>
      [...alike].some(([version, own]) => {
        const exact = unsettled.get(code)?.get(version)
        if (exact) return [...exact.found.values()].some((count) => 2 * count >= exact.ballots)
        return settledAfterOnePass(own) === true
      })
    return [...units].filter(([code, unit]) => isAlike(code, unit)).map(([code]) => code)
  }

  return {
    add(row: AnswerRow): void {
      const tally = tallyOf(row)
      tally.ballots += 1
      if (!isValid(tally.key, row.answers)) return
      tally.valid += 1
      noteBallot(tally.alike, row.answers)
      countBallot(tally)
    },
    unsettled(): Unsettled {
      for (const [code, { alike }] of units)
        for (const [version, own] of alike) {
          const open = settledAfterOnePass(own)
          if (typeof open === 'boolean') continue
          const found = new Map(open.map((answers) => [answers, 0]))
          fromMap(unsettled, code, () => new Map()).set(version, { ballots: own.ballots, found })
        }
      return unsettled
    },
    counts(): Counts {
      const sorted = [...units].sort(([a], [b]) => byText(a, b))
      const strata = sorted.flatMap(([unit, { groups }]) =>
        [...groups].map(([group, tallies]) => stratumCounts(unit, group, tallies)),
      )
      const levels = [...new Set(sorted.map(([, { level }]) => level))].sort(byText)
      return {
        strata: strata.sort((a, b) => byText(a.unit, b.unit) || byText(a.group, b.group)),
        levels: levels.map((level) => ({
          level,
          scales: [...scales.values()]
            .filter((each) => each.level === level)
            .map(scaleSums)
            .sort((a, b) => byText(a.questionnaire, b.questionnaire) || a.version - b.version),
          spread: spreadOf(sorted.filter(([, unit]) => unit.level === level).map(([, unit]) => unit.tally)),
        })),
        identical: settledUnits().sort(byText),
      }
    },
  }
}

function answerKey(questionnaire: Questionnaire, settings: ScoringSettings): AnswerKey {
  const items = itemsOf(questionnaire)
  const criteria = [...new Set(items.map((item) => item.criterion))]
  const meaning = new Uint8Array(items.length * slots)
  const worth = new Float64Array(items.length * slots)
  items.forEach((item, place) => {
    optionWorth(item, settings).forEach((each, position) => {
      const at = place * slots + position
      meaning[at] = known | answered | (each === null ? 0 : counting)
      if (item.options[position]?.optOut) meaning[at] |= optedOut
      worth[at] = roughly(each)
    })
    meaning[place * slots + blankSlot] = known | (settings.blank === 'zero' ? counting : 0)
  })
  return {
    questionnaire,
    items,
    needed: fewestAnswered(items.length, settings.validShare),
    meaning,
    criteria,
    criterionOf: Uint16Array.from(items, (item) => criteria.indexOf(item.criterion)),
    worth,
    places: new Uint16Array(items.length),
    given: new Uint8Array(criteria.length),
    sums: new Float64Array(criteria.length),
    counted: new Uint8Array(criteria.length),
  }
}

/** The smallest whole number of items that is at least `share` of them, without a double in between. */
function fewestAnswered(items: number, share: string): number {
  const bound = parseExact(share).times(Exact.of(items))
  let needed = 0
  while (Exact.of(needed).compare(bound) < 0) needed += 1
  return needed
}

function emptyTally(key: AnswerKey): Omit<Tally, 'scale' | 'unit' | 'alike'> {
  return {
    key,
    ballots: 0,
    valid: 0,
    options: new Uint32Array(key.items.length * slots),
    people: new Uint32Array(key.criteria.length * kinds),
  }
}

function slotOf(charCode: number): number {
  if (charCode === codeOfBlank) return blankSlot
  const position = charCode - codeOfZero
  return position >= 0 && position <= 9 ? position : unknownSlot
}

/** Finds the place of each answer in the tables on the way. */
function isValid({ items, needed, meaning, places }: AnswerKey, answers: string): boolean {
  if (answers.length !== items.length) return false
  let given = 0
  for (let place = 0; place < answers.length; place += 1) {
    const at = place * slots + slotOf(answers.charCodeAt(place))
    const means = meaning[at]
    if (!means) return false
    if (means & answered) given += 1
    places[place] = at
  }
  return given >= needed
}

function countBallot({ key, options, people, unit, scale }: Tally): void {
  const { meaning, criterionOf, worth, places, given, sums, counted } = key
  let isComplete = true
  for (let place = 0; place < places.length; place += 1) {
    const at = places[place] ?? 0
    const means = meaning[at] ?? 0
    const criterion = criterionOf[place] ?? 0
    options[at] = (options[at] ?? 0) + 1
    given[criterion] = (given[criterion] ?? 0) | kindOf(means)
    if (means & counting) {
      sums[criterion] = (sums[criterion] ?? 0) + (worth[at] ?? 0)
      counted[criterion] = (counted[criterion] ?? 0) + 1
    } else isComplete = false
  }
  closeCriteria(key, scale, people, unit)
  if (isComplete) addToScale(scale, unit, places)
}

function kindOf(means: number): number {
  if (means & optedOut) return gaveOptOut
  return means & answered ? gaveAnswer : gaveBlank
}

/** Who gave what to each criterion, and the person's share of the maximum of those with an answer that counts. */
function closeCriteria(
  { given, sums, counted }: AnswerKey,
  { max }: ScaleTally,
  people: Uint32Array,
  unit: UnitTally,
): void {
  let points = 0
  let most = 0
  for (let criterion = 0; criterion < given.length; criterion += 1) {
    const at = criterion * kinds + (given[criterion] ?? 0)
    people[at] = (people[at] ?? 0) + 1
    const count = counted[criterion] ?? 0
    if (count > 0) {
      points += ((max[criterion] ?? 0) * (sums[criterion] ?? 0)) / count
      most += max[criterion] ?? 0
    }
    given[criterion] = 0
    sums[criterion] = 0
    counted[criterion] = 0
  }
  if (most === 0) return
  const share = Math.round((points / most) * shareParts)
  unit.ballots += 1
  unit.sum += share
  unit.squares += share * share
}

function addToScale(scale: ScaleTally, unit: UnitTally, places: Uint16Array): void {
  const { worth, chosen, totals } = scale
  let total = 0
  for (let place = 0; place < places.length; place += 1) total += worth[places[place] ?? 0] ?? 0
  scale.ballots += 1
  scale.units.add(unit)
  scale.sum += total
  scale.squares += total * total
  for (let place = 0; place < places.length; place += 1) {
    const at = places[place] ?? 0
    chosen[at] = (chosen[at] ?? 0) + 1
    totals[at] = (totals[at] ?? 0) + total
  }
}

function stratumCounts(unit: string, group: string, tallies: readonly Tally[]): StratumCounts {
  const versions = tallies
    .map(versionCounts)
    .sort((a, b) => byText(a.questionnaire, b.questionnaire) || a.version - b.version)
  return {
    unit,
    group,
    ballots: versions.reduce((sum, each) => sum + each.ballots, 0),
    valid: versions.reduce((sum, each) => sum + each.valid, 0),
    versions,
  }
}

function versionCounts({ key, ballots, valid, options, people }: Tally): VersionCounts {
  return {
    questionnaire: key.questionnaire.code,
    version: key.questionnaire.version,
    ballots,
    valid,
    items: key.items.map((item, place) => ({
      code: item.code,
      criterion: item.criterion,
      options: Array.from(options.subarray(place * slots, place * slots + item.options.length)),
      blank: options[place * slots + blankSlot] ?? 0,
    })),
    criteria: key.criteria.map((code, at) => {
      const count = (kind: number) => people[at * kinds + kind] ?? 0
      const answering = Array.from({ length: kinds }, (_, kind) => (kind & gaveAnswer ? count(kind) : 0))
      return {
        code,
        answered: answering.reduce((sum, each) => sum + each, 0),
        optedOut: count(gaveOptOut),
        blank: count(gaveBlank),
        both: count(gaveOptOut | gaveBlank),
      }
    }),
  }
}

function versionName({ questionnaire, version }: Pick<AnswerRow, 'questionnaire' | 'version'>): string {
  return `${questionnaire} ${version}`
}

function isOf(key: AnswerKey, row: AnswerRow): boolean {
  return key.questionnaire.version === row.version && key.questionnaire.code === row.questionnaire
}

function fromMap<Value>(map: Map<string, Value>, code: string, make: () => Value): Value {
  const found = map.get(code)
  if (found !== undefined) return found
  const made = make()
  map.set(code, made)
  return made
}

/** By code points and not by a locale: the same on every machine. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
