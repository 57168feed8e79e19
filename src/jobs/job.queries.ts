// The table of jobs. Asking and claiming look at a survey's other jobs first, under its lock, so that the same work is
// never asked for twice and two processes never work on one survey.
import { dialectOf, type Db, type Trx } from '../db/database.ts'
import type { Job, JobFile } from './job.ts'

/** Notes the job down, unless the same work waits or runs already; gives the job that counts. */
export async function insertJobOnce(db: Db, job: Job): Promise<Job> {
  return db.transaction().execute(async (trx) => {
    await lockJobsOf(db, trx, job.survey_id)
    const active = await findActiveJob(trx, job)
    if (active) return active
    await trx.insertInto('job').values(job).execute()
    return job
  })
}

/** Notes a job down as taken already, unless other work of the survey waits or runs; false then. */
export async function insertTakenJob(db: Db, job: Job, now: number): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await lockJobsOf(db, trx, job.survey_id)
    if (await isAnotherRunning(trx, job, now)) return false
    const waiting = await trx
      .selectFrom('job')
      .select('id')
      .where('survey_id', '=', job.survey_id)
      .where('kind', '=', job.kind)
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirst()
    if (waiting) return false
    await trx.insertInto('job').values(job).execute()
    return true
  })
}

/** Others who ask or claim for this survey wait until the transaction ends. SQLite has one writer at a time anyway. */
async function lockJobsOf(db: Db, trx: Trx, surveyId: string): Promise<void> {
  if (dialectOf(db) === 'sqlite') return
  await trx.selectFrom('survey').select('id').where('id', '=', surveyId).forNoKeyUpdate().execute()
}

export async function findJob(db: Db, id: string): Promise<Job | undefined> {
  return db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The same work for the survey that waits or runs already. */
async function findActiveJob(trx: Trx, like: Job): Promise<Job | undefined> {
  return trx
    .selectFrom('job')
    .selectAll()
    .where('survey_id', '=', like.survey_id)
    .where('state', 'in', ['queued', 'running'])
    .where('kind', '=', like.kind)
    .where('input', '=', like.input)
    .orderBy('asked_at')
    .executeTakeFirst()
}

/** Work of this kind that waits or runs, if any. */
export function findActiveJobOfKind(db: Db, surveyId: string, kind: string): Promise<Job | undefined> {
  return db
    .selectFrom('job')
    .selectAll()
    .where('survey_id', '=', surveyId)
    .where('state', 'in', ['queued', 'running'])
    .where('kind', '=', kind)
    .orderBy('asked_at')
    .executeTakeFirst()
}

/** The latest work of this kind that was asked for at this moment (milliseconds since 1970) or later, however it ended. */
export function findJobOfKindSince(
  db: Db,
  surveyId: string,
  kind: string,
  since: number,
): Promise<Job | undefined> {
  return db
    .selectFrom('job')
    .selectAll()
    .where('survey_id', '=', surveyId)
    .where('kind', '=', kind)
    .where('asked_at', '>=', since)
    .orderBy('asked_at', 'desc')
    .executeTakeFirst()
}

/** What may be taken now: waiting, or running under a lease that has passed. */
export async function listClaimable(db: Db, now: number): Promise<Job[]> {
  return db
    .selectFrom('job')
    .selectAll()
    .where((eb) =>
      eb.or([eb('state', '=', 'queued'), eb.and([eb('state', '=', 'running'), eb('lease_until', '<', now)])]),
    )
    .orderBy('asked_at')
    .orderBy('id')
    .limit(20)
    .execute()
}

/** Takes the job for `owner`, unless it or another job of the same survey is being run. */
export async function claimJob(
  db: Db,
  job: Job,
  owner: string,
  now: number,
  until: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await lockJobsOf(db, trx, job.survey_id)
    if (await isAnotherRunning(trx, job, now)) return false
    const result = await trx
      .updateTable('job')
      .set((eb) => ({
        state: 'running',
        lease_owner: owner,
        lease_until: until,
        attempts: eb('attempts', '+', 1),
      }))
      .where('id', '=', job.id)
      .where('state', '=', job.state)
      .where('lease_until', '=', job.lease_until)
      .executeTakeFirst()
    return result.numUpdatedRows === 1n
  })
}

async function isAnotherRunning(trx: Trx, job: Job, now: number): Promise<boolean> {
  const other = await trx
    .selectFrom('job')
    .select('id')
    .where('survey_id', '=', job.survey_id)
    .where('id', '!=', job.id)
    .where('state', '=', 'running')
    .where('lease_until', '>=', now)
    .executeTakeFirst()
  return other !== undefined
}

/** Frees the jobs of a process that is known to be dead. */
export async function expireLease(db: Db, job: Job): Promise<void> {
  await db
    .updateTable('job')
    .set({ lease_until: 0 })
    .where('id', '=', job.id)
    .where('lease_owner', '=', job.lease_owner)
    .execute()
}

export async function listRunning(db: Db): Promise<Job[]> {
  return db.selectFrom('job').selectAll().where('state', '=', 'running').execute()
}

/** Progress and a new lease; false when the lease is somebody else's by now. */
export async function reportProgress(
  db: Db,
  id: string,
  owner: string,
  progress: Pick<Job, 'step' | 'done' | 'total' | 'lease_until'>,
): Promise<boolean> {
  const result = await db
    .updateTable('job')
    .set(progress)
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** A new lease for who still holds it; what somebody else took over, or is done, is left as it is. */
export async function renewLease(db: Db, id: string, owner: string, until: number): Promise<void> {
  await db
    .updateTable('job')
    .set({ lease_until: until })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'running')
    .execute()
}

export async function finishJob(db: Db, id: string, owner: string, file: JobFile | undefined): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (file) {
      await trx.deleteFrom('job_file').where('job_id', '=', id).execute()
      await trx
        .insertInto('job_file')
        .values({
          job_id: id,
          name: file.name,
          media_type: file.mediaType,
          content: file.content.toString('base64'),
        })
        .execute()
    }
    await trx
      .updateTable('job')
      .set({ state: 'done', lease_owner: null, lease_until: 0 })
      .where('id', '=', id)
      .where('lease_owner', '=', owner)
      .execute()
  })
}

export async function failJob(db: Db, id: string, owner: string, problem: string): Promise<void> {
  await db
    .updateTable('job')
    .set({ state: 'failed', problem, lease_owner: null, lease_until: 0 })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .execute()
}

export async function findJobFile(db: Db, jobId: string): Promise<JobFile | undefined> {
  const row = await db.selectFrom('job_file').selectAll().where('job_id', '=', jobId).executeTakeFirst()
  return row && { name: row.name, mediaType: row.media_type, content: Buffer.from(row.content, 'base64') }
}
