// Whom to call: the number that a phone dials is the first of those that were written down, whole.
import { expect, test } from 'vitest'
import { contactOf } from '../../../src/survey/contact.ts'

test.each([
  ['0271 3887 123', 'tel:02713887123'],
  ['0271.3887.123', 'tel:02713887123'],
  ['(0271) 3887-123', 'tel:02713887123'],
  ['+84 271 3887 123', 'tel:+842713887123'],
  ['0271 3887 123, máy lẻ 12', 'tel:02713887123'],
  ['0271 3887 123 (12)', 'tel:02713887123'],
  ['0271 3887 123 - 0912 345 678', 'tel:02713887123'],
  ['0271 3887 123 – 0912 345 678', 'tel:02713887123'],
  ['0271 3887 123 / 0912 345 678', 'tel:02713887123'],
  ['0271 - 3887 123', 'tel:02713887123'],
  ['+84 (0)271 3887 123', 'tel:02713887123'],
  ['Anh Nam: 0912 345 678', 'tel:0912345678'],
  ['1022', ''],
])('%s dials %s', (phone, href) => {
  expect(contactOf({ contact_office: 'Phòng CCHC', contact_phone: phone })?.phone?.href).toBe(href)
})
