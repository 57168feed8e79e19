// From opened ballots to scores: the design and the counts are read, the arithmetic is aggregate(). Two doors: exact
// scores for the calculator and the making of a release, the stored release for everybody else. README, "The road", stop 5.
import { streamResponses } from '../ballot/box.queries.ts'
import type { Db } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { listSamples } from '../survey/sample.queries.ts'
import { hasReached } from '../survey/survey.ts'
import {
  listCriteriaSets,
  listGroups,
  listLevels,
  listQuestionnaires,
  listStrata,
  listSurveyedUnits,
  type Stratum,
  type Survey,
} from '../survey/survey.queries.ts'
import { aggregate, type ExactScores } from './aggregate.ts'
import { countAnswers, type AnswerRow, type Counts } from './counts.ts'
import type { SurveyDesign } from './design.ts'
import { findRelease } from './release.queries.ts'
import type { ScoresRelease } from './release.ts'

/**
 * Unrounded scores by this scoring, for the index calculator alone.
 * @throws Problem not-opened before the opening
 */
export async function exactScores(db: Db, survey: Survey, scoring: ScoringSettings): Promise<ExactScores> {
  const { design, counts } = await countSurvey(db, survey, scoring)
  return aggregate(design, counts)
}

/**
 * The survey in codes with its counted answers, for the making of a release: all that scores are derived from.
 * @throws Problem not-opened before the opening
 */
export async function countSurvey(
  db: Db,
  survey: Survey,
  scoring: ScoringSettings,
): Promise<{ design: SurveyDesign; counts: Counts }> {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  const strata = await listStrata(db, survey)
  const design = await designOf(db, survey, strata, scoring)
  return { design, counts: await countAnswers(design, () => answersOf(db, survey, strata)) }
}

/**
 * What pages, files and the CLI give out: the newest release as it was stored, or one of its versions.
 * @throws Problem not-opened, release-unknown
 */
export async function getRelease(db: Db, survey: Survey, version?: number): Promise<ScoresRelease> {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  const release = await findRelease(db, survey, version)
  if (!release) throw new Problem('release-unknown')
  return release
}

async function designOf(
  db: Db,
  survey: Survey,
  strata: Stratum[],
  scoring: ScoringSettings,
): Promise<SurveyDesign> {
  const samples = await listSamples(db, survey)
  const questionnaires = await listQuestionnaires(db, survey)
  const newest = (code: string) =>
    Math.max(...questionnaires.filter((each) => each.code === code).map((each) => each.version))
  return {
    levels: (await listLevels(db, survey)).filter((level) => level.surveyed === 1),
    units: await listSurveyedUnits(db, survey),
    groups: await listGroups(db, survey),
    strata: strata.map((stratum) => ({
      unit: stratum.unit_code,
      group: stratum.group_code,
      level: stratum.level,
      questionnaire: stratum.questionnaire,
      version: newest(stratum.questionnaire),
      planned: stratum.quota,
      issued: stratum.issued,
      returned: stratum.returned,
      population: samples.get(stratum.id)?.population ?? null,
    })),
    questionnaires,
    criteriaSets: await listCriteriaSets(db, survey),
    scoring,
  }
}

async function* answersOf(db: Db, survey: Survey, strata: Stratum[]): AsyncGenerator<AnswerRow[]> {
  const byId = new Map(strata.map((stratum) => [stratum.id, stratum]))
  for await (const page of streamResponses(db, survey))
    yield page.map(({ stratum_id, questionnaire, version, answers }) => {
      const stratum = byId.get(stratum_id)
      if (!stratum) throw new Error('a response names a stratum of another survey')
      return { unit: stratum.unit_code, group: stratum.group_code, questionnaire, version, answers }
    })
}
