// Sign in, sign out, the first administrator, and the accounts.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { fieldOf, readPerson, type AccountSlip } from './account.ts'
import { addressOf, askAuth } from './auth.ts'
import { staffFrame, type Flash } from './frame.ts'
import { findStaff, signInPath, type StaffDeps } from './guard.ts'
import { localPath } from './local-path.ts'
import type { StaffRoute } from './permission.ts'
import { SignInLimiter } from './sign-in-limiter.ts'
import { deleteExpiredSessions, listRoles, listStaff } from './staff.queries.ts'
import { checkSetupLink, createStaff, useSetupLink } from './staff.service.ts'
import {
  accountsPage,
  nothingTyped,
  setupPage,
  signInPage,
  type SignInSlip,
  type StaffViews,
  type Typed,
} from './staff.views.ts'

const start = '/can-bo'

/** What the last act did, as a fixed word in the address: reloading shows it again and changes nothing. */
const flashes: Record<string, string> = {
  'khoi-tao': 'Tài khoản quản trị đã được tạo. Hãy đăng nhập.',
  'dang-xuat': 'Anh/chị đã đăng xuất.',
  'tao-tai-khoan': 'Tài khoản đã được tạo. Hãy trao mật khẩu tận tay cho người dùng.',
}

// One sentence for an unknown address and a wrong password: who has an account is nobody's business.
const wrongPair: SignInSlip = { field: 'email', text: 'Thư điện tử hoặc mật khẩu chưa đúng. Hãy nhập lại.' }
const tooMany: SignInSlip = {
  field: 'email',
  text: 'Đã thử sai quá nhiều lần. Hãy đợi một phút rồi đăng nhập lại.',
}

