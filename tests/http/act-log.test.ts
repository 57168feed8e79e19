// The log of acts: every act of a season stands in it in words, it can be filtered and exported, nothing of a respondent
// is in it, and a line that was changed, taken out or cut off is found.
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkExportedLog, recordActAlone, verifyLog } from '../../src/staff/act-log.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { makePerson, signedIn, signsIn } from '../support/staff.ts'
import { answersAndSends, folderOnDisk, jobDone, openSurveyWith, smallFolder } from '../support/survey.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

describe('the log', () => {
  test('tells a season in words, from the draft to the index, with who did what', async () => {
    await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'thu')
    const admin = await signedIn(site, 'administrator', site.app, { name: 'Bà Khai' })
    await admin.get('/dieu-tra/thu/ke-hoach')
    await admin.submit({ plan_number: '12' })
    await admin.get('/dieu-tra/thu/ma')
    await admin.submit()
    await jobEnds(admin)
    await admin.get('/dieu-tra/thu/the')
    await admin.get('/dieu-tra/thu/ma.csv')
    await admin.get('/dieu-tra/thu/ma')
    await admin.submit({ _xac_nhan: 'DA IN' }, { selector: 'main form.danger-act' })
    await admin.get('/dieu-tra/thu/thu-phieu')
    await admin.submit()
    await admin.submit({ _xac_nhan: 'KET THUC' })
    await admin.submit({ _xac_nhan: 'MO NIEM PHONG' })
    await jobEnds(admin)
    await admin.get('/dieu-tra/thu/diem')
    await admin.submit({}, { press: 'Xuất JSON' })
    await jobEnds(admin)
    await admin.get('/dieu-tra')
    await admin.submit({}, { selector: 'header form' })

    const lines = await site.deps.db.selectFrom('act_log').selectAll().orderBy('position').execute()
    expect(lines.map(({ name, words }) => `${name}: ${words}`)).toEqual([
      'Người điều hành máy chủ (dòng lệnh): Tạo đợt điều tra.',
      'Người điều hành máy chủ (dòng lệnh): Tạo tài khoản Bà Khai (Sở Nội vụ), vai trò: Quản trị (mọi đợt), Chuyên viên Sở Nội vụ (mọi đợt).',
      'Bà Khai: Đăng nhập.',
      'Bà Khai: Sửa thông tin đợt điều tra.',
      'Bà Khai: Yêu cầu phát mã: chạy thử.',
      'Hệ thống: Đã phát mã: 20 mã theo kế hoạch, 0 mã dự phòng.',
      'Bà Khai: Mở trang in thẻ: 20 thẻ.',
      'Bà Khai: Tải tệp mã truy cập: 20 mã.',
      'Bà Khai: Xác nhận đã in xong; mã bị xóa khỏi hệ thống.',
      'Bà Khai: Bắt đầu thu phiếu.',
      'Bà Khai: Kết thúc thu phiếu: 0/20 phiếu.',
      'Bà Khai: Yêu cầu mở niêm phong, kiểm phiếu. Người mở: Bà Khai (Sở Nội vụ).',
      'Hệ thống: Đã mở niêm phong, kiểm phiếu: 0 phiếu, 0 phiếu hỏng; đã hủy khóa.',
      expect.stringMatching(/^Hệ thống: Lập bảng điểm điều tra: bản 1, mã kiểm tra [0-9a-f]{64}\.$/),
      'Bà Khai: Xem kết quả khi chưa công bố: toàn đợt.',
      'Bà Khai: Xuất điểm điều tra: dạng json.',
      'Bà Khai: Đăng xuất.',
    ])
    expect(new Set(lines.map(({ survey }) => survey))).toEqual(new Set(['thu', '']))
    expect(lines.map(({ position }) => position)).toEqual(lines.map((_, i) => i + 1))
    expect(await verifyLog(site.deps.db, site.deps.config)).toEqual({
      lines: lines.length,
      problem: undefined,
    })
  })

  test('holds nothing of a respondent: no line comes from answering, and none is later than their code', async () => {
    const { codes } = await openSurveyWith(site)
    const before = await allLines()
    await answersAndSends(site, codes[0]?.code ?? '', () => '2')
    expect(await allLines()).toEqual(before)
  })

  test('notes a failed sign-in of an account that exists, and none of one that does not', async () => {
    const person = await makePerson(site, 'auditor')
    const stranger = await signsIn(site, { ...person, password: 'khong phai cai nay' })
    await stranger.post('/can-bo/dang-nhap', { email: 'nobody@example.com', password: 'x' })
    const auditor = await signsIn(site, person)
    await auditor.get('/nhat-ky')
    expect(auditor.current.text).toContain('Đăng nhập không thành công: sai mật khẩu.')
    expect((await allLines()).filter((words) => words.includes('không thành công'))).toHaveLength(1)
  })

  test('notes guesses at the door in the program’s own log, without a name or what was typed', async () => {
    const stranger = await signsIn(site, {
      ...(await makePerson(site, 'viewer')),
      email: 'nobody@example.com',
    })
    await stranger.post('/can-bo/kich-hoat', { code: 'BBBB BBBB BBBB BBBB' })
    for (let i = 0; i < 13; i++)
      await stranger.post('/can-bo/dang-nhap', { email: 'nobody@example.com', password: 'x' })
    const logged = site.logged.join('')
    expect(logged).toContain('a sign-in of an unknown address failed')
    expect(logged).toContain('a wrong code for setting a password was typed')
    expect(logged).toContain('a sign-in was slowed down')
    for (const typed of ['nobody@example.com', 'BBBB', '127.0.0.1']) expect(logged).not.toContain(typed)
  })

  test('is not said to be broken while others go on acting', async () => {
    await recordActAlone(site.deps, operator, { kind: 'sign-in' })
    const [seen] = await Promise.all([
      verifyLog(site.deps.db, site.deps.config),
      ...Array.from({ length: 10 }, () => recordActAlone(site.deps, operator, { kind: 'sign-in' })),
    ])
    expect(seen.problem).toBeUndefined()
  })

  test('has hashes that no spreadsheet takes for a formula, so that an export is what it was', async () => {
    for (let n = 0; n < 300; n++) await recordActAlone(site.deps, operator, { kind: 'sign-in' })
    const auditor = await signedIn(site, 'auditor')
    await auditor.get('/nhat-ky')
    await auditor.submit({}, { selector: 'form[action="/nhat-ky/xuat"]' })
    expect((await checkExportedLog(site.deps.db, auditor.current.html)).problem).toBeUndefined()
  })

  test('keeps its order and misses none when many act at once', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        recordActAlone(site.deps, operator, { kind: 'slips-shown', details: { count: n } }),
      ),
    )
    expect(await verifyLog(site.deps.db, site.deps.config)).toEqual({ lines: 30, problem: undefined })
  })

  test('tells place and hash of each line to the program’s own log as well', async () => {
    await recordActAlone(site.deps, operator, { kind: 'sign-in' })
    const [line] = await site.deps.db.selectFrom('act_log').selectAll().execute()
    expect(site.logged.join('')).toContain(`"position":1,"hash":"${line?.hash}"`)
  })
})

