// How long the files of a very large release take and how much memory: 20,000 units x 30 criteria, made as the program
// makes them, each in a process of its own, which also says how long its other work had to wait meanwhile.
//   node tests/bench/workbook.ts [--units 20000] [--criteria 30]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { HeavyFile } from '../../src/release/heavy.ts'
import { makeFile } from '../../src/release/make-file.ts'
import { madeUpRelease } from '../support/release.ts'

const kinds = ['workbook', 'long'] as const

const Measured = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  bytes: z.number(),
  memoryMb: z.number(),
  beforeMb: z.number(),
  longestWaitMs: z.number(),
})

/** Prints a line for each file. */
export function benchFiles(units: number, criteria: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'cchc-bench-files-'))
  try {
    const stored = join(folder, 'release.json')
    writeFileSync(stored, JSON.stringify(madeUpRelease({ units: [units], criteria })))
    for (const kind of kinds) {
      const args = [import.meta.filename, '--make', kind, '--stored', stored]
      const answer = execFileSync(process.execPath, args, { encoding: 'utf8' })
      const found = Measured.parse(JSON.parse(answer))
      process.stdout.write(
        `${kind}, ${units.toLocaleString('en')} units x ${criteria} criteria: ${found.seconds.toFixed(1)} s (${found.cpuSeconds.toFixed(1)} s of a processor), ` +
          `${Math.round(found.memoryMb)} MB at most (${Math.round(found.beforeMb)} MB before), ` +
          `file ${(found.bytes / 1e6).toFixed(1)} MB; other work waited ${Math.round(found.longestWaitMs)} ms at most\n`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function makeOne(kind: (typeof kinds)[number], file: string): Promise<void> {
  const stored = readFileSync(file)
  const wanted: HeavyFile = { kind, stored, taken: { by: 'bench', at: new Date() } }
  const beforeMb = process.memoryUsage().rss / 1e6
  const waits = monitorEventLoopDelay({ resolution: 5 })
  waits.enable()
  const started = performance.now()
  const cpuBefore = process.cpuUsage()
  const content = await makeFile(wanted)
  const seconds = (performance.now() - started) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  waits.disable()
  const measured: z.infer<typeof Measured> = {
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    bytes: content.length,
    memoryMb: process.resourceUsage().maxRSS / 1000,
    beforeMb,
    longestWaitMs: waits.max / 1e6,
  }
  process.stdout.write(JSON.stringify(measured))
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      units: { type: 'string', default: '20000' },
      criteria: { type: 'string', default: '30' },
      make: { type: 'string' },
      stored: { type: 'string', default: '' },
    },
  })
  if (values.make !== undefined) await makeOne(z.enum(kinds).parse(values.make), values.stored)
  else benchFiles(Number(values.units), Number(values.criteria))
}
