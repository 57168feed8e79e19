// The attacks of confidentiality.md, replayed on our own files by somebody who knows everything that can be known: which
// card each person held, in which order they came, which sealed ballot each of them left (two looks around each sending),
// everyone's receipt, and the whole store before and after the opening.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { codeKey } from '../../src/access/batch.service.ts'
import { formatCode, hashCode, newCode } from '../../src/access/code.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { loadKey } from '../../src/ballot/custody.ts'
import { dialectOf } from '../../src/db/database.ts'
import { seededRandom } from '../../src/demo/answers.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { answersAll, jobDone, openSurveyWith, signedIn, type OpenSurvey } from '../support/survey.ts'
import { allRows, bytesOnDisk, placesOf, type Bytes } from '../support/traces.ts'

const surveys = 5
const people = 60
/** Options of an item by position, as the questionnaire of the tests lists them. */
const optionCodes = ['1', '2', '3', '0']
const device = 'Dien-thoai-cua-nguoi-tra-loi/7.3'

interface Person {
  /** Place on the printed list of codes. */
  issued: number
  code: string
  hash: string
  /** What was answered, as the store writes it once the box is open. */
  answers: string
  receipt: string
  sealedBallot: string
}

/** One survey, answered and opened, with what the attacker noted on the way. */
interface Attacked {
  site: TestSite
  survey: OpenSurvey['survey']
  /** In the order in which they came. */
  came: Person[]
  /** The store just before the opening, as a backup holds it; and after it. */
  backup: Bytes[]
  after: Bytes[]
  privateKey: Buffer
}

let open: TestSite[] = []

describe('who has the whole store', () => {
  let attacked: Attacked[] = []

  beforeAll(async () => {
    for (let n = 1; n <= surveys; n++) attacked.push(await attackedSurvey(n))
  }, 120_000)
  afterAll(async () => {
    attacked = []
    await closeSites()
  })

  test('links no card, no arrival, no receipt and no sealed ballot to an answer, better than by guessing', async () => {
    const hits = new Map<string, number>()
    for (const each of attacked) {
      for (const [attack, right] of await matches(each)) hits.set(attack, (hits.get(attack) ?? 0) + right)
    }

    // Sixty answers in one stratum, put beside sixty people in an order that has nothing to do with them, meet on one
    // right pair on average, whatever their number; so five surveys give a sum that is Poisson with mean 5. The bound is
    // the smallest that chance passes less often than once in a hundred million for each attack; a true link gives 300.
    const bound = poissonBound(surveys, 1e-8)
    expect(bound).toBe(22)
    expect(hits.size).toBeGreaterThanOrEqual(30)
    expect([...hits].filter(([, right]) => right > bound)).toEqual([])
  })

  test('and would have found a link, had the order been kept', () => {
    for (const { came } of attacked) {
      const answers = came.map((person) => person.answers)
      expect(new Set(answers).size).toBe(people)
      expect(countRight(answers, answers)).toBe(people)
    }
  })

  test('reads no code and no answer before the opening, not in the rows, the file, the journal or a backup', () => {
    for (const { came, backup } of attacked) {
      for (const person of came) {
        expectNowhere([...writtenForms(person), person.answers], backup)
        // The search itself finds what is there.
        expect(placesOf(person.hash, backup)).not.toEqual([])
        expect(placesOf(person.receipt, backup)).not.toEqual([])
        expect(placesOf(person.sealedBallot, backup)).not.toEqual([])
      }
    }
  })

  test('finds after the opening answers apart from codes and receipts, and nothing of the sealed ballots', async () => {
    for (const { came, after, site } of attacked) {
      for (const person of came) {
        expectNowhere([...writtenForms(person), person.sealedBallot], after)
        expect(placesOf(person.answers, after)).not.toEqual([])
      }
      const rows = Object.values(await allRows(site.deps.db)).flat()
      for (const together of [...rows.map((row) => Buffer.from(row)), ...blocksOf(after)]) {
        if (!came.some(({ answers }) => together.includes(answers))) continue
        expect(
          came.filter(({ hash, receipt }) => together.includes(hash) || together.includes(receipt)),
        ).toEqual([])
      }
    }
  })

  test('sees in PostgreSQL one single transaction behind all rows', async () => {
    for (const { site } of attacked) {
      if (dialectOf(site.deps.db) === 'sqlite') continue
      for (const table of ['response', 'access_code', 'receipt'] as const) {
        const seen = await sql`select distinct xmin::text from ${sql.table(table)}`.execute(site.deps.db)
        expect(seen.rows).toHaveLength(1)
      }
    }
  })

  test('finds the private key in no table at any time, and nowhere at all after the opening', () => {
    for (const { site, privateKey, backup, after } of attacked) {
      const stores = [...backup, ...after, ...filesIn(site.deps.config.dataDir)]
      for (const form of ['base64url', 'base64', 'hex'] as const)
        expect(placesOf(privateKey.toString(form), stores)).toEqual([])
      expect(stores.filter(({ bytes }) => bytes.includes(privateKey))).toEqual([])
    }
  })
})

