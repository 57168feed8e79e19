// The published receipts in words: what is proved by standing in the list, and whom to call when one does not.
import { showCount, showDay } from '../lib/format.ts'
import { formatReceipt, receiptLength, type ParsedReceipt } from '../response/receipt.ts'
import { contactLine } from '../survey/contact.ts'
import type { FormError } from '../response/response.views.ts'
import type { Survey } from '../survey/survey.queries.ts'
import {
  groupReceipts,
  hashReceipts,
  inOrder,
  pagePrefixLength,
  startsBelow,
  type ReceiptFile,
} from './receipt-list.ts'

export interface ReceiptsPage {
  published: { title: string; href: string; words: string }[]
  sealed: { title: string; words: string }[]
}

export interface SealedReceiptsPage {
  heading: string
  title: string
  lines: string[]
}

export interface ReceiptSearch {
  action: string
  /** What was typed, kept as it was. */
  typed: string
  error: string | null
  errors: FormError[]
}

export interface ReceiptListPage {
  heading: string
  /** Said when there are more or fewer receipts than ballots; null when all is well. */
  alarm: string | null
  title: string
  opened: string
  search: ReceiptSearch
  /** Where there are too many for one page: a row of links for each leading symbol that is chosen. */
  choices: { label: string; links: { text: string; href: string; current: boolean }[] }[]
  /** Jumps to the groups of this page. */
  jumps: { text: string; href: string }[]
  groups: { id: string; heading: string; receipts: string[] }[]
  /** Of the whole list, where the whole list stands on the page. */
  hash: string | null
  file: string
}

export interface ReceiptAnswerPage {
  found: boolean
  heading: string
  receipt: string
  title: string
  lines: string[]
  search: ReceiptSearch
  list: string
}

export interface ReceiptViews {
  'ballot/receipts': ReceiptsPage
  'ballot/receipts-sealed': SealedReceiptsPage
  'ballot/receipt-list': ReceiptListPage
  'ballot/receipt-answer': ReceiptAnswerPage
}

/** The address of the survey's receipts. */
export function receiptsHref(survey: { slug: string }, path = ''): string {
  return `/xac-nhan/${survey.slug}${path}`
}

export function receiptsPage(published: { survey: Survey; count: number }[], sealed: Survey[]): ReceiptsPage {
  return {
    published: published.map(({ survey, count }) => ({
      title: titleOf(survey),
      href: receiptsHref(survey),
      words: `${showCount(count)} mã, mở niêm phong ngày ${showDay(survey.opened_on)}.`,
    })),
    sealed: sealed.map((survey) => ({ title: titleOf(survey), words: whenPublished(survey) })),
  }
}

export function sealedReceiptsPage(survey: Survey): SealedReceiptsPage {
  const contact = contactLine(survey)
  return {
    heading: 'Mã xác nhận chưa được công bố',
    title: survey.title,
    lines: [
      whenPublished(survey),
      'Hãy giữ mã xác nhận đã hiện ra khi gửi phiếu (chép lại hoặc chụp ảnh) và mở lại trang này sau.',
      ...(contact === null ? [] : [`Cần giúp: ${contact}.`]),
    ],
  }
}

function whenPublished(survey: Survey): string {
  return survey.state === 'collecting'
    ? 'Đang thu phiếu. Danh sách mã được công bố khi đã kết thúc thu phiếu và mở niêm phong.'
    : 'Đã kết thúc thu phiếu. Danh sách mã được công bố ngay khi mở niêm phong xong.'
}

/** A rehearsal is told apart where several surveys stand together. */
function titleOf(survey: Survey): string {
  return survey.rehearsal === 1 ? `${survey.title} (chạy thử)` : survey.title
}

export function receiptSearch(survey: Survey, typed: string, error: string | null): ReceiptSearch {
  return {
    action: receiptsHref(survey),
    typed,
    error,
    errors: error === null ? [] : [{ text: error, href: '#ma' }],
  }
}

/** One sentence for each slip: what is wrong with what was typed, and what to do. */
export function slipSentence(slip: Exclude<ParsedReceipt, { ok: true }>): string {
  switch (slip.reason) {
    case 'empty':
      return 'Hãy nhập mã xác nhận đã hiện ra khi gửi phiếu.'
    case 'symbol':
      return `Mã xác nhận không bao giờ có ký tự “${slip.symbol}”. Hãy xem lại và nhập lại ký tự đó.`
    case 'length':
      return slip.length === 12
        ? 'Mã xác nhận gồm đúng 10 ký tự, anh/chị đã nhập 12 ký tự. Nếu đây là mã in trên thẻ mời thì không phải mã xác nhận.'
        : `Mã xác nhận gồm đúng ${receiptLength} ký tự, anh/chị đã nhập ${showCount(slip.length)} ký tự. Hãy xem lại.`
  }
}

