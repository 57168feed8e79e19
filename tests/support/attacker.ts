// Somebody who knows everything that can be known of a survey but what people answered: which card each person held, in
// which order they came, which sealed ballot each of them left (two looks at the store around each sending), everyone's
// receipt, the journal page by page, copies of the store from before, during and after the opening, the server secret.
// confidentiality.md, "Who attacks, and what answers".
import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { codeKey, type PlainCode } from '../../src/access/batch.service.ts'
import { hashCode } from '../../src/access/code.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { loadKey } from '../../src/ballot/custody.ts'
import { databaseFile, dialectOf, type Db } from '../../src/db/database.ts'
import { seededRandom } from '../../src/rehearsal/answers.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurveyById, type Survey } from '../../src/survey/survey.queries.ts'
import type { TestSite } from './app.ts'
import { Browser } from './browser.ts'
import { openingSteps } from './box.ts'
import { Journal } from './journal.ts'
import { answersAll, ballotSender, openSurveyWith } from './survey.ts'
import { allRows, bytesOnDisk, firstPlaces, type Bytes } from './traces.ts'

/** Options of an item by position, as the questionnaire of the tests lists them. */
const optionCodes = ['1', '2', '3', '0']
export const device = 'Dien-thoai-cua-nguoi-tra-loi/7.3'

export interface Person {
  /** Place on the printed list of codes. */
  issued: number
  code: string
  hash: string
  /** What was answered, as the store writes it once the box is open: the secret. */
  answers: string
  receipt: string
  /** Told by two looks around the sending; the secret must hold although this link is known. */
  sealedBallot: string
}

/** One survey, answered and opened, with what the attacker noted on the way. */
export interface Attacked {
  site: TestSite
  survey: Survey
  /** In the order in which they came. */
  came: Person[]
  /** Sealed ballots in the order that the store itself tells before the opening: SQLite's journal, PostgreSQL's xmin. */
  arrivalInStore: string[]
  /** Of how many people card, sealed ballot and receipt are tied before the opening by two looks around each sending … */
  tiedByLooks: number
  /** … and by the store itself; SQLite does not. */
  tiedByStore: number
  /** The store before the opening, a backup included; and after it. */
  before: Bytes[]
  after: Bytes[]
  /** Answers in the order that the store told while it was opened, before it was written anew. */
  answersDuring: string[]
  privateKey: Buffer
  /** The key file, word for word. */
  wrappedKey: string
}

/** A survey answered one by one, with a look behind each; then closed and opened. */
export async function attackedSurvey(
  site: TestSite,
  { seed, people, frontDoor }: { seed: number; people: number; frontDoor: boolean },
): Promise<Attacked> {
  const { survey, codes } = await openSurveyWith(site, {
    units: 1,
    items: 8,
    quotas: [5, people],
    settings: { layout: 'one-page' },
  })
  const random = seededRandom(seed)
  const cards = codes.filter(({ stratum }) => stratum.group_code === 'CC')
  const send = frontDoor ? doorOf(site) : await ballotSender(site, survey)
  const { db, config } = site.deps
  const journal = new Journal(config.dataDir)
  const came: Person[] = []
  let tiedByLooks = 0
  let box = await lookAtBox(db)
  for (const issued of shuffled(cards.length, random)) {
    const card = cards[issued]
    if (!card) throw new Error('fewer cards than people')
    const answers = Array.from({ length: 16 }, () => Math.floor(random() * optionCodes.length)).join('')
    const receipt = await send(card, answers)
    journal.look()
    const now = await lookAtBox(db)
    const hash = hashCode(codeKey(config), card.code)
    const [sealedBallot = ''] = onlyIn(now.ballots, box.ballots)
    if (isOne(onlyIn(now.used, box.used), hash) && isOne(onlyIn(now.receipts, box.receipts), receipt))
      tiedByLooks += onlyIn(now.ballots, box.ballots).length
    box = now
    came.push({ issued, code: card.code, hash, answers, receipt, sealedBallot })
  }
  await closeCollecting(site.deps, operator, survey)
  const attacked: Attacked = {
    site,
    survey,
    came,
    arrivalInStore: await arrivalInStore(db, journal, came),
    tiedByLooks,
    tiedByStore: await tiedByStore(db, came),
    before: await wholeStore(site),
    after: [],
    answersDuring: [],
    privateKey: loadKey(config, survey.id),
    wrappedKey: readFileSync(join(config.dataDir, 'keys', survey.id), 'utf8').trim(),
  }
  await opensWhileWatched(attacked)
  attacked.after = await wholeStore(site)
  return attacked
}

