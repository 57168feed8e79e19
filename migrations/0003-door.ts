// The door: agencies, roles held for one survey, the second factor, links that set a password, the log of acts, requests
// to a second person. Frozen in time: imports nothing from src. What a role permits is code from here on
// (src/staff/role.ts), so the tables of roles go.
import type { Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  await createAgencies(db)
  await rebuildStaffRole(db)
  await createSecondFactor(db)
  await createLog(db)

  // One link at most for each person: a new one takes the place of the old.
  await db.schema
    .createTable('staff_link')
    .addColumn('staff_id', 'text', (c) => c.primaryKey().references('staff.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('nonce', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .execute()

  // One request at most for each act of a survey.
  await db.schema
    .createTable('act_request')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('act', 'text', (c) => c.notNull())
    .addColumn('staff_id', 'text', (c) => c.notNull().references('staff.id').onDelete('cascade'))
    .addColumn('asked_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('act_request_pk', ['survey_id', 'act'])
    .execute()

  await db.schema
    .createTable('system_mark')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute()

  await db.schema
    .alterTable('opening')
    .addColumn('opened_by', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
}

async function createAgencies(db: Schema): Promise<void> {
  await db.schema
    .createTable('agency')
    .addColumn('code', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .execute()
  await db.insertInto('agency').values({ code: 'SNV', name: 'Sở Nội vụ' }).execute()
  await addUnitsAsAgencies(db)

  await db.schema.alterTable('staff').addColumn('agency_code', 'text').execute()
  await db.schema.alterTable('staff').addColumn('disabled_on', 'text').execute()
  await db.schema
    .alterTable('staff')
    .addColumn('altered_at', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  // Whoever was there before is of the organiser.
  await db.updateTable('staff').set({ agency_code: 'SNV' }).execute()
  // Nobody stays signed in: a session of before has shown no second factor, and perhaps nobody sits at it.
  await db.deleteFrom('staff_session').execute()
}

/** Whoever is surveyed may send somebody; of surveys that share a code the newest names it. */
async function addUnitsAsAgencies(db: Schema): Promise<void> {
  const units = await db
    .selectFrom('unit')
    .innerJoin('survey', 'survey.id', 'unit.survey_id')
    .innerJoin('survey_level', (join) =>
      join
        .onRef('survey_level.survey_id', '=', 'unit.survey_id')
        .onRef('survey_level.code', '=', 'unit.level'),
    )
    .select(['unit.code', 'unit.name'])
    .where('survey_level.surveyed', '=', 1)
    .orderBy('survey.year', 'desc')
    .orderBy('survey.slug')
    .orderBy('unit.code')
    .execute()
  for (const { code, name } of units as { code: string; name: string }[])
    await db
      .insertInto('agency')
      .values({ code, name })
      .onConflict((conflict) => conflict.column('code').doNothing())
      .execute()
}

async function rebuildStaffRole(db: Schema): Promise<void> {
  const held = await db.selectFrom('staff_role').selectAll().execute()
  await db.schema.dropTable('staff_role').execute()
  await db.schema.dropTable('role_permission').execute()
  await db.schema.dropTable('role').execute()
  await db.schema
    .createTable('staff_role')
    .addColumn('staff_id', 'text', (c) => c.notNull().references('staff.id').onDelete('cascade'))
    .addColumn('role_code', 'text', (c) => c.notNull())
    .addColumn('survey_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('staff_role_pk', ['staff_id', 'role_code', 'survey_id'])
    .execute()
  for (const row of held) await db.insertInto('staff_role').values(row).execute()
  // An administrator used to run surveys as well; from here on that is the officer's role, held beside it.
  for (const { staff_id, role_code, survey_id } of held)
    if (role_code === 'administrator')
      await db
        .insertInto('staff_role')
        .values({ staff_id, role_code: 'officer', survey_id })
        .onConflict((conflict) => conflict.columns(['staff_id', 'role_code', 'survey_id']).doNothing())
        .execute()
}

async function createSecondFactor(db: Schema): Promise<void> {
  // What a session has shown: the second factor, and when its person last proved to be there.
  await db.schema
    .alterTable('staff_session')
    .addColumn('second_factor', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('staff_session').addColumn('fresh_at', 'text').execute()
  await db.schema
    .createTable('staff_totp')
    .addColumn('staff_id', 'text', (c) => c.primaryKey().references('staff.id').onDelete('cascade'))
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('last_step', 'integer', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('staff_recovery_code')
    .addColumn('staff_id', 'text', (c) => c.notNull().references('staff.id').onDelete('cascade'))
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('staff_recovery_code_pk', ['staff_id', 'hash'])
    .execute()
}

async function createLog(db: Schema): Promise<void> {
  await db.schema
    .createTable('act_log')
    .addColumn('position', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'text', (c) => c.notNull())
    .addColumn('staff_id', 'text')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('agency', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('survey', 'text', (c) => c.notNull())
    .addColumn('words', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  // The end of the chain: whoever adds to it takes this row first, so that two cannot write the same place.
  await db.schema
    .createTable('act_log_head')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute()
  await db.insertInto('act_log_head').values({ id: 1, position: 0, hash: '' }).execute()
}
