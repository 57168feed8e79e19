// The questions of a level: how the answers spread, how many points that is, who knew no answer and who gave none. One
// page for all of a level, one for each with its groups beside each other.
import { showCount } from '../lib/format.ts'
import { chartInPage, shadesFor, type ChartInPage, type KeyEntry, type StackChart } from './chart-data.ts'
import { extremes, type ReleasedLevel } from './findings.ts'
import { smallestDistribution } from './shown.ts'
import {
  bandedText,
  figureOf,
  groupName,
  hiddenNote,
  hrefOf,
  levelName,
  levelWords,
  partsOf,
  type Figure,
  type Parts,
  type Results,
} from './results.views.ts'

type ReleasedItem = ReleasedLevel['items'][number]
type Options = NonNullable<ReleasedItem['options']>

export interface ItemsPage {
  parts: Parts
  heading: string
  notes: string[]
  /** Questions with the same way of answering. */
  sections: {
    title: string
    chart: ChartInPage | null
    label: string
    rows: {
      code: string
      text: string
      href: string
      share: Figure
      answered: string
      optOut: string
      blank: string
      options: string[]
    }[]
  }[]
}

export interface ItemPage {
  parts: Parts
  back: { text: string; href: string }
  heading: string
  text: string
  criterion: string
  notes: string[]
  chart: ChartInPage | null
  label: string
  columns: string[]
  /** The spread, then what stands beside it. */
  options: { label: string; shares: string[] }[]
  beside: { label: string; cells: Figure[] }[]
  previous: { text: string; href: string } | null
  next: { text: string; href: string } | null
}

export function itemsPage(results: Results, level: ReleasedLevel): ItemsPage {
  return {
    parts: partsOf(results, '/cau-hoi', level),
    heading: headingOf(results, level),
    notes: [
      ...sharedNotes,
      ...(level.items.some(({ share, options }) => share === null || options === null)
        ? [
            `${hiddenNote(results.scores.method.k)} Phân bố phương án chỉ hiện từ ${smallestDistribution} câu trả lời.`,
          ]
        : []),
    ],
    sections: sectionsOf(level.items).map((items, at) => sectionOf(results, level, items, at)),
  }
}

const sharedNotes = [
  'Tỷ lệ là phần điểm đạt được; phân bố là phần của các câu trả lời được tính.',
  '“Không biết” và “để trống” là phần của những người được hỏi.',
]

function headingOf(results: Results, level: ReleasedLevel): string {
  const name = levelName(results, level)
  const known = level.items.flatMap((item) => (item.share === null ? [] : [{ ...item, share: item.share }]))
  const { highest, lowest } = extremes(known)
  const [best, worst] = [highest[0], lowest[0]]
  if (known.length === 0) return `${name}: chưa hiện được số của câu hỏi nào`
  if (!best || !worst)
    return `${name}: ${showCount(known.length)}/${showCount(level.items.length)} câu hỏi có số`
  return `${name}: câu ${worst.code} đạt thấp nhất (${bandedText(worst)}), câu ${best.code} đạt cao nhất (${bandedText(best)})`
}

/** Questions that share their options, in the order in which they are asked; those without a spread come last. */
function sectionsOf(items: readonly ReleasedItem[]): ReleasedItem[][] {
  const sections = new Map<string, ReleasedItem[]>()
  for (const item of items) {
    const key = item.options === null ? '' : item.options.map(({ label }) => label).join('\n')
    sections.set(key, [...(sections.get(key) ?? []), item])
  }
  const without = sections.get('')
  sections.delete('')
  return [...sections.values(), ...(without ? [without] : [])]
}

function sectionOf(
  results: Results,
  level: ReleasedLevel,
  items: ReleasedItem[],
  at: number,
): ItemsPage['sections'][number] {
  const options = items[0]?.options ?? []
  const [first] = options
  const last = options.at(-1)
  const title =
    !first || !last ? 'Các câu không hiện phân bố' : `Các câu trả lời từ “${first.label}” đến “${last.label}”`
  return {
    title,
    chart:
      options.length === 0
        ? null
        : chartInPage(
            `bieu-do-${at + 1}`,
            stackOf(
              `${title}, ${levelWords(results, level)}: phân bố câu trả lời và tỷ lệ điểm`,
              items.map((item) => ({ ...item, label: `${item.code}. ${item.text}` })),
              options.length,
            ),
            keyOfOptions(options),
          ),
    label: `${title}, ${levelWords(results, level)}`,
    rows: items.map((item) => ({
      code: item.code,
      text: item.text,
      href: hrefOf(results, `/cau-hoi/${level.code}/${item.code}`),
      share: figureOf(results, { level: level.code, item: item.code }, bandedText(item)),
      answered: item.answered === null ? '–' : showCount(item.answered),
      optOut: bandedText(item.optOut),
      blank: bandedText(item.blank),
      options: (item.options ?? []).map((option) => `${option.label}: ${bandedText(option)}`),
    })),
  }
}

