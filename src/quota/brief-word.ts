// The short report as a Word file on one A4 page, in the fonts and margins of Nghị định 30/2020/NĐ-CP.
import {
  AlignmentType,
  BorderStyle,
  Document,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
  type IRunOptions,
} from 'docx'
import { levelColumns, type Brief } from './brief.ts'

const mm = (length: number) => Math.round((length / 25.4) * 1440)
/** A4 less the margins left and right. */
const textWidth = mm(210 - 30 - 20)
const nameWidth = mm(48)

export async function briefWord(brief: Brief): Promise<Buffer> {
  const document = new Document({
    creator: brief.organiser,
    title: 'Báo cáo nhanh',
    styles: { default: { document: { run: { font: 'Times New Roman', size: 26 } } } },
    sections: [
      {
        properties: {
          page: {
            size: { width: mm(210), height: mm(297) },
            margin: { top: mm(20), bottom: mm(20), left: mm(30), right: mm(20) },
          },
        },
        children: [
          head(brief),
          line('BÁO CÁO NHANH', { bold: true, size: 28, centre: true, before: 160 }),
          line(brief.survey, { bold: true, centre: true }),
          ...(brief.plan === '' ? [] : [line(brief.plan, { centre: true })]),
          line(brief.at, { italics: true, centre: true }),
          ...(brief.notice === null
            ? []
            : [line(brief.notice, { bold: true, centre: true, color: '855600' })]),
          line(brief.heading, { bold: true, size: 28, before: 200, after: 120 }),
          levelTable(brief),
          ...(brief.slowest.length === 0
            ? []
            : [
                line('Cơ quan, đơn vị có tỷ lệ thu thấp nhất', { bold: true, before: 200 }),
                ...brief.slowest.map(({ name, counts }, i) => line(`${i + 1}. ${name}: ${counts}`)),
              ]),
          ...brief.facts.map(({ label, text }) => labelled(label, text)),
          ...brief.footer.map((text, i) => line(text, { size: 20, ...(i === 0 && { before: 240 }) })),
        ],
      },
    ],
  })
  return Packer.toBuffer(document)
}

interface Look {
  bold?: boolean
  italics?: boolean
  size?: number
  color?: string
  centre?: boolean
  before?: number
  after?: number
}

function line(text: string, { centre, before, after, ...run }: Look = {}): Paragraph {
  return new Paragraph({
    ...(centre && { alignment: AlignmentType.CENTER }),
    spacing: { before: before ?? 40, after: after ?? 40 },
    children: [words({ text, ...run })],
  })
}

/** The office on the left, the nation and its motto on the right, a line below each. */
function head({ organiser }: Brief): Table {
  const widths = [Math.round(textWidth * 0.4), Math.round(textWidth * 0.6)] as const
  const none = { style: BorderStyle.NONE, size: 0, color: 'auto' }
  const bare = { top: none, bottom: none, left: none, right: none }
  const ruled = (width: number, share: number) =>
    new Paragraph({
      border: { bottom: { style: BorderStyle.SINGLE, size: 6, space: 1, color: '000000' } },
      indent: { left: Math.round((width * (1 - share)) / 2), right: Math.round((width * (1 - share)) / 2) },
      spacing: { line: 60, lineRule: 'exact' },
      children: [],
    })
  const cell = (width: number, children: Paragraph[]) =>
    new TableCell({ children, borders: bare, width: { size: width, type: WidthType.DXA } })
  const [left, right] = widths
  return new Table({
    width: { size: textWidth, type: WidthType.DXA },
    columnWidths: [...widths],
    borders: { ...bare, insideHorizontal: none, insideVertical: none },
    rows: [
      new TableRow({
        children: [
          cell(left, [
            line(organiser.toLocaleUpperCase('vi'), {
              bold: true,
              size: 24,
              centre: true,
              before: 0,
              after: 0,
            }),
            ruled(left, 0.4),
          ]),
          cell(right, [
            line('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', {
              bold: true,
              size: 24,
              centre: true,
              before: 0,
              after: 0,
            }),
            line('Độc lập - Tự do - Hạnh phúc', { bold: true, centre: true, before: 0, after: 0 }),
            ruled(right, 0.58),
          ]),
        ],
      }),
    ],
  })
}

function words(options: IRunOptions): TextRun {
  return new TextRun(options)
}

function labelled(label: string, text: string): Paragraph {
  return new Paragraph({
    spacing: { before: 160 },
    children: [words({ text: `${label}: `, bold: true }), words({ text })],
  })
}

function levelTable(brief: Brief): Table {
  const rest = Math.floor((textWidth - nameWidth) / (levelColumns.length - 1))
  const widths = levelColumns.map((_, i) => (i === 0 ? nameWidth : rest))
  const row = (texts: readonly string[], bold: boolean, fill?: string) =>
    new TableRow({
      cantSplit: true,
      children: texts.map(
        (text, i) =>
          new TableCell({
            width: { size: widths[i] ?? rest, type: WidthType.DXA },
            margins: { left: 80, right: 80, top: 40, bottom: 40 },
            ...(fill !== undefined && { shading: { fill } }),
            children: [
              new Paragraph({
                alignment: i === 0 ? AlignmentType.LEFT : AlignmentType.RIGHT,
                children: [words({ text, bold, size: 24 })],
              }),
            ],
          }),
      ),
    })
  const border = { style: BorderStyle.SINGLE, size: 4, color: '8A99A8' }
  const isSum = (i: number) => brief.levels.length > 1 && i === brief.levels.length - 1
  return new Table({
    width: { size: textWidth, type: WidthType.DXA },
    columnWidths: widths,
    borders: {
      top: border,
      bottom: border,
      left: border,
      right: border,
      insideHorizontal: border,
      insideVertical: border,
    },
    rows: [row(levelColumns, true, 'DBE7F3'), ...brief.levels.map((texts, i) => row(texts, isSum(i)))],
  })
}
