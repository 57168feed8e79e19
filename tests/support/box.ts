// A box of ballots that is closed, killed while it is opened, and looked at: what a kill must neither lose nor double.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { findOpening } from '../../src/ballot/box.queries.ts'
import { findJob } from '../../src/jobs/job.queries.ts'
import type { Job } from '../../src/jobs/job.ts'
import { createJobs } from '../../src/program.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurveyById, type Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from './app.ts'
import { openSurveyWith, putIntoBox } from './survey.ts'

/** The steps of the opening, as they are reported. */
export const openingSteps = {
  reconcile: 'Đối chiếu số mã đã dùng với số phiếu niêm phong',
  check: 'Kiểm tra phiếu niêm phong',
  move: 'Mở và kiểm phiếu',
  rewrite: 'Sắp xếp lại dữ liệu, xóa dấu vết thứ tự',
  destroy: 'Hủy khóa',
}

export interface ClosedBox {
  site: TestSite
  survey: Survey
  /** The answers that were sent, no two alike. */
  sent: string[]
  /** The opening, asked for while no process works: the next one that starts finds it. */
  job: Job
}

/** A site of its own with a box of so many ballots. */
export async function closedBox(ballots: number): Promise<ClosedBox> {
  const site = await testSite()
  const perGroup = Math.ceil(ballots / 2)
  const { survey, codes } = await openSurveyWith(site, { units: 1, items: 4, quotas: [perGroup, perGroup] })
  const sent = Array.from({ length: ballots }, (_, n) => n.toString(4).padStart(8, '0'))
  await putIntoBox(site, survey, codes.slice(0, ballots), (n) => sent[n] ?? '')
  const closed = await closeCollecting(site.deps, operator, survey)
  await site.deps.jobs.stop()
  return { site, survey: closed, sent, job: await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' }) }
}

export function keyFile({ site, survey }: ClosedBox): string {
  return join(site.deps.config.dataDir, 'keys', survey.id)
}

export async function isOpened({ site, survey }: ClosedBox): Promise<boolean> {
  return (await findOpening(site.deps.db, survey))?.step === 'done'
}

/** Goes on where the last process died, to the end. */
export async function finishOpening({ site, job }: ClosedBox): Promise<void> {
  const jobs = createJobs(site.deps)
  if ((await findJob(site.deps.db, job.id))?.state !== 'done')
    expect((await jobs.runToEnd(job)).state).toBe('done')
}

/** In the middle of an opening: sealed and opened ballots together are all that were sent, none of them twice. */
export async function expectNothingLost({ site: { deps }, sent }: ClosedBox): Promise<void> {
  const opened = await deps.db.selectFrom('response').select('answers').execute()
  const sealed = await deps.db.selectFrom('sealed_ballot').select('id').execute()
  const known = new Set(sent)
  expect(new Set(opened.map(({ answers }) => answers)).size).toBe(opened.length)
  expect(opened.filter(({ answers }) => !known.has(answers))).toEqual([])
  expect(opened.length + sealed.length).toBe(sent.length)
}

/** Opened and complete: each ballot once, no sealed one left, the key gone, every count right. */
export async function expectOpened(box: ClosedBox): Promise<void> {
  const { db } = box.site.deps
  const responses = await db.selectFrom('response').select(['id', 'answers']).execute()
  expect(responses.map(({ answers }) => answers).sort()).toEqual([...box.sent].sort())
  expect(new Set(responses.map(({ id }) => id)).size).toBe(box.sent.length)
  expect(await db.selectFrom('sealed_ballot').select('id').execute()).toEqual([])
  expect(existsSync(keyFile(box))).toBe(false)
  expect((await getSurveyById(db, box.survey.id)).state).toBe('opened')
  expect(await findOpening(db, box.survey)).toMatchObject({
    step: 'done',
    ballots: box.sent.length,
    broken: 0,
  })
  expect((await verifyAll(db)).flatMap(({ problems }) => problems)).toEqual([])
}
