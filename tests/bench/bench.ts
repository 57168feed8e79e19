// `npm run bench`: how many responses a second the real program takes, beside bare Express 5 + better-sqlite3 on the same
// machine at the same hour. Ours and bare run in turn, because a machine's speed changes by a third from hour to hour.
// Then the page of progress, small and very large, on SQLite and, where Debian's programs are there, on a PostgreSQL server
// of its own.
//   node tests/bench/bench.ts [--json FILE] [--rounds 5] [--seconds 2] [--profile FOLDER] [--only progress]
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { BarePages } from './bare-server.ts'
import { Cpu, startChild, type Child } from './child.ts'
import {
  concurrency,
  exchange,
  load,
  Person,
  targetAt,
  unexpected,
  type Answer,
  type Limits,
  type Target,
} from './client.ts'
import {
  learnForms,
  partPath,
  prepare,
  requestsOf,
  respond,
  stepsOf,
  type Forms,
  type Layout,
} from './journey.ts'
import { startPostgres } from '../support/global-setup.ts'
import { againAndAgain, firstOfProcess, prepareProgress, progressPaths, type Place } from './progress.ts'
import {
  costTableOf,
  summaryOf,
  tableOf,
  type CostRow,
  type Micro,
  type Pair,
  type Result,
  type Window,
} from './table.ts'
import { benchFiles } from './workbook.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    profile: { type: 'string' },
    only: { type: 'string' },
  },
})
const rounds = z.coerce.number().int().min(1).max(50).parse(options.rounds)
const windowSeconds = z.coerce.number().min(0.2).max(10).parse(options.seconds)

/** No further round begins when it would end behind this. */
const longestRun = 165
const cardsPerSurvey = 25_000
/** Ballots that are filled in beforehand for one window of submits. */
const preparedPerWindow = 1_500
const layouts = ['one-page', 'sections'] as const
/** The peer table's best was 19.1 (LimeSurvey 6.5.2, tuned, one page); what is asked of us stands beside it. */
const targets = { 'one-page': 475, sections: 190 }

const Codes = z.object({ 'one-page': z.array(z.string()), sections: z.array(z.string()) })
const Stored = z.object({ 'one-page': z.array(z.number()), sections: z.array(z.number()) })

interface Site {
  child: Child
  target: Target
}

/** One line of the table: what is done to ours and to the bare server. */
interface Measure {
  name: string
  target?: number
  /** Before each window, outside the time. */
  before?: () => Promise<void>
  ours: () => Promise<{ done: number; seconds: number }>
  bare: () => Promise<{ done: number; seconds: number }>
}

