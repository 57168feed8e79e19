// How long ballots are kept, in words; and the minutes of their destruction, in the form of Nghị định 30.
import { dayOf } from '../lib/clock.ts'
import { showCount, showDay } from '../lib/format.ts'
import { planLine } from '../response/response.views.ts'
import type { Destruction } from '../score/sums.queries.ts'
import type { Decision } from '../survey/decision.queries.ts'
import { mostKeepMonths, retentionPhase } from '../survey/retention.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { noticeOf } from '../web/layout.ts'

export const destroyWord = 'HUY PHIEU'

/** What a form held when something was wrong with it. */
export interface TypedRetention {
  values: Record<string, string>
  errors: { field: string; text: string }[]
}

interface Field {
  id: string
  name: string
  label: string
  type: 'date' | 'text' | 'textarea'
  value: string
  error: string | null
}

export interface RetentionPage {
  heading: string
  errors: { text: string; href: string }[]
  text: string[]
  /** Months, or a later day: whichever may be set now; null where nothing may, or by others. */
  form: { action: string; heading: string; hint: string; fields: Field[]; button: string } | null
  destroy: { action: string; confirmWord: string; confirmError: string | null } | null
  minutes: string | null
  decisions: { words: string; reason: string; by: string }[]
}

export interface DestructionMinutesPage {
  heading: string
  back: string
  notice: string | null
  organiser: string
  subtitle: string
  plan: string | null
  when: string
  erased: string
  askedBy: string
  decisions: string[]
  destroyed: string
  left: string[]
  hashes: { label: string; value: string }[]
  toDestroy: string[]
  signatures: string[]
}

export interface RetentionViews {
  'release/retention': RetentionPage
  'release/destruction-minutes': DestructionMinutesPage
}

export interface RetentionInput {
  survey: Survey
  now: Date
  destruction: Destruction | undefined
  decisions: readonly Decision[]
  mayManage: boolean
  typed: TypedRetention | null
}

export function retentionPage(input: RetentionInput): RetentionPage {
  const { survey, typed, destruction } = input
  const phase = hasReached(survey, 'opened') ? retentionPhase(survey.destroy_on, dayOf(input.now)) : 'kept'
  const isDone = destruction !== undefined && destruction.erasedOn !== null
  const errorOf = (name: string) => typed?.errors.find(({ field }) => field === name)?.text ?? null
  return {
    heading: headingOf(input),
    errors: (typed?.errors ?? []).map(({ field, text }) => ({ text, href: `#${field}` })),
    text: textOf(input),
    form: input.mayManage && destruction === undefined ? formOf(input, phase) : null,
    destroy:
      input.mayManage && phase === 'due' && !isDone
        ? {
            action: surveyHref(survey, '/luu-giu/huy'),
            confirmWord: destroyWord,
            confirmError: errorOf('xac-nhan'),
          }
        : null,
    minutes: isDone ? surveyHref(survey, '/bien-ban-huy-phieu') : null,
    decisions: extensionsOf(input.decisions).map(({ words, reason, made_on, made_by }) => ({
      words,
      reason,
      by: `${showDay(made_on)}, ${made_by}`,
    })),
  }
}

function extensionsOf(decisions: readonly Decision[]): Decision[] {
  return decisions.filter(({ kind }) => kind === 'retention-extended')
}

function headingOf({ survey, destruction }: RetentionInput): string {
  if (destruction) return `Phiếu đã hủy ngày ${showDay(destruction.madeOn)}`
  if (!hasReached(survey, 'opened'))
    return `Phiếu được giữ ${showCount(survey.keep_months)} tháng sau khi mở niêm phong`
  return survey.destroy_on === null
    ? 'Chưa đặt ngày hủy phiếu'
    : `Phiếu đã mở được giữ đến ngày ${showDay(survey.destroy_on)}`
}

