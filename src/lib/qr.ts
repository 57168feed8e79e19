// A QR code as vector graphics: sharp at any size on paper and on a screen.
import QRCode from 'qrcode'

/** SVG of a link at level Q (a quarter of the symbol may be dirty), with the quiet zone of four modules. */
export async function qrSvg(url: string): Promise<string> {
  return QRCode.toString(url, { type: 'svg', errorCorrectionLevel: 'Q', margin: 4 })
}
