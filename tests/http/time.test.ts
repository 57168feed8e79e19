// The hours of collecting: what is set, what happens by itself when they come, what is extended and ended early, and what
// is refused. The clock is the test's own.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTicker, type Ticker } from '../../src/ballot/ticker.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { sealAnswers, submitBallot } from '../../src/ballot/submit.service.ts'
import { startAnswering } from '../../src/response/answering.ts'
import { newReceipt } from '../../src/response/receipt.ts'
import { findCode } from '../../src/access/access.queries.ts'
import { codeKey } from '../../src/access/batch.service.ts'
import { hashCode } from '../../src/access/code.ts'
import { operator } from '../../src/staff/actor.ts'
import { listDecisions } from '../../src/survey/decision.queries.ts'
import { getSurvey, listQuestionnaires } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { makePerson, signsIn } from '../support/staff.ts'
import {
  answersAll,
  enters,
  jobDone,
  openSurveyWith,
  putIntoBox,
  signedIn,
  surveyWithCards,
  type Folder,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

const page = '/dieu-tra/thu/thoi-gian'

let site: TestSite
let now: Date
let running: number
let ticker: Ticker

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  running = 0
  site = await testSite({ now: () => now })
  ticker = createTicker(site.deps, () => running)
})
afterEach(() => site.close())

describe('by itself', () => {
  test('a survey starts at its hour and closes half an hour after the last, and the log says who did it', async () => {
    const { codes } = await surveyWithCards(site)
    const officer = await signedIn(site)
    await setsHours(officer, ['2022-10-12', '11:00'], ['2022-10-12', '12:00'])
    const early = await enters(site, codes[0]?.code ?? '')
    expect([early.current.status, early.current.text]).toEqual([
      403,
      expect.stringContaining('Sẽ bắt đầu lúc 11:00 ngày 12/10/2022.'),
    ])
    await looksAt('03:59')
    expect(await stateOf()).toBe('cards')
    await looksAt('04:00')
    expect(await stateOf()).toBe('collecting')
    await looksAt('05:29')
    expect(await stateOf()).toBe('collecting')
    // Two processes look at once: one of them closes.
    running += 60_000
    now = moment('05:30')
    await Promise.all([ticker.look(), createTicker(site.deps, () => 7).look()])
    expect(await stateOf()).toBe('closed')
    const { act_log } = await allRows(site.deps.db)
    const closings = act_log?.filter((row) => row.includes('collecting-closed')) ?? []
    expect(closings).toHaveLength(1)
    expect(closings[0]).toContain('Hệ thống')
  })

  test('what is not ready does not start, and the overview and the page say why', async () => {
    const { survey } = await surveyWithCards(site)
    await site.deps.db
      .updateTable('survey')
      .set({ opens_at: moment('04:00').toISOString() })
      .execute()
    await site.deps.db.updateTable('code_batch').set({ state: 'unprinted' }).execute()
    await looksAt('04:00')
    expect((await getSurvey(site.deps.db, 'thu')).public_key).toBeNull()
    expect(await stateOf()).toBe(survey.state)
    const officer = await signedIn(site)
    for (const path of ['/dieu-tra/thu', page])
      expect((await officer.get(path)).root.querySelector('.alarm')?.textContent).toContain(
        'Còn một lô mã chưa được đánh dấu đã in xong.',
      )
  })

  test('a clock that jumped starts and closes nothing until an officer says that it is right', async () => {
    await collectsUntil('05:00')
    const officer = await signedIn(site)
    await ticker.look()
    now = moment('09:00')
    running += 20_000
    await ticker.look()
    expect(await stateOf()).toBe('collecting')
    expect((await officer.get('/dieu-tra')).text).toContain('Đồng hồ máy chủ nhảy tới 6 giờ')
    await officer.get('/he-thong/dong-ho')
    await officer.submit()
    expect(officer.current.text).toContain('Giờ của máy chủ được tin')
    running += 20_000
    await ticker.look()
    expect(await stateOf()).toBe('closed')
    // Back again, after a restart: it is not trusted, and what is closed stays closed.
    now = moment('04:00')
    await createTicker(site.deps, () => 0).look()
    expect((await officer.get('/dieu-tra')).text).toContain('so với lần chạy trước')
    expect(await stateOf()).toBe('closed')
  })
})