describe('a log that somebody mended by hand', () => {
  beforeEach(async () => {
    for (let n = 1; n <= 5; n++)
      await recordActAlone(site.deps, operator, { kind: 'slips-shown', details: { count: n } })
  })

  test.each([
    ['a word', "update act_log set words = 'x' where position = 3", 'Nhật ký bị sửa ở dòng 3'],
    ['a time', "update act_log set at = '2022-01-01T00:00:00.000Z' where position = 2", 'bị sửa ở dòng 2'],
    ['a name', "update act_log set name = 'Người khác' where position = 5", 'Nhật ký bị sửa ở dòng 5'],
    ['a line taken out', 'delete from act_log where position = 3', 'Nhật ký thiếu dòng 3.'],
    [
      'a line taken out and the rest moved up',
      'delete from act_log where position = 5; update act_log_head set position = 4',
      'Nhật ký bị cắt',
    ],
    [
      'the last line cut off',
      'delete from act_log where position = 5',
      'Nhật ký bị cắt: còn 4 dòng, phải có 5',
    ],
  ])('by changing %s is found', async (_, statements, problem) => {
    for (const statement of statements.split('; ')) await sql.raw(statement).execute(site.deps.db)
    expect((await verifyLog(site.deps.db, site.deps.config)).problem).toContain(problem)
    const auditor = await signedIn(site, 'auditor')
    await auditor.get('/nhat-ky')
    // Signing in has added a line: behind a cut it is the first that does not fit.
    expect(auditor.current.text).toMatch(/Nhật ký (bị sửa ở|thiếu) dòng \d/)
    expect(auditor.current.text).toContain('Hãy giữ nguyên dữ liệu và lập biên bản.')
  })

  test('is not mended by who holds the database without the server secret', async () => {
    const other = { serverSecret: Buffer.from('another secret, just as long as ours') }
    expect((await verifyLog(site.deps.db, other)).problem).toContain('Nhật ký bị sửa ở dòng 1')
  })
})

