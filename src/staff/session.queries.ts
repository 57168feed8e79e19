// What is asked of sessions beside better-auth, which begins, prolongs and ends them (auth.ts).
import type { Db, Trx } from '../db/database.ts'
import { findRole, type HeldRole } from './role.ts'
import { randomId } from '../lib/random.ts'

/** In the table of roles: held for all surveys. */
export const allSurveys = '*'

export interface SessionRow {
  id: string
  token: string
  staffId: string
  name: string
  email: string
  agency: { code: string; name: string }
  disabledOn: string | null
  createdAt: Date
  expiresAt: Date
  freshAt: Date | undefined
  secondFactor: boolean
  hasTotp: boolean
}

/** The session and its person, in one question. */
export async function findSession(db: Db, token: string): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('staff_session')
    .innerJoin('staff', 'staff.id', 'staff_session.staff_id')
    .leftJoin('agency', 'agency.code', 'staff.agency_code')
    .leftJoin('staff_totp', 'staff_totp.staff_id', 'staff.id')
    .select([
      'staff_session.id',
      'staff_session.token',
      'staff_session.created_at',
      'staff_session.expires_at',
      'staff_session.fresh_at',
      'staff_session.second_factor',
      'staff.id as staff_id',
      'staff.name',
      'staff.email',
      'staff.disabled_on',
      'agency.code as agency_code',
      'agency.name as agency_name',
      'staff_totp.last_step',
    ])
    .where('staff_session.token', '=', token)
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      token: row.token,
      staffId: row.staff_id,
      name: row.name,
      email: row.email,
      agency: { code: row.agency_code ?? '', name: row.agency_name ?? '' },
      disabledOn: row.disabled_on,
      createdAt: new Date(row.created_at),
      expiresAt: new Date(row.expires_at),
      freshAt: row.fresh_at === null ? undefined : new Date(row.fresh_at),
      secondFactor: row.second_factor === 1,
      hasTotp: row.last_step !== null,
    }
  )
}

/** The roles of one member of staff, each with the survey's short name; null = all surveys. */
export async function listRolesHeld(db: Db | Trx, staffId: string): Promise<HeldRole[]> {
  const rows = await db
    .selectFrom('staff_role')
    .leftJoin('survey', 'survey.id', 'staff_role.survey_id')
    .select(['staff_role.role_code', 'staff_role.survey_id', 'survey.slug'])
    .where('staff_role.staff_id', '=', staffId)
    .orderBy('staff_role.role_code')
    .orderBy('survey.slug')
    .execute()
  return rows.flatMap(({ role_code, survey_id, slug }) => {
    const role = findRole(role_code)
    // A role for a survey that is gone is none.
    if (role === undefined || (survey_id !== allSurveys && slug === null)) return []
    return [{ role, survey: survey_id === allSurveys ? null : slug }]
  })
}

/** Notes that this session's person proved to be there now; with the second factor where it was asked. */
export async function markFresh(
  db: Db | Trx,
  token: string,
  now: Date,
  { secondFactor }: { secondFactor: boolean },
): Promise<void> {
  await db
    .updateTable('staff_session')
    .set({ fresh_at: now.toISOString(), ...(secondFactor && { second_factor: 1 }) })
    .where('token', '=', token)
    .execute()
}

/** Gives the session another token; whoever knows the old one is signed in no more. */
export async function replaceToken(trx: Trx, token: string, next: string): Promise<void> {
  await trx.updateTable('staff_session').set({ token: next }).where('token', '=', token).execute()
}

/** Notes that the session has shown the second factor that was just set up. */
export async function markSecondFactor(trx: Trx, token: string): Promise<void> {
  await trx.updateTable('staff_session').set({ second_factor: 1 }).where('token', '=', token).execute()
}

/**
 * Lets the session go on under another id, when its second factor was taken away: the secret that it offers next is
 * derived from the id (second-factor.ts), and the old phone must not know that one.
 */
export async function renewSession(trx: Trx, token: string): Promise<void> {
  await trx
    .updateTable('staff_session')
    .set({ id: randomId(), second_factor: 1 })
    .where('token', '=', token)
    .execute()
}

export interface OwnSession {
  id: string
  createdAt: Date
  lastSeen: Date
  browser: string
  address: string
}

export async function listSessions(db: Db, staffId: string, now: Date): Promise<OwnSession[]> {
  const rows = await db
    .selectFrom('staff_session')
    .select(['id', 'created_at', 'updated_at', 'user_agent', 'ip_address'])
    .where('staff_id', '=', staffId)
    .where('expires_at', '>', now.toISOString())
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    createdAt: new Date(row.created_at),
    lastSeen: new Date(row.updated_at),
    browser: row.user_agent ?? '',
    address: row.ip_address ?? '',
  }))
}

/** Ends sessions of one person: all, or all but one, or a single one; the number that ended. */
export async function endSessions(
  db: Db | Trx,
  staffId: string,
  { except, only }: { except?: string; only?: string } = {},
): Promise<number> {
  let query = db.deleteFrom('staff_session').where('staff_id', '=', staffId)
  if (except !== undefined) query = query.where('id', '<>', except)
  if (only !== undefined) query = query.where('id', '=', only)
  const result = await query.executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Ends one session by its token. */
export async function deleteSession(db: Db, token: string): Promise<void> {
  await db.deleteFrom('staff_session').where('token', '=', token).execute()
}

/** Sessions that ran out hold an address and a browser's name for nothing. */
export async function deleteExpiredSessions(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('staff_session').where('expires_at', '<', now.toISOString()).execute()
}
