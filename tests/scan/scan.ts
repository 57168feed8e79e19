// `npm run test:scan -- [folder]`: wapiti and sqlmap against the real site, on 127.0.0.1 alone, as nobody, as a respondent
// and as an administrator, on SQLite and on PostgreSQL. The reports stay in the folder; what is not in `reviewed` fails.
// Takes ten minutes on two cores, 25 at most; not part of `npm test`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { startChild, type Child } from '../bench/child.ts'
import { startPostgres } from '../support/global-setup.ts'
import { hasProgram } from '../support/tools.ts'
import { openCanary, openEndpoint } from './canary.ts'
import { runSqlmap, type Question } from './sqlmap.ts'
import type { Finding, Run } from './tool.ts'
import { runWapiti, type Crawl } from './wapiti.ts'

/** Findings that were looked at by hand, and why they may stand. */
const reviewed: { tool: string; category: RegExp; text: RegExp; reason: string }[] = [
  {
    tool: 'wapiti',
    category: /^Cross Site Request Forgery$/,
    text: /^Lack of anti CSRF token$/,
    reason:
      'forms carry no token by design: Sec-Fetch-Site, else Origin, decides (web/security.ts). This script sends a forged form to every POST route and reports each that does not refuse it',
  },
  {
    tool: 'wapiti',
    category: /^HTTP Secure Headers$/,
    text: /^X-XSS-Protection is not set$/,
    reason:
      'the header is sent as "0": the filter that it would switch on is gone from browsers and opened holes of its own; the Content-Security-Policy does its work',
  },
  {
    tool: 'wapiti',
    category: /^HTTP Secure Headers$/,
    text: /^Strict-Transport-Security is not set$/,
    reason: 'only over https, and the scan goes over http; tests/unit/web/web.test.ts looks at both',
  },
  {
    tool: 'wapiti',
    category: /^Secure Flag cookie$/,
    text: /^Secure flag is not set in the cookie : (can-bo|da-gui|phieu|phien)$/,
    reason: 'only over https, where the cookie is named __Host- as well; the scan goes over http',
  },
]

const Facts = z.object({
  address: z.string(),
  door: z.string(),
  staff: z.object({ id: z.string(), email: z.string(), cookie: z.string() }),
  invited: z.string(),
  activation: z.string(),
  atSecondStep: z.string(),
  respondent: z.object({ phieu: z.string(), phien: z.string() }),
  tag: z.string(),
  job: z.string(),
})
type Facts = z.infer<typeof Facts>
const Answers = z.record(z.string(), z.number())
const Outcome = z.object({
  bugs: z.array(z.object({ route: z.string(), name: z.string(), message: z.string() })),
  reached: z.array(z.string()),
  signedIn: z.boolean(),
  open: z.array(z.string()),
})

const missing = ['wapiti', 'sqlmap'].filter((name) => !hasProgram(name))
if (missing.length > 0) {
  process.stderr.write(
    `The scan needs programs that this machine lacks; install them: apt-get install ${missing.join(' ')}\n`,
  )
  process.exit(1)
}

const folder = resolve(process.argv[2] ?? 'scan-reports')
mkdirSync(folder, { recursive: true })
const home = mkdtempSync(join(tmpdir(), 'cchc-scan-'))
const endpoint = await openEndpoint()
const canary = await openCanary()
const postgres = process.env.TEST_DATABASE_URL === undefined ? startPostgres() : undefined
const postgresUrl = process.env.TEST_DATABASE_URL ?? postgres?.url
const runs: Run[] = []
const start = performance.now()
const until = start + 24 * 60_000

try {
  await proveTools()
  await Promise.all([
    scanBy('sqlite', 'wapiti', wapitiRuns),
    (async () => {
      await scanBy('sqlite', 'sqlmap', sqlmapRun)
      if (postgresUrl !== undefined) await scanBy('postgres', 'sqlmap', sqlmapRun)
      else process.stderr.write('Not scanned on PostgreSQL: no server (Debian: postgresql)\n')
    })(),
  ])
  if (endpoint.called.length > 0)
    report('site', 'calls out', 'Server-side request', 'endpoint', endpoint.called.join(' '))
} finally {
  canary.close()
  endpoint.close()
  postgres?.stop()
  rmSync(home, { recursive: true, force: true })
}
printTable()

/** A scanner that finds nothing where everything is open proves nothing elsewhere. */
async function proveTools(): Promise<void> {
  const where = { folder, home }
  const found = [
    await runWapiti({
      ...{ ...where, target: 'canary', address: canary.address, endpoint: endpoint.address },
      modules: ['sql', 'xss'],
      least: 2,
    }),
    await runSqlmap('canary', canary.address, [{ path: '/?id=1' }], { ...where, until }),
  ]
  const holes: Record<string, RegExp[]> = { wapiti: [/^SQL/, /^Cross Site Scripting/], sqlmap: [/^SQL/] }
  for (const { tool, findings } of found)
    for (const hole of holes[tool] ?? [])
      if (!findings.some(({ category }) => hole.test(category)))
        report(
          tool,
          'canary',
          'Blind tool',
          '/?id=1',
          `did not find what is there on purpose: ${hole.source}`,
        )
}

