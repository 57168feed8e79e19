// The main job, end to end, through HTTP alone: from an empty database to the index of 31 units. The scores are worked
// out a second time here, from the answers that were sent, with nothing of the program's arithmetic.
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../src/rehearsal/answers.ts'
import { newSetupLink } from '../src/staff/staff.service.ts'
import { setUpSecondFactor } from './support/staff.ts'
import { testSite, type TestSite } from './support/app.ts'
import { Browser, type Page } from './support/browser.ts'
import { answersAndSends, password, type Choices } from './support/survey.ts'

let site: TestSite
beforeAll(async () => {
  site = await testSite()
})
afterAll(() => site.close())

interface IssuedCode {
  unit: string
  group: string
  code: string
  url: string
}

interface Sent {
  unit: string
  group: string
  choices: Choices
}

interface Criterion {
  code: string
  max: number
  answered: number | null
  share: number | null
  points: number | null
  /** What points are rounded to. */
  step: number | null
  status: string
}

interface ScoresJson {
  schema: string
  counts: { planned: number; issued: number; returned: number; valid: number }
  openedOn: string
  units: {
    code: string
    level: string
    criteria: Criterion[]
    total: { max: number; points: number | null; step: number | null; status: string }
  }[]
  levels: { code: string; groups: { code: string; counts: { returned: number }; criteria: Criterion[] }[] }[]
  hash: string
}

interface IndexJson {
  units: {
    code: string
    block: string
    appraised: number
    survey: number
    total: number
    scale: number
    index: number
    rank: number
    domains: { code: string; max: number; points: number }[]
  }[]
}

test('from an empty database to the index of 31 units', async () => {
  const admin = new Browser(site.app)
  await admin.get((await newSetupLink(site.deps)) ?? '')
  await admin.submit({ name: 'Nguyễn Văn A', email: 'a@example.com', password })
  await admin.submit({ email: 'a@example.com', password })
  await setUpSecondFactor(site, admin)
  await admin.get('/dieu-tra')
  await admin.submit({ slug: 'bp-2022' })
  expect(admin.current.text).toContain('Hỏi 367 người ở 31 cơ quan, đơn vị')
  await admin.submit({ plan_number: '320/KH-UBND', plan_date: '2022-10-05', contact_phone: '0271 3 888 888' })
  expect(admin.current.text).toContain('Đã lưu thông tin')

  const cards = await issueCodes(admin)
  expect(cards).toHaveLength(367)
  await admin.get('/dieu-tra/bp-2022/thu-phieu')
  await admin.submit()
  expect(admin.current.text).toContain('Đang thu phiếu: 0/367')

  const sent = await collect(cards)
  expect(sent.length).toBeGreaterThanOrEqual(330)
  await admin.get('/dieu-tra/bp-2022/tien-do')
  expect(admin.current.text).toContain(`Đã thu ${sent.length}/367 phiếu`)

  await admin.get('/dieu-tra/bp-2022/thu-phieu')
  await admin.submit({ _xac_nhan: 'KET THUC' })
  await admin.submit({ _xac_nhan: 'Mo niem phong' })
  await jobIsDone(admin)
  await admin.get('/dieu-tra/bp-2022/thu-phieu')
  expect(admin.current.text).toContain(`Đã mở niêm phong, kiểm ${sent.length} phiếu`)

  const scores = (await download(admin, '/dieu-tra/bp-2022/diem', 'Xuất JSON')) as ScoresJson
  const worked = workOut(sent)
  compareScores(scores, worked, sent)

  await computeIndex(admin)
  expect(admin.current.text).toContain('Chỉ số của 31/31 cơ quan, đơn vị')
  const index = (await download(admin, admin.current.url, 'Xuất JSON')) as IndexJson
  compareIndex(index, worked, scores)
  expectNothingLoggedOfRespondents(cards)
}, 180_000)

