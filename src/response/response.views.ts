// The respondent's pages in words. EJS only places them.
import type { OpenedTestCard } from '../access/test-card.service.ts'
import type { CodeSlip } from '../access/redeem.service.ts'
import { showDay } from '../lib/format.ts'
import type { Option } from '../survey/questionnaire.ts'
import type { Stratum, Survey } from '../survey/survey.queries.ts'
import {
  answeredItems,
  countAnswered,
  type Answering,
  type PageForm,
  type QuestionPage,
} from './answering.ts'
import { slipSentence } from '../access/code-slip.ts'
import { contactOf, type Contact } from '../survey/contact.ts'
import { claimsOf, type CommitmentsPage } from './commitments.views.ts'
import type { Respondent } from './respondent.ts'

export interface FormError {
  text: string
  href: string
}

export interface CodeField {
  /** What was typed, kept as it was. */
  code: string
  error: string | null
}

export interface EntryPage {
  field: CodeField
  errors: FormError[]
  /** Whom to call, once something was wrong. */
  contacts: Contact[]
}

/** Something to be read before a code is taken: the code travels on in the form. */
export interface ConfirmCodePage {
  heading: string
  lines: string[]
  fields: { name: string; value: string }[]
  goOn: string
  leave: string
}

export interface WelcomePage {
  organiser: string
  title: string
  plan: string | null
  /** "Công chức", "Sở Y tế" */
  for: { group: string; unit: string }
  questions: string
  claims: string
  contact: Contact | null
  start: { text: string; href: string }
  resumed: string | null
  /** What a shared device keeps, and the form that says it is one. */
  shared: { is: boolean; tag: string }
  deadline: string | null
  /** The stratum has all its ballots: said before six minutes are spent. */
  full: boolean
}

export interface QuestionField {
  code: string
  text: string
  error: string | null
  options: { id: string; value: string; label: string; checked: boolean; apart: boolean }[]
}

export interface QuestionPageView {
  heading: string
  part: string
  action: string
  tag: string
  back: { text: string; href: string }
  /** Until when a form that was begun is taken, once the hour is over. */
  grace: string | null
  errors: FormError[]
  sections: { title: string | null; items: QuestionField[] }[]
  /** The button that leaves the missing answers blank, once the page has asked for them. */
  leaveBlank: string | null
  next: string
}

export interface CheckPage {
  answered: string
  complete: boolean
  tag: string
  back: string
  deadline: string | null
  /** Said before a ballot that would not count is sent; null otherwise. */
  warning: string | null
  sections: { title: string; href: string; items: { text: string; label: string; blank: boolean }[] }[]
}

export interface TestCardPage {
  heading: string
  lines: string[]
}

export interface ResponseViews {
  'response/entry': EntryPage
  'response/confirm-code': ConfirmCodePage
  'response/test-card': TestCardPage
  'response/welcome': WelcomePage
  'response/page': QuestionPageView
  'response/check': CheckPage
  'response/commitments': CommitmentsPage
  'response/stop': object
  'response/stopped': object
}

export function entryPage(field: CodeField, contacts: Contact[]): EntryPage {
  return { field, errors: field.error === null ? [] : [{ text: field.error, href: '#code' }], contacts }
}

/** For whoever tries the printed address: nothing of it is a respondent's. */
export function testCardPage({ atPublicAddress }: OpenedTestCard): TestCardPage {
  return {
    heading: atPublicAddress
      ? 'Thẻ thử: địa chỉ in trên thẻ mở được'
      : 'Thẻ thử: chưa phải địa chỉ in trên thẻ',
    lines: atPublicAddress
      ? [
          'Hệ thống đã ghi nhận ngày mở thẻ thử và không lưu gì khác.',
          'Hãy hủy thẻ này rồi in thẻ chính thức ở trang Mã và thẻ.',
        ]
      : [
          'Mã trên thẻ thử đúng, nhưng trang này không được mở ở địa chỉ công khai của hệ thống, nên chưa được ghi nhận.',
          'Hãy quét mã QR trên thẻ thử bằng điện thoại không nối mạng của cơ quan. Nếu vẫn thấy trang này, hãy đề nghị người điều hành máy chủ kiểm tra PUBLIC_URL và máy chủ trung gian.',
        ],
  }
}

