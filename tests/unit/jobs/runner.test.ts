// Long work: who may take it, what is left of it when it ends, and that nobody works on what another has taken over.
import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Db } from '../../../src/db/database.ts'
import { findJob, findJobFile, listClaimable } from '../../../src/jobs/job.queries.ts'
import type { Job, JobContext, JobFile } from '../../../src/jobs/job.ts'
import { createRunner, type JobRunner } from '../../../src/jobs/runner.ts'
import { Problem } from '../../../src/lib/problem.ts'
import { operator } from '../../../src/staff/actor.ts'
import type { Survey } from '../../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../../src/survey/survey.service.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { folderOnDisk, smallFolder } from '../../support/survey.ts'

let database: TestDatabase
let db: Db
let survey: Survey
let logged: string[]
let minute: number

beforeEach(async () => {
  database = await freshDatabase()
  db = database.db
  logged = []
  minute = 0
  const config = { serverSecret: Buffer.from('a secret of the tests, long enough') }
  const deps = { db, config, clock: () => new Date(0), log: pino({ level: 'silent' }) }
  survey = (await createSurveyFromFolder(deps, operator, folderOnDisk(smallFolder()), 'thu')).survey
})
afterEach(() => database.close())

describe('a job', () => {
  test('that ends well leaves its file behind', async () => {
    const file = { name: 'diem.csv', mediaType: 'text/csv', content: Buffer.from('điểm') }
    const job = await runnerOf(() => Promise.resolve(file)).runToEnd(await asked())
    expect(job).toMatchObject({ state: 'done', problem: null, lease_owner: null, attempts: 1 })
    expect(await findJobFile(db, job.id)).toEqual(file)
  })

  test('that is refused keeps the refusal’s sentence', async () => {
    const runner = runnerOf(() => Promise.reject(new Problem('key-missing')))
    const job = await asked()
    await expect(runner.runToEnd(job)).rejects.toMatchObject({ kind: 'key-missing' })
    expect(await findJob(db, job.id)).toMatchObject({
      state: 'failed',
      problem: new Problem('key-missing').sentence,
    })
    expect(logged).toEqual([])
  })

  test('that meets a bug keeps a reference, which the log explains', async () => {
    const runner = runnerOf(() => Promise.reject(new TypeError('a bug of ours')))
    const job = await asked()
    await expect(runner.runToEnd(job)).rejects.toMatchObject({ kind: 'job-failed' })
    const reference = /tham chiếu (\S{8})\./.exec((await findJob(db, job.id))?.problem ?? '')?.[1]
    expect(logged.join()).toContain(`"reference":"${reference}"`)
    expect(logged.join()).toContain('a bug of ours')
  })

  test('shows how far it is', async () => {
    const seen: (Job | undefined)[] = []
    const job = await asked()
    await runnerOf(async ({ report }) => {
      await report('Đang làm', 3, 7)
      seen.push(await findJob(db, job.id))
      return undefined
    }).runToEnd(job)
    expect(seen).toMatchObject([{ state: 'running', step: 'Đang làm', done: 3, total: 7 }])
  })

  test('asked for again while it waits is the same job; afterwards a new one', async () => {
    const runner = runnerOf(() => Promise.resolve(undefined))
    const first = await asked(runner)
    expect((await asked(runner)).id).toBe(first.id)
    expect((await asked(runner, { other: 1 })).id).not.toBe(first.id)
    await runner.runToEnd(first)
    expect((await asked(runner)).id).not.toBe(first.id)
  })

  test('comes in the order of asking', async () => {
    const order: string[] = []
    const runner = runnerOf(({ input }) => {
      order.push(input)
      return Promise.resolve(undefined)
    })
    for (const n of [1, 2, 3]) {
      minute = n
      await asked(runner, { n })
    }
    runner.start()
    await untilAllEnd()
    await runner.stop()
    expect(order).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
  })

  test('of an unknown kind is a bug, not a silence', async () => {
    const runner = createRunner(parts(), {})
    await expect(runner.runToEnd(await asked(runner))).rejects.toMatchObject({ kind: 'job-failed' })
  })
})

