// A collection of a size that no province has: 5,000 units x 4 groups, straight into the store; or a smaller one that is
// still shown by block and page by page.
import type { Insertable } from 'kysely'
import type { Db, Trx } from '../../src/db/database.ts'
import type { Database } from '../../src/db/tables.ts'
import { SurveySettings } from '../../src/survey/settings.ts'

export const hugeUnits = 5_000
const groups = ['A', 'B', 'C', 'D']
const days = 20

export interface HugeDesign {
  units?: number
  /** Asked in each unit x group. */
  quota?: number
  /** Of those, how many have sent on the average; at most half of the quota, and of two units not the same. */
  mean?: number
  /** Used codes, sealed ballots and receipts lie in the store as well, not only in the counters. */
  withBallots?: boolean
  /** The last day on which some came (YYYY-MM-DD); it closes eight days later. */
  until?: string
}

/** Ballots came over twenty days; every unit lacks something else. Gives how many came. */
export async function makeHugeSurvey(
  db: Db,
  slug: string,
  {
    units: unitCount = hugeUnits,
    quota = 10,
    mean = quota / 2,
    withBallots = false,
    until = '2022-10-12',
  }: HugeDesign = {},
): Promise<number> {
  const id = `huge-${slug}`
  const survey: Insertable<Database['survey']> = {
    id,
    slug,
    title: 'Đợt rất lớn',
    year: 2022,
    state: 'collecting',
    organiser: 'Sở Nội vụ',
    plan_number: '',
    plan_date: '',
    plan_title: '',
    contact_office: '',
    contact_phone: '',
    illustrative: 0,
    rehearsal: 0,
    settings: JSON.stringify(SurveySettings.parse({})),
    public_key: null,
    ballot_size: null,
    created_on: '2022-09-01',
    opened_on: null,
    custody_rehearsed_on: null,
    opens_at: null,
    closes_at: `${dayAfter(until, 8)}T10:00:00.000Z`,
    test_card_seen_on: null,
    test_card_address: null,
    rehearsal_of: null,
    rehearsal_kind: null,
    rehearsed_on: null,
  }
  const units: Insertable<Database['unit']>[] = []
  const strata: Insertable<Database['stratum']>[] = []
  const returns: Insertable<Database['return_day']>[] = []
  for (let n = 1; n <= unitCount; n++) {
    const unit = `${id}-${n}`
    const block = `${1 + (n % 10)}`
    units.push({
      id: unit,
      survey_id: id,
      code: `X${n}`,
      name: `Xã ${n}`,
      short_name: `Xã ${n}`,
      level: 'xa',
      block,
      parent: null,
      position: n,
      closes_at: null,
      renamed_to: null,
      renamed_on: null,
    })
    for (const [g, group] of groups.entries()) {
      const stratum = `${unit}-${group}`
      const returned = (n * 7 + g * 3) % (2 * mean + 1)
      strata.push({
        id: stratum,
        survey_id: id,
        unit_id: unit,
        group_code: group,
        quota,
        plan_quota: quota,
        reserve_quota: 0,
        cap: quota,
        issued: quota,
        reserve: 0,
        opened: returned,
        returned,
        refused_full: 0,
      })
      const byDay = new Map<string, number>()
      for (let ballot = 0; ballot < returned; ballot++) {
        const day = dayAfter(until, ((n + g + ballot) % days) + 1 - days)
        byDay.set(day, (byDay.get(day) ?? 0) + 1)
      }
      for (const [day, count] of byDay)
        returns.push({ survey_id: id, stratum_id: stratum, day, returned: count })
    }
  }
  await db.transaction().execute(async (trx) => {
    await trx.insertInto('survey').values(survey).execute()
    await trx
      .insertInto('survey_level')
      .values({ survey_id: id, code: 'xa', name: 'Cấp xã', position: 1, surveyed: 1, closes_at: null })
      .execute()
    await trx
      .insertInto('respondent_group')
      .values(
        groups.map((code, position) => ({
          survey_id: id,
          level: 'xa',
          code,
          name: `Nhóm ${code}`,
          questionnaire: 'chung',
          position,
        })),
      )
      .execute()
    for (const rows of pieces(units)) await trx.insertInto('unit').values(rows).execute()
    for (const rows of pieces(strata)) await trx.insertInto('stratum').values(rows).execute()
    for (const rows of pieces(returns)) await trx.insertInto('return_day').values(rows).execute()
    if (withBallots) await insertBallots(trx, id, strata)
  })
  return strata.reduce((total, { returned }) => total + returned, 0)
}

/** A used code, a ballot and a receipt for each that came; nobody opens them, so they hold nothing. */
async function insertBallots(trx: Trx, id: string, strata: Insertable<Database['stratum']>[]): Promise<void> {
  const all = strata.flatMap(({ id: stratum, returned }) =>
    Array.from({ length: returned }, (_, ballot) => ({ stratum, key: `${stratum}-${ballot}` })),
  )
  for (const some of pieces(all)) {
    const codes = some.map(({ stratum, key }) => ({
      hash: key,
      survey_id: id,
      stratum_id: stratum,
      kind: 'main' as const,
      state: 'used' as const,
    }))
    await trx.insertInto('access_code').values(codes).execute()
    const ballots = some.map(({ key }) => ({ survey_id: id, id: key, sealed: 'x'.repeat(800) }))
    await trx.insertInto('sealed_ballot').values(ballots).execute()
    const receipts = some.map(({ key }) => ({ survey_id: id, receipt: key }))
    await trx.insertInto('receipt').values(receipts).execute()
  }
}

function dayAfter(day: string, count: number): string {
  return new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10)
}

function pieces<Row>(rows: Row[]): Row[][] {
  const size = 500
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
}
