// The acts of a council that holds the key: who holds it, each holder's paper, the rehearsal, and the hand-over. The secret
// on a paper is made in its holder's own request, shown in the answer to it, and stored nowhere. confidentiality.md §7.
import type { Db, Trx } from '../db/database.ts'
import { dayOf } from '../lib/clock.ts'
import { joinWords } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import { findRole, isPermitted, type HeldRole } from '../staff/role.ts'
import { listStaff } from '../staff/staff.queries.ts'
import { custodyOf, isCouncilHeld, type CustodyMode } from '../survey/custody-mode.ts'
import { blankSymbol, itemsOf } from '../survey/questionnaire.ts'
import { hasReached } from '../survey/survey.ts'
import {
  getSurveyById,
  listQuestionnaires,
  listStrata,
  settingsOf,
  type Survey,
} from '../survey/survey.queries.ts'
import { ballotSize, openBallot, sealBallot, type Ballot } from './ballot.ts'
import type { BallotDeps } from './collecting.service.ts'
import {
  deleteHolders,
  handOver,
  listHolders,
  putHolder,
  setChecked,
  setNext,
  setPaper,
  setRehearsed,
  type KeyHolder,
  type Person,
} from './key-holder.queries.ts'
import { joinShares, newSecret, openShare, publicKeyOfPaper, sealShare, splitKey } from './key-share.ts'
import { readPapers, type Paper, type PaperSlip } from './key-paper.ts'
import { newSealKeyPair } from './seal.ts'

