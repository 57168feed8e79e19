// The table of OWASP ASVS 5.0.0, levels 1 and 2: that it is whole, and that what it points to is there. Then what it says of
// the sources as a whole, and that the written decisions say what the code does.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { passwordLength } from '../../src/staff/password.ts'
import { sessionLimits } from '../../src/staff/auth.ts'
import { freshMinutes } from '../../src/staff/guard.ts'

const folder = 'tests/asvs'
const decisions = readFileSync(join(folder, 'decisions.md'), 'utf8')

/**
 * Section → numbers of its requirements, "1-5" for one to five. The numbers that are left out are of level 3.
 * Source: OWASP Application Security Verification Standard 5.0.0.
 */
const sections: Record<string, string> = {
  '1.1': '1-2',
  '1.2': '1-9',
  '1.3': '1-11',
  '1.4': '1-3',
  '1.5': '1-2',
  '2.1': '1-3',
  '2.2': '1-3',
  '2.3': '1-4',
  '2.4': '1',
  '3.2': '1-2',
  '3.3': '1-4',
  '3.4': '1-6',
  '3.5': '1-5',
  '3.7': '1-2',
  '4.1': '1-3',
  '4.2': '1',
  '4.3': '1-2',
  '4.4': '1-4',
  '5.1': '1',
  '5.2': '1-3',
  '5.3': '1-2',
  '5.4': '1-3',
  '6.1': '1-3',
  '6.2': '1-12',
  '6.3': '1-4',
  '6.4': '1-4',
  '6.5': '1-5',
  '6.6': '1-3',
  '6.8': '1-4',
  '7.1': '1-3',
  '7.2': '1-4',
  '7.3': '1-2',
  '7.4': '1-5',
  '7.5': '1-2',
  '7.6': '1-2',
  '8.1': '1-2',
  '8.2': '1-3',
  '8.3': '1',
  '8.4': '1',
  '9.1': '1-3',
  '9.2': '1-4',
  '10.1': '1-2',
  '10.2': '1-2',
  '10.3': '1-4',
  '10.4': '1-11',
  '10.5': '1-5',
  '10.6': '1-2',
  '10.7': '1-3',
  '11.1': '1-2',
  '11.2': '1-3',
  '11.3': '1-3',
  '11.4': '1-4',
  '11.5': '1',
  '11.6': '1',
  '12.1': '1-3',
  '12.2': '1-2',
  '12.3': '1-4',
  '13.1': '1',
  '13.2': '1-5',
  '13.3': '1-2',
  '13.4': '1-5',
  '14.1': '1-2',
  '14.2': '1-4',
  '14.3': '1-3',
  '15.1': '1-3',
  '15.2': '1-3',
  '15.3': '1-7',
  '16.1': '1',
  '16.2': '1-5',
  '16.3': '1-4',
  '16.4': '1-3',
  '16.5': '1-3',
  '17.1': '1',
  '17.2': '1-4',
  '17.3': '1-2',
}

const verdicts = ['met', 'not-applicable', 'operator', 'partly', 'not-met']

/** Not met, each with its reason in the table's column `how`; nobody may be added without saying so here. */
const notMet: string[] = []

interface Row {
  id: string
  level: string
  requirement: string
  verdict: string
  how: string
  evidence: string
}

const table: Row[] = parse(readFileSync(join(folder, 'asvs-5.0-level-2.tsv')), {
  columns: true,
  delimiter: '\t',
  quote: false,
})

describe('the table', () => {
  test('holds each requirement of levels 1 and 2 once, in order', () => {
    const ids = Object.entries(sections).flatMap(([section, numbers]) =>
      numbers.split(' ').flatMap((range) => {
        const [first = 0, last = first] = range.split('-').map(Number)
        return Array.from({ length: last - first + 1 }, (_, i) => `${section}.${first + i}`)
      }),
    )
    expect(ids).toHaveLength(253)
    expect(table.map(({ id }) => id)).toEqual(ids)
    expect(table.filter(({ level }) => level === '1')).toHaveLength(70)
    expect(table.filter(({ level }) => level === '2')).toHaveLength(183)
  })

  test('gives each a verdict and a sentence', () => {
    for (const { id, verdict, how, requirement } of table) {
      expect(verdicts, id).toContain(verdict)
      expect(how.length, id).toBeGreaterThan(5)
      expect(requirement.length, id).toBeGreaterThan(10)
      expect(how, id).toMatch(/\.$/)
      expect(how, id).not.toMatch(/TODO/)
    }
  })

  test('leaves nothing unmet but what is listed here', () => {
    expect(table.filter(({ verdict }) => verdict === 'not-met').map(({ id }) => id)).toEqual(notMet)
  })

  test('names for what is met, partly met or the operator’s where that is shown, and the place is there', () => {
    for (const { id, verdict, evidence } of table) {
      const places = evidence.split('; ').filter((place) => place !== '')
      if (verdict !== 'not-applicable') expect(places.length, id).toBeGreaterThan(0)
      for (const place of places) expect(lackOf(place), `${id}: ${place}`).toBeUndefined()
      if (verdict === 'operator') expect(places, id).toContain('README.md > What the operator sees to')
    }
  })
})

