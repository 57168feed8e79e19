// Who holds the key: the choice, the people, and what they have still to do before collecting starts. Their papers:
// paper.service.ts; another person's turn: hand-over.service.ts. confidentiality.md §7.
import type { Db, Trx } from '../db/database.ts'
import { joinWords } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import { findRole, isPermitted, type HeldRole } from '../staff/role.ts'
import { settlingHours, unfitFor } from '../staff/second-person.ts'
import { listStaff } from '../staff/staff.queries.ts'
import { custodyOf, isCouncilHeld, type CustodyMode } from '../survey/custody-mode.ts'
import { hasReached } from '../survey/survey.ts'
import { lockSurvey, settingsOf, type Survey } from '../survey/survey.queries.ts'
import type { BallotDeps } from './collecting.service.ts'
import {
  deleteHolders,
  listHolders,
  putHolder,
  setRehearsed,
  type KeyHolder,
  type Person,
} from './key-holder.queries.ts'

/** Chooses who will hold the key. Another choice forgets the holders of the one before, and what they rehearsed. */
export async function chooseCustody(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  custody: CustodyMode,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const settings = settingsOf(await notStarted(deps, trx, survey))
    if (settings.custody === custody) return
    await trx
      .updateTable('survey')
      .set({ settings: JSON.stringify({ ...settings, custody }) })
      .where('id', '=', survey.id)
      .execute()
    await deleteHolders(trx, survey)
    await setRehearsed(trx, survey, null)
    const details = { custody: custodyOf({ custody }).name }
    await recordAct(deps, trx, by, { kind: 'custody-chosen', survey: survey.slug, details })
  })
}

/** `alteredAt`: when somebody else last made, changed or let in the account. */
export type Eligible = Person & { alteredAt: Date }

/** Accounts that may hold a share: who may open the box of this survey, and does not make accounts. */
export async function listEligible(db: Db | Trx, survey: Survey): Promise<Eligible[]> {
  const all = await listStaff(db)
  return all.filter(({ disabledOn, agency, roles }) => {
    const held = roles.flatMap(({ role, survey }): HeldRole[] => {
      const found = findRole(role)
      return found === undefined ? [] : [{ role: found, survey }]
    })
    const may = (permission: 'box.open' | 'staff.manage') =>
      isPermitted(held, agency.code, permission, { survey: survey.slug })
    return disabledOn === null && agency.code !== '' && may('box.open') && !may('staff.manage')
  })
}

/** `place` counts from 1. */
export interface HolderSlip {
  place: number
  text: string
}

/**
 * Names the holders, one for each share, in their order. Who stays in their place keeps their paper; whoever is new makes
 * one, and what was rehearsed before is forgotten.
 * @returns what is wrong with the list; none when it is stored
 */
export async function nameHolders(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  staffIds: readonly string[],
): Promise<HolderSlip[]> {
  return deps.db.transaction().execute(async (trx) => {
    const settings = settingsOf(await notStarted(deps, trx, survey))
    mustBeCouncilHeld(survey)
    const { holders } = custodyOf(settings)
    const eligible = await listEligible(trx, survey)
    const named = Array.from({ length: holders }, (_, at) => eligible.find(({ id }) => id === staffIds[at]))
    const slips = slipsOf(named)
    if (slips.length > 0) return slips
    const before = await listHolders(trx, survey)
    let changed = false
    for (const [at, person] of named.entries()) {
      if (!person || before[at]?.id === person.id) continue
      changed = true
      await putHolder(trx, survey, at + 1, person.id)
    }
    if (!changed) return []
    await setRehearsed(trx, survey, null)
    const who = joinWords(named.flatMap((person) => (person ? [nameActor(person)] : [])))
    await recordAct(deps, trx, by, { kind: 'holders-named', survey: survey.slug, details: { who } })
    return []
  })
}