export function staffRoutes(deps: Deps & StaffDeps): StaffRoute[] {
  const { db } = deps
  const render = renderer<StaffViews>(deps.renderer)
  const limiter = new SignInLimiter()

  async function getSignIn(req: Request, res: Response): Promise<void> {
    const next = localPath(req.query.tiep)
    if (await findStaff(deps, req, res)) {
      res.redirect(303, next ?? start)
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
    const outcome = await signIn(req, res, email, password)
    if (outcome === 'signed-in') {
      res.redirect(303, next ?? start)
      return
    }
    if (outcome === 'wrong') showSignIn(req, res.status(422), next ?? '', email, [wrongPair])
    else showSignIn(req, res.status(429), next ?? '', email, [tooMany])
  }

  async function signIn(
    req: Request,
    res: Response,
    email: string,
    password: string,
  ): Promise<'signed-in' | 'wrong' | 'too-many'> {
    const address = addressOf(req)
    if (!(await limiter.mayTry(email, address))) return 'too-many'
    const status = await askAuth(deps, req, res, '/sign-in/email', { email, password })
    if (status === 429) return 'too-many'
    if (status === 400 || status === 401) {
      await limiter.noteFailure(email, address)
      return 'wrong'
    }
    if (status !== 200) throw new Error(`better-auth answered a sign-in with ${status}`)
    await limiter.noteSuccess(email, address)
    // By the machine's clock, as the sessions themselves.
    await deleteExpiredSessions(db, new Date())
    return 'signed-in'
  }

  async function postSignOut(req: Request, res: Response): Promise<void> {
    await askAuth(deps, req, res, '/sign-out', {})
    // better-auth says "signed out" even when the session could not be deleted; a person must not believe that.
    if (await findStaff(deps, req, res)) throw new Problem('database-busy')
    res.redirect(303, `${signInPath}?da=dang-xuat`)
  }

  async function getSetup(req: Request, res: Response): Promise<void> {
    await checkSetupLink(deps, tokenOf(req))
    showSetup(req, res, nothingTyped, [])
  }

  async function postSetup(req: Request, res: Response): Promise<void> {
    await checkSetupLink(deps, tokenOf(req))
    const form = formOf(req)
    const read = readPerson(form)
    if (!read.ok) {
      showSetup(req, res.status(422), typedIn(form), read.slips)
      return
    }
    await useSetupLink(deps, tokenOf(req), read.person)
    res.redirect(303, `${signInPath}?da=khoi-tao`)
  }

  function getStart(_req: Request, res: Response): void {
    res.redirect(303, '/dieu-tra')
  }

  async function getAccounts(req: Request, res: Response): Promise<void> {
    await showAccounts(req, res, nothingTyped, [])
  }

  async function postAccount(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const read = readPerson(form)
    const slips = read.ok ? await tryCreate({ ...read.person, role: textOf(form.role) }) : read.slips
    if (slips.length > 0) {
      await showAccounts(req, res.status(422), typedIn(form), slips)
      return
    }
    res.redirect(303, '/tai-khoan?da=tao-tai-khoan')
  }

  /** Nothing when the account was made; a slip where the refusal is about a field of the form. */
  async function tryCreate(input: Parameters<typeof createStaff>[1]): Promise<AccountSlip[]> {
    try {
      await createStaff(deps, input)
      return []
    } catch (refusal) {
      const field = refusal instanceof Problem ? fieldOf(refusal) : undefined
      if (!(refusal instanceof Problem) || field === undefined) throw refusal
      return [{ field, problem: refusal }]
    }
  }

  function showSignIn(req: Request, res: Response, next: string, email: string, slips: SignInSlip[]): void {
    render(res, 'staff/sign-in', signInPage(next, email, slips), frame(req, 'Đăng nhập'))
  }

  function showSetup(req: Request, res: Response, typed: Typed, slips: AccountSlip[]): void {
    const page = setupPage(`/can-bo/khoi-tao/${tokenOf(req)}`, typed, slips)
    render(res, 'staff/setup', page, frame(req, 'Tạo tài khoản quản trị'))
  }

  async function showAccounts(
    req: Request,
    res: Response,
    typed: Typed,
    slips: AccountSlip[],
  ): Promise<void> {
    const page = accountsPage(await listStaff(db), await listRoles(db), typed, slips)
    render(res, 'staff/accounts', page, frame(req, 'Tài khoản'))
  }

  function frame(req: Request, title: string) {
    const flash = req.method === 'GET' ? flashOf(req.query.da) : undefined
    return staffFrame(deps, req, { title, ...(flash && { flash }) })
  }

  return [
    { method: 'get', path: signInPath, may: 'anyone', handle: getSignIn },
    { method: 'post', path: signInPath, may: 'anyone', handle: postSignIn },
    { method: 'post', path: '/can-bo/dang-xuat', may: 'anyone', handle: postSignOut },
    { method: 'get', path: '/can-bo/khoi-tao/:token', may: 'anyone', handle: getSetup },
    { method: 'post', path: '/can-bo/khoi-tao/:token', may: 'anyone', handle: postSetup },
    { method: 'get', path: start, may: 'signed-in', handle: getStart },
    { method: 'get', path: '/tai-khoan', may: 'staff.manage', handle: getAccounts },
    { method: 'post', path: '/tai-khoan', may: 'staff.manage', handle: postAccount },
  ]
}

function missing(email: string, password: string): SignInSlip[] {
  const slips: SignInSlip[] = []
  if (email === '') slips.push({ field: 'email', text: 'Hãy nhập thư điện tử.' })
  if (password === '') slips.push({ field: 'password', text: 'Hãy nhập mật khẩu.' })
  return slips
}

function flashOf(word: unknown): Flash | undefined {
  const text = typeof word === 'string' && Object.hasOwn(flashes, word) ? flashes[word] : undefined
  return text === undefined ? undefined : { kind: 'success', text }
}

function formOf(req: Request): Record<string, unknown> {
  return (req.body ?? {}) as Record<string, unknown>
}

function typedIn(form: Record<string, unknown>): Typed {
  const kept = (value: unknown) => textOf(value).slice(0, 300)
  return { name: kept(form.name), email: kept(form.email), role: kept(form.role) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function tokenOf(req: Request): string {
  return String(req.params.token)
}