/** What is wrong with "file > words in it"; a test or a document must hold the words, a source stands for itself. */
function lackOf(place: string): string | undefined {
  const [file = '', words] = place.split(' > ')
  // A test that is being written: its name is filled in as soon as the file is there.
  if (words === '?') return existsSync(file) ? 'the name is still missing' : undefined
  if (!existsSync(file)) return 'there is no such file'
  if (words === undefined) return file.startsWith('src/') ? undefined : 'no words of it are named'
  return readFileSync(file, 'utf8').includes(words) ? undefined : 'its words are not in it'
}

test('every production dependency stands in the table of dependencies, with the version that is installed', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>
  }
  const rows = [
    ...readFileSync(join(folder, 'dependencies.md'), 'utf8').matchAll(/^\| (\S+) \| .*? \| ([\d.]+) \|/gm),
  ]
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(dependencies))
  for (const [, name = '', version] of rows) {
    const installed = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as {
      version: string
      scripts?: Record<string, string>
    }
    expect(installed.version, name).toBe(version)
    for (const script of ['preinstall', 'install', 'postinstall'])
      expect(installed.scripts ?? {}, name).not.toHaveProperty(script)
  }
})

test('the figures of the decisions are those of the code', () => {
  const { least, most } = passwordLength
  const { idleSeconds, mostSeconds } = sessionLimits
  for (const words of [
    `**${least}** to **${most}** signs`,
    `**${idleSeconds / 3600}** hour after its last use, **${mostSeconds / 3600}** hours after`,
    `of the last **${freshMinutes}** minutes`,
    `**${numberIn('src/staff/sign-in-limiter.ts', 'freeFailures')}** failures`,
    `within **${numberIn('src/staff/sign-in-limiter.ts', 'windowSeconds')}** minutes`,
    `each **${numberIn('src/staff/sign-in-limiter.ts', 'secondsBetweenTries')}** seconds`,
    `**${numberIn('src/staff/auth.ts', 'triesPerMinute')}** sign-ins a minute`,
    `**${numberIn('src/index-calculator/index.routes.ts', 'largestFile')} MB**`,
    `**${numberIn('src/staff/staff.routes.ts', 'largestRoster')} MB**`,
  ])
    expect(decisions).toContain(words)
})

/** The first number of `const name = …`: what a person reads in the source. */
function numberIn(file: string, name: string): string {
  const found = new RegExp(`const ${name} = (\\d+)`).exec(readFileSync(file, 'utf8'))?.[1] ?? 'nothing'
  // 1024 * 1024 is written without a factor.
  return found === '1024' ? '1' : found
}

describe('the source', () => {
  const server = filesIn('src').filter((file) => !file.startsWith('src/build/'))
  const browser = filesIn('public/js')

  test('evaluates nothing and starts no other program', () => {
    for (const file of server)
      expect(readFileSync(file, 'utf8'), file).not.toMatch(/\beval\(|new Function\(|child_process|node:vm/)
  })

  test('compares strictly everywhere', () => {
    const loose = [ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken]
    for (const file of [...server, ...browser]) {
      const visit = (node: ts.Node): void => {
        if (ts.isBinaryExpression(node)) expect(loose, file).not.toContain(node.operatorToken.kind)
        ts.forEachChild(node, visit)
      }
      visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest))
    }
  })

  test('calls no address of the web, draws no chance from Math.random, uses no broken hash', () => {
    for (const file of server)
      expect(readFileSync(file, 'utf8'), file).not.toMatch(
        /\bfetch\(|https?\.(get|request)\(|Math\.random|createHash\('(md5|sha1)'/,
      )
  })

  test('of the browser writes no HTML and stores nothing in the browser', () => {
    expect(browser.length).toBeGreaterThan(3)
    for (const file of browser)
      expect(readFileSync(file, 'utf8'), file).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|indexedDB|document\.cookie|postMessage/,
      )
  })
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}
