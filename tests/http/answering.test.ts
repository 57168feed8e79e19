// A respondent's five minutes through the front door: from the card to the receipt, with every way to stumble.
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatCode } from '../../src/access/code.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import {
  answersAll,
  answersAndSends,
  enters,
  openSurveyWith,
  type OpenSurvey,
  type SmallDesign,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite
let now: Date

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ now: () => now })
})
afterEach(() => site.close())

describe('a card', () => {
  const ways: [string, (code: string) => string][] = [
    ['as it is printed', formatCode],
    ['without spaces', (code) => code],
    ['in small letters', (code) => code.toLowerCase()],
    ['with hyphens and spaces around', (code) => `  ${formatCode(code).replaceAll(' ', '-')} `],
    ['as the whole link behind the QR code', (code) => `https://khaosat.example.vn/#${code}`],
    ['as a link with spaces in it', (code) => ` khaosat.example.vn/#${formatCode(code)}`],
    ['full-width, from an Asian keyboard', (code) => fullWidth(code)],
    ['with what a messenger puts in between', (code) => `${code.slice(0, 6)}\u200b\u00a0${code.slice(6)}`],
    ['with S for 5 and z for 2', (code) => code.replaceAll('5', 'S').replaceAll('2', 'z')],
  ]

  test.each(ways)('opens the welcome page when its code is typed %s', async (_way, typed) => {
    const { codes } = await collecting()
    const browser = await enters(site, typed(codeOf(codes, 0)))
    expect(browser.current).toMatchObject({ status: 200, url: '/phieu' })
  })

  test('is welcomed with whom it is for, who asks, by which plan, how long it takes and whom to call', async () => {
    const { codes } = await collecting()
    const official = codes.find(({ stratum }) => stratum.unit_code === 'U2' && stratum.group_code === 'CC')
    const { text } = (await enters(site, official?.code ?? '')).current
    expect(text).toContain('Phiếu dành cho: Công chức – Sở 2.')
    expect(text).toContain('Không đúng? Hãy dừng lại và đổi thẻ ở công chức đầu mối.')
    expect(text).toContain('Sở Nội vụ hỏi ý kiến theo Kế hoạch số 12/KH-UBND ngày 05/10/2022')
    expect(text).toContain('4 câu hỏi trong 2 phần, khoảng 6 phút.')
    expect(text).toContain('Cần giúp: Phòng CCHC, điện thoại 0271 000 000.')
    expect(text).toContain('Hệ thống không lưu thông tin nào cho biết ai đã trả lời phiếu nào.')
  })

  test('leaves one count behind and nothing else, until its ballot is sent', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    const entered = await allRows(site.deps.db)
    expect(entered.access_code?.filter((row) => row.includes('"opened"'))).toHaveLength(1)
    expect(entered.stratum?.filter((row) => row.includes('"opened":1'))).toHaveLength(1)

    await answersAll(browser, { A1: '1', A2: '2', B1: '3', B2: '0' })
    expect(await allRows(site.deps.db)).toEqual(entered)
  })
})

