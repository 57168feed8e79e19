// The folders are the road: data moves right, imports point left. Reads the import lines of src and fails, printing the
// pipeline, when one points right; then what else the words of the architecture promise and no compiler sees.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { permissionMarkdown } from '../src/staff/permission-table.ts'

const pipeline = `
 survey → access → response → ballot → score → index-calculator → release → rehearsal (walks the whole road)
            └─ quota (a side window on access)
 staff and jobs stand beside; lib, db, web lie under all; main, cli, program and demo see everything`

const road = [
  'survey',
  'access',
  'quota',
  'response',
  'ballot',
  'score',
  'index-calculator',
  'release',
  'rehearsal',
]
const ground = ['lib', 'db', 'web', 'config.ts']
/** They put the parts together; nothing may import them, but the demo starts main. */
const assemblers = ['main.ts', 'cli.ts', 'commands', 'program.ts', 'demo']

interface Import {
  from: string
  to: string
}

const sources = filesIn('src', '.ts')
const imports = sources.flatMap(importsOf)
const ownImports = imports.filter(({ to }) => to.startsWith('src/'))

test('data moves right, imports point left', () => {
  expectNone(ownImports.filter((each) => !isAllowed(each)))
})

test('an import that points right would be found', () => {
  const wrong: Import[] = [
    { from: 'src/survey/survey.queries.ts', to: 'src/access/code.ts' },
    { from: 'src/access/batch.service.ts', to: 'src/quota/progress.ts' },
    { from: 'src/ballot/seal.ts', to: 'src/score/exact.ts' },
    { from: 'src/score/aggregate.ts', to: 'src/index-calculator/formula.ts' },
    { from: 'src/lib/form.ts', to: 'src/web/cookies.ts' },
    { from: 'src/db/database.ts', to: 'src/survey/survey.ts' },
    { from: 'src/web/layout.ts', to: 'src/survey/survey.ts' },
    { from: 'src/web/error-page.ts', to: 'src/staff/frame.ts' },
    { from: 'src/staff/guard.ts', to: 'src/survey/survey.queries.ts' },
    { from: 'src/jobs/runner.ts', to: 'src/survey/survey.service.ts' },
    { from: 'src/release/files.ts', to: 'src/program.ts' },
  ]
  expect(wrong.filter(isAllowed)).toEqual([])
  expect(imports.length).toBeGreaterThan(300)
})

