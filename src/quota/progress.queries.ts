// Counts of a collection, added up by the database: what they cost depends on the number of units x groups, never on the
// number of ballots. A survey of thousands of units is shown by block, and its units only where somebody asks for them.
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { surveyedUnits, unitsWithLevel, type Survey } from '../survey/survey.queries.ts'
import type { DayCount } from './days.ts'
import type { Counts, Stratum, Totals } from './progress.ts'

const whole = (expression: ReturnType<typeof sql>) => sql<number>`cast(${expression} as integer)`
const total = (column: string) => whole(sql`coalesce(sum(${sql.ref(column)}), 0)`)

/** Cards that were turned away and wait for a decision. */
const refused = whole(
  sql`coalesce(sum(case when refused_full > cap_raised then refused_full - cap_raised else 0 end), 0)`,
)

/** The counters of a unit, of its groups together. */
const sums = [
  total('quota').as('planned'),
  total('issued').as('issued'),
  total('reserve').as('reserve'),
  total('opened').as('opened'),
  total('returned').as('returned'),
] as const

const countColumns = ['planned', 'issued', 'reserve', 'opened', 'returned'] as const

export async function sumProgress(db: Db, survey: Survey): Promise<Totals> {
  return db
    .with('each_unit', (unit) =>
      unit
        .selectFrom('stratum')
        .select(['unit_id', ...sums, refused.as('refused')])
        .where('survey_id', '=', survey.id)
        .groupBy('unit_id'),
    )
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

/** Units that lack most, by share, the latest first, equal ones in the order of the plan; and how many lack some in all. */
export async function listLateUnits(
  db: Db,
  survey: Survey,
  limit: number,
): Promise<{ late: LateUnit[]; lateUnits: number }> {
  const rows = await db
    .with('late_unit', (late) =>
      late
        .selectFrom('stratum')
        .select(['unit_id', ...sums, whole(sql`count(*) over ()`).as('all_late')])
        .where('survey_id', '=', survey.id)
        .groupBy('unit_id')
        .having(sql<boolean>`sum(returned) < sum(quota)`),
    )
    .selectFrom('late_unit')
    .innerJoin(
      unitsWithLevel(db)
        .select([
          'unit.id',
          'unit.code',
          'unit.name',
          'unit.level',
          'unit.position',
          'survey_level.position as level_position',
        ])
        .as('named'),
      'named.id',
      'late_unit.unit_id',
    )
    .select(['named.code', 'named.name', 'named.level', 'all_late', ...countColumns])
    .orderBy(sql`1.0 * returned / planned`)
    .orderBy('named.level_position')
    .orderBy('named.position')
    .orderBy('named.code')
    .limit(limit)
    .execute()
  return {
    lateUnits: rows[0]?.all_late ?? 0,
    late: rows.map(({ all_late: _, ...unit }) => unit),
  }
}

/** Whether more than so many units are asked; looks at no more than that. */
export async function hasMoreUnits(db: Db, survey: Survey, than: number): Promise<boolean> {
  const some = await db
    .selectFrom('stratum')
    .select('unit_id')
    .distinct()
    .where('survey_id', '=', survey.id)
    .limit(than + 1)
    .execute()
  return some.length > than
}

export interface Blocks {
  /** The groups of each ranking block of each level, taken together: what stands for a unit where there are too many. */
  strata: Stratum[]
  units: number
  refusedFull: number
}

/**
 * Group by group, block by block, in the order of the indices: so the database adds up while it reads and sorts nothing.
 * (SQLite takes the tables of a cross join in the order in which they are written.)
 */
export async function readBlocks(db: Db, survey: Survey): Promise<Blocks> {
  const rows = await db
    .selectFrom('respondent_group')
    .crossJoin('unit')
    .crossJoin('stratum')
    .select([
      'respondent_group.level',
      'unit.block',
      'respondent_group.code as group_code',
      'respondent_group.name as group_name',
      'respondent_group.position',
      ...(['quota', 'issued', 'reserve', 'opened', 'returned'] as const).map((each) =>
        total(`stratum.${each}`).as(each),
      ),
      refused.as('refused'),
    ])
    .where('respondent_group.survey_id', '=', survey.id)
    .whereRef('unit.survey_id', '=', 'respondent_group.survey_id')
    .whereRef('unit.level', '=', 'respondent_group.level')
    .whereRef('stratum.survey_id', '=', 'respondent_group.survey_id')
    .whereRef('stratum.unit_id', '=', 'unit.id')
    .whereRef('stratum.group_code', '=', 'respondent_group.code')
    .groupBy([
      'respondent_group.level',
      'respondent_group.code',
      'unit.block',
      'respondent_group.name',
      'respondent_group.position',
    ])
    .execute()
  const sizes = await countUnitsByBlock(db, survey)
  const strata = rows.map(({ block, refused, position, ...rest }) => {
    const units = sizes.find((each) => each.level === rest.level && each.block === block)?.units ?? 0
    const name = `Khối ${block} (${units})`
    const words = { unit_code: block, unit_name: name, unit_short_name: name }
    return { ...rest, ...words, position, refused_full: refused, cap_raised: 0, same_device: 0 }
  })
  return {
    strata: strata.sort(
      (a, b) =>
        a.level.localeCompare(b.level) ||
        a.unit_code.localeCompare(b.unit_code, 'vi', { numeric: true }) ||
        a.position - b.position ||
        a.group_code.localeCompare(b.group_code),
    ),
    units: sizes.reduce((sum, each) => sum + each.units, 0),
    refusedFull: strata.reduce((sum, each) => sum + each.refused_full, 0),
  }
}

/** Units that somebody is asked in. */
async function countUnitsByBlock(db: Db, survey: Survey) {
  return db
    .selectFrom('unit')
    .select(['level', 'block', whole(sql`count(*)`).as('units')])
    .where('survey_id', '=', survey.id)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('stratum')
          .select('stratum.id')
          .whereRef('stratum.survey_id', '=', 'unit.survey_id')
          .whereRef('stratum.unit_id', '=', 'unit.id'),
      ),
    )
    .groupBy(['level', 'block'])
    .execute()
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
  const rows = await surveyedUnits(db, survey).select('unit.code').limit(limit).offset(offset).execute()
  return rows.map(({ code }) => code)
}

/** All names, for a search that does not mind accents: no database of ours compares Vietnamese that way by itself. */
export async function listUnitNames(db: Db, survey: Survey): Promise<{ code: string; name: string }[]> {
  return surveyedUnits(db, survey).select(['unit.code', 'unit.name']).execute()
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
