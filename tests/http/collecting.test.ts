// While ballots are collected: starting, closing, and everything that the door has to turn away, each with its status,
// a sentence, and nothing stored.
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { codeKey } from '../../src/access/batch.service.ts'
import { hashCode, newCode } from '../../src/access/code.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import type { CodeState } from '../../src/db/tables.ts'
import { lock } from '../../src/response/answering-cookie.ts'
import { getStratum, getSurvey, type Stratum, type Survey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser, type Page } from '../support/browser.ts'
import {
  answersAll,
  answersAndSends,
  enters,
  folderOnDisk,
  jobDone,
  openSurveyWith,
  signedIn,
  smallFolder,
  surveyWithCards,
  type OpenSurvey,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite
let now: Date

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ now: () => now })
})
afterEach(() => site.close())

describe('collecting', () => {
  test('starts once the cards are printed, with a key of its own, and ends when the word is typed', async () => {
    const { codes } = await surveyWithCards(site)
    const admin = await signedIn(site)
    await admin.get('/dieu-tra/thu/thu-phieu')
    expect(admin.current.text).toContain('Sẵn sàng bắt đầu thu phiếu')
    await admin.submit()
    expect(admin.current.text).toContain('Đang thu phiếu: 0/20')
    expect(await stateOf()).toMatchObject({ state: 'collecting', public_key: expect.any(String) as string })

    await answersAndSends(site, codeOf(codes, 0), () => '2')
    await admin.get('/dieu-tra/thu/thu-phieu')
    expect(admin.current.text).toContain('Đang thu phiếu: 1/20')
    await admin.submit({ _xac_nhan: 'ket' })
    expect(admin.current.status).toBe(422)
    expect(admin.current.text).toContain('Hãy gõ đúng KET THUC để xác nhận.')
    expect((await stateOf()).state).toBe('collecting')
    await admin.submit({ _xac_nhan: ' kết thúc ' })
    expect(admin.current.text).toContain('1/20 phiếu chờ mở niêm phong')
    expect((await stateOf()).state).toBe('closed')
  })

  test('does not start while no code was issued, or while codes still wait for the printer', async () => {
    const { survey } = await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'thu')
    const admin = await signedIn(site)
    await admin.get('/dieu-tra/thu/thu-phieu')
    expect(admin.current.text).toContain('Chưa bắt đầu thu phiếu được')
    expect(admin.current.root.querySelector('main form')).toBeNull()
    await admin.post('/dieu-tra/thu/bat-dau', {})
    expect(admin.current.status).toBe(409)
    expect(admin.current.text).toContain('Chưa phát mã cho đợt điều tra này. Hãy phát mã trước.')
    expect((await stateOf()).state).toBe('draft')

    await jobDone(site, (await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })).id)
    await admin.get('/dieu-tra/thu/thu-phieu')
    expect(admin.current.text).toContain('Chưa bắt đầu thu phiếu được')
    expect(admin.current.root.querySelector('main form')).toBeNull()
    await admin.post('/dieu-tra/thu/bat-dau', {})
    expect(admin.current.status).toBe(409)
    expect(admin.current.text).toContain('Còn một lô mã chưa được đánh dấu đã in xong.')
    expect(await stateOf()).toMatchObject({ state: 'draft', public_key: null })
  })

  test('cannot be started or ended twice', async () => {
    await openSurveyWith(site)
    const admin = await signedIn(site)
    const key = (await stateOf()).public_key
    expect((await admin.post('/dieu-tra/thu/bat-dau', {})).status).toBe(409)
    expect(admin.current.text).toContain(
      'Đợt điều tra đang ở bước "Thu phiếu" nên không thể bắt đầu thu phiếu.',
    )
    expect((await stateOf()).public_key).toBe(key)
    expect((await admin.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })).status).toBe(200)
    expect((await admin.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })).status).toBe(409)
    expect((await admin.post('/dieu-tra/thu/bat-dau', {})).status).toBe(409)
    expect(await stateOf()).toMatchObject({ state: 'closed', public_key: key })
  })

  test('is not ended or started by somebody who only looks', async () => {
    await openSurveyWith(site)
    const viewer = await signedIn(site, 'viewer')
    expect((await viewer.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })).status).toBe(403)
    const stranger = new Browser(site.app)
    expect((await stranger.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })).status).toBe(401)
    expect((await stateOf()).state).toBe('collecting')
  })
})

