// sqlmap: tries on one request at a time whether what is sent gets into a statement of the database.
import { join } from 'node:path'
import { runTool, type Finding, type Run } from './tool.ts'

export interface Question {
  /** A path; `*` marks a place to try. */
  path: string
  /** A form; without one the request is a GET. */
  form?: Record<string, string>
  cookies?: Record<string, string>
  /** Only these fields. */
  only?: string[]
  level?: number
  risk?: number
}

/** @param until moment of `performance.now()` at which it stops, whatever is left */
export async function runSqlmap(
  target: string,
  address: string,
  questions: Question[],
  { folder, home, until }: { folder: string; home: string; until: number },
): Promise<Run> {
  const findings: Finding[] = []
  let [seconds, tried, refused, withdrawn] = [0, 0, 0, 0]
  for (const question of questions) {
    const name = nameOf(question)
    const secondsLeft = (until - performance.now()) / 1000
    if (secondsLeft < 1) {
      findings.push(found(target, name, 'high', 'Not finished', 'left out: the time was over'))
      continue
    }
    const ended = await runTool('sqlmap', argsFor(address, question, home), {
      log: join(folder, `sqlmap-${target}-${name.replace(/\W+/g, '-')}.log`),
      home,
      mostSeconds: Math.min(300, secondsLeft),
    })
    seconds += ended.seconds
    tried += new Set(ended.output.match(/testing for SQL injection on .*/g)).size
    refused += Number(/429 \(Too Many Requests\) - (\d+) times/.exec(ended.output)?.[1] ?? 0)
    // It then leaves the field, so each of these is a field that was tried in part.
    withdrawn += ended.output.match(/false positive or unexploitable/g)?.length ?? 0
    findings.push(...findingsIn(ended.output, name, target))
    const isDone =
      ended.code === 0 && /all tested parameters do not appear|injection point/.test(ended.output)
    if (!isDone) findings.push(found(target, name, 'high', 'Not finished', `sqlmap ended with ${ended.code}`))
  }
  const extent = `${questions.length} requests, ${tried} fields; ${refused} × 429; ${withdrawn} suspicions withdrawn`
  return { tool: 'sqlmap', target, seconds, extent, findings }
}

function nameOf({ path, form, only }: Question): string {
  const [address = ''] = path.split('?')
  return `${form ? 'POST' : 'GET'} ${address}${only ? ` ${only.join(',')}` : ''}`
}

function argsFor(address: string, question: Question, home: string): string[] {
  const { path, form, cookies, only, level = 1, risk = 1 } = question
  const cookie = Object.entries(cookies ?? {}).map(([name, value]) => `${name}=${value}`)
  return [
    ...['--url', address + path],
    ...(form ? ['--data', new URLSearchParams(form).toString()] : []),
    ...(cookie.length > 0 ? ['--cookie', cookie.join('; ')] : []),
    ...(only ? ['-p', only.join(',')] : []),
    ...['--headers', `Origin: ${address}\nSec-Fetch-Site: same-origin`],
    ...['--level', String(level), '--risk', String(risk), '--timeout', '20'],
    // Each try from another address, see site.ts.
    ...['--tamper', 'xforwardedfor'],
    ...['--batch', '--flush-session', '--ignore-code', '*', '--ignore-redirects', '--drop-set-cookie'],
    ...[
      '--disable-coloring',
      '--output-dir',
      join(home, 'sqlmap'),
      '--answers',
      'URI injections=N,report=N,create=N',
    ],
  ]
}

function findingsIn(output: string, name: string, target: string): Finding[] {
  const say = (severity: Finding['severity'], category: string, text: string) =>
    found(target, name, severity, category, text)
  const titles = [...output.matchAll(/^Parameter: (.+)\n(?: {4}Type: .*\n)? {4}Title: (.*)$/gm)]
  const hints = [...output.matchAll(/heuristic \((?:basic|XSS|FI)\) test shows that .* might be .*/g)].map(
    ([text]) => text,
  )
  const broken = /(5\d\d \([\w ]+\)) - (\d+) times/.exec(output)
  return [
    ...titles.map(([, parameter, title]) => say('high', 'SQL injection', `${parameter}: ${title}`)),
    ...hints.map((text) => say('medium', 'Heuristic', text)),
    ...(broken ? [say('high', 'Server error', broken[0])] : []),
  ]
}

function found(
  target: string,
  where: string,
  severity: Finding['severity'],
  category: string,
  text: string,
): Finding {
  return { tool: 'sqlmap', target, severity, category, where, text }
}
