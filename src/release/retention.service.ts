// When ballots have been kept long enough they become sums and are destroyed: first everything that was released is derived
// again; if anything differs nothing is destroyed. Then sums in and responses out in one transaction, then the bytes. Each step can be taken up again after a kill. season.md, "Keeping and forgetting".
import { isDeepStrictEqual } from 'node:util'
import { deleteResponses } from '../ballot/box.queries.ts'
import type { Db, Trx } from '../db/database.ts'
import { eraseDeleted } from '../db/erase.ts'
import { findJobOfKindSince } from '../jobs/job.queries.ts'
import type { Job } from '../jobs/job.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { dayOf, type Clock } from '../lib/clock.ts'
import { showDay } from '../lib/format.ts'
import { canonicalHash, parseJson } from '../lib/json.ts'
import { Problem } from '../lib/problem.ts'
import { sumResponses } from '../score/score.service.ts'
import { findDestruction, insertSums, noteErased, type Destruction } from '../score/sums.queries.ts'
import { ResponseSums } from '../score/sums.ts'
import { recordAct, recordActAlone, type LogDeps } from '../staff/act-log.service.ts'
import { nameActor, program, type Actor } from '../staff/actor.ts'
import { recordDecision } from '../survey/decision.queries.ts'
import { retentionPhase } from '../survey/retention.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { listSurveys, lockSurvey, settingsOf, type Survey } from '../survey/survey.queries.ts'
import { recompute, type Recomputed } from './recompute.service.ts'

type RetentionDeps = LogDeps & { db: Db }

/** Frozen when collecting starts. @throws Problem retention-fixed */
export async function setKeepMonths(
  deps: RetentionDeps,
  by: Actor,
  survey: Survey,
  months: number,
): Promise<void> {
  await inLock(deps, survey, async (trx, locked) => {
    if (hasReached(locked, 'collecting')) throw new Problem('retention-fixed')
    await trx.updateTable('survey').set({ keep_months: months }).where('id', '=', survey.id).execute()
    await recordAct(deps, trx, by, { kind: 'retention-set', survey: survey.slug, details: { months } })
  })
}

/** Whether the day may be moved back now. @throws Problem not-opened, already-destroyed, retention-due */
export async function checkMayExtend(deps: RetentionDeps, survey: Survey): Promise<void> {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  if (await findDestruction(deps.db, survey)) throw new Problem('already-destroyed')
  if (retentionPhase(survey.destroy_on, dayOf(deps.clock())) === 'due') throw new Problem('retention-due')
}

/** A later day, by a decision. @throws Problem as above; retention-changed where somebody moved it in the same moment */
export async function extendRetention(
  deps: RetentionDeps,
  by: Actor,
  survey: Survey,
  { day, reason }: { day: string; reason: string },
): Promise<void> {
  const now = deps.clock()
  await inLock(deps, survey, async (trx, locked) => {
    if (locked.destroy_on !== survey.destroy_on) throw new Problem('retention-changed')
    if (await findDestruction(trx, survey)) throw new Problem('already-destroyed')
    if (retentionPhase(locked.destroy_on, dayOf(now)) === 'due') throw new Problem('retention-due')
    await trx.updateTable('survey').set({ destroy_on: day }).where('id', '=', survey.id).execute()
    const before = survey.destroy_on === null ? 'chưa đặt' : showDay(survey.destroy_on)
    const details = { before, after: showDay(day), reason }
    const words = `Ngày hủy phiếu: ${showDay(day)} (trước đó: ${before}).`
    await recordDecision(deps.db, trx, by, survey, { kind: 'retention-extended', words, reason }, now)
    await recordAct(deps, trx, by, { kind: 'retention-extended', survey: survey.slug, details })
  })
}

/** @throws Problem not-opened, already-destroyed, retention-not-due */
export async function checkMayDestroy(
  { db, clock }: { db: Db; clock: Clock },
  survey: Survey,
): Promise<void> {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  const done = await findDestruction(db, survey)
  if (done && done.erasedOn !== null) throw new Problem('already-destroyed')
  if (retentionPhase(survey.destroy_on, dayOf(clock())) !== 'due')
    throw new Problem('retention-not-due', { day: showDay(survey.destroy_on) })
}

/** The button of an officer, from the day on. @throws Problem as above */
export async function askDestruction(
  deps: RetentionDeps & { jobs: JobRunner },
  by: Actor,
  survey: Survey,
): Promise<Job> {
  await checkMayDestroy(deps, survey)
  await recordActAlone(deps, by, { kind: 'destruction-asked', survey: survey.slug })
  return deps.jobs.ask('destroy-responses', survey, { by: nameActor(by) })
}

