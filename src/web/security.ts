// The door: headers, the cross-site rule, and what may be stored by whom. Sources: confidentiality.md §4,
// architecture.md "Cross-site"; the rule is that of Go 1.25's CrossOriginProtection.
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import { Problem } from '../lib/problem.ts'

/**
 * Headers of every answer. Secure-only headers appear only when people reach us by https: helmet's defaults would
 * break a plain-http trial in an office network.
 */
export function securityHeaders(publicUrl: string | undefined): RequestHandler {
  const https = publicUrl?.startsWith('https:') ?? false
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        // Question pages keep what was chosen as one goes (public/js/answer.ts).
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
    // same-origin, not no-referrer: with no-referrer a form on plain http sends "Origin: null".
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    originAgentCluster: false,
    crossOriginOpenerPolicy: https ? { policy: 'same-origin' } : false,
  })
}

/** Nothing that depends on a person is kept by a browser or a proxy; static files set their own rule. */
export function noStore(_req: Request, res: Response, next: NextFunction): void {
  res.setHeader('Cache-Control', 'no-store')
  next()
}

/**
 * Refuses a change that another site's page asks for. Sec-Fetch-Site decides where the browser sends it (https and
 * localhost), else Origin; a request with neither is a program, not a person's browser.
 */
export function sameSiteOnly(publicUrl: string | undefined): RequestHandler {
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin
  return (req, _res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') {
      next()
      return
    }
    const fetchSite = req.get('Sec-Fetch-Site')
    const origin = req.get('Origin')
    const allowed =
      fetchSite !== undefined
        ? fetchSite === 'same-origin' || fetchSite === 'none'
        : origin === undefined || origin === publicOrigin || hostOf(origin) === req.get('Host')
    if (!allowed) throw new Problem('cross-site')
    next()
  }
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

/** A NUL cannot be typed, and PostgreSQL cannot store or compare it: refused once for all addresses and forms. */
export function withoutNul(req: Request, _res: Response, next: NextFunction): void {
  const form: unknown = req.body
  const values = typeof form === 'object' && form !== null ? Object.entries(form).flat(2) : []
  if (/%00/.test(req.url) || values.some((value) => typeof value === 'string' && value.includes('\0')))
    throw new Problem('bad-request')
  next()
}
