// Reads and changes the codes of the other program, with the act in the log.
import type { Db } from '../db/database.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import {
  listCriteriaSets,
  listLevels,
  listSurveyedUnits,
  lockSurvey,
  type Survey,
} from '../survey/survey.queries.ts'
import { checkCodes, codePlaces, keyOf, type CodePlace, type CodesResult } from './import-codes.ts'
import { listImportCodes, replaceImportCodes } from './import-codes.queries.ts'

export async function listPlaces(db: Db, survey: Survey): Promise<CodePlace[]> {
  const levels = (await listLevels(db, survey)).filter(({ surveyed }) => surveyed === 1)
  return codePlaces(levels, await listCriteriaSets(db, survey), await listSurveyedUnits(db, survey))
}

/** Stores what was typed, unless something is wrong with it; nothing is stored then. */
export async function saveImportCodes(
  deps: LogDeps & { db: Db },
  by: Actor,
  survey: Survey,
  typed: ReadonlyMap<string, string>,
): Promise<CodesResult> {
  const places = await listPlaces(deps.db, survey)
  return deps.db.transaction().execute(async (trx) => {
    await lockSurvey(deps.db, trx, survey.id)
    const result = checkCodes(places, await listImportCodes(trx, survey), typed)
    if (!result.ok) return result
    await replaceImportCodes(trx, survey, places, result.codes)
    const details = { count: places.filter((place) => result.codes.get(keyOf(place)) !== place.code).length }
    await recordAct(deps, trx, by, { kind: 'import-codes-set', survey: survey.slug, details })
    return result
  })
}
