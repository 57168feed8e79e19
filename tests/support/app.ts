// The real site over a fresh database, for one test. Clock and chance come in; nothing of ours is replaced.
import { pino } from 'pino'
import type { Express } from 'express'
import type { Config } from '../../src/config.ts'
import { createJobs } from '../../src/program.ts'
import { createAuth } from '../../src/staff/auth.ts'
import { createApp, type AppDeps } from '../../src/web/app.ts'
import { loadAssets } from '../../src/web/assets.ts'
import { createRenderer } from '../../src/web/render.ts'
import { freshDatabase, type TestDatabase } from './database.ts'

export interface TestSite {
  app: Express
  deps: AppDeps
  /** Lines that the program logged. */
  logged: string[]
  close: () => Promise<void>
}

/** A site of its own; `publicUrl` undefined as on a first start, and no mail server named. */
export async function testSite({
  publicUrl,
  mail,
  now,
}: { publicUrl?: string; mail?: Config['mail']; now?: () => Date } = {}): Promise<TestSite> {
  const database: TestDatabase = await freshDatabase()
  const logged: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  const config = {
    dataDir: database.dataDir,
    databaseUrl: database.databaseUrl,
    serverSecret: Buffer.from('a secret of the tests, long enough'),
    port: 0,
    host: '127.0.0.1',
    publicUrl,
    trustProxy: undefined,
    mail,
    logLevel: 'info',
  }
  const base = {
    config,
    db: database.db,
    clock: now ?? (() => new Date('2022-10-12T03:00:00Z')),
    log,
    assets: loadAssets(),
    renderer: createRenderer({ strict: true }),
  }
  const jobs = createJobs(base)
  jobs.start()
  const deps: AppDeps = { ...base, auth: createAuth(base), jobs }
  return {
    app: createApp(deps),
    deps,
    logged,
    close: async () => {
      await jobs.stop()
      await database.close()
    },
  }
}
