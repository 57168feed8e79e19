// A council holds the key: three or five people of as many agencies, each with a paper that only they have seen. The whole
// way through the pages, each person signed in for themselves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginOpening } from '../../src/ballot/before-opening.service.ts'
import { findOpening } from '../../src/ballot/box.queries.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { deleteShares, listHolders } from '../../src/ballot/key-holder.queries.ts'
import { chooseCustody, nameHolders } from '../../src/ballot/key-holder.service.ts'
import { joinShares, openShare } from '../../src/ballot/key-share.ts'
import { readWords, wordsOf } from '../../src/ballot/key-words.ts'
import { checkPaper, makePaper, rehearse } from '../../src/ballot/paper.service.ts'
import { Problem } from '../../src/lib/problem.ts'
import { createJobs } from '../../src/program.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurvey, type Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { cli, cliJson, type Environment } from '../support/commands.ts'
import { actsOf, makePerson, signedIn, signsIn, type Person } from '../support/staff.ts'
import { jobDone, putIntoBox, surveyWithCards, type OpenSurvey } from '../support/survey.ts'
import { allRows, bytesOnDisk, placesOf } from '../support/traces.ts'

const page = '/dieu-tra/thu/giu-khoa'
const collecting = '/dieu-tra/thu/thu-phieu'
const word = 'MO NIEM PHONG'

let site: TestSite
let officer: Browser
let council: { person: Person; browser: Browser; paper: string }[]

beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

describe('choosing who holds the key', () => {
  test('is open until collecting starts, says what losing papers means, and forgets the holders of another choice', async () => {
    await surveyWithCards(site, { units: 5 })
    await councilOf(3)
    expect(officer.current.text).toContain('Mất một tờ vẫn mở được; mất hai tờ thì mất toàn bộ phiếu.')
    await officer.submit({ 'hinh-thuc': 'council-3-of-5' }, { selector: 'form[action$="/hinh-thuc"]' })
    expect(officer.current.text).toContain('Mất từ 3 phần khóa trở lên thì mất toàn bộ phiếu')
    expect(await listHolders(site.deps.db, await surveyNow())).toEqual([])
    await officer.submit({ 'hinh-thuc': 'server-held' }, { selector: 'form[action$="/hinh-thuc"]' })
    expect(officer.current.text).toContain('Máy chủ giữ khóa')
    await officer.post('/dieu-tra/thu/bat-dau', {})
    await officer.post(`${page}/hinh-thuc`, { 'hinh-thuc': 'council-2-of-3' })
    expect(officer.current.status).toBe(409)
    expect(officer.current.text).toContain('hình thức giữ khóa được giữ nguyên')
  })

  test('is not for who only holds a share, nor for a word that is none', async () => {
    await surveyWithCards(site)
    const member = await signedIn(site, 'council', site.app, { agency: 'U1' })
    expect((await member.post(`${page}/hinh-thuc`, { 'hinh-thuc': 'council-2-of-3' })).status).toBe(403)
    // A hired firm starts and closes; it neither chooses who can open, nor names them, nor passes a share on.
    const hired = await signedIn(site, 'field-operator', site.app, { email: 'thue@example.com' })
    for (const act of ['hinh-thuc', 'nguoi-giu', 'ban-giao', 'thoi-ban-giao'])
      expect((await hired.post(`${page}/${act}`, { 'hinh-thuc': 'council-2-of-3' })).status).toBe(403)
    expect((await hired.get(page)).text).not.toContain('Chọn hình thức này')
    officer = await signedIn(site, 'officer')
    expect((await officer.post(`${page}/hinh-thuc`, { 'hinh-thuc': 'nobody' })).status).toBe(400)
  })
})