describe('each kind of file keeps to its trade', () => {
  test('a rule (x.ts of a feature) knows neither Express nor Kysely', () => {
    // These two are no rules: they read the cookie of a request and say who is behind it, as staff/guard.ts does.
    const ofRequests = ['src/response/respondent.ts', 'src/response/answering-cookie.ts']
    const rules = sources.filter((file) => road.includes(placeOf(file)) && /\/[a-z-]+\.ts$/.test(file))
    expect(rules).toEqual(expect.arrayContaining(ofRequests))
    expectNone(
      importsBy(rules.filter((file) => !ofRequests.includes(file))).filter(isOf('express', 'kysely')),
    )
  })

  test('views, jobs and services know no Express, routes no Kysely, queries no Express', () => {
    const withoutExpress = sources.filter((file) => /\.(views|jobs|service|queries)\.ts$/.test(file))
    expectNone(importsBy(withoutExpress).filter(isOf('express')))
    const withoutKysely = sources.filter((file) => /\.(views|jobs|routes)\.ts$/.test(file))
    expectNone(importsBy(withoutKysely).filter(isOf('kysely')))
  })

  test('routes are mounted by web/app.ts alone, and work is brought to the runner by program.ts alone', () => {
    const others = (end: RegExp, user: string) =>
      ownImports.filter(({ from, to }) => end.test(to) && from !== user)
    expectNone(others(/\.routes\.ts$/, 'src/web/app.ts'))
    expectNone(others(/\.jobs\.ts$/, 'src/program.ts'))
  })

  test('exact values become numbers in two places', () => {
    const readers = sources.filter((file) => readFileSync(file, 'utf8').includes('revealFraction'))
    expect(readers).toEqual(['src/index-calculator/calculate.ts', 'src/score/exact.ts', 'src/score/shown.ts'])
  })

  test('exact scores are known to the calculator, to the making of a release, and to nobody else', () => {
    const usersOf = (call: string, defined: string) =>
      sources.filter(
        (file) => file !== defined && new RegExp(`\\b${call}\\(|[(:]${call}\\b`).test(withoutComments(file)),
      )
    // What computes them is called where they become a release, and where an index is made of them; the worked example of
    // the settings page computes invented people.
    expect(usersOf('aggregate', 'src/score/aggregate.ts')).toEqual([
      'src/score/derive.ts',
      'src/score/example.ts',
      'src/score/score.service.ts',
    ])
    expect(usersOf('aggregateUnits', 'src/score/aggregate.ts')).toEqual(['src/score/sensitivity.ts'])
    expect(usersOf('exactScores', 'src/score/score.service.ts')).toEqual([
      'src/index-calculator/index.service.ts',
    ])
    expect(usersOf('countSurvey', 'src/score/score.service.ts')).toEqual(['src/release/release.service.ts'])
    // As text they are compared and stored beside a run; weights, which are no answers, also beside a release.
    expect(usersOf('exactText', 'src/score/exact.ts')).toEqual([
      'src/index-calculator/index.service.ts',
      'src/score/audit.ts',
      'src/score/exchange.ts',
      'src/score/precision.ts',
      'src/score/published.ts',
    ])
    const users = ownImports.filter(({ to }) => /^src\/score\/(exact|aggregate|counts|tally)\.ts$/.test(to))
    const outside = [...new Set(users.map(({ from }) => from))].filter(
      (file) => !file.startsWith('src/score/'),
    )
    expect(outside).toEqual([
      'src/index-calculator/appraised.ts',
      'src/index-calculator/calculate.ts',
      'src/index-calculator/formula.ts',
      'src/index-calculator/index.service.ts',
    ])
    // Views, routes and files get their numbers from the stored release alone; so does the CLI.
    const open = sources.filter((file) =>
      /\.(views|routes)\.ts$|\/(cli|files|tables)\.ts$|\/commands\//.test(file),
    )
    expectNone(
      importsBy(open).filter(({ to }) =>
        /score\/(exact|aggregate|counts|level-sums|tally|audit|precision|unit-figures|level-figures|derive|sensitivity)\.ts$/.test(
          to,
        ),
      ),
    )
  })

  test('the environment is read by config.ts, to which the entry points hand it', () => {
    // The demo looks at DATA_DIR itself because its default is a folder of its own.
    const handing: Record<string, string[]> = {
      'src/main.ts': ['readConfig(process.env)'],
      'src/commands/command-line.ts': ['readConfig(process.env)'],
      'src/demo/demo.ts': [
        "process.env.DATA_DIR ?? './data-demo'",
        "readConfig({ LOG_LEVEL: 'warn', ...process.env, DATA_DIR: dataDir })",
      ],
    }
    for (const file of sources) {
      const code = withoutComments(file)
      const rest = (handing[file] ?? []).reduce((text, words) => text.replaceAll(words, ''), code)
      expect(rest, file).not.toMatch(/process\.env/)
    }
  })

  test('migrations are frozen in time: nothing of src is in them', () => {
    const frozen = filesIn('migrations', '.ts').flatMap(importsOf)
    expectNone(frozen.filter(({ to }) => to.startsWith('src/')))
    expect(frozen.length).toBeGreaterThan(0)
  })

  test('every refusal of the catalogue is used', () => {
    const catalogue = readFileSync('src/lib/problem.ts', 'utf8')
    const kinds = [...catalogue.matchAll(/^ {2}'?([a-z-]+)'?: \{$/gm)].map(([, kind = '']) => kind)
    const code = sources
      .filter((file) => file !== 'src/lib/problem.ts')
      .map((file) => readFileSync(file, 'utf8'))
    expect(kinds.length).toBeGreaterThan(40)
    expect(kinds.filter((kind) => !code.some((text) => text.includes(`'${kind}'`)))).toEqual([])
  })
})

test('the table who-may-do-what in README is the one that the guard’s own roles make', () => {
  const words = (text: string) => text.replace(/[ \t]+/g, ' ').replace(/-+/g, '-')
  expect(words(readFileSync('README.md', 'utf8'))).toContain(words(permissionMarkdown()))
})

describe('a page', () => {
  const views = filesIn('views', '.ejs')

  test('is rendered by somebody: no view file lies about unused, none is missing', () => {
    const rendered = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'([a-z-]+\/[a-z-]+)'|^ {2}(error): ErrorPage$/gm)].map(
        ([, name, error]) => name ?? error ?? '',
      ),
    )
    const included = views.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/include\('([^']+)'/g)].map(([, path = '']) =>
        join(dirname(file), path).slice('views/'.length),
      ),
    )
    const names = views.map((file) => file.slice('views/'.length, -'.ejs'.length))
    expect(names.filter((name) => !rendered.includes(name) && !included.includes(name))).toEqual([])
    expect(included.filter((name) => !names.includes(name))).toEqual([])
    const declared = filesIn('src', '.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^ {2}'([a-z-]+\/[a-z-]+)': /gm)].map(([, name = '']) => name),
    )
    expect(declared.length).toBeGreaterThan(15)
    expect(declared.filter((name) => !names.includes(name))).toEqual([])
  })

  test('puts text in unescaped in four places: a partial, the page’s body, a drawn QR code, a chart’s numbers', () => {
    const harmless = /^<%- (include\('[^']+', .*\)|page\.body|(card|slip|page)\.qr|page\.json) %>$/
    for (const file of views) {
      const raw = [...readFileSync(file, 'utf8').matchAll(/<%-.*?%>/g)].map(([words]) => words)
      expect(
        raw.filter((words) => !harmless.test(words)),
        file,
      ).toEqual([])
    }
  })

  test('brings no style or script of its own: the content security policy would drop it', () => {
    for (const file of views) {
      const html = readFileSync(file, 'utf8')
      expect(html, file).not.toMatch(/\sstyle="|<style|\son[a-z]+="|javascript:/)
      expect(html, file).not.toMatch(/<script(?! src="<%= script %>" defer>| type="application\/json")/)
    }
  })
})

