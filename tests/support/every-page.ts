// A walk through the whole site that leaves nothing out: every page in every state of a survey, every form sent empty and
// sent wrong, a respondent with every way to stumble, the council's papers, the first start. What it saw is kept as HTML,
// for tests that read all of it.
import { listUnprintedCodes, markPrinted, type PlainCode } from '../../src/access/batch.service.ts'
import { closeCollecting, startCollecting } from '../../src/ballot/collecting.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { newSetupLink } from '../../src/staff/staff.service.ts'
import { getSurvey, type Survey } from '../../src/survey/survey.queries.ts'
import {
  createSurveyFromFolder,
  createSurveyFromTemplate,
  defaultTemplate,
} from '../../src/survey/survey.service.ts'
import { raiseClockAlarm } from '../../src/survey/clock-alarm.queries.ts'
import { findRunJob, findRun } from '../../src/rehearsal/rehearsal.queries.ts'
import { routesOf } from '../../src/web/app.ts'
import { testSite, type TestSite } from './app.ts'
import { Browser, type Answers } from './browser.ts'
import { addressOf } from './door.ts'
import { openMailbox } from './mailbox.ts'
import { threeUnits } from './results.ts'
import { workbook } from './spreadsheet.ts'
import { makePerson, nextCode, password, setUpSecondFactor, signsIn, type Person } from './staff.ts'
import {
  answersAll,
  enters,
  folderOnDisk,
  jobDone,
  openedSurveyWith,
  putIntoBox,
  smallFolder,
  surveyWithCards,
  triesTestCard,
} from './survey.ts'

export interface SeenPage {
  /** The view that made the page's body, e.g. response/page. */
  view: string
  layout: string
  html: string
}

export interface Walk {
  /** Each page once, in the order of its first sight. */
  pages: SeenPage[]
  letters: { subject: string; text: string }[]
  /** Paths of GET routes that answered with their page or file. */
  opened: Set<string>
}

/** Walks, on sites of its own; takes some seconds. */
export async function seeEverything(): Promise<Walk> {
  const walk: Walk = { pages: [], letters: [], opened: new Set() }
  await seeFirstStart(walk)

  const mailbox = await openMailbox()
  const site = await testSite({
    publicUrl: 'https://khaosat.example.vn',
    mail: { url: mailbox.url, from: 'khaosat@example.vn' },
  })
  record(site, walk)
  await seeAccounts(site, walk)
  await seeSurveys(site, walk)
  await seeCouncil(site)
  await site.close()
  walk.letters = (await mailbox.waitFor(2)).map(({ subject, text }) => ({ subject, text }))
  await mailbox.close()
  return walk
}

/** Keeps what the site shows from now on: the frame is the last view of each page. */
function record(site: TestSite, { pages }: Walk): void {
  const { renderer } = site.deps
  const view = renderer.view.bind(renderer)
  const known = new Set<string>()
  let body = ''
  renderer.view = (name, model) => {
    const html = view(name, model)
    if (!name.startsWith('layout/')) body = name
    // Pages that differ by figures, codes and addresses alone are one.
    const kind = `${name} ${html.replace(/(href|id|d|value|for|action)="[^"]*"/g, '').replace(/\d+/g, '0')}`
    if (name.startsWith('layout/') && !known.has(kind)) pages.push({ view: body, layout: name, html })
    known.add(kind)
    return html
  }
}

const wrong = 'thử sai'

/** Opens each GET page that the values name, and sends each form of it that takes typed text: empty, then wrong. */
async function crawl(
  site: TestSite,
  walk: Walk,
  browser: Browser,
  values: Record<string, string>,
): Promise<void> {
  for (const { method, path } of routesOf(site.deps)) {
    const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')
    const [first] = Object.keys(values)
    const ofThese = first === undefined ? parameters.length === 0 : parameters.includes(first)
    if (method !== 'get' || !ofThese || path.includes('khoi-tao')) continue
    const { status, root } = await browser.get(addressOf(path, values))
    if (status === 200) walk.opened.add(path)
    for (const form of root.querySelectorAll('main form'))
      await misuse(browser, form.getAttribute('action') ?? '', form)
  }
}

type Element = Browser['current']['root']