describe('naming the holders', () => {
  beforeEach(async () => {
    await surveyWithCards(site, { units: 5 })
    await councilOf(3, { named: false })
  })

  test('asks for a different agency each, and so for one at Sở Nội vụ at most', async () => {
    const colleague = await makePerson(site, 'council', { agency: 'U1', email: 'khac@example.com' })
    const [first, second] = council.map(({ person }) => person.id)
    await names([first, colleague.id, second])
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).toContain('Mỗi phần khóa phải ở một cơ quan khác nhau.')
    await names([first, first, second])
    expect(officer.current.text).toContain('đã giữ phần khóa 1. Hãy chọn người khác.')
    await names([first, '', second])
    expect(officer.current.text).toContain('Hãy chọn người giữ phần khóa 2.')
    expect(await listHolders(site.deps.db, await surveyNow())).toEqual([])
  })

  test('does not offer who administers accounts, may not open, or is locked', async () => {
    await makePerson(site, 'administrator', {
      agency: 'U4',
      email: 'admin@example.com',
      name: 'Quản trị viên',
    })
    await makePerson(site, 'viewer', { agency: 'U5', email: 'xem@example.com', name: 'Người xem' })
    const gone = await makePerson(site, 'council', {
      agency: 'U5',
      email: 'cu@example.com',
      name: 'Người cũ',
    })
    await site.deps.db
      .updateTable('staff')
      .set({ disabled_on: '2022-01-01' })
      .where('id', '=', gone.id)
      .execute()
    await officer.get(page)
    const offered = officer.current.root
      .querySelectorAll('#nguoi-giu-1 option')
      .map((each) => each.textContent)
    expect(offered.join('; ')).toContain('Người giữ 1 (Sở 1)')
    expect(offered.join('; ')).not.toMatch(/Quản trị viên|Người xem|Người cũ/)
    await names([council[0]?.person.id, council[1]?.person.id, gone.id])
    expect(officer.current.status).toBe(422)
  })

  test('lets who stays keep their paper', async () => {
    await names(council.map(({ person }) => person.id))
    for (const member of council) await makesPaper(member)
    const other = await makePerson(site, 'council', { agency: 'U4', email: 'moi@example.com' })
    await names([council[0]?.person.id, council[1]?.person.id, other.id])
    const made = (await listHolders(site.deps.db, await surveyNow())).map(
      ({ publicKey }) => publicKey !== null,
    )
    expect(made).toEqual([true, true, false])
  })
})

describe('a paper', () => {
  beforeEach(async () => {
    await surveyWithCards(site, { units: 5 })
    await councilOf(3)
  })

  test('is shown once, to its holder, with words and a QR code, and stands in no table, file or log', async () => {
    const [member] = council
    if (!member) throw new Error('no council')
    const { browser } = member
    await browser.get(page)
    const seen = browser.current.root.querySelector('input[name=thay]')?.getAttribute('value') ?? ''
    await browser.submit({}, { press: 'Tạo và hiện phần khóa' })
    expect(browser.current.headers['cache-control']).toContain('no-store')
    const paper = paperOn(browser)
    expect(browser.current.root.querySelector('.paper__qr svg')).not.toBeNull()
    // A reload sends the same form again: it makes no second paper behind the holder's back.
    await browser.post(`${page}/tao`, { thay: seen })
    expect(browser.current.status).toBe(409)
    expect(browser.current.text).toContain('Hệ thống không lưu phần khóa nên không hiện lại được.')

    const read = readWords(paper)
    if (!read.ok) throw new Error('no words')
    const store = await bytesOnDisk(site)
    const log = [{ name: 'log', bytes: Buffer.from(site.logged.join('\n')) }]
    for (const form of ['hex', 'base64', 'base64url'] as const)
      expect(placesOf(read.secret.toString(form), [...store, ...log])).toEqual([])
    for (const part of [paper, paper.toUpperCase(), paper.slice(0, 12)])
      expect(placesOf(part, [...store, ...log])).toEqual([])
    expect(store.some(({ bytes }) => bytes.includes(read.secret))).toBe(false)
  })

  test('is asked for on its holder’s start page, then its check, then nothing until the box is closed', async () => {
    const [member] = council
    if (!member) throw new Error('no council')
    const start = async () => (await member.browser.get('/dieu-tra')).text
    expect(await start()).toContain('Việc của anh/chị. Tạo phần khóa 1: Đợt thử.')
    await makesPaper(member)
    expect(await start()).toContain('Kiểm tra phần khóa 1: Đợt thử.')
    await checks(member)
    expect(await start()).not.toContain('Việc của anh/chị.')
    expect((await officer.get('/dieu-tra')).text).not.toContain('Việc của anh/chị.')
  })

  test('is made by nobody else: not the officer, not another holder, not who has no share', async () => {
    await officer.get(page)
    expect(officer.current.root.querySelector('form[action$="/tao"]')).toBeNull()
    await officer.post(`${page}/tao`, { thay: '' })
    expect(officer.current.status).toBe(409)
    const stranger = await signedIn(site, 'council', site.app, { agency: 'U4', email: 'la@example.com' })
    expect((await stranger.post(`${page}/tao`, { thay: '' })).status).toBe(409)
    expect((await stranger.post(`${page}/kiem-tra`, { 'phan-khoa': 'ban' })).status).toBe(409)
  })

  test('is checked without any other, and what is wrong with it is said by its place', async () => {
    const [member, other] = council
    if (!member || !other) throw new Error('no council')
    await makesPaper(member)
    await makesPaper(other)
    const words = member.paper.split(' ')
    const cases: [string, string][] = [
      ['', 'Hãy nhập phần khóa.'],
      [words.with(2, 'xoan').join(' '), 'Từ thứ 3 “xoan” không có trong danh mục'],
      [words.slice(1).join(' '), 'Mỗi phần khóa có 17 từ, ở đây có 16 từ.'],
      [words.with(16, words[16] === 'ban' ? 'bat' : 'ban').join(' '), 'từ kiểm tra không khớp'],
      [other.paper, 'Đây không phải phần khóa 1 của “Đợt thử” do Người giữ 1 giữ'],
    ]
    for (const [text, sentence] of cases) {
      await member.browser.get(page)
      await member.browser.submit({ 'phan-khoa': text }, { press: 'Kiểm tra phần khóa' })
      expect(member.browser.current.status).toBe(422)
      expect(member.browser.current.text).toContain(sentence)
    }
    await member.browser.submit({ 'phan-khoa': member.paper.toUpperCase() }, { press: 'Kiểm tra phần khóa' })
    expect(member.browser.current.text).toContain('Phần khóa đúng.')
    expect((await listHolders(site.deps.db, await surveyNow()))[0]?.checkedOn).toBe('2022-10-12')
  })

  test('made anew voids the old one, and the rehearsal', async () => {
    await prepares()
    expect((await surveyNow()).custody_rehearsed_on).toBe('2022-10-12')
    const [member] = council
    if (!member) throw new Error('no council')
    const old = member.paper
    await member.browser.get(page)
    await member.browser.submit({}, { selector: 'form[action$="/tao"]' })
    member.paper = paperOn(member.browser)
    await member.browser.get(page)
    await member.browser.submit({ 'phan-khoa': old }, { press: 'Kiểm tra phần khóa' })
    expect(member.browser.current.text).toContain('hoặc là tờ cũ đã được thay')
    expect((await surveyNow()).custody_rehearsed_on).toBeNull()
  })
})

