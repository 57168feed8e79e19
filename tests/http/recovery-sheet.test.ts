// The recovery sheet: the start page stays red until somebody confirms that the server secret lies on paper, and the
// secret is on that paper alone.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp, routesOf } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { actsOf, makePerson, provesAgain, signedIn, signsIn, type Person } from '../support/staff.ts'
import { openSurveyWith } from '../support/survey.ts'

const sheet = '/he-thong/to-khoi-phuc'
const secret = 'a secret of the tests, long enough'

let site: TestSite
let now: Date
let person: Person
let admin: Browser

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ now: () => now })
  person = await makePerson(site, 'administrator')
  admin = await signsIn(site, person)
})

afterEach(() => site.close())

test('the start page is red for the administrator until the sheet is confirmed, and for nobody else', async () => {
  expect(isRed(await open(admin))).toBe(true)
  for (const role of ['officer', 'viewer', 'auditor', ''])
    expect(isRed(await open(await signedIn(site, role))), role).toBe(false)
  const check = await printedCheck()
  await admin.get(sheet)
  await admin.submit({ check })
  expect(admin.current.url).toBe('/dieu-tra?tin=da-cat')
  expect(admin.current.text).toContain('Tờ khôi phục đã được ghi nhận là đã cất.')
  expect(isRed(admin)).toBe(false)
  await admin.get(sheet)
  expect(admin.current.text).toContain('Tờ khôi phục đã được cất')
  expect(admin.current.root.querySelector('main form')).toBeNull()
  expect(admin.current.text).not.toContain('Gõ sáu ký tự kiểm tra')
  expect((await actsOf(site)).at(-1)).toBe(
    'Người administrator: Xác nhận đã cất tờ khôi phục khóa gốc của hệ thống.',
  )
})

test.each(['', 'BCF GHJ', 'bí mật', 'a secret of the tests, long enough'])(
  'the check symbols %j are refused, and nothing is confirmed',
  async (check) => {
    await admin.get(sheet)
    await admin.submit({ check })
    expect(admin.current.status).toBe(422)
    expect(admin.current.text).toContain('Sáu ký tự vừa gõ không khớp với tờ khôi phục.')
    expect(admin.current.root.querySelector('.govuk-error-summary a')?.getAttribute('href')).toBe('#check')
    expect(isRed(await open(admin))).toBe(true)
    expect((await actsOf(site)).join()).not.toContain('Xác nhận đã cất')
  },
)

test('the check symbols are taken in small letters and without the space', async () => {
  const check = await printedCheck()
  await admin.post(sheet, { check: ` ${check.toLowerCase().replace(' ', '')} ` })
  expect(admin.current.url).toBe('/dieu-tra?tin=da-cat')
})

test('a server secret that changed asks for a new sheet with other symbols', async () => {
  const check = await printedCheck()
  await admin.post(sheet, { check })
  const config = {
    ...site.deps.config,
    serverSecret: Buffer.from('another secret of the tests, long enough'),
  }
  // The sessions and second factors of before are lost with the old secret: this one is known by its old engine still.
  const changed = new Browser(createApp({ ...site.deps, config }))
  changed.putCookie('can-bo', admin.cookie('can-bo') ?? '')
  expect(isRed(await open(changed))).toBe(true)
  await changed.post(sheet, { check })
  expect(changed.current.status).toBe(422)
  expect(isRed(await open(admin)), 'the old one still has its sheet').toBe(false)
})

test('opening the sheet asks for a fresh proof, shows the whole secret, and is written down', async () => {
  now = new Date(now.getTime() + 11 * 60_000)
  person.steps = 0
  await admin.get(`${sheet}/in`)
  expect(admin.current.url).toBe(`/can-bo/xac-nhan-lai?tiep=${encodeURIComponent(sheet)}`)
  expect(admin.current.html).not.toContain(secret.slice(0, 16))
  await provesAgain(site, person, admin)
  expect(admin.current.url).toBe(sheet)
  expect((await actsOf(site)).join()).not.toContain('Mở tờ khôi phục')

  await admin.get(`${sheet}/in`)
  const [lines, check] = admin.current.root.querySelectorAll('.secret')
  expect(lines?.querySelectorAll('span').map((each) => each.text)).toEqual([
    'a␣secret␣of␣the␣',
    'tests,␣long␣enou',
    'gh',
  ])
  expect(check?.text).toMatch(/^[2-9B-Z]{3} [2-9B-Z]{3}$/)
  expect(admin.current.text).toContain('In ngày 12/10/2022.')
  expect(admin.current.headers['cache-control']).toContain('no-store')
  expect((await actsOf(site)).at(-1)).toBe('Người administrator: Mở tờ khôi phục khóa gốc của hệ thống.')
})

test('the sheet says where the secret has to be put back', async () => {
  await admin.get(`${sheet}/in`)
  expect(admin.current.text).toContain('nhập lại khóa gốc vào dòng SERVER_SECRET trong cấu hình máy chủ,')
  const file = join(site.deps.config.dataDir, 'secret')
  writeFileSync(file, secret)
  await admin.get(`${sheet}/in`)
  expect(admin.current.text).toContain(
    'nhập lại khóa gốc vào tệp có tên secret trong thư mục dữ liệu của máy chủ (DATA_DIR),',
  )
  rmSync(file)
})

test.each(['officer', 'auditor', 'viewer'])('a %s opens neither the page nor the sheet', async (role) => {
  const browser = await signedIn(site, role)
  for (const path of [sheet, `${sheet}/in`]) expect((await browser.get(path)).status, path).toBe(403)
  expect((await browser.post(sheet, { check: await printedCheck() })).status).toBe(403)
  expect(isRed(await open(admin))).toBe(true)
})

test('the secret is on no other page, in no file of the log, and in no line that the program logs', async () => {
  await openSurveyWith(site, { slug: 'thu' })
  await admin.get(`${sheet}/in`)
  const pieces = [
    secret,
    ...['a secret of the', 'a␣secret␣of␣the', 'tests, long enou', 'tests,␣long␣enou'],
    Buffer.from(secret).toString('base64'),
  ]
  const looked: string[] = []
  for (const { method, path } of routesOf(site.deps)) {
    if (method !== 'get' || path === `${sheet}/in`) continue
    const address = path.replace(':slug', 'thu').replace(':unit', 'U1').replace(':id', person.id)
    await admin.get(address)
    expect(admin.current.status, address).toBeLessThan(500)
    looked.push(address)
    for (const piece of pieces) expect(admin.current.html, address).not.toContain(piece)
  }
  expect(looked).toEqual(expect.arrayContaining(['/dieu-tra', '/nhat-ky', '/quyen-han', sheet, '/tai-khoan']))
  await admin.post('/nhat-ky/xuat', {})
  for (const piece of pieces) {
    expect(admin.current.html).not.toContain(piece)
    expect(site.logged.join('\n')).not.toContain(piece)
  }
})

async function open(browser: Browser): Promise<Browser> {
  await browser.get('/dieu-tra')
  expect(browser.current.url).toBe('/dieu-tra')
  return browser
}

/** Whether the start page warns of the missing sheet. */
function isRed({ current }: Browser): boolean {
  return current.root.querySelector(`main a[href="${sheet}"]`) !== null
}

/** As somebody reads them off the paper. */
async function printedCheck(): Promise<string> {
  await admin.get(`${sheet}/in`)
  return admin.current.root.querySelectorAll('.secret')[1]?.text ?? 'none'
}
