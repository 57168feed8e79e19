// What a form sent, read defensively: a body may be missing, a field may be repeated.
import type { Request } from 'express'

export function formOf(req: Request): Record<string, unknown> {
  return (req.body ?? {}) as Record<string, unknown>
}

/** One line of text; '' for nothing, or for a field that came several times. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The values of a field that may come several times. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string')
}
