// Issues codes for a survey's strata and keeps the plain ones only until the cards are printed. A job: each stratum is
// one transaction, so a killed run goes on where it stopped. README, "The road", stop 0.
import { z } from 'zod'
import { isReachableFromOutside, type Config } from '../config.ts'
import type { Db } from '../db/database.ts'
import { eraseDeleted } from '../db/erase.ts'
import { dayOf } from '../lib/clock.ts'
import { findActiveJobOfKind } from '../jobs/job.queries.ts'
import { parseJson } from '../lib/json.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import { decrypt, encrypt, keyFor } from '../lib/secrets.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import { program, type Actor } from '../staff/actor.ts'
import { listUnitHours } from '../survey/closing.queries.ts'
import { hasReached, stateName } from '../survey/survey.ts'
import { listStrata, lockSurvey, moveState, type Stratum, type Survey } from '../survey/survey.queries.ts'
import {
  eraseCardParts,
  findBatch,
  finishBatches,
  insertBatch,
  insertCodes,
  listBatches,
  listUnprintedParts,
  setBatchState,
  type CodeBatch,
} from './access.queries.ts'
import { hashCode, newCode } from './code.ts'

export interface AccessDeps extends LogDeps {
  config: Config
  db: Db
}

const PlainCodes = z.object({ main: z.array(z.string()), reserve: z.array(z.string()) })

/** Key of the hashes in access_code. */
export function codeKey(config: Config): Buffer {
  return keyFor(config.serverSecret, 'access-code')
}

/** Refuses before anything is written, in words: wrong step, nothing left to issue, no address for the QR code. */
export async function checkMayIssue(deps: AccessDeps, survey: Survey, rehearsal: boolean): Promise<void> {
  if (hasReached(survey, 'closed')) {
    throw new Problem('wrong-state', {
      state: stateName(survey.state),
      act: 'phát mã',
      next: 'Hãy tạo đợt điều tra mới.',
    })
  }
  const resumable = await findBatch(deps.db, survey, 'issuing')
  // A batch that was cut off goes on as what it was begun: real cards never slip past the check as a rehearsal.
  const forRehearsal = resumable === undefined ? rehearsal : resumable.rehearsal === 1
  if (!forRehearsal && !isReachableFromOutside(deps.config.publicUrl)) {
    throw new Problem('public-url-unusable', { reason: reasonFor(deps.config.publicUrl) })
  }
  if (!resumable && strataToIssue(await listStrata(deps.db, survey)).length === 0)
    throw new Problem('codes-all-issued')
}

/** What is wrong with an address that no phone outside can open. */
export function reasonFor(publicUrl: string | undefined): string {
  if (publicUrl === undefined) return 'chưa được đặt'
  if (!publicUrl.startsWith('https:')) return 'không dùng https'
  return 'là địa chỉ nội bộ'
}

function strataToIssue(strata: Stratum[]): Stratum[] {
  return strata.filter((each) => each.issued < each.quota || each.reserve < each.reserve_quota)
}

/** Issues what the plan still lacks, as one batch; nothing when it lacks none. `report` is told how far it is. */
export async function issueCodes(
  deps: AccessDeps,
  survey: Survey,
  { rehearsal, now }: { rehearsal: boolean; now: Date },
  report: (done: number, total: number) => Promise<void>,
): Promise<void> {
  const { db } = deps
  const strata = strataToIssue(await listStrata(db, survey))
  const unfinished = await findBatch(db, survey, 'issuing')
  // A batch without codes would stand between the officer and the cards.
  if (!unfinished && strata.length === 0) return
  const batch = unfinished ?? (await beginBatch(db, survey, rehearsal, now))
  for (const [i, stratum] of strata.entries()) {
    await issueForStratum(deps, survey, batch, stratum)
    await report(i + 1, strata.length)
  }
  const after = await listStrata(db, survey)
  const sum = (what: 'issued' | 'reserve') => after.reduce((total, each) => total + each[what], 0)
  const details = { count: sum('issued'), reserve: sum('reserve') }
  await db.transaction().execute(async (trx) => {
    if (await setBatchState(trx, batch.id, 'issuing', 'unprinted'))
      await recordAct(deps, trx, program, { kind: 'codes-issued', survey: survey.slug, details })
  })
}

async function beginBatch(db: Db, survey: Survey, rehearsal: boolean, now: Date): Promise<CodeBatch> {
  const batch: CodeBatch = {
    id: randomId(),
    survey_id: survey.id,
    state: 'issuing',
    rehearsal: rehearsal ? 1 : 0,
    issued_on: dayOf(now),
  }
  await db.transaction().execute(async (trx) => {
    // A survey is rehearsed or real as a whole: beside official codes a rehearsal would open the box to one person.
    if ((await listBatches(trx, survey)).some((other) => other.rehearsal !== batch.rehearsal))
      throw new Problem('rehearsal-beside-official')
    await insertBatch(trx, batch)
    if (rehearsal) await trx.updateTable('survey').set({ rehearsal: 1 }).where('id', '=', survey.id).execute()
  })
  return batch
}

async function issueForStratum(
  deps: AccessDeps,
  survey: Survey,
  batch: CodeBatch,
  stratum: Stratum,
): Promise<void> {
  const main = drawCodes(stratum.quota - stratum.issued)
  const reserve = drawCodes(stratum.reserve_quota - stratum.reserve)
  const key = codeKey(deps.config)
  const codes = [
    ...main.map((code) => ({ hash: hashCode(key, code), kind: 'main' as const })),
    ...reserve.map((code) => ({ hash: hashCode(key, code), kind: 'reserve' as const })),
  ]
  const plain = Buffer.from(JSON.stringify({ main, reserve }), 'utf8')
  const sealed = encrypt(batchKey(deps.config), partContext(batch.id, stratum.id), plain).toString(
    'base64url',
  )
  await deps.db.transaction().execute((trx) => insertCodes(trx, survey, batch.id, stratum, codes, sealed))
}