describe('the pages of a questionnaire', () => {
  test('are one for each section, then the check, then the thanks', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    expect(headings(browser)).toEqual(['Phần 1/2', 'Chỉ đạo'])
    await browser.submit({ A1: '3', A2: '2' })
    expect(headings(browser)).toEqual(['Phần 2/2', 'Thủ tục'])
    expect(buttons(browser)).toEqual(['Kiểm tra câu trả lời'])
    await browser.submit({ B1: '1', B2: '0' })
    expect(browser.current.url).toBe('/phieu/kiem-tra')
    await browser.submit()
    expect(browser.current).toMatchObject({ status: 200, url: '/phieu/cam-on' })
  })

  test('are a single one where the survey says so', async () => {
    const { codes } = await collecting({ settings: { layout: 'one-page' } })
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    expect(names(browser)).toEqual(['A1', 'A2', 'B1', 'B2'])
    expect(browser.current.root.querySelectorAll('main h2').map((each) => each.textContent)).toEqual([
      'Chỉ đạo',
      'Thủ tục',
    ])
    await browser.submit({ A1: '3', A2: '2', B1: '1', B2: '0' })
    expect(browser.current.url).toBe('/phieu/kiem-tra')
    await browser.submit()
    expect(browser.current.url).toBe('/phieu/cam-on')
  })

  test('hold plain forms: a field called code, then a fieldset and radios named after each item', async () => {
    const { codes } = await collecting()
    const browser = new Browser(site.app)
    await browser.get('/')
    expect(
      browser.current.root.querySelectorAll('main form input').map((each) => each.getAttribute('name')),
    ).toEqual(['code'])
    await browser.submit({ code: codeOf(codes, 0) })
    await browser.get('/phieu/phan/1')
    const sets = browser.current.root.querySelectorAll('main form fieldset')
    expect(sets.map((set) => set.querySelector('legend')?.textContent)).toEqual(['Câu một?', 'Câu hai?'])
    for (const [i, set] of sets.entries()) {
      const radios = set.querySelectorAll('input')
      expect(radios.map((radio) => radio.getAttribute('type'))).toEqual(['radio', 'radio', 'radio', 'radio'])
      expect(new Set(radios.map((radio) => radio.getAttribute('name')))).toEqual(new Set([`A${i + 1}`]))
      expect(radios.map((radio) => radio.getAttribute('value'))).toEqual(['1', '2', '3', '0'])
      for (const radio of radios)
        expect(set.querySelector(`label[for="${radio.id}"]`)?.textContent).not.toBe('')
    }
  })

  test('ask once for what is missing, keep what was chosen, and let it be left blank', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '2' })

    expect(browser.current).toMatchObject({ status: 422, url: '/phieu/phan/1' })
    expect(summary(browser)).toEqual([['Chưa trả lời: Câu hai?', '#A2-0']])
    expect(browser.current.root.querySelector('#A2-0')).not.toBeNull()
    expect(chosen(browser)).toEqual({ A1: '2' })

    await browser.submit({}, { press: 'Để trống câu này và tiếp tục' })
    expect(browser.current).toMatchObject({ status: 200, url: '/phieu/phan/2' })
    await browser.submit({ B1: '1', B2: '1' })
    expect(browser.current.text).toContain('Anh/chị đã trả lời 3/4 câu. Các câu để trống không được tính.')
    expect(shown(browser)).toEqual({
      'Câu một?': 'Trung bình',
      'Câu hai?': 'Để trống',
      'Câu ba?': 'Kém',
      'Câu bốn?': 'Kém',
    })
  })

  test('can be left blank altogether', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    await browser.submit()
    expect(summary(browser)).toHaveLength(2)
    await browser.submit({}, { press: 'Để trống 2 câu này và tiếp tục' })
    expect(browser.current.url).toBe('/phieu/phan/2')
  })

  test('lose nothing by going back, reloading, or leaving after a page that was not complete', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '2', A2: '0' })
    await browser.submit({ B1: '3' })
    expect(browser.current.status).toBe(422)

    await browser.get('/phieu/phan/1')
    expect(chosen(browser)).toEqual({ A1: '2', A2: '0' })
    await browser.get('/phieu/phan/1')
    expect(chosen(browser)).toEqual({ A1: '2', A2: '0' })
    await browser.get('/phieu/phan/2')
    expect(chosen(browser)).toEqual({ B1: '3' })
    await browser.submit({ B2: '1' })
    await browser.get('/phieu/kiem-tra')
    await browser.get('/phieu/kiem-tra')
    expect(shown(browser)).toEqual({
      'Câu một?': 'Trung bình',
      'Câu hai?': 'Không biết / không có ý kiến',
      'Câu ba?': 'Tốt',
      'Câu bốn?': 'Kém',
    })
  })

  test('take a changed mind: the newest choice counts, also an answer taken back', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await answersAll(browser, { A1: '1', A2: '1', B1: '1', B2: '1' })
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '3', A2: undefined })
    await browser.submit({}, { press: 'Để trống câu này và tiếp tục' })
    await browser.get('/phieu/kiem-tra')
    expect(shown(browser)).toMatchObject({ 'Câu một?': 'Tốt', 'Câu hai?': 'Để trống', 'Câu ba?': 'Kém' })
  })
})

