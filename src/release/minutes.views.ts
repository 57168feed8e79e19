// Biên bản mở niêm phong và kiểm phiếu: what was counted, by whom, with what it can be checked, and what has still to be
// destroyed by hand. In the form of Nghị định 30; for all levels together or for one.
import type { Opening } from '../ballot/box.queries.ts'
import type { KeyHolder } from '../ballot/key-holder.queries.ts'
import { showCount, showDay, showRate } from '../lib/format.ts'
import { planLine } from '../response/response.views.ts'
import type { ScoresRelease } from '../score/release.ts'
import { nameActor, operator } from '../staff/actor.ts'
import { custodyModes, custodyOf } from '../survey/custody-mode.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Level, Survey, Unit } from '../survey/survey.queries.ts'
import { unitChangesInWords } from '../survey/unit-change.ts'
import { noticeOf } from '../web/layout.ts'

export interface MinutesPage {
  heading: string
  back: string
  /** The minutes of all levels, and of each; none where there is one level only. */
  extents: { text: string; href: string; current: boolean }[]
  notice: string | null
  organiser: string
  subtitle: string
  when: string
  plan: string | null
  custody: string
  openedBy: string
  alone: string | null
  present: string[]
  counts: {
    name: string
    planned: string
    issued: string
    returned: string
    rate: string
    valid: string
    invalid: string
  }[]
  broken: string
  /** Units that were renamed or merged, and how these are counted. */
  changes: string[]
  hashes: { label: string; value: string }[]
  destroyed: string
  toDestroy: string[]
  signatures: string[]
}

export interface MinutesViews {
  'release/minutes': MinutesPage
}

export interface MinutesInput {
  survey: Survey
  levels: Level[]
  opening: Opening
  holders: KeyHolder[]
  release: ScoresRelease
  units: Unit[]
  /** Code of the level that is asked for; undefined for all. */
  level: string | undefined
}

export function minutesPage(input: MinutesInput): MinutesPage {
  const { survey, opening, level } = input
  const asked = input.levels.filter(({ surveyed }) => surveyed === 1)
  const shown = asked.filter(({ code }) => level === undefined || code === level)
  const extent = level === undefined ? '' : ` – ${shown.map(({ name }) => name.toLowerCase()).join(', ')}`
  const href = (code?: string) => surveyHref(survey, `/bien-ban${code === undefined ? '' : `?cap=${code}`}`)
  const custody = custodyOf({
    custody: custodyModes.find((mode) => mode === opening.custody) ?? 'server-held',
  })
  return {
    heading: 'Biên bản mở niêm phong và kiểm phiếu',
    back: surveyHref(survey, '/thu-phieu'),
    extents:
      asked.length === 1
        ? []
        : [
            { text: 'Chung các cấp', href: href(), current: level === undefined },
            ...asked.map(({ code, name }) => ({ text: name, href: href(code), current: code === level })),
          ],
    notice: noticeOf(survey),
    organiser: survey.organiser,
    subtitle: `${survey.title}${survey.title.includes(String(survey.year)) ? '' : ` (${survey.year})`}${extent}`,
    when: showDay(survey.opened_on),
    plan: planLine(survey),
    custody: custody.name,
    openedBy: opening.opened_by || 'Không ghi',
    alone:
      opening.opened_by === operator.name
        ? 'Niêm phong do người điều hành máy chủ mở một mình bằng lệnh trên máy chủ, không có người thứ hai xác nhận.'
        : null,
    present: opening.present
      .split('\n')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    counts: countRows(input, shown),
    broken: brokenWords(opening, level),
    changes: unitChangesInWords(input.units.filter((unit) => level === undefined || unit.level === level)),
    hashes: hashRows(input),
    destroyed:
      custody.needed === 0
        ? 'Tệp khóa trên máy chủ đã bị ghi đè và xóa khi mở xong.'
        : 'Khóa chỉ được ghép lại trong lúc mở; dữ liệu về khóa trên máy chủ đã xóa khi mở xong.',
    toDestroy: toDestroy(input, custody.needed),
    signatures: ['Người lập biên bản', 'Người mở niêm phong', 'Người chứng kiến'],
  }
}

function countRows({ release }: MinutesInput, levels: Level[]): MinutesPage['counts'] {
  const rows = levels.map(({ code, name }) => ({
    name,
    counts: sumOf(release.units.filter((unit) => unit.level === code)),
  }))
  const all = { name: 'Cộng', counts: sumOf(rows.map(({ counts }) => ({ counts }))) }
  return (rows.length > 1 ? [...rows, all] : rows).map(({ name, counts }) => ({
    name,
    planned: showCount(counts.planned),
    issued: showCount(counts.issued),
    returned: showCount(counts.returned),
    rate: showRate(counts.returned, counts.planned),
    valid: showCount(counts.valid),
    invalid: showCount(counts.returned - counts.valid),
  }))
}

type Counts = ScoresRelease['units'][number]['counts']

function sumOf(parts: { counts: Counts }[]): Counts {
  const sum = (key: keyof Counts) => parts.reduce((total, { counts }) => total + counts[key], 0)
  return { planned: sum('planned'), issued: sum('issued'), returned: sum('returned'), valid: sum('valid') }
}

function brokenWords({ ballots, broken }: Opening, level: string | undefined): string {
  const extent = level === undefined ? '' : ' của cả đợt'
  const which =
    broken === 0 ? '' : ' Phiếu hỏng không đọc được nên không rõ của nhóm nào; tính vào số không hợp lệ.'
  return `Trong ${showCount(ballots)} phiếu niêm phong${extent}, ${showCount(broken)} phiếu hỏng, không mở được.${which}`
}

function hashRows({ opening, release }: MinutesInput): MinutesPage['hashes'] {
  return [
    { label: 'Phiếu niêm phong, theo thứ tự mã ngẫu nhiên của phiếu', value: opening.ballots_hash },
    { label: 'Danh sách mã xác nhận đã công bố', value: opening.receipts_hash },
    { label: 'Bảng điểm, bản 1', value: release.hash },
  ].filter(({ value }) => value !== '')
}

/** What the program cannot reach: older copies, wherever they lie. */
function toDestroy({ opening, holders }: MinutesInput, needed: number): string[] {
  const found = opening.old_copies.split('\n').filter((path) => path !== '')
  return [
    ...found.map((path) => `Tệp trong thư mục dữ liệu của máy chủ: ${path}`),
    needed === 0
      ? 'Mọi bản sao lưu của thư mục “keys” có khóa của đợt điều tra này'
      : `Tờ giấy của từng người giữ khóa: ${holders.map((holder) => `phần ${holder.position}, ${nameActor(holder)}`).join('; ')}`,
    'Bản sao lưu cơ sở dữ liệu làm từ lúc bắt đầu thu phiếu đến lúc mở niêm phong, kể cả các tệp nhật ký của cơ sở dữ liệu',
  ]
}
