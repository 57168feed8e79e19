// The log: one line for each request of staff, none for a respondent's. A line holds the route's pattern, never the
// address itself, so no code, name or search text can get into it.
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { pino, type Logger } from 'pino'

export function createLog(level: string): Logger {
  return pino({ level, base: null, redact: ['req', 'res', '*.cookie', '*.password', '*.code'] })
}

/**
 * Logs method, route pattern, status, duration and who asked once the answer is out.
 * @param who the random id of the account that is signed in; undefined for nobody. Never a name or an address.
 */
export function logRequest(log: Logger, who: (req: Request) => string | undefined): RequestHandler {
  return (req: Request, res: Response, next: NextFunction) => {
    const start = performance.now()
    res.on('finish', () => {
      const route = (req.route as { path?: string } | undefined)?.path ?? 'none'
      log.info({
        method: req.method,
        route,
        status: res.statusCode,
        ms: Math.round(performance.now() - start),
        by: who(req),
      })
    })
    next()
  }
}
