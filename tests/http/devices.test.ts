// One device, several people; several devices, one person: what the browser keeps, for how long, what it is told, and the
// one number that the server counts. season.md, "One person, one ballot"; respondent.md.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decrypt, keyFor } from '../../src/lib/secrets.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { makePerson, signsIn } from '../support/staff.ts'
import { answersAll, answersAndSends, enters, openSurveyWith, type OpenSurvey } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite
let now: Date
let codes: OpenSurvey['codes']
let survey: OpenSurvey['survey']
beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ now: () => now })
  ;({ codes, survey } = await openSurveyWith(site))
})
afterEach(() => site.close())

const sentHere = 'Máy này đã gửi một phiếu'
const goOn = { press: 'Tôi chưa gửi, tiếp tục' }

describe('a device that has sent a ballot', () => {
  test('says so to the next code, opens no card by that, and lets go on', async () => {
    const browser = await answersAndSends(site, codeOf(0), () => '2')
    browser.restart()
    const before = await allRows(site.deps.db)
    await gives(browser, 1)
    expect(browser.current.status).toBe(409)
    expect(browser.current.root.querySelector('h1')?.textContent).toBe(sentHere)
    expect(browser.current.text).toContain('Mỗi người chỉ trả lời một phiếu.')
    expect(await allRows(site.deps.db)).toEqual(before)

    await browser.submit({}, goOn)
    expect(browser.current).toMatchObject({ status: 200, url: '/phieu' })
    await answersAll(browser, () => '3')
    await browser.submit()
    expect(browser.current.url).toBe('/phieu/cam-on')
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(2)
  })

  test('adds one to its unit’s counter for each further ballot, in whatever order cards are given and sent', async () => {
    // Whoever has nine cards may try them all out first.
    const browser = new Browser(site.app)
    for (const card of [0, 1, 2]) await gives(browser, card)
    await gives(browser, 0)
    await answersAll(browser, () => '2')
    await browser.submit()
    expect(await counters()).toEqual({ U1: 0, U2: 0 })

    await gives(browser, 1)
    const asked = browser.current
    for (let again = 0; again < 3; again++) {
      browser.page = asked
      await browser.submit({}, goOn)
    }
    expect(await counters()).toEqual({ U1: 0, U2: 0 })
    const check = await answersAll(browser, () => '3')
    await browser.submit()
    expect(await counters()).toEqual({ U1: 1, U2: 0 })
    browser.page = check
    await browser.submit()
    expect(await counters()).toEqual({ U1: 1, U2: 0 })

    await gives(
      browser,
      codes.findIndex(({ stratum }) => stratum.unit_code === 'U2'),
    )
    await browser.submit({}, goOn)
    await answersAll(browser, () => '3')
    await browser.submit()
    expect(await counters()).toEqual({ U1: 1, U2: 1 })
  })

  test('leaves no other trace: the counter is all that a second ballot from one device changes', async () => {
    const [one, two] = [await answersAndSends(site, codeOf(0), () => '2'), new Browser(site.app)]
    const cardsOfUnit = [1, 2]
    const lines = site.logged.length
    const changes = []
    for (const [i, browser] of [two, one].entries()) {
      const before = await allRows(site.deps.db)
      await gives(browser, cardsOfUnit[i] ?? 0)
      if (browser.current.status === 409) await browser.submit({}, goOn)
      await answersAll(browser, () => '1')
      await browser.submit()
      const after = await allRows(site.deps.db)
      changes.push(
        Object.keys(after)
          .filter((table) => after[table]?.join() !== before[table]?.join())
          .sort(),
      )
    }
    expect(changes).toEqual([
      ['access_code', 'receipt', 'return_day', 'sealed_ballot', 'stratum'],
      ['access_code', 'receipt', 'return_day', 'sealed_ballot', 'stratum', 'unit'],
    ])
    expect(site.logged).toHaveLength(lines)
  })

  test('is not asked about the same code, nor in another survey', async () => {
    const other = await openSurveyWith(site, { slug: 'khac' })
    const browser = await answersAndSends(site, codeOf(0), () => '2')
    await gives(browser, 0)
    expect(browser.current.text).toContain('Phiếu này đã được gửi')
    await browser.get('/')
    await browser.submit({ code: other.codes[0]?.code ?? '' })
    expect(browser.current.url).toBe('/phieu')
  })

  test('keeps of it one mark for weeks, which is sealed and no longer for more ballots', async () => {
    const browser = await answersAndSends(site, codeOf(0), () => '2')
    const mark = browser.cookie('may-da-gui') ?? ''
    await gives(browser, 1)
    await browser.submit({}, goOn)
    await answersAll(browser, () => '3')
    await browser.submit()
    const second = browser.cookie('may-da-gui') ?? ''
    expect(second.length).toBe(mark.length)
    const key = keyFor(site.deps.config.serverSecret, 'respondent-cookie')
    const inside = decrypt(key, 'may-da-gui', Buffer.from(second, 'base64url'))?.toString('utf8')
    expect(JSON.parse(inside ?? '')).toEqual({ surveys: [survey.id] })
    browser.restart()
    expect(browser.cookie('may-da-gui')).toBe(second)
    expect(browser.cookie('da-gui')).toBeUndefined()
    browser.putCookie('may-da-gui', `${second.slice(0, -2)}xx`)
    await gives(browser, 2)
    expect(browser.current.url).toBe('/phieu')
  })

  test('with somebody else’s half ballot on it says both things, one after the other', async () => {
    const browser = await answersAndSends(site, codeOf(0), () => '2')
    await gives(browser, 1)
    await browser.submit({}, goOn)
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '1', A2: '1' })
    await gives(browser, 2)
    expect(browser.current.text).toContain('Máy này còn một phiếu chưa gửi')
    await browser.submit({}, { press: 'Tiếp tục bằng mã của tôi' })
    expect(browser.current.text).toContain(sentHere)
    await browser.submit({}, goOn)
    expect(browser.current.url).toBe('/phieu')
    expect(browser.current.text).not.toContain('Máy này còn giữ')
  })

  test('is told of to whoever may see the whole survey, by unit, and not to the focal point', async () => {
    const browser = await answersAndSends(site, codeOf(0), () => '2')
    await gives(browser, 1)
    await browser.submit({}, goOn)
    await answersAll(browser, () => '3')
    await browser.submit()
    const officer = await signsIn(site, await makePerson(site, 'officer'))
    await officer.get('/dieu-tra/thu/tien-do')
    expect(officer.current.text).toContain('1 cơ quan, đơn vị có phiếu gửi từ máy đã gửi phiếu trước đó')
    expect(officer.current.text).toContain('Sở 1: 1 phiếu')
    const focal = await signsIn(site, await makePerson(site, 'focal-point', { agency: 'U1' }))
    await focal.get('/dieu-tra/thu/don-vi/U1')
    expect(focal.current.text).not.toContain('máy đã gửi')
  })
})

