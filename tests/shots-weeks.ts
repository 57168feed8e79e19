// Pictures of the weeks of collection, for `npm run shots`: a survey with the longest names that units and groups have, from
// its sample to the letter that extends it, with all that is printed on the way and the files that leave the program.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { listUnprintedCodes } from '../src/access/batch.service.ts'
import { operator } from '../src/staff/actor.ts'
import { getSurvey } from '../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../src/survey/survey.service.ts'
import { fillBox, type ServedSite } from './browser/chromium.ts'
import { folderOnDisk, jobDone, smallFolder } from './support/survey.ts'

/** What takes the pictures, and whom they show. */
export interface Studio {
  site: ServedSite
  folder: string
  shoot: (page: Page, name: string, address?: string) => Promise<void>
  print: (page: Page, name: string) => Promise<void>
  windowOf: (role: string, agency: string, name: string) => Promise<Page>
  stranger: () => Promise<Page>
}

const slug = 'tuan'
const home = `/dieu-tra/${slug}`
const units = [
  'Sở Lao động – Thương binh và Xã hội',
  'Ban Quản lý Khu kinh tế',
  'Ủy ban nhân dân thành phố Đồng Xoài',
]
const groups = ['Lãnh đạo cấp phòng, đơn vị sự nghiệp và tương đương', 'Công chức, viên chức, người lao động']

