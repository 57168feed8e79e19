// Opens the store: one SQLite file by default, PostgreSQL by DATABASE_URL; the same Kysely for both.
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Config } from '../config.ts'
import type { Database } from './tables.ts'

export type Db = Kysely<Database>
export type Trx = Transaction<Database>
export type Dialect = 'sqlite' | 'postgres'

const dialects = new WeakMap<object, Dialect>()

/** The database behind the configuration. Close it with `db.destroy()`. */
export function openDatabase(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Db {
  return config.databaseUrl === undefined
    ? openSqlite(databaseFile(config.dataDir))
    : openPostgres(config.databaseUrl)
}

export function databaseFile(dataDir: string): string {
  return join(dataDir, 'survey.sqlite')
}

/** SQLite: WAL so that reading never waits, FULL so that an acknowledged ballot survives a power cut. */
export function openSqlite(file: string): Db {
  // Made by us first, so that nobody else on the machine may read it even for a moment.
  if (file !== ':memory:' && !existsSync(file)) writeFileSync(file, '', { mode: 0o600, flag: 'a' })
  const sqlite = new Sqlite(file, { timeout: 1000 })
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  // Deleted ballots and erased codes are overwritten with zeros at once, not only at the next rewriting.
  sqlite.pragma('secure_delete = ON')
  if (file !== ':memory:') chmodSync(file, 0o600)
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: withPreparedStatements(sqlite) }),
  })
  dialects.set(db, 'sqlite')
  return db
}

/** PostgreSQL; the pool's error handler keeps a lost idle connection from ending the process. */
export function openPostgres(url: string): Db {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  pool.on('error', () => undefined)
  // One that is lost while somebody uses it fails their query; unheard here as well, it would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  dialects.set(db, 'postgres')
  return db
}

export function dialectOf(db: Db): Dialect {
  const dialect = dialects.get(db)
  if (!dialect) throw new Error('this database was not opened by openDatabase')
  return dialect
}

const mostStatements = 300

/**
 * What Kysely needs of better-sqlite3, with statements prepared once, and every transaction begun as a writer:
 * a transaction that starts as a reader cannot wait for another process (the CLI) and fails at its first write.
 */
function withPreparedStatements(sqlite: Sqlite.Database) {
  const statements = new Map<string, Sqlite.Statement>()
  return {
    prepare(text: string) {
      const known = statements.get(text)
      if (known) return known as never
      const statement = sqlite.prepare(text === 'begin' ? 'begin immediate' : text)
      if (statements.size >= mostStatements) statements.delete(statements.keys().next().value ?? '')
      statements.set(text, statement)
      return statement as never
    },
    close: () => {
      sqlite.close()
    },
  }
}
