// How differently the groups of a level judge, criterion by criterion, the widest gap first: leaders and staff above all.
// Of whole levels only; of the groups of one unit nothing is shown.
import { showCount, showNumber } from '../lib/format.ts'
import { axisFor, chartInPage, keyOf, type ChartInPage, type DotChart } from './chart-data.ts'
import { gapsOf, type Gap, type ReleasedLevel } from './findings.ts'
import {
  criterionLabel,
  figureOf,
  groupName,
  levelName,
  levelWords,
  partsOf,
  quotedNames,
  wholePercent,
  type Figure,
  type Parts,
  type Results,
} from './results.views.ts'

export interface GapPage {
  parts: Parts
  heading: string
  levels: {
    name: string
    finding: string
    chart: ChartInPage | null
    label: string
    groups: string[]
    rows: { code: string; name: string; shares: Figure[]; gap: string }[]
    /** How many are not shown, and by which rule; null when all are. */
    withheld: string | null
  }[]
}

export function gapPage(results: Results): GapPage {
  return {
    parts: partsOf(results, '/chenh-lech'),
    heading: headingOf(results),
    levels: results.scores.levels.map((level) => {
      const gaps = gapsOf(level)
      const groups = level.groups.map((group) => groupName(results, level.code, group))
      return {
        name: levelName(results, level),
        finding: findingOf(groups, gaps),
        chart: chartOf(results, level, groups, gaps),
        label: `Tỷ lệ điểm của từng nhóm, ${levelWords(results, level)}`,
        groups,
        rows: gaps.map((each) => ({
          code: each.code,
          name: each.name,
          shares: level.groups.map((group, at) =>
            figureOf(
              results,
              { level: level.code, group: group.code, criterion: each.code },
              wholePercent(each.shares[at] ?? null),
            ),
          ),
          gap: each.gap === null ? '–' : points(each.gap),
        })),
        withheld: withheldOf(gaps, results.scores.method.k),
      }
    }),
  }
}

function headingOf(results: Results): string {
  const widest = results.scores.levels
    .flatMap((level) => gapsOf(level).map((gap) => ({ gap, level })))
    .sort((a, b) => (b.gap.gap ?? -1) - (a.gap.gap ?? -1))[0]
  if (widest === undefined || widest.gap.gap === null)
    return 'Chưa so sánh được các nhóm: không có tiêu chí nào hiện được số của hai nhóm'
  if (widest.gap.gap === 0) return 'Các nhóm đánh giá như nhau ở mọi tiêu chí so sánh được'
  return `Các nhóm khác nhau nhiều nhất ${points(widest.gap.gap)} điểm phần trăm, ở ${quotedNames([widest.gap])} (${levelWords(results, widest.level)})`
}

function findingOf(groups: string[], gaps: Gap[]): string {
  if (groups.length < 2) return 'Cấp này chỉ có một nhóm nên không có gì để so sánh.'
  const known = gaps.filter(({ gap }) => gap !== null)
  const [widest] = known
  const [first, second] = groups
  if (widest === undefined) return 'Chưa có tiêu chí nào hiện được số của hai nhóm.'
  if (widest.gap === 0) return 'Các nhóm đánh giá như nhau ở mọi tiêu chí so sánh được.'
  const rest = `khác nhau nhiều nhất ở ${quotedNames([widest])}: ${points(widest.gap ?? 0)} điểm phần trăm.`
  if (groups.length !== 2) return `Các nhóm ${rest}`
  const firstHigher = known.filter(({ shares: [a, b] }) => (a ?? 0) > (b ?? 0)).length
  const secondHigher = known.filter(({ shares: [a, b] }) => (a ?? 0) < (b ?? 0)).length
  const [higher, lower, count] =
    firstHigher >= secondHigher ? [first, second, firstHigher] : [second, first, secondHigher]
  return `Nhóm “${higher ?? ''}” đánh giá cao hơn nhóm “${lower ?? ''}” ở ${showCount(count)}/${showCount(known.length)} tiêu chí so sánh được; ${rest}`
}

function withheldOf(gaps: Gap[], k: number): string | null {
  const hidden = gaps.filter(({ shares }) => shares.includes(null))
  if (hidden.length === 0) return null
  return `${showCount(hidden.length)}/${showCount(gaps.length)} tiêu chí có nhóm ghi “–”: số không hiện, để không ai suy ra được câu trả lời của dưới ${k} người, hoặc nhóm không được hỏi.`
}

/** Both shares are whole percents, so is what lies between them. */
function points(gap: number): string {
  return showNumber(Math.round(gap * 100))
}

const shapes = ['circle', 'diamond', 'triangle', 'square'] as const
const marks = { circle: '●', diamond: '◆', triangle: '▲', square: '■' }

function chartOf(results: Results, level: ReleasedLevel, groups: string[], gaps: Gap[]): ChartInPage | null {
  const drawn = gaps.filter(({ gap }) => gap !== null)
  if (drawn.length === 0) return null
  const shapeOf = (at: number) => shapes[at % shapes.length] ?? 'circle'
  const chart: DotChart = {
    kind: 'dots',
    title: `${levelName(results, level)}: ${findingOf(groups, gaps)}`,
    rows: drawn.map((each) => ({
      label: criterionLabel(each),
      end: points(each.gap ?? 0),
      range: null,
    })),
    series: groups.map((name, at) => ({
      name,
      shape: shapeOf(at),
      values: drawn.map(({ shares }) => {
        const share = shares[at] ?? null
        return share === null ? null : Math.round(share * 100)
      }),
    })),
    joined: true,
    axis: axisFor(
      drawn.flatMap(({ shares }) =>
        shares.flatMap((share) => (share === null ? [] : [Math.round(share * 100)])),
      ),
      100,
      '%',
    ),
  }
  const key = groups.map((name, at) => keyOf(marks[shapeOf(at)], name, at === 0 ? 'first' : 'second'))
  return chartInPage(`bieu-do-chenh-lech-${level.code}`, chart, [
    ...key,
    keyOf('', 'số ở cuối dòng: chênh lệch, điểm phần trăm', null),
  ])
}
