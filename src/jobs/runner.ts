// Runs jobs inside the web process (or the CLI), one at a time per survey, under a lease: a process that dies loses it
// after some seconds, at once where the dead process was on this machine.
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { isMissingReference } from '../db/constraint.ts'
import type { Db } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Job, JobHandlers } from './job.ts'
import {
  claimJob,
  expireLease,
  failJob,
  findJob,
  finishJob,
  insertJobOnce,
  insertTakenJob,
  listClaimable,
  listRunning,
  renewLease,
  reportProgress,
} from './job.queries.ts'

const leaseMs = 30_000
const pollMs = 2_000
const lookAgainMs = 100
const mostAttempts = 5

class LeaseLost extends Error {}

export interface JobRunner {
  handlers: JobHandlers
  /** Asks for work; asking twice while it waits or runs gives the same job. */
  ask: (kind: string, survey: Survey, input: object) => Promise<Job>
  /**
   * Begins work in this process, with a secret that is not stored: if the process dies, whoever goes on has to do without.
   * @throws Problem job-running while other work of the survey waits or runs
   */
  begin: (kind: string, survey: Survey, input: object, secret: Buffer) => Promise<Job>
  /** Brings one job to its end, here or in the process that took it, and returns it; for the CLI. Throws its Problem. */
  runToEnd: (job: Job) => Promise<Job>
  /** Begins to look for work. */
  start: () => void
  /** Stops taking work and waits for the one in hand to reach its next report. */
  stop: () => Promise<void>
}

export function createRunner(
  { db, log, clock }: { db: Db; log: Logger; clock: Clock },
  handlers: JobHandlers,
): JobRunner {
  const owner = `${hostname()}:${process.pid}:${randomId()}`
  let stopping = false
  let timer: NodeJS.Timeout | undefined
  let busy: Promise<void> = Promise.resolve()
  /** Begun with a secret, by the job's id, beside the round of what waits. */
  const begun = new Map<string, Promise<void>>()

  async function ask(kind: string, survey: Survey, input: object): Promise<Job> {
    try {
      const job = await insertJobOnce(db, newJob(kind, survey, input))
      look()
      return job
    } catch (error) {
      // A rehearsal that was removed in the moment in which somebody went on with it.
      if (isMissingReference(error)) throw new Problem('survey-unknown', { slug: survey.slug })
      throw error
    }
  }

  async function begin(kind: string, survey: Survey, input: object, secret: Buffer): Promise<Job> {
    const now = Date.now()
    const mine = { state: 'running' as const, lease_owner: owner, lease_until: now + leaseMs, attempts: 1 }
    const job = { ...newJob(kind, survey, input), ...mine }
    if (!(await insertTakenJob(db, job, now))) throw new Problem('job-running')
    const work: Promise<void> = run(job, secret)
      .then(() => undefined)
      .catch((error: unknown) => {
        log.error({ err: error }, 'a job could not be ended')
      })
      .finally(() => {
        secret.fill(0)
        begun.delete(job.id)
      })
    begun.set(job.id, work)
    return job
  }

  function newJob(kind: string, survey: Survey, input: object): Job {
    return {
      id: randomId(),
      kind,
      survey_id: survey.id,
      state: 'queued',
      input: JSON.stringify(input),
      step: 'Đang chờ đến lượt',
      done: 0,
      total: 0,
      problem: null,
      lease_owner: null,
      lease_until: 0,
      attempts: 0,
      asked_at: clock().getTime(),
    }
  }

  /** Looks for work now; never two rounds at once in one process. */
  function look(): void {
    if (stopping || timer === undefined) return
    busy = busy.then(runWaiting).catch((error: unknown) => {
      if (!stopping) log.error({ err: error }, 'looking for jobs failed')
    })
  }

  async function runWaiting(): Promise<void> {
    await freeJobsOfTheDead()
    for (;;) {
      if (stopping) return
      const job = await claimNext()
      if (!job) return
      await run(job)
    }
  }

  async function claimNext(): Promise<Job | undefined> {
    const now = Date.now()
    for (const job of await listClaimable(db, now)) {
      // One step that took longer than the lease: the key is here, a second run beside it would have none.
      if (begun.has(job.id)) continue
      if (await claimJob(db, job, owner, now, now + leaseMs)) return job
    }
    return undefined
  }

  async function freeJobsOfTheDead(): Promise<void> {
    for (const job of await listRunning(db)) if (isDead(job.lease_owner)) await expireLease(db, job)
  }

  async function run(job: Job, secret?: Buffer): Promise<Problem | undefined> {
    const handler = handlers[job.kind]
    // One step may take longer than the lease, as a large file does: who lives keeps what is in hand.
    const alive = setInterval(() => {
      renewLease(db, job.id, owner, Date.now() + leaseMs).catch((error: unknown) => {
        log.warn({ err: error }, 'a lease was not renewed')
      })
    }, leaseMs / 3)
    alive.unref()
    try {
      if (!handler) throw new Error(`no handler for jobs of kind ${job.kind}`)
      if (job.attempts >= mostAttempts) throw new Error('this job was begun too often')
      const file = await handler.run({ surveyId: job.survey_id, input: job.input, secret, report })
      await finishJob(db, job.id, owner, file)
      return undefined
    } catch (error) {
      // Somebody else goes on with it, or it is left for the next start: nothing to note down.
      if (error instanceof LeaseLost) return new Problem('job-running')
      const problem = error instanceof Problem ? error : bug(job, error)
      await failJob(db, job.id, owner, problem.sentence)
      return problem
    } finally {
      clearInterval(alive)
    }

    async function report(step: string, done: number, total: number): Promise<void> {
      const mine = await reportProgress(db, job.id, owner, {
        step,
        done,
        total,
        lease_until: Date.now() + leaseMs,
      })
      if (!mine || stopping) throw new LeaseLost()
      // Lets waiting requests through between two pieces of heavy work.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  function bug(job: Job, error: unknown): Problem {
    const reference = randomId().slice(0, 8)
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
    log.error({ reference, kind: job.kind, name, message, stack }, 'a job failed')
    const problem = `Công việc gặp lỗi của hệ thống. Hãy thử lại; nếu vẫn lỗi, hãy báo người quản trị mã tham chiếu ${reference}.`
    return new Problem('job-failed', { problem })
  }

  async function runToEnd(job: Job): Promise<Job> {
    for (;;) {
      await freeJobsOfTheDead()
      const fresh = (await findJob(db, job.id)) ?? job
      // The server beside the CLI may have been quicker to take it: then its end is ours.
      if (fresh.state === 'done') return fresh
      if (fresh.state === 'failed') throw new Problem('job-failed', { problem: fresh.problem ?? '' })
      const now = Date.now()
      const isFree = !begun.has(job.id) && (fresh.state === 'queued' || fresh.lease_until < now)
      if (isFree && (await claimJob(db, fresh, owner, now, now + leaseMs))) {
        const problem = await run(fresh)
        if (problem) throw problem
        return (await findJob(db, job.id)) ?? fresh
      }
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
    }
  }

  return {
    handlers,
    ask,
    begin,
    runToEnd,
    start: () => {
      timer = setInterval(look, pollMs)
      timer.unref()
      look()
    },
    stop: async () => {
      stopping = true
      clearInterval(timer)
      await busy
      await Promise.all(begun.values())
    },
  }
}

/** Whether the lease belongs to a process of this machine that no longer lives. */
function isDead(owner: string | null): boolean {
  const [host, pid] = (owner ?? '').split(':')
  if (host !== hostname() || pid === undefined || Number(pid) === process.pid) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