/** For the ticker: asks for what is due, once a day where it did not succeed. */
export async function askDueDestructions(deps: RetentionDeps & { jobs: JobRunner }): Promise<void> {
  const today = dayOf(deps.clock())
  const since = Date.parse(`${today}T00:00:00+07:00`)
  for (const survey of await listSurveys(deps.db)) {
    const isDue = hasReached(survey, 'opened') && retentionPhase(survey.destroy_on, today) === 'due'
    if (!isDue) continue
    const done = await findDestruction(deps.db, survey)
    if (done && done.erasedOn !== null) continue
    if (await findJobOfKindSince(deps.db, survey.id, 'destroy-responses', since)) continue
    await deps.jobs.ask('destroy-responses', survey, { by: program.name })
  }
}

type Report = (step: string, done: number, total: number) => Promise<void>

/**
 * Destroys the responses of a survey whose day has come; called again after a kill it goes on where it stopped.
 * @throws Problem retention-not-due, and retention-mismatch where a result does not come out again: nothing is gone then
 */
export async function destroyResponses(
  deps: RetentionDeps,
  survey: Survey,
  askedBy: string,
  report: Report,
): Promise<void> {
  const { db, clock } = deps
  const before = await findDestruction(db, survey)
  if (before === undefined) {
    await checkMayDestroy(deps, survey)
    const results = await recompute(db, survey, (what) => report(`Tính lại từ phiếu: ${what}`, 0, 3))
    refuseDifferent(results)
    const { sums, ballots } = await sumResponses(db, survey, settingsOf(survey).scoring, () =>
      report('Lập tổng số', 1, 3),
    )
    // Equal counts give equal results: what is read back from the store must be what was counted.
    if (!isDeepStrictEqual(parseJson(ResponseSums, JSON.stringify(sums)), sums))
      throw new Error('sums do not come back from the store as they were counted')
    const checked = results.map(({ what, stored }) => ({ what, hash: stored }))
    const destruction = { hash: canonicalHash(sums), ballots, checked, madeOn: dayOf(clock()), askedBy }
    await report('Hủy phiếu', 2, 3)
    await inLock(deps, survey, async (trx, locked) => {
      // A decision, or another process, came in between: what was counted is no longer what is asked for.
      if (locked.destroy_on !== survey.destroy_on) throw new Problem('retention-changed')
      if (!(await insertSums(trx, survey, sums, destruction))) throw new Problem('job-running')
      if ((await deleteResponses(trx, survey)) !== ballots) throw new Problem('job-running')
      await recordDestruction(deps, trx, survey, destruction)
    })
  }
  if (before?.erasedOn) return
  await report('Ghi đè dữ liệu đã hủy', 2, 3)
  await eraseDeleted(db, 'response')
  await noteErased(db, survey, dayOf(clock()))
  await report('Ghi đè dữ liệu đã hủy', 3, 3)
}

async function recordDestruction(
  deps: RetentionDeps,
  trx: Trx,
  survey: Survey,
  { ballots, hash }: Pick<Destruction, 'ballots' | 'hash'>,
): Promise<void> {
  const details = { count: ballots, hash }
  await recordAct(deps, trx, program, { kind: 'responses-destroyed', survey: survey.slug, details })
}

function refuseDifferent(results: readonly Recomputed[]): void {
  const different = results.filter(({ equal }) => !equal)
  if (different.length > 0)
    throw new Problem('retention-mismatch', { what: different.map(({ what }) => what).join('; ') })
}

export interface RetentionAlarm {
  title: string
  text: string
  href: string
  button: string
}

/** What the overview says from a month before the day on; nothing once all is done. */
export async function retentionAlarms(
  { db, clock }: { db: Db; clock: Clock },
  survey: Survey,
): Promise<RetentionAlarm[]> {
  if (!hasReached(survey, 'opened')) return []
  const phase = retentionPhase(survey.destroy_on, dayOf(clock()))
  if (phase === 'unset' || phase === 'kept') return []
  const done = await findDestruction(db, survey)
  if (done && done.erasedOn !== null) return []
  const day = showDay(survey.destroy_on)
  const page = { href: surveyHref(survey, '/luu-giu'), button: 'Xem lưu giữ, hủy phiếu' }
  return phase === 'soon'
    ? [
        {
          ...page,
          title: `Phiếu sẽ bị hủy ngày ${day}`,
          text: 'Đến ngày, hệ thống tự hủy phiếu đã mở, chỉ giữ tổng số. Cần giữ lâu hơn thì ghi quyết định gia hạn trước ngày đó.',
        },
      ]
    : [
        {
          ...page,
          title: `Đã đến ngày hủy phiếu (${day}) mà chưa hủy xong`,
          text: 'Hệ thống đang hủy, hoặc không hủy được và sẽ thử lại mỗi ngày. Hãy mở trang để xem.',
        },
      ]
}

function inLock(
  { db }: RetentionDeps,
  survey: Survey,
  work: (trx: Trx, locked: Survey) => Promise<void>,
): Promise<void> {
  return db.transaction().execute(async (trx) => work(trx, await lockSurvey(db, trx, survey.id)))
}
