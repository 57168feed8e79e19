// What is asked of a survey's own tables: the survey, its units, groups, strata, questionnaires and criteria sets.
import { sql, type Selectable } from 'kysely'
import { dialectOf, type Db, type Trx } from '../db/database.ts'
import type { Database, Delivery, SurveyState } from '../db/tables.ts'
import { parseJson } from '../lib/json.ts'
import { Problem } from '../lib/problem.ts'
import { CriteriaSet } from './criteria.ts'
import { Questionnaire } from './questionnaire.ts'
import { SurveySettings } from './settings.ts'

export type Survey = Selectable<Database['survey']>
export type Level = Selectable<Database['survey_level']>
export type Unit = Selectable<Database['unit']>
export type Group = Selectable<Database['respondent_group']>

/** A stratum with the words people know it by. */
export interface Stratum {
  id: string
  unit_code: string
  unit_name: string
  unit_short_name: string
  /** As the plan names it; the same as `unit_name` unless the unit was renamed. */
  unit_plan_name: string
  level: string
  group_code: string
  group_name: string
  questionnaire: string
  /** In force; `plan_quota` is what the plan said before a decision lowered it. */
  quota: number
  plan_quota: number
  reserve_quota: number
  cap: number
  issued: number
  reserve: number
  opened: number
  returned: number
  refused_full: number
  /** As the focal point counts them. */
  cards_received: number
  cards_handed_out: number
  /** Reserve cards given out in place of one that is gone. */
  replaced: number
  /** Of issued and reserve: made void. */
  voided: number
  /** Of those: reserves that were made void before anybody was given them. */
  reserve_voided: number
  /** Decisions that raised the cap by one. */
  cap_raised: number
  delivery: Delivery
  /** Of the whole unit: ballots from a device that had sent one before. */
  same_device: number
}

export async function listSurveys(db: Db): Promise<Survey[]> {
  return db.selectFrom('survey').selectAll().orderBy('year', 'desc').orderBy('slug').execute()
}

export async function findSurvey(db: Db, slug: string): Promise<Survey | undefined> {
  return db.selectFrom('survey').selectAll().where('slug', '=', slug).executeTakeFirst()
}

export async function getSurvey(db: Db, slug: string): Promise<Survey> {
  const survey = await findSurvey(db, slug)
  if (!survey) throw new Problem('survey-unknown', { slug })
  return survey
}

/** Whom to call, of every survey that collects now; each office once. */
export async function listContactsOfCollecting(
  db: Db,
): Promise<Pick<Survey, 'contact_office' | 'contact_phone'>[]> {
  return db
    .selectFrom('survey')
    .select(['contact_office', 'contact_phone'])
    .distinct()
    .where('state', '=', 'collecting')
    .orderBy('contact_office')
    .orderBy('contact_phone')
    .execute()
}

/** Whether the survey was rehearsed: a Chạy thử to its end, or a Điều tra thử whose box is open. */
export async function wasRehearsed(db: Db, survey: Survey): Promise<boolean> {
  if (survey.rehearsed_on !== null) return true
  const pilot = await db
    .selectFrom('survey')
    .select('id')
    .where('rehearsal_of', '=', survey.id)
    .where('rehearsal_kind', '=', 'pilot')
    .where('state', 'in', ['opened', 'released'])
    .executeTakeFirst()
  return pilot !== undefined
}

