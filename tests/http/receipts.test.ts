// The published receipts through the front door: nothing before the opening, everything from then on, for anyone.
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { formatReceipt, newReceipt } from '../../src/response/receipt.ts'
import { operator } from '../../src/staff/actor.ts'
import type { Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import {
  answersAndSends,
  openedSurveyWith,
  openSurveyWith,
  putIntoBox,
  surveyWithCards,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

describe('from the opening on', () => {
  test('all receipts stand in order, as many as ballots, and the heading says so', async () => {
    const { survey } = await openedSurveyWith(site, {}, (_, n) => (n < 17 ? '1212' : undefined))
    const anyone = new Browser(site.app)
    await anyone.get('/xac-nhan')
    expect(anyone.current.text).toContain('Đợt thử (chạy thử) 17 mã, mở niêm phong ngày 12/10/2022.')
    await anyone.get(linkTo(anyone, 'Đợt thử (chạy thử)'))
    expect(anyone.current.status).toBe(200)
    expect(heading(anyone)).toBe('17 mã xác nhận, bằng đúng số phiếu thu về')
    expect(anyone.current.text).toContain('Mở niêm phong ngày 12/10/2022: 17 phiếu.')
    const stored = (await receiptsOf(survey)).map(formatReceipt)
    expect(listed(anyone)).toEqual(stored)
    expect(anyone.current.text).not.toContain('không bằng')
  })

  test('the file holds the same list with a hash that anybody can compute', async () => {
    const { survey } = await openedSurveyWith(site, {}, (_, n) => (n < 9 ? '1212' : undefined))
    const answer = await new Browser(site.app).agent.get('/xac-nhan/thu/ma-xac-nhan.json')
    const receipts = await receiptsOf(survey)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe('attachment; filename=ma-xac-nhan-thu.json')
    expect(answer.body).toEqual({
      schema: 'receipts/1',
      survey: { slug: 'thu', title: 'Đợt thử', year: 2022, illustrative: true, rehearsal: true },
      openedOn: '2022-10-12',
      ballots: 9,
      count: 9,
      sha256: createHash('sha256')
        .update(receipts.map((each) => `${each}\n`).join(''))
        .digest('hex'),
      receipts,
    })
    const page = await new Browser(site.app).get('/xac-nhan/thu')
    expect(page.text).toContain((answer.body as { sha256: string }).sha256)
  })

  test('whoever answered finds the receipt of the thanks page, however it is typed', async () => {
    const { survey, codes } = await openSurveyWith(site)
    const person = await answersAndSends(site, codes[0]?.code ?? '', () => '3')
    const receipt = person.current.root.querySelector('main .code')?.textContent ?? ''
    expect(person.current.text).toContain('(địa chỉ khaosat.example.vn/xac-nhan)')
    expect(linkTo(person, 'Mã xác nhận đã gửi phiếu')).toBe('/xac-nhan/thu')
    await opens(survey)
    await person.get('/phieu/cam-on')
    await person.get(linkTo(person, 'Kiểm tra mã của anh/chị trong danh sách đã công bố'))
    const ways = [receipt, receipt.toLowerCase(), ` ${receipt.replace('-', ' ')} `, fullWidth(receipt)]
    for (const typed of ways) {
      await person.get('/xac-nhan/thu')
      await person.submit({ ma: typed })
      expect(person.current.status, typed).toBe(200)
      expect(heading(person)).toBe('Có mã này trong danh sách')
      expect(person.current.text).toContain(receipt)
      expect(person.current.text).toContain('không cho biết phiếu trả lời gì')
      expect(person.current.url).toBe('/xac-nhan/thu')
    }
  })

  test('a receipt that is not there is told with whom to call', async () => {
    await openedSurveyWith(site, {}, () => '1212')
    const anyone = new Browser(site.app)
    await anyone.get('/xac-nhan/thu')
    const wrong = formatReceipt(newReceipt())
    await anyone.submit({ ma: wrong })
    expect(anyone.current.status).toBe(404)
    expect(heading(anyone)).toBe('Không có mã này trong danh sách')
    expect(anyone.current.text).toContain(wrong)
    expect(anyone.current.text).toContain('hãy báo cho Phòng CCHC, điện thoại 0271 000 000')
    expect(anyone.current.root.querySelector('#ma')?.getAttribute('value')).toBe(wrong)
  })

  test.each([
    ['', 'Hãy nhập mã xác nhận đã hiện ra khi gửi phiếu.'],
    ['K7M2P', 'Mã xác nhận gồm đúng 10 ký tự, anh/chị đã nhập 5 ký tự.'],
    ['K7M2P-Q9TXA', 'Mã xác nhận không bao giờ có ký tự “A”.'],
  ])('what cannot be a receipt (%j) is said on the same page, and kept', async (typed, sentence) => {
    await openedSurveyWith(site, {}, () => '1212')
    const anyone = new Browser(site.app)
    await anyone.get('/xac-nhan/thu')
    await anyone.submit({ ma: typed })
    expect(anyone.current.status).toBe(422)
    expect(anyone.current.root.querySelector('.govuk-error-summary a')?.textContent).toContain(sentence)
    expect(anyone.current.root.querySelector('#ma')?.getAttribute('value')).toBe(typed)
    expect(listed(anyone)).toHaveLength(20)
  })

  test('a form without the field, or with it twice, is an empty one', async () => {
    await openedSurveyWith(site, {}, () => undefined)
    const program = new Browser(site.app)
    for (const form of ['', 'ma=K7M2PQ9TXB&ma=K7M2PQ9TXB', 'code=1'])
      expect((await program.post('/xac-nhan/thu', form)).status).toBe(422)
  })

  test('a receipt that was taken out or put in by hand is seen in the heading', async () => {
    const { survey } = await openedSurveyWith(site, {}, () => '1212')
    const [first = ''] = await receiptsOf(survey)
    await site.deps.db.deleteFrom('receipt').where('receipt', '=', first).execute()
    const anyone = new Browser(site.app)
    await anyone.get('/xac-nhan/thu')
    expect(heading(anyone)).toBe('19 mã xác nhận, không bằng số phiếu thu về')
    expect(anyone.current.text).toContain('Danh sách có 19 mã nhưng biên bản mở niêm phong ghi 20 phiếu')
    expect(anyone.current.text).toContain('Hãy báo cho Phòng CCHC')
  })

  test('nobody’s answer, code, unit or group stands beside a receipt', async () => {
    const { codes } = await openedSurveyWith(site, {}, () => '1212')
    const anyone = new Browser(site.app)
    const page = await anyone.get('/xac-nhan/thu')
    const file = await anyone.agent.get('/xac-nhan/thu/ma-xac-nhan.json')
    for (const text of [page.html, file.text]) {
      expect(text).not.toMatch(/Sở 1|Lãnh đạo|Công chức|1212/)
      for (const { code } of codes) expect(text).not.toContain(code)
    }
  })

  test('nothing is written by looking and searching, and no line is logged', async () => {
    const { survey } = await openedSurveyWith(site, {}, () => '1212')
    const [first = ''] = await receiptsOf(survey)
    const [rows, lines] = [await allRows(site.deps.db), site.logged.length]
    const anyone = new Browser(site.app)
    for (const path of ['/xac-nhan', '/xac-nhan/thu', '/xac-nhan/thu/ma-xac-nhan.json', '/xac-nhan/khong-co'])
      await anyone.get(path)
    for (const ma of [first, newReceipt(), '', 'x']) {
      await anyone.post('/xac-nhan/thu', { ma })
      expect(anyone.current.headers['cache-control']).toBe('no-store')
    }
    expect(await allRows(site.deps.db)).toEqual(rows)
    expect(site.logged).toHaveLength(lines)
  })
})

describe('before the opening', () => {
  test.each([
    ['while it collects', (_: Survey) => Promise.resolve(), 'Đang thu phiếu. Danh sách mã được công bố khi'],
    [
      'once it is closed',
      closes,
      'Đã kết thúc thu phiếu. Danh sách mã được công bố ngay khi mở niêm phong xong.',
    ],
  ])('%s the page says when, and tells nothing of any receipt', async (_, act, words) => {
    const { survey, codes } = await openSurveyWith(site)
    await putIntoBox(site, survey, codes.slice(0, 3), () => '1212')
    await act(survey)
    const [known = ''] = await receiptsOf(survey)
    const anyone = new Browser(site.app)
    await anyone.get('/xac-nhan')
    expect(anyone.current.text).toContain(`Đợt thử (chạy thử) ${words}`)
    await anyone.get('/xac-nhan/thu')
    expect(anyone.current.status).toBe(200)
    expect(heading(anyone)).toBe('Mã xác nhận chưa được công bố')
    expect(anyone.current.text).toContain(words)
    expect(anyone.current.text).toContain('Cần giúp: Phòng CCHC, điện thoại 0271 000 000.')
    expect(anyone.current.root.querySelector('form')).toBeNull()

    const sealed = anyone.current.html
    for (const ma of [known, formatReceipt(known), newReceipt(), '', 'x']) {
      await anyone.post('/xac-nhan/thu', { ma })
      expect([anyone.current.status, anyone.current.html]).toEqual([409, sealed])
    }
    await anyone.get('/xac-nhan/thu?dau=2')
    expect(anyone.current.html).toBe(sealed)
    await anyone.get('/xac-nhan/thu/ma-xac-nhan.json')
    expect(anyone.current.status).toBe(409)
    expect(anyone.current.text).toContain('Mã xác nhận chưa được công bố')
    for (const receipt of await receiptsOf(survey)) {
      expect(sealed).not.toContain(receipt)
      expect(anyone.current.html).not.toContain(receipt)
    }
  })

  test('while the box is being opened nothing is out either', async () => {
    const { survey, codes } = await openSurveyWith(site)
    await putIntoBox(site, survey, codes.slice(0, 3), () => '1212')
    await closes(survey)
    for (const step of ['check', 'move', 'rewrite', 'destroy-key'] as const) {
      await site.deps.db.deleteFrom('opening').execute()
      await site.deps.db
        .insertInto('opening')
        .values({
          survey_id: survey.id,
          step,
          ballots: 3,
          broken: 0,
          started_on: '2022-10-12',
          opened_by: 'A',
        })
        .execute()
      const anyone = new Browser(site.app)
      await anyone.get('/xac-nhan/thu')
      expect(heading(anyone), step).toBe('Mã xác nhận chưa được công bố')
      expect((await anyone.get('/xac-nhan/thu/ma-xac-nhan.json')).status, step).toBe(409)
    }
  })

  test('a survey that has not begun is known to nobody here', async () => {
    await surveyWithCards(site)
    const anyone = new Browser(site.app)
    await anyone.get('/xac-nhan')
    expect(anyone.current.text).toContain('Chưa có đợt điều tra nào bắt đầu thu phiếu.')
    expect(anyone.current.text).not.toContain('Đợt thử')
    for (const path of ['/xac-nhan/thu', '/xac-nhan/thu/ma-xac-nhan.json']) {
      await anyone.get(path)
      expect(anyone.current.status).toBe(404)
      expect(anyone.current.text).not.toContain('Đợt thử')
    }
    expect((await anyone.post('/xac-nhan/thu', { ma: 'x' })).status).toBe(404)
  })
})

describe('very many', () => {
  test('a hundred thousand are split by two symbols, quick and light, and each is found', async () => {
    const { survey } = await openedSurveyWith(site, {}, () => undefined)
    const receipts = [...new Set(Array.from({ length: 100_000 }, newReceipt))].sort()
    for (let i = 0; i < receipts.length; i += 5_000)
      await site.deps.db
        .insertInto('receipt')
        .values(receipts.slice(i, i + 5_000).map((receipt) => ({ survey_id: survey.id, receipt })))
        .execute()
    await site.deps.db.updateTable('opening').set({ ballots: receipts.length }).execute()

    const anyone = new Browser(site.app)
    const wanted = receipts[77_777] ?? ''
    const start = performance.now()
    await anyone.get('/xac-nhan/thu')
    expect(heading(anyone)).toBe('100.000 mã xác nhận, bằng đúng số phiếu thu về')
    expect(listed(anyone)).toEqual([])
    await anyone.get(linkTo(anyone, wanted.slice(0, 1)))
    expect(listed(anyone)).toEqual([])
    await anyone.get(linkTo(anyone, wanted.slice(0, 2)))
    const pages = performance.now() - start
    for (const section of anyone.current.root.querySelectorAll('section.receipts')) {
      const start = section.querySelector('h2')?.textContent.slice(-3) ?? ''
      expect(start).toHaveLength(3)
      for (const item of section.querySelectorAll('li')) expect(item.textContent.startsWith(start)).toBe(true)
    }
    const own = receipts.filter((each) => each.startsWith(wanted.slice(0, 2)))
    expect(listed(anyone)).toEqual(own.map(formatReceipt))
    expect(own.length).toBeGreaterThan(100)
    expect(Buffer.byteLength(anyone.current.html)).toBeLessThan(30_000)
    await anyone.submit({ ma: wanted })
    expect(heading(anyone)).toBe('Có mã này trong danh sách')
    // Tens of milliseconds on an idle machine; the limit leaves room for a busy one.
    expect(pages).toBeLessThan(3_000)
    const file = await anyone.agent.get('/xac-nhan/thu/ma-xac-nhan.json')
    expect((file.body as { receipts: string[] }).receipts).toEqual(receipts)
  })
})

function heading({ current }: Browser): string {
  return current.root.querySelector('h1')?.textContent ?? ''
}

function listed({ current }: Browser): string[] {
  return current.root.querySelectorAll('.receipts li').map((each) => each.textContent)
}

function linkTo({ current }: Browser, text: string): string {
  const link = current.root.querySelectorAll('main a').find((each) => each.textContent === text)
  if (!link) throw new Error(`no link ${text} on ${current.url}: ${current.text.slice(0, 300)}`)
  return link.getAttribute('href') ?? ''
}

async function receiptsOf(survey: Survey): Promise<string[]> {
  const rows = await site.deps.db
    .selectFrom('receipt')
    .select('receipt')
    .where('survey_id', '=', survey.id)
    .execute()
  return rows.map(({ receipt }) => receipt).sort()
}

async function closes(survey: Survey): Promise<void> {
  await closeCollecting(site.deps, operator, survey)
}

async function opens(survey: Survey): Promise<void> {
  const closed = await closeCollecting(site.deps, operator, survey)
  const job = await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })
  await site.deps.jobs.runToEnd(job)
}

function fullWidth(text: string): string {
  return [...text].map((each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)).join('')
}
