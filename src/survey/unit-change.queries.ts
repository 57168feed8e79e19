// Where a unit's new name and its successor are kept: in its own row, beside what the plan said.
import type { Db, Trx } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import { listSurveyedUnits, type Survey, type Unit } from './survey.queries.ts'
import { presentName, undecidedMerges, unitName } from './unit-change.ts'

/** The new name with its day, or null for that of the plan. What is shown follows from it in one place. */
export async function setName(trx: Trx, unit: Unit, to: { name: string; day: string } | null): Promise<void> {
  const renamed = { renamed_to: to?.name ?? null, renamed_on: to?.day ?? null }
  const name = unitName({ ...unit, ...renamed })
  await trx
    .updateTable('unit')
    .set({ ...renamed, name, short_name: to?.name ?? unit.plan_short_name })
    .where('id', '=', unit.id)
    .execute()
}

/** The successor with day and choice, or null for a unit that stands by itself. */
export async function setMerge(
  trx: Trx,
  unit: Unit,
  merge: Pick<Unit, 'merged_into' | 'merged_on' | 'merge_counts'> | null,
): Promise<void> {
  const none = { merged_into: null, merged_on: null, merge_counts: null }
  await trx
    .updateTable('unit')
    .set(merge ?? none)
    .where('id', '=', unit.id)
    .execute()
}

/** @throws Problem merge-undecided while a merged unit waits for the choice how it is counted */
export async function checkMergesDecided(db: Db | Trx, survey: Survey): Promise<void> {
  const open = undecidedMerges(await listSurveyedUnits(db, survey))
  if (open.length > 0) throw new Problem('merge-undecided', { units: open.map(presentName).join('; ') })
}
