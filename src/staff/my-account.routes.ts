// "Tài khoản của tôi": one's own roles, password, second factor and sessions.
import type { Request, Response } from 'express'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { Problem } from '../lib/problem.ts'
import { passwordSlip } from './account.ts'
import { recordAct } from './act-log.service.ts'
import { addressOf } from './auth.ts'
import { staffFrame, type Flash } from './frame.ts'
import { setUpPath, staffOf, type StaffDeps } from './guard.ts'
import { myAccountPage, type MyAccountViews } from './my-account.views.ts'
import { dropLink } from './link.service.ts'
import { hashPassword } from './password.ts'
import type { StaffRoute } from './permission.ts'
import { countRecoveryCodes } from './second-factor.queries.ts'
import { freshRecoveryCodes, removeSecondFactor } from './second-factor.service.ts'
import { endSessions, listSessions, renewSession } from './session.queries.ts'
import { recoveryCodesPage, type SignInViews } from './sign-in.views.ts'
import { isOwnPassword } from './sign-in.ts'
import { SignInLimiter } from './sign-in-limiter.ts'
import type { Slip } from './fields.ts'
import { setPasswordHash } from './staff.queries.ts'

const home = '/can-bo/toi'

const flashes: Record<string, string> = {
  'mat-khau': 'Mật khẩu đã đổi; các máy khác đã bị đăng xuất.',
  phien: 'Đã đăng xuất khỏi máy đó.',
  'moi-phien': 'Đã đăng xuất khỏi mọi máy khác.',
  'tat-xac-thuc': 'Xác thực hai bước đã tắt.',
}

