// The rows of a rehearsal: found, copied from the survey, and removed. A copy shares no row with the survey it rehearses.
import { sql, type Insertable } from 'kysely'
import { dialectOf, type Db, type Trx } from '../db/database.ts'
import type { Database, RehearsalKind } from '../db/tables.ts'
import type { Job } from '../jobs/job.ts'
import { randomId } from '../lib/random.ts'
import type { Survey, Unit } from '../survey/survey.queries.ts'

/** The Chạy thử of this survey, if one is under way; there is one at most. */
export async function findRun(db: Db | Trx, survey: Pick<Survey, 'id'>): Promise<Survey | undefined> {
  return db
    .selectFrom('survey')
    .selectAll()
    .where('rehearsal_of', '=', survey.id)
    .where('rehearsal_kind', '=', 'run')
    .executeTakeFirst()
}

/** Every Điều tra thử of this survey, in the order of their short names. */
export async function listPilots(db: Db | Trx, survey: Pick<Survey, 'id'>): Promise<Survey[]> {
  return db
    .selectFrom('survey')
    .selectAll()
    .where('rehearsal_of', '=', survey.id)
    .where('rehearsal_kind', '=', 'pilot')
    .orderBy('slug')
    .execute()
}

/** Others who begin a rehearsal of this survey wait until the transaction ends. SQLite has one writer at a time anyway. */
export async function lockSurveyRow(db: Db, trx: Trx, id: string): Promise<void> {
  if (dialectOf(db) === 'postgres')
    await trx.selectFrom('survey').select('id').where('id', '=', id).forUpdate().execute()
}

export async function isSlugTaken(trx: Trx, slug: string): Promise<boolean> {
  const row = await trx.selectFrom('survey').select('id').where('slug', '=', slug).executeTakeFirst()
  return row !== undefined
}

/** The half of the run that counts: the second once it was asked for; of several tries the one that got furthest. */
export async function findRunJob(db: Db, runId: string): Promise<Job | undefined> {
  const jobs = await db
    .selectFrom('job')
    .selectAll()
    .where('survey_id', '=', runId)
    .where('kind', 'in', ['rehearsal-prepare', 'rehearsal-finish'])
    .execute()
  const finish = jobs.filter(({ kind }) => kind === 'rehearsal-finish')
  const half = finish.length > 0 ? finish : jobs
  const rank = ['running', 'queued', 'done', 'failed']
  return half.sort((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state))[0]
}

/** Whether somebody works on the survey at this moment. */
export async function isWorkedOn(trx: Trx, surveyId: string, now: number): Promise<boolean> {
  const job = await trx
    .selectFrom('job')
    .select('id')
    .where('survey_id', '=', surveyId)
    .where('state', '=', 'running')
    .where('lease_until', '>=', now)
    .executeTakeFirst()
  return job !== undefined
}

/** How a copy differs from the survey. */
export interface CopyDesign {
  slug: string
  kind: RehearsalKind
  settings: string
  createdOn: string
  /** Codes of the units that are asked; undefined for all. */
  units?: readonly string[]
}

/** Copies the design: units, groups, quotas, questionnaires, criteria, and who may look at it. Gives the copy's id. */
export async function insertCopy(trx: Trx, survey: Survey, copy: CopyDesign): Promise<string> {
  const id = randomId()
  const own = { survey_id: id }
  await trx
    .insertInto('survey')
    .values({
      ...survey,
      id,
      slug: copy.slug,
      state: 'draft',
      rehearsal: 1,
      rehearsal_of: survey.id,
      rehearsal_kind: copy.kind,
      rehearsed_on: null,
      settings: copy.settings,
      public_key: null,
      ballot_size: null,
      created_on: copy.createdOn,
      opened_on: null,
      custody_rehearsed_on: null,
      opens_at: null,
      closes_at: null,
      test_card_seen_on: null,
      test_card_address: null,
      announce_on: null,
      announced_on: null,
      destroy_on: null,
    })
    .execute()
  const isAsked = (code: string) => copy.units === undefined || copy.units.includes(code)
  const all = await trx.selectFrom('unit').selectAll().where('survey_id', '=', survey.id).execute()
  const units = all.filter(({ code }) => isAsked(code))
  const levels = await trx.selectFrom('survey_level').selectAll().where('survey_id', '=', survey.id).execute()
  const hasUnits = (level: string) => units.some((unit) => unit.level === level)
  await insertRows(
    trx,
    'survey_level',
    levels.map((level) => ({
      ...level,
      ...own,
      closes_at: null,
      surveyed: level.surveyed === 1 && hasUnits(level.code) ? 1 : 0,
    })),
  )
  const ids = new Map(units.map((unit) => [unit.id, randomId()]))
  await insertRows(
    trx,
    'unit',
    units.map((unit) => ({
      ...unit,
      ...own,
      id: ids.get(unit.id) ?? '',
      same_device: 0,
      closes_at: null,
      ...mergeOf(unit, copy.kind),
      // The codes of a run go to nobody: there is no package to fetch.
      delivery: copy.kind === 'run' ? ('cards' as const) : unit.delivery,
    })),
  )
  const groups = await trx
    .selectFrom('respondent_group')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .execute()
  await insertRows(
    trx,
    'respondent_group',
    groups.map((group) => ({ ...group, ...own })),
  )
  const strata = await trx.selectFrom('stratum').selectAll().where('survey_id', '=', survey.id).execute()
  await insertRows(
    trx,
    'stratum',
    strata.flatMap(({ unit_id, group_code, quota, plan_quota, reserve_quota }) => {
      const unit = ids.get(unit_id)
      if (unit === undefined) return []
      const counts = { cap: quota, issued: 0, reserve: 0, opened: 0, returned: 0, refused_full: 0 }
      return [
        {
          ...own,
          id: randomId(),
          unit_id: unit,
          group_code,
          quota,
          plan_quota,
          reserve_quota,
          ...counts,
        },
      ]
    }),
  )
  const questionnaires = await trx
    .selectFrom('questionnaire')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .execute()
  await insertRows(
    trx,
    'questionnaire',
    questionnaires.map((each) => ({ ...each, ...own })),
  )
  const criteria = await trx
    .selectFrom('criteria_set')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .execute()
  await insertRows(
    trx,
    'criteria_set',
    criteria.map((each) => ({ ...each, ...own })),
  )
  const roles = await trx.selectFrom('staff_role').selectAll().where('survey_id', '=', survey.id).execute()
  await insertRows(
    trx,
    'staff_role',
    roles.map((role) => ({ ...role, ...own })),
  )
  return id
}

