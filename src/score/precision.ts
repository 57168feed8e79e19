// The precision rule: how finely a unit's criterion may be printed. Its points are a weighted sum over groups, each of
// which can add up to a few values only; printed too finely, the sum tells the summands. With 4 + 4 people of a 5 : 4
// design and four-step options, two decimals on 2 points do so wherever both groups are content.
//
// The rule is a table, made before anybody looks at an answer: from what everybody may know (people, items, weights,
// options) all possible results of the criterion are listed, and each is given the finest step at which its printed
// number still leaves two possible means to every group of fewer than k people. A reader who knows the rule and the
// step knows the list of results that print the same, and that list is what is checked: nothing can be learned from
// a finer step's having been refused. Criteria share no item, so that a unit's criteria together tell no more than each
// alone. When its domains and total may be printed exactly is said in totals.ts, from the same lists.
import type { AnswerPart } from './tally.ts'
import { Exact, exactText } from './exact.ts'

/** In hundredths of a point, finest first. */
export const ladder = [1, 2, 5, 10, 20, 50, 100] as const

/** A group's part in a criterion of its unit. */
export interface GroupPart {
  people: number
  /** `importance`: an item's weight in the mean that people would ask for; 1 where none is given. */
  items: readonly { weight: Exact; importance?: Exact; parts: readonly Omit<AnswerPart, 'chosen'>[] }[]
}

/**
 * Steps by result, in hundredths of a point; null: hidden at any step. `halfCent` is the result in whole half
 * hundredths, rounded down: the borders of all steps' rounding fall on these, so a result between two of them rounds
 * alike everywhere. Complete unanimity at 0 or at the maximum is shown as it is and is not asked here.
 */
export interface PrecisionTable {
  stepAt: (halfCent: number) => number | null
  /** The results that print as one there does at this step; null where no list can be made. */
  alikeAt: (halfCent: number, step: number) => Alike | null
}

/** What a reader knows of a criterion's exact result: it is one of these, or, where not all are listed, lies near. */
export interface Alike {
  /** `result` is in so many parts of a point. */
  perPoint: number
  /** Ascending; `spans` one per hidden group. */
  results: { result: number; spans: readonly (Span | undefined)[] }[]
  /** Every result leaves two means to each hidden group, even to a reader who knows it exactly. */
  isFree: boolean
}

/**
 * What a hidden group can have contributed to a result, and what its mean can have been. Undefined where complete
 * unanimity says it all, or where a list cut short does not hold it.
 */
export interface Span {
  low: number
  high: number
  leastMean: number
  mostMean: number
}

const one = Exact.of(1)

/** Most values listed per group: beyond, a part of them stands for all, which can only make steps coarser. */
const mostValues = 400

/** Tables are alike for all units with the same people, items and weights, so each is made once. */
export function precisionTables(k: number): (max: Exact, groups: readonly GroupPart[]) => PrecisionTable {
  const made = new Map<string, PrecisionTable>()
  return (max, groups) => {
    const key = keyOf(max, groups)
    const known = made.get(key)
    if (known) return known
    const table = makeTable(max, groups, k)
    made.set(key, table)
    return table
  }
}

function keyOf(max: Exact, groups: readonly GroupPart[]): string {
  const parts = groups.map(({ people, items }) => {
    const texts = items.map(
      ({ weight, importance = one, parts: own }) =>
        `${exactText(weight)}*${exactText(importance)}:${own.map(({ worths, answers }) => `${answers}x${worths.map(exactText).join(',')}`).join('+')}`,
    )
    return `${people}(${texts.join(';')})`
  })
  return `${exactText(max)} ${parts.join(' ')}`
}

function makeTable(max: Exact, groups: readonly GroupPart[], k: number): PrecisionTable {
  const weighed = groups
    .map(({ people, items }) => ({ people, items: items.filter(({ weight }) => !weight.isZero()) }))
    .filter(({ items }) => items.length > 0)
  // A single group is the unit's figure itself, and that has k people behind it.
  const isOpen = weighed.length < 2 || weighed.every(({ people }) => people >= k)
  const scale = scaleOf(max, weighed)
  if (scale === null) return { stepAt: () => (isOpen ? ladder[0] : null), alikeAt: () => null }
  if (isOpen) {
    const stepAt = () => ladder[0]
    return { stepAt, alikeAt: alikeFinder(() => sumsOf(weighed, scale), [], stepAt, scale) }
  }
  const sums = sumsOf(weighed, scale)
  // A group whose answers are all worth the same has one mean whatever it says: nothing to keep.
  const targets = [...sums.keys()].filter((at) => {
    const own = sums[at]
    return own !== undefined && own.people < k && own.values.length > 1
  })
  const stepAt = stepsOf(resultsOf(sums, targets, scale))
  return { stepAt, alikeAt: alikeFinder(() => sums, targets, stepAt, scale) }
}

