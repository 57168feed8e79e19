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
  type Unit,
} from '../survey/survey.queries.ts'
import { scoredUnits } from '../survey/unit-change.ts'
import { aggregate, type ExactScores } from './aggregate.ts'
import { countAnswers, type AnswerRow, type Counts } from './counts.ts'
import { pooledStrata, type SurveyDesign } from './design.ts'
import { findRelease } from './release.queries.ts'
import type { ScoresRelease } from './release.ts'
import { findSums } from './sums.queries.ts'
import { countingChoices, countsOf, type ResponseSums } from './sums.ts'

/**
 * Unrounded scores by this scoring, for the index calculator alone: from the responses, or from the sums that are left of
 * them.
 * @throws Problem not-opened before the opening
 */
export async function exactScores(db: Db, survey: Survey, scoring: ScoringSettings): Promise<ExactScores> {
  const { design, counts } = await countSurvey(db, survey, scoring)
  return aggregate(design, counts)
}

/**
 * The responses as sums, for every way of counting that stays open, and how many responses were read.
 * @param each called before each way: all responses are read for it
 */
export async function sumResponses(
  db: Db,
  survey: Survey,
  scoring: ScoringSettings,
  each: () => Promise<void> = () => Promise.resolve(),
): Promise<{ sums: ResponseSums; ballots: number }> {
  const source = await sourceOf(db, survey)
  const choices: ResponseSums['choices'] = []
  for (const choice of countingChoices(scoring.validShare)) {
    await each()
    const design = await designOf(db, survey, source, { ...scoring, ...choice })
    const counts = await countAnswers(design, () => answersOf(db, survey, source.strata))
    choices.push({ ...choice, counts })
  }
  const ballots = choices[0]?.counts.strata.reduce((sum, stratum) => sum + stratum.ballots, 0) ?? 0
  return { sums: { schema: 'response-sums/1', choices }, ballots }
}

/**
 * The survey in codes with its counted answers, or the sums that are left of them, for the making of a release: all that
 * scores are derived from.
 * @throws Problem not-opened before the opening
 */
export async function countSurvey(
  db: Db,
  survey: Survey,
  scoring: ScoringSettings,
): Promise<{ design: SurveyDesign; counts: Counts }> {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  const source = await sourceOf(db, survey)
  const design = await designOf(db, survey, source, scoring)
  const left = await countsLeft(db, survey, scoring)
  if (left) return { design, counts: left }
  const counts = await countAnswers(design, () => answersOf(db, survey, source.strata))
  // Destroyed while they were counted page by page: some may be missing. Sums come in as responses go, all at once.
  return { design, counts: (await countsLeft(db, survey, scoring)) ?? counts }
}

async function countsLeft(db: Db, survey: Survey, scoring: ScoringSettings): Promise<Counts | undefined> {
  const left = await findSums(db, survey)
  return left && countsOf(left, scoring)
}

/** A merged unit's ballots count where it was decided before the opening: as its successor's. */
async function sourceOf(db: Db, survey: Survey): Promise<{ units: Unit[]; strata: Stratum[] }> {
  const { units, countsFor } = scoredUnits(await listSurveyedUnits(db, survey))
  const strata = (await listStrata(db, survey)).map((stratum) => ({
    ...stratum,
    unit_code: countsFor.get(stratum.unit_code) ?? stratum.unit_code,
  }))
  return { units, strata }
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
  { units, strata }: { units: Unit[]; strata: Stratum[] },
  scoring: ScoringSettings,
): Promise<SurveyDesign> {
  const samples = await listSamples(db, survey)
  const questionnaires = await listQuestionnaires(db, survey)
  const newest = (code: string) =>
    Math.max(...questionnaires.filter((each) => each.code === code).map((each) => each.version))
  return {
    levels: (await listLevels(db, survey)).filter((level) => level.surveyed === 1),
    units,
    groups: await listGroups(db, survey),
    strata: pooledStrata(
      strata.map((stratum) => ({
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
    ),
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