/** Longest text that the field shows again: a code with any spacing, and no more of what a program posts. */
const longestShown = 100

export function codeField(typed: string, slip: CodeSlip | null): CodeField {
  return { code: typed.slice(0, longestShown), error: slip && slipSentence(slip) }
}

/** "Kế hoạch số 12/KH-UBND ngày 05/10/2022": what gives the survey its authority; null while nobody has filled it in. */
export function planLine(survey: Survey): string | null {
  const number = survey.plan_number === '' ? '' : ` số ${survey.plan_number}`
  const date = survey.plan_date === '' ? '' : ` ngày ${showDay(survey.plan_date)}`
  return number + date === '' ? null : `Kế hoạch${number}${date}`
}

/** Fields of the form by which a person goes on although another ballot is here, or one was sent from here. */
export const confirmations = { otherCode: '_bat_dau_lai', sameDevice: '_may_da_gui' }

/** Answers to another code wait on this device: they would be lost. */
export function otherCodePage(typed: string): ConfirmCodePage {
  return {
    heading: 'Máy này còn một phiếu chưa gửi',
    lines: [
      'Có người đã trả lời dở trên máy này bằng một mã khác. Nếu anh/chị tiếp tục, các câu trả lời dở đó sẽ mất; mã của người đó vẫn dùng lại được.',
    ],
    fields: [
      { name: 'code', value: typed },
      { name: confirmations.otherCode, value: '1' },
    ],
    goOn: 'Tiếp tục bằng mã của tôi',
    leave: 'Không, quay lại trang nhập mã',
  }
}

/** A ballot of this survey was sent from here before. season.md, "One person, one ballot". */
export function sameDevicePage(typed: string, form: Record<string, unknown>): ConfirmCodePage {
  const earlier = form[confirmations.otherCode] === '1' ? [{ name: confirmations.otherCode, value: '1' }] : []
  return {
    heading: 'Máy này đã gửi một phiếu',
    lines: [
      'Mỗi người chỉ trả lời một phiếu. Nếu anh/chị đã gửi phiếu của mình, hãy dừng lại và đưa thẻ này cho người được mời.',
      'Nếu anh/chị chưa gửi phiếu nào, ví dụ vì dùng chung máy với đồng nghiệp, hãy tiếp tục. Khi phiếu được gửi, hệ thống chỉ đếm thêm một phiếu gửi từ máy dùng lại của cơ quan, đơn vị; không ghi đó là máy nào, không loại phiếu nào.',
    ],
    fields: [{ name: 'code', value: typed }, ...earlier, { name: confirmations.sameDevice, value: '1' }],
    goOn: 'Tôi chưa gửi, tiếp tục',
    leave: 'Dừng lại, về trang nhập mã',
  }
}

export function welcomePage(
  { survey, answering, questionnaire, pages, tag, deadline }: Respondent,
  stratum: Stratum,
): WelcomePage {
  const questions = questionnaire.sections.reduce((sum, section) => sum + section.items.length, 0)
  const answered = countAnswered(answering.answers)
  const next = Math.min(answering.done + 1, pages.length)
  const toCheck = answering.done >= pages.length
  return {
    organiser: survey.organiser,
    title: survey.title,
    plan: planLine(survey),
    for: { group: stratum.group_name, unit: stratum.unit_name },
    questions: `${questions} câu hỏi trong ${questionnaire.sections.length} phần, khoảng 6\u00a0phút.`,
    claims: claimsOf(survey).join(' '),
    contact: contactOf(survey),
    resumed: answered === 0 ? null : `Máy này còn giữ ${answered}/${questions} câu anh/chị đã trả lời.`,
    shared: { is: answering.sharedDevice, tag },
    deadline,
    full: stratum.returned >= stratum.cap,
    start: {
      text: answered === 0 ? 'Bắt đầu trả lời' : 'Trả lời tiếp',
      href: toCheck ? '/phieu/kiem-tra' : `/phieu/phan/${next}`,
    },
  }
}