describe('keeping as one goes', () => {
  test('puts each choice into the browser, stores nothing, and goes on where the person was', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    const before = await allRows(site.deps.db)
    const tag = browser.current.root.querySelector('input[name=_phieu]')?.getAttribute('value')
    const kept = await browser.post('/phieu/phan/1/giu', { _phieu: tag, A2: '3' })
    expect(kept).toMatchObject({ status: 204, html: '' })
    expect(await allRows(site.deps.db)).toEqual(before)
    browser.restart()
    await browser.get('/')
    await browser.submit({ code: codeOf(codes, 0) })
    expect(browser.current.text).toContain('Máy này còn giữ 1/4 câu')
    await browser.get(browser.current.root.querySelector('main a.govuk-button')?.getAttribute('href') ?? '')
    expect(browser.current.url).toBe('/phieu/phan/1')
    expect(chosen(browser)).toEqual({ A2: '3' })
  })

  test('in an old copy of the page, in another tab, unmakes no choice', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    const old = browser.current
    await browser.submit({ A1: '1', A2: '2' })
    const tag = old.root.querySelector('input[name=_phieu]')?.getAttribute('value')
    await browser.post('/phieu/phan/1/giu', { _phieu: tag, A2: '3' })
    await browser.get('/phieu/phan/1')
    expect(chosen(browser)).toEqual({ A1: '1', A2: '3' })
  })

  test('refuses what is no page of the open ballot, and leaves what is kept as it is', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    const tag = browser.current.root.querySelector('input[name=_phieu]')?.getAttribute('value')
    const before = browser.cookie('phieu')
    for (const [path, fields, status] of [
      ['/phieu/phan/1/giu', { A1: '1' }, 409],
      ['/phieu/phan/9/giu', { _phieu: tag, A1: '1' }, 404],
    ] as const)
      expect((await browser.post(path, fields)).status).toBe(status)
    expect(browser.cookie('phieu')).toBe(before)
    await browser.post('/phieu/phan/1/giu', { _phieu: tag, A1: 'khong co', B1: '1', X: '2' })
    await browser.get('/phieu/phan/1')
    expect(chosen(browser)).toEqual({})
    expect((await new Browser(site.app).post('/phieu/phan/1/giu', { A1: '1' })).status).toBe(403)
  })
})

