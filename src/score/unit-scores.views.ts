// One unit by content, beside its level: points and people behind each criterion, how much one person can move them, and
// what is not shown and why.
import { joinWords, showCount, showNumber, showPoints } from '../lib/format.ts'
import { chartInPage, keyOf, percentAxis, type ChartInPage } from './chart-data.ts'
import { surveyHref } from '../survey/survey.ts'
import { againstLevel, unitsOf, type ReleasedLevel, type ReleasedUnit } from './findings.ts'
import {
  criterionLabel,
  fallbackWords,
  figureOf,
  flagTexts,
  hrefOf,
  levelName,
  levelWords,
  partsOf,
  quotedNames,
  stepText,
  totalText,
  wholePercent,
  type Figure,
  type Parts,
  type Results,
} from './results.views.ts'

export interface UnitScoresPage {
  parts: Parts
  back: { text: string; href: string }
  heading: string
  findings: string[]
  flags: string[]
  counts: { label: string; value: string }[]
  chart: ChartInPage | null
  columns: { move: boolean; note: boolean }
  criteria: {
    code: string
    name: string
    answered: string
    share: string
    ofLevel: Figure
    max: string
    points: Figure
    move: string
    note: string
  }[]
  total: { max: string; points: Figure; move: string }
  domains: { code: string; name: string; points: Figure; max: string; note: string }[]
  notes: string[]
}

export function unitScoresPage(results: Results, unit: ReleasedUnit, level: ReleasedLevel): UnitScoresPage {
  const { scores, names } = results
  const { counts, total } = unit
  const pooled = new Map(level.pooled.map((each) => [each.code, each.share]))
  const criteria = unit.criteria.map((each) => ({
    code: each.code,
    name: each.name,
    answered: each.answered === null ? '–' : showCount(each.answered),
    share: wholePercent(each.share),
    ofLevel: figureOf(
      results,
      { level: level.code, criterion: each.code },
      wholePercent(pooled.get(each.code) ?? null),
    ),
    max: showNumber(each.max),
    points: figureOf(results, { unit: unit.code, criterion: each.code }, showPoints(each.points)),
    move: moveText(each.oneRespondent),
    note: statusText(each),
  }))
  return {
    parts: partsOf(results, 'unit'),
    back: results.may.whole
      ? {
          text: `Xếp hạng, ${levelWords(results, level)}`,
          href: hrefOf(results, '/xep-hang', { cap: level.code }),
        }
      : { text: unit.name, href: surveyHref(results.survey, `/don-vi/${encodeURIComponent(unit.code)}`) },
    heading: headingOf(results, unit),
    findings: findingsOf(results, unit, level),
    flags: flagTexts(results, level, unit),
    counts: [
      { label: 'Số phiếu theo kế hoạch', value: showCount(counts.planned) },
      { label: 'Phát ra', value: showCount(counts.issued) },
      { label: 'Thu về', value: showCount(counts.returned) },
      { label: 'Hợp lệ', value: showCount(counts.valid) },
    ],
    chart: chartOf(results, unit, level),
    columns: {
      move: unit.criteria.some(({ oneRespondent }) => oneRespondent !== null),
      note: criteria.some(({ note }) => note !== ''),
    },
    criteria,
    total: {
      max: showNumber(total.max),
      points: figureOf(results, { unit: unit.code }, showPoints(total.points)),
      move: moveText(unit.oneRespondent),
    },
    domains: unit.domains.map((each) => ({
      code: each.code,
      name: names.domain.get(`${unit.level}/${each.code}`) ?? '',
      points: figureOf(results, { unit: unit.code, domain: each.code }, showPoints(each.points)),
      max: showNumber(each.max),
      note: each.status === 'ok' ? stepText(each.step) : 'Không hiện',
    })),
    notes: notesOf(unit, scores.method.k),
  }
}

function headingOf({ scores }: Results, unit: ReleasedUnit): string {
  if (unit.total.status !== 'ok') return `${unit.name}: chưa đủ điều kiện hiện điểm`
  const points = `${unit.name}: ${totalText(unit)}`
  if (unit.ranking === 'not-ranked') return `${points}, chưa đủ điều kiện xếp hạng`
  if (unit.rank === null) return points
  const ranked = unitsOf(scores, unit.level).filter(({ rank }) => rank !== null).length
  return `${points}, ${unit.rank.tied ? 'đồng hạng' : 'hạng'} ${showCount(unit.rank.place)}/${showCount(ranked)}`
}

function findingsOf(results: Results, unit: ReleasedUnit, level: ReleasedLevel): string[] {
  const { interval, rank, fallback } = unit
  return [
    ...(interval === null
      ? []
      : [
          `Khoảng tham khảo của tổng điểm: ${showPoints(interval.low)} – ${showPoints(interval.high)}; khoảng này không phản ánh sai lệch khi trả lời.`,
        ]),
    ...(rank === null || rank.from === null || rank.to === null || rank.from === rank.to
      ? []
      : [`Chưa phân biệt được với các hạng ${rank.from}–${rank.to} của ${levelWords(results, level)}.`]),
    ...comparedWith(results, unit, level),
    ...(fallback === null ? [] : [fallbackWords[fallback]]),
  ]
}

