// Verbs that bring a survey to where a test begins, through the services that the site uses.
import { writeFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { listUnprintedCodes, markPrinted, type PlainCode } from '../../src/access/batch.service.ts'
import { MissLimiter, openCard, redeemCode } from '../../src/access/redeem.service.ts'
import { makeTestCard, openTestCard } from '../../src/access/test-card.service.ts'
import { closeCollecting, startCollecting } from '../../src/ballot/collecting.service.ts'
import { sealAnswers, submitBallot } from '../../src/ballot/submit.service.ts'
import { findJob } from '../../src/jobs/job.queries.ts'
import type { Job } from '../../src/jobs/job.ts'
import { startAnswering } from '../../src/response/answering.ts'
import { newReceipt } from '../../src/response/receipt.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurvey, listQuestionnaires, type Survey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { Browser, type Page } from './browser.ts'
import type { TestSite } from './app.ts'

/** Name of a file in a survey's folder → its text. */
export type Folder = Record<string, string>

export interface SmallDesign {
  slug?: string
  units?: number
  /** Items in each of the two sections. */
  items?: number
  /** People per unit in groups LD and CC. */
  quotas?: [number, number]
  reserve?: number
  settings?: object
  /** Neither an illustration nor a rehearsal; the site then needs a public address. */
  official?: boolean
  /** Last touches to the folder. */
  edit?: (folder: Folder) => void
}

const options = `set,option,label,coefficient,opt_out
muc,1,Kém,0,0
muc,2,Trung bình,0.5,0
muc,3,Tốt,1,0
muc,0,Không biết / không có ý kiến,,1
`

/** A small valid folder: one level, two groups, two survey criteria with two items each, two appraised ones. */
export function smallFolder({
  units = 2,
  items = 2,
  quotas = [5, 5],
  reserve = 0,
  settings = {},
  official = false,
  edit = () => undefined,
}: SmallDesign = {}): Folder {
  const unitRows = Array.from(
    { length: units },
    (_, i) => `U${i + 1},Sở ${i + 1},Sở ${i + 1},so,so,,${i + 1}`,
  )
  const folder: Folder = {
    'survey.json': JSON.stringify({
      schema: 'survey-folder/1',
      title: 'Đợt thử',
      year: 2022,
      illustrative: !official,
      organiser: 'Sở Nội vụ',
      plan: { number: '12/KH-UBND', date: '2022-10-05', title: 'Kế hoạch' },
      contact: { office: 'Phòng CCHC', phone: '0271 000 000' },
      settings,
    }),
    'levels.csv': 'code,name,order,surveyed\nso,Cấp sở,1,1\n',
    'units.csv': `code,name,short_name,level,block,parent,order\n${unitRows.join('\n')}\n`,
    'groups.csv': `level,code,name,quota,reserve,questionnaire,order
so,LD,Lãnh đạo,${quotas[0]},${reserve},chung,1
so,CC,Công chức,${quotas[1]},${reserve},chung,2
`,
    'options.csv': options,
    'questionnaires/chung.csv': questionnaireCsv(items),
    'criteria.csv': `level,code,parent,name,max,method
so,1,,Lĩnh vực một,50,
so,1.1,1,Điều tra một,10,survey
so,1.2,1,Thẩm định một,40,appraised
so,2,,Lĩnh vực hai,50,
so,2.1,2,Điều tra hai,20,survey
so,2.2,2,Thẩm định hai,30,appraised
`,
  }
  edit(folder)
  return folder
}

const wordsOf: Record<string, string> = { A1: 'Câu một?', A2: 'Câu hai?', B1: 'Câu ba?', B2: 'Câu bốn?' }

function questionnaireCsv(items: number): string {
  const section = (code: string, title: string, criterion: string) =>
    Array.from({ length: items }, (_, i) => `${code}${i + 1}`).map(
      (item) => `${code},${title},${item},${wordsOf[item] ?? `Câu ${item}?`},muc,${criterion},0`,
    )
  const rows = [...section('A', 'Chỉ đạo', '1.1'), ...section('B', 'Thủ tục', '2.1')]
  return ['section,section_title,item,text,options,criterion,reversed', ...rows, ''].join('\n')
}

/** Writes a folder to disk and gives its path. */
export function folderOnDisk(folder: Folder): string {
  const root = mkdtempSync(join(tmpdir(), 'cchc-folder-'))
  for (const [name, text] of Object.entries(folder)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

export interface OpenSurvey {
  survey: Survey
  codes: PlainCode[]
}

/** A small survey whose cards are printed and which has not begun to collect, with all its codes. */
export async function surveyWithCards(site: TestSite, design: SmallDesign = {}): Promise<OpenSurvey> {
  const { deps } = site
  const slug = design.slug ?? 'thu'
  const folder = folderOnDisk(smallFolder(design))
  const { survey } = await createSurveyFromFolder(deps, operator, folder, slug)
  rmSync(folder, { recursive: true })
  const job = await deps.jobs.ask('issue-codes', survey, { rehearsal: design.official !== true })
  await jobDone(site, job.id)
  const codes = await listUnprintedCodes(deps, survey)
  await markPrinted(deps, operator, survey)
  return { survey: await getSurvey(deps.db, slug), codes }
}

/** A test card of the survey was opened at the site's public address: its cards may be printed. */
export async function triesTestCard({ deps }: TestSite, survey: Survey): Promise<void> {
  const { code } = await makeTestCard(deps, operator, survey)
  await openTestCard(deps, code, deps.config.publicUrl ?? '')
}

/** A small survey that collects, with all its codes. */
export async function openSurveyWith(site: TestSite, design: SmallDesign = {}): Promise<OpenSurvey> {
  const { survey, codes } = await surveyWithCards(site, design)
  return { survey: await startCollecting(site.deps, operator, survey), codes }
}

/**
 * What sends one ballot through the services, as a person with this card does: gives the receipt.
 * `answers` holds one symbol per item.
 */
export async function ballotSender(
  { deps }: TestSite,
  survey: Survey,
): Promise<(card: PlainCode, answers: string) => Promise<string>> {
  const limiter = new MissLimiter()
  const questionnaires = await listQuestionnaires(deps.db, survey)
  return async (card, answers) => {
    const redeemed = await redeemCode(deps, limiter, card.code, '', deps.clock())
    const questionnaire = questionnaires.find((each) => each.code === card.stratum.questionnaire)
    if (!redeemed.ok || !questionnaire) throw new Error('this card opens nothing')
    await openCard(deps.db, redeemed.code)
    const answering = { ...startAnswering(redeemed.code, questionnaire, newReceipt()), answers }
    return submitBallot(deps.db, answering, sealAnswers(survey, answering), deps.clock())
  }
}

/**
 * Puts a ballot into the box for each card, through the services, many at a time.
 * @param answersOf one symbol per item, for the nth card
 */
export async function putIntoBox(
  site: TestSite,
  survey: Survey,
  cards: PlainCode[],
  answersOf: (n: number) => string,
): Promise<void> {
  const send = await ballotSender(site, survey)
  await Promise.all(cards.map((card, n) => send(card, answersOf(n))))
}

/**
 * A small survey whose box is open.
 * @param answersOf one symbol per item for this card (the nth), or undefined where nobody answered
 */
export async function openedSurveyWith(
  site: TestSite,
  design: SmallDesign,
  answersOf: (card: PlainCode, n: number) => string | undefined,
): Promise<OpenSurvey> {
  const { survey, codes } = await openSurveyWith(site, design)
  const answers = codes.map(answersOf)
  const used = codes.filter((_, n) => answers[n] !== undefined)
  const given = answers.filter((each) => each !== undefined)
  await putIntoBox(site, survey, used, (n) => given[n] ?? '')
  const closed = await closeCollecting(site.deps, operator, survey)
  const job = await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })
  await jobDone(site, job.id)
  return { survey: await getSurvey(site.deps.db, survey.slug), codes }
}

/** Waits until the job has ended, and gives it; the test's own time limit is the limit. */
export async function jobDone({ deps }: TestSite, id: string): Promise<Job> {
  for (;;) {
    const job = await findJob(deps.db, id)
    if (job?.state === 'done' || job?.state === 'failed') return job
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export { password, signedIn } from './staff.ts'

/** A respondent who has typed the code and stands on the welcome page. */
export async function enters(site: TestSite, code: string): Promise<Browser> {
  const browser = new Browser(site.app)
  await browser.get('/')
  await browser.submit({ code })
  return browser
}

/** What a person answers: item code → option code; an item that is not named stays blank. */
export type Choices = Record<string, string>

/** Walks from the welcome page to the check page, answering what each page asks. */
export async function answersAll(
  browser: Browser,
  choices: Choices | ((item: string) => string | undefined),
): Promise<Page> {
  const choose = typeof choices === 'function' ? choices : (item: string) => choices[item]
  const start = browser.current.root.querySelector('main a.govuk-button')?.getAttribute('href')
  if (start === undefined) throw new Error(`no welcome page: ${browser.current.text.slice(0, 400)}`)
  await browser.get(start)
  while (/^\/phieu\/phan\//.test(browser.current.url)) {
    const before = browser.current.url
    const items = [
      ...new Set(
        browser.current.root
          .querySelectorAll('input[type=radio]')
          .map((radio) => radio.getAttribute('name') ?? ''),
      ),
    ]
    const fields = Object.fromEntries(items.map((item) => [item, choose(item)]))
    const page = await browser.submit(fields)
    if (page.status === 422) {
      const button = page.root.querySelector('button[name=_de_trong]')?.textContent.trim()
      await browser.submit(fields, button === undefined ? {} : { press: button })
    }
    if (browser.current.url === before)
      throw new Error(`stuck on ${before}: ${browser.current.text.slice(0, 400)}`)
  }
  return browser.current
}

/** The whole way of one respondent, from the code to the thanks page. */
export async function answersAndSends(
  site: TestSite,
  code: string,
  choices: Choices | ((item: string) => string | undefined),
): Promise<Browser> {
  const browser = await enters(site, code)
  await answersAll(browser, choices)
  const page = await browser.submit()
  if (page.status === 422) await browser.submit()
  return browser
}
