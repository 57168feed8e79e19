// Accounts are made in three ways: by somebody who may (web or command line), from a list of focal points, and the first
// one by the set-up link that the program prints while there is nobody. Sign-up does not exist. Every change is an act.
import { createHmac, randomBytes } from 'node:crypto'
import { isUniqueViolation } from '../db/constraint.ts'
import type { Trx } from '../db/database.ts'
import type { Config } from '../config.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import { keyFor } from '../lib/secrets.ts'
import { passwordSlip, readContact, type Contact } from './account.ts'
import type { ActKind } from './act-log.ts'
import { recordAct } from './act-log.service.ts'
import { nameActor, operator, type Actor } from './actor.ts'
import { linkNames, type LinkKind } from './link.ts'
import { dropLink, putLink, type LinkDeps } from './link.service.ts'
import { hashPassword } from './password.ts'
import { findRole, roles as allRoles } from './role.ts'
import { removeSecondFactor } from './second-factor.service.ts'
import { endSessions } from './session.queries.ts'
import {
  findAccount,
  hasAgency,
  hasSetupLink,
  hasStaff,
  holdAccount,
  holdAdministrators,
  insertAccount,
  insertAgency,
  listActiveHolders,
  listAgencies,
  listSurveyNames,
  noteAltered,
  renameAgency,
  replaceRoles,
  replaceSetupLink,
  setDisabled,
  takeSetupLink,
  updateAccount,
  type Agency,
  type Assignment,
  type StaffAccount,
} from './staff.queries.ts'

/** The organiser's own agency, there from the first migration on. */
export const organiserCode = 'SNV'

/** As it was typed; nothing of it is checked yet. */
export interface ContactInput {
  name: string
  email: string
  agency: string
}

export interface AccountInput extends ContactInput {
  roles: Assignment[]
}

/**
 * Makes an account with a password, on the command line; gives its id.
 * @throws Problem name-wrong, email-wrong, agency-unknown, role-unknown, survey-unknown, email-taken, password-…
 */
export async function createStaff(
  deps: LinkDeps,
  by: Actor,
  { password, ...input }: AccountInput & { password: string },
): Promise<string> {
  const contact = contactOf(input)
  const passwordHash = await hashChecked(password, contact)
  return deps.db.transaction().execute(async (trx) => {
    const id = await insertStaff(deps, trx, contact, input, passwordHash)
    await recordAccount(deps, trx, by, id, 'account-made')
    return id
  })
}

/** Makes an account that has no password yet, with an activation link; gives its id. @throws as createStaff */
export async function inviteStaff(deps: LinkDeps, by: Actor, input: AccountInput): Promise<string> {
  const contact = contactOf(input)
  const passwordHash = await unknownPassword()
  return deps.db.transaction().execute(async (trx) => {
    const id = await insertStaff(deps, trx, contact, input, passwordHash)
    await putLink(deps, trx, id, 'activation')
    await recordAccount(deps, trx, by, id, 'account-made')
    return id
  })
}

/**
 * Makes many accounts at once, each with an activation link: all of them or none.
 * @throws as createStaff; a caller that read a list has checked each row and says where the slip is (roster.ts)
 */
export async function inviteMany(
  deps: LinkDeps,
  by: Actor,
  inputs: AccountInput[],
  file: string,
): Promise<void> {
  // One hash for all: nobody knows a password for it, and hundreds would take a minute.
  const passwordHash = await unknownPassword()
  await deps.db.transaction().execute(async (trx) => {
    for (const input of inputs) {
      const id = await insertStaff(deps, trx, contactOf(input), input, passwordHash)
      await putLink(deps, trx, id, 'activation')
    }
    await recordAct(deps, trx, by, { kind: 'accounts-imported', details: { count: inputs.length, file } })
  })
}

/** The hash of a password that nobody has ever seen: signing in takes as long as with any other, and never succeeds. */
function unknownPassword(): Promise<string> {
  return hashPassword(randomBytes(32).toString('base64url'))
}

