// Void, replaced, more reserves, a higher cap: each act changes its counter, is decided with a reason, and logged, in one
// transaction. No code is kept in any of it: only unit and group.
import type { Config } from '../config.ts'
import type { Db, Trx } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Act } from '../staff/act-log.ts'
import type { Actor } from '../staff/actor.ts'
import type { NewDecision } from '../survey/decision.ts'
import { recordDecision } from '../survey/decision.queries.ts'
import { stateName } from '../survey/survey.ts'
import { getStratum, lockSurvey, type Stratum, type Survey } from '../survey/survey.queries.ts'
import { findCode } from './access.queries.ts'
import { codeKey } from './batch.service.ts'
import { hashCode, parseCode } from './code.ts'
import type { CodeSlip, MissLimiter } from './redeem.service.ts'
import { raiseCap, raiseReserve, takeReserve, voidCode } from './replacement.queries.ts'

export type ReplacementDeps = LogDeps & { config: Config; db: Db }

/**
 * Makes the card of a typed code void. A card of another survey is as unknown as none.
 * @throws Problem card-used, card-void-already; too-many-misses for an account that guesses
 */
export async function voidCard(
  deps: ReplacementDeps,
  by: Actor & { id: string },
  survey: Survey,
  limiter: MissLimiter,
  raw: string,
  reason: string,
): Promise<{ ok: true } | { ok: false; slip: CodeSlip }> {
  const parsed = parseCode(raw)
  const code = parsed.ok ? await findCode(deps.db, hashCode(codeKey(deps.config), parsed.code)) : undefined
  if (code?.survey_id !== survey.id) {
    const slip = parsed.ok ? ({ ok: false, reason: 'unknown' } as const) : parsed
    if (slip.reason !== 'empty' && (await limiter.miss(by.id, deps.clock())))
      throw new Problem('too-many-misses')
    return { ok: false, slip }
  }
  await decide(deps, by, survey, code.stratum_id, async (trx, stratum) => {
    if (!(await voidCode(trx, code))) {
      const used = (await findCode(trx, code.hash))?.state === 'used'
      throw new Problem(used ? 'card-used' : 'card-void-already')
    }
    return {
      decision: { kind: 'card-voided', words: `Hủy một thẻ của ${nameOf(stratum)}.`, reason },
      act: { kind: 'card-voided', details: { where: nameOf(stratum) } },
    }
  })
  return { ok: true }
}

/** A reserve card goes to whoever has lost theirs. */
export async function replaceCard(
  deps: ReplacementDeps,
  by: Actor,
  survey: Survey,
  stratumId: string,
  reason: string,
): Promise<void> {
  await decide(deps, by, survey, stratumId, async (trx, stratum) => {
    if (!(await takeReserve(trx, stratum.id))) throw new Problem('no-reserve-left')
    return {
      decision: {
        kind: 'card-replaced',
        words: `Cấp một thẻ dự phòng của ${nameOf(stratum)}, thay thẻ không còn.`,
        reason,
      },
      act: { kind: 'card-replaced', details: { where: nameOf(stratum) } },
    }
  })
}

/** More reserves in a stratum, `reserve` in all; the job that issues codes then makes them. */
export async function addReserves(
  deps: ReplacementDeps,
  by: Actor,
  survey: Survey,
  stratumId: string,
  reserve: number,
  reason: string,
): Promise<void> {
  await decide(deps, by, survey, stratumId, async (trx, stratum) => {
    if (!(await raiseReserve(trx, stratum.id, reserve)))
      throw new Problem('reserve-over-cap', { cap: stratum.cap })
    const change = { before: stratum.reserve_quota, after: reserve }
    return {
      decision: {
        kind: 'reserve-raised',
        words: `Tăng số thẻ dự phòng của ${nameOf(stratum)} từ ${change.before} lên ${change.after}.`,
        reason,
      },
      act: { kind: 'reserve-raised', details: { where: nameOf(stratum), ...change } },
    }
  })
}

/** One more ballot is taken in a stratum whose card was turned away. */
export async function raiseCapByOne(
  deps: ReplacementDeps,
  by: Actor,
  survey: Survey,
  stratumId: string,
  reason: string,
): Promise<void> {
  await decide(deps, by, survey, stratumId, async (trx, stratum) => {
    if (!(await raiseCap(trx, stratum.id))) throw new Problem('cap-not-raisable')
    const change = { before: stratum.cap, after: stratum.cap + 1 }
    return {
      decision: {
        kind: 'cap-raised',
        words: `Nâng mức nhận phiếu của ${nameOf(stratum)} từ ${change.before} lên ${change.after}.`,
        reason,
      },
      act: { kind: 'cap-raised', details: { where: nameOf(stratum), ...change } },
    }
  })
}

type Change = (trx: Trx, stratum: Stratum) => Promise<{ decision: NewDecision; act: Act }>

async function decide(
  deps: ReplacementDeps,
  by: Actor,
  survey: Survey,
  stratumId: string,
  change: Change,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    // Whoever acts at the same moment waits here and then reads what the first has left.
    const { state } = await lockSurvey(deps.db, trx, survey.id)
    if (!['cards', 'collecting', 'closed'].includes(state)) {
      throw new Problem('wrong-state', {
        state: stateName(state),
        act: 'hủy, thay thẻ hay nâng mức',
        next: 'Việc này làm được từ bước Phát thẻ cho đến khi mở niêm phong.',
      })
    }
    const stratum = await getStratum(trx, stratumId)
    const { decision, act } = await change(trx, stratum)
    const place = { unit: stratum.unit_code, group: stratum.group_code }
    await recordDecision(deps.db, trx, by, survey, { ...decision, ...place }, deps.clock())
    await recordAct(deps, trx, by, { ...act, survey: survey.slug })
  })
}

function nameOf(stratum: Stratum): string {
  return `${stratum.group_name} – ${stratum.unit_name}`
}
