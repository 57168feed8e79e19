// The operator's season by commands alone, beside a running server, on both databases; and what each command refuses.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import readXlsxFile from 'read-excel-file/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import {
  cli,
  cliBeside,
  cliJson,
  startProgram,
  type Environment,
  type RunningProgram,
} from '../support/commands.ts'
import { emptyDatabase, freshDatabase, postgresUrl, type TestDatabase } from '../support/database.ts'
import { hashOf } from '../support/results.ts'
import { answersAll, folderOnDisk, openedSurveyWith, password, smallFolder } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let database: TestDatabase
let environment: Environment
let out: string
let server: RunningProgram | undefined

beforeEach(async () => {
  out = mkdtempSync(join(tmpdir(), 'cchc-out-'))
  use(await freshDatabase())
})

function use(store: TestDatabase): void {
  database = store
  environment = {
    DATA_DIR: database.dataDir,
    SERVER_SECRET: 'a secret of the tests, long enough',
    ...(database.databaseUrl === undefined ? {} : { DATABASE_URL: database.databaseUrl }),
  }
}

afterEach(async () => {
  await server?.stop()
  server = undefined
  rmSync(out, { recursive: true, force: true })
  await database.close()
})

/** One sentence on stderr, nothing on stdout, exit 1. */
function expectRefused(args: string[], sentence: string | RegExp): void {
  const result = cli(environment, args)
  expect(result, args.join(' ')).toMatchObject({ code: 1, out: '' })
  expect(result.err).toMatch(sentence)
  expect(result.err).not.toMatch(/\n\s+at |Error:/)
}

test('a whole season by commands, with answers over HTTP beside them', async () => {
  const folder = folderOnDisk(smallFolder({ units: 2, quotas: [4, 3] }))
  expect(cliJson(environment, ['survey', 'create', '--from', folder, '--slug', 'mua'])).toMatchObject({
    slug: 'mua',
    state: 'draft',
  })
  const codesFile = join(out, 'codes.csv')
  cliJson(environment, ['codes', 'issue', 'mua', '--out', codesFile, '--rehearsal'])
  expect(statSync(codesFile).mode & 0o077).toBe(0)
  const codes = parse<{ unit: string; group: string; code: string; url: string }>(
    readFileSync(codesFile, 'utf8'),
    { columns: true },
  )
  expect(codes).toHaveLength(14)
  expectRefused(['survey', 'start', 'mua'], 'chưa được đánh dấu đã in xong')
  cliJson(environment, ['codes', 'printed', 'mua'])
  expect(cliJson(environment, ['survey', 'start', 'mua'])).toMatchObject({ state: 'collecting' })
  expectRefused(['box', 'open', 'mua'], 'Chỉ mở niêm phong sau khi kết thúc thu phiếu')
  expectRefused(['scores', 'export', 'mua', '--out', join(out, 'early.json')], 'Điểm chỉ có sau khi')
  expect(existsSync(join(out, 'early.json'))).toBe(false)

  server = await startProgram('src/main.ts', environment)
  for (const { code, unit } of codes.slice(0, 13)) {
    const person = new Browser(server.address)
    await person.get('/')
    await person.submit({ code })
    await answersAll(person, () => (unit === 'U1' ? '3' : '2'))
    await person.submit()
    expect(person.current.text).toContain('Phiếu đã được gửi')
  }

  const progress = cliJson(environment, ['progress', 'mua']) as Record<string, unknown>[]
  expect(progress[0]).toEqual({
    unit: 'U1',
    group: 'LD',
    planned: 4,
    issued: 4,
    reserve: 0,
    opened: 4,
    returned: 4,
  })
  expect(progress.at(-1)).toMatchObject({ unit: 'U2', group: 'CC', planned: 3, returned: 2 })

  expect(cliJson(environment, ['survey', 'close', 'mua'])).toMatchObject({ state: 'closed' })
  expect(cliJson(environment, ['box', 'open', 'mua'])).toEqual({ slug: 'mua', ballots: 13, broken: 0 })
  expectRefused(['box', 'open', 'mua'], 'đã được mở')
  expectRefused(['survey', 'close', 'mua'], 'Đã mở niêm phong')

  for (const format of ['json', 'csv', 'xlsx']) {
    cliJson(environment, [
      'scores',
      'export',
      'mua',
      '--format',
      format,
      '--out',
      join(out, `scores.${format}`),
    ])
  }
  const scores = JSON.parse(readFileSync(join(out, 'scores.json'), 'utf8')) as {
    units: { total: { points: number } }[]
  }
  expect(scores.units.map((unit) => unit.total.points)).toEqual([30, 15])
  expect(readFileSync(join(out, 'scores.csv'), 'utf8')).toContain('Sở 1')
  expect(readFileSync(join(out, 'scores.xlsx')).subarray(0, 2).toString()).toBe('PK')

  const appraised = join(out, 'appraised.csv')
  writeFileSync(appraised, 'unit,criterion,points\nU1,1.2,20\nU1,2.2,15\nU2,1.2,40\nU2,2.2,\n')
  cliJson(environment, [
    'index',
    'compute',
    'mua',
    '--appraised',
    appraised,
    '--out',
    join(out, 'index.json'),
  ])
  const index = JSON.parse(readFileSync(join(out, 'index.json'), 'utf8')) as { units: object[] }
  expect(index.units).toMatchObject([
    { code: 'U1', appraised: 35, survey: 30, total: 65, scale: 100, index: 65, rank: 2 },
    { code: 'U2', appraised: 40, survey: 15, total: 55, scale: 70, index: 78.57, rank: 1 },
  ])
  expect(cli(environment, ['verify'])).toMatchObject({ code: 0 })
  expect(await server.stop()).toBe(0)
})