describe('the closing moment', () => {
  test('a card that comes after it is refused, a form begun before it has half an hour', async () => {
    const codes = await collectsUntil('05:00')
    const browser = await enters(site, codes[0]?.code ?? '')
    expect(browser.current.text).toContain('Nhận phiếu đến 12:00 ngày 12/10/2022.')
    const slow = await enters(site, codes[1]?.code ?? '')
    await answersAll(slow, () => '2')
    now = moment('05:00')
    const late = await enters(site, codes[2]?.code ?? '')
    expect([late.current.status, late.current.text]).toEqual([
      410,
      expect.stringContaining('Đã kết thúc lúc 12:00 ngày 12/10/2022.'),
    ])
    now = moment('05:29')
    // Given again on the same device it is still the form that was begun.
    await browser.get('/')
    await browser.submit({ code: codes[0]?.code })
    expect(browser.current.text).toContain('gửi được đến 12:30 ngày 12/10/2022')
    await answersAll(browser, () => '2')
    await browser.submit()
    expect(browser.current.url).toBe('/phieu/cam-on')
    now = moment('05:30')
    await slow.submit()
    expect([slow.current.status, slow.current.text]).toEqual([410, expect.stringContaining('Đã kết thúc')])
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(1)
  })

  test('holds inside the transaction of sending, by the hour of the sender’s own unit', async () => {
    const { survey, codes } = await openSurveyWith(site)
    await setClosings({ unit: { code: 'U1', at: '04:00' }, survey: '09:00' })
    const [questionnaire] = await listQuestionnaires(site.deps.db, survey)
    const send = async (n: number, time: string) => {
      const code = await findCode(site.deps.db, hashCode(codeKey(site.deps.config), codes[n]?.code ?? ''))
      if (!code || !questionnaire) throw new Error('no card')
      const answering = { ...startAnswering(code, questionnaire, newReceipt()), answers: '2222' }
      return submitBallot(site.deps.db, answering, sealAnswers(survey, answering), moment(time))
    }
    await expect(send(0, '04:30')).rejects.toMatchObject({ kind: 'over' })
    await expect(send(0, '04:29')).resolves.toBeTypeOf('string')
    const other = codes.findIndex(({ stratum }) => stratum.unit_code === 'U2')
    await expect(send(other, '04:30')).resolves.toBeTypeOf('string')
    const sent = await Promise.allSettled([1, 2, 3, 4].map((n) => send(n, n % 2 ? '04:29' : '04:30')))
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(4)
  })
})

describe('extending', () => {
  test('one unit: only its cards are taken, and the letter says what was and what is', async () => {
    const codes = await collectsUntil('05:00')
    const officer = await signedIn(site)
    now = moment('05:10')
    await extends_(officer, 'don-vi:U1', '2022-10-13', '17:00', 'Mất điện, CV 5/SNV')
    expect(officer.current.text).toContain('Đã gia hạn.')
    expect((await enters(site, codes[0]?.code ?? '')).current.url).toBe('/phieu')
    const other = codes.find(({ stratum }) => stratum.unit_code === 'U2')
    expect((await enters(site, other?.code ?? '')).current.status).toBe(410)
    await looksAt('05:40')
    expect(await stateOf()).toBe('collecting')
    const letter = await officer.get(`${page}/cong-van`)
    for (const words of [
      'Kính gửi: Sở 1',
      '17:00 ngày 13/10/2022 thay cho 12:00 ngày 12/10/2022',
      'Mất điện',
    ])
      expect(letter.text).toContain(words)
    expect(letter.text).toContain('0271 000 000')
  })

  test('a level, or everybody: the letter names each unit that is meant, and the page the last hour that holds', async () => {
    await openSurveyWith(site, { units: 2, edit: withSecondLevel })
    await setClosings({ survey: '05:00' })
    const officer = await signedIn(site)
    const addressed = async () =>
      (await officer.get(`${page}/cong-van`)).root
        .querySelectorAll('.letter__units li')
        .map(({ textContent }) => textContent)
    await extends_(officer, 'cap:so', '13/10/2022', '17h', 'Bưu điện chậm')
    expect(officer.current.root.querySelector('h1')?.textContent).toBe(
      'Đang thu phiếu, nơi muộn nhất đến 17:00 ngày 13/10/2022',
    )
    expect(await addressed()).toEqual(['Sở 1;', 'Sở 2.'])
    await extends_(officer, 'dot', '14/10/2022', '17:00', 'Bưu điện chậm')
    expect(officer.current.root.querySelector('h1')?.textContent).toBe(
      'Đang thu phiếu đến 17:00 ngày 14/10/2022',
    )
    expect(await addressed()).toEqual(['Sở 1;', 'Sở 2;', 'Huyện 1.'])
  })

  test('to an earlier hour, to the past, or without a reason is a slip that keeps what was typed', async () => {
    await collectsUntil('05:00')
    const officer = await signedIn(site)
    await extends_(officer, 'dot', '2022-10-12', '11:30', 'Thử')
    expect([officer.current.status, officer.current.text]).toEqual([
      422,
      expect.stringContaining('phải sau giờ hiện tại, 12:00 ngày 12/10/2022'),
    ])
    expect(officer.current.root.querySelector('#extend-ly-do')?.textContent).toBe('Thử')
    await extends_(officer, 'dot', '2022-10-11', '11:30', 'Thử')
    expect(officer.current.text).toContain('đã qua')
    await extends_(officer, 'dot', '2022-10-14', '11:30', '')
    expect(officer.current.text).toContain('Hãy ghi lý do')
    expect(await listDecisions(site.deps.db, await getSurvey(site.deps.db, 'thu'))).toEqual([])
  })

  test('a closed survey collects again for those who are meant, until the box is being opened', async () => {
    const { survey, codes } = await openSurveyWith(site)
    await closeCollecting(site.deps, operator, survey)
    const officer = await signedIn(site)
    await extends_(officer, 'don-vi:U1', '2022-10-12', '17:00', 'Bưu điện chậm')
    expect(await stateOf()).toBe('collecting')
    expect((await enters(site, codes[0]?.code ?? '')).current.url).toBe('/phieu')
    const other = codes.find(({ stratum }) => stratum.unit_code === 'U2')
    expect((await enters(site, other?.code ?? '')).current.status).toBe(410)
    await looksAt('10:30')
    const closed = await getSurvey(site.deps.db, 'thu')
    expect(closed.state).toBe('closed')
    expect((await listDecisions(site.deps.db, closed)).map(({ kind }) => kind)).toEqual(['reopened'])
    await jobDone(site, (await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })).id)
    await officer.post(`${page}/gia-han`, {
      'pham-vi': 'dot',
      ngay: '2022-10-20',
      gio: '17:00',
      'ly-do': 'x',
    })
    expect([officer.current.status, officer.current.text]).toEqual([
      409,
      expect.stringContaining('Không đổi được thời gian thu phiếu nữa'),
    ])
  })
})

