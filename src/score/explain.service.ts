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
  const planned = figure.of === 'unit' ? await plannedPeople(db, survey, figure.unit) : []
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

/** By group, with those of the units whose ballots count as this one's. */
async function plannedPeople(db: Db, survey: Survey, unit: string): Promise<PlanFacts['planned']> {
  const { countsFor } = scoredUnits(await listSurveyedUnits(db, survey))
  const inside = [...countsFor].flatMap(([code, into]) => (into === unit ? [code] : []))
  const people = new Map<string, number>()
  for (const { group_code, quota } of await listStrata(db, survey, [unit, ...inside]))
    people.set(group_code, (people.get(group_code) ?? 0) + quota)
  return [...people].map(([group, sum]) => ({ group, people: sum }))
}
