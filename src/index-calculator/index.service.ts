// Appraised points + exact survey scores → a stored run of the index. The run keeps its inputs, so that anybody can
// compute it again; what it gives out are shown values only. README, "The road", stop 6.
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { isUniqueViolation } from '../db/constraint.ts'
import type { Db } from '../db/database.ts'
import { dayOf } from '../lib/clock.ts'
import { canonicalHash, parseJson } from '../lib/json.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import type { ExactScores } from '../score/aggregate.ts'
import { exactText } from '../score/exact.ts'
import { listReleaseAudits } from '../score/release.queries.ts'
import { withoutHash, type ScoresRelease } from '../score/release.ts'
import { exactScores, getRelease } from '../score/score.service.ts'
import { ScoringSettings } from '../survey/settings.ts'
import { listCriteriaSets, listSurveyedUnits, settingsOf, type Survey } from '../survey/survey.queries.ts'
import { scoredUnits } from '../survey/unit-change.ts'
import { parseAppraised, type AppraisedProblem, type AppraisedRecord } from './appraised.ts'
import { computeIndex, showIndex, type IndexInput, type ShownIndexRow } from './calculate.ts'
import { findRun, insertRun, listRuns, type StoredRun } from './index.queries.ts'

const count = z.number().nullable()
const IndexRow = z.object({
  code: z.string(),
  name: z.string(),
  level: z.string(),
  block: z.string(),
  appraised: z.number(),
  survey: count,
  bonus: z.number(),
  penalty: z.number(),
  total: count,
  scale: count,
  index: count,
  rank: count,
  tied: z.boolean(),
  grade: z.string().nullable().optional(),
  fallback: z.enum(['lowest-of-level', 'zero', 'leaves-scale']).optional(),
  domains: z.array(z.object({ code: z.string(), max: count, points: count })),
})

/** The published form of a run, "index-run/1": points and index with 2 decimals, null where nothing may be shown. */
export const IndexOutput = z.object({
  schema: z.literal('index-run/1'),
  survey: z.object({ slug: z.string(), title: z.string(), year: z.number() }),
  method: z.object({
    formula: z.string(),
    ranking: z.string(),
    k: z.number(),
    /** From which release the survey points are; missing in runs made before there were releases. */
    release: z.object({ version: z.int(), hash: z.string() }).optional(),
    illustrative: z.boolean(),
    rehearsal: z.boolean(),
    computedOn: z.string(),
    /** How the scores were made and what became of units with too few answers; missing in older runs. */
    words: z.array(z.string()).optional(),
    /** Grades of the index, the highest first; missing where the survey has none. */
    bands: z.array(z.object({ from: z.string(), name: z.string() })).optional(),
  }),
  units: z.array(IndexRow),
  /** SHA-256 of the RFC 8785 form of everything else. */
  hash: z.string(),
})
export type IndexOutput = z.infer<typeof IndexOutput>

/** What a stored run was computed from; survey points as exact fractions, for recomputing and never for showing. */
const RunInput = z.object({
  appraised: z.array(z.tuple([z.string(), z.string(), z.string()])),
  survey: z.array(z.tuple([z.string(), z.string(), z.string().nullable()])),
  k: z.number(),
  /** Missing in runs made before there was a choice: the defaults of scoring then. */
  rules: ScoringSettings.pick({ belowThreshold: true, minimumReturn: true, bands: true }).optional(),
})
type RunInput = z.infer<typeof RunInput>

/**
 * Computes and stores a run.
 * @param csv text with the columns `unit,criterion,points`; empty points = does not apply
 * @throws Problem appraised-wrong with every slip of the file; nothing is stored then
 */
export async function computeIndexRun(
  deps: LogDeps & { db: Db },
  by: Actor,
  survey: Survey,
  csv: string,
): Promise<{ id: string; output: IndexOutput }> {
  const { db } = deps
  const release = await getRelease(db, survey)
  const [audit] = (await listReleaseAudits(db, survey)).slice(-1)
  const scoring = audit?.scoring ?? settingsOf(survey).scoring
  const exact = await exactScores(db, survey, scoring)
  const records = readRecords(csv)
  const { k } = settingsOf(survey)
  const rows = await rowsOf(db, survey, { records, exact, release, k, scoring })
  const made = { computedOn: dayOf(deps.clock()), words: release.method.words }
  const output = outputOf(survey, release, scoring, rows, made)
  const { belowThreshold, minimumReturn, bands } = scoring
  const input: RunInput = {
    appraised: records.map((record) => [record.unit, record.criterion, record.points]),
    survey: surveyInput(exact),
    k,
    rules: { belowThreshold, minimumReturn, bands },
  }
  return { id: await storeRun(deps, by, survey, input, output), output }
}

