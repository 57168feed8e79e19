// What is asked of the tables of accounts, roles and agencies, and of the set-up link. Sessions: session.queries.ts.
import type { Db, Trx } from '../db/database.ts'
import type { LinkKind } from '../db/tables.ts'
import { allSurveys } from './session.queries.ts'

export interface Agency {
  code: string
  name: string
}

/** A role as it is given: `survey` = short name, null for all surveys. */
export interface Assignment {
  role: string
  survey: string | null
}

export interface StaffAccount {
  id: string
  name: string
  email: string
  agency: Agency
  disabledOn: string | null
  /** When somebody else last made, changed or let in this account. */
  alteredAt: Date
  hasTotp: boolean
  /** The link that waits to be used, if any; its code is derived (link.ts). */
  link: { kind: LinkKind; nonce: string; expiresAt: Date } | null
  roles: Assignment[]
}

/** All accounts by agency and name, each with its roles. */
export async function listStaff(db: Db | Trx): Promise<StaffAccount[]> {
  return accountsOf(
    await accountRows(db).orderBy('agency.name').orderBy('staff.name').orderBy('staff.id').execute(),
    db,
  )
}

export async function findAccount(db: Db | Trx, id: string): Promise<StaffAccount | undefined> {
  const [account] = await accountsOf(await accountRows(db).where('staff.id', '=', id).execute(), db)
  return account
}

export async function findAccountByEmail(db: Db | Trx, email: string): Promise<StaffAccount | undefined> {
  const rows = await accountRows(db).where('staff.email', '=', email.trim().toLowerCase()).execute()
  return (await accountsOf(rows, db))[0]
}

function accountRows(db: Db | Trx) {
  return db
    .selectFrom('staff')
    .leftJoin('agency', 'agency.code', 'staff.agency_code')
    .leftJoin('staff_totp', 'staff_totp.staff_id', 'staff.id')
    .leftJoin('staff_link', 'staff_link.staff_id', 'staff.id')
    .select([
      'staff.id',
      'staff.name',
      'staff.email',
      'staff.disabled_on',
      'staff.altered_at',
      'agency.code as agency_code',
      'agency.name as agency_name',
      'staff_totp.last_step',
      'staff_link.kind as link_kind',
      'staff_link.nonce',
      'staff_link.expires_at',
    ])
}

type AccountRow = Awaited<ReturnType<ReturnType<typeof accountRows>['execute']>>[number]

async function accountsOf(rows: AccountRow[], db: Db | Trx): Promise<StaffAccount[]> {
  const roles = await listAssignments(db, rows.length === 1 ? rows[0]?.id : undefined)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    agency: { code: row.agency_code ?? '', name: row.agency_name ?? '' },
    disabledOn: row.disabled_on,
    alteredAt: new Date(row.altered_at === '' ? 0 : row.altered_at),
    hasTotp: row.last_step !== null,
    link:
      row.link_kind === null
        ? null
        : { kind: row.link_kind, nonce: row.nonce ?? '', expiresAt: new Date(row.expires_at ?? '') },
    roles: roles.get(row.id) ?? [],
  }))
}

async function listAssignments(
  db: Db | Trx,
  staffId: string | undefined,
): Promise<Map<string, Assignment[]>> {
  const query = db
    .selectFrom('staff_role')
    .leftJoin('survey', 'survey.id', 'staff_role.survey_id')
    .select(['staff_role.staff_id', 'staff_role.role_code', 'staff_role.survey_id', 'survey.slug'])
    .orderBy('staff_role.role_code')
    .orderBy('survey.slug')
  const rows = await (
    staffId === undefined ? query : query.where('staff_role.staff_id', '=', staffId)
  ).execute()
  const held = new Map<string, Assignment[]>()
  for (const { staff_id, role_code, survey_id, slug } of rows) {
    if (survey_id !== allSurveys && slug === null) continue
    const survey = survey_id === allSurveys ? null : slug
    held.set(staff_id, [...(held.get(staff_id) ?? []), { role: role_code, survey }])
  }
  return held
}

export async function hasStaff(db: Db | Trx): Promise<boolean> {
  return (await db.selectFrom('staff').select('id').limit(1).executeTakeFirst()) !== undefined
}

export interface NewAccount {
  id: string
  name: string
  email: string
  agency: string
  passwordHash: string
  now: Date
}

/** The account as better-auth reads it. */
export async function insertAccount(trx: Trx, account: NewAccount): Promise<void> {
  const { id, name, email, agency, passwordHash } = account
  const dates = { created_at: account.now.toISOString(), updated_at: account.now.toISOString() }
  await trx
    .insertInto('staff')
    .values({ id, name, email, agency_code: agency, altered_at: dates.created_at, ...dates })
    .execute()
  // better-auth takes a password for one of its own exactly when account_id is the id of the person.
  await trx
    .insertInto('staff_account')
    .values({ id, account_id: id, provider_id: 'credential', staff_id: id, password: passwordHash, ...dates })
    .execute()
}

