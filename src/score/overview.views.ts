// The first page of results says what was found, in sentences: who stands highest, where all are weakest, how far groups
// lie apart, how many sent. The parts that prove it are one step away.
import { exportFormats } from '../lib/export-format.ts'
import { joinWords, showCount, showDay, showNumber, showPoints, showRate } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import { chartInPage, percentAxis, shadesFor, type ChartInPage } from './chart-data.ts'
import { extremes, gapsOf, inOrder, knownShares, unitsOf, type ReleasedLevel } from './findings.ts'
import {
  criterionLabel,
  figureOf,
  groupName,
  hiddenNote,
  hrefOf,
  levelName,
  levelWords,
  partsOf,
  quotedNames,
  wholePercent,
  type Figure,
  type Parts,
  type Results,
} from './results.views.ts'

export interface OverviewPage {
  parts: Parts
  heading: string
  opened: string
  /** Which version this is, why it was made, and where the others are. */
  release: { words: string[]; others: { text: string; href: string }[] }
  counts: { label: string; value: string }[]
  levels: {
    name: string
    findings: string[]
    links: { text: string; href: string }[]
    /** Nothing to look at without a figure. */
    chart: ChartInPage | null
    criteria: { code: string; name: string; share: Figure; max: string }[]
    /** Why some figures of the level are not there; null when all are. */
    withheld: string | null
  }[]
  exports: { action: string; formats: { value: string; text: string }[] }
  /** The Word report; of the newest version alone. */
  report: string | null
  /** All files of the newest version: tables, charts, the table for another program. */
  files: string | null
}

const nbsp = '\u00a0'

export function overviewPage(results: Results): OverviewPage {
  const { survey, scores, releases } = results
  const shown = scores.units.filter((unit) => unit.total.status === 'ok').length
  const { valid, planned, issued, returned } = scores.counts
  const newest = releases[0]?.version
  return {
    parts: partsOf(results, ''),
    heading: `${showCount(shown)}/${showCount(scores.units.length)} cơ quan, đơn vị có điểm điều tra xã hội học`,
    opened: `Mở niêm phong ngày ${showDay(scores.openedOn)}. ${scores.opening}`,
    release: {
      words: [
        `Bảng điểm bản ${scores.version}, lập ngày ${showDay(scores.madeOn)}; mã kiểm tra ${scores.hash.slice(0, 16)}…`,
        ...(scores.reason === '' ? [] : [`Lý do lập lại: ${scores.reason}`]),
      ],
      others: releases
        .filter((each) => each.version !== scores.version)
        .map((each) => ({
          text: `Bản ${each.version}, ngày ${showDay(each.made_on)}`,
          href: surveyHref(survey, each.version === newest ? '/diem' : `/diem?ban=${each.version}`),
        })),
    },
    counts: [
      { label: 'Số phiếu theo kế hoạch', value: showCount(planned) },
      { label: 'Phát ra', value: showCount(issued) },
      { label: 'Thu về', value: `${showCount(returned)} (${showRate(returned, planned)})` },
      { label: 'Hợp lệ', value: `${showCount(valid)} (${showRate(valid, returned)} số thu về)` },
    ],
    levels: scores.levels.map((level) => ({
      name: levelName(results, level),
      findings: findingsOf(results, level),
      links: [
        { text: 'Xếp hạng', href: hrefOf(results, '/xep-hang', { cap: level.code }) },
        { text: 'Chênh lệch giữa các nhóm', href: hrefOf(results, '/chenh-lech') },
        { text: 'Từng câu hỏi', href: hrefOf(results, `/cau-hoi/${level.code}`) },
      ],
      chart: chartOf(results, level),
      criteria: level.pooled.map((each) => ({
        code: each.code,
        name: each.name,
        share: figureOf(results, { level: level.code, criterion: each.code }, wholePercent(each.share)),
        max: showNumber(each.max),
      })),
      withheld: level.pooled.some(({ share }) => share === null) ? hiddenNote(scores.method.k) : null,
    })),
    exports: { action: surveyHref(survey, '/diem/xuat'), formats: results.may.files ? exportFormats : [] },
    files: results.may.files && scores.version === newest ? surveyHref(survey, '/tep') : null,
    report: results.may.files && scores.version === newest ? surveyHref(survey, '/bao-cao.docx') : null,
  }
}

function findingsOf(results: Results, level: ReleasedLevel): string[] {
  return [
    placesIn(results, level),
    apartIn(results, level),
    criteriaIn(level),
    gapIn(results, level),
    returnIn(results, level),
    belowHalfIn(results, level),
  ].filter((sentence) => sentence !== '')
}

