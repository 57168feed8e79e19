// Work that is killed: a job is run in a process of its own that dies by SIGKILL at a chosen moment.
import { spawn } from 'node:child_process'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Job } from '../../src/jobs/job.ts'
import { projectRoot } from '../../src/lib/root.ts'
import type { TestSite } from './app.ts'

/**
 * Where the process dies by its own hand: at the report of `step`, when it is made for the `time`th time; or right after
 * the `statement`th statement that the database has run since `step` was reported first, in the middle of a transaction too.
 */
export type Death = { step: string; time: number } | { step: string; statement: number }

/** Where it is killed from outside: so many milliseconds after `step` was reported, wherever it is by then. */
export interface Shot {
  step: string
  afterMs: number
}

export interface ChildTask {
  dataDir: string
  databaseUrl: string | undefined
  serverSecret: string
  publicUrl: string | undefined
  now: string
  jobId: string
  death: Death | undefined
}

export interface Ended {
  signal: NodeJS.Signals | null
  code: number | null
  /** Steps that it reported, in order. */
  steps: string[]
  errors: string
}

/** Runs the job until it dies as told; to its end when the moment never comes. */
export async function workAndDie(site: TestSite, job: Job, how: Death | Shot): Promise<Ended> {
  const { config, clock } = site.deps
  const task: ChildTask = {
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    serverSecret: config.serverSecret.toString('base64'),
    publicUrl: config.publicUrl,
    now: clock().toISOString(),
    jobId: job.id,
    death: 'afterMs' in how ? undefined : how,
  }
  const child = spawn(process.execPath, [await childProgram(), JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let steps = ''
  let errors = ''
  child.stdout.on('data', (text: Buffer) => {
    steps += text.toString('utf8')
    if (!('afterMs' in how) || !steps.includes(how.step + '\n')) return
    // A timer of 0 ms comes after 1.
    if (how.afterMs === 0) child.kill('SIGKILL')
    else setTimeout(() => child.kill('SIGKILL'), how.afterMs)
  })
  child.stderr.on('data', (text: Buffer) => (errors += text.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ signal, code, steps: steps.split('\n').filter((step) => step !== ''), errors }),
    )
  })
}

let program: Promise<string> | undefined

/** kill-child.ts and all of src that it needs in one file: it starts in a third of the time. */
function childProgram(): Promise<string> {
  program ??= bundle()
  return program
}

async function bundle(): Promise<string> {
  const file = join(projectRoot, 'node_modules/.cache/tests/kill-child.mjs')
  // Other test files do the same at this moment, with the same result: it appears complete or not at all.
  const unfinished = `${file}.${process.pid}.mjs`
  await build({
    entryPoints: [join(projectRoot, 'tests/support/kill-child.ts')],
    outfile: unfinished,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['better-sqlite3', 'pg-native', '@node-rs/argon2'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
  renameSync(unfinished, file)
  return file
}
