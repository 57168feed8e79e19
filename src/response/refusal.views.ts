// The refusals in words: the sentence is the catalogue's (lib/problem.ts); here stands what can be done next.
import { hasReached } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Problem, ProblemKind } from '../lib/problem.ts'
import type { Contact } from '../survey/contact.ts'
import { codeField, type CodeField } from './response.views.ts'

export interface RefusalPage {
  heading: string
  lines: string[]
  /** Whom to call: of the card's survey, or of those that collect now while no card is known. */
  contacts: Contact[]
  /** The field for a code, where typing one is the next step. */
  field: CodeField | null
  /** What was posted and could not be taken, to be sent once more as it was. */
  again: { action: string; fields: { name: string; value: string }[] } | null
  links: { text: string; href: string }[]
}

export interface RefusalViews {
  'response/refusal': RefusalPage
}

const toEntry = { text: 'Nhập mã của thẻ khác', href: '/' }
const toReceipts = { text: 'Kiểm tra mã xác nhận đã gửi phiếu', href: '/xac-nhan' }

/** The ways on from each refusal that a respondent can meet. */
const ways = {
  'code-used': { links: [toEntry] },
  'code-void': { links: [toEntry] },
  'not-yet': { links: [{ text: 'Về trang nhập mã', href: '/' }] },
  over: { links: [toReceipts, toEntry] },
  'stratum-full': { links: [{ text: 'Về trang kiểm tra câu trả lời', href: '/phieu/kiem-tra' }] },
  'sent-here': { links: [{ text: 'Xem mã xác nhận của phiếu đã gửi', href: '/phieu/cam-on' }, toEntry] },
  'other-ballot': {
    links: [
      { text: 'Nhập mã trên thẻ của tôi', href: '/' },
      { text: 'Về phiếu đang mở trên máy này', href: '/phieu' },
    ],
  },
  'no-answering': { field: true, links: [] },
  'too-many-misses': { field: true, links: [] },
  'database-busy': { again: true, links: [] },
} satisfies Partial<Record<ProblemKind, { links: RefusalPage['links']; field?: true; again?: true }>>

export type RefusalKind = keyof typeof ways

export function isRefusalKind(kind: ProblemKind): kind is RefusalKind {
  return kind in ways
}

export interface RefusedRequest {
  survey: Survey | undefined
  contacts: Contact[]
  path: string
  /** Without any cookie a code that was given is forgotten at once. */
  hasCookies: boolean
  /** What was posted; undefined for a page that was only looked at. */
  form: Record<string, unknown> | undefined
  /** Since when it is over, or when it begins, as a sentence. */
  hour: string | null
}

export function refusalPage(
  kind: RefusalKind,
  { title, sentence }: Problem,
  refused: RefusedRequest,
): RefusalPage {
  const { contacts, path, form } = refused
  const way: { links: RefusalPage['links']; field?: true; again?: true } = ways[kind]
  const typed = kind === 'too-many-misses' && typeof form?.code === 'string' ? form.code : ''
  return {
    heading: title,
    lines: [
      ...(refused.hour === null ? [] : [refused.hour]),
      ...sentence.split('\n'),
      ...moreOf(kind, refused),
    ],
    contacts,
    field: way.field ? codeField(typed, null) : null,
    again: way.again && form ? { action: path, fields: fieldsOf(form) } : null,
    links: linksOf(kind, refused),
  }
}

/** What only some need to read: once the receipts are published, or where a browser brings no cookie at all. */
function moreOf(kind: RefusalKind, { survey, path, hasCookies }: RefusedRequest): string[] {
  if (kind === 'code-used' && isPublished(survey))
    return ['Phiếu đã được mở niêm phong, kiểm phiếu; mã xác nhận đã được công bố.']
  if (kind === 'no-answering' && !hasCookies)
    return [
      'Vừa nhập mã mà vẫn thấy trang này? Trình duyệt này không nhớ được mã: hãy mở trang bằng trình duyệt khác, hoặc cho phép trang lưu dữ liệu trên máy.',
    ]
  if (kind === 'database-busy' && path !== '/vao') return ['Các câu đã trả lời không bị mất.']
  return []
}

function fieldsOf(form: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []))
}

function linksOf(kind: RefusalKind, { survey, path, form }: RefusedRequest): RefusalPage['links'] {
  // What was posted is sent again by its button; what was looked at is looked at again.
  if (kind === 'database-busy') return form === undefined ? [{ text: 'Tải lại trang', href: path }] : []
  return kind === 'code-used' && isPublished(survey) ? [toReceipts, ...ways[kind].links] : ways[kind].links
}

/** Receipts are out once the box is open. */
function isPublished(survey: Survey | undefined): boolean {
  return survey !== undefined && hasReached(survey, 'opened')
}
