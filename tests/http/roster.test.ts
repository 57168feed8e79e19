// The list of focal points: an Excel file becomes accounts with slips to print, or a list of what to mend and nothing else.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFirstSheet } from '../../src/lib/spreadsheet.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { workbook, workbookOf, workbookWith, type Value } from '../support/spreadsheet.ts'
import { actsOf, makePerson, signsIn } from '../support/staff.ts'
import { openSurveyWith } from '../support/survey.ts'

const titles = ['STT', 'Họ và tên', 'Thư điện tử', 'Mã đơn vị', 'Tên đơn vị']

let site: TestSite
let browser: Browser

beforeEach(async () => {
  site = await testSite()
  const admin = await makePerson(site, 'administrator', { name: 'Nguyễn Văn An', email: 'an@noivu.gov.vn' })
  browser = await signsIn(site, admin)
})

afterEach(() => site.close())

describe('a good list', () => {
  test('of 31 focal points becomes 31 accounts of their agencies, with a slip each, and one line in the log', async () => {
    await openSurveyWith(site, { slug: 'thu', units: 31, quotas: [1, 1] })
    const rows = Array.from({ length: 31 }, (_, i): Value[] => [
      i + 1,
      `Đầu mối ${i + 1}`,
      `DauMoi${i + 1}@example.gov.vn`,
      // Found by code or by name, however it was typed.
      i % 2 === 0 ? `u${i + 1}` : null,
      i % 2 === 0 ? null : `  sơ   ${i + 1}`,
    ])
    await nap(await workbook([['Danh sách công chức đầu mối năm 2022'], [], titles, ...rows]))
    expect(browser.current.url).toBe('/tai-khoan?da=da-nap')
    expect(browser.current.text).toContain('Đã tạo tài khoản cho mọi người trong tệp.')
    expect(browser.current.text).toContain('32 tài khoản cán bộ')
    expect(browser.current.text).toContain('In 31 phiếu kích hoạt')

    await browser.get('/tai-khoan/phieu-kich-hoat')
    const slips = browser.current.root.querySelectorAll('.slip')
    expect(slips).toHaveLength(31)
    expect(new Set(slips.map((slip) => slip.querySelector('.code')?.text)).size).toBe(31)
    for (const slip of slips) {
      expect(slip.querySelector('svg')).not.toBeNull()
      expect(slip.text).toContain('localhost:0/can-bo/kich-hoat')
    }
    expect((await actsOf(site)).filter((act) => act.includes('Nạp'))).toEqual([
      'Nguyễn Văn An: Nạp danh sách tài khoản: 31 tài khoản từ tệp danh sách đầu mối.',
    ])

    const last = slips.find((slip) => slip.text.includes('daumoi31@example.gov.vn'))
    const person = new Browser(site.app)
    await person.get('/can-bo/kich-hoat')
    await person.submit({ code: last?.querySelector('.code')?.text ?? '' })
    await person.submit({ password: 'con trâu đi trước' })
    await person.submit({ email: 'daumoi31@example.gov.vn', password: 'con trâu đi trước' })
    expect(person.current.text).toContain('Đầu mối 31 · Công chức đầu mối')
    await person.get('/can-bo/toi')
    const facts = person.current.root.querySelectorAll('.govuk-summary-list__value').map((each) => each.text)
    expect(facts[2]).toBe('Sở 31')
  })

  test('is the template, filled in', async () => {
    await openSurveyWith(site, { slug: 'thu', units: 3 })
    await browser.get('/tai-khoan/nap')
    expect(browser.current.root.querySelector('main a[href="/tai-khoan/nap/mau.xlsx"]')).not.toBeNull()
    const [head = [], ...rows] = await template()
    expect(head).toEqual(titles)
    expect(rows.map((row) => row.slice(3)).sort()).toEqual([
      ['SNV', 'Sở Nội vụ'],
      ['U1', 'Sở 1'],
      ['U2', 'Sở 2'],
      ['U3', 'Sở 3'],
    ])
    const filled = rows.map(([number, , , ...agency], i) => [
      number,
      `Người ${i}`,
      `nguoi${i}@x.vn`,
      ...agency,
    ])
    await nap(await workbook([head, ...filled] as Value[][]))
    expect(browser.current.url).toBe('/tai-khoan?da=da-nap')
    expect(browser.current.text).toContain('5 tài khoản cán bộ')
  })

  test('may hold formulas: what they came to last counts', async () => {
    const cell = (at: string, text: string) => `<c r="${at}" t="str"><f>"${text}"</f><v>${text}</v></c>`
    const row = (n: number, texts: string[]) =>
      `<row r="${n}">${texts.map((text, i) => cell(`${'ABC'[i]}${n}`, text)).join('')}</row>`
    await nap(await workbookOf(row(1, ['Họ tên', 'Email', 'Mã']) + row(2, ['Lê Cường', 'c@x.vn', 'SNV'])))
    expect(browser.current.url).toBe('/tai-khoan?da=da-nap')
    expect(browser.current.text).toContain('Lê Cường')
  })
})

