// The staff door: sign in, second step, set the second factor up, prove again, sign out.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { qrSvg } from '../lib/qr.ts'
import { randomId } from '../lib/random.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { recordAct, recordActAlone } from './act-log.service.ts'
import { askAuth, setSessionCookie } from './auth.ts'
import { staffFrame, type Flash } from './frame.ts'
import {
  againPath,
  findStaff,
  isFresh,
  secondStepPath,
  setUpPath,
  signInPath,
  staffOf,
  type StaffDeps,
} from './guard.ts'
import { localPath } from './local-path.ts'
import { canSendMail } from './mail.ts'
import type { StaffRoute } from './permission.ts'
import { totpUri } from './second-factor.ts'
import { secretToSetUp, turnOnSecondFactor } from './second-factor.service.ts'
import { deleteSession, markSecondFactor, replaceToken } from './session.queries.ts'
import { proveAgain, signInByPassword, signInBySecondFactor, type Limiters } from './sign-in.ts'
import {
  againPage,
  recoveryCodesPage,
  secondStepPage,
  setUpPage,
  signInPage,
  type SignInViews,
} from './sign-in.views.ts'
import type { Slip } from './fields.ts'
import { SecondFactorLimiter, SignInLimiter } from './sign-in-limiter.ts'

export const startPath = '/dieu-tra'

/** How long the page that sets up the second factor waits for its code. */
const setUpMinutes = 30

/** What the last act did, as a fixed word in the address: reloading shows it again and changes nothing. */
const flashes: Record<string, string> = {
  'khoi-tao': 'Tài khoản quản trị đã được tạo. Hãy đăng nhập.',
  'dang-xuat': 'Anh/chị đã đăng xuất.',
  'kich-hoat': 'Mật khẩu đã đặt. Hãy đăng nhập bằng mật khẩu mới.',
  'da-gui-thu':
    'Nếu địa chỉ này có tài khoản đang dùng, hệ thống gửi tới đó một thư kèm liên kết đặt mật khẩu; thời hạn ghi trong thư. Nếu không thấy thư, hãy liên hệ người quản trị hệ thống.',
}

// One sentence for an unknown address and a wrong password: who has an account is nobody's business.
const wrongPair: Slip = { field: 'email', text: 'Thư điện tử hoặc mật khẩu chưa đúng. Hãy nhập lại.' }
const tooMany = 'Đã thử sai quá nhiều lần. Hãy đợi một phút rồi thử lại.'
const disabled: Slip = {
  field: 'email',
  text: 'Tài khoản này đã bị khóa. Nếu cần dùng lại, hãy liên hệ người quản trị hệ thống.',
}
const wrongCode =
  'Mã chưa đúng hoặc đã dùng. Hãy nhập mã đang hiện trên điện thoại, hoặc một mã đăng nhập dự phòng chưa dùng.'
// While it is set up there is no other code to offer, and a phone whose clock is off makes only wrong ones.
const wrongFirstCode =
  'Mã chưa đúng. Hãy nhập mã 6 chữ số đang hiện trong ứng dụng. Nếu vẫn không được, hãy kiểm tra giờ của điện thoại.'

