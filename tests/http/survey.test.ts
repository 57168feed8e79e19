// The surveys and the plan of each, as staff see them; which page belongs to whom; and what an example or a rehearsal is
// marked with wherever it is shown.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { listUnprintedCodes } from '../../src/access/batch.service.ts'
import { getSurvey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { routesOf } from '../../src/web/app.ts'
import { illustrativeNotice, rehearsalNotice } from '../../src/web/layout.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import {
  answersAll,
  enters,
  folderOnDisk,
  jobDone,
  openedSurveyWith,
  openSurveyWith,
  signedIn,
  smallFolder,
  surveyWithCards,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

describe('the list of surveys', () => {
  test('is empty at first: an officer may create one, somebody who only looks is told so', async () => {
    const officer = await signedIn(site, 'officer')
    expect(officer.current.url).toBe('/dieu-tra')
    expect(officer.current.text).toContain('Chưa có đợt điều tra nào')
    expect(officer.current.root.querySelector('form [name=slug]')).not.toBeNull()
    const viewer = await signedIn(site, 'viewer')
    expect(viewer.current.text).toContain('Khi có đợt điều tra, tên đợt sẽ hiện ở đây.')
    expect(viewer.current.root.querySelector('main form')).toBeNull()
  })

  test('shows each survey with its step, its ballots, its units and its year, the newest year first', async () => {
    await draft('nam-2021', { '"year":2022': '"year":2021' })
    const { survey } = await openSurveyWith(site, { quotas: [5, 4] })
    const officer = await signedIn(site, 'officer')
    expect(officer.current.text).toContain('2 đợt điều tra')
    const rows = officer.current.root
      .querySelectorAll('tbody tr')
      .map((row) => row.querySelectorAll('td').map((cell) => cell.textContent.trim()))
    expect(rows).toEqual([
      ['Thu phiếu', '0/18', '2', '2022'],
      ['Chuẩn bị', '0/20', '2', '2021'],
    ])
    expect(officer.current.root.querySelector('tbody a')?.getAttribute('href')).toBe(
      `/dieu-tra/${survey.slug}`,
    )
  })

  test('creates a survey from the template, and leads to its plan', async () => {
    const officer = await signedIn(site, 'officer')
    await officer.submit({ slug: 'bp-2022' })
    expect(officer.current.url).toBe('/dieu-tra/bp-2022/ke-hoach?tin=da-tao')
    expect(officer.current.text).toContain('Đã tạo đợt điều tra từ bộ mẫu.')
    const survey = await getSurvey(site.deps.db, 'bp-2022')
    expect(survey).toMatchObject({ state: 'draft', illustrative: 1, rehearsal: 0, created_on: '2022-10-12' })
  })

  const wrongSlugs = ['', 'Bình Phước', 'BP-2022', '-bp', 'bp 2022', 'bp/2022', '../bp', 'x'.repeat(61)]

  test.each(wrongSlugs)(
    'takes no short name such as "%s": same page, text kept, nothing stored',
    async (slug) => {
      const officer = await signedIn(site, 'officer')
      await officer.submit({ slug })
      expect(officer.current.status).toBe(422)
      expect(officer.current.root.querySelector('#slug-error')?.textContent).toMatch(
        /^Tên ngắn chỉ gồm chữ thường không dấu, chữ số và gạch ngang, .* ví dụ binh-phuoc-2022\.$/,
      )
      expect(officer.current.root.querySelector('.govuk-error-summary a')?.getAttribute('href')).toBe('#slug')
      expect(officer.current.root.querySelector('#slug')?.getAttribute('value')).toBe(slug)
      expect((await allRows(site.deps.db)).survey).toEqual([])
    },
  )

  test('takes no short name twice, and the first survey stays as it was', async () => {
    await draft()
    const before = await allRows(site.deps.db)
    const officer = await signedIn(site, 'officer')
    await officer.submit({ slug: 'thu' })
    expect(officer.current.status).toBe(409)
    expect(officer.current.text).toContain('Đã có đợt điều tra mang tên ngắn "thu". Hãy chọn tên khác.')
    expect(await surveyRows()).toEqual(surveyRowsOf(before))
  })

  test('knows the templates that come with the product, and no others', async () => {
    const officer = await signedIn(site, 'officer')
    for (const template of ['khong-co', '../templates', '']) {
      await officer.post('/dieu-tra', { template, slug: 'moi' })
      expect(officer.current.status).toBe(404)
      expect(officer.current.text).toContain('Các bộ mẫu hiện có: binh-phuoc-2022.')
    }
    expect((await officer.post('/dieu-tra', {})).status).toBe(400)
    expect((await allRows(site.deps.db)).survey).toEqual([])
  })
})

describe('the plan', () => {
  test('of Bình Phước asks 100 + 80 and 132 + 55 people, unit by unit', async () => {
    const officer = await signedIn(site, 'officer')
    await officer.submit({ slug: 'bp-2022' })
    expect(officer.current.text).toContain('Hỏi 367 người ở 31 cơ quan, đơn vị')
    const [departments, districts] = tables(officer)
    expect(departments).toHaveLength(21)
    expect(districts).toHaveLength(12)
    expect(departments?.[0]).toEqual(['Sở Nội vụ', '5', '4', '9'])
    expect(departments?.at(-1)).toEqual(['Cộng', '100', '80', '180'])
    expect(districts?.[0]).toEqual(['Ủy ban nhân dân thành phố Đồng Xoài', '12', '5', '17'])
    expect(districts?.at(-1)).toEqual(['Cộng', '132', '55', '187'])
  })

  test('shows what other numbers a single unit and group were given', async () => {
    await draft('thu', {}, (folder) => (folder['quotas.csv'] = 'unit,group,quota,reserve\nU2,CC,1234,\n'))
    const officer = await signedIn(site, 'officer')
    await officer.get('/dieu-tra/thu/ke-hoach')
    expect(tables(officer)[0]).toEqual([
      ['Sở 1', '5', '5', '10'],
      ['Sở 2', '5', '1.234', '1.239'],
      ['Cộng', '10', '1.239', '1.249'],
    ])
  })

  const corrected = {
    title: 'Điều tra xã hội học năm 2022 – “lần hai” <b>&amp;</b>',
    organiser: 'Sở Nội vụ tỉnh Bình Phước',
    plan_number: '320/KH-UBND',
    plan_date: '2022-10-07',
    contact_office: 'Phòng Cải cách hành chính',
    contact_phone: '0271 3 888 888',
    layout: 'one-page',
  }

  test('is corrected by an officer: each field is stored and shown as it was typed', async () => {
    await draft()
    const officer = await signedIn(site, 'officer')
    await officer.get('/dieu-tra/thu/ke-hoach')
    await officer.submit(corrected)
    expect(officer.current.text).toContain('Đã lưu thông tin đợt điều tra.')
    for (const [name, value] of Object.entries(corrected).filter(([name]) => name !== 'layout'))
      expect(officer.current.root.querySelector(`[name=${name}]`)?.getAttribute('value')).toBe(value)
    const { layout, ...words } = corrected
    const survey = await getSurvey(site.deps.db, 'thu')
    expect(survey).toMatchObject(words)
    expect(JSON.parse(survey.settings)).toMatchObject({ layout, k: 5 })
    expect(officer.current.html).not.toContain('<b>&amp;</b>')
  })

  const slips: [field: string, typed: string, sentence: string][] = [
    ['title', ' ', 'Hãy nhập tên đợt điều tra.'],
    ['title', 'x'.repeat(401), 'Tên dài quá 400 ký tự.'],
    ['organiser', '', 'Hãy nhập tên đơn vị tổ chức.'],
    ['plan_number', '1'.repeat(61), 'Số kế hoạch dài quá 60 ký tự.'],
    ['plan_date', '07/10/2022', 'Hãy chọn ngày hoặc để trống.'],
    ['plan_date', '2022-02-30', 'Hãy chọn ngày hoặc để trống.'],
    ['contact_office', 'x'.repeat(201), 'Tên đầu mối dài quá 200 ký tự.'],
    ['contact_phone', '0'.repeat(61), 'Số điện thoại dài quá 60 ký tự.'],
    ['layout', 'hai-trang', 'Hãy chọn cách trình bày phiếu.'],
  ]

  test.each(slips)(
    'keeps a wrong %s on the same page and stores nothing of the form',
    async (field, typed, sentence) => {
      const survey = await draft()
      const officer = await signedIn(site, 'officer')
      await officer.get('/dieu-tra/thu/ke-hoach')
      await officer.submit({ ...corrected, [field]: typed })
      expect(officer.current.status).toBe(422)
      const links = officer.current.root.querySelectorAll('.govuk-error-summary a')
      expect(links.map((link) => [link.getAttribute('href'), link.textContent])).toEqual([
        [`#${field}`, sentence],
      ])
      if (field !== 'layout')
        expect(officer.current.root.querySelector(`[name=${field}]`)?.getAttribute('value')).toBe(typed)
      expect(officer.current.root.querySelector('[name=contact_phone]')?.getAttribute('value')).not.toBe('')
      expect(await getSurvey(site.deps.db, 'thu')).toEqual(survey)
    },
  )

  test('answers a form without its fields in words of ours', async () => {
    const survey = await draft()
    const officer = await signedIn(site, 'officer')
    await officer.post('/dieu-tra/thu/ke-hoach', {})
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).not.toMatch(/invalid|expected/i)
    await officer.post('/dieu-tra/thu/ke-hoach', 'title=a&title=b')
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).not.toMatch(/invalid|expected/i)
    expect(await getSurvey(site.deps.db, 'thu')).toEqual(survey)
  })

  test('is fixed once the cards are printed, whoever asks and whatever is sent', async () => {
    const { survey } = await surveyWithCards(site)
    const officer = await signedIn(site, 'officer')
    await officer.get('/dieu-tra/thu/ke-hoach')
    expect(officer.current.root.querySelector('main form')).toBeNull()
    expect(officer.current.text).toContain('Thông tin này không sửa được nữa vì thẻ đã in.')
    for (const form of [corrected, { ...corrected, title: '' }, {}]) {
      await officer.post('/dieu-tra/thu/ke-hoach', form)
      expect(officer.current.status).toBe(409)
      expect(officer.current.text).toContain('Đợt điều tra đã qua bước chuẩn bị')
    }
    expect(await getSurvey(site.deps.db, 'thu')).toEqual(survey)
  })

  test('is corrected by nobody who only looks', async () => {
    const survey = await draft()
    const viewer = await signedIn(site, 'viewer')
    await viewer.get('/dieu-tra/thu/ke-hoach')
    expect(viewer.current.root.querySelector('main form')).toBeNull()
    expect((await viewer.post('/dieu-tra/thu/ke-hoach', corrected)).status).toBe(403)
    expect(await getSurvey(site.deps.db, 'thu')).toEqual(survey)
  })
})

