// How a scanner is run: by its own name, in a home of its own, with no way out of this machine, and not for ever.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** One thing that a scanner, or the site itself, has to say. */
export interface Finding {
  tool: string
  target: string
  severity: 'high' | 'medium' | 'low' | 'note'
  category: string
  /** Method and path, and what was attacked there. */
  where: string
  text: string
}

/** One line of the table. */
export interface Run {
  tool: string
  target: string
  seconds: number
  /** How far it came: addresses crawled, requests refused. */
  extent: string
  findings: Finding[]
}

// Nothing listens there: a request to anywhere but this address ends at once, whatever a payload or a tool has in mind.
const nowhere = 'http://127.0.0.1:9'

export interface Ended {
  output: string
  seconds: number
  /** The program's exit code; 'too-long' when it had to be stopped. */
  code: number | 'too-long'
}

/** Runs a program, its words going into `log`. */
export async function runTool(
  program: string,
  args: string[],
  { log, home, mostSeconds }: { log: string; home: string; mostSeconds: number },
): Promise<Ended> {
  const start = performance.now()
  const file = openSync(log, 'w')
  const child = spawn(program, args, {
    cwd: home,
    stdio: ['ignore', file, file],
    timeout: mostSeconds * 1000,
    killSignal: 'SIGKILL',
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: tmpdir(),
      LC_ALL: 'C.UTF-8',
      PYTHONUNBUFFERED: '1',
      http_proxy: nowhere,
      https_proxy: nowhere,
      no_proxy: '127.0.0.1',
    },
  })
  closeSync(file)
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit) => resolve(exit ?? 1))
  })
  return {
    output: readFileSync(log, 'utf8'),
    seconds: (performance.now() - start) / 1000,
    code: child.killed ? 'too-long' : code,
  }
}