async function misuse(browser: Browser, action: string, form: Element): Promise<void> {
  const typed = form.querySelectorAll('input, textarea').flatMap((field) => {
    const type = field.getAttribute('type') ?? 'text'
    const name = field.getAttribute('name')
    return name === undefined || ['hidden', 'radio', 'checkbox', 'submit'].includes(type)
      ? []
      : [{ name, type }]
  })
  // A form without a field to type in acts at once, and one's own session is needed further on.
  if (typed.length === 0 || action.startsWith('/phieu')) return
  const hidden = form.querySelectorAll('input[type=hidden]')
  const fields: Answers = Object.fromEntries(
    hidden.map((each) => [each.getAttribute('name') ?? '', each.getAttribute('value') ?? '']),
  )
  if (form.getAttribute('enctype') === 'multipart/form-data') {
    const [{ name } = { name: '' }] = typed
    for (const content of [wrong, 'unit,criterion,points\nU1,9.9,999\n', await workbook([[wrong], [1, 2]])])
      await browser.agent.post(action).attach(name, Buffer.from(content), 'tep.csv')
    await browser.agent.post(action).field('x', '')
    return
  }
  await browser.post(action, fields)
  await browser.post(action, { ...fields, ...Object.fromEntries(typed.map(({ name }) => [name, wrong])) })
}

// ── The door and the accounts ─────────────────────────────────────────────────────────────────────────────────────
async function seeFirstStart(walk: Walk): Promise<void> {
  const site = await testSite()
  record(site, walk)
  const link = (await newSetupLink(site.deps)) ?? ''
  const browser = new Browser(site.app)
  if ((await browser.get(link)).status === 200) walk.opened.add('/can-bo/khoi-tao/:token')
  await browser.submit({})
  await browser.submit({ name: 'Nguyễn Văn An', email: 'an@noivu.gov.vn', password: '123456' })
  await browser.submit({ name: 'Nguyễn Văn An', email: 'an@noivu.gov.vn', password })
  await browser.submit({ email: 'an@noivu.gov.vn', password: 'sai' })
  await browser.submit({ email: 'an@noivu.gov.vn', password })
  if (browser.current.url.startsWith('/can-bo/xac-thuc')) walk.opened.add('/can-bo/xac-thuc')
  await browser.submit({ code: '000000' })
  await setUpSecondFactor(site, browser)
  await browser.get('/dieu-tra')
  await new Browser(site.app).get(link)
  await new Browser(site.app).get('/can-bo/quen-mat-khau')
  await createSurveyFromFolder(site.deps, operator, folderOnDisk(smallFolder()), 'thu')
  await crawl(site, walk, browser, { slug: 'thu', unit: 'U1' })
  await site.close()
}

async function seeAccounts(site: TestSite, walk: Walk): Promise<void> {
  const someone = await makePerson(site, 'administrator', {
    name: 'Trần Thị Minh',
    email: 'minh@noivu.gov.vn',
  })
  const admin = new Browser(site.app)
  await admin.get('/can-bo/dang-nhap')
  await admin.submit({ email: someone.email, password })
  if (admin.current.url.startsWith('/can-bo/buoc-hai')) walk.opened.add('/can-bo/buoc-hai')
  await admin.submit({ code: '000000' })
  await admin.submit({ code: await nextCode(site.deps, someone) })
  await crawl(site, walk, admin, {})
  const { id } = await makePerson(site, 'focal-point', { name: 'Lê Văn Bình', email: 'binh@noivu.gov.vn' })
  await crawl(site, walk, admin, { id })
  await makesAccount(admin)
  await admin.get('/tai-khoan')
  const { status, root } = await admin.get('/tai-khoan/phieu-kich-hoat')
  if (status === 200) walk.opened.add('/tai-khoan/phieu-kich-hoat')
  const slip = root.querySelector('.slip .code')?.textContent ?? ''
  await admin.get('/tai-khoan/nap')
  const titles = ['STT', 'Họ và tên', 'Thư điện tử', 'Mã đơn vị', 'Tên đơn vị']
  await admin.upload(
    'roster',
    'ds.xlsx',
    await workbook([titles, [1, 'Lý Thị Hoa', 'sai', 'KHONG', 'Không']]),
  )
  await admin.get('/he-thong/to-khoi-phuc')
  await admin.submit(
    {},
    { press: admin.current.root.querySelector('main form button')?.textContent.trim() ?? '' },
  )
  for (const address of ['/dieu-tra/khong-co', '/tai-khoan/khong-co', '/khong-co', '/nhat-ky?tu=sai'])
    await admin.get(address)
  await seePasswordLinks(site, slip)
  for (const path of ['/dieu-tra', '/tai-khoan']) await new Browser(site.app).get(path)
  const viewer = await signsIn(site, await makePerson(site, 'viewer', { name: 'Võ Văn Sáu' }))
  for (const path of ['/tai-khoan', '/dieu-tra', '/can-bo/toi', '/can-bo/xac-thuc']) await viewer.get(path)
  for (let i = 0; i < 20; i++)
    await new Browser(site.app).post('/can-bo/dang-nhap', { email: 'khong@noivu.gov.vn', password: 'sai' })
}