describe('a code that opens nothing', () => {
  // U, O, I, L, A, E, Y, W and D are on no card; S and Z are read as 5 and 2.
  const slips: [string, (code: string) => string, string][] = [
    ['left empty', () => '', 'Hãy nhập mã in trên thẻ mời.'],
    ['only spaces', () => ' \u200b\t ', 'Hãy nhập mã in trên thẻ mời.'],
    ['with a letter O', (code) => 'O' + code.slice(1), 'Mã không bao giờ có ký tự “O”.'],
    ['with a Vietnamese letter', (code) => code.slice(0, 11) + 'ư', 'Mã không bao giờ có ký tự “ư”.'],
    ['with an emoji', (code) => code.slice(0, 11) + '🙂', 'Mã không bao giờ có ký tự “🙂”.'],
    ['with markup', (code) => code.slice(0, 11) + '<', 'Mã không bao giờ có ký tự “<”.'],
    ['one symbol short', (code) => code.slice(1), 'Mã gồm đúng 12 ký tự, anh/chị đã nhập 11 ký tự.'],
    ['one symbol too long', (code) => code + '3', 'Mã gồm đúng 12 ký tự, anh/chị đã nhập 13 ký tự.'],
    ['far too long', (code) => code.repeat(50), 'Mã gồm đúng 12 ký tự, anh/chị đã nhập 600 ký tự.'],
    ['with one wrong symbol', (code) => flipFirst(code), 'Mã chưa đúng: có một ký tự bị nhầm'],
    ['with two symbols exchanged', (code) => exchange(code), 'hai ký tự bị đảo chỗ'],
    ['of nobody', () => newCode(), 'Không có mã này trong hệ thống.'],
  ]

  test.each(slips)(
    '%s: the page says what is wrong and keeps what was typed',
    async (_slip, typed, sentence) => {
      const { codes } = await openSurveyWith(site)
      const text = typed(codeOf(codes, 0))
      const page = await changesNothing(async () => {
        const browser = new Browser(site.app)
        await browser.get('/')
        return browser.submit({ code: text })
      })
      expect(page.status).toBe(422)
      expect(page.root.querySelector('#code-error')?.textContent).toContain(sentence)
      expect(page.root.querySelector('.govuk-error-summary a')?.getAttribute('href')).toBe('#code')
      expect(page.root.querySelector('#code')?.getAttribute('value')).toBe(text.slice(0, 100))
    },
  )

  test('void: its holder is sent for another card', async () => {
    const { codes } = await openSurveyWith(site)
    await setCodeState(codeOf(codes, 0), 'void')
    const page = await changesNothing(async () => (await enters(site, codeOf(codes, 0))).current)
    expectRefused(page, 410, 'Hãy xin thẻ thay ở công chức đầu mối')
    expectHelp(page)
  })

  test('void while somebody answers: no page goes on and nothing can be sent', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    await answersAll(browser, () => '2')
    await setCodeState(codeOf(codes, 0), 'void')
    expectRefused(await changesNothing(() => browser.submit()), 410, 'Thẻ này đã bị hủy')
  })

  test('used: its holder is thanked, and told what to do if it was somebody else', async () => {
    const { codes } = await openSurveyWith(site)
    await answersAndSends(site, codeOf(codes, 0), () => '2')
    const page = await changesNothing(async () => (await enters(site, codeOf(codes, 0))).current)
    expectRefused(page, 410, 'Mã trên thẻ đã được dùng để gửi một phiếu. Cảm ơn anh/chị.')
    expectHelp(page)
  })

  test('used, once the box is open: its holder is led to the published receipts', async () => {
    const { codes } = await openSurveyWith(site)
    await answersAndSends(site, codeOf(codes, 0), () => '2')
    const links = async () =>
      (await enters(site, codeOf(codes, 0))).current.root
        .querySelectorAll('main a')
        .map((link) => link.getAttribute('href'))
    expect(await links()).not.toContain('/xac-nhan')
    await site.deps.db.updateTable('survey').set({ state: 'opened' }).execute()
    expect(await links()).toContain('/xac-nhan')
  })

  test('used on another device meanwhile: the answers here are dropped and nothing is sent', async () => {
    const { codes } = await openSurveyWith(site)
    const slow = await enters(site, codeOf(codes, 0))
    await answersAll(slow, () => '1')
    await answersAndSends(site, codeOf(codes, 0), () => '3')
    expectRefused(await changesNothing(() => slow.submit()), 410, 'Phiếu này đã được gửi')
    expect(slow.cookie('phieu')).toBeUndefined()
    expect(slow.cookie('phien')).toBeUndefined()
  })

  test('of a survey that has not begun to collect: come back later, the card stays good', async () => {
    const { codes } = await surveyWithCards(site)
    const page = await changesNothing(async () => (await enters(site, codeOf(codes, 0))).current)
    expectRefused(page, 403, 'chưa đến thời gian trả lời. Hãy giữ thẻ và quay lại sau; mã vẫn dùng được.')
    expectHelp(page)
  })

  test.each(['closed', 'opened', 'released'] as const)(
    'of a survey that is %s: it is over',
    async (state) => {
      const { codes } = await openSurveyWith(site)
      await site.deps.db.updateTable('survey').set({ state }).execute()
      const page = await changesNothing(async () => (await enters(site, codeOf(codes, 0))).current)
      expectRefused(page, 410, 'Đợt điều tra đã kết thúc nên không nhận thêm phiếu')
      expectHelp(page)
    },
  )

  test('costs its sender tries; after thirty a miss has to wait, and a good code still passes', async () => {
    const { codes } = await openSurveyWith(site)
    const misses = await changesNothing(async () => {
      const pages = []
      for (let i = 0; i < 32; i++) pages.push(await new Browser(site.app).post('/vao', { code: newCode() }))
      return pages
    })
    expect(misses.map(({ status }) => status)).toEqual([...Array<number>(30).fill(422), 429, 429])
    expect(misses.at(-1)?.text).toContain('Mã đúng vẫn được nhận ngay: hãy so lại từng ký tự với thẻ.')
    const slip = await new Browser(site.app).post(
      '/vao',
      { code: newCode() },
      { 'X-Forwarded-For': '1.2.3.4' },
    )
    expect(slip.status).toBe(429)

    expect((await enters(site, codeOf(codes, 0))).current).toMatchObject({ status: 200, url: '/phieu' })
    await answersAndSends(site, codeOf(codes, 1), () => '2')
    expect((await enters(site, codeOf(codes, 1))).current.status).toBe(410)
  })
})

