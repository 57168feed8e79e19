// The sheets of cards as PDF: exact to a tenth of a millimetre on every printer, where a browser's print dialogue may scale.
// Made page by page while the answer is being sent, and other people's requests are answered between two pages.
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import PDFDocument from 'pdfkit'
import { qrBars } from '../lib/qr.ts'
import type { Card, CardSheets, Cover, HandOverRecord, Sheet } from './card.views.ts'
import { fontFiles } from './font-files.ts'
import { a4, cardWidth, cornerOf, layoutOf, margin, type CardLayout } from './sheet.ts'

type Pdf = PDFKit.PDFDocument
type Weight = keyof typeof fontFiles

/** Millimetres as points. */
const mm = (millimetres: number) => (millimetres * 72) / 25.4

/** Writes the PDF into `out` and ends it; stops when nobody reads any more. */
export async function writeCardsPdf(sheets: CardSheets, title: string, out: Writable): Promise<void> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    lang: 'vi',
    displayTitle: true,
    info: { Title: title, Creator: '', Producer: '' },
  })
  for (const weight of ['regular', 'bold'] as const) doc.registerFont(weight, fontFiles[weight])
  const done = finished(out)
  doc.pipe(out)
  const layout = layoutOf(sheets.perSheet)
  for (const sheet of sheets.sheets) {
    if (out.destroyed) break
    doc.addPage()
    drawSheet(doc, sheet, layout)
    await new Promise((resolve) => setImmediate(resolve))
  }
  doc.end()
  await done
}