describe('sending', () => {
  test('stores one ballot and shows the receipt that stands in the list, also after a reload', async () => {
    const { codes } = await collecting()
    const browser = await answersAndSends(site, codeOf(codes, 0), () => '3')
    expect(browser.current.text).toContain('Phiếu đã được gửi')
    const receipt = receiptOn(browser)
    expect(receipt).toMatch(/^[2-9BCFGHJKMNPQRTVX]{5}-[2-9BCFGHJKMNPQRTVX]{5}$/)
    await browser.get('/phieu/cam-on')
    expect(receiptOn(browser)).toBe(receipt)

    const { sealed_ballot, receipt: receipts, response } = await allRows(site.deps.db)
    expect(sealed_ballot).toHaveLength(1)
    expect(receipts).toHaveLength(1)
    expect(receipts?.[0]).toContain(receipt.replace('-', ''))
    expect(response).toHaveLength(0)
  })

  test('takes the answers out of the browser, and the card is used', async () => {
    const { codes } = await collecting()
    const browser = await answersAndSends(site, codeOf(codes, 0), () => '3')
    expect(browser.cookie('phieu')).toBeUndefined()
    expect(browser.cookie('phien')).toBeUndefined()
    await browser.get('/')
    await browser.submit({ code: codeOf(codes, 0) })
    expect(browser.current).toMatchObject({ status: 410 })
    expect(browser.current.text).toContain('Phiếu này đã được gửi')
  })

  test('a ballot below 70 % of the answers is warned of first and sent when the person insists', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await answersAll(browser, { A1: '1', B1: '2' })
    await browser.submit()
    expect(browser.current).toMatchObject({ status: 422 })
    expect(browser.current.text).toContain(
      'Anh/chị mới trả lời 2 câu; phiếu cần ít nhất 3 câu trả lời để được tính là hợp lệ.',
    )
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(0)

    await browser.submit({}, { press: 'Vẫn gửi phiếu (không sửa được nữa)' })
    expect(browser.current.url).toBe('/phieu/cam-on')
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(1)
  })

  test('a ballot with 70 % of the answers goes in without a warning, and "không biết" is an answer', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await answersAll(browser, { A1: '0', A2: '0', B1: '0' })
    await browser.submit()
    expect(browser.current.url).toBe('/phieu/cam-on')
  })

  test('a thanks page that nobody earned leads to the entry', async () => {
    await collecting()
    const browser = new Browser(site.app)
    await browser.get('/phieu/cam-on')
    expect(browser.current.url).toBe('/')
  })
})

