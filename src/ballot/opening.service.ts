// Mở niêm phong, kiểm phiếu: the one minuted act in which sealed ballots become responses that nothing links to a code.
// Each step is noted down before the next begins, so that a killed run goes on where it stopped. confidentiality.md §8.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { countUsedCodes } from '../access/access.queries.ts'
import type { Db } from '../db/database.ts'
import { eraseDeleted } from '../db/erase.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { program } from '../staff/actor.ts'
import { isCouncilHeld } from '../survey/custody-mode.ts'
import { itemsOf } from '../survey/questionnaire.ts'
import { addMonths } from '../survey/retention.ts'
import { hasReached } from '../survey/survey.ts'
import {
  listQuestionnaires,
  listStrata,
  lockSurvey,
  moveState,
  settingsOf,
  type Survey,
} from '../survey/survey.queries.ts'
import { checkMergesDecided } from '../survey/unit-change.queries.ts'
import { answersFit, openBallot, type Ballot } from './ballot.ts'
import type { BallotDeps } from './collecting.service.ts'
import {
  countBallots,
  countBroken,
  deleteBallots,
  findOpening,
  insertOpening,
  insertResponses,
  listBallots,
  listReceipts,
  setOpeningStep,
  type Opening,
  type ResponseRow,
  type SealedBallot,
} from './box.queries.ts'
import { destroyKey, listOldCopies, loadKey } from './custody.ts'
import { deleteShares } from './key-holder.queries.ts'
import { hashReceipts } from './receipt-list.ts'
import { rewriteTables } from './rewrite.service.ts'
import { publicKeyOf } from './seal.ts'

/** Ballots read, and rows written, at a time: few enough that requests in between do not wait, many enough to be quick. */
const chunkSize = 200

/** What the job of the opening is given, in words for the minutes: who opens, and who else is there, one name a line. */
export const OpenInput = z.object({ by: z.string().default(''), present: z.string().default('') })
export type OpenInput = z.infer<typeof OpenInput>

export type Report = (step: string, done: number, total: number) => Promise<void>

/** Refuses in words before anything begins. */
export function checkMayOpen(survey: Survey): void {
  if (hasReached(survey, 'opened')) throw new Problem('already-opened')
  if (survey.state !== 'closed') throw new Problem('opening-before-close')
}

/**
 * Opens the box of a closed survey; called again after a kill it resumes, also when nothing is left to do.
 * @param secret the private key that a council's papers gave; undefined where the server holds it, or after a kill
 * @throws Problem shares-needed when a ballot is left to open and the papers have to be typed again
 */
export async function openBallotBox(
  deps: BallotDeps,
  survey: Survey,
  opened: OpenInput,
  report: Report,
  secret?: Buffer,
): Promise<void> {
  const keyOf = () => privateKeyOf(deps, survey, secret)
  for (;;) {
    const opening = await findOpening(deps.db, survey)
    // By us, or by a run that was killed before it could say so.
    if (opening?.step === 'done') return
    checkMayOpen(survey)
    switch (opening?.step) {
      case undefined:
      case 'reconcile':
        await reconcile(deps, survey, opened, report)
        break
      case 'check':
        await checkAllOpen(deps, survey, keyOf(), opening, opened, report)
        break
      case 'move':
        await moveBallots(deps, survey, keyOf(), opening, report)
        break
      case 'rewrite':
        await report('Sắp xếp lại dữ liệu, xóa dấu vết thứ tự', opening.ballots, opening.ballots)
        await rewriteTables(deps.db)
        await setOpeningStep(deps.db, survey, 'rewrite', 'destroy-key')
        break
      case 'destroy-key':
        await report('Hủy khóa', opening.ballots, opening.ballots)
        await destroyKeyOf(deps, survey)
        await finish(deps, survey, opening)
        break
    }
  }
}

/** Whether a ballot is left to open; behind that only traces and the key itself are removed. */
export function isKeyNeeded(opening: Opening | undefined): boolean {
  return opening?.step !== 'rewrite' && opening?.step !== 'destroy-key'
}

/** The key that opens this survey's ballots. @throws Problem shares-needed, key-missing, key-wrong */
function privateKeyOf({ config }: BallotDeps, survey: Survey, secret: Buffer | undefined): Buffer {
  const councilHeld = isCouncilHeld(settingsOf(survey))
  if (councilHeld && secret === undefined) throw new Problem('shares-needed')
  const privateKey = secret ?? loadKey(config, survey.id)
  if (publicKeyOf(privateKey) !== survey.public_key) throw new Problem('key-wrong')
  return privateKey
}

async function destroyKeyOf({ config, db }: BallotDeps, survey: Survey): Promise<void> {
  if (!isCouncilHeld(settingsOf(survey))) {
    destroyKey(config, survey.id)
    return
  }
  await deleteShares(db, survey)
  await eraseDeleted(db, 'key_holder')
}

async function reconcile(
  { db, clock }: BallotDeps,
  survey: Survey,
  { by, present }: OpenInput,
  report: Report,
): Promise<void> {
  await report('Đối chiếu số mã đã dùng với số phiếu niêm phong', 0, 0)
  const ballots = await countReconciled(db, survey)
  const started_on = dayOf(clock())
  const opening = {
    survey_id: survey.id,
    step: 'check' as const,
    ballots,
    broken: 0,
    started_on,
    opened_by: by,
    present,
    custody: settingsOf(survey).custody,
  }
  await db.transaction().execute(async (trx) => {
    // From here on a merged unit is counted as it was chosen; who chooses at this moment is before us or too late.
    await lockSurvey(db, trx, survey.id)
    await checkMergesDecided(trx, survey)
    await insertOpening(trx, opening)
  })
}

