// Counts of a collection, added up by the database: what they cost depends on the number of units x groups, never on the
// number of ballots. A survey of thousands of units is shown by block, and its units only where somebody asks for them.
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { DayCount } from './days.ts'
import type { Counts, Stratum, Totals } from './progress.ts'

const whole = (expression: ReturnType<typeof sql>) => sql<number>`cast(${expression} as integer)`
const total = (column: string) => whole(sql`coalesce(sum(${sql.ref(column)}), 0)`)

/** Each unit with the sums of its groups, as the table `each_unit`. */
function withUnits(db: Db, survey: Survey) {
  return db.with('each_unit', (unit) =>
    unit
      .selectFrom('stratum')
      .select([
        'unit_id',
        total('quota').as('planned'),
        total('issued').as('issued'),
        total('reserve').as('reserve'),
        total('opened').as('opened'),
        total('returned').as('returned'),
        whole(sql`sum(case when refused_full > cap_raised then refused_full - cap_raised else 0 end)`).as(
          'refused',
        ),
      ])
      .where('survey_id', '=', survey.id)
      .groupBy('unit_id'),
  )
}

const countColumns = ['planned', 'issued', 'reserve', 'opened', 'returned'] as const

export async function sumProgress(db: Db, survey: Survey): Promise<Totals> {
  return withUnits(db, survey)
    .selectFrom('each_unit')
    .select([
      ...countColumns.map((column) => total(column).as(column)),
      whole(sql`count(*)`).as('units'),
      whole(sql`coalesce(sum(case when returned < planned then 1 else 0 end), 0)`).as('lateUnits'),
      total('refused').as('refusedFull'),
    ])
    .executeTakeFirstOrThrow()
}

export interface LateUnit extends Counts {
  code: string
  name: string
  level: string
}

/** Units that lack most, by share, the latest first; equal ones in the order of the plan. */
export async function listLateUnits(db: Db, survey: Survey, limit: number): Promise<LateUnit[]> {
  return withUnits(db, survey)
    .selectFrom('each_unit')
    .innerJoin('unit', 'unit.id', 'each_unit.unit_id')
    .innerJoin('survey_level', (join) =>
      join
        .onRef('survey_level.survey_id', '=', 'unit.survey_id')
        .onRef('survey_level.code', '=', 'unit.level'),
    )
    .select(['unit.code', 'unit.name', 'unit.level', ...countColumns])
    .whereRef('returned', '<', 'planned')
    .orderBy(sql`1.0 * returned / planned`)
    .orderBy('survey_level.position')
    .orderBy('unit.position')
    .orderBy('unit.code')
    .limit(limit)
    .execute()
}

/** The groups of each ranking block of each level, taken together: what stands for a unit where there are too many. */
export async function listBlocks(db: Db, survey: Survey): Promise<Stratum[]> {
  const rows = await db
    .selectFrom('stratum')
    .innerJoin('unit', 'unit.id', 'stratum.unit_id')
    .innerJoin('respondent_group', (join) =>
      join
        .onRef('respondent_group.survey_id', '=', 'unit.survey_id')
        .onRef('respondent_group.level', '=', 'unit.level')
        .onRef('respondent_group.code', '=', 'stratum.group_code'),
    )
    .select([
      'unit.level',
      'unit.block',
      'stratum.group_code',
      'respondent_group.name as group_name',
      whole(sql`count(*)`).as('units'),
      total('stratum.quota').as('quota'),
      total('stratum.issued').as('issued'),
      total('stratum.reserve').as('reserve'),
      total('stratum.opened').as('opened'),
      total('stratum.returned').as('returned'),
      total('stratum.refused_full').as('refused_full'),
      total('stratum.cap_raised').as('cap_raised'),
    ])
    .where('stratum.survey_id', '=', survey.id)
    .groupBy([
      'unit.level',
      'unit.block',
      'stratum.group_code',
      'respondent_group.name',
      'respondent_group.position',
    ])
    .orderBy('unit.level')
    .orderBy('unit.block')
    .orderBy('respondent_group.position')
    .orderBy('stratum.group_code')
    .execute()
  return rows.map(({ block, units, ...rest }) => ({
    ...rest,
    unit_code: block,
    unit_name: `Khối ${block} (${units})`,
    unit_short_name: `Khối ${block} (${units})`,
    same_device: 0,
  }))
}

