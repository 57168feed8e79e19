// Asking a second person of another agency, and confirming. The request is one row for each act of a survey; confirming
// takes it away by a conditional delete, so that the act is done once.
import type { Db, Trx } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct, type LogDeps } from './act-log.service.ts'
import { nameActor, type Actor } from './actor.ts'
import { isPermitted, type HeldRole } from './role.ts'
import {
  isCurrent,
  isPairedAct,
  pairedActs,
  partOf,
  secondPersonWords,
  unfitFor,
  type ActRequest,
  type PairedAct,
  type SecondPersonWords,
} from './second-person.ts'
import { listRolesHeld } from './session.queries.ts'
import { findAccount } from './staff.queries.ts'

export interface SecondPersonDeps extends LogDeps {
  db: Db
  clock: Clock
}

/** What the request is for. */
export interface Paired {
  survey: { id: string; slug: string }
  act: PairedAct
  /** The part of the survey that alone is meant, e.g. a level: another part needs another agreement. */
  part?: { code: string; name: string }
}

/** The request that waits, if any; one that ran out, or whose person may no longer, is none. */
export function findRequest(
  { db, clock }: Pick<SecondPersonDeps, 'db' | 'clock'>,
  paired: Paired,
): Promise<ActRequest | undefined> {
  return readRequest(db, clock(), paired)
}

export interface WaitingRequest {
  text: string
  href: string
}

/** Requests that this person, of another agency, could confirm now: for the start page. */
export async function listRequestsFor(
  { db, clock }: Pick<SecondPersonDeps, 'db' | 'clock'>,
  staff: Actor & { id: string; held: HeldRole[] },
): Promise<WaitingRequest[]> {
  const rows = await db
    .selectFrom('act_request')
    .innerJoin('survey', 'survey.id', 'act_request.survey_id')
    .select(['survey.id', 'survey.slug', 'survey.title', 'act_request.act'])
    .orderBy('act_request.asked_at')
    .execute()
  const waiting: WaitingRequest[] = []
  for (const { id, slug, title, act } of rows) {
    const [kind = '', code] = act.split('/')
    if (!isPairedAct(kind)) continue
    const { words, may } = pairedActs[kind]
    const page = code === undefined ? pairedActs[kind].page : '/thoi-gian'
    const part = code === undefined ? {} : { part: { code, name: code } }
    if (!isPermitted(staff.held, staff.agency.code, may, { survey: slug })) continue
    const request = await findRequest({ db, clock }, { survey: { id, slug }, act: kind, ...part })
    if (request === undefined || partOf(request, staff) !== 'second') continue
    if (await findUnfit(db, clock(), kind, staff.id)) continue
    waiting.push({
      text: `${nameActor(request.by)} đề nghị ${words}: ${title}`,
      href: `/dieu-tra/${slug}${page}`,
    })
  }
  return waiting
}

async function readRequest(
  db: Db | Trx,
  now: Date,
  { survey, act, part }: Paired,
): Promise<ActRequest | undefined> {
  const row = await db
    .selectFrom('act_request')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .where('act', '=', keyOf({ act, part }))
    .executeTakeFirst()
  const account = row && (await findAccount(db, row.staff_id))
  if (!account || account.disabledOn !== null) return undefined
  const held = await listRolesHeld(db, account.id)
  if (!isPermitted(held, account.agency.code, pairedActs[act].may, { survey: survey.slug })) return undefined
  if (unfitFor(act, { alteredAt: account.alteredAt, held }, now) !== undefined) return undefined
  const request = { act, by: account, askedAt: new Date(row.asked_at) }
  return isCurrent(request, now) ? request : undefined
}

/** What the page says to this person; who is no party to the act reads why before typing anything. */
export async function wordsFor(
  deps: Pick<SecondPersonDeps, 'db' | 'clock'>,
  paired: Paired,
  person: Actor & { id: string },
): Promise<SecondPersonWords> {
  const words = secondPersonWords(await findRequest(deps, paired), paired.act, person)
  const unfit = await findUnfit(deps.db, deps.clock(), paired.act, person.id)
  return unfit && words.mayPress ? { ...words, text: new Problem(unfit).sentence, mayPress: false } : words
}

async function findUnfit(db: Db | Trx, now: Date, act: PairedAct, staffId: string) {
  const account = await findAccount(db, staffId)
  const held = await listRolesHeld(db, staffId)
  return account && unfitFor(act, { alteredAt: account.alteredAt, held }, now)
}

export type Agreement = { state: 'waiting' } | { state: 'agreed'; first: Actor }

/**
 * One person's part in an act for two: the first asks and waits, the second of another agency agrees, once.
 * @throws Problem second-person-same, second-person-gone, and for the box second-person-administrator, second-person-new
 */
export async function agreeTo(
  deps: SecondPersonDeps,
  paired: Paired,
  person: Actor & { id: string },
): Promise<Agreement> {
  return deps.db.transaction().execute(async (trx) => {
    const now = deps.clock()
    const unfit = await findUnfit(trx, now, paired.act, person.id)
    if (unfit) throw new Problem(unfit)
    const request = await readRequest(trx, now, paired)
    const part = partOf(request, person)
    if (part === 'waiting') return { state: 'waiting' }
    if (request === undefined) {
      await putRequest(trx, paired, person, now)
      await recordAct(deps, trx, person, actOf('second-person-asked', paired))
      return { state: 'waiting' }
    }
    if (part === 'colleague') throw new Problem('second-person-same', { who: nameActor(request.by) })
    if (!(await takeRequest(trx, paired, request.by.id))) throw new Problem('second-person-gone')
    return { state: 'agreed', first: request.by }
  })
}

/** Takes one's own request back, or refuses another's. */
export async function dropRequest(
  deps: SecondPersonDeps,
  paired: Paired,
  person: Actor & { id: string },
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const request = await readRequest(trx, deps.clock(), paired)
    if (!request || !(await takeRequest(trx, paired, request.by.id))) throw new Problem('second-person-gone')
    const own = request.by.id === person.id
    const act = actOf(own ? 'second-person-withdrawn' : 'second-person-refused', paired)
    await recordAct(deps, trx, person, { ...act, details: { ...act.details, who: nameActor(request.by) } })
  })
}

/** How the request stands in its table: one row for each act, and for each part of the survey. */
function keyOf({ act, part }: { act: PairedAct; part: Paired['part'] | undefined }): string {
  return part === undefined ? act : `${act}/${part.code}`
}

function actOf(
  kind: 'second-person-asked' | 'second-person-withdrawn' | 'second-person-refused',
  { survey, act, part }: Paired,
) {
  const words = pairedActs[act].words + (part === undefined ? '' : ` (${part.name})`)
  return { kind, survey: survey.slug, details: { act: words } }
}

async function putRequest(
  trx: Trx,
  { survey, act, part }: Paired,
  person: { id: string },
  now: Date,
): Promise<void> {
  const request = { staff_id: person.id, asked_at: now.toISOString() }
  await trx
    .insertInto('act_request')
    .values({ survey_id: survey.id, act: keyOf({ act, part }), ...request })
    .onConflict((conflict) => conflict.columns(['survey_id', 'act']).doUpdateSet(request))
    .execute()
}

async function takeRequest(trx: Trx, { survey, act, part }: Paired, staffId: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('act_request')
    .where('survey_id', '=', survey.id)
    .where('act', '=', keyOf({ act, part }))
    .where('staff_id', '=', staffId)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}