describe('what is asked and what it counts for', () => {
  test('the questionnaires stand in the order of the plan, with each question, its criterion and its options', async () => {
    const officer = await signedIn(site, 'officer')
    await officer.submit({ slug: 'bp-2022' })
    await officer.get('/dieu-tra/bp-2022/bo-cau-hoi')
    expect(officer.current.text).toContain('4 bộ câu hỏi')
    expect(officer.current.root.querySelectorAll('summary').map((each) => each.textContent.trim())).toEqual([
      'Lãnh đạo cấp phòng và tương đương, cấp sở: 28 câu hỏi trong 7 phần',
      'Công chức, cấp sở: 27 câu hỏi trong 7 phần',
      'Lãnh đạo cấp phòng và tương đương, cấp huyện: 29 câu hỏi trong 7 phần',
      'Công chức, cấp huyện: 28 câu hỏi trong 7 phần',
    ])
    expect(officer.current.text).toContain(
      'A1. Chất lượng kế hoạch cải cách hành chính hằng năm của cơ quan anh/chị như thế nào?',
    )
    expect(officer.current.text).toContain('Trung bình (0,5)')
    expect(officer.current.text).toContain('Không biết / không có ý kiến (không tính)')
    expect(officer.current.root.querySelectorAll('.question-preview')).toHaveLength(28 + 27 + 29 + 28)
  })

  test('the criteria stand as a tree with their points and how they are scored', async () => {
    const officer = await signedIn(site, 'officer')
    await officer.submit({ slug: 'bp-2022' })
    await officer.get('/dieu-tra/bp-2022/bo-chi-so')
    expect(officer.current.text).toContain('Bộ chỉ số của cấp sở và cấp huyện')
    expect(officer.current.root.querySelectorAll('h2').map((each) => each.textContent.trim())).toEqual(
      ['sở', 'huyện'].map(
        (level) => `Cấp ${level}: 8 lĩnh vực, 100 điểm, trong đó 30 điểm qua điều tra xã hội học`,
      ),
    )
    const rows = officer.current.root.querySelectorAll('table')[0]?.querySelectorAll('tbody tr') ?? []
    const cells = rows.map((row) => [
      row.getAttribute('class')?.match(/depth-\d/)?.[0],
      ...row.querySelectorAll('th, td').map((cell) => cell.textContent.trim().replace(/\s+/g, ' ')),
    ])
    expect(cells.slice(0, 3)).toEqual([
      ['depth-0', '1 Công tác chỉ đạo, điều hành cải cách hành chính', '16', ''],
      ['depth-1', '1.1 Kế hoạch cải cách hành chính năm', '4', ''],
      ['depth-2', '1.1.1 Ban hành kế hoạch cải cách hành chính năm đúng thời hạn', '1', 'Thẩm định'],
    ])
    expect(cells.filter(([, , , method]) => method === 'Điều tra')).toHaveLength(10)
  })
})

