// `npm start` begins here: makes dist/ when it is missing or older than its sources, and is done in a moment when it is
// not. Plain JavaScript that an old Node can read too, because it must be able to say that Node is too old.
//   node src/build/ensure-built.mjs [--force]
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const dist = join(root, 'dist')
const stamp = join(dist, '.built')
const lock = join(dist, '.lock')
const sources = ['src', 'migrations', 'public', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
// What the build must have left behind; without one of them a stamp proves nothing.
const results = ['src', 'migrations', 'public/manifest.json']

/** An older lock was left by a build that was killed, even when its number lives again as another process. */
const longestBuild = 5 * 60_000

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `Node ${process.versions.node} is too old: run \`npm ci\` with install scripts allowed, so that the bundled Node 24 ` +
      'is used, or install Node 24.',
  )
  process.exit(1)
}

const started = Date.now()
const forced = process.argv.includes('--force')
if (forced || isStale()) await buildAlone()

/** Whether a source appeared, went, changed its size or is younger than the last build. */
function isStale() {
  const built = readBuilt()
  if (built === null || results.some((path) => modified(join(dist, path)) === null)) return true
  const now = look()
  return now.list !== built.list || now.youngest > built.started
}

/** What the last build looked at, and when it began; null when there was none. */
function readBuilt() {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'))
  } catch {
    return null
  }
}

/** All sources with their sizes, as one text, and the time of the youngest. */
function look() {
  const lines = []
  let youngest = 0
  const visit = (path) => {
    const { mtimeMs, size } = statSync(join(root, path))
    youngest = Math.max(youngest, mtimeMs)
    lines.push(`${path} ${size}`)
  }
  const walk = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.isDirectory()) walk(`${path}/${entry.name}`)
      else visit(`${path}/${entry.name}`)
    }
  }
  for (const path of sources) {
    if (/\.json$/.test(path)) visit(path)
    else walk(path)
  }
  return { list: lines.sort().join('\n'), youngest }
}

function modified(path) {
  try {
    return statSync(path).mtimeMs
  } catch {
    return null
  }
}

/** Builds, unless another process does so meanwhile: then its result is taken. */
async function buildAlone() {
  mkdirSync(dist, { recursive: true })
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 100))
  try {
    const others = readBuilt()
    const doneByAnother = others !== null && others.started >= started && !isStale()
    if (doneByAnother || (!forced && !isStale())) return
    await build()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/**
 * The lock is a folder with the builder's number in it, made aside and renamed: it never exists without its number, and
 * a folder cannot be renamed onto one that holds something.
 */
function takeLock() {
  const mine = `${lock}-${process.pid}`
  mkdirSync(mine, { recursive: true })
  writeFileSync(join(mine, 'pid'), String(process.pid))
  try {
    renameSync(mine, lock)
    return true
  } catch {
    rmSync(mine, { recursive: true, force: true })
    dropDeadLock()
    return false
  }
}

/** Sets aside a lock whose builder is gone; of two that find one, only one gets it. */
function dropDeadLock() {
  const holder = readHolder(lock)
  const made = modified(join(lock, 'pid'))
  if (holder === 0 || made === null || (isAlive(holder) && Date.now() - made < longestBuild)) return
  const aside = `${lock}-dead-${process.pid}`
  try {
    renameSync(lock, aside)
    // Dropped and taken again by others between the look and the move: not dead, so it goes back.
    if (readHolder(aside) !== holder) renameSync(aside, lock)
  } catch {
    // Another was faster.
  }
  rmSync(aside, { recursive: true, force: true })
}

function readHolder(folder) {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid) {
  // Our own number in a lock that we did not take: left from before a restart of the container.
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Compiles and makes the static files side by side; leaves the stamp only when both went well. */
async function build() {
  console.error('Building dist/ from the sources …')
  rmSync(stamp, { force: true })
  const begun = { started: Date.now(), list: look().list }
  const exits = await Promise.all([
    run(join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')),
    run(...stripTypes(), join(root, 'src/build/assets.ts')),
  ])
  if (exits.some((code) => code !== 0)) {
    console.error('The build failed; the reason stands above. Run `npm ci` if a package is missing.')
    process.exitCode = 1
    return
  }
  writeFileSync(stamp, JSON.stringify(begun))
}

/** Node 22.12 to 22.17 reads TypeScript only when told to. */
function stripTypes() {
  return process.features.typescript
    ? []
    : ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
}

/** Runs one script with this same Node; what it prints goes to stderr. */
function run(...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