describe('a list with slips', () => {
  test('is answered by row, column and mend of each, and makes no account', async () => {
    await nap(
      await workbook([
        titles,
        [1, 'Lê Cường', 'cuong@x.vn', 'SNV', null],
        [2, null, 'dung@x.vn', 'SNV', null],
        [3, 'Phạm Dũng', 'dung@', 'SNV', null],
        [4, 'Lê Cường', 'CUONG@x.vn', 'SNV', null],
        [5, 'Nguyễn Văn An', 'An@noivu.gov.vn', 'SNV', null],
        [6, 'Vũ Em', 'em@x.vn', 'XYZ', null],
        [7, 'Vũ Phúc', 'phuc@x.vn', null, 'Sở <b>Lạ</b>'],
        [8, 'Vũ Giang', 'giang@x.vn', null, null],
      ]),
    )
    expectSlips([
      'Tìm thấy 7 lỗi, chưa có tài khoản nào được tạo. Hãy sửa rồi nạp lại:',
      'Dòng 3, cột Họ và tên: Hãy nhập họ và tên, không quá 100 ký tự.',
      'Dòng 4, cột Thư điện tử: Hãy nhập địa chỉ thư điện tử, ví dụ ten@coquan.gov.vn.',
      'Dòng 5, cột Thư điện tử: cuong@x.vn đã có ở dòng 2. Hãy giữ một dòng.',
      'Dòng 6, cột Thư điện tử: an@noivu.gov.vn đã có tài khoản. Hãy bỏ dòng này.',
      'Dòng 7: không có cơ quan nào mang mã hoặc tên "XYZ". Hãy sửa, hoặc thêm ở trang Cơ quan.',
      'Dòng 8: không có cơ quan nào mang mã hoặc tên "Sở <b>Lạ</b>". Hãy sửa, hoặc thêm ở trang Cơ quan.',
      'Dòng 9: chưa ghi mã hoặc tên đơn vị. Hãy điền cột "Mã đơn vị".',
    ])
    await expectNothingMade()
  })

  test('of hundreds shows the first fifty, and how many more there are', async () => {
    const rows = Array.from({ length: 120 }, (_, i): Value[] => [i, 'Lê Cường', 'none', 'SNV', null])
    await nap(await workbook([titles, ...rows]))
    const shown = slips()
    expect(shown).toHaveLength(52)
    expect(shown[0]).toContain('Tìm thấy 120 lỗi')
    expect(shown.at(-1)).toBe('… và 70 lỗi khác.')
    await expectNothingMade()
  })

  test.each<[string, Value[][], string]>([
    ['without a name column', [['Thư điện tử', 'Mã']], 'Không thấy dòng tiêu đề có cột "Họ và tên".'],
    ['without an address column', [['Họ và tên', 'Mã']], 'Thiếu cột "Thư điện tử". Hãy dùng tệp mẫu.'],
    [
      'without an agency column',
      [['Họ và tên', 'Thư điện tử']],
      'Thiếu cột "Mã đơn vị" hoặc "Tên đơn vị". Hãy dùng tệp mẫu.',
    ],
    ['of a title row alone', [titles], 'Tệp không có dòng nào dưới tiêu đề.'],
    ['of an empty sheet', [[null]], 'Không thấy dòng tiêu đề có cột "Họ và tên".'],
  ])('%s is refused in a sentence', async (_, rows, sentence) => {
    await nap(await workbook(rows))
    expect(slips()[1]).toContain(sentence)
    await expectNothingMade()
  })
})

