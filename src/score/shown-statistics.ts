// Statistics as they are shown: of a level only, from 5 units and 30 ballots, and for a unit from printed numbers alone, so
// that its interval and its places tell nothing that its total and the level's spread do not. Source: design/scoring.md,
// "Small n, honestly"; why each is safe: README, "Decisions".
import { leavesOf, type CriteriaSet } from '../survey/criteria.ts'
import { itemsOf, type Questionnaire } from '../survey/questionnaire.ts'
import type { Counts } from './counts.ts'
import { optionWorth, type SurveyDesign } from './design.ts'
import { parseExact, sumExact } from './exact.ts'
import type { LevelSums, ScaleSums } from './level-sums.ts'
import type { Published, PublishedStatistic } from './published.ts'
import {
  band,
  fewestBallots,
  fewestUnits,
  roughly,
  type ShownLevel,
  type ShownScale,
  type ShownScores,
  type ShownSpread,
  type ShownUnit,
} from './shown.ts'
import { alphaOf, halfWidth, itemRestOf, placesOf, withinSdOf } from './statistics.ts'

/**
 * A spread of less than this part of the maximum is not shown: people who hardly differ from the mean of their unit would
 * each be told by it.
 */
const leastSpread = 0.02

interface Input {
  design: SurveyDesign
  counts: Counts
  k: number
  /** What earlier releases say of how many ballots stand behind their statistics. */
  earlier: readonly Published[]
}

/** Adds the statistics to what disclosure control let pass, and says how many ballots are behind each. */
export function withStatistics(
  scores: ShownScores,
  input: Input,
): { scores: ShownScores; statistics: Map<string, PublishedStatistic[]> } {
  const statistics = new Map<string, PublishedStatistic[]>()
  const levels = scores.levels.map((level) => {
    const sums = input.counts.levels.find((each) => each.level === level.code)
    const before = input.earlier.flatMap((release) =>
      release.levels.filter(({ code }) => code === level.code).flatMap((each) => each.statistics ?? []),
    )
    const mayStand = (id: string, ballots: number) =>
      before.every((each) => {
        const apart = Math.abs(each.ballots - ballots)
        return each.id !== id || apart === 0 || apart >= input.k
      })
    const scales = (sums?.scales ?? []).map((each) => scaleOf(each, level, input, mayStand))
    const spread = spreadShown(sums?.spread ?? null, maxOf(setOf(input, level.code)), mayStand)
    statistics.set(level.code, [
      ...scales.flatMap(({ questionnaire, ballots }) =>
        ballots === null ? [] : [{ id: questionnaire, ballots }],
      ),
      ...(spread.ballots === null ? [] : [{ id: spreadId, ballots: spread.ballots }]),
    ])
    return { ...level, scales, spread }
  })
  const units = levels.flatMap(({ code, spread }) => {
    const own = scores.units.filter((unit) => unit.level === code)
    return withIntervals(own, spread, maxOf(setOf(input, code)))
  })
  const byCode = new Map(units.map((unit) => [unit.code, unit]))
  return {
    scores: { ...scores, levels, units: scores.units.map((unit) => byCode.get(unit.code) ?? unit) },
    statistics,
  }
}

const spreadId = 'spread'

type MayStand = (id: string, ballots: number) => boolean

function setOf({ design }: Input, level: string): CriteriaSet | undefined {
  return design.criteriaSets.find((set) => set.level === level)
}

/** All survey points of a level. */
function maxOf(set: CriteriaSet | undefined): number {
  const leaves = set === undefined ? [] : leavesOf(set, 'survey')
  return roughly(sumExact(leaves.map(({ max }) => parseExact(max))))
}

