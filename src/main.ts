// The web process: config → database → migrate → app → listen; stops cleanly. README, "Start in a minute".
import './lib/node-version.ts'
import closeWithGrace from 'close-with-grace'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createTicker } from './ballot/ticker.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { isBusy, isUnreachable } from './db/constraint.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { systemClock } from './lib/clock.ts'
import { Problem } from './lib/problem.ts'
import { createJobs } from './program.ts'
import { warmMonitoring } from './quota/monitoring.service.ts'
import { askDueDestructions } from './release/retention.service.ts'
import { makeMissingReleases } from './release/release.service.ts'
import { program } from './staff/actor.ts'
import { createAuth } from './staff/auth.ts'
import { newSetupLink } from './staff/staff.service.ts'
import { createSurveyFromTemplate, defaultTemplate } from './survey/survey.service.ts'
import { listSurveys } from './survey/survey.queries.ts'
import { createApp, type AppDeps, type Health } from './web/app.ts'
import { loadAssets } from './web/assets.ts'
import { createLog } from './web/log.ts'
import { createRenderer } from './web/render.ts'

export interface Running {
  deps: AppDeps
  /** Where the server listens on this machine. */
  address: string
  stop: () => Promise<void>
}

/** Starts everything and resolves when people can come in. */
export async function startServer(config: Config): Promise<Running> {
  const db = openDatabase(config)
  await migrate(db)
  const stopping = new AbortController()
  const base = {
    config,
    db,
    clock: systemClock,
    log: createLog(config.logLevel),
    assets: loadAssets(),
    renderer: createRenderer({ strict: false }),
    stopping: stopping.signal,
  }
  await makeMissingReleases(base)
  await warmMonitoring(db, base.clock())
  const jobs = createJobs(base)
  const deps: AppDeps = { ...base, auth: createAuth(base), jobs }
  const health: Health = { stopping: false }
  const server = await listen(createApp(deps, health), config)
  jobs.start()
  const ticker = createTicker(
    base,
    () => performance.now(),
    () => askDueDestructions({ ...base, jobs }),
  )
  ticker.start()
  const { port } = server.address() as AddressInfo
  return {
    deps,
    address: `http://localhost:${port}`,
    stop: async () => {
      health.stopping = true
      stopping.abort()
      await ticker.stop()
      await jobs.stop()
      await closed(server)
      await db.destroy()
    },
  }
}

function listen(app: ReturnType<typeof createApp>, config: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(config.port, config.host)
    server.once('listening', () => resolve(server))
    server.once('error', (error) => reject(listenError(error, config)))
  })
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Config): ConfigError {
  if (error.code === 'EADDRINUSE') return new ConfigError('The port is in use; set PORT to another one.')
  return new ConfigError(
    `Cannot listen on ${host}, port ${port} (${error.code}); set HOST and PORT to others.`,
  )
}

/** Finishes the requests in hand; idle keep-alive connections are cut at once. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

async function loadFirstSurvey(deps: AppDeps): Promise<void> {
  if ((await listSurveys(deps.db)).length > 0) return
  try {
    await createSurveyFromTemplate(deps, program, defaultTemplate, defaultTemplate)
  } catch (refusal) {
    // Another process on the same database started in the same moment.
    if (!(refusal instanceof Problem) || refusal.kind !== 'slug-taken') throw refusal
  }
}

/** What the operator reads at the first start. */
async function announce({ deps, address }: Running): Promise<void> {
  const base = deps.config.publicUrl ?? address
  process.stdout.write(`Đang chạy tại ${base}\n`)
  const link = await newSetupLink(deps)
  if (link !== null)
    process.stdout.write(`Tạo người quản trị đầu tiên (liên kết dùng một lần): ${base}${link}\n`)
}

async function main(): Promise<void> {
  const running = await startServer(readConfig(process.env))
  await loadFirstSurvey(running.deps)
  await announce(running)
  closeWithGrace({ delay: 10_000 }, async ({ err }) => {
    if (err)
      running.deps.log.fatal(
        { name: err.name, message: err.message, stack: err.stack },
        'stopping after an error',
      )
    await running.stop()
  })
}

/** One sentence for what an operator can mend; anything else is a bug and shows its stack. */
export function refuseToStart(error: unknown): never {
  if (error instanceof ConfigError) process.stderr.write(error.message + '\n')
  else if (isBusy(error)) process.stderr.write(new Problem('database-busy').sentence + '\n')
  else if (isUnreachable(error)) process.stderr.write(new Problem('database-unreachable').sentence + '\n')
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
}

if (
  process.argv[1] !== undefined &&
  import.meta.filename.replace(/\.[jt]s$/, '') === process.argv[1].replace(/\.[jt]s$/, '')
) {
  main().catch(refuseToStart)
}