function placesIn({ scores }: Results, level: ReleasedLevel): string {
  const units = unitsOf(scores, level.code)
  const withPoints = inOrder(units).filter(({ total }) => total.points !== null)
  const [highest] = withPoints
  const lowest = withPoints.at(-1)
  if (!highest || !lowest)
    return `Chưa cơ quan, đơn vị nào có từ ${scores.method.k} người trả lời ở mọi tiêu chí để hiện điểm.`
  const unranked = units.filter(({ ranking }) => ranking === 'not-ranked').length
  const rest = unranked === 0 ? '' : ` ${showCount(unranked)} cơ quan, đơn vị chưa đủ điều kiện.`
  return (
    `Cao nhất: ${highest.name} (${showPoints(highest.total.points)}${nbsp}điểm). ` +
    `Thấp nhất: ${lowest.name} (${showPoints(lowest.total.points)}${nbsp}điểm).${rest}`
  )
}

/** A rank alone says more than a sample of nine people can. */
function apartIn({ scores }: Results, level: ReleasedLevel): string {
  const ranked = unitsOf(scores, level.code).filter(({ rank }) => rank !== null)
  const [first] = inOrder(ranked)
  const { from = null, to = null } = first?.rank ?? {}
  if (first === undefined || from === null || to === null) return ''
  return to === from
    ? `Xếp hạng ${showCount(ranked.length)} cơ quan, đơn vị; hạng cao nhất phân biệt được với mọi hạng còn lại.`
    : `Xếp hạng ${showCount(ranked.length)} cơ quan, đơn vị; từ hạng ${from} đến hạng ${to} chưa phân biệt được với hạng cao nhất.`
}

function criteriaIn(level: ReleasedLevel): string {
  const { highest, lowest } = extremes(knownShares(level.pooled))
  if (highest.length === 0 || lowest.length === 0) return ''
  return `Cả cấp đạt cao nhất ở ${quotedNames(highest)} (${wholePercent(highest[0]?.share ?? null)}), thấp nhất ở ${quotedNames(lowest)} (${wholePercent(lowest[0]?.share ?? null)}).`
}

function gapIn(results: Results, level: ReleasedLevel): string {
  const [widest] = gapsOf(level)
  if (widest === undefined || widest.gap === null) return ''
  if (widest.gap === 0) return 'Các nhóm đánh giá như nhau ở mọi tiêu chí so sánh được.'
  const shares = level.groups.flatMap((group, at) => {
    const share = widest.shares[at] ?? null
    return share === null ? [] : [`${groupName(results, level.code, group)} ${wholePercent(share)}`]
  })
  return `Các nhóm khác nhau nhiều nhất ở ${quotedNames([widest])}: ${shares.join(', ')}.`
}

function returnIn(results: Results, level: ReleasedLevel): string {
  const sum = (key: 'returned' | 'planned') => level.groups.reduce((all, { counts }) => all + counts[key], 0)
  const rate = (returned: number, planned: number) =>
    `${showCount(returned)}/${showCount(planned)} phiếu (${showRate(returned, planned)})`
  const groups = level.groups.map(
    (group) =>
      `${groupName(results, level.code, group)} ${rate(group.counts.returned, group.counts.planned)}`,
  )
  const parts = groups.length < 2 ? '' : `: ${groups.join(', ')}`
  return `Thu về ${rate(sum('returned'), sum('planned'))}${parts}.`
}

const mostNames = 5

function belowHalfIn({ scores }: Results, level: ReleasedLevel): string {
  const flagged = unitsOf(scores, level.code).filter(({ flags }) => flags.length > 0)
  if (flagged.length === 0) return ''
  const names = flagged.slice(0, mostNames).map(({ name }) => name)
  const more = flagged.length - names.length
  const all = more === 0 ? names : [...names, `${showCount(more)} nơi khác`]
  return `${showCount(flagged.length)} cơ quan, đơn vị có nhóm thu về dưới một nửa kế hoạch: ${joinWords(all)}.`
}

function chartOf(results: Results, level: ReleasedLevel): ChartInPage | null {
  const known = knownShares(level.pooled).sort((a, b) => b.share - a.share)
  if (known.length === 0) return null
  const title = `Tỷ lệ điểm từng tiêu chí, cả ${levelWords(results, level)}, từ cao đến thấp`
  return chartInPage(`bieu-do-${level.code}`, {
    kind: 'stack',
    title,
    rows: known.map((each) => ({
      label: criterionLabel(each),
      end: wholePercent(each.share),
      parts: [{ text: '', percent: each.share * percentAxis.max }],
    })),
    shades: shadesFor(1),
  })
}
