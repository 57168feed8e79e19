// Files that commands read and write: tried before the work, for nobody else to read, refused in a sentence.
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { JobFile } from '../jobs/job.ts'
import { Problem } from '../lib/problem.ts'
import { reasonOf } from '../survey/survey.service.ts'
import type { Answer } from './command-line.ts'

export function writeOut(file: string, content: string | Buffer): void {
  withReason('file-unwritable', file, () => {
    tryOut(file)
    writeFileSync(file, content, { mode: 0o600 })
  })
}

/** Whether the file can be written; afterwards everything is as before. */
export function tryOut(file: string): void {
  const isNew = !existsSync(file)
  withReason('file-unwritable', file, () => {
    appendFileSync(file, '', { mode: 0o600 })
    chmodSync(file, 0o600)
  })
  if (isNew) rmSync(file)
}

export function readIn(file: string): string {
  return withReason('file-unreadable', file, () => readFileSync(file, 'utf8'))
}

function withReason<Result>(
  kind: 'file-unwritable' | 'file-unreadable',
  file: string,
  act: () => Result,
): Result {
  try {
    return act()
  } catch (error) {
    throw new Problem(kind, { file, reason: reasonOf(error) })
  }
}

export function written(slug: string, out: string, file: JobFile): Answer {
  writeOut(out, file.content)
  return { lines: [`Đã ghi ${out}.`], json: { slug, out, bytes: file.content.length } }
}