test('what cannot be done is refused in one sentence, and nothing is left behind', () => {
  expectRefused(['survey', 'start', 'khong-co'], 'Không có đợt điều tra nào')
  expectRefused(['survey', 'create', '--template', 'khong-co'], 'Các bộ mẫu hiện có: binh-phuoc-2022')
  expectRefused(
    ['survey', 'create', '--from', join(out, 'khong-co'), '--slug', 'aa'],
    'không có tệp hoặc thư mục này',
  )
  expectRefused(['survey', 'create', '--template', 'binh-phuoc-2022', '--slug', 'Có dấu'], 'Tên ngắn chỉ gồm')
  expect(
    cliJson(environment, ['survey', 'create', '--template', 'binh-phuoc-2022', '--slug', 'aa']),
  ).toMatchObject({ slug: 'aa' })
  expectRefused(
    ['survey', 'create', '--template', 'binh-phuoc-2022', '--slug', 'aa'],
    'Đã có đợt điều tra mang tên ngắn',
  )
  expectRefused(['codes', 'issue', 'aa', '--out', join(out, 'a.csv')], 'PUBLIC_URL')
  expectRefused(
    ['codes', 'issue', 'aa', '--rehearsal', '--out', join(out, 'no', 'a.csv')],
    'Không ghi được tệp',
  )
  expect(existsSync(join(out, 'a.csv'))).toBe(false)
  expectRefused(['codes', 'printed', 'aa'], 'Chưa phát mã')
  expectRefused(['survey', 'close', 'aa'], 'Hãy phát mã và bắt đầu thu phiếu trước')
  expectRefused(['survey', 'start'], 'thiếu tên ngắn')
  expectRefused(['survey', 'start', 'aa', '--nhanh'], 'tùy chọn lạ')
  expectRefused(['scores', 'export', 'aa', '--format', 'pdf', '--out', 'x'], 'tùy chọn không đúng')
  expectRefused(['bay'], 'Không có lệnh này')
  const progress = cliJson(environment, ['progress', 'aa']) as { issued: number }[]
  expect(progress.every((row) => row.issued === 0)).toBe(true)
})

