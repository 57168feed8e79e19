// Codes and cards: issued once, readable only until they are printed, and never by anybody who looks into the store.
import { parse } from 'csv-parse/sync'
import { strFromU8, unzipSync } from 'fflate'
import { parse as parseHtml, type HTMLElement } from 'node-html-parser'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { codeKey } from '../../src/access/batch.service.ts'
import { formatCode, hashCode, parseCode } from '../../src/access/code.ts'
import { qrSvg } from '../../src/lib/qr.ts'
import { createJobs } from '../../src/program.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { getSurvey, type Survey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { createApp } from '../../src/web/app.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { Browser, type Page } from '../support/browser.ts'
import { workAndDie } from '../support/kill.ts'
import {
  folderOnDisk,
  jobDone,
  signedIn,
  smallFolder,
  triesTestCard,
  type SmallDesign,
} from '../support/survey.ts'
import { allRows, bytesOnDisk, placesOf } from '../support/traces.ts'

const publicUrl = 'https://khaosat.example.vn'

let site: TestSite
let admin: Browser

beforeEach(async () => {
  site = await testSite({ publicUrl })
})
afterEach(() => site.close())

describe('issuing', () => {
  test('gives every planned person and every reserve a code of its own', async () => {
    await draft({ quotas: [5, 4], reserve: 2 })
    await issues()
    expect(admin.current.text).toContain('đã xong')
    const codes = await listed()
    expect(codes).toHaveLength(2 * (5 + 2 + 4 + 2))
    expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length)
    for (const { code, url } of codes) {
      expect(parseCode(code)).toEqual({ ok: true, code })
      expect(url).toBe(`${publicUrl}/#${code}`)
    }
    const perStratum = codes.filter(({ unit, group }) => unit === 'U2' && group === 'CC')
    expect(perStratum).toHaveLength(6)
    await admin.get('/dieu-tra/thu/ma')
    expect(admin.current.text).toContain('Đã phát 26/26 mã, chưa in')
    expect(await verified()).toEqual([])
  })

  test('prints a card for each code in bundles: shuffled, reserves apart, with cover and record', async () => {
    const survey = await draft({ units: 2, reserve: 1 })
    const closesAt = { closes_at: '2022-10-20T10:00:00.000Z' }
    await site.deps.db.updateTable('survey').set(closesAt).where('id', '=', survey.id).execute()
    await issues()
    const codes = await listed()
    const { root } = await admin.get('/dieu-tra/thu/the')
    const cards = root.querySelectorAll('.card')
    const shown = cards.map((card) => card.querySelector('.card-code')?.textContent.replaceAll(' ', ''))
    expect([...shown].sort()).toEqual(codes.map(({ code }) => code).sort())
    expect(shown).not.toEqual(codes.map(({ code }) => code))
    for (const card of cards) {
      const code = card.querySelector('.card-code')?.textContent.replaceAll(' ', '')
      const own = codes.find((each) => each.code === code)
      // The drawing on the card is that of its own link.
      expect(modules(card)).toEqual(modules(parseHtml(await qrSvg(own?.url ?? ''))))
      const group = own?.group === 'LD' ? 'Lãnh đạo' : 'Công chức'
      expect(card.textContent).toContain(`${group} – Sở ${own?.unit.slice(1) ?? ''}`)
      expect(card.textContent).toContain('Kế hoạch số 12/KH-UBND ngày 05/10/2022')
      expect(card.textContent).toContain('Trả lời trước 17:00 ngày 20/10/2022')
      expect(card.textContent).toMatch(/0271 000 000.*Phòng CCHC/)
    }
    // Of each unit: its record, two bundles of five and one of two reserves, each behind its cover.
    const ofUnit = ['record', 'cover', 5, 'cover', 5, 'cover', 2]
    const sheets = root.querySelectorAll('.sheet').map((sheet) => {
      if (sheet.querySelector('.record')) return 'record'
      return sheet.classList.contains('cover') ? 'cover' : sheet.querySelectorAll('.card').length
    })
    expect(sheets).toEqual([...ofUnit, ...ofUnit])
    const reserves = cards.filter((card) => card.textContent.includes('Dự phòng'))
    expect(reserves).toHaveLength(4)
    const records = root.querySelectorAll('.record')
    expect(records).toHaveLength(4)
    expect(records[0]?.textContent.replace(/\s+/g, ' ')).toMatch(
      /Lãnh đạo ?5.*Công chức ?5.*Dự phòng: Lãnh đạo ?1.*Dự phòng: Công chức ?1.*Cộng ?12/,
    )
    for (const sheet of root.querySelectorAll('.cover, .record'))
      for (const { code } of codes) expect(sheet.textContent).not.toContain(formatCode(code))
    const ten = await admin.get('/dieu-tra/thu/the?kho=10&lan-nua=1')
    expect(ten.root.querySelectorAll('.sheet--10')).toHaveLength(6)
  })

  test('real cards leave only after a test card was opened at the address that they bear', async () => {
    const folder = folderOnDisk(smallFolder({ official: true }))
    await createSurveyFromFolder(site.deps, operator, folder, 'thu')
    await issues()
    for (const path of ['/the', '/the.pdf', '/ma.csv'])
      expectRefused(await admin.get(`/dieu-tra/thu${path}`), 409, 'Hãy in thẻ thử ở trang Mã và thẻ')
    await admin.get('/dieu-tra/thu/ma')
    const { root } = await admin.submit({}, { press: 'In thẻ thử' })
    const code = root.querySelector('.card-code')?.textContent ?? ''
    expect(root.querySelector('.card')?.textContent).toContain('Thẻ thử')

    const seenOn = async () => (await getSurvey(site.deps.db, 'thu')).test_card_seen_on
    const before = await allRows(site.deps.db)
    const elsewhere = new Browser(site.app)
    await elsewhere.post('/vao', { code })
    expect(elsewhere.current.text).toContain('chưa phải địa chỉ in trên thẻ')
    const forged = { Host: 'khaosat.example.vn', 'X-Forwarded-Proto': 'https' }
    await elsewhere.agent.get('/').set(forged)
    expect(await allRows(site.deps.db)).toEqual(before)

    site.deps.config.trustProxy = 'loopback'
    const outside = createApp(site.deps)
    const phone = new Browser(outside)
    const answer = await phone.agent.post('/vao').type('form').set(forged).send({ code })
    expect(answer.text).toContain('Thẻ thử: địa chỉ in trên thẻ mở được')
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(await seenOn()).toBe('2022-10-12')
    const { survey, ...others } = await allRows(site.deps.db)
    const { survey: was, ...unchanged } = before
    expect(others).toEqual(unchanged)
    expect(survey).not.toEqual(was)
    await admin.get('/dieu-tra/thu/ma')
    expect(admin.current.text).toContain('Thẻ thử đã được mở ở địa chỉ in trên thẻ ngày 12/10/2022')
    expect((await admin.get('/dieu-tra/thu/the')).root.querySelectorAll('.card')).toHaveLength(20)

    // At another address than the one that was tried the proof is worth nothing.
    site.deps.config.publicUrl = 'https://dieutra.example.vn'
    await admin.get('/dieu-tra/thu/ma')
    expect(admin.current.text).not.toContain('Thẻ thử đã được mở')
    for (const path of ['/the', '/the.pdf', '/ma.csv'])
      expectRefused(await admin.get(`/dieu-tra/thu${path}`), 409, 'Hãy in thẻ thử ở trang Mã và thẻ')
    const moved = new Browser(createApp(site.deps))
    const host = { ...forged, Host: 'dieutra.example.vn' }
    await moved.agent.post('/vao').type('form').set(host).send({ code })
    await admin.get('/dieu-tra/thu/ma')
    expect(admin.current.text).toContain('Thẻ thử đã được mở ở địa chỉ in trên thẻ ngày 12/10/2022')
  })

  test('a second opening of the cards says who opened them first, and goes on only when asked again', async () => {
    await draft()
    await issues()
    const colleague = await signedIn(site, 'officer', site.app, {
      email: 'hai@example.com',
      name: 'Người Hai',
    })
    const pages = await Promise.all([admin.get('/dieu-tra/thu/the'), colleague.get('/dieu-tra/thu/the')])
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 409])
    const late = pages[0].status === 409 ? admin : colleague
    expect(late.current.text).toMatch(/Trang in thẻ đã được Người.* mở lúc 10:00 ngày 12\/10\/2022\./)
    expect(late.current.text).toContain('Thẻ in hai lần là hai thẻ cùng một mã')
    const anyway = late.current.root.querySelector('main .govuk-button--warning')?.getAttribute('href') ?? ''
    expect((await late.get(anyway)).root.querySelectorAll('.card')).toHaveLength(20)
    const { root } = await late.get('/dieu-tra/thu/the')
    expect(root.querySelector('main p')?.textContent).toMatch(
      /^Thẻ đã được mở hoặc tải để in 2 lần\. Lần cuối: trang in thẻ được Người.* mở lúc 10:00 ngày 12\/10\/2022\./,
    )
    expect(root.querySelectorAll('main details li')).toHaveLength(2)
    await printed()
    expectRefused(await colleague.get(anyway), 410, 'Thẻ đã in vẫn dùng được.')
    const before = await allRows(site.deps.db)
    expectRefused(
      await colleague.post('/dieu-tra/thu/da-in', { _xac_nhan: 'DA IN' }),
      410,
      'hệ thống không còn giữ mã',
    )
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('nothing is printed or erased while codes are being issued', async () => {
    const survey = await draft()
    await issues()
    await site.deps.jobs.stop()
    await site.deps.db.updateTable('stratum').set({ quota: 6 }).execute()
    await site.deps.jobs.ask('issue-codes', survey, { rehearsal: false })
    const sentence = 'Hãy đợi phát xong ở trang Mã và thẻ'
    for (const path of ['/the', '/the.pdf', '/ma.csv'])
      expectRefused(await admin.get(`/dieu-tra/thu${path}`), 409, sentence)
    expectRefused(await admin.post('/dieu-tra/thu/da-in', { _xac_nhan: 'DA IN' }), 409, sentence)
  })

  test('is done once: asked again it is refused, and the cards stay as they were', async () => {
    await draft()
    await issues()
    const codes = await listed()
    await admin.post('/dieu-tra/thu/ma', {})
    expectRefused(admin.current, 409, 'Mọi nhóm đã có đủ mã theo kế hoạch và dự phòng')
    await printed()
    await admin.post('/dieu-tra/thu/ma', {})
    expectRefused(admin.current, 409, 'Mọi nhóm đã có đủ mã theo kế hoạch và dự phòng')
    expect((await allRows(site.deps.db)).access_code).toHaveLength(codes.length)
  })

  test('for a rehearsal is refused by the form where real cards can be printed, and never stands beside real codes', async () => {
    const survey = await draft()
    admin = await signedIn(site)
    await admin.post('/dieu-tra/thu/ma', { rehearsal: '1' })
    expectRefused(admin.current, 409, 'Muốn chạy thử, hãy mở trang Chạy thử.')
    await issues('thu', admin)
    await site.deps.db.updateTable('stratum').set({ quota: 6 }).execute()
    const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })
    expect((await jobDone(site, job.id)).problem).toContain('đã có mã loại kia')
    expect((await getSurvey(site.deps.db, 'thu')).rehearsal).toBe(0)
  })

  test('pressed twice at once makes one batch, and its cards can be printed', async () => {
    await draft()
    admin = await signedIn(site)
    await Promise.all(
      Array.from({ length: 5 }, () =>
        admin.agent.post('/dieu-tra/thu/ma').type('form').send({ _xac_nhan: 'PHAT MA' }),
      ),
    )
    for (const { id } of await site.deps.db.selectFrom('job').select('id').execute()) await jobDone(site, id)
    const rows = await allRows(site.deps.db)
    // Who asks after the first work is done begins another, which finds nothing left to issue.
    expect(rows.job?.length).toBeGreaterThanOrEqual(1)
    expect(rows.code_batch).toHaveLength(1)
    expect(rows.access_code).toHaveLength(20)
    expect(await listed()).toHaveLength(20)
  })

  test('done by a process that died before it could say so is found done, and makes no empty batch', async () => {
    const survey = await draft()
    await issues()
    const again = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: false })
    expect((await jobDone(site, again.id)).problem).toContain('Mọi nhóm đã có đủ mã theo kế hoạch')
    expect((await allRows(site.deps.db)).code_batch).toHaveLength(1)
    expect(await listed()).toHaveLength(20)
  })

  test('is not for somebody who only looks, and neither are the codes', async () => {
    await draft()
    await issues()
    const viewer = await signedIn(site, 'viewer')
    for (const path of ['/ma', '/the', '/ma.csv'])
      expect((await viewer.get(`/dieu-tra/thu${path}`)).status).toBe(403)
    for (const path of ['/ma', '/da-in'])
      expect((await viewer.post(`/dieu-tra/thu${path}`, {})).status).toBe(403)
    expect((await allRows(site.deps.db)).code_batch_part).not.toHaveLength(0)
  })

  test('stops when its process is killed and goes on without issuing anything twice', async () => {
    const survey = await draft({ units: 4, reserve: 1 })
    await site.deps.jobs.stop()
    const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: false })
    for (const time of [1, 3, 2]) {
      const died = await workAndDie(site, job, { step: 'Phát mã cho từng nhóm', time })
      expect(died.signal, died.errors).toBe('SIGKILL')
    }
    expect((await allRows(site.deps.db)).code_batch_part).toHaveLength(6)
    expect((await allRows(site.deps.db)).code_batch?.[0]).toContain('"issuing"')

    const next = createJobs(site.deps)
    expect((await next.runToEnd(job)).state).toBe('done')
    const rows = await allRows(site.deps.db)
    expect(rows.code_batch).toHaveLength(1)
    expect(rows.code_batch_part).toHaveLength(8)
    expect(rows.access_code).toHaveLength(4 * (6 + 6))
    admin = await signedIn(site)
    const codes = await listed()
    expect(codes.map(({ code }) => hashCode(codeKey(site.deps.config), code)).sort()).toEqual(
      rows.access_code?.map((row) => (JSON.parse(row) as { hash: string }).hash).sort(),
    )
    expect(await verified()).toEqual([])
  })
})