function comparedWith(results: Results, unit: ReleasedUnit, level: ReleasedLevel): string[] {
  const compared = againstLevel(unit, level)
  const [best] = compared
  const worst = compared.at(-1)
  if (!best || !worst) return []
  const above = compared.filter(({ more }) => more > 0).length
  const parts = [
    ...(best.more > 0 ? [`vượt nhiều nhất ở ${quotedNames([best])}`] : []),
    ...(worst.more < 0 ? [`thấp hơn nhiều nhất ở ${quotedNames([worst])}`] : []),
  ]
  const rest = parts.length === 0 ? '' : `; ${joinWords(parts)}`
  return [
    `Cao hơn mức chung của ${levelWords(results, level)} ở ${showCount(above)}/${showCount(compared.length)} tiêu chí${rest}.`,
  ]
}

function notesOf(unit: ReleasedUnit, k: number): string[] {
  const hidden = unit.criteria.filter(({ status }) => status === 'hidden').length
  const absent = unit.criteria.filter(({ status }) => status === 'not-applicable').length
  const hiddenTotal = hidden === 0 && unit.total.status === 'hidden'
  return [
    'Điểm = tỷ lệ x điểm tối đa.',
    ...(unit.criteria.some(({ oneRespondent }) => oneRespondent !== null)
      ? [
          '“Một người” là số điểm nhiều nhất mà câu trả lời của một người có thể làm thay đổi, tính theo thang trả lời và số người trả lời.',
        ]
      : []),
    ...(hidden === 0
      ? []
      : [
          `${showCount(hidden)} tiêu chí không hiện: có dưới ${k} người trả lời, hoặc nếu hiện thì suy ra được câu trả lời của dưới ${k} người. Vì vậy tổng điểm và điểm lĩnh vực có tiêu chí đó cũng không hiện.`,
        ]),
    ...(hiddenTotal ? [`Tổng điểm không hiện để không ai suy ra được câu trả lời của dưới ${k} người.`] : []),
    ...(absent === 0 ? [] : [`${showCount(absent)} tiêu chí không áp dụng: cơ quan, đơn vị không được hỏi.`]),
    'Không hiện điểm của từng nhóm trong một cơ quan, đơn vị.',
  ]
}

function statusText(criterion: ReleasedUnit['criteria'][number]): string {
  if (criterion.status === 'hidden') return 'Không hiện'
  return criterion.status === 'not-applicable' ? 'Không áp dụng' : stepText(criterion.step)
}

function moveText(points: number | null): string {
  return points === null ? '–' : `± ${showPoints(points)}`
}

function chartOf(results: Results, unit: ReleasedUnit, level: ReleasedLevel): ChartInPage | null {
  const pooled = new Map(level.pooled.map((each) => [each.code, each.share]))
  const drawn = unit.criteria.flatMap((each) => (each.share === null ? [] : [{ ...each, share: each.share }]))
  if (drawn.length === 0) return null
  const compared = drawn.some(({ code }) => (pooled.get(code) ?? null) !== null)
  const levelOf = (code: string) => {
    const share = pooled.get(code) ?? null
    return share === null ? null : share * 100
  }
  const above = againstLevel(unit, level)
  const finding =
    above.length === 0
      ? `${unit.name}: tỷ lệ điểm từng tiêu chí`
      : `${unit.name} cao hơn ${levelWords(results, level)} ở ${showCount(above.filter(({ more }) => more > 0).length)}/${showCount(above.length)} tiêu chí`
  return chartInPage(
    'bieu-do-don-vi',
    {
      kind: 'dots',
      title: finding,
      rows: drawn.map((each) => ({
        label: criterionLabel(each),
        end: wholePercent(each.share),
        range: rangeOf(each),
      })),
      series: [
        { name: unit.name, shape: 'circle', values: drawn.map(({ share }) => share * 100) },
        ...(compared
          ? [
              {
                name: levelName(results, level),
                shape: 'tick' as const,
                values: drawn.map(({ code }) => levelOf(code)),
              },
            ]
          : []),
      ],
      joined: false,
      axis: percentAxis,
    },
    [
      keyOf('●', unit.name, 'first'),
      ...(compared ? [keyOf('┃', `mức chung của ${levelWords(results, level)}`, 'tick')] : []),
      ...(drawn.some(({ oneRespondent }) => oneRespondent !== null)
        ? [keyOf('├─┤', 'một người trả lời khác đi', 'range')]
        : []),
    ],
  )
}

/** As far as one person can move the share, within 0 and 100 %. */
function rangeOf({
  share,
  max,
  oneRespondent,
}: {
  share: number
  max: number
  oneRespondent: number | null
}): [number, number] | null {
  if (oneRespondent === null || max === 0) return null
  const move = oneRespondent / max
  return [Math.max(0, share - move) * 100, Math.min(1, share + move) * 100]
}
