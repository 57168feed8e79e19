// A typed or scanned code becomes a respondent, or one plain refusal. README, "The road", stop 1.
import { createHmac, randomBytes } from 'node:crypto'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Config } from '../config.ts'
import type { Db } from '../db/database.ts'
import { commitTogether } from '../db/group-commit.ts'
import { dayOf } from '../lib/clock.ts'
import { networkOf } from '../lib/network.ts'
import { Problem } from '../lib/problem.ts'
import { phaseAt } from '../survey/closing.ts'
import { findClosing } from '../survey/closing.queries.ts'
import { hasReached } from '../survey/survey.ts'
import { getSurveyById, type Survey } from '../survey/survey.queries.ts'
import { countOpened, findCode, openCode, type AccessCode } from './access.queries.ts'
import { codeKey } from './batch.service.ts'
import { hashCode, parseCode, type ParsedCode } from './code.ts'
import { Refusal } from './refusal.ts'

/** A slip of the person who typed: shown on the same page, nothing is lost. */
export type CodeSlip = Exclude<ParsedCode, { ok: true }> | { ok: false; reason: 'unknown' }

export type Redeemed = { ok: true; code: AccessCode; survey: Survey } | { ok: false; slip: CodeSlip }

/** Misses per address before a further miss has to wait; a hit always passes. */
const freeMisses = 30
const missWindowSeconds = 600

/** Counts misses per address without keeping an address: its key is an HMAC under a salt that changes every day. */
export class MissLimiter {
  readonly #limiter = new RateLimiterMemory({ points: freeMisses, duration: missWindowSeconds })
  #salt = randomBytes(32)
  #day = ''

  /** Notes a miss; true when the address had too many. */
  async miss(address: string, now: Date): Promise<boolean> {
    if (this.#day !== dayOf(now)) {
      this.#salt = randomBytes(32)
      this.#day = dayOf(now)
    }
    const key = createHmac('sha256', this.#salt).update(networkOf(address)).digest('base64url')
    const known = await this.#limiter.get(key)
    if (known !== null && known.consumedPoints >= freeMisses) return true
    await this.#limiter.penalty(key, 1)
    return false
  }
}

/**
 * Finds the card of a typed code and changes nothing. Looks the code up first, so that a right code is never delayed by others' mistakes behind the same address.
 * @param begun hash of the card whose form was begun in this browser: it has some minutes more than a card that comes now
 * @throws Refusal for a void or used card and a survey that does not collect; Problem too-many-misses
 */
export async function redeemCode(
  deps: { config: Config; db: Db },
  limiter: MissLimiter,
  raw: string,
  address: string,
  now: Date,
  begun?: string,
): Promise<Redeemed> {
  const parsed = parseCode(raw)
  const code = parsed.ok ? await findCode(deps.db, hashCode(codeKey(deps.config), parsed.code)) : undefined
  if (code === undefined) {
    if (parsed.ok || parsed.reason !== 'empty') {
      if (await limiter.miss(address, now)) throw new Problem('too-many-misses')
    }
    return { ok: false, slip: parsed.ok ? { ok: false, reason: 'unknown' } : parsed }
  }
  const survey = await getSurveyById(deps.db, code.survey_id)
  const closesAt = await findClosing(deps.db, code.stratum_id)
  refuseUnlessAnswerable(code, survey, { closesAt, begun: begun === code.hash, now })
  return { ok: true, code, survey }
}

/** The card is in use from now on; the first time it counts as opened. */
export async function openCard(db: Db, code: AccessCode): Promise<void> {
  if (code.state !== 'issued') return
  await commitTogether(db, async (trx) => {
    if (await openCode(trx, code.hash)) await countOpened(trx, code.stratum_id)
  })
}

/** The refusals of a known card, in the order in which a person should hear them. */
export function refuseUnlessAnswerable(
  code: AccessCode,
  survey: Survey,
  { closesAt, begun, now }: { closesAt: string | null; begun: boolean; now: Date },
): void {
  if (code.state === 'void') throw new Refusal('code-void', survey)
  if (code.state === 'used') throw new Refusal('code-used', survey)
  if (!hasReached(survey, 'collecting')) throw new Refusal('not-yet', survey)
  const phase = phaseAt(closesAt, now)
  const isLate = phase === 'over' || (phase === 'grace' && !begun)
  if (survey.state !== 'collecting' || isLate) throw new Refusal('over', survey, closesAt)
}
