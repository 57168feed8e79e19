// Scores in words: what was found per level, one unit down to the number of people behind each figure, and the method.
import { exportFormats } from '../lib/export-format.ts'
import { showCount, showDay, showNumber, showPoints, showRate } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Group, Level, Survey } from '../survey/survey.queries.ts'
import type { ShownCriterion, ShownShare, ShownUnit } from './shown.ts'
import type { ReleaseEntry } from './release.queries.ts'
import type { ScoresRelease } from './release.ts'

export interface ScoresPage {
  heading: string
  opened: string
  /** Which version this is, why it was made, and where the others are. */
  release: { words: string[]; others: { text: string; href: string }[] }
  counts: { label: string; value: string }[]
  levels: {
    name: string
    finding: string
    /** Nothing to look at without a figure. */
    chart: { id: string; label: string; json: string } | null
    units: {
      name: string
      href: string
      returned: string
      points: string
      max: string
      note: string
    }[]
    groups: string[]
    criteria: { code: string; name: string; max: string; shares: string[] }[]
    /** Why some figures of the level are not there; null when all are. */
    withheld: string | null
    items: { text: string; answered: string; share: string; options: string[] }[]
  }[]
  exports: { action: string; formats: { value: string; text: string }[] }
  /** The Word report; of the newest version alone. */
  report: string | null
  /** All files of the newest version: tables, charts, the table for another program. */
  files: string | null
  method: string[]
}

export interface UnitScoresPage {
  heading: string
  back: string
  intro: string
  counts: { label: string; value: string }[]
  criteria: {
    code: string
    name: string
    answered: string
    share: string
    max: string
    points: string
    note: string
  }[]
  total: { max: string; points: string }
}

export interface ScoreViews {
  'score/scores': ScoresPage
  'score/unit': UnitScoresPage
}

export function scoresPage(
  survey: Survey,
  levels: Level[],
  groups: Group[],
  scores: ScoresRelease,
  releases: ReleaseEntry[],
): ScoresPage {
  const version = scores.version === releases[0]?.version ? undefined : scores.version
  const shown = scores.units.filter((unit) => unit.total.status === 'ok').length
  const { valid, planned, issued, returned } = scores.counts
  return {
    heading: `${showCount(shown)}/${showCount(scores.units.length)} cơ quan, đơn vị có điểm điều tra xã hội học`,
    opened: `Mở niêm phong ngày ${showDay(scores.openedOn)}. ${scores.opening}`,
    release: {
      words: releaseWords(scores, releases),
      others: releases
        .filter((each) => each.version !== scores.version)
        .map((each, at) => ({
          text: `Bản ${each.version}, ngày ${showDay(each.made_on)}`,
          href: surveyHref(survey, at === 0 && version !== undefined ? '/diem' : `/diem?ban=${each.version}`),
        })),
    },
    counts: [
      { label: 'Số phiếu theo kế hoạch', value: showCount(planned) },
      { label: 'Phát ra', value: showCount(issued) },
      { label: 'Thu về', value: `${showCount(returned)} (${showRate(returned, planned)})` },
      { label: 'Hợp lệ', value: `${showCount(valid)} (${showRate(valid, returned)} số thu về)` },
    ],
    levels: scores.levels.map((level) => {
      const units = scores.units.filter((unit) => unit.level === level.code)
      const name = levels.find((each) => each.code === level.code)?.name ?? level.code
      const own = level.groups.map(
        (group) =>
          groups.find((each) => each.level === level.code && each.code === group.code)?.name ?? group.code,
      )
      return {
        name,
        finding: findingOf(units, scores.method.k),
        chart: units.some((unit) => unit.total.points !== null) ? chartOf(level.code, name, units) : null,
        units: units.map((unit) => ({
          name: unit.name,
          href: surveyHref(survey, `/diem/${unit.code}${query(version)}`),
          returned: `${showCount(unit.counts.returned)}/${showCount(unit.counts.planned)}`,
          points: showPoints(unit.total.points),
          max: unit.total.status === 'ok' ? showNumber(unit.total.max) : '–',
          note: unit.total.status === 'ok' ? stepNote(unit.total.step) : 'Chưa đủ điều kiện',
        })),
        groups: [...own, 'Tất cả'],
        withheld: withheldOf(level, scores.method.k),
        criteria: (level.groups[0]?.criteria ?? []).map((criterion, i) => ({
          code: criterion.code,
          name: criterion.name,
          max: showNumber(criterion.max),
          shares: [...level.groups.map((group) => group.criteria), level.pooled].map((shown) =>
            showWhole(shown[i]?.share ?? null),
          ),
        })),
        items: level.items.map((item) => ({
          text: `${item.code}. ${item.text}`,
          answered: item.answered === null ? '–' : showCount(item.answered),
          share: showBanded(item),
          options: (item.options ?? []).map((option) => `${option.label}: ${showBanded(option)}`),
        })),
      }
    }),
    exports: { action: surveyHref(survey, '/diem/xuat'), formats: exportFormats },
    report: version === undefined ? surveyHref(survey, '/bao-cao.docx') : null,
    files: version === undefined ? surveyHref(survey, '/tep') : null,
    method: scores.method.words,
  }
}