describe('collecting', () => {
  test('starts only when each holder has made and checked a paper and the opening was rehearsed', async () => {
    await surveyWithCards(site, { units: 5 })
    await councilOf(3, { named: false })
    const refusals = async (words: string) => {
      await officer.post('/dieu-tra/thu/bat-dau', {})
      expect(officer.current.status).toBe(409)
      expect(officer.current.text).toContain(words)
    }
    await refusals('mới ghi tên 0/3 người giữ khóa')
    await names(council.map(({ person }) => person.id))
    await refusals('3 người giữ khóa chưa tạo phần khóa')
    for (const member of council) await makesPaper(member)
    await refusals('chưa kiểm tra phần khóa')
    for (const member of council) await checks(member)
    await refusals('chưa diễn tập mở niêm phong bằng phiếu thử')
    await rehearses()
    await officer.post('/dieu-tra/thu/bat-dau', {})
    expect((await surveyNow()).state).toBe('collecting')
    expect(existsSync(join(site.deps.config.dataDir, 'keys', (await surveyNow()).id))).toBe(false)
    await council[0]?.browser.post(`${page}/tao`, { thay: await publicKeyAt(1) })
    expect(council[0]?.browser.current.text).toContain('Không tạo lại phần khóa được nữa')
  })

  test('does not start while a holder’s account is locked, or two of them have come to one agency', async () => {
    await surveyWithCards(site, { units: 5 })
    await councilOf(3)
    await prepares()
    const refused = async (change: { disabled_on: string | null } | { agency_code: string }) => {
      const id = council[1]?.person.id ?? ''
      await site.deps.db.updateTable('staff').set(change).where('id', '=', id).execute()
      await officer.post('/dieu-tra/thu/bat-dau', {})
      expect(officer.current.status).toBe(409)
      expect(officer.current.text).toContain('cần người khác giữ phần khóa thay Người giữ 2')
      await officer.get(page)
      expect(officer.current.text).toContain('Việc giữ khóa chưa xong: cần người khác')
    }
    await refused({ disabled_on: '2022-10-01' })
    await site.deps.db.updateTable('staff').set({ disabled_on: null }).execute()
    await refused({ agency_code: 'U1' })
    await site.deps.db
      .updateTable('staff')
      .set({ agency_code: 'U2' })
      .where('id', '=', council[1]?.person.id ?? '')
      .execute()
    await officer.post('/dieu-tra/thu/bat-dau', {})
    expect((await surveyNow()).state).toBe('collecting')
  })

  test('that begins at the moment when the choice or the holders are changed keeps what it began with', async () => {
    const { survey } = await surveyWithCards(site, { units: 5 })
    await councilOf(3)
    await prepares()
    const other = await makePerson(site, 'council', { agency: 'U4', email: 'moi@example.com' })
    const ids = council.map(({ person }) => person.id)
    const before = await surveyNow()
    let late: Promise<unknown>[] = []
    await site.deps.db.transaction().execute(async (trx) => {
      await trx.updateTable('survey').set({ state: 'collecting' }).where('id', '=', survey.id).execute()
      late = [
        chooseCustody(site.deps, operator, before, 'server-held'),
        nameHolders(site.deps, operator, before, [...ids.slice(0, 2), other.id]),
      ].map(async (change) => change.catch((error: unknown) => error))
      await new Promise((resolve) => setTimeout(resolve, 200))
    })
    const frozen = new Problem('custody-frozen').message
    expect(await Promise.all(late)).toEqual([
      expect.objectContaining({ message: frozen }),
      expect.objectContaining({ message: frozen }),
    ])
    expect((await surveyNow()).settings).toBe(before.settings)
    expect((await listHolders(site.deps.db, before)).map(({ id }) => id)).toEqual(ids)
  })

  test('needs a check and a rehearsal of the papers as they are, also when one is made anew meanwhile', async () => {
    await surveyWithCards(site, { units: 5 })
    await councilOf(3)
    await prepares()
    const survey = await surveyNow()
    const [one, two] = council
    if (!one || !two) throw new Error('no council')
    const by = { ...operator, id: one.person.id }
    const papers = [one.paper, two.paper]
    const remade = (seen: string) => makePaper(site.deps, by, survey, seen)
    const quiet = async (work: Promise<unknown>) => work.catch((error: unknown) => error)
    await Promise.all([quiet(rehearse(site.deps, by, survey, papers)), remade(await publicKeyAt(1))])
    expect((await surveyNow()).custody_rehearsed_on).toBeNull()
    const made = await remade(await publicKeyAt(1))
    const text = wordsOf(made.secret).join(' ')
    await Promise.all([quiet(checkPaper(site.deps, by, survey, text)), remade(await publicKeyAt(1))])
    expect((await listHolders(site.deps.db, survey))[0]?.checkedOn).toBeNull()
  })

  test('of a real survey waits until the holders’ accounts are three days old: who makes accounts could be them all', async () => {
    await site.close()
    let now = new Date('2022-10-12T03:00:00Z')
    site = await testSite({ publicUrl: 'https://khaosat.example.vn', now: () => now })
    await surveyWithCards(site, { units: 5, official: true })
    await councilOf(3)
    await site.deps.db
      .updateTable('staff')
      .set({ altered_at: '2022-10-12T01:00:00.000Z' })
      .where('id', '=', council[2]?.person.id ?? '')
      .execute()
    await prepares()
    await officer.post('/dieu-tra/thu/bat-dau', {})
    expect(officer.current.status).toBe(409)
    expect(officer.current.text).toContain(
      'tài khoản của Người giữ 3 mới được tạo hoặc sửa, phải chờ đủ 72 giờ',
    )
    await officer.get(page)
    expect(officer.current.text).toContain('phải chờ đủ 72 giờ')
    now = new Date('2022-10-15T02:00:00Z')
    officer = await signedIn(site, 'officer', site.app, { email: 'lai@example.com' })
    await officer.post('/dieu-tra/thu/bat-dau', {})
    expect((await surveyNow()).state).toBe('collecting')
  })

  test('a rehearsal with one paper twice, or too few, is none', async () => {
    await surveyWithCards(site, { units: 5 })
    await councilOf(3)
    for (const member of council) {
      await makesPaper(member)
      await checks(member)
    }
    const browser = council[0]?.browser
    if (!browser) throw new Error('no council')
    const papers = council.map(({ paper }) => paper)
    const fields = (one = '', two = '') => ({ 'dien-tap-1': one, 'dien-tap-2': two })
    const rehearsing = { selector: 'form[action$="/dien-tap"]' }
    await browser.get(page)
    await browser.submit(fields(papers[0], papers[0]), rehearsing)
    expect(browser.current.text).toContain('Phần khóa 1 của Người giữ 1 đã nhập ở ô 1.')
    await browser.submit(fields(papers[0]), rehearsing)
    expect(browser.current.text).toContain('Còn thiếu 1 phần khóa. Cần 2 phần khóa của 2 người.')
    expect((await surveyNow()).custody_rehearsed_on).toBeNull()
    // A scanner that sends both into the first field, each with a line end.
    await browser.submit(fields(`${papers[2]?.toUpperCase()}\r\n${papers[0]?.toUpperCase()}\r\n`), {
      ...rehearsing,
    })
    expect(browser.current.text).toContain('Diễn tập xong')
  })
})

