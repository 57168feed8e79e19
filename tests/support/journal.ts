// SQLite's write-ahead log as somebody reads it who copies the file after every commit: all pages that were written, in
// the order in which they were, also those that a checkpoint has overwritten since. Format: sqlite.org/fileformat2.html, 4.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { databaseFile } from '../../src/db/database.ts'
import { firstPlaces } from './traces.ts'

const headerBytes = 32
const frameHeaderBytes = 24

export class Journal {
  readonly #file: string
  #salts = ''
  #frames = 0
  /** Page images in the order in which they were written. */
  pages: Buffer[] = []

  constructor(dataDir: string) {
    this.#file = databaseFile(dataDir) + '-wal'
  }

  /** Reads what was written since the last look. */
  look(): void {
    if (!existsSync(this.#file)) return
    const file = openSync(this.#file, 'r')
    try {
      const header = readAt(file, 0, headerBytes)
      if (header.length < headerBytes) return
      // The salts change whenever the log begins anew.
      const salts = header.toString('hex', 16, 24)
      if (salts !== this.#salts) this.#frames = 0
      this.#salts = salts
      const pageBytes = header.readUInt32BE(8)
      for (;;) {
        const start = headerBytes + this.#frames * (frameHeaderBytes + pageBytes)
        const frame = readAt(file, start, frameHeaderBytes + pageBytes)
        // What lies behind the end is of an older log.
        if (frame.length < frameHeaderBytes + pageBytes || frame.toString('hex', 8, 16) !== salts) return
        this.pages.push(frame.subarray(frameHeaderBytes))
        this.#frames += 1
      }
    } finally {
      closeSync(file)
    }
  }

  /** Those of the texts that were written at all, in the order in which each was written first. */
  orderOf(texts: string[]): string[] {
    const waiting = new Set(texts)
    const order: string[] = []
    for (const page of this.pages) {
      const places = [...firstPlaces(waiting, page)].sort(([, a], [, b]) => b - a)
      for (const [text] of places) {
        order.push(text)
        waiting.delete(text)
      }
    }
    return order
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(file, bytes, 0, length, position))
}
