// Makes the files that browsers fetch: styles from Sass, scripts by esbuild, fonts; `node src/build/assets.ts`.
// Names carry a hash of the content, so that a browser may keep a file for ever; dist/public/manifest.json says which
// name is the present one: 'css/staff.css' → '/static/css/staff-1f0c3a9e.css'.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { build, transform } from 'esbuild'
import * as sass from 'sass'
import { projectRoot } from '../lib/root.ts'

const styles = ['respondent', 'staff', 'print']
const scripts = ['entry', 'answer', 'staff', 'progress', 'results', 'scoring']

const modules = join(projectRoot, 'node_modules')
const source = join(projectRoot, 'public')
const target = join(projectRoot, 'dist', 'public')
const fonts = join(modules, '@fontsource', 'be-vietnam-pro')

/** Everything to be written, by its path below dist/public. */
const files = new Map<string, string | Uint8Array>()
const manifest: Record<string, string> = {}

/** Takes a file into the output under a name with its hash; gives that name. */
function addHashed(name: string, content: string | Uint8Array): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8)
  const hashedName = name.replace(/(\.\w+)$/, `-${hash}$1`)
  files.set(hashedName, content)
  manifest[name] = `/static/${hashedName}`
  return hashedName
}

/** `src: font('be-vietnam-pro-latin-400-normal.woff2')` in a style sheet takes the file along and points to it. */
function fontUrl([name]: sass.Value[]): sass.Value {
  const file = (name as sass.Value).assertString('name').text
  const hashedName = addHashed(`fonts/${file}`, readFileSync(join(fonts, 'files', file)))
  files.set('fonts/LICENSE.txt', readFileSync(join(fonts, 'LICENSE')))
  return new sass.SassString(`url("../${hashedName}")`, { quotes: false })
}

async function addStyle(name: string): Promise<void> {
  const { css } = sass.compile(join(source, 'css', `${name}.scss`), {
    loadPaths: [modules],
    quietDeps: true,
    charset: false,
    functions: { 'font($name)': fontUrl },
  })
  // govuk-frontend repeats each colour's light value beside its custom property; _base.scss defines them all.
  const lean = css.replace(/var\((--govuk-[a-z-]+-colour), #[0-9a-f]{3,8}\)/g, 'var($1)')
  const small = await transform(lean, {
    loader: 'css',
    minify: true,
    target: ['chrome80', 'safari13', 'firefox78'],
    logLevel: 'error',
  })
  addHashed(`css/${name}.css`, small.code)
}

async function addScript(name: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(source, 'js', `${name}.ts`)],
    bundle: true,
    minify: true,
    format: 'iife',
    // Not ES2020: Safari before 13.1 (iOS 13.0 to 13.3) cannot read its `?.` and `??`.
    target: 'es2019',
    charset: 'utf8',
    write: false,
    logLevel: 'error',
  })
  for (const file of outputFiles) addHashed(`js/${name}.js`, file.contents)
}

/** Paths of all files below a folder, relative to it, with forward slashes. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

/** Writes under another name and renames, so that a running server never reads half a file. */
function put(path: string, content: string | Uint8Array): void {
  const file = join(target, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}.tmp`, content)
  renameSync(`${file}.${process.pid}.tmp`, file)
}

for (const name of styles) await addStyle(name)
for (const name of scripts) await addScript(name)
for (const path of listFiles(source)) {
  if (!/\.(scss|ts)$/.test(path)) files.set(path, readFileSync(join(source, path)))
}

// The list comes after what it names and before what it no longer names goes.
for (const [path, content] of files) put(path, content)
put('manifest.json', JSON.stringify(manifest, null, 2) + '\n')
for (const path of listFiles(target)) {
  if (path !== 'manifest.json' && !files.has(path) && !path.endsWith('.tmp'))
    rmSync(join(target, path), { force: true })
}
