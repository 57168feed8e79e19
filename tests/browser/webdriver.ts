// Browsers beside Chromium, as a respondent uses them: what a journey does, over the W3C WebDriver commands. Firefox
// (firefox.ts) and WebKitGTK (webkit.ts) both speak them, each in its own envelope. Nothing here runs a script in a
// page, so a journey works where scripts are off.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Each command that we send: how it travels over HTTP (below /session/ID), and its name in Firefox's Marionette. */
export const commands = {
  navigate: { method: 'POST', path: 'url', marionette: 'WebDriver:Navigate' },
  address: { method: 'GET', path: 'url', marionette: 'WebDriver:GetCurrentURL' },
  refresh: { method: 'POST', path: 'refresh', marionette: 'WebDriver:Refresh' },
  resize: { method: 'POST', path: 'window/rect', marionette: 'WebDriver:SetWindowRect' },
  screenshot: { method: 'GET', path: 'screenshot', marionette: 'WebDriver:TakeScreenshot' },
  find: { method: 'POST', path: 'element', marionette: 'WebDriver:FindElement' },
  text: { method: 'GET', path: 'element/ID/text', marionette: 'WebDriver:GetElementText' },
  value: { method: 'GET', path: 'element/ID/property/value', marionette: 'WebDriver:GetElementProperty' },
  selected: { method: 'GET', path: 'element/ID/selected', marionette: 'WebDriver:IsElementSelected' },
  clear: { method: 'POST', path: 'element/ID/clear', marionette: 'WebDriver:ElementClear' },
  type: { method: 'POST', path: 'element/ID/value', marionette: 'WebDriver:ElementSendKeys' },
  click: { method: 'POST', path: 'element/ID/click', marionette: 'WebDriver:ElementClick' },
} as const

export type Command = keyof typeof commands

/** Sends one command, about an element or about the page, and gives its value; a refusal is thrown as WebDriverError. */
export type Send = (command: Command, body?: object, element?: string) => Promise<unknown>

export class WebDriverError extends Error {
  /** The standard's word for it, such as "no such element". */
  readonly code: string
  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

/** The standard's key of an element's name in JSON. */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf'

/** How long a browser may take for one thing, in ms. */
export const patience = 15_000

/** A person's window: what is done in it, and what is seen. Whatever is looked for is waited for. */
export class Window {
  private readonly send: Send
  private readonly origin: string
  constructor(send: Send, origin: string) {
    this.send = send
    this.origin = origin
  }

  async goto(path: string): Promise<void> {
    await this.send('navigate', { url: this.origin + path })
  }

  async reload(): Promise<void> {
    await this.send('refresh')
  }

  /** The address without the origin. */
  async address(): Promise<string> {
    return String(await this.send('address')).slice(this.origin.length)
  }

  async resize(width: number, height: number): Promise<void> {
    await this.send('resize', { width, height })
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(String(await this.send('screenshot')), 'base64')
  }

  /** Waits until the words stand in the element, and gives all of its text. */
  async sees(words: string, css = 'main'): Promise<string> {
    let last = ''
    return poll(
      async () => {
        last = await this.text(css)
        return last.includes(words) ? last : undefined
      },
      () => `${css} does not say "${words}" but: ${last.slice(0, 400)}`,
    )
  }

  async text(css: string): Promise<string> {
    return String(await this.on(byCss(css), 'text'))
  }

  async value(css: string): Promise<string> {
    return String(await this.on(byCss(css), 'value'))
  }

  async fill(css: string, text: string): Promise<void> {
    await this.on(byCss(css), 'clear')
    await this.on(byCss(css), 'type', { text })
  }

  async press(button: string): Promise<void> {
    await this.on(byXPath(`//button[normalize-space()=${quote(button)}]`), 'click')
  }

  async follow(link: string): Promise<void> {
    await this.on(byXPath(`//a[normalize-space()=${quote(link)}]`), 'click')
  }

  async choose(question: string, label: string): Promise<void> {
    await this.on(option(question, label), 'click')
  }

