// What a release says, put in order: who stands highest, where all are weakest, where two groups differ most. Pure, from
// shown figures alone, so that a sentence can say nothing that the tables do not.
import type { ScoresRelease } from './release.ts'

export type ReleasedLevel = ScoresRelease['levels'][number]
export type ReleasedUnit = ScoresRelease['units'][number]
type ReleasedCriterion = ReleasedLevel['pooled'][number]

/** A share that is there to be compared. */
export interface KnownShare {
  code: string
  name: string
  /** 0…1 */
  share: number
}

/** One criterion as two groups or more see it. */
export interface Gap {
  code: string
  name: string
  max: number
  /** In the order of the level's groups; null where nothing may be shown. */
  shares: (number | null)[]
  /** Between the highest and the lowest group that is shown, 0…1; null with fewer than two. */
  gap: number | null
}

export function unitsOf(scores: ScoresRelease, level: string): ReleasedUnit[] {
  return scores.units.filter((unit) => unit.level === level)
}

/**
 * By place; a release of the first form knows none, there by points over the applicable scale. Units without a place
 * come last, those without points after them.
 */
export function inOrder(units: readonly ReleasedUnit[]): ReleasedUnit[] {
  const placeOf = ({ rank }: ReleasedUnit) => rank?.place ?? Number.MAX_SAFE_INTEGER
  return [...units].sort(
    (a, b) => placeOf(a) - placeOf(b) || shareOf(b) - shareOf(a) || a.name.localeCompare(b.name, 'vi'),
  )
}

/** -1 without points, so that such a unit comes last. */
function shareOf({ total }: ReleasedUnit): number {
  return total.points === null || total.max === 0 ? -1 : total.points / total.max
}

/** What can be compared of a list of criteria, in its order. */
export function knownShares(criteria: readonly ReleasedCriterion[]): KnownShare[] {
  return criteria.flatMap(({ code, name, share }) => (share === null ? [] : [{ code, name, share }]))
}

/** Those that share the highest and the lowest value; empty lists where fewer than two can be compared, or all are alike. */
export function extremes<Known extends { share: number }>(
  known: readonly Known[],
): { highest: Known[]; lowest: Known[] } {
  const shares = known.map(({ share }) => share)
  const [most, least] = [Math.max(...shares), Math.min(...shares)]
  if (known.length < 2 || most === least) return { highest: [], lowest: [] }
  return {
    highest: known.filter(({ share }) => share === most),
    lowest: known.filter(({ share }) => share === least),
  }
}

/** Every criterion of the level, the widest gap first, those that cannot be compared last. */
export function gapsOf(level: ReleasedLevel): Gap[] {
  const [first] = level.groups
  if (!first || level.groups.length < 2) return []
  const gaps = first.criteria.map(({ code, name, max }): Gap => {
    const shares = level.groups.map(
      ({ criteria }) => criteria.find((each) => each.code === code)?.share ?? null,
    )
    const known = shares.filter((share) => share !== null)
    const gap = known.length < 2 ? null : hundredths(Math.max(...known) - Math.min(...known))
    return { code, name, max, shares, gap }
  })
  return gaps.sort((a, b) => (b.gap ?? -1) - (a.gap ?? -1))
}

/** How a unit stands to its level, criterion by criterion where both are shown; unit minus level, the greatest first. */
export function againstLevel(unit: ReleasedUnit, level: ReleasedLevel): (KnownShare & { more: number })[] {
  const pooled = new Map(level.pooled.map(({ code, share }) => [code, share]))
  return knownShares(unit.criteria)
    .flatMap((each) => {
      const ofLevel = pooled.get(each.code) ?? null
      return ofLevel === null ? [] : [{ ...each, more: each.share - ofLevel }]
    })
    .sort((a, b) => b.more - a.more)
}

/** A difference of whole percents, without the dust of binary fractions. */
function hundredths(share: number): number {
  return Math.round(share * 100) / 100
}
