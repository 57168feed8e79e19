// Makes a survey out of a checked definition, in one transaction: all of it or nothing.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db, Trx } from '../db/database.ts'
import { isUniqueViolation } from '../db/constraint.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import { projectRoot } from '../lib/root.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { insertMissingAgencies } from '../staff/staff.queries.ts'
import type { SurveyDefinition } from './definition.ts'
import { describeError, readFolder } from './folder.ts'
import type { FolderError, FolderFiles } from './folder-table.ts'
import { Slug, type SurveyDetails } from './survey.ts'
import { getSurvey, lockSurvey, settingsOf, type Survey } from './survey.queries.ts'

export const defaultTemplate = 'binh-phuoc-2022'
const templatesFolder = join(projectRoot, 'src', 'survey', 'templates')

/** Names of the templates that come with the product. */
export async function listTemplates(): Promise<string[]> {
  const entries = await readdir(templatesFolder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

export async function createSurveyFromTemplate(
  deps: SurveyDeps,
  by: Actor,
  template: string,
  slug: string,
): Promise<CreatedSurvey> {
  const templates = await listTemplates()
  if (!templates.includes(template))
    throw new Problem('template-unknown', { template, templates: templates.join(', ') })
  return createSurveyFromFolder(deps, by, join(templatesFolder, template), slug)
}

export interface SurveyDeps extends LogDeps {
  db: Db
}

export interface CreatedSurvey {
  survey: Survey
  warnings: FolderError[]
}

/** Reads a folder (README, "Folder format") and stores it as a draft. */
export async function createSurveyFromFolder(
  deps: SurveyDeps,
  by: Actor,
  folder: string,
  slug: string,
): Promise<CreatedSurvey> {
  if (!Slug.safeParse(slug).success) throw new Problem('slug-wrong')
  const result = readFolder(await filesOf(folder))
  if (!result.ok) throw folderProblem(result.errors)
  return { survey: await createSurvey(deps, by, result.definition, slug), warnings: result.warnings }
}

const mostErrorsShown = 50

function folderProblem(errors: FolderError[]): Problem {
  const shown = errors.slice(0, mostErrorsShown).map(describeError)
  const rest = errors.length - shown.length
  if (rest > 0) shown.push(`… và ${rest} lỗi khác.`)
  return new Problem('folder-wrong', { count: errors.length, list: shown.join('\n') })
}

/** Only what the format knows is looked at, so that a wrong path does not read a whole disk. */
async function filesOf(folder: string): Promise<FolderFiles> {
  const files = new Map<string, string>()
  try {
    const names = await readdir(folder)
    const questionnaires = names.includes('questionnaires')
      ? await readdir(join(folder, 'questionnaires'))
      : []
    for (const name of [...names, ...questionnaires.map((each) => `questionnaires/${each}`)]) {
      if (/\.(csv|json)$/.test(name)) files.set(name, await readFile(join(folder, name), 'utf8'))
    }
  } catch (error) {
    throw new Problem('file-unreadable', { file: folder, reason: reasonOf(error) })
  }
  return files
}

/** The operating system's refusal in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'không có tệp hoặc thư mục này. Hãy kiểm tra lại đường dẫn.'
  if (code === 'EACCES' || code === 'EPERM') return 'không có quyền truy cập. Hãy kiểm tra quyền của tệp.'
  if (code === 'EISDIR' || code === 'ENOTDIR')
    return 'đường dẫn không đúng loại (tệp hay thư mục). Hãy kiểm tra lại.'
  if (code === 'EEXIST') return 'đã có tệp này. Hãy chọn tên khác.'
  if (code === 'ENOSPC') return 'ổ đĩa đã đầy. Hãy giải phóng chỗ trống.'
  return 'hệ điều hành từ chối. Hãy kiểm tra đường dẫn và quyền của tệp.'
}

async function createSurvey(
  deps: SurveyDeps,
  by: Actor,
  definition: SurveyDefinition,
  slug: string,
): Promise<Survey> {
  const { db } = deps
  const { head } = definition
  const id = randomId()
  try {
    await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('survey')
        .values({
          id,
          slug,
          title: head.title,
          year: head.year,
          state: 'draft',
          organiser: head.organiser,
          plan_number: head.plan.number,
          plan_date: head.plan.date,
          plan_title: head.plan.title,
          contact_office: head.contact.office,
          contact_phone: head.contact.phone,
          illustrative: head.illustrative ? 1 : 0,
          rehearsal: 0,
          settings: JSON.stringify(head.settings),
          public_key: null,
          ballot_size: null,
          created_on: dayOf(deps.clock()),
          opened_on: null,
        })
        .execute()
      await insertDesign(trx, id, definition)
      await insertQuestions(trx, id, definition)
      await insertMissingAgencies(trx, agenciesOf(definition))
      await recordAct(deps, trx, by, { kind: 'survey-made', survey: slug })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('slug-taken', { slug })
    throw error
  }
  return getSurvey(db, slug)
}

/** Whoever is surveyed may send a focal point: their units become agencies that accounts can belong to. */
function agenciesOf({ levels, units }: SurveyDefinition): { code: string; name: string }[] {
  const surveyed = levels.filter((level) => level.surveyed).map(({ code }) => code)
  return units.filter(({ level }) => surveyed.includes(level)).map(({ code, name }) => ({ code, name }))
}

/** Levels, units, groups and strata: whom the plan asks. */
async function insertDesign(trx: Trx, survey_id: string, definition: SurveyDefinition): Promise<void> {
  const { levels, units, groups, strata } = definition
  await trx
    .insertInto('survey_level')
    .values(
      levels.map((level) => ({
        survey_id,
        code: level.code,
        name: level.name,
        position: level.order,
        surveyed: level.surveyed ? 1 : 0,
      })),
    )
    .execute()
  const unitIds = new Map(units.map((unit) => [unit.code, randomId()]))
  const idOf = (unit: string) => unitIds.get(unit) ?? ''
  for (const some of chunks(units)) {
    await trx
      .insertInto('unit')
      .values(
        some.map((unit) => ({
          id: idOf(unit.code),
          survey_id,
          code: unit.code,
          name: unit.name,
          short_name: unit.short_name,
          plan_name: unit.name,
          plan_short_name: unit.short_name,
          level: unit.level,
          block: unit.block,
          parent: unit.parent || null,
          position: unit.order,
        })),
      )
      .execute()
  }
  await trx
    .insertInto('respondent_group')
    .values(
      groups.map((group) => ({
        survey_id,
        level: group.level,
        code: group.code,
        name: group.name,
        questionnaire: group.questionnaire,
        position: group.order,
      })),
    )
    .execute()
  for (const some of chunks(strata)) {
    await trx
      .insertInto('stratum')
      .values(
        some.map((stratum) => ({
          id: randomId(),
          survey_id,
          unit_id: idOf(stratum.unit),
          group_code: stratum.group,
          quota: stratum.quota,
          plan_quota: stratum.quota,
          reserve_quota: stratum.reserve,
          cap: stratum.quota,
          issued: 0,
          reserve: 0,
          opened: 0,
          returned: 0,
          refused_full: 0,
        })),
      )
      .execute()
  }
}

async function insertQuestions(
  trx: Trx,
  survey_id: string,
  { questionnaires, criteriaSets }: SurveyDefinition,
): Promise<void> {
  for (const questionnaire of questionnaires) {
    const { code, version } = questionnaire
    await trx
      .insertInto('questionnaire')
      .values({ survey_id, code, version, definition: JSON.stringify(questionnaire) })
      .execute()
  }
  for (const set of criteriaSets) {
    await trx
      .insertInto('criteria_set')
      .values({ survey_id, level: set.level, definition: JSON.stringify(set) })
      .execute()
  }
}

/** Rows in groups that fit one statement on both databases. */
function* chunks<Each>(all: Each[]): Generator<Each[]> {
  for (let at = 0; at < all.length; at += 500) yield all.slice(at, at + 500)
}

/** Stores an officer's corrections; refused once the first cards are printed, because they carry these words. */
export async function updateDetails(
  deps: SurveyDeps,
  by: Actor,
  survey: Survey,
  details: SurveyDetails,
): Promise<void> {
  const { layout, ...words } = details
  await deps.db.transaction().execute(async (trx) => {
    // As they are now: the page that sent this may be old, and another page changes other settings.
    const settings = JSON.stringify({ ...settingsOf(await lockSurvey(deps.db, trx, survey.id)), layout })
    const result = await trx
      .updateTable('survey')
      .set({ ...words, settings })
      .where('id', '=', survey.id)
      .where('state', '=', 'draft')
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) throw new Problem('survey-frozen')
    await recordAct(deps, trx, by, { kind: 'survey-changed', survey: survey.slug })
  })
}
