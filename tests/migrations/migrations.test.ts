// The store from its first moment: made from nothing, left alone when nothing is missing, and as src/db/tables.ts says.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { sql, type ColumnMetadata } from 'kysely'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { databaseFile } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { emptyDatabase, postgresUrl, type TestDatabase } from '../support/database.ts'
import { allRows } from '../support/traces.ts'

let store: TestDatabase

beforeEach(async () => {
  store = await emptyDatabase()
})
afterEach(() => store.close())

describe('migrating', () => {
  test('makes every table out of nothing, and notes each step down once', async () => {
    expect(await tablesOf(store)).toEqual({})
    await migrate(store.db)
    const done = await sql<{ name: string }>`select name from migration order by name`.execute(store.db)
    expect(done.rows.map(({ name }) => name)).toEqual(Object.keys(migrations))
    expect(Object.keys(await tablesOf(store))).toEqual(Object.keys(declaredTables()).sort())
  })

  test('a second time changes nothing: no row, no column, no note', async () => {
    await migrate(store.db)
    const [rows, tables] = [await allRows(store.db), await store.db.introspection.getTables()]
    await migrate(store.db)
    expect(await allRows(store.db)).toEqual(rows)
    expect(await store.db.introspection.getTables()).toEqual(tables)
  })

  test('asked for twice at once makes one store', async () => {
    const results = await Promise.allSettled([migrate(store.db), migrate(store.db)])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    const done = await sql<{ name: string }>`select name from migration`.execute(store.db)
    expect(done.rows).toHaveLength(Object.keys(migrations).length)
  })

  test('of a store that a newer program has changed is refused, and nothing is touched', async () => {
    await migrate(store.db)
    await sql`insert into migration (name, timestamp) values ('9999-later', '2030-01-01')`.execute(store.db)
    const rows = await allRows(store.db)
    await expect(migrate(store.db)).rejects.toThrow('9999-later')
    expect(await allRows(store.db)).toEqual(rows)
  })
})

describe('src/db/tables.ts', () => {
  test('names the columns that there are, and says of each whether it may be empty', async () => {
    await migrate(store.db)
    const real = await tablesOf(store)
    for (const [table, columns] of Object.entries(declaredTables())) {
      const found = real[table] ?? []
      expect(found.map(({ name }) => name).sort(), table).toEqual(Object.keys(columns).sort())
      for (const { name, isNullable, isKey } of found) {
        // On SQLite a primary key is empty only if somebody stores emptiness in it; nobody does.
        if (isKey && postgresUrl === undefined) continue
        expect(isNullable, `${table}.${name}`).toBe(columns[name]?.nullable)
      }
    }
  })

  test('says of each column whether it is a number or a text', async () => {
    await migrate(store.db)
    const real = await tablesOf(store)
    for (const [table, columns] of Object.entries(declaredTables())) {
      for (const { name, dataType } of real[table] ?? []) {
        const kind = kindOf(dataType)
        expect(columns[name]?.kind, `${table}.${name} is ${dataType}`).toBe(kind)
      }
    }
  })
})

if (postgresUrl === undefined) {
  describe('the file', () => {
    test('is nobody else’s to read', async () => {
      await migrate(store.db)
      const file = databaseFile(store.dataDir)
      for (const part of ['', '-wal', '-shm'].map((end) => file + end).filter((each) => existsSync(each)))
        expect((statSync(part).mode & 0o777).toString(8), part).toBe('600')
    })

    test('keeps the rows of codes, ballots, receipts and responses in the order of their random keys', async () => {
      await migrate(store.db)
      const made = await sql<{ name: string }>`
        select name from sqlite_master where type = 'table' and lower(sql) like '%without rowid%' order by name
      `.execute(store.db)
      expect(made.rows.map(({ name }) => name)).toEqual([
        'access_code',
        'receipt',
        'response',
        'return_day',
        'sealed_ballot',
      ])
    })
  })
}

interface Column extends Pick<ColumnMetadata, 'name' | 'dataType' | 'isNullable'> {
  isKey: boolean
}

/** Our tables as the database knows them; the migrator's own two are left out. */
async function tablesOf({ db }: TestDatabase): Promise<Record<string, Column[]>> {
  const tables = (await db.introspection.getTables()).filter(({ name }) => !name.startsWith('migration'))
  const found: [string, Column[]][] = []
  for (const { name, columns } of tables) {
    const keys = postgresUrl === undefined ? await keysOf(name) : []
    found.push([name, columns.map((column) => ({ ...column, isKey: keys.includes(column.name) }))])
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function keysOf(table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from pragma_table_info(${table}) where pk > 0
  `.execute(store.db)
  return rows.map(({ name }) => name)
}

type Kind = 'number' | 'text' | 'date' | 'flag'

interface Declared {
  nullable: boolean
  kind: Kind
}

/** What a column of this type holds in the eyes of the program. */
function kindOf(dataType: string): Kind | undefined {
  const kinds: Record<string, Kind> = {
    text: 'text',
    varchar: 'text',
    integer: 'number',
    int4: 'number',
    bigint: 'number',
    int8: 'number',
    date: 'date',
    timestamptz: 'date',
    bool: 'flag',
  }
  return kinds[dataType.toLowerCase()]
}

/** Reads src/db/tables.ts: table → column → what its type says. */
function declaredTables(): Record<string, Record<string, Declared>> {
  const file = 'src/db/tables.ts'
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
  const interfaces = new Map(
    source.statements.filter(ts.isInterfaceDeclaration).map((each) => [each.name.text, each]),
  )
  const texts = new Set(
    source.statements
      .filter(ts.isTypeAliasDeclaration)
      .filter((alias) => alias.type.getText(source).startsWith("'"))
      .map((alias) => alias.name.text),
  )
  const propertiesOf = (name: string) =>
    (interfaces.get(name)?.members ?? []).flatMap((member) =>
      ts.isPropertySignature(member) && member.type
        ? [{ name: member.name.getText(source), type: member.type.getText(source) }]
        : [],
    )
  return Object.fromEntries(
    propertiesOf('Database').map(({ name, type }) => [
      name,
      Object.fromEntries(propertiesOf(type).map((column) => [column.name, declared(column.type, texts)])),
    ]),
  )
}

function declared(type: string, texts: ReadonlySet<string>): Declared {
  const nullable = /\| null$/.test(type)
  const plain = type.replace(/ \| null$/, '')
  // better-auth's own yes and no: an integer on SQLite, a boolean on PostgreSQL.
  if (plain === 'Generated<number | boolean>')
    return { nullable, kind: postgresUrl === undefined ? 'number' : 'flag' }
  if (plain === 'AuthDate') return { nullable, kind: 'date' }
  // A number that may be left out of a new row.
  if (plain.startsWith('ColumnType<number,')) return { nullable, kind: 'number' }
  if (/^ColumnType<(string|Delivery),/.test(plain)) return { nullable, kind: 'text' }
  if (plain === 'string' || texts.has(plain)) return { nullable, kind: 'text' }
  if (plain === 'number' || plain === '1') return { nullable, kind: 'number' }
  throw new Error(`this test cannot read the type ${type}`)
}