describe('ending early', () => {
  test('one level ends with a reason while the other goes on; a second person agrees to that level alone', async () => {
    await site.close()
    site = await testSite({ publicUrl: 'https://khaosat.example.vn', now: () => now })
    const { codes } = await openSurveyWith(site, {
      official: true,
      settings: { secondPerson: 'all-acts' },
      edit: withSecondLevel,
    })
    const first = await signsIn(site, await makePerson(site, 'officer', { name: 'Một', email: 'a@x.vn' }))
    const person = { name: 'Hai', email: 'b@x.vn', agency: 'U1' }
    const second = await signsIn(site, await makePerson(site, 'officer', person))
    const ends = (browser: Browser, scope: string, reason: string) =>
      browser.post(`${page}/ket-thuc-som`, { 'pham-vi': scope, 'ly-do': reason, _xac_nhan: 'KET THUC' })
    expect((await ends(first, 'cap:so', '')).status).toBe(422)
    await ends(first, 'cap:so', 'Đã đủ')
    expect(first.current.text).toContain('Đề nghị đã được ghi')
    // What was asked for is one level: pressing for another, or for the whole survey, only asks anew.
    await ends(second, 'cap:huyen', 'Đã đủ')
    await second.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })
    expect(await stateOf()).toBe('collecting')
    await ends(second, 'cap:so', 'Đã đủ')
    expect(second.current.text).toContain('Đã kết thúc thu phiếu của cấp này.')
    const of = (level: string) => codes.find(({ stratum }) => stratum.level === level)?.code ?? ''
    expect((await enters(site, of('so'))).current.status).toBe(410)
    expect((await enters(site, of('huyen'))).current.url).toBe('/phieu')
  })

  test('the whole before its hour needs a full return or a reason, which the checks before opening show', async () => {
    const codes = await collectsUntil('09:00')
    const officer = await signedIn(site)
    await officer.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })
    expect([officer.current.status, officer.current.text]).toEqual([
      422,
      expect.stringContaining('Hãy ghi lý do kết thúc sớm'),
    ])
    await officer.get('/dieu-tra/thu/thu-phieu')
    await officer.submit({ _xac_nhan: 'KET THUC', 'ly-do': 'Theo CV 7/UBND' })
    expect(officer.current.text).toContain('Lý do: Theo CV 7/UBND')
    expect(await stateOf()).toBe('closed')
    expect((await enters(site, codes[0]?.code ?? '')).current.text).toContain('Đã kết thúc lúc 10:00')
  })

  test('a decision of one level, or one that was taken back, is no reason to open the box', async () => {
    const { survey } = await openSurveyWith(site, { edit: withSecondLevel })
    const officer = await signedIn(site)
    await officer.post(`${page}/ket-thuc-som`, {
      'pham-vi': 'cap:so',
      'ly-do': 'Cấp sở xong',
      _xac_nhan: 'KET THUC',
    })
    await closeCollecting(site.deps, operator, survey)
    const checks = async () => (await officer.get('/dieu-tra/thu/thu-phieu')).text
    expect(await checks()).toContain('chưa ghi quyết định kết thúc')
    await officer.post(`${page}/ly-do`, { 'ly-do': 'Theo CV 8/UBND' })
    expect(await checks()).toContain('Lý do: Theo CV 8/UBND')
    // Whoever collects again takes that end back; the next end needs a reason, or an hour, of its own.
    await extends_(officer, 'dot', '2022-10-12', '17:00', 'Bưu điện chậm')
    await looksAt('10:30')
    expect(await stateOf()).toBe('closed')
    expect(await checks()).toContain('Đã hết giờ thu phiếu: 17:00 ngày 12/10/2022')
    expect(await checks()).not.toContain('Theo CV 8/UBND')
  })

  test('a full return needs no reason', async () => {
    const codes = await collectsUntil('09:00')
    await putIntoBox(site, await getSurvey(site.deps.db, 'thu'), codes, () => '2222')
    const officer = await signedIn(site)
    await officer.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })
    expect(officer.current.text).toContain('Đã thu đủ phiếu theo kế hoạch.')
  })
})