export function signInRoutes(deps: Deps & StaffDeps): StaffRoute[] {
  const { db } = deps
  const render = renderer<SignInViews>(deps.renderer)
  const limiters: Limiters = {
    password: new SignInLimiter(),
    secondFactor: new SecondFactorLimiter(),
  }

  async function getSignIn(req: Request, res: Response): Promise<void> {
    const next = localPath(req.query.tiep)
    if (await findStaff(deps, req, res)) {
      res.redirect(303, next ?? startPath)
      return
    }
    showSignIn(req, res, next ?? '', '', [])
  }

  async function postSignIn(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const [email, password] = [textOf(form.email).trim(), textOf(form.password)]
    const next = localPath(form.tiep)
    const slips = missing(email, password)
    if (slips.length > 0) {
      showSignIn(req, res.status(422), next ?? '', email, slips)
      return
    }
    const outcome = await signInByPassword(deps, limiters, req, res, { email, password })
    if (outcome === 'signed-in') res.redirect(303, next ?? startPath)
    else if (outcome === 'too-many')
      showSignIn(req, res.status(429), next ?? '', email, [{ field: 'email', text: tooMany }])
    else showSignIn(req, res.status(422), next ?? '', email, [outcome === 'disabled' ? disabled : wrongPair])
  }

  async function postSignOut(req: Request, res: Response): Promise<void> {
    const staff = await findStaff(deps, req, res)
    await askAuth(deps, req, res, '/sign-out', {})
    // better-auth says "signed out" even when the session could not be deleted; a person must not believe that.
    if (await findStaff(deps, req, res)) throw new Problem('database-busy')
    if (staff) await recordActAlone(deps, staff, { kind: 'sign-out' })
    res.redirect(303, `${signInPath}?da=dang-xuat`)
  }

  function getSecondStep(req: Request, res: Response): void {
    const next = localPath(req.query.tiep) ?? startPath
    if (staffOf(req).step !== 'second-factor') res.redirect(303, next)
    else showSecondStep(req, res, next, null)
  }

  async function postSecondStep(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const next = localPath(form.tiep) ?? startPath
    const staff = staffOf(req)
    if (staff.step !== 'second-factor') {
      res.redirect(303, next)
      return
    }
    const result = await signInBySecondFactor(deps, limiters, req, res, staff, textOf(form.code))
    if (!result.ok) {
      const isTooMany = 'tooMany' in result
      showSecondStep(req, res.status(isTooMany ? 429 : 422), next, isTooMany ? tooMany : wrongCode)
      return
    }
    // The last codes are worth a word before they are gone.
    res.redirect(303, result.by === 'recovery' ? `/can-bo/toi?da=ma-du-phong&con=${result.left}` : next)
  }

  async function getSetUp(req: Request, res: Response): Promise<void> {
    const next = localPath(req.query.tiep) ?? startPath
    if (staffOf(req).hasSecondFactor) throw new Problem('second-factor-on')
    if (await leadsToProof(req, res)) return
    await showSetUp(req, res, next, null)
  }

  async function postSetUp(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const next = localPath(form.tiep) ?? startPath
    const staff = staffOf(req)
    if (staff.hasSecondFactor) throw new Problem('second-factor-on')
    if (await leadsToProof(req, res)) return
    const token = randomId()
    const person = { staffId: staff.id, sessionId: staff.session.id }
    const codes = await db.transaction().execute(async (trx) => {
      const made = await turnOnSecondFactor(deps, trx, person, textOf(form.code))
      if (made === undefined) return undefined
      // Not fresh by it: the new phone proves nothing about whose hands it is in.
      await markSecondFactor(trx, staff.session.token)
      await replaceToken(trx, staff.session.token, token)
      await recordAct(deps, trx, staff, { kind: 'second-factor-on' })
      return made
    })
    if (codes === undefined) {
      await showSetUp(req, res.status(422), next, wrongFirstCode)
      return
    }
    setSessionCookie(deps, res, token)
    render(res, 'staff/recovery-codes', recoveryCodesPage(codes, next), frame(req, 'Mã đăng nhập dự phòng'))
  }

  /**
   * Whoever finds a session left open does not tie their own phone to it: the proof of who sits there must be fresh, with
   * time to install an app. A session that has shown nothing but an old password ends.
   */
  async function leadsToProof(req: Request, res: Response): Promise<boolean> {
    const staff = staffOf(req)
    if (isFresh(deps, staff, setUpMinutes)) return false
    if (staff.step === 'set-up') await deleteSession(db, staff.session.token)
    const page = staff.step === 'set-up' ? signInPath : againPath
    res.redirect(303, `${page}?tiep=${encodeURIComponent(setUpPath)}`)
    return true
  }

  function getAgain(req: Request, res: Response): void {
    showAgain(req, res, localPath(req.query.tiep) ?? startPath, null)
  }

  async function postAgain(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const next = localPath(form.tiep) ?? startPath
    const typed = { password: textOf(form.password), code: textOf(form.code) }
    const outcome = await proveAgain(deps, limiters, req, res, staffOf(req), typed)
    if (outcome === 'proved') res.redirect(303, next)
    else if (outcome === 'too-many') showAgain(req, res.status(429), next, tooMany)
    else showAgain(req, res.status(422), next, 'Mật khẩu hoặc mã xác thực chưa đúng. Hãy nhập lại.')
  }

  function getStart(_req: Request, res: Response): void {
    res.redirect(303, startPath)
  }

  function showSignIn(req: Request, res: Response, next: string, email: string, slips: Slip[]): void {
    const page = signInPage(next, email, slips, canSendMail(deps.config))
    render(res, 'staff/sign-in', page, frame(req, 'Đăng nhập'))
  }

  function showSecondStep(req: Request, res: Response, next: string, error: string | null): void {
    render(res, 'staff/second-step', secondStepPage(next, error), frame(req, 'Nhập mã xác thực'))
  }

  async function showSetUp(req: Request, res: Response, next: string, error: string | null): Promise<void> {
    const staff = staffOf(req)
    const secret = secretToSetUp(deps, staff.session.id)
    const qr = await qrSvg(totpUri(secret, staff.email))
    const page = setUpPage({ secret, qr, next, error, obligatory: staff.needsSecondFactor })
    render(res, 'staff/second-factor', page, frame(req, 'Bật xác thực hai bước'))
  }

  function showAgain(req: Request, res: Response, next: string, error: string | null): void {
    const page = againPage(next, staffOf(req), error)
    render(res, 'staff/again', page, frame(req, 'Xác nhận lại danh tính'))
  }

  function frame(req: Request, title: string) {
    const flash = req.method === 'GET' ? flashOf(req.query.da) : undefined
    return staffFrame(deps, req, { title, ...(flash && { flash }) })
  }

  return [
    { method: 'get', path: signInPath, may: 'anyone', handle: getSignIn },
    { method: 'post', path: signInPath, may: 'anyone', handle: postSignIn },
    { method: 'post', path: '/can-bo/dang-xuat', may: 'anyone', handle: postSignOut },
    { method: 'get', path: secondStepPath, may: 'first-step', handle: getSecondStep },
    { method: 'post', path: secondStepPath, may: 'first-step', handle: postSecondStep },
    { method: 'get', path: setUpPath, may: 'first-step', handle: getSetUp },
    { method: 'post', path: setUpPath, may: 'first-step', handle: postSetUp },
    { method: 'get', path: againPath, may: 'signed-in', handle: getAgain },
    { method: 'post', path: againPath, may: 'signed-in', handle: postAgain },
    { method: 'get', path: '/can-bo', may: 'signed-in', handle: getStart },
  ]
}

function missing(email: string, password: string): Slip[] {
  const slips: Slip[] = []
  if (email === '') slips.push({ field: 'email', text: 'Hãy nhập thư điện tử.' })
  if (password === '') slips.push({ field: 'password', text: 'Hãy nhập mật khẩu.' })
  return slips
}

function flashOf(word: unknown): Flash | undefined {
  const text = typeof word === 'string' && Object.hasOwn(flashes, word) ? flashes[word] : undefined
  return text === undefined ? undefined : { kind: 'success', text }
}