/** A person at the front door, page after page. */
function doorOf(site: TestSite): (card: PlainCode, answers: string) => Promise<string> {
  return async ({ code }, answers) => {
    const browser = respondent(site)
    await browser.get('/')
    await browser.submit({ code })
    let item = 0
    await answersAll(browser, () => optionCodes[Number(answers[item++])])
    await browser.submit()
    return (browser.current.root.querySelector('main .code')?.textContent ?? '').replace('-', '')
  }
}

export function respondent(site: TestSite): Browser {
  const browser = new Browser(site.app)
  browser.agent.set('User-Agent', device).set('X-Forwarded-For', '203.0.113.77')
  return browser
}

interface Look {
  used: Set<string>
  ballots: Set<string>
  receipts: Set<string>
}

async function lookAtBox(db: Db): Promise<Look> {
  const used = await db.selectFrom('access_code').select('hash').where('state', '=', 'used').execute()
  const ballots = await db.selectFrom('sealed_ballot').select('id').execute()
  const receipts = await db.selectFrom('receipt').select('receipt').execute()
  return {
    used: new Set(used.map(({ hash }) => hash)),
    ballots: new Set(ballots.map(({ id }) => id)),
    receipts: new Set(receipts.map(({ receipt }) => receipt)),
  }
}

function onlyIn(now: Set<string>, before: Set<string>): string[] {
  return [...now].filter((each) => !before.has(each))
}

function isOne(found: string[], expected: string): boolean {
  return found.length === 1 && found[0] === expected
}

async function arrivalInStore(db: Db, journal: Journal, came: Person[]): Promise<string[]> {
  if (dialectOf(db) === 'sqlite') return journal.orderOf(came.map(({ sealedBallot }) => sealedBallot))
  const { rows } = await sql<{ id: string }>`
    select id from sealed_ballot order by xmin::text::bigint, ctid`.execute(db)
  return rows.map(({ id }) => id)
}

/** PostgreSQL writes into each row the transaction that wrote it: card, ballot and receipt of one person share it. */
async function tiedByStore(db: Db, came: Person[]): Promise<number> {
  if (dialectOf(db) === 'sqlite') return 0
  const { rows } = await sql<{ hash: string; id: string; receipt: string }>`
    select c.hash, b.id, r.receipt from access_code c
    join sealed_ballot b on b.xmin::text = c.xmin::text join receipt r on r.xmin::text = c.xmin::text`.execute(
    db,
  )
  const truth = new Map(came.map((person) => [person.hash, person]))
  return rows.filter(({ hash, id, receipt }) => {
    const person = truth.get(hash)
    return person?.sealedBallot === id && person.receipt === receipt
  }).length
}

/** All bytes of the store, all its rows, and a backup of it. */
async function wholeStore(site: TestSite): Promise<Bytes[]> {
  const store = await bytesOnDisk(site)
  if (dialectOf(site.deps.db) === 'postgres') return store
  const rows = Object.values(await allRows(site.deps.db)).flat()
  return [...store, { name: 'rows', bytes: Buffer.from(rows.join('\n')) }, await sqliteBackup(site)]
}

/** SQLite's own online backup: page for page, free ones too. PostgreSQL's rows as they lie are in bytesOnDisk. */
async function sqliteBackup({ deps }: TestSite): Promise<Bytes> {
  const folder = mkdtempSync(join(tmpdir(), 'cchc-backup-'))
  const source = new Sqlite(databaseFile(deps.config.dataDir), { readonly: true })
  try {
    await source.backup(join(folder, 'backup'))
    return { name: 'backup', bytes: readFileSync(join(folder, 'backup')) }
  } finally {
    source.close()
    rmSync(folder, { recursive: true })
  }
}

