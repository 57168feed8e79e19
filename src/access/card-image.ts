// A card as a picture for Zalo or e-mail: what the printed card says, at the size of a phone.
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import { evenLines } from '../lib/canvas-lines.ts'
import { qrBars } from '../lib/qr.ts'
import type { Card } from './card.views.ts'
import { fontFiles } from './font-files.ts'

const family = { regular: 'Card', bold: 'Card Bold' }
const width = 900
const height = 1300
const edge = 60

let registered = false

/** PNG of a card; the encoding runs beside the event loop. */
export async function cardImage(card: Card): Promise<Buffer> {
  if (!registered) {
    for (const weight of ['regular', 'bold'] as const)
      GlobalFonts.registerFromPath(fontFiles[weight], family[weight])
    registered = true
  }
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.fillStyle = '#000'
  const [title = '', ...lines] = card.lines
  let y = write(context, title, { y: edge, size: 32, bold: true })
  y = write(context, card.for, { y: y + 18, size: 36, bold: true })
  if (card.mark !== null) y = write(context, `[ ${card.mark} ]`, { y: y + 10, size: 28, bold: true })
  y = drawQr(context, card.url, y + 10)
  y = write(context, card.code, { y: y + 10, size: 60, bold: true })
  if (card.deadline !== null) y = write(context, card.deadline, { y: y + 14, size: 32, bold: true })
  y += 14
  for (const line of lines) y = write(context, line, { y: y + 6, size: 26 })
  return canvas.encode('png')
}

/** Writes lines of words in the middle, broken where they would not fit; where the next thing may begin. */
function write(
  context: SKRSContext2D,
  text: string,
  { y, size, bold = false }: { y: number; size: number; bold?: boolean },
): number {
  context.font = `${size}px "${bold ? family.bold : family.regular}"`
  context.textAlign = 'center'
  context.textBaseline = 'top'
  const lines = evenLines(context, text, width - 2 * edge)
  for (const [n, line] of lines.entries()) context.fillText(line, width / 2, y + n * size * 1.3)
  return y + lines.length * size * 1.3
}

const longestQr = 480

/** Whole pixels for each module, so that no edge is blurred. */
function drawQr(context: SKRSContext2D, url: string, y: number): number {
  const { size, runs } = qrBars(url)
  const module = Math.floor(longestQr / size)
  const x = Math.round((width - module * size) / 2)
  for (const run of runs)
    context.fillRect(x + run.x * module, Math.round(y) + run.y * module, run.length * module, module)
  return y + module * size
}
