// A report as tables for people, and as a file: XLSX to work with and to print, CSV for Excel and programs.
import { stringify } from 'csv-stringify/sync'
import writeXlsxFile, {
  type Cell,
  type CellObject,
  type Feature,
  type Image,
  type Sheet,
} from 'write-excel-file/node'

export type Value = string | number | null

export interface Column {
  title: string
  /** Width in characters. */
  width: number
  /** Decimals of a number column; undefined for text. */
  decimals?: number
}

export interface Table {
  name: string
  columns: Column[]
  rows: Value[][]
  /** Sentences below it. */
  notes?: string[]
  /** Columns that stay in sight when one goes to the right. */
  fixedColumns?: number
  /** Where there is no figure the cell is empty, for programs, and not "–". */
  blank?: boolean
}

export interface Report {
  /** Lines above every table: what it is, of when, from how many, and the hash. */
  head: [label: string, value: string][]
  tables: Table[]
  /** Stands at the foot of every printed page, beside its number. */
  foot?: string
}

/** One CSV with all tables, each under its name, for Excel (BOM); text that a spreadsheet would take for a formula is defused. */
export function csvOf(report: Report): string {
  const rows: Value[][] = [
    ...report.head,
    ...report.tables.flatMap((table) => [
      [''],
      [table.name],
      table.columns.map((column) => column.title),
      ...table.rows,
      ...(table.notes ?? []).map((note) => [note]),
    ]),
  ]
  return '\uFEFF' + stringify(rows, { escape_formulas: true })
}

/** A workbook, one sheet for each table. */
export function xlsxOf(report: Report): Promise<Buffer> {
  const sheets = report.tables.map((table) => sheetOf(report, table))
  const features = [printing(report)]
  return writeXlsxFile(sheets as Sheet<Image['content']>[], {
    fontFamily: 'Arial',
    fontSize: 10,
    features,
  }).toBuffer()
}

const line = { borderStyle: 'thin' as const, borderColor: '#c5ccd3' }
/** Points, of the standard font. */
const lineHeight = 13.5

/** A sheet: the head, an empty row, the column titles, the rows, the notes; frozen below the titles. */
function sheetOf(report: Report, table: Table) {
  const styles = table.columns.map((column, at) => styleOf(column, table.columns[at - 1], table.blank))
  const titles = table.columns.map(({ title, decimals }, at): CellObject => ({
    value: title,
    fontWeight: 'bold',
    backgroundColor: '#dbe7f3',
    wrap: true,
    alignVertical: 'center',
    align: decimals === undefined ? 'left' : 'right',
    ...(styles[at]?.text.indent === undefined ? {} : { indent: 1 }),
    borderStyle: 'thin',
    borderColor: '#8a99a8',
  }))
  return {
    sheet: table.name,
    data: [
      ...report.head.map(([label, value]) => sentence(table, `${label}: ${value}`, { fontWeight: 'bold' })),
      ...(report.head.length === 0 ? [] : [[]]),
      tallEnough(titles, table),
      ...table.rows.map((row) =>
        tallEnough(
          row.map((value, at) => cellOf(value, styles[at])),
          table,
        ),
      ),
      ...(table.notes === undefined ? [] : [[], ...table.notes.map((note) => sentence(table, note, {}))]),
    ],
    columns: table.columns.map(({ width }) => ({ width })),
    stickyRowsCount: titleRow(report),
    ...(table.fixedColumns === undefined ? {} : { stickyColumnsCount: table.fixedColumns }),
  }
}

/** Not every program makes a row as tall as its words need, so it is said in the file. */
function tallEnough(cells: CellObject[], { columns }: Table): Cell[] {
  const lines = cells.map(({ value, wrap, fontWeight }, at) =>
    wrap === true && typeof value === 'string'
      ? linesOf(value, columns[at]?.width ?? 0, fontWeight === 'bold')
      : 1,
  )
  const most = Math.max(...lines)
  const [first, ...others] = cells
  return most === 1 || first === undefined ? cells : [{ ...first, height: most * lineHeight + 2 }, ...others]
}