describe('a file that is no list', () => {
  const csv = Buffer.from('Họ và tên,Thư điện tử,Mã đơn vị\nLê Cường,cuong@x.vn,SNV\n')
  const good = () => workbook([titles, [1, 'Lê Cường', 'cuong@x.vn', 'SNV', null]])
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}.xml`, new Uint8Array(1)]))

  test.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['of comma separated values with another ending', () => csv, 'đây không phải tệp Excel (.xlsx)'],
    ['of nothing', () => Buffer.alloc(0), 'Chưa chọn tệp. Hãy chọn tệp Excel danh sách đầu mối.'],
    [
      'that unpacks to 60 MB of zeros',
      () => workbookWith({ 'xl/bomb.xml': new Uint8Array(60 * 1024 * 1024) }),
      'mở ra quá lớn',
    ],
    ['of a thousand files', () => workbookWith(many), 'mở ra quá lớn'],
    ['cut short', async () => (await good()).subarray(0, 1500), 'tệp hỏng'],
    [
      'with one cell far away',
      () => workbookOf('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
      'ngoài 20.000 dòng hoặc 200 cột',
    ],
  ])('%s is refused on the same page, in a sentence', async (_, file, sentence) => {
    await nap(await file())
    expect(browser.current.status).toBe(422)
    expect(slips().join(' ')).toContain(sentence)
    await expectNothingMade()
    await nap(await good())
    expect(browser.current.url, 'the next one is taken').toBe('/tai-khoan?da=da-nap')
  })

  test('of more than a megabyte is refused before it is read', async () => {
    await nap(Buffer.concat([await good(), Buffer.alloc(1024 * 1024)]))
    expect(browser.current.status).toBe(413)
    expect(browser.current.text).toContain('Hãy gửi tệp nhỏ hơn 1 MB.')
    await expectNothingMade()
  })

  test('not chosen at all is asked for', async () => {
    await browser.get('/tai-khoan/nap')
    await browser.agent
      .post('/tai-khoan/nap')
      .field('x', '1')
      .expect(422, /Chưa chọn tệp/)
    expect((await browser.post('/tai-khoan/nap', { roster: 'x' })).status, 'a name is no file').toBe(422)
    await expectNothingMade()
  })
})

test('the list is for administrators alone', async () => {
  const officer = await signsIn(site, await makePerson(site, 'officer'))
  for (const path of ['/tai-khoan/nap', '/tai-khoan/nap/mau.xlsx', '/tai-khoan/phieu-kich-hoat'])
    expect((await officer.get(path)).status, path).toBe(403)
  expect((await officer.post('/tai-khoan/nap', {})).status).toBe(403)
})

/** Opens the page and sends this file. */
async function nap(file: Buffer): Promise<void> {
  await browser.get('/tai-khoan/nap')
  await browser.upload('roster', 'danh-sach.xlsx', file)
}

async function template() {
  const answer = await browser.agent
    .get('/tai-khoan/nap/mau.xlsx')
    .buffer(true)
    .parse((res, done) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => done(null, Buffer.concat(chunks)))
    })
  expect(answer.headers['content-disposition']).toBe('attachment; filename=mau-danh-sach-dau-moi.xlsx')
  return readFirstSheet(answer.body as Buffer, 'mẫu')
}

function slips(): string[] {
  return browser.current.root.querySelectorAll('.govuk-error-summary li').map((each) => each.textContent)
}

function expectSlips(sentences: string[]): void {
  expect(browser.current.status).toBe(422)
  expect(slips()).toEqual(sentences)
}

async function expectNothingMade(): Promise<void> {
  expect(await site.deps.db.selectFrom('staff').select('name').execute()).toEqual([{ name: 'Nguyễn Văn An' }])
  expect((await actsOf(site)).filter((act) => /Nạp|Tạo tài khoản [^N]/.test(act))).toEqual([])
}
