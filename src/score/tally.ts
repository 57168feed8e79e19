// Reading the counts: every number of answers becomes a sum of coefficients, stratum by stratum and criterion by criterion.
import { type Item, itemsOf, type Questionnaire } from '../survey/questionnaire.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { peopleOf, type Counts, type StratumCounts, type VersionCounts } from './counts.ts'
import { optionWorth, type StratumDesign, type SurveyDesign } from './design.ts'
import { Exact, parseExact, sumExact, zero } from './exact.ts'

/** Answers that had the same coefficients to choose from: those of one version of an item. */
export interface AnswerPart {
  worths: readonly Exact[]
  answers: number
  /** How many chose each of them. Confidential as nothing else: for the audit's last look alone. */
  chosen: readonly number[]
}

/** Answers to one criterion in a stratum, or in several strata put together. */
export interface Tally {
  asked: boolean
  people: number
  units: ReadonlySet<string>
  items: ReadonlyMap<string, ItemTally>
}

/** Sum of the coefficients, and the number of answers that count. */
export interface ItemTally {
  sum: Exact
  answers: number
  parts: readonly AnswerPart[]
}

/** A stratum with what was counted in it. */
export interface Stratum {
  design: StratumDesign
  weight: Exact
  valid: number
  tallies: ReadonlyMap<string, Tally>
}

export const noTally: Tally = { asked: false, people: 0, units: new Set(), items: new Map() }

export function readStrata(design: SurveyDesign, counts: Counts): Stratum[] {
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
      const people = new Map(version.criteria.map((each) => [each.code, peopleOf(each, scoring)]))
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
  const worths = worth.filter((each) => each !== null)
  if (scoring.blank === 'zero') worths.push(zero)
  return (options: readonly number[], blank: number) => {
    const counting = worth.flatMap((each, position) =>
      each === null ? [] : [{ worth: each, count: options[position] ?? 0 }],
    )
    const answers = counting.reduce((sum, each) => sum + each.count, scoring.blank === 'zero' ? blank : 0)
    const sum = sumExact(counting.map((each) => each.worth.times(Exact.of(each.count))))
    const chosen = counting.map((each) => each.count)
    if (scoring.blank === 'zero') chosen.push(blank)
    return { sum, answers, parts: [{ worths, answers, chosen }] }
  }
}

/** Tallies of several versions, groups or units as one: item by item (by code), coefficients and answers add up. */
export function putTogether(tallies: readonly Tally[]): Tally {
  const items = new Map<string, ItemTally>()
  for (const tally of tallies) {
    for (const [code, own] of tally.items) {
      const before = items.get(code)
      items.set(code, before === undefined ? own : addedUp(before, own))
    }
  }
  return {
    asked: tallies.some((each) => each.asked),
    people: tallies.reduce((sum, each) => sum + each.people, 0),
    units: new Set(tallies.flatMap((each) => [...each.units])),
    items,
  }
}

function addedUp(one: ItemTally, other: ItemTally): ItemTally {
  const parts = [...one.parts]
  for (const part of other.parts) {
    const same = parts.findIndex((each) => each.worths === part.worths)
    const before = parts[same]
    if (before === undefined) parts.push(part)
    else
      parts[same] = {
        worths: part.worths,
        answers: before.answers + part.answers,
        chosen: part.chosen.map((count, at) => count + (before.chosen[at] ?? 0)),
      }
  }
  return { sum: one.sum.plus(other.sum), answers: one.answers + other.answers, parts }
}

export function tallyOf(stratum: Stratum, criterion: string): Tally {
  return stratum.tallies.get(criterion) ?? noTally
}

export function stratumKey(stratum: { unit: string; group: string }): string {
  return `${stratum.unit} ${stratum.group}`
}

function versionKey(code: string, version: number): string {
  return `${code} ${version}`
}