export function questionPage(
  respondent: Respondent,
  page: QuestionPage,
  answers: string,
  form?: PageForm,
): QuestionPageView {
  const slips = form?.ok === false ? form : { missing: [], wrong: [] }
  const missing = new Set(slips.missing.map((item) => item.code))
  const wrong = new Map(slips.wrong.map((each) => [each.item, each.message]))
  const single = page.sections.length === 1
  let place = page.first
  const sections = page.sections.map((section) => ({
    title: single ? null : section.title,
    items: section.items.map((item) => {
      const symbol = answers[place++]
      return {
        code: item.code,
        text: item.text,
        error: wrong.get(item.code) ?? (missing.has(item.code) ? 'Anh/chị chưa trả lời câu này.' : null),
        options: item.options.map((option, i) => ({
          id: fieldId(item.code, i),
          value: option.code,
          label: option.label,
          checked: symbol === String(i),
          apart: standsApart(option, i),
        })),
      }
    }),
  }))
  const last = page.number === respondent.pages.length
  return {
    heading: single ? (page.sections[0]?.title ?? '') : respondent.survey.title,
    part: single ? `Phần ${page.number}/${respondent.pages.length}` : 'Tất cả các phần',
    action: `/phieu/phan/${page.number}`,
    tag: respondent.tag,
    back:
      page.number === 1
        ? { text: 'Trang giới thiệu', href: '/phieu' }
        : { text: `Phần ${page.number - 1}`, href: `/phieu/phan/${page.number - 1}` },
    grace: respondent.grace,
    errors: errorsOf(slips),
    sections,
    leaveBlank: slips.missing.length === 0 ? null : leaveBlankText(slips.missing.length),
    next: last ? 'Kiểm tra câu trả lời' : 'Tiếp tục',
  }
}

/** The opt-out stands a little apart, so that it does not read as the next step of the scale. */
function standsApart(option: Option, position: number): boolean {
  return option.optOut && position > 0
}

function fieldId(item: string, position: number): string {
  return `${item}-${position}`
}

function leaveBlankText(count: number): string {
  return count === 1 ? 'Để trống câu này và tiếp tục' : `Để trống ${count} câu này và tiếp tục`
}

function errorsOf(slips: {
  missing: { code: string; text: string }[]
  wrong: { item: string; message: string }[]
}): FormError[] {
  return [
    ...slips.wrong.map((each) => ({
      text: each.message,
      href: each.item === '' ? '#noi-dung' : `#${fieldId(each.item, 0)}`,
    })),
    ...slips.missing.map((item) => ({
      text: `Chưa trả lời: ${item.text}`,
      href: `#${fieldId(item.code, 0)}`,
    })),
  ]
}

export function checkPage(respondent: Respondent, warning: string | null): CheckPage {
  const { answers } = respondent.answering
  const answered = countAnswered(answers)
  return {
    answered: `Anh/chị đã trả lời ${answered}/${answers.length} câu.`,
    complete: answered === answers.length,
    tag: respondent.tag,
    back: `/phieu/phan/${respondent.pages.length}`,
    deadline: respondent.deadline,
    warning,
    sections: respondent.pages.flatMap((page) => sectionsToCheck(page, respondent.answering)),
  }
}

function sectionsToCheck(page: QuestionPage, answering: Answering): CheckPage['sections'] {
  const items = answeredItems(page, answering.answers)
  return page.sections.map((section) => ({
    title: section.title,
    href: `/phieu/phan/${page.number}`,
    items: items
      .filter(({ item }) => section.items.includes(item))
      .map(({ item, label }) => ({ text: item.text, label: label ?? 'Để trống', blank: label === null })),
  }))
}
