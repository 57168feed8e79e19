// What somebody finds who has the whole store in hand: every row of every table, and every byte on disk.
import { existsSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { databaseFile, dialectOf, type Db } from '../../src/db/database.ts'
import type { TestSite } from './app.ts'

/** Table → its rows as JSON text, sorted, so that two moments can be compared. */
export async function allRows(db: Db): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {}
  for (const table of await tableNames(db)) {
    const found = await sql<object>`select * from ${sql.table(table)}`.execute(db)
    rows[table] = found.rows.map((row) => JSON.stringify(row)).sort()
  }
  return rows
}

async function tableNames(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables()
  return tables.map((table) => table.name).sort()
}

/** A file of the store, or what stands for one. */
export interface Bytes {
  name: string
  bytes: Buffer
}

/**
 * The store as it lies on disk. SQLite: the file and its journal. PostgreSQL: each table as text and, where we may look
 * at the server's files, the blocks of every table and index; its write-ahead log is not claimed (confidentiality.md §8).
 */
export async function bytesOnDisk({ deps }: Pick<TestSite, 'deps'>): Promise<Bytes[]> {
  return dialectOf(deps.db) === 'sqlite' ? sqliteFiles(deps.config.dataDir) : postgresFiles(deps.db)
}

export function sqliteFiles(dataDir: string): Bytes[] {
  return ['', '-wal', '-shm']
    .map((end) => databaseFile(dataDir) + end)
    .filter((file) => existsSync(file))
    .map((file) => ({ name: file, bytes: readFileSync(file) }))
}

async function postgresFiles(db: Db): Promise<Bytes[]> {
  const rows = Object.entries(await allRows(db))
  const texts = rows.map(([name, lines]) => ({ name, bytes: Buffer.from(lines.join('\n'), 'utf8') }))
  const {
    rows: [me],
  } = await sql<{ super: string }>`select current_setting('is_superuser') as super`.execute(db)
  if (me?.super !== 'on') return texts
  await sql`checkpoint`.execute(db)
  const blocks = await sql<{ name: string; bytes: Buffer }>`
    select c.relname as name, pg_read_binary_file(pg_relation_filepath(c.oid)) as bytes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'pg_toast') and pg_relation_filepath(c.oid) is not null and c.oid >= 16384
    order by c.relname`.execute(db)
  return [...texts, ...blocks.rows.map(({ name, bytes }) => ({ name: `blocks of ${name}`, bytes }))]
}

/** Where `text` stands in the store: names of files; none when it stands nowhere. */
export function placesOf(text: string, store: Bytes[]): string[] {
  return store.filter(({ bytes }) => bytes.includes(text)).map(({ name }) => name)
}

/**
 * Where each of these texts stands first, for those that stand anywhere: one pass over the bytes, however many texts.
 * Texts have four bytes at least.
 */
export function firstPlaces(texts: Iterable<string>, bytes: Buffer): Map<string, number> {
  const byHead = new Map<number, string[]>()
  // One bit per pair of first bytes turns nearly all places away.
  const pairs = new Uint8Array(65_536)
  for (const text of texts) {
    const needle = Buffer.from(text, 'utf8')
    const head = needle.readUInt32BE(0)
    byHead.set(head, [...(byHead.get(head) ?? []), text])
    pairs[head >>> 16] = 1
  }
  const places = new Map<string, number>()
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (pairs[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] !== 1) continue
    for (const text of byHead.get(bytes.readUInt32BE(at)) ?? []) {
      if (places.has(text)) continue
      const end = at + Buffer.byteLength(text)
      if (bytes.toString('utf8', at, end) === text) places.set(text, at)
    }
  }
  return places
}

/** Which of these texts stand anywhere in the store. */
export function foundIn(texts: string[], store: Bytes[]): string[] {
  const found = new Set(store.flatMap(({ bytes }) => [...firstPlaces(texts, bytes).keys()]))
  return texts.filter((text) => found.has(text))
}
