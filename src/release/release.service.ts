// Releases of scores: the first when the box has been opened, a later one by a recorded decision alone; and the exports,
// drawn from what was released. README, "The road", stop 7.
import { findOpening } from '../ballot/box.queries.ts'
import type { Db } from '../db/database.ts'
import { getRun, type IndexOutput } from '../index-calculator/index.service.ts'
import type { JobFile } from '../jobs/job.ts'
import { dayOf } from '../lib/clock.ts'
import type { Format, ScoresFormat } from '../lib/export-format.ts'
import { canonicalHash } from '../lib/json.ts'
import { xlsxOf } from '../lib/report-file.ts'
import { Problem } from '../lib/problem.ts'
import { deriveScores } from '../score/derive.ts'
import {
  findRelease,
  findStoredRelease,
  insertRelease,
  listReleaseAudits,
  listReleases,
  listUnreleased,
  type ReleaseAudit,
  type ReleaseNotes,
} from '../score/release.queries.ts'
import { readRelease, scoresRelease, withoutHash, type ScoresRelease } from '../score/release.ts'
import { countSurvey, getRelease } from '../score/score.service.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import { program, type Actor } from '../staff/actor.ts'
import { itemsOf } from '../survey/questionnaire.ts'
import { ScoringSettings, slipsOfScoring } from '../survey/settings.ts'
import { hasReached } from '../survey/survey.ts'
import {
  getSurveyById,
  listGroups,
  listQuestionnaires,
  listSurveyedUnits,
  lockSurvey,
  settingsOf,
  type Survey,
} from '../survey/survey.queries.ts'
import { unitChangesInWords } from '../survey/unit-change.ts'
import { fileOf, jsonOf, writeFileOf } from './files.ts'
import { listImportCodes } from './import-codes.queries.ts'
import { importCsv, importReport, importTable } from './import-table.ts'
import { makeFile } from './make-file.ts'
import { indexReport } from './tables.ts'
import { withTaker, type Taken } from './taken.ts'

type ReleaseDeps = LogDeps & { db: Db }

/** Releases the scores of an opened survey by its own settings; a survey that has a release keeps it. */
export async function makeFirstRelease(deps: ReleaseDeps, survey: Survey): Promise<ScoresRelease> {
  const before = await findRelease(deps.db, survey)
  if (before) return before
  const made = { madeOn: dayOf(deps.clock()), reason: '' }
  const { release, audit, notes } = await draw(deps.db, survey, settingsOf(survey).scoring, [], made)
  await deps.db.transaction().execute(async (trx) => {
    // Another process did so in the same moment: from the same ballots, hence the same.
    if (!(await insertRelease(trx, survey, release, audit, notes))) return
    const details = { version: release.version, hash: release.hash }
    await recordAct(deps, trx, program, { kind: 'scores-released', survey: survey.slug, details })
  })
  return getRelease(deps.db, survey)
}

/** For surveys that were opened before there were releases. */
export async function makeMissingReleases(deps: ReleaseDeps): Promise<void> {
  for (const id of await listUnreleased(deps.db))
    await makeFirstRelease(deps, await getSurveyById(deps.db, id))
}

/** By which scoring, and why: the decision that asks for it. */
export interface Correction {
  /** As in survey.json; what is missing has its default. */
  scoring: unknown
  reason: string
}

/**
 * Another version of the scores, by another way of scoring. It is audited together with all earlier ones: what would,
 * beside them, give somebody away is hidden in it.
 * @throws Problem not-opened, release-settings-wrong, release-reason-missing
 */
export async function correctRelease(
  deps: ReleaseDeps,
  by: Actor,
  survey: Survey,
  { scoring: wanted, reason }: Correction,
): Promise<ScoresRelease> {
  if (reason.trim() === '') throw new Problem('release-reason-missing')
  await getRelease(deps.db, survey)
  const earlier = await listReleaseAudits(deps.db, survey)
  const scoring = await checkedScoring(deps.db, survey, wanted, earlier)
  const made = { madeOn: dayOf(deps.clock()), reason: reason.trim() }
  const { release, audit, notes } = await draw(deps.db, survey, scoring, earlier, made)
  await deps.db.transaction().execute(async (trx) => {
    // An announcement names the version that is the newest then.
    await lockSurvey(deps.db, trx, survey.id)
    if (!(await insertRelease(trx, survey, release, audit, notes))) throw new Problem('job-running')
    const details = { version: release.version, hash: release.hash, reason: release.reason }
    await recordAct(deps, trx, by, { kind: 'scores-corrected', survey: survey.slug, details })
  })
  return release
}

async function checkedScoring(
  db: Db,
  survey: Survey,
  wanted: unknown,
  earlier: readonly ReleaseAudit[],
): Promise<ScoringSettings> {
  const refuse = (problem: string) => new Problem('release-settings-wrong', { problem })
  const parsed = ScoringSettings.safeParse(wanted)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw refuse(`ô “${issue?.path.join('.') ?? ''}” không đúng.`)
  }
  const scoring = parsed.data
  // Other ballots would count; those in one release and not in the other are few, and their answers the difference.
  if (earlier.some((each) => each.scoring.validShare !== scoring.validShare))
    throw refuse('không được đổi mức để phiếu hợp lệ (validShare) sau khi đã có bảng điểm.')
  // Another sum of the same few answers, which the audit of weights cannot tell from the first.
  if (earlier.some((each) => !sameWorth(each.scoring, scoring)))
    throw refuse(
      'không được đổi cách tính tỷ lệ của một câu hỏi (itemMethod, topOptions) sau khi đã có bảng điểm.',
    )
  const last = earlier.at(-1)?.scoring
  if (last && canonicalHash(last) === canonicalHash(scoring))
    throw refuse('cách tính này giống bản đang dùng.')
  const [slip] = slipsOfScoring(scoring, {
    groups: await listGroups(db, survey),
    items: new Set(
      (await listQuestionnaires(db, survey)).flatMap((each) => itemsOf(each).map(({ code }) => code)),
    ),
  })
  if (slip) throw refuse(slip.message.replace(/"([^"]*)"/g, '“$1”'))
  return scoring
}