describe('the opening', () => {
  test.each([1, 2, 3])('by two papers of three, whichever is lost: without paper %i', async (lost) => {
    const sent = await closedBox(3)
    const members = council.filter((_, at) => at + 1 !== lost)
    const job = await opens(
      members[0]?.browser,
      members.map(({ paper }) => paper),
    )
    expect((await jobDone(site, job)).state).toBe('done')
    await expectOpened(sent)
    const [one, two] = [1, 2, 3].filter((position) => position !== lost)
    expect(await findOpening(site.deps.db, await surveyNow())).toMatchObject({
      custody: 'council-2-of-3',
      opened_by: `Người giữ ${one} (Sở ${one}), phần khóa ${one} và Người giữ ${two} (Sở ${two}), phần khóa ${two}`,
      present: 'Bà Lê Thị A, Thanh tra tỉnh',
    })
    const shares = (await listHolders(site.deps.db, await surveyNow())).map(({ sealedShare }) => sealedShare)
    expect(shares).toEqual([null, null, null])
    await officer.get(page)
    expect(officer.current.text).toContain('Đã mở niêm phong: khóa đã hủy')
    // An older backup with papers that are still about opens: the page does not say that nothing can.
    await officer.get(collecting)
    expect(officer.current.text).toContain('Bản sao lưu cũ và bản sao của khóa phải hủy theo biên bản.')
  })

  test('by three papers of five', async () => {
    const sent = await closedBox(5)
    const papers = [4, 1, 2].map((at) => council[at]?.paper ?? '')
    expect((await jobDone(site, await opens(council[4]?.browser, papers))).state).toBe('done')
    await expectOpened(sent)
  })

  test('not by one, not by one twice, not by a foreign one, not by words that are none; nothing changes', async () => {
    const sent = await closedBox(3)
    const elsewhere = council.map(({ paper }) => paper)
    const before = await allRows(site.deps.db)
    const [one] = council
    const tries: [string[], string][] = [
      [[one?.paper ?? '', ''], 'Còn thiếu 1 phần khóa.'],
      [[one?.paper ?? '', one?.paper ?? ''], 'đã nhập ở ô 1'],
      [[one?.paper ?? '', foreignPaper()], 'Phần khóa này không thuộc “Đợt thử”'],
      [['ban bat', elsewhere[1] ?? ''], 'ở đây có 2 từ'],
      [['', ''], 'Còn thiếu 2 phần khóa.'],
    ]
    for (const [papers, sentence] of tries) {
      await officer.get(collecting)
      await officer.submit(fieldsOf(papers), { selector: 'form[data-confirm-word]' })
      expect(officer.current.status).toBe(422)
      expect(officer.current.text).toContain(sentence)
      // What was typed rightly is kept.
      expect(officer.current.root.querySelector('#phan-khoa-1')?.textContent).toBe(papers[0])
    }
    const after = await allRows(site.deps.db)
    for (const table of Object.keys(before).filter((name) => name !== 'staff_session'))
      expect(after[table], table).toEqual(before[table])
    expect(sent).toHaveLength(8)
    expect((await surveyNow()).state).toBe('closed')
  })

  test('is impossible with all that the server holds: shares, secret, store', async () => {
    await closedBox(3)
    const survey = await surveyNow()
    const holders = await listHolders(site.deps.db, survey)
    const secrets = [site.deps.config.serverSecret.subarray(0, 16), Buffer.alloc(16)]
    for (const holder of holders)
      for (const secret of secrets)
        expect(openShare(survey.id, secret, holder.sealedShare ?? '')).toBeUndefined()
    // Nor with a single paper: one share is a point on any line.
    const read = readWords(council[0]?.paper ?? '')
    const share = read.ok ? openShare(survey.id, read.secret, holders[0]?.sealedShare ?? '') : undefined
    expect(share).toBeDefined()
    await expect(joinShares([share ?? Buffer.alloc(33)])).rejects.toThrow()
  })

  test('cut off in between asks for the papers again, in any process, and loses nothing', async () => {
    const sent = await closedBox(3)
    const survey = await surveyNow()
    const papers = council.map(({ paper }) => paper)
    // A process that goes down before its first step: its work is found by another, which has no key.
    const mortal = createJobs(site.deps)
    const begun = await beginOpening({ ...site.deps, jobs: mortal }, operator, survey, {
      papers,
      present: '',
    })
    if (!begun.ok) throw new Error('the papers were not taken')
    await mortal.stop()
    await site.deps.db.updateTable('job').set({ lease_until: 0 }).where('id', '=', begun.job.id).execute()
    expect(await jobDone(site, begun.job.id)).toMatchObject({ state: 'failed' })
    expect((await allRows(site.deps.db)).sealed_ballot).toHaveLength(sent.length)
    await officer.get(`/dieu-tra/thu/cong-viec/${begun.job.id}`)
    expect(officer.current.text).toContain('hãy nhập lại các phần khóa')
    const again = await opens(council[2]?.browser, [council[2]?.paper ?? '', council[0]?.paper ?? ''])
    expect((await jobDone(site, again)).state).toBe('done')
    await expectOpened(sent)
  })

  test('killed with kill -9 at any moment loses nothing; the papers are asked for again', async () => {
    const sent = await closedBox(3)
    const papers = council.map(({ paper }) => paper)
    // The first ones die while the program starts, the last ones somewhere in the opening, or behind it.
    for (const afterMs of [200, 450, 600, 700, 800, 900, 1000, 1200]) {
      await killed(['box', 'open', 'thu'], papers.join('\n'), afterMs)
      const rows = await site.deps.db.selectFrom('response').select('answers').execute()
      const sealed = (await allRows(site.deps.db)).sealed_ballot ?? []
      expect([rows.length, sealed.length], `${afterMs} ms`).toEqual(
        rows.length === 0 ? [0, sent.length] : [sent.length, 0],
      )
      // Its lease is over at once: the process is seen to be dead.
      for (const { id, state } of await site.deps.db.selectFrom('job').selectAll().execute())
        if (state === 'running') await jobDone(site, id)
    }
    if ((await surveyNow()).state !== 'opened') {
      const again = await opens(council[1]?.browser, [papers[2] ?? '', papers[1] ?? ''])
      expect((await jobDone(site, again)).state).toBe('done')
    }
    await expectOpened(sent)
  })

  test('that failed behind its last ballot is finished without papers: the shares may be gone already', async () => {
    const sent = await closedBox(3)
    const survey = await surveyNow()
    const { db, jobs } = site.deps
    // As where somebody else read the store when the shares' traces were to be erased.
    const key = await keyOfPapers(survey, [0, 1])
    const untilShares = async (step: string) => {
      if (step === 'Hủy khóa') throw new Error('database-busy')
      return Promise.resolve()
    }
    const input = JSON.stringify({ by: 'Hội đồng' })
    const run = jobs.handlers['open-box']?.run({
      surveyId: survey.id,
      input,
      secret: key,
      report: untilShares,
    })
    await expect(run).rejects.toThrow('database-busy')
    await deleteShares(db, survey)
    await officer.get(collecting)
    expect(officer.current.text).toContain('Phiếu đã mở hết; phần việc còn lại không cần khóa.')
    expect(officer.current.root.querySelector('#phan-khoa-1')).toBeNull()
    await officer.submit({ _xac_nhan: word }, { selector: 'form[data-confirm-word]' })
    expect(officer.current.url).toContain('/cong-viec/')
    expect((await jobDone(site, officer.current.url.split('/').at(-1) ?? '')).state).toBe('done')
    await expectOpened(sent)
    expect(await findOpening(db, survey)).toMatchObject({ step: 'done', opened_by: 'Hội đồng' })
  })

  test('asked for many times at once is one act', async () => {
    const sent = await closedBox(3)
    const fields = fieldsOf([council[0]?.paper ?? '', council[1]?.paper ?? ''])
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        officer.agent.post('/dieu-tra/thu/mo-niem-phong').type('form').send(fields),
      ),
    )
    expect(answers.every(({ status }) => [303, 409].includes(status))).toBe(true)
    const jobs = await site.deps.db.selectFrom('job').select('id').where('kind', '=', 'open-box').execute()
    for (const { id } of jobs) await jobDone(site, id)
    await expectOpened(sent)
  })
})

