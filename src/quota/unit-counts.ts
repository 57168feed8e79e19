// What a focal point counts by hand: cards that came, cards that were handed out, per group. Pure.
export interface CardCount {
  received: number
  handedOut: number
}

export type ParsedCount = { ok: true; count: CardCount } | { ok: false; text: string }

/**
 * Reads two typed numbers, after the pressed + or −.
 * @param step which of the two is one more or less
 * @param most cards that were printed for the group, reserves included
 */
export function parseCount(
  typed: { received: string; handedOut: string },
  most: number,
  step?: { of: 'received' | 'handedOut'; by: 1 | -1 },
): ParsedCount {
  const number = (of: 'received' | 'handedOut') => {
    const text = typed[of].trim()
    if (!/^\d{1,5}$/.test(text)) return NaN
    return Math.max(Number(text) + (step?.of === of ? step.by : 0), 0)
  }
  const count = { received: number('received'), handedOut: number('handedOut') }
  if (Number.isNaN(count.received) || Number.isNaN(count.handedOut))
    return { ok: false, text: 'Hãy nhập số thẻ bằng chữ số, ví dụ 4.' }
  if (count.received > most)
    return { ok: false, text: `Số thẻ đã nhận không quá số thẻ đã in cho nhóm (${most}). Hãy đếm lại.` }
  if (count.handedOut > count.received)
    return { ok: false, text: 'Số thẻ đã giao không quá số thẻ đã nhận. Hãy đếm lại.' }
  return { ok: true, count }
}

/** Whole days from today until the closing day, both in Việt Nam as YYYY-MM-DD; 0 on the last day, never negative. */
export function daysLeft(today: string, closingDay: string): number {
  return Math.max(Math.round((Date.parse(closingDay) - Date.parse(today)) / 86_400_000), 0)
}