test('an account is made with the password from standard input, and signs in', async () => {
  const args = ['staff', 'create', '--email', 'cb@example.com', '--role', 'officer']
  expect(cli(environment, args, 'ngắn\n')).toMatchObject({ code: 1 })
  expect(cli(environment, [...args.slice(0, -1), 'vua'], 'một mật khẩu đủ dài\n').err).toContain(
    'Vai trò "vua" không có',
  )
  expect(cli(environment, args, 'một mật khẩu đủ dài\n')).toMatchObject({ code: 0 })
  server = await startProgram('src/main.ts', environment)
  const officer = new Browser(server.address)
  await officer.get('/can-bo/dang-nhap')
  await officer.submit({ email: 'cb@example.com', password: 'một mật khẩu đủ dài' })
  await officer.get('/dieu-tra')
  expect(officer.current.status).toBe(200)
  expect((await officer.get('/tai-khoan')).status).toBe(403)
})

test('verify finds a counter that was changed by hand', async () => {
  cliJson(environment, ['survey', 'create', '--template', 'binh-phuoc-2022', '--slug', 'aa'])
  expect(cli(environment, ['verify'])).toMatchObject({ code: 0 })
  await sql`update stratum set returned = 1`.execute(database.db)
  const result = cli(environment, ['verify'])
  expect(result.code).toBe(1)
  expect(result.out).toContain('Phiếu thu về')
})

