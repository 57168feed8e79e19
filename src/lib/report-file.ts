// A report as tables for people, and as a file: XLSX to work with, CSV for Excel and programs.
import { stringify } from 'csv-stringify/sync'
import writeXlsxFile, { type Cell, type Sheet } from 'write-excel-file/node'

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
}

export interface Report {
  /** Lines above every table: what it is, of when, from how many, and the hash. */
  head: [label: string, value: string][]
  tables: Table[]
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
    ]),
  ]
  return '\uFEFF' + stringify(rows, { escape_formulas: true })
}

/** A workbook, one sheet for each table. */
export function xlsxOf(report: Report): Promise<Buffer> {
  const sheets = report.tables.map((table) => sheetOf(report, table))
  return writeXlsxFile(sheets as Sheet<never>[], { fontFamily: 'Arial', fontSize: 11 }).toBuffer()
}

/** A sheet: the head, an empty row, the column titles, the rows; frozen below the titles. */
function sheetOf(report: Report, table: Table) {
  const head = report.head.map(([label, value]): Cell[] => [
    { value: `${label}: ${value}`, wrap: false, fontWeight: 'bold' },
  ])
  const titles = table.columns.map((column): Cell => ({
    value: column.title,
    fontWeight: 'bold',
    backgroundColor: '#dbe7f3',
    wrap: true,
    alignVertical: 'center',
    align: column.decimals === undefined ? 'left' : 'right',
    borderStyle: 'thin',
    borderColor: '#8a99a8',
  }))
  const rows = table.rows.map((row) => row.map((value, i) => cellOf(value, table.columns[i]?.decimals)))
  return {
    sheet: table.name,
    data: [...head, [], titles, ...rows],
    columns: table.columns.map(({ width }) => ({ width })),
    stickyRowsCount: head.length + 2,
    orientation: table.columns.length > 6 ? ('landscape' as const) : ('portrait' as const),
  }
}

function cellOf(value: Value, decimals: number | undefined): Cell {
  if (value === null) return { value: '–', align: 'right' }
  if (typeof value === 'string') return { value, wrap: true, alignVertical: 'top' }
  const places = decimals ?? 0
  return {
    value,
    type: Number,
    format: places === 0 ? '#,##0' : `#,##0.${'0'.repeat(places)}`,
    alignVertical: 'top',
  }
}