type Sums = readonly (Values & { people: number })[]

function sumsOf(groups: readonly GroupPart[], scale: Scale): Sums {
  return groups.map((group) => ({ people: group.people, ...valuesOf(group, scale) }))
}

// ---- whole numbers ----

interface Scale {
  /** Whole numbers per point. */
  perPoint: number
  /** The maximum in these. */
  top: number
  toWhole: (value: Fractional) => number
  max: Fractional
}

interface Fractional {
  n: bigint
  d: bigint
}

/** One number in which every contribution to the points is whole; null where it would not fit a double. */
function scaleOf(max: Exact, groups: readonly GroupPart[]): Scale | null {
  const top = fractional(max)
  const all = groups.flatMap(({ items }) =>
    items.flatMap(({ weight, parts }) =>
      parts.flatMap(({ worths }) => worths.map((worth) => fractional(worth.times(weight).times(max)))),
    ),
  )
  const perPoint = [...all, top].reduce((common, { d }) => lcm(common, d), 1n)
  const largest = (perPoint * top.n * 400n) / top.d
  if (largest > BigInt(Number.MAX_SAFE_INTEGER)) return null
  const toWhole = ({ n, d }: Fractional) => Number((n * perPoint) / d)
  return { perPoint: Number(perPoint), top: toWhole(top), toWhole, max: top }
}

function fractional(exact: Exact): Fractional {
  const [n = '0', d = '1'] = exactText(exact).split('/')
  return { n: BigInt(n), d: BigInt(d) }
}

export function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}

// ---- what can come out ----

interface Values {
  /** Ascending, without repetition. */
  values: number[]
  /** With each the least and the most that the means of the items can add up to: the mean that people would ask for. */
  means: (readonly [number, number])[]
  /** Whether these are all. */
  complete: boolean
}

const nothing: Values = { values: [0], means: [[0, 0]], complete: true }

/** All that a group's answers can contribute to the points. */
function valuesOf({ items }: GroupPart, scale: Scale): Values {
  let sums = nothing
  for (const { weight, importance = one, parts } of items) {
    const all = parts.reduce((sum, { answers }) => sum + answers, 0)
    for (const { worths, answers } of parts) {
      const choices = distinct(
        worths.map((worth) => {
          const { n, d } = fractional(worth.times(importance))
          const value = scale.toWhole(fractional(worth.times(weight).times(maxOf(scale))))
          return [value, Number(n) / Number(d) / all] as const
        }),
      )
      // The answers of one item first: from them alone few sums can come.
      sums = added(sums, times(choices, answers))
    }
  }
  return sums
}

/** Fewer answers than this are added one by one: their lists are short. */
const fewAnswers = 64

/** What so many answers with the same choices add up to; many of them by doubling, as 100,000 people would take minutes. */
function times(choices: Values, answers: number): Values {
  let sums = nothing
  if (answers <= fewAnswers) {
    for (let answer = 0; answer < answers; answer += 1) sums = added(sums, choices)
    return sums
  }
  let doubled = choices
  for (let left = answers; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) sums = added(sums, doubled)
    if (left > 1) doubled = added(doubled, doubled)
  }
  return sums
}

function distinct(choices: readonly (readonly [number, number])[]): Values {
  const found = [...new Map(choices)].sort(([one], [other]) => one - other)
  return {
    values: found.map(([value]) => value),
    means: found.map(([, mean]) => [mean, mean]),
    complete: true,
  }
}

function maxOf({ max }: Scale): Exact {
  return Exact.ratio(max.n, max.d)
}

function added(one: Values, other: Values): Values {
  const sums = new Map<number, [number, number]>()
  one.values.forEach((a, at) => {
    const [least, most] = one.means[at] ?? [0, 0]
    other.values.forEach((b, place) => {
      const [less, more] = other.means[place] ?? [0, 0]
      const before = sums.get(a + b)
      if (!before) sums.set(a + b, [least + less, most + more])
      else {
        before[0] = Math.min(before[0], least + less)
        before[1] = Math.max(before[1], most + more)
      }
    })
  })
  const all = [...sums].sort(([a], [b]) => a - b)
  const kept = all.length <= mostValues ? all : thinned(all)
  return {
    values: kept.map(([value]) => value),
    means: kept.map(([, mean]) => mean),
    complete: one.complete && other.complete && kept.length === all.length,
  }
}

/** Both ends, where results lie apart, and evenly what is between. */
function thinned<Value>(values: readonly Value[]): Value[] {
  const end = mostValues / 4
  const middle = values.slice(end, -end)
  const every = Math.ceil(middle.length / (2 * end))
  return [...values.slice(0, end), ...middle.filter((_, at) => at % every === 0), ...values.slice(-end)]
}

