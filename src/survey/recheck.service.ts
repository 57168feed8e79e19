// Draws the lines of a unit's signing list once, and takes down what the people said: counts, in a transaction with the log.
import { randomBytes } from 'node:crypto'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { linesOf, mayRecheck, recheckSize, type RecheckCounts } from './recheck.ts'
import { insertRecheck, setRecheckCounts } from './recheck.queries.ts'
import type { SurveyDeps } from './survey.service.ts'
import { stateName } from './survey.ts'
import { lockSurvey, type Stratum, type Survey } from './survey.queries.ts'

/** @throws Problem wrong-state; recheck-changed where lines were drawn before */
export async function drawRecheck(
  deps: SurveyDeps,
  by: Actor,
  survey: Survey,
  strata: Stratum[],
): Promise<void> {
  const [{ unit_code: unit, unit_name } = { unit_code: '', unit_name: '' }] = strata
  const asked = recheckSize(linesOf(strata))
  const seed = randomBytes(16).toString('hex')
  await deps.db.transaction().execute(async (trx) => {
    checkMayRecheck(await lockSurvey(deps.db, trx, survey.id))
    const drawn = { asked, seed, day: dayOf(deps.clock()) }
    if (!(await insertRecheck(trx, survey, unit, drawn))) throw new Problem('recheck-changed')
    const details = { unit: unit_name, count: asked }
    await recordAct(deps, trx, by, { kind: 'recheck-drawn', survey: survey.slug, details })
  })
}

/** Writes down the counts, or corrects them. @throws Problem wrong-state; recheck-changed where nothing was drawn */
export async function recordRecheck(
  deps: SurveyDeps,
  by: Actor,
  survey: Survey,
  unit: Pick<Stratum, 'unit_code' | 'unit_name'>,
  counts: RecheckCounts,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    checkMayRecheck(await lockSurvey(deps.db, trx, survey.id))
    if (!(await setRecheckCounts(trx, survey, unit.unit_code, counts, dayOf(deps.clock()))))
      throw new Problem('recheck-changed')
    // How many were asked, not what they said: in a small unit that is one person.
    const details = { unit: unit.unit_name, count: counts.yes + counts.no + counts.unreached }
    await recordAct(deps, trx, by, { kind: 'recheck-recorded', survey: survey.slug, details })
  })
}

function checkMayRecheck(survey: Survey): void {
  if (mayRecheck(survey)) return
  throw new Problem('wrong-state', {
    state: stateName(survey.state),
    act: 'phúc tra',
    next: 'Việc này làm được từ khi bắt đầu thu phiếu cho đến khi công bố kết quả.',
  })
}