describe('a package of links', () => {
  test('is fetched once by the own focal point: pictures and texts, shuffled, reserves apart, and its codes are erased', async () => {
    await draft({ reserve: 1 })
    await issues()
    const codes = (await listed()).filter(({ unit }) => unit === 'U2')
    await admin.post('/dieu-tra/thu/cach-giao', { 'giao-U2': 'links' })
    expect((await listed()).map(({ unit }) => unit)).not.toContain('U2')
    await printed()
    expect(admin.current.text).toContain('Còn 1 cơ quan, đơn vị chưa tải gói liên kết Chưa bắt đầu')
    await admin.post('/dieu-tra/thu/bat-dau', {})
    expectRefused(admin.current, 409, 'đợi mọi gói liên kết được tải')

    const package_ = '/dieu-tra/thu/don-vi/U2/goi-lien-ket'
    const own = await signedIn(site, 'focal-point', site.app, { agency: 'U2', name: 'Đầu mối Hai' })
    const other = await signedIn(site, 'focal-point', site.app, { agency: 'U1', email: 'mot@example.com' })
    for (const browser of [admin, other])
      expect((await browser.post(package_, { _xac_nhan: 'TAI GOI' })).status).toBe(403)
    await own.get('/dieu-tra/thu/don-vi/U2')
    expect(own.current.root.querySelector('main h2')?.textContent).toBe('Gói liên kết chờ tải')
    expectRefused(await own.post(package_, {}), 422, 'gõ đúng TAI GOI')

    const both = await Promise.all(
      [1, 2].map(() =>
        own.agent
          .post(package_)
          .type('form')
          .send({ _xac_nhan: 'TAI GOI' })
          .buffer(true)
          .parse((answer, done) => {
            const chunks: Buffer[] = []
            answer.on('data', (chunk: string) => void chunks.push(Buffer.from(chunk, 'binary')))
            answer.on('end', () => done(null, Buffer.concat(chunks)))
          }),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 410])
    const late = both.find(({ status }) => status === 410)?.body as Buffer
    expect(late.toString('utf8')).toContain('đã tải gói liên kết lúc 10:00')
    const files = unzipSync(both.find(({ status }) => status === 200)?.body as Buffer)
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => `the-0${i + 1}.png`)
    const folder = (name: string, count: number) =>
      [...numbers(count), 'tin-nhan.txt'].map((file) => `${name}/${file}`)
    expect(Object.keys(files).sort()).toEqual(
      [
        'HUONG-DAN.txt',
        ...folder('lanh-dao', 5),
        ...folder('cong-chuc', 5),
        ...folder('du-phong/lanh-dao', 1),
        ...folder('du-phong/cong-chuc', 1),
      ].sort(),
    )
    const texts = Object.entries(files).filter(([name]) => name.endsWith('tin-nhan.txt'))
    const links = texts.flatMap(([, bytes]) => strFromU8(bytes).match(/https:\S+#\w+/g) ?? [])
    expect(links).toHaveLength(12)
    expect(links.sort()).toEqual(codes.map(({ url }) => url).sort())
    expect((await allRows(site.deps.db)).code_batch_part).toEqual([])
    expect((await getSurvey(site.deps.db, 'thu')).state).toBe('cards')
    expectNoCode(codes, await bytesOnDisk(site))
    await admin.post('/dieu-tra/thu/cach-giao', { 'giao-U2': 'cards' })
    expectRefused(admin.current, 409, 'Mã của Sở 2 đã in xong hoặc gói liên kết đã được tải')
    await admin.post('/dieu-tra/thu/bat-dau', {})
    expect((await getSurvey(site.deps.db, 'thu')).state).toBe('collecting')
  })

  test('goes back to cards while it waits, and is then printed with the others', async () => {
    await draft()
    await issues()
    await admin.post('/dieu-tra/thu/cach-giao', { 'giao-U1': 'links', 'giao-U2': 'links' })
    expectRefused(await admin.get('/dieu-tra/thu/the'), 409, 'Mọi cơ quan, đơn vị nhận mã bằng liên kết')
    await admin.post('/dieu-tra/thu/cach-giao', { 'giao-U1': 'cards', 'giao-U2': 'cards' })
    expect(await listed()).toHaveLength(20)
    const own = await signedIn(site, 'focal-point', site.app, { agency: 'U2' })
    expectRefused(
      await own.post('/dieu-tra/thu/don-vi/U2/goi-lien-ket', { _xac_nhan: 'TAI GOI' }),
      409,
      'không có gói liên kết nào đang chờ tải',
    )
  })
})

describe('an address that no phone can open', () => {
  const unusable: [string | undefined, string][] = [
    [undefined, 'Địa chỉ PUBLIC_URL chưa được đặt'],
    ['http://khaosat.example.vn', 'Địa chỉ PUBLIC_URL không dùng https'],
    ['https://localhost', 'Địa chỉ PUBLIC_URL là địa chỉ nội bộ'],
    ['https://192.168.1.20', 'Địa chỉ PUBLIC_URL là địa chỉ nội bộ'],
    ['https://may-chu.local', 'Địa chỉ PUBLIC_URL là địa chỉ nội bộ'],
    ['https://khaosat', 'Địa chỉ PUBLIC_URL là địa chỉ nội bộ'],
    ['https://[fd00::1]', 'Địa chỉ PUBLIC_URL là địa chỉ nội bộ'],
  ]

  test.each(unusable)(
    '%s: real codes are refused, rehearsal codes marked as such',
    async (address, sentence) => {
      await site.close()
      site = await testSite(address === undefined ? {} : { publicUrl: address })
      await draft()
      admin = await signedIn(site)
      await admin.get('/dieu-tra/thu/ma')
      expect(admin.current.text).toContain(sentence)
      await admin.post('/dieu-tra/thu/ma', {})
      expectRefused(admin.current, 409, sentence)
      const { job, access_code } = await allRows(site.deps.db)
      expect([job, access_code]).toEqual([[], []])

      await admin.get('/dieu-tra/thu/ma')
      await admin.submit({}, { press: 'Phát 20 mã chạy thử' })
      await untilJobEnds()
      expect(admin.current.text).toContain('đã xong')
      await admin.get('/dieu-tra/thu/ma')
      expect(admin.current.text).toContain('Chạy thử')
      expect((await getSurvey(site.deps.db, 'thu')).rehearsal).toBe(1)
    },
  )
})

describe('the store', () => {
  test('holds no readable code at any time, and after "đã in" not even the sealed ones', async () => {
    await draft({ reserve: 2 })
    await issues()
    const codes = await listed()
    const sealed = await site.deps.db.selectFrom('code_batch_part').select('sealed').execute()
    expect(sealed).toHaveLength(4)
    const before = await bytesOnDisk(site)
    for (const each of sealed) expect(placesOf(each.sealed, before)).not.toEqual([])
    expectNoCode(codes, before)
    expect(Object.keys(await allRows(site.deps.db))).toContain('access_code')

    await printed()
    const after = await bytesOnDisk(site)
    expectNoCode(codes, after)
    for (const each of sealed) expectGone(each.sealed, after)
    expect((await allRows(site.deps.db)).code_batch_part).toEqual([])
  })

  test('keeps another survey’s unprinted codes when one is printed, and only those', async () => {
    await draft()
    await issues()
    const own = await site.deps.db.selectFrom('code_batch_part').select('sealed').execute()
    await draft({ slug: 'khac', units: 1 })
    await issues('khac')
    const others = await listed('khac')
    await printed()
    expect(await listed('khac')).toEqual(others)
    expect((await admin.agent.get('/dieu-tra/thu/ma.csv')).status).toBe(410)
    const store = await bytesOnDisk(site)
    for (const { sealed } of own) expectGone(sealed, store)
  })

  test('keeps the codes until the word is typed', async () => {
    await draft()
    await issues()
    await admin.get('/dieu-tra/thu/ma')
    await admin.submit({ _xac_nhan: 'DA' }, { selector: 'main form.danger-act' })
    expect(admin.current.status).toBe(422)
    expect(await listed()).toHaveLength(20)
    expect((await getSurvey(site.deps.db, 'thu')).state).toBe('draft')
  })

  test('gives no code out again after printing, and printing is done once', async () => {
    await draft()
    await issues()
    await printed()
    expect(admin.current.text).toContain('Đã phát 20/20 mã, thẻ đã in')
    for (const path of ['/the', '/ma.csv'])
      expectRefused(await admin.get(`/dieu-tra/thu${path}`), 410, 'Thẻ đã in vẫn dùng được.')
    expectRefused(
      await admin.post('/dieu-tra/thu/da-in', { _xac_nhan: 'DA IN' }),
      410,
      'hệ thống không còn giữ mã',
    )
  })

  test('has nothing to print before codes were issued', async () => {
    await draft()
    admin = await signedIn(site)
    for (const path of ['/the', '/ma.csv'])
      expectRefused(await admin.get(`/dieu-tra/thu${path}`), 409, 'Chưa phát mã cho đợt điều tra này.')
    expectRefused(await admin.post('/dieu-tra/thu/da-in', { _xac_nhan: 'DA IN' }), 409, 'Hãy phát mã trước.')
    expect((await getSurvey(site.deps.db, 'thu')).state).toBe('draft')
  })

  test('tells no codes to the log', async () => {
    await draft()
    await issues()
    const codes = await listed()
    await printed()
    expectNoCode(codes, [{ name: 'log', bytes: Buffer.from(site.logged.join('\n'), 'utf8') }])
  })
})

async function draft(design: SmallDesign = {}): Promise<Survey> {
  const folder = folderOnDisk(smallFolder(design))
  const { survey } = await createSurveyFromFolder(site.deps, operator, folder, design.slug ?? 'thu')
  await triesTestCard(site, survey)
  return survey
}

/** An administrator asks for codes and waits until they are there. */
async function issues(slug = 'thu', known?: Browser): Promise<void> {
  admin = known ?? (slug === 'thu' ? await signedIn(site) : admin)
  await admin.get(`/dieu-tra/${slug}/ma`)
  await admin.submit({ _xac_nhan: 'phát mã' })
  await untilJobEnds()
}

async function untilJobEnds(): Promise<void> {
  expect(admin.current.url).toMatch(/^\/dieu-tra\/[^/]+\/cong-viec\//)
  await jobDone(site, admin.current.url.split('/').at(-1) ?? '')
  await admin.get(admin.current.url)
}

async function printed(): Promise<void> {
  await admin.get('/dieu-tra/thu/ma')
  await admin.submit({ _xac_nhan: 'DA IN' }, { selector: 'main form.danger-act' })
}

interface Issued {
  unit: string
  group: string
  code: string
  url: string
}

async function listed(slug = 'thu'): Promise<Issued[]> {
  const answer = await admin.agent.get(`/dieu-tra/${slug}/ma.csv`)
  return parse<Issued>(answer.text, { bom: true, columns: true })
}

/** The paths of a QR code's drawing. */
function modules(drawing: HTMLElement | undefined): (string | undefined)[] {
  return (drawing?.querySelectorAll('svg path') ?? []).map((path) => path.getAttribute('d'))
}

/** In none of the ways in which a code is written. */
function expectNoCode(codes: Issued[], store: { name: string; bytes: Buffer }[]): void {
  expect(codes.length).toBeGreaterThan(0)
  for (const { code } of codes) {
    for (const written of [code, formatCode(code), formatCode(code).replaceAll(' ', '-'), code.toLowerCase()])
      expect(placesOf(written, store)).toEqual([])
  }
}

/** Not even a piece of it: half a row may outlive its other half. */
function expectGone(text: string, store: { name: string; bytes: Buffer }[]): void {
  for (let at = 0; at + 40 <= text.length; at += 40)
    expect(placesOf(text.slice(at, at + 40), store)).toEqual([])
}

async function verified(): Promise<string[]> {
  return (await verifyAll(site.deps.db)).flatMap(({ problems }) => problems)
}

function expectRefused(page: Page, status: number, sentence: string): void {
  expect(page.text).toContain(sentence)
  expect(page.status).toBe(status)
}
