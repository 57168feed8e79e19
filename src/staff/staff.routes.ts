// Accounts and agencies: who is there, who may do what where, links, import from Excel, slips to print.
import type { Request, Response } from 'express'
import writeXlsxFile, { type Cell, type Sheet } from 'write-excel-file/node'
import { Problem } from '../lib/problem.ts'
import { qrSvg } from '../lib/qr.ts'
import { readFirstSheet } from '../lib/spreadsheet.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf, textsOf } from '../web/form.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { readUpload } from '../web/upload.ts'
import { fieldOf, readContact } from './account.ts'
import { recordActAlone } from './act-log.service.ts'
import type { Slip, Typed } from './fields.ts'
import { staffFrame, type Flash } from './frame.ts'
import { isFresh, staffOf, type StaffDeps } from './guard.ts'
import { linkLetter } from './letters.ts'
import { openLinkOf } from './link.service.ts'
import { canSendMail, sendLetter } from './mail.ts'
import type { StaffRoute } from './permission.ts'
import { readRoster } from './roster.ts'
import { listAgencies, listStaff, listSurveyNames, type Assignment } from './staff.queries.ts'
import {
  addAgency,
  changeAccount,
  changeAgencyName,
  changeRoles,
  disableStaff,
  enableStaff,
  getAccount,
  giveLink,
  inviteMany,
  inviteStaff,
  organiserCode,
  resetSecondFactor,
} from './staff.service.ts'
import {
  accountPage,
  accountsPage,
  agenciesPage,
  importPage,
  readRoleValue,
  slipsPage,
  type StaffViews,
} from './staff.views.ts'

const largestRoster = 1024 * 1024

/** What the last act did, as a fixed word in the address: reloading shows it again and changes nothing. */
const flashes: Record<string, string> = {
  'tao-tai-khoan': 'Tài khoản đã được tạo. Hãy trao liên kết hoặc phiếu kích hoạt dưới đây cho đúng người.',
  'da-gui-thu': 'Tài khoản đã được tạo; liên kết kích hoạt đã gửi tới thư điện tử của người dùng.',
  'chua-gui-thu':
    'Tài khoản đã được tạo, nhưng không gửi được thư. Hãy trao liên kết hoặc phiếu kích hoạt dưới đây cho đúng người.',
  'da-sua': 'Thông tin mới đã được lưu.',
  'doi-vai': 'Vai trò đã được đổi, có hiệu lực ngay.',
  ngung: 'Đã khóa tài khoản và đăng xuất người này khỏi mọi máy.',
  'hoat-dong': 'Tài khoản đã mở lại. Hãy trao liên kết đặt mật khẩu dưới đây cho đúng người.',
  'lien-ket':
    'Đã cấp liên kết mới; liên kết cũ không dùng được nữa. Hãy trao liên kết dưới đây cho đúng người.',
  'gui-lien-ket':
    'Đã cấp liên kết mới và gửi tới thư điện tử của người dùng; liên kết cũ không dùng được nữa.',
  'go-xac-thuc':
    'Đã gỡ xác thực hai bước và đăng xuất người này khỏi mọi máy. Nếu vai trò bắt buộc, người này phải bật lại ở lần đăng nhập tới.',
  'da-nap': 'Đã tạo tài khoản cho mọi người trong tệp. Hãy in phiếu kích hoạt và giao tận tay.',
  'them-co-quan': 'Đã thêm cơ quan, đơn vị.',
}

