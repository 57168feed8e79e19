// Printing in words: the sheets as a page, and the notice that somebody opened them before.
import { showCount, showHour } from '../lib/format.ts'
import type { LogLine } from '../staff/act-log.ts'
import { nameActor } from '../staff/actor.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Card, CardSheets, Sheet } from './card.views.ts'
import { layoutOf, sizeBelowFold, sizeBesideQr, sizeOnStrip, type PerSheet, type TypeSize } from './sheet.ts'

/** A card with its drawn QR code, and the size in which each of its parts fits. */
export interface ShownCard extends Card {
  qr: string
  /** Words of the strip below. */
  strip: string
  sizes: { for: TypeSize; lines: TypeSize; strip: TypeSize }
}

export function shownCard(card: Card, qr: string, perSheet: PerSheet): ShownCard {
  const layout = layoutOf(perSheet)
  const strip = card.mark === null ? card.for : `${card.for} (${card.mark})`
  return {
    ...card,
    qr,
    strip,
    sizes: {
      for: sizeBesideQr(card.for, layout),
      lines: sizeBelowFold(card.lines, card.mark !== null, layout),
      strip: sizeOnStrip(strip),
    },
  }
}

export interface CardsPage extends Omit<CardSheets, 'sheets'> {
  sheets: (Exclude<Sheet, { kind: 'cards' }> | { kind: 'cards'; cards: ShownCard[] })[]
}

export interface OpenedBeforePage {
  heading: string
  openings: Openings
  anyway: string
  back: string
}

/** How often the cards were opened and when last; each opening, where there were several. */
export interface Openings {
  summary: string
  each: string[]
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

/**
 * "Trang in thẻ đã được Trần Văn Bình (Sở Nội vụ) mở lúc 10:00 ngày 12/10/2022.", or of several the number and the last.
 * @param lines newest first, at least one
 */
export function openingsInWords(lines: LogLine[]): Openings {
  const each = lines.map((line) => `${openings[line.kind] ?? ''} đã được ${momentOf(line)}.`)
  const [last] = lines
  if (last === undefined || lines.length === 1) return { summary: each[0] ?? '', each: [] }
  return {
    summary: `Thẻ đã được mở hoặc tải để in ${showCount(lines.length)} lần. Lần cuối: ${lowerFirst(openings[last.kind] ?? '')} được ${momentOf(last)}.`,
    each,
  }
}

function momentOf({ kind, at, name, agency }: LogLine): string {
  const verb = kind === 'codes-downloaded' ? 'tải' : 'mở'
  return `${nameActor({ name, agency: { code: '', name: agency } })} ${verb} lúc ${showHour(new Date(at))}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