function textOf({ survey, destruction }: RetentionInput): string[] {
  if (destruction)
    return [
      `Đã hủy ${showCount(destruction.ballots)} phiếu. Chỉ còn tổng số theo cơ quan, đơn vị và nhóm; kết quả vẫn tính lại được từ tổng số.`,
      ...(destruction.erasedOn === null ? ['Đang ghi đè dữ liệu đã hủy.'] : []),
    ]
  return [
    'Đến ngày, hệ thống tính lại mọi kết quả và so mã kiểm tra; khớp thì cộng phiếu thành tổng số theo cơ quan, đơn vị và nhóm, rồi hủy từng phiếu và ghi đè dữ liệu. Không khớp thì không hủy gì.',
    'Tổng số đủ để tính lại kết quả. Tổng số của nhóm chỉ có một người trả lời chính là câu trả lời của người đó, nên không hiện ở đâu.',
    hasReached(survey, 'collecting')
      ? 'Thời hạn đã cố định khi bắt đầu thu phiếu. Sau khi mở niêm phong, ngày hủy chỉ lùi được bằng một quyết định ghi trước ngày đó.'
      : 'Thời hạn cố định khi bắt đầu thu phiếu.',
  ]
}

function formOf({ survey, typed }: RetentionInput, phase: string): RetentionPage['form'] {
  const make = (name: string, label: string, type: Field['type'], stored: string): Field => ({
    id: name,
    name,
    label,
    type,
    value: typed?.values[name] ?? stored,
    error: typed?.errors.find(({ field }) => field === name)?.text ?? null,
  })
  if (!hasReached(survey, 'collecting'))
    return {
      action: surveyHref(survey, '/luu-giu'),
      heading: 'Thời hạn lưu giữ',
      hint: `Từ 1 đến ${mostKeepMonths} tháng sau ngày mở niêm phong.`,
      fields: [make('so-thang', 'Số tháng', 'text', String(survey.keep_months))],
      button: 'Lưu thời hạn',
    }
  if (!hasReached(survey, 'opened') || phase === 'due') return null
  return {
    action: surveyHref(survey, '/luu-giu/gia-han'),
    heading: survey.destroy_on === null ? 'Đặt ngày hủy phiếu' : 'Gia hạn lưu giữ',
    hint: 'Ngày mới phải sau ngày hiện tại. Việc này được ghi là một quyết định.',
    fields: [
      make('ngay-huy', 'Ngày hủy phiếu mới', 'date', ''),
      make('ly-do', 'Lý do, kèm số văn bản nếu có', 'textarea', ''),
    ],
    button: 'Ghi ngày hủy phiếu',
  }
}

export function destructionMinutes(
  survey: Survey,
  destruction: Destruction,
  decisions: readonly Decision[],
): DestructionMinutesPage {
  const year = survey.title.includes(String(survey.year)) ? '' : ` (${survey.year})`
  return {
    heading: 'Biên bản hủy phiếu',
    back: surveyHref(survey, '/luu-giu'),
    notice: noticeOf(survey),
    organiser: survey.organiser,
    subtitle: `${survey.title}${year}`,
    plan: planLine(survey),
    when: showDay(destruction.madeOn),
    erased: showDay(destruction.erasedOn),
    askedBy: destruction.askedBy,
    decisions: extensionsOf(decisions).map(
      ({ words, reason, made_on }) => `${words} Quyết định ngày ${showDay(made_on)}. Lý do: ${reason}`,
    ),
    destroyed: `${showCount(destruction.ballots)} phiếu đã mở niêm phong ngày ${showDay(survey.opened_on)}`,
    left: [
      'Tổng số câu trả lời theo cơ quan, đơn vị, nhóm, câu hỏi và phương án; không còn phiếu nào',
      'Các bảng điểm, lần tính Chỉ số đã lập; trước khi hủy đã tính lại tất cả từ phiếu, đều khớp',
    ],
    hashes: [
      { label: 'Tổng số còn lại', value: destruction.hash },
      ...destruction.checked.map(({ what, hash }) => ({ label: what, value: hash })),
    ],
    toDestroy: [
      'Bản sao lưu cơ sở dữ liệu làm từ lúc mở niêm phong đến lúc hủy phiếu, kể cả các tệp nhật ký của cơ sở dữ liệu',
      'Bản sao máy chủ, ổ đĩa đã thay trong thời gian đó',
    ],
    signatures: ['Người lập biên bản', 'Người điều hành máy chủ', 'Người chứng kiến'],
  }
}