function drawSheet(doc: Pdf, sheet: Sheet, layout: CardLayout): void {
  if (sheet.kind === 'record') drawRecords(doc, sheet.record)
  else if (sheet.kind === 'cover') drawCover(doc, sheet.cover)
  else for (const [n, card] of sheet.cards.entries()) drawCard(doc, card, n, layout)
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Text inside a box in millimetres, in a smaller size where it would not fit; the height that it took, in millimetres. */
function write(
  doc: Pdf,
  text: string,
  box: Box,
  {
    size,
    weight = 'regular',
    align = 'left',
    middle = false,
  }: {
    size: number
    weight?: Weight
    align?: 'left' | 'center'
    middle?: boolean
  },
): number {
  const options = { width: mm(box.width), align, lineGap: -0.08 * size }
  let fitting = size
  const heightNow = () => doc.font(weight).fontSize(fitting).heightOfString(text, options)
  while (fitting > 6 && heightNow() > mm(box.height)) fitting -= 0.25
  const height = heightNow()
  const y = mm(box.y) + (middle ? Math.max(0, (mm(box.height) - height) / 2) : 0)
  doc.fillColor('#000').text(text, mm(box.x), y, options)
  return (height * 25.4) / 72
}

function drawCard(doc: Pdf, card: Card, n: number, layout: CardLayout): void {
  const { x, y } = cornerOf(n, layout)
  const inner = { x: x + 3, width: cardWidth - 6 }
  drawQr(doc, card.url, x, y, layout.fold)
  // Beside the QR code: whom it is for, the code, until when.
  const beside = { x: x + layout.fold, width: cardWidth - layout.fold - 3 }
  write(doc, card.for, { ...beside, y: y + 2.5, height: 11 }, { size: 9.5, weight: 'bold' })
  write(doc, card.code, { ...beside, y: y + 13, height: 8 }, { size: 17, weight: 'bold', middle: true })
  if (card.deadline !== null)
    write(doc, card.deadline, { ...beside, y: y + 22.5, height: 5 }, { size: 8.5, weight: 'bold' })
  // Below the fold, hidden with the code once folded.
  let at = y + layout.fold + 1.6
  if (card.mark !== null) at += drawMark(doc, card.mark, inner.x, at) + 0.8
  writeLines(doc, card.lines, { ...inner, y: at, height: y + layout.height - layout.strip - 1.2 - at })
  if (layout.strip > 0) {
    const strip = { ...inner, y: y + layout.height - layout.strip + 0.8, height: layout.strip - 1.6 }
    const words = card.mark === null ? card.for : `${card.for} (${card.mark})`
    write(doc, words, strip, { size: 8.5, weight: 'bold', middle: true })
    drawLine(doc, x, strip.y - 0.8, x + cardWidth, strip.y - 0.8, 'end')
  }
  drawLine(doc, x, y + layout.fold, x + cardWidth, y + layout.fold, 'fold')
  doc
    .rect(mm(x), mm(y), mm(cardWidth), mm(layout.height))
    .dash(4, { space: 2.5 })
    .lineWidth(0.7)
    .strokeColor('#555')
    .stroke()
    .undash()
}

/** Lines below each other, the first one bold, all in the size in which they fit. */
function writeLines(doc: Pdf, lines: string[], box: Box): void {
  let size = 8.25
  const height = (line: string, n: number) =>
    doc
      .font(n === 0 ? 'bold' : 'regular')
      .fontSize(size)
      .heightOfString(line, { width: mm(box.width), lineGap: -0.08 * size })
  const total = () => lines.reduce((sum, line, n) => sum + height(line, n), 0)
  while (size > 6 && total() > mm(box.height)) size -= 0.25
  let at = box.y
  for (const [n, line] of lines.entries())
    at += write(doc, line, { ...box, y: at }, { size, ...(n === 0 && { weight: 'bold' as const }) })
}

/** Cut lines are dashed, the fold is dotted, where the folded flap ends is a hair line. */
function drawLine(
  doc: Pdf,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  kind: 'fold' | 'end' | 'cut',
): void {
  doc
    .moveTo(mm(x1), mm(y1))
    .lineTo(mm(x2), mm(y2))
    .lineWidth(kind === 'end' ? 0.3 : 0.7)
  if (kind === 'fold') doc.dash(0.8, { space: 2.4 })
  if (kind === 'cut') doc.dash(4, { space: 2.5 })
  doc.strokeColor('#555').stroke().undash()
}

function drawQr(doc: Pdf, url: string, x: number, y: number, side: number): void {
  const { size, runs } = qrBars(url)
  const module = mm(side) / size
  for (const run of runs)
    doc.rect(mm(x) + run.x * module, mm(y) + run.y * module, run.length * module, module)
  doc.fillColor('#000').fill()
}

/** A framed word such as "Dự phòng"; its height in millimetres. */
function drawMark(doc: Pdf, mark: string, x: number, y: number): number {
  const width = doc.font('bold').fontSize(8.5).widthOfString(mark)
  doc
    .rect(mm(x), mm(y), width + mm(3), mm(4.4))
    .lineWidth(1.2)
    .strokeColor('#000')
    .stroke()
  write(doc, mark, { x: x + 1.5, y, width: 90, height: 4.4 }, { size: 8.5, weight: 'bold', middle: true })
  return 4.4
}

function drawCover(doc: Pdf, cover: Cover): void {
  const wide = { x: 25, width: a4.width - 50 }
  if (cover.mark !== null) drawMark(doc, cover.mark, wide.x, 30)
  let at = 60
  at += write(doc, cover.unit, { ...wide, y: at, height: 40 }, { size: 26, weight: 'bold' }) + 6
  at += write(doc, cover.what, { ...wide, y: at, height: 30 }, { size: 20, weight: 'bold' }) + 6
  at += write(doc, cover.count, { ...wide, y: at, height: 20 }, { size: 20 }) + 14
  at += write(doc, cover.handTo, { ...wide, y: at, height: 20 }, { size: 14, weight: 'bold' }) + 6
  for (const note of cover.notes)
    at += write(doc, `•  ${note}`, { ...wide, y: at, height: 20 }, { size: 12 }) + 2.5
}

const half = a4.height / 2

/** Two copies, one for each side, on one sheet where they are short enough. */
function drawRecords(doc: Pdf, record: HandOverRecord): void {
  const first = drawRecord(doc, record, margin.y + 4)
  if (first > half - 2) {
    doc.addPage()
    drawRecord(doc, record, margin.y + 4)
    return
  }
  drawLine(doc, margin.x, half, a4.width - margin.x, half, 'cut')
  drawRecord(doc, record, half + 6)
}

const recordX = 20
const recordWidth = a4.width - 40

/** Where the record ends, in millimetres from the top. */
function drawRecord(doc: Pdf, record: HandOverRecord, top: number): number {
  const left = { x: recordX, width: 74 }
  const right = { x: recordX + 78, width: recordWidth - 78 }
  const wide = { x: recordX, width: recordWidth }
  const centred = { align: 'center' as const }
  write(doc, record.organiser, { ...left, y: top, height: 10 }, { size: 10, weight: 'bold', ...centred })
  const nation = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'
  write(doc, nation, { ...right, y: top, height: 5 }, { size: 10, weight: 'bold', ...centred })
  const motto = 'Độc lập - Tự do - Hạnh phúc'
  write(doc, motto, { ...right, y: top + 5, height: 5 }, { size: 10, weight: 'bold', ...centred })
  drawLine(doc, right.x + 23, top + 10.4, right.x + right.width - 23, top + 10.4, 'end')
  let at = top + 14
  at += write(doc, record.title, { ...wide, y: at, height: 8 }, { size: 12, weight: 'bold', ...centred }) + 1
  at += write(doc, record.about, { ...wide, y: at, height: 9 }, { size: 9.5, ...centred }) + 1
  if (record.mark !== null)
    at += write(doc, record.mark, { ...wide, y: at, height: 5 }, { size: 9, weight: 'bold', ...centred }) + 1
  const day = 'Hôm nay, ngày …… tháng …… năm ………, hai bên giao và nhận số thẻ sau, đã đếm đủ:'
  at += write(doc, day, { ...wide, y: at + 1, height: 6 }, { size: 10 }) + 3
  for (const { what, count } of [
    { what: 'Nhóm', count: 'Số thẻ' },
    ...record.rows,
    { what: 'Cộng', count: record.total },
  ]) {
    const isEdge = what === 'Nhóm' || what === 'Cộng'
    const style = { size: 10, middle: true, ...(isEdge && { weight: 'bold' as const }) }
    doc.lineWidth(0.6).strokeColor('#000')
    doc.rect(mm(recordX), mm(at), mm(recordWidth - 34), mm(6)).stroke()
    doc.rect(mm(recordX + recordWidth - 34), mm(at), mm(34), mm(6)).stroke()
    write(doc, what, { x: recordX + 2, y: at, width: recordWidth - 38, height: 6 }, style)
    const cell = { x: recordX + recordWidth - 34, y: at, width: 34, height: 6 }
    write(doc, count, cell, { ...style, ...centred })
    at += 6
  }
  const note = 'Thẻ không đánh số. Biên bản lập thành hai bản, mỗi bên giữ một bản.'
  at += write(doc, note, { ...wide, y: at + 1.5, height: 6 }, { size: 10 }) + 4
  const sides = [
    { title: 'BÊN GIAO', name: record.sides.giver, x: recordX },
    { title: 'BÊN NHẬN', name: record.sides.taker, x: recordX + recordWidth / 2 },
  ]
  for (const { title, name, x } of sides) {
    const box = { x, width: recordWidth / 2 - 4 }
    write(doc, title, { ...box, y: at, height: 5 }, { size: 10, weight: 'bold', ...centred })
    write(doc, name, { ...box, y: at + 5, height: 9 }, { size: 9.5, ...centred })
    const sign = '(Ký, ghi rõ họ tên, chức vụ)'
    write(doc, sign, { ...box, y: at + 14, height: 5 }, { size: 9, ...centred })
    drawLine(doc, x + 14, at + 38, x + recordWidth / 2 - 18, at + 38, 'end')
  }
  return at + 40
}
