// JSON in and out: parsed by a schema at the border, canonical (RFC 8785) where it is hashed.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { z } from 'zod'

/** Parses text of a JSON column, cookie or file; throws when it does not fit, because we wrote it ourselves. */
export function parseJson<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  return schema.parse(JSON.parse(text))
}

/** Lower-case hex SHA-256 of the RFC 8785 form of `value`. */
export function canonicalHash(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('a value without JSON form cannot be hashed')
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
