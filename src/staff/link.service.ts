// Links that set a password, for an account that is new or whose password was forgotten: made, found, used once.
import type { Config } from '../config.ts'
import type { Db, Trx } from '../db/database.ts'
import { endOfDay, type Clock } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import { keyFor } from '../lib/secrets.ts'
import { passwordSlip } from './account.ts'
import { recordAct, type LogDeps } from './act-log.service.ts'
import { hashLinkCode, linkCode, linkDays, linkNames, readLinkCode, type LinkKind } from './link.ts'
import { hashPassword } from './password.ts'
import { endSessions } from './session.queries.ts'
import { findAccount, setPasswordHash, type StaffAccount } from './staff.queries.ts'

export interface LinkDeps extends LogDeps {
  config: Config
  db: Db
  clock: Clock
}

/** Gives the person a fresh link, good until the end of its last day; the one before stops working. */
export async function putLink(deps: LinkDeps, trx: Trx, staffId: string, kind: LinkKind): Promise<void> {
  const nonce = randomId()
  const hash = hashLinkCode(hashKey(deps), linkCode(codeKey(deps), staffId, nonce))
  const lastDay = new Date(deps.clock().getTime() + linkDays[kind] * 86_400_000)
  const link = { kind, nonce, hash, expires_at: endOfDay(lastDay).toISOString() }
  await trx
    .insertInto('staff_link')
    .values({ staff_id: staffId, ...link })
    .onConflict((conflict) => conflict.column('staff_id').doUpdateSet(link))
    .execute()
}

/** Takes the link of this person away, if there is one. */
export async function dropLink(trx: Trx, staffId: string): Promise<void> {
  await trx.deleteFrom('staff_link').where('staff_id', '=', staffId).execute()
}

export interface OpenLink {
  kind: LinkKind
  /** Canonical code. */
  code: string
  url: string
  expiresAt: Date
}

/** The link that waits for this person; undefined when there is none, or it ran out. */
export function openLinkOf(deps: LinkDeps, account: Pick<StaffAccount, 'id' | 'link'>): OpenLink | undefined {
  if (account.link === null || account.link.expiresAt <= deps.clock()) return undefined
  const code = linkCode(codeKey(deps), account.id, account.link.nonce)
  // Behind "#", which a browser never sends: the code stands in no log of a proxy.
  return { ...account.link, code, url: `${siteAddress(deps.config)}/can-bo/kich-hoat#${code}` }
}

/** Where people reach us; before anybody has said, this machine. */
export function siteAddress({ publicUrl, port }: Pick<Config, 'publicUrl' | 'port'>): string {
  return publicUrl ?? `http://localhost:${port}`
}

/** The account that a typed code belongs to. @throws Problem link-wrong, the same whatever is wrong with it */
export async function accountOfCode(
  deps: LinkDeps,
  raw: string,
): Promise<{ code: string; account: StaffAccount }> {
  const code = readLinkCode(raw)
  if (code === undefined) throw new Problem('link-wrong')
  const row = await findByCode(deps, deps.db, code)
  const account = row && (await findAccount(deps.db, row.staff_id))
  if (!account || account.disabledOn !== null) throw new Problem('link-wrong')
  return { code, account }
}

/**
 * Sets the password of the person behind the code, ends all their sessions, and uses the link up.
 * @throws Problem link-wrong, or what is wrong with the password; the link then still works
 */
export async function usePasswordLink(deps: LinkDeps, raw: string, password: unknown): Promise<void> {
  const { code, account } = await accountOfCode(deps, raw)
  const slip = passwordSlip(password, account)
  if (slip) throw slip
  const passwordHash = await hashPassword(String(password))
  await deps.db.transaction().execute(async (trx) => {
    const row = await findByCode(deps, trx, code)
    if (!row || !(await takeLink(trx, row.hash))) throw new Problem('link-wrong')
    await setPasswordHash(trx, account.id, passwordHash, deps.clock())
    await endSessions(trx, account.id)
    await recordAct(deps, trx, account, { kind: 'link-used', details: { what: linkNames[row.kind] } })
  })
}

async function findByCode(deps: LinkDeps, db: Db | Trx, code: string) {
  return db
    .selectFrom('staff_link')
    .selectAll()
    .where('hash', '=', hashLinkCode(hashKey(deps), code))
    .where('expires_at', '>', deps.clock().toISOString())
    .executeTakeFirst()
}

async function takeLink(trx: Trx, hash: string): Promise<boolean> {
  const result = await trx.deleteFrom('staff_link').where('hash', '=', hash).executeTakeFirst()
  return result.numDeletedRows === 1n
}

function codeKey({ config }: Pick<LinkDeps, 'config'>): Buffer {
  return keyFor(config.serverSecret, 'staff-link')
}

function hashKey({ config }: Pick<LinkDeps, 'config'>): Buffer {
  return keyFor(config.serverSecret, 'staff-link-hash')
}
