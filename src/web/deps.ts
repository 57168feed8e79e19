// What every feature's routes receive: made once in main.ts (or a test) and handed on.
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Db } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import type { Assets } from './assets.ts'
import type { Renderer } from './render.ts'

export interface Deps {
  config: Config
  db: Db
  clock: Clock
  log: Logger
  assets: Assets
  renderer: Renderer
  /** Says that the program is about to stop: whatever answers for long ends. */
  stopping?: AbortSignal
}

/** Cookies are marked Secure exactly when people reach us by https. */
export function isSecure(deps: Pick<Deps, 'config'>): boolean {
  return deps.config.publicUrl?.startsWith('https:') ?? false
}
