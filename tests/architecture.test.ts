// The road stays straight: data moves right, imports point left. Reads the import lines of src and fails, printing the
// pipeline, when one points right; and holds the other walls of the house.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, dirname } from 'node:path'
import { expect, test } from 'vitest'

const pipeline = [
  'survey',
  'access',
  'quota',
  'response',
  'ballot',
  'score',
  'index-calculator',
  'release',
] as const
const picture = `${pipeline.join(' → ')}  (quota is a side window on access)`

interface SourceFile {
  /** Path below the project, e.g. src/survey/survey.ts */
  path: string
  folder: string
  text: string
  imports: string[]
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)))
}

const sources: SourceFile[] = filesBelow('src', '.ts').map((path) => {
  const text = readFileSync(path, 'utf8')
  const imports = [
    ...text.matchAll(
      /(?:^|\n)(?:import|export)\b[^'"\n]*(?:\n[^'"]*?)?from\s+'([^']+)'|(?:^|\n)import '([^']+)'/g,
    ),
  ]
    .map((match) => match[1] ?? match[2] ?? '')
    .map((name) => (name.startsWith('.') ? relative('.', resolve(dirname(path), name)) : name))
  return { path, folder: path.split('/')[1] ?? '', text, imports }
})

/** Folders of src that a file imports from. */
function foldersOf(source: SourceFile): string[] {
  return source.imports.filter((name) => name.startsWith('src/')).map((name) => name.split('/')[1] ?? '')
}

test('imports point left along the pipeline', () => {
  const wrong = sources.flatMap((source) => {
    const from = pipeline.indexOf(source.folder as (typeof pipeline)[number])
    if (from < 0) return []
    return foldersOf(source)
      .filter((folder) => pipeline.indexOf(folder as (typeof pipeline)[number]) > from)
      .map((folder) => `${source.path} imports from ${folder}`)
  })
  expect(wrong, `data moves right, imports point left: ${picture}`).toEqual([])
})

test('lib lies under everything, db and web under the features', () => {
  const features = new Set<string>(pipeline)
  const wrong = sources.flatMap((source) => {
    const to = foldersOf(source)
    if (source.folder === 'lib')
      return to.filter((folder) => folder !== 'lib').map((folder) => `${source.path} → ${folder}`)
    if (source.folder === 'db') {
      return to
        .filter((folder) => !['db', 'lib', 'config.ts'].includes(folder))
        .map((folder) => `${source.path} → ${folder}`)
    }
    // app.ts mounts every feature; nothing else of web knows one.
    if (source.folder === 'web' && source.path !== 'src/web/app.ts') {
      return to
        .filter((folder) => features.has(folder) || folder === 'staff')
        .map((folder) => `${source.path} → ${folder}`)
    }
    return []
  })
  expect(wrong).toEqual([])
})

test('staff and jobs know no feature but the survey that they belong to', () => {
  const wrong = sources
    .filter((source) => source.folder === 'staff' || source.folder === 'jobs')
    .flatMap((source) =>
      foldersOf(source)
        .filter((folder) => pipeline.slice(1).includes(folder as never))
        .map((folder) => `${source.path} → ${folder}`),
    )
  expect(wrong).toEqual([])
})

const kinds = /\.(queries|service|routes|views|jobs|frame)\.ts$/

test('pure rules know neither Express nor Kysely, queries no Express', () => {
  const features = sources.filter((source) => pipeline.includes(source.folder as never))
  // What talks to a person's browser or writes files says so in its first lines and is no rule.
  const doers = ['src/response/answering-cookie.ts', 'src/response/respondent.ts', 'src/ballot/custody.ts']
  const wrong = features.flatMap((source) => {
    const isPure = !kinds.test(source.path) && !doers.includes(source.path)
    const forbidden = isPure ? ['express', 'kysely'] : source.path.endsWith('.queries.ts') ? ['express'] : []
    return source.imports
      .filter((name) => forbidden.includes(name))
      .map((name) => `${source.path} imports ${name}`)
  })
  expect(wrong).toEqual([])
})

test('exact values are opened in two places only', () => {
  const opening = sources
    .filter((source) => source.text.includes('revealFraction'))
    .map((source) => source.path)
  expect(opening.sort()).toEqual([
    'src/index-calculator/calculate.ts',
    'src/score/disclosure.ts',
    'src/score/exact.ts',
  ])
})

test('only the configuration reads the environment', () => {
  const readers = sources.filter((source) => source.text.includes('process.env')).map((source) => source.path)
  // The entry points hand it to readConfig.
  expect(readers.sort()).toEqual(['src/cli.ts', 'src/config.ts', 'src/demo/demo.ts', 'src/main.ts'])
})

test('migrations are frozen: they import nothing of ours', () => {
  for (const path of filesBelow('migrations', '.ts').filter((name) => !name.endsWith('index.ts'))) {
    expect(readFileSync(path, 'utf8'), path).not.toMatch(/from '\.\.?\//)
  }
})

test('templates print escaped, except parts that are HTML already', () => {
  const wrong = filesBelow('views', '.ejs').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/<%-\s*([^%]+?)\s*%>/g)]
      .map((match) => match[1] ?? '')
      .filter((code) => !/^(include\(|page\.body$|card\.qr$|level\.chart\.json$)/.test(code))
      .map((code) => `${path}: ${code}`),
  )
  expect(wrong).toEqual([])
})

test('every view is rendered by some page', () => {
  const code = sources.map((source) => source.text).join('\n')
  const templates = filesBelow('views', '.ejs')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const unused = filesBelow('views', '.ejs')
    .map((path) => relative('views', path).replace(/\.ejs$/, ''))
    .filter((name) => !code.includes(`'${name}'`) && !templates.includes(`${name.split('/').at(-1) ?? ''}'`))
  expect(unused).toEqual([])
})
