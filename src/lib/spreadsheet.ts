// Reads the first sheet of an uploaded Excel file, which may be anything: it is looked at before a library unpacks it.
import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate'
import readXlsxFile from 'read-excel-file/node'
import { Problem } from './problem.ts'

/** A megabyte of zeros packs into a kilobyte: what counts is the size after unpacking. */
const mostUnpacked = 20 * 1024 * 1024
const mostEntries = 200

export type SheetCell = string | number | boolean | Date | null

/**
 * The cells of the first sheet, row by row.
 * @throws Problem file-unreadable for anything but an Excel workbook of a reasonable size
 */
export async function readFirstSheet(file: Buffer, name: string): Promise<SheetCell[][]> {
  const refuse = (reason: string) => new Problem('file-unreadable', { file: name, reason })
  if (!isZip(file)) throw refuse('đây không phải tệp Excel (.xlsx). Hãy dùng tệp mẫu.')
  if (!unpacksSmall(file)) throw refuse('tệp hỏng, hoặc mở ra quá lớn. Hãy dùng tệp mẫu.')
  try {
    const [sheet] = await readXlsxFile(file)
    return (sheet?.data ?? []) as SheetCell[][]
  } catch {
    throw refuse('tệp hỏng, hoặc không phải tệp Excel (.xlsx). Hãy lưu lại bằng Excel rồi nạp lại.')
  }
}

function isZip(file: Buffer): boolean {
  return file.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))
}

/** Unpacks everything into nothing, counting, and stops when it is too much. */
function unpacksSmall(file: Buffer): boolean {
  let unpacked = 0
  let entries = 0
  const count = (error: unknown, chunk: Uint8Array | undefined) => {
    if (error instanceof Error) throw error
    unpacked += chunk?.length ?? 0
    if (unpacked > mostUnpacked) throw new Error('too much')
  }
  const unzip = new Unzip((entry) => {
    if (++entries > mostEntries) throw new Error('too many')
    entry.ondata = count
    entry.start()
  })
  unzip.register(UnzipInflate)
  unzip.register(UnzipPassThrough)
  try {
    // In small pieces, so that the count can stop it in between.
    for (let at = 0; at < file.length; at += 16_384)
      unzip.push(file.subarray(at, at + 16_384), at + 16_384 >= file.length)
    return entries > 0
  } catch {
    return false
  }
}
