// Công bố kết quả: opened → released, by a decision that names its document. It cannot be taken back; mistakes become new
// versions of the release. season.md, "Between opening and announcement".
import type { Db, Trx } from '../db/database.ts'
import { dayOf } from '../lib/clock.ts'
import { showDay } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { listReleases } from '../score/release.queries.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { recordDecision } from '../survey/decision.queries.ts'
import { hasReached } from '../survey/survey.ts'
import { lockSurvey, moveState, type Survey } from '../survey/survey.queries.ts'

type AnnounceDeps = LogDeps & { db: Db }

/** The decision of the province that announces: its number and day (ISO). */
export interface AnnouncingDocument {
  number: string
  day: string
}

/** Refuses in words before anybody is asked to agree. @throws Problem */
export function checkMayAnnounce(survey: Survey): void {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  if (hasReached(survey, 'released')) throw new Problem('already-announced')
  if (survey.rehearsal_kind === 'run') throw new Problem('announce-rehearsal')
}

/** Announces the newest release; from then on each unit sees its own results. @throws Problem as above, release-unknown */
export async function announceResults(
  deps: AnnounceDeps,
  by: Actor,
  survey: Survey,
  { number, day }: AnnouncingDocument,
): Promise<void> {
  checkMayAnnounce(survey)
  const now = deps.clock()
  await inLock(deps, survey, async (trx) => {
    // Read here: a correction of this very moment waits, or is what is announced.
    const [newest] = await listReleases(trx, survey)
    if (!newest) throw new Problem('release-unknown')
    const { version, hash } = newest
    if (!(await moveState(trx, survey, ['opened'], 'released'))) throw new Problem('already-announced')
    const announced_on = dayOf(now)
    await trx.updateTable('survey').set({ announced_on }).where('id', '=', survey.id).execute()
    const document = `${number} ngày ${showDay(day)}`
    const words = `Công bố bảng điểm bản ${version} (mã kiểm tra ${hash}).`
    const decision = { kind: 'announced' as const, words, reason: `Theo văn bản ${document}` }
    await recordDecision(deps.db, trx, by, survey, decision, now)
    const details = { document, version, hash }
    await recordAct(deps, trx, by, { kind: 'results-announced', survey: survey.slug, details })
  })
}

/** The day that units are told while they wait; null = none is known. @throws Problem already-announced */
export async function planAnnouncement(
  deps: AnnounceDeps,
  by: Actor,
  survey: Survey,
  day: string | null,
): Promise<void> {
  await inLock(deps, survey, async (trx, locked) => {
    checkMayAnnounce(locked)
    await trx.updateTable('survey').set({ announce_on: day }).where('id', '=', survey.id).execute()
    const details = { day: day === null ? 'chưa định' : showDay(day) }
    await recordAct(deps, trx, by, { kind: 'announcement-planned', survey: survey.slug, details })
  })
}

function inLock(
  { db }: AnnounceDeps,
  survey: Survey,
  work: (trx: Trx, locked: Survey) => Promise<void>,
): Promise<void> {
  return db.transaction().execute(async (trx) => work(trx, await lockSurvey(db, trx, survey.id)))
}
