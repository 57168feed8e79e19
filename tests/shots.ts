// `npm run shots -- [folder]`: a picture of every page on a phone and on a desk, light and dark, along the whole road of
// the illustrative survey. For people who look; it checks nothing but that no page was forgotten, and fails if one was.
import { operator } from '../src/staff/actor.ts'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { dayOf } from '../src/lib/clock.ts'
import { closeCollecting } from '../src/ballot/collecting.service.ts'
import { listUnprintedCodes } from '../src/access/batch.service.ts'
import { getRelease } from '../src/score/score.service.ts'
import { createSurveyFromTemplate, defaultTemplate } from '../src/survey/survey.service.ts'
import { getSurvey } from '../src/survey/survey.queries.ts'
import { newSetupLink } from '../src/staff/staff.service.ts'
import { routesOf } from '../src/web/app.ts'
import { desk, fillBox, launch, openWindow, phone, servedSite, signIn } from './browser/chromium.ts'
import { makePerson, nextCode } from './support/staff.ts'
import { seeWeeks } from './shots-weeks.ts'
import { findMissing, type Picture } from './support/pictures.ts'
import { putIntoBox, surveyWithCards } from './support/survey.ts'

const folder = resolve(process.argv[2] ?? 'shots')
mkdirSync(folder, { recursive: true })
execFileSync(process.execPath, ['src/build/ensure-built.mjs'], { stdio: 'inherit' })

const site = await servedSite()
const chromium = await launch()
const { page: staff } = await openWindow(chromium, site)
const { page: person } = await openWindow(chromium, site)
const pictures: Picture[] = []
const survey = `/dieu-tra/${defaultTemplate}`
const today = dayOf(site.deps.clock())

/** Takes the page as it stands, or, with an address, fetched anew at each size. */
async function shoot(page: Page, name: string, address?: string): Promise<void> {
  for (const viewport of [phone, desk]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      if (address !== undefined) await page.goto(address)
      const status = await page.evaluate<number>(
        "performance.getEntriesByType('navigation')[0].responseStatus",
      )
      const { pathname } = new URL(page.url())
      pictures.push({ address: pathname, status, width: viewport.width, scheme: colorScheme })
      const path = join(folder, `${name}-${viewport.width}-${colorScheme}.png`)
      await page.screenshot({ path, fullPage: true })
    }
  }
}

/** The page as it stands, on paper. */
async function print(page: Page, name: string): Promise<void> {
  await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true })
}

/** Presses a button or link of the page and waits for the next one. */
async function press(page: Page, name: string): Promise<void> {
  const [button, link] = [page.getByRole('button', { name }), page.getByRole('link', { name, exact: true })]
  await Promise.all([page.waitForEvent('load', { timeout: 120_000 }), button.or(link).first().click()])
}

async function untilDone(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1, name: /đã xong$/ }).waitFor({ timeout: 120_000 })
}

/** Chooses an option of each question on the page, the first `skip` questions apart. */
async function choose(page: Page, option: number, skip = 0): Promise<void> {
  const questions = await page.locator('fieldset').all()
  for (const question of questions.slice(skip)) await question.locator('input').nth(option).check()
}

