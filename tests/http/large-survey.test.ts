// A survey of very many units: shown by block, its units looked for by name and turned over page by page. Six hundred
// units are as many pages as these promises need.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { makeHugeSurvey } from '../support/huge-survey.ts'
import { signedIn } from '../support/staff.ts'

const units = 600
const page = '/dieu-tra/lon/tien-do'
const names: Record<string, string> = { X77: 'Phường Đồng Xoài', X410: 'Phường Tân Đồng', X411: 'Xã A & B' }

let site: TestSite
let officer: Browser
let came: number

beforeAll(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
  came = await makeHugeSurvey(site.deps.db, 'lon', { units })
  for (const [code, name] of Object.entries(names))
    await site.deps.db.updateTable('unit').set({ name }).where('code', '=', code).execute()
  officer = await signedIn(site, 'officer')
})
afterAll(() => site.close())

describe('its units', () => {
  test('stand on twelve pages, each once, in the order of the plan', async () => {
    const seen: string[] = []
    await officer.get(page)
    for (let number = 1; ; number++) {
      expect(officer.current.text).toContain(`Trang ${number}/12`)
      seen.push(...codesFound())
      const next = officer.current.root.querySelectorAll('.page-line a').at(-1)
      if (next?.textContent !== 'Trang sau') break
      await officer.get(next.getAttribute('href') ?? '')
    }
    expect(seen).toEqual(Array.from({ length: units }, (_, i) => `X${i + 1}`))
  })

  test.each([
    ['13', 'Trang 12/12'],
    ['99999', 'Trang 12/12'],
    ['0', 'Trang 1/12'],
    ['-3', 'Trang 1/12'],
    ['1e3', 'Trang 1/12'],
    ['hai', 'Trang 1/12'],
    ['999999999999999999999', 'Trang 1/12'],
  ])('have no page %s: %s', async (number, words) => {
    await officer.get(`${page}?trang=${number}`)
    expect([officer.current.status, officer.current.text]).toEqual([200, expect.stringContaining(words)])
  })

  test.each([
    ['dong xoai', ['X77']],
    ['ĐỒNG', ['X77', 'X410']],
    ['  phuong   TAN ', ['X410']],
    // Another way of writing the same letters.
    ['Đồng Xoài'.normalize('NFD'), ['X77']],
    ['x599', ['X599']],
    ['a & b', ['X411']],
    ['%', []],
    ['<b>', []],
  ])('are found by a part of the name or the code, with marks or without: %s', async (words, codes) => {
    await officer.get(`${page}?tim=${encodeURIComponent(words)}`)
    expect(codesFound()).toEqual(codes)
    const said =
      codes.length === 0 ? 'Không có cơ quan, đơn vị nào có tên như vậy' : `${codes.length} cơ quan`
    expect(officer.current.text).toContain(said)
    expect(officer.current.root.querySelector('#tim')?.getAttribute('value')).toBe(words.trim())
  })

  test('that were looked for keep the words from page to page', async () => {
    await officer.get(`${page}?tim=${encodeURIComponent('xã 1')}`)
    // Xã 1, 10–19, 100–199.
    expect(officer.current.text).toContain('111 cơ quan, đơn vị')
    const next = officer.current.root.querySelector('.page-line a')?.getAttribute('href') ?? ''
    await officer.get(next)
    expect(officer.current.text).toContain('Trang 2/3')
    expect(codesFound()[0]).toBe('X139')
  })
})

test('its blocks stand in their order and add up to what was counted, group by group', async () => {
  await officer.get(page)
  const rows = officer.current.root
    .querySelectorAll('#so-lieu .heat-map tbody tr, #so-lieu .heat-map tfoot tr')
    .map((row) => row.querySelectorAll('th, td').map((cell) => cell.textContent.trim()))
  expect(rows.map(([name]) => name)).toEqual([
    ...Array.from({ length: 10 }, (_, i) => `Khối ${i + 1} (60)`),
    'Cộng',
  ])
  const returned = (cell: string | undefined) => Number((cell ?? '').split('/')[0]?.replaceAll('.', ''))
  const sum = rows.at(-1) ?? []
  for (const column of [2, 3, 4, 5, 9]) {
    const added = rows.slice(0, -1).reduce((total, row) => total + returned(row[column]), 0)
    expect(added).toBe(returned(sum[column]))
  }
  expect(returned(sum[9])).toBe(came)
  expect([2, 3, 4, 5].reduce((total, column) => total + returned(sum[column]), 0)).toBe(came)
})

test('the latest fifty are named, the smallest share first and equal ones in the order of the plan, of how many in all', async () => {
  await officer.get(page)
  const strata = await site.deps.db
    .selectFrom('stratum')
    .innerJoin('unit', 'unit.id', 'stratum.unit_id')
    .select(['unit.name', 'unit.position', 'quota', 'returned'])
    .execute()
  const all = new Map<string, { position: number; planned: number; returned: number }>()
  for (const { name, position, quota, returned } of strata) {
    const unit = all.get(name) ?? { position, planned: 0, returned: 0 }
    all.set(name, {
      position,
      planned: unit.planned + quota,
      returned: unit.returned + returned,
    })
  }
  const late = [...all]
    .filter(([, unit]) => unit.returned < unit.planned)
    .sort(([, a], [, b]) => a.returned / a.planned - b.returned / b.planned || a.position - b.position)
  expect(
    officer.current.root.querySelectorAll('.late > div > ol > li > strong').map((each) => each.textContent),
  ).toEqual(late.slice(0, 50).map(([name]) => name))
  expect(officer.current.text).toContain(`50 cơ quan, đơn vị chậm nhất trong ${late.length} cơ quan`)
})

function codesFound(): string[] {
  return officer.current.root
    .querySelectorAll('#don-vi tbody th a')
    .map((each) => each.getAttribute('href')?.split('/').at(-1) ?? '')
}
