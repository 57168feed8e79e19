// Decisions of the weeks of collection: each in a sentence with its reason, day and maker, for the minutes. What they
// change is done by the feature that asks for them; here they are only recorded. season.md, "The cap", "Time", "Sample".

/** Every kind of decision with the name that people know it by. */
export const decisionKinds = {
  'quota-lowered': 'Giảm số phiếu theo kế hoạch',
  'sample-redrawn': 'Chọn mẫu lại',
  'cap-raised': 'Nâng mức nhận phiếu',
  'card-voided': 'Hủy thẻ',
  'card-replaced': 'Cấp thẻ dự phòng thay thẻ',
  'reserve-raised': 'Tăng số thẻ dự phòng',
  'hours-set': 'Đặt giờ thu phiếu',
  extended: 'Gia hạn thu phiếu',
  'ended-early': 'Kết thúc sớm',
  reopened: 'Thu phiếu lại',
  announced: 'Công bố kết quả',
  'retention-extended': 'Đổi ngày hủy phiếu',
} as const satisfies Record<string, string>

export type DecisionKind = keyof typeof decisionKinds

/** What is decided; a unit's code and a group's code where it is about them. */
export interface NewDecision {
  kind: DecisionKind
  unit?: string
  group?: string
  /** What changes, as a sentence; never anything of a respondent. */
  words: string
  /** Why, and the number of the document where there is one; as typed. */
  reason: string
}

const mostReason = 500

/** A typed reason, trimmed; undefined when it is empty or too long. */
export function parseReason(raw: string): string | undefined {
  const reason = raw.trim().replace(/\s+/g, ' ')
  return reason === '' || reason.length > mostReason ? undefined : reason
}

export const reasonMissing = `Hãy ghi lý do, không quá ${mostReason} ký tự, kèm số văn bản nếu có.`
