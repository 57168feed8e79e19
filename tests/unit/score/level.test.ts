// A level's figures beside those of its units, against a reader who tries everything: for each unit all ways in which it
// can have answered and print what it printed; all ways to put these together that add up to the level's figures.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { disclose } from '../../../src/score/disclosure.ts'
import type { ShownItem, ShownLevel, ShownScores } from '../../../src/score/shown.ts'
import { ballots, item, scoresOf, surveyOf, type SurveyParts } from './small-survey.ts'

const k = 5
const options = ['1', '0.5', '0'].map((coefficient, at) => ({
  code: 'ABC'.charAt(at),
  label: `Mức ${at + 1}`,
  coefficient,
  optOut: false,
}))
const worths = [1, 0.5, 0]
const groups = ['LDP', 'CC'] as const
const both = [0, 1] as const

/** By group, how many chose each option. */
type Answers = [number[], number[]]

interface Round {
  parts: SurveyParts
  units: Answers[]
}

/** All ways in which so many people can choose among three options. */
function* spreads(people: number): Generator<number[]> {
  for (let a = 0; a <= people; a += 1) for (let b = 0; a + b <= people; b += 1) yield [a, b, people - a - b]
}

function stringsOf(counts: readonly number[]): string[] {
  return counts.flatMap((count, at) => Array.from({ length: count }, () => String(at)))
}

async function shownOf(parts: SurveyParts, units: readonly Answers[]): Promise<ShownScores> {
  const codes = units.map((_, at) => `S${at}`)
  const design = surveyOf({ ...parts, units: codes, items: [item('a', 'C1', { options })] })
  const rows = units.flatMap((answers, at) =>
    groups.flatMap((group, of) => ballots(codes[at] ?? '', group, stringsOf(answers[of] ?? []))),
  )
  return disclose(await scoresOf(design, rows), k)
}

const meanOf = (counts: readonly number[]) =>
  counts.reduce((sum, count, at) => sum + count * (worths[at] ?? 0), 0)
const peopleIn = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)

/** Strata of fewer than k people whose sum of coefficients is the same in all that fits what was printed. */
async function determined({ parts, units }: Round): Promise<{ told: string[]; shows: boolean }> {
  const shown = await shownOf(parts, units)
  const [level] = shown.levels
  const ways = await Promise.all(units.map((unit, at) => waysOf(parts, unit, shown, at)))
  const told = units.flatMap((unit, at) => {
    const points = shown.units[at]?.criteria[0]
    const all = unit[0].concat(unit[1])
    const allChose = (option: number) => (all[option] ?? 0) + (all[option + 3] ?? 0) === peopleIn(all)
    const unanimous = points?.status === 'ok' && (allChose(0) || allChose(2))
    if (unanimous) return []
    const others = sumsOf(ways.filter((_, other) => other !== at))
    return both.flatMap((of) => {
      if (peopleIn(unit[of]) >= k || peopleIn(unit[of]) === 0) return []
      const means = new Set(
        (ways[at] ?? [])
          .filter((way) => others.some((rest) => fits(level, added(way, rest))))
          .map((way) => meanOf(way[of])),
      )
      return means.size > 1 ? [] : [`S${at} ${groups[of]}`]
    })
  })
  const shows = level?.groups.some(({ criteria }) => criteria[0]?.status === 'ok') ?? false
  return { told, shows }
}

async function waysOf(parts: SurveyParts, unit: Answers, shown: ShownScores, at: number): Promise<Answers[]> {
  const printed = JSON.stringify(shown.units[at]?.criteria)
  const ways: Answers[] = []
  for (const leaders of spreads(peopleIn(unit[0])))
    for (const officials of spreads(peopleIn(unit[1]))) {
      const [own] = (await shownOf(parts, [[leaders, officials]])).units
      if (JSON.stringify(own?.criteria) === printed) ways.push([leaders, officials])
    }
  return ways
}

function added(one: Answers, other: Answers): Answers {
  const sum = (of: 0 | 1) => one[of].map((count, at) => count + (other[of][at] ?? 0))
  return [sum(0), sum(1)]
}

function sumsOf(ways: readonly Answers[][]): Answers[] {
  let sums: Answers[] = [
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  ]
  for (const own of ways) {
    const next = new Map<string, Answers>()
    for (const sum of sums)
      for (const way of own) {
        const each = added(sum, way)
        next.set(JSON.stringify(each), each)
      }
    sums = [...next.values()]
  }
  return sums
}

/** Whether the level's figures would be printed so, were these the answers of all its people. */
function fits(level: ShownLevel | undefined, all: Answers): boolean {
  const share = (counts: readonly number[]) =>
    Math.floor((200 * meanOf(counts)) / peopleIn(counts) + 1 + 1e-9) >> 1
  const same = (printed: number | null | undefined, counts: readonly number[]) =>
    printed === null || printed === undefined || Math.round(printed * 100) === share(counts)
  const everybody = all[0].map((count, at) => count + (all[1][at] ?? 0))
  const spreads = (item: ShownItem | undefined, counts: readonly number[]) =>
    (item?.options ?? []).every((option, at) => {
      const part = Math.floor((200 * (counts[at] ?? 0)) / peopleIn(counts) + 1 + 1e-9) >> 1
      if (option.band === 'at-least') return part >= 95
      if (option.band === 'at-most') return part <= 5
      return option.share === null || Math.round(option.share * 100) === part
    })
  return (
    both.every((of) => same(level?.groups.at(of)?.criteria[0]?.share, all[of])) &&
    same(level?.pooled[0]?.share, everybody) &&
    spreads(level?.items[0], everybody) &&
    both.every((of) => spreads(level?.groups.at(of)?.items[0], all[of]))
  )
}

test(
  'no group of fewer than five is told by a level’s figures and those of its units together',
  { timeout: 600_000 },
  async () => {
    const spread = (people: number) =>
      fc
        .array(fc.constantFrom(0, 0, 0, 0, 1, 2), { minLength: people, maxLength: people })
        .map((chosen) => [0, 1, 2].map((at) => chosen.filter((each) => each === at).length))
    const unit = fc.record({ LDP: fc.constantFrom(3, 3, 3, 2), CC: fc.constantFrom(2, 2, 2, 3) })
    const round = fc
      .record({
        units: fc.array(unit, { minLength: 5, maxLength: 6 }),
        max: fc.constantFrom('1', '2', '10'),
        groups: fc.constantFrom('sample-design' as const, 'pooled' as const, 'equal' as const),
      })
      .chain(({ units, max, groups: weighing }) =>
        fc
          .tuple(...units.map((each) => fc.tuple(spread(each.LDP), spread(each.CC))))
          .map((answers): Round => ({
            parts: {
              criteria: { C1: max },
              quotas: { LDP: 3, CC: 2 },
              scoring: { groups: weighing, validShare: '0' },
            },
            units: answers,
          })),
      )
    const seen = { shows: 0, hides: 0 }
    await fc.assert(
      fc.asyncProperty(round, async (each) => {
        const { told, shows } = await determined(each)
        expect(told).toEqual([])
        seen[shows ? 'shows' : 'hides'] += 1
      }),
      { numRuns: 60, seed: 20_261_126 },
    )
    expect(seen.shows).toBeGreaterThan(5)
  },
)
