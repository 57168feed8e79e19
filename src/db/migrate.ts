// Brings the store to the newest form; run at every start, by the web process and the CLI alike.
import { CompiledQuery } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../migrations/index.ts'
import { dialectOf, type Db } from './database.ts'

/** Runs what is missing; throws the error of the first migration that fails. */
export async function migrate(db: Db): Promise<void> {
  if (dialectOf(db) === 'postgres') return migrateWith(db)
  // Kysely does not wrap SQLite's migrations: a kill would leave half a schema, and two first starts at once as well.
  await db.connection().execute(async (connection) => {
    const run = (command: string) => connection.executeQuery(CompiledQuery.raw(command))
    await run('begin immediate')
    try {
      await migrateWith(connection)
      await run('commit')
    } catch (error) {
      await run('rollback')
      throw error
    }
  })
}

async function migrateWith(db: Db): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error as Error
}
