// Long work as rows of one table: asked for by a page or the CLI, run by whichever process holds the lease, resumed by
// another when that one dies. Each kind of work is a handler that a feature brings along.
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Database } from '../db/tables.ts'

export type Job = Selectable<Database['job']>

/** The page of a job. */
export function jobHref(survey: { slug: string }, job: Pick<Job, 'id'>): string {
  return `/dieu-tra/${survey.slug}/cong-viec/${job.id}`
}

/** Who asked for a file of results: it carries their name, so nobody else fetches it. Part of such a job's input. */
export const Taker = z.object({ id: z.string().nullable(), name: z.string() })
export type Taker = z.infer<typeof Taker>

const InputOfTaker = z.object({ taker: Taker })

/** Undefined for work that leaves no such file. */
export function takerOf({ input }: Pick<Job, 'input'>): Taker | undefined {
  return InputOfTaker.safeParse(JSON.parse(input)).data?.taker
}

/** A file that a job leaves behind, for download. */
export interface JobFile {
  name: string
  mediaType: string
  content: Buffer
}

export interface JobContext {
  surveyId: string
  /** JSON text that the asker gave; parsed by the handler's own schema. */
  input: string
  /** What must never be stored, from whoever began the work in this process; undefined when another process goes on with it. */
  secret?: Buffer | undefined
  /** Tells people how far it is and renews the lease; throws when another process took the work over. */
  report: (step: string, done: number, total: number) => Promise<void>
}

export interface JobHandler {
  /** What people call it, e.g. "Phát mã". */
  title: string
  /** Where to go on once it is done. */
  next: (surveySlug: string, job: Job) => { text: string; href: string }
  /** Must be resumable: after a kill it is called again and goes on where it stopped. */
  run: (context: JobContext) => Promise<JobFile | undefined>
}

export type JobHandlers = Record<string, JobHandler>
