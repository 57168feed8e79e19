// The one fetching of a unit's package: made first, then in one transaction the plain codes are erased and the act is
// written down, then it is sent. Of two who fetch at once one gets it; the other reads whom to ask.
import type { Db } from '../db/database.ts'
import { eraseDeleted } from '../db/erase.ts'
import { showHour } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { actWords } from '../staff/act-log.ts'
import { listLinesOfKinds } from '../staff/act-log.queries.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import { lockSurvey, moveState, type Survey } from '../survey/survey.queries.ts'
import { erasePart, finishBatches, listDeliveries, type UnitDelivery } from './access.queries.ts'
import { readUnprinted, type AccessDeps } from './batch.service.ts'
import { packageOf } from './link-package.ts'
import { checkMayPrint } from './test-card.service.ts'

/** Whether a package of links waits for this unit's focal point. */
export async function packageWaitsFor(db: Db, survey: Survey, unitCode: string): Promise<boolean> {
  const unit = await findUnit(db, survey, unitCode)
  return unit?.delivery === 'links' && unit.waiting > 0
}

/**
 * The package, while its codes are erased from the store for good: whoever calls this must send it.
 * @throws Problem package-gone naming who has it; package-none where none was ever made
 */
export async function fetchPackage(
  deps: AccessDeps,
  by: Actor,
  survey: Survey,
  unitCode: string,
): Promise<Buffer> {
  const unit = await findUnit(deps.db, survey, unitCode)
  if (unit?.delivery !== 'links' || unit.waiting === 0) throw await refusalFor(deps.db, survey, unit)
  await checkMayPrint(deps, survey)
  const parts = await readUnprinted(deps, survey, { unit: unitCode })
  const codes = parts.flatMap((part) => part.codes)
  const made = await packageOf(survey, codes)
  const erased = await deps.db.transaction().execute(async (trx) => {
    await lockSurvey(deps.db, trx, survey.id)
    const now = (await listDeliveries(trx, survey)).find(({ code }) => code === unitCode)
    // Fetched, or given back to the cards, while the pictures were being drawn.
    if (now?.delivery !== 'links' || now.waiting !== parts.length) return false
    for (const part of parts) if (!(await erasePart(trx, part))) return false
    await finishBatches(trx, survey)
    await moveState(trx, survey, ['draft'], 'cards')
    const details = { unit: unit.name, count: codes.length }
    await recordAct(deps, trx, by, { kind: 'package-fetched', survey: survey.slug, details })
    return true
  })
  if (!erased) throw await refusalFor(deps.db, survey, unit)
  return made
}

/** Removes what erasing left behind in the store's files; after the package has been sent, which must not wait for it. */
export async function eraseTraces(deps: AccessDeps): Promise<void> {
  await eraseDeleted(deps.db, 'code_batch_part')
}

async function findUnit(db: Db, survey: Survey, unitCode: string): Promise<UnitDelivery | undefined> {
  return (await listDeliveries(db, survey)).find(({ code }) => code === unitCode)
}

async function refusalFor(db: Db, survey: Survey, unit: UnitDelivery | undefined): Promise<Problem> {
  if (unit === undefined) return new Problem('not-found')
  const fetched = await listLinesOfKinds(db, survey.slug, ['package-fetched'])
  const [prefix = ''] = actWords({ kind: 'package-fetched', details: { unit: unit.name, count: 0 } }).split(
    ' 0 ',
  )
  const line = fetched.find(({ words }) => words.startsWith(`${prefix} `))
  if (line === undefined) return new Problem('package-none')
  const who = nameActor({ name: line.name, agency: { code: '', name: line.agency } })
  return new Problem('package-gone', { who, when: showHour(new Date(line.at)) })
}
