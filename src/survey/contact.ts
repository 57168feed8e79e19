// Whom a respondent may call: an office, and a number that a phone dials when it is touched.
import type { Survey } from './survey.queries.ts'

export interface Contact {
  office: string
  phone: { text: string; href: string } | null
}

/** null while nobody has filled it in. */
export function contactOf(survey: Pick<Survey, 'contact_office' | 'contact_phone'>): Contact | null {
  const { contact_office: office, contact_phone: phone } = survey
  if (office === '' && phone === '') return null
  // What stands beside a number ("máy lẻ 12", brackets, a second number behind a hyphen) is for people; the dialler gets
  // the first number.
  const [number = ''] = /\+?(?:\(\d+\)\s?|0\d{2,3}\s[-–]\s)?\d(?:[\s.-]?\d){5,}/.exec(phone) ?? []
  const digits = number.replace(/[^\d+]/g, '')
  return {
    office,
    phone:
      phone === ''
        ? null
        : { text: phone.replaceAll(' ', '\u00a0'), href: digits === '' ? '' : `tel:${digits}` },
  }
}

/** The same in one line, "Phòng …, điện thoại 0271…"; null while nobody has filled it in. */
export function contactLine(survey: Pick<Survey, 'contact_office' | 'contact_phone'>): string | null {
  const { contact_office: office, contact_phone: phone } = survey
  return [office, phone === '' ? '' : `điện thoại ${phone}`].filter((part) => part !== '').join(', ') || null
}