/** Opens the box; before the tables are written anew the attacker reads what order they tell. */
async function opensWhileWatched(attacked: Attacked): Promise<void> {
  const { site, survey, came } = attacked
  const journal = new Journal(site.deps.config.dataDir)
  journal.look()
  journal.pages = []
  const handler = site.deps.jobs.handlers['open-box']
  await handler?.run({
    surveyId: survey.id,
    input: JSON.stringify({ by: 'Hội đồng' }),
    report: async (step) => {
      journal.look()
      if (step === openingSteps.rewrite)
        attacked.answersDuring = await answersDuring(site.deps.db, journal, came)
    },
  })
  if ((await getSurveyById(site.deps.db, survey.id)).state !== 'opened') throw new Error('it did not open')
}

async function answersDuring(db: Db, journal: Journal, came: Person[]): Promise<string[]> {
  return dialectOf(db) === 'sqlite'
    ? journal.orderOf(came.map(({ answers }) => answers))
    : readAnswers(db, 'xmin::text::bigint, ctid')
}

async function readAnswers(db: Db, order: string): Promise<string[]> {
  const by = order === '' ? sql`` : sql`order by ${sql.raw(order)}`
  const { rows } = await sql<{ answers: string }>`select answers from response ${by}`.execute(db)
  return rows.map(({ answers }) => answers)
}

/**
 * Writes the responses anew, one commit each, in this order of people: what a careless opening would leave, so that each
 * attack can show that it sees. The ids are in that order too.
 */
export async function leak(attacked: Attacked, order: Person[]): Promise<void> {
  const { site } = attacked
  const { db } = site.deps
  const [row] = await db.selectFrom('response').selectAll().execute()
  if (!row) throw new Error('no response')
  await db.deleteFrom('response').execute()
  await sql`vacuum`.execute(db)
  const journal = new Journal(site.deps.config.dataDir)
  journal.look()
  journal.pages = []
  for (const [i, { answers }] of order.entries()) {
    await db
      .insertInto('response')
      .values({ ...row, id: String(i).padStart(22, '0'), answers })
      .execute()
    journal.look()
  }
  attacked.answersDuring = await answersDuring(db, journal, order)
  await sql`vacuum`.execute(db)
  attacked.after = await wholeStore(site)
}

/** Names of orders in which people can be lined up. */
export type WhoOrder =
  | 'arrival'
  | 'arrival, as the store tells it'
  | 'printed list'
  | 'code'
  | 'hash of the code'
  | 'place in the table of codes'
  | 'receipt'
  | 'sealed ballot'
  | 'place of the sealed ballot before'
  | 'place of the code before'

export async function ordersOfPeople(attacked: Attacked): Promise<Map<WhoOrder, Person[]>> {
  const { site, came, before, arrivalInStore } = attacked
  const by = (key: (person: Person) => string | number) =>
    [...came].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  const stored = await site.deps.db
    .selectFrom('access_code')
    .select('hash')
    .where('state', '=', 'used')
    .execute()
  const placeOfHash = new Map(stored.map(({ hash }, i) => [hash, i]))
  const placeIn = (order: string[]) => new Map(order.map((text, i) => [text, i]))
  const ballots = placeIn(
    physicalOrder(
      came.map(({ sealedBallot }) => sealedBallot),
      before,
      'sealed_ballot',
    ),
  )
  const codes = placeIn(
    physicalOrder(
      came.map(({ hash }) => hash),
      before,
      'access_code',
    ),
  )
  const arrival = placeIn(arrivalInStore)
  return new Map<WhoOrder, Person[]>([
    ['arrival', came],
    ['arrival, as the store tells it', by(({ sealedBallot }) => arrival.get(sealedBallot) ?? -1)],
    ['printed list', by(({ issued }) => issued)],
    ['code', by(({ code }) => code)],
    ['hash of the code', by(({ hash }) => hash)],
    ['place in the table of codes', by(({ hash }) => placeOfHash.get(hash) ?? -1)],
    ['receipt', by(({ receipt }) => receipt)],
    ['sealed ballot', by(({ sealedBallot }) => sealedBallot)],
    ['place of the sealed ballot before', by(({ sealedBallot }) => ballots.get(sealedBallot) ?? -1)],
    ['place of the code before', by(({ hash }) => codes.get(hash) ?? -1)],
  ])
}

/** Names of orders in which the answers can be read. */
export type AnswerOrder = 'as read' | 'id' | 'place' | 'while it was opened' | 'ctid' | 'xmin'

