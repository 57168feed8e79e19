// Accounts, agencies, import and activation slips in words: data in, page models out.
import { dayOf } from '../lib/clock.ts'
import { showCount, showDay } from '../lib/format.ts'
import { agencyField, errorLinks, errorOf, textField } from './fields.ts'
import type { ErrorLink, SelectField, Slip, TextField, Typed } from './fields.ts'
import { formatLinkCode, linkNames } from './link.ts'
import type { OpenLink } from './link.service.ts'
import { findRole, roles } from './role.ts'
import { personFields } from './sign-in.views.ts'
import type { Agency, Assignment, StaffAccount } from './staff.queries.ts'
import { namesOfRoles } from './staff.service.ts'

/** One tick of the form: a role for all surveys, or for one. */
interface RoleChoice {
  value: string
  text: string
  note: string
  chosen: boolean
}

export interface RoleGroup {
  legend: string
  choices: RoleChoice[]
}

export interface AccountsPage {
  heading: string
  accounts: {
    name: string
    href: string
    email: string
    agency: string
    roles: string
    state: string
    attention: boolean
  }[]
  waiting: { text: string; href: string } | null
  fields: TextField[]
  agency: SelectField
  roles: RoleGroup[]
  roleError: string | null
  errors: ErrorLink[]
}

export interface AccountPage {
  heading: string
  action: string
  facts: { label: string; value: string }[]
  link: { text: string; url: string; code: string; until: string; slip: string } | null
  /** Where to prove to be there before the link is shown; null when there is none, or it is shown. */
  linkAfterProof: string | null
  fields: TextField[]
  agency: SelectField
  roles: RoleGroup[]
  errors: ErrorLink[]
  disabled: boolean
  self: boolean
  hasSecondFactor: boolean
  linkButton: string
}

export interface AgenciesPage {
  heading: string
  agencies: Agency[]
  fields: TextField[]
  errors: ErrorLink[]
}

export interface ImportPage {
  heading: string
  errors: string[]
}

export interface SlipsPage {
  heading: string
  back: string
  slips: {
    /** What it is for: a new account, or a new password. */
    heading: string
    qr: string
    code: string
    name: string
    agency: string
    email: string
    address: string
    until: string
  }[]
}

export interface StaffViews {
  'staff/accounts': AccountsPage
  'staff/account': AccountPage
  'staff/agencies': AgenciesPage
  'staff/import': ImportPage
  'staff/slips': SlipsPage
}

export function accountsPage(input: {
  accounts: StaffAccount[]
  agencies: Agency[]
  surveys: { slug: string; title: string }[]
  typed: Typed
  roles: Assignment[]
  slips: Slip[]
  now: Date
}): AccountsPage {
  const { accounts, agencies, surveys, typed, slips, now } = input
  const open = accounts.filter((each) => each.link !== null && each.link.expiresAt > now)
  return {
    heading: `${showCount(accounts.length)} tài khoản cán bộ`,
    accounts: accounts.map((account) => ({
      name: account.name,
      href: accountHref(account),
      email: account.email,
      agency: account.agency.name || '–',
      roles: namesOfRoles(account.roles),
      ...stateOf(account, now),
    })),
    waiting:
      open.length === 0
        ? null
        : { text: `In ${showCount(open.length)} phiếu kích hoạt`, href: '/tai-khoan/phieu-kich-hoat' },
    fields: personFields(typed, slips, 'other'),
    agency: agencyField(agencies, typed.agency, errorOf(slips, 'agency')),
    roles: roleGroups(input.roles, surveys),
    roleError: errorOf(slips, 'role'),
    errors: errorLinks(slips),
  }
}

export function accountHref({ id }: Pick<StaffAccount, 'id'>): string {
  return `/tai-khoan/${id}`
}

function stateOf(account: StaffAccount, now: Date): { state: string; attention: boolean } {
  if (account.disabledOn !== null) return { state: `Khóa từ ${showDay(account.disabledOn)}`, attention: true }
  if (account.link?.kind === 'activation') {
    const over = account.link.expiresAt <= now
    return { state: over ? 'Liên kết kích hoạt hết hạn' : 'Chờ kích hoạt', attention: true }
  }
  return { state: account.hasTotp ? 'Hoạt động, xác thực hai bước' : 'Hoạt động', attention: false }
}

/** The value of a tick: "officer" for all surveys, "officer@binh-phuoc-2022" for one. */
export function roleValue({ role, survey }: Assignment): string {
  return survey === null ? role : `${role}@${survey}`
}

