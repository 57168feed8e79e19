// Before all tests: the static files are built, and a PostgreSQL server of our own is started in a temporary folder
// unless TEST_DATABASE_URL names one. What is missing here is named; with REQUIRE_ALL_TESTS it ends the run.
import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { chromiumPath, hasProgram, missingForFirefox, missingForWebKit, postgresPrograms } from './tools.ts'

export default function setup(): () => void {
  execFileSync(process.execPath, ['src/build/ensure-built.mjs'], { stdio: 'inherit' })
  // Vitest runs this once for each project: the first one's server serves all.
  const known = process.env.TEST_DATABASE_URL ?? process.env.TEST_POSTGRES_URL
  // First, because a run that ends here must leave no server behind.
  report({
    'a PostgreSQL server (Debian: postgresql)': known !== undefined || postgresPrograms() !== undefined,
    'a browser (Debian: chromium)': chromiumPath() !== undefined,
    'Firefox (Debian: firefox-esr)': missingForFirefox() === '',
    'WebKitGTK with its driver and a display (Debian: webkit2gtk-driver, xvfb)': missingForWebKit() === '',
    'a QR scanner (Debian: zbar-tools)': hasProgram('zbarimg'),
    'a PDF renderer (Debian: poppler-utils)': hasProgram('pdftoppm'),
  })
  const server = known === undefined ? startPostgres() : undefined
  const url = known ?? server?.url
  if (url !== undefined) process.env.TEST_POSTGRES_URL = url
  return () => server?.stop()
}

function report(tools: Record<string, boolean>): void {
  const missing = Object.keys(tools).filter((name) => !tools[name])
  if (missing.length === 0) return
  const words = `skipped, because this machine lacks: ${missing.join('; ')}`
  if (process.env.REQUIRE_ALL_TESTS) throw new Error(words)
  process.stderr.write(`\nTests ${words}\n\n`)
}

/** A throw-away cluster that listens on a socket only; undefined where no server is installed. */
export function startPostgres(): { url: string; stop: () => void } | undefined {
  const bin = postgresPrograms()
  if (bin === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'cchc-pg-'))
  const asPostgres = userInfo().uid === 0
  if (asPostgres) {
    const id = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }))
    chownSync(folder, id, id)
  }
  const run = (program: string, args: string[]) => {
    const command = asPostgres
      ? ['runuser', '-u', 'postgres', '--', join(bin, program), ...args]
      : [join(bin, program), ...args]
    const done = spawnSync(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    })
    if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`)
  }
  const data = join(folder, 'data')
  run('initdb', ['-D', data, '-U', 'test', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'])
  const options = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off -c max_connections=200`
  run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start'])
  return {
    url: `postgres://test@localhost/postgres?host=${encodeURIComponent(folder)}`,
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