export function itemPage(results: Results, level: ReleasedLevel, item: ReleasedItem): ItemPage {
  const groups = level.groups.flatMap((group) => {
    const own = group.items.find(({ code }) => code === item.code)
    return own === undefined || own.status === 'not-applicable'
      ? []
      : [{ code: group.code, name: groupName(results, level.code, group), item: own }]
  })
  const columns = [{ code: undefined, name: 'Tất cả', item }, ...groups]
  const criterion = level.pooled.find(({ code }) => code === item.criterion)
  const known = columns.find((each) => each.item.options !== null)?.item.options ?? []
  const at = level.items.indexOf(item)
  const linkTo = (other: ReleasedItem | undefined) =>
    other === undefined
      ? null
      : { text: `Câu ${other.code}`, href: hrefOf(results, `/cau-hoi/${level.code}/${other.code}`) }
  const hidden = columns.some((each) => each.item.share === null || each.item.options === null)
  return {
    parts: partsOf(results, '/cau-hoi'),
    back: {
      text: `Từng câu hỏi, ${levelWords(results, level)}`,
      href: hrefOf(results, `/cau-hoi/${level.code}`),
    },
    heading:
      item.share === null
        ? `Câu ${item.code}, ${levelWords(results, level)}: không hiện số`
        : `Câu ${item.code}, ${levelWords(results, level)}: đạt ${bandedText(item)} số điểm`,
    text: item.text,
    criterion: criterion ? `Tiêu chí ${criterion.code} ${criterion.name}` : `Tiêu chí ${item.criterion}`,
    notes: [
      ...sharedNotes,
      ...(hidden
        ? [
            `${hiddenNote(results.scores.method.k)} Phân bố phương án chỉ hiện từ ${smallestDistribution} câu trả lời.`,
          ]
        : []),
    ],
    chart: known.length === 0 ? null : itemChart(columns, known, item, levelWords(results, level)),
    label: `Câu ${item.code}, ${levelWords(results, level)}`,
    columns: columns.map(({ name }) => name),
    options: known.map((option, n) => ({
      label: option.label,
      shares: columns.map((each) => {
        const own = each.item.options?.[n]
        return own === undefined ? '–' : bandedText(own)
      }),
    })),
    beside: [
      {
        label: 'Tỷ lệ điểm',
        cells: columns.map((each) =>
          figureOf(
            results,
            {
              level: level.code,
              ...(each.code === undefined ? {} : { group: each.code }),
              item: item.code,
            },
            bandedText(each.item),
          ),
        ),
      },
      plainRow('Số câu trả lời được tính', columns, ({ answered }) =>
        answered === null ? '–' : showCount(answered),
      ),
      plainRow('Không biết / không có ý kiến', columns, ({ optOut }) => bandedText(optOut)),
      plainRow('Để trống', columns, ({ blank }) => bandedText(blank)),
    ],
    previous: linkTo(level.items[at - 1]),
    next: linkTo(level.items[at + 1]),
  }
}

function plainRow(
  label: string,
  columns: { item: ReleasedItem }[],
  text: (item: ReleasedItem) => string,
): ItemPage['beside'][number] {
  return { label, cells: columns.map(({ item }) => ({ text: text(item), href: null })) }
}

function itemChart(
  columns: { name: string; item: ReleasedItem }[],
  options: Options,
  { code }: ReleasedItem,
  level: string,
): ChartInPage {
  const drawn = columns.filter(({ item }) => item.options !== null)
  const title = `Câu ${code}, ${level}: phân bố câu trả lời của ${drawn.map(({ name }) => name.toLowerCase()).join(', ')}`
  return chartInPage(
    'bieu-do-cau-hoi',
    stackOf(
      title,
      drawn.map(({ name, item }) => ({ ...item, label: name })),
      options.length,
    ),
    keyOfOptions(options),
  )
}

/** A part beyond a bound is drawn as long as the bound; one below a bound has no length that may be shown. */
function stackOf(
  title: string,
  rows: (Pick<ReleasedItem, 'share' | 'band' | 'options'> & { label: string })[],
  count: number,
): StackChart {
  return {
    kind: 'stack',
    title,
    rows: rows.map((row) => ({
      label: row.label,
      end: bandedText(row),
      parts: (row.options ?? []).map((option) =>
        option.share === null || option.band === 'at-most'
          ? null
          : { text: bandedText(option), percent: Math.round(option.share * 100) },
      ),
    })),
    shades: shadesFor(count),
  }
}

function keyOfOptions(options: Options): KeyEntry[] {
  const shades = shadesFor(options.length)
  return options.map(({ label }, at) => ({ mark: '', text: label, tone: null, shade: shades[at] ?? 0 }))
}