describe('codes', () => {
  test('are written again as they were while they wait for the printer, and never after', () => {
    const file = join(out, 'codes.csv')
    cliJson(environment, ['survey', 'create', '--from', folderOnDisk(smallFolder()), '--slug', 'mua'])
    const issue = ['codes', 'issue', 'mua', '--rehearsal', '--out', file]
    expect(cliJson(environment, issue)).toEqual({ slug: 'mua', codes: 20, out: file })
    const codes = readFileSync(file, 'utf8')
    expect(codes).toMatch(/^unit,group,code,url\nU1,LD,[2-9B-X]{12},http:\/\/localhost:3000\/#[2-9B-X]{12}\n/)
    writeFileSync(file, 'cut off')
    expect(cliJson(environment, issue)).toMatchObject({ codes: 20 })
    expect(readFileSync(file, 'utf8')).toBe(codes)

    expect(cliJson(environment, ['codes', 'printed', 'mua'])).toEqual({ slug: 'mua', printed: true })
    expectRefused(issue, 'Mọi nhóm đã có đủ mã')
    expectRefused(['codes', 'printed', 'mua'], 'không còn giữ mã')
    expect(readFileSync(file, 'utf8')).toBe(codes)
  })

  test('that cannot be written down are not issued', async () => {
    cliJson(environment, ['survey', 'create', '--from', folderOnDisk(smallFolder()), '--slug', 'mua'])
    const before = await allRows(database.db)
    for (const file of [join(out, 'khong-co', 'codes.csv'), out, ''])
      expectRefused(['codes', 'issue', 'mua', '--rehearsal', '--out', file], /^Không ghi được tệp /)
    expect(await allRows(database.db)).toEqual(before)
  })

  test('are issued once, also by commands at once beside a running server', async () => {
    cliJson(environment, ['survey', 'create', '--from', folderOnDisk(smallFolder()), '--slug', 'mua'])
    server = await startProgram('src/main.ts', environment)
    const files = ['a.csv', 'b.csv', 'c.csv'].map((name) => join(out, name))
    const results = await Promise.all(
      files.map((file) => cliBeside(environment, ['codes', 'issue', 'mua', '--rehearsal', '--out', file])),
    )
    expect(results.map(({ code, err }) => [code, err])).toEqual(files.map(() => [0, '']))
    const [first, ...others] = files.map((file) => readFileSync(file, 'utf8'))
    for (const other of others) expect(other).toBe(first)
    expect((await allRows(database.db)).access_code).toHaveLength(20)
  })
})

describe('a folder with slips', () => {
  test('is answered with every slip, one in a line, and nothing is stored', async () => {
    const folder = smallFolder()
    folder['units.csv'] = folder['units.csv']?.replace('U2', 'U1') ?? ''
    folder['options.csv'] = folder['options.csv']?.replace('0.5', '5') ?? ''
    const before = await allRows(database.db)
    const result = cli(environment, ['survey', 'create', '--from', folderOnDisk(folder), '--slug', 'mua'])
    expect(result).toMatchObject({ code: 1, out: '' })
    expect(result.err.trimEnd().split('\n')).toEqual([
      'Tìm thấy 2 lỗi, chưa có gì được nạp. Hãy sửa rồi nạp lại:',
      'units.csv, dòng 3, cột code: mã "U1" đã có ở dòng 2. Hãy đổi mã hoặc xóa dòng thừa.',
      'options.csv, dòng 3, cột coefficient: hệ số lớn hơn 1. Hãy nhập số từ 0 đến 1.',
    ])
    expect(await allRows(database.db)).toEqual(before)
  })

  test('in another encoding is told from one that is missing', () => {
    const folder = folderOnDisk(smallFolder())
    writeFileSync(join(folder, 'units.csv'), Buffer.from(smallFolder()['units.csv'] ?? '', 'utf16le'))
    rmSync(join(folder, 'groups.csv'))
    const { err } = cli(environment, ['survey', 'create', '--from', folder, '--slug', 'mua'])
    expect(err).toContain('units.csv, dòng 1: tệp không dùng bảng mã UTF-8')
    expect(err).toContain('groups.csv: thiếu tệp này trong thư mục.')
    expect(err).toContain('Tìm thấy 2 lỗi')
  })

  test('with more slips than a screen shows is cut at fifty', () => {
    const folder = smallFolder({ units: 60 })
    folder['units.csv'] = folder['units.csv']?.replaceAll(',so,so,', ',tinh,so,') ?? ''
    const { err } = cli(environment, ['survey', 'create', '--from', folderOnDisk(folder), '--slug', 'mua'])
    expect(err).toContain('Tìm thấy 61 lỗi')
    expect(err.trimEnd().split('\n')).toHaveLength(52)
    expect(err).toContain('… và 11 lỗi khác.')
  })

  test('that only deserves a warning is created, and the warning said', () => {
    const folder = folderOnDisk(smallFolder({ quotas: [2, 2] }))
    const result = cli(environment, ['survey', 'create', '--from', folder, '--slug', 'mua'])
    expect(result).toMatchObject({ code: 0, err: '' })
    expect(result.out.split('\n').slice(0, 2)).toEqual([
      'Đã tạo đợt điều tra mua.',
      'Lưu ý: units.csv, dòng 2, cột code: chỉ có 4 người được hỏi; cần ít nhất 6 để công bố điểm của đơn vị mà không lộ câu trả lời.',
    ])
  })
})

describe('results', () => {
  beforeEach(async () => {
    await database.close()
    const site = await testSite()
    const { db, config } = site.deps
    use({ db, dataDir: config.dataDir, databaseUrl: config.databaseUrl, close: site.close })
    // One unit of 3 + 3 people, who all gave the middle answer.
    await openedSurveyWith(site, { slug: 'mua', units: 1, quotas: [3, 3] }, () => '1111')
    await site.deps.jobs.stop()
  })

  test('are files of one content: the JSON proves itself, the tables hold its numbers', async () => {
    const files = ['json', 'csv', 'xlsx'].map((format) => join(out, `diem.${format}`))
    for (const file of files) {
      const format = file.split('.').at(-1) ?? ''
      const args = ['scores', 'export', 'mua', '--format', format, '--out', file]
      expect(cliJson(environment, args)).toEqual({ slug: 'mua', out: file, bytes: statSync(file).size })
      expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
    }
    const [json = '', csv = '', xlsx = ''] = files
    const { hash, ...content } = JSON.parse(readFileSync(json, 'utf8')) as Record<string, unknown>
    expect(hashOf(content)).toBe(hash)
    expect(content).toMatchObject({ units: [{ code: 'U1', total: { points: 15, max: 30 } }] })
    expect(readFileSync(csv, 'utf8')).toContain('\nU1,Sở 1,so,6,6,6,6,30,15,')
    const [totals] = await readXlsxFile(readFileSync(xlsx))
    expect(totals?.data.at(-1)?.slice(0, 9)).toEqual(['U1', 'Sở 1', 'so', 6, 6, 6, 6, 30, 15])
    // Without --format it is JSON, and the same again.
    cliJson(environment, ['scores', 'export', 'mua', '--out', join(out, 'again')])
    expect(readFileSync(join(out, 'again'))).toEqual(readFileSync(json))
  })

  test('that cannot be computed or written leave neither a run nor a file', async () => {
    const good = join(out, 'good.csv')
    const bad = join(out, 'bad.csv')
    writeFileSync(good, 'unit,criterion,points\nU1,1.2,20\nU1,2.2,15\n')
    writeFileSync(bad, 'unit,criterion,points\nU1,1.2,41\nU2,1.2,1\n')
    const before = await allRows(database.db)
    const file = join(out, 'chi-so.json')
    const compute = (appraised: string, to: string) => [
      'index',
      'compute',
      'mua',
      '--appraised',
      appraised,
      '--out',
      to,
    ]
    const refused = cli(environment, compute(bad, file))
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err.trimEnd().split('\n')).toEqual([
      'Tìm thấy 3 lỗi, chưa có gì được tính. Hãy sửa rồi nạp lại:',
      expect.stringContaining('dòng 2, cột points: Điểm 41 lớn hơn điểm tối đa 40'),
      expect.stringContaining('dòng 3, cột unit: Không có đơn vị nào mang mã “U2”'),
      expect.stringContaining('Sở 1 (mã U1) còn thiếu 1 tiêu chí thẩm định: 2.2.'),
    ])
    expectRefused(
      compute(join(out, 'khong-co.csv'), file),
      /^Không đọc được tệp .*không có tệp hoặc thư mục này/,
    )
    expectRefused(compute(out, file), /^Không đọc được tệp /)
    expectRefused(compute(good, join(out, 'khong-co', 'x.json')), /^Không ghi được tệp /)
    expectRefused(['scores', 'export', 'mua', '--out', join(out, 'khong-co', 'x')], /^Không ghi được tệp /)
    expect(existsSync(file)).toBe(false)
    expect(await allRows(database.db)).toEqual(before)

    expect(cliJson(environment, compute(good, file))).toMatchObject({ slug: 'mua', out: file })
    const { hash, ...content } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    expect(hashOf(content)).toBe(hash)
    expect(content).toMatchObject({ units: [{ appraised: 35, survey: 15, total: 50, index: 50, rank: 1 }] })
    expect((await allRows(database.db)).index_run).toHaveLength(1)
  })

  test('are proved by verify, which finds whatever was changed by hand', async () => {
    const appraised = join(out, 'good.csv')
    writeFileSync(appraised, 'unit,criterion,points\nU1,1.2,20\nU1,2.2,15\n')
    cliJson(environment, ['index', 'compute', 'mua', '--appraised', appraised, '--out', join(out, 'x')])
    const right = cli(environment, ['verify'])
    expect(right).toMatchObject({ code: 0, err: '' })
    expect(right.out).toMatch(/^Đã đối chiếu \d+ con số, tất cả đều khớp\.\n$/)
    expect(cliJson(environment, ['verify'])).toEqual([
      { survey: 'mua', checks: expect.any(Number) as number, problems: [] },
    ])

    await sql`update stratum set opened = opened - 1 where group_code = 'LD'`.execute(database.db)
    await sql`delete from receipt where receipt = (select min(receipt) from receipt)`.execute(database.db)
    await sql`update index_run set output = replace(output, '"rank":1', '"rank":2')`.execute(database.db)
    const wrong = cli(environment, ['verify'])
    expect(wrong).toMatchObject({ code: 1, err: '' })
    expect(wrong.out.trimEnd().split('\n')).toEqual([
      'mua: Đã vào, Lãnh đạo – Sở 1: ghi 2, đếm lại được 3.',
      'mua: Số mã xác nhận: ghi 6, đếm lại được 5.',
      expect.stringMatching(
        /^mua: Mã kiểm tra của lần tính 1: ghi [0-9a-f]{64}, đếm lại được [0-9a-f]{64}\.$/,
      ),
    ])
    const found = cli(environment, ['verify', '--json'])
    expect(found.code).toBe(1)
    expect(JSON.parse(found.out)).toMatchObject([{ survey: 'mua', problems: { length: 3 } }])
  })
})

