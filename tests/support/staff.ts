// People of staff for tests: made through the services, signed in through the forms, with the second factor that their
// role asks for.
import { generate } from 'otplib'
import { operator } from '../../src/staff/actor.ts'
import { findRole, needsSecondFactor } from '../../src/staff/role.ts'
import { formatRecoveryCode } from '../../src/staff/second-factor.ts'
import { secretToSetUp, turnOnSecondFactor } from '../../src/staff/second-factor.service.ts'
import type { Assignment } from '../../src/staff/staff.queries.ts'
import { createStaff, organiserCode } from '../../src/staff/staff.service.ts'
import type { TestSite } from './app.ts'
import { Browser } from './browser.ts'

export const password = 'mot mat khau du dai'

export interface Person {
  id: string
  email: string
  password: string
  /** '' for somebody without a second factor. */
  secret: string
  recoveryCodes: string[]
  /** Time steps of the code that were used, before and after now: each counts once. */
  steps: number
}

export interface PersonDesign {
  email?: string
  name?: string
  agency?: string
  /** Short name of the survey that the roles are for; all surveys without it. */
  survey?: string
  /** Where the role does not ask for one, none is set up; `false` leaves it out where it does. */
  secondFactor?: boolean
  /** When somebody else last altered the account (ISO); long ago without it. */
  alteredAt?: string
  /** Exactly the named role: an administrator who is no officer. */
  alone?: boolean
}

/** Roles of an account for which a test names one: whoever administers in a test runs the survey as well. */
export function rolesFor(role: string, survey?: string, alone = false): Assignment[] {
  const both = role === 'administrator' && !alone
  const codes = both ? ['administrator', 'officer'] : role === '' ? [] : role.split(' ')
  return codes.map((code) => ({ role: code, survey: survey ?? null }))
}

export async function makePerson(
  { deps }: TestSite,
  role: string,
  design: PersonDesign = {},
): Promise<Person> {
  const email = design.email ?? `${role || 'nobody'}@example.com`
  const roles = rolesFor(role, design.survey, design.alone)
  const agency = design.agency ?? organiserCode
  const name = design.name ?? `Người ${role}`
  const id = await createStaff(deps, operator, { email, name, agency, roles, password })
  // Somebody who has been there for long: a new account is no party to an opening.
  await deps.db
    .updateTable('staff')
    .set({ altered_at: design.alteredAt ?? '' })
    .where('id', '=', id)
    .execute()
  const held = roles.flatMap((each) => {
    const found = findRole(each.role)
    return found ? [{ role: found, survey: each.survey }] : []
  })
  const person: Person = { id, email, password, secret: '', recoveryCodes: [], steps: -1 }
  if (design.secondFactor ?? needsSecondFactor(held)) await turnOn(deps, person)
  return person
}

/** As if the person had scanned the code half a minute ago: so two codes are left at one and the same moment. */
async function turnOn(deps: TestSite['deps'], person: Person): Promise<void> {
  person.secret = secretToSetUp(deps, person.id)
  const code = await nextCode(deps, person)
  const codes = await deps.db
    .transaction()
    .execute((trx) => turnOnSecondFactor(deps, trx, { staffId: person.id, sessionId: person.id }, code))
  if (!codes) throw new Error('the second factor was not set up')
  person.recoveryCodes = codes.map(formatRecoveryCode)
}

/** The next code of the person's phone that was not used yet. */
export async function nextCode({ clock }: Pick<TestSite['deps'], 'clock'>, person: Person): Promise<string> {
  const epoch = Math.floor(clock().getTime() / 1000) + 30 * person.steps++
  return generate({ secret: person.secret, epoch })
}

/** Signs in by the forms, both steps; the browser stands on the page it is led to. */
export async function signsIn(
  site: TestSite,
  person: Person,
  browser = new Browser(site.app),
): Promise<Browser> {
  await browser.get('/can-bo/dang-nhap')
  await browser.submit({ email: person.email, password: person.password })
  if (browser.current.url.startsWith('/can-bo/buoc-hai'))
    await browser.submit({ code: await nextCode(site.deps, person) })
  return browser
}

/** On the page that sets up the second factor: "scans" it, types the code, stands before the recovery codes; the secret. */
export async function setUpSecondFactor({ deps }: TestSite, browser: Browser): Promise<string> {
  const secret = (browser.current.root.querySelector('details .code')?.textContent ?? '').replaceAll(' ', '')
  await browser.submit({ code: await generate({ secret, epoch: deps.clock().getTime() / 1000 }) })
  if (!browser.current.text.includes('Hãy cất mười mã đăng nhập dự phòng'))
    throw new Error(browser.current.text)
  return secret
}

/** Somebody of staff with this role, signed in. */
export async function signedIn(
  site: TestSite,
  role = 'administrator',
  at: TestSite['app'] | string = site.app,
  design: PersonDesign = {},
): Promise<Browser> {
  return signsIn(site, await makePerson(site, role, design), new Browser(at))
}

/** On the page that asks again: shows password and code, and is led back to where the act was wanted. */
export async function provesAgain(site: TestSite, person: Person, browser: Browser): Promise<void> {
  const code = person.secret === '' ? {} : { code: await nextCode(site.deps, person) }
  await browser.submit({ password: person.password, ...code })
}

/** What the log of acts says, oldest first: "name: words". */
export async function actsOf({ deps }: TestSite): Promise<string[]> {
  const lines = await deps.db.selectFrom('act_log').select(['name', 'words']).orderBy('position').execute()
  return lines.map(({ name, words }) => `${name}: ${words}`)
}