/** Corrects name, address and agency. @throws Problem as createStaff, account-unknown */
export async function changeAccount(
  deps: LinkDeps,
  by: Actor,
  id: string,
  input: ContactInput,
): Promise<void> {
  const contact = contactOf(input)
  await deps.db.transaction().execute(async (trx) => {
    const before = await getAccount(trx, id)
    await checkAgency(trx, input.agency)
    await refuseTakenEmail(contact.email, () =>
      updateAccount(trx, id, { ...contact, agency: input.agency }, deps.clock()),
    )
    // A link that was sent to a wrong address must not work any more.
    if (before.link !== null && before.email !== contact.email) await putLink(deps, trx, id, before.link.kind)
    const changes = changesOf(before, await getAccount(trx, id))
    if (changes !== '') await recordAccount(deps, trx, by, id, 'account-changed', { changes })
  })
}

function changesOf(before: StaffAccount, after: StaffAccount): string {
  return [
    before.name === after.name ? '' : `họ tên trước là ${before.name}`,
    before.email === after.email ? '' : `thư điện tử trước là ${before.email}`,
    before.agency.code === after.agency.code ? '' : `cơ quan trước là ${before.agency.name}`,
  ]
    .filter((each) => each !== '')
    .join('; ')
}

/** Gives exactly these roles. @throws Problem role-unknown, survey-unknown, last-administrator */
export async function changeRoles(deps: LinkDeps, by: Actor, id: string, roles: Assignment[]): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await holdAdministrators(trx)
    const before = await getAccount(trx, id)
    await checkRoles(trx, roles)
    if (!isAdministrator(roles) && isAdministrator(before.roles)) await refuseLastAdministrator(trx, id)
    await replaceRoles(trx, id, roles)
    await recordAccount(deps, trx, by, id, 'roles-changed')
  })
}

/** Puts an account out of use; its sessions end at once. @throws Problem not-yourself, last-administrator */
export async function disableStaff(deps: LinkDeps, by: Actor, id: string): Promise<void> {
  if (by.id === id) throw new Problem('not-yourself')
  await deps.db.transaction().execute(async (trx) => {
    await holdAdministrators(trx)
    const account = await getAccount(trx, id)
    if (account.disabledOn !== null) return
    if (isAdministrator(account.roles)) await refuseLastAdministrator(trx, id)
    await setDisabled(trx, id, dayOf(deps.clock()))
    // Link, password, sessions: in one order everywhere, so that on PostgreSQL nobody waits in a circle.
    await dropLink(trx, id)
    await endSessions(trx, id)
    await recordAccount(deps, trx, by, id, 'account-disabled')
  })
}

/** Takes an account into use again, with a fresh link for its password. */
export async function enableStaff(deps: LinkDeps, by: Actor, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await holdAdministrators(trx)
    // Pressed twice, it must not take away the link that was just handed over.
    if ((await getAccount(trx, id)).disabledOn === null) return
    await setDisabled(trx, id, null)
    await putLink(deps, trx, id, 'reset')
    await recordAccount(deps, trx, by, id, 'account-enabled')
  })
}

/** A fresh link for somebody whose link ran out or who forgot the password. */
export async function giveLink(deps: LinkDeps, by: Actor, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await holdAccount(trx, id)
    const account = await getAccount(trx, id)
    if (account.disabledOn !== null) throw new Problem('account-disabled', { who: account.name })
    const kind: LinkKind = account.link?.kind === 'activation' ? 'activation' : 'reset'
    await putLink(deps, trx, id, kind)
    await recordAccount(deps, trx, by, id, 'link-made', { what: linkNames[kind] })
  })
}

/** For a lost phone without recovery codes: the next sign-in sets up another one. All sessions end. */
export async function resetSecondFactor(deps: LinkDeps, by: Actor, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await holdAccount(trx, id)
    await getAccount(trx, id)
    await removeSecondFactor(trx, id)
    await endSessions(trx, id)
    await recordAccount(deps, trx, by, id, 'second-factor-off')
  })
}

