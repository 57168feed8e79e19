// Whether a unit's domains and total may be printed exactly, rounded to the hundredth, or are the sums of its printed
// criteria. Exact ones are further equations about the same few people: with ten criteria of which one was answered by
// 4 + 3, the total can tell which of two results that criterion has, and so what both groups said.
//
// A reader knows of every criterion the list of results that print as it does (precision.ts). Results of all criteria
// that fit the printed domains and total are what is left, and every hidden group must keep two means among them. That
// is asked of the printed numbers, never of the answers behind them:
//
// - Where every result of the lists leaves two means even to one who knows it exactly (equal weights: full return by
//   sample design, or pooled; no group below k), domains and total can tell nothing. They are exact.
// - Else they are exact if both the numbers that would be printed, and the sums of the printed criteria taken as
//   such numbers, leave two means. So a reader who sees numbers other than the sums knows that they are exact, and these
//   leave two means. Who sees the sums knows that they are exact or that something else could not be printed: more
//   ways still than the exact ones, which already leave two means.
// - Else, and where a criterion is printed coarsely (the step would say which of the two it is), they are sums for all
//   answers that print these criteria: nothing can be learned from it.
//
// Lists may be cut short. What is found in them can happen, so a cut can only lead to sums.
import { firstFrom, isTwofold, lcm, widest, type Alike, type Span } from './precision.ts'

/** A criterion with points; all in hundredths. */
export interface TotalPart {
  domain: string
  printed: number
  step: number
  alike: Alike | null
}

/** What domains and total would be printed as, in hundredths. */
export interface TotalCells {
  domains: ReadonlyMap<string, number>
  total: number
}

/** Most results listed per criterion, and per sum of several. */
const mostResults = 40
const mostSums = 160

/** Beyond, doubles could round a half the wrong way. */
const mostParts = 1e10

/** Whether whoever knows every criterion's exact points still knows no hidden group's mean. */
export function areFree(parts: readonly TotalPart[]): boolean {
  return parts.every(({ alike }) => alike?.isFree)
}

export function mayBeExact(parts: readonly TotalPart[], exact: TotalCells): boolean {
  if (areFree(parts)) return true
  if (parts.some(({ step }) => step > 1)) return false
  const lists = listsOf(parts)
  if (lists === null) return false
  const sums = sumsOf(parts)
  return leavesTwo(lists, sums) && (isSame(exact, sums) || leavesTwo(lists, exact))
}

/** What is printed otherwise. */
function sumsOf(parts: readonly TotalPart[]): TotalCells {
  const domains = new Map<string, number>()
  for (const { domain, printed } of parts) domains.set(domain, (domains.get(domain) ?? 0) + printed)
  return { domains, total: parts.reduce((sum, { printed }) => sum + printed, 0) }
}

function isSame(one: TotalCells, other: TotalCells): boolean {
  return (
    one.total === other.total &&
    [...one.domains].every(([domain, points]) => other.domains.get(domain) === points)
  )
}

interface Lists {
  perPoint: number
  criteria: List[]
}

interface List {
  domain: string
  isFree: boolean
  results: readonly { whole: number; spans: readonly (Span | undefined)[] }[]
}

/** All in the same parts of a point, so that sums are whole. */
function listsOf(parts: readonly TotalPart[]): Lists | null {
  const perPoint = parts.reduce((common, { alike }) => lcm(common, BigInt(alike?.perPoint ?? 1)), 1n)
  const points = parts.reduce((sum, { printed }) => sum + printed, 0) / 100 + parts.length
  if (perPoint > mostParts || Number(perPoint) * points * 400 > Number.MAX_SAFE_INTEGER) return null
  if (parts.some(({ alike }) => alike === null || alike.results.length === 0)) return null
  return {
    perPoint: Number(perPoint),
    criteria: parts.map(({ domain, alike }) => {
      const times = Number(perPoint) / (alike?.perPoint ?? 1)
      const results = (alike?.results ?? []).map(({ result, spans }) => ({ whole: result * times, spans }))
      return { domain, isFree: alike?.isFree ?? false, results: thinned(results, mostResults) }
    }),
  }
}

/** Both ends, and evenly what is between. */
function thinned<Value>(values: readonly Value[], most: number): readonly Value[] {
  if (values.length <= most) return values
  const every = (values.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => values[Math.round(at * every)]).filter(
    (each) => each !== undefined,
  )
}

/** Whether each hidden group keeps two means among the results that fit these numbers. */
function leavesTwo({ perPoint, criteria }: Lists, cells: TotalCells): boolean {
  const cellOf = (whole: number) => Math.floor((200 * whole + perPoint) / (2 * perPoint))
  const ownOf = (domain: string) => criteria.filter((each) => each.domain === domain)
  const fitting = new Map(
    [...cells.domains].map(([domain, cell]) => [
      domain,
      sumsOfLists(ownOf(domain)).filter((sum) => cellOf(sum) === cell),
    ]),
  )
  return [...cells.domains].every(([domain, cell]) => {
    const own = ownOf(domain)
    if (own.every(({ isFree }) => isFree) && (fitting.get(domain)?.length ?? 0) > 0) return true
    const elsewhere = [...fitting].filter(([code]) => code !== domain).map(([, sums]) => sums)
    const others = elsewhere.reduce<readonly number[]>(addedUp, [0])
    return own.every((list) => {
      if (list.isFree) return true
      const beside = sumsOfLists(own.filter((each) => each !== list))
      const spans: (Span | undefined)[] = []
      for (const { whole, spans: found } of list.results) {
        if (!beside.some((rest) => cellOf(whole + rest) === cell && reaches(whole + rest))) continue
        found.forEach((span, target) => (spans[target] = widest(spans[target], span)))
      }
      return spans.length > 0 && spans.every(isTwofold)
    })

    function reaches(sum: number): boolean {
      const least = Math.floor(((2 * cells.total - 1) * perPoint) / 200) - sum
      for (let at = firstFrom(others, least); at < others.length; at += 1) {
        const reached = cellOf(sum + (others[at] ?? 0))
        if (reached >= cells.total) return reached === cells.total
      }
      return false
    }
  })
}

function sumsOfLists(lists: readonly List[]): readonly number[] {
  return lists.reduce<readonly number[]>(
    (sums, { results }) =>
      addedUp(
        sums,
        results.map(({ whole }) => whole),
      ),
    [0],
  )
}

function addedUp(one: readonly number[], other: readonly number[]): readonly number[] {
  const sums = new Set(one.flatMap((a) => other.map((b) => a + b)))
  return thinned(
    [...sums].sort((a, b) => a - b),
    mostSums,
  )
}
