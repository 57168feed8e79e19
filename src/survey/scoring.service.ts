// Stores how a survey is scored, until collecting starts. What differs goes into the log of acts, old and new.
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { scoringChanges } from './scoring-words.ts'
import type { ScoringSettings } from './settings.ts'
import { lockSurvey, settingsOf, type Survey } from './survey.queries.ts'
import type { SurveyDeps } from './survey.service.ts'

/** Before the first ballot: whoever chooses afterwards could choose by the outcome. */
export const scoringIsOpen = ({ state }: Pick<Survey, 'state'>) => state === 'draft' || state === 'cards'

/**
 * `scoring` must fit the survey's design (slipsOfScoring).
 * @throws Problem scoring-frozen
 */
export async function saveScoring(
  deps: SurveyDeps,
  by: Actor,
  survey: Survey,
  scoring: ScoringSettings,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    // As they are now: another page changes other settings.
    const settings = settingsOf(await lockSurvey(deps.db, trx, survey.id))
    const result = await trx
      .updateTable('survey')
      .set({ settings: JSON.stringify({ ...settings, scoring }) })
      .where('id', '=', survey.id)
      .where('state', 'in', ['draft', 'cards'])
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) throw new Problem('scoring-frozen')
    const changes = scoringChanges(settings.scoring, scoring)
    if (changes === '') return
    await recordAct(deps, trx, by, { kind: 'scoring-changed', survey: survey.slug, details: { changes } })
  })
}
