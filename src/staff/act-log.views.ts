// The log of acts in words.
import { showCount, showMoment } from '../lib/format.ts'
import { acts, type ActKind, type LogLine } from './act-log.ts'
import type { SelectField } from './fields.ts'

export interface LogPage {
  heading: string
  /** Whether the chain holds, in a sentence; null on the pages behind the first. */
  chain: { text: string; ok: boolean } | null
  filters: SelectField[]
  days: { id: string; label: string; value: string }[]
  filtered: boolean
  rows: { position: string; at: string; who: string; survey: string; words: string }[]
  /** Address of the older lines; null when these are the last. */
  older: string | null
  first: string | null
  /** The filter as hidden fields of the export. */
  hidden: { name: string; value: string }[]
}

export interface LogViews {
  'staff/log': LogPage
}

/** What the filter of the page holds, as typed; '' = everything. */
export interface TypedFilter {
  dot: string
  nguoi: string
  viec: string
  tu: string
  den: string
}

/** What kinds are called in the filter: the beginning of their sentence. */
function kindName(kind: string): string {
  const sentence: string | undefined = Object.hasOwn(acts, kind) ? acts[kind as ActKind] : undefined
  return (sentence ?? kind).replace(/[:{(.].*$/s, '').trim()
}

export function logPage(input: {
  lines: LogLine[]
  total: number
  chain: { lines: number; problem: string | undefined } | undefined
  occurring: { surveys: string[]; people: { id: string; name: string }[]; kinds: string[] }
  typed: TypedFilter
  older: string | null
  first: string | null
}): LogPage {
  const { lines, total, chain, occurring, typed, older, first } = input
  const filtered = Object.values(typed).some((value) => value !== '')
  const choice = (
    id: keyof TypedFilter,
    label: string,
    all: string,
    options: { value: string; text: string }[],
  ) => ({
    id,
    label,
    hint: '',
    error: null,
    options: [{ value: '', text: all }, ...options].map((each) => ({
      ...each,
      chosen: each.value === typed[id],
    })),
  })
  const kinds = occurring.kinds
    .map((kind) => ({ value: kind, text: kindName(kind) }))
    .sort((a, b) => a.text.localeCompare(b.text, 'vi'))
  return {
    heading: filtered ? `${showCount(total)} việc khớp bộ lọc` : `${showCount(total)} việc đã ghi nhật ký`,
    chain:
      chain === undefined
        ? null
        : chain.problem === undefined
          ? {
              ok: true,
              text: `Nhật ký liền mạch: ${showCount(chain.lines)} dòng, không thấy dòng nào bị sửa hoặc bị bỏ ở giữa. Để chắc không mất dòng cuối, hãy so với tệp đã xuất trước đây.`,
            }
          : { ok: false, text: `${chain.problem} Hãy giữ nguyên dữ liệu và lập biên bản.` },
    filters: [
      choice(
        'dot',
        'Đợt điều tra',
        'Mọi đợt',
        occurring.surveys.map((slug) => ({ value: slug, text: slug })),
      ),
      choice(
        'nguoi',
        'Người làm',
        'Mọi người',
        occurring.people.map(({ id, name }) => ({ value: id, text: name })),
      ),
      choice('viec', 'Việc', 'Mọi việc', kinds),
    ],
    days: [
      { id: 'tu', label: 'Từ ngày', value: typed.tu },
      { id: 'den', label: 'Đến ngày', value: typed.den },
    ],
    filtered,
    rows: lines.map((line) => ({
      position: showCount(line.position),
      at: showMoment(new Date(line.at)),
      who: line.agency === '' ? line.name : `${line.name}, ${line.agency}`,
      survey: line.survey,
      words: line.words,
    })),
    older,
    first,
    hidden: (Object.entries(typed) as [string, string][])
      .filter(([, value]) => value !== '')
      .map(([name, value]) => ({ name, value })),
  }
}
