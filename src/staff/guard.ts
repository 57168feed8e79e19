// Who is it, and may they? Every route that is not for anyone stands behind `allow` (web/app.ts mounts it so).
import { APIError } from 'better-auth/api'
import type { Request, RequestHandler, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import type { Deps } from '../web/deps.ts'
import { authHeaders, passCookies, type StaffAuth } from './auth.ts'
import { isPermission, type Permission } from './permission.ts'
import { listGrants } from './staff.queries.ts'

export interface StaffDeps {
  auth: StaffAuth
}

/** The member of staff behind a request. */
export interface Staff {
  id: string
  name: string
  email: string
  /** Codes of the roles. */
  roles: string[]
  roleNames: string[]
  permissions: Set<Permission>
}

type GuardDeps = Pick<Deps, 'db'> & StaffDeps

export const signInPath = '/can-bo/dang-nhap'

const staffByRequest = new WeakMap<Request, Staff>()

/** Lets through who holds the permission: others are asked to sign in, or refused. */
export function allow(deps: GuardDeps, permission: Permission): RequestHandler {
  return async (req, res, next) => {
    const staff = await findStaff(deps, req, res)
    if (staff === undefined) {
      if (req.method !== 'GET' && req.method !== 'HEAD') throw new Problem('sign-in-needed')
      res.redirect(303, `${signInPath}?tiep=${encodeURIComponent(req.originalUrl)}`)
      return
    }
    if (!staff.permissions.has(permission)) throw new Problem('forbidden')
    next()
  }
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

/** Reads session, roles and permissions afresh, so that what was taken away is gone with the next click. */
export async function findStaff(deps: GuardDeps, req: Request, res: Response): Promise<Staff | undefined> {
  const person = await findSession(deps, req, res)
  if (person === undefined) return undefined
  const grants = await listGrants(deps.db, person.id)
  const names = new Map(grants.map(({ code, name }) => [code, name]))
  const staff: Staff = {
    id: person.id,
    name: person.name,
    email: person.email,
    roles: [...names.keys()],
    roleNames: [...names.values()],
    permissions: new Set(grants.map(({ permission }) => permission).filter(isPermission)),
  }
  staffByRequest.set(req, staff)
  return staff
}

async function findSession({ auth }: StaffDeps, req: Request, res: Response) {
  try {
    const { headers, response } = await auth.api.getSession({
      headers: authHeaders(req),
      returnHeaders: true,
    })
    passCookies(headers, res)
    return response?.user
  } catch (error) {
    // The session was ended by somebody else in the moment of its renewal.
    if (error instanceof APIError && error.status === 'UNAUTHORIZED') return undefined
    // A busy database comes wrapped; web/error-page.ts knows the real one.
    if (error instanceof APIError && error.cause instanceof Error) throw error.cause
    throw error
  }
}