export async function getSurveyById(db: Db | Trx, id: string): Promise<Survey> {
  return db.selectFrom('survey').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** The survey as it is now, and as it stays until the transaction ends. SQLite has one writer at a time anyway. */
export async function lockSurvey(db: Db, trx: Trx, id: string): Promise<Survey> {
  if (dialectOf(db) === 'postgres')
    await trx.selectFrom('survey').select('id').where('id', '=', id).forNoKeyUpdate().execute()
  return getSurveyById(trx, id)
}

/** Of an id that came from a browser, and may be of a store that is gone. */
export async function findSurveyById(db: Db, id: string): Promise<Survey | undefined> {
  return db.selectFrom('survey').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function listLevels(db: Db, survey: Survey): Promise<Level[]> {
  return db
    .selectFrom('survey_level')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .orderBy('position')
    .execute()
}

/** Units of the levels that are surveyed, in the order of the plan. */
export async function listSurveyedUnits(db: Db | Trx, survey: Survey): Promise<Unit[]> {
  return surveyedUnits(db, survey).selectAll('unit').execute()
}

/** Units, each with its level: what every question about both begins with. */
export function unitsWithLevel(db: Db | Trx) {
  return db
    .selectFrom('unit')
    .innerJoin('survey_level', (join) =>
      join
        .onRef('survey_level.survey_id', '=', 'unit.survey_id')
        .onRef('survey_level.code', '=', 'unit.level'),
    )
}

/** Those of a survey that are asked, in the order of the plan; what is wanted of them is still to be selected. */
export function surveyedUnits(db: Db | Trx, survey: Survey) {
  return unitsWithLevel(db)
    .where('unit.survey_id', '=', survey.id)
    .where('survey_level.surveyed', '=', 1)
    .orderBy('survey_level.position')
    .orderBy('unit.position')
    .orderBy('unit.code')
}

export async function listGroups(db: Db, survey: Survey): Promise<Group[]> {
  return db
    .selectFrom('respondent_group')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .orderBy('level')
    .orderBy('position')
    .orderBy('code')
    .execute()
}

/** In the order of the plan: all of a survey, or those of the units with these codes. */
export async function listStrata(db: Db | Trx, survey: Survey, units?: string[]): Promise<Stratum[]> {
  return strataQuery(db)
    .where('stratum.survey_id', '=', survey.id)
    .$if(units !== undefined, (query) => query.where('unit.code', 'in', units ?? []))
    .orderBy('survey_level.position')
    .orderBy('unit.position')
    .orderBy('unit.code')
    .orderBy('respondent_group.position')
    .orderBy('respondent_group.code')
    .execute()
}

export async function getStratum(db: Db | Trx, id: string): Promise<Stratum> {
  return strataQuery(db).where('stratum.id', '=', id).executeTakeFirstOrThrow()
}

function strataQuery(db: Db | Trx) {
  return unitsWithLevel(db)
    .innerJoin('stratum', 'stratum.unit_id', 'unit.id')
    .innerJoin('respondent_group', (join) =>
      join
        .onRef('respondent_group.survey_id', '=', 'stratum.survey_id')
        .onRef('respondent_group.level', '=', 'unit.level')
        .onRef('respondent_group.code', '=', 'stratum.group_code'),
    )
    .select([
      'stratum.id',
      'unit.code as unit_code',
      'unit.name as unit_name',
      'unit.short_name as unit_short_name',
      'unit.plan_name as unit_plan_name',
      'unit.level',
      'stratum.group_code',
      'respondent_group.name as group_name',
      'respondent_group.questionnaire',
      'stratum.quota',
      'stratum.plan_quota',
      'stratum.reserve_quota',
      'stratum.cap',
      'stratum.issued',
      'stratum.reserve',
      'stratum.opened',
      'stratum.returned',
      'stratum.refused_full',
      'stratum.cards_received',
      'stratum.cards_handed_out',
      'stratum.replaced',
      'stratum.voided',
      'stratum.reserve_voided',
      'stratum.cap_raised',
      'unit.delivery',
      'unit.same_device',
    ])
}

/** All versions of all questionnaires; a survey has a handful. */
export async function listQuestionnaires(db: Db, survey: Pick<Survey, 'id'>): Promise<Questionnaire[]> {
  const rows = await db
    .selectFrom('questionnaire')
    .select('definition')
    .where('survey_id', '=', survey.id)
    .orderBy('code')
    .orderBy('version')
    .execute()
  return rows.map((row) => parseJson(Questionnaire, row.definition))
}

export async function listCriteriaSets(db: Db, survey: Survey): Promise<CriteriaSet[]> {
  const rows = await db
    .selectFrom('criteria_set')
    .select('definition')
    .where('survey_id', '=', survey.id)
    .orderBy('level')
    .execute()
  return rows.map((row) => parseJson(CriteriaSet, row.definition))
}

const parsedSettings = new Map<string, SurveySettings>()
const mostSettingsKept = 100

/** Parsed once per text: every page of every respondent needs them. */
export function settingsOf(survey: Pick<Survey, 'settings'>): SurveySettings {
  const known = parsedSettings.get(survey.settings)
  if (known) return known
  if (parsedSettings.size >= mostSettingsKept) parsedSettings.clear()
  const settings = parseJson(SurveySettings, survey.settings)
  parsedSettings.set(survey.settings, settings)
  return settings
}

/** Moves a survey from one of `from` to `to`; false when it was elsewhere, so that two people cannot both do it. */
export async function moveState(
  db: Db | Trx,
  survey: Survey,
  from: SurveyState[],
  to: SurveyState,
): Promise<boolean> {
  const result = await db
    .updateTable('survey')
    .set({ state: to })
    .where('id', '=', survey.id)
    .where('state', 'in', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** What the list of surveys says of each: of all its units, or of the one that `unit` names. */
export async function countUnits(
  db: Db,
  unit?: string,
): Promise<{ survey_id: string; units: number; quota: number; returned: number }[]> {
  const strata =
    unit === undefined
      ? db.selectFrom('stratum')
      : db
          .selectFrom('stratum')
          .where('unit_id', 'in', (eb) =>
            eb.selectFrom('unit').select('unit.id').where('unit.code', '=', unit),
          )
  return strata
    .select((eb) => [
      'survey_id',
      sql<number>`cast(count(distinct ${eb.ref('unit_id')}) as integer)`.as('units'),
      sql<number>`cast(sum(${eb.ref('quota')}) as integer)`.as('quota'),
      sql<number>`cast(sum(${eb.ref('returned')}) as integer)`.as('returned'),
    ])
    .groupBy('survey_id')
    .execute()
}
