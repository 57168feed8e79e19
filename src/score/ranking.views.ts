// Who stands where in a level, with the interval around the points and the places that cannot be told apart. A long level
// is shown page by page, and searched.
import { showCount, showNumber, showPoints } from '../lib/format.ts'
import { plainWords } from '../lib/plain-words.ts'
import { axisFor, chartInPage, keyOf, type ChartInPage } from './chart-data.ts'
import { inOrder, unitsOf, type ReleasedLevel, type ReleasedUnit } from './findings.ts'
import {
  fallbackWords,
  figureOf,
  flagTexts,
  hrefOf,
  levelName,
  levelWords,
  partsOf,
  placeText,
  stepText,
  unitHref,
  unrankedText,
  type Figure,
  type Parts,
  type Results,
} from './results.views.ts'

export interface RankingPage {
  parts: Parts
  heading: string
  /** What places and intervals mean, and what they do not. */
  notes: string[]
  chart: ChartInPage | null
  /** In a level of very many units. */
  search: { action: string; level: string; version: string | null; words: string; found: string } | null
  label: string
  columns: { interval: boolean; apart: boolean; note: boolean }
  rows: {
    place: string
    name: string
    href: string
    points: Figure
    max: string
    interval: string
    apart: string
    returned: string
    note: string
  }[]
  paging: { previous: string | null; next: string | null; at: string } | null
}

/** What was asked for, as typed. */
export interface RankingQuery {
  words: string
  page: number
}

/** As many as a picture on a sheet of A4 can name. */
export const unitsPerPage = 40

export function rankingPage(
  results: Results,
  level: ReleasedLevel,
  { words, page }: RankingQuery,
): RankingPage {
  const { scores } = results
  const units = inOrder(unitsOf(scores, level.code))
  const wanted = plainWords(words)
  const found =
    wanted === ''
      ? units
      : units.filter(({ name, code }) => plainWords(name).includes(wanted) || plainWords(code) === wanted)
  const pages = Math.max(1, Math.ceil(found.length / unitsPerPage))
  const at = Math.min(page, pages)
  const here = found.slice((at - 1) * unitsPerPage, at * unitsPerPage)
  const link = (number: number) =>
    hrefOf(results, '/xep-hang', {
      cap: level.code,
      ...(words === '' ? {} : { tim: words }),
      trang: String(number),
    })
  const rows = here.map((unit) => rowOf(results, level, unit))
  return {
    parts: partsOf(results, '/xep-hang', level),
    heading: headingOf(results, level, units),
    notes: notesOf(units, found.length > here.length),
    chart: chartOf(results, level, here),
    search:
      units.length <= unitsPerPage
        ? null
        : {
            action: hrefOf(results, '/xep-hang').replace(/\?.*/, ''),
            level: level.code,
            version: scores.version === results.releases[0]?.version ? null : String(scores.version),
            words,
            found:
              found.length === 0
                ? 'Không có cơ quan, đơn vị nào có tên như vậy. Hãy thử một phần của tên.'
                : `${showCount(found.length)} cơ quan, đơn vị`,
          },
    label: `Xếp hạng, ${levelWords(results, level)}`,
    columns: {
      interval: here.some(({ interval }) => interval !== null),
      apart: here.some(({ rank }) => rank !== null && rank.from !== null),
      note: rows.some(({ note }) => note !== ''),
    },
    rows,
    paging:
      pages === 1
        ? null
        : {
            previous: at > 1 ? link(at - 1) : null,
            next: at < pages ? link(at + 1) : null,
            at: `Trang ${showCount(at)}/${showCount(pages)}`,
          },
  }
}

function headingOf(results: Results, level: ReleasedLevel, units: ReleasedUnit[]): string {
  const name = levelName(results, level)
  const [first] = units
  if (first === undefined || first.total.points === null)
    return `${name}: chưa cơ quan, đơn vị nào có điểm để xếp hạng`
  const known = units.some(({ rank }) => rank !== null)
  const ranked = units.filter((unit) => (known ? unit.rank !== null : unit.total.points !== null)).length
  if (known && first.rank === null) return `${name}: chưa cơ quan, đơn vị nào đủ điều kiện xếp hạng`
  const second = units[1]
  const highest =
    first.rank?.tied === true && second ? `${first.name} và nơi cùng hạng cao nhất` : `${first.name} cao nhất`
  return `${name}: ${highest}, ${showPoints(first.total.points)}\u00a0điểm; ${showCount(ranked)}/${showCount(units.length)} cơ quan, đơn vị được xếp hạng`
}