async function main(): Promise<void> {
  const started = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'cchc-bench-'))
  const children: Child[] = []
  try {
    if (options.only === undefined) await run(folder, started, children)
    process.stdout.write(`\n${costTableOf(await progressCosts(folder))}\n`)
  } finally {
    await Promise.all(children.map((child) => child.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
  benchFiles(20_000, 30)
}

async function run(folder: string, started: number, children: Child[]): Promise<void> {
  const profile = options.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', options.profile]
  const start = async (name: string, ...args: string[]): Promise<Site> => {
    const child = await startChild(join(import.meta.dirname, name), args, profile)
    children.push(child)
    return { child, target: targetAt(await child.ask('port', z.number())) }
  }
  const busyBefore = loadavg()[0] ?? 0
  const ours = await start('our-server.ts', folder, String(cardsPerSurvey))
  const bare = await start('bare-server.ts', join(folder, 'bare.sqlite'))
  const { sqlite } = await ours.child.ask('about', z.object({ sqlite: z.string() }))
  const machine =
    `${cpus().length} CPUs (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, ` +
    `SQLite ${sqlite}, load ${busyBefore.toFixed(1)} before the start`
  process.stdout.write(`${machine}\n`)
  if (isInMemory(folder))
    process.stdout.write(`${folder} lies in memory: commits cost nothing here. Set TMPDIR to a disk.\n`)

  const bench = await setUp(ours, bare)
  const results: Result[] = bench.measures.map(({ name, target }) => ({ name, target, pairs: [] }))
  const micros: Micro[] = [
    { name: 'inside: sealBallot', perSecond: [] },
    { name: 'inside: findCode (by hash)', perSecond: [] },
    { name: 'inside: redeemCode (opened card)', perSecond: [] },
  ]
  await oneRound(bench, ours, bare, undefined)
  let done = 0
  let longest = 0
  while (done < rounds) {
    const begun = performance.now()
    if ((begun - started) / 1000 + longest > longestRun) break
    await oneRound(bench, ours, bare, results)
    for (const [i, name] of ['seal', 'lookup', 'redeem'].entries())
      micros[i]?.perSecond.push(await ours.child.ask(name, z.number()))
    done++
    longest = Math.max(longest, (performance.now() - begun) / 1000)
    process.stderr.write(`round ${done} of ${rounds}\n`)
  }
  if (done === 0) throw new Error(`this machine is too slow for one round in ${longestRun} s`)
  const check = await checkStored(bench, ours, bare)

  const seconds = (performance.now() - started) / 1000
  process.stdout.write(
    `${done} rounds, ${concurrency} connections, windows of ${windowSeconds} s, ${Math.round(seconds)} s in all\n\n` +
      `${tableOf(results, micros)}\n\n${check}\n`,
  )
  if (options.json === undefined) return
  const json = { schema: 'bench/1', machine, rounds: done, results: results.map(asJson), micros, check }
  writeFileSync(options.json, JSON.stringify(json, null, 2) + '\n')
}

/** The page of progress, its rows side by side in one run; a few requests each, because nothing but the median is shown. */
async function progressCosts(folder: string): Promise<CostRow[]> {
  const place = (databaseUrl?: string): Place => ({
    dataDir: mkdtempSync(join(folder, 'progress-')),
    databaseUrl,
  })
  const rows = await costsOn('SQLite', place())
  const server = startPostgres()
  if (server === undefined) return rows
  try {
    return [...rows, ...(await costsOn('PostgreSQL', place(server.url)))]
  } finally {
    server.stop()
  }
}

async function costsOn(database: string, place: Place): Promise<CostRow[]> {
  const [processes, requests] = [3, 7]
  const { cookie, few, many } = await prepareProgress(place)
  const names = {
    [progressPaths.small]: '31 units',
    [progressPaths.few]: `5,000 units x 4, ${few.toLocaleString('en')} ballots`,
    [progressPaths.many]: `5,000 units x 4, ${many.toLocaleString('en')} ballots`,
  }
  const rows: CostRow[] = []
  for (const again of await againAndAgain(place, cookie, Object.keys(names), requests)) {
    const first = await firstOfProcess(place, cookie, again.path, processes)
    rows.push({ ...again, name: `${database}, ${names[again.path] ?? ''}`, first })
  }
  return rows
}

function asJson(result: Result) {
  return { ...summaryOf(result), pairs: result.pairs }
}

interface Bench {
  measures: Measure[]
  /** Ballots for which the client saw the site's thanks (or the redirect to them). */
  acknowledged: Record<Layout | 'bare', number>
}

async function setUp(ours: Site, bare: Site): Promise<Bench> {
  const codes = await ours.child.ask('codes', Codes)
  const take = (layout: Layout) => {
    const code = codes[layout].pop()
    if (code === undefined) throw new Error('all cards are used; raise cardsPerSurvey')
    return code
  }
  const acknowledged = { 'one-page': 0, sections: 0, bare: 0 }
  const forms: Record<Layout, Forms> = {
    'one-page': await learnForms(ours.target, take('one-page')),
    sections: await learnForms(ours.target, take('sections')),
  }
  const shown = {
    'one-page': await pagesOf(ours, forms['one-page'], take('one-page')),
    sections: await pagesOf(ours, forms.sections, take('sections')),
  }
  for (const layout of layouts) acknowledged[layout]++
  const show = (layout: Layout) => bare.child.ask('show', z.undefined(), shown[layout])
  const limits = (most: number): Limits => ({ seconds: windowSeconds, most })

  const wholeResponse = (layout: Layout, words: string): Measure => ({
    name: `whole response, ${words}: ${requestsOf(forms[layout])} requests`,
    target: targets[layout],
    before: () => show(layout),
    ours: async () => {
      const loaded = await load(limits(codes[layout].length), () =>
        respond(ours.target, forms[layout], take(layout)),
      )
      acknowledged[layout] += loaded.done
      return loaded
    },
    bare: async () => {
      const loaded = await load(limits(Infinity), () => respond(bare.target, forms[layout], 'any'))
      acknowledged.bare += loaded.done
      return loaded
    },
  })

  let prepared: { cookie: string; form: string }[] = []
  const filled = stepsOf(forms['one-page'])[0]?.form ?? ''
  const submit: Measure = {
    name: 'one ballot stored: POST → commit',
    before: async () => {
      prepared = []
      await load({ seconds: 60, most: preparedPerWindow }, async () => {
        prepared.push(await prepare(ours.target, forms['one-page'], take('one-page')))
      })
    },
    ours: async () => {
      const loaded = await load(limits(prepared.length), async () => {
        const one = prepared.pop()
        if (one) await postBallot(ours.target, one)
      })
      acknowledged['one-page'] += loaded.done
      return loaded
    },
    bare: async () => {
      const one = { cookie: '', form: filled }
      const loaded = await load(limits(preparedPerWindow), () => postBallot(bare.target, one))
      acknowledged.bare += loaded.done
      return loaded
    },
  }

  const onePage = (words: string, layout: Layout, path: string): Measure => {
    const page = shown[layout].pages.find((each) => each.path === path)
    const cookie = { value: '' }
    return {
      name: `GET ${words}, ${(page?.body.length ?? 0).toLocaleString('en')} bytes`,
      before: async () => {
        await show(layout)
        if (path === '/' || cookie.value !== '') return
        const person = new Person(ours.target)
        await person.post('/vao', `code=${take(layout)}`, '/phieu')
        cookie.value = person.cookie
      },
      ours: () => load(limits(Infinity), () => getPage(ours.target, path, cookie.value)),
      bare: () => load(limits(Infinity), () => getPage(bare.target, path, cookie.value)),
    }
  }

  return {
    acknowledged,
    measures: [
      submit,
      wholeResponse('one-page', 'one page'),
      wholeResponse('sections', `${forms.sections.pages.length} sections`),
      onePage('the first page', 'one-page', '/'),
      onePage('a section', 'sections', partPath(1)),
      onePage('all 30 questions', 'one-page', partPath(1)),
    ],
  }
}

/** What our site answers to one respondent, for the bare server to send again. */
async function pagesOf(ours: Site, forms: Forms, code: string): Promise<z.input<typeof BarePages>> {
  const pages = new Map<string, Pick<Answer, 'encoding' | 'body'>>()
  await respond(ours.target, forms, code, (path, { encoding, body }) => {
    pages.set(path, { encoding, body })
  })
  return {
    ballotBytes: await ours.child.ask('ballotBytes', z.number()),
    pages: [...pages].map(([path, page]) => ({ path, ...page })),
    steps: [{ path: '/vao', next: '/phieu' }, ...stepsOf(forms).map(({ path, next }) => ({ path, next }))],
  }
}

async function postBallot(target: Target, { cookie, form }: { cookie: string; form: string }): Promise<void> {
  const answer = await exchange(target, '/phieu/gui', cookie, form)
  if (answer.status !== 303 || answer.location !== '/phieu/cam-on') throw unexpected('/phieu/gui', answer)
}

async function getPage(target: Target, path: string, cookie: string): Promise<void> {
  const answer = await exchange(target, path, cookie)
  if (answer.status !== 200) throw unexpected(path, answer)
}

/** Every measure once, ours and right behind it the bare server; without `results` only to get warm. */
async function oneRound(
  { measures }: Bench,
  ours: Site,
  bare: Site,
  results: Result[] | undefined,
): Promise<void> {
  for (const [i, measure] of measures.entries()) {
    await measure.before?.()
    const pair: Pair = {
      ours: await watched(ours, measure.ours),
      bare: await watched(bare, measure.bare),
    }
    results?.[i]?.pairs.push(pair)
  }
}

async function watched(
  { child }: Site,
  work: () => Promise<{ done: number; seconds: number }>,
): Promise<Window> {
  const cpuBefore = await child.ask('cpu', Cpu)
  const before = { all: cpuMsOfMachine(), own: cpuMsOfThisProcess() }
  const loaded = await work()
  const all = cpuMsOfMachine() - before.all
  const own = cpuMsOfThisProcess() - before.own
  const cpuMs = (await child.ask('cpu', Cpu)) - cpuBefore
  const othersShare = Math.max(0, (all - own - cpuMs) / (1000 * loaded.seconds * cpus().length))
  return { ...loaded, cpuMs, othersShare }
}

function cpuMsOfMachine(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

function cpuMsOfThisProcess(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Exactly as many ballots, receipts and taken places as were acknowledged; anything else is an error. */
async function checkStored({ acknowledged }: Bench, ours: Site, bare: Site): Promise<string> {
  const stored = await ours.child.ask('stored', Stored)
  const inBare = await bare.child.ask('stored', z.number())
  for (const layout of layouts) {
    if (stored[layout].some((rows) => rows !== acknowledged[layout]))
      throw new Error(
        `${layout}: ${acknowledged[layout]} acknowledged, but ${stored[layout].join(', ')} ballots, receipts, places`,
      )
  }
  if (inBare !== acknowledged.bare)
    throw new Error(`bare: ${acknowledged.bare} acknowledged, ${inBare} stored`)
  const all = acknowledged['one-page'] + acknowledged.sections
  return `${all.toLocaleString('en')} ballots acknowledged, as many in the box, as many receipts and places taken.`
}

function isInMemory(folder: string): boolean {
  const tmpfs = 0x01021994
  return statfsSync(folder).type === tmpfs
}

await main()
