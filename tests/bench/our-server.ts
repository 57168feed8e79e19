// Our real program over a fresh SQLite database, with two surveys that collect: the template of a province, one
// questionnaire of which has thirty items in seven sections and a great many cards. Everything is made by the services.
//   node our-server.ts DATA_DIR CARDS
import { operator } from '../../src/staff/actor.ts'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { findCode } from '../../src/access/access.queries.ts'
import { codeKey, issueCodes, listUnprintedCodes, markPrinted } from '../../src/access/batch.service.ts'
import { hashCode } from '../../src/access/code.ts'
import { MissLimiter, redeemCode } from '../../src/access/redeem.service.ts'
import { countBallots, countReceipts } from '../../src/ballot/box.queries.ts'
import { startCollecting } from '../../src/ballot/collecting.service.ts'
import { sealAnswers } from '../../src/ballot/submit.service.ts'
import { readConfig } from '../../src/config.ts'
import { makeAnswers, seededRandom } from '../../src/rehearsal/answers.ts'
import { projectRoot } from '../../src/lib/root.ts'
import { startServer } from '../../src/main.ts'
import { startAnswering } from '../../src/response/answering.ts'
import { newReceipt } from '../../src/response/receipt.ts'
import { createSurveyFromFolder, defaultTemplate } from '../../src/survey/survey.service.ts'
import { getSurvey, listQuestionnaires, type Survey } from '../../src/survey/survey.queries.ts'
import { answerQuestions } from './child.ts'
import type { Layout } from './journey.ts'

const [dataDir, cards] = process.argv.slice(2)
if (dataDir === undefined || cards === undefined) throw new Error('name the data folder and the cards')

const unit = 'SNV'
const group = 'LDP'
const questionnaireCode = 'so-ldp'

const { deps, address, stop } = await startServer(
  readConfig({ DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' }),
)
const surveys = { 'one-page': await openSurvey('one-page'), sections: await openSurvey('sections') }

answerQuestions(
  {
    port: () => Number(new URL(address).port),
    about: async () => {
      const [row] = (await sql<{ version: string }>`select sqlite_version() as version`.execute(deps.db)).rows
      return { sqlite: row?.version }
    },
    codes: () => ({ 'one-page': surveys['one-page'].codes, sections: surveys.sections.codes }),
    ballotBytes: async () => (await exampleOf(surveys.sections.survey)).sealed.length,
    stored: async () => ({
      'one-page': await countsOf(surveys['one-page'].survey),
      sections: await countsOf(surveys.sections.survey),
    }),
    seal: async () => {
      const { survey } = surveys.sections
      const { answering } = await exampleOf(survey)
      return perSecond(() => void sealAnswers(survey, answering))
    },
    lookup: async () => {
      const hashes = surveys.sections.codes.map((code) => hashCode(codeKey(deps.config), code))
      let i = 0
      return perSecond(() => findCode(deps.db, hashes[i++ % hashes.length] ?? ''))
    },
    redeem: async () => {
      // A card that is opened already, as when somebody comes back: nothing is written.
      const code = surveys.sections.codes[0] ?? ''
      const limiter = new MissLimiter()
      return perSecond(() => redeemCode(deps, limiter, code, '', deps.clock()))
    },
  },
  stop,
)

async function openSurvey(layout: Layout): Promise<{ survey: Survey; codes: string[] }> {
  const { survey: draft } = await createSurveyFromFolder(deps, operator, folderOf(layout), layout)
  await issueCodes(deps, draft, { rehearsal: true, now: deps.clock() }, () => Promise.resolve())
  const all = await listUnprintedCodes(deps, draft)
  const codes = all.filter(({ stratum }) => stratum.unit_code === unit && stratum.group_code === group)
  await markPrinted(deps, operator, draft)
  const survey = await startCollecting(deps, operator, await getSurvey(deps.db, layout))
  return { survey, codes: codes.map(({ code }) => code) }
}

/** The template's folder with thirty items for the heads of division of one agency, of whom there are very many. */
function folderOf(layout: Layout): string {
  const folder = join(dataDir ?? '', `folder-${layout}`)
  cpSync(join(projectRoot, 'src', 'survey', 'templates', defaultTemplate), folder, { recursive: true })
  writeFileSync(join(folder, 'quotas.csv'), `unit,group,quota,reserve\n${unit},${group},${cards ?? ''},0\n`)
  const head = JSON.parse(readFileSync(join(folder, 'survey.json'), 'utf8')) as object
  writeFileSync(join(folder, 'survey.json'), JSON.stringify({ ...head, settings: { layout } }))
  const file = join(folder, 'questionnaires', `${questionnaireCode}.csv`)
  const [header = '', ...items] = readFileSync(file, 'utf8').trim().split('\n')
  for (let more = 1; items.length < 30; more++) items.push(anotherLike(items.at(-1) ?? '', more))
  writeFileSync(file, [header, ...items].join('\n') + '\n')
  return folder
}

/** The last item once more, under the code "X1", "X2" …: a row begins with section, title, item. */
function anotherLike(row: string, number: number): string {
  return row.replace(/^([^,]*,(?:"[^"]*"|[^,]*),)[^,]*,/, `$1X${number},`)
}

async function exampleOf(survey: Survey) {
  const questionnaire = (await listQuestionnaires(deps.db, survey)).find((q) => q.code === questionnaireCode)
  if (!questionnaire) throw new Error('the template changed its questionnaires')
  const code = { hash: 'x'.repeat(43), survey_id: survey.id, stratum_id: survey.id }
  const answering = startAnswering(code, questionnaire, newReceipt())
  answering.answers = makeAnswers(questionnaire, unit, seededRandom(1))
  return { answering, sealed: sealAnswers(survey, answering) }
}

/** Three counts that must be equal: ballots in the box, receipts, and places taken. */
async function countsOf(survey: Survey): Promise<number[]> {
  const places = await deps.db
    .selectFrom('stratum')
    .select(sql<number>`cast(sum(returned) as integer)`.as('returned'))
    .where('survey_id', '=', survey.id)
    .executeTakeFirstOrThrow()
  return [await countBallots(deps.db, survey), await countReceipts(deps.db, survey), places.returned]
}

/** How often `work` can be done in a second, one after the other. */
async function perSecond(work: () => unknown): Promise<number> {
  const start = performance.now()
  let done = 0
  let now = start
  while (now - start < 250) {
    for (let i = 0; i < 50; i++) await work()
    done += 50
    now = performance.now()
  }
  return (done * 1000) / (now - start)
}