describe('the check of a paper while ballots are sealed', () => {
  test('opens the share itself, so that one that was spoilt or exchanged is found before the opening', async () => {
    await closedBox(3)
    const { db } = site.deps
    const survey = await surveyNow()
    const [one, two] = council
    if (!one || !two) throw new Error('no council')
    await checks(one)
    expect(one.browser.current.url).toContain('tin=phan-khoa-dung')
    // What somebody who writes into the store could do: the share of another in this place.
    const [, other] = await listHolders(db, survey)
    await db
      .updateTable('key_holder')
      .set({ sealed_share: other?.sealedShare ?? '', checked_on: '2022-01-01' })
      .where('position', '=', 1)
      .execute()
    await checks(one)
    expect(one.browser.current.status).toBe(409)
    expect(one.browser.current.text).toContain('Phần khóa 1 lưu trên máy chủ đã hỏng hoặc bị sửa.')
    expect((await listHolders(db, survey))[0]?.checkedOn).toBe('2022-01-01')
    await checks(two)
    expect(two.browser.current.url).toContain('tin=phan-khoa-dung')
  })
})

describe('a hand-over', () => {
  test('gives the share to another paper; the old one opens nothing, and the log names both', async () => {
    const sent = await closedBox(3)
    const person = await makePerson(site, 'council', {
      agency: 'U4',
      email: 'nhan@example.com',
      name: 'Người nhận',
    })
    await officer.get(page)
    await officer.submit({ phan: '1', 'nguoi-nhan': person.id }, { press: 'Chỉ định người nhận' })
    expect(officer.current.text).toContain('Đang bàn giao cho Người nhận (Sở 4): chưa tạo phần khóa mới')
    const taker = { person, browser: await signsIn(site, person), paper: '' }
    await makesPaper(taker)
    const [giver, second] = council
    if (!giver || !second) throw new Error('no council')
    await giver.browser.get(page)
    const fields = (old: string, fresh: string) => ({ 'ban-giao-1': old, 'ban-giao-2': fresh })
    const lock = (disabled_on: string | null) =>
      site.deps.db.updateTable('staff').set({ disabled_on }).where('id', '=', person.id).execute()
    await lock('2022-10-12')
    await giver.browser.submit(fields(giver.paper, taker.paper), { selector: 'form[action$="/nhan"]' })
    expect(giver.browser.current.status).toBe(409)
    await lock(null)
    await giver.browser.get(page)
    await giver.browser.submit(fields(taker.paper, giver.paper), { selector: 'form[action$="/nhan"]' })
    expect(giver.browser.current.status).toBe(422)
    await giver.browser.submit(fields(giver.paper, taker.paper), { selector: 'form[action$="/nhan"]' })
    expect(giver.browser.current.text).toContain('Đã bàn giao phần khóa. Hãy hủy ngay tờ cũ')
    expect((await actsOf(site)).at(-1)).toContain(
      'Bàn giao phần khóa 1: Người giữ 1 (Sở 1) giao, Người nhận (Sở 4) nhận',
    )
    await officer.get(collecting)
    await officer.submit(fieldsOf([giver.paper, second.paper]), { selector: 'form[data-confirm-word]' })
    expect(officer.current.text).toContain('hoặc là tờ cũ đã được thay')
    const job = await opens(taker.browser, [second.paper, taker.paper])
    expect((await jobDone(site, job)).state).toBe('done')
    await expectOpened(sent)
  })

  test('goes to another agency than those that hold, can be dropped, and is done once', async () => {
    await closedBox(3)
    const [, second] = council
    await officer.get(page)
    await officer.submit(
      { phan: '1', 'nguoi-nhan': second?.person.id ?? '' },
      { press: 'Chỉ định người nhận' },
    )
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).toContain('với người giữ phần khóa 2')
    const person = await makePerson(site, 'council', { agency: 'U4', email: 'nhan@example.com' })
    await officer.submit({ phan: '1', 'nguoi-nhan': person.id }, { press: 'Chỉ định người nhận' })
    await officer.submit({}, { press: 'Thôi bàn giao', selector: 'form[action$="/thoi-ban-giao"]' })
    expect(officer.current.text).toContain('Phần khóa vẫn do người cũ giữ.')
    const taker = await signsIn(site, person)
    expect((await taker.post(`${page}/tao`, { thay: '' })).status).toBe(409)
    expect((await officer.post(`${page}/thoi-ban-giao`, { phan: '1' })).status).toBe(409)
    expect((await council[0]?.browser.post(`${page}/nhan`, { phan: '1' }))?.status).toBe(409)
  })
})

