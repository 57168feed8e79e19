// Progress while the ballots are sealed: counts per unit and group, who is late, and the one next act.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { loadImage } from '@napi-rs/canvas'
import { strFromU8, unzipSync } from 'fflate'
import { readFirstSheet } from '../../src/lib/spreadsheet.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import {
  enters,
  folderOnDisk,
  openedSurveyWith,
  openSurveyWith,
  putIntoBox,
  signedIn,
  smallFolder,
  surveyWithCards,
  type OpenSurvey,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite
let now: Date

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ publicUrl: 'https://khaosat.example.vn', now: () => now })
})
afterEach(() => site.close())

describe('the page of progress', () => {
  test('says how many came, of how many, from whom not enough, and who lacks most', async () => {
    const open = await openSurveyWith(site, { units: 3, quotas: [5, 4] })
    await sent(open, { 'U1/LD': 5, 'U1/CC': 4, 'U2/LD': 2, 'U3/LD': 4, 'U3/CC': 2 })
    const officer = await looks()
    expect(heading(officer)).toBe('Đã thu 17/27 phiếu (63,0 %), còn 2 cơ quan, đơn vị chưa đủ')
    expect(officer.current.root.querySelectorAll('ol li strong').map((each) => each.textContent)).toEqual([
      'Sở 2',
      'Sở 3',
    ])
    expect(officer.current.text).toContain('Sở 2: thiếu 7 phiếu (đã thu 2/9)')
    expect(officer.current.text).toContain('Sở 3: thiếu 3 phiếu (đã thu 6/9)')
    expect(table(officer).slice(1)).toEqual([
      ['Sở 1', 'Đủ', '5/5', '4/4', '9', '9', '9', '9', '100,0 %', '100,0 %', '100,0 %'],
      ['Sở 2', 'Chậm', '2/5', '0/4', '9', '9', '2', '2', '100,0 %', '22,2 %', '22,2 %'],
      ['Sở 3', 'Đang gửi', '4/5', '2/4', '9', '9', '6', '6', '100,0 %', '66,7 %', '66,7 %'],
      ['Cộng', '', '11/15', '6/12', '27', '27', '17', '17', '100,0 %', '63,0 %', '63,0 %'],
    ])
    expect(officer.current.text).toContain('Không ai, kể cả người quản trị, xem được câu trả lời')
  })

  test('counts who typed a code as come in, and only a sent ballot as returned', async () => {
    const open = await openSurveyWith(site, { units: 1, quotas: [5, 4] })
    const officer = await looks()
    expect(table(officer).at(-1)).toEqual([
      'Cộng',
      '',
      '0/5',
      '0/4',
      '9',
      '9',
      '0',
      '0',
      '100,0 %',
      '0,0 %',
      '0,0 %',
    ])
    for (const card of open.codes.slice(0, 3)) await enters(site, card.code)
    await looks(officer)
    expect(table(officer).at(-1)).toEqual([
      'Cộng',
      '',
      '0/5',
      '0/4',
      '9',
      '9',
      '3',
      '0',
      '100,0 %',
      '33,3 %',
      '0,0 %',
    ])
    expect(heading(officer)).toContain('Đã thu 0/9 phiếu')
  })

  test('has a heading for the day when everybody has sent', async () => {
    const open = await openSurveyWith(site, { units: 2, quotas: [2, 1] })
    await putIntoBox(site, open.survey, open.codes, () => '1212')
    const officer = await looks()
    expect(heading(officer)).toBe('Đã thu 6/6 phiếu (100,0 %), mọi cơ quan, đơn vị đã đủ')
    expect(officer.current.root.querySelector('main ol')).toBeNull()
  })

  test('measures against the plan: reserve cards never make a denominator larger', async () => {
    const open = await openSurveyWith(site, { units: 1, quotas: [4, 4], reserve: 3 })
    expect(open.codes).toHaveLength(14)
    await sent(open, { 'U1/LD': 4 })
    const officer = await looks()
    expect(table(officer).at(-1)).toEqual([
      'Cộng',
      '',
      '4/4',
      '0/4',
      '8',
      '8',
      '4',
      '4',
      '100,0 %',
      '50,0 %',
      '50,0 %',
    ])
  })

  test('tells how many were turned away because their group was full', async () => {
    const open = await openSurveyWith(site, { units: 1, quotas: [1, 1], reserve: 1 })
    const [first, reserve] = open.codes.filter(({ stratum }) => stratum.group_code === 'LD')
    await putIntoBox(site, open.survey, first === undefined ? [] : [first], () => '1212')
    await expect(
      putIntoBox(site, open.survey, reserve === undefined ? [] : [reserve], () => '1212'),
    ).rejects.toMatchObject({ kind: 'stratum-full' })
    const officer = await looks()
    expect(officer.current.text).toContain(
      '1 thẻ bị từ chối vì nhóm đã đủ phiếu, chưa có quyết định nâng mức.',
    )
  })

  test('counts each ballot under its day in Việt Nam, and a count changed by hand is found', async () => {
    // 17:30 in UTC is past midnight in Việt Nam.
    const open = await openSurveyWith(site, { units: 1, quotas: [3, 1], reserve: 1 })
    await sent(open, { 'U1/LD': 2 })
    now = new Date('2022-10-12T17:30:00Z')
    await sent(open, { 'U1/CC': 1 })
    const [, , third] = open.codes.filter(({ stratum }) => stratum.group_code === 'LD')
    await putIntoBox(site, open.survey, third === undefined ? [] : [third], () => '1212')
    const { db } = site.deps
    const days = await db.selectFrom('return_day').select(['day', 'returned']).orderBy('returned').execute()
    expect(days.map(({ day, returned }) => `${day}: ${returned}`).sort()).toEqual([
      '2022-10-12: 2',
      '2022-10-13: 1',
      '2022-10-13: 1',
    ])
    const reserve = open.codes.filter(({ stratum }) => stratum.group_code === 'CC').slice(1)
    for (let press = 0; press < 2; press++)
      await expect(putIntoBox(site, open.survey, reserve, () => '1212')).rejects.toMatchObject({
        kind: 'stratum-full',
      })
    expect((await verifyAll(db)).flatMap(({ problems }) => problems)).toEqual([])
    await db.updateTable('return_day').set({ returned: 5 }).where('day', '=', '2022-10-12').execute()
    await db.updateTable('access_code').set({ refused: 0 }).execute()
    expect((await verifyAll(db)).flatMap(({ problems }) => problems)).toEqual([
      'Phiếu thu về cộng theo ngày, Lãnh đạo – Sở 1: ghi 6, đếm lại được 3.',
      'Thẻ bị từ chối vì nhóm đã đủ phiếu, Công chức – Sở 1: ghi 1, đếm lại được 0.',
    ])
  })

  test('shows both levels of the province, each with its groups, from the first day', async () => {
    const officer = await signedIn(site, 'officer')
    await officer.submit({ slug: 'bp-2022' })
    await site.deps.db.updateTable('survey').set({ state: 'collecting' }).execute()
    await officer.get('/dieu-tra/bp-2022/tien-do')
    expect(heading(officer)).toBe('Đã thu 0/367 phiếu (0,0 %), còn 31 cơ quan, đơn vị chưa đủ')
    expect(
      officer.current.root.querySelectorAll('#so-lieu h2').map((each) => words(each.textContent)),
    ).toEqual(['Cấp sở: 0/180 phiếu (0,0 %)', 'Cấp huyện: 0/187 phiếu (0,0 %)'])
    expect(officer.current.root.querySelectorAll('tbody tr')).toHaveLength(31)
  })

  test('stands still after the close', async () => {
    const open = await openSurveyWith(site, { units: 1, quotas: [3, 2] })
    await sent(open, { 'U1/LD': 2 })
    await closeCollecting(site.deps, operator, open.survey)
    const officer = await looks()
    expect(heading(officer)).toBe('Đã thu 2/5 phiếu (40,0 %), còn 1 cơ quan, đơn vị chưa đủ')
    expect(officer.current.text).toContain('Đã kết thúc thu phiếu, số đếm không thay đổi nữa.')
  })

  test('says before the first day what it waits for', async () => {
    await surveyWithCards(site, { quotas: [5, 4] })
    const officer = await looks()
    expect(heading(officer)).toBe('Chưa bắt đầu thu phiếu')
    expect(officer.current.text).toContain('Kế hoạch thu 18 phiếu.')
    expect(officer.current.root.querySelector('table')).toBeNull()
  })

  test('drafts a reminder that knows how many are missing and asks for nobody by name', async () => {
    const open = await openSurveyWith(site, { units: 2, quotas: [5, 4] })
    await sent(open, { 'U1/LD': 5, 'U1/CC': 4, 'U2/LD': 2 })
    await site.deps.db.updateTable('survey').set({ closes_at: '2022-10-20T10:00:00Z' }).execute()
    const officer = await looks()
    const letters = officer.current.root.querySelectorAll('.late textarea').map((each) => each.textContent)
    expect(letters).toHaveLength(1)
    expect(letters[0]).toContain('Kính gửi công chức đầu mối Sở 2,')
    expect(letters[0]).toContain('đã nhận 2/9 phiếu')
    expect(letters[0]).toContain('trước 17 giờ 00 ngày 20/10/2022')
    expect(letters[0]).toContain('0271 000 000')
    expect(officer.current.root.querySelector('.late a')?.getAttribute('href')).toBe(
      '/dieu-tra/thu/don-vi/U2',
    )
    expect(officer.current.text).toContain('Còn 8 ngày')
    expect(officer.current.text).toContain('Chưa đủ số liệu')
  })

  test('foretells from the days that are over, and says how; tells the days and where a plan was lowered', async () => {
    const open = await openSurveyWith(site, { units: 2, quotas: [5, 5] })
    await site.deps.db.updateTable('survey').set({ closes_at: '2022-10-14T10:00:00Z' }).execute()
    await sent(open, { 'U1/LD': 4 })
    now = new Date('2022-10-13T03:00:00Z')
    await sent(open, { 'U2/LD': 2 })
    now = new Date('2022-10-14T03:00:00Z')
    await site.deps.db.updateTable('stratum').set({ quota: 4 }).where('group_code', '=', 'CC').execute()
    const officer = await looks()
    expect(officer.current.text).toContain('Khoảng 9/18 phiếu khi kết thúc')
    expect(officer.current.text).toContain('thu bình quân 3 phiếu một ngày')
    expect(officer.current.text).toContain('6 phiếu trong 3 ngày, nhiều nhất ngày 12/10/2022 (4 phiếu)')
    const rows = officer.current.root
      .querySelectorAll('.beside tbody tr')
      .map((each) => words(each.innerText))
    expect(rows).toHaveLength(3)
    expect(officer.current.text).toContain('Số phiếu theo kế hoạch đã điều chỉnh')
  })

  test('goes along as a table that Excel reads and as a page for the boss, counts alone', async () => {
    const open = await openSurveyWith(site, {
      units: 2,
      edit: (folder) => {
        folder['units.csv'] = folder['units.csv']?.replace('U1,Sở 1,', 'U1,=1+1,') ?? ''
      },
    })
    await sent(open, { 'U2/LD': 3 })
    const officer = await looks()
    const file = async (name: string) =>
      (await officer.agent.get(`/dieu-tra/thu/tien-do/${name}`).buffer().parse(bytes)).body as Buffer
    const csv = (await file('bang.csv')).toString('utf8')
    expect(csv.startsWith('\uFEFFĐợt điều tra,Đợt thử')).toBe(true)
    expect(csv).toContain("U1,'=1+1,Lãnh đạo,5,5,5,0,0,0,0,100,0,0")
    expect(csv).toContain('U2,Sở 2,Lãnh đạo,5,5,5,0,3,3,0,100,60,60')
    expect(csv).toContain('Tỷ lệ thu: số phiếu thu về chia cho số phiếu theo kế hoạch.')
    const rows = await readFirstSheet(await file('bang.xlsx'), 'bang.xlsx')
    expect(rows.at(-2)?.slice(0, 9)).toEqual(['U2', 'Sở 2', 'Lãnh đạo', 5, 5, 5, 0, 3, 3])
    const word = strFromU8(
      unzipSync(await file('bao-cao-nhanh.docx'))['word/document.xml'] ?? new Uint8Array(),
    )
    for (const text of [
      'Đã thu 3/20 phiếu (15,0 %)',
      'Lập lúc 10 giờ 00 ngày 12/10/2022',
      'Bộ mẫu minh họa',
      'Chạy thử',
    ])
      expect(word.replaceAll('\u00a0', ' ')).toContain(text)
    const picture = await loadImage(await file('bao-cao-nhanh.png'))
    expect(picture.width).toBe(1080)
    expect(picture.height).toBeGreaterThan(1080)
  })

  test('is shown in a meeting room without ways to elsewhere but the one back', async () => {
    await openSurveyWith(site)
    const officer = await looks()
    await officer.get('/dieu-tra/thu/tien-do/phong-hop')
    expect(heading(officer)).toContain('Đã thu 0/20 phiếu')
    expect(officer.current.root.querySelectorAll('a').map((each) => each.getAttribute('href'))).toEqual([
      '/dieu-tra/thu/tien-do',
    ])
  })

  test('changes nothing by being looked at, however often', async () => {
    const open = await openSurveyWith(site)
    await sent(open, { 'U1/LD': 3 })
    const officer = await looks()
    const before = await allRows(site.deps.db)
    for (const page of ['', '/tien-do', '/thu-phieu', '/ke-hoach']) await officer.get(`/dieu-tra/thu${page}`)
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  async function looks(browser?: Browser): Promise<Browser> {
    const officer = browser ?? (await signedIn(site, 'officer'))
    await officer.get('/dieu-tra/thu/tien-do')
    expect(officer.current.status).toBe(200)
    return officer
  }
})

describe('the overview', () => {
  const moments: [moment: string, make: () => Promise<unknown>, heading: string, act: string | null][] = [
    ['prepared', draft, 'Đang chuẩn bị: 20 phiếu ở 2 cơ quan, đơn vị', '/dieu-tra/thu/ma'],
    ['printed', () => surveyWithCards(site), 'Thẻ đã in, sẵn sàng thu phiếu', '/dieu-tra/thu/thu-phieu'],
    [
      'collecting',
      () => openSurveyWith(site),
      'Đã thu 0/20 phiếu (0,0 %), còn 2 cơ quan, đơn vị chưa đủ',
      '/dieu-tra/thu/tien-do',
    ],
    ['closed', closed, 'Đã kết thúc thu phiếu: 0/20 phiếu', '/dieu-tra/thu/thu-phieu'],
    [
      'opened',
      () => openedSurveyWith(site, {}, () => '1212'),
      'Đã mở niêm phong và kiểm 20 phiếu',
      '/dieu-tra/thu/diem',
    ],
  ]

  test.each(moments)(
    'of a survey that is %s names where it stands and leads to the next act',
    async (_, make, at, act) => {
      await make()
      const officer = await signedIn(site, 'officer')
      await officer.get('/dieu-tra/thu')
      expect(heading(officer)).toBe(at)
      expect(officer.current.root.querySelector('main .button-row a')?.getAttribute('href') ?? null).toBe(act)
      const current = officer.current.root.querySelectorAll('[aria-current=step]')
      expect(current).toHaveLength(1)
    },
  )

  test('counts reserve codes apart', async () => {
    await openSurveyWith(site, { units: 1, quotas: [5, 4], reserve: 1 })
    const officer = await signedIn(site, 'officer')
    await officer.get('/dieu-tra/thu')
    const figures = officer.current.root
      .querySelectorAll('.figures > div')
      .map((row) => row.querySelectorAll('dt, dd').map((cell) => words(cell.textContent)))
    expect(figures).toEqual([
      ['Cơ quan, đơn vị', '1'],
      ['Số phiếu theo kế hoạch', '9'],
      ['Mã đã phát', '9'],
      ['Mã dự phòng', '2'],
      ['Đã vào', '0'],
      ['Đã gửi (thu về)', '0'],
      ['Tỷ lệ thu phiếu', '0,0 %'],
    ])
  })
})

async function draft(): Promise<void> {
  const { deps } = site
  await createSurveyFromFolder(deps, operator, folderOnDisk(smallFolder()), 'thu')
}

async function closed(): Promise<void> {
  const { survey } = await openSurveyWith(site)
  await closeCollecting(site.deps, operator, survey)
}

/** Sends so many ballots of each "unit/group". */
async function sent({ survey, codes }: OpenSurvey, counts: Record<string, number>): Promise<void> {
  const cards = Object.entries(counts).flatMap(([key, count]) =>
    codes.filter(({ stratum }) => `${stratum.unit_code}/${stratum.group_code}` === key).slice(0, count),
  )
  await putIntoBox(site, survey, cards, () => '1212')
}

function bytes(answer: unknown, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = []
  const stream = answer as NodeJS.ReadableStream
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('end', () => done(null, Buffer.concat(chunks)))
}

function heading(browser: Browser): string {
  return words(browser.current.root.querySelector('h1')?.textContent ?? '')
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function table(browser: Browser): string[][] {
  return browser.current.root
    .querySelectorAll('.heat-map tr')
    .map((row) => row.querySelectorAll('th, td').map((cell) => words(cell.textContent)))
}
