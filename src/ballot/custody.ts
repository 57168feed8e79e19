// Custody of the private key, server-held: wrapped under the server secret in DATA_DIR/keys/<survey>, never in the
// database or its backup, destroyed at the opening. confidentiality.md §7.
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import type { Config } from '../config.ts'
import { databaseFile } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import { decrypt, encrypt, keyFor } from '../lib/secrets.ts'
import { newSealKeyPair, publicKeyOf } from './seal.ts'

function keyFile(config: Config, surveyId: string): string {
  return join(config.dataDir, 'keys', surveyId)
}

function keyContext(surveyId: string): string {
  return `survey-private-key/${surveyId}`
}

function wrapKey(config: Config): Buffer {
  return keyFor(config.serverSecret, 'survey-private-key')
}

/**
 * Makes the survey's key and writes it durably, before the survey may start. A key that is there already (a start that
 * was cut off, or two at once) is taken as it is: overwriting it could lose the key of ballots.
 * @returns the public key, base64url
 */
export function ensureKey(config: Config, surveyId: string): string {
  mkdirSync(join(config.dataDir, 'keys'), { recursive: true, mode: 0o700 })
  const { publicKey, privateKey } = newSealKeyPair()
  const wrapped = encrypt(wrapKey(config), keyContext(surveyId), privateKey)
  const path = keyFile(config, surveyId)
  const unfinished = `${path}.${process.pid}.new`
  writeDurably(unfinished, wrapped.toString('base64url') + '\n')
  try {
    // A hard link appears complete or not at all, and only where no key is yet.
    linkSync(unfinished, path)
    return publicKey
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return publicKeyOf(loadKey(config, surveyId))
    throw error
  } finally {
    rmSync(unfinished)
  }
}

/** The private key of a closed survey. @throws Problem key-missing or key-wrong; the ballots stay as they are */
export function loadKey(config: Config, surveyId: string): Buffer {
  const file = keyFile(config, surveyId)
  if (!existsSync(file)) throw new Problem('key-missing')
  const wrapped = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')
  const privateKey = decrypt(wrapKey(config), keyContext(surveyId), wrapped)
  if (!privateKey) throw new Problem('key-wrong')
  return privateKey
}

/**
 * Overwrites the key's bytes and removes the file. A mark is left first, so that a run that was cut off here can go on;
 * with neither key nor mark this is not the folder that holds the key, and nobody may say that it is destroyed.
 * @throws Problem key-missing
 */
export function destroyKey(config: Config, surveyId: string): void {
  const path = keyFile(config, surveyId)
  const mark = `${path}.destroyed`
  if (!existsSync(path)) {
    if (existsSync(mark)) return
    throw new Problem('key-missing')
  }
  writeDurably(mark, 'destroyed at the opening\n')
  const file = openSync(path, 'r+')
  try {
    writeSync(file, Buffer.alloc(statSync(path).size))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  rmSync(path)
}

/** Removes whatever lies in the folder of keys for a rehearsal that is removed: key, mark, leftovers of writing. */
export function removeKeyFiles(config: Config, surveyId: string): void {
  const folder = join(config.dataDir, 'keys')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder))
    if (name === surveyId || name.startsWith(`${surveyId}.`)) rmSync(join(folder, name))
}

/** Whether the key of the survey is here and fits its public key: what a page says before the box is opened. */
export function keyFits(config: Config, survey: { id: string; public_key: string | null }): boolean {
  try {
    const privateKey = loadKey(config, survey.id)
    const fits = publicKeyOf(privateKey) === survey.public_key
    privateKey.fill(0)
    return fits
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

/**
 * Files in the data folder that may hold an older copy of this survey's key or of the sealed ballots: leftovers of a key that
 * was being written, copied keys, copied SQLite files. By their paths inside the folder; they are named, not touched, for
 * they may hold other surveys. What may not be read is named too, for it could be one: an opening must end beside a root's
 * backup or a "lost+found". What lies on other disks only people can list.
 */
export function listOldCopies(config: Config, surveyId: string): string[] {
  const key = join('keys', surveyId)
  const live = ['', '-wal', '-shm'].map((end) => relative(config.dataDir, databaseFile(config.dataDir) + end))
  return filesBelow(config.dataDir)
    .map((path) => relative(config.dataDir, path))
    .filter((path) => !live.includes(path) && path !== `${key}.destroyed`)
    .filter((path) => path.includes(surveyId) || mayBeSqlite(join(config.dataDir, path)))
    .sort()
}

/** Files in the folder and below it; a folder that may not be read stands for what is in it. */
function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : []
    })
  } catch {
    return [folder]
  }
}

/** True as well for what may not be read. */
function mayBeSqlite(path: string): boolean {
  const start = Buffer.alloc(16)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, start)
    } finally {
      closeSync(file)
    }
  } catch {
    return true
  }
  return start.toString('latin1') === 'SQLite format 3\0'
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
