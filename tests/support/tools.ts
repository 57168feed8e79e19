// What a machine may lack: named once, looked for once.
import { existsSync, globSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export function hasProgram(name: string): boolean {
  return findProgram(name) !== undefined
}

function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))
}

/** Chromium: CHROMIUM_PATH, or on the PATH. */
export function chromiumPath(): string | undefined {
  return (
    process.env.CHROMIUM_PATH ??
    findProgram('chromium') ??
    findProgram('chromium-browser') ??
    findProgram('google-chrome')
  )
}

/** Flags for a headless Chromium that talks to nobody but us. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Folder of the newest PostgreSQL server programs that Debian has installed. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0]
  const bin = newest === undefined ? undefined : join(root, newest, 'bin')
  return bin !== undefined && existsSync(join(bin, 'initdb')) ? bin : undefined
}

/** WebKitGTK's small browser, which Debian's library packages hold below a folder of their version; the newest one. */
export function miniBrowserPath(): string | undefined {
  return globSync('/usr/lib/*/webkit{2gtk,gtk}-*/MiniBrowser').sort().at(-1)
}

/** What this machine lacks for a journey in Firefox, as a reason to skip it by name; '' when nothing does. */
export function missingForFirefox(): string {
  return hasProgram('firefox-esr') ? '' : 'firefox-esr'
}

/** The same for WebKitGTK. */
export function missingForWebKit(): string {
  return [
    ...(miniBrowserPath() === undefined ? ['MiniBrowser'] : []),
    ...['WebKitWebDriver', 'Xvfb'].filter((name) => !hasProgram(name)),
  ].join(', ')
}
