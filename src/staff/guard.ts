// Who is it, and may they? Every route that is not for anyone stands behind `allow` (web/app.ts mounts it so).
import { APIError } from 'better-auth/api'
import type { Request, RequestHandler, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import type { Deps } from '../web/deps.ts'
import type { Actor } from './actor.ts'
import { authHeaders, passCookies, sessionLimits, type StaffAuth } from './auth.ts'
import type { May, Permission, StaffRoute } from './permission.ts'
import { isPermitted, needsSecondFactor, permissionsAt, type HeldRole } from './role.ts'
import { findSession, listRolesHeld } from './session.queries.ts'

export interface StaffDeps {
  auth: StaffAuth
}

/** What the session still has to show: nothing, the second factor, or that a second factor is set up at all. */
export type SignInStep = 'done' | 'second-factor' | 'set-up'

/** The member of staff behind a request. */
export interface Staff extends Actor {
  id: string
  email: string
  held: HeldRole[]
  /** Names of the roles, each once. */
  roleNames: string[]
  /** What is permitted where the address points: in its survey, else everywhere. */
  permissions: Set<Permission>
  step: SignInStep
  hasSecondFactor: boolean
  /** Whether a second factor is obligatory for these roles. */
  needsSecondFactor: boolean
  session: { id: string; token: string; freshAt: Date | undefined }
}

type GuardDeps = Pick<Deps, 'db' | 'clock'> & StaffDeps

export const signInPath = '/can-bo/dang-nhap'
export const secondStepPath = '/can-bo/buoc-hai'
export const setUpPath = '/can-bo/xac-thuc'
export const againPath = '/can-bo/xac-nhan-lai'

/** How long a sign-in counts as fresh. */
export const freshMinutes = 10

const staffByRequest = new WeakMap<Request, Staff>()

/** Lets through who holds the permission and has shown what is asked: others are led to where they show it, or refused. */
export function allow(deps: GuardDeps, { may, fresh }: Pick<StaffRoute, 'may' | 'fresh'>): RequestHandler {
  return async (req, res, next) => {
    const staff = await findStaff(deps, req, res)
    const missing =
      staff === undefined ? notSignedIn : may === 'first-step' ? undefined : missingSteps[staff.step]
    if (staff === undefined || missing !== undefined) {
      lead(req, res, missing ?? notSignedIn)
      return
    }
    if (!mayDo(staff, may, req)) throw new Problem('forbidden')
    if (fresh !== undefined && !isFresh(deps, staff)) {
      // What was typed is not kept: an act that cannot be undone is confirmed after the proof, not before it.
      const page = fresh.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(paramOf(req, name) ?? ''))
      res.redirect(303, `${againPath}?tiep=${encodeURIComponent(page)}`)
      return
    }
    next()
  }
}

interface Missing {
  page: string
  problem: 'sign-in-needed' | 'second-factor-needed' | 'second-factor-missing'
}

const notSignedIn: Missing = { page: signInPath, problem: 'sign-in-needed' }
const missingSteps: Record<SignInStep, Missing | undefined> = {
  done: undefined,
  'second-factor': { page: secondStepPath, problem: 'second-factor-needed' },
  'set-up': { page: setUpPath, problem: 'second-factor-missing' },
}

/** A page is shown after what is missing; a form that was sent cannot be, and is refused in words. */
function lead(req: Request, res: Response, { page, problem }: Missing): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') throw new Problem(problem)
  res.redirect(303, `${page}?tiep=${encodeURIComponent(req.originalUrl)}`)
}

function mayDo(staff: Staff, may: StaffRoute['may'], req: Request): boolean {
  if (isForAnybodySignedIn(may)) return true
  const survey = paramOf(req, 'slug')
  const unit = paramOf(req, 'unit')
  const place = { ...(survey !== undefined && { survey }), ...(unit !== undefined && { unit }) }
  return isPermitted(staff.held, staff.agency.code, may, place)
}