function withheldOf({ groups, pooled, items }: ScoresRelease['levels'][number], k: number): string | null {
  const criteria = [...groups.flatMap((group) => group.criteria), ...pooled]
  return [...criteria, ...items].some(({ share }) => share === null)
    ? `Chỗ ghi “–” là số không hiện, để không ai suy ra được câu trả lời của dưới ${k} người.`
    : null
}

function releaseWords(scores: ScoresRelease, releases: ReleaseEntry[]): string[] {
  const [newest] = releases
  const made = `Bảng điểm bản ${scores.version}, lập ngày ${showDay(scores.madeOn)}; mã kiểm tra ${scores.hash.slice(0, 16)}…`
  const why = scores.reason === '' ? [] : [`Lý do lập lại: ${scores.reason}`]
  const old =
    newest === undefined || newest.version === scores.version
      ? []
      : [`Đây là bản cũ; bản đang dùng là bản ${newest.version}.`]
  return [made, ...why, ...old]
}

function query(version: number | undefined): string {
  return version === undefined ? '' : `?ban=${version}`
}

/** What the table shows, said first: the highest, the lowest, and how many have no figure. */
function findingOf(units: ShownUnit[], k: number): string {
  const ranked = units
    .filter((unit) => unit.total.points !== null)
    .sort((a, b) => (b.total.points ?? 0) - (a.total.points ?? 0))
  const [highest] = ranked
  const lowest = ranked.at(-1)
  if (!highest || !lowest)
    return `Chưa cơ quan, đơn vị nào có từ ${k} người trả lời ở mọi tiêu chí để hiện điểm.`
  const hidden = units.length - ranked.length
  const rest = hidden === 0 ? '' : ` ${showCount(hidden)} cơ quan, đơn vị chưa đủ điều kiện.`
  return `Cao nhất: ${highest.name} (${showPoints(highest.total.points)}\u00a0điểm). Thấp nhất: ${lowest.name} (${showPoints(lowest.total.points)}\u00a0điểm).${rest}`
}

function chartOf(
  level: string,
  name: string,
  units: ShownUnit[],
): NonNullable<ScoresPage['levels'][number]['chart']> {
  const ranked = units
    .filter((unit) => unit.total.points !== null)
    .sort((a, b) => (b.total.points ?? 0) - (a.total.points ?? 0))
  const id = `bieu-do-${level}`
  const label = `Điểm điều tra xã hội học, ${name.toLowerCase()}; số liệu ở bảng bên dưới`
  const json = JSON.stringify({
    labels: ranked.map((unit) => unit.name),
    values: ranked.map((unit) => unit.total.points),
    max: Math.max(...units.map((unit) => unit.total.max), 0),
    title: label,
    unit: 'điểm',
  }).replaceAll('<', '\\u003c')
  return { id, label, json }
}

export function unitScoresPage(
  survey: Survey,
  unit: ShownUnit,
  k: number,
  version: number | undefined,
): UnitScoresPage {
  const { counts } = unit
  return {
    heading:
      unit.total.status === 'ok'
        ? `${unit.name}: ${showPoints(unit.total.points)}/${showNumber(unit.total.max)} điểm`
        : `${unit.name}: chưa đủ điều kiện hiện điểm`,
    back: surveyHref(survey, `/diem${query(version)}`),
    intro: `Điểm = tỷ lệ x điểm tối đa. Tổng là tổng các điểm đã làm tròn. Số có dưới ${k} người trả lời, hoặc làm lộ số như vậy, không hiển thị.`,
    counts: [
      { label: 'Số phiếu theo kế hoạch', value: showCount(counts.planned) },
      { label: 'Phát ra', value: showCount(counts.issued) },
      { label: 'Thu về', value: showCount(counts.returned) },
      { label: 'Hợp lệ', value: showCount(counts.valid) },
    ],
    criteria: unit.criteria.map((criterion) => ({
      code: criterion.code,
      name: criterion.name,
      answered: criterion.answered === null ? '–' : showCount(criterion.answered),
      share: showShare(criterion.share),
      max: showNumber(criterion.max),
      points: showPoints(criterion.points),
      note: statusNote(criterion),
    })),
    total: { max: showNumber(unit.total.max), points: showPoints(unit.total.points) },
  }
}

function statusNote(criterion: ShownCriterion): string {
  if (criterion.status === 'hidden') return 'Không hiện'
  return criterion.status === 'not-applicable' ? 'Không áp dụng' : stepNote(criterion.step)
}

/** Said where a number is coarser than its two decimals look. */
function stepNote(step: number | null): string {
  return step === null || step <= 0.01 ? '' : `Làm tròn đến ${showNumber(step)}`
}

function showBanded({ share, band }: ShownShare): string {
  if (share === null) return '–'
  const percent = showWhole(share)
  return band === null ? percent : `${band === 'at-least' ? '≥' : '≤'} ${percent}`
}

/** A level's shares are released to the whole percent. */
function showWhole(share: number | null): string {
  return share === null ? '–' : `${showNumber(Math.round(share * 100))} %`
}

function showShare(share: number | null): string {
  return share === null ? '–' : `${showPoints(share * 100)} %`
}