/** What a hidden group can have contributed, and what its mean can be, per half hundredth. */
interface Spread {
  lowest: number[]
  highest: number[]
  leastMean: number[]
  mostMean: number[]
}

/** Per half hundredth: whether a result lies in it, and between which values each hidden group can lie there. */
interface Results {
  exists: boolean[]
  spreads: Spread[]
}

function resultsOf(sums: Sums, targets: readonly number[], { perPoint, top }: Scale): Results {
  const places = Math.floor((200 * top) / perPoint) + 1
  const all = (value: number) => Array.from({ length: places }, () => value)
  // Where not all values are listed, a result may lie anywhere.
  const exists = Array.from({ length: places }, () => sums.some(({ complete }) => !complete))
  const spreads = targets.map((target) => {
    const spread: Spread = {
      lowest: all(Infinity),
      highest: all(-Infinity),
      leastMean: all(Infinity),
      mostMean: all(-Infinity),
    }
    const others = sums.filter((_, other) => other !== target).reduce<Values>(added, nothing)
    if (!others.complete) exists.fill(true)
    const group = sums[target] ?? nothing
    group.values.forEach((own, at) => {
      const [least, most] = group.means[at] ?? [0, 0]
      for (const rest of others.values) {
        const result = own + rest
        if (result === 0 || result === top) continue
        const place = Math.floor((200 * result) / perPoint)
        exists[place] = true
        widen(spread, place, own, least, most)
      }
    })
    return spread
  })
  return { exists, spreads }
}

function widen(spread: Spread, place: number, own: number, least: number, most: number): void {
  const { lowest, highest, leastMean, mostMean } = spread
  if (own < (lowest[place] ?? 0)) lowest[place] = own
  if (own > (highest[place] ?? 0)) highest[place] = own
  if (least < (leastMean[place] ?? 0)) leastMean[place] = least
  if (most > (mostMean[place] ?? 0)) mostMean[place] = most
}

// ---- the table ----

function stepsOf(results: Results): PrecisionTable['stepAt'] {
  const open = new Set([...results.exists.keys()].filter((place) => results.exists[place]))
  const classes: Class[] = []
  for (const step of ladder) {
    for (const places of cellsOf(open, step)) {
      if (!leavesTwo(results, places)) continue
      classes.push({ step, places })
      for (const place of places) open.delete(place)
    }
  }
  for (const place of [...open]) takeIn(results, classes, open, place)
  // Results that no step can hold are hidden together, and "hidden" must itself leave two means to each group: as
  // long as it does not, the coarsest printed number goes too.
  const hidden = [...open]
  while (hidden.length > 0 && !leavesTwo(results, hidden)) {
    const coarsest = classes.pop()
    if (!coarsest) break
    hidden.push(...coarsest.places)
  }
  const steps = new Map(classes.flatMap(({ step, places }) => places.map((place) => [place, step] as const)))
  return (halfCent) => steps.get(halfCent) ?? null
}

interface Class {
  step: number
  places: number[]
}

/**
 * A result that stood alone at every step because its neighbours were given finer ones: the finest step that takes
 * them back, all that round alike with it, and still leaves two means both here and in what is left of theirs.
 */
function takeIn(results: Results, classes: Class[], open: Set<number>, place: number): void {
  if (!open.has(place)) return
  for (const step of ladder) {
    const cell = cellOf(place, step)
    const isAlike = (other: number) => cellOf(other, step) === cell
    const touched = classes.filter((each) => each.places.some(isAlike))
    const taken = [...touched.flatMap((each) => each.places), ...open].filter(isAlike)
    const rests = touched.map(({ step: own, places }) => ({
      step: own,
      places: places.filter((other) => !isAlike(other)),
    }))
    if (!leavesTwo(results, taken)) continue
    if (!rests.every(({ places }) => places.length === 0 || leavesTwo(results, places))) continue
    const kept = classes.filter((each) => !touched.includes(each))
    classes.splice(0, classes.length, ...kept, ...rests.filter(({ places }) => places.length > 0))
    classes.push({ step, places: taken })
    classes.sort((one, other) => one.step - other.step)
    for (const each of taken) open.delete(each)
    return
  }
}

/** The open places that round to the same number at this step. */
function cellsOf(open: ReadonlySet<number>, step: number): number[][] {
  const cells = new Map<number, number[]>()
  for (const place of open) {
    const cell = cellOf(place, step)
    const before = cells.get(cell)
    if (before) before.push(place)
    else cells.set(cell, [place])
  }
  return [...cells.values()]
}

