// Older copies in the data folder, as the minutes name them, also beside what the program may not read.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listOldCopies } from '../../../src/ballot/custody.ts'
import type { Config } from '../../../src/config.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cchc-old-'))
  chmodSync(dataDir, 0o755)
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
})

test('copies of the key and of the store are named, and what may not be read; other files are not', () => {
  const put = (path: string, text: string, mode = 0o644) => {
    writeFileSync(join(dataDir, path), text)
    chmodSync(join(dataDir, path), mode)
  }
  mkdirSync(join(dataDir, 'keys'))
  mkdirSync(join(dataDir, 'lost+found'))
  put('survey.sqlite', 'SQLite format 3\0')
  put('keys/dot-1.cu', 'khóa')
  put('keys/dot-1.destroyed', 'đã hủy')
  put('keys/dot-2', 'khóa')
  put('hom-qua.db', 'SQLite format 3\0…')
  put('cua-root', 'không biết là gì', 0)
  chmodSync(join(dataDir, 'lost+found'), 0)
  expect(asNobody(() => listOldCopies({ dataDir } as Config, 'dot-1'))).toEqual([
    'cua-root',
    'hom-qua.db',
    'keys/dot-1.cu',
    'lost+found',
  ])
})

/** Nothing is closed to root: where the tests run as root, somebody else looks. */
function asNobody<Result>(look: () => Result): Result {
  if (process.getuid?.() !== 0) return look()
  process.seteuid?.(65_534)
  try {
    return look()
  } finally {
    process.seteuid?.(0)
  }
}
