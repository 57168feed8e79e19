// The page "Phúc tra" of one unit: whom to ask (lines of the signing list, no names), then the three numbers.
import { showCount, showDay } from '../lib/format.ts'
import { errorLinks, errorOf, type ErrorLink } from '../staff/fields.ts'
import {
  drawLines,
  linesOf,
  mayRecheck,
  recheckSize,
  recheckWords,
  type RecheckCounts,
  type TypedRecheck,
} from './recheck.ts'
import type { Recheck } from './recheck.queries.ts'
import { surveyHref } from './survey.ts'
import type { Stratum, Survey } from './survey.queries.ts'

export interface RecheckPage {
  heading: string
  back: { text: string; href: string }
  errors: ErrorLink[]
  text: string
  draw: { action: string; button: string } | null
  lines: { group: string; lines: string }[]
  result: string | null
  form: {
    action: string
    heading: string
    fields: {
      id: string
      name: string
      label: string
      hint: string
      type: 'number'
      value: string
      error: string | null
      options: never[]
    }[]
    button: string
  } | null
}

export interface RecheckViews {
  'survey/recheck': RecheckPage
}

/** Names of the fields as they are sent. */
export const recheckFields: Record<keyof RecheckCounts, string> = {
  yes: 'co',
  no: 'khong',
  unreached: 'chua-gap',
}

const labels: Record<keyof RecheckCounts, string> = {
  yes: 'Tự nhận thẻ và tự trả lời',
  no: 'Không',
  unreached: 'Chưa gặp được',
}

export function recheckPage(
  survey: Survey,
  strata: Stratum[],
  recheck: Recheck | undefined,
  wrong?: { typed: TypedRecheck; slips: { field: keyof RecheckCounts; text: string }[] },
): RecheckPage {
  const name = strata[0]?.unit_name ?? ''
  const code = strata[0]?.unit_code ?? ''
  const home = surveyHref(survey, `/don-vi/${code}`)
  const slips = (wrong?.slips ?? []).map(({ field, text }) => ({ field: recheckFields[field], text }))
  const may = mayRecheck(survey)
  const recorded = recheck !== undefined && recheck.recorded_on !== null
  return {
    heading: `Phúc tra: ${name}`,
    back: { text: name, href: home },
    errors: errorLinks(slips),
    text: textFor(may, recheck, strata),
    draw:
      may && recheck === undefined
        ? {
            action: `${home}/phuc-tra/rut-tham`,
            button: `Rút thăm ${showCount(recheckSize(linesOf(strata)))} người`,
          }
        : null,
    lines:
      recheck === undefined || recheck.seed === null
        ? []
        : drawLines(recheck.seed, code, strata, recheck.asked).map(({ group, lines }) => ({
            group,
            lines: lines.map(String).join(', '),
          })),
    result: recorded ? `Ghi ngày ${showDay(recheck.recorded_on)}: ${recheckWords(recheck)}.` : null,
    form:
      may && recheck !== undefined
        ? {
            action: `${home}/phuc-tra`,
            heading: recorded ? 'Sửa kết quả' : 'Ghi kết quả',
            fields: (['yes', 'no', 'unreached'] as const).map((field) => ({
              id: recheckFields[field],
              name: recheckFields[field],
              label: labels[field],
              hint: '',
              type: 'number',
              value: wrong?.typed[field] ?? (recorded ? String(recheck[field]) : ''),
              error: errorOf(slips, recheckFields[field]),
              options: [],
            })),
            button: 'Ghi số người',
          }
        : null,
  }
}

function textFor(may: boolean, recheck: Recheck | undefined, strata: Stratum[]): string {
  if (!may && recheck === undefined)
    return 'Phúc tra làm được từ khi bắt đầu thu phiếu cho đến khi công bố kết quả.'
  if (recheck === undefined)
    return `Rút thăm một lần trong ${showCount(linesOf(strata))} dòng của danh sách ký nhận thẻ, rồi hỏi riêng từng người một câu: “Anh/chị có tự nhận thẻ và tự trả lời không?”. Không hỏi đã trả lời thế nào. Kết quả chỉ là số đếm, không loại phiếu nào.`
  return recheck.recorded_on === null
    ? 'Xem dòng đã rút thăm trong danh sách ký nhận thẻ lưu tại cơ quan, đơn vị, hỏi riêng từng người rồi ghi số người. Ghi xong, hệ thống xóa các dòng đã rút thăm.'
    : 'Báo cáo chỉ ghi số đếm của cả cấp.'
}
