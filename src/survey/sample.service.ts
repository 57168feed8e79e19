// Draws the people of some groups, in one transaction with what has to be decided for it: a quota that falls, a sample
// that is drawn anew. Given the same list again it draws nothing but finds the same people. README, "Sample".
import { createHash, randomBytes } from 'node:crypto'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { recordDecision } from './decision.queries.ts'
import { fitTo } from './sample.ts'
import { listSamples, lowerQuota, putSample, type Sample } from './sample.queries.ts'
import type { SurveyDeps } from './survey.service.ts'
import { hasReached, stateName } from './survey.ts'
import { listStrata, lockSurvey, type Stratum, type Survey } from './survey.queries.ts'

/** A list as a print of its bytes: the same file again is known by it. */
export function hashOf(file: Buffer): string {
  return createHash('sha256').update(file).digest('hex')
}

/** The group with the number of its people. */
export interface Counted {
  stratum: Stratum
  population: number
}

/** What a draw would change; nothing of it is stored yet. */
export interface DrawPlan {
  fileHash: string | null
  /** Drawn before from the same list or the same number: found again, never drawn again. */
  same: Sample[]
  fresh: Counted[]
  redrawn: (Counted & { before: Sample })[]
  /** Of those to draw: fewer people than the quota. */
  lowered: Counted[]
}

export async function planDraw(
  deps: SurveyDeps,
  survey: Survey,
  counted: Counted[],
  fileHash: string | null,
): Promise<DrawPlan> {
  return planWith(await listSamples(deps.db, survey), counted, fileHash)
}

function planWith(samples: Map<string, Sample>, counted: Counted[], fileHash: string | null): DrawPlan {
  const plan: DrawPlan = { fileHash, same: [], fresh: [], redrawn: [], lowered: [] }
  for (const each of counted) {
    const before = samples.get(each.stratum.id)
    if (before?.file_hash === fileHash && before.population === each.population) {
      plan.same.push(before)
      continue
    }
    if (before) plan.redrawn.push({ ...each, before })
    else plan.fresh.push(each)
    if (each.population < each.stratum.quota) plan.lowered.push(each)
  }
  return plan
}

/** Whether somebody has to decide before this can be drawn. */
export function needsDecision(plan: DrawPlan): boolean {
  return plan.redrawn.length > 0 || plan.lowered.length > 0
}

/**
 * Draws what is not drawn yet, after the decision that `reason` gives where one is needed; gives every sample asked for.
 * @throws Problem wrong-state, survey-frozen, sample-changed, bad-request without a reason that is needed
 */
export async function drawSample(
  deps: SurveyDeps,
  by: Actor,
  survey: Survey,
  counted: Counted[],
  { fileHash, reason }: { fileHash: string | null; reason: string | undefined },
): Promise<Sample[]> {
  const { db } = deps
  const now = deps.clock()
  return db.transaction().execute(async (trx) => {
    const current = await lockSurvey(db, trx, survey.id)
    // Read again inside: the quota may have fallen since the page was shown.
    const strata = new Map((await listStrata(trx, survey)).map((each) => [each.id, each]))
    const fresh = counted.map(({ stratum, population }) => ({
      stratum: strata.get(stratum.id) ?? stratum,
      population,
    }))
    const plan = planWith(await listSamples(trx, survey), fresh, fileHash)
    const toDraw: (Counted & { before?: Sample })[] = [...plan.fresh, ...plan.redrawn]
    if (toDraw.length > 0) checkMayDraw(current, plan)
    if (needsDecision(plan) && reason === undefined) throw new Problem('bad-request')

    for (const { stratum, population } of plan.lowered) {
      const fitted = fitTo(stratum, population)
      await lowerQuota(trx, stratum, fitted)
      const words = `Giảm số phiếu theo kế hoạch của ${nameOf(stratum)} từ ${stratum.quota} xuống ${fitted.quota}, vì chỉ có ${population} người; dự phòng ${fitted.reserve}.`
      await decide('quota-lowered', stratum, words)
    }
    for (const { stratum, before, population } of plan.redrawn)
      await decide(
        'sample-redrawn',
        stratum,
        `Chọn mẫu lại ${nameOf(stratum)}: ${before.population} người trước, ${population} người nay; mã chọn cũ ${before.seed}.`,
      )
    const seed = randomBytes(16).toString('hex')
    const drawn: Sample[] = []
    for (const each of toDraw) {
      const { stratum, population } = each
      const sample: Sample = {
        stratum_id: stratum.id,
        survey_id: survey.id,
        population,
        ...fitTo(stratum, population),
        seed,
        file_hash: fileHash,
        drawn_on: dayOf(now),
      }
      await putSample(trx, each.before, sample)
      drawn.push(sample)
    }
    const details = { count: drawn.length || plan.same.length }
    const kind = drawn.length > 0 ? 'sample-drawn' : 'sample-printed'
    await recordAct(deps, trx, by, { kind, survey: survey.slug, details })
    return [...plan.same, ...drawn]

    async function decide(
      kind: 'quota-lowered' | 'sample-redrawn',
      { unit_code: unit, group_code: group }: Stratum,
      words: string,
    ): Promise<void> {
      const decision = { kind, unit, group, words, reason: reason ?? '' }
      await recordDecision(db, trx, by, survey, decision, now)
    }
  })
}

/** Cards fix how many are asked and of which list; until collecting a group may still be drawn for the first time. */
function checkMayDraw(survey: Survey, plan: DrawPlan): void {
  if (needsDecision(plan) && survey.state !== 'draft') throw new Problem('survey-frozen')
  if (hasReached(survey, 'collecting'))
    throw new Problem('wrong-state', {
      state: stateName(survey.state),
      act: 'chọn mẫu',
      next: 'Danh sách đã chọn trước đó vẫn in lại được bằng đúng tệp cũ.',
    })
}

function nameOf({ group_name, unit_name }: Stratum): string {
  return `${group_name} – ${unit_name}`
}