function drawCodes(count: number): string[] {
  return Array.from({ length: Math.max(count, 0) }, () => newCode())
}

function batchKey(config: Config): Buffer {
  return keyFor(config.serverSecret, 'unprinted-codes')
}

function partContext(batchId: string, stratumId: string): string {
  return `unprinted-codes/${batchId}/${stratumId}`
}

/** A card to print or a line of the CSV. */
export interface PlainCode {
  stratum: Stratum
  reserve: boolean
  /** Canonical 12 symbols. */
  code: string
  /** What the QR code holds: the address and, behind #, the code, which a browser never sends to a server. */
  url: string
  /** Until when its holder may answer (ISO, UTC); null while nobody has said. */
  closesAt: string | null
}

/** Which of the unprinted codes: of units whose cards are printed, or of one unit that gets links; all without it. */
export type Which = { delivery: 'cards' } | { unit: string }

export interface UnprintedPart {
  batch_id: string
  stratum_id: string
  codes: PlainCode[]
}

/** The plain codes that are not erased yet, one part for each stratum, in the order of the plan. */
export async function readUnprinted(
  deps: AccessDeps,
  survey: Survey,
  which?: Which,
): Promise<UnprintedPart[]> {
  const parts = await listUnprintedParts(deps.db, survey)
  const strata = (await listStrata(deps.db, survey)).filter((stratum) => isAmong(stratum, which))
  const hours = new Map((await listUnitHours(deps.db, survey)).map(({ code, closesAt }) => [code, closesAt]))
  const address = addressOnCards(deps.config)
  return strata.flatMap((stratum) =>
    parts
      .filter((part) => part.stratum_id === stratum.id)
      .map((part) => {
        const context = partContext(part.batch_id, stratum.id)
        const plain = decrypt(batchKey(deps.config), context, Buffer.from(part.sealed, 'base64url'))
        if (!plain) throw new Problem('key-wrong')
        const { main, reserve } = parseJson(PlainCodes, plain.toString('utf8'))
        const closesAt = hours.get(stratum.unit_code) ?? null
        const card = (code: string, isReserve: boolean): PlainCode => ({
          stratum,
          reserve: isReserve,
          code,
          url: `${address}/#${code}`,
          closesAt,
        })
        const codes = [...main.map((code) => card(code, false)), ...reserve.map((code) => card(code, true))]
        return { batch_id: part.batch_id, stratum_id: stratum.id, codes }
      }),
  )
}

/** The plain codes of all that is unprinted, in the order of the plan; refused once they are erased. */
export async function listUnprintedCodes(
  deps: AccessDeps,
  survey: Survey,
  which?: Which,
): Promise<PlainCode[]> {
  const parts = await readUnprinted(deps, survey, which)
  if (parts.length === 0) throw await nothingToPrint(deps.db, survey)
  return parts.flatMap(({ codes }) => codes)
}

function isAmong(stratum: Stratum, which: Which | undefined): boolean {
  if (which === undefined) return true
  if ('unit' in which) return stratum.unit_code === which.unit && stratum.delivery === 'links'
  return stratum.delivery === which.delivery
}

/** What is printed on cards, and where they lead. */
export function addressOnCards({ publicUrl, port }: Config): string {
  return publicUrl ?? `http://localhost:${port}`
}

async function nothingToPrint(db: Db, survey: Survey): Promise<Problem> {
  if (!(await findBatch(db, survey, 'unprinted')))
    return new Problem((await findBatch(db, survey, 'printed')) ? 'codes-erased' : 'no-batch')
  const strata = await listStrata(db, survey)
  const haveCards = strata.some((each) => each.delivery === 'cards' && each.issued + each.reserve > 0)
  return new Problem(haveCards ? 'codes-erased' : 'only-links')
}

/**
 * Codes are not printed, sent or erased while others are being issued: who prints would miss them, and who erases could
 * erase what nobody has seen.
 */
export async function refuseWhileIssuing(db: Db, survey: Survey): Promise<void> {
  const active = await findActiveJobOfKind(db, survey.id, 'issue-codes')
  if (active ?? (await findBatch(db, survey, 'issuing'))) throw new Problem('codes-being-issued')
}

/**
 * "Đã in xong": the plain codes of all units with cards are erased for good, and the survey's units, groups and quotas
 * freeze. A batch is printed once none of its codes is left; those of units with links leave with their packages.
 */
export async function markPrinted(deps: AccessDeps, by: Actor, survey: Survey): Promise<void> {
  await refuseWhileIssuing(deps.db, survey)
  const erased = await deps.db.transaction().execute(async (trx) => {
    await lockSurvey(deps.db, trx, survey.id)
    const parts = await eraseCardParts(trx, survey)
    if (parts === 0) return 0
    await finishBatches(trx, survey)
    await moveState(trx, survey, ['draft'], 'cards')
    await recordAct(deps, trx, by, { kind: 'codes-erased', survey: survey.slug })
    return parts
  })
  if (erased === 0) throw await nothingToPrint(deps.db, survey)
  await eraseDeleted(deps.db, 'code_batch_part')
}
