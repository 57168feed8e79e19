// The two marks of the clock: the latest minute that was seen, and why it is not trusted until an officer says it is right.
import type { Db, Trx } from '../db/database.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { showHour } from './closing.ts'

const seenMark = 'clock-seen'
const alarmMark = 'clock-alarm'

/** The latest minute that a process noted (ISO); undefined before the first. */
export function findSeen(db: Db | Trx): Promise<string | undefined> {
  return findMark(db, seenMark)
}

/** Notes the minute, once; an older one is left where it stands. */
export async function noteSeen(db: Db, now: Date): Promise<void> {
  const minute = minuteOf(now)
  const seen = await findSeen(db)
  if (seen === undefined || seen < minute) await putMark(db, seenMark, minute)
}

/** Why the clock is not trusted, as a sentence; undefined when it is. */
export function findClockAlarm(db: Db | Trx): Promise<string | undefined> {
  return findMark(db, alarmMark)
}

export async function raiseClockAlarm(db: Db, sentence: string): Promise<void> {
  await putMark(db, alarmMark, sentence)
}

/** An officer says that the hour is right: the alarm goes, and what is seen from now on counts. */
export async function confirmClock(deps: LogDeps & { db: Db }, by: Actor): Promise<void> {
  const now = deps.clock()
  await deps.db.transaction().execute(async (trx) => {
    const result = await trx.deleteFrom('system_mark').where('name', '=', alarmMark).executeTakeFirst()
    if (result.numDeletedRows === 0n) return
    await putMark(trx, seenMark, minuteOf(now))
    await recordAct(deps, trx, by, { kind: 'clock-confirmed', details: { hour: showHour(now) } })
  })
}

async function findMark(db: Db | Trx, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('system_mark').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value
}

async function putMark(db: Db | Trx, name: string, value: string): Promise<void> {
  await db
    .insertInto('system_mark')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

function minuteOf(now: Date): string {
  return `${now.toISOString().slice(0, 16)}:00.000Z`
}