describe('a shared device', () => {
  test('from which one person has sent never tells the next, whose time is over, that theirs is sent', async () => {
    const browser = await answersAndSends(site, codeOf(0), () => '2')
    await gives(browser, 1)
    await browser.submit({}, goOn)
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '1', A2: '1' })
    now = new Date(now.getTime() + 5 * 3_600_000)
    await browser.get('/phieu/phan/2')
    expect(browser.current.status).toBe(403)
    expect(browser.current.text).not.toContain('đã gửi phiếu')
    await browser.submit({ code: codeOf(1) })
    expect(browser.current.text).toContain('Máy này còn giữ 2/4 câu')
  })

  test('forgets what was answered when the browser is closed, and asks for the code again after half an hour', async () => {
    const browser = await enters(site, codeOf(0))
    await browser.submit({}, { press: 'Đây là máy dùng chung' })
    expect(browser.current.text).toContain('câu trả lời chưa gửi mất khi đóng trình duyệt')
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '1', A2: '1' })
    now = new Date(now.getTime() + 31 * 60_000)
    expect((await browser.get('/phieu/phan/2')).status).toBe(403)
    await gives(browser, 0)
    expect(browser.current.text).toContain('Máy này còn giữ 2/4 câu')
    browser.restart()
    expect(browser.cookie('phieu')).toBeUndefined()
    await gives(browser, 0)
    expect(browser.current.url).toBe('/phieu')
    expect(browser.current.text).not.toContain('Máy này còn giữ')
  })

  test('can be one’s own again', async () => {
    const browser = await enters(site, codeOf(0))
    await browser.submit({}, { press: 'Đây là máy dùng chung' })
    await browser.submit({}, { press: 'Đây là máy của riêng tôi' })
    browser.restart()
    expect(browser.cookie('phieu')).toBeDefined()
  })

  test('can be wiped before sending: nothing is kept, the card begins anew', async () => {
    const browser = await enters(site, codeOf(0))
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '1', A2: '1' })
    const before = await allRows(site.deps.db)
    await browser.get('/phieu/dung-lai')
    expect(browser.current.text).toContain('xóa rồi thì không lấy lại được')
    await browser.submit()
    expect(browser.current).toMatchObject({ status: 200, url: '/phieu/da-xoa' })
    for (const cookie of ['phieu', 'phien', 'da-gui']) expect(browser.cookie(cookie)).toBeUndefined()
    expect(await allRows(site.deps.db)).toEqual(before)
    expect((await browser.get('/phieu/dung-lai')).url).toBe('/')
    await gives(browser, 0)
    expect(browser.current.url).toBe('/phieu')
    expect(browser.current.text).not.toContain('Máy này còn giữ')
    // By the way back to the page that said so: what has been kept since is not denied.
    expect((await browser.get('/phieu/da-xoa')).url).toBe('/phieu/dung-lai')
  })

  test('can be wiped after sending: the receipt is gone from it, the ballot is in the box', async () => {
    const browser = await answersAndSends(site, codeOf(0), () => '2')
    await browser.submit({}, { press: 'Xóa mã xác nhận khỏi máy này' })
    expect(browser.current.url).toBe('/phieu/da-xoa')
    expect((await browser.get('/phieu/cam-on')).url).toBe('/')
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(1)
  })
})