describe('a page that does not fit', () => {
  const wrong: [string, Record<string, string | string[]>, string][] = [
    [
      'an option that the item has not',
      { A1: '9', A2: '1' },
      'Phương án vừa gửi không có trong câu hỏi này.',
    ],
    ['a label instead of an option', { A1: 'Tốt', A2: '1' }, 'Phương án vừa gửi không có trong câu hỏi này.'],
    ['the same item twice', { A1: ['1', '3'], A2: '1' }, 'Phương án vừa gửi không có trong câu hỏi này.'],
    ['an item of another page', { A1: '1', A2: '1', B1: '1' }, 'có câu hỏi không thuộc phần này'],
    ['an item that is not asked', { A1: '1', A2: '1', C1: '1' }, 'có câu hỏi không thuộc phần này'],
    ['an item in deeper brackets', { 'A1[x][y]': '1', A2: '1' }, 'có câu hỏi không thuộc phần này'],
    ['a field with a dangerous name', { constructor: '1', A2: '1' }, 'có câu hỏi không thuộc phần này'],
    ['an item in brackets', { 'A1[]': '1', A2: '1' }, 'có câu hỏi không thuộc phần này'],
  ]

  test.each(wrong)(
    'because of %s is shown again, the right answers kept',
    async (_what, fields, sentence) => {
      const { codes } = await openSurveyWith(site)
      const browser = await enters(site, codeOf(codes, 0))
      await browser.get('/phieu/phan/1')
      const page = await changesNothing(() => sendRaw(browser, '/phieu/phan/1', fields))
      expect(page.status).toBe(422)
      expect(page.root.querySelector('.govuk-error-summary')?.textContent).toContain(sentence)
      expect(chosenIn(page).A2).toBe('1')
      expect((await browser.get('/phieu/kiem-tra')).text).not.toContain('Anh/chị đã trả lời 4/4')
    },
  )

  test.each(['0', '3', '99', '-1', '1.0', '01', 'abc', '1e0', '%31x', '%E0%A4%A'])(
    'because there is no page %s leads back to the last',
    async (number) => {
      const { codes } = await openSurveyWith(site)
      const browser = await enters(site, codeOf(codes, 0))
      await browser.get('/phieu/phan/1')
      const path = `/phieu/phan/${number}`
      const seen = await changesNothing(() => browser.get(path))
      const tag = { _phieu: tagOn(await browser.get('/phieu/phan/1')) }
      const sent = await changesNothing(() => browser.post(path, { ...tag, A1: '1', A2: '1' }))
      for (const page of [seen, sent]) {
        if (number === '%E0%A4%A') expectRefused(page, 400, 'Nội dung gửi lên bị hỏng')
        else expectRefused(page, 404, 'Phiếu của anh/chị có 2 phần.')
      }
    },
  )

  test('because it is huge is refused', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    const long = { A1: '1', A2: 'x'.repeat(200_000) }
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`_${i}`, '1']))
    for (const path of ['/vao', '/phieu/phan/1', '/phieu/gui']) {
      for (const fields of [long, many]) {
        const page = await changesNothing(() => sendRaw(browser, path, fields))
        expectRefused(page, 413, 'Tệp hoặc biểu mẫu vượt quá giới hạn.')
      }
    }
  })

  test('because it is no form is refused', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    await answersAll(browser, () => '2')
    const tag = tagOn(browser.current)
    const forms: [string, string | Buffer][] = [
      ['application/json', JSON.stringify({ code: codeOf(codes, 1), _phieu: tag, A1: '1', A2: '1' })],
      [
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="A1"\r\n\r\n1\r\n--x--\r\n',
      ],
      ['text/plain', `_phieu=${tag}&A1=1&A2=1`],
      ['application/x-www-form-urlencoded; charset=utf-16', `_phieu=${tag}&A1=1`],
    ]
    for (const path of ['/vao', '/phieu/phan/1', '/phieu/gui']) {
      for (const [type, body] of forms) {
        const answer = await changesNothing(() => browser.agent.post(path).type(type).send(body))
        expect(answer.status).toBe(400)
        expect(answer.text).toContain('Nội dung gửi lên bị hỏng hoặc không đúng dạng.')
      }
    }
  })

  test('because it comes after the close is refused, and so is the ballot', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    const check = await answersAll(browser, () => '2')
    const page = await browser.get('/phieu/phan/1')
    await closes()
    for (const open of [page, check]) {
      browser.page = open
      expectRefused(await changesNothing(() => browser.submit()), 410, 'Đã kết thúc thu phiếu')
    }
  })
})

