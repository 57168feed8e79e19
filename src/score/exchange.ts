// The last look at a level's figures: together with those of its units, do they leave another way in which the answers
// can have fallen? For each group of fewer than k people some people are sought who could have answered differently, so
// that the group has another mean and everything is printed as it is: their own unit's figure and all of the level's,
// where need be with others in a second unit who answer differently too. Such a way is shown step by step, so it is
// certain; where none is found within the bounds below, the level's figures of the criterion are hidden. In a large level
// nothing that a single unit could have answered moves a printed figure: then the unit's own rounding is enough.
import type { StratumWeights } from './aggregate.ts'
import { type Exact, exactText, zero } from './exact.ts'

export interface ExchangeUnit {
  strata: readonly StratumWeights[]
  /** Whether the unit's figure, its domain and total would be printed alike if its share were this much larger. */
  printsAlike: (change: Exact) => boolean
  /** Roughly the smallest and the largest such change: where to look. */
  room: readonly [number, number]
  /** All answered alike and the figure says so: nothing of it is hidden any more. */
  isOpen: boolean
  /** The unit's own figures leave ways only in which its answers to other criteria differ too, which would be seen. */
  restsOnOthers: boolean
}

/** One person of a group who answers a question differently: `from` and `to` are places among its coefficients. */
export interface Change {
  group: string
  item: string
  from: number
  to: number
  /** How much more that answer is worth. */
  difference: Exact
  /** What it adds to the unit's share. */
  adds: Exact
}

/** What the level's figures would look like. */
export interface LevelPrinter {
  /** Whether all are printed alike with these changes. */
  printsAlike: (changes: readonly Change[]) => boolean
  /** Whether they are, whatever the people of these strata had answered. */
  keeps: (strata: readonly StratumWeights[]) => boolean
}

/** Some people of one unit; to nobody outside does it make a difference. */
type Move = readonly Change[]

/** How many ways are looked at per group, and how many of other units beside each. */
const mostMoves = 24
const mostBeside = 120
const mostPerUnit = 12

/**
 * Asks whether every group of fewer than k people can have another mean than it has, beside these figures of the level and
 * then beside fewer. What people could have answered instead is looked for once.
 */
export function exchangeAmong(
  units: readonly ExchangeUnit[],
  k: number,
): { leavesAnotherWay: (level: LevelPrinter) => boolean } {
  const found = new Map<string, Move[]>()
  const movesIn = (unit: ExchangeUnit, at: number, group: string, most: number) => {
    const key = `${at} ${most} ${group}`
    const known = found.get(key)
    if (known) return known
    const moves = movesOf(unit, group, most)
    found.set(key, moves)
    return moves
  }
  const besideOf = (at: number) => {
    const unit = units[at]
    return unit ? unit.strata.flatMap(({ group }) => movesIn(unit, at, group, mostPerUnit)) : []
  }
  return {
    leavesAnotherWay: (level) =>
      units.every((unit, at) => {
        const few = unit.strata.filter((stratum) => stratum.people < k && hasChoice(stratum))
        return (
          unit.isOpen ||
          few.length === 0 ||
          (!unit.restsOnOthers && level.keeps(unit.strata)) ||
          few.every(({ group }) => hasAnotherWay(level, unit, at, group))
        )
      }),
  }

  function hasAnotherWay(level: LevelPrinter, unit: ExchangeUnit, at: number, group: string): boolean {
    const own = movesIn(unit, at, group, mostMoves)
    if (own.some((move) => level.printsAlike(move))) return true
    const others: Move[] = []
    for (let step = 1; step < units.length && others.length < mostBeside; step += 1)
      others.push(...besideOf((at + step) % units.length))
    return own.some((move) => others.some((other) => level.printsAlike([...move, ...other])))
  }
}

/** Whether the group could have had another mean at all. */
function hasChoice({ items }: StratumWeights): boolean {
  return items.some(({ parts }) =>
    parts.some(({ worths }) => worths.some((worth) => worth.compare(worths[0] ?? worth) !== 0)),
  )
}