async function makesAccount(admin: Browser): Promise<void> {
  await admin.get('/tai-khoan')
  const role = { 'vai-tro': 'focal-point' }
  const name = admin.current.root.querySelector('main form input[type=checkbox]')?.getAttribute('name') ?? ''
  const fields = { name: 'Phạm Thị Hà', email: 'ha@noivu.gov.vn', [name]: Object.values(role) }
  await admin.submit(fields, { selector: 'form[action="/tai-khoan"]' })
}

async function seePasswordLinks(site: TestSite, slip: string): Promise<void> {
  const browser = new Browser(site.app)
  await browser.get('/can-bo/quen-mat-khau')
  await browser.submit({ email: 'binh@noivu.gov.vn' })
  await browser.get('/can-bo/kich-hoat')
  await browser.submit({ code: wrong })
  await browser.submit({ code: slip })
  await browser.submit({ password: '123' })
  await browser.submit({ password })
}

// ── A survey's life, and a respondent's way ───────────────────────────────────────────────────────────────────────
async function seeSurveys(site: TestSite, walk: Walk): Promise<void> {
  const officer = await signsIn(
    site,
    await makePerson(site, 'administrator', { name: 'Đỗ Thị Lan', email: 'lan@noivu.gov.vn' }),
  )
  await createSurveyFromTemplate(site.deps, operator, defaultTemplate, defaultTemplate)
  await crawl(site, walk, officer, { slug: defaultTemplate, unit: 'SYT' })
  await seeSample(officer)
  await crawl(site, walk, officer, { slug: defaultTemplate, unit: 'SYT' })

  const slug = 'song'
  const here = { slug, unit: 'U1' }
  const design = smallFolder({ official: true, units: 3, reserve: 1 })
  const { survey } = await createSurveyFromFolder(site.deps, operator, folderOnDisk(design), slug)
  const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: false })
  await jobDone(site, job.id)
  const cards = await listUnprintedCodes(site.deps, survey)
  await crawl(site, walk, officer, here)
  await seeCards(site, walk, officer, survey)
  await crawl(site, walk, officer, here)
  await crawl(site, walk, officer, { id: job.id, ...here })
  await seeRehearsal(site, walk, officer, slug)
  await markPrinted(site.deps, operator, survey)
  await crawl(site, walk, officer, here)
  await enters(site, cards[0]?.code ?? '')
  await startCollecting(site.deps, operator, await getSurvey(site.deps.db, slug))
  await seeRespondent(site, walk, cards)
  await seeTime(site, officer, slug)
  await seeUnitChanges(officer, slug)
  // Of each group five planned and one reserve; the first group was the respondent's.
  const planned = cards.slice(6).filter((_, n) => n % 6 < 5 && n < 24)
  await putIntoBox(site, await getSurvey(site.deps.db, slug), planned, () => '2222')
  await crawl(site, walk, officer, here)
  await closeCollecting(site.deps, operator, await getSurvey(site.deps.db, slug), {
    reason: 'Theo công văn 7',
  })
  await enters(site, cards[31]?.code ?? '')
  await crawl(site, walk, officer, here)
  await seePair(site, slug)
  await crawl(site, walk, officer, here)
  const closed = await getSurvey(site.deps.db, slug)
  const opening = await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })
  await seeJob(site, walk, officer, closed, opening.id)
  await crawl(site, walk, officer, here)
  await seeReceipts(site, slug)

  await threeUnits(site)
  await crawl(site, walk, officer, { slug: 'thu', unit: 'U3', level: 'so', item: 'A1' })
  await seeResults(site, officer)
  await seeIndex(site, walk, officer)
  await seeAnnouncement(site, walk, officer)
  await officer.get('/nhat-ky')
}

