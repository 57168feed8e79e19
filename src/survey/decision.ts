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
  'level-ended': 'Kết thúc sớm một cấp',
  reopened: 'Thu phiếu lại',
  'unit-renamed': 'Đổi tên cơ quan, đơn vị',
  'unit-merged': 'Sáp nhập cơ quan, đơn vị',
  announced: 'Công bố kết quả',
  'retention-extended': 'Đổi ngày hủy phiếu',
} as const satisfies Record<string, string>

export type DecisionKind = keyof typeof decisionKinds

/** What is decided; the code of a level, a unit, a group where it is about them. */
export interface NewDecision {
  kind: DecisionKind
  level?: string
  unit?: string
  group?: string
  /** What changes, as a sentence; never anything of a respondent. */
  words: string
  /** Why, and the number of the document where there is one; as typed. */
  reason: string
}

/**
 * The decision that ended the collecting of the whole survey and still stands: one of a level does not end the others, and
 * whoever collects again takes it back.
 * @param decisions newest first
 */
export function standingEnd<Each extends { kind: string }>(decisions: readonly Each[]): Each | undefined {
  const last = decisions.find(({ kind }) => kind === 'ended-early' || kind === 'reopened')
  return last?.kind === 'ended-early' ? last : undefined
}

const mostReason = 500

/** A typed reason, trimmed; undefined when it is empty or too long. */
export function parseReason(raw: string): string | undefined {
  const reason = raw.trim().replace(/\s+/g, ' ')
  return reason === '' || reason.length > mostReason ? undefined : reason
}

export const reasonMissing = `Hãy ghi lý do, không quá ${mostReason} ký tự, kèm số văn bản nếu có.`
