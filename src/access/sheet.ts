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

/** How a page of cards sets what would not fit in the usual size; the PDF measures its own letters instead. */
export type TypeSize = 'usual' | 'small' | 'smallest'

/** Letters that a line holds in the widest font a browser may fall back on, at the size in points for 1 mm of width. */
const lettersPerMm = { regular: 5.5, bold: 5.1 }

function linesOf(text: string, width: number, size: number, weight: keyof typeof lettersPerMm): number {
  return Math.max(1, Math.ceil((text.length * size) / (lettersPerMm[weight] * width)))
}

/** Beside the QR code: four lines of the usual size stand above the code. */
export function sizeBesideQr(text: string, { fold }: CardLayout): TypeSize {
  return linesOf(text, cardWidth - fold - 2, 9.5, 'bold') > 3 ? 'small' : 'usual'
}

/** Below the fold: lines, the first of them bold, and a framed mark above them where there is one. */
export function sizeBelowFold(lines: readonly string[], hasMark: boolean, { fold }: CardLayout): TypeSize {
  const fits = (size: number) => {
    const [first = '', ...rest] = lines
    const count =
      linesOf(first, cardWidth - 6, size, 'bold') +
      rest.reduce((sum, line) => sum + linesOf(line, cardWidth - 6, size, 'regular'), 0)
    const lineHeight = (size * 1.2 * 25.4) / 72
    return count * lineHeight + (hasMark ? 5.2 : 0) <= fold - 1.6
  }
  return fits(8.25) ? 'usual' : fits(7.5) ? 'small' : 'smallest'
}

/** The strip that stays readable when the card is folded: two lines. */
export function sizeOnStrip(text: string): TypeSize {
  return linesOf(text, cardWidth - 6, 8.25, 'bold') > 2 ? 'small' : 'usual'
}
