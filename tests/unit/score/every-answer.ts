// A reader who tries everything: all ways in which a small unit can have answered are listed, each is disclosed, and those
// that print the same are all that the reader can tell. The reader knows the rule, the people and answers of each group,
// and every figure that was printed.
import type { ExactScores } from '../../../src/score/aggregate.ts'
import { disclose } from '../../../src/score/disclosure.ts'
import { Exact } from '../../../src/score/exact.ts'
import type { Item, Option } from '../../../src/survey/questionnaire.ts'
import { ballots, scoresOf, surveyOf, type SurveyParts } from './small-survey.ts'

export const k = 5

export function optionsOf(...coefficients: string[]): Option[] {
  return coefficients.map((coefficient, at) => ({
    code: 'ABCDE'.charAt(at),
    label: `Mức ${at + 1}`,
    coefficient,
    optOut: false,
  }))
}

export const two = optionsOf('1', '0')
export const three = optionsOf('1', '0.5', '0')

/** Which items each ballot of a group answers: ['ab', 'a'] are two people, of whom one leaves b blank. */
export type Returned = Record<string, string[]>

export interface SmallUnit {
  parts: SurveyParts
  items: Item[]
  returned: Returned
}

/**
 * Every way in which these ballots can be answered, as far as any figure can tell: by group and item, how many chose
 * which option. Who of those who answered an item chose it makes no difference.
 */
function* worlds({ items, returned }: SmallUnit): Generator<Record<string, string[]>> {
  const cells = Object.entries(returned).flatMap(([group, answering]) =>
    items.map(({ code, options }) => ({
      group,
      choices: [...spreads(answering.filter((own) => own.includes(code)).length, options.length)],
    })),
  )
  const chosen: number[][] = []
  yield* choose(0)

  function* choose(at: number): Generator<Record<string, string[]>> {
    const cell = cells[at]
    if (!cell) {
      yield Object.fromEntries(
        Object.entries(returned).map(([group, answering], of) => [
          group,
          stringsOf(answering, chosen.slice(of * items.length, (of + 1) * items.length)),
        ]),
      )
      return
    }
    for (const choice of cell.choices) {
      chosen[at] = choice
      yield* choose(at + 1)
    }
  }

  function stringsOf(answering: readonly string[], choices: readonly number[][]): string[] {
    const left = choices.map((places) => [...places])
    return answering.map((own) =>
      items.map(({ code }, at) => (own.includes(code) ? String(left[at]?.pop() ?? 0) : '-')).join(''),
    )
  }
}

/** All ways in which so many people choose among so many options: the places of the options, in ascending order. */
function* spreads(people: number, options: number, from = 0): Generator<number[]> {
  if (people === 0) {
    yield []
    return
  }
  for (let at = from; at < options; at += 1)
    for (const others of spreads(people - 1, options, at)) yield [at, ...others]
}

/** What the answer at a place of these options, best first and evenly apart or not, is worth. */
function worthOf({ options }: Item, at: number, scoring: SurveyParts['scoring'] = {}): number {
  if (scoring.itemMethod === 'top-box')
    return at < Math.min(scoring.topOptions ?? 2, options.length - 1) ? 1 : 0
  if (scoring.itemMethod === 'scale-mean') return 1 - at / (options.length - 1)
  return Number(options[at]?.coefficient)
}

/** Weighted mean of the item means of a group's answers to a criterion, as a number that tells fractions apart. */
function meanOf({ items, parts }: SmallUnit, criterion: string, answers: readonly string[]): number | null {
  const means = items.flatMap((each, at) => {
    if (each.criterion !== criterion) return []
    const worths = answers
      .filter((symbols) => symbols[at] !== '-')
      .map((symbols) => worthOf(each, Number(symbols[at]), parts.scoring))
    const [over, under = '1'] = (parts.scoring?.itemWeights?.[each.code] ?? '1').split('/')
    const weight = parts.scoring?.severalItems === 'pooled-answers' ? 1 : Number(over) / Number(under)
    const mean = worths.reduce((sum, worth) => sum + worth, 0) / worths.length
    return worths.length === 0 ? [] : [{ mean, weight }]
  })
  if (means.length === 0) return null
  const whole = means.reduce((sum, { weight }) => sum + weight, 0)
  return Math.round((means.reduce((sum, { mean, weight }) => sum + mean * weight, 0) / whole) * 1e9)
}

export type Print = (exact: ExactScores) => string

const everythingShown: Print = (exact) => JSON.stringify(disclose(exact, k))

/** Groups of fewer than k people whose mean every reader knows, although not everybody of the unit answered alike. */
export async function determined(unit: SmallUnit, print: Print = everythingShown): Promise<string[]> {
  const design = surveyOf({
    ...unit.parts,
    items: unit.items,
    scoring: { validShare: '0', ...unit.parts.scoring },
  })
  const criteria = [...new Set(unit.items.map((each) => each.criterion))]
  const seen = new Map<string, { means: Set<number | null>; unanimous: boolean; world: string }>()
  for (const world of worlds(unit)) {
    const rows = Object.entries(world).flatMap(([group, answers]) => ballots('SYT', group, answers))
    const exact = await scoresOf(design, rows)
    const printed = print(exact)
    for (const criterion of criteria) {
      const share = exact.units[0]?.criteria.find((each) => each.code === criterion)?.share
      const unanimous = share != null && (share.isZero() || share.compare(Exact.of(1)) === 0)
      for (const [group, answers] of Object.entries(world)) {
        if (answers.length >= k) continue
        const mean = meanOf(unit, criterion, answers)
        if (mean === null) continue
        const key = `${criterion} ${group} ${printed}`
        const before = seen.get(key) ?? { means: new Set(), unanimous: false, world: '' }
        before.means.add(mean)
        before.unanimous ||= unanimous
        before.world = JSON.stringify(world)
        seen.set(key, before)
      }
    }
  }
  return [...seen]
    .filter(([, { means, unanimous }]) => means.size === 1 && !unanimous)
    .map(([key, { world }]) => `${key.slice(0, 12)} ${world}`)
}

export const everybody = (people: number, items: string) => Array.from({ length: people }, () => items)