/** Numbers that ask for a decision, a list with mistakes, one that can be drawn. */
async function seeSample(officer: Browser): Promise<void> {
  const page = `/dieu-tra/${defaultTemplate}/chon-mau`
  const numbers = { selector: `form[action="${page}"]` }
  await officer.get(page)
  await officer.submit({ 'n-SYT-CC': '3' }, numbers)
  await officer.submit({ decided: ['1'], reason: '' }, numbers)
  await officer.submit({ 'n-SYT-CC': '30' }, numbers)
  const head = 'Họ và tên,Chức vụ,Nhóm,Đơn vị'
  for (const rows of [
    'Lý Thị Hoa,,Lạ,Lạ',
    'Lý Thị Hoa,,LDP,SYT\nLý Thị Hoa,,LDP,SYT',
    'Lý Thị Hoa,,LDP,SYT',
  ]) {
    await officer.get(page)
    await officer.upload('list', 'ds.csv', `${head}\n${rows}`)
  }
  const six = Array.from({ length: 6 }, (_, at) => `Hồ Văn ${at + 1},Trưởng phòng,LDP,SYT`)
  await officer.get(page)
  await officer.upload('list', 'ds.csv', [head, ...six].join('\n'))
}

/** Hours set, extended, refused; the letter; the clock of the machine. */
async function seeTime(site: TestSite, officer: Browser, slug: string): Promise<void> {
  const page = `/dieu-tra/${slug}/thoi-gian`
  const closing = { 'ngay-ket-thuc': '2022-10-12', 'gio-ket-thuc': '17:00' }
  await officer.post(page, closing)
  const extension = { 'pham-vi': 'don-vi:U1', ngay: '2022-10-13', gio: '17:00', 'ly-do': 'Bưu điện chậm' }
  for (const fields of [{ ...extension, ngay: '2022-10-11' }, extension])
    await officer.post(`${page}/gia-han`, fields)
  await raiseClockAlarm(site.deps.db, 'Đồng hồ máy chủ nhảy tới 6 giờ, giờ tự động tạm dừng.')
  for (const path of ['/dieu-tra', `/dieu-tra/${slug}`, '/he-thong/dong-ho']) await officer.get(path)
  await officer.submit()
}

/** A unit renamed, another merged, first without and then with the choice how it counts; the check by lot. */
async function seeUnitChanges(officer: Browser, slug: string): Promise<void> {
  const at = (path: string) => `/dieu-tra/${slug}${path}`
  const decided = { ngay: '2022-10-12', 'ly-do': 'Quyết định 12' }
  await officer.post(at('/don-vi/U1/doi-ten'), { ten: 'Sở Khoa học', ...decided })
  await officer.post(at('/don-vi/U3/sap-nhap'), { 'don-vi': 'U1', ...decided })
  for (const path of ['/ke-hoach', '/thu-phieu', '/don-vi/U3/thay-doi']) await officer.get(at(path))
  await officer.post(at('/don-vi/U3/sap-nhap'), { 'don-vi': 'U1', 'cach-tinh': 'successor', ...decided })
  await officer.post(at('/don-vi/U1/phuc-tra/rut-tham'), {})
  await officer.get(at('/don-vi/U1/phuc-tra'))
  await officer.post(at('/don-vi/U1/phuc-tra'), { co: '1', khong: '1', 'chua-gap': '0' })
  await officer.post(at('/don-vi/U1/phuc-tra'), { co: '1', khong: '0', 'chua-gap': '0' })
}