/** Means are compared as doubles; they lie further apart than this, or are the same. */
const tolerance = 1e-9

function leavesTwo({ spreads }: Results, places: readonly number[]): boolean {
  return spreads.every(({ lowest, highest, leastMean, mostMean }) => {
    const least = (of: readonly number[]) =>
      places.reduce((found, place) => Math.min(found, of[place] ?? Infinity), Infinity)
    const most = (of: readonly number[]) =>
      places.reduce((found, place) => Math.max(found, of[place] ?? -Infinity), -Infinity)
    return least(lowest) < most(highest) && least(leastMean) + tolerance < most(mostMean)
  })
}

// ---- what prints alike ----

/** Lists are made when first asked for: most units share theirs with others. */
function alikeFinder(
  sums: () => Sums,
  targets: readonly number[],
  stepAt: PrecisionTable['stepAt'],
  scale: Scale,
): PrecisionTable['alikeAt'] {
  const made = new Map<string, Alike>()
  let pairs: Pair[] | undefined
  return (halfCent, step) => {
    const cell = cellOf(halfCent, step)
    const key = `${step} ${cell}`
    pairs ??= pairsOf(sums(), targets)
    const alike = made.get(key) ?? alikeIn(pairs, { cell, step }, stepAt, scale)
    made.set(key, alike)
    return alike
  }
}

/** A group against all others. */
interface Pair {
  group: Values
  others: Values
  isTarget: boolean
}

function pairsOf(sums: Sums, targets: readonly number[]): Pair[] {
  const first = targets.length > 0 ? targets : [0]
  return first.map((at) => ({
    group: sums[at] ?? nothing,
    others: sums.filter((_, other) => other !== at).reduce<Values>(added, nothing),
    isTarget: targets.length > 0,
  }))
}

function alikeIn(
  pairs: readonly Pair[],
  { cell, step }: { cell: number; step: number },
  stepAt: PrecisionTable['stepAt'],
  { perPoint, top }: Scale,
): Alike {
  const placeOf = (result: number) => Math.floor((200 * result) / perPoint)
  const isUnanimity = (result: number) => result === 0 || result === top
  const isAlike = (result: number) => {
    const place = placeOf(result)
    return cellOf(place, step) === cell && (isUnanimity(result) ? step === ladder[0] : stepAt(place) === step)
  }
  const from = ((2 * cell - 1) * step * perPoint) / 200
  const to = ((2 * cell + 1) * step * perPoint) / 200
  const found = new Map<number, (Span | undefined)[]>()
  pairs.forEach(({ group, others, isTarget }, target) => {
    group.values.forEach((own, at) => {
      const [leastMean, mostMean] = group.means[at] ?? [0, 0]
      for (let place = firstFrom(others.values, from - own - 1); place < others.values.length; place += 1) {
        const result = own + (others.values[place] ?? 0)
        if (result > to) break
        if (!isAlike(result)) continue
        const spans = found.get(result) ?? pairs.flatMap((pair) => (pair.isTarget ? [undefined] : []))
        found.set(result, spans)
        if (isTarget && !isUnanimity(result))
          spans[target] = widest(spans[target], { low: own, high: own, leastMean, mostMean })
      }
    })
  })
  const results = [...found]
    .sort(([one], [other]) => one - other)
    .map(([result, spans]) => ({ result, spans }))
  const isComplete = pairs.every(({ group, others }) => group.complete && others.complete)
  const hasTargets = pairs.some(({ isTarget }) => isTarget)
  const leavesTwoEach = results.every(({ result, spans }) => isUnanimity(result) || spans.every(isTwofold))
  return { perPoint, results, isFree: !hasTargets || (isComplete && leavesTwoEach) }
}

function cellOf(place: number, step: number): number {
  return Math.floor((place + step) / (2 * step))
}

/** Where in ascending values the first of at least so much stands. */
export function firstFrom(values: readonly number[], least: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? 0) < least) low = middle + 1
    else high = middle
  }
  return low
}

export function widest(one: Span | undefined, other: Span): Span
export function widest(one: Span | undefined, other: Span | undefined): Span | undefined
export function widest(one: Span | undefined, other: Span | undefined): Span | undefined {
  if (one === undefined) return other
  if (other === undefined) return one
  return {
    low: Math.min(one.low, other.low),
    high: Math.max(one.high, other.high),
    leastMean: Math.min(one.leastMean, other.leastMean),
    mostMean: Math.max(one.mostMean, other.mostMean),
  }
}

/** Whether a group's answers can have added up in two ways, with two means. */
export function isTwofold(span: Span | undefined): boolean {
  return span !== undefined && span.low < span.high && span.leastMean + tolerance < span.mostMean
}