function scaleOf(sums: ScaleSums, level: ShownLevel, input: Input, mayStand: MayStand): ShownScale {
  const { design, counts } = input
  const questionnaire = design.questionnaires.find(
    ({ code, version }) => code === sums.questionnaire && version === sums.version,
  )
  if (!questionnaire) throw new Error(`questionnaire ${sums.questionnaire} is not in the design`)
  const items = itemsOf(questionnaire)
  const asked = new Set(
    design.strata
      .filter((each) => each.level === level.code && each.questionnaire === sums.questionnaire)
      .map(({ group }) => group),
  )
  const groups = level.groups.filter(({ code }) => asked.has(code))
  const [only, ...others] = groups
  const isNewest = !design.questionnaires.some(
    ({ code, version }) => code === sums.questionnaire && version > sums.version,
  )
  const names = groups.map(({ name }) => name).join(', ')
  const scale = {
    questionnaire: sums.questionnaire,
    title: isNewest ? names : `${names} (bản ${sums.version} của phiếu)`,
    ...(only !== undefined && others.length === 0 ? { group: only.code } : {}),
    items: items.length,
  }
  const isEnough = sums.ballots >= fewestBallots && sums.units >= fewestUnits
  const alike = alikeItems(questionnaire, level.code, input, counts)
  const itemRest = itemRestOf(sums).map((r, at) => ({
    code: items[at]?.code ?? '',
    text: items[at]?.text ?? '',
    r: r === null || alike[at] ? null : twoDecimals(r),
  }))
  const hidden = itemRest.map((each) => ({ ...each, r: null }))
  if (items.length < 2)
    return { ...scale, ballots: null, alpha: null, itemRest: hidden, status: 'not-applicable' }
  // Where every question is answered alike by nearly all, so is their sum.
  if (!isEnough || itemRest.every(({ r }) => r === null) || !mayStand(sums.questionnaire, sums.ballots))
    return { ...scale, ballots: null, alpha: null, itemRest: hidden, status: 'hidden' }
  const alpha = alphaOf(sums)
  return {
    ...scale,
    ballots: sums.ballots,
    alpha: alpha === null ? null : twoDecimals(alpha),
    itemRest,
    status: 'ok',
  }
}

/** Whether nearly all of the level chose the same answer: that nothing varies with it would say so of everybody. */
function alikeItems(
  questionnaire: Questionnaire,
  level: string,
  { design }: Input,
  counts: Counts,
): boolean[] {
  const units = new Set(design.units.filter((unit) => unit.level === level).map(({ code }) => code))
  const versions = counts.strata
    .filter(({ unit }) => units.has(unit))
    .flatMap((each) => each.versions)
    .filter((each) => each.questionnaire === questionnaire.code && each.version === questionnaire.version)
  return itemsOf(questionnaire).map((item, place) => {
    const worth = optionWorth(item, design.scoring)
    const chosen = item.options.map((_, at) =>
      worth[at] === null ? 0 : versions.reduce((sum, each) => sum + (each.items[place]?.options[at] ?? 0), 0),
    )
    return Math.max(...chosen) >= (1 - band) * chosen.reduce((sum, each) => sum + each, 0)
  })
}

function spreadShown(sums: LevelSums['spread'], max: number, mayStand: MayStand): ShownSpread {
  const none = { withinSd: null, ballots: null, units: null }
  if (sums === null || !mayStand(spreadId, sums.ballots)) return none
  const share = withinSdOf(sums)
  if (share === null || share < leastSpread) return none
  return { withinSd: twoDecimals(share * max), ballots: sums.ballots, units: sums.units }
}

/** From what is printed: totals, the level's spread, and numbers of people. */
function withIntervals(units: readonly ShownUnit[], { withinSd }: ShownSpread, max: number): ShownUnit[] {
  if (withinSd === null || max === 0) return [...units]
  const sd = withinSd / max
  const estimates = new Map(
    units.flatMap(({ code, total, counts, population }) =>
      total.points === null || total.max === 0 || counts.valid === 0
        ? []
        : [[code, { share: total.points / total.max, answered: counts.valid, population }] as const],
    ),
  )
  const ranked = units.flatMap(({ code, rank }) => {
    const estimate = estimates.get(code)
    return rank && estimate ? [{ code, estimate }] : []
  })
  const found = placesOf(
    ranked.map(({ estimate }) => estimate),
    sd,
  )
  const places = new Map(ranked.map(({ code }, at) => [code, found[at]]))
  return units.map((unit) => {
    const estimate = estimates.get(unit.code)
    if (!estimate || unit.total.points === null) return unit
    const width = halfWidth(sd, estimate) * unit.total.max
    const place = places.get(unit.code)
    return {
      ...unit,
      interval: {
        low: twoDecimals(Math.max(0, unit.total.points - width)),
        high: twoDecimals(Math.min(unit.total.max, unit.total.points + width)),
      },
      // Places are of exact points, the range of printed ones: it holds the place in any case.
      rank:
        unit.rank && place
          ? {
              ...unit.rank,
              from: Math.min(unit.rank.place, place.from),
              to: Math.max(unit.rank.place, place.to),
            }
          : unit.rank,
    }
  })
}

function twoDecimals(value: number): number {
  return Math.round(value * 100) / 100
}
