// Scores on screen: none before the opening, then what was worked out by hand, and nothing of a unit that is too small.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../../src/staff/actor.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { hiddenFigures, threeUnits } from '../support/results.ts'
import {
  folderOnDisk,
  openedSurveyWith,
  openSurveyWith,
  putIntoBox,
  signedIn,
  smallFolder,
  surveyWithCards,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

/** Beside the first one. */
const pages = [
  '/xep-hang',
  '/chenh-lech',
  '/cau-hoi/so',
  '/cau-hoi/so/A1',
  '/cach-tinh',
  '/don-vi/U2',
  '/don-vi/U3',
]

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

describe('before the box is open', () => {
  const moments: [moment: string, make: () => Promise<unknown>][] = [
    ['being prepared', draft],
    ['printed', () => surveyWithCards(site)],
    ['collecting, with every ballot in the box', collecting],
    ['closed', closed],
  ]

  test.each(moments)(
    'a survey that is %s shows no score on any page and gives out no file',
    async (_, make) => {
      await make()
      const admin = await signedIn(site)
      const before = await allRows(site.deps.db)
      for (const page of ['', ...pages, '/U1', '/khong-co'].map((each) => `/diem${each}`)) {
        await admin.get(`/dieu-tra/thu${page}`)
        expectNotYet(admin, page)
      }
      for (const format of ['json', 'csv', 'xlsx']) {
        await admin.post('/dieu-tra/thu/diem/xuat', { format })
        expectNotYet(admin, format)
      }
      await admin.get('/dieu-tra/thu/chi-so')
      expect(admin.current.text).toContain('Chưa tính được Chỉ số: phiếu chưa mở niêm phong')
      expect(admin.current.root.querySelector('main form')).toBeNull()
      await admin.agent
        .post('/dieu-tra/thu/chi-so')
        .attach('appraised', Buffer.from('unit,criterion,points'), 'a.csv')
      expect(await allRows(site.deps.db)).toEqual(before)
      await admin.get('/dieu-tra/thu')
      const tabs = admin.current.root.querySelectorAll('.tabs a').map((tab) => tab.textContent)
      expect(tabs).toContain('Thu phiếu')
      for (const none of ['Kết quả', 'Điểm điều tra']) expect(tabs).not.toContain(none)
    },
  )

  function expectNotYet(browser: Browser, what: string): void {
    expect(browser.current.status, what).toBe(409)
    expect(browser.current.text, what).toContain(
      'Điểm chỉ có sau khi kết thúc thu phiếu và mở niêm phong. Trước đó không ai xem được câu trả lời.',
    )
  }
})

describe('the page of scores', () => {
  test('says how many units have a figure, and shows each unit’s points next to its ballots', async () => {
    await threeUnits(site)
    const viewer = await looks()
    expect(viewer.current.root.querySelector('h1')?.textContent).toBe(
      '2/3 cơ quan, đơn vị có điểm điều tra xã hội học',
    )
    expect(viewer.current.text).toContain('Mở niêm phong ngày 12/10/2022.')
    expect(figures(viewer)).toEqual([
      [expect.stringMatching(/kế hoạch/i), '27'],
      ['Phát ra', '27'],
      ['Thu về', '22 (81,5 %)'],
      ['Hợp lệ', '21 (95,5 % số thu về)'],
    ])
    expect(viewer.current.text).toMatch(/Cao nhất:? Sở 1 \(16,67 điểm\)\W+thấp nhất:? Sở 2 \(15,00 điểm\)/i)
    expect(viewer.current.text).toContain('1 cơ quan, đơn vị chưa đủ điều kiện.')
    await looks('/xep-hang', viewer)
    expect(viewer.current.root.querySelector('h1')?.textContent).toBe(
      'Cấp sở: Sở 1 cao nhất, 16,67\u00a0điểm; 2/3 cơ quan, đơn vị được xếp hạng',
    )
    const rows = rowsOf(viewer, 0)
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ['1', 'Sở 1', '16,67'],
      ['2', 'Sở 2', '15,00'],
      ['–', 'Sở 3', '–'],
    ])
    expect(rows.map((row) => row.find((cell) => /^\d+\/9$/.test(cell)))).toEqual(['9/9', '9/9', '4/9'])
    expect(rows[2]?.at(-1)).toMatch(/^Chưa đủ điều kiện/)
  })

  test('leads to each unit: points, share, its level’s, people behind every criterion and what one of them can move', async () => {
    await threeUnits(site)
    const viewer = await looks('/U2')
    expect(viewer.current.root.querySelector('h1')?.textContent).toBe('Sở 2: 15,00/30 điểm, hạng 2/2')
    expect(figures(viewer)).toEqual([
      [expect.stringMatching(/kế hoạch/i), '9'],
      ['Phát ra', '9'],
      ['Thu về', '9'],
      ['Hợp lệ', '8'],
    ])
    expect(rowsOf(viewer, 0)).toEqual([
      // 4 + 3 people: two decimals would be one combination of the two groups only.
      ['1.1 Điều tra một', '5,00', '10', '50 %', '–', '7', '± 1,43', 'Làm tròn đến 0,05'],
      ['2.1 Điều tra hai', '10,00', '20', '50 %', '–', '8', '± 2,50', ''],
    ])
  })

  test('tells nothing of a unit with fewer than five people behind a criterion: no figure on any page', async () => {
    await threeUnits(site)
    const viewer = await looks()
    for (const page of ['', ...pages]) {
      await looks(page, viewer)
      expect(viewer.current.html, page).not.toMatch(hiddenFigures)
    }
    await looks('/xep-hang', viewer)
    const charts = viewer.current.root.querySelectorAll('script[data-chart]').map((each) => each.textContent)
    expect(charts).toHaveLength(1)
    expect(charts[0]).not.toMatch(hiddenFigures)

    await looks('/U3', viewer)
    expect(viewer.current.html).not.toMatch(hiddenFigures)
    expect(viewer.current.root.querySelector('h1')?.textContent).toBe('Sở 3: chưa đủ điều kiện hiện điểm')
    expect(rowsOf(viewer, 0)).toEqual([
      ['1.1 Điều tra một', '–', '10', '–', '–', '–', 'Không hiện'],
      ['2.1 Điều tra hai', '–', '20', '–', '–', '–', 'Không hiện'],
    ])
    expect(figures(viewer)).toContainEqual(['Thu về', '4'])
  })

  test('hides what a whole level’s group would give away of the small unit', async () => {
    await threeUnits(site)
    const viewer = await looks()
    expect(rowsOf(viewer, 0)).toEqual([
      ['1.1 Điều tra một', '–', '10'],
      ['2.1 Điều tra hai', '–', '20'],
    ])
    await looks('/chenh-lech', viewer)
    expect(rowsOf(viewer, 0)).toEqual([
      ['1.1 Điều tra một', '–', '–', '–'],
      ['2.1 Điều tra hai', '–', '–', '–'],
    ])
    expect(viewer.current.text).toContain('Chưa so sánh được các nhóm')
  })

  test('shows the level’s groups where every unit is large enough', async () => {
    await openedSurveyWith(site, { units: 6, quotas: [6, 6] }, ({ stratum }, n) =>
      stratum.group_code === 'LD' ? '2222' : n % 2 === 0 ? '1111' : '0000',
    )
    const viewer = await looks()
    expect(viewer.current.text).toContain('6/6 cơ quan, đơn vị có điểm')
    expect(rowsOf(viewer, 0)).toEqual([
      ['1.1 Điều tra một', '63 %', '10'],
      ['2.1 Điều tra hai', '63 %', '20'],
    ])
    await looks('/chenh-lech', viewer)
    expect(viewer.current.text).toContain('Các nhóm khác nhau nhiều nhất 75 điểm phần trăm')
    expect(rowsOf(viewer, 0)).toEqual([
      ['1.1 Điều tra một', '100 %', '25 %', '75'],
      ['2.1 Điều tra hai', '100 %', '25 %', '75'],
    ])
  })

  test('of a survey that nobody answered says so instead of a highest and a lowest', async () => {
    await openedSurveyWith(site, {}, () => undefined)
    const viewer = await looks()
    expect(viewer.current.root.querySelector('h1')?.textContent).toBe(
      '0/2 cơ quan, đơn vị có điểm điều tra xã hội học',
    )
    expect(viewer.current.text).toMatch(/Chưa cơ quan, đơn vị nào [^.]* để hiện điểm\./)
    expect((await looks('/U1', viewer)).current.text).toContain('Sở 1: chưa đủ điều kiện hiện điểm')
  })

  test('prints how the figures were made, with the survey’s own settings', async () => {
    await threeUnits(site, { settings: { k: 7, scoring: { optOut: 'zero', groups: 'equal' } } })
    const viewer = await looks('/cach-tinh')
    const method = viewer.current.root.querySelectorAll('ol.method li').map((each) => each.textContent)
    expect(method).toContain('“Không biết / không có ý kiến” tính hệ số 0.')
    expect(method).toContain('Các nhóm trong một cơ quan, đơn vị: trọng số bằng nhau.')
    expect(method.join(' ')).toContain('Chỉ hiện số có từ 7 người trả lời trở lên')
  })

  test('does not know a unit of another survey', async () => {
    await threeUnits(site)
    const viewer = await looks()
    const units = ['U4', 'so', 'U1x', '%2e%2e'].flatMap((unit) => [unit, `don-vi/${unit}`])
    for (const page of [...units, 'cau-hoi/khong-co', 'cau-hoi/so/Z9', 'xep-hang?cap=khong-co']) {
      await viewer.get(`/dieu-tra/thu/diem/${page}`)
      expect(viewer.current.status, page).toBe(404)
    }
  })

  test('of a unit has its own address, whatever the unit is called; the short one leads there', async () => {
    const edit = (folder: Record<string, string>) => {
      folder['units.csv'] = (folder['units.csv'] ?? '').replace('U2,', 'xep-hang,')
    }
    await openedSurveyWith(site, { edit }, () => undefined)
    const viewer = await looks('/don-vi/xep-hang')
    expect(viewer.current.root.querySelector('h1')?.textContent).toBe('Sở 2: chưa đủ điều kiện hiện điểm')
    await looks('/xep-hang', viewer)
    expect(viewer.current.root.querySelector('h1')?.textContent).toMatch(/^Cấp sở: chưa cơ quan, đơn vị nào/)
    await looks('/U1', viewer)
    expect(viewer.current.url).toBe('/dieu-tra/thu/diem/don-vi/U1')
  })

  test('changes nothing but the log of acts, in which a look before the announcement stands once', async () => {
    await threeUnits(site)
    const viewer = await looks()
    const before = await allRows(site.deps.db)
    for (const page of ['', ...pages, '/U1', '/U3']) await looks(page, viewer)
    const after = await allRows(site.deps.db)
    const [lines = [], linesBefore = []] = [after.act_log, before.act_log]
    const log = { act_log: [], act_log_head: [] }
    expect({ ...after, ...log }).toEqual({ ...before, ...log })
    // Of the whole survey it was looked at before; of three units it was not.
    expect(lines.length).toBe(linesBefore.length + 3)
  })

  async function looks(page = '', browser?: Browser): Promise<Browser> {
    const viewer = browser ?? (await signedIn(site, 'viewer'))
    await viewer.get(`/dieu-tra/thu/diem${page}`)
    expect(viewer.current.status).toBe(200)
    return viewer
  }
})

async function draft(): Promise<void> {
  const { deps } = site
  await createSurveyFromFolder(deps, operator, folderOnDisk(smallFolder()), 'thu')
}

async function collecting() {
  const open = await openSurveyWith(site)
  await putIntoBox(site, open.survey, open.codes, () => '1212')
  return open
}

async function closed(): Promise<void> {
  await closeCollecting(site.deps, operator, (await collecting()).survey)
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** The rows of the nth table's body. */
function rowsOf(browser: Browser, n: number): string[][] {
  return (browser.current.root.querySelectorAll('table')[n]?.querySelectorAll('tbody tr') ?? []).map((row) =>
    row.querySelectorAll('th, td').map((cell) => words(cell.textContent)),
  )
}

function figures(browser: Browser): string[][] {
  return browser.current.root
    .querySelectorAll('.figures > div')
    .map((row) => row.querySelectorAll('dt, dd').map((cell) => words(cell.textContent)))
}