/** Test cards from inside and outside, cards opened twice, links for one unit and back. */
async function seeCards(site: TestSite, walk: Walk, officer: Browser, survey: Survey): Promise<void> {
  const at = (path: string) => `/dieu-tra/${survey.slug}${path}`
  await officer.get(at('/ma'))
  const { root } = await officer.submit({}, { press: 'In thẻ thử' })
  await enters(site, root.querySelector('.card-code')?.textContent ?? '')
  await triesTestCard(site, survey)
  for (const path of ['/the', '/the', '/ma', '/cach-giao'])
    if ((await officer.get(at(path))).status === 200) walk.opened.add(`/dieu-tra/:slug${path}`)
  const pdf = await officer.agent.get(at('/the.pdf?lan-nua=1'))
  if (pdf.status === 200) walk.opened.add('/dieu-tra/:slug/the.pdf')
  await officer.post(at('/cach-giao'), { 'giao-U3': 'links' })
  const person = { name: 'Lê Thị Bảy', email: 'bay@u3.gov.vn', agency: 'U3' }
  const focalPoint = await signsIn(site, await makePerson(site, 'focal-point', person))
  await focalPoint.get(at('/don-vi/U3'))
  await focalPoint.post(at('/don-vi/U3/goi-lien-ket'), {})
  await officer.get(at('/ma'))
  await officer.post(at('/cach-giao'), { 'giao-U3': 'cards' })
  await focalPoint.post(at('/don-vi/U3/goi-lien-ket'), { _xac_nhan: 'TAI GOI' })
}

/** The opening at work, failed, and done; a file to fetch. */
async function seeJob(
  site: TestSite,
  walk: Walk,
  officer: Browser,
  survey: Survey,
  id: string,
): Promise<void> {
  const page = `/dieu-tra/${survey.slug}/cong-viec/${id}`
  await jobDone(site, id)
  if ((await officer.get(page)).status === 200) walk.opened.add('/dieu-tra/:slug/cong-viec/:id')
  const looks = [
    { state: 'running', step: 'Mở và kiểm phiếu', done: 12, total: 30, lease_until: Date.now() + 9e6 },
    { state: 'waiting', step: '', done: 0, total: 0 },
    { state: 'failed', problem: 'Không tìm thấy tệp khóa.' },
  ] as const
  for (const look of looks) {
    await site.deps.db
      .updateTable('job')
      .set(look as { state: 'failed' })
      .where('id', '=', id)
      .execute()
    await officer.get(page)
  }
  await site.deps.db.updateTable('job').set({ state: 'done', problem: null }).where('id', '=', id).execute()
}

/** Two people at the act that needs both. */
async function seePair(site: TestSite, slug: string): Promise<void> {
  const [one, two] = [
    await signsIn(site, await makePerson(site, 'officer', { name: 'Hồ Văn Tư', email: 'tu@noivu.gov.vn' })),
    await signsIn(
      site,
      await makePerson(site, 'council', { name: 'Bùi Thị Năm', email: 'nam@u1.gov.vn', agency: 'U1' }),
    ),
  ]
  const page = `/dieu-tra/${slug}/thu-phieu`
  await one.get(page)
  await one.submit({ _xac_nhan: 'MO NIEM PHONG' }, { selector: 'form[data-confirm-word]' })
  for (const browser of [one, two]) {
    await browser.get(page)
    await browser.get('/dieu-tra')
  }
  await one.post(`/dieu-tra/${slug}/mo-niem-phong`, { _xac_nhan: 'MO NIEM PHONG' })
}