export async function seeWeeks(studio: Studio): Promise<void> {
  const { site, folder, shoot, print, windowOf } = studio
  const plan = smallFolder({ slug, units: 3, official: true, quotas: [11, 6], reserve: 2, edit: longNames })
  const { survey } = await createSurveyFromFolder(site.deps, operator, folderOnDisk(plan), slug)
  const officer = await windowOf('officer', 'SNV', 'Hoàng Thị Tuyết Mai')
  officer.setDefaultTimeout(60_000)
  const save = async (name: string, address: string) =>
    keep(join(folder, name), await (await officer.request.get(address)).body())

  await drawSample(studio, officer)
  await officer.goto(`${home}/thoi-gian`)
  await officer.fill('#hours-ngay-ket-thuc', '20/10/2022')
  await officer.fill('#hours-gio-ket-thuc', '17:00')
  await press(officer, 'Lưu giờ chung')
  await shoot(officer, '83-time-set')
  await rehearse(studio, officer)
  await makePilot(studio, officer)

  // ── Cards and links ─────────────────────────────────────────────────────────────────────────────────────────────
  await shoot(officer, '84-codes-before-test-card', `${home}/ma`)
  await press(officer, 'In thẻ thử')
  await shoot(officer, '84-test-card')
  await print(officer, '84-test-card')
  const phone = await studio.stranger()
  await phone.goto('/')
  await phone.fill('#code', await officer.innerText('.card-code'))
  await press(phone, 'Tiếp tục')
  await shoot(phone, '84-test-card-opened')
  // The site of the pictures has no public address; so these cards bear one mark more than real ones.
  const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })
  await jobDone(site, job.id)
  await officer.goto(`${home}/cach-giao`)
  await officer.locator('input[value=links]').last().check()
  await press(officer, 'Lưu cách giao')
  await shoot(officer, '84-delivery-links')
  const cards = await listUnprintedCodes(site.deps, await getSurvey(site.deps.db, slug))
  for (const perSheet of [8, 10]) {
    await shoot(officer, `84-cards-${perSheet}`, `${home}/the?kho=${perSheet}&lan-nua=1`)
    await print(officer, `84-cards-${perSheet}`)
    await save(`84-cards-${perSheet}-file.pdf`, `${home}/the.pdf?kho=${perSheet}&lan-nua=1`)
  }
  await shoot(officer, '84-cards-opened-before', `${home}/the`)
  await shoot(officer, '84-codes-to-print', `${home}/ma`)
  await fetchPackage(studio)
  await officer.goto(`${home}/ma`)
  await officer.fill('#xac-nhan', 'DA IN')
  await press(officer, 'Đã in xong, xóa mã')
  await shoot(officer, '84-codes-printed')

  // ── Collecting ──────────────────────────────────────────────────────────────────────────────────────────────────
  await officer.goto(`${home}/thu-phieu`)
  await press(officer, 'Bắt đầu thu phiếu')
  const [inTime, late, lost, ...others] = cards.filter(({ reserve }) => !reserve)
  await fillBox(site, await getSurvey(site.deps.db, slug), others, 0.6)
  await replace(studio, officer, lost?.code ?? '')
  await officer.goto(`${home}/thoi-gian`)
  await officer.selectOption('#extend-pham-vi', { label: 'Cấp sở' })
  await officer.fill('#extend-ngay', '25/10/2022')
  await officer.fill('#extend-gio', '17:00')
  await officer.fill('#extend-ly-do', 'Ba cơ quan chưa thu đủ phiếu, Thông báo số 45/TB-SNV ngày 12/10/2022')
  await press(officer, 'Gia hạn')
  await shoot(officer, '85-time-extended')
  await shoot(officer, '85-letter', `${home}/thoi-gian/cong-van`)
  await print(officer, '85-letter')
  await shoot(officer, '85-progress', `${home}/tien-do`)
  await shoot(officer, '85-room', `${home}/tien-do/phong-hop`)
  await save('85-brief.docx', `${home}/tien-do/bao-cao-nhanh.docx`)
  await save('85-brief.png', `${home}/tien-do/bao-cao-nhanh.png`)
  await save('85-progress.xlsx', `${home}/tien-do/bang.xlsx`)
  const focalPoint = await windowOf('focal-point', 'U1', 'Đặng Văn Lâm')
  await shoot(focalPoint, '85-unit', `${home}/don-vi/U1`)
  await shoot(focalPoint, '85-hand-over', `${home}/don-vi/U1/danh-sach`)
  await print(focalPoint, '85-hand-over')

  // ── The minutes of grace ────────────────────────────────────────────────────────────────────────────────────────
  await phone.goto('/')
  await phone.fill('#code', inTime?.code ?? '')
  await press(phone, 'Tiếp tục')
  await site.deps.db
    .updateTable('unit')
    .set({ closes_at: '2022-10-12T02:50:00.000Z' })
    .where('survey_id', '=', survey.id)
    .execute()
  await shoot(phone, '86-grace-welcome', '/phieu')
  await shoot(phone, '86-grace-questions', '/phieu/phan/1')
  const other = await studio.stranger()
  await other.goto('/')
  await other.fill('#code', late?.code ?? '')
  await press(other, 'Tiếp tục')
  await shoot(other, '86-grace-too-late')
}

function longNames(folder: Record<string, string>): void {
  units.forEach((name, at) => {
    folder['units.csv'] = (folder['units.csv'] ?? '').replaceAll(`Sở ${at + 1},`, `${name},`)
  })
  folder['groups.csv'] = (folder['groups.csv'] ?? '')
    .replace('Lãnh đạo', `"${groups[0] ?? ''}"`)
    .replace('Công chức', `"${groups[1] ?? ''}"`)
  folder['survey.json'] = (folder['survey.json'] ?? '')
    .replace('Đợt thử', 'Điều tra xã hội học xác định Chỉ số cải cách hành chính năm 2022')
    .replace('"Sở Nội vụ"', '"Sở Nội vụ tỉnh Bình Phước"')
    .replace('Phòng CCHC', 'Phòng Cải cách hành chính, Sở Nội vụ tỉnh Bình Phước')
}