describe('what the browser keeps', () => {
  test('opens the card again when the store was put back to before it was opened', async () => {
    const { codes } = await collecting()
    const code = codeOf(codes, 0)
    const browser = await enters(site, code)
    const [opened] = await site.deps.db
      .selectFrom('access_code')
      .selectAll()
      .where('state', '=', 'opened')
      .execute()
    await site.deps.db.updateTable('access_code').set({ state: 'issued' }).execute()
    await site.deps.db.updateTable('stratum').set({ opened: 0 }).execute()
    await browser.get('/')
    await browser.submit({ code })
    const { stratum, access_code } = await allRows(site.deps.db)
    expect(access_code?.filter((row) => row.includes('"opened"')).join()).toContain(opened?.hash)
    expect(stratum?.filter((row) => row.includes('"opened":1'))).toHaveLength(1)
  })

  test('is nothing where cookies are refused: the page says so and does not only ask for the code again', async () => {
    const { codes } = await collecting()
    const form = { code: codeOf(codes, 0) }
    const entered = await request(site.app).post('/vao').type('form').send(form)
    expect(entered.headers.location).toBe('/phieu')
    const welcome = await request(site.app).get('/phieu')
    expect(welcome.status).toBe(403)
    expect(welcome.text).toContain('Trình duyệt này không nhớ được mã')
    const browser = await enters(site, form.code)
    browser.restart()
    await browser.get('/phieu')
    expect(browser.current.status).toBe(403)
    expect(browser.current.text).not.toContain('không nhớ được mã')
  })

  test('shows nothing by itself after a restart; the same code brings everything back', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '2', A2: '3' })
    browser.restart()
    expect(browser.cookie('phieu')).toBeDefined()

    for (const path of ['/phieu', '/phieu/phan/1', '/phieu/phan/2', '/phieu/kiem-tra']) {
      await browser.get(path)
      expect(browser.current.status).toBe(403)
      expect(browser.current.text).toContain('Trang này chỉ mở sau khi nhập mã.')
      expect(browser.current.text).not.toMatch(/Sở 1|Câu/)
    }
    await browser.get('/')
    expect(browser.current.text).not.toMatch(/Sở 1|Câu/)
    await browser.submit({ code: codeOf(codes, 0) })
    expect(browser.current.text).toContain('Máy này còn giữ 2/4 câu anh/chị đã trả lời.')
    await browser.get(browser.current.root.querySelector('main a.govuk-button')?.getAttribute('href') ?? '')
    expect(browser.current.url).toBe('/phieu/phan/2')
    await browser.get('/phieu/phan/1')
    expect(chosen(browser)).toEqual({ A1: '2', A2: '3' })
  })

  test('asks for the code again four hours after the last page, and then goes on', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    passHours(3.9)
    await browser.submit({ A1: '2', A2: '3' })
    passHours(3.9)
    expect((await browser.get('/phieu/phan/2')).status).toBe(200)
    passHours(0.2)
    expect((await browser.get('/phieu/phan/2')).status).toBe(403)
    expect(browser.current.text).toContain('Trang này chỉ mở sau khi nhập mã.')

    await browser.get('/')
    await browser.submit({ code: codeOf(codes, 0) })
    expect(browser.current.text).toContain('Máy này còn giữ 2/4 câu anh/chị đã trả lời.')
  })

  test('is not taken by another code without a warning, and then begins empty', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    await browser.submit({ A1: '2', A2: '3' })

    await browser.get('/')
    await browser.submit({ code: codeOf(codes, 1) })
    expect(browser.current.text).toContain('Máy này còn một phiếu chưa gửi')
    expect(browser.current.text).toContain('các câu trả lời dở đó sẽ mất')
    const other = new Browser(site.app)
    other.putCookie('phieu', browser.cookie('phieu') ?? '')
    other.putCookie('phien', browser.cookie('phien') ?? '')
    expect((await other.get('/phieu')).text).toContain('Máy này còn giữ 2/4 câu')

    await browser.submit()
    expect(browser.current.url).toBe('/phieu')
    expect(browser.current.text).not.toContain('Máy này còn giữ')
    await browser.get('/phieu/phan/1')
    expect(chosen(browser)).toEqual({})
  })

  test('makes way for another code at once while nothing was answered', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/')
    await browser.submit({ code: codeOf(codes, 1) })
    expect(browser.current).toMatchObject({ status: 200, url: '/phieu' })
  })

  test('refuses a page of one ballot in the tab of another, and nothing changes', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    await browser.get('/phieu/phan/1')
    const pageOfTheFirst = browser.current
    await browser.get('/')
    await browser.submit({ code: codeOf(codes, 1) })
    await answersAll(browser, { A1: '1', A2: '1', B1: '1', B2: '1' })
    const before = [browser.cookie('phieu'), await allRows(site.deps.db)]

    browser.page = pageOfTheFirst
    await browser.submit({ A1: '3', A2: '3' })
    expect(browser.current.status).toBe(409)
    expect(browser.current.text).toContain(
      'Trang vừa gửi là của một phiếu khác, không phải phiếu đang mở trên máy này',
    )
    expect([browser.cookie('phieu'), await allRows(site.deps.db)]).toEqual(before)
  })

  test('refuses to send one ballot from the check page of another, and nothing is stored', async () => {
    const { codes } = await collecting()
    const browser = await enters(site, codeOf(codes, 0))
    const checkOfTheFirst = await answersAll(browser, () => '1')
    await browser.get('/')
    await browser.submit({ code: codeOf(codes, 1) })
    await browser.submit()
    const before = await allRows(site.deps.db)

    browser.page = checkOfTheFirst
    await browser.submit()
    expect(browser.current.status).toBe(409)
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('cannot be read by scripts or sent along by other sites; only the answers outlive the browser', async () => {
    const { codes } = await collecting()
    const set = await cookiesSetBy(site, codeOf(codes, 0))
    expect(set.map((cookie) => cookie.split('=')[0])).toEqual(['phieu', 'phien'])
    for (const cookie of set) {
      expect(cookie).toMatch(/; Path=\/(;|$)/)
      expect(cookie).toMatch(/; HttpOnly(;|$)/)
      expect(cookie).toMatch(/; SameSite=Lax(;|$)/)
      expect(cookie).not.toMatch(/Secure|Domain/)
    }
    expect(set[0]).toContain('Max-Age=2592000')
    expect(set[1]).not.toMatch(/Max-Age|Expires/)
  })

  test('is kept to https where people come by https', async () => {
    const secure = await testSite({ publicUrl: 'https://khaosat.example.vn' })
    try {
      const { codes } = await openSurveyWith(secure)
      const set = await cookiesSetBy(secure, codeOf(codes, 0))
      expect(set).toHaveLength(2)
      for (const cookie of set) expect(cookie).toMatch(/; Secure(;|$)/)
    } finally {
      await secure.close()
    }
  })
})

