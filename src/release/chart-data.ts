// What the charts of results show, as plain data from the release: the same for the pages and for files. Pure.
import { joinWords, showCount, showNumber, showPoints } from '../lib/format.ts'
import { inOrder } from '../score/findings.ts'
import type { ScoresRelease } from '../score/release.ts'

type Level = ScoresRelease['levels'][number]
type Unit = ScoresRelease['units'][number]

/** Dots on lines: each row has a value for each series, and a span that is drawn behind them. */
export interface DotChart {
  /** States the finding. */
  title: string
  /** What dots and spans are, and what is not drawn. */
  note: string
  /** Names of the series, in the order of `values`. */
  series: string[]
  unit: 'điểm' | '%'
  /** The axis goes from 0 to here. */
  max: number
  rows: {
    label: string
    values: (number | null)[]
    span: [low: number, high: number] | null
    /** The figures in words, at the end of the row. */
    words: string
  }[]
}

/** More lines than a page of paper holds are no picture. */
export const mostRows = 150

/** The ranked units of a level with their intervals, the first on top; null without figures or where they are too many. */
export function rankingChart(release: ScoresRelease, level: Level): DotChart | null {
  const units = release.units.filter((unit) => unit.level === level.code)
  const ranked = inOrder(units.filter(({ total }) => total.points !== null))
  const [first] = ranked
  const last = ranked.at(-1)
  if (first === undefined || last === undefined || ranked.length > mostRows) return null
  const without = units.length - ranked.length
  const intervals = ranked.some(({ interval }) => interval !== null)
  return {
    title:
      ranked.length === 1
        ? `${level.name}: ${first.name} ${showPoints(first.total.points)} điểm`
        : `${level.name}: cao nhất ${first.name} (${showPoints(first.total.points)} điểm), thấp nhất ${last.name} (${showPoints(last.total.points)} điểm)`,
    note: [
      'Điểm điều tra xã hội học.',
      ...(intervals ? ['Vạch ngang: khoảng tham khảo, không phản ánh sai lệch khi trả lời.'] : []),
      ...(without === 0 ? [] : [`${showCount(without)} cơ quan, đơn vị chưa đủ điều kiện hiện điểm.`]),
    ].join(' '),
    series: ['Điểm'],
    unit: 'điểm',
    max: Math.max(...ranked.map(({ total }) => total.max)),
    rows: ranked.map(({ name, rank, total, interval }) => ({
      label: rank === null ? name : `${rank.place}. ${name}`,
      values: [total.points],
      span: interval === null ? null : [interval.low, interval.high],
      words: showPoints(total.points),
    })),
  }
}

/** A unit's shares beside those of its level, criterion by criterion; null where none is shown of both. */
export function unitChart(level: Level, unit: Unit): DotChart | null {
  const rows = unit.criteria.flatMap((criterion) => {
    const whole = level.pooled.find(({ code }) => code === criterion.code)
    return criterion.share === null ? [] : [{ criterion, own: criterion.share, whole: whole?.share ?? null }]
  })
  if (rows.length === 0 || rows.length > mostRows) return null
  const compared = rows.filter(({ whole }) => whole !== null)
  const above = compared.filter(({ own, whole }) => own > (whole ?? 0)).length
  return {
    title:
      compared.length === 0
        ? `${unit.name}: tỷ lệ điểm từng tiêu chí`
        : `${unit.name}: cao hơn cả cấp ở ${showCount(above)}/${showCount(compared.length)} tiêu chí`,
    note: 'Tỷ lệ điểm đạt được so với điểm tối đa của từng tiêu chí.',
    series: [unit.name, `Cả ${inSentence(level.name)}`],
    unit: '%',
    max: 100,
    rows: rows.map(({ criterion, own, whole }) => ({
      label: `${criterion.code} ${criterion.name}`,
      ...dotsOf([own, whole]),
    })),
  }
}

/** The groups of a level beside each other, criterion by criterion; null where fewer than two are shown anywhere. */
export function gapChart(level: Level): DotChart | null {
  const rows = level.pooled.flatMap((criterion, at) => {
    const shares = level.groups.map(({ criteria }) => criteria[at]?.share ?? null)
    return shares.filter((share) => share !== null).length < 2 ? [] : [{ criterion, shares }]
  })
  if (rows.length === 0 || rows.length > mostRows) return null
  const gapOf = (shares: (number | null)[]) => {
    const known = percentsOf(shares)
    return Math.max(...known) - Math.min(...known)
  }
  const widest = rows.reduce((most, row) => (gapOf(row.shares) > gapOf(most.shares) ? row : most))
  const gap = gapOf(widest.shares)
  const names = joinWords(level.groups.map(({ name }) => inSentence(name)))
  return {
    title:
      gap === 0
        ? `${level.name}: ${names} đánh giá như nhau ở mọi tiêu chí`
        : `${level.name}: ${names} khác nhau nhiều nhất ở tiêu chí ${widest.criterion.code} (${showNumber(gap)} điểm phần trăm)`,
    note: 'Tỷ lệ điểm đạt được so với điểm tối đa của từng tiêu chí, theo nhóm đối tượng.',
    series: level.groups.map(({ name }) => name),
    unit: '%',
    max: 100,
    rows: rows.map(({ criterion, shares }) => ({
      label: `${criterion.code} ${criterion.name}`,
      ...dotsOf(shares),
    })),
  }
}

function dotsOf(shares: (number | null)[]): Pick<DotChart['rows'][number], 'values' | 'span' | 'words'> {
  const known = percentsOf(shares)
  return {
    values: shares.map((share) => (share === null ? null : percent(share))),
    span: known.length < 2 ? null : [Math.min(...known), Math.max(...known)],
    words: shares.map((share) => (share === null ? '–' : `${showNumber(percent(share))} %`)).join(' / '),
  }
}

function percentsOf(shares: (number | null)[]): number[] {
  return shares.flatMap((share) => (share === null ? [] : [percent(share)]))
}

/** Released shares have two decimals: whole percents. */
function percent(share: number): number {
  return Math.round(share * 100)
}

/** "Cấp sở" → "cấp sở" */
function inSentence(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
