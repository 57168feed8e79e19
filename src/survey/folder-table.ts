// One file of a survey's folder, from text to rows: encoding, separators, columns, then each cell by its schema.
import { CsvError, parse } from 'csv-parse/sync'
import type { z } from 'zod'

/** Name of a file inside the folder → its text. */
export type FolderFiles = ReadonlyMap<string, string>

export interface FolderError {
  file: string
  /** Row as a spreadsheet counts it, the header being row 1; null for the file as a whole. */
  row: number | null
  column: string | null
  /** What is wrong and what to do, in Vietnamese. */
  message: string
}

export type Fail = (file: string, row: number | null, column: string | null, message: string) => void

export type Row<Schema extends z.ZodType> = z.infer<Schema> & { row: number }

export interface Table<Each> {
  rows: Each[]
  /** False when the file is missing or its columns could not be told apart: then nobody knows what it holds. */
  read: boolean
  /** Rows with a slip, as text: they exist, so what refers to them is not called unknown. */
  slipped: Record<string, string>[]
}

/** Whether every row could be read: only then can it be said what the file lacks. */
export function isWhole(...tables: Table<object>[]): boolean {
  return tables.every((table) => table.read && table.slipped.length === 0)
}

/**
 * What the table holds, or could hold, in these columns (joined by "/"): a slip in one file must not be blamed on those
 * that refer to it.
 */
export function keysOf<Each extends object>(
  table: Table<Each>,
  ...columns: (keyof Each & string)[]
): Pick<ReadonlySet<string>, 'has'> {
  if (!table.read) return { has: () => true }
  const keyOf = (row: object) => columns.map((name) => (row as Record<string, string>)[name]).join('/')
  return new Set([...table.rows, ...table.slipped].map(keyOf))
}

/** A file that the folder may do without. */
export function emptyTable<Each>(): Table<Each> {
  return { rows: [], read: true, slipped: [] }
}

/** The file's text without its byte order mark; undefined, and said so, when it is missing or no UTF-8. */
export function readText(files: FolderFiles, file: string, fail: Fail): string | undefined {
  const text = files.get(file)?.replace(/^\uFEFF/, '')
  if (text === undefined) {
    fail(file, null, null, 'thiếu tệp này trong thư mục. Hãy thêm tệp theo mẫu.')
    return undefined
  }
  // Windows-1258 read as UTF-8 leaves replacement characters behind, UTF-16 zero bytes.
  const damage = /[\uFFFD\0]/.exec(text)
  if (!damage) return text
  const row = text.slice(0, damage.index).split('\n').length
  const mend = 'Hãy lưu lại tệp ở bảng mã UTF-8 (trong Excel: dạng "CSV UTF-8").'
  fail(file, row, null, `tệp không dùng bảng mã UTF-8 nên chữ tiếng Việt bị hỏng. ${mend}`)
  return undefined
}

export function readTable<Schema extends z.ZodObject>(
  files: FolderFiles,
  file: string,
  schema: Schema,
  fail: Fail,
): Table<Row<Schema>> {
  const table: Table<Row<Schema>> = { rows: [], read: false, slipped: [] }
  const text = readText(files, file, fail)
  if (text === undefined) return table
  const lines = splitCsv(file, text, fail)
  if (!lines) return table
  const [header, ...body] = lines
  if (!header) {
    fail(file, null, null, 'tệp trống. Hãy thêm dòng tiêu đề và các dòng dữ liệu.')
    return table
  }
  if (!checkHeader(file, header.cells, Object.keys(schema.shape), fail)) return table
  table.read = true
  if (body.length === 0) fail(file, null, null, 'chưa có dòng dữ liệu nào. Hãy thêm ít nhất một dòng.')
  for (const { row, cells } of body) {
    const record = Object.fromEntries(header.cells.map((column, c) => [column, cells[c] ?? '']))
    const parsed = schema.safeParse(record)
    if (cells.length !== header.cells.length) {
      const counted = `có ${cells.length} ô, tiêu đề có ${header.cells.length} cột.`
      fail(file, row, null, `${counted} Hãy kiểm tra dấu phẩy và dấu ngoặc kép.`)
    } else if (parsed.success) {
      table.rows.push({ ...parsed.data, row })
      continue
    } else {
      for (const issue of parsed.error.issues) fail(file, row, String(issue.path[0] ?? ''), sentenceOf(issue))
    }
    table.slipped.push(record)
  }
  return table
}

function checkHeader(file: string, header: string[], columns: string[], fail: Fail): boolean {
  if (header.length === 1 && /[;\t]/.test(header[0] ?? '')) {
    const sign = header[0]?.includes(';') === true ? 'dấu chấm phẩy' : 'dấu tab'
    const mend = 'Hãy lưu lại tệp với dấu phẩy giữa các ô và dấu chấm trong số thập phân.'
    fail(file, 1, null, `các ô cách nhau bằng ${sign}. ${mend}`)
    return false
  }
  const missing = columns.filter((column) => !header.includes(column))
  const unknown = header.filter((column) => !columns.includes(column))
  const twice = columns.filter((column) => header.filter((each) => each === column).length > 1)
  for (const column of missing) fail(file, 1, column, 'thiếu cột này. Hãy thêm cột vào dòng tiêu đề.')
  for (const column of unknown) {
    const mend = `Hãy xóa cột hoặc sửa tên; các cột đúng là: ${columns.join(', ')}.`
    fail(file, 1, column, `cột này không có trong mẫu. ${mend}`)
  }
  for (const column of twice) fail(file, 1, column, 'cột này đứng hai lần. Hãy xóa một cột.')
  return missing.length + unknown.length + twice.length === 0
}

interface Line {
  row: number
  cells: string[]
}

/** Lines with their row in a spreadsheet; empty ones are left out but counted. Undefined, and said so, for no CSV. */
function splitCsv(file: string, text: string, fail: Fail): Line[] | undefined {
  try {
    return parse(text, { relax_column_count: true })
      .map((cells, i) => ({ row: i + 1, cells: cells.map((cell) => cell.trim().normalize('NFC')) }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''))
  } catch (error) {
    const row = error instanceof CsvError && typeof error.records === 'number' ? error.records + 1 : null
    const mend = 'Hãy bao ô bằng một cặp dấu ngoặc kép và viết đôi dấu ngoặc kép nằm trong ô.'
    fail(file, row, null, `dấu ngoặc kép chưa khớp nên không tách được các ô. ${mend}`)
    return undefined
  }
}

/** Our own messages are Vietnamese; zod's (English) ones are said anew. */
export function sentenceOf(issue: z.core.$ZodIssue): string {
  if (/[à-ỹđ]/i.test(issue.message)) return `giá trị chưa đúng: ${issue.message}.`
  switch (issue.code) {
    case 'unrecognized_keys':
      return `có mục lạ: ${issue.keys.join(', ')}. Hãy xóa hoặc sửa tên mục.`
    case 'invalid_value':
      return `giá trị chưa đúng. Hãy chọn một trong: ${issue.values.map(String).join(', ')}.`
    case 'too_small':
      return `giá trị quá nhỏ. Hãy nhập số từ ${String(issue.minimum)} trở lên.`
    case 'too_big':
      if (issue.origin === 'string') return `dài quá ${String(issue.maximum)} ký tự. Hãy viết ngắn hơn.`
      return `giá trị quá lớn. Hãy nhập nhiều nhất ${String(issue.maximum)}.`
    default:
      return 'mục này thiếu hoặc không đúng kiểu. Hãy sửa theo mẫu trong tài liệu.'
  }
}