function sameWorth(one: ScoringSettings, other: ScoringSettings): boolean {
  if (one.itemMethod !== other.itemMethod) return false
  return one.itemMethod !== 'top-box' || one.topOptions === other.topOptions
}

async function draw(
  db: Db,
  survey: Survey,
  scoring: ScoringSettings,
  earlier: readonly ReleaseAudit[],
  { madeOn, reason }: Pick<ScoresRelease, 'madeOn' | 'reason'>,
): Promise<{ release: ScoresRelease; audit: ReleaseAudit; notes: ReleaseNotes }> {
  const settings = { ...settingsOf(survey), scoring }
  const { design, counts } = await countSurvey(db, survey, scoring)
  const before = earlier.map((each) => each.published)
  const { scores, published } = await deriveScores(design, counts, settings.k, before)
  const opening = await findOpening(db, survey)
  const facts = {
    survey,
    openedOn: survey.opened_on,
    openedBy: opening?.opened_by ?? '',
    settings,
    version: earlier.length + 1,
    madeOn,
    reason,
    unitChanges: unitChangesInWords(await listSurveyedUnits(db, survey)),
  }
  return {
    release: scoresRelease(facts, scores),
    audit: { scoring, published },
    notes: { identical: counts.identical },
  }
}

/**
 * A stored version derived again, from the responses or from what is left of them. Only sentences are taken as
 * they are stored: they are no figures, and a later program may word them better.
 */
export async function deriveAgain(
  db: Db,
  survey: Survey,
  stored: ScoresRelease,
  audits: readonly ReleaseAudit[],
): Promise<ScoresRelease> {
  const scoring = audits[stored.version - 1]?.scoring ?? settingsOf(survey).scoring
  const earlier = audits.slice(0, stored.version - 1)
  const { release } = await draw(db, survey, scoring, earlier, stored)
  const content = withWordsOf(stored, release)
  return { ...content, hash: canonicalHash(withoutHash(content)) }
}

function withWordsOf(stored: ScoresRelease, release: ScoresRelease): ScoresRelease {
  const before = new Map(stored.levels.map((level) => [level.code, level.sensitivity]))
  const levels = release.levels.map((level) => ({
    ...level,
    sensitivity: level.sensitivity.map((each) => {
      const own = before
        .get(level.code)
        ?.find((one) => one.setting === each.setting && one.choice === each.choice)
      return { ...each, words: own?.words ?? each.words }
    }),
  }))
  return {
    ...release,
    opening: stored.opening,
    method: { ...release.method, words: stored.method.words },
    levels,
  }
}

/**
 * The newest release as a file. What takes long is made in a thread of its own.
 * @throws Problem not-opened before the opening, file-too-large
 */
export async function exportScores(
  db: Db,
  survey: Survey,
  format: ScoresFormat,
  taken: Taken,
): Promise<JobFile> {
  const name = `diem-dieu-tra-${survey.slug}`
  // As it was stored, whatever its form: its hash is over that.
  const text = await newestStored(db, survey)
  const stored = Buffer.from(text, 'utf8')
  switch (format) {
    case 'json':
      return fileOf(name, 'json', jsonOf(withTaker(JSON.parse(text) as object, taken)))
    case 'csv':
      return fileOf(name, 'csv', await makeFile({ kind: 'tables', stored, taken }))
    case 'xlsx':
      return fileOf(name, 'xlsx', await makeFile({ kind: 'workbook', stored, taken }))
    case 'csv-dai':
      return fileOf(`${name}-dai`, 'csv', await makeFile({ kind: 'long', stored, taken }))
    case 'nhap-xlsx':
    case 'nhap-csv': {
      const table = importTable(readRelease(text), await listImportCodes(db, survey))
      const own = `nhap-diem-${survey.slug}`
      return format === 'nhap-csv'
        ? fileOf(own, 'csv', importCsv(table))
        : fileOf(own, 'xlsx', await xlsxOf(importReport(table, taken)))
    }
  }
}

/** Not parsed here: of a very large release that alone would keep respondents waiting. */
async function newestStored(db: Db, survey: Survey): Promise<string> {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  const [newest] = await listReleases(db, survey)
  const text = newest === undefined ? undefined : await findStoredRelease(db, survey, newest.version)
  if (text === undefined) throw new Problem('release-unknown')
  return text
}

export async function exportIndex(
  survey: Survey,
  output: IndexOutput,
  format: Format,
  taken: Taken,
): Promise<JobFile> {
  return writeFileOf(`chi-so-${survey.slug}`, format, output, indexReport(output), taken)
}

export async function exportStoredIndex(
  db: Db,
  survey: Survey,
  runId: string,
  format: Format,
  taken: Taken,
): Promise<JobFile> {
  return exportIndex(survey, await getRun(db, survey, runId), format, taken)
}
