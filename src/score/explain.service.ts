// Explains a figure of a stored release, with the names and numbers of people of the plan beside it.
import type { Db } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import { domainOf } from '../survey/criteria.ts'
import {
  listCriteriaSets,
  listGroups,
  listLevels,
  listStrata,
  type Survey,
} from '../survey/survey.queries.ts'
import { explain, type Explanation, type Figure } from './explain.ts'
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
  const strata = figure.of === 'unit' ? await listStrata(db, survey, [figure.unit]) : []
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
      planned: strata.map(({ group_code, quota }) => ({ group: group_code, people: quota })),
    },
    figure,
  )
  if (!explanation) throw new Problem('figure-unknown')
  return explanation
}