// ── Nobody is there yet ───────────────────────────────────────────────────────────────────────────────────────────
const link = (await newSetupLink(site.deps)) ?? ''
await shoot(staff, '01-setup', link)
await press(staff, 'Tạo tài khoản quản trị')
await shoot(staff, '02-setup-wrong')
const administrator = await makePerson(site, 'administrator', { name: 'Nguyễn Thị Minh Khai' })
await shoot(staff, '03-setup-used', link)
await shoot(staff, '04-sign-in', '/can-bo/dang-nhap')
await staff.fill('#email', 'a@example.com')
await staff.fill('#password', 'x')
await press(staff, 'Đăng nhập')
await shoot(staff, '05-sign-in-wrong')
await staff.fill('#email', administrator.email)
await staff.fill('#password', administrator.password)
await press(staff, 'Đăng nhập')
await shoot(staff, '05-second-step')
await staff.fill('#code', '111111')
await press(staff, 'Tiếp tục')
await shoot(staff, '05-second-step-wrong')
await staff.fill('#code', await nextCode(site.deps, administrator))
await press(staff, 'Tiếp tục')
await shoot(staff, '06-start-red', '/dieu-tra')
await shoot(staff, '06-accounts', '/tai-khoan')
await press(staff, 'Tạo tài khoản')
await shoot(staff, '06-accounts-wrong')
await staff.fill('#name', 'Lê Thị Hồng Nhung')
await staff.fill('#email', 'nhung@example.com')
await staff.check('input[value=focal-point]')
await press(staff, 'Tạo tài khoản')
await shoot(staff, '06-account-made')
await shoot(staff, '06-slips', '/tai-khoan/phieu-kich-hoat')
await print(staff, '06-slips')
await shoot(staff, '06-import', '/tai-khoan/nap')
await press(staff, 'Nạp danh sách')
await shoot(staff, '06-import-wrong')
await shoot(staff, '06-agencies', '/co-quan')
await shoot(staff, '06-mine', '/can-bo/toi')
await shoot(staff, '06-log', '/nhat-ky')
await shoot(staff, '06-roles', '/quyen-han')
await print(staff, '06-roles')
await shoot(staff, '06-recovery', '/he-thong/to-khoi-phuc')
await shoot(staff, '06-recovery-sheet', '/he-thong/to-khoi-phuc/in')
await print(staff, '06-recovery-sheet')
await shoot(staff, '06-again', '/can-bo/xac-nhan-lai')
const slipLink = await activationLink()
await shoot(person, '06-activation', '/can-bo/kich-hoat')
await person.fill('#code', 'ABC')
await press(person, 'Tiếp tục')
await shoot(person, '06-activation-wrong')
await person.goto(slipLink)
await person.getByRole('heading', { name: 'Đặt mật khẩu' }).waitFor()
await shoot(person, '06-choose-password')
await person.fill('#password', 'mưa thuận gió hòa')
await press(person, 'Đặt mật khẩu')
await person.fill('#email', 'nhung@example.com')
await person.fill('#password', 'mưa thuận gió hòa')
await press(person, 'Đăng nhập')
await shoot(person, '06-focal-start', '/dieu-tra')
await shoot(person, '06-set-up', '/can-bo/xac-thuc')
await person.goto('/dieu-tra')
await press(person, 'Đăng xuất')
await shoot(person, '06-forgotten', '/can-bo/quen-mat-khau')
await shoot(staff, '07-surveys-none', '/dieu-tra')