describe('an auditor', () => {
  test('filters by survey, person, kind and day, and leafs through pages of fifty', async () => {
    await openSurveyWith(site, { slug: 'mot' })
    for (let n = 0; n < 60; n++) await recordActAlone(site.deps, operator, { kind: 'agency-made' })
    const auditor = await signedIn(site, 'auditor')
    await auditor.get('/nhat-ky')
    expect(rows(auditor)).toHaveLength(50)
    await auditor.get(auditor.current.root.querySelector('a[href*="truoc="]')?.getAttribute('href') ?? '')
    expect(rows(auditor).at(-1)).toContain('Tạo đợt điều tra.')
    await auditor.get('/nhat-ky')
    await auditor.submit({ dot: 'mot' })
    expect(auditor.current.text).toMatch(/^.*\d việc khớp bộ lọc/)
    expect(rows(auditor).every((row) => row.endsWith('mot'))).toBe(true)
    await auditor.get('/nhat-ky?viec=sign-in')
    expect(rows(auditor)).toHaveLength(1)
    await auditor.get('/nhat-ky?tu=2022-10-12&den=2022-10-12')
    expect(rows(auditor)).toHaveLength(50)
    await auditor.get('/nhat-ky?den=2022-10-11')
    expect(auditor.current.text).toContain('Không có việc nào khớp bộ lọc.')
    for (const odd of ['truoc=x', 'tu=2022-99-99', 'dot[]=1&dot[]=2', 'nguoi=%27%20or%201=1'])
      expect((await auditor.get(`/nhat-ky?${odd}`)).status, odd).toBe(200)
  })

  test('exports what was filtered, and an old export finds a log that was cut or written anew', async () => {
    for (let n = 1; n <= 4; n++)
      await recordActAlone(site.deps, operator, { kind: 'agency-made', details: { agency: '=1+1' } })
    const auditor = await signedIn(site, 'auditor')
    await auditor.get('/nhat-ky')
    await auditor.submit({}, { selector: 'form[action="/nhat-ky/xuat"]' })
    const csv = auditor.current.html
    const exported = parse<Record<string, string>>(csv, { bom: true, columns: true })
    expect(exported.map(({ position }) => position)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(exported[0]?.words).toContain('Thêm cơ quan =1+1.')
    expect(auditor.current.headers['content-disposition']).toContain('nhat-ky.csv')
    expect((await allLines()).at(-1)).toBe('Xuất nhật ký: 6 dòng.')

    expect(await checkExportedLog(site.deps.db, csv)).toEqual({ lines: 6, problem: undefined })
    expect((await checkExportedLog(site.deps.db, 'x')).problem).toContain('Không đọc được tệp.')
    await sql`update act_log set hash = 'x' where position = 2`.execute(site.deps.db)
    expect((await checkExportedLog(site.deps.db, csv)).problem).toContain('Dòng 2 không còn như trong tệp')
    await sql`delete from act_log where position = 2`.execute(site.deps.db)
    expect((await checkExportedLog(site.deps.db, csv)).problem).toBe('Nhật ký không còn dòng 2 có trong tệp.')
  })
})

async function jobEnds(browser: Browser): Promise<void> {
  await jobDone(site, browser.current.url.split('/').at(-1) ?? '')
}

async function allLines(): Promise<string[]> {
  const lines = await site.deps.db.selectFrom('act_log').select('words').orderBy('position').execute()
  return lines.map(({ words }) => words)
}

function rows(browser: Browser): string[] {
  return browser.current.root
    .querySelectorAll('main tbody tr')
    .map((row) => row.textContent.replace(/\s+/g, ' ').trim())
}
