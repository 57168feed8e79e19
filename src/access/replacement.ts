// The rules of void and reserve cards and of the cap, and the forms that ask for them. Pure. season.md, "The cap".
import { parseReason, reasonMissing } from '../survey/decision.ts'

export interface CardCounts {
  issued: number
  reserve: number
  voided: number
  reserve_voided: number
  replaced: number
  cap: number
  refused_full: number
  cap_raised: number
}

/** Cards that may still bring a ballot, or have brought one: what was printed, less the void ones. */
export function inCirculation({ issued, reserve, voided }: CardCounts): number {
  return issued + reserve - voided
}

/** Reserve cards that nobody was given and that are not void. */
export function reservesLeft({ reserve, reserve_voided, replaced }: CardCounts): number {
  return Math.max(reserve - reserve_voided - replaced, 0)
}

/** Cards turned away because their stratum was full, for which no decision was made yet. */
export function outstandingRefused({
  refused_full,
  cap_raised,
}: Pick<CardCounts, 'refused_full' | 'cap_raised'>): number {
  return Math.max(refused_full - cap_raised, 0)
}

export function mayRaiseCap(counts: CardCounts): boolean {
  return outstandingRefused(counts) > 0 && counts.cap < inCirculation(counts)
}

/** Why a reserve card is given out; the code stands in the form. */
export const lossReasons = [
  { code: 'mat', text: 'Thẻ bị mất' },
  { code: 'hong', text: 'Thẻ hỏng, không đọc được mã' },
  { code: 'lo', text: 'Mã trên thẻ đã bị người khác biết' },
  { code: 'khac', text: 'Lý do khác (ghi rõ bên dưới)' },
] as const

export const replacementActs = ['huy', 'thay', 'du-phong', 'muc'] as const
export type ReplacementAct = (typeof replacementActs)[number]

/** What one of the four forms holds, as typed; never the code. */
export interface TypedAct {
  act: ReplacementAct
  stratum: string
  loss: string
  reserve: string
  reason: string
}

export interface ActSlip {
  field: 'ma' | 'nhom' | 'mat' | 'so' | 'ly-do' | 'dong-y'
  text: string
}

export type ParsedAct = { ok: true; reason: string; reserve: number } | { ok: false; slips: ActSlip[] }

/** Looks at everything but the code and the group, which only the store knows. */
export function parseAct(typed: TypedAct, agreed: boolean): ParsedAct {
  const slips: ActSlip[] = []
  const loss = typed.act === 'thay' ? lossReasons.find(({ code }) => code === typed.loss) : undefined
  if (typed.act === 'thay' && loss === undefined) slips.push({ field: 'mat', text: 'Hãy chọn lý do.' })
  const reserve = /^\d{1,4}$/.test(typed.reserve.trim()) ? Number(typed.reserve) : NaN
  if (typed.act === 'du-phong' && !(reserve > 0))
    slips.push({ field: 'so', text: 'Hãy nhập một số nguyên, ví dụ 2.' })
  // Of a listed reason nothing more need be said.
  const listed = loss !== undefined && loss.code !== 'khac'
  const more = listed && typed.reason.trim() === '' ? '' : parseReason(typed.reason)
  if (more === undefined) slips.push({ field: 'ly-do', text: reasonMissing })
  if (!agreed) slips.push({ field: 'dong-y', text: 'Hãy đánh dấu vào ô xác nhận.' })
  if (slips.length > 0 || more === undefined) return { ok: false, slips }
  const reason = listed ? [loss.text, more].filter((part) => part !== '').join(': ') : more
  return { ok: true, reason, reserve }
}
