// As level.test.ts, with two criteria: a level's figures of both beside the units' criteria and exact totals.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { disclose } from '../../../src/score/disclosure.ts'
import type { ShownLevel, ShownScores } from '../../../src/score/shown.ts'
import { k, three, two } from './every-answer.ts'
import { ballots, item, scoresOf, surveyOf } from './small-survey.ts'

const groups = ['LDP', 'CC'] as const
const items = [item('a', 'C1', { options: three }), item('b', 'C2', { options: two })]

/** Who answers what; opt-outs and blanks make the weights of a unit unequal. */
const shapes = [
  [
    [4, 4],
    [2, 2],
  ],
  [
    [4, 4],
    [2, 3],
  ],
  [
    [3, 4],
    [3, 3],
  ],
] as const
type Shape = (typeof shapes)[number]

/** Per criterion and group, how many chose each option. */
type Answers = number[][][]

const both = [0, 1] as const
const worths = [
  [1, 0.5, 0],
  [1, 0],
] as const

function* spreads(people: number, options: number): Generator<number[]> {
  if (options === 1) yield [people]
  else
    for (let own = 0; own <= people; own += 1)
      for (const others of spreads(people - own, options - 1)) yield [own, ...others]
}

/** All that people of this shape can answer: of each group those of each criterion, and others who leave it blank. */
function* answersOf(shape: Shape): Generator<Answers> {
  const all = (group: 0 | 1, criterion: 0 | 1) => [
    ...spreads(shape[group][criterion], items[criterion]?.options.length ?? 0),
  ]
  for (const a of all(0, 0))
    for (const b of all(1, 0))
      for (const c of all(0, 1))
        for (const d of all(1, 1))
          yield [
            [a, b],
            [c, d],
          ]
}

function rowsOf(unit: string, answers: Answers) {
  return groups.flatMap((group, of) => {
    const chosen = both.map((at) =>
      (answers[at]?.[of] ?? []).flatMap((count, option) =>
        Array.from({ length: count }, () => String(option)),
      ),
    )
    const people = Math.max(...chosen.map(({ length }) => length))
    return ballots(
      unit,
      group,
      Array.from({ length: people }, (_, person) => chosen.map((own) => own[person] ?? '-').join('')),
    )
  })
}

async function shownOf(units: readonly Answers[]): Promise<ShownScores> {
  const codes = units.map((_, at) => `S${at}`)
  const design = surveyOf({
    units: codes,
    quotas: { LDP: 4, CC: 4 },
    items,
    criteria: { C1: '0.25', C2: '0.25' },
    scoring: { validShare: '0' },
  })
  const rows = units.flatMap((answers, at) => rowsOf(codes[at] ?? '', answers))
  return disclose(await scoresOf(design, rows), k)
}

/** What is printed of a unit alone, and all answers that print it. */
async function printsOf(shape: Shape): Promise<Map<string, Answers[]>> {
  const prints = new Map<string, Answers[]>()
  for (const answers of answersOf(shape)) {
    const print = printOf(await shownOf([answers]), 0)
    prints.set(print, [...(prints.get(print) ?? []), answers])
  }
  return prints
}

function printOf({ units }: ShownScores, at: number): string {
  const unit = units[at]
  return JSON.stringify([unit?.criteria, unit?.domains, unit?.total])
}

/** Nearly all content: then few ways are left. */
function isContent(answers: Answers): boolean {
  const all = answers.flat(2)
  const first = answers.flat().reduce((sum, [best = 0]) => sum + best, 0)
  return first >= peopleIn(all) - 3
}

const peopleIn = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
const sumOf = (criterion: 0 | 1, counts: readonly number[]) =>
  counts.reduce((sum, count, at) => sum + count * (worths[criterion][at] ?? 0), 0)

function added(one: Answers, other: Answers): Answers {
  return one.map((criterion, at) =>
    criterion.map((group, of) => group.map((count, option) => count + (other[at]?.[of]?.[option] ?? 0))),
  )
}