/** Ends every session of one person (an id), or of 'everybody'; they sign in anew. How many ended. */
export async function signOut(deps: LinkDeps, by: Actor, who: string): Promise<number> {
  return deps.db.transaction().execute(async (trx) => {
    if (who === 'everybody') {
      const { numDeletedRows } = await trx.deleteFrom('staff_session').executeTakeFirst()
      await recordAct(deps, trx, by, { kind: 'sessions-ended', details: { who: 'mọi người' } })
      return Number(numDeletedRows)
    }
    await holdAccount(trx, who)
    await getAccount(trx, who)
    const count = await endSessions(trx, who)
    await recordAccount(deps, trx, by, who, 'sessions-ended')
    return count
  })
}

/** @throws Problem account-unknown */
export async function getAccount(db: LinkDeps['db'] | Trx, id: string): Promise<StaffAccount> {
  const account = await findAccount(db, id)
  if (!account) throw new Problem('account-unknown')
  return account
}

/** It is part of an address, where "." and ".." are ways and no names. */
const agencyCode = /^(?!\.+$)[A-Za-z0-9.\-_]{1,20}$/
const longestAgency = 200

/** @throws Problem agency-wrong, agency-taken */
export async function addAgency(deps: LinkDeps, by: Actor, typed: Agency): Promise<void> {
  const agency = agencyOf(typed)
  await deps.db.transaction().execute(async (trx) => {
    if (!(await insertAgency(trx, agency))) throw new Problem('agency-taken', { code: agency.code })
    await recordAct(deps, trx, by, { kind: 'agency-made', details: { agency: agency.name } })
  })
}

/** @throws Problem agency-wrong, agency-unknown */
export async function changeAgencyName(deps: LinkDeps, by: Actor, typed: Agency): Promise<void> {
  const agency = agencyOf(typed)
  await deps.db.transaction().execute(async (trx) => {
    const before = (await listAgencies(trx)).find(({ code }) => code === agency.code)
    if (!before) throw new Problem('agency-unknown', { agency: agency.code })
    if (before.name === agency.name) return
    await renameAgency(trx, agency)
    const details = { before: before.name, agency: agency.name }
    await recordAct(deps, trx, by, { kind: 'agency-renamed', details })
  })
}

function agencyOf({ code, name }: Agency): Agency {
  const agency = { code: code.trim(), name: name.trim().normalize() }
  const isName = agency.name !== '' && agency.name.length <= longestAgency && !/\p{Cc}/u.test(agency.name)
  if (!agencyCode.test(agency.code) || !isName) throw new Problem('agency-wrong')
  return agency
}

/** Path of a fresh link that makes the first administrator, once; the one before stops working. null = not needed. */
export async function newSetupLink({ config, db }: Pick<LinkDeps, 'config' | 'db'>): Promise<string | null> {
  const token = randomBytes(32).toString('base64url')
  const made = await db.transaction().execute(async (trx) => {
    if (await hasStaff(trx)) return false
    await replaceSetupLink(trx, hashToken(config, token))
    return true
  })
  return made ? `/can-bo/khoi-tao/${token}` : null
}

/** @throws Problem setup-link unless the link would work now */
export async function checkSetupLink(
  { config, db }: Pick<LinkDeps, 'config' | 'db'>,
  token: string,
): Promise<void> {
  if (!(await hasSetupLink(db, hashToken(config, token))) || (await hasStaff(db)))
    throw new Problem('setup-link')
}

/** Whoever comes first does everything, until they have made accounts for others. */
export const firstRoles: Assignment[] = [
  { role: 'administrator', survey: null },
  { role: 'officer', survey: null },
]

/**
 * Makes the first administrator; gives the id. Of many at once one succeeds.
 * @throws Problem setup-link, or what `createStaff` says of the input; the link then still works
 */