describe('every page belongs to somebody', () => {
  /** The pages for people without an account; a page more here is a decision. */
  const forAnyone = [
    'get /',
    'get /cam-ket-bao-mat',
    'get /can-bo/dang-nhap',
    'get /can-bo/khoi-tao/:token',
    'get /can-bo/kich-hoat',
    'get /can-bo/quen-mat-khau',
    'get /phieu',
    'get /phieu/cam-on',
    'get /phieu/da-xoa',
    'get /phieu/dung-lai',
    'get /phieu/kiem-tra',
    'get /phieu/phan/:number',
    'get /so-do/:tep',
    'get /xac-nhan',
    'get /xac-nhan/:slug',
    'get /xac-nhan/:slug/ma-xac-nhan.json',
    'post /can-bo/dang-nhap',
    'post /can-bo/dang-xuat',
    'post /can-bo/dat-mat-khau',
    'post /can-bo/khoi-tao/:token',
    'post /can-bo/kich-hoat',
    'post /can-bo/quen-mat-khau',
    'post /phieu/dung-lai',
    'post /phieu/gui',
    'post /phieu/may-dung-chung',
    'post /phieu/phan/:number',
    'post /phieu/phan/:number/giu',
    'post /vao',
    'post /xac-nhan/:slug',
  ]

  test('the respondent’s pages and the sign-in are for anyone, all others ask who is there', async () => {
    const survey = await draft()
    const routes = routesOf(site.deps)
    expect(
      routes
        .filter(({ may }) => may === 'anyone')
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(forAnyone)
    const guarded = routes.filter(({ may }) => may !== 'anyone')
    expect(guarded.length).toBeGreaterThan(25)
    const before = await allRows(site.deps.db)
    const stranger = new Browser(site.app)
    for (const { method, path } of guarded) {
      const address = pathWith(path, { slug: survey.slug })
      const answer = await (method === 'get'
        ? stranger.agent.get(address)
        : stranger.agent.post(address).type('form').send({ _xac_nhan: 'DA IN' }))
      if (method === 'get') {
        expect([answer.status, answer.headers.location], path).toEqual([
          303,
          `/can-bo/dang-nhap?tiep=${encodeURIComponent(address)}`,
        ])
      } else expect([answer.status, answer.text.includes('Cần đăng nhập')], path).toEqual([401, true])
    }
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('an address that no feature has is not found, with a way back', async () => {
    const stranger = new Browser(site.app)
    for (const path of [
      '/admin',
      '/api/auth/session',
      '/.env',
      '/dieu-tra/thu/khong-co',
      '/static/khong-co.css',
    ]) {
      await stranger.get(path)
      expect(stranger.current.status, path).toBe(404)
      expect(stranger.current.text).toContain('Không tìm thấy trang')
    }
    expect((await stranger.post('/', {})).status).toBe(404)
  })

  test('a survey that does not exist is not found on any of its pages, by reading or by acting', async () => {
    const admin = await signedIn(site)
    const before = await surveyRows()
    // A package of links is for the own unit's focal point: to anybody else it is forbidden whatever the survey.
    const ofSurveys = routesOf(site.deps).filter(
      ({ path, may }) => path.includes(':slug') && may !== 'links.fetch',
    )
    for (const { method, path } of ofSurveys) {
      const address = pathWith(path, { slug: 'khong-co' })
      await (method === 'get' ? admin.get(address) : admin.post(address, { format: 'json' }))
      expect(admin.current.status, path).toBe(404)
      expect(admin.current.text, path).toContain('Không có đợt điều tra nào mang tên ngắn "khong-co".')
      const back = path.startsWith('/xac-nhan') ? '/xac-nhan' : '/dieu-tra'
      expect(admin.current.root.querySelector('main a')?.getAttribute('href'), path).toBe(back)
    }
    expect(await surveyRows()).toEqual(before)
  })
})

describe('somebody who only looks', () => {
  const moments: [moment: string, make: () => Promise<unknown>][] = [
    ['while it is prepared', () => draft()],
    ['while cards wait for the printer', issued],
    ['once the cards are printed', () => surveyWithCards(site)],
    ['while it collects', () => openSurveyWith(site)],
    ['once it is closed', closed],
    ['once the box is open', () => openedSurveyWith(site, {}, () => '1212')],
  ]

  test.each(moments)('is offered no act and no page that he may not use, %s', async (_, make) => {
    await make()
    const viewer = await signedIn(site, 'viewer')
    const allowed = ['signed-in', 'survey.read', 'unit.read', ...ofResults, 'anyone']
    const mayUse = (method: string, address: string) =>
      routesOf(site.deps).some(
        (route) => route.method === method && allowed.includes(route.may) && matches(route.path, address),
      )
    const seen = new Set<string>()
    const toSee = ['/dieu-tra']
    for (let page = toSee.pop(); page !== undefined; page = toSee.pop()) {
      if (seen.has(page)) continue
      seen.add(page)
      await viewer.get(page)
      expect(viewer.current.status, page).toBe(200)
      const { root } = viewer.current
      for (const form of root.querySelectorAll('form')) {
        const action = form.getAttribute('action') ?? page
        expect(mayUse(form.getAttribute('method') ?? 'get', action), `${page} offers ${action}`).toBe(true)
      }
      for (const link of root.querySelectorAll('a')) {
        const [href = ''] = (link.getAttribute('href') ?? '').split('#')
        if (href === '' || href.startsWith('tel:')) continue
        expect(mayUse('get', href), `${page} leads to ${href}`).toBe(true)
        if (href.startsWith('/dieu-tra')) toSee.push(href)
      }
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  test('is refused every act, also one that he makes up', async () => {
    await draft()
    const viewer = await signedIn(site, 'viewer')
    const before = await surveyRows()
    const acts = routesOf(site.deps).filter(
      ({ may }) =>
        !['anyone', 'first-step', 'signed-in', 'unit.read', 'survey.read', ...ofResults].includes(may),
    )
    expect(acts.length).toBeGreaterThan(10)
    for (const { method, path } of acts) {
      const address = pathWith(path, { slug: 'thu' })
      await (method === 'get' ? viewer.get(address) : viewer.post(address, {}))
      expect(viewer.current.status, `${method} ${path}`).toBe(403)
    }
    expect(await surveyRows()).toEqual(before)
  })
})

describe('an illustration or a rehearsal', () => {
  test('says so on every page, in the list, on the cards and to those who answer', async () => {
    const { codes } = await openedSurveyWith(site, {}, (_, n) => (n < 19 ? '1212' : undefined))
    const { survey: collecting, codes: cards } = await openSurveyWith(site, { slug: 'khac' })
    const admin = await signedIn(site)
    for await (const page of staffPages(admin, 'thu')) {
      expect(notices(admin), page).toEqual([`${illustrativeNotice} · ${rehearsalNotice}`])
    }
    await admin.get('/dieu-tra')
    for (const row of admin.current.root.querySelectorAll('tbody tr')) {
      expect(row.textContent).toContain('Bộ mẫu minh họa')
      expect(row.textContent).toContain('Chạy thử')
    }
    const person = await enters(site, cards[0]?.code ?? '')
    const pages = [person.current]
    await answersAll(person, () => '1')
    pages.push(await person.get('/phieu/phan/1'), await person.get('/phieu/kiem-tra'), await person.submit())
    expect(person.current.text).toContain('Phiếu đã được gửi')
    for (const { url, root } of pages)
      expect(root.querySelector('.notice')?.textContent, url).toBe(
        `${illustrativeNotice} · ${rehearsalNotice}`,
      )
    expect([collecting.illustrative, collecting.rehearsal, codes.length]).toEqual([1, 1, 20])
  })

  test('says so on each card', async () => {
    await issued()
    const admin = await signedIn(site)
    const { root } = await admin.get('/dieu-tra/thu/the')
    const cards = root.querySelectorAll('.card')
    expect(cards).toHaveLength(20)
    for (const card of cards) expect(card.textContent).toContain('Chạy thử · Bộ mẫu minh họa')
  })

  test('is told from the real thing, on which no such word stands', async () => {
    await openedSurveyWith(site, { official: true }, () => '1212')
    const admin = await signedIn(site)
    for await (const page of staffPages(admin, 'thu')) {
      // The page that offers a rehearsal speaks of it, and so does the way to it.
      const words = admin.current.root.querySelector('main')?.textContent
      if (!page.endsWith('/chay-thu')) expect(words, page).not.toMatch(/minh họa|chạy thử/i)
      expect(notices(admin), page).toEqual([])
    }
    await admin.get('/dieu-tra')
    expect(admin.current.root.querySelector('tbody')?.textContent).not.toMatch(/minh họa|chạy thử/i)
  })

  /** Opens one page of the survey after the other; the caller looks at each. */
  async function* staffPages(admin: Browser, slug: string): AsyncGenerator<string> {
    const survey = await getSurvey(site.deps.db, slug)
    const jobs = await site.deps.db
      .selectFrom('job')
      .select('id')
      .where('survey_id', '=', survey.id)
      .execute()
    const pages = routesOf(site.deps)
      .filter(({ method, path }) => method === 'get' && path.startsWith('/dieu-tra/:slug'))
      .map(({ path }) => pathWith(path, { slug, unit: 'U1' }))
      // Files, the line of live figures, and what needs more than the survey to stand there.
      .filter(
        (path) =>
          !/\.(csv|xlsx|docx|png)$|\/(the(\.pdf)?|dong|cong-van|bien-ban-huy-phieu|x(\/(tep|U1))?)$/.test(
            path,
          ),
      )
    for (const path of [...pages, ...jobs.map(({ id }) => `/dieu-tra/thu/cong-viec/${id}`)]) {
      expect((await admin.get(path)).status, path).toBe(200)
      yield path
    }
  }

  function notices(browser: Browser): string[] {
    return browser.current.root.querySelectorAll('.notice').map((each) => each.textContent.trim())
  }
})

async function draft(
  slug = 'thu',
  words: Record<string, string> = {},
  edit: (folder: Record<string, string>) => void = () => undefined,
) {
  const folder = smallFolder()
  for (const [from, to] of Object.entries(words))
    folder['survey.json'] = folder['survey.json']?.replace(from, to) ?? ''
  edit(folder)
  const { deps } = site
  return (await createSurveyFromFolder(deps, operator, folderOnDisk(folder), slug)).survey
}

async function issued(): Promise<void> {
  const survey = await draft()
  const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })
  await jobDone(site, job.id)
  expect(await listUnprintedCodes(site.deps, survey)).toHaveLength(20)
}

async function closed(): Promise<void> {
  await openSurveyWith(site)
  const admin = await signedIn(site)
  await admin.get('/dieu-tra/thu/thu-phieu')
  await admin.submit({ _xac_nhan: 'KET THUC' })
  expect(admin.current.text).toContain('Đã kết thúc thu phiếu')
}

/** What surveys hold; accounts and sessions come and go with whoever looks. */
async function surveyRows(): Promise<Record<string, string[]>> {
  return surveyRowsOf(await allRows(site.deps.db))
}

function surveyRowsOf(rows: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(rows).filter(([table]) => !/^(staff|act_log)/.test(table)))
}

/** Every table of the page as rows of words. */
function tables(browser: Browser): string[][][] {
  return browser.current.root
    .querySelectorAll('table')
    .map((table) =>
      table
        .querySelectorAll('tbody tr, tfoot tr')
        .map((row) => row.querySelectorAll('th, td').map((cell) => cell.textContent.trim())),
    )
}

/** What somebody holds who may see results at any time. */
const ofResults = ['scores.read', 'results.read', 'unit.results']

/** An address of the route; what is not named is "x". */
function pathWith(path: string, values: Record<string, string>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? 'x')
}

function matches(path: string, address: string): boolean {
  const [wanted, given] = [path.split('/'), (address.split('?')[0] ?? '').split('/')]
  return (
    wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i])
  )
}