describe('a command that is mistyped', () => {
  const mistyped: [args: string[], sentence: RegExp][] = [
    [[], /^Không có lệnh này\./],
    [['khao-sat'], /^Không có lệnh này\./],
    [['survey'], /^Không có lệnh này\./],
    [['survey', 'delete', 'mua'], /^Không có lệnh này\./],
    [['survey', 'close'], /^Lệnh thiếu tên ngắn của đợt điều tra\./],
    [['survey', 'list', 'mua'], /^Lệnh có phần thừa\./],
    [['survey', 'create', '--name', 'x'], /^Lệnh có tùy chọn lạ/],
    [['codes', 'issue', 'mua'], /^Lệnh thiếu .*tùy chọn bắt buộc/],
    [['scores', 'export', 'mua', '--out'], /^Lệnh thiếu .*tùy chọn bắt buộc/],
    [['scores', 'export', 'mua', '--out', 'x', '--format', 'docx'], /^Giá trị của tùy chọn không đúng/],
  ]

  test('is answered in one sentence, in which a person finds the way to the help', async () => {
    const results = await Promise.all(mistyped.map(([args]) => cliBeside(environment, args)))
    for (const [i, [args, sentence]] of mistyped.entries()) {
      expect(results[i], args.join(' ')).toMatchObject({ code: 1, out: '' })
      expect(results[i]?.err).toMatch(sentence)
      expect(results[i]?.err).toMatch(/^[^\n]+ Hãy xem cách dùng bằng --help\.\n$/)
    }
  })

  test('is not needed: the help names every command, with exit 0', () => {
    for (const args of [['--help'], ['survey', '--help'], ['survey', 'create', '-h']]) {
      const { code, out: text, err } = cli(environment, args)
      expect({ code, err }, args.join(' ')).toEqual({ code: 0, err: '' })
      expect(text).toContain('Usage: cli')
    }
    const { out: all } = cli(environment, ['--help'])
    for (const name of ['survey', 'codes', 'progress', 'box', 'scores', 'index', 'staff', 'verify'])
      expect(all).toMatch(new RegExp(`^  ${name}`, 'm'))
  })
})