/** The number of sealed ballots; refuses unless as many codes are used. */
async function countReconciled(db: Db, survey: Survey): Promise<number> {
  const used = await countUsedCodes(db, survey)
  const ballots = await countBallots(db, survey)
  if (used !== ballots) throw new Problem('opening-mismatch', { used, ballots })
  return ballots
}

/** A dry run over all ballots: a wrong key must be found before the first sealed ballot is deleted. */
async function checkAllOpen(
  deps: BallotDeps,
  survey: Survey,
  privateKey: Buffer,
  opening: Opening,
  { by, present }: OpenInput,
  report: Report,
): Promise<void> {
  const unseal = await unsealer(deps, survey, privateKey)
  // Again: days may lie between an attempt that lacked the key and this one, and no ballot has been moved yet.
  await countReconciled(deps.db, survey)
  const hash = createHash('sha256')
  let after = ''
  let seen = 0
  for (;;) {
    await report('Kiểm tra phiếu niêm phong', seen, opening.ballots)
    const ballots = await listBallots(deps.db, survey, after, chunkSize)
    if (ballots.length === 0) break
    for (const ballot of ballots) {
      unseal(ballot)
      hash.update(`${ballot.sealed}\n`, 'ascii')
    }
    seen += ballots.length
    after = ballots.at(-1)?.id ?? ''
  }
  // Whoever asked this time: an attempt that failed before a ballot was opened is none.
  await setOpeningStep(deps.db, survey, 'check', 'move', {
    opened_by: by,
    present,
    ballots_hash: hash.digest('hex'),
    // The same that is published with the list.
    receipts_hash: hashReceipts(await listReceipts(deps.db, survey, '')),
  })
}

/**
 * Opens all ballots in memory, then moves them in one transaction. Moved chunk by chunk they could be told apart by whoever
 * has a copy from in between (a backup, xmin, a crash), and a chunk holds few of each stratum, often a single one: tried on
 * 900 ballots, 391 were tied to their cards with certainty.
 */
async function moveBallots(
  deps: BallotDeps,
  survey: Survey,
  privateKey: Buffer,
  opening: Opening,
  report: Report,
): Promise<void> {
  const unseal = await unsealer(deps, survey, privateKey)
  const responses: ResponseRow[] = []
  let after = ''
  let seen = 0
  for (;;) {
    await report('Mở và kiểm phiếu', seen, opening.ballots)
    const ballots = await listBallots(deps.db, survey, after, chunkSize)
    if (ballots.length === 0) break
    for (const ballot of ballots) {
      const response = unseal(ballot)
      if (response) responses.push(response)
    }
    seen += ballots.length
    after = ballots.at(-1)?.id ?? ''
  }
  // In the order of the new ids: neither the journal nor the pages keep the order of the sealed ones.
  responses.sort((a, b) => (a.id < b.id ? -1 : 1))
  await deps.db.transaction().execute(async (trx) => {
    // Somebody else moved them: take everything back rather than count a ballot twice.
    if ((await deleteBallots(trx, survey)) !== seen) throw new Problem('job-running')
    for (let at = 0; at < responses.length; at += chunkSize)
      await insertResponses(trx, responses.slice(at, at + chunkSize))
    await countBroken(trx, survey, seen - responses.length)
    await setOpeningStep(trx, survey, 'move', 'rewrite')
  })
}

/**
 * Opens one ballot into a row with a fresh id; undefined for one that does not open or fits no questionnaire of this
 * survey ("hỏng": it counts as invalid).
 */
async function unsealer(
  deps: BallotDeps,
  survey: Survey,
  privateKey: Buffer,
): Promise<(ballot: SealedBallot) => ResponseRow | undefined> {
  const strata = new Map((await listStrata(deps.db, survey)).map((stratum) => [stratum.id, stratum]))
  const items = new Map(
    (await listQuestionnaires(deps.db, survey)).map((each) => [
      `${each.code}/${each.version}`,
      itemsOf(each),
    ]),
  )
  const fits = (ballot: Ballot) =>
    strata.get(ballot.stratum)?.questionnaire === ballot.questionnaire &&
    answersFit(items.get(`${ballot.questionnaire}/${ballot.version}`) ?? [], ballot.answers)
  return ({ sealed }) => {
    const opened = openBallot({ surveyId: survey.id, privateKey }, sealed)
    if (!opened.ok || !fits(opened.ballot)) return undefined
    const { stratum, questionnaire, version, answers, flags } = opened.ballot
    return {
      survey_id: survey.id,
      id: randomId(),
      stratum_id: stratum,
      questionnaire,
      version,
      answers,
      straight_line: flags.straightLine ? 1 : 0,
    }
  }
}

async function finish(deps: BallotDeps, survey: Survey, opening: Opening): Promise<void> {
  const old_copies = listOldCopies(deps.config, survey.id).join('\n')
  const openedOn = dayOf(deps.clock())
  await deps.db.transaction().execute(async (trx) => {
    await setOpeningStep(trx, survey, 'destroy-key', 'done', { old_copies })
    await moveState(trx, survey, ['closed'], 'opened')
    await trx
      .updateTable('survey')
      .set({ opened_on: openedOn, destroy_on: addMonths(openedOn, survey.keep_months) })
      .where('id', '=', survey.id)
      .execute()
    const details = { ballots: opening.ballots, broken: opening.broken }
    await recordAct(deps, trx, program, { kind: 'box-opened', survey: survey.slug, details })
  })
}
