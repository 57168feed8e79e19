// Who may do what: the roles, what each permits, and the one rule that decides. The table in README and on the page
// "Quyền hạn" is made from here (permission-table.ts), the guard asks here, and tests/http/door.test.ts walks every route.
import type { Permission } from './permission.ts'

export interface Role {
  code: string
  name: string
  /** Whom it is for, in a sentence. */
  note: string
  permissions: readonly Permission[]
  /** Given for all surveys only: what it permits is about no single one. */
  everywhere: boolean
}

export const roles = [
  {
    code: 'administrator',
    name: 'Quản trị',
    note: 'Quản lý tài khoản và hệ thống; không mở niêm phong, không xem điểm.',
    permissions: ['survey.read', 'survey.manage', 'staff.manage', 'log.read', 'secret.keep'],
    everywhere: true,
  },
  {
    code: 'officer',
    name: 'Chuyên viên Sở Nội vụ',
    note: 'Phụ trách đợt điều tra từ kế hoạch đến Chỉ số.',
    permissions: [
      'survey.read',
      'survey.manage',
      'codes.manage',
      'collecting.manage',
      'custody.manage',
      'box.open',
      'scores.read',
      'results.announce',
      'retention.manage',
      'index.compute',
    ],
    everywhere: false,
  },
  {
    code: 'focal-point',
    name: 'Công chức đầu mối',
    note: 'Theo dõi tiến độ và nhắc việc ở cơ quan, đơn vị mình; xem kết quả của mình sau khi công bố, không xem của nơi khác.',
    permissions: ['unit.read', 'links.fetch', 'unit.results'],
    everywhere: false,
  },
  {
    code: 'council',
    name: 'Thành viên Hội đồng, Tổ giúp việc',
    note: 'Cùng mở niêm phong, kiểm phiếu; xem tiến độ; chỉ xem điểm điều tra sau khi công bố.',
    permissions: ['survey.read', 'box.open', 'results.read'],
    everywhere: false,
  },
  {
    code: 'viewer',
    name: 'Lãnh đạo (chỉ xem)',
    note: 'Xem tiến độ và kết quả, không sửa gì.',
    permissions: ['survey.read', 'scores.read'],
    everywhere: false,
  },
  {
    code: 'auditor',
    name: 'Giám sát',
    note: 'Đọc nhật ký việc đã làm, không xem điểm, không sửa gì.',
    permissions: ['survey.read', 'log.read'],
    everywhere: true,
  },
  {
    code: 'field-operator',
    name: 'Đơn vị thực hiện điều tra (thuê ngoài)',
    note: 'Phát thẻ và thu phiếu; không mở niêm phong, không xem điểm.',
    permissions: ['survey.read', 'codes.manage', 'collecting.manage'],
    everywhere: false,
  },
] as const satisfies readonly Role[]

export type RoleCode = (typeof roles)[number]['code']

export function findRole(code: string): Role | undefined {
  return roles.find((role) => role.code === code)
}

/** Whoever holds one of these must show a second factor: it opens the box, makes those who open it, or shows all codes. */
const guarded: readonly Permission[] = ['box.open', 'codes.manage', 'staff.manage', 'secret.keep']

/** One role that a person holds; `survey` = short name, or null for all surveys. */
export interface HeldRole {
  role: Role
  survey: string | null
}

/** Where something is asked for: the survey and the unit that the address names. */
export interface Place {
  survey?: string
  unit?: string
}

/** The permissions of these roles in this survey; without one, those that are held for all surveys. */
export function permissionsAt(held: readonly HeldRole[], survey: string | undefined): Set<Permission> {
  return new Set(
    held
      .filter((each) => each.survey === null || each.survey === survey)
      .flatMap(({ role }) => [...role.permissions]),
  )
}

/** What is permitted for the own agency's unit alone. */
const ofOwnUnit: readonly Permission[] = ['unit.read', 'links.fetch', 'unit.results']

/** Who holds one of these may do it everywhere: it is a part of what they may. */
const partOf: Partial<Record<Permission, readonly Permission[]>> = {
  'unit.read': ['survey.read'],
  'unit.results': ['results.read', 'scores.read'],
  'results.read': ['scores.read'],
}

/** Whether the permission is part of a wider one among these. */
export function holdsWider(
  held: { includes: (each: Permission) => boolean },
  permission: Permission,
): boolean {
  return partOf[permission]?.some((wider) => held.includes(wider)) ?? false
}

/**
 * The one rule: whether these roles permit it there. Who reads the whole survey, or all its results, reads those of each
 * unit; who reads a unit reads that of the own agency alone.
 */
export function isPermitted(
  held: readonly HeldRole[],
  agency: string,
  permission: Permission,
  place: Place,
): boolean {
  const mine = permissionsAt(held, place.survey)
  if (holdsWider([...mine], permission)) return true
  if (!mine.has(permission)) return false
  return !ofOwnUnit.includes(permission) || place.unit === undefined || place.unit === agency
}

/** Whether a second factor is obligatory for somebody with these roles. */
export function needsSecondFactor(held: readonly HeldRole[]): boolean {
  return held.some(({ role }) => role.permissions.some((each) => guarded.includes(each)))
}
