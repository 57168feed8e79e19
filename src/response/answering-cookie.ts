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
/** Minutes without a page after which the code must be given again. */
const sessionMinutes = { own: 4 * 60, shared: 30 }
/** Stays when a ballot was sent, longer than a survey lasts; says in which surveys, and nothing else. */
const markCookie = 'may-da-gui'
const markSeconds = 180 * 24 * 3600
const mostMarks = 10

/** What the browser keeps of a ballot that was sent. */
const Sent = z.object({ survey: z.string(), receipt: z.string() })
export type Sent = z.infer<typeof Sent>

const Mark = z.object({ surveys: z.array(z.string()) })

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

/** Keeps the answers in the browser and the session awake; on a shared device until the browser is closed. */
export function keepAnswers(deps: CookieDeps, res: Response, answering: Answering): void {
  const minutes = answering.sharedDevice ? sessionMinutes.shared : sessionMinutes.own
  const until = deps.clock().getTime() + minutes * 60_000
  keepUnseen(deps, res, answering)
  setCookie(
    res,
    sessionCookie,
    lock(deps, sessionCookie, { tag: tagOf(deps, answering), until }),
    isSecure(deps),
  )
}

/** Keeps the answers only: they are seen again once the code is given. */
export function keepUnseen(deps: CookieDeps, res: Response, answering: Answering): void {
  const seconds = answering.sharedDevice ? undefined : answersSeconds
  setCookie(res, answersCookie, lock(deps, answersCookie, answering), isSecure(deps), seconds)
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

/** Keeps the receipt in place of the answers, and that this device has sent a ballot. */
export function keepSent(deps: CookieDeps, req: Request, res: Response, sent: Sent): void {
  dropAnswers(deps, res)
  setCookie(res, sentCookie, lock(deps, sentCookie, sent), isSecure(deps))
  const others = marksOf(deps, req).filter((survey) => survey !== sent.survey)
  const surveys = [...others, sent.survey].slice(-mostMarks)
  setCookie(res, markCookie, lock(deps, markCookie, { surveys }), isSecure(deps), markSeconds)
}

/** Forgets the receipt: on a shared device the next person shall not find it. */
export function dropSent(deps: CookieDeps, res: Response): void {
  dropCookie(res, sentCookie, isSecure(deps))
}

/** Whether a ballot of the survey was sent from this browser before, by whomever. */
export function hasSentBefore(deps: CookieDeps, req: Request, surveyId: string): boolean {
  return marksOf(deps, req).includes(surveyId)
}

function marksOf(deps: CookieDeps, req: Request): string[] {
  return unlock(deps, req, markCookie, Mark)?.surveys ?? []
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
