// What makes an account: one rule for the forms of the web and for the command line. Each slip is a Problem of the
// catalogue, so that a form shows it beside its field and the command line prints the same sentence.
import { z } from 'zod'
import { Problem, type ProblemKind } from '../lib/problem.ts'
import { isCommonPassword, passwordLength, plainForm } from './password.ts'

const longestName = 100
const longestEmail = 254

/** Message of each check = kind of the Problem. */
const name = z
  .string('name-wrong')
  .trim()
  .normalize()
  .regex(/^\P{Cc}+$/u, 'name-wrong')
  .max(longestName, 'name-wrong')
const email = z
  .string('email-wrong')
  .trim()
  .toLowerCase()
  .pipe(z.email('email-wrong').max(longestEmail, 'email-wrong'))

const Contact = z.object({ name, email })

/** Somebody with a valid name and an e-mail in lower case. */
export type Contact = z.infer<typeof Contact>

export type AccountField = 'name' | 'email' | 'password' | 'role' | 'agency' | 'code'

export interface AccountSlip {
  field: AccountField
  problem: Problem
}

export type ContactReading = { ok: true; contact: Contact } | { ok: false; slips: AccountSlip[] }

/** The person behind a form, or what has to be corrected, one slip for each field at most. */
export function readContact(form: Record<string, unknown>): ContactReading {
  const read = Contact.safeParse(form)
  if (read.success) return { ok: true, contact: read.data }
  const slips = new Map<unknown, AccountSlip>()
  for (const { path, message } of read.error.issues) {
    const field = path[0] as AccountField
    const details = message === 'name-wrong' ? { most: longestName } : {}
    if (!slips.has(field)) slips.set(field, { field, problem: new Problem(message as ProblemKind, details) })
  }
  return { ok: false, slips: [...slips.values()] }
}

/** What is wrong with a password for this person; undefined for a good one. */
export function passwordSlip(password: unknown, person: Contact): Problem | undefined {
  const { least, most } = passwordLength
  if (typeof password !== 'string' || password.length < least || password.length > most)
    return new Problem('password-weak', passwordLength)
  if (isCommonPassword(password)) return new Problem('password-common')
  const knownToAll = [person.name, person.email, person.email.split('@')[0] ?? '']
  const isKnown = knownToAll.some((known) => plainForm(known) === plainForm(password))
  return isKnown ? new Problem('password-guessable') : undefined
}

/** The field of a form that a refusal is about; undefined when it is about none. */
export function fieldOf(problem: Problem): AccountField | undefined {
  if (problem.kind === 'email-taken') return 'email'
  if (problem.kind === 'role-unknown') return 'role'
  if (problem.kind === 'agency-unknown') return 'agency'
  if (problem.kind === 'agency-wrong' || problem.kind === 'agency-taken') return 'code'
  if (problem.kind.startsWith('password-')) return 'password'
  return undefined
}
