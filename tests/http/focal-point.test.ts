// The focal point's page: cards received and handed out, ballots of the unit as one number, and nobody else's unit.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { daysLeft, parseCount } from '../../src/quota/unit-counts.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { signedIn } from '../support/staff.ts'
import { openSurveyWith } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

const page = '/dieu-tra/thu/don-vi/U1'
let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
  await openSurveyWith(site, { quotas: [5, 4], reserve: 1 })
})
afterEach(() => site.close())

describe('the focal point', () => {
  test('counts cards by typing or by + and −; a slip changes nothing and keeps what was typed', async () => {
    const focal = await focalPoint()
    expect(focal.current.root.querySelector('h1')?.textContent).toBe('Sở 1: đã gửi 0/9 phiếu, còn 9')
    expect(focal.current.root.querySelector('a[href^="tel:"]')?.getAttribute('href')).toBe('tel:0271000000')
    expect(focal.current.text).toContain('đã gửi xin bỏ qua')
    await focal.submit({ 'nhan-LD': '6', 'giao-LD': '2' }, { press: 'Ghi số thẻ' })
    expect(await counted()).toEqual(['CC 0 0', 'LD 6 2'])
    await focal.post(`${page}/so-the`, { ...filled(6, 2), buoc: 'giao+LD' })
    await focal.post(`${page}/so-the`, { ...filled(6, 3), buoc: 'nhan-LD' })
    expect(await counted()).toEqual(['CC 0 0', 'LD 5 3'])
    const before = await allRows(site.deps.db)
    await focal.submit({ 'nhan-LD': '2', 'giao-LD': '3' })
    expect(focal.current.status).toBe(422)
    expect(focal.current.text).toContain('Số thẻ đã giao không quá số thẻ đã nhận.')
    expect(focal.current.root.querySelector('#nhan-LD')?.getAttribute('value')).toBe('2')
    expect((await allRows(site.deps.db)).stratum).toEqual(before.stratum)
  })

  test('of another unit is refused; staff who read the survey look, those who give out cards count', async () => {
    const focal = await focalPoint()
    await focal.post('/dieu-tra/thu/don-vi/U2/so-the', filled(1, 1))
    expect(focal.current.status).toBe(403)
    const viewer = await signedIn(site, 'viewer')
    expect((await viewer.get(page)).root.querySelector('form.counts')).toBeNull()
    expect((await viewer.post(`${page}/so-the`, filled(1, 1))).status).toBe(409)
    expect(await counted()).toEqual(['CC 0 0', 'LD 0 0'])
    const officer = await signedIn(site, 'officer')
    await officer.get(page)
    await officer.submit(filled(1, 1))
    expect(await counted()).toEqual(['CC 0 0', 'LD 1 1'])
  })
})

test.each([
  ['4', '3', true],
  ['6', '6', true],
  ['7', '0', false],
  ['3', '4', false],
  ['', '0', false],
  ['-1', '0', false],
  ['1,5', '0', false],
])('of six cards %s received and %s handed out: possible %s', (received, handedOut, possible) => {
  expect(parseCount({ received, handedOut }, 6).ok).toBe(possible)
})

test('the days left are those of the calendar', () => {
  expect([
    daysLeft('2022-10-30', '2022-11-02'),
    daysLeft('2022-11-02', '2022-11-02'),
    daysLeft('2022-11-03', '2022-11-02'),
  ]).toEqual([3, 0, 0])
})

async function focalPoint(): Promise<Browser> {
  const focal = await signedIn(site, 'focal-point', site.app, { agency: 'U1' })
  await focal.get(page)
  return focal
}

function filled(received: number, handedOut: number) {
  return { 'nhan-LD': String(received), 'giao-LD': String(handedOut), 'nhan-CC': '0', 'giao-CC': '0' }
}

async function counted(): Promise<string[]> {
  const rows = await site.deps.db
    .selectFrom('stratum')
    .innerJoin('unit', 'unit.id', 'stratum.unit_id')
    .select(['stratum.group_code', 'cards_received', 'cards_handed_out'])
    .where('unit.code', '=', 'U1')
    .orderBy('stratum.group_code')
    .execute()
  return rows.map((row) => `${row.group_code} ${row.cards_received} ${row.cards_handed_out}`)
}