test('the key lies outside the store, for nobody else to read, until the box is open', async () => {
  const site = await ownSite()
  const { survey } = await openSurveyWith(site)
  await closeCollecting(site.deps, operator, survey)
  const file = join(site.deps.config.dataDir, 'keys', survey.id)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const wrapped = readFileSync(file, 'utf8').trim()
  expect(placesOf(wrapped, await bytesOnDisk(site))).toEqual([])
  await opensBox(site, survey)
  expect(existsSync(file)).toBe(false)
  expect(placesOf(wrapped, filesIn(site.deps.config.dataDir))).toEqual([])
  await closeSites()
})

describe('the log', () => {
  afterEach(closeSites)

  test('holds nothing of a respondent, whatever they do', async () => {
    const site = await ownSite()
    const { codes } = await openSurveyWith(site)
    const code = codes[0]?.code ?? ''
    const browser = respondent(site)
    await browser.get('/')
    await browser.get(`/?code=${code}`)
    await browser.post('/vao', { code: newCode() })
    await browser.post('/vao', { code }, { 'Sec-Fetch-Site': 'cross-site' })
    await browser.post('/vao', { code: code.repeat(3) })
    await browser.get(`/khong-co/${code}`)
    await browser.get('/phieu')
    await browser.get('/')
    await browser.submit({ code })
    await browser.get('/phieu/phan/77')
    await browser.post('/phieu/phan/1', { A1: '3' })
    await browser.get('/phieu')
    await answersAll(browser, () => '3')
    await browser.submit()
    const receipt = browser.current.root.querySelector('main .code')?.textContent ?? ''
    expect(receipt).toHaveLength(11)
    await browser.post('/vao', { code })

    const admin = await signedIn(site)
    await admin.get('/dieu-tra')
    expect(site.logged.join('\n')).toContain('"route":"/dieu-tra"')
    expect(site.logged.join('\n')).not.toMatch(/phieu|"\/vao"|"route":"\/"/)
    expectNothingOfRespondent(site, [code, receipt])
  })

  test('tells of a bug by a reference that the page shows too, and by nothing of what was sent', async () => {
    const site = await ownSite()
    const { codes } = await openSurveyWith(site)
    const code = codes[0]?.code ?? ''
    const browser = respondent(site)
    await browser.get('/')
    await browser.submit({ code })
    await answersAll(browser, () => '3')
    await site.deps.db.schema.dropTable('receipt').execute()
    await browser.submit()
    expect(browser.current.status).toBe(500)
    const reference = /Mã tham chiếu: (\S{8})/.exec(browser.current.text)?.[1]
    expect(site.logged.join('\n')).toContain(`"reference":"${reference}"`)
    expectNothingOfRespondent(site, [code])
  })
})

/** A survey of its own, answered by sixty people of one group through the front door, then closed and opened. */
async function attackedSurvey(seed: number): Promise<Attacked> {
  const site = await ownSite()
  const { survey, codes } = await openSurveyWith(site, {
    units: 1,
    items: 8,
    quotas: [5, people],
    settings: { layout: 'one-page' },
  })
  const random = seededRandom(seed)
  const cards = codes.filter(({ stratum }) => stratum.group_code === 'CC')
  const came: Person[] = []
  for (const issued of shuffled(cards.length, random))
    came.push(await sends(site, cards[issued]?.code ?? '', issued, random))
  await closeCollecting(site.deps, operator, survey)
  const backup = await bytesOnDisk(site)
  const privateKey = loadKey(site.deps.config, survey.id)
  await opensBox(site, survey)
  return { site, survey, came, backup, after: await bytesOnDisk(site), privateKey }
}

/** One person answers; the attacker looks at the box before and after. */
async function sends(site: TestSite, code: string, issued: number, random: () => number): Promise<Person> {
  const before = new Set(await sealedIds(site))
  const browser = respondent(site)
  await browser.get('/')
  await browser.submit({ code })
  let answers = ''
  await answersAll(browser, () => {
    const position = Math.floor(random() * optionCodes.length)
    answers += String(position)
    return optionCodes[position]
  })
  await browser.submit()
  const receipt = (browser.current.root.querySelector('main .code')?.textContent ?? '').replace('-', '')
  const [sealedBallot = ''] = (await sealedIds(site)).filter((id) => !before.has(id))
  return { issued, code, hash: hashCode(codeKey(site.deps.config), code), answers, receipt, sealedBallot }
}

function respondent(site: TestSite): Browser {
  const browser = new Browser(site.app)
  browser.agent.set('User-Agent', device).set('X-Forwarded-For', '203.0.113.77')
  return browser
}

async function sealedIds({ deps }: TestSite): Promise<string[]> {
  return (await deps.db.selectFrom('sealed_ballot').select('id').execute()).map(({ id }) => id)
}

async function opensBox(site: TestSite, survey: OpenSurvey['survey']): Promise<void> {
  const job = await site.deps.jobs.ask('open-box', survey, { by: 'Hội đồng' })
  expect((await jobDone(site, job.id)).state).toBe('done')
}

