// Setting a password by a one-time link: from an activation slip, a letter or the administrator; and asking for such a
// letter when the password was forgotten.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { fieldOf, readContact } from './account.ts'
import { recordAct } from './act-log.service.ts'
import { addressOf } from './auth.ts'
import { staffFrame } from './frame.ts'
import { signInPath } from './guard.ts'
import { linkLetter } from './letters.ts'
import { formatLinkCode, type LinkKind } from './link.ts'
import { accountOfCode, openLinkOf, putLink, usePasswordLink } from './link.service.ts'
import { canSendMail, sendLetter } from './mail.ts'
import type { StaffRoute } from './permission.ts'
import { activationPage, choosePasswordPage, forgottenPage, type SignInViews } from './sign-in.views.ts'
import { SignInLimiter } from './sign-in-limiter.ts'
import { findAccountByEmail } from './staff.queries.ts'

const askedTooOften = 'Đã yêu cầu quá nhiều lần. Hãy đợi một phút rồi thử lại.'

export function passwordLinkRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<SignInViews>(deps.renderer)
  const limiter = new SignInLimiter()

  function getActivation(req: Request, res: Response): void {
    render(
      res,
      'staff/activation',
      activationPage('', null),
      staffFrame(deps, req, { title: 'Kích hoạt tài khoản', script: 'js/entry.js' }),
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
        staffFrame(deps, req, { title: 'Kích hoạt tài khoản', script: 'js/entry.js' }),
      )
    if (!(await limiter.mayTry('link', address))) {
      show(429, new Problem('too-many-tries').sentence)
      return undefined
    }
    try {
      const found = await accountOfCode(deps, typed)
      await limiter.noteSuccess('link', address)
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
    if (!(await limiter.mayTry(`forgotten ${read.contact.email}`, address))) {
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

  function showChoosePassword(
    req: Request,
    res: Response,
    code: string,
    account: { name: string; email: string; agency: { name: string } },
    error: string | null,
  ): void {
    const page = choosePasswordPage(formatLinkCode(code), account, error)
    render(res, 'staff/choose-password', page, staffFrame(deps, req, { title: 'Đặt mật khẩu' }))
  }

  function showForgotten(req: Request, res: Response, email: string, error: string | null): void {
    const page = forgottenPage(canSendMail(deps.config), email, error)
    render(res, 'staff/forgotten', page, staffFrame(deps, req, { title: 'Quên mật khẩu' }))
  }

  return [
    { method: 'get', path: '/can-bo/kich-hoat', may: 'anyone', handle: getActivation },
    { method: 'post', path: '/can-bo/kich-hoat', may: 'anyone', handle: postCode },
    { method: 'post', path: '/can-bo/dat-mat-khau', may: 'anyone', handle: postPassword },
    { method: 'get', path: '/can-bo/quen-mat-khau', may: 'anyone', handle: getForgotten },
    { method: 'post', path: '/can-bo/quen-mat-khau', may: 'anyone', handle: postForgotten },
  ]
}
