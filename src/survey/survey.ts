// The survey's life as a row of steps, and what each step freezes (design: states of a season).
import { z } from 'zod'
import type { SurveyState } from '../db/tables.ts'
import { optionalDay } from './text.ts'

/** Steps in order; `next` is the one act that leads on. */
export const lifeSteps: readonly { state: SurveyState; text: string }[] = [
  { state: 'draft', text: 'Chuẩn bị' },
  { state: 'cards', text: 'Phát thẻ' },
  { state: 'collecting', text: 'Thu phiếu' },
  { state: 'closed', text: 'Kết thúc thu phiếu' },
  { state: 'opened', text: 'Mở niêm phong, kiểm phiếu' },
  { state: 'released', text: 'Báo cáo, công bố' },
]

export function stateName(state: SurveyState): string {
  return lifeSteps.find((step) => step.state === state)?.text ?? state
}

/** Whether the survey has come to `state` or further. */
export function hasReached(survey: { state: SurveyState }, state: SurveyState): boolean {
  const position = (of: SurveyState) => lifeSteps.findIndex((step) => step.state === of)
  return position(survey.state) >= position(state)
}

/** The address of a page of the survey. */
export function surveyHref(survey: { slug: string }, path = ''): string {
  return `/dieu-tra/${survey.slug}${path}`
}

/** The short name in addresses and commands. */
export const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/)

/** What an officer may still correct until the first cards are printed. */
export const SurveyDetails = z.object({
  title: line(400, 'Tên').min(1, 'Hãy nhập tên đợt điều tra.'),
  organiser: line(200, 'Tên').min(1, 'Hãy nhập tên đơn vị tổ chức.'),
  plan_number: line(60, 'Số kế hoạch'),
  plan_date: optionalDay('Hãy chọn ngày hoặc để trống.'),
  contact_office: line(200, 'Tên đầu mối'),
  contact_phone: line(60, 'Số điện thoại'),
  layout: z.enum(['sections', 'one-page'], 'Hãy chọn cách trình bày phiếu.'),
})
export type SurveyDetails = z.infer<typeof SurveyDetails>

function line(most: number, what: string) {
  return z.string('Hãy nhập lại ô này.').trim().max(most, `${what} dài quá ${most} ký tự.`)
}
