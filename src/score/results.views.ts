// What all pages of results have in common: the release that they are drawn from, the way between them, how a figure is
// written. Every figure comes from the release; names that an old release does not carry come from the survey.
import { showCount, showNumber, showPoints } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { explainHref, wholeUnit } from './explain.ts'
import type { ReleasedLevel, ReleasedUnit } from './findings.ts'
import type { ReleaseEntry } from './release.queries.ts'
import type { ScoresRelease } from './release.ts'
import type { ShownShare } from './shown.ts'

/** All that a page of results reads. */
export interface Results {
  survey: Survey
  scores: ScoresRelease
  /** The newest first. */
  releases: ReleaseEntry[]
  names: Names
  /** Whether who looks sees all units, and may take files away. */
  may: { whole: boolean; files: boolean }
}

/** What the survey calls its parts, by code. */
export interface Names {
  level: ReadonlyMap<string, string>
  /** By "level/group". */
  group: ReadonlyMap<string, string>
  /** Domains by "level/domain". */
  domain: ReadonlyMap<string, string>
}

/** A figure in a page, and where it is explained; null = nowhere. */
export interface Figure {
  text: string
  href: string | null
}

/** Which figure of a release. */
export type FigureName =
  | { unit: string; criterion?: string; domain?: string }
  | { level: string; group?: string; criterion: string }
  | { level: string; group?: string; item: string }

/** Every figure of the pages is made here. */
export function figureOf(results: Results, name: FigureName, text: string): Figure {
  return { text, href: explanationHref(results, name) }
}

/** A figure of a group of a level is explained with the level's; what is not shown has nothing to explain but why. */
function explanationHref({ survey, scores, releases, may }: Results, name: FigureName): string | null {
  const version = scores.version === releases[0]?.version ? undefined : scores.version
  if ('unit' in name) {
    const criterion = name.criterion ?? name.domain ?? wholeUnit
    return explainHref(survey, { of: 'unit', unit: name.unit, criterion }, version)
  }
  if (!may.whole) return null
  const { level } = name
  return 'item' in name
    ? explainHref(survey, { of: 'item', level, item: name.item }, version)
    : explainHref(survey, { of: 'level', level, criterion: name.criterion }, version)
}

export interface Parts {
  parts: { text: string; href: string; current: boolean }[]
  /** Levels of the part that is open; empty where there is one, or all stand on the page. */
  levels: { text: string; href: string; current: boolean }[]
  /** Said where the page shows an earlier version. */
  old: string | null
}

export type Part = '' | '/xep-hang' | '/chenh-lech' | '/cau-hoi' | '/cach-tinh' | 'unit'

/** The way between the pages of results; `level` is the one that is open, where a page shows one level. */
export function partsOf(results: Results, part: Part, level?: ReleasedLevel): Parts {
  const { scores, releases } = results
  const [first] = scores.levels
  const items = `/cau-hoi/${first?.code ?? ''}`
  const all: { text: string; path: string; part: Part }[] = [
    { text: 'Kết quả chính', path: '', part: '' },
    { text: 'Xếp hạng', path: '/xep-hang', part: '/xep-hang' },
    { text: 'Chênh lệch giữa các nhóm', path: '/chenh-lech', part: '/chenh-lech' },
    ...(first ? [{ text: 'Từng câu hỏi', path: items, part: '/cau-hoi' as const }] : []),
    { text: 'Cách tính và giới hạn', path: '/cach-tinh', part: '/cach-tinh' },
  ]
  const newest = releases[0]?.version
  return {
    parts: (results.may.whole ? all : []).map((each) => ({
      text: each.text,
      href: hrefOf(results, each.path),
      current: each.part === part,
    })),
    levels:
      level === undefined || scores.levels.length < 2
        ? []
        : scores.levels.map((each) => ({
            text: levelName(results, each),
            href:
              part === '/cau-hoi'
                ? hrefOf(results, `/cau-hoi/${each.code}`)
                : hrefOf(results, part, { cap: each.code }),
            current: each.code === level.code,
          })),
    old:
      newest === undefined || newest === scores.version
        ? null
        : `Đây là bản cũ; bản đang dùng là bản ${newest}.`,
  }
}

