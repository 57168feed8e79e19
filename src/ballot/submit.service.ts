// A sealed ballot goes into the box: one transaction, a list of steps. README, "The road", stop 3.
import {
  countRefusedFull,
  countReturnOfDay,
  countSameDevice,
  findCode,
  isCollecting,
  takePlace,
  useCode,
} from '../access/access.queries.ts'
import type { Db, Trx } from '../db/database.ts'
import { isUniqueViolation } from '../db/constraint.ts'
import { commitTogether } from '../db/group-commit.ts'
import { dayOf } from '../lib/clock.ts'
import { phaseAt } from '../survey/closing.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import type { Answering } from '../response/answering.ts'
import { newReceipt } from '../response/receipt.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { isStraightLine, sealBallot } from './ballot.ts'
import { insertBallot, insertReceipt } from './box.queries.ts'

/** Seals finished answers to the survey's public key. Nothing but the survey stands outside the seal. */
export function sealAnswers(survey: Survey, answering: Answering): string {
  if (survey.public_key === null || survey.ballot_size === null) throw new Error('this survey has no key yet')
  return sealBallot(
    { surveyId: survey.id, publicKey: survey.public_key, size: survey.ballot_size },
    {
      format: 'ballot/1',
      stratum: answering.stratum,
      questionnaire: answering.questionnaire,
      version: answering.version,
      mode: 'web',
      answers: answering.answers,
      flags: { straightLine: isStraightLine(answering.answers) },
    },
  )
}

/**
 * Stores the ballot, or nothing. Resolves with the receipt once it is on disk.
 * @param now when it was sent: the unit's closing moment, and the minutes after it, are looked at inside the transaction;
 *   of it the day in Việt Nam is counted, and nothing finer is kept
 * @param sameDevice a ballot of this survey was sent from this device before: one more for the unit's counter
 * @throws Problem code-used (also for the second of two at once), code-void, stratum-full, over
 */
export async function submitBallot(
  db: Db,
  answering: Answering,
  sealed: string,
  now: Date,
  sameDevice = false,
): Promise<string> {
  const store = (receipt: string) => storeBallot(db, answering, { sealed, now, sameDevice }, receipt)
  try {
    return await store(answering.receipt)
  } catch (error) {
    if (error instanceof Problem && error.kind === 'stratum-full')
      await commitTogether(db, (trx) => countRefusedFull(trx, answering))
    if (!isUniqueViolation(error)) throw error
    // Two people drew the same receipt: one in 10^12 for a survey of ours. The second gets a new one.
    return store(newReceipt())
  }
}

function storeBallot(
  db: Db,
  answering: Answering,
  { sealed, now, sameDevice }: { sealed: string; now: Date; sameDevice: boolean },
  receipt: string,
): Promise<string> {
  return commitTogether(db, async (trx) => {
    await mustCollect(db, trx, answering, now)
    if (!(await useCode(trx, answering.code))) throw await refusalOf(trx, answering.code)
    if (!(await takePlace(trx, answering.stratum))) throw new Problem('stratum-full')
    await countReturnOfDay(trx, answering, dayOf(now))
    await insertBallot(trx, answering.survey, randomId(), sealed)
    await insertReceipt(trx, answering.survey, receipt)
    if (sameDevice) await countSameDevice(trx, answering.stratum)
    return receipt
  })
}

/** The card was used, or was made void in the meantime. */
async function refusalOf(trx: Trx, hash: string): Promise<Problem> {
  const code = await findCode(trx, hash)
  return new Problem(code?.state === 'void' ? 'code-void' : 'code-used')
}

/** Whoever sends has begun in time: a form opens with a code that was taken before the closing moment. */
async function mustCollect(db: Db, trx: Trx, answering: Answering, now: Date): Promise<void> {
  const { collecting, closesAt } = await isCollecting(db, trx, answering.stratum)
  if (!collecting || phaseAt(closesAt, now) === 'over') throw new Problem('over')
}
