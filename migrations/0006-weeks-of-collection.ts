// The weeks between printing and closing: hours of opening and closing, decisions, samples, replacements, test cards,
// ways of delivery, what a focal point counts, ballots per day, rehearsals, units renamed or merged, rechecks. Frozen in time: imports nothing from src.
// Nothing here is about one respondent: counts per unit x group, days, and decisions of staff.
import { sql, type CreateTableBuilder, type Kysely } from 'kysely'

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a migration knows no current schema */
type Schema = Kysely<any>

export async function up(db: Schema): Promise<void> {
  await addHours(db)
  await addCounts(db)
  await addDecisions(db)
  await addSamples(db)
  await addTestCards(db)
  await addReturnsPerDay(db)
  await addRechecks(db)
}

/** Moments are ISO text in UTC; null = no hour is set there, the one above holds (unit, else level, else survey). */
async function addHours(db: Schema): Promise<void> {
  for (const column of [
    'opens_at',
    'closes_at',
    'test_card_seen_on',
    'test_card_address',
    'rehearsal_of',
    'rehearsal_kind',
    'rehearsed_on',
  ])
    await db.schema.alterTable('survey').addColumn(column, 'text').execute()
  await db.schema.alterTable('survey_level').addColumn('closes_at', 'text').execute()
  for (const column of ['closes_at', 'renamed_to', 'renamed_on', 'merged_into', 'merged_on', 'merge_counts'])
    await db.schema.alterTable('unit').addColumn(column, 'text').execute()
  // The plan's own names, before any decision renamed the unit.
  for (const column of ['plan_name', 'plan_short_name'])
    await db.schema
      .alterTable('unit')
      .addColumn(column, 'text', (c) => c.notNull().defaultTo(''))
      .execute()
  await db
    .updateTable('unit')
    .set({ plan_name: sql.ref('name'), plan_short_name: sql.ref('short_name') })
    .execute()
  // Blocks of a level in their order, for sums by block that sort nothing.
  await db.schema
    .createIndex('unit_of_block')
    .on('unit')
    .columns(['survey_id', 'level', 'block', 'id'])
    .execute()
  // How its codes reach people: printed cards, or a package of links that the focal point fetches once.
  await db.schema
    .alterTable('unit')
    .addColumn('delivery', 'text', (c) => c.notNull().defaultTo('cards'))
    .execute()
}

async function addCounts(db: Schema): Promise<void> {
  for (const column of [
    'plan_quota',
    'cards_received',
    'cards_handed_out',
    'replaced',
    'voided',
    'reserve_voided',
    'cap_raised',
  ])
    await db.schema
      .alterTable('stratum')
      .addColumn(column, 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
  // What the plan said, before any decision lowered it.
  await db
    .updateTable('stratum')
    .set({ plan_quota: sql.ref('quota') })
    .execute()
  // A card that was turned away because its group was full counts once, however often its holder presses.
  await db.schema
    .alterTable('access_code')
    .addColumn('refused', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
}

async function addDecisions(db: Schema): Promise<void> {
  await db.schema
    .createTable('decision')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('level_code', 'text', (c) => c.notNull())
    .addColumn('unit_code', 'text', (c) => c.notNull())
    .addColumn('group_code', 'text', (c) => c.notNull())
    .addColumn('words', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('made_on', 'text', (c) => c.notNull())
    .addColumn('made_by', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('decision_pk', ['survey_id', 'position'])
    .execute()
}

/** How many people a group has, and by which seed the sample was drawn: enough to draw it again, and no name. */
async function addSamples(db: Schema): Promise<void> {
  await db.schema
    .createTable('sample')
    .addColumn('stratum_id', 'text', (c) => c.primaryKey().references('stratum.id'))
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('population', 'integer', (c) => c.notNull())
    .addColumn('quota', 'integer', (c) => c.notNull())
    .addColumn('reserve', 'integer', (c) => c.notNull())
    .addColumn('seed', 'text', (c) => c.notNull())
    .addColumn('file_hash', 'text')
    .addColumn('drawn_on', 'text', (c) => c.notNull())
    .execute()
}

async function addTestCards(db: Schema): Promise<void> {
  await db.schema
    .createTable('test_card')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .execute()
}

/** How many of a unit's signing list were asked again, and what they said: counts. The seed goes once they are written down. */
async function addRechecks(db: Schema): Promise<void> {
  await db.schema
    .createTable('recheck')
    .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
    .addColumn('unit_code', 'text', (c) => c.notNull())
    .addColumn('asked', 'integer', (c) => c.notNull())
    .addColumn('seed', 'text')
    .addColumn('yes', 'integer', (c) => c.notNull())
    .addColumn('no', 'integer', (c) => c.notNull())
    .addColumn('unreached', 'integer', (c) => c.notNull())
    .addColumn('drawn_on', 'text', (c) => c.notNull())
    .addColumn('recorded_on', 'text')
    .addPrimaryKeyConstraint('recheck_pk', ['survey_id', 'unit_code'])
    .execute()
}

async function addReturnsPerDay(db: Schema): Promise<void> {
  const withoutRowOrder = <Name extends string, Columns extends string>(
    table: CreateTableBuilder<Name, Columns>,
  ) => (isSqlite(db) ? table.modifyEnd(sql`without rowid`) : table)
  await withoutRowOrder(
    db.schema
      .createTable('return_day')
      .addColumn('survey_id', 'text', (c) => c.notNull().references('survey.id'))
      .addColumn('stratum_id', 'text', (c) => c.notNull().references('stratum.id'))
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('returned', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('return_day_pk', ['survey_id', 'day', 'stratum_id']),
  ).execute()
  // What came before days were counted stands under no day, so that the days of a stratum add up from the first moment.
  await db
    .insertInto('return_day')
    .columns(['survey_id', 'stratum_id', 'day', 'returned'])
    .expression((eb) =>
      eb
        .selectFrom('stratum')
        .select(['survey_id', 'id', sql.lit('').as('day'), 'returned'])
        .where('returned', '>', 0),
    )
    .execute()
}

function isSqlite(db: Schema): boolean {
  return db.getExecutor().adapter.constructor.name.startsWith('Sqlite')
}
