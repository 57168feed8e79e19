// A list of focal points as an office keeps it: rows of an Excel sheet become accounts, or a list of slips that names row,
// column and mend. Pure; the file is read by lib/spreadsheet.ts.
import { showCount } from '../lib/format.ts'
import { readContact } from './account.ts'
import type { Agency } from './staff.queries.ts'

export type Cell = string | number | boolean | Date | null

export interface RosterRow {
  name: string
  email: string
  /** Code of the agency. */
  agency: string
}

export type RosterReading = { ok: true; rows: RosterRow[] } | { ok: false; errors: string[] }

const columns = {
  name: ['ho va ten', 'ho ten'],
  email: ['thu dien tu', 'email', 'e-mail'],
  code: ['ma don vi', 'ma co quan', 'ma'],
  agency: ['ten don vi', 'ten co quan', 'co quan, don vi', 'don vi', 'co quan'],
}

const mostRows = 2000

/** `known` = e-mails that have an account already, in lower case. The header is looked for in the first ten rows. */
export function readRoster(cells: Cell[][], agencies: Agency[], known: ReadonlySet<string>): RosterReading {
  const headerAt = cells.slice(0, 10).findIndex((row) => findColumn(row, columns.name) >= 0)
  if (headerAt < 0)
    return { ok: false, errors: ['Không thấy dòng tiêu đề có cột "Họ và tên". Hãy dùng tệp mẫu.'] }
  const header = cells[headerAt] ?? []
  const at = {
    name: findColumn(header, columns.name),
    email: findColumn(header, columns.email),
    code: findColumn(header, columns.code),
    agency: findColumn(header, columns.agency),
  }
  if (at.email < 0) return { ok: false, errors: ['Thiếu cột "Thư điện tử". Hãy dùng tệp mẫu.'] }
  if (at.code < 0 && at.agency < 0)
    return { ok: false, errors: ['Thiếu cột "Mã đơn vị" hoặc "Tên đơn vị". Hãy dùng tệp mẫu.'] }
  const rows: RosterRow[] = []
  const errors: string[] = []
  const seen = new Map<string, number>()
  for (const [index, row] of cells.entries()) {
    const line = index + 1
    const text = (column: number) => (column < 0 ? '' : textOf(row[column]))
    if (index <= headerAt || row.every((cell) => textOf(cell) === '')) continue
    if (rows.length + errors.length >= mostRows) {
      errors.push(`Tệp có hơn ${showCount(mostRows)} dòng. Hãy chia thành nhiều tệp.`)
      break
    }
    const read = readContact({ name: text(at.name), email: text(at.email) })
    if (!read.ok) {
      const where = { name: 'Họ và tên', email: 'Thư điện tử' } as Record<string, string>
      errors.push(
        ...read.slips.map(({ field, problem }) => `Dòng ${line}, cột ${where[field]}: ${problem.sentence}`),
      )
      continue
    }
    const { name, email } = read.contact
    const earlier = seen.get(email)
    seen.set(email, earlier ?? line)
    const agency = findAgency(agencies, text(at.code), text(at.agency))
    if (earlier !== undefined)
      errors.push(`Dòng ${line}, cột Thư điện tử: ${email} đã có ở dòng ${earlier}. Hãy giữ một dòng.`)
    else if (known.has(email))
      errors.push(`Dòng ${line}, cột Thư điện tử: ${email} đã có tài khoản. Hãy bỏ dòng này.`)
    else if (text(at.code) === '' && text(at.agency) === '')
      errors.push(`Dòng ${line}: chưa ghi mã hoặc tên đơn vị. Hãy điền cột "Mã đơn vị".`)
    else if (agency === undefined)
      errors.push(
        `Dòng ${line}: không có cơ quan nào mang mã hoặc tên "${text(at.code) || text(at.agency)}". Hãy sửa, hoặc thêm ở trang Cơ quan.`,
      )
    else rows.push({ name, email, agency: agency.code })
  }
  if (errors.length > 0) return { ok: false, errors }
  if (rows.length === 0)
    return { ok: false, errors: ['Tệp không có dòng nào dưới tiêu đề. Hãy điền danh sách.'] }
  return { ok: true, rows }
}

/** By its code where one stands there, else by its name, however it is accented or spaced. */
function findAgency(agencies: Agency[], code: string, name: string): Agency | undefined {
  if (code !== '') return agencies.find((each) => each.code.toLowerCase() === code.toLowerCase())
  if (name === '') return undefined
  const like = agencies.filter((each) => simple(each.name) === simple(name))
  return like.length === 1 ? like[0] : undefined
}

function findColumn(header: Cell[], names: string[]): number {
  return header.findIndex((cell) => names.includes(simple(textOf(cell))))
}

function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return ''
  return String(cell).normalize('NFC').replace(/\s+/g, ' ').trim()
}

function simple(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}