async function seeRespondent(site: TestSite, walk: Walk, cards: PlainCode[]): Promise<void> {
  const code = (n: number) => cards[n]?.code ?? ''
  const slips = [
    '',
    'BCFG OJKM NPQK',
    'BCFG',
    `${code(0).slice(0, 11)}${code(0).endsWith('2') ? '3' : '2'}`,
    'BCFGHJKMNPQK',
  ]
  for (const slip of slips) await enters(site, slip)
  const browser = await enters(site, code(0))
  await browser.get('/phieu/phan/1')
  await browser.submit({})
  await browser.submit({ A1: '1' })
  await browser.post('/phieu/phan/1', {
    _phieu: browser.current.root.querySelector('[name=_phieu]')?.getAttribute('value'),
    A1: 'lạ',
  })
  for (const path of ['/phieu/phan/9', '/phieu/kiem-tra', '/phieu/cam-on', '/phieu', '/cam-ket-bao-mat'])
    await browser.get(path)
  await browser.get('/phieu/dung-lai')
  await browser.get('/')
  await browser.submit({ code: code(1) })
  await browser.post('/phieu/phan/1', { _phieu: 'sai' })
  await browser.get('/phieu')
  await answersAll(browser, { A1: '1' })
  await browser.submit({})
  await browser.get('/')
  await browser.submit({ code: code(0) })
  await answersAll(browser, {})
  // Warned of the few answers once more; then it is sent all the same.
  await browser.submit({})
  await browser.submit({})
  if (browser.current.url === '/phieu/cam-on') walk.opened.add('/phieu/cam-on')
  for (const path of ['/phieu', '/phieu/phan/1', '/']) await browser.get(path)
  await browser.submit({ code: code(0) })
  await browser.get('/')
  await browser.submit({ code: code(2) })
  await browser.submit({})
  await browser.submit({}, { press: 'Đây là máy dùng chung' })
  await new Browser(site.app).get('/phieu')
  await crawl(site, walk, await enters(site, code(2)), { number: '1' })
  const waiting = await enters(site, code(3))
  for (const path of ['/phieu', '/phieu/kiem-tra'])
    if ((await waiting.get(path)).status === 200) walk.opened.add(path)
  await answersAll(await again(waiting, code(3)), () => '1')
  await site.deps.db
    .updateTable('stratum')
    .set({ cap: 1 })
    .where('id', '=', cards[3]?.stratum.id ?? '')
    .execute()
  await waiting.submit({})
  await site.deps.db
    .updateTable('stratum')
    .set({ cap: 5 })
    .where('id', '=', cards[3]?.stratum.id ?? '')
    .execute()
  const stranger = new Browser(site.app)
  for (let i = 0; i < 40; i++) await stranger.post('/vao', { code: 'BCFGHJKMNPQK' })
}

async function again(browser: Browser, code: string): Promise<Browser> {
  await browser.get('/')
  await browser.submit({ code })
  return browser
}

/** A run from its beginning to its removal, and a pilot that is made wrongly. */
async function seeRehearsal(site: TestSite, walk: Walk, officer: Browser, slug: string): Promise<void> {
  const page = `/dieu-tra/${slug}/chay-thu`
  for (const act of ['primary-act', 'primary-act', 'danger-act']) {
    if ((await officer.get(page)).status === 200) walk.opened.add('/dieu-tra/:slug/chay-thu')
    await officer.submit({}, { selector: `main form.${act}` })
    const run = await findRun(site.deps.db, await getSurvey(site.deps.db, slug))
    const job = run && (await findRunJob(site.deps.db, run.id))
    if (job) await jobDone(site, job.id)
    await officer.get(page)
  }
  await officer.post(`/dieu-tra/${slug}/dieu-tra-thu`, {})
}

async function seeReceipts(site: TestSite, slug: string): Promise<void> {
  const browser = new Browser(site.app)
  const page = `/xac-nhan/${slug}`
  await browser.get('/xac-nhan')
  const { root } = await browser.get(page)
  const receipt = root.querySelector('.receipts li')?.textContent ?? ''
  for (const ma of ['', wrong, '22222', '2222222222', receipt]) await browser.post(page, { ma })
  await browser.get('/xac-nhan/khong-co')
}

/** Figures enough to be drawn, and a page of them in a search. */
async function seeResults(site: TestSite, officer: Browser): Promise<void> {
  const { survey } = await openedSurveyWith(
    site,
    { slug: 'diem-2022', units: 6, quotas: [6, 6] },
    ({ stratum }, n) => (stratum.group_code === 'LD' ? `22${n % 3}1` : n % 2 === 0 ? '1113' : '0-00'),
  )
  const parts = ['', '/xep-hang', '/don-vi/U1', '/chenh-lech', '/cau-hoi/so', '/cau-hoi/so/A1', '/cach-tinh']
  for (const path of parts) await officer.get(`/dieu-tra/${survey.slug}/diem${path}`)
}

