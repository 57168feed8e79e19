// From opened ballots to counts: one pass over the answer strings, one small table of numbers per unit x group.
// Nothing is kept of a single ballot, so memory grows with the strata and not with the people. Road stop 5.
import { blankSymbol, type Item, itemsOf, type Questionnaire } from '../survey/questionnaire.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { optionWorth, type WorthSettings } from './design.ts'
import { Exact, parseExact } from './exact.ts'

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
  /** People with at least one answer that counts to the criterion: the n that is held against k. */
  criteria: { code: string; people: number }[]
}

export interface StratumCounts {
  unit: string
  group: string
  /** Opened ballots, readable or not. */
  ballots: number
  valid: number
  versions: VersionCounts[]
}

/** Strata without a ballot are missing. Sorted by codes, so that the order of ballots leaves no trace. */
export interface Counts {
  strata: StratumCounts[]
}

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

/** A questionnaire made ready for counting: lookups by item x slot instead of objects. */
interface AnswerKey {
  questionnaire: Questionnaire
  items: Item[]
  /** Fewest answered items of a valid ballot. */
  needed: number
  meaning: Uint8Array
  criteria: string[]
  criterionOf: Uint16Array
  /** Per criterion the last ballot that counted to it: tells people from answers without clearing anything. */
  lastBallot: Float64Array
}

interface Tally {
  key: AnswerKey
  ballots: number
  valid: number
  options: Uint32Array
  people: Uint32Array
}

type CountingSettings = Pick<ScoringSettings, 'blank' | 'validShare'> & WorthSettings

/**
 * Counts all answers. A ballot is valid when at least `validShare` of its items are answered, an opt-out counting as
 * answered; a wrong length or an unknown symbol makes it invalid. An answer counts when the settings put it into the
 * denominator (an opt-out or a blank only where it is worth zero).
 *
 * `questionnaires` are all versions that occur; a row of another one throws, because a ballot that we sealed
 * ourselves cannot name it. 1 M rows x 30 items take about half a second.
 */
export async function countAnswers(
  questionnaires: readonly Questionnaire[],
  settings: CountingSettings,
  rows: Iterable<AnswerRow> | AsyncIterable<AnswerRow>,
): Promise<Counts> {
  const counter = newCounter(questionnaires, settings)
  // A plain loop where it is possible: `for await` would wait once per ballot even on an array.
  if (Symbol.iterator in rows) for (const row of rows) counter.add(row)
  else for await (const row of rows) counter.add(row)
  return counter.counts()
}

function newCounter(questionnaires: readonly Questionnaire[], settings: CountingSettings) {
  const keys = questionnaires.map((questionnaire) => answerKey(questionnaire, settings))
  const units = new Map<string, Map<string, Tally[]>>()
  let ballotNumber = 0

  function tallyOf(row: AnswerRow): Tally {
    const groups = fromMap(units, row.unit, () => new Map<string, Tally[]>())
    const tallies = fromMap(groups, row.group, () => [])
    const found = tallies.find((each) => isOf(each.key, row))
    return found ?? addTally(tallies, row)
  }

  function addTally(tallies: Tally[], row: AnswerRow): Tally {
    const key = keys.find((each) => isOf(each, row))
    if (!key)
      throw new Error(
        `a ballot names questionnaire ${row.questionnaire} version ${row.version}, which is not given`,
      )
    const tally = emptyTally(key)
    tallies.push(tally)
    return tally
  }

  return {
    add(row: AnswerRow): void {
      ballotNumber += 1
      const tally = tallyOf(row)
      tally.ballots += 1
      if (!isValid(tally.key, row.answers)) return
      tally.valid += 1
      countBallot(tally, row.answers, ballotNumber)
    },
    counts(): Counts {
      const strata = [...units].flatMap(([unit, groups]) =>
        [...groups].map(([group, tallies]) => stratumCounts(unit, group, tallies)),
      )
      return { strata: strata.sort((a, b) => byText(a.unit, b.unit) || byText(a.group, b.group)) }
    },
  }
}

function answerKey(questionnaire: Questionnaire, settings: CountingSettings): AnswerKey {
  const items = itemsOf(questionnaire)
  const criteria = [...new Set(items.map((item) => item.criterion))]
  const meaning = new Uint8Array(items.length * slots)
  items.forEach((item, place) => {
    const worth = optionWorth(item, settings)
    worth.forEach((each, position) => {
      meaning[place * slots + position] = known | answered | (each === null ? 0 : counting)
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
    lastBallot: new Float64Array(criteria.length),
  }
}

/** The smallest whole number of items that is at least `share` of them, without a double in between. */
function fewestAnswered(items: number, share: string): number {
  const bound = parseExact(share).times(Exact.of(items))
  let needed = 0
  while (Exact.of(needed).compare(bound) < 0) needed += 1
  return needed
}

function emptyTally(key: AnswerKey): Tally {
  return {
    key,
    ballots: 0,
    valid: 0,
    options: new Uint32Array(key.items.length * slots),
    people: new Uint32Array(key.criteria.length),
  }
}

function slotOf(charCode: number): number {
  if (charCode === codeOfBlank) return blankSlot
  const position = charCode - codeOfZero
  return position >= 0 && position <= 9 ? position : unknownSlot
}

function isValid(key: AnswerKey, answers: string): boolean {
  if (answers.length !== key.items.length) return false
  let given = 0
  for (let place = 0; place < answers.length; place += 1) {
    const meaning = key.meaning[place * slots + slotOf(answers.charCodeAt(place))] ?? 0
    if (meaning === 0) return false
    if (meaning & answered) given += 1
  }
  return given >= key.needed
}

function countBallot(tally: Tally, answers: string, ballotNumber: number): void {
  const { meaning, criterionOf, lastBallot } = tally.key
  for (let place = 0; place < answers.length; place += 1) {
    const at = place * slots + slotOf(answers.charCodeAt(place))
    tally.options[at] = (tally.options[at] ?? 0) + 1
    if (((meaning[at] ?? 0) & counting) === 0) continue
    const criterion = criterionOf[place] ?? 0
    if (lastBallot[criterion] === ballotNumber) continue
    lastBallot[criterion] = ballotNumber
    tally.people[criterion] = (tally.people[criterion] ?? 0) + 1
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
    criteria: key.criteria.map((code, index) => ({ code, people: people[index] ?? 0 })),
  }
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