test('a page filled in for longer than the session lasts is not lost: the code shows its choices again', async () => {
  for (const address of ['/phieu/phan/1', '/phieu/phan/1/giu']) {
    const card = address.endsWith('giu') ? 0 : 1
    const browser = await enters(site, codeOf(card))
    await browser.get('/phieu/phan/1')
    const page = browser.current
    now = new Date(now.getTime() + 5 * 3_600_000)
    const tag = page.root.querySelector('[name=_phieu]')?.getAttribute('value')
    expect((await browser.post(address, { _phieu: tag, A1: '3', A2: '1' })).status).toBe(403)
    expect((await browser.get('/phieu/phan/1')).status).toBe(403)
    await gives(browser, card)
    expect(browser.current.text).toContain('Máy này còn giữ 2/4 câu')
    // A page of another ballot changes nothing.
    now = new Date(now.getTime() + 5 * 3_600_000)
    const before = browser.cookie('phieu')
    await browser.post(address, { _phieu: 'x'.repeat(16), A1: '1' })
    expect(browser.cookie('phieu')).toBe(before)
  }
})

test('one code on two devices: each begins by itself, the first to send counts, the other is told', async () => {
  const [phone, office] = [await enters(site, codeOf(0)), await enters(site, codeOf(0))]
  await answersAll(phone, () => '1')
  expect((await office.get('/phieu')).text).not.toContain('Máy này còn giữ')
  await answersAll(office, () => '3')
  await office.submit()
  expect(office.current.url).toBe('/phieu/cam-on')
  await phone.submit()
  expect(phone.current.status).toBe(410)
  expect(phone.current.text).toContain('Phiếu này đã được gửi')
  expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(1)
})

function codeOf(i: number): string {
  return codes[i]?.code ?? ''
}

async function gives(browser: Browser, card: number): Promise<void> {
  await browser.get('/')
  await browser.submit({ code: codeOf(card) })
}

async function counters(): Promise<Record<string, number>> {
  const rows = await site.deps.db.selectFrom('unit').select(['code', 'same_device']).orderBy('code').execute()
  return Object.fromEntries(rows.map((row) => [row.code, row.same_device]))
}
