// Reads the first sheet of an uploaded Excel file, which may be anything: it is looked at before a library unpacks it.
import { parse } from 'csv-parse/sync'
import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate'
import readXlsxFile from 'read-excel-file/node'
import { Problem } from './problem.ts'

/** A megabyte of zeros packs into a kilobyte: what counts is the size after unpacking. */
const mostUnpacked = 20 * 1024 * 1024
const mostEntries = 200
/** A single cell far down and right makes the library build everything before it: a kilobyte could fill the memory. */
const mostRows = 20_000
const mostColumns = 200

export type SheetCell = string | number | boolean | Date | null

/**
 * The cells of the first sheet, row by row.
 * @throws Problem file-unreadable for anything but an Excel workbook of a reasonable size
 */
export async function readFirstSheet(file: Buffer, name: string): Promise<SheetCell[][]> {
  const refuse = (reason: string) => new Problem('file-unreadable', { file: name, reason })
  if (!isZip(file)) throw refuse('đây không phải tệp Excel (.xlsx). Hãy dùng tệp mẫu.')
  const parts = unpackSmall(file)
  if (parts === undefined) throw refuse('tệp hỏng, hoặc mở ra quá lớn. Hãy dùng tệp mẫu.')
  if (!parts.every(isNear))
    throw refuse('trang tính có ô ở ngoài 20.000 dòng hoặc 200 cột đầu. Hãy chép danh sách sang tệp mẫu.')
  try {
    const [sheet] = await readXlsxFile(file)
    return (sheet?.data ?? []) as SheetCell[][]
  } catch {
    throw refuse('tệp hỏng, hoặc không phải tệp Excel (.xlsx). Hãy lưu lại bằng Excel rồi nạp lại.')
  }
}

/**
 * The cells of a table, row by row: a zip is an Excel file, anything else has to be text. Nothing of it stands in a refusal.
 * @throws Problem file-unreadable
 */
export async function readCells(file: Buffer, name: string): Promise<SheetCell[][]> {
  if (file.subarray(0, 2).toString('latin1') === 'PK') return readFirstSheet(file, name)
  const refuse = (reason: string) => new Problem('file-unreadable', { file: name, reason })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch {
    throw refuse('chữ trong tệp không ở dạng Unicode (UTF-8). Hãy lưu lại bằng Excel dạng .xlsx.')
  }
  const [head = ''] = text.split('\n', 1)
  const delimiter = [';', '\t'].find((sign) => head.includes(sign)) ?? ','
  try {
    return parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: false,
      max_record_size: 100_000,
    })
  } catch {
    throw refuse('các dòng không đúng dạng CSV. Hãy lưu lại bằng Excel dạng .xlsx.')
  }
}

function isZip(file: Buffer): boolean {
  return file.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))
}

/** The files inside, as text; undefined when the zip is damaged, or as soon as it is too much. */
function unpackSmall(file: Buffer): string[] | undefined {
  const parts: Uint8Array[][] = []
  let unpacked = 0
  const unzip = new Unzip((entry) => {
    const part: Uint8Array[] = []
    if (parts.push(part) > mostEntries) throw new Error('too many')
    entry.ondata = (error: unknown, chunk: Uint8Array | undefined) => {
      if (error instanceof Error) throw error
      unpacked += chunk?.length ?? 0
      if (unpacked > mostUnpacked) throw new Error('too much')
      if (chunk) part.push(chunk)
    }
    entry.start()
  })
  unzip.register(UnzipInflate)
  unzip.register(UnzipPassThrough)
  try {
    // In small pieces, so that the count can stop it in between.
    for (let at = 0; at < file.length; at += 16_384)
      unzip.push(file.subarray(at, at + 16_384), at + 16_384 >= file.length)
  } catch {
    return undefined
  }
  return parts.length === 0 ? undefined : parts.map((part) => Buffer.concat(part).toString('latin1'))
}

/** The opening tag of a row or a cell, whatever stands in its attributes; and the attribute that says where it is. */
const placed = /<(?:[\w.-]+:)?(?:row|c)(?=[\s/>])(?:"[^"]*"|'[^']*'|[^"'>])*/g
const place = /\sr\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Whether all rows and cells of this XML lie near; of a file without any, they do. */
function isNear(xml: string): boolean {
  for (const [tag] of xml.matchAll(placed))
    for (const [, twice, once] of tag.matchAll(place)) {
      const [, letters = '', row] = /^([A-Z]{0,3})(\d{1,7})$/.exec(twice ?? once ?? '') ?? []
      if (row === undefined || Number(row) > mostRows || columnOf(letters) > mostColumns) return false
    }
  return true
}

/** "A" → 1, "GR" → 200 */
function columnOf(letters: string): number {
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0)
}