/** A command in a process of its own that is killed so many milliseconds after it began. */
async function killed(args: string[], input: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    env: { PATH: process.env.PATH, ...environment() },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const closed = once(child, 'close')
  child.stdin.on('error', () => undefined).end(input)
  setTimeout(() => child.kill('SIGKILL'), afterMs)
  await closed
}

function environment(): Environment {
  const { config } = site.deps
  return {
    DATA_DIR: config.dataDir,
    SERVER_SECRET: config.serverSecret.toString(),
    ...(config.databaseUrl === undefined ? {} : { DATABASE_URL: config.databaseUrl }),
  }
}

test('by commands: papers from standard input, a wrong one refused in a sentence', async () => {
  const sent = await closedBox(3)
  const [one = '', two = '', three = ''] = council.map(({ paper }) => paper)
  expect(cliJson(environment(), ['share', 'list', 'thu'])).toMatchObject([
    { position: 1, name: 'Người giữ 1', agency: 'U1', checkedOn: '2022-10-12' },
    { position: 2 },
    { position: 3 },
  ])
  expect(cliJson(environment(), ['share', 'check', 'thu'], `${two.toUpperCase()}\n`)).toEqual({
    slug: 'thu',
    right: true,
  })
  const refused = cli(environment(), ['box', 'open', 'thu'], `${one}\n`)
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toContain('Còn thiếu 1 phần khóa')
  expect(cli(environment(), ['share', 'rehearse', 'thu'], `${one}\n${two}\n`).err).toContain('giữ nguyên')
  expect(cli(environment(), ['box', 'custody', 'thu', '--mode', 'server-held']).err).toContain('giữ nguyên')
  const opened = cliJson(
    environment(),
    ['box', 'open', 'thu', '--present', 'Bà A; Ông B'],
    `${three}\n${one}\n`,
  )
  expect(opened).toEqual({ slug: 'thu', ballots: 8, broken: 0 })
  await expectOpened(sent)
  expect((await findOpening(site.deps.db, await surveyNow()))?.present).toBe('Bà A\nÔng B')
})

