// What stands on a card, a cover sheet and a hand-over record, in words: the same for the page, the PDF, the picture.
import { showCount, showDay, showHour } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { PlainCode } from './batch.service.ts'
import { bundlesOf, type Bundle, type UnitBundles } from './bundle.ts'
import { formatCode } from './code.ts'
import type { PerSheet } from './sheet.ts'
import type { TestCard } from './test-card.service.ts'

export interface Card {
  /** What the QR code holds. */
  url: string
  code: string
  for: string
  /** "Trả lời trước 17:00 ngày 20/10/2022"; null while no hour is set. */
  deadline: string | null
  lines: string[]
  mark: string | null
}

export interface Cover {
  unit: string
  what: string
  count: string
  handTo: string
  notes: string[]
  mark: string | null
}

/** One of two copies that both sides sign. */
export interface HandOverRecord {
  organiser: string
  unit: string
  title: string
  about: string
  rows: { what: string; count: string }[]
  total: string
  sides: { giver: string; taker: string }
  mark: string | null
}

export type Sheet =
  | { kind: 'record'; record: HandOverRecord }
  | { kind: 'cover'; cover: Cover }
  | { kind: 'cards'; cards: Card[] }

export interface CardSheets {
  heading: string
  back: string
  perSheet: PerSheet
  /** The strip below the fold that stays readable; none where ten are on a sheet. */
  strip: boolean
  sheets: Sheet[]
}

/** All sheets, unit by unit: the record, then each bundle behind its cover. */
export function cardSheets(survey: Survey, codes: readonly PlainCode[], perSheet: PerSheet): CardSheets {
  const sheets = bundlesOf(codes).flatMap((unit) => sheetsOf(survey, unit, perSheet))
  return {
    heading: `${showCount(codes.length)} thẻ trên ${showCount(sheets.length)} tờ A4`,
    back: surveyHref(survey, '/ma'),
    perSheet,
    strip: perSheet === 8,
    sheets,
  }
}

function sheetsOf(survey: Survey, unit: UnitBundles, perSheet: PerSheet): Sheet[] {
  return [
    { kind: 'record', record: recordOf(survey, unit) },
    ...unit.bundles.flatMap((bundle): Sheet[] => [
      { kind: 'cover', cover: coverOf(survey, unit, bundle) },
      ...inSheets(
        bundle.cards.map((each) => cardOf(survey, each)),
        perSheet,
      ),
    ]),
  ]
}

function inSheets(cards: Card[], perSheet: PerSheet): Sheet[] {
  const sheets: Sheet[] = []
  for (let at = 0; at < cards.length; at += perSheet)
    sheets.push({ kind: 'cards', cards: cards.slice(at, at + perSheet) })
  return sheets
}

/** One card that opens no questionnaire. */
export function testCardSheets(survey: Survey, { code, url }: TestCard): CardSheets {
  const card: Card = {
    url,
    code: formatCode(code),
    for: 'Thẻ thử, không dùng để trả lời',
    deadline: deadlineOf(survey.closes_at),
    lines: [
      'THẺ THỬ ĐỊA CHỈ IN TRÊN THẺ',
      'Dùng điện thoại không nối mạng của cơ quan để quét mã QR.',
      `Hoặc mở ${addressOf(url)} và nhập mã trên thẻ.`,
      'Trang phải hiện “Địa chỉ in trên thẻ mở được”. Sau đó hãy hủy thẻ này.',
      ...contactLines(survey),
    ],
    mark: marks(survey, ['Thẻ thử']),
  }
  return {
    heading: 'Thẻ thử',
    back: surveyHref(survey, '/ma'),
    perSheet: 8,
    strip: true,
    sheets: [{ kind: 'cards', cards: [card] }],
  }
}

