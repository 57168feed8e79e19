// Where hours are kept: with the survey, with a level, with a unit.
import type { Db, Trx } from '../db/database.ts'
import { closingOf } from './closing.ts'
import { surveyedUnits, unitsWithLevel, type Survey } from './survey.queries.ts'

/** A surveyed unit with the hours that may hold for it. */
export interface UnitHours {
  code: string
  name: string
  level: string
  own: string | null
  ofLevel: string | null
  /** The one that holds. */
  closesAt: string | null
}

/** The units of the plan with their closing moments, in the order of the plan. */
export async function listUnitHours(db: Db | Trx, survey: Survey): Promise<UnitHours[]> {
  const rows = await surveyedUnits(db, survey)
    .select([
      'unit.code',
      'unit.name',
      'unit.level',
      'unit.closes_at as own',
      'survey_level.closes_at as ofLevel',
    ])
    .execute()
  return rows.map((row) => ({
    ...row,
    closesAt: closingOf({ unit: row.own, level: row.ofLevel, survey: survey.closes_at }),
  }))
}

/** The moment after which no unit takes codes any more; null where one has no hour at all. */
export async function findLastClosing(db: Db | Trx, survey: Survey): Promise<string | null> {
  const { all, withHour, last } = await unitsWithLevel(db)
    .select((eb) => {
      const hour = eb.fn.coalesce('unit.closes_at', 'survey_level.closes_at', eb.val(survey.closes_at))
      return [eb.fn.countAll().as('all'), eb.fn.count(hour).as('withHour'), eb.fn.max(hour).as('last')]
    })
    .where('unit.survey_id', '=', survey.id)
    .where('survey_level.surveyed', '=', 1)
    .executeTakeFirstOrThrow()
  return Number(all) === Number(withHour) ? last : null
}

/** The closing moment that holds for a stratum's unit. */
export async function findClosing(db: Db | Trx, stratumId: string): Promise<string | null> {
  const row = await unitsWithLevel(db)
    .innerJoin('stratum', 'stratum.unit_id', 'unit.id')
    .innerJoin('survey', 'survey.id', 'unit.survey_id')
    .select(['unit.closes_at as unit', 'survey_level.closes_at as level', 'survey.closes_at as survey'])
    .where('stratum.id', '=', stratumId)
    .executeTakeFirst()
  return row === undefined ? null : closingOf(row)
}

/** What a closing moment belongs to. */
export type Scope = { of: 'survey' } | { of: 'level'; code: string } | { of: 'unit'; code: string }

/** Sets the hour of the survey, a level or a unit; null = that of what stands above. */
export async function setClosing(trx: Trx, survey: Survey, scope: Scope, at: string | null): Promise<void> {
  if (scope.of === 'survey')
    await trx.updateTable('survey').set({ closes_at: at }).where('id', '=', survey.id).execute()
  else
    await trx
      .updateTable(scope.of === 'level' ? 'survey_level' : 'unit')
      .set({ closes_at: at })
      .where('survey_id', '=', survey.id)
      .where('code', '=', scope.code)
      .execute()
}

/** Takes away the hours of levels and units inside the scope that stand before `at`, or after it: they follow what is above. */
export async function clearInside(
  trx: Trx,
  survey: Survey,
  scope: Scope,
  which: '<' | '>',
  at: string,
): Promise<void> {
  if (scope.of === 'unit') return
  const units = trx
    .updateTable('unit')
    .set({ closes_at: null })
    .where('survey_id', '=', survey.id)
    .where('closes_at', which, at)
  await (scope.of === 'level' ? units.where('level', '=', scope.code) : units).execute()
  if (scope.of === 'survey')
    await trx
      .updateTable('survey_level')
      .set({ closes_at: null })
      .where('survey_id', '=', survey.id)
      .where('closes_at', which, at)
      .execute()
}

export async function setOpening(trx: Trx, survey: Survey, at: string | null): Promise<void> {
  await trx.updateTable('survey').set({ opens_at: at }).where('id', '=', survey.id).execute()
}
