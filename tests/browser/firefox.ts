// Debian's Firefox ESR, headless, driven over Marionette: the WebDriver server inside every Firefox, which geckodriver
// (not in Debian) only translates. Playwright's client needs a newer Firefox than the ESR.
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { commands, Household, poll, WebDriverError, Window, type Send } from './webdriver.ts'

/** Opens a window of a fresh Firefox on a site's address. */
export async function openFirefox(origin: string, { scripts }: { scripts: boolean }): Promise<Window> {
  const household = new Household()
  writeFileSync(join(household.folder, 'user.js'), preferences(scripts))
  household.start('firefox-esr', ['--headless', '--marionette', '--no-remote', '--profile', household.folder])
  const call = await openMarionette(await marionettePort(household.folder))
  await call('WebDriver:NewSession', {})
  const send: Send = (command, body, element) =>
    call(commands[command].marionette, {
      ...body,
      ...(element !== undefined && { id: element }),
      ...(command === 'value' && { name: 'value' }),
    })
  return new Window(send, origin)
}

function preferences(scripts: boolean): string {
  const values = {
    'javascript.enabled': scripts,
    // Any free port; Firefox writes it into the profile.
    'marionette.port': 0,
    'remote.prefs.recommended': true,
    // It talks to nobody but us.
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'browser.safebrowsing.malware.enabled': false,
    'browser.safebrowsing.phishing.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.server': '',
    'services.settings.server': 'data:,',
    'app.update.enabled': false,
    'extensions.getAddons.cache.enabled': false,
  }
  return Object.entries(values)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('')
}

function marionettePort(profile: string): Promise<number> {
  return poll(
    () => {
      try {
        return Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8')) || undefined
      } catch {
        return undefined
      }
    },
    () => 'Firefox names no port',
  )
}

type Call = (name: string, params: object) => Promise<unknown>

/**
 * Marionette's protocol (firefox-source-docs, "Marionette: Protocol"): each message is its length in bytes, a colon, and
 * JSON: [0, id, name, params] there, [1, id, error, result] back. A bare value comes back as {"value": …}.
 */
async function openMarionette(port: number): Promise<Call> {
  const socket = connect(port, '127.0.0.1')
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  readMessages(socket, (message) => {
    // The first one is a greeting.
    if (!Array.isArray(message)) return
    const [, id, error, result] = message as [1, number, { error: string; message: string } | null, unknown]
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error) asked?.reject(new WebDriverError(error.error, error.message))
    else asked?.resolve(isBare(result) ? result.value : result)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Firefox closed the connection'))
  })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let last = 0
  return (name, params) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) throw new Error('Firefox closed the connection')
      const id = ++last
      waiting.set(id, { resolve, reject })
      const text = JSON.stringify([0, id, name, params])
      socket.write(`${Buffer.byteLength(text)}:${text}`)
    })
}

function readMessages(socket: Socket, take: (message: unknown) => void): void {
  let held = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk])
    for (;;) {
      const colon = held.indexOf(':')
      const end = colon + 1 + Number(held.subarray(0, Math.max(colon, 0)).toString())
      if (colon < 0 || held.length < end) return
      take(JSON.parse(held.subarray(colon + 1, end).toString()))
      held = held.subarray(end)
    }
  })
}

function isBare(result: unknown): result is { value: unknown } {
  return (
    typeof result === 'object' && result !== null && 'value' in result && Object.keys(result).length === 1
  )
}
