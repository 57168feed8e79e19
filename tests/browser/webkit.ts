// WebKitGTK as Debian builds it, the nearest to Safari that Linux has: its small MiniBrowser on a display of Xvfb,
// driven over HTTP by WebKitWebDriver.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { miniBrowserPath } from '../support/tools.ts'
import {
  commands,
  Household,
  patience,
  poll,
  WebDriverError,
  Window,
  type Command,
  type Send,
} from './webdriver.ts'

/** Opens a window of a fresh WebKitGTK browser on a site's address. */
export async function openWebKit(origin: string, { scripts }: { scripts: boolean }): Promise<Window> {
  const household = new Household()
  const display = await startDisplay(household)
  const port = await freePort()
  household.start('WebKitWebDriver', [`--port=${port}`], { env: { DISPLAY: display } })
  const driver = `http://127.0.0.1:${port}`
  await poll(
    () =>
      fetch(`${driver}/status`).then(
        () => true,
        () => undefined,
      ),
    () => 'WebKitWebDriver does not answer',
  )
  const args = ['--automation', '--private', `--enable-javascript=${scripts}`]
  const options = { binary: miniBrowserPath(), args }
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
  const { sessionId } = (await ask('POST', `${driver}/session`, { capabilities })) as { sessionId: string }
  const session = `${driver}/session/${sessionId}`
  const send: Send = (command, body, element = '') => {
    const { method, path } = commands[command]
    const address = `${session}/${path.replace('ID', element)}`
    return questions.has(command) ? question(method, address, body) : ask(method, address, body)
  }
  return new Window(send, origin)
}

/** An X display that Xvfb chooses itself; it writes the number once it is ready. */
async function startDisplay(household: Household): Promise<string> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp', '-noreset']
  const xvfb = household.start('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const [number] = (await Promise.race([
    once(xvfb.stdio[3] as Readable, 'data'),
    once(xvfb, 'exit').then(() => Promise.reject(new Error('Xvfb ended'))),
  ])) as [Buffer]
  return `:${number.toString().trim()}`
}

/** WebKitWebDriver takes no port by itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Commands that change nothing. */
const questions = new Set<Command>(['find', 'text', 'value', 'selected'])

/**
 * Asks about the page. WebKitGTK loses the answer when the page is replaced in that very moment (about one time in a
 * hundred): "no answer" then, after a while, which means that it may be asked again.
 */
async function question(method: string, address: string, body?: object): Promise<unknown> {
  try {
    return await ask(method, address, body, 1500)
  } catch (error) {
    const lost = error instanceof DOMException && error.name === 'TimeoutError'
    // With scripts on it says so: "Callback was not called before the unload event."
    const left = error instanceof WebDriverError && error.code === 'no such frame'
    if (!lost && !left) throw error
    throw new WebDriverError('no answer', address)
  }
}

async function ask(method: string, address: string, body: object = {}, limit = patience): Promise<unknown> {
  const answer = await fetch(address, {
    method,
    signal: AbortSignal.timeout(limit),
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  })
  const { value } = (await answer.json()) as { value: unknown }
  if (answer.ok) return value
  const { error, message } = value as { error: string; message: string }
  throw new WebDriverError(error, message)
}