/** A page of the same version. */
export function hrefOf(
  { survey, scores, releases }: Results,
  path: string,
  query: Record<string, string> = {},
): string {
  const version = scores.version === releases[0]?.version ? {} : { ban: String(scores.version) }
  const words = new URLSearchParams({ ...query, ...version }).toString()
  return surveyHref(survey, `/diem${path}${words === '' ? '' : `?${words}`}`)
}

export function unitHref(results: Results, unit: { code: string }): string {
  return hrefOf(results, `/don-vi/${encodeURIComponent(unit.code)}`)
}

export function levelName({ names }: Results, { code, name }: { code: string; name: string }): string {
  return name === code ? (names.level.get(code) ?? code) : name
}

/** "cấp sở", inside a sentence. */
export function levelWords(results: Results, level: { code: string; name: string }): string {
  const name = levelName(results, level)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

export function groupName(
  { names }: Results,
  level: string,
  { code, name }: { code: string; name: string },
): string {
  return name === code ? (names.group.get(`${level}/${code}`) ?? code) : name
}

export function totalText({ total }: ReleasedUnit): string {
  return `${showPoints(total.points)}/${showNumber(total.max)} điểm`
}

/** "3", or "3 (đồng hạng)"; "–" without a place. */
export function placeText({ rank }: ReleasedUnit): string {
  if (rank === null) return '–'
  return rank.tied ? `${showCount(rank.place)} (đồng hạng)` : showCount(rank.place)
}

/** Why a unit has no place; '' where it has one. */
export function unrankedText(unit: ReleasedUnit): string {
  if (unit.ranking === 'not-ranked')
    return `Chưa đủ điều kiện${unit.total.status === 'ok' ? ', không xếp hạng' : ''}`
  return unit.total.status === 'ok' ? '' : 'Không hiện'
}

/** What a unit with too few answers gets when the index is computed. */
export const fallbackWords: Record<NonNullable<ReleasedUnit['fallback']>, string> = {
  'lowest-of-level':
    'Khi tính Chỉ số, phần điểm điều tra lấy theo cơ quan, đơn vị có tỷ lệ thấp nhất cùng cấp.',
  zero: 'Khi tính Chỉ số, phần điểm điều tra là 0.',
  'leaves-scale': 'Khi tính Chỉ số, phần điểm điều tra được bỏ khỏi thang điểm.',
}

/** What counts of people tell of the groups of a unit. */
export function flagTexts(results: Results, level: ReleasedLevel, unit: ReleasedUnit): string[] {
  const words = {
    'group-silent': 'không có phiếu thu về',
    'group-below-half': 'thu về dưới một nửa kế hoạch',
  }
  return unit.flags.map(({ kind, group }) => {
    const found = level.groups.find((each) => each.code === group) ?? { code: group, name: group }
    return `${groupName(results, level.code, found)}: ${words[kind]}`
  })
}

/** Said where a number is coarser than its two decimals look. */
export function stepText(step: number | null): string {
  return step === null || step <= 0.01 ? '' : `Làm tròn đến ${showNumber(step)}`
}

/** Shares are released to the whole percent. */
export function wholePercent(share: number | null): string {
  return share === null ? '–' : `${showNumber(Math.round(share * 100))}\u00a0%`
}

export function bandedText({ share, band }: ShownShare): string {
  if (share === null) return '–'
  return band === null ? wholePercent(share) : `${band === 'at-least' ? '≥' : '≤'} ${wholePercent(share)}`
}

/** "1.1 Tên tiêu chí" for a picture. */
export function criterionLabel({ code, name }: { code: string; name: string }): string {
  return `${code} ${shortName(name)}`
}

/** "(điều tra xã hội học)" stands behind every name of a set and tells nothing here. */
export function shortName(name: string): string {
  return name.replace(/\s*\(điều tra xã hội học\)$/i, '')
}

/** `“A”`, `“A” và “B”`, `“A”, “B” và 3 tiêu chí khác` */
export function quotedNames(all: readonly { name: string }[]): string {
  const [first, second] = all.map(({ name }) => `“${shortName(name)}”`)
  if (first === undefined) return ''
  if (second === undefined) return first
  return all.length === 2
    ? `${first} và ${second}`
    : `${first}, ${second} và ${showCount(all.length - 2)} tiêu chí khác`
}

export function hiddenNote(k: number): string {
  return `Chỗ ghi “–” là số không hiện, để không ai suy ra được câu trả lời của dưới ${k} người.`
}
