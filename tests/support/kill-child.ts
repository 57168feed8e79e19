// A process that works on one job as the program does, tells each step on its standard output, and kills itself with
// SIGKILL at the moment it was told: no clean-up, as in a power cut. Started by kill.ts.
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { pino } from 'pino'
import { accessJobs } from '../../src/access/access.jobs.ts'
import { ballotJobs } from '../../src/ballot/ballot.jobs.ts'
import { openDatabase } from '../../src/db/database.ts'
import { findJob } from '../../src/jobs/job.queries.ts'
import type { JobHandler, JobHandlers } from '../../src/jobs/job.ts'
import { createRunner } from '../../src/jobs/runner.ts'
import type { ChildTask } from './kill.ts'

const task = JSON.parse(process.argv[2] ?? '') as ChildTask
const config = {
  dataDir: task.dataDir,
  databaseUrl: task.databaseUrl,
  serverSecret: Buffer.from(task.serverSecret, 'base64'),
  port: 0,
  host: '127.0.0.1',
  publicUrl: task.publicUrl,
  trustProxy: undefined,
  mail: undefined,
  logLevel: 'info',
}
const clock = () => new Date(task.now)
const db = openDatabase(config)
const deps = { config, db, clock, log: pino({ level: 'error' }, pino.destination(2)) }

/** How often the fatal step was reported; how many statements have run since then. */
let reports = 0
let statements = 0

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function mortal(handler: JobHandler): JobHandler {
  return {
    ...handler,
    run: (context) =>
      handler.run({
        ...context,
        report: async (step, done, total) => {
          await context.report(step, done, total)
          process.stdout.write(step + '\n')
          if (step !== task.death?.step) return
          reports += 1
          if ('time' in task.death && reports === task.death.time) die()
        },
      }),
  }
}

/** After a statement of either driver has run. */
function statementDone(): void {
  if (reports === 0 || !task.death || !('statement' in task.death)) return
  if (++statements === task.death.statement) die()
}

listenToSqlite()
listenToPostgres()

function listenToSqlite(): void {
  type Run = (this: Sqlite.Statement, ...parameters: unknown[]) => unknown
  const prototype = Object.getPrototypeOf(new Sqlite(':memory:').prepare('select 1')) as Record<string, Run>
  for (const name of ['run', 'all']) {
    const original = prototype[name]
    if (!original) throw new Error(`better-sqlite3 has no ${name} any more`)
    prototype[name] = function (...parameters) {
      const result = original.apply(this, parameters)
      statementDone()
      return result
    }
  }
}

function listenToPostgres(): void {
  type Query = (this: pg.Client, ...parameters: unknown[]) => unknown
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const original = prototype.query
  prototype.query = async function (...parameters) {
    const result = await original.apply(this, parameters)
    statementDone()
    return result
  }
}

const handlers: JobHandlers = { ...accessJobs(deps), ...ballotJobs(deps) }
const runner = createRunner(
  deps,
  Object.fromEntries(Object.entries(handlers).map(([kind, handler]) => [kind, mortal(handler)])),
)
const job = await findJob(db, task.jobId)
if (!job) throw new Error('no such job')
await runner.runToEnd(job)
await db.destroy()