export interface ReceiptListInput {
  survey: Survey
  /** Of the whole survey. */
  count: number
  ballots: number
  /** The leading symbols that are chosen. */
  start: string
  /** Those that begin with `start`; undefined while fewer symbols are chosen than a page needs. */
  receipts: string[] | undefined
  search: ReceiptSearch
}

export function receiptListPage(input: ReceiptListInput): ReceiptListPage {
  const { survey, count, ballots, start, receipts } = input
  const groups = groupReceipts(receipts ?? [], start).map((group) => ({
    id: `nhom-${group.start}`,
    heading: group.start === '' ? 'Danh sách' : `Bắt đầu bằng ${group.start}`,
    receipts: group.receipts.map(formatReceipt),
  }))
  return {
    heading:
      count === ballots
        ? `${showCount(count)} mã xác nhận, bằng đúng số phiếu thu về`
        : `${showCount(count)} mã xác nhận, không bằng số phiếu thu về`,
    alarm: count === ballots ? null : alarmOf(survey, count, ballots),
    title: survey.title,
    opened: `Mở niêm phong ngày ${showDay(survey.opened_on)}: ${showCount(ballots)} phiếu.`,
    search: input.search,
    choices: choicesOf(survey, count, start),
    jumps:
      groups.length < 3 ? [] : groups.map(({ id }) => ({ text: id.slice('nhom-'.length), href: `#${id}` })),
    groups,
    hash: receipts !== undefined && start === '' ? hashReceipts(receipts) : null,
    file: receiptsHref(survey, '/ma-xac-nhan.json'),
  }
}

function alarmOf(survey: Survey, count: number, ballots: number): string {
  return `Danh sách có ${showCount(count)} mã nhưng biên bản mở niêm phong ghi ${showCount(ballots)} phiếu thu về. Hãy báo cho ${contactLine(survey) ?? survey.organiser} để kiểm tra.`
}

function choicesOf(survey: Survey, count: number, start: string): ReceiptListPage['choices'] {
  const length = pagePrefixLength(count)
  const row = (label: string, above: string) => ({
    label,
    links: startsBelow(above).map((each) => ({
      text: each,
      href: receiptsHref(survey, `?dau=${each}`),
      current: start.startsWith(each),
    })),
  })
  return [
    ...(length >= 1 ? [row('Mã của anh/chị bắt đầu bằng', '')] : []),
    ...(length === 2 && start !== '' ? [row('Hai ký tự đầu', start.slice(0, 1))] : []),
  ]
}

export function receiptAnswerPage(
  survey: Survey,
  receipt: string,
  found: boolean,
  search: ReceiptSearch,
): ReceiptAnswerPage {
  return {
    found,
    heading: found ? 'Có mã này trong danh sách' : 'Không có mã này trong danh sách',
    receipt: formatReceipt(receipt),
    title: survey.title,
    lines: found
      ? [
          `Phiếu đã gửi khi nhận mã này nằm trong số phiếu đã được mở niêm phong và kiểm ngày ${showDay(survey.opened_on)}.`,
          'Mã chỉ cho biết phiếu đã được tính vào số phiếu thu về, không cho biết phiếu trả lời gì.',
        ]
      : [
          'Hãy so lại từng ký tự với bản chép hoặc ảnh chụp, và xem có đúng đợt điều tra này không.',
          `Nếu mã đúng mà vẫn không có, hãy báo cho ${contactLine(survey) ?? survey.organiser}; chỉ cần đọc mã xác nhận, không cần cho biết đã trả lời gì.`,
        ],
    search,
    list: receiptsHref(survey),
  }
}

export function receiptFile(survey: Survey, ballots: number, receipts: string[]): ReceiptFile {
  return {
    schema: 'receipts/1',
    survey: {
      slug: survey.slug,
      title: survey.title,
      year: survey.year,
      illustrative: survey.illustrative === 1,
      rehearsal: survey.rehearsal === 1,
    },
    openedOn: survey.opened_on,
    ballots,
    count: receipts.length,
    sha256: hashReceipts(receipts),
    receipts: inOrder(receipts),
  }
}
