// The table who-may-do-what, made from the roles that the guard asks (role.ts): for the page "Quyền hạn" and for README.
import { permissions, type Permission } from './permission.ts'
import { holdsWider, roles } from './role.ts'

export interface PermissionTable {
  roles: { code: string; name: string; note: string }[]
  rows: { permission: Permission; sentence: string; may: boolean[] }[]
}

export function permissionTable(): PermissionTable {
  return {
    roles: roles.map(({ code, name, note }) => ({ code, name, note })),
    rows: (Object.keys(permissions) as Permission[]).map((permission) => ({
      permission,
      sentence: permissions[permission],
      may: roles.map((role) => holds(role.permissions, permission)),
    })),
  }
}

/** As isPermitted has it. */
function holds(held: readonly Permission[], permission: Permission): boolean {
  return held.includes(permission) || holdsWider(held, permission)
}

/** The table as README holds it; `cli roles` prints it, a test compares. */
export function permissionMarkdown(): string {
  const { roles: all, rows } = permissionTable()
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['permission', ...all.map(({ code }) => code)]),
    line(['---', ...all.map(() => ':-:')]),
    ...rows.map(({ permission, may }) =>
      line([`\`${permission}\``, ...may.map((each) => (each ? '●' : ' '))]),
    ),
  ].join('\n')
}
