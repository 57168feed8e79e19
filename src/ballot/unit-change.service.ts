// A unit is renamed, merged, or the note of it taken back: decided with a reason and logged, in the transaction of the
// change, and only until the opening begins. season.md, "Mistakes".
import type { Db, Trx } from '../db/database.ts'
import { dayOf } from '../lib/clock.ts'
import { showDay } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { recordDecision } from '../survey/decision.queries.ts'
import { parseReason, reasonMissing, type NewDecision } from '../survey/decision.ts'
import { stateName } from '../survey/survey.ts'
import { listSurveyedUnits, lockSurvey, type Survey, type Unit } from '../survey/survey.queries.ts'
import { setMerge, setName } from '../survey/unit-change.queries.ts'
import {
  mergeWords,
  parseMerge,
  parseRename,
  presentName,
  type DaysAllowed,
  type TypedMerge,
  type TypedRename,
  type UnitSlip,
} from '../survey/unit-change.ts'
import { findOpening } from './box.queries.ts'

export type UnitChangeDeps = LogDeps & { db: Db }

/** Whether names and merges may still be written down; `now` as it is in the transaction that asks. */
export async function mayChangeUnits(db: Db | Trx, survey: Survey): Promise<boolean> {
  return ['cards', 'collecting', 'closed'].includes(survey.state) && !(await findOpening(db, survey))
}

/** The days that a decree about a unit of this survey can have. */
export function daysAllowed(survey: Survey, now: Date): DaysAllowed {
  return { from: survey.created_on, until: dayOf(now) }
}

/**
 * Gives the unit a new name from a day on, or corrects what was written before.
 * @returns what has to be corrected in the form; empty when it is done
 * @throws Problem not-found, wrong-state before the cards, unit-fixed once the opening has begun
 */
export async function renameUnit(
  deps: UnitChangeDeps,
  by: Actor,
  survey: Survey,
  code: string,
  typed: TypedRename,
): Promise<UnitSlip[]> {
  return change(deps, by, survey, code, async ({ trx, unit, units, days }) => {
    const parsed = parseRename(typed, unit, units, days)
    if (!parsed.ok) return parsed
    const { name, day, reason } = parsed
    await setName(trx, unit, { name, day })
    const words = `${unit.plan_name} đổi tên thành ${name} từ ngày ${showDay(day)}.`
    return { ok: true, kind: 'unit-renamed', words, reason }
  })
}

/** The unit has the plan's name again, as if it had never been renamed. */
export async function restoreName(
  deps: UnitChangeDeps,
  by: Actor,
  survey: Survey,
  code: string,
  typedReason: string,
): Promise<UnitSlip[]> {
  return change(deps, by, survey, code, async ({ trx, unit }) => {
    if (unit.renamed_to === null) throw new Problem('bad-request')
    const reason = parseReason(typedReason)
    if (reason === undefined) return { ok: false, slips: [{ field: 'ly-do', text: reasonMissing }] }
    await setName(trx, unit, null)
    const words = `${unit.plan_name} giữ tên trong kế hoạch, bỏ tên ${unit.renamed_to}.`
    return { ok: true, kind: 'unit-renamed', words, reason }
  })
}

/** Notes that the unit was merged into another one, and how it is counted; the choice may follow later. */
export async function mergeUnit(
  deps: UnitChangeDeps,
  by: Actor,
  survey: Survey,
  code: string,
  typed: TypedMerge,
): Promise<UnitSlip[]> {
  return change(deps, by, survey, code, async ({ trx, unit, units, days }) => {
    const parsed = parseMerge(typed, unit, units, days)
    if (!parsed.ok) return parsed
    const { into, day, counts, reason } = parsed
    await setMerge(trx, unit, { merged_into: into.code, merged_on: day, merge_counts: counts })
    return { ok: true, kind: 'unit-merged', words: mergeWords(unit, into, counts, day), reason }
  })
}

export async function undoMerge(
  deps: UnitChangeDeps,
  by: Actor,
  survey: Survey,
  code: string,
  typedReason: string,
): Promise<UnitSlip[]> {
  return change(deps, by, survey, code, async ({ trx, unit }) => {
    if (unit.merged_into === null) throw new Problem('bad-request')
    const reason = parseReason(typedReason)
    if (reason === undefined) return { ok: false, slips: [{ field: 'ly-do', text: reasonMissing }] }
    await setMerge(trx, unit, null)
    const words = `Bỏ ghi sáp nhập của ${presentName(unit)}; đơn vị được tính riêng như kế hoạch.`
    return { ok: true, kind: 'unit-merged', words, reason }
  })
}

interface Given {
  trx: Trx
  unit: Unit
  units: Unit[]
  days: DaysAllowed
}

type Done =
  | { ok: true; kind: 'unit-renamed' | 'unit-merged'; words: string; reason: string }
  | { ok: false; slips: UnitSlip[] }

async function change(
  deps: UnitChangeDeps,
  by: Actor,
  survey: Survey,
  code: string,
  work: (given: Given) => Promise<Done>,
): Promise<UnitSlip[]> {
  const now = deps.clock()
  return deps.db.transaction().execute(async (trx) => {
    // Whoever decides at the same moment waits here, and then reads the names that the first has left.
    const locked = await lockSurvey(deps.db, trx, survey.id)
    await checkMayChange(trx, locked)
    const units = await listSurveyedUnits(trx, survey)
    const unit = units.find((each) => each.code === code)
    if (!unit) throw new Problem('not-found')
    const done = await work({ trx, unit, units, days: daysAllowed(survey, now) })
    if (!done.ok) return done.slips
    const { kind, words, reason } = done
    const decision: NewDecision = { kind, unit: code, words, reason }
    await recordDecision(deps.db, trx, by, survey, decision, now)
    await recordAct(deps, trx, by, { kind, survey: survey.slug, details: { words, reason } })
    return []
  })
}

async function checkMayChange(trx: Trx, survey: Survey): Promise<void> {
  if (await mayChangeUnits(trx, survey)) return
  if (survey.state !== 'draft') throw new Problem('unit-fixed')
  throw new Problem('wrong-state', {
    state: stateName(survey.state),
    act: 'ghi việc đổi tên, sáp nhập',
    next: 'Việc này làm được từ bước Phát thẻ cho đến khi mở niêm phong.',
  })
}