/** An officer chooses the council, people of as many agencies are made and signed in, and named unless told not to. */
async function councilOf(holders: 3 | 5, { named = true } = {}): Promise<void> {
  officer = await signedIn(site, 'officer', site.app, { email: 'chuyen-vien@example.com' })
  council = []
  for (let n = 1; n <= holders; n++) {
    const person = await makePerson(site, 'council', {
      agency: `U${n}`,
      email: `giu-${n}@example.com`,
      name: `Người giữ ${n}`,
    })
    council.push({ person, browser: await signsIn(site, person), paper: '' })
  }
  await officer.get(page)
  const mode = holders === 3 ? 'council-2-of-3' : 'council-3-of-5'
  await officer.submit({ 'hinh-thuc': mode }, { selector: 'form[action$="/hinh-thuc"]' })
  if (named) await names(council.map(({ person }) => person.id))
}

async function names(ids: (string | undefined)[]): Promise<void> {
  await officer.get(page)
  const fields = Object.fromEntries(ids.map((id, at) => [`nguoi-giu-${at + 1}`, id ?? '']))
  await officer.submit(fields, { press: 'Lưu người giữ khóa', selector: 'form[action$="/nguoi-giu"]' })
}

async function makesPaper(member: { browser: Browser; paper: string }): Promise<void> {
  await member.browser.get(page)
  await member.browser.submit({}, { press: 'Tạo và hiện phần khóa', selector: 'form[action$="/tao"]' })
  member.paper = paperOn(member.browser)
}

