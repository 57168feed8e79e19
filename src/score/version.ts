// Which version of a release an address asks for.
import { Problem } from '../lib/problem.ts'

/** `?ban=1`: an earlier version; undefined for the newest. @throws Problem release-unknown */
export function versionOf({ ban }: { ban?: unknown }): number | undefined {
  if (ban === undefined) return undefined
  if (typeof ban !== 'string' || !/^[1-9]\d{0,5}$/.test(ban)) throw new Problem('release-unknown')
  return Number(ban)
}
