// Who may do what, and the recovery sheet of the server secret, in words.
import { textField, type ErrorLink, type TextField } from './fields.ts'
import { permissionTable } from './permission-table.ts'
import type { RecoverySheet } from './recovery-sheet.service.ts'

export interface RolesPage {
  heading: string
  roles: { name: string; note: string }[]
  rows: { sentence: string; cells: { role: string; may: boolean }[] }[]
}

export interface RecoveryPage {
  heading: string
  kept: boolean
  /** Where the secret comes from, so that the reader knows where it has to be put back. */
  from: string
  fields: TextField[]
  errors: ErrorLink[]
}

export interface SheetPage {
  heading: string
  lines: string[]
  /** Whether a line holds a space, which is drawn as ␣. */
  spaces: boolean
  check: string
  putBack: string
  printedOn: string
  back: string
}

export interface SystemViews {
  'staff/roles': RolesPage
  'staff/recovery': RecoveryPage
  'staff/recovery-sheet': SheetPage
}

export function rolesPage(): RolesPage {
  const { roles, rows } = permissionTable()
  return {
    heading: 'Ai được làm gì',
    roles,
    rows: rows.map(({ sentence, may }) => ({
      sentence,
      cells: roles.map(({ name }, i) => ({ role: name, may: may[i] === true })),
    })),
  }
}

const fromFile = 'tệp có tên secret trong thư mục dữ liệu của máy chủ (DATA_DIR)'
const fromEnvironment = 'dòng SERVER_SECRET trong cấu hình máy chủ'

export function recoveryPage(kept: boolean, inFile: boolean, error: string | null): RecoveryPage {
  return {
    heading: kept ? 'Tờ khôi phục đã được cất' : 'Hãy in và cất tờ khôi phục khóa gốc của hệ thống',
    kept,
    from: inFile ? fromFile : fromEnvironment,
    fields: [textField('check', 'Sáu ký tự kiểm tra ở cuối tờ khôi phục đã in', { code: true, error })],
    errors: error === null ? [] : [{ text: error, href: '#check' }],
  }
}

export function sheetPage({ secret, check }: RecoverySheet, inFile: boolean, printedOn: string): SheetPage {
  return {
    heading: 'Tờ khôi phục khóa gốc của hệ thống',
    lines: (secret.match(/.{1,16}/gu) ?? []).map((line) => line.replaceAll(' ', '␣')),
    spaces: secret.includes(' '),
    check: `${check.slice(0, 3)} ${check.slice(3)}`,
    putBack: inFile ? fromFile : fromEnvironment,
    printedOn,
    back: '/he-thong/to-khoi-phuc',
  }
}