/** A pilot asks a unit or two as they are; a run waits for no choice that is still to be made. */
function mergeOf(
  { merged_into, merged_on, merge_counts }: Unit,
  kind: RehearsalKind,
): Pick<Unit, 'merged_into' | 'merged_on' | 'merge_counts'> {
  if (kind === 'pilot' || merged_into === null)
    return { merged_into: null, merged_on: null, merge_counts: null }
  return { merged_into, merged_on, merge_counts: merge_counts ?? 'own' }
}

/** Rows in groups that fit one statement on both databases; none is no statement. */
async function insertRows<Table extends keyof Database>(
  trx: Trx,
  table: Table,
  rows: Insertable<Database[Table]>[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += 200)
    await trx
      .insertInto(table)
      .values(rows.slice(at, at + 200))
      .execute()
}

/** Tables whose rows name their survey, in an order in which each can be emptied. */
const ofSurvey = [
  'job',
  'access_code',
  'test_card',
  'sample',
  'return_day',
  'recheck',
  'sealed_ballot',
  'receipt',
  'response',
  'response_sums',
  'opening',
  'key_holder',
  'score_release',
  'import_code',
  'index_run',
  'decision',
  'act_request',
  'staff_role',
  'code_batch',
  'stratum',
  'respondent_group',
  'unit',
  'survey_level',
  'questionnaire',
  'criteria_set',
] as const

/** Removes a Chạy thử with all that belongs to it; false when the survey is none, and then nothing is touched. */
export async function deleteRun(trx: Trx, id: string): Promise<boolean> {
  // The same row stays locked until the end, so it cannot become anything else meanwhile.
  const marked = await trx
    .updateTable('survey')
    .set({ rehearsal: 1 })
    .where('id', '=', id)
    .where('rehearsal_kind', '=', 'run')
    .where('rehearsal_of', 'is not', null)
    .executeTakeFirst()
  if (marked.numUpdatedRows !== 1n) return false
  await trx
    .deleteFrom('job_file')
    .where('job_id', 'in', (eb) => eb.selectFrom('job').select('job.id').where('job.survey_id', '=', id))
    .execute()
  await trx
    .deleteFrom('code_batch_part')
    .where('batch_id', 'in', (eb) =>
      eb.selectFrom('code_batch').select('code_batch.id').where('code_batch.survey_id', '=', id),
    )
    .execute()
  for (const table of ofSurvey)
    await sql`delete from ${sql.table(table)} where survey_id = ${id}`.execute(trx)
  await trx.deleteFrom('survey').where('id', '=', id).where('rehearsal_kind', '=', 'run').execute()
  return true
}

/** The codes of the plan that are not among `except`, of one stratum, in an order that stays. */
export async function listMainCodes(
  db: Db,
  stratumId: string,
  except: readonly string[],
): Promise<{ hash: string; state: string }[]> {
  const rows = await db
    .selectFrom('access_code')
    .select(['hash', 'state'])
    .where('stratum_id', '=', stratumId)
    .where('kind', '=', 'main')
    .execute()
  return rows.filter(({ hash }) => !except.includes(hash)).sort((a, b) => (a.hash < b.hash ? -1 : 1))
}

/** The survey was rehearsed to its end. */
export async function setRehearsedOn(trx: Trx, id: string, day: string): Promise<void> {
  await trx.updateTable('survey').set({ rehearsed_on: day }).where('id', '=', id).execute()
}

/** What is kept of the plain codes: those to try, each under the stratum's own seal, in batches that are printed. */
export async function insertTriedParts(
  trx: Trx,
  batchId: string,
  parts: { stratum_id: string; sealed: string }[],
): Promise<void> {
  await insertRows(
    trx,
    'code_batch_part',
    parts.map((part) => ({ ...part, batch_id: batchId })),
  )
}

export async function listTriedParts(
  db: Db,
  surveyId: string,
): Promise<{ stratum_id: string; sealed: string }[]> {
  return db
    .selectFrom('code_batch_part')
    .innerJoin('code_batch', 'code_batch.id', 'code_batch_part.batch_id')
    .select(['code_batch_part.stratum_id', 'code_batch_part.sealed'])
    .where('code_batch.survey_id', '=', surveyId)
    .where('code_batch.state', '=', 'printed')
    .execute()
}
