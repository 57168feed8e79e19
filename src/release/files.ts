// The report as a file: XLSX to work with, CSV for Excel and programs, JSON for programs.
import { stringify } from 'csv-stringify/sync'
import writeXlsxFile, { type Cell, type Sheet } from 'write-excel-file/node'
import type { JobFile } from '../jobs/job.ts'
import type { Format } from '../lib/export-format.ts'
import type { Report, Table, Value } from './tables.ts'

const mediaTypes: Record<Format, string> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** `content` is what JSON holds, `report` what tables show of the same. */
export async function writeFileOf(
  name: string,
  format: Format,
  content: object,
  report: Report,
): Promise<JobFile> {
  const file = { name: `${name}.${format}`, mediaType: mediaTypes[format] }
  switch (format) {
    case 'json':
      return { ...file, content: Buffer.from(JSON.stringify(content, null, 2) + '\n', 'utf8') }
    case 'csv':
      return { ...file, content: Buffer.from('\uFEFF' + csvOf(report), 'utf8') }
    case 'xlsx':
      return { ...file, content: await xlsxOf(report) }
  }
}

/** One CSV with all tables, each under its name; text that a spreadsheet would take for a formula is defused. */
function csvOf(report: Report): string {
  const rows: Value[][] = [
    ...report.head,
    ...report.tables.flatMap((table) => [
      [''],
      [table.name],
      table.columns.map((column) => column.title),
      ...table.rows,
    ]),
  ]
  return stringify(rows, { escape_formulas: true })
}

function xlsxOf(report: Report): Promise<Buffer> {
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
