// The two cookies of a respondent. "phieu" holds the answers, encrypted and authenticated, for weeks, and alone shows
// nothing; "phien" lives as long as the browser and says that the code was given here. Only both together open a page.
import { createHmac } from 'node:crypto'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { decrypt, encrypt, keyFor } from '../lib/secrets.ts'
import { dropCookie, readCookie, setCookie } from '../web/cookies.ts'
import { isSecure, type Deps } from '../web/deps.ts'
import { Answering } from './answering.ts'

const answersCookie = 'phieu'
const sessionCookie = 'phien'
/** Set when the ballot is sent; holds the receipt for the thanks page. */
export const sentCookie = 'da-gui'
const answersSeconds = 30 * 24 * 3600
/** Hours without a page after which the code must be given again. */
const sessionHours = 4

/** What the browser keeps of a ballot that was sent. */
const Sent = z.object({ survey: z.string(), receipt: z.string() })
export type Sent = z.infer<typeof Sent>

const Session = z.object({ tag: z.string(), until: z.number() })

type CookieDeps = Pick<Deps, 'config' | 'clock'>

/** Ties a form to the ballot it was shown for, so that a page of another code on this device is refused. */
export function tagOf(deps: CookieDeps, answering: Answering): string {
  const key = keyFor(deps.config.serverSecret, 'respondent-tag')
  return createHmac('sha256', key)
    .update(`${answering.code}/${answering.receipt}`)
    .digest('base64url')
    .slice(0, 16)
}

/** Keeps the answers in the browser and the session awake. */
export function keepAnswers(deps: CookieDeps, res: Response, answering: Answering): void {
  const until = deps.clock().getTime() + sessionHours * 3_600_000
  setCookie(res, answersCookie, lock(deps, answersCookie, answering), isSecure(deps), answersSeconds)
  setCookie(
    res,
    sessionCookie,
    lock(deps, sessionCookie, { tag: tagOf(deps, answering), until }),
    isSecure(deps),
  )
}

export function dropAnswers(deps: CookieDeps, res: Response): void {
  dropCookie(res, answersCookie, isSecure(deps))
  dropCookie(res, sessionCookie, isSecure(deps))
}

/** The answers this browser keeps, whether or not the code was given; undefined for none, damaged or foreign ones. */
export function keptAnswers(deps: CookieDeps, req: Request): Answering | undefined {
  return unlock(deps, req, answersCookie, Answering)
}

/** The answers of the person whose code was given in this browser; undefined when it must be given (again). */
export function presentAnswers(deps: CookieDeps, req: Request): Answering | undefined {
  const answering = keptAnswers(deps, req)
  const session = unlock(deps, req, sessionCookie, Session)
  if (!answering || session?.tag !== tagOf(deps, answering)) return undefined
  return session.until >= deps.clock().getTime() ? answering : undefined
}

/** Keeps the receipt in place of the answers. */
export function keepSent(deps: CookieDeps, res: Response, sent: Sent): void {
  dropAnswers(deps, res)
  setCookie(res, sentCookie, lock(deps, sentCookie, sent), isSecure(deps))
}

/** What was sent in this browser since it was started. */
export function keptSent(deps: CookieDeps, req: Request): Sent | undefined {
  return unlock(deps, req, sentCookie, Sent)
}

/** Any value of ours as an encrypted cookie text; the cookie's name is bound in, so that none serves as another. */
export function lock(deps: CookieDeps, name: string, value: object): string {
  const key = keyFor(deps.config.serverSecret, 'respondent-cookie')
  return encrypt(key, name, Buffer.from(JSON.stringify(value), 'utf8')).toString('base64url')
}

export function unlock<Schema extends z.ZodType>(
  deps: CookieDeps,
  req: Request,
  name: string,
  schema: Schema,
): z.infer<Schema> | undefined {
  const text = readCookie(req, name, isSecure(deps))
  if (text === undefined) return undefined
  const key = keyFor(deps.config.serverSecret, 'respondent-cookie')
  const plain = decrypt(key, name, Buffer.from(text, 'base64url'))
  // Ours, but perhaps of an older version: then the code must be given again, which is no error.
  const value = plain && schema.safeParse(JSON.parse(plain.toString('utf8')))
  return value?.data
}