interface RunSource {
  records: AppraisedRecord[]
  exact: ExactScores
  release: ScoresRelease
  k: number
  scoring: IndexInput['scoring']
}

/** @throws Problem appraised-wrong */
async function rowsOf(
  db: Db,
  survey: Survey,
  { records, exact, release, k, scoring }: RunSource,
): Promise<ShownIndexRow[]> {
  const { units } = scoredUnits(await listSurveyedUnits(db, survey))
  const criteriaSets = await listCriteriaSets(db, survey)
  const parsed = parseAppraised({ units, criteriaSets }, records)
  if (!parsed.ok) throw appraisedProblem(parsed.problems)
  const shown = release.units
  return showIndex(computeIndex({ units, criteriaSets, exact, shown, k, scoring, ...parsed.points }))
}

/**
 * A stored run computed again from the responses, or from the sums that are left of them; `input` hashes its exact survey
 * points. A run that is older than releases is set beside the first of them.
 */
export async function recomputeRun(
  db: Db,
  survey: Survey,
  run: StoredRun,
): Promise<{ stored: { output: string; input: string }; again: { output: string; input: string } }> {
  const output = parseJson(IndexOutput, run.output)
  const input = parseJson(RunInput, run.input)
  const version = output.method.release?.version ?? 1
  const scoring = (await listReleaseAudits(db, survey))[version - 1]?.scoring ?? settingsOf(survey).scoring
  const rules = input.rules ?? scoring
  const exact = await exactScores(db, survey, scoring)
  const release = await getRelease(db, survey, version)
  const records = input.appraised.map(([unit, criterion, points], at) => ({
    row: at + 1,
    unit,
    criterion,
    points,
  }))
  const rows = await rowsOf(db, survey, { records, exact, release, k: input.k, scoring: rules })
  const made = outputOf(survey, release, rules, rows, output.method)
  // Words are no figures: they are taken as stored. Nor does an older run name a release.
  const { formula, ranking } = output.method
  const { release: of, ...method } = { ...made.method, formula, ranking }
  const named = output.method.release === undefined ? {} : { release: of }
  const again = { ...withoutHash(made), method: { ...method, ...named } }
  return {
    stored: { output: run.hash, input: canonicalHash(input.survey) },
    again: { output: canonicalHash(again), input: canonicalHash(surveyInput(exact)) },
  }
}

function outputOf(
  survey: Survey,
  release: ScoresRelease,
  { bands }: Pick<ScoringSettings, 'bands'>,
  units: ShownIndexRow[],
  { computedOn, words }: Pick<IndexOutput['method'], 'computedOn' | 'words'>,
): IndexOutput {
  const content = {
    schema: 'index-run/1' as const,
    survey: { slug: survey.slug, title: survey.title, year: survey.year },
    method: {
      formula:
        'Chỉ số = (điểm thẩm định + điểm điều tra + điểm thưởng - điểm trừ) / thang điểm áp dụng x 100 %',
      ranking:
        'Xếp hạng theo khối trên giá trị không làm tròn; bằng nhau cùng hạng, hạng sau cách ra (1, 2, 2, 4). Điểm và Chỉ số in ra tính từ điểm điều tra đã in',
      k: release.method.k,
      release: { version: release.version, hash: release.hash },
      illustrative: survey.illustrative === 1,
      rehearsal: survey.rehearsal === 1,
      computedOn,
      ...(words === undefined ? {} : { words }),
      ...(bands.length === 0 ? {} : { bands }),
    },
    units,
  }
  return { ...content, hash: canonicalHash(content) }
}

function surveyInput(exact: ExactScores): RunInput['survey'] {
  return exact.units.flatMap((unit) =>
    unit.criteria.map((each): RunInput['survey'][number] => [
      unit.code,
      each.code,
      each.points === null ? null : exactText(each.points),
    ]),
  )
}

async function storeRun(
  deps: LogDeps & { db: Db },
  by: Actor,
  survey: Survey,
  input: RunInput,
  output: IndexOutput,
): Promise<string> {
  const latest = (await listRuns(deps.db, survey))[0]?.number ?? 0
  const run: StoredRun = {
    id: randomId(),
    survey_id: survey.id,
    number: latest + 1,
    input: JSON.stringify(input),
    output: JSON.stringify(output),
    hash: output.hash,
    computed_on: output.method.computedOn,
  }
  try {
    await deps.db.transaction().execute(async (trx) => {
      await insertRun(trx, run)
      const details = { number: run.number }
      await recordAct(deps, trx, by, { kind: 'index-computed', survey: survey.slug, details })
    })
    return run.id
  } catch (error) {
    // Somebody else computed at the same moment and took the number.
    if (isUniqueViolation(error)) throw new Problem('job-running')
    throw error
  }
}