export async function listSameDevice(
  db: Db,
  survey: Survey,
  limit: number,
): Promise<{ name: string; times: number }[]> {
  return db
    .selectFrom('unit')
    .select(['name', 'same_device as times'])
    .where('survey_id', '=', survey.id)
    .where('same_device', '>', 0)
    .orderBy('same_device', 'desc')
    .orderBy('position')
    .limit(limit)
    .execute()
}

export interface LoweredQuota {
  unit: string
  group: string
  plan: number
  quota: number
}

/** Where a decision has changed how many are asked. */
export async function listLowered(db: Db, survey: Survey, limit: number): Promise<LoweredQuota[]> {
  return db
    .selectFrom('stratum')
    .innerJoin('unit', 'unit.id', 'stratum.unit_id')
    .innerJoin('respondent_group', (join) =>
      join
        .onRef('respondent_group.survey_id', '=', 'unit.survey_id')
        .onRef('respondent_group.level', '=', 'unit.level')
        .onRef('respondent_group.code', '=', 'stratum.group_code'),
    )
    .select([
      'unit.name as unit',
      'respondent_group.name as group',
      'stratum.plan_quota as plan',
      'stratum.quota',
    ])
    .where('stratum.survey_id', '=', survey.id)
    .whereRef('stratum.plan_quota', '<>', 'stratum.quota')
    .orderBy('unit.position')
    .orderBy('respondent_group.position')
    .limit(limit)
    .execute()
}

/** Ballots of the whole survey by day, from the day `from` on and before the day `before`. */
export async function countReturnsByDay(
  db: Db,
  survey: Survey,
  range: { from?: string; before?: string },
): Promise<DayCount[]> {
  return db
    .selectFrom('return_day')
    .select(['day', total('returned').as('returned')])
    .where('survey_id', '=', survey.id)
    .$if(range.from !== undefined, (query) => query.where('day', '>=', range.from ?? ''))
    .$if(range.before !== undefined, (query) => query.where('day', '<', range.before ?? ''))
    .groupBy('day')
    .orderBy('day')
    .execute()
}

/** Codes of units in the order of the plan: a page of them. */
export async function listUnitCodes(
  db: Db,
  survey: Survey,
  { limit, offset }: { limit: number; offset: number },
): Promise<string[]> {
  const rows = await unitsInOrder(db, survey).select('unit.code').limit(limit).offset(offset).execute()
  return rows.map(({ code }) => code)
}

/** All names, for a search that does not mind accents: no database of ours compares Vietnamese that way by itself. */
export async function listUnitNames(db: Db, survey: Survey): Promise<{ code: string; name: string }[]> {
  return unitsInOrder(db, survey).select(['unit.code', 'unit.name']).execute()
}

function unitsInOrder(db: Db, survey: Survey) {
  return db
    .selectFrom('unit')
    .innerJoin('survey_level', (join) =>
      join
        .onRef('survey_level.survey_id', '=', 'unit.survey_id')
        .onRef('survey_level.code', '=', 'unit.level'),
    )
    .where('unit.survey_id', '=', survey.id)
    .where('survey_level.surveyed', '=', 1)
    .orderBy('survey_level.position')
    .orderBy('unit.position')
    .orderBy('unit.code')
}

/** Changes whenever anything on the page does: what watchers' one question in common asks for. */
export async function progressMark(db: Db, survey: Survey): Promise<string> {
  const row = await db
    .selectFrom('stratum')
    .select([
      total('quota').as('quota'),
      total('issued').as('issued'),
      total('opened').as('opened'),
      total('returned').as('returned'),
      total('refused_full').as('refused'),
      total('cap_raised').as('raised'),
    ])
    .where('survey_id', '=', survey.id)
    .executeTakeFirstOrThrow()
  const state = await db
    .selectFrom('survey')
    .select(['state', 'closes_at'])
    .where('id', '=', survey.id)
    .executeTakeFirstOrThrow()
  return JSON.stringify([row, state])
}