/** How many lines words take in a column of this width, broken as a spreadsheet breaks them; rather too many. */
function linesOf(text: string, width: number, bold: boolean): number {
  const room = Math.max(1, Math.floor(width / (bold ? 1.1 : 1)) - 1)
  if (text.length <= room && !text.includes('\n')) return 1
  return text.split('\n').reduce((lines, part) => {
    let used = 0
    let own = 1
    for (const word of part.split(' ')) {
      if (used > 0 && used + 1 + word.length > room) {
        own++
        used = 0
      }
      used += (used > 0 ? 1 : 0) + word.length
      own += Math.floor((used - 1) / room)
      used = used > room ? used % room || room : used
    }
    return lines + own
  }, 0)
}

/** Counted from 1. */
function titleRow(report: Report): number {
  return report.head.length === 0 ? 1 : report.head.length + 2
}

/** Words over the whole width. Cells that are joined do not grow by themselves. */
function sentence(table: Table, text: string, look: { fontWeight?: 'bold' }): Cell[] {
  const [first, ...others] = table.columns
  if (first === undefined) return []
  const lines = linesOf(text, widthOf(table), look.fontWeight === 'bold')
  const height = lines * lineHeight + 2
  const cell = { value: text, wrap: true, alignVertical: 'top' as const, height, ...look }
  return [
    others.length === 0 ? cell : { ...cell, columnSpan: table.columns.length },
    ...others.map(() => null),
  ]
}

function widthOf(table: Table): number {
  return table.columns.reduce((sum, { width }) => sum + width, 0)
}

type Style = ReturnType<typeof styleOf>

function styleOf({ decimals }: Column, before: Column | undefined, blank = false) {
  const format = decimals === undefined || decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`
  // Figures end where the words of the next column would begin.
  const afterFigures = decimals === undefined && before?.decimals !== undefined
  return {
    number: { type: Number, format, alignVertical: 'top' as const, ...line },
    none: {
      ...(blank ? {} : { value: '–' }),
      align: 'right' as const,
      alignVertical: 'top' as const,
      ...line,
    },
    text: {
      wrap: true,
      alignVertical: 'top' as const,
      ...line,
      ...(afterFigures ? { align: 'left' as const, indent: 1 } : {}),
    },
  }
}

function cellOf(value: Value, style: Style | undefined): CellObject {
  if (style === undefined) return value === null ? {} : { value }
  if (value === null) return style.none
  return typeof value === 'string' ? { value, ...style.text } : { value, ...style.number }
}

/** Characters of the standard font that a printed page holds at a size that is still read with ease. */
const widest = { portrait: 105, landscape: 205 }
const margins = '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.65" header="0.3" footer="0.3"/>'

/**
 * What the library has no words for: the width of a table fits its page (A4, else A3), titles are repeated on each, and
 * the foot says what it is and which page.
 */
function printing(report: Report): Feature<Image['content']> {
  const setUp = (table: Table | undefined): string => {
    const width = table === undefined ? 0 : widthOf(table)
    const paper = width > widest.landscape ? 8 : 9
    const orientation = width > widest.portrait ? 'landscape' : 'portrait'
    const foot = `&L${codeless(report.foot ?? '')}&C${codeless(table?.name ?? '')}&RTrang &P/&N`
    return `${margins}<pageSetup paperSize="${paper}" orientation="${orientation}" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>${escaped(foot)}</oddFooter></headerFooter>`
  }
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': {
          transform: (xml, _options, { sheetIndex }) => {
            const start = xml.indexOf('>', xml.indexOf('<worksheet')) + 1
            const end = xml.lastIndexOf('</worksheet>')
            const fit = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            return `${xml.slice(0, start)}${fit}${xml.slice(start, end)}${setUp(report.tables[sheetIndex])}${xml.slice(end)}`
          },
        },
        'xl/workbook.xml': {
          transform: (xml) => {
            const row = titleRow(report)
            const names = report.tables.map(
              ({ name }, at) =>
                `<definedName name="_xlnm.Print_Titles" localSheetId="${at}">${escaped(`'${name.replaceAll("'", "''")}'!$${row}:$${row}`)}</definedName>`,
            )
            return xml.replace('<definedNames/>', () => `<definedNames>${names.join('')}</definedNames>`)
          },
        },
      },
    },
  }
}

/** A footer's codes begin with "&"; it holds 255 signs in all. */
function codeless(text: string): string {
  return text.replaceAll('&', '&&').slice(0, 110)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
