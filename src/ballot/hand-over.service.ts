// A share goes from one person to another: somebody is named, makes a paper of their own, and both papers lie side by side
// once. The log of acts is its minutes. season.md, "Who opens".
import type { Db } from '../db/database.ts'
import { eraseDeleted } from '../db/erase.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import { lockSurvey, type Survey } from '../survey/survey.queries.ts'
import type { BallotDeps } from './collecting.service.ts'
import { handOver, listHolders, setNext, type KeyHolder, type Person } from './key-holder.queries.ts'
import { listEligible, type HolderSlip } from './key-holder.service.ts'
import { readPapers, type PaperSlip } from './key-paper.ts'
import { openShare, sealShare } from './key-share.ts'

/** Names who is to take a share over. @returns what is wrong with the choice */
export async function askHandOver(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  position: number,
  staffId: string,
): Promise<HolderSlip[]> {
  return deps.db.transaction().execute(async (trx) => {
    await lockSurvey(deps.db, trx, survey.id)
    const holders = await listHolders(trx, survey)
    const holder = sealedHolder(holders, position)
    const person = (await listEligible(trx, survey)).find(({ id }) => id === staffId)
    const others = holders.filter((each) => each.position !== position)
    const slip = handOverSlip(holder, person, others)
    if (slip !== null || !person) return [{ place: position, text: slip ?? '' }]
    await setNext(trx, survey, position, { staffId: person.id, publicKey: null })
    const details = { position, who: nameActor(person) }
    await recordAct(deps, trx, by, { kind: 'hand-over-asked', survey: survey.slug, details })
    return []
  })
}

function handOverSlip(
  holder: KeyHolder,
  person: Person | undefined,
  others: readonly KeyHolder[],
): string | null {
  if (!person) return 'Hãy chọn người nhận bàn giao.'
  if (person.id === holder.id) return `${person.name} đang giữ chính phần khóa này. Hãy chọn người khác.`
  const same = others.find(
    (each) => each.agency.code === person.agency.code || each.next?.agency.code === person.agency.code,
  )
  return same
    ? `${person.name} cùng ${person.agency.name} với người giữ phần khóa ${same.position}. Mỗi phần khóa phải ở một cơ quan khác nhau.`
    : null
}

export async function dropHandOver(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  position: number,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await lockSurvey(deps.db, trx, survey.id)
    if (!sealedHolder(await listHolders(trx, survey), position).next) throw new Problem('hand-over-gone')
    await setNext(trx, survey, position, null)
    await recordAct(deps, trx, by, { kind: 'hand-over-dropped', survey: survey.slug, details: { position } })
  })
}

/**
 * Hands a share over: the old paper opens it, and it is sealed to the new one. Both papers lie side by side, so that the new
 * one is known to be right before the old one is worth nothing.
 * @returns what is wrong with the papers: place 1 is the old one, place 2 the new one
 */
export async function completeHandOver(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  position: number,
  papers: { old: string; new: string },
): Promise<PaperSlip[]> {
  const holder = sealedHolder(await listHolders(deps.db, survey), position)
  const { next } = holder
  if (!next || next.publicKey === null) throw new Problem('hand-over-gone')
  const taker: KeyHolder = { ...holder, ...next, sealedShare: null, next: null }
  const old = readPapers(survey, [holder], [papers.old], 1)
  const fresh = readPapers(survey, [taker], [papers.new], 1)
  const slips = [
    ...(old.ok ? [] : old.slips.map((slip) => ({ ...slip, place: 1 }))),
    ...(fresh.ok ? [] : fresh.slips.map((slip) => ({ ...slip, place: 2 }))),
  ]
  const [paper] = old.ok ? old.papers : []
  if (slips.length > 0 || !paper) return slips
  const share = openShare(survey.id, paper.secret, holder.sealedShare ?? '')
  if (!share) throw new Problem('key-wrong')
  const to = {
    staffId: next.id,
    publicKey: next.publicKey,
    sealedShare: sealShare(survey.id, next.publicKey, share),
    day: dayOf(deps.clock()),
  }
  share.fill(0)
  await deps.db.transaction().execute(async (trx) => {
    await lockSurvey(deps.db, trx, survey.id)
    // Between naming and now the account may have been locked, or moved to another agency.
    const taking = (await listEligible(trx, survey)).find(({ id }) => id === next.id)
    const others = (await listHolders(trx, survey)).filter((each) => each.position !== position)
    if (handOverSlip(holder, taking, others) !== null) throw new Problem('hand-over-gone')
    if (!(await handOver(trx, survey, holder, to))) throw new Problem('hand-over-gone')
    const details = { position, from: nameActor(holder), to: nameActor(next) }
    await recordAct(deps, trx, by, { kind: 'hand-over-done', survey: survey.slug, details })
  })
  await forgetOldShare(deps.db)
  return []
}

/** The share that was sealed to the old paper goes from the disk too, at the latest with the next opening. */
async function forgetOldShare(db: Db): Promise<void> {
  try {
    await eraseDeleted(db, 'key_holder')
  } catch (error) {
    // It is handed over all the same; a reader beside us only keeps the old pages a while longer.
    if (!(error instanceof Problem && error.kind === 'database-busy')) throw error
  }
}

function sealedHolder(holders: readonly KeyHolder[], position: number): KeyHolder {
  const holder = holders.find((each) => each.position === position)
  if (!holder || holder.sealedShare === null) throw new Problem('hand-over-gone')
  return holder
}