// ── Chuẩn bị, phát thẻ ────────────────────────────────────────────────────────────────────────────────────────────
await staff.fill('#slug', 'Tên Có Dấu')
await press(staff, 'Tạo đợt điều tra')
await shoot(staff, '08-surveys-wrong')
await createSurveyFromTemplate(site.deps, operator, defaultTemplate, defaultTemplate)
await shoot(staff, '09-surveys', '/dieu-tra')
await shoot(staff, '10-overview-draft', survey)
await shoot(staff, '11-plan', `${survey}/ke-hoach`)
await print(staff, '11-plan')
await shoot(staff, '11-scoring', `${survey}/cach-tinh`)
await staff.fill('#hop-le', '170')
await press(staff, 'Lưu cách tính')
await shoot(staff, '11-scoring-wrong')
await shoot(staff, '11-sample', `${survey}/chon-mau`)
await staff.fill('#n-SYT-CC', '3')
await press(staff, 'Chọn mẫu theo số người')
await shoot(staff, '11-sample-decision')
await staff.fill('#n-SYT-CC', '30')
await press(staff, 'Chọn mẫu theo số người')
await shoot(staff, '11-sample-sheets', `${survey}/chon-mau/danh-sach`)
await print(staff, '11-sample-sheets')
await staff.goto(`${survey}/ke-hoach`)
await staff.fill('#title', '')
await press(staff, 'Lưu thông tin')
await shoot(staff, '12-plan-wrong')
await shoot(staff, '13-questionnaires', `${survey}/bo-cau-hoi`)
await staff.setViewportSize(desk)
await staff.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
await shoot(staff, '14-questionnaires-open')
await shoot(staff, '15-criteria', `${survey}/bo-chi-so`)
await shoot(staff, '16-codes-none', `${survey}/ma`)
await shoot(staff, '17-collecting-draft', `${survey}/thu-phieu`)
await shoot(staff, '17-time-draft', `${survey}/thoi-gian`)
await shoot(staff, '17-clock', '/he-thong/dong-ho')
await shoot(staff, '18-progress-draft', `${survey}/tien-do`)
await shoot(staff, '19-refused-409', `${survey}/diem`)
await staff.goto(`${survey}/ma`)
await press(staff, 'mã chạy thử')
await untilDone(staff)
await shoot(staff, '20-job-done')
await shoot(staff, '21-codes-unprinted', `${survey}/ma`)
await shoot(staff, '22-delivery', `${survey}/cach-giao`)
await shoot(staff, '23-overview-unprinted', survey)
const cards = await listUnprintedCodes(site.deps, await getSurvey(site.deps.db, defaultTemplate))
await staff.goto(`${survey}/ma`)
await staff.fill('#xac-nhan', 'DA IN')
await press(staff, 'Đã in xong')
await shoot(staff, '24-codes-printed')
await shoot(person, '25-not-yet', '/')
await person.fill('#code', cards[0]?.code ?? '')
await press(person, 'Tiếp tục')
await shoot(person, '26-not-yet-refused')
await shoot(staff, '27-overview-cards', survey)
await shoot(staff, '28-collecting-ready', `${survey}/thu-phieu`)
await press(staff, 'Bắt đầu thu phiếu')
await shoot(staff, '29-collecting-started')

// ── Thu phiếu: one respondent's way ───────────────────────────────────────────────────────────────────────────────
const collecting = await getSurvey(site.deps.db, defaultTemplate)
const [first, second, third, ...others] = cards
await shoot(person, '30-entry', '/')
await person.fill('#code', 'ABCD-EFGH-0U23')
await press(person, 'Tiếp tục')
await shoot(person, '31-entry-wrong')
await person.fill('#code', first?.code ?? '')
await press(person, 'Tiếp tục')
await shoot(person, '32-welcome')
await shoot(person, '33-commitments', '/cam-ket-bao-mat')
await print(person, '33-commitments')
await shoot(person, '33-receipts-sealed', '/xac-nhan')
await shoot(person, '33-receipts-sealed-survey', `/xac-nhan/${defaultTemplate}`)
await person.goto('/phieu')
await press(person, 'Bắt đầu trả lời')
await shoot(person, '34-part')
await choose(person, 3, 2)
await press(person, 'Tiếp tục')
await shoot(person, '35-part-missing')
await press(person, 'Để trống')
await shoot(person, '36-check-too-early', '/phieu/kiem-tra')
await press(person, 'Gửi phiếu')
await shoot(person, '37-check-warning')
await person.goto('/')
await person.fill('#code', second?.code ?? '')
await press(person, 'Tiếp tục')
await shoot(person, '38-other-code')
await person.goto('/')
await person.fill('#code', first?.code ?? '')
await press(person, 'Tiếp tục')
await shoot(person, '39-welcome-again')
await shoot(person, '39-stop', '/phieu/dung-lai')
await person.goto('/phieu')
await press(person, 'Trả lời tiếp')
while (/phan/.test(person.url())) {
  await choose(person, 3)
  await press(
    person,
    /Kiểm tra/.test(await person.innerText('form button')) ? 'Kiểm tra câu trả lời' : 'Tiếp tục',
  )
}
await shoot(person, '40-check')
await print(person, '40-check')
await press(person, 'Gửi phiếu')
await shoot(person, '41-thanks')
await print(person, '41-thanks')
await shoot(person, '42-no-answering', '/phieu')
await person.goto('/')
await person.fill('#code', first?.code ?? '')
await press(person, 'Tiếp tục')
await shoot(person, '43-used')
await person.goto('/')
await person.fill('#code', third?.code ?? '')
await press(person, 'Tiếp tục')
await shoot(person, '43-same-device')
await press(person, 'Tôi chưa gửi, tiếp tục')
await person.locator('summary').click()
await shoot(person, '43-shared-device')
await person.goto('/phieu/dung-lai')
await press(person, 'Xóa khỏi máy này')
await shoot(person, '43-wiped')
await shoot(person, '44-not-found', '/khong-co')

