// Criteria that rest on one question: what their points say is what single people answered. The validator and the page of settings
// warn of them.
import { leavesOf, type CriteriaSet, type Criterion } from './criteria.ts'
import { itemsOf, type Questionnaire } from './questionnaire.ts'

/** Per level the survey criteria to which no group of it is asked two questions. Of a questionnaire the newest version counts. */
export function criteriaOnOneItem(
  sets: readonly CriteriaSet[],
  groups: readonly { level: string; questionnaire: string }[],
  questionnaires: readonly Questionnaire[],
): { level: string; criteria: Criterion[] }[] {
  const newest = new Map<string, Questionnaire>()
  for (const each of questionnaires.toSorted((a, b) => a.version - b.version)) newest.set(each.code, each)
  return sets.flatMap((set) => {
    const asked = groups
      .filter(({ level }) => level === set.level)
      .flatMap(({ questionnaire }) => newest.get(questionnaire) ?? [])
      .map(itemsOf)
    const criteria = leavesOf(set, 'survey').filter(({ code }) => {
      const most = Math.max(
        0,
        ...asked.map((items) => items.filter((item) => item.criterion === code).length),
      )
      return most === 1
    })
    return criteria.length === 0 ? [] : [{ level: set.level, criteria }]
  })
}