test('looking never writes: all pages, at all moments, leave every row as it was', async () => {
  const { codes } = await collecting()
  const pages = [
    '/',
    '/cam-ket-bao-mat',
    '/phieu',
    '/phieu/phan/1',
    '/phieu/phan/2',
    '/phieu/phan/9',
    '/phieu/kiem-tra',
    '/phieu/cam-on',
    `/#${codeOf(codes, 0)}`,
    `/?code=${codeOf(codes, 0)}`,
    `/vao?code=${codeOf(codes, 0)}`,
    '/phieu/gui',
  ]
  const browser = new Browser(site.app)
  const looks = async () => {
    const before = await allRows(site.deps.db)
    for (const page of pages) {
      const { headers } = await browser.get(page)
      expect(headers['cache-control']).toBe('no-store')
      await browser.agent.head(page)
    }
    expect(await allRows(site.deps.db)).toEqual(before)
  }

  await looks()
  await browser.get('/')
  await browser.submit({ code: codeOf(codes, 0) })
  await looks()
  await browser.get('/phieu')
  await answersAll(browser, () => '2')
  await looks()
  await browser.get('/phieu/kiem-tra')
  await browser.submit()
  expect(browser.current.url).toBe('/phieu/cam-on')
  await looks()
})

async function collecting(design: SmallDesign = {}): Promise<OpenSurvey> {
  return openSurveyWith(site, design)
}

function codeOf(codes: OpenSurvey['codes'], i: number): string {
  return codes[i]?.code ?? ''
}

function fullWidth(code: string): string {
  return [...code].map((symbol) => String.fromCharCode(symbol.charCodeAt(0) + 0xfee0)).join('')
}

function passHours(hours: number): void {
  now = new Date(now.getTime() + hours * 3_600_000)
}

async function cookiesSetBy(at: TestSite, code: string): Promise<string[]> {
  const answer = await request(at.app).post('/vao').type('form').send({ code })
  return answer.get('Set-Cookie') ?? []
}

/** What stands above a question page: its part and its heading. */
function headings({ current }: Browser): string[] {
  return current.root.querySelectorAll('main .govuk-caption-l, main h1').map((each) => each.textContent)
}

function buttons({ current }: Browser): string[] {
  return current.root.querySelectorAll('main button').map((each) => each.textContent)
}

function names({ current }: Browser): string[] {
  const radios = current.root.querySelectorAll('main input[type=radio]')
  return [...new Set(radios.map((radio) => radio.getAttribute('name') ?? ''))]
}

/** Item → the option that the page shows as chosen. */
function chosen({ current }: Browser): Record<string, string> {
  const radios = current.root.querySelectorAll('main input[checked]')
  return Object.fromEntries(
    radios.map((radio) => [radio.getAttribute('name') ?? '', radio.getAttribute('value') ?? '']),
  )
}

/** Question → answer, as the check page lists them. */
function shown({ current }: Browser): Record<string, string> {
  const rows = current.root.querySelectorAll('dl.answers > div')
  return Object.fromEntries(
    rows.map((row) => [
      row.querySelector('dt')?.textContent ?? '',
      row.querySelector('dd')?.textContent ?? '',
    ]),
  )
}

function summary({ current }: Browser): [string, string][] {
  const links = current.root.querySelectorAll('.govuk-error-summary a')
  return links.map((link) => [link.textContent, link.getAttribute('href') ?? ''])
}

function receiptOn({ current }: Browser): string {
  return current.root.querySelector('main .code')?.textContent ?? ''
}
