// The last look at a level's figures: together with those of its units, do they leave another way in which the answers
// can have fallen? Where two people of the same group but of different units had swapped their answers to a question,
// no figure of the level would be any different: not the group's, not the question's, not how its answers spread. It is
// enough that for each group of fewer than k people there is such a swap, alone or with the reverse one in another group
// of both units, under which the two units print the same as well.
import type { StratumWeights } from './aggregate.ts'
import { type Exact, zero } from './exact.ts'

export interface ExchangeUnit {
  strata: readonly StratumWeights[]
  /** Whether the unit's figure would be printed alike if its share were this much larger. */
  printsAlike: (change: Exact) => boolean
  /** All answered alike and the figure says so: nothing of it is hidden any more. */
  isOpen: boolean
}

/** One person of a group who answers a question differently. */
interface Change {
  group: string
  item: string
  from: Exact
  to: Exact
  key: string
  reverse: string
  /** What it adds to the unit's share. */
  adds: Exact
}

interface Move {
  groups: string[]
  key: string
  reverse: string
}

/** Whether every group of fewer than k people can have another mean than it has. */
export function leavesAnotherWay(units: readonly ExchangeUnit[], k: number): boolean {
  const names = new Map<readonly Exact[], number>()
  const moves = units.map((unit) => movesOf(unit, names))
  const first = new Map<string, number>()
  const shared = new Set<string>()
  moves.forEach((own, at) => {
    for (const { key } of own) {
      const before = first.get(key)
      if (before === undefined) first.set(key, at)
      else if (before !== at) shared.add(key)
    }
  })
  const hasPartner = (at: number, { reverse }: Move) =>
    shared.has(reverse) || (first.has(reverse) && first.get(reverse) !== at)
  return units.every((unit, at) => {
    if (unit.isOpen) return true
    const free = new Set(
      (moves[at] ?? []).filter((move) => hasPartner(at, move)).flatMap(({ groups }) => groups),
    )
    return unit.strata.every(
      (stratum) => stratum.people >= k || !hasChoice(stratum) || free.has(stratum.group),
    )
  })
}

/** Whether the group could have had another mean at all. */
function hasChoice({ items }: StratumWeights): boolean {
  return items.some(({ parts }) =>
    parts.some(({ worths }) => worths.some((worth) => worth.compare(worths[0] ?? worth) !== 0)),
  )
}

/** What one person, or one in each of two groups, can change without changing what the unit prints. */
function movesOf(unit: ExchangeUnit, names: Map<readonly Exact[], number>): Move[] {
  const changes = unit.strata.flatMap((stratum) => changesOf(stratum, names))
  const alone = changes
    .filter(({ adds }) => unit.printsAlike(adds))
    .map(({ group, key, reverse }): Move => ({ groups: [group], key, reverse }))
  const together = changes.flatMap((one) =>
    changes
      .filter((other) => one.group < other.group && isReverse(one, other))
      .filter((other) => unit.printsAlike(one.adds.plus(other.adds)))
      .map((other): Move => ({
        groups: [one.group, other.group],
        key: `${one.key} ${other.key}`,
        reverse: `${one.reverse} ${other.reverse}`,
      })),
  )
  return [...alone, ...together]
}

function isReverse(one: Change, other: Change): boolean {
  return one.item === other.item && one.from.compare(other.to) === 0 && one.to.compare(other.from) === 0
}

function changesOf({ group, items }: StratumWeights, names: Map<readonly Exact[], number>): Change[] {
  return items.flatMap(({ code: item, weight, parts }) =>
    parts.flatMap(({ worths, chosen }) => {
      // The same list of coefficients is the same question in the same version.
      const name = names.get(worths) ?? names.size
      names.set(worths, name)
      const keyOf = (from: number, to: number) => `${group}/${item}/${name}/${from}>${to}`
      return worths.flatMap((from, at) =>
        (chosen[at] ?? 0) === 0
          ? []
          : worths.flatMap((to, other) => {
              const difference = to.minus(from)
              if (difference.isZero()) return []
              const adds = weight.isZero() ? zero : difference.times(weight)
              return [{ group, item, from, to, key: keyOf(at, other), reverse: keyOf(other, at), adds }]
            }),
      )
    }),
  )
}