interface Bundle {
  changes: Change[]
  adds: Exact
  about: number
}

/** Ways in which a group can have another mean, alone or with one other group, while the unit prints the same. */
function movesOf(unit: ExchangeUnit, group: string, most: number): Move[] {
  const found = movesBy(2, unit, group, most)
  // Seldom: two groups at odds, of which one person more has to change.
  return found.length > 0 ? found : movesBy(4, unit, group, most)
}

function movesBy(people: number, unit: ExchangeUnit, group: string, most: number): Move[] {
  const [low, high] = unit.room
  const own = bundlesOf(
    people,
    unit.strata.filter((each) => each.group === group),
  ).filter(({ changes, adds }) => !adds.isZero() || changes.every((change) => change.adds.isZero()))
  const others = bundlesOf(
    people,
    unit.strata.filter((each) => each.group !== group),
  ).sort((one, other) => one.about - other.about)
  const found: Move[] = []
  for (const bundle of own) {
    if (unit.printsAlike(bundle.adds)) found.push(bundle.changes)
    // A few of those that nearly make up for it.
    let tried = 0
    for (let at = firstFrom(others, low - bundle.about); at < others.length && tried < 4; at += 1) {
      const other = others[at]
      if (!other || other.about + bundle.about > high) break
      tried += 1
      if (unit.printsAlike(bundle.adds.plus(other.adds))) found.push([...bundle.changes, ...other.changes])
    }
    if (found.length >= most) break
  }
  return found
}

function firstFrom(bundles: readonly Bundle[], least: number): number {
  let [low, high] = [0, bundles.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bundles[middle]?.about ?? 0) < least) low = middle + 1
    else high = middle
  }
  return low
}

/** Most bundles of a group: beyond, fewer people in each are enough to look at. */
const mostBundles = 4_000

/** What so many people of a group, or fewer, can change. */
function bundlesOf(people: number, strata: readonly StratumWeights[]): Bundle[] {
  return strata.flatMap((stratum) => {
    const changes = changesOf(stratum)
    const all: Bundle[] = []
    let last: { bundle: Bundle; from: number }[] = [
      { bundle: { changes: [], adds: zero, about: 0 }, from: 0 },
    ]
    for (
      let size = 1;
      size <= people && all.length + last.length * changes.length <= mostBundles;
      size += 1
    ) {
      last = last.flatMap(({ bundle, from }) =>
        changes.slice(from).flatMap((change, at) => {
          const together = [...bundle.changes, change]
          if (!isPossible(stratum, together, change)) return []
          const adds = bundle.adds.plus(change.adds)
          return [{ bundle: { changes: together, adds, about: about(adds) }, from: from + at }]
        }),
      )
      all.push(...last.map(({ bundle }) => bundle))
    }
    return all
  })
}

/** As many people must have chosen an answer as change it. */
function isPossible({ items }: StratumWeights, changes: readonly Change[], { item, from }: Change): boolean {
  const [part] = items.find(({ code }) => code === item)?.parts ?? []
  return (
    changes.filter((each) => each.item === item && each.from === from).length <= (part?.chosen[from] ?? 0)
  )
}

/** Only of the first version of a question: most have a single one, and fewer ways are the safe side. */
function changesOf({ group, items }: StratumWeights): Change[] {
  return items.flatMap(({ code: item, weight, parts }) => {
    const [part] = parts
    if (!part) return []
    const { worths, chosen } = part
    return worths.flatMap((was, from) =>
      (chosen[from] ?? 0) === 0
        ? []
        : worths.flatMap((worth, to) => {
            const difference = worth.minus(was)
            if (difference.isZero()) return []
            const adds = weight.isZero() ? zero : difference.times(weight)
            return [{ group, item, from, to, difference, adds }]
          }),
    )
  })
}

/** For looking alone; whatever is found is checked exactly. */
function about(exact: Exact): number {
  const [n = '0', d = '1'] = exactText(exact).split('/')
  return Number(n) / Number(d)
}