async function issueCodes(admin: Browser): Promise<{ unit: string; group: string; code: string }[]> {
  await admin.get('/dieu-tra/bp-2022/ma')
  await admin.submit()
  await jobIsDone(admin)
  const csv = await admin.agent.get('/dieu-tra/bp-2022/ma.csv')
  const rows = parse<IssuedCode>(csv.text, { bom: true, columns: true })
  for (const row of rows) expect(row.url).toMatch(new RegExp(`/#${row.code}$`))
  const cards = await admin.get('/dieu-tra/bp-2022/the')
  expect(cards.root.querySelectorAll('.card svg')).toHaveLength(367)
  // Of each of 31 units a record, and two bundles behind covers: 20 of 5 + 4 people, 11 of 12 + 5.
  expect(cards.root.querySelectorAll('.sheet')).toHaveLength(31 * 3 + 20 * 2 + 11 * 3)
  await admin.get('/dieu-tra/bp-2022/ma')
  await admin.submit({ _xac_nhan: 'DA IN' }, { selector: 'main form.danger-act' })
  expect(admin.current.text).toContain('thẻ đã in')
  expect((await admin.agent.get('/dieu-tra/bp-2022/ma.csv')).status).toBe(410)
  return rows
}

async function jobIsDone(browser: Browser): Promise<Page> {
  while (browser.current.headers.refresh !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    await browser.get(browser.current.url)
  }
  expect(browser.current.text).toContain('đã xong')
  return browser.current
}

/** Ten in eleven answer; now and then "không biết", now and then nothing at all. */
async function collect(cards: { unit: string; group: string; code: string }[]): Promise<Sent[]> {
  const sent: Sent[] = []
  const people = cards.filter((_, i) => i % 11 !== 10)
  const answerOne = async (card: (typeof cards)[number], nth: number) => {
    // Of their own for each: people answer side by side, and whoever is quicker must not change the figures.
    const random = seededRandom(7000 + nth)
    const choices: Choices = {}
    const browser = await answersAndSends(site, card.code, (item) => {
      const drawn = random()
      const option =
        drawn < 0.02 ? undefined : drawn < 0.1 ? '0' : String(1 + Math.floor(5 * Math.sqrt(random())))
      if (option !== undefined) choices[item] = option
      return option
    })
    expect(browser.current.text).toContain('Phiếu đã được gửi')
    sent.push({ unit: card.unit, group: card.group, choices })
  }
  for (let at = 0; at < people.length; at += 8)
    await Promise.all(people.slice(at, at + 8).map((card, i) => answerOne(card, at + i)))
  return sent
}

async function download(admin: Browser, page: string, press: string): Promise<unknown> {
  await admin.get(page)
  await admin.submit({}, { press })
  await jobIsDone(admin)
  const link = admin.current.root.querySelector('a[download]')?.getAttribute('href') ?? ''
  return JSON.parse((await admin.agent.get(link)).text)
}

