// The staff door: sign in, second step, prove again, sign out, activate, forgotten password, the first administrator.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { qrSvg } from '../lib/qr.ts'
import { randomId } from '../lib/random.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { fieldOf, passwordSlip, readContact } from './account.ts'
import { recordAct, recordActAlone } from './act-log.service.ts'
import { addressOf, askAuth, setSessionCookie } from './auth.ts'
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
import { formatLinkCode, type LinkKind } from './link.ts'
import { accountOfCode, openLinkOf, putLink, usePasswordLink } from './link.service.ts'
import { localPath } from './local-path.ts'
import { canSendMail, sendLetter } from './mail.ts'
import { linkLetter } from './letters.ts'
import type { StaffRoute } from './permission.ts'
import { totpUri } from './second-factor.ts'
import { secretToSetUp, turnOnSecondFactor } from './second-factor.service.ts'
import { deleteSession, markSecondFactor, replaceToken } from './session.queries.ts'
import { proveAgain, signInByPassword, signInBySecondFactor, type Limiters } from './sign-in.ts'
import {
  activationPage,
  againPage,
  choosePasswordPage,
  forgottenPage,
  recoveryCodesPage,
  secondStepPage,
  setUpPage,
  setupPage,
  signInPage,
  type SignInViews,
} from './sign-in.views.ts'
import type { Slip, Typed } from './fields.ts'
import { SecondFactorLimiter, SignInLimiter } from './sign-in-limiter.ts'
import { findAccountByEmail, listAgencies } from './staff.queries.ts'
import { checkSetupLink, organiserCode, useSetupLink } from './staff.service.ts'

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
const askedTooOften = 'Đã yêu cầu quá nhiều lần. Hãy đợi một phút rồi thử lại.'
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
    link: new SignInLimiter(),
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

  function getActivation(req: Request, res: Response): void {
    render(
      res,
      'staff/activation',
      activationPage('', null),
      frame(req, 'Kích hoạt tài khoản', 'js/entry.js'),
    )
  }

  /** Shows whose account it is before a password is chosen. Nothing changes, so a reload does no harm. */
  async function postCode(req: Request, res: Response): Promise<void> {
    const typed = textOf(formOf(req).code)
    const found = await findByCode(req, res, typed)
    if (found) showChoosePassword(req, res, found.code, found.account, null)
  }

  async function postPassword(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const found = await findByCode(req, res, textOf(form.code))
    if (!found) return
    try {
      await usePasswordLink(deps, found.code, form.password)
    } catch (slip) {
      if (!(slip instanceof Problem) || fieldOf(slip) !== 'password') throw slip
      showChoosePassword(req, res.status(422), found.code, found.account, slip.sentence)
      return
    }
    res.redirect(303, `${signInPath}?da=kich-hoat`)
  }

  /** The account behind a typed code; otherwise the page with the slip is already sent. */
  async function findByCode(req: Request, res: Response, typed: string) {
    const address = addressOf(req)
    const show = (status: number, error: string) =>
      render(
        res.status(status),
        'staff/activation',
        activationPage(typed.slice(0, 100), error),
        frame(req, 'Kích hoạt tài khoản', 'js/entry.js'),
      )
    if (!(await limiters.link.mayTry('link', address))) {
      show(429, tooMany)
      return undefined
    }
    try {
      const found = await accountOfCode(deps, typed)
      await limiters.link.noteSuccess('link', address)
      return found
    } catch (slip) {
      if (!(slip instanceof Problem) || slip.kind !== 'link-wrong') throw slip
      deps.log.warn('a wrong code for setting a password was typed')
      show(422, slip.sentence)
      return undefined
    }
  }

  function getForgotten(req: Request, res: Response): void {
    showForgotten(req, res, '', null)
  }

  async function postForgotten(req: Request, res: Response): Promise<void> {
    if (!canSendMail(deps.config)) throw new Problem('mail-missing')
    const email = textOf(formOf(req).email).trim()
    const read = readContact({ name: 'x', email })
    if (!read.ok) {
      showForgotten(req, res.status(422), email, read.slips[0]?.problem.sentence ?? '')
      return
    }
    const address = addressOf(req)
    if (!(await limiters.link.mayTry(`forgotten ${read.contact.email}`, address))) {
      showForgotten(req, res.status(429), email, askedTooOften)
      return
    }
    // After the answer, so that neither its words nor its time tell who has an account.
    res.once('finish', () => void sendResetLink(read.contact.email))
    res.redirect(303, `${signInPath}?da=da-gui-thu`)
  }

  async function sendResetLink(email: string): Promise<void> {
    try {
      const account = await findAccountByEmail(db, email)
      if (!account || account.disabledOn !== null) return
      const kind: LinkKind = account.link?.kind === 'activation' ? 'activation' : 'reset'
      const fresh = await db.transaction().execute(async (trx) => {
        // Whoever knows the address may ask; that must not kill the slip that waits on somebody's desk.
        if (openLinkOf(deps, account)?.kind !== 'activation') await putLink(deps, trx, account.id, kind)
        await recordAct(deps, trx, account, { kind: 'link-asked', details: { who: account.name } })
        return findAccountByEmail(trx, email)
      })
      const link = fresh && openLinkOf(deps, fresh)
      if (link) await sendLetter(deps.config, linkLetter(fresh, link))
    } catch (error) {
      const { name } = error instanceof Error ? error : new Error(String(error))
      deps.log.error({ name }, 'a letter with a link could not be sent')
    }
  }

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

  function showChoosePassword(
    req: Request,
    res: Response,
    code: string,
    account: { name: string; email: string; agency: { name: string } },
    error: string | null,
  ): void {
    const page = choosePasswordPage(formatLinkCode(code), account, error)
    render(res, 'staff/choose-password', page, frame(req, 'Đặt mật khẩu'))
  }

  function showForgotten(req: Request, res: Response, email: string, error: string | null): void {
    const page = forgottenPage(canSendMail(deps.config), email, error)
    render(res, 'staff/forgotten', page, frame(req, 'Quên mật khẩu'))
  }

  async function showSetup(req: Request, res: Response, typed: Typed, slips: Slip[]): Promise<void> {
    const page = setupPage(`/can-bo/khoi-tao/${tokenOf(req)}`, typed, await listAgencies(db), slips)
    render(res, 'staff/setup', page, frame(req, 'Tạo tài khoản quản trị'))
  }

  function frame(req: Request, title: string, script?: 'js/entry.js') {
    const flash = req.method === 'GET' ? flashOf(req.query.da) : undefined
    return staffFrame(deps, req, { title, ...(flash && { flash }), ...(script && { script }) })
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
    { method: 'get', path: '/can-bo/kich-hoat', may: 'anyone', handle: getActivation },
    { method: 'post', path: '/can-bo/kich-hoat', may: 'anyone', handle: postCode },
    { method: 'post', path: '/can-bo/dat-mat-khau', may: 'anyone', handle: postPassword },
    { method: 'get', path: '/can-bo/quen-mat-khau', may: 'anyone', handle: getForgotten },
    { method: 'post', path: '/can-bo/quen-mat-khau', may: 'anyone', handle: postForgotten },
    { method: 'get', path: '/can-bo/khoi-tao/:token', may: 'anyone', handle: getSetup },
    { method: 'post', path: '/can-bo/khoi-tao/:token', may: 'anyone', handle: postSetup },
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

function tokenOf(req: Request): string {
  return String(req.params.token)
}
