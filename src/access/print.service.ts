// Printing is looking: who opened the cards is written down, and whoever opens them a second time is told, because a card
// that is printed twice is two cards with one code.
import { recordAct } from '../staff/act-log.service.ts'
import { listLinesOfKinds } from '../staff/act-log.queries.ts'
import type { Act, LogLine } from '../staff/act-log.ts'
import type { Actor } from '../staff/actor.ts'
import { lockSurvey, type Survey } from '../survey/survey.queries.ts'
import type { Db } from '../db/database.ts'
import type { AccessDeps } from './batch.service.ts'

/** Who opened the cards for printing, or fetched their list, since codes were last issued; newest first. */
export async function listOpenings(db: Db, survey: Survey): Promise<LogLine[]> {
  return listLinesOfKinds(db, survey.slug, ['cards-shown', 'cards-pdf', 'codes-downloaded'], 'codes-issued')
}

/**
 * Notes that somebody opens the cards for printing, unless they were opened before and nobody has said "all the same".
 * @returns earlier openings that stand in the way, newest first; none when the cards may be shown
 */
export async function noteOpening(
  deps: AccessDeps,
  by: Actor,
  survey: Survey,
  act: Act & { kind: 'cards-shown' | 'cards-pdf' },
  allTheSame: boolean,
): Promise<LogLine[]> {
  return deps.db.transaction().execute(async (trx) => {
    // Two who open at once come here one after the other: the second one sees the first.
    await lockSurvey(deps.db, trx, survey.id)
    const earlier = allTheSame
      ? []
      : await listLinesOfKinds(trx, survey.slug, ['cards-shown', 'cards-pdf'], 'codes-issued')
    if (earlier.length === 0) await recordAct(deps, trx, by, { ...act, survey: survey.slug })
    return earlier
  })
}
