// Excel files for tests: good ones as an office writes them, and such as no office would.
import { strToU8, unzipSync, zipSync, type Zippable } from 'fflate'
import writeXlsxFile, { type Cell, type Sheet } from 'write-excel-file/node'

export type Value = string | number | null

/** A workbook with one sheet of these rows. */
export function workbook(rows: Value[][]): Promise<Buffer> {
  const data = rows.map((row) => row.map((value): Cell => (value === null ? null : { value })))
  return writeXlsxFile([{ sheet: 'Danh sách', data }] as Sheet<never>[]).toBuffer()
}

/** A workbook whose sheet holds this XML between <sheetData> and its end. */
export async function workbookOf(sheetData: string): Promise<Buffer> {
  const parts = unzipSync(await workbook([['x']]))
  const xml = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheetData}</sheetData></worksheet>`
  return zipOf({ ...parts, 'xl/worksheets/sheet1.xml': strToU8(xml) })
}

/** A good workbook with these files beside its own. */
export async function workbookWith(files: Zippable): Promise<Buffer> {
  return zipOf({ ...unzipSync(await workbook([['x']])), ...files })
}

export function zipOf(files: Zippable): Buffer {
  return Buffer.from(zipSync(files))
}