function isForAnybodySignedIn(may: StaffRoute['may']): may is Exclude<May, Permission> | 'anyone' {
  return may === 'anyone' || may === 'signed-in' || may === 'first-step'
}

/**
 * Whether whoever began this request may still see what is behind it: for an answer that goes on for long. Nothing of it
 * prolongs the session, since a page that refreshes itself is not a person who is there.
 */
export async function mayStill({ db }: GuardDeps, req: Request, may: Permission): Promise<boolean> {
  const session = await findSession(db, staffOf(req).session.token)
  if (session === undefined || session.disabledOn !== null || session.expiresAt.getTime() <= Date.now())
    return false
  if (Date.now() - session.createdAt.getTime() > sessionLimits.mostSeconds * 1000) return false
  const slug = paramOf(req, 'slug')
  const place = slug === undefined ? {} : { survey: slug }
  return isPermitted(await listRolesHeld(db, session.staffId), session.agency.code, may, place)
}

/** Whether this session's person has proved to be there within the last minutes. */
export function isFresh(
  { clock }: Pick<Deps, 'clock'>,
  { session }: Pick<Staff, 'session'>,
  minutes = freshMinutes,
): boolean {
  const age = clock().getTime() - (session.freshAt?.getTime() ?? -Infinity)
  // A clock that was set back makes nothing fresh for ever.
  return age >= 0 && age <= minutes * 60_000
}

/** Who is signed in here; for a route behind `allow`. */
export function staffOf(req: Request): Staff {
  const staff = staffByRequest.get(req)
  if (!staff) throw new Error('this route is not behind the guard')
  return staff
}

export function maybeStaff(req: Request): Staff | undefined {
  return staffByRequest.get(req)
}

/** Reads session, account and roles afresh, so that what was taken away is gone with the next click. */
export async function findStaff(deps: GuardDeps, req: Request, res: Response): Promise<Staff | undefined> {
  const token = await findToken(deps, req, res)
  const session = token === undefined ? undefined : await findSession(deps.db, token)
  if (session === undefined || session.disabledOn !== null) return undefined
  // By the machine's clock, as the sessions themselves.
  if (Date.now() - session.createdAt.getTime() > sessionLimits.mostSeconds * 1000) return undefined
  const held = await listRolesHeld(deps.db, session.staffId)
  const obligatory = needsSecondFactor(held)
  const staff: Staff = {
    id: session.staffId,
    name: session.name,
    email: session.email,
    agency: session.agency,
    held,
    roleNames: [...new Set(held.map(({ role }) => role.name))],
    permissions: permissionsAt(held, paramOf(req, 'slug')),
    step: stepOf(session, obligatory),
    hasSecondFactor: session.hasTotp,
    needsSecondFactor: obligatory,
    session: { id: session.id, token: session.token, freshAt: session.freshAt },
  }
  staffByRequest.set(req, staff)
  return staff
}

function stepOf(
  { hasTotp, secondFactor }: { hasTotp: boolean; secondFactor: boolean },
  obligatory: boolean,
): SignInStep {
  if (hasTotp) return secondFactor ? 'done' : 'second-factor'
  return obligatory ? 'set-up' : 'done'
}

function paramOf(req: Request, name: string): string | undefined {
  const value = (req.params as Record<string, unknown> | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}

/** The token of the session behind the request's cookie; undefined when there is none, or it is over. */
export async function findToken(
  { auth }: StaffDeps,
  req: Request,
  res?: Response,
): Promise<string | undefined> {
  try {
    const { headers, response } = await auth.api.getSession({
      headers: authHeaders(req),
      returnHeaders: true,
    })
    // Without a session its answer would drop the cookie: perhaps the one that another tab was given a moment ago.
    if (res && response) passCookies(headers, res)
    return response?.session.token
  } catch (error) {
    // The session was ended by somebody else in the moment of its renewal.
    if (error instanceof APIError && error.status === 'UNAUTHORIZED') return undefined
    // A busy database comes wrapped; web/error-page.ts knows the real one.
    if (error instanceof APIError && error.cause instanceof Error) throw error.cause
    throw error
  }
}
