// The fields of the forms of staff: what views/staff/field.ejs and select.ejs draw. A password is never put back.

export interface TextField {
  id: string
  label: string
  hint: string
  type: 'text' | 'email' | 'password'
  autocomplete: string
  value: string
  error: string | null
  /** A code: large, spaced, digits first on a phone. */
  code: boolean
}

export interface SelectField {
  id: string
  label: string
  hint: string
  options: { value: string; text: string; chosen: boolean }[]
  error: string | null
}

export interface ErrorLink {
  text: string
  href: string
}

/** What has to be corrected, and where. */
export interface Slip {
  field: string
  text: string
}

/** What a form about a person holds; '' where nothing was typed. */
export interface Typed {
  name: string
  email: string
  /** Code of the agency. */
  agency: string
}

export function errorLinks(slips: Slip[]): ErrorLink[] {
  return slips.map(({ field, text }) => ({ text, href: `#${field}` }))
}

export function errorOf(slips: Slip[], field: string): string | null {
  return slips.find((slip) => slip.field === field)?.text ?? null
}

/** A field with what most fields have; `more` says the rest. */
export function textField(
  id: string,
  label: string,
  more: Partial<Omit<TextField, 'id' | 'label'>> = {},
): TextField {
  return {
    id,
    label,
    hint: '',
    type: 'text',
    autocomplete: 'off',
    value: '',
    error: null,
    code: false,
    ...more,
  }
}

export function passwordField(
  autocomplete: 'current-password' | 'new-password',
  {
    label = 'Mật khẩu',
    hint = '',
    error = null,
  }: { label?: string; hint?: string; error?: string | null } = {},
): TextField {
  return textField('password', label, { type: 'password', autocomplete, hint, error })
}

export function agencyField(
  agencies: { code: string; name: string }[],
  chosen: string,
  error: string | null,
): SelectField {
  return {
    id: 'agency',
    label: 'Cơ quan, đơn vị',
    hint: '',
    options: agencies.map(({ code, name }) => ({ value: code, text: name, chosen: code === chosen })),
    error,
  }
}
