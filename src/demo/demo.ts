// `npm run demo`: a believable survey under way in a data folder of its own, made through the services. Who answers and
// what comes from a fixed seed; codes and keys are random as always.
import '../lib/node-version.ts'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { listUnprintedCodes, markPrinted, type PlainCode } from '../access/batch.service.ts'
import { formatCode } from '../access/code.ts'
import { MissLimiter, openCard, redeemCode } from '../access/redeem.service.ts'
import { startCollecting } from '../ballot/collecting.service.ts'
import { sealAnswers, submitBallot } from '../ballot/submit.service.ts'
import { readConfig } from '../config.ts'
import { parseJson } from '../lib/json.ts'
import { refuseToStart, startServer, type Running } from '../main.ts'
import { startAnswering } from '../response/answering.ts'
import { newReceipt } from '../response/receipt.ts'
import { operator } from '../staff/actor.ts'
import { formatRecoveryCode } from '../staff/second-factor.ts'
import { secretToSetUp, turnOnSecondFactor } from '../staff/second-factor.service.ts'
import { createStaff, firstRoles, organiserCode } from '../staff/staff.service.ts'
import { createSurveyFromTemplate, defaultTemplate } from '../survey/survey.service.ts'
import { getSurvey, listQuestionnaires, listSurveys, type Survey } from '../survey/survey.queries.ts'
import { makeAnswers, seededRandom } from '../rehearsal/answers.ts'
import closeWithGrace from 'close-with-grace'
import { generate } from 'otplib'

const share = 0.85
const seed = 2022

const Handout = z.object({
  email: z.string(),
  password: z.string(),
  /** Each of them stands once for the code of a phone, which nobody has set up here. */
  recoveryCodes: z.array(z.string()),
  codes: z.array(z.string()),
})
type Handout = z.infer<typeof Handout>

async function main(): Promise<void> {
  const dataDir = process.env.DATA_DIR ?? './data-demo'
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const running = await startServer(readConfig({ LOG_LEVEL: 'warn', ...process.env, DATA_DIR: dataDir }))
  closeWithGrace({ delay: 10_000 }, async () => running.stop())
  const handout = await prepare(running, join(dataDir, 'demo.json'))
  const lines = [
    `Bản trình diễn đang chạy tại ${running.deps.config.publicUrl ?? running.address}`,
    `Cán bộ đăng nhập tại /can-bo/dang-nhap: ${handout.email} / ${handout.password}`,
    `Bước hai của đăng nhập: mỗi lần nhập một mã đăng nhập dự phòng chưa dùng: ${handout.recoveryCodes.join(' ')}`,
    'Năm mã chưa dùng, nhập ở trang đầu:',
    ...handout.codes.map((code) => `  ${code}`),
  ]
  process.stdout.write(lines.join('\n') + '\n')
}

/** Makes the survey once; a later start shows the same sign-in and codes. */
async function prepare({ deps }: Running, file: string): Promise<Handout> {
  if (existsSync(file)) return parseJson(Handout, readFileSync(file, 'utf8'))
  const [stranger] = await listSurveys(deps.db)
  if (stranger) {
    const half = 'Thư mục dữ liệu của bản trình diễn đang dở dang'
    process.stderr.write(`${half} (đợt "${stranger.slug}"). Hãy xóa thư mục đó rồi chạy lại.\n`)
    process.exit(1)
  }
  const { survey } = await createSurveyFromTemplate(deps, operator, defaultTemplate, defaultTemplate)
  const job = await deps.jobs.ask('issue-codes', survey, { rehearsal: true })
  await finished(deps, job.id)
  const codes = await listUnprintedCodes(deps, survey)
  await markPrinted(deps, operator, survey)
  const collecting = await startCollecting(deps, operator, await getSurvey(deps.db, survey.slug))
  const unused = await answer(deps, collecting, codes)
  const person = { email: 'quantri@demo.example', password: randomBytes(9).toString('base64url') }
  const handout: Handout = {
    ...person,
    recoveryCodes: await makeAdministrator(deps, person),
    codes: unused.slice(0, 5).map((each) => formatCode(each.code)),
  }
  writeFileSync(file, JSON.stringify(handout, null, 2), { mode: 0o600 })
  return handout
}

/** Whoever tries the demo has no phone set up for it: the recovery codes serve instead. */
async function makeAdministrator(
  deps: Running['deps'],
  person: { email: string; password: string },
): Promise<string[]> {
  const name = 'Quản trị trình diễn'
  const id = await createStaff(deps, operator, { ...person, name, agency: organiserCode, roles: firstRoles })
  const secret = secretToSetUp(deps, id)
  const code = await generate({ secret, epoch: Math.floor(deps.clock().getTime() / 1000) })
  const codes = await deps.db
    .transaction()
    .execute((trx) => turnOnSecondFactor(deps, trx, { staffId: id, sessionId: id }, code))
  return (codes ?? []).map(formatRecoveryCode)
}

async function finished({ db }: Running['deps'], jobId: string): Promise<void> {
  for (;;) {
    const { state, problem } = await db
      .selectFrom('job')
      .select(['state', 'problem'])
      .where('id', '=', jobId)
      .executeTakeFirstOrThrow()
    if (state === 'done') return
    if (state === 'failed') throw new Error(problem ?? 'the job failed')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** About 85 % of the cards are redeemed, filled in and sent; the rest is returned. */
async function answer(deps: Running['deps'], survey: Survey, codes: PlainCode[]): Promise<PlainCode[]> {
  const random = seededRandom(seed)
  const limiter = new MissLimiter()
  const questionnaires = new Map((await listQuestionnaires(deps.db, survey)).map((each) => [each.code, each]))
  const unused: PlainCode[] = []
  for (const [i, card] of codes.entries()) {
    const questionnaire = questionnaires.get(card.stratum.questionnaire)
    if (!questionnaire || random() > share) {
      unused.push(card)
      continue
    }
    const redeemed = await redeemCode(deps, limiter, card.code, '', deps.clock())
    if (!redeemed.ok) throw new Error('a code of our own was not found')
    await openCard(deps.db, redeemed.code)
    const answering = startAnswering(redeemed.code, questionnaire, newReceipt())
    answering.answers = makeAnswers(questionnaire, card.stratum.unit_code, random)
    // As if it had been going on for ten days, so that there is a course of days to look at.
    const daysAgo = 10 - Math.floor((10 * i) / codes.length)
    const day = new Date(deps.clock().getTime() - daysAgo * 86_400_000)
    await submitBallot(deps.db, answering, sealAnswers(survey, answering), day)
  }
  return unused
}

main().catch(refuseToStart)
