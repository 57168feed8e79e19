// Phúc tra: a few people of a unit's signing list, drawn by lot, are asked only whether they got the card and answered
// themselves. Kept are counts; no ballot is touched by them. season.md, "One person, one ballot". Pure.
import { showCount } from '../lib/format.ts'
import { draw } from './sample.ts'
import { hasReached } from './survey.ts'
import type { Stratum, Survey } from './survey.queries.ts'

/** A group of the unit with the lines that its signing list has: one for each person asked. */
export type SigningList = Pick<Stratum, 'group_code' | 'group_name' | 'quota'>

/** People can be asked as soon as they may have answered, and until the results are announced. */
export function mayRecheck(survey: Pick<Survey, 'state'>): boolean {
  return hasReached(survey, 'collecting') && survey.state !== 'released'
}

/** How many of so many lines: a tenth, rounded down, but one at least. From ten lines on that is 5 to 10 %. */
export function recheckSize(lines: number): number {
  return Math.min(lines, Math.max(1, Math.floor(lines / 10)))
}

export function linesOf(lists: readonly SigningList[]): number {
  return lists.reduce((sum, { quota }) => sum + quota, 0)
}

/**
 * The lines to ask, by group, ascending: the unit's lists are numbered through in their order and drawn from as a sample is
 * (sample.ts, `draw`).
 */
export function drawLines(
  seed: string,
  unit: string,
  lists: readonly SigningList[],
  asked: number,
): { group: string; lines: number[] }[] {
  const drawn = new Set(draw(seed, `phuc-tra/${unit}`, linesOf(lists), asked, 0).main)
  let before = 0
  return lists.flatMap(({ group_name, quota }) => {
    const lines = Array.from({ length: quota }, (_, at) => at + 1).filter((line) => drawn.has(before + line))
    before += quota
    return lines.length === 0 ? [] : [{ group: group_name, lines }]
  })
}

export interface RecheckCounts {
  yes: number
  no: number
  unreached: number
}

export type TypedRecheck = Record<keyof RecheckCounts, string>

/** Three typed numbers that add up to those who were drawn. */
export function parseRecheck(
  typed: TypedRecheck,
  asked: number,
):
  { ok: true; counts: RecheckCounts } | { ok: false; slips: { field: keyof RecheckCounts; text: string }[] } {
  const fields = ['yes', 'no', 'unreached'] as const
  const wrong = fields.filter((field) => !/^\d{1,5}$/.test(typed[field].trim()))
  if (wrong.length > 0)
    return {
      ok: false,
      slips: wrong.map((field) => ({
        field,
        text: 'Hãy nhập số người bằng chữ số, ví dụ 1; không có thì nhập 0.',
      })),
    }
  const [yes = 0, no = 0, unreached = 0] = fields.map((field) => Number(typed[field].trim()))
  if (yes + no + unreached === asked) return { ok: true, counts: { yes, no, unreached } }
  const text = `Ba số cộng lại phải bằng số người đã rút thăm (${showCount(asked)}); hiện cộng được ${showCount(yes + no + unreached)}.`
  return { ok: false, slips: [{ field: 'yes', text }] }
}

/** "12 người được rút thăm: 11 tự nhận thẻ và tự trả lời, 0 trả lời “không”, 1 chưa gặp được" */
export function recheckWords({ yes, no, unreached }: RecheckCounts): string {
  return `${showCount(yes + no + unreached)} người được rút thăm: ${showCount(yes)} tự nhận thẻ và tự trả lời, ${showCount(no)} trả lời “không”, ${showCount(unreached)} chưa gặp được`
}