function slipsOf(named: readonly (Person | undefined)[]): HolderSlip[] {
  return named.flatMap((person, at): HolderSlip[] => {
    const place = at + 1
    if (!person) return [{ place, text: `Hãy chọn người giữ phần khóa ${place}.` }]
    const first = named.findIndex((each) => each?.agency.code === person.agency.code)
    if (first >= at) return []
    const same = named[first]
    return [
      {
        place,
        text:
          same?.id === person.id
            ? `${person.name} đã giữ phần khóa ${first + 1}. Hãy chọn người khác.`
            : `${person.name} cùng ${person.agency.name} với người giữ phần khóa ${first + 1}. Mỗi phần khóa phải ở một cơ quan khác nhau.`,
      },
    ]
  })
}

/** What has still to be done before the key can be cut; null when nothing. In words that go on "Chưa thực hiện được: …". */
export function missingForStart(
  survey: Survey,
  holders: readonly KeyHolder[],
  eligible: readonly Eligible[],
  now: Date,
): string | null {
  return (
    missingPapers(survey, holders) ??
    missingHolders(holders, eligible) ??
    unsettledHolders(survey, holders, eligible, now) ??
    (survey.custody_rehearsed_on === null ? 'chưa diễn tập mở niêm phong bằng phiếu thử' : null)
  )
}

/** Between naming and starting an account may be locked, or its role or agency changed. */
function missingHolders(holders: readonly KeyHolder[], eligible: readonly Person[]): string | null {
  const unfit = holders.filter(
    ({ id, agency }, at) =>
      !eligible.some((person) => person.id === id) ||
      holders.slice(0, at).some((other) => other.agency.code === agency.code),
  )
  return unfit.length === 0
    ? null
    : `cần người khác giữ phần khóa thay ${joinWords(unfit.map(({ name }) => name))} (tài khoản không còn mở được niêm phong, hoặc nay cùng cơ quan với một người giữ khác)`
}

/**
 * Whoever makes accounts could be all the holders of a real survey: accounts that were just let in wait, as at an opening by
 * two people, so that others can see in the log who is prepared.
 */
function unsettledHolders(
  { rehearsal }: Survey,
  holders: readonly KeyHolder[],
  eligible: readonly Eligible[],
  now: Date,
): string | null {
  if (rehearsal === 1) return null
  const fresh = holders.filter(({ id }) => {
    const account = eligible.find((person) => person.id === id)
    return account && unfitFor('open-box', { alteredAt: account.alteredAt, held: [] }, now) !== undefined
  })
  return fresh.length === 0
    ? null
    : `tài khoản của ${joinWords(fresh.map(({ name }) => name))} mới được tạo hoặc sửa, phải chờ đủ ${settlingHours} giờ`
}

/** Names and papers alone. */
export function missingPapers(survey: Survey, holders: readonly KeyHolder[]): string | null {
  const { holders: wanted } = custodyOf(settingsOf(survey))
  if (holders.length < wanted) return `mới ghi tên ${holders.length}/${wanted} người giữ khóa`
  // A heading: names as long as it stays short.
  const who = (which: readonly KeyHolder[]) =>
    which.length <= 2 ? joinWords(which.map(({ name }) => name)) : `${which.length} người giữ khóa`
  const without = holders.filter(({ publicKey }) => publicKey === null)
  if (without.length > 0) return `${who(without)} chưa tạo phần khóa`
  const unchecked = holders.filter(({ checkedOn }) => checkedOn === null)
  return unchecked.length > 0 ? `${who(unchecked)} chưa kiểm tra phần khóa` : null
}

/** @throws Problem bad-request where the server holds the key: no page offers it */
export function mustBeCouncilHeld(survey: Survey): void {
  if (!isCouncilHeld(settingsOf(survey))) throw new Problem('bad-request')
}

/**
 * The survey as it is now, kept from starting until the transaction ends: who holds the key is fixed once collecting starts,
 * and a holder who is exchanged at that moment would take a share of the key along.
 */
export async function notStarted({ db }: BallotDeps, trx: Trx, survey: Survey): Promise<Survey> {
  const now = await lockSurvey(db, trx, survey.id)
  if (hasReached(now, 'collecting')) throw new Problem('custody-frozen')
  return now
}
