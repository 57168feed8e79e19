// "Cam kết bảo mật", sentence by sentence: each stands here beside what shows it, and a sentence without a proof fails. The
// proofs that no other file brings are below.
import { existsSync, readFileSync } from 'node:fs'
import { strFromU8, unzipSync } from 'fflate'
import type { Response } from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { dialectOf } from '../../src/db/database.ts'
import { operator } from '../../src/staff/actor.ts'
import { roles } from '../../src/staff/role.ts'
import type { CustodyMode } from '../../src/survey/custody-mode.ts'
import { settingsOf } from '../../src/survey/survey.queries.ts'
import { routesOf } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { cli } from '../support/commands.ts'
import { addressOf } from '../support/door.ts'
import { makePerson, signsIn } from '../support/staff.ts'
import {
  answersAll,
  answersAndSends,
  enters,
  openedSurveyWith,
  openSurveyWith,
  putIntoBox,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

/** Says what is not covered, or what others see; it promises nothing. */
const warning = 'a warning'
const holders = 'tests/http/custody.test.ts > '
/** A council's key opens by enough papers, and by nothing that the server has. */
const ofTheHolders = [
  `${holders}asks for a different agency each, and so for one at Sở Nội vụ at most`,
  `${holders}is shown once, to its holder, with words and a QR code, and stands in no table, file or log`,
  `${holders}by two papers of three, whichever is lost`,
  `${holders}by three papers of five`,
  `${holders}is impossible with all that the server holds: shares, secret, store`,
]

const attacks = 'tests/http/attacks.test.ts > '
const devices = 'tests/http/devices.test.ts > '
const here = 'tests/http/commitments.test.ts > '
const pair = 'tests/http/second-person.test.ts > '

const claim =
  'Hệ thống không lưu thông tin nào cho biết ai đã trả lời phiếu nào. Mã trên thẻ chỉ để mỗi thẻ gửi được một phiếu.'
const councilClaim = 'Đơn vị tổ chức không đọc được phiếu trước khi người giữ khóa mở niêm phong.'
const twoPeople = 'Phải có hai tài khoản của hai cơ quan khác nhau cùng mở.'
const serverHeld =
  'Khóa nằm trên máy chủ, ngoài cơ sở dữ liệu. Người điều hành máy chủ có thể mở một mình bằng lệnh; biên bản khi đó ghi rõ.'
const noPaperHere = 'Máy chủ không giữ tờ nào.'
const proxyDuty = 'Người này phải tắt nhật ký truy cập các trang trả lời trên máy chủ trung gian, nếu có.'

/** Every sentence that the page may show, with what shows it. */
const proofs: Record<string, string[]> = {
  [claim]: [
    `${attacks}links no card, no arrival, no receipt and no sealed ballot to an answer by any known attack`,
    `${here}a ballot leaves no name, address, device or time of its sender`,
    'tests/http/races.test.ts > sending from twenty devices with one code: one ballot and one receipt, nineteen are told',
  ],
  [councilClaim]: ofTheHolders,

  'Mỗi thẻ: của nhóm nào (“Công chức – Sở Y tế”); chưa vào, đã vào hay đã gửi. Không ghi giờ.': [
    `${here}what is stored of respondents is this, and has no room for more`,
  ],
  'Mỗi phiếu: câu trả lời, nhóm và cơ quan, đơn vị. Niêm phong đến khi mở.': [
    `${here}what is stored of respondents is this, and has no room for more`,
    `${attacks}reads no code and no answer before the opening, not in the rows, the file, the journal or a backup`,
  ],
  'Mã xác nhận: lưu riêng, không cạnh thẻ hay phiếu nào.': [
    `${here}what is stored of respondents is this, and has no room for more`,
  ],
  'Mỗi nhóm: số phiếu mỗi ngày.': [`${here}a ballot leaves no name, address, device or time of its sender`],
  'Mỗi cơ quan, đơn vị: số phiếu gửi từ máy đã gửi phiếu; không ghi máy.': [
    `${devices}adds one to its unit’s counter for each further ballot, in whatever order cards are given and sent`,
    `${devices}leaves no other trace: the counter is all that a second ballot from one device changes`,
  ],
  'Máy đã gửi phiếu nhớ đợt đó, mã xác nhận đến khi đóng trình duyệt.': [
    `${devices}keeps of it one mark for weeks, which is sealed and no longer for more ballots`,
  ],
  'Họ tên, số điện thoại, thư điện tử, địa chỉ mạng, loại máy, giờ vào, giờ gửi.': [
    `${here}a ballot leaves no name, address, device or time of its sender`,
    `${attacks}holds nothing of a respondent, whatever they do`,
  ],
  'Câu trả lời chưa gửi: chỉ trong trình duyệt của anh/chị, đã mã hóa.': [
    'tests/http/answering.test.ts > leaves one count behind and nothing else, until its ballot is sent',
    'tests/http/answering.test.ts > cannot be read by scripts or sent along by other sites; only the answers outlive the browser',
  ],

  'Chỉ mở sau khi kết thúc thu phiếu. Khi mở, thứ tự phiếu được xáo trộn và khóa niêm phong bị hủy.': [
    'tests/http/opening.test.ts > is refused while ballots are still collected',
    'tests/http/opening.test.ts > turns every sealed ballot into a response, destroys the key and notes the minutes',
    `${attacks}links no card, no arrival, no receipt and no sealed ballot to an answer by any known attack`,
  ],
  [serverHeld]: [
    `${attacks}the key lies outside the store, for nobody else to read, until the box is open`,
    `${here}whoever runs the server can open alone, and the minutes say so`,
  ],
  [twoPeople]: [
    `${pair}cannot be done by one person alone, however often the button is pressed`,
    `${pair}cannot be done by two of one agency`,
  ],
  'Đợt chạy thử này chỉ cần một người mở.': [`${pair}is opened by one person, and the minutes say so`],
  [`Nếu máy chủ giữ khóa: ${twoPeople} Đợt chạy thử chỉ cần một người. ${serverHeld}`]: [
    `${pair}cannot be done by one person alone, however often the button is pressed`,
    `${pair}is opened by one person, and the minutes say so`,
    `${here}whoever runs the server can open alone, and the minutes say so`,
  ],
  [`Khóa chia cho ba người của ba cơ quan, nhiều nhất một người của Sở Nội vụ. Mỗi người giữ một tờ giấy; có hai tờ mới mở được. ${noPaperHere}`]:
    ofTheHolders,
  [`Khóa chia cho năm người của năm cơ quan, nhiều nhất một người của Sở Nội vụ. Mỗi người giữ một tờ giấy; có ba tờ mới mở được. ${noPaperHere}`]:
    ofTheHolders,
  [`Nếu người giữ khóa giữ: ${councilClaim} Khóa chia cho ba (hoặc năm) người của các cơ quan khác nhau, nhiều nhất một người của Sở Nội vụ. Mỗi người giữ một tờ giấy; có hai (hoặc ba) tờ mới mở được. ${noPaperHere}`]:
    ofTheHolders,

  'Cán bộ của đơn vị tổ chức, người được giao theo dõi: thấy ngay số thẻ đã vào, số phiếu đã gửi của từng nhóm, nên có thể biết vừa có thêm một phiếu. Không trang nào cho xem từng phiếu.':
    [
      `${here}counts are live for the organiser`,
      `${here}no page, whoever looks, shows a single ballot`,
      'tests/http/progress.test.ts > counts who typed a code as come in, and only a sent ballot as returned',
    ],
  'Công chức đầu mối: thấy tổng số phiếu đã gửi của cơ quan, đơn vị mình.': [
    `${here}a focal point sees one sum`,
    'tests/http/door.test.ts > of a focal point opens the own unit, and no unit of another agency',
  ],
  'Người biết mã của một thẻ: nhập thử ở máy khác thì biết thẻ đó đã gửi hay chưa, không thấy câu trả lời.': [
    `${here}who knows the code of a card learns whether it was used, and no answer`,
  ],
  'Thủ trưởng hoặc người thấy mã xác nhận: chỉ biết phiếu đã gửi, không biết nội dung. Vì vậy không ai buộc được anh/chị chứng minh mình đã trả lời gì.':
    [
      'tests/http/receipts.test.ts > nobody’s answer, code, unit or group stands beside a receipt',
      `${attacks}links no card, no arrival, no receipt and no sealed ballot to an answer by any known attack`,
    ],
  'Một người giữ khóa: không mở được phiếu nào bằng tờ giấy của riêng mình.': ofTheHolders,
  [`Người điều hành máy chủ: giữ cả khóa lẫn phiếu niêm phong nên về kỹ thuật tự mở được phiếu. ${proxyDuty}`]:
    [warning, 'tests/unit/web/proxy.test.ts > nothing that a respondent asks for is noted, staff pages are'],
  [`Người điều hành máy chủ: giữ phiếu niêm phong, không giữ khóa. ${proxyDuty}`]: [
    ...ofTheHolders,
    'tests/unit/web/proxy.test.ts > nothing that a respondent asks for is noted, staff pages are',
  ],
  [`Người điều hành máy chủ: nếu máy chủ giữ khóa thì về kỹ thuật tự mở được phiếu; nếu người giữ khóa giữ thì không. ${proxyDuty}`]:
    ofTheHolders,
  'Người có bản sao cơ sở dữ liệu: trước khi mở chỉ thấy phiếu niêm phong, không có khóa. Sau khi mở thấy các câu trả lời của từng nhóm, đã xáo trộn, không gắn với thẻ nào.':
    [
      `${attacks}finds the private key in no table at any time, and nowhere at all after the opening`,
      `${attacks}finds after the opening answers apart from codes and receipts, and nothing of the sealed ballots`,
    ],
  'Người đọc báo cáo: chỉ thấy số liệu tính từ ít nhất 5 câu trả lời; không có số của từng nhóm trong một cơ quan, đơn vị.':
    [
      'tests/unit/score/properties.test.ts > never holds an exact value, nor a figure on fewer than k answers, nor a total over a hidden one',
      'tests/unit/score/disclosure.test.ts > no figure of a unit x group exists in what is shown',
      'tests/http/scores.test.ts > tells nothing of a unit with fewer than five people behind a criterion: no figure on any page',
    ],
  'Người nhập phiếu giấy, nếu có: đọc được phiếu giấy.': [warning],
  'Nơi chuyển thư điện tử, tin nhắn, nếu mã được gửi bằng cách đó: biết mã nào gửi đến địa chỉ nào.': [
    warning,
  ],

  'Người sửa phần mềm hoặc dữ liệu trên máy chủ đang chạy; người nhìn qua vai; các đồng nghiệp cùng nhóm cho nhau biết mình đã trả lời gì.':
    [warning, 'README.md > that a person who alters the running server or writes into its database'],
  'Cho đến khi mở niêm phong, dấu vết trên đĩa của máy chủ có thể cho thấy thẻ nào ứng với phiếu niêm phong nào; niêm phong che câu trả lời. Khi mở, dữ liệu được viết lại để xóa dấu vết đó.':
    [
      warning,
      `${attacks}finds after the opening answers apart from codes and receipts, and nothing of the sealed ballots`,
      `${attacks}sees in PostgreSQL one single transaction behind all rows`,
    ],
  'Bản lưu nhật ký của cơ sở dữ liệu, nếu có giữ.': [warning, "README.md > PostgreSQL's WAL archives"],
}

const address = '203.0.113.77'
const device = 'Dien-thoai-cua-nguoi-tra-loi/7.3'

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

describe('each sentence of the page', () => {
  test('has its proof for every mode, and none is left over', async () => {
    const { codes } = await openSurveyWith(site, { official: true })
    const person = await enters(site, codes[0]?.code ?? '')
    const seen = new Set(sentences(await new Browser(site.app).get('/cam-ket-bao-mat')))
    for (const custody of ['server-held', 'council-2-of-3', 'council-3-of-5'] as const) {
      await setCustody(custody)
      for (const each of sentences(await person.get('/cam-ket-bao-mat'))) seen.add(each)
    }
    await site.deps.db.updateTable('survey').set({ rehearsal: 1 }).execute()
    await setCustody('server-held')
    for (const each of sentences(await person.get('/cam-ket-bao-mat'))) seen.add(each)

    expect([...seen].filter((sentence) => !(sentence in proofs))).toEqual([])
    const leftOver = Object.keys(proofs).filter((sentence) => !seen.has(sentence))
    expect(leftOver).toEqual(
      dialectOf(site.deps.db) === 'postgres' ? [] : ['Bản lưu nhật ký của cơ sở dữ liệu, nếu có giữ.'],
    )
  })

  test.each(Object.entries(proofs))('is shown somewhere: %s', (_, places) => {
    expect(places.length).toBeGreaterThan(0)
    expect(places.flatMap((place) => lackOf(place) ?? [])).toEqual([])
  })
})

describe('the page', () => {
  test('says for the survey of this browser what is true of it, also once the ballot was sent', async () => {
    const { codes } = await openSurveyWith(site, { official: true })
    await setCustody('council-2-of-3')
    const person = await enters(site, codes[0]?.code ?? '')
    await person.get('/cam-ket-bao-mat')
    expect(person.current.text).toContain('Áp dụng cho: Đợt thử.')
    expect(claims(person)).toEqual([claim, councilClaim])
    expect(person.current.text).not.toContain('hai tài khoản')
    expect(lastLink(person)).toEqual(['Về phiếu của anh/chị', '/phieu'])

    await person.get('/phieu')
    await answersAll(person, () => '3')
    await person.submit()
    await person.get('/cam-ket-bao-mat')
    expect(claims(person)).toEqual([claim, councilClaim])
    expect(lastLink(person)).toEqual(['Về trang cảm ơn', '/phieu/cam-on'])

    await setCustody('server-held')
    await person.get('/cam-ket-bao-mat')
    expect(claims(person)).toEqual([claim])
    expect(person.current.text).not.toMatch(/người giữ khóa|tờ giấy/)
  })

  test('says both to a visitor, and claims for all what is true of all', async () => {
    await openSurveyWith(site)
    const visitor = new Browser(site.app)
    await visitor.get('/cam-ket-bao-mat')
    expect(claims(visitor)).toEqual([claim])
    expect(visitor.current.text).toContain('Nếu máy chủ giữ khóa:')
    expect(visitor.current.text).toContain('Nếu người giữ khóa giữ:')
    expect(visitor.current.text).not.toContain('Đợt thử')
    expect(lastLink(visitor)).toEqual(['Về trang nhập mã', '/'])
  })

  test('names the survey’s own smallest number where it is stricter', async () => {
    const { codes } = await openSurveyWith(site, { settings: { k: 7 } })
    const person = await enters(site, codes[0]?.code ?? '')
    expect((await person.get('/cam-ket-bao-mat')).text).toContain('tính từ ít nhất 7 câu trả lời')
  })

  test('is read in two minutes, and never says more than is true', async () => {
    const { codes } = await openSurveyWith(site, { official: true })
    const person = await enters(site, codes[0]?.code ?? '')
    for (const custody of ['server-held', 'council-2-of-3', 'council-3-of-5'] as const) {
      await setCustody(custody)
      await person.get('/cam-ket-bao-mat')
      // Vietnamese is read at about 300 syllables a minute.
      expect(syllables(person)).toBeLessThan(600)
      expect(person.current.text).not.toMatch(/tuyệt đối|ẩn danh|không thể nào/i)
    }
    const visitor = new Browser(site.app)
    await visitor.get('/cam-ket-bao-mat')
    expect(syllables(visitor)).toBeLessThan(700)
  })

  test('still opens with a cookie of a survey that is gone', async () => {
    const { codes } = await openSurveyWith(site)
    const person = await enters(site, codes[0]?.code ?? '')
    await site.close()
    site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
    const cookies = ['phieu', 'phien'].map((name) => `${name}=${person.cookie(`__Host-${name}`) ?? ''}`)
    const visitor = new Browser(site.app)
    visitor.agent.set('Cookie', cookies.map((cookie) => `__Host-${cookie}`).join('; '))
    expect((await visitor.get('/cam-ket-bao-mat')).status).toBe(200)
    expect(claims(visitor)).toEqual([claim])
  })
})

describe('the welcome page', () => {
  test.each([
    ['server-held', claim],
    ['council-2-of-3', `${claim} ${councilClaim}`],
    ['council-3-of-5', `${claim} ${councilClaim}`],
  ] as const)('claims exactly what is true of a %s survey', async (custody, words) => {
    const { codes } = await openSurveyWith(site)
    await setCustody(custody)
    const person = await enters(site, codes[0]?.code ?? '')
    const [line] = person.current.root
      .querySelectorAll('main li')
      .filter((each) => each.querySelector('a[href="/cam-ket-bao-mat"]'))
    expect(line?.textContent.trim()).toBe(`${words} Cam kết bảo mật`)
  })

  test('and the entry and the check lead to the commitments', async () => {
    const { codes } = await openSurveyWith(site)
    const person = new Browser(site.app)
    const leads = () => person.current.root.querySelector('main a[href="/cam-ket-bao-mat"]') !== null
    await person.get('/')
    expect(leads()).toBe(true)
    await person.submit({ code: codes[0]?.code })
    await answersAll(person, () => '3')
    expect([person.current.url, leads()]).toEqual(['/phieu/kiem-tra', true])
  })
})

describe('what is kept', () => {
  test('what is stored of respondents is this, and has no room for more', async () => {
    const { survey, codes } = await openSurveyWith(site)
    await putIntoBox(site, survey, codes.slice(0, 1), () => '1212')
    const rows = await allRows(site.deps.db)
    const columns = (table: string) => Object.keys(JSON.parse(rows[table]?.[0] ?? '{}') as object)
    // 'refused' says that the card was once turned away because its group was full: no time, no answer.
    expect(columns('access_code')).toEqual(['hash', 'survey_id', 'stratum_id', 'kind', 'state', 'refused'])
    expect(columns('sealed_ballot')).toEqual(['survey_id', 'id', 'sealed'])
    expect(columns('receipt')).toEqual(['survey_id', 'receipt'])
    await closeCollecting(site.deps, operator, survey)
    const job = await site.deps.jobs.ask('open-box', survey, { by: 'A' })
    await site.deps.jobs.runToEnd(job)
    const response = (await allRows(site.deps.db)).response?.[0] ?? '{}'
    expect(Object.keys(JSON.parse(response) as object)).toEqual([
      'survey_id',
      'id',
      'stratum_id',
      'questionnaire',
      'version',
      'answers',
      'straight_line',
    ])
  })

  test('a ballot leaves no name, address, device or time of its sender', async () => {
    const { codes } = await openSurveyWith(site)
    const [before, lines] = [await allRows(site.deps.db), site.logged.length]
    const person = new Browser(site.app)
    person.agent.set('User-Agent', device).set('X-Forwarded-For', address)
    await person.get('/')
    await person.submit({ code: codes[0]?.code })
    await answersAll(person, () => '3')
    await person.submit()
    expect(person.current.text).toContain('Phiếu đã được gửi')

    const after = await allRows(site.deps.db)
    const changed = Object.keys(after).filter((table) => String(after[table]) !== String(before[table]))
    expect(changed.sort()).toEqual(['access_code', 'receipt', 'return_day', 'sealed_ballot', 'stratum'])
    // The day is counted for the group, beside a number and nothing else.
    expect(after.return_day?.map((row) => Object.keys(JSON.parse(row) as object))).toEqual([
      ['survey_id', 'stratum_id', 'day', 'returned'],
    ])
    for (const table of changed) {
      for (const row of (after[table] ?? []).filter((each) => before[table]?.includes(each) !== true)) {
        expect(row).not.toContain(device)
        expect(row).not.toContain(address)
        expect(row).not.toContain('127.0.0.1')
        // Neither the day (but where days are counted), nor a clock time, nor seconds or milliseconds since 1970.
        expect(row).not.toMatch(/\d\d:\d\d|"\w+":\d{9,}/)
        if (table !== 'return_day') expect(row).not.toMatch(/2022-10/)
      }
    }
    expect(site.logged).toHaveLength(lines)
  })
})

describe('who sees what', () => {
  test('no page, whoever looks, shows a single ballot', async () => {
    // Eight items, so that a ballot's answers stand nowhere by chance.
    await openedSurveyWith(site, { items: 4 }, (_, n) =>
      [...'01210120'].map((each, i) => (Number(each) + n * i) % 3).join(''),
    )
    const rows = await site.deps.db.selectFrom('response').select(['id', 'answers']).execute()
    expect(rows).toHaveLength(20)
    const everybody = roles.map(({ code }) => code).join(' ')
    const browser = await signsIn(
      site,
      await makePerson(site, everybody, { agency: 'U1', email: 'everybody@example.com' }),
    )
    let pages = 0
    for (const { method, path } of routesOf(site.deps)) {
      if (method !== 'get' || path.startsWith('/can-bo')) continue
      const answer = await browser.agent
        .get(addressOf(path, { slug: 'thu', unit: 'U1' }))
        .buffer(true)
        .parse(asBytes)
      const text = textWithin(answer.body as Buffer)
      pages++
      for (const { id, answers } of rows) {
        expect(text.includes(id), path).toBe(false)
        expect(text.includes(answers), path).toBe(false)
      }
    }
    expect(pages).toBeGreaterThan(25)
  })

  test('counts are live for the organiser', async () => {
    const { codes } = await openSurveyWith(site)
    const officer = await signsIn(site, await makePerson(site, 'officer'))
    const text = async () => (await officer.get('/dieu-tra/thu/tien-do')).text
    const before = await text()
    await answersAndSends(site, codes[0]?.code ?? '', () => '3')
    expect(await text()).not.toBe(before)
    expect(officer.current.text).toContain('1/20')
  })

  test('a focal point sees one sum', async () => {
    const { survey, codes } = await openSurveyWith(site)
    const ofUnit = codes.filter(({ stratum }) => stratum.unit_code === 'U1')
    const [first, second, third] = ofUnit
    await putIntoBox(
      site,
      survey,
      [first, second, third].flatMap((card) => card ?? []),
      () => '1212',
    )
    const focal = await signsIn(site, await makePerson(site, 'focal-point', { agency: 'U1' }))
    await focal.get('/dieu-tra/thu/don-vi/U1')
    expect(focal.current.root.querySelector('h1')?.textContent).toBe('Sở 1: đã gửi 3/10 phiếu, còn 7')
    const cells = focal.current.root.querySelectorAll('tbody td').map((each) => each.textContent)
    expect(cells).toEqual(['5', '5', '5', '5'])
  })

  test('who knows the code of a card learns whether it was used, and no answer', async () => {
    const { codes } = await openSurveyWith(site)
    const code = codes[0]?.code ?? ''
    const owner = await enters(site, code)
    await answersAll(owner, () => '3')
    const curious = await enters(site, code)
    expect(curious.current.text).toContain('Bắt đầu trả lời')
    await curious.get('/phieu/kiem-tra')
    expect(curious.current.text).toContain('Anh/chị đã trả lời 0/4 câu.')
    await owner.submit()
    expect(owner.current.text).toContain('Phiếu đã được gửi')
    const later = await enters(site, code)
    expect(later.current.text).toContain('đã được gửi')
    expect(later.current.text).not.toMatch(/Câu một|Tốt/)
  })

  test('whoever runs the server can open alone, and the minutes say so', async () => {
    const { survey, codes } = await openSurveyWith(site, { official: true })
    await putIntoBox(site, survey, codes.slice(0, 3), () => '1212')
    await closeCollecting(site.deps, operator, survey)
    const { dataDir, databaseUrl } = site.deps.config
    const environment = {
      DATA_DIR: dataDir,
      SERVER_SECRET: 'a secret of the tests, long enough',
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    }
    expect(cli(environment, ['box', 'open', 'thu'])).toMatchObject({ code: 0 })
    const officer = await signsIn(site, await makePerson(site, 'officer'))
    await officer.get('/dieu-tra/thu/thu-phieu')
    expect(officer.current.root.querySelector('main')?.textContent).toContain(
      'Người điều hành máy chủ (dòng lệnh)',
    )
  })
})

/** What is wrong with "file > words in it". */
function lackOf(place: string): string | undefined {
  if (place === warning) return undefined
  const [file = '', words = ''] = place.split(' > ')
  if (words === '?') return existsSync(file) ? `${file} is there: name the tests that show it` : undefined
  if (!existsSync(file)) return `${place}: there is no such file`
  return readFileSync(file, 'utf8').includes(words) ? undefined : `${place}: its words are not in it`
}

/** Every claim and item of the page, as a person reads it. */
function sentences({ root }: { root: Browser['current']['root'] }): string[] {
  return root
    .querySelectorAll('main .govuk-inset-text p, main li')
    .map((each) => each.textContent.replace(/\s+/g, ' ').trim())
}

function syllables({ current }: Browser): number {
  return (current.root.querySelector('main')?.textContent ?? '').trim().split(/\s+/).length
}

function claims({ current }: Browser): string[] {
  return current.root.querySelectorAll('main .govuk-inset-text p').map((each) => each.textContent.trim())
}

function lastLink({ current }: Browser): [string, string] {
  const link = current.root.querySelectorAll('main a').at(-1)
  return [link?.textContent ?? '', link?.getAttribute('href') ?? '']
}

/** As the survey was when it began to collect; the holders' papers are no matter here. */
async function setCustody(custody: CustodyMode): Promise<void> {
  const survey = await site.deps.db.selectFrom('survey').selectAll().executeTakeFirstOrThrow()
  const settings = JSON.stringify({ ...settingsOf(survey), custody })
  await site.deps.db.updateTable('survey').set({ settings }).execute()
}

/** The answer as it came, whatever its kind. */
function asBytes(res: Response, done: (error: Error | null, body: Buffer) => void): void {
  const pieces: Buffer[] = []
  const stream = res as unknown as NodeJS.ReadableStream
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  stream.on('end', () => done(null, Buffer.concat(pieces)))
}

/** All that can be read in it: of a workbook or a Word file what its parts hold. */
function textWithin(bytes: Buffer): string {
  if (bytes.subarray(0, 2).toString('latin1') !== 'PK') return bytes.toString('utf8')
  return Object.values(unzipSync(bytes))
    .map((part) => strFromU8(part))
    .join('\n')
}