describe('a cookie', () => {
  const kinds: [string, (cookie: string) => string][] = [
    ['altered in one symbol', (cookie) => cookie.slice(0, 40) + other(cookie.charAt(40)) + cookie.slice(41)],
    ['cut short', (cookie) => cookie.slice(0, -8)],
    ['cut to almost nothing', (cookie) => cookie.slice(0, 10)],
    ['emptied', () => ''],
    ['made up', () => Buffer.from('{"answers":"3333"}').toString('base64url')],
    ['locked by another server', () => lockedElsewhere('phieu', {})],
    ['that is really another one', (cookie) => cookie],
  ]

  test.each(kinds)(
    '%s is no answer sheet: the code is asked for and nothing stored',
    async (kind, change) => {
      const { codes } = await openSurveyWith(site)
      const browser = await enters(site, codeOf(codes, 0))
      await answersAll(browser, () => '2')
      const check = browser.current
      const source = kind === 'that is really another one' ? 'phien' : 'phieu'
      browser.putCookie('phieu', change(browser.cookie(source) ?? ''))

      await expectCodeAskedFor(browser, check)
      await browser.get('/')
      await browser.submit({ code: codeOf(codes, 0) })
      expect(browser.current).toMatchObject({ status: 200, url: '/phieu' })
      expect(browser.current.text).not.toContain('Máy này còn giữ')
    },
  )

  test.each(kinds)('%s is no proof that the code was given', async (kind, change) => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    await answersAll(browser, () => '2')
    const check = browser.current
    const source = kind === 'that is really another one' ? 'phieu' : 'phien'
    browser.putCookie('phien', change(browser.cookie(source) ?? ''))
    await expectCodeAskedFor(browser, check)
  })

  test('of another person does not open what this browser keeps', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    const check = await answersAll(browser, () => '2')
    const second = await enters(site, codeOf(codes, 1))
    browser.putCookie('phien', second.cookie('phien') ?? '')
    await expectCodeAskedFor(browser, check)
  })

  test('of the answers, stolen after the ballot was sent, sends nothing and shows nothing', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    const check = await answersAll(browser, () => '2')
    const kept = { phieu: browser.cookie('phieu') ?? '', phien: browser.cookie('phien') ?? '' }
    await browser.submit()
    const receipt = browser.current.root.querySelector('main .code')?.textContent

    const thief = new Browser(site.app)
    thief.putCookie('phieu', kept.phieu)
    thief.putCookie('phien', kept.phien)
    const seen = await changesNothing(() => thief.get('/phieu/kiem-tra'))
    expect(seen.status).toBe(410)
    expect(seen.text).not.toContain('Trung bình')
    thief.putCookie('phieu', kept.phieu)
    thief.putCookie('phien', kept.phien)
    thief.page = check
    const sent = await changesNothing(() => thief.submit())
    expect(sent.root.querySelector('main .code')?.textContent).toBe(receipt)
  })
})