async function seeIndex(site: TestSite, walk: Walk, officer: Browser): Promise<void> {
  const page = '/dieu-tra/thu/chi-so'
  const rows = ['U1,1.2,30', 'U1,2.2,20', 'U1,bonus,2', 'U2,1.2,', 'U2,2.2,25.5', 'U3,1.2,40', 'U3,2.2,30']
  await officer.get(page)
  await officer.upload('appraised', 'diem.csv', ['unit,criterion,points', ...rows, ''].join('\n'))
  if (/chi-so\/.+/.test(officer.current.url)) walk.opened.add('/dieu-tra/:slug/chi-so/:run')
  await officer.get(page)
  const codes = '/dieu-tra/thu/ma-nhap'
  await officer.get(codes)
  for (const field of officer.current.root.querySelectorAll('.import-codes input').slice(0, 1))
    for (const value of ['', 'TC-1']) await officer.submit({ [field.getAttribute('name') ?? '']: value })
  await officer.get(codes)
  await officer.upload('codes', 'ma.csv', 'Loại,Mã\n', {}, 'form[action$="/tep"]')
  await officer.get('/dieu-tra/thu/tep')
  const picture = officer.current.root.querySelector('.chart-files a')?.getAttribute('href') ?? ''
  if ((await officer.agent.get(picture)).status === 200) walk.opened.add('/dieu-tra/:slug/bieu-do/:tep')
  if ((await officer.agent.get('/so-do/survey-scores-2.json')).status === 200) walk.opened.add('/so-do/:tep')
  await officer.get('/dieu-tra/thu/diem')
  await officer.submit({})
  const job = officer.current.url.split('/').at(-1) ?? ''
  await jobDone(site, job)
  await officer.get(officer.current.url)
  const file = officer.current.root.querySelector('a[download]')?.getAttribute('href') ?? ''
  if ((await officer.agent.get(file)).status === 200) walk.opened.add('/dieu-tra/:slug/cong-viec/:id/tep')
}

/** Figures explained; results looked at too early, announced; ballots kept longer, then destroyed. */
async function seeAnnouncement(site: TestSite, walk: Walk, officer: Browser): Promise<void> {
  const at = (path: string) => `/dieu-tra/thu${path}`
  const open = async (path: string, route: string) => {
    if ((await officer.get(at(path))).status === 200) walk.opened.add(`/dieu-tra/:slug${route}`)
  }
  for (const criterion of ['1.1', '1', 'tong'])
    for (const unit of ['U1', 'U3'])
      await open(`/diem/don-vi/${unit}/${criterion}`, '/diem/don-vi/:unit/:criterion')
  await open('/diem/cap/so/1.1', '/diem/cap/:level/:criterion')
  await open('/diem/cap/so/cau-hoi/A1', '/diem/cap/:level/cau-hoi/:item')
  await officer.get(at('/chi-so'))
  const run = officer.current.root.querySelector('main a[href*="/chi-so/"]:not([href$=".csv"])')
  const runPath = (run?.getAttribute('href') ?? '').replace(at(''), '')
  for (const unit of ['U1', 'U3']) await open(`${runPath}/${unit}`, '/chi-so/:run/:unit')
  const focal = await signsIn(
    site,
    await makePerson(site, 'focal-point', { name: 'Ngô Thị Tám', agency: 'U1', email: 'tam@u1.gov.vn' }),
  )
  await focal.get(at('/diem/U1'))
  const document = { 'so-van-ban': '125/QĐ-UBND', 'ngay-van-ban': '2022-10-10' }
  await officer.post(at('/cong-bo'), { ...document, 'ngay-van-ban': '2022-10-30' })
  await officer.post(at('/cong-bo/du-kien'), { 'ngay-du-kien': '2022-10-20' })
  await officer.get(at('/cong-bo'))
  await focal.get(at('/diem/U1'))
  await officer.post(at('/cong-bo'), { ...document, _xac_nhan: 'CONG BO' })
  for (const path of ['/cong-bo', '']) await officer.get(at(path))
  for (const path of ['/don-vi/U1', '/diem/don-vi/U1', '/diem/don-vi/U1/1.1']) await focal.get(at(path))

  await officer.get(at('/bien-ban-huy-phieu'))
  await officer.post(at('/luu-giu/gia-han'), { 'ngay-huy': '2024-10-13', 'ly-do': 'Công văn 7' })
  for (const day of ['2022-10-20', '2022-10-12']) {
    await site.deps.db.updateTable('survey').set({ destroy_on: day }).where('slug', '=', 'thu').execute()
    for (const path of ['', '/luu-giu']) await officer.get(at(path))
  }
  for (const fields of [{}, { _xac_nhan: 'HUY PHIEU' }]) await officer.post(at('/luu-giu/huy'), fields)
  await jobDone(site, officer.current.url.split('/').at(-1) ?? '')
  await officer.get(officer.current.url)
  await officer.get(at('/luu-giu'))
  await open('/bien-ban-huy-phieu', '/bien-ban-huy-phieu')
}

