// The word that is typed before an act that cannot be undone.
import type { Request } from 'express'

/** Typed as shown; capitals and accents do not matter, because a Telex keyboard may add some by itself. */
export function isConfirmed(req: Request, word: string): boolean {
  const typed = (req.body as Record<string, unknown> | undefined)?._xac_nhan
  if (typeof typed !== 'string') return false
  return typed.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').trim().toUpperCase() === word
}
