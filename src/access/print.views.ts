// Printing in words: the sheets as a page, and the notice that somebody opened them before.
import { showHour } from '../lib/format.ts'
import type { LogLine } from '../staff/act-log.ts'
import { nameActor } from '../staff/actor.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Card, CardSheets, Sheet } from './card.views.ts'

export interface CardsPage extends Omit<CardSheets, 'sheets'> {
  sheets: (Exclude<Sheet, { kind: 'cards' }> | { kind: 'cards'; cards: (Card & { qr: string })[] })[]
}

export interface OpenedBeforePage {
  heading: string
  openings: string[]
  anyway: string
  back: string
}

export interface PrintViews {
  'access/cards': CardsPage
  'access/opened-before': OpenedBeforePage
}

export function openedBeforePage(survey: Survey, earlier: LogLine[], anyway: string): OpenedBeforePage {
  return {
    heading: 'Thẻ đã được mở để in trước đó',
    openings: openingsInWords(earlier),
    anyway,
    back: surveyHref(survey, '/ma'),
  }
}

const openings: Record<string, string> = {
  'cards-shown': 'Trang in thẻ',
  'cards-pdf': 'Tệp PDF để in thẻ',
  'codes-downloaded': 'Tệp CSV',
}

/** "Trang in thẻ đã được mở lúc 10:00 ngày 12/10/2022 bởi Trần Văn Bình (Sở Nội vụ)." */
export function openingsInWords(lines: LogLine[]): string[] {
  return lines.map(({ kind, at, name, agency }) => {
    const verb = kind === 'codes-downloaded' ? 'tải' : 'mở'
    const who = nameActor({ name, agency: { code: '', name: agency } })
    return `${openings[kind] ?? ''} đã được ${verb} lúc ${showHour(new Date(at))} bởi ${who}.`
  })
}