export function readRoleValue(value: string): Assignment {
  const [role = '', survey] = value.split('@')
  return { role, survey: survey ?? null }
}

function roleGroups(chosen: Assignment[], surveys: { slug: string; title: string }[]): RoleGroup[] {
  const isChosen = (each: Assignment) => chosen.some((other) => roleValue(other) === roleValue(each))
  const choiceFor = (code: string, survey: string | null): RoleChoice => {
    const assignment = { role: code, survey }
    const { name = code, note = '' } = findRole(code) ?? {}
    return {
      value: roleValue(assignment),
      text: name,
      note: survey === null ? note : '',
      chosen: isChosen(assignment),
    }
  }
  return [
    { legend: 'Vai trò ở mọi đợt điều tra', choices: roles.map(({ code }) => choiceFor(code, null)) },
    ...surveys.map(({ slug, title }) => ({
      legend: `Chỉ ở đợt ${slug}: ${title}`,
      choices: roles.filter(({ everywhere }) => !everywhere).map(({ code }) => choiceFor(code, slug)),
    })),
  ]
}

export function accountPage(input: {
  account: StaffAccount
  link: OpenLink | undefined
  mayReadLink: boolean
  agencies: Agency[]
  surveys: { slug: string; title: string }[]
  typed: Typed
  slips: Slip[]
  viewerId: string
  now: Date
}): AccountPage {
  const { account, link, mayReadLink, agencies, surveys, typed, slips, viewerId, now } = input
  return {
    heading: account.name,
    action: accountHref(account),
    facts: [
      { label: 'Thư điện tử', value: account.email },
      { label: 'Cơ quan, đơn vị', value: account.agency.name || 'Chưa có' },
      { label: 'Vai trò', value: namesOfRoles(account.roles) },
      { label: 'Tình trạng', value: stateOf(account, now).state },
    ],
    link: link === undefined || !mayReadLink ? null : shownLink(link),
    linkAfterProof:
      link === undefined || mayReadLink
        ? null
        : `/can-bo/xac-nhan-lai?tiep=${encodeURIComponent(accountHref(account))}`,
    fields: personFields(typed, slips, 'other'),
    agency: agencyField(agencies, typed.agency, errorOf(slips, 'agency')),
    roles: roleGroups(account.roles, surveys),
    errors: errorLinks(slips),
    disabled: account.disabledOn !== null,
    self: account.id === viewerId,
    hasSecondFactor: account.hasTotp,
    linkButton:
      account.link?.kind === 'activation' ? 'Cấp lại liên kết kích hoạt' : 'Cấp liên kết đặt lại mật khẩu',
  }
}

function shownLink({ kind, url, code, expiresAt }: OpenLink): AccountPage['link'] {
  return {
    text: `Liên kết ${linkNames[kind]}`,
    url,
    code: formatLinkCode(code),
    until: showDay(dayOf(expiresAt)),
    slip: '/tai-khoan/phieu-kich-hoat',
  }
}

export function agenciesPage(agencies: Agency[], typed: Agency, slips: Slip[]): AgenciesPage {
  return {
    heading: `${showCount(agencies.length)} cơ quan, đơn vị`,
    agencies,
    fields: [
      textField('name', 'Tên cơ quan, đơn vị', { value: typed.name, error: errorOf(slips, 'name') }),
      textField('code', 'Mã', {
        hint: 'Mã của cơ quan, đơn vị trong kế hoạch điều tra, ví dụ SYT hoặc 689; nơi khác đặt mã tùy ý.',
        value: typed.code,
        error: errorOf(slips, 'code'),
      }),
    ],
    errors: errorLinks(slips),
  }
}

export function importPage(errors: string[]): ImportPage {
  return { heading: 'Nạp danh sách công chức đầu mối', errors }
}

export function slipsPage(all: { account: StaffAccount; link: OpenLink; qr: string }[]): SlipsPage {
  return {
    heading: `${showCount(all.length)} phiếu kích hoạt`,
    back: '/tai-khoan',
    slips: all.map(({ account, link, qr }) => ({
      heading: link.kind === 'activation' ? 'Phiếu kích hoạt tài khoản' : 'Phiếu đặt lại mật khẩu',
      qr,
      code: formatLinkCode(link.code),
      name: account.name,
      agency: account.agency.name,
      email: account.email,
      address: (link.url.split('#')[0] ?? '').replace(/^https?:\/\//, ''),
      until: showDay(dayOf(link.expiresAt)),
    })),
  }
}