test('every page of a survey is two presses away at most, and says where one is', async () => {
  await openSurveyWith(site)
  const officer = await signedIn(site)
  const { root } = await officer.get('/dieu-tra/thu')
  const hrefs = (of: typeof root, row: string) =>
    of.querySelectorAll(`${row} a`).map((link) => link.getAttribute('href') ?? '')
  const parts = hrefs(root, '.tabs:not(.tabs--pages)')
  const pages: string[] = []
  for (const part of parts) {
    const opened = await officer.get(part)
    expect(opened.status, part).toBe(200)
    pages.push(...hrefs(opened.root, '.tabs--pages'))
  }
  for (const page of [
    '/ke-hoach',
    '/chon-mau',
    '/ma',
    '/thay-the',
    '/giu-khoa',
    '/tien-do',
    '/thoi-gian',
    '/thu-phieu',
  ])
    expect(pages, page).toContain(`/dieu-tra/thu${page}`)
  for (const page of new Set(pages)) {
    const opened = await officer.get(page)
    const current = opened.root.querySelectorAll('.tabs [aria-current]')
    expect(
      current.map((link) => link.getAttribute('aria-current')),
      page,
    ).toEqual(['true', 'page'])
    expect(current[1]?.getAttribute('href')).toBe(page)
  }
})
