// What the web process, the CLI, the demo and the tests share: configuration in, a migrated store and the runner of long
// work out.
import type { Logger } from 'pino'
import { accessJobs } from './access/access.jobs.ts'
import { ballotJobs } from './ballot/ballot.jobs.ts'
import type { Config } from './config.ts'
import type { Db } from './db/database.ts'
import { createRunner, type JobRunner } from './jobs/runner.ts'
import type { Clock } from './lib/clock.ts'
import { rehearsalJobs } from './rehearsal/rehearsal.jobs.ts'
import { releaseJobs, thenRelease } from './release/release.jobs.ts'
import { retentionJobs } from './release/retention.jobs.ts'

export interface Core {
  config: Config
  db: Db
  clock: Clock
  log: Logger
}

/** All kinds of long work of all features. */
export function createJobs(core: Core): JobRunner {
  return createRunner(core, {
    ...accessJobs(core),
    ...thenRelease(core, ballotJobs(core)),
    ...releaseJobs(core),
    ...retentionJobs(core),
    ...rehearsalJobs(core),
  })
}
