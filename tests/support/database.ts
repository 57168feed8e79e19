// A fresh database for each test: a copy of a migrated image, on SQLite a file copied, on PostgreSQL a template cloned.
// Which of the two is the vitest project's choice (vitest.config.ts).
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { databaseFile, openPostgres, openSqlite, type Db } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { randomId } from '../../src/lib/random.ts'

export interface TestDatabase {
  db: Db
  dataDir: string
  databaseUrl: string | undefined
  close: () => Promise<void>
}

/** URL of the PostgreSQL server for this run, set by the project's set-up; undefined = SQLite. */
export const postgresUrl = process.env.TEST_DIALECT === 'postgres' ? serverUrl() : undefined

function serverUrl(): string {
  const url = process.env.TEST_POSTGRES_URL
  if (url === undefined) throw new Error('the tests on PostgreSQL run without a server')
  return url
}

export async function freshDatabase(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cchc-test-'))
  mkdirSync(join(dataDir, 'keys'))
  return postgresUrl === undefined ? freshSqlite(dataDir) : freshPostgres(dataDir, postgresUrl)
}

/** A database in which nothing was ever made, as at the first start. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cchc-test-'))
  if (postgresUrl !== undefined) return clonePostgres(dataDir, postgresUrl, 'template0')
  return sqliteIn(dataDir)
}

const imageFile = join(tmpdir(), `cchc-image-${process.pid}.sqlite`)

let imageReady: Promise<void> | undefined

async function freshSqlite(dataDir: string): Promise<TestDatabase> {
  await (imageReady ??= makeImage())
  copyFileSync(imageFile, databaseFile(dataDir))
  return sqliteIn(dataDir)
}

async function makeImage(): Promise<void> {
  // An earlier process of the same number may have left one behind, of other migrations.
  for (const end of ['', '-wal', '-shm']) rmSync(imageFile + end, { force: true })
  const image = openSqlite(imageFile)
  await migrate(image)
  await image.destroy()
}

function sqliteIn(dataDir: string): TestDatabase {
  const db = openSqlite(databaseFile(dataDir))
  return {
    db,
    dataDir,
    databaseUrl: undefined,
    close: async () => {
      await db.destroy()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

let templateReady: Promise<string> | undefined

async function freshPostgres(dataDir: string, server: string): Promise<TestDatabase> {
  templateReady ??= makeTemplate(server)
  return clonePostgres(dataDir, server, await templateReady)
}

async function clonePostgres(dataDir: string, server: string, template: string): Promise<TestDatabase> {
  const name = databaseName('test')
  await run(server, `create database ${name} template ${template}`)
  const databaseUrl = withDatabase(server, name)
  const db = openPostgres(databaseUrl)
  return {
    db,
    dataDir,
    databaseUrl,
    close: async () => {
      await db.destroy()
      await run(server, `drop database ${name} with (force)`)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function makeTemplate(server: string): Promise<string> {
  const name = databaseName('image')
  await run(server, `create database ${name}`)
  const db = openPostgres(withDatabase(server, name))
  await migrate(db)
  await db.destroy()
  return name
}

function databaseName(kind: string): string {
  return `${kind}_${randomId()
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase()}`
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = '/' + name
  return url.href
}

async function run(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
