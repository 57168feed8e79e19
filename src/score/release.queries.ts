// The stored releases of a survey's scores: written once, read by every page, file and run of the index.
import { z } from 'zod'
import type { Db, Trx } from '../db/database.ts'
import { parseJson } from '../lib/json.ts'
import { ScoringSettings } from '../survey/settings.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { Published } from './published.ts'
import { readRelease, type ScoresRelease } from './release.ts'

/** Stored beside a release: by which scoring, and what the audit of a later one must know of it. */
const ReleaseAudit = z.object({ scoring: ScoringSettings, published: Published })
export type ReleaseAudit = z.infer<typeof ReleaseAudit>

/** Beside a release, for the council alone; what an earlier program stored knows nothing of it. */
const ReleaseNotes = z.object({ identical: z.array(z.string()).optional() })
export type ReleaseNotes = z.infer<typeof ReleaseNotes>

/** What a list of releases says. */
export interface ReleaseEntry {
  version: number
  made_on: string
  reason: string
  hash: string
}

/** False where the version is there already: somebody else made it in the same moment. */
export async function insertRelease(
  trx: Trx,
  survey: Survey,
  release: ScoresRelease,
  audit: ReleaseAudit,
  notes: ReleaseNotes,
): Promise<boolean> {
  const result = await trx
    .insertInto('score_release')
    .values({
      survey_id: survey.id,
      version: release.version,
      content: JSON.stringify(release),
      audit: JSON.stringify(audit),
      hash: release.hash,
      made_on: release.madeOn,
      reason: release.reason,
      notes: JSON.stringify(notes),
    })
    .onConflict((conflict) => conflict.columns(['survey_id', 'version']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The newest first. */
export async function listReleases(db: Db, survey: Survey): Promise<ReleaseEntry[]> {
  return db
    .selectFrom('score_release')
    .select(['version', 'made_on', 'reason', 'hash'])
    .where('survey_id', '=', survey.id)
    .orderBy('version', 'desc')
    .execute()
}

/** The newest, or a version of it. */
export async function findRelease(
  db: Db,
  survey: Survey,
  version?: number,
): Promise<ScoresRelease | undefined> {
  const text = await findStoredRelease(db, survey, version)
  return text === undefined ? undefined : readRelease(text)
}

/** The JSON text as it was stored, which its hash is over: for whoever checks it or gives it out as it is. */
export async function findStoredRelease(
  db: Db,
  survey: Survey,
  version?: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('score_release')
    .select('content')
    .where('survey_id', '=', survey.id)
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.content
}

export async function findReleaseNotes(db: Db, survey: Survey, version: number): Promise<ReleaseNotes> {
  const row = await db
    .selectFrom('score_release')
    .select('notes')
    .where('survey_id', '=', survey.id)
    .where('version', '=', version)
    .executeTakeFirst()
  return parseJson(ReleaseNotes, row?.notes ?? '{}')
}

/** What all releases gave away, the oldest first. */
export async function listReleaseAudits(db: Db, survey: Survey): Promise<ReleaseAudit[]> {
  const rows = await db
    .selectFrom('score_release')
    .select('audit')
    .where('survey_id', '=', survey.id)
    .orderBy('version')
    .execute()
  return rows.map((row) => parseJson(ReleaseAudit, row.audit))
}

/** Ids of surveys whose box is open and whose scores were never released: opened by an older program, or just now. */
export async function listUnreleased(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('survey')
    .select('survey.id')
    .where('survey.state', 'in', ['opened', 'released'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('score_release')
            .select('score_release.version')
            .whereRef('score_release.survey_id', '=', 'survey.id'),
        ),
      ),
    )
    .execute()
  return rows.map((row) => row.id)
}