test('an account is not made twice, nor with a password of nothing, and no password is printed', async () => {
  const args = ['staff', 'create', '--email', 'cb@example.com', '--role', 'viewer', '--name', 'Nguyễn Văn A']
  const results = [
    cli(environment, args, ''),
    cli(environment, args, password + '\r\n'),
    cli(environment, args, password),
    cli(environment, ['staff', 'create', '--email', 'cb@', '--role', 'viewer'], password),
  ]
  expect(results.map(({ code }) => code)).toEqual([1, 0, 1, 1])
  expect(results[2]?.err).toContain('Đã có tài khoản dùng địa chỉ cb@example.com.')
  expect(results[3]?.err).toMatch(/^Hãy nhập địa chỉ .*ten@coquan\.gov\.vn\.\n$/)
  expect(JSON.stringify(results)).not.toContain(password)
  server = await startProgram('src/main.ts', environment)
  const browser = new Browser(server.address)
  await browser.get('/can-bo/dang-nhap')
  await browser.submit({ email: 'cb@example.com', password })
  expect(browser.current.url).toBe('/dieu-tra')
  expect(browser.current.text).toContain('Nguyễn Văn A')
})

describe('surroundings that do not fit', () => {
  const secret = { SERVER_SECRET: 'a secret of the tests, long enough' }
  const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', ...secret }
  const wrong: [what: string, environment: () => Environment, sentence: RegExp][] = [
    [
      'a database without a secret',
      () => ({ DATABASE_URL: nowhere.DATABASE_URL }),
      /^With DATABASE_URL the SERVER_SECRET must be given too/,
    ],
    [
      'a database that does not answer',
      () => nowhere,
      /^Không kết nối được cơ sở dữ liệu\. Hãy kiểm tra DATABASE_URL/,
    ],
    [
      'a host that does not exist',
      () => ({ ...nowhere, DATABASE_URL: 'postgres://a@khong-co.invalid/b' }),
      /^Không kết nối được cơ sở dữ liệu\./,
    ],
    [
      'another kind of database',
      () => ({ ...secret, DATABASE_URL: 'mysql://a' }),
      /DATABASE_URL cannot be used/,
    ],
    ['a secret that is too short', () => ({ SERVER_SECRET: 'short' }), /SERVER_SECRET cannot be used/],
    ['a port that is none', () => ({ PORT: '99999' }), /PORT cannot be used/],
    ['proxies that are no addresses', () => ({ TRUST_PROXY: 'everybody' }), /TRUST_PROXY cannot be used/],
    [
      'a data folder that is a file',
      () => ({ DATA_DIR: fileInTheWay() }),
      /^The folder DATA_DIR = .* cannot be/,
    ],
  ]

  function fileInTheWay(): string {
    const file = join(out, 'du-lieu')
    writeFileSync(file, '')
    return file
  }

  test.each(wrong)('%s: one sentence, exit 1', (_, surroundings, sentence) => {
    const result = cli({ DATA_DIR: join(out, 'data'), ...surroundings() }, ['survey', 'list'])
    expect(result).toMatchObject({ code: 1, out: '' })
    expect(result.err).toMatch(sentence)
    expect(result.err.trimEnd().split('\n')).toHaveLength(1)
  })

  test('a port that somebody else holds ends the server with one sentence', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const port = String((holder.address() as { port: number }).port)
    await expect(startProgram('src/main.ts', { ...environment, PORT: port })).rejects.toThrow(
      /^The port is in use; set PORT to another one\.\n$/,
    )
    holder.close()
  })
})

