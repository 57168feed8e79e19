// The staff door in words: data in, page models out. A password or a code is never put back into a page.
import { agencyField, errorLinks, errorOf, passwordField, textField } from './fields.ts'
import type { ErrorLink, SelectField, Slip, TextField, Typed } from './fields.ts'
import { passwordLength } from './password.ts'
import { formatRecoveryCode } from './second-factor.ts'

interface FormPage {
  heading: string
  fields: TextField[]
  errors: ErrorLink[]
}

export interface SignInPage extends FormPage {
  /** Where to go afterwards; '' for the start. */
  next: string
  /** Whether a forgotten password can be mended by mail. */
  mail: boolean
}

export interface NextPage extends FormPage {
  next: string
}

export interface AgainPage extends NextPage {
  /** Unseen, for who keeps passwords in the browser: whose password it is. */
  username: string
}

export interface SetUpPage extends NextPage {
  qr: string
  /** The secret in groups of four, for who cannot scan. */
  secret: string
  obligatory: boolean
}

export interface RecoveryCodesPage {
  heading: string
  codes: string[]
  next: string
}

export interface ChoosePasswordPage extends FormPage {
  person: { label: string; value: string }[]
  username: string
  /** The code goes along unseen. */
  code: string
}

export interface ForgottenPage extends FormPage {
  mail: boolean
}

export interface SetupPage extends FormPage {
  action: string
  agency: SelectField
}

export interface SignInViews {
  'staff/sign-in': SignInPage
  'staff/second-step': NextPage
  'staff/second-factor': SetUpPage
  'staff/recovery-codes': RecoveryCodesPage
  'staff/again': AgainPage
  'staff/activation': FormPage
  'staff/choose-password': ChoosePasswordPage
  'staff/forgotten': ForgottenPage
  'staff/setup': SetupPage
}

export const passwordHint = `Từ ${passwordLength.least} đến ${passwordLength.most} ký tự. Một câu ngắn vừa dễ nhớ vừa khó đoán.`

export function signInPage(next: string, email: string, slips: Slip[], mail: boolean): SignInPage {
  return {
    heading: 'Đăng nhập',
    next,
    mail,
    fields: [
      textField('email', 'Thư điện tử', {
        type: 'email',
        autocomplete: 'username',
        value: email,
        error: errorOf(slips, 'email'),
      }),
      passwordField('current-password', { error: errorOf(slips, 'password') }),
    ],
    errors: errorLinks(slips),
  }
}

const codeSlips = (error: string | null): Slip[] => (error === null ? [] : [{ field: 'code', text: error }])

export function secondStepPage(next: string, error: string | null): NextPage {
  return {
    heading: 'Nhập mã xác thực',
    next,
    fields: [
      textField('code', 'Mã xác thực', {
        hint: '6 chữ số đang hiện trong ứng dụng xác thực trên điện thoại, hoặc một mã đăng nhập dự phòng.',
        autocomplete: 'one-time-code',
        code: true,
        error,
      }),
    ],
    errors: errorLinks(codeSlips(error)),
  }
}

export function setUpPage(input: {
  secret: string
  qr: string
  next: string
  error: string | null
  obligatory: boolean
}): SetUpPage {
  const { secret, qr, next, error, obligatory } = input
  return {
    heading: 'Bật xác thực hai bước',
    qr,
    secret: secret.replace(/.{4}(?=.)/g, '$& '),
    next,
    obligatory,
    fields: [
      textField('code', 'Mã 6 chữ số trên điện thoại', { autocomplete: 'one-time-code', code: true, error }),
    ],
    errors: errorLinks(codeSlips(error)),
  }
}

export function recoveryCodesPage(codes: string[], next: string): RecoveryCodesPage {
  return { heading: 'Hãy cất mười mã đăng nhập dự phòng', codes: codes.map(formatRecoveryCode), next }
}

export function againPage(
  next: string,
  { email, hasSecondFactor }: { email: string; hasSecondFactor: boolean },
  error: string | null,
): AgainPage {
  return {
    heading: 'Xác nhận lại danh tính',
    next,
    username: email,
    fields: [
      passwordField('current-password', { error }),
      ...(hasSecondFactor
        ? [
            textField('code', 'Mã xác thực', {
              hint: '6 chữ số đang hiện trên điện thoại, hoặc một mã đăng nhập dự phòng. Mỗi mã chỉ dùng một lần.',
              autocomplete: 'one-time-code',
              code: true,
            }),
          ]
        : []),
    ],
    errors: error === null ? [] : [{ text: error, href: '#password' }],
  }
}

export function activationPage(typed: string, error: string | null): FormPage {
  return {
    heading: 'Kích hoạt tài khoản hoặc đặt lại mật khẩu',
    fields: [
      textField('code', 'Mã kích hoạt hoặc mã đặt lại mật khẩu', {
        hint: '16 ký tự trên phiếu kích hoạt hoặc trong thư, ví dụ BCFG HJKM NPQR TVX2. Không cần gõ dấu cách.',
        value: typed,
        code: true,
        error,
      }),
    ],
    errors: errorLinks(codeSlips(error)),
  }
}

export function choosePasswordPage(
  code: string,
  { name, email, agency }: { name: string; email: string; agency: { name: string } },
  error: string | null,
): ChoosePasswordPage {
  return {
    heading: 'Đặt mật khẩu',
    person: [
      { label: 'Họ và tên', value: name },
      { label: 'Cơ quan, đơn vị', value: agency.name },
      { label: 'Thư điện tử để đăng nhập', value: email },
    ],
    code,
    username: email,
    fields: [passwordField('new-password', { label: 'Mật khẩu mới', hint: passwordHint, error })],
    errors: error === null ? [] : [{ text: error, href: '#password' }],
  }
}

export function forgottenPage(mail: boolean, email: string, error: string | null): ForgottenPage {
  return {
    heading: 'Quên mật khẩu',
    mail,
    fields: mail
      ? [textField('email', 'Thư điện tử', { type: 'email', autocomplete: 'username', value: email, error })]
      : [],
    errors: error === null ? [] : [{ text: error, href: '#email' }],
  }
}

export function setupPage(
  action: string,
  typed: Typed,
  agencies: { code: string; name: string }[],
  slips: Slip[],
): SetupPage {
  return {
    heading: 'Tạo tài khoản quản trị đầu tiên',
    action,
    fields: [
      ...personFields(typed, slips, 'own'),
      passwordField('new-password', { hint: passwordHint, error: errorOf(slips, 'password') }),
    ],
    agency: agencyField(agencies, typed.agency, errorOf(slips, 'agency')),
    errors: errorLinks(slips),
  }
}

/** Name and address; for somebody else's account the browser must not offer one's own. */
export function personFields(typed: Typed, slips: Slip[], whose: 'own' | 'other'): TextField[] {
  return [
    textField('name', 'Họ và tên', {
      autocomplete: whose === 'own' ? 'name' : 'off',
      value: typed.name,
      error: errorOf(slips, 'name'),
    }),
    textField('email', 'Thư điện tử', {
      type: 'email',
      hint: 'Dùng để đăng nhập.',
      autocomplete: whose === 'own' ? 'username' : 'off',
      value: typed.email,
      error: errorOf(slips, 'email'),
    }),
  ]
}