// ── Tiến độ, kết thúc, mở niêm phong, điểm ────────────────────────────────────────────────────────────────────────
await fillBox(site, collecting, others, 0.85)
await site.deps.db
  .updateTable('stratum')
  .set({ refused_full: 2 })
  .where('issued', '=', 4)
  .where('returned', '=', 4)
  .execute()
await shoot(staff, '50-overview-collecting', survey)
await shoot(staff, '51-progress', `${survey}/tien-do`)
await print(staff, '51-progress')
await shoot(staff, '51-room', `${survey}/tien-do/phong-hop`)
await shoot(staff, '52-surveys-collecting', '/dieu-tra')
await shoot(staff, '52-unit', `${survey}/don-vi/SYT`)
await shoot(staff, '52-replacements', `${survey}/thay-the`)
await staff.goto(`${survey}/don-vi/SGDDT/thay-doi`)
await press(staff, 'Ghi tên mới')
await shoot(staff, '52-unit-change-wrong')
await staff.fill('#doi-ten-ten', 'Sở Giáo dục, Đào tạo và Nghề nghiệp')
await staff.fill('#doi-ten-ngay', today)
await staff.fill('#doi-ten-ly-do', 'Quyết định số 12/QĐ-UBND')
await press(staff, 'Ghi tên mới')
await staff.selectOption('#sap-nhap-don-vi', { index: 3 })
await staff.fill('#sap-nhap-ngay', today)
await staff.fill('#sap-nhap-ly-do', 'Nghị quyết số 5/NQ-HĐND')
await press(staff, 'Ghi việc sáp nhập')
await shoot(staff, '52-unit-change', `${survey}/don-vi/SGDDT/thay-doi`)
await shoot(staff, '52-collecting-question', `${survey}/thu-phieu`)
await staff.goto(`${survey}/don-vi/SGDDT/thay-doi`)
await staff.selectOption('#sap-nhap-cach-tinh', 'successor')
await staff.fill('#sap-nhap-ly-do', 'Công văn số 7/SNV-CCHC')
await press(staff, 'Ghi việc sáp nhập')
await shoot(staff, '52-recheck-none', `${survey}/don-vi/SYT/phuc-tra`)
await press(staff, 'Rút thăm 1 người')
await shoot(staff, '52-recheck-drawn')
await staff.fill('#co', '1')
await press(staff, 'Ghi số người')
await shoot(staff, '52-recheck-wrong')
await staff.fill('#khong', '0')
await staff.fill('#chua-gap', '0')
await press(staff, 'Ghi số người')
await shoot(staff, '52-recheck', `${survey}/don-vi/SYT/phuc-tra`)
await shoot(staff, '52-hand-over', `${survey}/don-vi/SYT/danh-sach`)
await print(staff, '52-hand-over')
await shoot(staff, '53-plan-fixed', `${survey}/ke-hoach`)
await shoot(staff, '53-scoring-fixed', `${survey}/cach-tinh`)
await shoot(staff, '54-collecting', `${survey}/thu-phieu`)
await letterToAll()
await staff.goto(`${survey}/thu-phieu`)
await staff.evaluate("document.querySelectorAll('button').forEach((each) => { each.disabled = false })")
await press(staff, 'Kết thúc thu phiếu')
await shoot(staff, '55-collecting-unconfirmed')
await staff.fill('#xac-nhan', 'KET THUC')
await staff.fill('#ly-do', 'Số phiếu đã đủ để tính điểm, Thông báo số 50/TB-SNV')
await press(staff, 'Kết thúc thu phiếu')
await shoot(staff, '56-closed')
await shoot(staff, '57-overview-closed', survey)
await person.goto('/')
await person.fill('#code', second?.code ?? '')
await press(person, 'Tiếp tục')
await shoot(person, '58-over')
await staff.goto(`${survey}/thu-phieu`)
await staff.fill('#xac-nhan', 'MO NIEM PHONG')
await press(staff, 'Mở niêm phong, kiểm phiếu')
const job = staff.url()
await untilDone(staff)
const step = {
  state: 'running',
  step: 'Mở và kiểm phiếu',
  done: 120,
  total: 320,
  lease_until: Date.now() + 9e6,
} as const
await site.deps.db
  .updateTable('job')
  .set(step)
  .where('id', '=', job.split('/').at(-1) ?? '')
  .execute()