export function cardOf(survey: Survey, { stratum, reserve, code, url, closesAt }: PlainCode): Card {
  const plan = planOf(survey)
  return {
    url,
    code: formatCode(code),
    for: `${stratum.group_name} – ${stratum.unit_name}`,
    deadline: deadlineOf(closesAt),
    lines: [
      `THẺ MỜI THAM GIA ĐIỀU TRA${plan === '' ? '' : ` (Kế hoạch ${plan})`}`,
      survey.organiser,
      `Quét mã QR, hoặc mở ${addressOf(url)} và nhập mã trên thẻ.`,
      'Mã chỉ để mỗi thẻ gửi được một phiếu, không cho biết ai trả lời.',
      ...contactLines(survey),
    ],
    mark: marks(survey, reserve ? ['Dự phòng'] : []),
  }
}

/** "khaosat.example.vn" */
export function addressOf(url: string): string {
  return url.slice(0, url.indexOf('/#')).replace(/^https?:\/\//, '')
}

export function deadlineOf(closesAt: string | null): string | null {
  return closesAt === null ? null : `Trả lời trước ${showHour(new Date(closesAt))}`
}

function planOf(survey: Survey): string {
  const plan = [
    survey.plan_number && `số ${survey.plan_number}`,
    survey.plan_date && `ngày ${showDay(survey.plan_date)}`,
  ]
  return plan.filter(Boolean).join(' ')
}

function contactLines(survey: Survey): string[] {
  // The number first: a long name of the office may be cut off on the card.
  const contact = [survey.contact_phone, survey.contact_office].filter((part) => part !== '').join(', ')
  return [contact === '' ? 'Không đúng nhóm hoặc cơ quan? Hãy đổi thẻ.' : `Cần giúp: ${contact}.`]
}

function marks(survey: Survey, first: string[]): string | null {
  const all = [
    ...first,
    ...(survey.rehearsal ? ['Chạy thử'] : []),
    ...(survey.illustrative ? ['Bộ mẫu minh họa'] : []),
  ]
  return all.join(' · ') || null
}

function coverOf(survey: Survey, { unit }: UnitBundles, { kind, groups, cards }: Bundle): Cover {
  const reserve = kind === 'reserve'
  return {
    unit,
    what: reserve ? 'Thẻ dự phòng' : (groups[0]?.name ?? ''),
    count: `${showCount(cards.length)} thẻ${groups.length > 1 ? ` (${listGroups(groups)})` : ''}`,
    handTo: `Giao cho công chức đầu mối của ${unit}`,
    notes: reserve
      ? [
          'Chỉ dùng khi một thẻ bị mất hoặc hỏng, theo hướng dẫn của đơn vị tổ chức.',
          'Cất riêng, không trộn với thẻ của các nhóm. Hết đợt, giao lại thẻ chưa dùng.',
        ]
      : [
          'Mỗi người trong danh sách chọn mẫu của nhóm tự rút một thẻ bất kỳ.',
          'Gấp thẻ theo đường kẻ chấm để mã nằm bên trong trước khi giao.',
          'Không ghi số, không đánh dấu thẻ, không ghi ai nhận thẻ nào.',
        ],
    mark: marks(survey, reserve ? ['Dự phòng'] : []),
  }
}

function listGroups(groups: Bundle['groups']): string {
  return groups.map(({ name, cards }) => `${name}: ${showCount(cards)}`).join('; ')
}

function recordOf(survey: Survey, { unit, bundles }: UnitBundles): HandOverRecord {
  const rows = bundles.flatMap(({ kind, groups }) =>
    groups.map(({ name, cards }) => ({
      what: kind === 'reserve' ? `Dự phòng: ${name}` : name,
      count: showCount(cards),
    })),
  )
  const plan = planOf(survey)
  return {
    organiser: survey.organiser,
    unit,
    title: 'BIÊN BẢN GIAO NHẬN THẺ MỜI THAM GIA ĐIỀU TRA',
    about: `${survey.title}${plan === '' ? '' : ` (Kế hoạch ${plan})`}`,
    rows,
    total: showCount(bundles.reduce((sum, { cards }) => sum + cards.length, 0)),
    sides: { giver: survey.organiser, taker: unit },
    mark: marks(survey, []),
  }
}
