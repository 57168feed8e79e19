// What makes an account: one rule for the forms of the web and for the command line. Each slip is a Problem of the
// catalogue, so that a form shows it beside its field and the command line prints the same sentence.
import { z } from 'zod'
import { Problem, type ProblemKind } from '../lib/problem.ts'
import { passwordLength } from './password.ts'

/** The role that may do everything, and the one that a new account is offered first (migrations/0002-staff.ts). */
export const administrator = 'administrator'
export const officer = 'officer'

const longestName = 100
const longestEmail = 254

/** Message of each check = kind of the Problem. */
const Person = z
  .object({
    name: z
      .string('name-wrong')
      .trim()
      .normalize()
      .regex(/^\P{Cc}+$/u, 'name-wrong')
      .max(longestName, 'name-wrong'),
    email: z
      .string('email-wrong')
      .trim()
      .toLowerCase()
      .pipe(z.email('email-wrong').max(longestEmail, 'email-wrong')),
    password: z
      .string('password-weak')
      .min(passwordLength.least, 'password-weak')
      .max(passwordLength.most, 'password-weak'),
  })
  .refine(({ name, email, password }) => !isGuessable(password, [name, email, email.split('@')[0] ?? '']), {
    path: ['password'],
    error: 'password-guessable',
  })

/** Somebody with a valid name, e-mail in lower case and password. */
export type Person = z.infer<typeof Person>

export type AccountField = 'name' | 'email' | 'password' | 'role'

export interface AccountSlip {
  field: AccountField
  problem: Problem
}

/** The person behind a form, or what has to be corrected, one slip for each field at most. */
export function readPerson(
  form: Record<string, unknown>,
): { ok: true; person: Person } | { ok: false; slips: AccountSlip[] } {
  const read = Person.safeParse(form)
  if (read.success) return { ok: true, person: read.data }
  const slips = new Map<unknown, AccountSlip>()
  for (const { path, message } of read.error.issues) {
    const field = path[0] as AccountField
    if (!slips.has(field)) slips.set(field, { field, problem: slipOf(message as ProblemKind) })
  }
  return { ok: false, slips: [...slips.values()] }
}

function slipOf(kind: ProblemKind): Problem {
  return new Problem(kind, kind === 'name-wrong' ? { most: longestName } : passwordLength)
}

/** The field of a form that a refusal is about; undefined when it is about none. */
export function fieldOf(problem: Problem): AccountField | undefined {
  if (problem.kind === 'email-taken') return 'email'
  if (problem.kind === 'role-unknown') return 'role'
  return undefined
}

function isGuessable(password: string, knownToAll: string[]): boolean {
  return knownToAll.some((known) => plain(known) === plain(password))
}

/** Spaces, capitals and accents make no guess harder: "Nguyễn Văn An" is "nguyenvanan". */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\s]/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
}