await shoot(staff, '59-job-running', job)
await site.deps.db
  .updateTable('job')
  .set({
    state: 'failed',
    problem:
      'Tệp khóa không thuộc đợt điều tra này hoặc khóa gốc của hệ thống đã đổi. Hãy chép lại đúng tệp khóa và khóa gốc của hệ thống; phiếu vẫn còn nguyên.',
  })
  .where('state', '=', 'running')
  .execute()
await shoot(staff, '60-job-failed', job)
await shoot(staff, '61-opened', `${survey}/thu-phieu`)
await print(staff, '61-opened')
await shoot(staff, '61-minutes', `${survey}/bien-ban`)
await shoot(staff, '61-signs', `${survey}/dau-hieu`)
await print(staff, '61-minutes')
await shoot(staff, '62-rehearsal', `${survey}/chay-thu`)
await shoot(staff, '62-overview-opened', survey)
await shoot(person, '62-commitments-visitor', '/cam-ket-bao-mat')
await shoot(person, '62-receipts', '/xac-nhan')
const receipts = `/xac-nhan/${defaultTemplate}`
await shoot(person, '62-receipts-list', receipts)
await print(person, '62-receipts-list')
await person.fill('#ma', 'mã gì đây')
await press(person, 'Tìm')
await shoot(person, '62-receipts-wrong')
await person.fill('#ma', '22222 22222')
await press(person, 'Tìm')
await shoot(person, '62-receipts-not-found')
await person.goto(receipts)
await person.fill('#ma', await person.innerText('.receipts li >> nth=7'))
await press(person, 'Tìm')
await shoot(person, '62-receipts-found')
await shoot(staff, '63-scores', `${survey}/diem`)
await print(staff, '63-scores')
for (const [name, path] of [
  ['63-ranking', 'xep-hang'],
  ['64-unit', 'don-vi/SYT'],
  ['64-gap', 'chenh-lech'],
  ['64-items', 'cau-hoi/huyen'],
  ['64-item', 'cau-hoi/huyen/A1'],
  ['64-method', 'cach-tinh'],
] as const) {
  await shoot(staff, name, `${survey}/diem/${path}`)
  await print(staff, name)
}
await shoot(staff, '65-files', `${survey}/tep`)
await shoot(staff, '66-import-codes', `${survey}/ma-nhap`)
await staff.fill('table.import-codes input >> nth=0', '')
await press(staff, 'Lưu mã')
await shoot(staff, '66-import-codes-wrong')
await staff.goto(`${survey}/diem`)
await press(staff, 'Xuất Excel')
await untilDone(staff)
await shoot(staff, '65-job-file')
await shoot(staff, '66-explain-unit', `${survey}/diem/don-vi/SYT/tong`)
const [level] = (await getRelease(site.deps.db, await getSurvey(site.deps.db, defaultTemplate))).levels
const criterion = level?.pooled[0]?.code ?? ''
await shoot(staff, '66-explain-criterion', `${survey}/diem/don-vi/SYT/${criterion}`)
await shoot(staff, '66-explain-level', `${survey}/diem/cap/${level?.code ?? ''}/${criterion}`)
await shoot(
  staff,
  '66-explain-item',
  `${survey}/diem/cap/${level?.code ?? ''}/cau-hoi/${level?.items[0]?.code ?? ''}`,
)

