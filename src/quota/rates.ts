// The three rates of a collection, each with its one definition. Whatever shows a rate takes it from here: the page, the
// room, the files, the short report. Pure.
import { showRate } from '../lib/format.ts'
import type { Counts } from './progress.ts'

export type Rate = 'issuing' | 'opening' | 'return'

export interface RateDefinition {
  name: string
  /** What is divided by what, as it stands below every table. */
  words: string
  part: (counts: Counts) => number
  whole: (counts: Counts) => number
}

export const rates: Record<Rate, RateDefinition> = {
  issuing: {
    name: 'Tỷ lệ phát',
    words: 'số mã đã phát chia cho số phiếu theo kế hoạch (không tính mã dự phòng)',
    part: (counts) => counts.issued,
    whole: (counts) => counts.planned,
  },
  opening: {
    name: 'Tỷ lệ vào',
    words: 'số mã đã vào (mở phiếu ít nhất một lần) chia cho số mã đã phát',
    part: (counts) => counts.opened,
    whole: (counts) => counts.issued,
  },
  return: {
    name: 'Tỷ lệ thu',
    words: 'số phiếu thu về chia cho số phiếu theo kế hoạch',
    part: (counts) => counts.returned,
    whole: (counts) => counts.planned,
  },
}

/** 0…1; undefined where there is nothing to divide by. */
export function rateOf(rate: Rate, counts: Counts): number | undefined {
  const [part, whole] = [rates[rate].part(counts), rates[rate].whole(counts)]
  return whole === 0 ? undefined : part / whole
}

/** "85,0 %" */
export function showRateOf(rate: Rate, counts: Counts): string {
  return showRate(rates[rate].part(counts), rates[rate].whole(counts))
}

/** What a release counts of a unit, a group, a level. */
export interface FinalCounts {
  planned: number
  issued: number
  returned: number
  valid: number
}

/** The rates of a collection that has ended, each with its one definition too; who opened and did not send is not in a release. */
export const finalRates = {
  issuing: {
    name: rates.issuing.name,
    words: rates.issuing.words,
    part: (counts: FinalCounts) => counts.issued,
    whole: (counts: FinalCounts) => counts.planned,
  },
  return: {
    name: rates.return.name,
    words: rates.return.words,
    part: (counts: FinalCounts) => counts.returned,
    whole: (counts: FinalCounts) => counts.planned,
  },
  valid: {
    name: 'Tỷ lệ hợp lệ',
    words: 'số phiếu hợp lệ chia cho số phiếu thu về',
    part: (counts: FinalCounts) => counts.valid,
    whole: (counts: FinalCounts) => counts.returned,
  },
  complete: {
    name: 'Tỷ lệ hoàn thành mẫu',
    words: 'số phiếu hợp lệ chia cho số phiếu theo kế hoạch',
    part: (counts: FinalCounts) => counts.valid,
    whole: (counts: FinalCounts) => counts.planned,
  },
}

/** "Tỷ lệ thu: số phiếu thu về chia cho …", one for each rate. */
export const rateSentences: readonly string[] = Object.values(rates).map(
  ({ name, words }) => `${name}: ${words}.`,
)

export type Standing = 'full' | 'none' | 'slow' | 'coming'

/** Percentage points below the rate of return of the whole survey from which a unit counts as slow. */
export const slowBy = 10

export const standings: Record<Standing, { word: string; mark: string }> = {
  full: { word: 'Đủ', mark: '✓' },
  coming: { word: 'Đang gửi', mark: '◐' },
  slow: { word: 'Chậm', mark: '▲' },
  none: { word: 'Chưa có phiếu', mark: '○' },
}

export const standingSentence = `Chậm: tỷ lệ thu thấp hơn tỷ lệ thu chung của đợt điều tra từ ${slowBy} điểm phần trăm trở lên.`

/** How a unit (or a group of units) stands beside all of them; integers, so that a tenth is a tenth. */
export function standingOf(counts: Counts, all: Counts): Standing {
  if (counts.returned >= counts.planned) return 'full'
  if (counts.returned === 0) return 'none'
  const behind =
    100 * (all.returned * counts.planned - counts.returned * all.planned) >=
    slowBy * counts.planned * all.planned
  return behind ? 'slow' : 'coming'
}
