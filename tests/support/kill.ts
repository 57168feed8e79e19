// Work that is killed: a job is run in a process of its own that dies by SIGKILL at a chosen moment.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Job } from '../../src/jobs/job.ts'
import { projectRoot } from '../../src/lib/root.ts'
import type { TestSite } from './app.ts'

/** Where the process dies by its own hand: at the report of `step`, when it is made for the `time`th time. */
export interface Death {
  step: string
  time: number
}

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
export function workAndDie(site: TestSite, job: Job, how: Death | Shot): Promise<Ended> {
  const { config, clock } = site.deps
  const task: ChildTask = {
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    serverSecret: config.serverSecret.toString('base64'),
    publicUrl: config.publicUrl,
    now: clock().toISOString(),
    jobId: job.id,
    death: 'time' in how ? how : undefined,
  }
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'tests/support/kill-child.ts'), JSON.stringify(task)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let steps = ''
  let errors = ''
  child.stdout.on('data', (text: Buffer) => {
    steps += text.toString('utf8')
    if ('afterMs' in how && steps.includes(how.step + '\n'))
      setTimeout(() => child.kill('SIGKILL'), how.afterMs)
  })
  child.stderr.on('data', (text: Buffer) => (errors += text.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ signal, code, steps: steps.split('\n').filter((step) => step !== ''), errors }),
    )
  })
}
