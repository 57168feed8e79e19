// Makes a file in a thread of its own, so that respondents are served meanwhile, and within bounds: a table that is too
// large for the memory ends its thread and not the program.
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Problem } from '../lib/problem.ts'
import type { HeavyFile } from './heavy.ts'

/** The same ending as this file: .ts in tests, .js when built. */
const workerFile = join(import.meta.dirname, `file-worker${extname(import.meta.filename)}`)
/** README, "Exports", says what a workbook of 20,000 units takes. */
const mostMemoryMb = 1_500

/** @throws Problem file-too-large */
export function makeFile(wanted: HeavyFile): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, {
      workerData: wanted,
      resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    })
    worker.once('message', (content: Uint8Array) => {
      resolve(Buffer.from(content.buffer, content.byteOffset, content.byteLength))
    })
    worker.once('error', (error: Error) => {
      const tooLarge = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      reject(tooLarge ? new Problem('file-too-large') : error)
    })
    worker.once('exit', (code) => reject(new Error(`the thread ended without a file (${code})`)))
  })
}
