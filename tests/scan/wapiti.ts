// wapiti: crawls the site and tries on each address, field and header what people have tried on others.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runTool, type Finding, type Run } from './tool.ts'

// Left out: nikto and wapp fetch their lists from the network, buster guesses 31 000 names of files and brute_login_form 26
// passwords, which the rate limit would answer.
const modules = [
  'backup',
  'blindsql',
  'cookieflags',
  'crlf',
  'csp',
  'csrf',
  'exec',
  'file',
  'htaccess',
  'http_headers',
  'methods',
  'permanentxss',
  'redirect',
  'shellshock',
  'sql',
  'ssrf',
  'xss',
  'xxe',
]

export interface Crawl {
  target: string
  address: string
  cookies?: Record<string, string>
  /** Addresses that no page links to. */
  start?: string[]
  /** Fewer addresses and forms than these mean that it did not get in. */
  least: number
  modules?: string[]
  endpoint: string
  folder: string
  home: string
}

/** Seconds for the crawl, and for each module: a bound, not what is used. */
const bounds = { crawl: 90, module: 90, all: 900 }

const Entry = z.object({
  method: z.string(),
  path: z.string(),
  info: z.string(),
  level: z.number(),
  parameter: z.string().nullish(),
})
const Entries = z.record(z.string(), z.array(Entry))
const Report = z.object({ vulnerabilities: Entries, anomalies: Entries, additionals: Entries })

export async function runWapiti(crawl: Crawl): Promise<Run> {
  const { target, address, folder, home } = crawl
  const report = join(folder, `wapiti-${target}.json`)
  const jar = join(home, `cookies-${target}.json`)
  const config = join(home, 'config')
  mkdirSync(config, { recursive: true })
  writeFileSync(jar, JSON.stringify(jarOf(crawl.cookies ?? {})))
  // Else it tries to fetch this list at each start, although the module that reads it is left out.
  writeFileSync(join(config, 'apps.json'), '{}')
  const ended = await runTool(
    'wapiti',
    [
      ...['--url', `${address}/`, '--scope', 'folder', '--depth', '8'],
      ...['--max-links-per-page', '60', '--max-files-per-dir', '60'],
      ...['--max-scan-time', String(bounds.crawl), '--max-attack-time', String(bounds.module)],
      ...['--module', (crawl.modules ?? modules).join(','), '--level', '1', '--verbose', '1'],
      ...['--cookie', jar, '--timeout', '5'],
      // It says that it reads brotli, and cannot.
      ...['--header', `Origin: ${address}`, '--header', 'Accept-Encoding: gzip'],
      ...(crawl.start ?? []).flatMap((path) => ['--start', address + path]),
      ...['--endpoint', `${crawl.endpoint}/`, '--no-bugreport', '--flush-session'],
      ...['--store-session', join(home, 'session'), '--store-config', config],
      ...['--format', 'json', '--output', report],
    ],
    { log: join(folder, `wapiti-${target}.log`), home, mostSeconds: bounds.all },
  )
  const findings = existsSync(report) ? findingsIn(readFileSync(report, 'utf8'), target) : []
  if (!existsSync(report) || ended.code !== 0)
    findings.push(unfinished(target, `ended with ${ended.code} and may have left things out`))
  if (/^Traceback|^\w+Error /m.test(ended.output)) findings.push(unfinished(target, 'a module broke off'))
  const [crawled = ''] = ended.output.split('[*] Launching module')
  const pages = new Set(crawled.match(/^\[\+\] .*$/gm)).size
  if (pages < crawl.least)
    findings.push(unfinished(target, `reached ${pages} addresses and forms, not ${crawl.least}`))
  const stopped = [...ended.output.matchAll(/Max attack time was reached for module (\w+)/g)].map(
    ([, name]) => name,
  )
  const extent = [
    `${pages} addresses and forms`,
    ...(stopped.length > 0 ? [`cut short: ${stopped.join(' ')}`] : []),
  ]
  return { tool: 'wapiti', target, seconds: ended.seconds, extent: extent.join('; '), findings }
}

function unfinished(target: string, text: string): Finding {
  return { tool: 'wapiti', target, severity: 'high', category: 'Not finished', where: target, text }
}

/** wapiti's own format: host → path → name → cookie. */
function jarOf(cookies: Record<string, string>): object {
  const entries = Object.entries(cookies).map(
    ([name, value]) => [name, { value, expires: null, secure: false, port: null, version: 0 }] as const,
  )
  return { '127.0.0.1': { '/': Object.fromEntries(entries) } }
}

function findingsIn(json: string, target: string): Finding[] {
  const report = Report.parse(JSON.parse(json))
  return [report.vulnerabilities, report.anomalies, report.additionals].flatMap((part) =>
    Object.entries(part).flatMap(([category, entries]) =>
      entries.map(({ method, path, info, level, parameter }) => ({
        tool: 'wapiti',
        target,
        severity: level >= 3 ? ('high' as const) : level === 2 ? ('medium' as const) : ('low' as const),
        category,
        where: `${method} ${path}${parameter ? ` (${parameter})` : ''}`,
        text: info,
      })),
    ),
  )
}
