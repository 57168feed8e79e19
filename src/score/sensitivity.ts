// Had one setting been chosen otherwise: how many units of a level would stand elsewhere. Coarse on purpose. What a setting
// changes is a sum over those units whose answers it weighs otherwise; of fewer than five such units nothing is said, for of
// one alone it would tell what its groups said apart. Source: design/scoring.md.
import type { ScoringSettings } from '../survey/settings.ts'
import { aggregateUnits } from './aggregate.ts'
import type { Counts } from './counts.ts'
import type { SurveyDesign } from './design.ts'
import type { Exact } from './exact.ts'
import { competitionRanks } from './ranking.ts'
import { fewestUnits, roughly, type ShownAlternative, type ShownScores, type ShownUnit } from './shown.ts'
import { kendallTau } from './statistics.ts'

type Choices = { [Setting in keyof ScoringSettings]?: Record<string, string> }

/** What each other choice would have been, in words. Settings that decide which ballots count are no choice afterwards. */
const choices: Choices = {
  optOut: {
    'left-out': '“Không biết / không có ý kiến” không nằm trong mẫu số',
    zero: '“Không biết / không có ý kiến” tính hệ số 0',
  },
  blank: {
    'left-out': 'Câu để trống không nằm trong mẫu số',
    zero: 'Câu để trống tính hệ số 0',
  },
  severalItems: {
    'mean-of-item-shares': 'Tiêu chí có nhiều câu hỏi: bình quân tỷ lệ của các câu',
    'pooled-answers': 'Tiêu chí có nhiều câu hỏi: gộp mọi câu trả lời',
  },
  groups: {
    'sample-design': 'Các nhóm: bình quân theo số phiếu kế hoạch',
    pooled: 'Các nhóm: gộp mọi câu trả lời',
    equal: 'Các nhóm: trọng số bằng nhau',
  },
  withoutValue: {
    'leaves-scale': 'Tiêu chí không có câu trả lời nào được tính: bỏ khỏi thang điểm',
    zero: 'Tiêu chí không có câu trả lời nào được tính: 0 điểm',
  },
}

interface Alternative {
  setting: string
  choice: string
  words: string
  scoring: ScoringSettings
}

/** Every other choice of one setting. */
export function alternativesOf(scoring: ScoringSettings): Alternative[] {
  return Object.entries(choices).flatMap(([setting, words]) =>
    Object.entries(words)
      .filter(([choice]) => scoring[setting as keyof ScoringSettings] !== choice)
      .map(([choice, each]) => ({
        setting,
        choice,
        words: each,
        scoring: { ...scoring, [setting]: choice },
      })),
  )
}

/** By unit, its exact share of its scale. */
type Shares = ReadonlyMap<string, Exact>

/** Adds what each other choice would change, level by level; a step for each choice. */
export function* withSensitivity(
  scores: ShownScores,
  design: SurveyDesign,
  counts: Counts,
): Generator<void, ShownScores> {
  const now = sharesOf(design, counts)
  const found = new Map<string, ShownAlternative[]>(scores.levels.map(({ code }) => [code, []]))
  for (const { scoring, ...named } of alternativesOf(design.scoring)) {
    yield
    const then = sharesOf({ ...design, scoring }, counts)
    for (const { code } of scores.levels) {
      const units = scores.units.filter((unit) => unit.level === code)
      const change = changeOf(units, now, then)
      if (change) found.get(code)?.push({ ...named, ...change })
    }
  }
  return {
    ...scores,
    levels: scores.levels.map((level) => ({ ...level, sensitivity: found.get(level.code) ?? [] })),
  }
}

function sharesOf(design: SurveyDesign, counts: Counts): Shares {
  return new Map(
    aggregateUnits(design, counts).flatMap(({ code, total: { max, points } }) =>
      points === null || max.isZero() ? [] : [[code, points.over(max)] as const],
    ),
  )
}

/** Null where fewer than five units are ranked, or one to four of them have another share. */
function changeOf(
  units: readonly ShownUnit[],
  now: Shares,
  then: Shares,
): Omit<ShownAlternative, 'setting' | 'choice' | 'words'> | null {
  const both = units.flatMap(({ code, rank }) => {
    const [before, after] = [now.get(code), then.get(code)]
    return rank && before && after ? [{ before, after }] : []
  })
  const changed = both.filter(({ before, after }) => before.compare(after) !== 0).length
  if (both.length < fewestUnits || (changed > 0 && changed < fewestUnits)) return null
  const placesBy = (of: (each: (typeof both)[number]) => Exact) =>
    competitionRanks(both.map(of)).map((each) => each?.rank ?? 0)
  const before = placesBy((each) => each.before)
  const after = placesBy((each) => each.after)
  const moves = before.map((place, at) => Math.abs(place - (after[at] ?? place)))
  const tau = kendallTau(before, after)
  const change = both.reduce((sum, each) => sum + roughly(each.after) - roughly(each.before), 0)
  return {
    ranksMoved: moves.filter((move) => move > 0).length,
    largestMove: Math.max(...moves),
    tau: tau === null ? null : Math.round(tau * 10) / 10 + 0,
    meanChange: Math.round((change / both.length) * 100) + 0,
  }
}