export async function updateAccount(
  trx: Trx,
  id: string,
  { name, email, agency }: { name: string; email: string; agency: string },
  now: Date,
): Promise<void> {
  await trx
    .updateTable('staff')
    .set({ name, email, agency_code: agency, updated_at: now.toISOString() })
    .where('id', '=', id)
    .execute()
}

/** The roles of one person, all anew, each once; a survey that is named but not there is left out. */
export async function replaceRoles(trx: Trx, staffId: string, roles: Assignment[]): Promise<void> {
  const surveys = new Map((await listSurveyNames(trx)).map(({ slug, id }) => [slug, id]))
  await trx.deleteFrom('staff_role').where('staff_id', '=', staffId).execute()
  const rows = roles.flatMap(({ role, survey }) => {
    const survey_id = survey === null ? allSurveys : surveys.get(survey)
    return survey_id === undefined ? [] : [{ staff_id: staffId, role_code: role, survey_id }]
  })
  if (rows.length === 0) return
  await trx
    .insertInto('staff_role')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['staff_id', 'role_code', 'survey_id']).doNothing())
    .execute()
}

/** Notes that somebody else did something to this account that could make it theirs. */
export async function noteAltered(trx: Trx, id: string, now: Date): Promise<void> {
  await trx.updateTable('staff').set({ altered_at: now.toISOString() }).where('id', '=', id).execute()
}

export async function setDisabled(trx: Trx, id: string, day: string | null): Promise<void> {
  await trx.updateTable('staff').set({ disabled_on: day }).where('id', '=', id).execute()
}

/**
 * Makes others who change who administers wait from here on. Not the log's head: that is taken last by everybody, and
 * who took it first would wait on PostgreSQL for somebody who waits for it.
 */
export async function holdAdministrators(trx: Trx): Promise<void> {
  await trx
    .updateTable('staff_role')
    .set((eb) => ({ role_code: eb.ref('role_code') }))
    .where('role_code', '=', 'administrator')
    .execute()
}

/**
 * Keeps the account to this transaction until it ends. Whoever changes what belongs to an account (link, factor, sessions)
 * takes the account first, so that on PostgreSQL nobody waits in a circle with somebody who puts it out of use.
 */
export async function holdAccount(trx: Trx, id: string): Promise<void> {
  await trx
    .updateTable('staff')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', id)
    .execute()
}

/** Accounts in use that hold the role for all surveys. */
export async function listActiveHolders(trx: Trx, role: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('staff_role')
    .innerJoin('staff', 'staff.id', 'staff_role.staff_id')
    .select('staff.id')
    .where('staff_role.role_code', '=', role)
    .where('staff_role.survey_id', '=', allSurveys)
    .where('staff.disabled_on', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** Hash of the person's password. */
export async function getPasswordHash(db: Db | Trx, id: string): Promise<string> {
  const row = await db
    .selectFrom('staff_account')
    .select('password')
    .where('staff_id', '=', id)
    .where('provider_id', '=', 'credential')
    .executeTakeFirstOrThrow()
  return row.password ?? ''
}

export async function setPasswordHash(trx: Trx, id: string, passwordHash: string, now: Date): Promise<void> {
  await trx
    .updateTable('staff_account')
    .set({ password: passwordHash, updated_at: now.toISOString() })
    .where('staff_id', '=', id)
    .where('provider_id', '=', 'credential')
    .execute()
}

export function listAgencies(db: Db | Trx): Promise<Agency[]> {
  return db.selectFrom('agency').select(['code', 'name']).orderBy('name').orderBy('code').execute()
}

export async function hasAgency(trx: Trx, code: string): Promise<boolean> {
  const row = await trx.selectFrom('agency').select('code').where('code', '=', code).executeTakeFirst()
  return row !== undefined
}

/** false when the code is taken. */
export async function insertAgency(trx: Trx, agency: Agency): Promise<boolean> {
  const result = await trx
    .insertInto('agency')
    .values(agency)
    .onConflict((conflict) => conflict.column('code').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Adds those that are not there; names of the others stay as they are. */
export async function insertMissingAgencies(trx: Trx, agencies: Agency[]): Promise<void> {
  if (agencies.length === 0) return
  await trx
    .insertInto('agency')
    .values(agencies)
    .onConflict((conflict) => conflict.column('code').doNothing())
    .execute()
}

export async function renameAgency(trx: Trx, { code, name }: Agency): Promise<void> {
  await trx.updateTable('agency').set({ name }).where('code', '=', code).execute()
}

/** Surveys by name, newest first: what a role can be given for. */
export function listSurveyNames(db: Db | Trx): Promise<{ id: string; slug: string; title: string }[]> {
  return db
    .selectFrom('survey')
    .select(['id', 'slug', 'title'])
    .orderBy('year', 'desc')
    .orderBy('slug')
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
