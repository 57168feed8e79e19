// What a figure is explained by: the shown numbers behind it and nothing that is hidden, on the page as on the command line.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { computeIndexRun } from '../../../src/index-calculator/index.service.ts'
import { explainRowHref } from '../../../src/index-calculator/explain.ts'
import { explainHref, explanationLines, wholeUnit, type Figure } from '../../../src/score/explain.ts'
import { explainFigure } from '../../../src/score/explain.service.ts'
import type { ScoresRelease } from '../../../src/score/release.ts'
import { getRelease } from '../../../src/score/score.service.ts'
import { operator } from '../../../src/staff/actor.ts'
import type { Survey } from '../../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../../support/app.ts'
import type { Browser } from '../../support/browser.ts'
import { hiddenFigures, threeUnits } from '../../support/results.ts'
import { signedIn } from '../../support/staff.ts'

let site: TestSite
let survey: Survey
let release: ScoresRelease
let viewer: Browser
let run: string

beforeAll(async () => {
  site = await testSite()
  survey = (await threeUnits(site)).survey
  release = await getRelease(site.deps.db, survey)
  const points = ['U1,1.2,30', 'U1,2.2,20', 'U2,1.2,20', 'U2,2.2,25.5', 'U3,1.2,40', 'U3,2.2,30']
  const csv = ['unit,criterion,points', ...points, ''].join('\n')
  run = (await computeIndexRun(site.deps, operator, survey, csv)).id
  viewer = await signedIn(site, 'viewer')
})
afterAll(() => site.close())

/** Every figure that the release has a place for. */
function figures(): Figure[] {
  return [
    ...release.units.flatMap((unit) =>
      [...unit.criteria, ...unit.domains, { code: wholeUnit }].map(({ code }) => ({
        of: 'unit' as const,
        unit: unit.code,
        criterion: code,
      })),
    ),
    ...release.levels.flatMap(({ code: level, pooled, items }) => [
      ...pooled.map(({ code }) => ({ of: 'level' as const, level, criterion: code })),
      ...items.map(({ code }) => ({ of: 'item' as const, level, item: code })),
    ]),
  ]
}

test('every figure is explained, with hash and settings, and no hidden number is among its numbers', async () => {
  expect(figures()).toHaveLength(3 * 5 + 2 + 4)
  for (const figure of figures()) {
    const explanation = await explainFigure(site.deps.db, survey, figure)
    const text = explanationLines(explanation).join('\n')
    expect(text).not.toMatch(hiddenFigures)
    expect(text).toContain(release.hash)
    expect(explanation.settings).toEqual(release.method.words)
  }
})

test('a unit’s criterion is led down to people, share, rounded sum, weights, maximum and step', async () => {
  const figure: Figure = { of: 'unit', unit: 'U1', criterion: '1.1' }
  const { heading, numbers, hidden } = await explainFigure(site.deps.db, survey, figure)
  expect(heading).toBe('Sở 1, tiêu chí 1.1: 5,56/10 điểm')
  const byLabel = Object.fromEntries(numbers.map(({ label, value }) => [label, value]))
  expect(byLabel).toMatchObject({
    'Số phiếu theo kế hoạch của các nhóm': 'Lãnh đạo: 5; Công chức: 4',
    'Số người có câu trả lời được tính': '9',
    'Tỷ lệ (làm tròn đến 1 %)': '56 %',
    'Điểm tối đa': '10',
    Điểm: '5,56',
    'Làm tròn đến': '0,01 điểm',
  })
  expect(byLabel['Tổng hệ số, quy ra']).toMatch(/^khoảng 5 trên 9 người/)
  expect(hidden.join(' ')).toContain('từng nhóm trong một cơ quan, đơn vị không hiện')
})

test('a hidden figure says why, and only what is known anyway', async () => {
  const { heading, numbers, hidden } = await explainFigure(site.deps.db, survey, {
    of: 'unit',
    unit: 'U3',
    criterion: '1.1',
  })
  expect(heading).toBe('Sở 3, tiêu chí 1.1: không hiện')
  expect(numbers.map(({ label }) => label)).toEqual([
    'Tiêu chí',
    'Điểm tối đa',
    'Phiếu thu về',
    'Số phiếu theo kế hoạch của các nhóm',
  ])
  expect(hidden.join(' ')).toContain('dưới 5 người trả lời')
})

test('a total adds up what is printed, and says why it differs where it does', async () => {
  const total = await explainFigure(site.deps.db, survey, { of: 'unit', unit: 'U1', criterion: wholeUnit })
  expect(total.heading).toBe('Sở 1, tổng điểm điều tra: 16,67/30 điểm')
  expect(total.numbers).toContainEqual({ label: 'Cộng các số đã in', value: '5,56 + 11,11 = 16,67' })
  expect(total.numbers.map(({ label }) => label)).not.toContain('Vì sao lệch')
  const domain = await explainFigure(site.deps.db, survey, { of: 'unit', unit: 'U1', criterion: '2' })
  expect(domain.parts.map(({ figure }) => figure)).toEqual([{ of: 'unit', unit: 'U1', criterion: '2.1' }])
})

test('the page says what the command says, and leads on to what the figure is made of', async () => {
  for (const figure of figures()) {
    await viewer.get(explainHref(survey, figure))
    expect(viewer.current.status).toBe(200)
    const { text, root } = viewer.current
    const explanation = await explainFigure(site.deps.db, survey, figure)
    const rows = [...explanation.numbers, ...explanation.source].flatMap(({ label, value }) => [label, value])
    for (const words of [explanation.heading, ...explanation.formula, ...explanation.hidden, ...rows])
      expect(text.replace(/\s+/g, ' ')).toContain(words)
    expect(root.querySelectorAll('.govuk-list--spaced a').map((link) => link.getAttribute('href'))).toEqual(
      explanation.parts.map((part) => explainHref(survey, part.figure)),
    )
  }
})

test('a row of the index is explained from the run; what does not exist is not found', async () => {
  await viewer.get(explainRowHref(survey, run, 'U1'))
  expect(viewer.current.root.querySelector('h1')?.textContent).toBe('Sở 1, Chỉ số: 66,67 %')
  expect(viewer.current.text).toContain('66,67 / 100 x 100 % = 66,67 %')
  expect(viewer.current.text).toContain(`bảng điểm bản 1`)
  await viewer.get(explainRowHref(survey, run, 'U3'))
  expect(viewer.current.text).toContain('Điểm điều tra không hiện hoặc không có')
  expect(viewer.current.text).not.toMatch(hiddenFigures)
  for (const path of [
    '/diem/don-vi/U1/9.9',
    '/diem/don-vi/U9/1.1',
    '/diem/cap/so/9.9',
    '/diem/cap/la/1.1',
    '/diem/cap/so/cau-hoi/Z9',
    `/chi-so/${run}/U9`,
    '/diem/don-vi/U1/1.1?ban=2',
  ])
    expect((await viewer.get(`/dieu-tra/thu${path}`)).status, path).toBe(404)
})