test('only an officer changes hours; a slip keeps the page and a set hour is a decision', async () => {
  await surveyWithCards(site)
  const viewer = await signedIn(site, 'viewer')
  expect((await viewer.get(page)).root.querySelector('main form')).toBeNull()
  expect((await viewer.post(page, {})).status).toBe(403)
  const officer = await signedIn(site)
  await setsHours(officer, ['2022-10-14', '08:00'], ['2022-10-13', '08:00'])
  expect([officer.current.status, officer.current.text]).toEqual([
    422,
    expect.stringContaining('Giờ kết thúc phải sau giờ bắt đầu.'),
  ])
  await setsHours(officer, ['2022-10-13', '08:00'], ['2022-10-14', '08:00'])
  await officer.post(`${page}/rieng`, { 'pham-vi': 'cap:so', ngay: '2022-10-15', gio: '09:00' })
  expect(officer.current.text).toContain('09:00 ngày 15/10/2022')
  const decisions = await listDecisions(site.deps.db, await getSurvey(site.deps.db, 'thu'))
  expect(decisions.map(({ kind }) => kind)).toEqual(['hours-set', 'hours-set'])
})

function moment(time: string): Date {
  return new Date(`2022-10-12T${time}:00Z`)
}

/** The hour comes without a jump, and the program looks. */
async function looksAt(time: string): Promise<void> {
  running += moment(time).getTime() - now.getTime()
  now = moment(time)
  await ticker.look()
}

async function stateOf(): Promise<string> {
  return (await getSurvey(site.deps.db, 'thu')).state
}

async function collectsUntil(time: string) {
  const { codes } = await openSurveyWith(site)
  await setClosings({ survey: time })
  return codes
}

async function setClosings({ survey, unit }: { survey: string; unit?: { code: string; at: string } }) {
  const { db } = site.deps
  await db
    .updateTable('survey')
    .set({ closes_at: moment(survey).toISOString() })
    .execute()
  if (unit)
    await db
      .updateTable('unit')
      .set({ closes_at: moment(unit.at).toISOString() })
      .where('code', '=', unit.code)
      .execute()
}

async function setsHours(officer: Browser, opens: [string, string], closes: [string, string]): Promise<void> {
  await officer.get(page)
  await officer.submit({
    'ngay-bat-dau': opens[0],
    'gio-bat-dau': opens[1],
    'ngay-ket-thuc': closes[0],
    'gio-ket-thuc': closes[1],
  })
}

async function extends_(officer: Browser, scope: string, day: string, time: string, reason: string) {
  await officer.get(page)
  const fields = { 'pham-vi': scope, ngay: day, gio: time, 'ly-do': reason }
  await officer.submit(fields, { selector: 'form[action$="/gia-han"]' })
}

function withSecondLevel(folder: Folder): void {
  const add = (file: string, rows: string) => (folder[file] = `${folder[file] ?? ''}${rows}\n`)
  add('levels.csv', 'huyen,Cấp huyện,2,1')
  add('units.csv', 'H1,Huyện 1,Huyện 1,huyen,huyen,,9')
  add('groups.csv', 'huyen,CC,Công chức,5,0,chung,1')
  const rows = (folder['criteria.csv'] ?? '').split('\n').filter((row) => row.startsWith('so,'))
  add('criteria.csv', rows.map((row) => row.replace('so,', 'huyen,')).join('\n'))
}