/** Where a file belongs: a folder of src, or a file that lies in src itself. */
function placeOf(file: string): string {
  return file.split('/')[1] ?? ''
}

function isAllowed({ from, to }: Import): boolean {
  const [here, there] = [placeOf(from), placeOf(to)]
  if (here === there || assemblers.includes(here)) return true
  if (assemblers.includes(there)) return false
  switch (here) {
    case 'lib':
      return false
    case 'config.ts':
    case 'build':
      return there === 'lib'
    case 'db':
      return there === 'lib' || there === 'config.ts'
    case 'web':
      // app.ts mounts all features and lends the error page the frame of whoever is signed in.
      return ground.includes(there) || from === 'src/web/app.ts'
    case 'staff':
      return ground.includes(there)
    case 'jobs':
      return [...ground, 'staff'].includes(there) || isOneOf(to, 'survey.frame.ts', 'survey.queries.ts')
    default:
      return isAllowedOnRoad(here, there)
  }
}

function isAllowedOnRoad(here: string, there: string): boolean {
  if ([...ground, 'staff', 'jobs'].includes(there)) return true
  const [at, target] = [road.indexOf(here), road.indexOf(there)]
  return at >= 0 && target >= 0 && target < at
}

function isOneOf(file: string, ...names: string[]): boolean {
  return names.some((name) => file === `src/survey/${name}`)
}

function isOf(...packages: string[]): (each: Import) => boolean {
  return ({ to }) => packages.some((name) => to === name || to.startsWith(`${name}/`))
}

function importsBy(files: string[]): Import[] {
  return imports.filter(({ from }) => files.includes(from))
}

/** Every import of a file, also of types alone, as a path from the project's folder or the name of a package. */
function importsOf(from: string): Import[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(from, 'utf8'))
  return importedFiles.map(({ fileName }) => ({
    from,
    to: fileName.startsWith('.') ? join(dirname(from), fileName) : fileName,
  }))
}

function filesIn(folder: string, end: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name))
    .sort()
}

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
}

function expectNone(wrong: Import[]): void {
  const lines = wrong.map(({ from, to }) => `${from} imports ${to}`)
  expect(lines, lines.length === 0 ? '' : `${lines.join('\n')}\n${pipeline}\n`).toEqual([])
}
