// The sheet of cards, in millimetres: A4, two cards side by side, cut apart along the borders. Each card is folded once,
// its upper band (QR code and code) onto the band below, so that nobody reads a code in passing. Eight to a page leave a
// strip below the fold on which unit and group stay readable; ten to a page fold in the middle and save paper.

export const a4 = { width: 210, height: 297 }

/** Printers leave some 5 mm white. */
export const margin = { x: 10, y: 6 }

export const cardWidth = (a4.width - 2 * margin.x) / 2

export type PerSheet = 8 | 10

export interface CardLayout {
  perSheet: PerSheet
  height: number
  /** Of the upper band, and so the side of the QR code with its quiet zone: at least 22 mm of symbol from version 3 on. */
  fold: number
  /** What stays uncovered below; 0 where the card folds in the middle. */
  strip: number
}

export function layoutOf(perSheet: PerSheet): CardLayout {
  const height = (a4.height - 2 * margin.y) / (perSheet / 2)
  const fold = perSheet === 8 ? 30 : height / 2
  return { perSheet, height, fold, strip: height - 2 * fold }
}

/** Where the nth card of a sheet begins. */
export function cornerOf(n: number, { height }: CardLayout): { x: number; y: number } {
  return { x: margin.x + (n % 2) * cardWidth, y: margin.y + Math.floor(n / 2) * height }
}
