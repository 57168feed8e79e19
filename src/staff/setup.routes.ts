// The first administrator: the one-time link that the program prints while there is nobody.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { fieldOf, passwordSlip, readContact } from './account.ts'
import type { Slip, Typed } from './fields.ts'
import { staffFrame } from './frame.ts'
import { signInPath } from './guard.ts'
import type { StaffRoute } from './permission.ts'
import { setupPage, type SignInViews } from './sign-in.views.ts'
import { listAgencies } from './staff.queries.ts'
import { checkSetupLink, organiserCode, useSetupLink } from './staff.service.ts'

export function setupRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<SignInViews>(deps.renderer)

  async function getSetup(req: Request, res: Response): Promise<void> {
    await checkSetupLink(deps, tokenOf(req))
    await showSetup(req, res, { name: '', email: '', agency: organiserCode }, [])
  }

  async function postSetup(req: Request, res: Response): Promise<void> {
    await checkSetupLink(deps, tokenOf(req))
    const form = formOf(req)
    const typed = { name: textOf(form.name), email: textOf(form.email), agency: textOf(form.agency) }
    const read = readContact(typed)
    const slips: Slip[] = read.ok
      ? []
      : read.slips.map(({ field, problem }) => ({ field, text: problem.sentence }))
    const weak = passwordSlip(form.password, typed)
    if (weak) slips.push({ field: 'password', text: weak.sentence })
    try {
      if (slips.length === 0)
        await useSetupLink(deps, tokenOf(req), { ...typed, password: textOf(form.password) })
    } catch (slip) {
      const field = slip instanceof Problem ? fieldOf(slip) : undefined
      if (!(slip instanceof Problem) || field === undefined) throw slip
      slips.push({ field, text: slip.sentence })
    }
    if (slips.length > 0) await showSetup(req, res.status(422), typed, slips)
    else res.redirect(303, `${signInPath}?da=khoi-tao`)
  }

  async function showSetup(req: Request, res: Response, typed: Typed, slips: Slip[]): Promise<void> {
    const page = setupPage(`/can-bo/khoi-tao/${tokenOf(req)}`, typed, await listAgencies(db), slips)
    render(res, 'staff/setup', page, staffFrame(deps, req, { title: 'Tạo tài khoản quản trị' }))
  }

  return [
    { method: 'get', path: '/can-bo/khoi-tao/:token', may: 'anyone', handle: getSetup },
    { method: 'post', path: '/can-bo/khoi-tao/:token', may: 'anyone', handle: postSetup },
  ]
}

function tokenOf(req: Request): string {
  return String(req.params.token)
}
