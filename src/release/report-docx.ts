// The report as a Word file, in the form of Nghị định 30: A4, Times New Roman, page number in the middle of the top margin
// from page 2 on, number and day left to the clerk's office. What marks invented figures stands on every page.
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  PageNumber,
  PageOrientation,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
  type ISectionOptions,
} from 'docx'
import type { JobFile } from '../jobs/job.ts'
import type { ReportPart, ReportTable, ResultReport } from './report.ts'
import { takenLine, type Taken } from './taken.ts'

const mm = (millimetres: number) => Math.round((millimetres / 25.4) * 1440)
const page = { width: mm(210), height: mm(297) }
const margin = { top: mm(20), bottom: mm(20), left: mm(30), right: mm(20), header: mm(8), footer: mm(8) }
/** Half points. */
const size = { body: 26, table: 20, small: 22 }
const danger = '9C1C1C'
/** Tables with more columns lie on a page of their own, turned. */
const mostUpright = 8

export const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

export async function reportFile(name: string, report: ResultReport, taken: Taken): Promise<JobFile> {
  const document = new Document({
    creator: report.organiser,
    title: report.subtitle,
    styles: { default: { document: { run: { font: 'Times New Roman', size: size.body } } } },
    sections: sectionsOf(report, taken),
  })
  return { name: `${name}.docx`, mediaType: wordType, content: await Packer.toBuffer(document) }
}

/** Parts that need a wide table are put on turned pages; neighbours of one kind share a section. */
function sectionsOf(report: ResultReport, taken: Taken): ISectionOptions[] {
  const runs: { wide: boolean; parts: ReportPart[] }[] = []
  for (const part of report.parts) {
    const wide = part.tables.some(({ head }) => head.length > mostUpright)
    const last = runs.at(-1)
    if (last?.wide === wide) last.parts.push(part)
    else runs.push({ wide, parts: [part] })
  }
  return runs.map(({ wide, parts }, at) => ({
    properties: {
      titlePage: at === 0,
      page: {
        size: { ...page, orientation: wide ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT },
        margin: wide ? { ...margin, left: mm(20) } : margin,
      },
    },
    headers: {
      default: new Header({ children: [numberLine(), ...markLine(report)] }),
      ...(at === 0 ? { first: new Header({ children: markLine(report) }) } : {}),
    },
    footers: {
      default: takenFooter(taken),
      ...(at === 0 ? { first: takenFooter(taken) } : {}),
    },
    children: [
      ...(at === 0 ? titleBlock(report, wide) : []),
      ...parts.flatMap((part) => partOf(part, widthOf(wide))),
    ],
  }))
}

function widthOf(wide: boolean): number {
  return wide ? page.height - mm(40) : page.width - mm(50)
}

function numberLine(): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    children: [new TextRun({ children: [PageNumber.CURRENT], size: size.body })],
  })
}

function markLine({ mark }: ResultReport): Paragraph[] {
  return mark === null ? [] : [centred(mark, { bold: true, color: danger, size: size.small })]
}

function takenFooter(taken: Taken): Footer {
  return new Footer({ children: [centred(takenLine(taken), { italics: true, size: size.table })] })
}

interface Look {
  bold?: boolean
  italics?: boolean
  color?: string
  size?: number
}

function words(text: string, look: Look = {}): TextRun {
  return new TextRun({ text, size: size.body, ...look })
}

function centred(text: string, look: Look = {}, after = 0): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { after },
    children: [words(text, { size: size.body, ...look })],
  })
}

const none = { style: BorderStyle.NONE, size: 0, color: 'auto' }
const noBorders = { top: none, bottom: none, left: none, right: none }
const ruled = { bottom: { style: BorderStyle.SINGLE, size: 6, space: 1, color: '000000' } }

/** A line below words of which a part is as wide as `inset` on both sides leaves it. */
function line(inset: number): Paragraph {
  return new Paragraph({
    border: ruled,
    indent: { left: inset, right: inset },
    spacing: { after: 120, line: 60, lineRule: 'exact' },
    children: [],
  })
}

