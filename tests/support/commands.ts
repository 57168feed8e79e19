// The operator at the keyboard: the real commands as processes of their own, on a data folder of the test's.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface CommandResult {
  code: number | null
  out: string
  err: string
}

export type Environment = Record<string, string>

/** Runs a command of src/cli.ts to its end. */
export function cli(environment: Environment, args: string[], input = ''): CommandResult {
  const done = spawnSync(process.execPath, ['src/cli.ts', ...args], {
    env: { PATH: process.env.PATH, ...environment },
    input,
    encoding: 'utf8',
  })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

/** The same, for a command that must succeed and answers JSON. */
export function cliJson(environment: Environment, args: string[], input = ''): unknown {
  const result = cli(environment, [...args, '--json'], input)
  if (result.code !== 0) throw new Error(`${args.join(' ')}: ${result.err}`)
  return JSON.parse(result.out)
}

export interface RunningProgram {
  address: string
  /** All that it printed so far. */
  printed: () => string
  /** Ends it as an operator does, and gives its exit code. */
  stop: () => Promise<number | null>
}

/** Starts src/main.ts or src/demo/demo.ts on a free port and waits until it says where it listens. */
export async function startProgram(file: string, environment: Environment): Promise<RunningProgram> {
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const heard = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk.toString()
      const address = /https?:\/\/localhost:\d+/.exec(text)?.[0]
      if (address !== undefined) resolve(address)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => reject(new Error(text)))
  })
  const address = await heard
  return { address, printed: () => text, stop: () => stopped(child) }
}

async function stopped(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}
