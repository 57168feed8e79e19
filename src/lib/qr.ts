// A QR code as vector graphics: sharp at any size on paper and on a screen.
import QRCode from 'qrcode'

/** Light modules that a scanner needs around the symbol. */
export const quietZone = 4

/** A quarter of the symbol may be dirty. */
const errorCorrectionLevel = 'Q'

/** SVG of a link at level Q, with the quiet zone of four modules. */
export async function qrSvg(url: string): Promise<string> {
  return QRCode.toString(url, { type: 'svg', errorCorrectionLevel, margin: quietZone })
}

/** Dark modules in a row, counted from the corner of the quiet zone. */
export interface Run {
  x: number
  y: number
  length: number
}

/** The same symbol as bars, for a PDF or a picture; `size` in modules holds the quiet zone on both sides. */
export function qrBars(url: string): { size: number; runs: Run[] } {
  const { modules } = QRCode.create(url, { errorCorrectionLevel })
  const runs: Run[] = []
  for (let y = 0; y < modules.size; y++) {
    let run: Run | undefined
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x) === 0) run = undefined
      else if (run) run.length++
      else runs.push((run = { x: x + quietZone, y: y + quietZone, length: 1 }))
    }
  }
  return { size: modules.size + 2 * quietZone, runs }
}
