// The small building bricks of every survey file: codes, exact numbers, flags.
import { z } from 'zod'

const codeRule = 'mã chỉ gồm 1–20 chữ cái không dấu, chữ số, dấu chấm, gạch ngang hoặc gạch dưới'

/** A code of a unit, group, item, option or criterion: 1 to 20 ASCII letters, digits, dot, hyphen or underscore. */
export const codeText = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$/, codeRule)
export const optionalCode = z.string().regex(/^([A-Za-z0-9][A-Za-z0-9._-]{0,19})?$/, codeRule)

/** A day of the calendar as YYYY-MM-DD, or nothing. */
export function optionalDay(message: string) {
  const isDay = (text: string) => z.iso.date().safeParse(text).success
  return z
    .string(message)
    .trim()
    .refine((text) => text === '' || isDay(text), message)
}

/** A non-negative number kept as text so that it stays exact: "2", "0.5" or a fraction "1/3". */
export const exactNumber = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6}|\/[1-9]\d{0,5})?$/, 'phải là số không âm, ví dụ 2 hoặc 0.5 hoặc 1/3')