/** Every order in which the attacker can line people up, beside every order in which the answers can be read. */
async function matches(attacked: Attacked): Promise<Map<string, number>> {
  const answerOrders = await ordersOfAnswers(attacked)
  const hits = new Map<string, number>()
  for (const [who, persons] of await ordersOfPeople(attacked)) {
    expect(persons).toHaveLength(people)
    const answers = persons.map((person) => person.answers)
    for (const [what, read] of answerOrders) {
      expect(read).toHaveLength(people)
      hits.set(`${who} → ${what}`, countRight(answers, read))
      hits.set(`${who} → ${what}, backwards`, countRight(answers, [...read].reverse()))
    }
  }
  return hits
}

async function ordersOfPeople({ site, came }: Attacked): Promise<[string, Person[]][]> {
  const by = (key: (person: Person) => string | number) =>
    [...came].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  const stored = await site.deps.db
    .selectFrom('access_code')
    .select('hash')
    .where('state', '=', 'used')
    .execute()
  const place = new Map(stored.map(({ hash }, i) => [hash, i]))
  return [
    ['arrival', came],
    ['printed list', by(({ issued }) => issued)],
    ['code', by(({ code }) => code)],
    ['hash of the code', by(({ hash }) => hash)],
    ['place in the table of codes', by(({ hash }) => place.get(hash) ?? -1)],
    ['receipt', by(({ receipt }) => receipt)],
    ['sealed ballot', by(({ sealedBallot }) => sealedBallot)],
  ]
}

async function ordersOfAnswers({ site, survey, came, after }: Attacked): Promise<[string, string[]][]> {
  const read = async (order: string) => {
    const by = order === '' ? sql`` : sql`order by ${sql.raw(order)}`
    const rows = await sql<{ answers: string }>`
      select answers from response where survey_id = ${survey.id} ${by}`.execute(site.deps.db)
    return rows.rows.map(({ answers }) => answers)
  }
  const orders: [string, string[]][] = [
    ['as read', await read('')],
    ['id', await read('id')],
  ]
  const file = after.find(({ name, bytes }) => name !== 'response' && bytes.includes(came[0]?.answers ?? ''))
  if (file) orders.push(['place in the file', byPlace(came, file)])
  if (dialectOf(site.deps.db) === 'postgres') {
    orders.push(['ctid', await read('ctid')], ['xmin', await read('xmin::text::bigint, ctid')])
  }
  return orders
}

/** The answers in the order of their first byte in the file, or in the blocks of the table. */
function byPlace(came: Person[], { bytes }: Bytes): string[] {
  return came.map(({ answers }) => answers).sort((a, b) => bytes.indexOf(a) - bytes.indexOf(b))
}

function countRight(truth: string[], guess: string[]): number {
  return truth.filter((answers, i) => answers === guess[i]).length
}

/** The smallest number that a Poisson count of this mean exceeds with a probability below `level`. */
function poissonBound(mean: number, level: number): number {
  let term = Math.exp(-mean)
  const terms = [term]
  for (let k = 1; k < 200; k++) terms.push((term *= mean / k))
  // Summed from the small end, so that nothing is lost to rounding.
  let tail = 0
  for (let k = terms.length - 1; k >= 0; k--) {
    tail += terms[k] ?? 0
    if (tail >= level) return k
  }
  return 0
}

function writtenForms({ code }: Person): string[] {
  return [code, formatCode(code), formatCode(code).replaceAll(' ', '-'), code.toLowerCase()]
}

function expectNowhere(texts: string[], store: Bytes[]): void {
  for (const text of texts) expect(placesOf(text, store)).toEqual([])
}

/** What lies together: pages of SQLite, whole tables of PostgreSQL (none of them holds both kinds). */
function blocksOf(store: Bytes[]): Buffer[] {
  return store.flatMap(({ name, bytes }) =>
    /sqlite$/.test(name)
      ? Array.from({ length: bytes.length / 4096 }, (_, i) => bytes.subarray(i * 4096, (i + 1) * 4096))
      : [bytes],
  )
}

function filesIn(folder: string): Bytes[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => ({ name, bytes: readFileSync(name) }))
}

function expectNothingOfRespondent(site: TestSite, secrets: string[]): void {
  const log = site.logged.join('\n')
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(9)
    for (const form of [secret, formatCode(secret), secret.toLowerCase(), secret.replace('-', '')])
      expect(log).not.toContain(form)
    expect(log).not.toContain(hashCode(codeKey(site.deps.config), secret))
  }
  for (const trace of [device, 'Dien-thoai', '203.0.113.77', '127.0.0.1', 'A1', '3333'])
    expect(log).not.toContain(trace)
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0]
  }
  return order
}

async function ownSite(): Promise<TestSite> {
  const site = await testSite()
  open.push(site)
  return site
}

async function closeSites(): Promise<void> {
  for (const site of open) await site.close()
  open = []
}