describe('the first start', () => {
  beforeEach(async () => {
    await database.close()
    use(await emptyDatabase())
  })

  test('of a command makes the store and loads nothing', () => {
    expect(cli(environment, ['survey', 'list'])).toEqual({
      code: 0,
      out: 'Chưa có đợt điều tra nào.\n',
      err: '',
    })
    expect(cliJson(environment, ['survey', 'list'])).toEqual([])
    expect(cliJson(environment, ['verify'])).toEqual([])
  })

  test('of several commands at once makes one store', async () => {
    const results = await Promise.all(
      Array.from({ length: 4 }, () => cliBeside(environment, ['survey', 'list'])),
    )
    for (const result of results) expect(result).toMatchObject({ code: 0, err: '' })
  })

  test('of the server loads the template and prints a link that makes the first administrator', async () => {
    server = await startProgram('src/main.ts', environment)
    const link = await printedLink(server)
    const browser = new Browser(server.address)
    await browser.get(link)
    await browser.submit({ name: 'Nguyễn Văn An', email: 'an@example.com', password })
    await browser.submit({ email: 'an@example.com', password })
    expect(browser.current.text).toContain('1 đợt điều tra')
    expect(cliJson(environment, ['survey', 'list'])).toMatchObject([
      { slug: 'binh-phuoc-2022', state: 'draft' },
    ])
    expect(await server.stop()).toBe(0)

    server = await startProgram('src/main.ts', environment)
    expect(server.printed()).not.toContain('khoi-tao')
    expect((await browser.get(link)).status).toBe(403)
  })

  test('of two servers on one store at once leaves one survey, and both run', async () => {
    const both = await Promise.all([1, 2].map(() => startProgram('src/main.ts', environment)))
    try {
      await Promise.all(both.map(printedLink))
      for (const { address } of both) expect((await new Browser(address).get('/healthz')).status).toBe(200)
      expect(cliJson(environment, ['survey', 'list'])).toHaveLength(1)
    } finally {
      await Promise.all(both.map((each) => each.stop()))
    }
  })

  /** The path of the link that the server prints after it has loaded the first survey. */
  async function printedLink(running: RunningProgram): Promise<string> {
    for (;;) {
      const link = /(\/can-bo\/khoi-tao\/\S+)/.exec(running.printed())?.[1]
      if (link !== undefined) return link
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
})

if (postgresUrl === undefined) {
  test('the demo shows a survey under way, whose codes work, and the same one at its next start', async () => {
    const demo = { DATA_DIR: join(out, 'data-demo') }
    server = await startProgram('src/demo/demo.ts', demo)
    const printed = server.printed()
    const codes = [...printed.matchAll(/^ {2}((?:[2-9B-X]{4} ?){3})$/gm)].map(([, code = '']) => code)
    const [, email = '', secret = ''] = /(\S+@\S+) \/ (\S+)/.exec(printed) ?? []
    expect(codes).toHaveLength(5)

    const staff = new Browser(server.address)
    await staff.get('/can-bo/dang-nhap')
    await staff.submit({ email, password: secret })
    await staff.get('/dieu-tra/binh-phuoc-2022/tien-do')
    const returned = Number(/Đã thu (\d+)\/367 phiếu/.exec(staff.current.text)?.[1])
    expect(returned / 367).toBeGreaterThan(0.8)
    expect(returned / 367).toBeLessThan(0.9)
    expect(staff.current.text).toContain('Chạy thử')

    const person = new Browser(server.address)
    await person.get('/')
    await person.submit({ code: codes[0] })
    await answersAll(person, () => '4')
    await person.submit()
    expect(person.current.text).toContain('Phiếu đã được gửi')
    expect(cli(demo, ['verify'])).toMatchObject({ code: 0 })
    expect(await server.stop()).toBe(0)

    server = await startProgram('src/demo/demo.ts', demo)
    expect(server.printed().replaceAll(/:\d+/g, '')).toBe(printed.replaceAll(/:\d+/g, ''))
    const again = new Browser(server.address)
    await again.get('/')
    await again.submit({ code: codes[0] })
    expect(again.current.text).toContain('Phiếu này đã được gửi')
    await again.get('/')
    await again.submit({ code: codes[1] })
    expect(again.current.url).toBe('/phieu')
    expect(await server.stop()).toBe(0)
  })

  test('the demo refuses a folder in which it was cut off, in one sentence', async () => {
    const demo = { DATA_DIR: join(out, 'data-demo') }
    cliJson(demo, ['survey', 'create', '--from', folderOnDisk(smallFolder()), '--slug', 'mua'])
    const started = startProgram('src/demo/demo.ts', demo)
    server = await started.catch(() => undefined)
    if (server !== undefined) throw new Error('the demo took a folder that is not its own')
    await expect(started).rejects.toThrow('Thư mục dữ liệu của bản trình diễn đang dở dang (đợt "mua").')
  })
}