function paperOn(browser: Browser): string {
  const words = browser.current.root.querySelectorAll('.paper__word b').map((each) => each.textContent)
  if (words.length !== 17) throw new Error(browser.current.text)
  return words.join(' ')
}

async function checks({ browser, paper }: { browser: Browser; paper: string }): Promise<void> {
  await browser.get(page)
  await browser.submit({ 'phan-khoa': paper }, { selector: 'form[action$="/kiem-tra"]' })
}

async function rehearses(): Promise<void> {
  const [browser, needed] = [council[0]?.browser, council.length === 3 ? 2 : 3]
  if (!browser) throw new Error('no council')
  await browser.get(page)
  const fields = Object.fromEntries(
    council.slice(0, needed).map(({ paper }, at) => [`dien-tap-${at + 1}`, paper]),
  )
  await browser.submit(fields, { selector: 'form[action$="/dien-tap"]' })
}

/** Every holder makes and checks a paper, and they rehearse. */
async function prepares(): Promise<void> {
  for (const member of council) {
    await makesPaper(member)
    await checks(member)
  }
  await rehearses()
}

/** A survey that a council holds, closed with eight ballots in its box; gives the answers that were sent. */
async function closedBox(holders: 3 | 5): Promise<string[]> {
  const { codes }: OpenSurvey = await surveyWithCards(site, { units: 5 })
  await councilOf(holders)
  await prepares()
  await officer.post('/dieu-tra/thu/bat-dau', {})
  const survey = await surveyNow()
  const sent = Array.from({ length: 8 }, (_, n) => n.toString(2).padStart(4, '0'))
  await putIntoBox(site, survey, codes.slice(0, 8), (n) => sent[n] ?? '')
  await closeCollecting(site.deps, operator, survey)
  return sent
}

function fieldsOf(papers: string[]): Record<string, string> {
  const fields = papers.map((paper, at) => [`phan-khoa-${at + 1}`, paper] as const)
  return { ...Object.fromEntries(fields), _xac_nhan: word }
}

/** Types the papers into the form of the opening; the id of the work that begins. */
async function opens(browser: Browser | undefined, papers: string[]): Promise<string> {
  if (!browser) throw new Error('nobody opens')
  await browser.get(collecting)
  await browser.submit(
    { ...fieldsOf(papers), 'co-mat': 'Bà Lê Thị A, Thanh tra tỉnh' },
    { selector: 'form[data-confirm-word]' },
  )
  if (!browser.current.url.includes('/cong-viec/')) throw new Error(browser.current.text)
  return browser.current.url.split('/').at(-1) ?? ''
}

/** The survey's key, as the papers of these members give it. */
async function keyOfPapers(survey: Survey, members: number[]): Promise<Buffer> {
  const holders = await listHolders(site.deps.db, survey)
  const shares = members.map((at) => {
    const read = readWords(council[at]?.paper ?? '')
    const share = read.ok && openShare(survey.id, read.secret, holders[at]?.sealedShare ?? '')
    if (!share) throw new Error('a paper that opens no share')
    return share
  })
  return joinShares(shares)
}

/** A paper of another survey: right words, another key. */
function foreignPaper(): string {
  return 'bac bac bac bac bac bac bac bac bac bac bac bac bac bac bac bac han'
}

async function publicKeyAt(position: number): Promise<string> {
  const holders = await listHolders(site.deps.db, await surveyNow())
  return holders[position - 1]?.publicKey ?? ''
}

async function surveyNow(): Promise<Survey> {
  return getSurvey(site.deps.db, 'thu')
}

async function expectOpened(sent: string[]): Promise<void> {
  const rows = await site.deps.db.selectFrom('response').select('answers').execute()
  expect(rows.map(({ answers }) => answers).sort()).toEqual([...sent].sort())
  expect((await surveyNow()).state).toBe('opened')
  expect((await allRows(site.deps.db)).sealed_ballot).toEqual([])
  expect((await verifyAll(site.deps.db)).flatMap(({ problems }) => problems)).toEqual([])
}
