// The table of decisions. Recorded in the transaction of what they change, so that neither stands without the other.
import type { Selectable } from 'kysely'
import { dialectOf, type Db, type Trx } from '../db/database.ts'
import type { Database } from '../db/tables.ts'
import { dayOf } from '../lib/clock.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import type { NewDecision } from './decision.ts'
import type { Survey } from './survey.queries.ts'

export type Decision = Selectable<Database['decision']>

/** Adds a decision at the end of the survey's list. */
export async function recordDecision(
  db: Db,
  trx: Trx,
  by: Actor,
  survey: Survey,
  { kind, level = '', unit = '', group = '', words, reason }: NewDecision,
  now: Date,
): Promise<void> {
  // Two who decide at once take places one after the other.
  if (dialectOf(db) === 'postgres')
    await trx.selectFrom('survey').select('id').where('id', '=', survey.id).forNoKeyUpdate().execute()
  const last = await trx
    .selectFrom('decision')
    .select('position')
    .where('survey_id', '=', survey.id)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  await trx
    .insertInto('decision')
    .values({
      survey_id: survey.id,
      position: (last?.position ?? 0) + 1,
      kind,
      level_code: level,
      unit_code: unit,
      group_code: group,
      words,
      reason,
      made_on: dayOf(now),
      made_by: nameActor(by),
    })
    .execute()
}

/** Newest first. */
export async function listDecisions(db: Db | Trx, survey: Survey): Promise<Decision[]> {
  return db
    .selectFrom('decision')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .orderBy('position', 'desc')
    .execute()
}
