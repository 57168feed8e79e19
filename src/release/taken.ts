// Every file of results says who took it away, and when: outside of what is hashed, so that the file can still be checked.
import { z } from 'zod'
import { showHour } from '../lib/format.ts'
import type { Report } from '../lib/report-file.ts'

/** Who asked for the file (nameActor), and the moment in which it was made. */
export interface Taken {
  by: string
  at: Date
}

/** How a JSON file says it. */
export const TakenBy = z.object({ name: z.string(), at: z.iso.datetime() })

/** For the foot of a document. */
export function takenLine({ by, at }: Taken): string {
  return `Người lấy tệp: ${by}, lúc ${showHour(at)}`
}

/** The tables with one more line at their head. */
export function withTaken(report: Report, { by, at }: Taken): Report {
  return { ...report, head: [...report.head, ['Người lấy tệp', `${by}, lúc ${showHour(at)}`]] }
}

/** The content with a member `takenBy`, which its hash does not cover. */
export function withTaker<Content extends object>(content: Content, { by, at }: Taken) {
  return { ...content, takenBy: { name: by, at: at.toISOString() } }
}