export async function useSetupLink(
  deps: LinkDeps,
  token: string,
  { password, ...input }: ContactInput & { password: string },
): Promise<string> {
  // First, so that nobody without a link makes us hash.
  await checkSetupLink(deps, token)
  const contact = contactOf(input)
  const passwordHash = await hashChecked(password, contact)
  return deps.db.transaction().execute(async (trx) => {
    if (!(await takeSetupLink(trx, hashToken(deps.config, token)))) throw new Problem('setup-link')
    if (await hasStaff(trx)) throw new Problem('setup-link')
    const id = await insertStaff(deps, trx, contact, { ...input, roles: firstRoles }, passwordHash)
    await recordAccount(deps, trx, operator, id, 'account-made')
    return id
  })
}

function contactOf(input: ContactInput): Contact {
  const read = readContact({ ...input })
  if (read.ok) return read.contact
  throw read.slips[0]?.problem ?? new Error('a refused form names no slip')
}

async function hashChecked(password: string, contact: Contact): Promise<string> {
  const slip = passwordSlip(password, contact)
  if (slip) throw slip
  return hashPassword(password)
}

async function insertStaff(
  deps: LinkDeps,
  trx: Trx,
  contact: Contact,
  { agency, roles }: Pick<AccountInput, 'agency' | 'roles'>,
  passwordHash: string,
): Promise<string> {
  await checkAgency(trx, agency)
  await checkRoles(trx, roles)
  const id = randomId()
  await refuseTakenEmail(contact.email, () =>
    insertAccount(trx, { id, ...contact, agency, passwordHash, now: deps.clock() }),
  )
  await replaceRoles(trx, id, roles)
  return id
}

async function refuseTakenEmail(email: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('email-taken', { email })
    throw error
  }
}

async function checkAgency(trx: Trx, code: string): Promise<void> {
  if (!(await hasAgency(trx, code))) throw new Problem('agency-unknown', { agency: code })
}

async function checkRoles(trx: Trx, roles: Assignment[]): Promise<void> {
  const surveys = (await listSurveyNames(trx)).map(({ slug }) => slug)
  for (const { role, survey } of roles) {
    const found = findRole(role)
    if (!found || (found.everywhere && survey !== null))
      throw new Problem('role-unknown', { role, roles: allRoles.map(({ code }) => code).join(', ') })
    if (survey !== null && !surveys.includes(survey)) throw new Problem('survey-unknown', { slug: survey })
  }
}

function isAdministrator(roles: Assignment[]): boolean {
  return roles.some(({ role }) => role === 'administrator')
}

async function refuseLastAdministrator(trx: Trx, id: string): Promise<void> {
  const others = (await listActiveHolders(trx, 'administrator')).filter((each) => each !== id)
  if (others.length === 0) throw new Problem('last-administrator')
}

/** Writes down what was done to an account, in the log with its person and roles as they are now, and on the account. */
async function recordAccount(
  deps: LinkDeps,
  trx: Trx,
  by: Actor,
  id: string,
  kind: ActKind,
  more: Record<string, string> = {},
): Promise<void> {
  if (by.id !== id) await noteAltered(trx, id, deps.clock())
  const account = await getAccount(trx, id)
  const details = { who: nameActor(account), roles: namesOfRoles(account.roles), ...more }
  await recordAct(deps, trx, by, { kind, details })
}

/** "Chuyên viên Sở Nội vụ (mọi đợt), Giám sát (mọi đợt)"; a word of its own for none. */
export function namesOfRoles(roles: Assignment[]): string {
  const names = roles.map(
    ({ role, survey }) =>
      `${findRole(role)?.name ?? role} (${survey === null ? 'mọi đợt' : `đợt ${survey}`})`,
  )
  return names.join(', ') || 'chưa có vai trò'
}

/** Only a keyed hash is stored: reading the database does not give the link. */
function hashToken(config: Pick<Config, 'serverSecret'>, token: string): string {
  return createHmac('sha256', keyFor(config.serverSecret, 'setup-link')).update(token).digest('base64url')
}