/** @throws Problem run-unknown */
export async function getRun(db: Db, survey: Survey, id: string): Promise<IndexOutput> {
  const run = await findRun(db, survey, id)
  if (!run) throw new Problem('run-unknown')
  return parseJson(IndexOutput, run.output)
}

const columns = ['unit', 'criterion', 'points']
/** For the eyes of who fills it in; not read. */
const helpColumns = ['unit_name', 'criterion_name', 'max']

/** Splits the CSV and checks its header; rows are counted as a spreadsheet does. */
function readRecords(csv: string): AppraisedRecord[] {
  const lines = splitCsv(csv)
  const header = lines[0]?.map((name) => name.trim().toLowerCase()) ?? []
  const missing = columns.filter((name) => !header.includes(name))
  const unknown = header.filter((name) => ![...columns, ...helpColumns].includes(name))
  if (missing.length > 0 || unknown.length > 0 || new Set(header).size !== header.length) {
    const message =
      'tiêu đề phải có đủ ba cột unit, criterion, points, mỗi cột một lần. Hãy sửa dòng đầu của tệp theo tệp mẫu.'
    throw appraisedProblem([{ row: 1, column: null, message }])
  }
  const at = (name: string) => header.indexOf(name)
  // Numbered before empty rows are left out, so that a row is where a spreadsheet shows it.
  const rows = lines
    .map((cells, i) => ({ cells, row: i + 1 }))
    .slice(1)
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  checkCells(rows, header.length)
  return rows.map(({ cells, row }) => ({
    row,
    unit: (cells[at('unit')] ?? '').trim(),
    criterion: (cells[at('criterion')] ?? '').trim(),
    points: (cells[at('points')] ?? '').trim(),
  }))
}

/** "U1,1.2,3,5" would otherwise be 3 points, and a row that lost its last comma a criterion that does not apply. */
function checkCells(rows: { cells: string[]; row: number }[], titles: number): void {
  const problems = rows
    .filter(({ cells }) => cells.length !== titles)
    .map(({ cells, row }): AppraisedProblem => {
      const mend = 'Hãy kiểm tra dấu phân cách; điểm có dấu phẩy thập phân thì đặt trong ngoặc kép.'
      return { row, column: null, message: `có ${cells.length} ô, tiêu đề có ${titles} cột. ${mend}` }
    })
  if (problems.length > 0) throw appraisedProblem(problems)
}

function splitCsv(csv: string): string[][] {
  try {
    // Excel in Việt Nam separates by semicolons, because the comma is its decimal sign.
    const delimiter = (csv.split(/\r?\n/, 1)[0] ?? '').includes(';') ? ';' : ','
    return parse(csv, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: false,
      delimiter,
    })
  } catch {
    const message = 'không đọc được dạng CSV. Hãy lưu lại tệp ở dạng CSV UTF-8.'
    throw appraisedProblem([{ row: null, column: null, message }])
  }
}

const mostShown = 50

function appraisedProblem(problems: AppraisedProblem[]): Problem {
  const lines = problems.slice(0, mostShown).map(({ row, column, message }) => {
    const place = [row === null ? '' : `dòng ${row}`, column === null ? '' : `cột ${column}`].filter(
      (part) => part !== '',
    )
    return place.length === 0 ? message : `${place.join(', ')}: ${message}`
  })
  if (problems.length > mostShown) lines.push(`… và ${problems.length - mostShown} lỗi khác.`)
  return new Problem('appraised-wrong', { count: problems.length, list: lines.join('\n') })
}

/** The file to fill in: every unit with every appraised criterion by name, points left empty. Header first. */
export async function appraisedTemplate(db: Db, survey: Survey): Promise<string[][]> {
  const sets = new Map((await listCriteriaSets(db, survey)).map((set) => [set.level, set]))
  const rows = scoredUnits(await listSurveyedUnits(db, survey)).units.flatMap((unit) =>
    (sets.get(unit.level)?.rows ?? [])
      .filter((row) => row.method === 'appraised')
      .map((row) => [unit.code, row.code, '', unit.name, row.name, row.max]),
  )
  return [[...columns, ...helpColumns], ...rows]
}
