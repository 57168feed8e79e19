// The whole site walked by everybody: each role, a role for one survey, and those who have not shown all that is asked.
// What they should meet comes from the printed table (README, page "Quyền hạn"), what they do meet from the answers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { permissionTable } from '../../src/staff/permission-table.ts'
import type { Permission, StaffRoute } from '../../src/staff/permission.ts'
import { freshMinutes } from '../../src/staff/guard.ts'
import { roles, type RoleCode } from '../../src/staff/role.ts'
import { routesOf } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { knock, nameOf, type Met } from '../support/door.ts'
import { listening, type TestServer } from '../support/server.ts'
import { makePerson, password, signsIn, type PersonDesign } from '../support/staff.ts'
import { openSurveyWith } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

const table = permissionTable()
const codes = roles.map(({ code }) => code)
const forOneSurvey = roles.filter(({ everywhere }) => !everywhere).map(({ code }) => code)

/** Route → what was met there. */
type Walk = Record<string, Met>

let site: TestSite
let server: TestServer
let routes: StaffRoute[]
let now = new Date('2022-10-12T03:00:00Z')
/** Somebody whom the administrators of the walk act upon. */
let victim: string
/** What each role met, held for all surveys. */
const walks = new Map<RoleCode, Walk>()

beforeAll(async () => {
  site = await testSite({ now: () => now })
  server = await listening(site)
  await openSurveyWith(site, { slug: 'thu' })
  await openSurveyWith(site, { slug: 'khac' })
  victim = (await makePerson(site, 'viewer', { email: 'victim@example.com' })).id
  // Last what takes one's own phone or session away.
  const last = ['/can-bo/toi/doi-dien-thoai', '/can-bo/dang-xuat']
  routes = routesOf(site.deps).sort((a, b) => last.indexOf(a.path) - last.indexOf(b.path))
  for (const code of codes) walks.set(code, await walk(await cookieOf(code, { agency: 'U1' })))
}, 120_000)

afterAll(async () => {
  await server.close()
  await site.close()
})

describe('the printed table', () => {
  test('is what everybody meets who walks the whole site', () => {
    const seen = table.rows.map(({ permission }) => ({
      permission,
      met: codes.map((code) => metAt(code, permission)),
    }))
    const printed = table.rows.map(({ permission, may }) => ({
      permission,
      met: may.map((each) => (each ? ['let in'] : ['forbidden'])),
    }))
    expect(seen).toEqual(printed)
    expect(table.roles.map(({ code }) => code)).toEqual(codes)
  })

  test('names each permission that a page asks for, and none that no page asks for', () => {
    const asked = routes
      .map(({ may }) => may)
      .filter((may) => !['anyone', 'signed-in', 'first-step'].includes(may))
    expect([...new Set(asked)].sort()).toEqual(table.rows.map(({ permission }) => permission).sort())
    expect(routes.length).toBeGreaterThan(75)
  })

  function metAt(code: RoleCode, permission: Permission): Met[] {
    const asking = routes.filter(({ may }) => may === permission)
    return [...new Set(asking.map((route) => walks.get(code)?.[nameOf(route)] ?? 'not walked'))]
  }
})

describe('a role', () => {
  test.each(codes)(
    '%s opens what is for anybody signed in as well, and no other door stands open',
    (code) => {
      expect(walks.get(code)).toEqual(expectedFor(({ may }) => mayByTable(code, may)))
    },
  )

  test.each(forOneSurvey)('%s for one survey opens that survey alone', async (code) => {
    const cookie = await cookieOf(code, { survey: 'thu', agency: 'U1' })
    const there = ({ may, path }: StaffRoute) =>
      mayByTable(code, may) && (isForAll(may) || path.includes(':slug'))
    expect(await walk(cookie, { slug: 'khac' })).toEqual(expectedFor(({ may }) => isForAll(may)))
    expect(await walk(await cookieOf(code, { survey: 'thu', agency: 'U1' }))).toEqual(expectedFor(there))
  })

  test('none opens nothing but what is for anybody signed in', async () => {
    expect(await walk(await cookieOf(''))).toEqual(expectedFor(({ may }) => isForAll(may)))
  })

  test('of a focal point opens the own unit, and no unit of another agency', async () => {
    const ofUnits = routes.filter(({ may }) => may === 'unit.read')
    expect(ofUnits.map(({ path }) => path)).toContain('/dieu-tra/:slug/don-vi/:unit/danh-sach')
    for (const survey of [undefined, 'thu']) {
      const cookie = await cookieOf('focal-point', { agency: 'U2', ...(survey && { survey }) })
      for (const route of ofUnits) {
        const at = (unit: string) => knock(server.address, route, { cookie, values: { slug: 'thu', unit } })
        expect(await at('U2'), route.path).toBe('let in')
        for (const unit of ['U1', 'u2', 'U2%20', 'SNV', 'khong-co'])
          expect(await at(unit), `${route.path} ${unit}`).toBe('forbidden')
      }
    }
  })
})