describe('a lease', () => {
  test('of a process of this machine that is dead is free at once', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const job = await asked()
    await lease(job, `${hostname()}:${dead}:x`, Date.now() + 30_000)
    const done = await runnerOf(() => Promise.resolve(undefined)).runToEnd(job)
    expect(done).toMatchObject({ state: 'done', attempts: 2 })
  })

  test('of another machine is free when its time has passed, not before', async () => {
    const job = await asked()
    await lease(job, 'another-machine:1:x', 5_000)
    expect(await listClaimable(db, 4_999)).toEqual([])
    expect(await listClaimable(db, 5_000)).toEqual([])
    expect((await listClaimable(db, 5_001)).map(({ id }) => id)).toEqual([job.id])
  })

  test('that was lost ends the work at its next report, and nothing of the new owner’s is overwritten', async () => {
    const job = await asked()
    let after = false
    const runner = runnerOf(async ({ report }) => {
      await report('đầu', 1, 2)
      await lease(job, 'another-machine:1:x', Date.now() + 30_000)
      await report('sau', 2, 2)
      after = true
      return undefined
    })
    await expect(runner.runToEnd(job)).rejects.toMatchObject({ kind: 'job-running' })
    expect(after).toBe(false)
    expect(await findJob(db, job.id)).toMatchObject({
      state: 'running',
      step: 'đầu',
      lease_owner: 'another-machine:1:x',
    })
  })

  test('is given up when the program stops, and another process goes on', async () => {
    const job = await asked()
    let reports = 0
    const runner: JobRunner = runnerOf(async ({ report }) => {
      for (;;) {
        await report('mãi', ++reports, 0)
        if (reports === 3) void runner.stop()
      }
    })
    await expect(runner.runToEnd(job)).rejects.toMatchObject({ kind: 'job-running' })
    expect(reports).toBe(4)
    expect(await findJob(db, job.id)).toMatchObject({ state: 'running', problem: null })
  })

  test('that passes in one long step of work begun with a secret gives no second run beside it', async () => {
    const secrets: (string | undefined)[] = []
    let goOn = (): void => undefined
    const longStep = new Promise<void>((resolve) => (goOn = resolve))
    const runner = runnerOf(async ({ secret, report }) => {
      secrets.push(secret?.toString())
      await longStep
      await report('sau', 1, 1)
      return undefined
    })
    const secret = Buffer.from('khóa')
    const job = await runner.begin('work', survey, {}, secret)
    await db.updateTable('job').set({ lease_until: 0 }).where('id', '=', job.id).execute()
    runner.start()
    await new Promise((resolve) => setTimeout(resolve, 300))
    goOn()
    expect(await runner.runToEnd(job)).toMatchObject({ state: 'done', attempts: 1 })
    expect(secrets).toEqual(['khóa'])
    await runner.stop()
    expect(secret.every((byte) => byte === 0)).toBe(true)
  })

  test('is given five times at most: work that kills its process every time is given up with a word', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const job = await asked()
    await db.updateTable('job').set({ attempts: 5 }).where('id', '=', job.id).execute()
    await lease(job, `${hostname()}:${dead}:x`, Date.now() + 30_000)
    let ran = false
    const runner = runnerOf(() => {
      ran = true
      return Promise.resolve(undefined)
    })
    await expect(runner.runToEnd(job)).rejects.toMatchObject({ kind: 'job-failed' })
    expect(ran).toBe(false)
    expect(logged.join()).toContain('this job was begun too often')
  })
})

function parts() {
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  return { db, log, clock: () => new Date(Date.UTC(2022, 9, 12, 3, minute)) }
}

function runnerOf(run: (context: JobContext) => Promise<JobFile | undefined>): JobRunner {
  return createRunner(parts(), { work: { title: 'Việc', next: () => ({ text: '', href: '' }), run } })
}

function asked(runner = createRunner(parts(), {}), input: object = {}): Promise<Job> {
  return runner.ask('work', survey, input)
}

async function lease(job: Job, owner: string, until: number): Promise<void> {
  await db
    .updateTable('job')
    .set((eb) => ({
      state: 'running',
      lease_owner: owner,
      lease_until: until,
      attempts: eb('attempts', '+', 1),
    }))
    .where('id', '=', job.id)
    .execute()
}

async function untilAllEnd(): Promise<void> {
  for (;;) {
    const left = await db.selectFrom('job').select('id').where('state', 'in', ['queued', 'running']).execute()
    if (left.length === 0) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