  async hasChosen(question: string, label: string): Promise<boolean> {
    return (await this.on(option(question, label), 'selected')) === true
  }

  /** A command about one element, looked for anew until it is there: the page may just be changing. */
  private async on(place: Place, command: Command, body?: object): Promise<unknown> {
    let last = ''
    const done = await poll(
      async () => {
        try {
          const found = (await this.send('find', place)) as Record<string, string>
          return { value: await this.send(command, body, found[elementKey]) }
        } catch (error) {
          if (!(error instanceof WebDriverError) || !passing.has(error.code)) throw error
          last = error.message
          return undefined
        }
      },
      () => `${command} ${place.value}: ${last}`,
    )
    return done.value
  }
}

/** Refusals that mean "not yet": the element is not there, or belonged to the page before, or the answer was lost. */
const passing = new Set(['no such element', 'stale element reference', 'no answer'])

interface Place {
  using: 'css selector' | 'xpath'
  value: string
}

function byCss(value: string): Place {
  return { using: 'css selector', value }
}

function byXPath(value: string): Place {
  return { using: 'xpath', value }
}

function option(question: string, label: string): Place {
  const group = `//fieldset[legend[contains(., ${quote(question)})]]`
  return byXPath(`${group}//input[@id=${group}//label[normalize-space()=${quote(label)}]/@for]`)
}

function quote(text: string): string {
  if (text.includes('"')) throw new Error('XPath has no escape for a quotation mark')
  return `"${text}"`
}

/** Asks until there is an answer. */
export async function poll<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  why: () => string,
): Promise<T> {
  for (const end = Date.now() + patience; Date.now() < end;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`not within ${patience} ms: ${why()}`)
}

const households = new Set<Household>()

/** Ends all browsers that are open here. For `afterEach`, which also comes after a test that ran out of time. */
export async function closeBrowsers(): Promise<void> {
  await Promise.all([...households].map((each) => each.end()))
}

// A test run that is ended from outside comes to no `afterEach`.
process.on('exit', () => {
  for (const each of households) each.endAtOnce()
})

/** The programs behind one window, with a folder that is their home. They end, and the folder goes, by closeBrowsers. */
export class Household {
  readonly folder = mkdtempSync(join(tmpdir(), 'cchc-browser-'))
  private readonly programs: ChildProcess[] = []

  constructor() {
    households.add(this)
  }

  /** Starts a program as head of a process group: so the processes that it starts can be ended with it. */
  start(
    program: string,
    args: string[],
    { env = {}, stdio = 'ignore' }: { env?: Record<string, string>; stdio?: StdioOptions } = {},
  ): ChildProcess {
    // Should this process be killed, the kernel ends the program.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', program, ...args], {
      detached: true,
      stdio,
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        HOME: this.folder,
        TMPDIR: this.folder,
        XDG_RUNTIME_DIR: this.folder,
        // Neither a session bus nor the accessibility bus is there to be asked.
        DBUS_SESSION_BUS_ADDRESS: 'disabled:',
        NO_AT_BRIDGE: '1',
        ...env,
      },
    })
    // What could not be started shows in what is waited for next.
    child.on('error', () => undefined)
    this.programs.push(child)
    return child
  }

  /** For a process that ends: what still runs is killed, except Xvfb, which would leave its lock behind. */
  endAtOnce(): void {
    for (const program of this.programs)
      signal(program, program.spawnargs.includes('Xvfb') ? 'SIGTERM' : 'SIGKILL')
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Ends the programs, the last one first: politely, because Xvfb leaves its lock behind otherwise; then by force. */
  async end(): Promise<void> {
    for (const program of this.programs.toReversed()) {
      signal(program, 'SIGTERM')
      const late = setTimeout(() => signal(program, 'SIGKILL'), 5000)
      if (program.pid !== undefined && program.exitCode === null && program.signalCode === null)
        await once(program, 'exit')
      clearTimeout(late)
      // What the head of the group leaves behind.
      signal(program, 'SIGKILL')
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
    households.delete(this)
  }
}

/** Signals a program's whole group, if anybody of it is left. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