/** A list of names: what is drawn from it is shown once. */
async function drawSample({ shoot, print }: Studio, officer: Page): Promise<void> {
  await officer.goto(`${home}/chon-mau`)
  const family = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Huỳnh', 'Vũ', 'Võ', 'Đặng', 'Bùi', 'Đỗ']
  const rows = Array.from(
    { length: 24 },
    (_, at) => `${family[at % 10] ?? ''} Thị Phương ${at + 1},Phó Trưởng phòng Kế hoạch – Tài chính,LD,U1`,
  )
  const text = ['Họ và tên,Chức vụ,Nhóm,Đơn vị', ...rows].join('\n')
  const file = { name: 'danh-sach.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
  await officer.setInputFiles('#list', file)
  await press(officer, 'Chọn mẫu và mở trang in')
  await shoot(officer, '83-sample-names')
  await print(officer, '83-sample-names')
  await shoot(officer, '83-sample-drawn', `${home}/chon-mau`)
}

async function rehearse({ folder, shoot }: Studio, officer: Page): Promise<void> {
  await officer.goto(`${home}/chay-thu`)
  await press(officer, 'Chạy thử')
  await officer.getByRole('heading', { level: 1, name: /^Đang thu phiếu thử/ }).waitFor()
  await shoot(officer, '83-rehearsal-collecting')
  await press(officer, 'Làm tiếp đến báo cáo')
  await officer.getByRole('heading', { level: 1, name: 'Chạy thử đã đến báo cáo' }).waitFor()
  await shoot(officer, '83-rehearsal-report')
  const [report] = await Promise.all([
    officer.waitForEvent('download'),
    officer.getByRole('link', { name: /báo cáo kết quả điều tra/ }).click(),
  ])
  await report.saveAs(join(folder, '83-rehearsal-report.docx'))
  const run = await officer.getByRole('link', { name: 'Xem tiến độ' }).getAttribute('href')
  await shoot(officer, '83-rehearsal-progress', run ?? '')
  await officer.goto(`${home}/chay-thu`)
  await press(officer, 'Kết thúc chạy thử, xóa hết')
  await shoot(officer, '83-rehearsal-removed')
}

async function makePilot({ shoot }: Studio, officer: Page): Promise<void> {
  await officer.goto(`${home}/chay-thu`)
  await officer.locator('summary').click()
  await press(officer, 'Lập đợt điều tra thử')
  await shoot(officer, '83-pilot-wrong')
  await officer.check('#don-vi-1')
  await press(officer, 'Lập đợt điều tra thử')
  await shoot(officer, '83-pilot-plan')
  await officer.locator('.survey__title a').click()
  await shoot(officer, '83-pilot-overview', officer.url())
  await shoot(officer, '83-pilot-codes', `${officer.url()}/ma`)
  await shoot(officer, '83-pilot-listed', `${home}/chay-thu`)
}

async function fetchPackage({ folder, shoot, windowOf }: Studio): Promise<void> {
  const focalPoint = await windowOf('focal-point', 'U3', 'Lý Văn Tám')
  await shoot(focalPoint, '84-package-waits', `${home}/don-vi/U3`)
  await focalPoint.fill('#xac-nhan-goi', 'TAI GOI')
  const [zip] = await Promise.all([
    focalPoint.waitForEvent('download'),
    focalPoint.getByRole('button', { name: 'Tải gói liên kết' }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await zip.createReadStream()) chunks.push(chunk as Buffer)
  for (const [name, content] of Object.entries(unzipSync(Buffer.concat(chunks))))
    keep(join(folder, '84-package', name), content)
  await shoot(focalPoint, '84-package-fetched', `${home}/don-vi/U3`)
}

async function replace({ shoot, print }: Studio, officer: Page, code: string): Promise<void> {
  await officer.goto(`${home}/thay-the`)
  const form = officer.locator('form.act-form', { has: officer.locator('#huy-ma') })
  await form.locator('[name=ma]').fill(code)
  await form.locator('[name=ly-do]').fill('Thẻ in mờ, người nhận trả lại')
  await form.locator('[name=dong-y]').check()
  await Promise.all([officer.waitForEvent('load'), form.locator('button').click()])
  await shoot(officer, '85-replacements')
  await print(officer, '85-replacements')
}

function keep(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** The button, not the tab of the same name. */
async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()])
}
