// What is asked of the tables of staff, roles and the set-up link. Sessions are better-auth's (auth.ts).
import type { Db, Trx } from '../db/database.ts'

/** Roles count for all surveys today; a role for one survey carries its id instead. */
const allSurveys = '*'

/** The roles of one member of staff and what each permits, in one question; one row for each pair. */
export function listGrants(db: Db, staffId: string) {
  return db
    .selectFrom('staff_role')
    .innerJoin('role', 'role.code', 'staff_role.role_code')
    .leftJoin('role_permission', 'role_permission.role_code', 'role.code')
    .select(['role.code', 'role.name', 'role_permission.permission'])
    .where('staff_role.staff_id', '=', staffId)
    .where('staff_role.survey_id', '=', allSurveys)
    .orderBy('role.position')
    .orderBy('role.code')
    .execute()
}

export interface StaffAccount {
  id: string
  name: string
  email: string
  /** Names of the roles, in their order. */
  roles: string[]
}

export async function listStaff(db: Db): Promise<StaffAccount[]> {
  const rows = await db
    .selectFrom('staff')
    .leftJoin('staff_role', (join) =>
      join.onRef('staff_role.staff_id', '=', 'staff.id').on('staff_role.survey_id', '=', allSurveys),
    )
    .leftJoin('role', 'role.code', 'staff_role.role_code')
    .select(['staff.id', 'staff.name', 'staff.email', 'role.name as role'])
    .orderBy('staff.email')
    .orderBy('role.position')
    .orderBy('role.code')
    .execute()
  const accounts = new Map<string, StaffAccount>()
  for (const { id, name, email, role } of rows) {
    const account = accounts.get(id) ?? { id, name, email, roles: [] }
    if (role !== null) account.roles.push(role)
    accounts.set(id, account)
  }
  return [...accounts.values()]
}

export function listRoles(db: Db | Trx): Promise<{ code: string; name: string }[]> {
  return db.selectFrom('role').select(['code', 'name']).orderBy('position').orderBy('code').execute()
}

export async function hasStaff(db: Db | Trx): Promise<boolean> {
  return (await db.selectFrom('staff').select('id').limit(1).executeTakeFirst()) !== undefined
}

export interface NewAccount {
  id: string
  name: string
  email: string
  passwordHash: string
  role: string
  now: Date
}

/** The account as better-auth reads it, and its role for all surveys. */
export async function insertAccount(trx: Trx, account: NewAccount): Promise<void> {
  const { id, name, email, passwordHash, role } = account
  const dates = { created_at: account.now.toISOString(), updated_at: account.now.toISOString() }
  await trx
    .insertInto('staff')
    .values({ id, name, email, ...dates })
    .execute()
  // better-auth takes a password for one of its own exactly when account_id is the id of the person.
  await trx
    .insertInto('staff_account')
    .values({ id, account_id: id, provider_id: 'credential', staff_id: id, password: passwordHash, ...dates })
    .execute()
  await trx
    .insertInto('staff_role')
    .values({ staff_id: id, role_code: role, survey_id: allSurveys })
    .execute()
}

export async function replaceSetupLink(trx: Trx, hash: string): Promise<void> {
  await trx
    .insertInto('setup_link')
    .values({ id: 1, hash })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ hash }))
    .execute()
}

export async function hasSetupLink(db: Db, hash: string): Promise<boolean> {
  const link = await db.selectFrom('setup_link').select('id').where('hash', '=', hash).executeTakeFirst()
  return link !== undefined
}

/** Uses the link up; false when it was another's, or somebody was quicker. */
export async function takeSetupLink(trx: Trx, hash: string): Promise<boolean> {
  const result = await trx.deleteFrom('setup_link').where('hash', '=', hash).executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Sessions that ran out hold an address and a browser's name for nothing. */
export async function deleteExpiredSessions(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('staff_session').where('expires_at', '<', now.toISOString()).execute()
}
