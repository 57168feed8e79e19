// The survey, its codes, ballots and responses, jobs and index runs. Frozen in time: imports nothing from src.
import { sql, type CreateTableBuilder, type Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  // On SQLite a table without rowid keeps its rows in the order of their random key: no insertion order is left.
  const withoutRowOrder = <Name extends string, Columns extends string>(
    table: CreateTableBuilder<Name, Columns>,
  ) => (isSqlite(db) ? table.modifyEnd(sql`without rowid`) : table)

  await db.schema
    .createTable('survey')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('slug', 'text', (c) => c.notNull().unique())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('year', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('organiser', 'text', (c) => c.notNull())
    .addColumn('plan_number', 'text', (c) => c.notNull())
    .addColumn('plan_date', 'text', (c) => c.notNull())
    .addColumn('plan_title', 'text', (c) => c.notNull())
    .addColumn('contact_office', 'text', (c) => c.notNull())
    .addColumn('contact_phone', 'text', (c) => c.notNull())
    .addColumn('illustrative', 'integer', (c) => c.notNull())
    .addColumn('rehearsal', 'integer', (c) => c.notNull())
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text')
    .addColumn('ballot_size', 'integer')
    .addColumn('created_on', 'text', (c) => c.notNull())
    .addColumn('opened_on', 'text')
    .execute()

  await db.schema
    .createTable('survey_level')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('surveyed', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('survey_level_pk', ['survey_id', 'code'])
    .execute()

  await db.schema
    .createTable('unit')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('short_name', 'text', (c) => c.notNull())
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('block', 'text', (c) => c.notNull())
    .addColumn('parent', 'text')
    .addColumn('position', 'integer', (c) => c.notNull())
    .addUniqueConstraint('unit_code_unique', ['survey_id', 'code'])
    .execute()

  await db.schema
    .createTable('respondent_group')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('questionnaire', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('respondent_group_pk', ['survey_id', 'level', 'code'])
    .execute()

  await db.schema
    .createTable('stratum')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('unit_id', 'text', (c) => c.notNull().references('unit.id'))
    .addColumn('group_code', 'text', (c) => c.notNull())
    .addColumn('quota', 'integer', (c) => c.notNull())
    .addColumn('reserve_quota', 'integer', (c) => c.notNull())
    .addColumn('cap', 'integer', (c) => c.notNull())
    .addColumn('issued', 'integer', (c) => c.notNull())
    .addColumn('reserve', 'integer', (c) => c.notNull())
    .addColumn('opened', 'integer', (c) => c.notNull())
    .addColumn('returned', 'integer', (c) => c.notNull())
    .addColumn('refused_full', 'integer', (c) => c.notNull())
    .addUniqueConstraint('stratum_unique', ['survey_id', 'unit_id', 'group_code'])
    .addCheckConstraint('stratum_within_cap', sql`returned <= cap`)
    .execute()

  await db.schema
    .createTable('questionnaire')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('definition', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('questionnaire_pk', ['survey_id', 'code', 'version'])
    .execute()

  await db.schema
    .createTable('criteria_set')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('definition', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('criteria_set_pk', ['survey_id', 'level'])
    .execute()

  await db.schema
    .createTable('code_batch')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('rehearsal', 'integer', (c) => c.notNull())
    .addColumn('issued_on', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('code_batch_of_survey').on('code_batch').column('survey_id').execute()

  await db.schema
    .createTable('code_batch_part')
    .addColumn('batch_id', 'text', (c) => c.notNull().references('code_batch.id'))
    .addColumn('stratum_id', 'text', (c) => c.notNull().references('stratum.id'))
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('code_batch_part_pk', ['batch_id', 'stratum_id'])
    .execute()

  await withoutRowOrder(
    db.schema
      .createTable('access_code')
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
      .addColumn('stratum_id', 'text', (c) => c.notNull().references('stratum.id'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('access_code_pk', ['hash']),
  ).execute()
  // For the count of used codes before the opening and for `verify`; the second column keeps it a covering index.
  await db.schema
    .createIndex('access_code_of_stratum')
    .on('access_code')
    .columns(['survey_id', 'stratum_id', 'state'])
    .execute()

  // Only the survey stands outside the seal: no time, unit, code or order.
  await withoutRowOrder(
    db.schema
      .createTable('sealed_ballot')
      .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('sealed_ballot_pk', ['survey_id', 'id']),
  ).execute()

  await withoutRowOrder(
    db.schema
      .createTable('receipt')
      .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
      .addColumn('receipt', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('receipt_pk', ['survey_id', 'receipt']),
  ).execute()

  await withoutRowOrder(
    db.schema
      .createTable('response')
      .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('stratum_id', 'text', (c) => c.notNull().references('stratum.id'))
      .addColumn('questionnaire', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('answers', 'text', (c) => c.notNull())
      .addColumn('straight_line', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('response_pk', ['survey_id', 'id']),
  ).execute()

  await db.schema
    .createTable('opening')
    .addColumn('survey_id', 'text', (c) => c.primaryKey().references('survey.id'))
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('ballots', 'integer', (c) => c.notNull())
    .addColumn('broken', 'integer', (c) => c.notNull())
    .addColumn('started_on', 'text', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('job')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('input', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('done', 'integer', (c) => c.notNull())
    .addColumn('total', 'integer', (c) => c.notNull())
    .addColumn('problem', 'text')
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('job_to_do').on('job').columns(['state', 'survey_id', 'asked_at']).execute()

  await db.schema
    .createTable('job_file')
    .addColumn('job_id', 'text', (c) => c.primaryKey().references('job.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('media_type', 'text', (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('index_run')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('input', 'text', (c) => c.notNull())
    .addColumn('output', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('computed_on', 'text', (c) => c.notNull())
    .addUniqueConstraint('index_run_number', ['survey_id', 'number'])
    .execute()
}

function isSqlite(db: Schema): boolean {
  return db.getExecutor().adapter.constructor.name.startsWith('Sqlite')
}
