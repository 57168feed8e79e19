// What the store itself promises on SQLite: nobody else reads the file, what was erased is gone, and what was confirmed is
// on disk.
import { statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { CompiledQuery, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isBusy, isUniqueViolation } from '../../../src/db/constraint.ts'
import { databaseFile, dialectOf, openSqlite, type Db } from '../../../src/db/database.ts'
import { truncateJournal } from '../../../src/db/erase.ts'
import { commitTogether } from '../../../src/db/group-commit.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { placesOf, sqliteFiles } from '../../support/traces.ts'

let database: TestDatabase
let db: Db
let file: string

beforeEach(async () => {
  database = await freshDatabase()
  db = database.db
  file = databaseFile(database.dataDir)
})
afterEach(() => database.close())

describe('the file', () => {
  test('and its journal are for nobody else to read', async () => {
    await insertAgency('a')
    for (const { name } of sqliteFiles(database.dataDir)) expect(statSync(name).mode & 0o777).toBe(0o600)
    expect(sqliteFiles(database.dataDir).length).toBeGreaterThan(1)
  })

  test.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['secure_delete', 1],
  ])('has %s = %s', async (pragma, value) => {
    const { rows } = await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(`pragma ${pragma}`))
    expect(rows).toEqual([{ [pragma]: value }])
  })

  test('takes more different statements than are kept prepared', async () => {
    for (let i = 0; i < 400; i++) {
      const { rows } = await sql<{ n: number }>`select ${sql.raw(String(i))} as n`.execute(db)
      expect(rows).toEqual([{ n: i }])
    }
  })

  test('is known by its dialect, and a stranger’s is not', () => {
    expect(dialectOf(db)).toBe('sqlite')
    expect(() => dialectOf({} as never)).toThrow('not opened by openDatabase')
  })

  test('lets a transaction begin as a writer, so that a second process is told at once that it is busy', async () => {
    const other = new Sqlite(file, { timeout: 0 })
    try {
      await db.transaction().execute(async (trx) => {
        await trx.selectFrom('agency').select('code').execute()
        let refusal: unknown
        try {
          other.prepare('begin immediate').run()
        } catch (error) {
          refusal = error
        }
        expect(isBusy(refusal)).toBe(true)
      })
    } finally {
      other.close()
    }
  })
})

test('a key that is taken is told from other errors', async () => {
  await insertAgency('a')
  expect(isUniqueViolation(await errorOf(insertAgency('a')))).toBe(true)
  expect(isUniqueViolation(await errorOf(sql`insert into nowhere values (1)`.execute(db)))).toBe(false)
  expect(isUniqueViolation(new Error('no'))).toBe(false)
})

describe('what is erased', () => {
  const secret = 'MOT-BI-MAT-RAT-DAI-DE-TIM-TRONG-TEP'

  test('is in no byte of the file or the journal any more', async () => {
    for (let i = 0; i < 50; i++) await insertAgency(`${secret}-${i}`)
    expect(placesOf(secret, sqliteFiles(database.dataDir))).not.toEqual([])
    await db.deleteFrom('agency').where('code', 'like', `${secret}%`).execute()
    await truncateJournal(db)
    expect(placesOf(secret, sqliteFiles(database.dataDir))).toEqual([])
  })

  test('is waited for while another process still reads', async () => {
    await insertAgency(secret)
    const reader = new Sqlite(file)
    reader.exec('begin')
    reader.prepare('select * from agency').all()
    await db.deleteFrom('agency').where('code', '=', secret).execute()
    // The reader ends as soon as the first attempt has given way.
    setTimeout(() => reader.close(), 1)
    await truncateJournal(db)
    expect(placesOf(secret, sqliteFiles(database.dataDir))).toEqual([])
  })
})

describe('commits of one moment', () => {
  test('are one, each with its own result, seen by others once it resolves', async () => {
    const other = openSqlite(file)
    try {
      const all = Array.from({ length: 200 }, (_, i) =>
        commitTogether(db, async (trx) => {
          await trx
            .insertInto('agency')
            .values(agencyOf(`r${i}`))
            .execute()
          return i
        }).then(async (result) => {
          const seen = await other.selectFrom('agency').select('code').where('code', '=', `r${i}`).execute()
          return seen.length === 1 ? result : undefined
        }),
      )
      expect(await Promise.all(all)).toEqual(Array.from({ length: 200 }, (_, i) => i))
    } finally {
      await other.destroy()
    }
  })

  test('fail alone: the others of the same commit are stored', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        commitTogether(db, async (trx) => {
          await trx
            .insertInto('agency')
            .values(agencyOf(`r${i}`))
            .execute()
          if (i % 2 === 1) throw new Error(`no ${i}`)
        }),
      ),
    )
    expect(results.map(({ status }) => status)).toEqual(
      results.map((_, i) => (i % 2 === 1 ? 'rejected' : 'fulfilled')),
    )
    const stored = await db.selectFrom('agency').select('code').where('code', 'like', 'r%').execute()
    expect(stored.map(({ code }) => code).sort()).toEqual(
      results.flatMap((_, i) => (i % 2 === 1 ? [] : [`r${i}`])).sort(),
    )
  })

  test('that cannot be committed are told to all of them, and nothing is stored', async () => {
    const results = await Promise.allSettled([
      commitTogether(db, (trx) => trx.insertInto('agency').values(agencyOf('good')).execute()),
      commitTogether(db, async (trx) => {
        await trx.executeQuery(CompiledQuery.raw('pragma defer_foreign_keys = on'))
        await trx
          .insertInto('staff_role')
          .values({ staff_id: 'nobody', role_code: 'x', survey_id: '*' })
          .execute()
      }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await db.selectFrom('agency').select('code').where('code', '=', 'good').execute()).toEqual([])
    await commitTogether(db, (trx) => trx.insertInto('agency').values(agencyOf('next')).execute())
    expect(await db.selectFrom('agency').select('code').where('code', '=', 'next').execute()).toHaveLength(1)
  })
})

function agencyOf(code: string) {
  return { code, name: code }
}

async function insertAgency(code: string): Promise<void> {
  await db.insertInto('agency').values(agencyOf(code)).execute()
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