export function myAccountRoutes(deps: Deps & StaffDeps): StaffRoute[] {
  const { db } = deps
  const render = renderer<MyAccountViews & Pick<SignInViews, 'staff/recovery-codes'>>(deps.renderer)
  const limiter = new SignInLimiter()

  async function getMine(req: Request, res: Response): Promise<void> {
    await showMine(req, res, [])
  }

  async function postPassword(req: Request, res: Response): Promise<void> {
    const staff = staffOf(req)
    const form = formOf(req)
    const address = addressOf(req)
    const [current, password] = [textOf(form.current), textOf(form.password)]
    if (!(await limiter.mayTry(staff.id, address))) {
      await showMine(req, res.status(429), [
        { field: 'current', text: new Problem('too-many-tries').sentence },
      ])
      return
    }
    if (!(await isOwnPassword(deps, staff, current))) {
      await showMine(req, res.status(422), [{ field: 'current', text: 'Mật khẩu hiện tại chưa đúng.' }])
      return
    }
    await limiter.noteSuccess(staff.id, address)
    const slip = passwordSlip(password, staff)
    if (slip) {
      await showMine(req, res.status(422), [{ field: 'password', text: slip.sentence }])
      return
    }
    const passwordHash = await hashPassword(password)
    await db.transaction().execute(async (trx) => {
      // Whoever still holds a slip or a letter could set another one.
      await dropLink(trx, staff.id)
      await setPasswordHash(trx, staff.id, passwordHash, deps.clock())
      await endSessions(trx, staff.id, { except: staff.session.id })
      await recordAct(deps, trx, staff, { kind: 'password-changed' })
    })
    res.redirect(303, `${home}?da=mat-khau`)
  }

  async function postEndOne(req: Request, res: Response): Promise<void> {
    await endAndRecord(req, { only: String(req.params.session) })
    res.redirect(303, `${home}?da=phien`)
  }

  async function postEndOthers(req: Request, res: Response): Promise<void> {
    await endAndRecord(req, { except: staffOf(req).session.id })
    res.redirect(303, `${home}?da=moi-phien`)
  }

  async function endAndRecord(req: Request, which: { only: string } | { except: string }): Promise<void> {
    const staff = staffOf(req)
    await db.transaction().execute(async (trx) => {
      const count = await endSessions(trx, staff.id, which)
      if (count > 0) await recordAct(deps, trx, staff, { kind: 'session-ended', details: { count } })
    })
  }

  async function postRecoveryCodes(req: Request, res: Response): Promise<void> {
    const staff = staffOf(req)
    if (!staff.hasSecondFactor) {
      res.redirect(303, setUpPath)
      return
    }
    const codes = await db.transaction().execute(async (trx) => {
      const made = await freshRecoveryCodes(deps, trx, staff.id)
      await recordAct(deps, trx, staff, { kind: 'recovery-codes-made' })
      return made
    })
    render(res, 'staff/recovery-codes', recoveryCodesPage(codes, home), frame(req, 'Mã đăng nhập dự phòng'))
  }

  /** A new phone: the old secret goes, the next page offers another one. */
  async function postChangePhone(req: Request, res: Response): Promise<void> {
    await removeOwn(req)
    res.redirect(303, `${setUpPath}?tiep=${encodeURIComponent(home)}`)
  }

  async function postTurnOff(req: Request, res: Response): Promise<void> {
    if (staffOf(req).needsSecondFactor) throw new Problem('second-factor-obligatory')
    await removeOwn(req)
    res.redirect(303, `${home}?da=tat-xac-thuc`)
  }

  async function removeOwn(req: Request): Promise<void> {
    const staff = staffOf(req)
    await db.transaction().execute(async (trx) => {
      await removeSecondFactor(trx, staff.id)
      await endSessions(trx, staff.id, { except: staff.session.id })
      await renewSession(trx, staff.session.token)
      await recordAct(deps, trx, staff, { kind: 'second-factor-off', details: { who: 'tài khoản của mình' } })
    })
  }

  async function showMine(req: Request, res: Response, slips: Slip[]): Promise<void> {
    const staff = staffOf(req)
    // By the machine's clock, as the sessions themselves.
    const sessions = await listSessions(db, staff.id, new Date())
    const page = myAccountPage(staff, sessions, await countRecoveryCodes(db, staff.id), slips)
    render(res, 'staff/mine', page, frame(req, 'Tài khoản của tôi'))
  }

  function frame(req: Request, title: string) {
    const flash = req.method === 'GET' ? flashOf(req) : undefined
    return staffFrame(deps, req, { title, ...(flash && { flash }) })
  }

  return [
    { method: 'get', path: home, may: 'signed-in', handle: getMine },
    { method: 'post', path: '/can-bo/toi/mat-khau', may: 'signed-in', handle: postPassword },
    { method: 'post', path: '/can-bo/toi/phien', may: 'signed-in', fresh: home, handle: postEndOthers },
    {
      method: 'post',
      path: '/can-bo/toi/phien/:session',
      may: 'signed-in',
      fresh: home,
      handle: postEndOne,
    },
    {
      method: 'post',
      path: '/can-bo/toi/ma-du-phong',
      may: 'signed-in',
      fresh: home,
      handle: postRecoveryCodes,
    },
    {
      method: 'post',
      path: '/can-bo/toi/doi-dien-thoai',
      may: 'signed-in',
      fresh: home,
      handle: postChangePhone,
    },
    { method: 'post', path: '/can-bo/toi/tat-xac-thuc', may: 'signed-in', fresh: home, handle: postTurnOff },
  ]
}

function flashOf(req: Request): Flash | undefined {
  const { da, con } = req.query
  if (da === 'ma-du-phong' && typeof con === 'string' && /^\d$/.test(con))
    return {
      kind: 'success',
      text: `Anh/chị vừa dùng một mã đăng nhập dự phòng, còn ${con} mã. Nếu mất điện thoại, hãy chọn "Đổi điện thoại"; nếu gần hết mã, hãy lấy mã mới.`,
    }
  const text = typeof da === 'string' && Object.hasOwn(flashes, da) ? flashes[da] : undefined
  return text === undefined ? undefined : { kind: 'success', text }
}
