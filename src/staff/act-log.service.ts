// Adds to the log of acts, inside the transaction of the act itself: both are stored, or neither. The place and hash of
// each line go to the program's own log as well, a second witness that no database holds.
import { parse } from 'csv-parse/sync'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Db, Trx } from '../db/database.ts'
import { dayOf, type Clock } from '../lib/clock.ts'
import { keyFor } from '../lib/secrets.ts'
import { actWords, findBreak, lineHash, type Act, type LogLine } from './act-log.ts'
import { getHead, hasLine, insertLine, streamLines, takeNextPlace } from './act-log.queries.ts'
import type { Actor } from './actor.ts'

export interface LogDeps {
  config: Pick<Config, 'serverSecret'>
  clock: Clock
  log: Pick<Logger, 'info'>
}

/**
 * Call it last in a transaction: from then on everybody else's acts wait for the commit. The second witness speaks before
 * that: of a transaction that is taken back it knows a place and hash that the next act writes anew.
 */
export async function recordAct(deps: LogDeps, trx: Trx, by: Actor, act: Act): Promise<void> {
  const { position, before } = await takeNextPlace(trx)
  const line = {
    position,
    at: deps.clock().toISOString(),
    staff_id: by.id,
    name: by.name,
    agency: by.agency.name,
    kind: act.kind,
    survey: act.survey ?? '',
    words: actWords(act),
  }
  const hash = lineHash(logKey(deps), before, line)
  await insertLine(trx, { ...line, hash })
  deps.log.info({ act: act.kind, position, hash }, 'an act was recorded')
}

/** An act that changes nothing else in the store: looking at a secret, asking for work. */
export function recordActAlone(deps: LogDeps & { db: Db }, by: Actor, act: Act): Promise<void> {
  return deps.db.transaction().execute((trx) => recordAct(deps, trx, by, act))
}

/** Looking at something again on the same day (of Việt Nam) adds no line: so the log stays readable. */
export async function recordActOncePerDay(deps: LogDeps & { db: Db }, by: Actor, act: Act): Promise<void> {
  const since = new Date(`${dayOf(deps.clock())}T00:00:00+07:00`).toISOString()
  const line = { staff_id: by.id, kind: act.kind, survey: act.survey ?? '', words: actWords(act) }
  if (!(await hasLine(deps.db, line, since))) await recordActAlone(deps, by, act)
}

/** Goes through the whole chain; the number of lines, and a sentence where it is broken. */
export async function verifyLog(
  db: Db,
  config: Pick<Config, 'serverSecret'>,
): Promise<{ lines: number; problem: string | undefined }> {
  const key = logKey({ config })
  // First: whatever is added meanwhile stands behind it.
  const head = await getHead(db)
  let last: LogLine | undefined
  let lines = 0
  for await (const line of streamLines(db)) {
    if (lines === head.position) break
    const problem = findBreak(key, last, line)
    if (problem !== undefined) return { lines, problem }
    last = line
    lines++
  }
  if (head.position !== lines || head.hash !== (last?.hash ?? ''))
    return { lines, problem: `Nhật ký bị cắt: còn ${lines} dòng, phải có ${head.position} dòng.` }
  return { lines, problem: undefined }
}

/**
 * Sets an exported file beside the log: each line of it must still stand there with the same hash. This is what finds a
 * log that was cut off at its end, or written anew by somebody who holds the server secret.
 */
export async function checkExportedLog(
  db: Db,
  csv: string,
): Promise<{ lines: number; problem: string | undefined }> {
  const exported = readExported(csv)
  if (exported === undefined)
    return { lines: 0, problem: 'Không đọc được tệp. Hãy dùng tệp CSV xuất từ trang Nhật ký.' }
  const wanted = new Map(exported.map(({ position, hash }) => [position, hash]))
  let lines = 0
  for await (const { position, hash } of streamLines(db)) {
    const known = wanted.get(position)
    if (known === undefined) continue
    if (known !== hash)
      return { lines, problem: `Dòng ${position} không còn như trong tệp: nhật ký đã bị viết lại.` }
    wanted.delete(position)
    lines++
  }
  const [lost] = wanted.keys()
  return { lines, problem: lost === undefined ? undefined : `Nhật ký không còn dòng ${lost} có trong tệp.` }
}

const ExportedLines = z.array(
  z.object({ position: z.coerce.number().int().positive(), hash: z.string().min(1) }),
)

function readExported(csv: string): z.infer<typeof ExportedLines> | undefined {
  try {
    const records: unknown = parse(csv, { bom: true, columns: true, skip_empty_lines: true })
    const lines = ExportedLines.safeParse(records).data
    return lines === undefined || lines.length === 0 ? undefined : lines
  } catch {
    return undefined
  }
}

function logKey({ config }: Pick<LogDeps, 'config'>): Buffer {
  return keyFor(config.serverSecret, 'act-log')
}
