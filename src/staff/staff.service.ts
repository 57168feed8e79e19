// Accounts are made in two ways: by somebody who may (web or command line), and the first one by the set-up link that
// the program prints while there is nobody. Sign-up does not exist.
import { createHmac, randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'
import { isUniqueViolation } from '../db/constraint.ts'
import type { Db, Trx } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import { keyFor } from '../lib/secrets.ts'
import { administrator, readPerson, type Person } from './account.ts'
import { hashPassword } from './password.ts'
import {
  hasSetupLink,
  hasStaff,
  insertAccount,
  listRoles,
  replaceSetupLink,
  takeSetupLink,
} from './staff.queries.ts'

interface StaffStore {
  db: Db
  clock: Clock
}

interface SetupStore extends StaffStore {
  config: Pick<Config, 'serverSecret'>
}

/** As it was typed; nothing of it is checked yet. */
export interface AccountInput {
  name: string
  email: string
  password: string
}

/**
 * Makes an account with one role for all surveys; gives its id.
 * @throws Problem name-wrong, email-wrong, password-weak, password-guessable, role-unknown, email-taken
 */
export async function createStaff(
  { db, clock }: StaffStore,
  { role, ...input }: AccountInput & { role: string },
): Promise<string> {
  const person = personOf(input)
  const passwordHash = await hashPassword(person.password)
  return db.transaction().execute(async (trx) => {
    await checkRole(trx, role)
    return insertStaff(trx, person, passwordHash, role, clock())
  })
}

/** Path of a fresh link that makes the first administrator, once; the one before stops working. null = not needed. */
export async function newSetupLink({ config, db }: SetupStore): Promise<string | null> {
  const token = randomBytes(32).toString('base64url')
  const made = await db.transaction().execute(async (trx) => {
    if (await hasStaff(trx)) return false
    await replaceSetupLink(trx, hashToken(config, token))
    return true
  })
  return made ? `/can-bo/khoi-tao/${token}` : null
}

/** @throws Problem setup-link unless the link would work now */
export async function checkSetupLink({ config, db }: SetupStore, token: string): Promise<void> {
  if (!(await hasSetupLink(db, hashToken(config, token))) || (await hasStaff(db)))
    throw new Problem('setup-link')
}

/**
 * Makes the first administrator; gives the id. Of many at once one succeeds.
 * @throws Problem setup-link, or what `createStaff` says of the input; the link then still works
 */
export async function useSetupLink(deps: SetupStore, token: string, input: AccountInput): Promise<string> {
  // First, so that nobody without a link makes us hash.
  await checkSetupLink(deps, token)
  const person = personOf(input)
  const passwordHash = await hashPassword(person.password)
  return deps.db.transaction().execute(async (trx) => {
    if (!(await takeSetupLink(trx, hashToken(deps.config, token)))) throw new Problem('setup-link')
    if (await hasStaff(trx)) throw new Problem('setup-link')
    return insertStaff(trx, person, passwordHash, administrator, deps.clock())
  })
}

function personOf(input: AccountInput): Person {
  const read = readPerson({ ...input })
  if (read.ok) return read.person
  throw read.slips[0]?.problem ?? new Error('a refused form names no slip')
}

async function checkRole(trx: Trx, role: string): Promise<void> {
  const codes = (await listRoles(trx)).map(({ code }) => code)
  if (!codes.includes(role)) throw new Problem('role-unknown', { role, roles: codes.join(', ') })
}

async function insertStaff(
  trx: Trx,
  { name, email }: Person,
  passwordHash: string,
  role: string,
  now: Date,
): Promise<string> {
  const id = randomId()
  try {
    await insertAccount(trx, { id, name, email, passwordHash, role, now })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('email-taken', { email })
    throw error
  }
  return id
}

/** Only a keyed hash is stored: reading the database does not give the link. */
function hashToken(config: Pick<Config, 'serverSecret'>, token: string): string {
  return createHmac('sha256', keyFor(config.serverSecret, 'setup-link')).update(token).digest('base64url')
}
