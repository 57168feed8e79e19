// The operator's season by commands alone, beside a running server, on both databases; and what each command refuses.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { generate } from 'otplib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Browser } from '../support/browser.ts'
import { cli, cliJson, startProgram, type Environment, type RunningProgram } from '../support/commands.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { answersAll, folderOnDisk, smallFolder } from '../support/survey.ts'

let database: TestDatabase
let environment: Environment
let out: string
let server: RunningProgram | undefined

beforeEach(async () => {
  database = await freshDatabase()
  out = mkdtempSync(join(tmpdir(), 'cchc-out-'))
  environment = {
    DATA_DIR: database.dataDir,
    SERVER_SECRET: 'a secret of the tests, long enough',
    ...(database.databaseUrl === undefined ? {} : { DATABASE_URL: database.databaseUrl }),
  }
})

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

test('a whole season by commands, with answers over HTTP beside them', { timeout: 180_000 }, async () => {
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
  const first = cliJson(environment, ['release', 'list', 'mua']) as { version: number; hash: string }[]
  expect(first).toMatchObject([{ version: 1, reason: '' }])
  const pooled = join(out, 'scoring.json')
  writeFileSync(pooled, '{"groups":"pooled"}')
  const correct = ['release', 'correct', 'mua', '--settings', pooled, '--reason']
  expectRefused([...correct, ' '], 'chỉ được lập lại theo một quyết định')
  writeFileSync(join(out, 'wrong.json'), '{groups')
  const wrong = ['release', 'correct', 'mua', '--settings', join(out, 'wrong.json'), '--reason', 'x']
  expectRefused(wrong, 'tệp không phải JSON')
  expect(cliJson(environment, [...correct, 'Quyết định 12/QĐ-UBND'])).toMatchObject({
    slug: 'mua',
    version: 2,
  })
  const all = cliJson(environment, ['release', 'list', 'mua']) as { version: number; reason: string }[]
  expect(all.map((each) => [each.version, each.reason])).toEqual([
    [2, 'Quyết định 12/QĐ-UBND'],
    [1, ''],
  ])
  expect(cli(environment, ['verify'])).toMatchObject({ code: 0 })
  const explained = cli(environment, ['explain', 'mua', '--unit', 'U1']).out
  expect(explained).toContain('Sở 1, tổng điểm điều tra: 30,00/30 điểm')
  expectRefused(['explain', 'mua'], 'Hãy nêu cơ quan, đơn vị')
  const again = cli(environment, ['recompute', 'mua'])
  expect(again).toMatchObject({ code: 0 })
  expect(again.out).toContain(`Bảng điểm bản 1: khớp, ${first[0]?.hash}`)
  await sql`update response set answers = replace(answers, '2', '0')`.execute(database.db)
  const altered = cli(environment, ['recompute', 'mua'])
  expect(altered).toMatchObject({ code: 1 })
  expect(altered.out).toContain('Bảng điểm bản 2: KHÁC')
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
  const args = ['staff', 'create', '--email', 'cb@example.com', '--role', 'viewer']
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

// Some twenty processes of their own: a busy machine needs a while.
test('accounts are listed, linked, freed of a lost phone and disabled by commands, each written down', async () => {
  const email = 'cb@example.com'
  const create = ['staff', 'create', '--email', email, '--name', 'Lê Cường', '--role', 'officer', 'auditor']
  expect(cliJson(environment, ['staff', 'list'])).toEqual([])
  cliJson(environment, create, 'một mật khẩu đủ dài\n')
  const listed = {
    email,
    name: 'Lê Cường',
    agency: 'SNV',
    roles: [
      { role: 'auditor', survey: null },
      { role: 'officer', survey: null },
    ],
    disabledOn: null,
    secondFactor: false,
  }
  expect(cliJson(environment, ['staff', 'list'])).toEqual([listed])
  expect(cli(environment, ['staff', 'list']).out).toBe(
    'cb@example.com\tLê Cường\tSNV\tGiám sát (mọi đợt), Chuyên viên Sở Nội vụ (mọi đợt)\n',
  )

  server = await startProgram('src/main.ts', environment)
  const phone = await enrolsByPassword(email, 'một mật khẩu đủ dài')
  expect(cliJson(environment, ['staff', 'list'])).toEqual([{ ...listed, secondFactor: true }])
  cliJson(environment, ['staff', 'reset-second-factor', '--email', 'CB@example.com'])
  expect(cliJson(environment, ['staff', 'list'])).toEqual([listed])
  expect((await phone.get('/dieu-tra')).url, 'the session is over').toContain('/can-bo/dang-nhap')

  const { url, until } = cliJson(environment, ['staff', 'link', '--email', email]) as Record<string, string>
  expect(new Date(until ?? '').getTime()).toBeGreaterThan(Date.now() + 86_400_000 - 60_000)
  const person = new Browser(server.address)
  await person.post('/can-bo/dat-mat-khau', { code: url, password: 'con trâu đi trước' })
  expect(person.current.url).toBe('/can-bo/dang-nhap?da=kich-hoat')
  const again = await enrolsByPassword(email, 'con trâu đi trước')
  expect((await again.get('/dieu-tra')).url).toBe('/dieu-tra')

  cliJson(environment, ['staff', 'disable', '--email', email])
  expect(cliJson(environment, ['staff', 'list'])).toMatchObject([
    { disabledOn: expect.any(String) as string },
  ])
  expect((await again.get('/dieu-tra')).url).toContain('/can-bo/dang-nhap')
  expectRefused(['staff', 'link', '--email', email], 'đã bị khóa. Hãy mở lại tài khoản trước.')
  for (const command of ['link', 'reset-second-factor', 'disable'])
    expectRefused(['staff', command, '--email', 'khong@example.com'], 'Không tìm thấy tài khoản.')
  cliJson(
    environment,
    [...create.slice(0, 3), 'ad@example.com', '--role', 'administrator'],
    'một mật khẩu đủ dài\n',
  )
  expectRefused(
    ['staff', 'disable', '--email', 'ad@example.com'],
    'luôn cần ít nhất một người quản trị đang hoạt động',
  )

  const acts = await database.db.selectFrom('act_log').select(['name', 'words']).orderBy('position').execute()
  expect(acts.filter(({ name }) => name.startsWith('Người điều hành')).map(({ words }) => words)).toEqual([
    'Tạo tài khoản Lê Cường (Sở Nội vụ), vai trò: Giám sát (mọi đợt), Chuyên viên Sở Nội vụ (mọi đợt).',
    'Gỡ xác thực hai bước: Lê Cường (Sở Nội vụ).',
    'Cấp liên kết đặt lại mật khẩu cho Lê Cường (Sở Nội vụ).',
    'Khóa tài khoản Lê Cường (Sở Nội vụ).',
    'Tạo tài khoản ad@example.com (Sở Nội vụ), vai trò: Quản trị (mọi đợt).',
  ])
  expect(cli(environment, ['verify'])).toMatchObject({ code: 0 })
}, 180_000)

/** Signs in by the password alone and sets up a phone, as at a first sign-in. */
async function enrolsByPassword(email: string, password: string): Promise<Browser> {
  const browser = new Browser(server?.address ?? '')
  await browser.get('/can-bo/dang-nhap')
  await browser.submit({ email, password })
  expect(browser.current.url).toContain('/can-bo/xac-thuc')
  const secret = (browser.current.root.querySelector('details .code')?.text ?? '').replaceAll(' ', '')
  await browser.submit({ code: await generate({ secret }) })
  expect(browser.current.root.querySelectorAll('.recovery-codes .code')).toHaveLength(10)
  return browser
}

test('verify finds a counter that was changed by hand', async () => {
  cliJson(environment, ['survey', 'create', '--template', 'binh-phuoc-2022', '--slug', 'aa'])
  expect(cli(environment, ['verify'])).toMatchObject({ code: 0 })
  await sql`update stratum set returned = 1`.execute(database.db)
  const result = cli(environment, ['verify'])
  expect(result.code).toBe(1)
  expect(result.out).toContain('Phiếu thu về')
})
