// Exports of scores and of the index, drawn from the shown values alone. README, "The road", stop 7.
import type { Db } from '../db/database.ts'
import { getRun, type IndexOutput } from '../index-calculator/index.service.ts'
import type { JobFile } from '../jobs/job.ts'
import type { Format } from '../lib/export-format.ts'
import { shownScores } from '../score/score.service.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { writeFileOf } from './files.ts'
import { scoresRelease, type ScoresRelease } from './release.ts'
import { indexReport, scoresReport } from './tables.ts'

/** @throws Problem not-opened before the opening */
export async function getScoresRelease(db: Db, survey: Survey): Promise<ScoresRelease> {
  return scoresRelease(survey, await shownScores(db, survey))
}

export async function exportScores(db: Db, survey: Survey, format: Format): Promise<JobFile> {
  const release = await getScoresRelease(db, survey)
  return writeFileOf(`diem-dieu-tra-${survey.slug}`, format, release, scoresReport(release))
}

export async function exportIndex(survey: Survey, output: IndexOutput, format: Format): Promise<JobFile> {
  return writeFileOf(`chi-so-${survey.slug}`, format, output, indexReport(output))
}

export async function exportStoredIndex(
  db: Db,
  survey: Survey,
  runId: string,
  format: Format,
): Promise<JobFile> {
  return exportIndex(survey, await getRun(db, survey, runId), format)
}