// ── Chỉ số ────────────────────────────────────────────────────────────────────────────────────────────────────────
await shoot(staff, '70-index-none', `${survey}/chi-so`)
await press(staff, 'Tính Chỉ số')
await shoot(staff, '71-index-no-file')
const template = await (await staff.request.get(`${survey}/chi-so/mau.csv`)).text()
const upload = async (points: (row: number) => string) => {
  const [head = '', ...rows] = template.trim().split(/\r?\n/)
  // The columns that only help the reader stay empty: names hold commas.
  const help = ','.repeat(head.split(',').length - 3)
  const filled = rows.map((row, i) => [...row.split(',').slice(0, 2), points(i)].join(',') + help)
  const text = [head, ...filled].join('\n')
  await staff.setInputFiles('#appraised', {
    name: 'diem.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  })
  await press(staff, 'Tính Chỉ số')
}
await upload((i) => (i % 40 === 0 ? '99' : '0.5'))
await shoot(staff, '72-index-wrong')
await upload((i) => (i % 23 === 0 ? '' : String((i % 5) / 5)))
await shoot(staff, '73-index-run', staff.url())
await print(staff, '73-index-run')
await shoot(staff, '73-explain-row', `${staff.url()}/SYT`)
await shoot(staff, '74-index', `${survey}/chi-so`)

// ── The weeks of collection, with the longest names ───────────────────────────────────────────────────────────────
await seeWeeks({
  site,
  folder,
  shoot,
  print,
  windowOf,
  stranger: async () => (await openWindow(chromium, site)).page,
})
// ── Announced, kept, destroyed ────────────────────────────────────────────────────────────────────────────────────
await shoot(staff, '77-announce', `${survey}/cong-bo`)
await staff.fill('#so-van-ban', '125/QĐ-UBND')
await staff.fill('#ngay-van-ban', '2022-10-10')
await staff.fill('#xac-nhan', 'CONG BO')
await press(staff, 'Công bố kết quả')
await shoot(staff, '77-announced', `${survey}/cong-bo`)
await shoot(staff, '78-retention', `${survey}/luu-giu`)
await site.deps.db
  .updateTable('survey')
  .set({ destroy_on: '2022-10-12' })
  .where('slug', '=', defaultTemplate)
  .execute()
await shoot(staff, '78-retention-due', `${survey}/luu-giu`)
await staff.fill('#xac-nhan', 'HUY PHIEU')
await press(staff, 'Hủy phiếu')
await untilDone(staff)
await shoot(staff, '79-destruction-minutes', `${survey}/bien-ban-huy-phieu`)
await print(staff, '79-destruction-minutes')

// ── The council holds the key: papers, rehearsal, hand-over, opening ──────────────────────────────────────────────
await councilsCeremony()

// ── Another person, refused ───────────────────────────────────────────────────────────────────────────────────────
const { page: officer } = await openWindow(chromium, site)
await signIn(site, officer, await makePerson(site, 'officer', { name: 'Trần Văn Bình' }))
await shoot(officer, '80-forbidden', '/tai-khoan')
await shoot(officer, '81-no-survey', '/dieu-tra/khong-co')
const { page: stranger } = await openWindow(chromium, site)
for (let i = 0; i < 40; i++)
  await stranger.request.post('/vao', { form: { code: '2222-2222-2222' }, headers: { Origin: site.address } })
await stranger.goto('/')
await stranger.fill('#code', '222222222222')
await press(stranger, 'Tiếp tục')
await shoot(stranger, '82-too-many')

await shoot(staff, '90-log', '/nhat-ky')

await chromium.close()
reportForgotten()
await site.close()

/** A small survey of its own, from the choice of custody to the minutes. */
async function councilsCeremony(): Promise<void> {
  const { survey: small, codes } = await surveyWithCards(site, { units: 4 })
  const home = `/dieu-tra/${small.slug}`
  const custody = `${home}/giu-khoa`
  const clerk = await windowOf('officer', 'SNV', 'Nguyễn Thị Minh Khai')
  await shoot(clerk, '75-custody-choice', custody)
  await clerk.check('#council-2-of-3')
  await press(clerk, 'Chọn hình thức này')
  await shoot(clerk, '75-custody-chosen')
  const council = [
    await windowOf('council', 'U1', 'Trần Văn Bình'),
    await windowOf('council', 'U2', 'Lê Thị Hồng Nhung'),
    await windowOf('council', 'U3', 'Phạm Quốc Đạt'),
  ] as const
  await clerk.goto(custody)
  await press(clerk, 'Lưu người giữ khóa')
  await shoot(clerk, '75-custody-naming-wrong')
  for (const at of [1, 2, 3]) await clerk.selectOption(`#nguoi-giu-${at}`, { index: at })
  await press(clerk, 'Lưu người giữ khóa')
  await shoot(clerk, '75-custody-named')
  const [first] = council
  await shoot(first, '76-holder-start', '/dieu-tra')
  await shoot(first, '76-holder', custody)
  const papers: string[] = []
  for (const holder of council) {
    await holder.goto(custody)
    await press(holder, 'Tạo và hiện phần khóa')
    papers.push((await holder.locator('.paper__word b').allTextContents()).join(' '))
    if (holder !== first) continue
    await shoot(holder, '76-paper')
    await print(holder, '76-paper')
    await holder.goto(custody)
    await holder.fill('#phan-khoa', 'ban bat')
    await press(holder, 'Kiểm tra phần khóa')
    await shoot(holder, '76-paper-check-wrong')
  }
  for (const [at, holder] of council.entries()) {
    await holder.goto(custody)
    await holder.fill('#phan-khoa', papers[at] ?? '')
    await press(holder, 'Kiểm tra phần khóa')
  }
  await shoot(first, '76-paper-checked', custody)
  await shoot(clerk, '76-collecting-not-rehearsed', `${home}/thu-phieu`)
  await first.fill('#dien-tap-1', papers[0] ?? '')
  await first.fill('#dien-tap-2', papers[1] ?? '')
  await press(first, 'Mở phiếu thử')
  await shoot(first, '76-rehearsed')
  await shoot(clerk, '76-collecting-ready', `${home}/thu-phieu`)
  await press(clerk, 'Bắt đầu thu phiếu')
  const next = await windowOf('council', 'U4', 'Võ Thị Sáu')
  await shoot(clerk, '77-hand-over', custody)
  await clerk.selectOption('#nguoi-nhan', { index: 4 })
  await press(clerk, 'Chỉ định người nhận')
  await shoot(next, '77-hand-over-asked', custody)
  await press(next, 'Tạo và hiện phần khóa')
  await shoot(next, '77-hand-over-taking', custody)
  await shoot(clerk, '77-hand-over-waiting', custody)
  await press(clerk, 'Thôi bàn giao')
  await putIntoBox(site, await getSurvey(site.deps.db, small.slug), codes.slice(0, 30), () => '0123')
  await closeCollecting(site.deps, operator, await getSurvey(site.deps.db, small.slug))
  await shoot(clerk, '78-closed', `${home}/thu-phieu`)
  await clerk.fill('#phan-khoa-1', papers[0] ?? '')
  await clerk.fill('#phan-khoa-2', papers[0] ?? '')
  await clerk.fill('#xac-nhan', 'MO NIEM PHONG')
  await press(clerk, 'Mở niêm phong, kiểm phiếu')
  await shoot(clerk, '78-closed-wrong')
  await clerk.fill('#phan-khoa-2', papers[2] ?? '')
  await clerk.fill('#co-mat', 'Bà Trần Thị B, Phó Chánh Thanh tra tỉnh\nÔng Lê C, Văn phòng UBND tỉnh')
  await clerk.fill('#xac-nhan', 'MO NIEM PHONG')
  await press(clerk, 'Mở niêm phong, kiểm phiếu')
  await untilDone(clerk)
  await shoot(clerk, '79-custody-opened', custody)
  await shoot(clerk, '79-minutes', `${home}/bien-ban`)
  await print(clerk, '79-minutes')
}

/** The letter of an extension to all thirty-one units, and to the twenty of one level. */
async function letterToAll(): Promise<void> {
  const time = `${survey}/thoi-gian`
  await staff.goto(time)
  await staff.fill('#hours-ngay-ket-thuc', '20/10/2022')
  await staff.fill('#hours-gio-ket-thuc', '17:00')
  await press(staff, 'Lưu giờ chung')
  for (const [scope, day] of [
    ['Cấp sở', '24/10/2022'],
    ['Cả đợt', '25/10/2022'],
  ] as const) {
    await staff.goto(time)
    await staff.selectOption('#extend-pham-vi', { label: scope })
    await staff.fill('#extend-ngay', day)
    await staff.fill('#extend-gio', '17:00')
    await staff.fill('#extend-ly-do', 'Còn 24 cơ quan, đơn vị chưa thu đủ phiếu')
    await press(staff, 'Gia hạn')
    const name = scope === 'Cả đợt' ? '54-letter-to-all' : '54-letter-to-level'
    await shoot(staff, name, `${time}/cong-van`)
    await print(staff, name)
  }
  await shoot(staff, '54-time-extended', time)
}

/** A new person's own window, signed in. */
async function windowOf(role: string, agency: string, name: string): Promise<Page> {
  const { page } = await openWindow(chromium, site)
  await signIn(
    site,
    page,
    await makePerson(site, role, { agency, email: `${role}-${agency}-${pictures.length}@example.com`, name }),
  )
  return page
}

/** The link of the account that waits for its person, as the slip carries it. */
async function activationLink(): Promise<string> {
  await staff.goto('/tai-khoan')
  await staff.getByRole('link', { name: 'Lê Thị Hồng Nhung' }).click()
  return (await staff.textContent('.link-to-copy')) ?? ''
}

/** Names each page of the site that no picture shows at each size and in each scheme; then the run has failed. */
function reportForgotten(): void {
  const noPages = {
    '/can-bo': 'leads on to the surveys',
    '/tai-khoan/nap/mau.xlsx': 'a file',
    '/dieu-tra/:slug/diem/:unit': 'leads on to the page of the unit',
    '/dieu-tra/:slug/ma.csv': 'a file',
    '/dieu-tra/:slug/bao-cao.docx': 'a file',
    '/dieu-tra/:slug/bieu-do/:tep': 'a picture',
    '/dieu-tra/:slug/ma-nhap/mau.csv': 'a file',
    '/so-do/:tep': 'a file for programs',
    '/dieu-tra/:slug/tien-do/bang.csv': 'a file',
    '/dieu-tra/:slug/tien-do/bang.xlsx': 'a file',
    '/dieu-tra/:slug/tien-do/bao-cao-nhanh.docx': 'a file',
    '/dieu-tra/:slug/tien-do/bao-cao-nhanh.png': 'a file',
    '/dieu-tra/:slug/tien-do/dong': 'a stream of figures',
    '/dieu-tra/:slug/the.pdf': 'a file',
    '/dieu-tra/:slug/chi-so/mau.csv': 'a file',
    '/dieu-tra/:slug/cong-viec/:id/tep': 'a file',
    '/xac-nhan/:slug/ma-xac-nhan.json': 'a file for programs',
  }
  const paths = routesOf(site.deps).flatMap(({ method, path }) => (method === 'get' ? [path] : []))
  const missing = findMissing(paths, pictures, noPages, [phone.width, desk.width])
  for (const line of missing) process.stderr.write(`${line}\n`)
  if (missing.length > 0) process.exitCode = 1
}