export function staffRoutes(deps: Deps & StaffDeps): StaffRoute[] {
  const { db } = deps
  const render = renderer<StaffViews>(deps.renderer)

  async function getAccounts(req: Request, res: Response): Promise<void> {
    await showAccounts(req, res, { name: '', email: '', agency: organiserCode }, [], [])
  }

  async function postAccount(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const typed = typedIn(form)
    const roles = textsOf(form.role).map(readRoleValue)
    const slips = slipsOf(typed)
    if (roles.length === 0) slips.push({ field: 'role', text: 'Hãy chọn ít nhất một vai trò.' })
    if (slips.length === 0) {
      const id = await orSlip(slips, () => inviteStaff(deps, staffOf(req), { ...typed, roles }))
      if (id !== undefined) {
        res.redirect(303, `/tai-khoan/${id}?da=${await mailLink(id)}`)
        return
      }
    }
    await showAccounts(req, res.status(422), typed, roles, slips)
  }

  /** Sends the link of a new account where letters can be sent; the word of the flash. */
  async function mailLink(id: string): Promise<string> {
    if (!canSendMail(deps.config)) return 'tao-tai-khoan'
    const account = await getAccount(db, id)
    const link = openLinkOf(deps, account)
    try {
      if (link) await sendLetter(deps.config, linkLetter(account, link))
      return 'da-gui-thu'
    } catch (error) {
      deps.log.error({ name: error instanceof Error ? error.name : 'unknown' }, 'a letter could not be sent')
      return 'chua-gui-thu'
    }
  }

  async function getAccountPage(req: Request, res: Response): Promise<void> {
    const account = await getAccount(db, idOf(req))
    const { name, email, agency } = account
    await showAccount(req, res, { name, email, agency: agency.code }, [])
  }

  async function postContact(req: Request, res: Response): Promise<void> {
    const typed = typedIn(formOf(req))
    const slips = slipsOf(typed)
    if (slips.length === 0) await orSlip(slips, () => changeAccount(deps, staffOf(req), idOf(req), typed))
    if (slips.length > 0) await showAccount(req, res.status(422), typed, slips)
    else done(res, req, 'da-sua')
  }

  async function postRoles(req: Request, res: Response): Promise<void> {
    const roles = textsOf(formOf(req).role).map(readRoleValue)
    await changeRoles(deps, staffOf(req), idOf(req), roles)
    done(res, req, 'doi-vai')
  }

  async function postDisable(req: Request, res: Response): Promise<void> {
    await disableStaff(deps, staffOf(req), idOf(req))
    done(res, req, 'ngung')
  }

  async function postEnable(req: Request, res: Response): Promise<void> {
    await enableStaff(deps, staffOf(req), idOf(req))
    done(res, req, 'hoat-dong')
  }

  async function postLink(req: Request, res: Response): Promise<void> {
    await giveLink(deps, staffOf(req), idOf(req))
    const mailed = (await mailLink(idOf(req))) === 'da-gui-thu'
    done(res, req, mailed ? 'gui-lien-ket' : 'lien-ket')
  }

  async function postResetSecondFactor(req: Request, res: Response): Promise<void> {
    await resetSecondFactor(deps, staffOf(req), idOf(req))
    done(res, req, 'go-xac-thuc')
  }

  function getImport(req: Request, res: Response): void {
    showImport(req, res, [])
  }

  async function postImport(req: Request, res: Response): Promise<void> {
    try {
      const { files } = await readUpload(req, largestRoster, '.xlsx')
      if (!files.roster) {
        showImport(req, res.status(422), ['Chưa chọn tệp. Hãy chọn tệp Excel danh sách đầu mối.'])
        return
      }
      const cells = await readFirstSheet(files.roster, 'danh sách')
      const known = new Set((await listStaff(db)).map(({ email }) => email))
      const read = readRoster(cells, await listAgencies(db), known)
      if (!read.ok) throw rosterProblem(read.errors)
      const roles: Assignment[] = [{ role: 'focal-point', survey: null }]
      const inputs = read.rows.map((row) => ({ ...row, roles }))
      await inviteMany(deps, staffOf(req), inputs, 'danh sách đầu mối')
    } catch (slip) {
      if (
        !(slip instanceof Problem) ||
        !['file-unreadable', 'roster-wrong', 'email-taken'].includes(slip.kind)
      )
        throw slip
      showImport(req, res.status(422), slip.sentence.split('\n'))
      return
    }
    res.redirect(303, '/tai-khoan?da=da-nap')
  }

  /** The agencies stand in the template already: a name beside each is all that is missing. */
  async function getTemplate(_req: Request, res: Response): Promise<void> {
    const titles = ['STT', 'Họ và tên', 'Thư điện tử', 'Mã đơn vị', 'Tên đơn vị']
    const rows = (await listAgencies(db)).map(({ code, name }, i): Cell[] => [
      { value: i + 1, type: Number },
      null,
      null,
      { value: code },
      { value: name, wrap: true },
    ])
    const head = titles.map((value): Cell => ({ value, fontWeight: 'bold' }))
    const columns = [{ width: 6 }, { width: 30 }, { width: 34 }, { width: 14 }, { width: 46 }]
    const sheet = { sheet: 'Đầu mối', data: [head, ...rows], columns, stickyRowsCount: 1 }
    const content = await writeXlsxFile([sheet] as Sheet<never>[], {
      fontFamily: 'Arial',
      fontSize: 11,
    }).toBuffer()
    res
      .attachment('mau-danh-sach-dau-moi.xlsx')
      .type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
      .send(content)
  }

  /** Looking is the act here, so it is written down although nothing changes. */
  async function getSlips(req: Request, res: Response): Promise<void> {
    const all = (await listStaff(db)).flatMap((account) => {
      const link = account.disabledOn === null ? openLinkOf(deps, account) : undefined
      return link === undefined ? [] : [{ account, link }]
    })
    if (all.length === 0) throw new Problem('link-none')
    await recordActAlone(deps, staffOf(req), { kind: 'slips-shown', details: { count: all.length } })
    const drawn = await Promise.all(all.map(async (each) => ({ ...each, qr: await qrSvg(each.link.url) })))
    render(res, 'staff/slips', slipsPage(drawn), printFrame(deps, { title: 'Phiếu kích hoạt tài khoản' }))
  }

  async function getAgencies(req: Request, res: Response): Promise<void> {
    await showAgencies(req, res, { name: '', code: '' }, [])
  }

  async function postAgency(req: Request, res: Response): Promise<void> {
    const form = formOf(req)
    const typed = { name: textOf(form.name).slice(0, 300), code: textOf(form.code).slice(0, 100) }
    const slips: Slip[] = []
    await orSlip(slips, () => addAgency(deps, staffOf(req), typed))
    if (slips.length > 0) await showAgencies(req, res.status(422), typed, slips)
    else res.redirect(303, '/co-quan?da=them-co-quan')
  }

  async function postAgencyName(req: Request, res: Response): Promise<void> {
    const agency = { code: String(req.params.code), name: textOf(formOf(req).name) }
    await changeAgencyName(deps, staffOf(req), agency)
    res.redirect(303, '/co-quan?da=da-sua')
  }

  /** What `act` gives; a slip in `slips` where its refusal is about a field of the form. */
  async function orSlip<Result>(slips: Slip[], act: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await act()
    } catch (refusal) {
      const field = refusal instanceof Problem ? fieldOf(refusal) : undefined
      if (!(refusal instanceof Problem) || field === undefined) throw refusal
      slips.push({ field, text: refusal.sentence })
      return undefined
    }
  }

  async function showAccounts(
    req: Request,
    res: Response,
    typed: Typed,
    roles: Assignment[],
    slips: Slip[],
  ): Promise<void> {
    const page = accountsPage({
      accounts: await listStaff(db),
      agencies: await listAgencies(db),
      surveys: await listSurveyNames(db),
      typed,
      roles,
      slips,
      now: deps.clock(),
    })
    render(res, 'staff/accounts', page, frame(req, 'Tài khoản'))
  }

  async function showAccount(req: Request, res: Response, typed: Typed, slips: Slip[]): Promise<void> {
    const account = await getAccount(db, idOf(req))
    const page = accountPage({
      account,
      link: openLinkOf(deps, account),
      // Whoever finds a session left open must not read it.
      mayReadLink: isFresh(deps, staffOf(req)),
      agencies: await listAgencies(db),
      surveys: await listSurveyNames(db),
      typed,
      slips,
      viewerId: staffOf(req).id,
      now: deps.clock(),
    })
    render(res, 'staff/account', page, frame(req, account.name))
  }

  async function showAgencies(
    req: Request,
    res: Response,
    typed: { code: string; name: string },
    slips: Slip[],
  ): Promise<void> {
    const page = agenciesPage(await listAgencies(db), typed, slips)
    render(res, 'staff/agencies', page, frame(req, 'Cơ quan, đơn vị'))
  }

  function showImport(req: Request, res: Response, errors: string[]): void {
    render(res, 'staff/import', importPage(errors), frame(req, 'Nạp danh sách đầu mối'))
  }

  function done(res: Response, req: Request, word: string): void {
    res.redirect(303, `/tai-khoan/${idOf(req)}?da=${word}`)
  }

  function frame(req: Request, title: string) {
    const flash = req.method === 'GET' ? flashOf(req.query.da) : undefined
    return staffFrame(deps, req, { title, ...(flash && { flash }) })
  }

  const manage = { may: 'staff.manage' } as const
  /** Whoever may do these could make themselves a way in: they prove again to be there. */
  const freshly = { may: 'staff.manage', fresh: '/tai-khoan/:id' } as const

  return [
    { method: 'get', path: '/tai-khoan', ...manage, handle: getAccounts },
    { method: 'post', path: '/tai-khoan', may: 'staff.manage', fresh: '/tai-khoan', handle: postAccount },
    { method: 'get', path: '/tai-khoan/nap', ...manage, handle: getImport },
    {
      method: 'post',
      path: '/tai-khoan/nap',
      may: 'staff.manage',
      fresh: '/tai-khoan/nap',
      handle: postImport,
    },
    { method: 'get', path: '/tai-khoan/nap/mau.xlsx', ...manage, handle: getTemplate },
    {
      method: 'get',
      path: '/tai-khoan/phieu-kich-hoat',
      may: 'staff.manage',
      fresh: '/tai-khoan/phieu-kich-hoat',
      handle: getSlips,
    },
    { method: 'get', path: '/tai-khoan/:id', ...manage, handle: getAccountPage },
    { method: 'post', path: '/tai-khoan/:id', ...freshly, handle: postContact },
    { method: 'post', path: '/tai-khoan/:id/vai-tro', ...freshly, handle: postRoles },
    { method: 'post', path: '/tai-khoan/:id/ngung', ...freshly, handle: postDisable },
    { method: 'post', path: '/tai-khoan/:id/hoat-dong', ...freshly, handle: postEnable },
    { method: 'post', path: '/tai-khoan/:id/lien-ket', ...freshly, handle: postLink },
    { method: 'post', path: '/tai-khoan/:id/go-xac-thuc', ...freshly, handle: postResetSecondFactor },
    { method: 'get', path: '/co-quan', ...manage, handle: getAgencies },
    { method: 'post', path: '/co-quan', may: 'staff.manage', fresh: '/co-quan', handle: postAgency },
    {
      method: 'post',
      path: '/co-quan/:code',
      may: 'staff.manage',
      fresh: '/co-quan',
      handle: postAgencyName,
    },
  ]
}

const mostErrorsShown = 50

function rosterProblem(errors: string[]): Problem {
  const shown = errors.slice(0, mostErrorsShown)
  const rest = errors.length - shown.length
  const list = rest > 0 ? [...shown, `… và ${rest} lỗi khác.`] : shown
  return new Problem('roster-wrong', { count: errors.length, list: list.join('\n') })
}

function typedIn(form: Record<string, unknown>): Typed {
  const kept = (value: unknown) => textOf(value).slice(0, 300)
  return { name: kept(form.name), email: kept(form.email), agency: kept(form.agency) }
}

function slipsOf(typed: Typed): Slip[] {
  const read = readContact({ ...typed })
  return read.ok ? [] : read.slips.map(({ field, problem }) => ({ field, text: problem.sentence }))
}

function flashOf(word: unknown): Flash | undefined {
  const text = typeof word === 'string' && Object.hasOwn(flashes, word) ? flashes[word] : undefined
  return text === undefined ? undefined : { kind: 'success', text }
}

function idOf(req: Request): string {
  return String(req.params.id)
}