describe('who has not shown all that is asked', () => {
  test('nobody is led to the sign-in by each page, and refused by each form', async () => {
    const before = await allRows(site.deps.db)
    expect(await walk('')).toEqual(expectedFor(({ may }) => may === 'anyone', 'sign in'))
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('a password alone opens the second step, and no other door', async () => {
    const person = await makePerson(site, codes.join(' '), { email: 'half@example.com' })
    const cookie = await cookieAfterPassword(person.email)
    const open = ({ may }: StaffRoute) => may === 'anyone' || may === 'first-step'
    expect(await walk(cookie)).toEqual(expectedFor(open, 'second factor'))
  })

  test('a role that asks for a second factor opens nothing before it is set up', async () => {
    await makePerson(site, codes.join(' '), { email: 'bare@example.com', secondFactor: false })
    const cookie = await cookieAfterPassword('bare@example.com')
    const open = ({ may }: StaffRoute) => may === 'anyone' || may === 'first-step'
    expect(await walk(cookie)).toEqual(expectedFor(open, 'set up second factor'))
  })
})

describe('an act that cannot be undone', () => {
  test('is known as one: what spends, erases, opens, shows all codes or the secret, or lets somebody in', () => {
    const named = routes.filter(({ fresh }) => fresh !== undefined).map(nameOf)
    expect(named).toEqual(
      expect.arrayContaining([
        'post /dieu-tra/:slug/ma',
        'get /dieu-tra/:slug/the',
        'get /dieu-tra/:slug/ma.csv',
        'post /dieu-tra/:slug/da-in',
        'post /dieu-tra/:slug/bat-dau',
        'post /dieu-tra/:slug/ket-thuc',
        'post /dieu-tra/:slug/mo-niem-phong',
        'post /tai-khoan',
        'post /tai-khoan/nap',
        'post /tai-khoan/:id/vai-tro',
        'post /tai-khoan/:id/lien-ket',
        'post /tai-khoan/:id/go-xac-thuc',
        'get /tai-khoan/phieu-kich-hoat',
        'get /he-thong/to-khoi-phuc/in',
      ]),
    )
  })

  test('asks for a fresh proof once the last one is ten minutes old, and does nothing', async () => {
    const cookie = await cookieOf(codes.join(' '), { agency: 'U1' })
    const acts = routes.filter(({ fresh }) => fresh !== undefined)
    expect(acts.length).toBeGreaterThan(12)
    now = new Date(now.getTime() + freshMinutes * 60_000 + 1000)
    const before = await allRows(site.deps.db)
    expect(await walk(cookie, {}, acts)).toEqual(
      Object.fromEntries(acts.map((act) => [nameOf(act), 'prove again'])),
    )
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('leads back to the page where it is asked for again', async () => {
    const browser = await signsIn(site, await makePerson(site, 'officer', { email: 'late@example.com' }))
    now = new Date(now.getTime() + freshMinutes * 60_000 + 1000)
    await browser.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })
    expect(browser.current.url).toBe('/can-bo/xac-nhan-lai?tiep=%2Fdieu-tra%2Fthu%2Fthu-phieu')
    const { state } = await site.deps.db
      .selectFrom('survey')
      .select('state')
      .where('slug', '=', 'thu')
      .executeTakeFirstOrThrow()
    expect(state).toBe('collecting')
  })
})

async function walk(cookie: string, values: Record<string, string> = {}, along = routes): Promise<Walk> {
  const met: Walk = {}
  for (const route of along) {
    // A page for anyone leads nobody anywhere; what else it says (a used link, no ballot) is its own affair.
    const seen = await knock(server.address, route, {
      cookie,
      values: { slug: 'thu', unit: 'U1', id: victim, code: 'U2', number: '1', ...values },
    })
    met[nameOf(route)] = route.may === 'anyone' && /^403 /.test(seen) ? 'let in' : seen
  }
  return met
}

/** What the walk should meet: let in where `open`, else `otherwise`. */
function expectedFor(open: (route: StaffRoute) => boolean, otherwise: Met = 'forbidden'): Walk {
  return Object.fromEntries(routes.map((route) => [nameOf(route), open(route) ? 'let in' : otherwise]))
}

function mayByTable(code: RoleCode, may: StaffRoute['may']): boolean {
  const row = table.rows.find(({ permission }) => permission === may)
  return row === undefined
    ? isForAll(may)
    : row.may[table.roles.findIndex((role) => role.code === code)] === true
}

function isForAll(may: StaffRoute['may']): boolean {
  return ['anyone', 'signed-in', 'first-step'].includes(may)
}

let people = 0

/** The session of somebody new with exactly these roles, signed in as far as it goes. */
async function cookieOf(role: string, design: PersonDesign = {}): Promise<string> {
  const email = `walker${people++}@example.com`
  const person = await makePerson(site, role, { ...design, email, alone: true })
  return sessionOf(await signsIn(site, person, new Browser(server.address)))
}

async function cookieAfterPassword(email: string): Promise<string> {
  const browser = new Browser(server.address)
  await browser.post('/can-bo/dang-nhap', { email, password })
  return sessionOf(browser)
}

function sessionOf(browser: Browser): string {
  const value = browser.cookie('can-bo')
  if (value === undefined) throw new Error('nobody was signed in')
  return `can-bo=${value}`
}