describe('a stratum that is full', () => {
  test('gives the late card a page of its own, counts it, and takes it once the cap is raised', async () => {
    const { codes } = await openSurveyWith(site, { units: 1, quotas: [1, 5], reserve: 1 })
    const [first, late] = codes.filter(({ stratum }) => stratum.group_code === 'LD')
    await answersAndSends(site, first?.code ?? '', () => '3')

    const browser = await enters(site, late?.code ?? '')
    expect(browser.current.text).toContain('Nhóm này đã nhận đủ số phiếu theo kế hoạch')
    await answersAll(browser, () => '2')
    const check = browser.current
    for (let press = 1; press <= 2; press++) {
      browser.page = check
      await browser.submit()
      expectRefused(browser.current, 409, 'Nhóm ghi trên thẻ đã nhận đủ số phiếu theo kế hoạch')
      expect(browser.current.text).toContain('Phiếu của anh/chị chưa được tính')
      expect(browser.current.text).toContain(
        'Mã trên thẻ vẫn còn hiệu lực, các câu đã trả lời vẫn còn trên máy này.',
      )
      expect(browser.current.text).toContain('Phòng CCHC, điện thoại 0271 000 000')
      expect(await stratumOf(late?.stratum.id ?? '')).toMatchObject({ returned: 1, refused_full: 1 })
    }
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(1)

    await site.deps.db
      .updateTable('stratum')
      .set({ cap: 2 })
      .where('id', '=', late?.stratum.id ?? '')
      .execute()
    await browser.get('/phieu/kiem-tra')
    expect(browser.current.text).toContain('Anh/chị đã trả lời 4/4 câu.')
    await browser.submit()
    expect(browser.current.text).toContain('Phiếu đã được gửi')
    expect(await stratumOf(late?.stratum.id ?? '')).toMatchObject({ returned: 2, refused_full: 1 })
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(2)
  })
})