/** Starts a site of its own, lets the tool at it, and asks the site afterwards how it went. */
async function scanBy(
  dialect: 'sqlite' | 'postgres',
  tool: string,
  scan: (facts: Facts, site: Child, dialect: string) => Promise<Run[]>,
): Promise<void> {
  process.env.TEST_DIALECT = dialect
  if (postgresUrl !== undefined) process.env.TEST_POSTGRES_URL = postgresUrl
  const site: Child = await startChild(join(import.meta.dirname, 'site.ts'), [], [])
  try {
    const facts = await site.ask('facts', Facts)
    runs.push(...(await scan(facts, site, dialect)))
    const { bugs, reached, signedIn, open } = await site.ask('outcome', Outcome)
    const lines = bugs.map(({ route, name, message }) => `${route}\t${name}: ${message}`)
    for (const line of new Set(lines)) {
      const [route = '', text = ''] = line.split('\t')
      const times = lines.filter((each) => each === line).length
      report('site', `${tool}, ${dialect}`, 'Bug in the log', route, `${times} × ${text}`)
    }
    for (const route of open)
      report('site', `${tool}, ${dialect}`, 'Cross-site form taken', route, 'another site can send this form')
    if (!signedIn)
      report('site', `${tool}, ${dialect}`, 'Session lost', '/dieu-tra', 'the scan ended its own session')
    writeFileSync(join(folder, `reached-${tool}-${dialect}.txt`), reached.join('\n') + '\n')
  } finally {
    await site.stop()
  }
}

async function wapitiRuns({ door, staff, respondent }: Facts, site: Child): Promise<Run[]> {
  const common = { address: door, folder, home, endpoint: endpoint.address }
  const crawls: Crawl[] = [
    {
      ...common,
      target: 'nobody',
      start: [
        '/can-bo/dang-nhap?tiep=/dieu-tra',
        '/can-bo/kich-hoat',
        '/cam-ket-bao-mat',
        '/xac-nhan/mo?dau=2',
      ],
      least: 8,
    },
    { ...common, target: 'respondent', cookies: respondent, start: ['/phieu', '/phieu/phan/1'], least: 8 },
    {
      ...common,
      target: 'staff',
      cookies: { 'can-bo': staff.cookie },
      start: ['/dieu-tra', '/dieu-tra/mo/chi-so', '/nhat-ky?dot=thu&nguoi=&viec=&tu=&den=&truoc=9'],
      least: 60,
    },
  ]
  const done: Run[] = []
  for (const crawl of crawls) {
    await site.ask('answers', Answers)
    const run = await runWapiti(crawl)
    const answers = Object.entries(await site.ask('answers', Answers))
    const words = answers.map(([status, count]) => `${count} × ${status}`).join(', ')
    done.push({ ...run, extent: `${run.extent}; ${words}` })
  }
  return done
}