function notesOf(units: ReleasedUnit[], isPart: boolean): string[] {
  const apart = units.some(({ rank }) => rank !== null && rank.from !== null)
  return [
    ...(units.some(({ interval }) => interval !== null)
      ? [
          'Khoảng tham khảo tính từ mức khác nhau giữa những người cùng một cơ quan, đơn vị, gộp cả cấp; khoảng này không phản ánh sai lệch khi trả lời.',
        ]
      : []),
    ...(apart
      ? [
          'Thứ hạng xếp theo số không làm tròn; nơi tổng điểm là tổng các số đã in thì theo số đã in. Các hạng ghi ở cột “Không phân biệt được” có điểm chênh nhau trong khoảng tham khảo của chênh lệch: không nên coi là hơn kém.',
        ]
      : []),
    ...(isPart ? ['Biểu đồ vẽ các cơ quan, đơn vị của trang này.'] : []),
  ]
}

function rowOf(results: Results, level: ReleasedLevel, unit: ReleasedUnit): RankingPage['rows'][number] {
  const { total, interval, rank, counts, fallback } = unit
  const notes = [
    unrankedText(unit),
    total.status === 'ok' ? stepText(total.step) : '',
    ...flagTexts(results, level, unit),
  ].filter((text) => text !== '')
  return {
    place: placeText(unit),
    name: unit.name,
    href: unitHref(results, unit),
    points: figureOf(results, { unit: unit.code }, showPoints(total.points)),
    max: total.status === 'ok' ? showNumber(total.max) : '–',
    interval: interval === null ? '–' : `${showPoints(interval.low)} – ${showPoints(interval.high)}`,
    apart: rank === null || rank.from === null || rank.to === null ? '–' : placesText(rank.from, rank.to),
    returned: `${showCount(counts.returned)}/${showCount(counts.planned)}`,
    note: [notes.join('; '), ...(fallback === null ? [] : [fallbackWords[fallback]])]
      .filter((text) => text !== '')
      .join('. '),
  }
}

function placesText(from: number, to: number): string {
  return from === to ? showCount(from) : `${showCount(from)}–${showCount(to)}`
}

function chartOf(results: Results, level: ReleasedLevel, here: ReleasedUnit[]): ChartInPage | null {
  const drawn = here.flatMap((unit) =>
    unit.total.points === null ? [] : [{ ...unit, points: unit.total.points }],
  )
  if (drawn.length === 0) return null
  // Points of different scales stand on no common axis; shares do.
  const maxima = new Set(drawn.map(({ total }) => total.max))
  const [limit = 0] = maxima
  const alike = maxima.size === 1
  const onAxis = (points: number, max: number) => (alike || max === 0 ? points : (points / max) * 100)
  const rows = drawn.map(({ name, rank, points, interval, total: { max } }) => ({
    label: rank === null ? name : `${rank.place}. ${name}`,
    end: showPoints(points),
    range:
      interval === null
        ? null
        : ([onAxis(interval.low, max), onAxis(interval.high, max)] as [number, number]),
  }))
  const values = drawn.map(({ points, total }) => onAxis(points, total.max))
  const axis = axisFor(
    [...values, ...rows.flatMap(({ range }) => range ?? [])],
    alike ? limit : 100,
    alike ? 'điểm' : '%',
  )
  const from = axis.min === 0 ? '' : `; trục bắt đầu từ ${showNumber(axis.min)}`
  const ranges = rows.some(({ range }) => range !== null)
  return chartInPage(
    'bieu-do-xep-hang',
    {
      kind: 'dots',
      title: `Điểm điều tra xã hội học${ranges ? ' và khoảng tham khảo' : ''}, ${levelWords(results, level)}, từ cao đến thấp${from}`,
      rows,
      series: [{ name: 'Điểm', shape: 'circle', values }],
      joined: false,
      axis,
    },
    ranges ? [keyOf('●', 'điểm', 'first'), keyOf('├─┤', 'khoảng tham khảo', 'range')] : [],
  )
}