describe('a form that another site sends', () => {
  const foreign: Record<string, string>[] = [
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://127.0.0.1' },
    { Origin: 'https://ke-xau.example' },
    { Origin: 'null' },
  ]
  const own: Record<string, string>[] = [
    {},
    { 'Sec-Fetch-Site': 'none' },
    { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://khaosat.example.vn' },
    { Origin: 'http://khaosat.example.vn', Host: 'khaosat.example.vn' },
  ]

  test('is refused at every step, and nothing happens', async () => {
    const { codes } = await openSurveyWith(site)
    const browser = await enters(site, codeOf(codes, 0))
    const tag = { _phieu: tagOn(await answersAll(browser, () => '2')) }
    for (const headers of foreign) {
      for (const path of ['/vao', '/phieu/phan/1', '/phieu/gui']) {
        const fields = { ...tag, code: codeOf(codes, 1), A1: '3', A2: '3' }
        const answer = await changesNothing(() => browser.post(path, fields, headers))
        expectRefused(answer, 403, 'Vì an toàn, hệ thống chỉ nhận biểu mẫu gửi từ chính trang này.')
      }
    }
    await browser.get('/phieu/phan/1')
    expect(chosenIn(browser.current)).toEqual({ A1: '2', A2: '2' })
  })

  test('is told from one of our own pages, of an address bar, and of a program', async () => {
    const { codes } = await openSurveyWith(site)
    for (const headers of own) {
      const answer = await request(site.app)
        .post('/vao')
        .set(headers)
        .type('form')
        .send({ code: codeOf(codes, 0) })
      expect(answer).toMatchObject({ status: 303, headers: { location: '/phieu' } })
    }
  })
})

/** The act stores nothing: every row of every table is as it was. */
async function changesNothing<Result>(act: () => PromiseLike<Result>): Promise<Result> {
  const before = await allRows(site.deps.db)
  const result = await act()
  expect(await allRows(site.deps.db)).toEqual(before)
  return result
}

function expectRefused(page: Page, status: number, sentence: string): void {
  expect(page.text).toContain(sentence)
  expect(page.status).toBe(status)
}

/** Whom to call stands on the page, and a phone dials it when it is touched. */
function expectHelp(page: Page): void {
  expect(page.text).toContain('Cần giúp, hãy gọi: Phòng CCHC, điện thoại 0271 000 000.')
  expect(page.root.querySelector('main a[href^="tel:"]')?.getAttribute('href')).toBe('tel:0271000000')
}

/** No page is shown and nothing sent: the person is asked for the code, in words. */
async function expectCodeAskedFor(browser: Browser, check: Page): Promise<void> {
  for (const path of ['/phieu', '/phieu/phan/1', '/phieu/kiem-tra'])
    expectRefused(await changesNothing(() => browser.get(path)), 403, 'Trang này chỉ mở sau khi nhập mã.')
  browser.page = check
  expectRefused(await changesNothing(() => browser.submit()), 403, 'Trang này chỉ mở sau khi nhập mã.')
}

/** Posts as a program does: fields may be repeated, and no page has to offer them. */
async function sendRaw(
  browser: Browser,
  path: string,
  fields: Record<string, string | string[]>,
): Promise<Page> {
  const body = new URLSearchParams({ _phieu: tagOn(browser.current) })
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) body.append(name, value)
  }
  return browser.post(path, body.toString())
}

/** What ties a form to its ballot. */
function tagOn(page: Page): string {
  return page.root.querySelector('input[name=_phieu]')?.getAttribute('value') ?? ''
}

function chosenIn(page: Page): Record<string, string> {
  const radios = page.root.querySelectorAll('main input[checked]')
  return Object.fromEntries(
    radios.map((radio) => [radio.getAttribute('name') ?? '', radio.getAttribute('value') ?? '']),
  )
}

function codeOf(codes: OpenSurvey['codes'], i: number): string {
  return codes[i]?.code ?? ''
}

/** Another symbol that could stand there. */
function other(symbol: string): string {
  return symbol === '3' ? '4' : '3'
}

function flipFirst(code: string): string {
  return other(code.charAt(0)) + code.slice(1)
}

/** The first two neighbours that differ, exchanged. */
function exchange(code: string): string {
  const at = [...code].findIndex((symbol, i) => symbol !== code.charAt(i + 1))
  return code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2)
}

function lockedElsewhere(name: string, value: object): string {
  const elsewhere = { ...site.deps.config, serverSecret: Buffer.from('the secret of quite another server') }
  return lock({ config: elsewhere, clock: site.deps.clock }, name, value)
}

async function setCodeState(code: string, state: CodeState): Promise<void> {
  const hash = hashCode(codeKey(site.deps.config), code)
  await site.deps.db.updateTable('access_code').set({ state }).where('hash', '=', hash).execute()
}

async function stateOf(): Promise<Survey> {
  return getSurvey(site.deps.db, 'thu')
}

async function stratumOf(id: string): Promise<Stratum> {
  return getStratum(site.deps.db, id)
}

async function closes(): Promise<void> {
  await closeCollecting(site.deps, operator, await stateOf())
}
