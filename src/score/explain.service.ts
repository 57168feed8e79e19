// Explains a figure of a stored release, with the names and numbers of people of the plan beside it.
import type { Db } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import { domainOf } from '../survey/criteria.ts'
import {
  listCriteriaSets,
  listGroups,
  listLevels,
  listStrata,
  listSurveyedUnits,
  type Survey,
} from '../survey/survey.queries.ts'
import { scoredUnits } from '../survey/unit-change.ts'
import { explain, type Explanation, type Figure, type PlanFacts } from './explain.ts'
import { getRelease } from './score.service.ts'

/** @throws Problem not-opened, release-unknown, figure-unknown */
export async function explainFigure(
  db: Db,
  survey: Survey,
  figure: Figure,
  version?: number,
): Promise<Explanation> {
  const release = await getRelease(db, survey, version)
  const levels = await listLevels(db, survey)
  const groups = await listGroups(db, survey)
  const sets = await listCriteriaSets(db, survey)
  const planned = figure.of === 'unit' ? await plannedOf(db, survey, figure.unit) : []
  const explanation = explain(
    release,
    {
      levelName: (level) => levels.find(({ code }) => code === level)?.name ?? level,
      groupName: (level, group) =>
        groups.find((each) => each.level === level && each.code === group)?.name ?? group,
      domainOf: (level, criterion) => {
        const set = sets.find((each) => each.level === level)
        const row = set?.rows.find(({ code }) => code === criterion)
        return set && row && domainOf(set, row).code
      },
      planned,
    },
    figure,
  )
  if (!explanation) throw new Problem('figure-unknown')
  return explanation
}

/** By group, those of merged units included whose ballots count as this unit's. */
async function plannedOf(db: Db, survey: Survey, unit: string): Promise<PlanFacts['planned']> {
  const { countsFor } = scoredUnits(await listSurveyedUnits(db, survey))
  const merged = [...countsFor].filter(([, successor]) => successor === unit).map(([code]) => code)
  const planned = new Map<string, number>()
  for (const { group_code, quota } of await listStrata(db, survey, [unit, ...merged]))
    planned.set(group_code, (planned.get(group_code) ?? 0) + quota)
  return [...planned].map(([group, people]) => ({ group, people }))
}
