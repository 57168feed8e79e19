// A sealed ballot goes into the box: one transaction, a list of steps. README, "The road", stop 3.
import {
  countRefusedFull,
  countSameDevice,
  isCollecting,
  takePlace,
  useCode,
} from '../access/access.queries.ts'
import type { Db, Trx } from '../db/database.ts'
import { isUniqueViolation } from '../db/constraint.ts'
import { commitTogether } from '../db/group-commit.ts'
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
 * @param now when it was sent: the unit's closing moment, and the minutes after it, are looked at inside the transaction
 * @param sameDevice a ballot of this survey was sent from this device before: one more for the unit's counter
 * @throws Problem code-used (also for the second of two at once), stratum-full, over
 */
export async function submitBallot(
  db: Db,
  answering: Answering,
  sealed: string,
  now: Date,
  sameDevice = false,
): Promise<string> {
  try {
    return await storeBallot(db, answering, { sealed, now, sameDevice }, answering.receipt)
  } catch (error) {
    if (error instanceof Problem && error.kind === 'stratum-full')
      await countRefusedFull(db, answering.stratum)
    if (!isUniqueViolation(error)) throw error
    // Two people drew the same receipt: one in 10^12 for a survey of ours. The second gets a new one.
    return storeBallot(db, answering, { sealed, now, sameDevice }, newReceipt())
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
    if (!(await useCode(trx, answering.code))) throw new Problem('code-used')
    if (!(await takePlace(trx, answering.stratum))) throw new Problem('stratum-full')
    await insertBallot(trx, answering.survey, randomId(), sealed)
    await insertReceipt(trx, answering.survey, receipt)
    if (sameDevice) await countSameDevice(trx, answering.stratum)
    return receipt
  })
}

/** Whoever sends has begun in time: a form opens with a code that was taken before the closing moment. */
async function mustCollect(db: Db, trx: Trx, answering: Answering, now: Date): Promise<void> {
  const { collecting, closesAt } = await isCollecting(db, trx, answering.stratum)
  if (!collecting || phaseAt(closesAt, now) === 'over') throw new Problem('over')
}
