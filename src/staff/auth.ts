// Sign-in and sessions by better-auth, used as an engine: it answers no address of its own (/api/auth is not mounted),
// knows no roles, and is asked from two places only: askAuth below (sign in, sign out) and guard.ts (who is it?).
import { createHmac } from 'node:crypto'
import { betterAuth } from 'better-auth'
import type { Request as HttpRequest, Response as HttpResponse } from 'express'
import type { Logger } from 'pino'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { dialectOf, type Db } from '../db/database.ts'
import { randomId } from '../lib/random.ts'
import { keyFor } from '../lib/secrets.ts'
import { cookieName, setCookie } from '../web/cookies.ts'
import { isSecure } from '../web/deps.ts'
import { hashPassword, isPassword, passwordLength } from './password.ts'

// The engine's own idea of where it lives. The cross-site rule (web/security.ts) has decided before it is asked, from the
// real Origin and Host; it gets this one, so the two can never disagree about a proxy or an office address.
const engine = 'http://staff.invalid'
// Written by us from req.ip. Its default, X-Forwarded-For, is whatever the sender likes.
const addressHeader = 'x-staff-address'

const sessionCookie = 'can-bo'

const minute = 60
/** Without use a session ends after an hour; in use it is asked for a new sign-in twice a working day. */
export const sessionLimits = { idleSeconds: 60 * minute, mostSeconds: 12 * 60 * minute }
const triesPerMinute = 30

interface AuthDeps {
  config: Config
  db: Db
  log: Logger
}

export type StaffAuth = ReturnType<typeof createAuth>

/**
 * The engine over our database. A session ends an hour after its last use, by the machine's clock: better-auth cannot be
 * given another.
 */
export function createAuth({ config, db, log }: AuthDeps) {
  const secure = isSecure({ config })
  return betterAuth({
    baseURL: engine,
    trustedOrigins: [engine],
    secret: cookieSecret(config),
    database: { db, type: dialectOf(db) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
      password: { hash: hashPassword, verify: ({ hash, password }) => isPassword(hash, password) },
    },
    session: {
      ...names.session,
      expiresIn: sessionLimits.idleSeconds,
      // The one write that a GET may make: "last seen", at most every 5 minutes.
      updateAge: 5 * minute,
      // A session in a cookie would outlive its sign-out (and has let a second factor be passed: GHSA-xg6x-h9c9-2m83).
      cookieCache: { enabled: false },
    },
    user: names.user,
    account: names.account,
    verification: names.verification,
    rateLimit: {
      enabled: true,
      customRules: { '/sign-in/email': { window: 60, max: triesPerMinute }, '/sign-out': false },
      customStorage: tryCounter(),
    },
    advanced: {
      database: { generateId: randomId, validateSchema: false },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      // Its own prefix would be "__Secure-"; ours binds the cookie to this very host as well.
      useSecureCookies: false,
      defaultCookieAttributes: { secure },
      cookies: { session_token: { name: cookieName(sessionCookie, secure) } },
      // Said aloud because better-auth switches them off by itself under a test runner.
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    telemetry: { enabled: false },
    // Our own bug must reach web/error-page.ts instead of becoming an answer; refusals still come back as answers.
    onAPIError: { throw: true },
    // Its words only: the objects behind them may hold an account.
    logger: {
      log: (level, message) => {
        if (level === 'error') log.error({ from: 'better-auth' }, message)
      },
    },
  })
}

/** Hands the browser another token for its session, in a cookie as the engine signs it: token, ".", HMAC-SHA256. */
export function setSessionCookie(
  { config }: Pick<AuthDeps, 'config'>,
  res: HttpResponse,
  token: string,
): void {
  const signature = createHmac('sha256', cookieSecret(config)).update(token).digest('base64')
  const value = encodeURIComponent(`${token}.${signature}`)
  setCookie(res, sessionCookie, value, isSecure({ config }), sessionLimits.idleSeconds)
}

function cookieSecret({ serverSecret }: Config): string {
  return keyFor(serverSecret, 'staff-session').toString('hex')
}

// Tables and columns in our words (migrations/0002-staff.ts).
const dates = { createdAt: 'created_at', updatedAt: 'updated_at' }
const names = {
  user: { modelName: 'staff', fields: { ...dates, emailVerified: 'email_verified' } },
  session: {
    modelName: 'staff_session',
    fields: {
      ...dates,
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      userId: 'staff_id',
    },
  },
  account: {
    modelName: 'staff_account',
    fields: {
      ...dates,
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'staff_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
    },
  },
  verification: { modelName: 'staff_verification', fields: { ...dates, expiresAt: 'expires_at' } },
}

/** Counts tries per address for this site alone; better-auth's own memory is one for the whole process. */
function tryCounter() {
  const limiters = new Map<string, RateLimiterMemory>()
  return {
    async consume(key: string, { window, max }: { window: number; max: number }) {
      const rule = `${max}/${window}`
      const limiter = limiters.get(rule) ?? new RateLimiterMemory({ points: max, duration: window })
      limiters.set(rule, limiter)
      try {
        await limiter.consume(key)
        return { allowed: true, retryAfter: null }
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        return { allowed: false, retryAfter: Math.ceil(refusal.msBeforeNext / 1000) }
      }
    },
  }
}

/** What the engine answered: its HTTP status, and the token of the session that it began. */
export interface AuthAnswer {
  status: number
  token: string | undefined
}

const SignedIn = z.object({ token: z.string() })

/**
 * Puts one of the engine's own questions to it and hands its cookies on. Always through `handler`: calls of `auth.api`
 * are not rate limited.
 */
export async function askAuth(
  { auth }: { auth: StaffAuth },
  req: HttpRequest,
  res: HttpResponse,
  path: '/sign-in/email' | '/sign-out',
  question: Record<string, string>,
): Promise<AuthAnswer> {
  const headers = authHeaders(req)
  headers.set('Content-Type', 'application/json')
  const body = JSON.stringify(question)
  const answer = await auth.handler(
    new Request(`${engine}/api/auth${path}`, { method: 'POST', headers, body }),
  )
  passCookies(answer.headers, res)
  const said = SignedIn.safeParse(await answer.json().catch(() => undefined))
  return { status: answer.status, token: said.data?.token }
}

/** What the engine may know of a request: its cookies, its browser, and where it came from as we see it. */
export function authHeaders(req: HttpRequest): Headers {
  const headers = new Headers({ Origin: engine, [addressHeader]: addressOf(req) })
  for (const name of ['Cookie', 'User-Agent']) headers.set(name, req.get(name) ?? '')
  return headers
}

export function passCookies(headers: Headers | null | undefined, res: HttpResponse): void {
  for (const cookie of headers?.getSetCookie() ?? []) res.append('Set-Cookie', cookie)
}

/** The sender's address: the socket's, or what a proxy named by TRUST_PROXY says. */
export function addressOf(req: HttpRequest): string {
  return req.ip?.split('%')[0] ?? ''
}