function titleBlock(report: ResultReport, wide: boolean): (Paragraph | Table)[] {
  const width = widthOf(wide)
  const [left, right] = [Math.round(width * 0.4), Math.round(width * 0.6)]
  const cell = (children: Paragraph[], size: number) =>
    new TableCell({ children, borders: noBorders, width: { size, type: WidthType.DXA } })
  return [
    new Table({
      width: { size: width, type: WidthType.DXA },
      columnWidths: [left, right],
      borders: { ...noBorders, insideHorizontal: none, insideVertical: none },
      rows: [
        new TableRow({
          children: [
            cell(
              [
                centred(report.organiser.toLocaleUpperCase('vi'), { bold: true, size: 24 }),
                line(Math.round(left * 0.3)),
                centred('Số:          /BC-…'),
              ],
              left,
            ),
            cell(
              [
                centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', { bold: true, size: 24 }),
                centred('Độc lập - Tự do - Hạnh phúc', { bold: true }),
                line(Math.round(right * 0.22)),
                centred('…, ngày … tháng … năm …', { italics: true }),
              ],
              right,
            ),
          ],
        }),
      ],
    }),
    ...(report.mark === null
      ? []
      : [
          new Paragraph({
            heading: HeadingLevel.HEADING_1,
            alignment: AlignmentType.CENTER,
            spacing: { before: 240 },
            children: [words(report.mark, { bold: true, color: danger, size: 28 })],
          }),
        ]),
    new Paragraph({
      heading: HeadingLevel.TITLE,
      alignment: AlignmentType.CENTER,
      spacing: { before: 240 },
      children: [words(report.title, { bold: true, size: 28, color: '000000' })],
    }),
    centred(report.subtitle, { bold: true, size: 28 }),
    line(Math.round(width * 0.36)),
  ]
}

function partOf(part: ReportPart, width: number): (Paragraph | Table)[] {
  return [
    new Paragraph({
      heading: HeadingLevel.HEADING_2,
      keepNext: true,
      spacing: { before: 240, after: 80 },
      children: [words(part.heading, { bold: true, size: size.body, color: '000000' })],
    }),
    ...part.paragraphs.map(
      (text) =>
        new Paragraph({
          alignment: AlignmentType.JUSTIFIED,
          indent: { firstLine: mm(10) },
          spacing: { after: 80 },
          children: [new TextRun({ text })],
        }),
    ),
    ...part.tables.flatMap((table) => tableOf(table, width)),
  ]
}

function tableOf(table: ReportTable, width: number): (Paragraph | Table)[] {
  const widths = widthsOf(table, width)
  const row = (cells: string[], head: boolean) =>
    new TableRow({
      tableHeader: head,
      cantSplit: true,
      children: cells.map((text, at) => {
        const alignment = head
          ? AlignmentType.CENTER
          : at < table.texts
            ? AlignmentType.LEFT
            : AlignmentType.RIGHT
        return new TableCell({
          width: { size: widths[at] ?? 0, type: WidthType.DXA },
          verticalAlign: VerticalAlignTable.CENTER,
          margins: { left: 60, right: 60, top: 30, bottom: 30 },
          ...(head ? { shading: { fill: 'E8EEF5' } } : {}),
          children: [
            new Paragraph({
              alignment,
              children: [words(text, { size: size.table, bold: head })],
            }),
          ],
        })
      }),
    })
  return [
    new Paragraph({
      keepNext: true,
      spacing: { before: 120, after: 60 },
      children: [words(table.title, { italics: true, size: size.small })],
    }),
    new Table({
      width: { size: width, type: WidthType.DXA },
      columnWidths: widths,
      rows: [row(table.head, true), ...table.rows.map((cells) => row(cells, false))],
    }),
    ...table.notes.map(
      (text) => new Paragraph({ spacing: { before: 60 }, children: [words(text, { size: size.table })] }),
    ),
  ]
}

/** The words get what the figures leave: the last column of words most of it. */
function widthsOf({ head, texts }: ReportTable, width: number): number[] {
  const figures = head.length - texts
  const figure = Math.min(mm(texts === 1 ? 24 : 19), Math.floor((width * 0.72) / figures))
  const left = width - figure * figures
  return head.map((_, at) =>
    at >= texts ? figure : texts === 1 ? left : at === 0 ? mm(14) : left - mm(14) * (texts - 1),
  )
}