/** Whether the level's figures would be printed so, were these the answers of all its people. */
function fits(level: ShownLevel | undefined, all: Answers): boolean {
  const percent = (part: number, whole: number) => Math.floor((200 * part) / whole + 1 + 1e-9) >> 1
  return both.every((criterion) => {
    const same = (printed: number | null | undefined, counts: readonly number[]) =>
      printed === null ||
      printed === undefined ||
      Math.round(printed * 100) === percent(sumOf(criterion, counts), peopleIn(counts))
    const [leaders = [], officials = []] = all[criterion] ?? []
    const everybody = leaders.map((count, at) => count + (officials[at] ?? 0))
    const spreads = (of: ShownLevel['items'] | undefined, counts: readonly number[]) =>
      (of?.at(criterion)?.options ?? []).every(({ share, band }, at) => {
        const part = percent(counts[at] ?? 0, peopleIn(counts))
        if (band === 'at-least') return part >= 95
        if (band === 'at-most') return part <= 5
        return share === null || Math.round(share * 100) === part
      })
    return (
      same(level?.groups[0]?.criteria.at(criterion)?.share, leaders) &&
      same(level?.groups[1]?.criteria.at(criterion)?.share, officials) &&
      same(level?.pooled.at(criterion)?.share, everybody) &&
      spreads(level?.items, everybody) &&
      spreads(level?.groups[0]?.items, leaders) &&
      spreads(level?.groups[1]?.items, officials)
    )
  })
}

function sumsOf(ways: readonly Answers[][]): Answers[] {
  return ways.reduce<Answers[]>(
    (sums, own) => {
      const next = new Map<string, Answers>()
      for (const sum of sums)
        for (const way of own) {
          const each = sum.length === 0 ? way : added(sum, way)
          next.set(JSON.stringify(each), each)
        }
      return [...next.values()]
    },
    [[]],
  )
}

test(
  'no group of fewer than five is told by two criteria’s level figures beside exact totals',
  { timeout: 600_000 },
  async () => {
    const prints = await Promise.all(shapes.map(printsOf))
    const seen = { shown: 0, exact: 0 }
    const unit = fc.constantFrom(...both, 2 as const).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        answers: fc.constantFrom(...[...answersOf(shapes[shape])].filter(isContent)),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { minLength: 5, maxLength: 5 }), async (units) => {
        const shown = await shownOf(units.map(({ answers }) => answers))
        const [level] = shown.levels
        const ways = units.map(({ shape }, at) => prints[shape]?.get(printOf(shown, at)) ?? [])
        if (level?.groups.some(({ criteria }) => criteria.some(({ status }) => status === 'ok')))
          seen.shown += 1
        for (const { criteria, total } of shown.units) {
          const sum = criteria.reduce((all, { points }) => all + (points ?? 0), 0)
          if (total.points !== null && Math.abs(sum - total.points) > 0.005) seen.exact += 1
        }
        units.forEach(({ answers }, at) => {
          const others = sumsOf(ways.filter((_, other) => other !== at))
          const possible = (ways[at] ?? []).filter((way) =>
            others.some((rest) => fits(level, added(rest, way))),
          )
          for (const criterion of both) {
            const own = answers[criterion] ?? []
            const sum = own.reduce((all, counts) => all + sumOf(criterion, counts), 0)
            const points = shown.units[at]?.criteria[criterion]
            if (points?.status === 'ok' && (sum === 0 || sum === peopleIn(own.flat()))) continue
            for (const of of both) {
              const means = new Set(possible.map((way) => sumOf(criterion, way[criterion]?.[of] ?? [])))
              expect(means.size, `S${at} ${criterion} ${groups[of]}`).toBeGreaterThan(1)
            }
          }
        })
      }),
      { numRuns: 40, seed: 20_261_127 },
    )
    expect(seen.shown).toBeGreaterThan(3)
    expect(seen.exact).toBeGreaterThan(3)
  },
)