/** Chooses who will hold the key. Another choice forgets the holders of the one before, and what they rehearsed. */
export async function chooseCustody(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  custody: CustodyMode,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const settings = settingsOf(await notStarted(trx, survey))
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

/** Accounts that may hold a share: who may open the box of this survey, and does not make accounts. */
export async function listEligible(db: Db | Trx, survey: Survey): Promise<Person[]> {
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
    const settings = settingsOf(await notStarted(trx, survey))
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

/** What a holder takes along: shown in the answer to this request, and never again. */
export interface MadePaper {
  position: number
  secret: Buffer
}

/**
 * Makes this holder's paper, in their own session. Before collecting starts a holder may make it anew; afterwards only
 * somebody who is about to take a share over makes one.
 * @param seen public half of the paper that the page showed as the present one ('' for none): a reload makes no second one
 * @throws Problem not-key-holder, paper-made, paper-fixed
 */
export async function makePaper(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  seen: string,
): Promise<MadePaper> {
  return deps.db.transaction().execute(async (trx) => {
    const holders = await listHolders(trx, survey)
    const taking = holders.find(({ next }) => next !== null && next.id === by.id)
    const holder = taking ?? holders.find(({ id }) => id === by.id)
    if (!holder || by.id === null) throw new Problem('not-key-holder')
    const present = taking ? taking.next?.publicKey : holder.publicKey
    if (!taking && holder.sealedShare !== null) throw new Problem('paper-fixed')
    if ((present ?? '') !== seen) throw new Problem('paper-made')
    const { position } = holder
    const secret = newSecret()
    const publicKey = publicKeyOfPaper(survey.id, secret)
    if (taking) await setNext(trx, survey, position, { staffId: by.id, publicKey })
    else if (!(await setPaper(trx, survey, position, publicKey, dayOf(deps.clock()))))
      throw new Problem('paper-fixed')
    else await setRehearsed(trx, survey, null)
    await recordAct(deps, trx, by, { kind: 'paper-made', survey: survey.slug, details: { position } })
    return { position, secret }
  })
}

/**
 * "Kiểm tra phần khóa": proves that the holder has the right paper, without any other share. On the command line it may be
 * anybody's paper.
 * @returns what is wrong with it; none when it is right, and that is noted
 */
export async function checkPaper(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  text: string,
): Promise<PaperSlip[]> {
  const holders = await listHolders(deps.db, survey)
  const own = by.id === null ? holders : holders.filter(({ id }) => id === by.id)
  if (own.length === 0) throw new Problem('not-key-holder')
  const read = readPapers(survey, own, [text], 1)
  if (!read.ok) return read.slips
  const position = read.papers[0]?.holder.position ?? 0
  await deps.db.transaction().execute(async (trx) => {
    await setChecked(trx, survey, position, dayOf(deps.clock()))
    await recordAct(deps, trx, by, { kind: 'paper-checked', survey: survey.slug, details: { position } })
  })
  return []
}

/**
 * Rehearses the opening: a test key is cut for the holders' papers, a test ballot is sealed, and the papers typed here open
 * it. Nothing of it is kept but the day.
 * @returns what is wrong with the papers; none when the test ballot was opened
 * @throws Problem custody-not-ready while a holder has no checked paper
 */
export async function rehearse(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  texts: readonly string[],
): Promise<PaperSlip[]> {
  mustBeCouncilHeld(survey)
  if (hasReached(survey, 'collecting')) throw new Problem('custody-frozen')
  const holders = await listHolders(deps.db, survey)
  const missing = missingPapers(survey, holders)
  if (missing !== null) throw new Problem('custody-not-ready', { missing })
  const read = readPapers(survey, holders, texts, custodyOf(settingsOf(survey)).needed)
  if (!read.ok) return read.slips
  await openTestBallot(deps.db, survey, holders, read.papers)
  await deps.db.transaction().execute(async (trx) => {
    await setRehearsed(trx, survey, dayOf(deps.clock()))
    const who = joinWords(read.papers.map(({ holder }) => nameActor(holder)))
    await recordAct(deps, trx, by, { kind: 'custody-rehearsed', survey: survey.slug, details: { who } })
  })
  return []
}

/** The whole way of a ballot with a key of its own: cut, seal, open by these papers. Throws where it fails: a defect. */
async function openTestBallot(
  db: Db,
  survey: Survey,
  holders: readonly KeyHolder[],
  papers: readonly Paper[],
): Promise<void> {
  const { publicKey, privateKey } = newSealKeyPair()
  const publicKeys = holders.map((holder) => holder.publicKey ?? '')
  const sealedShares = await splitKey(survey.id, privateKey, papers.length, publicKeys)
  privateKey.fill(0)
  const questionnaires = await listQuestionnaires(db, survey)
  const [stratum] = await listStrata(db, survey)
  const questionnaire = questionnaires.find(({ code }) => code === stratum?.questionnaire)
  if (!stratum || !questionnaire) throw new Error('a survey without strata has no ballot to test')
  const ballot: Ballot = {
    format: 'ballot/1',
    stratum: stratum.id,
    questionnaire: questionnaire.code,
    version: questionnaire.version,
    mode: 'web',
    answers: blankSymbol.repeat(itemsOf(questionnaire).length),
    flags: { straightLine: false },
  }
  const sealed = sealBallot({ surveyId: survey.id, publicKey, size: ballotSize(questionnaires) }, ballot)
  const shares = papers.map(({ holder, secret }) =>
    openShare(survey.id, secret, sealedShares[holder.position - 1] ?? ''),
  )
  const joined = await joinShares(shares.flatMap((share) => share ?? []))
  const opened = openBallot({ surveyId: survey.id, privateKey: joined }, sealed)
  if (!opened.ok || JSON.stringify(opened.ballot) !== JSON.stringify(ballot))
    throw new Error('the papers did not open the test ballot')
}

/** What has still to be done before the key can be cut; null when nothing. In words that go on "Chưa thực hiện được: …". */
export function missingForStart(survey: Survey, holders: readonly KeyHolder[]): string | null {
  return (
    missingPapers(survey, holders) ??
    (survey.custody_rehearsed_on === null ? 'chưa diễn tập mở niêm phong bằng phiếu thử' : null)
  )
}

function missingPapers(survey: Survey, holders: readonly KeyHolder[]): string | null {
  const { holders: wanted } = custodyOf(settingsOf(survey))
  if (holders.length < wanted) return `mới ghi tên ${holders.length}/${wanted} người giữ khóa`
  const names = (which: readonly KeyHolder[]) => joinWords(which.map(({ name }) => name))
  const without = holders.filter(({ publicKey }) => publicKey === null)
  if (without.length > 0) return `chưa tạo phần khóa: ${names(without)}`
  const unchecked = holders.filter(({ checkedOn }) => checkedOn === null)
  return unchecked.length > 0 ? `chưa kiểm tra phần khóa: ${names(unchecked)}` : null
}

/** Names who is to take a share over. @returns what is wrong with the choice */
export async function askHandOver(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  position: number,
  staffId: string,
): Promise<HolderSlip[]> {
  return deps.db.transaction().execute(async (trx) => {
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
    if (!(await handOver(trx, survey, holder, to))) throw new Problem('hand-over-gone')
    const details = { position, from: nameActor(holder), to: nameActor(next) }
    await recordAct(deps, trx, by, { kind: 'hand-over-done', survey: survey.slug, details })
  })
  return []
}

function sealedHolder(holders: readonly KeyHolder[], position: number): KeyHolder {
  const holder = holders.find((each) => each.position === position)
  if (!holder || holder.sealedShare === null) throw new Problem('hand-over-gone')
  return holder
}

function mustBeCouncilHeld(survey: Survey): void {
  if (!isCouncilHeld(settingsOf(survey))) throw new Problem('bad-request')
}

/** The survey as it is now; who holds the key is fixed once collecting starts. */
async function notStarted(trx: Trx, survey: Survey): Promise<Survey> {
  const now = await getSurveyById(trx, survey.id)
  if (hasReached(now, 'collecting')) throw new Problem('custody-frozen')
  return now
}
