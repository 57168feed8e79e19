// Cookies read and set in one place, with the same flags everywhere.
import type { CookieOptions, Request, Response } from 'express'

/**
 * The name under which a cookie travels. Over https "__Host-" ties it to this very host: no other host of the domain, and
 * nobody on plain http, can put one in its place.
 */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name
}

/** The cookie's value as the browser sent it; undefined when there is none. */
export function readCookie(req: Request, name: string, secure: boolean): string | undefined {
  const sent = cookieName(name, secure)
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === sent) return part.slice(at + 1).trim()
  }
  return undefined
}

/** Sets a cookie that scripts cannot read and other sites cannot send; `maxAgeSeconds` undefined = until the browser closes. */
export function setCookie(
  res: Response,
  name: string,
  value: string,
  secure: boolean,
  maxAgeSeconds?: number,
): void {
  res.cookie(cookieName(name, secure), value, {
    ...flags(secure),
    encode: String,
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 }),
  })
}

export function dropCookie(res: Response, name: string, secure: boolean): void {
  res.clearCookie(cookieName(name, secure), flags(secure))
}

function flags(secure: boolean): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure, path: '/' }
}
