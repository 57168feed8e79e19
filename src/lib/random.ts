// Random ids: they carry no time and no order, so that nothing can be read from a row's key.
import { randomBytes } from 'node:crypto'

/** 128 random bits as 22 characters, base64url. */
export function randomId(): string {
  return randomBytes(16).toString('base64url')
}