export async function ordersOfAnswers(attacked: Attacked): Promise<Map<AnswerOrder, string[]>> {
  const { site, came, after, answersDuring } = attacked
  const { db } = site.deps
  const orders = new Map<AnswerOrder, string[]>([
    ['as read', await readAnswers(db, '')],
    ['id', await readAnswers(db, 'id')],
    ['while it was opened', answersDuring],
  ])
  const place = physicalOrder(
    came.map(({ answers }) => answers),
    after,
    'response',
  )
  // A server whose files we may not read shows no places; ctid tells them.
  if (place.length > 0) orders.set('place', place)
  if (dialectOf(db) === 'postgres') {
    orders.set('ctid', await readAnswers(db, 'ctid'))
    orders.set('xmin', await readAnswers(db, 'xmin::text::bigint, ctid'))
  }
  return orders
}

/**
 * Texts in the order of their bytes in SQLite's backup, or in the blocks of PostgreSQL's table: page after page, and inside a
 * page from its end, for both fill it from there.
 */
function physicalOrder(texts: string[], store: Bytes[], table: string): string[] {
  const file = store.find(({ name }) => name === 'backup' || name === `blocks of ${table}`)
  if (!file) return []
  const pageBytes = file.name === 'backup' ? 4096 : 8192
  const pages = new Map<number, string[]>()
  const fromBehind = [...firstPlaces(texts, file.bytes)].sort(([, a], [, b]) => b - a)
  for (const [text, place] of fromBehind) {
    const page = Math.floor(place / pageBytes)
    pages.set(page, [...(pages.get(page) ?? []), text])
  }
  const inOrder = [...pages].sort(([a], [b]) => a - b).map(([, found]) => found)
  // In a table without rowid SQLite keeps in the first page the rows that stand between two of the others.
  const [root = [], ...leaves] = inOrder
  if (file.name === 'backup' && root.length === leaves.length - 1)
    return leaves.flatMap((leaf, i) => [...leaf, ...root.slice(i, i + 1)])
  return inOrder.flat()
}

export function countRight(people: Person[], guess: string[]): number {
  return people.filter(({ answers }, i) => answers === guess[i]).length
}

/** The smallest number that a Poisson count of this mean exceeds with a probability below `level`. */
export function poissonBound(mean: number, level: number): number {
  let term = Math.exp(-mean)
  const terms = [term]
  for (let k = 1; k < 4 * mean + 100; k++) terms.push((term *= mean / k))
  // Summed from the small end, so that nothing is lost to rounding.
  let tail = 0
  for (let k = terms.length - 1; k >= 0; k--) {
    tail += terms[k] ?? 0
    if (tail >= level) return k
  }
  return 0
}

/**
 * Joins what is known of each person to the responses by any value: the same text in a cell, or a cell that begins as a
 * hash of it does, plain or keyed with what the server knows. Gives the pairs that it finds.
 */
export async function joinByValues({ site, survey, came }: Attacked): Promise<[Person, string][]> {
  const { db, config } = site.deps
  const rows = await db.selectFrom('response').selectAll().execute()
  const answersByCell = new Map<string, string[]>()
  for (const row of rows) {
    for (const cell of [row.id, row.stratum_id, row.questionnaire])
      answersByCell.set(cell.slice(0, 16), [...(answersByCell.get(cell.slice(0, 16)) ?? []), row.answers])
  }
  // What stands in all rows says nothing of any.
  for (const [cell, answers] of answersByCell) if (answers.length === rows.length) answersByCell.delete(cell)
  const keys = [
    config.serverSecret,
    codeKey(config),
    Buffer.from(survey.id),
    Buffer.from(survey.public_key ?? ''),
  ]
  return came.flatMap((person) => {
    const known = [person.code, person.hash, person.receipt, person.sealedBallot, String(person.issued)]
    const derived = known.flatMap((value) => [value, ...digestsOf(value, keys)])
    const found = new Set(derived.flatMap((value) => answersByCell.get(value.slice(0, 16)) ?? []))
    return [...found].map((answers): [Person, string] => [person, answers])
  })
}

function digestsOf(value: string, keys: Buffer[]): string[] {
  const plain = ['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(value).digest())
  const keyed = keys.map((key) => createHmac('sha256', key).update(value).digest())
  return [...plain, ...keyed].flatMap((digest) =>
    (['base64url', 'base64', 'hex'] as const).map((form) => digest.toString(form)),
  )
}

export function filesIn(folder: string): Bytes[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => ({ name, bytes: readFileSync(name) }))
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0]
  }
  return order
}