// ── The council ───────────────────────────────────────────────────────────────────────────────────────────────────
async function seeCouncil(site: TestSite): Promise<void> {
  const { survey, codes } = await surveyWithCards(site, { slug: 'hoi-dong', units: 4 })
  const page = `/dieu-tra/${survey.slug}/giu-khoa`
  const sign = async (role: string, agency: string, name: string): Promise<[Person, Browser]> => {
    const person = await makePerson(site, role, { agency, name, email: `${agency}@giu-khoa.gov.vn` })
    return [person, await signsIn(site, person)]
  }
  const [, officer] = await sign('officer', 'SNV', 'Mai Văn Chín')
  const council = [
    await sign('council', 'U1', 'Đinh Thị Một'),
    await sign('council', 'U2', 'Đinh Thị Hai'),
    await sign('council', 'U3', 'Đinh Thị Ba'),
  ]
  const [heir, heirs] = await sign('council', 'U4', 'Đinh Thị Tư')
  await officer.get(page)
  await officer.submit({ 'hinh-thuc': 'council-2-of-3' }, { selector: 'form[action$="/hinh-thuc"]' })
  await officer.get(page)
  const named = (ids: string[]) => Object.fromEntries(ids.map((id, at) => [`nguoi-giu-${at + 1}`, id]))
  const naming = { press: 'Lưu người giữ khóa', selector: 'form[action$="/nguoi-giu"]' }
  await officer.submit(named(['', '', '']), naming)
  await officer.submit(named(council.map(([{ id }]) => id)), naming)
  await officer.get(page)
  const papers: string[] = []
  for (const [, holder] of council) {
    await holder.get('/dieu-tra')
    await holder.get(page)
    await holder.submit({}, { press: 'Tạo và hiện phần khóa', selector: 'form[action$="/tao"]' })
    papers.push(
      holder.current.root
        .querySelectorAll('.paper__word b')
        .map((each) => each.textContent)
        .join(' '),
    )
    for (const typed of ['', wrong, 'ban bat', papers.at(-1) ?? '']) {
      await holder.get(page)
      await holder.submit({ 'phan-khoa': typed }, { selector: 'form[action$="/kiem-tra"]' })
    }
  }
  const [one = '', two = ''] = papers
  const [[, first] = [undefined, officer]] = council
  await officer.get(`/dieu-tra/${survey.slug}/thu-phieu`)
  await first.get(page)
  for (const second of ['', one, two])
    await first.submit({ 'dien-tap-1': one, 'dien-tap-2': second }, { selector: 'form[action$="/dien-tap"]' })
  await first.get(page)
  await officer.post(`/dieu-tra/${survey.slug}/bat-dau`, {})
  await officer.get(page)
  await officer.submit({ 'nguoi-nhan': heir.id }, { selector: 'form[action$="/ban-giao"]' })
  for (const browser of [officer, heirs, first]) await browser.get(page)
  await heirs.submit({}, { press: 'Tạo và hiện phần khóa' })
  for (const browser of [heirs, officer, first]) await browser.get(page)
  await officer.post(`${page}/thoi-ban-giao`, {})
  await putIntoBox(site, await getSurvey(site.deps.db, survey.slug), codes.slice(0, 12), () => '2101')
  await closeCollecting(site.deps, operator, await getSurvey(site.deps.db, survey.slug))
  const opening = `/dieu-tra/${survey.slug}/thu-phieu`
  for (const second of ['', one, two]) {
    await officer.get(opening)
    const fields = { 'phan-khoa-1': one, 'phan-khoa-2': second, _xac_nhan: 'MO NIEM PHONG' }
    await officer.submit(fields, { selector: 'form[data-confirm-word]' })
  }
  await jobDone(site, officer.current.url.split('/').at(-1) ?? '')
  for (const path of ['', '/giu-khoa', '/thu-phieu', '/bien-ban', '/dau-hieu', '/diem'])
    await officer.get(`/dieu-tra/${survey.slug}${path}`)
  await enters(site, codes[20]?.code ?? '')
  await new Browser(site.app).get(`/xac-nhan/${survey.slug}`)
}