/** No request of a respondent, and no code, stands in the log. */
function expectNothingLoggedOfRespondents(cards: { code: string }[]): void {
  const log = site.logged.join('\n')
  expect(log).toContain('/dieu-tra/:slug/ma')
  expect(log).not.toMatch(/"route":"\/(vao|phieu)/)
  for (const { code } of cards) expect(log).not.toContain(code)
}

/** A file of the template, read without the program's own reader. */
function read(name: string): Record<string, string>[] {
  return parse(readFileSync(`src/survey/templates/binh-phuoc-2022/${name}`, 'utf8'), { columns: true })
}

interface Item {
  code: string
  criterion: string
  coefficients: Record<string, number | null>
}

interface Worked {
  units: Map<string, Map<string, { share: number; people: number; max: number }>>
  groups: Map<string, Map<string, number>>
  sets: Map<string, { code: string; parent: string; max: number; method: string }[]>
  quotas: Map<string, number>
}

/** Share per unit and criterion: mean of item shares per group, groups weighted by quota. In floating point. */
function workOut(sent: Sent[]): Worked {
  const coefficients = new Map<string, Record<string, number | null>>()
  for (const row of read('options.csv')) {
    const set = coefficients.get(row.set ?? '') ?? {}
    set[row.option ?? ''] = row.coefficient === '' ? null : Number(row.coefficient)
    coefficients.set(row.set ?? '', set)
  }
  const groups = read('groups.csv')
  const quotas = new Map(groups.map((row) => [`${row.level}/${row.code}`, Number(row.quota)]))
  const items = new Map<string, Item[]>()
  for (const group of groups) {
    items.set(
      `${group.level}/${group.code}`,
      read(`questionnaires/${group.questionnaire}.csv`).map((row) => ({
        code: row.item ?? '',
        criterion: row.criterion ?? '',
        coefficients: coefficients.get(row.options ?? '') ?? {},
      })),
    )
  }
  const levelOf = new Map(read('units.csv').map((row) => [row.code ?? '', row.level ?? '']))
  const sets: Worked['sets'] = new Map()
  for (const row of read('criteria.csv')) {
    const set = sets.get(row.level ?? '') ?? []
    set.push({
      code: row.code ?? '',
      parent: row.parent ?? '',
      max: Number(row.max),
      method: row.method ?? '',
    })
    sets.set(row.level ?? '', set)
  }

  const valid = (person: Sent) => {
    const own = items.get(`${levelOf.get(person.unit) ?? ''}/${person.group}`) ?? []
    return Object.keys(person.choices).length >= Math.ceil(0.7 * own.length - 1e-9)
  }
  const meanShare = (people: Sent[], group: string, criterion: string): number | null => {
    const shares = (items.get(group) ?? [])
      .filter((item) => item.criterion === criterion)
      .flatMap((item) => {
        const values = people
          .map((person) => item.coefficients[person.choices[item.code] ?? ''])
          .filter((v) => v != null)
        return values.length === 0 ? [] : [values.reduce((a, b) => a + b, 0) / values.length]
      })
    return shares.length === 0 ? null : shares.reduce((a, b) => a + b, 0) / shares.length
  }
  const counts = (person: Sent, group: string, criterion: string) =>
    (items.get(group) ?? []).some(
      (item) => item.criterion === criterion && item.coefficients[person.choices[item.code] ?? ''] != null,
    )

  const units: Worked['units'] = new Map()
  for (const [unit, level] of levelOf) {
    if (level === 'xa') continue
    const own = new Map<string, { share: number; people: number; max: number }>()
    for (const leaf of sets.get(level)?.filter((row) => row.method === 'survey') ?? []) {
      const parts = ['LDP', 'CC'].flatMap((code) => {
        const group = `${level}/${code}`
        const people = sent.filter((person) => person.unit === unit && person.group === code && valid(person))
        const share = meanShare(people, group, leaf.code)
        const n = people.filter((person) => counts(person, group, leaf.code)).length
        return share === null ? [] : [{ share, n, weight: quotas.get(group) ?? 0 }]
      })
      const weight = parts.reduce((sum, part) => sum + part.weight, 0)
      own.set(leaf.code, {
        share: parts.reduce((sum, part) => sum + part.share * part.weight, 0) / weight,
        people: parts.reduce((sum, part) => sum + part.n, 0),
        max: leaf.max,
      })
    }
    units.set(unit, own)
  }
  const byGroup: Worked['groups'] = new Map()
  for (const group of items.keys()) {
    const [level = '', code = ''] = group.split('/')
    const people = sent.filter(
      (person) => levelOf.get(person.unit) === level && person.group === code && valid(person),
    )
    byGroup.set(
      group,
      new Map(
        (sets.get(level) ?? [])
          .filter((row) => row.method === 'survey')
          .map((leaf) => [leaf.code, meanShare(people, group, leaf.code) ?? -1]),
      ),
    )
  }
  return { units, groups: byGroup, sets, quotas }
}

/** At most half a step away from the value worked out here. */
function expectShown(shown: number | null | undefined, exact: number, step = 0.01): void {
  expect(shown).not.toBeNull()
  expect(Math.abs((shown ?? NaN) - exact)).toBeLessThanOrEqual(step / 2 + 1e-9)
}

function compareScores(scores: ScoresJson, worked: Worked, sent: Sent[]): void {
  expect(scores.schema).toBe('survey-scores/2')
  expect(scores.counts).toMatchObject({ planned: 367, issued: 367, returned: sent.length })
  expect(scores.openedOn).toBe('2022-10-12')
  expect(scores.units).toHaveLength(31)
  let exactTotals = 0
  for (const unit of scores.units) {
    const own = worked.units.get(unit.code)
    expect(unit.criteria.map((each) => each.code)).toEqual([...(own?.keys() ?? [])])
    let total = 0
    let printed = 0
    for (const criterion of unit.criteria) {
      const expected = own?.get(criterion.code)
      if (!expected) throw new Error('unknown criterion')
      expect(criterion).toMatchObject({ status: 'ok', answered: expected.people, max: expected.max })
      const step = criterion.step ?? NaN
      expectShown(criterion.share, expected.share, step / expected.max + 0.01)
      expectShown(criterion.points, expected.share * expected.max, step)
      printed += criterion.points ?? NaN
      total += expected.share * expected.max
    }
    expect(unit.total).toMatchObject({ max: 30, status: 'ok' })
    // Exact and rounded; where that would tell a group, the sum of what is printed.
    if (Math.abs((unit.total.points ?? NaN) - printed) > 1e-9) expectShown(unit.total.points, total)
    expectShown(unit.total.points, total, stepsOf(unit))
    if (Math.abs((unit.total.points ?? NaN) - total) <= 0.005 + 1e-9) exactTotals += 1
  }
  expect(exactTotals).toBeGreaterThan(scores.units.length / 2)
  const statuses: string[] = []
  for (const level of scores.levels) {
    for (const group of level.groups) {
      expect(group.counts.returned).toBe(
        sent.filter(
          (person) =>
            person.group === group.code &&
            scores.units.some((u) => u.code === person.unit && u.level === level.code),
        ).length,
      )
      for (const criterion of group.criteria) {
        const share = worked.groups.get(`${level.code}/${group.code}`)?.get(criterion.code) ?? NaN
        statuses.push(criterion.status)
        if (criterion.status === 'ok') expectShown(criterion.share, share)
      }
    }
  }
  // What the audit hides beside the units' figures stays the exception.
  expect(statuses.filter((each) => each === 'ok').length).toBeGreaterThan(statuses.length / 2)
}

/** All steps of a unit's criteria together: how far its total can be away, twice. */
function stepsOf(unit: ScoresJson['units'][number]): number {
  return unit.criteria.reduce((sum, each) => sum + (each.step ?? NaN), 0)
}

/** Points by a rule that this test can repeat: one criterion in nine does not apply. */
function appraisedPoints(unit: string, criterion: string, max: number): number | null {
  const mixed = [...`${unit}/${criterion}`].reduce(
    (sum, symbol) => (31 * sum + symbol.charCodeAt(0)) % 1009,
    7,
  )
  return mixed % 9 === 0 ? null : Math.round(max * (60 + (mixed % 40))) / 100
}

async function computeIndex(admin: Browser): Promise<void> {
  const template = await admin.agent.get('/dieu-tra/bp-2022/chi-so/mau.csv')
  const rows = parse<{ unit: string; criterion: string }>(template.text, { bom: true, columns: true })
  const maxOf = criterionMax()
  const lines = rows.map(
    ({ unit, criterion }) =>
      `${unit},${criterion},${appraisedPoints(unit, criterion, maxOf(unit, criterion)) ?? ''}`,
  )
  await admin.get('/dieu-tra/bp-2022/chi-so')
  await admin.upload('appraised', 'diem.csv', ['unit,criterion,points', ...lines].join('\n'))
}

function criterionMax(): (unit: string, criterion: string) => number {
  const levels = new Map(read('units.csv').map((row) => [row.code, row.level]))
  const max = new Map(read('criteria.csv').map((row) => [`${row.level}/${row.code}`, Number(row.max)]))
  return (unit, criterion) => max.get(`${levels.get(unit) ?? ''}/${criterion}`) ?? NaN
}

function compareIndex(index: IndexJson, worked: Worked, scores: ScoresJson): void {
  expect(index.units).toHaveLength(31)
  const computed = index.units.map((unit) => {
    const level = unit.block
    const set = worked.sets.get(level) ?? []
    let appraised = 0
    let scale = 0
    let survey = 0
    for (const row of set) {
      if (row.method === 'appraised') {
        const points = appraisedPoints(unit.code, row.code, row.max)
        if (points === null) continue
        appraised += points
        scale += row.max
      } else if (row.method === 'survey') {
        survey += (worked.units.get(unit.code)?.get(row.code)?.share ?? NaN) * row.max
        scale += row.max
      }
    }
    expectShown(unit.appraised, appraised)
    const released = scores.units.find((each) => each.code === unit.code)
    const points = released?.total.points ?? NaN
    const steps = released ? stepsOf(released) : NaN
    // Printed from the released points, and no further from the exact ones than these are.
    expect(unit.survey).toBe(points)
    expectShown(unit.survey, survey, steps)
    expectShown(unit.total, appraised + points)
    expectShown(unit.scale, scale)
    expectShown(unit.index, ((appraised + points) / scale) * 100)
    return { code: unit.code, block: level, index: (appraised + survey) / scale }
  })
  for (const unit of index.units) {
    const own = computed.find((each) => each.code === unit.code)
    const above = computed.filter(
      (each) => each.block === unit.block && each.index > (own?.index ?? 0) + 1e-12,
    )
    expect(unit.rank).toBe(above.length + 1)
  }
}
