// Sign-in, set-up and accounts in words: data in, page models out. A password is never put back into a page.
import { showCount } from '../lib/format.ts'
import { officer, type AccountField, type AccountSlip } from './account.ts'
import { passwordLength } from './password.ts'
import type { StaffAccount } from './staff.queries.ts'

export interface TextField {
  id: string
  label: string
  hint: string
  type: 'text' | 'email' | 'password'
  autocomplete: string
  value: string
  error: string | null
}

interface ErrorLink {
  text: string
  href: string
}

export interface SignInPage {
  heading: string
  /** Where to go afterwards; '' for the start. */
  next: string
  fields: TextField[]
  errors: ErrorLink[]
}

export interface SetupPage {
  heading: string
  action: string
  fields: TextField[]
  errors: ErrorLink[]
}

export interface AccountsPage {
  heading: string
  accounts: { name: string; email: string; roles: string }[]
  fields: TextField[]
  roles: { code: string; name: string; chosen: boolean }[]
  roleError: string | null
  errors: ErrorLink[]
}

export interface StaffViews {
  'staff/sign-in': SignInPage
  'staff/setup': SetupPage
  'staff/accounts': AccountsPage
}

/** What a form holds besides the password; '' where nothing was typed. */
export interface Typed {
  name: string
  email: string
  role: string
}

export const nothingTyped: Typed = { name: '', email: '', role: '' }

export interface SignInSlip {
  field: 'email' | 'password'
  text: string
}

export function signInPage(next: string, email: string, slips: SignInSlip[]): SignInPage {
  const errorOf = (field: SignInSlip['field']) => slips.find((slip) => slip.field === field)?.text ?? null
  return {
    heading: 'Đăng nhập',
    next,
    fields: [
      {
        id: 'email',
        label: 'Thư điện tử',
        hint: '',
        type: 'email',
        autocomplete: 'username',
        value: email,
        error: errorOf('email'),
      },
      {
        id: 'password',
        label: 'Mật khẩu',
        hint: '',
        type: 'password',
        autocomplete: 'current-password',
        value: '',
        error: errorOf('password'),
      },
    ],
    errors: slips.map(({ field, text }) => ({ text, href: `#${field}` })),
  }
}

export function setupPage(action: string, typed: Typed, slips: AccountSlip[]): SetupPage {
  return {
    heading: 'Tạo tài khoản quản trị đầu tiên',
    action,
    fields: personFields(typed, slips, 'username'),
    errors: errorLinks(slips),
  }
}

export function accountsPage(
  accounts: StaffAccount[],
  roles: { code: string; name: string }[],
  typed: Typed,
  slips: AccountSlip[],
): AccountsPage {
  const chosen = roles.some(({ code }) => code === typed.role) ? typed.role : officer
  return {
    heading: `${showCount(accounts.length)} tài khoản cán bộ`,
    accounts: accounts.map(({ name, email, roles }) => ({
      name,
      email,
      roles: roles.join(', ') || 'Chưa có vai trò',
    })),
    // "off": the browser must not offer the administrator's own address for somebody else's account.
    fields: personFields(typed, slips, 'off'),
    roles: roles.map(({ code, name }) => ({ code, name, chosen: code === chosen })),
    roleError: errorOf(slips, 'role'),
    errors: errorLinks(slips),
  }
}

function personFields(typed: Typed, slips: AccountSlip[], autocomplete: 'username' | 'off'): TextField[] {
  return [
    {
      id: 'name',
      label: 'Họ và tên',
      hint: '',
      type: 'text',
      autocomplete: autocomplete === 'off' ? 'off' : 'name',
      value: typed.name,
      error: errorOf(slips, 'name'),
    },
    {
      id: 'email',
      label: 'Thư điện tử',
      hint: 'Dùng để đăng nhập.',
      type: 'email',
      autocomplete,
      value: typed.email,
      error: errorOf(slips, 'email'),
    },
    {
      id: 'password',
      label: 'Mật khẩu',
      hint: `Từ ${passwordLength.least} đến ${passwordLength.most} ký tự. Một câu ngắn vừa dễ nhớ vừa khó đoán.`,
      type: 'password',
      autocomplete: 'new-password',
      value: '',
      error: errorOf(slips, 'password'),
    },
  ]
}

function errorOf(slips: AccountSlip[], field: AccountField): string | null {
  return slips.find((slip) => slip.field === field)?.problem.sentence ?? null
}

function errorLinks(slips: AccountSlip[]): ErrorLink[] {
  return slips.map(({ field, problem }) => ({ text: problem.sentence, href: `#${field}` }))
}
