// Codes and cards in words: what was issued, what to print, what is erased.
import { joinWords, showCount, showDay } from '../lib/format.ts'
import type { SecondPersonWords } from '../staff/second-person.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Stratum, Survey } from '../survey/survey.queries.ts'
import type { CodeBatch } from './access.queries.ts'
import type { PlainCode } from './batch.service.ts'
import { formatCode } from './code.ts'

export interface CodesPage {
  heading: string
  /** What stands in the way of issuing, as a sentence; null when nothing does. */
  obstacle: string | null
  missing: string[]
  issue: {
    action: string
    button: string
    mayIssue: boolean
    /** Where a second person has to agree; null where one is enough. */
    second: SecondPersonWords | null
    drop: string
  } | null
  unprinted: { cards: string; csv: string; printed: string; count: string } | null
  /** Where to go once all cards are printed; null before and after. */
  next: { text: string; href: string } | null
  batches: { day: string; kind: string; state: string }[]
  planHref: string
}

export interface Card {
  qr: string
  code: string
  for: string
  lines: string[]
  mark: string | null
}

export interface CardsPage {
  heading: string
  back: string
  sheets: { cards: Card[] }[]
}

export interface AccessViews {
  'access/codes': CodesPage
  'access/cards': CardsPage
}

const batchStates = { issuing: 'Đang phát', unprinted: 'Chưa in', printed: 'Đã in xong, mã đã xóa' }

export function codesPage(
  survey: Survey,
  strata: Stratum[],
  batches: CodeBatch[],
  obstacle: string | null,
  second: SecondPersonWords | null,
): CodesPage {
  const issued = strata.reduce((sum, each) => sum + each.issued + each.reserve, 0)
  const wanted = strata.reduce((sum, each) => sum + each.quota + each.reserve_quota, 0)
  const unprinted = batches.some((batch) => batch.state === 'unprinted')
  return {
    heading: headingFor(issued, wanted, unprinted),
    obstacle,
    missing: missingDetails(survey),
    issue:
      issued < wanted && !unprinted
        ? {
            action: surveyHref(survey, '/ma'),
            button: buttonFor(second, wanted - issued, obstacle === null),
            mayIssue: obstacle === null,
            second,
            drop: surveyHref(survey, '/ma/rut'),
          }
        : null,
    unprinted: unprinted
      ? {
          cards: surveyHref(survey, '/the'),
          csv: surveyHref(survey, '/ma.csv'),
          printed: surveyHref(survey, '/da-in'),
          count: showCount(issued),
        }
      : null,
    next:
      survey.state === 'cards' && !unprinted && issued >= wanted
        ? { text: 'Bắt đầu thu phiếu', href: surveyHref(survey, '/thu-phieu') }
        : null,
    batches: batches.map((batch) => ({
      day: showDay(batch.issued_on),
      kind: batch.rehearsal ? 'Chạy thử' : 'Chính thức',
      state: batchStates[batch.state],
    })),
    planHref: surveyHref(survey, '/ke-hoach#thong-tin'),
  }
}

/** Who is the first of two only asks, and the button says so. */
function buttonFor(second: SecondPersonWords | null, count: number, mayIssue: boolean): string {
  const verb = second?.part === 'first' ? 'Đề nghị phát' : 'Phát'
  return `${verb} ${showCount(count)} mã${mayIssue ? '' : ' chạy thử'}`
}

function headingFor(issued: number, wanted: number, unprinted: boolean): string {
  if (issued === 0) return `Chưa phát mã, cần ${showCount(wanted)} mã`
  if (unprinted) return `Đã phát ${showCount(issued)}/${showCount(wanted)} mã, chưa in`
  return `Đã phát ${showCount(issued)}/${showCount(wanted)} mã, thẻ đã in`
}

/** What a card should say and nobody has filled in. */
function missingDetails(survey: Survey): string[] {
  const gaps = [
    survey.plan_number === '' ? 'số kế hoạch' : '',
    survey.plan_date === '' ? 'ngày kế hoạch' : '',
    survey.contact_phone === '' ? 'điện thoại đầu mối' : '',
  ].filter((gap) => gap !== '')
  return gaps.length === 0 ? [] : [joinWords(gaps)]
}

const cardsPerSheet = 8

/** Cards in groups of eight, one sheet of A4 each; `qrs` has one drawing per code. */
export function cardsPage(survey: Survey, codes: PlainCode[], qrs: string[]): CardsPage {
  const cards = codes.map((each, i) => cardOf(survey, each, qrs[i] ?? ''))
  const sheets = []
  for (let at = 0; at < cards.length; at += cardsPerSheet)
    sheets.push({ cards: cards.slice(at, at + cardsPerSheet) })
  return {
    heading: `${showCount(cards.length)} thẻ trên ${showCount(sheets.length)} tờ A4`,
    back: surveyHref(survey, '/ma'),
    sheets,
  }
}

function cardOf(survey: Survey, { stratum, reserve, code, url }: PlainCode, qr: string): Card {
  const address = url.slice(0, url.indexOf('/#')).replace(/^https?:\/\//, '')
  // The number first: a long name of the office may be cut off on the card.
  const contact = [survey.contact_phone, survey.contact_office].filter((part) => part !== '').join(', ')
  const plan = [
    survey.plan_number && `số ${survey.plan_number}`,
    survey.plan_date && `ngày ${showDay(survey.plan_date)}`,
  ]
  const planText = plan.filter(Boolean).join(' ')
  return {
    qr,
    code: formatCode(code),
    for: `${stratum.group_name} – ${stratum.unit_name}`,
    lines: [
      `THẺ MỜI THAM GIA ĐIỀU TRA${planText === '' ? '' : ` (Kế hoạch ${planText})`}`,
      survey.organiser,
      `Quét mã QR, hoặc mở ${address} và nhập mã trên thẻ.`,
      'Mã chỉ để mỗi thẻ gửi được một phiếu, không cho biết ai trả lời.',
      contact === '' ? 'Không đúng nhóm hoặc cơ quan? Hãy đổi thẻ.' : `Cần giúp: ${contact}.`,
    ],
    mark:
      [
        reserve ? 'Dự phòng' : '',
        survey.rehearsal ? 'Chạy thử' : '',
        survey.illustrative ? 'Bộ mẫu minh họa' : '',
      ]
        .filter((part) => part !== '')
        .join(' · ') || null,
  }
}