async function sqlmapRun(facts: Facts, _site: Child, dialect: string): Promise<Run[]> {
  const { address, staff, activation } = facts
  const asStaff = { cookies: { 'can-bo': staff.cookie } }
  const day = { tu: '2022-10-01', den: '2022-10-30' }
  const filter = { dot: 'thu', nguoi: staff.id, viec: 'sign-in', ...day }
  const account = { name: 'Người mới', email: 'invited@example.com', agency: 'SNV' }
  const plan = {
    ...{ title: 'Đợt', organiser: 'Sở', plan_number: '1', plan_date: '2022-10-05' },
    ...{ contact_office: 'Phòng', contact_phone: '0271', layout: 'sections' },
  }
  const questions: Question[] = [
    { path: '/vao', form: { code: '2222-2222-2222' }, only: ['code'], level: 2 },
    {
      path: '/can-bo/dang-nhap',
      form: { email: staff.email, password: 'mot mat khau', tiep: '/dieu-tra' },
      only: ['email'],
      level: 2,
    },
    {
      path: '/can-bo/dang-nhap',
      form: { email: 'a@example.com', password: 'mot mat khau', tiep: '/dieu-tra' },
      only: ['password', 'tiep'],
    },
    {
      path: '/can-bo/buoc-hai',
      form: { code: '123456', tiep: '/dieu-tra' },
      cookies: { 'can-bo': facts.atSecondStep },
    },
    { path: '/xac-nhan/mo', form: { ma: 'K7M2P-Q9TXB' }, level: 2 },
    { path: '/xac-nhan/mo*' },
    { path: '/can-bo/kich-hoat', form: { code: activation }, only: ['code'], level: 2 },
    { path: '/can-bo/dat-mat-khau', form: { code: activation, password: 'ngan' } },
    { path: '/can-bo/khoi-tao/abc*' },
    { path: '/phieu/phan/1*', cookies: facts.respondent },
    { path: '/phieu', cookies: facts.respondent, only: ['phieu', 'phien'], level: 2 },
    { path: '/phieu/phan/1', form: { _phieu: facts.tag, A1: '1', A2: '2' }, cookies: facts.respondent },
    { path: '/dieu-tra', ...asStaff, only: ['can-bo', 'user-agent', 'referer'], level: 3 },
    {
      path: `/nhat-ky?${new URLSearchParams({ ...filter, truoc: '999' }).toString()}`,
      ...asStaff,
      only: ['dot', 'nguoi', 'viec'],
      level: 3,
      risk: 2,
    },
    {
      path: `/nhat-ky?${new URLSearchParams({ ...filter, truoc: '999' }).toString()}`,
      ...asStaff,
      only: ['tu', 'den', 'truoc'],
    },
    { path: '/nhat-ky/xuat', form: filter, ...asStaff },
    { path: '/dieu-tra/thu*/ke-hoach', ...asStaff, level: 2 },
    { path: '/dieu-tra/thu/don-vi/U1*', ...asStaff },
    { path: '/dieu-tra/mo/diem/don-vi/U1*', ...asStaff },
    { path: '/dieu-tra/mo/chi-so/x*', ...asStaff },
    { path: `/dieu-tra/mo/cong-viec/${facts.job}*`, ...asStaff },
    { path: `/tai-khoan/${facts.invited}*`, ...asStaff },
    { path: '/dieu-tra', form: { template: 'binh-phuoc-2022', slug: 'thu' }, ...asStaff },
    { path: '/dieu-tra/nhap/ke-hoach', form: plan, ...asStaff },
    { path: '/tai-khoan', form: { ...account, role: 'officer' }, ...asStaff },
    { path: `/tai-khoan/${facts.invited}`, form: account, ...asStaff },
    { path: `/tai-khoan/${facts.invited}/vai-tro`, form: { role: 'officer@thu' }, ...asStaff },
    { path: '/co-quan', form: { code: 'thu', name: 'Cơ quan thử' }, ...asStaff },
    { path: '/co-quan/thu*', form: { name: 'Cơ quan thử' }, ...asStaff },
    { path: '/can-bo/toi/phien/x*', form: { x: '1' }, ...asStaff },
    { path: '/can-bo/xac-nhan-lai', form: { password: 'x', code: '123456', tiep: '/dieu-tra' }, ...asStaff },
  ]
  return [await runSqlmap(dialect, address, questions, { folder, home, until })]
}

/** A finding of the script's own, always of weight. */
function report(tool: string, target: string, category: string, where: string, text: string): void {
  const finding: Finding = { tool, target, severity: 'high', category, where, text }
  runs.push({ tool, target, seconds: 0, extent: '', findings: [finding] })
}

function reasonFor(finding: Finding): string | undefined {
  return reviewed.find(
    ({ tool, category, text }) =>
      tool === finding.tool && category.test(finding.category) && text.test(finding.text),
  )?.reason
}

function printTable(): void {
  const lines = [['Tool', 'Target', 'Extent', 'Seconds', 'Findings', 'Not reviewed']]
  for (const { tool, target, extent, seconds, findings } of runs) {
    const counts = new Map<string, number>()
    for (const { severity, category } of findings) {
      const kind = `${severity}: ${category}`
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    const words = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
    const open = findings.filter((each) => reasonFor(each) === undefined).length
    lines.push([tool, target, extent, seconds.toFixed(0), words || 'none', String(open)])
  }
  const all = runs.flatMap(({ findings }) => findings)
  const open = all.filter((each) => reasonFor(each) === undefined)
  const reasons = [...new Set(all.flatMap((each) => reasonFor(each) ?? []))]
  const minutes = ((performance.now() - start) / 60_000).toFixed(1)
  const text = [
    ...lines.map((cells) => `| ${cells.join(' | ')} |`).toSpliced(1, 0, `|${' --- |'.repeat(6)}`),
    '',
    ...reasons.map((reason) => `Reviewed: ${reason}`),
    ...open.map(
      ({ tool, target, category, where, text }) => `OPEN ${tool} ${target}: ${category}: ${where}: ${text}`,
    ),
    `${all.length} findings, ${open.length} not reviewed; ${minutes} minutes; reports in ${folder}`,
  ].join('\n')
  process.stdout.write(text + '\n')
  writeFileSync(join(folder, 'summary.md'), text + '\n')
  writeFileSync(join(folder, 'findings.json'), JSON.stringify(all, null, 2) + '\n')
  process.exitCode = open.length > 0 ? 1 : 0
}
