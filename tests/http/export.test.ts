// What leaves as files: one JSON that is specified to the letter, and tables that hold the same numbers and nothing more.
import { parse } from 'csv-parse/sync'
import readXlsxFile, { type CellValue } from 'read-excel-file/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { illustrativeNotice, rehearsalNotice } from '../../src/web/layout.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import {
  downloaded,
  hashOf,
  hiddenFigures,
  threeUnits,
  unzipped,
  type Downloaded,
} from '../support/results.ts'
import { signedIn, type SmallDesign } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

const counts = z.strictObject({ planned: z.int(), issued: z.int(), returned: z.int(), valid: z.int() })
const status = z.enum(['ok', 'hidden', 'not-applicable'])
const criterion = z.strictObject({
  code: z.string(),
  name: z.string(),
  max: z.number(),
  answered: z.int().nullable(),
  share: z.number().min(0).max(1).nullable(),
  points: z.number().nullable(),
  step: z.number().nullable(),
  status,
})
const sum = z.strictObject({
  max: z.number(),
  points: z.number().nullable(),
  step: z.number().nullable(),
  status,
})
const share = { share: z.number().nullable(), band: z.enum(['at-least', 'at-most']).nullable() }

const asked = z.strictObject({
  ...share,
  code: z.string(),
  text: z.string(),
  criterion: z.string(),
  answered: z.int().nullable(),
  status,
  optOut: z.strictObject(share),
  blank: z.strictObject(share),
  options: z.array(z.strictObject({ ...share, code: z.string(), label: z.string() })).nullable(),
})

/** survey-scores/2 to the letter: no member more, none less. */
const Scores = z.strictObject({
  schema: z.literal('survey-scores/2'),
  survey: z.strictObject({ slug: z.string(), title: z.string(), year: z.int() }),
  method: z.looseObject({ k: z.int(), illustrative: z.boolean(), rehearsal: z.boolean() }),
  version: z.int(),
  madeOn: z.iso.date(),
  reason: z.string(),
  openedOn: z.iso.date(),
  opening: z.string(),
  counts,
  units: z.array(
    z.strictObject({
      code: z.string(),
      name: z.string(),
      level: z.string(),
      counts,
      population: z.int().nullable(),
      criteria: z.array(criterion.extend({ oneRespondent: z.number().nullable() })),
      domains: z.array(sum.extend({ code: z.string() })),
      total: sum,
      interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
      oneRespondent: z.number().nullable(),
      ranking: z.enum(['ranked', 'not-ranked']),
      fallback: z.enum(['lowest-of-level', 'zero', 'leaves-scale']).nullable(),
      rank: z
        .strictObject({
          place: z.int(),
          tied: z.boolean(),
          from: z.int().nullable(),
          to: z.int().nullable(),
        })
        .nullable(),
      flags: z.array(
        z.strictObject({ kind: z.enum(['group-silent', 'group-below-half']), group: z.string() }),
      ),
    }),
  ),
  levels: z.array(
    z.strictObject({
      code: z.string(),
      name: z.string(),
      groups: z.array(
        z.strictObject({
          code: z.string(),
          name: z.string(),
          counts,
          criteria: z.array(criterion),
          items: z.array(asked),
        }),
      ),
      pooled: z.array(criterion),
      items: z.array(asked),
      scales: z.array(
        z.strictObject({
          questionnaire: z.string(),
          title: z.string(),
          group: z.string().optional(),
          items: z.int(),
          ballots: z.int().nullable(),
          alpha: z.number().nullable(),
          itemRest: z.array(z.strictObject({ code: z.string(), text: z.string(), r: z.number().nullable() })),
          status,
        }),
      ),
      spread: z.strictObject({
        withinSd: z.number().nullable(),
        ballots: z.int().nullable(),
        units: z.int().nullable(),
      }),
      sensitivity: z.array(
        z.strictObject({
          setting: z.string(),
          choice: z.string(),
          words: z.string(),
          ranksMoved: z.int(),
          largestMove: z.int(),
          tau: z.number().nullable(),
          meanChange: z.int(),
        }),
      ),
    }),
  ),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  takenBy: z.strictObject({ name: z.string(), at: z.iso.datetime() }),
})
type Scores = z.infer<typeof Scores>

describe('the JSON of scores', () => {
  test('has the form survey-scores/2, and the numbers that were worked out by hand', async () => {
    const scores = await scoresOf(await opened())
    expect(scores).toMatchObject({
      survey: { slug: 'thu', title: 'Đợt thử', year: 2022 },
      method: { k: 5, groups: 'sample-design', custody: 'server-held', illustrative: true, rehearsal: true },
      openedOn: '2022-10-12',
      counts: { planned: 27, issued: 27, returned: 22, valid: 21 },
    })
    expect(scores.units[0]).toEqual({
      code: 'U1',
      name: 'Sở 1',
      level: 'so',
      counts: { planned: 9, issued: 9, returned: 9, valid: 9 },
      population: null,
      criteria: [
        {
          code: '1.1',
          name: 'Điều tra một',
          max: 10,
          answered: 9,
          share: 0.56,
          points: 5.56,
          step: 0.01,
          status: 'ok',
          oneRespondent: 1.11,
        },
        {
          code: '2.1',
          name: 'Điều tra hai',
          max: 20,
          answered: 9,
          share: 0.56,
          points: 11.11,
          step: 0.01,
          status: 'ok',
          oneRespondent: 2.22,
        },
      ],
      domains: [
        { code: '1', max: 10, points: 5.56, step: 0.01, status: 'ok' },
        { code: '2', max: 20, points: 11.11, step: 0.01, status: 'ok' },
      ],
      total: { max: 30, points: 16.67, step: 0.01, status: 'ok' },
      interval: null,
      oneRespondent: 3.33,
      ranking: 'ranked',
      fallback: null,
      rank: { place: 1, tied: false, from: null, to: null },
      flags: [],
    })
    expect(scores.units.map(({ ranking, rank }) => [ranking, rank?.place])).toEqual([
      ['ranked', 1],
      ['ranked', 2],
      ['not-ranked', undefined],
    ])
    expect(scores.units[2]?.flags).toEqual([{ kind: 'group-below-half', group: 'LD' }])
    expect(scores.units[1]?.criteria.map(({ answered, points }) => [answered, points])).toEqual([
      [7, 5],
      [8, 10],
    ])
    expect(scores.units[1]?.counts).toEqual({ planned: 9, issued: 9, returned: 9, valid: 8 })
  })

  test('holds counts of people for the small unit and no figure', async () => {
    const file = await exported(await opened(), 'JSON')
    expect(file.content.toString('utf8')).not.toMatch(hiddenFigures)
    const scores = Scores.parse(JSON.parse(file.content.toString('utf8')))
    const small = scores.units[2]
    expect(small?.counts).toEqual({ planned: 9, issued: 9, returned: 4, valid: 4 })
    for (const each of small?.criteria ?? [])
      expect(each).toMatchObject({ answered: null, share: null, points: null, status: 'hidden' })
    expect(small?.total).toMatchObject({ points: null, status: 'hidden' })
    const groups = scores.levels.flatMap(({ groups }) => groups)
    expect(groups.flatMap(({ criteria }) => criteria.map((each) => each.status))).toEqual(
      Array.from({ length: 4 }, () => 'hidden'),
    )
    expect(groups.map((group) => [group.code, group.counts.returned])).toEqual([
      ['LD', 12],
      ['CC', 10],
    ])
  })

  test('carries the SHA-256 of its own RFC 8785 form without who took it, and one changed digit breaks it', async () => {
    const { hash, takenBy, ...content } = await scoresOf(await opened())
    expect(takenBy).toEqual({ name: 'Người administrator (Sở Nội vụ)', at: '2022-10-12T03:00:00.000Z' })
    expect(hashOf(content)).toBe(hash)
    const altered = JSON.parse(JSON.stringify(content).replace('16.67', '16.68')) as unknown
    expect(hashOf(altered)).not.toBe(hash)
  })

  test('is the same each time it is asked for', async () => {
    const admin = await opened()
    const first = await exported(admin, 'JSON')
    expect((await exported(admin, 'JSON')).content).toEqual(first.content)
  })
})

describe('the tables', () => {
  test('of the CSV hold the numbers of the JSON, cell by cell, under readable titles', async () => {
    const admin = await opened()
    const scores = await scoresOf(admin)
    const file = await exported(admin, 'CSV')
    expect(file).toMatchObject({ name: 'diem-dieu-tra-thu.csv', type: 'text/csv; charset=utf-8' })
    expect(file.content.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(file.content.toString('utf8')).not.toMatch(hiddenFigures)
    expectTables(csvTables(file.content), scores, '')
  })

  test('of the XLSX hold the numbers of the JSON as numbers, cell by cell, under readable titles', async () => {
    const admin = await opened()
    const scores = await scoresOf(admin)
    const file = await exported(admin, 'Excel (XLSX)')
    expect(file).toMatchObject({
      name: 'diem-dieu-tra-thu.xlsx',
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    })
    const sheets = await sheetsOf(file)
    expect([...sheets.keys()]).toEqual([
      'Tóm tắt',
      'Xếp hạng',
      'Tiêu chí',
      'Từng tiêu chí',
      'Theo cấp và nhóm',
      'Câu hỏi',
      'Tỷ lệ thu phiếu',
      'Độ tin cậy',
      'Cách tính khác',
      'Cách tính',
      'Số không hiện',
    ])
    expectTables(sheets, scores, '–')
    for (const [name, text] of unzipped(file.content)) expect(text, name).not.toMatch(hiddenFigures)
  })

  test('say at their head what they are: survey, day, counts, hash, illustration and rehearsal', async () => {
    const admin = await opened()
    const { hash } = await scoresOf(admin)
    const csv = (await exported(admin, 'CSV')).content.toString('utf8')
    const sheets = await readXlsxFile((await exported(admin, 'Excel (XLSX)')).content)
    const heads = [csv, ...sheets.map(({ data }) => data.map((row) => row[0]).join('\n'))]
    expect(heads).toHaveLength(12)
    for (const head of heads) {
      for (const words of ['Đợt thử (2022)', '12/10/2022', '27 / 27 / 22 / 21', hash])
        expect(head).toContain(words)
      expect(head).toContain(`${illustrativeNotice} · ${rehearsalNotice}`)
    }
  })

  test('of an official survey carry no such mark', async () => {
    const admin = await opened({ official: true })
    for (const press of ['JSON', 'CSV', 'Excel (XLSX)']) {
      const file = await exported(admin, press)
      const texts = press.startsWith('Excel')
        ? [...unzipped(file.content).values()]
        : [file.content.toString('utf8')]
      expect(texts.join('\n'), press).not.toMatch(/minh họa|chạy thử/i)
    }
  })

  test('of the XLSX open ready to read: titles frozen in sight, columns wide enough, two decimals', async () => {
    const parts = unzipped((await exported(await opened(), 'Excel (XLSX)')).content)
    const styles = parts.get('xl/styles.xml') ?? ''
    expect(styles).toContain('#,##0.00')
    const sheets = [...parts].filter(([name]) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name))
    expect(sheets).toHaveLength(11)
    for (const [name, xml] of sheets) {
      const frozen = Number(/<pane[^>]*ySplit="(\d+)"[^>]*state="frozen"/.exec(xml)?.[1])
      const titles = rowXml(xml, frozen)
      expect(titles, name).toMatch(/<c /)
      // The row of titles is the last one that stays: above it the head and an empty row, below it the figures.
      expect(rowXml(xml, frozen - 1), name).not.toMatch(/<v>/)
      const widths = [...xml.matchAll(/<col [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width))
      expect(widths.length, name).toBe([...titles.matchAll(/<c /g)].length)
      for (const width of widths) expect(width, name).toBeGreaterThanOrEqual(7)
    }
  })

  const dangerous = ['=HYPERLINK("http://x.example","Bấm")', '+1+1', '-2+3', '@SUM(A1)']

  test('turn no name into a formula, whatever a unit is called', async () => {
    const admin = await opened({
      edit: (folder) => {
        const cells = dangerous.map((name) => `"${name.replaceAll('"', '""')}"`)
        folder['units.csv'] = [
          'code,name,short_name,level,block,parent,order',
          ...cells.slice(0, 3).map((cell, i) => `U${i + 1},${cell},x,so,so,,${i + 1}`),
        ].join('\n')
        folder['criteria.csv'] = folder['criteria.csv']?.replace('Điều tra một', cells[3] ?? '') ?? ''
      },
    })
    const scores = await scoresOf(admin)
    expect(scores.units.map(({ name }) => name)).toEqual(dangerous.slice(0, 3))

    const cells = parse((await exported(admin, 'CSV')).content, {
      bom: true,
      relax_column_count: true,
    }).flat()
    expect(cells).toEqual(expect.arrayContaining(dangerous.map((name) => `'${name}`)))
    expect(cells.filter((cell) => /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(cell))).toEqual([])

    const file = await exported(admin, 'Excel (XLSX)')
    for (const [name, xml] of unzipped(file.content)) expect(xml, name).not.toMatch(/<f[ >]/)
    const texts = (await readXlsxFile(file.content)).flatMap(({ data }) => data.flat())
    expect(texts).toEqual(expect.arrayContaining(dangerous))
  })
})

describe('an export', () => {
  test('is a piece of work with a page of its own, and the file stays there', async () => {
    const admin = await opened()
    await exported(admin, 'CSV')
    expect(admin.current.text).toContain('Xuất điểm điều tra: đã xong')
    expect(admin.current.text).toContain('Tải tệp diem-dieu-tra-thu.csv')
    const link = admin.current.root.querySelector('a[download]')?.getAttribute('href') ?? ''
    expect((await admin.agent.get(link)).status).toBe(200)
  })

  test('in a form that does not exist is refused, and no work is begun', async () => {
    const admin = await opened()
    const before = (await allRows(site.deps.db)).job
    for (const form of [{}, { format: 'pdf' }, { format: '' }, 'format=json&format=csv']) {
      await admin.post('/dieu-tra/thu/diem/xuat', form)
      expect(admin.current.status).toBe(400)
    }
    expect((await allRows(site.deps.db)).job).toEqual(before)
  })

  test('asked for twice in a moment is one piece of work', async () => {
    const admin = await opened()
    await site.deps.jobs.stop()
    const ask = () => admin.agent.post('/dieu-tra/thu/diem/xuat').type('form').send({ format: 'csv' })
    const [first, second] = [await ask(), await ask()]
    expect(first.headers.location).toBe(second.headers.location)
  })

  test('of work that never was, and the file of work that has none, are not found', async () => {
    const admin = await opened()
    const { job = [] } = await allRows(site.deps.db)
    const ids = job.map((row) => (JSON.parse(row) as { id: string }).id)
    expect((await admin.get('/dieu-tra/thu/cong-viec/khong-co')).status).toBe(404)
    for (const id of ids) expect((await admin.get(`/dieu-tra/thu/cong-viec/${id}/tep`)).status).toBe(404)
  })
})

/** An opened survey of three units, and an administrator who looks at its results. */
async function opened(design: SmallDesign = {}): Promise<Browser> {
  await threeUnits(site, design)
  return signedIn(site)
}

function exported(admin: Browser, press: string): Promise<Downloaded> {
  return downloaded(site, admin, '/dieu-tra/thu/diem', `Xuất ${press}`)
}

async function scoresOf(admin: Browser): Promise<Scores> {
  const file = await exported(admin, 'JSON')
  expect(file).toMatchObject({ name: 'diem-dieu-tra-thu.json', type: 'application/json; charset=utf-8' })
  return Scores.parse(JSON.parse(file.content.toString('utf8')))
}

/** Name of a table → its rows, titles first. */
type Tables = Map<string, (string | number)[][]>

/** One CSV holds all tables, each under its name; a number is one again. */
function csvTables(content: Buffer): Tables {
  const tables: Tables = new Map()
  let table: (string | number)[][] | undefined
  let isName = false
  for (const row of parse(content, { bom: true, relax_column_count: true })) {
    if (row.length === 1 && row[0] === '') {
      isName = true
    } else if (isName) {
      table = []
      tables.set(row[0] ?? '', table)
      isName = false
    } else
      table?.push(row.map((cell) => (/^-?\d+(\.\d+)?$/.test(cell) && !isCode(cell) ? Number(cell) : cell)))
  }
  return tables
}

/** Codes of criteria look like numbers. */
function isCode(cell: string): boolean {
  return ['1.1', '2.1'].includes(cell)
}

/** Each sheet from its titles on; above them stands the head, ended by an empty row. */
async function sheetsOf(file: Downloaded): Promise<Tables> {
  const sheets = await readXlsxFile(file.content)
  const plain = (cell: CellValue | null) => (typeof cell === 'number' ? cell : String(cell ?? ''))
  return new Map(
    sheets.map(({ sheet, data }) => {
      const empty = data.findIndex((row) => row.every((cell) => cell === null))
      return [sheet, data.slice(empty + 1).map((row) => row.map(plain))]
    }),
  )
}

/** That the tables hold the release is what tests/http/agreement.test.ts shows; here how they are laid out. */
function expectTables(tables: Tables, scores: Scores, none: string): void {
  const words = { ok: 'Có điểm', hidden: 'Không hiện', 'not-applicable': 'Không áp dụng' }
  const shown = (value: number | null) => value ?? none
  const [ranking, wide, criteria, rates, method, hidden] = [
    'Xếp hạng',
    'Tiêu chí',
    'Từng tiêu chí',
    'Tỷ lệ thu phiếu',
    'Cách tính',
    'Số không hiện',
  ].map((name) => tables.get(name) ?? [])
  for (const table of [ranking, criteria, rates, hidden])
    for (const title of table?.[0] ?? []) expect(title).toMatch(/^\p{Lu}[\p{L} ,()–%01]+$/u)
  // By rank, and units without one behind.
  expect(ranking?.slice(1, 4).map((row) => [row[1], row[5], row[8], row[13]])).toEqual([
    [1, 'U1', 16.67, 'Có điểm'],
    [2, 'U2', 15, 'Có điểm'],
    [none, 'U3', none, 'Không hiện'],
  ])
  expect(ranking?.[3]?.[14]).toBe(
    'Chưa đủ điều kiện, không xếp hạng. Lãnh đạo: thu về dưới một nửa số phiếu theo kế hoạch.',
  )
  expect(wide?.slice(0, 5)).toEqual([
    ['Mã', 'Cơ quan, đơn vị', '1.1 Điều tra một', '2.1 Điều tra hai', 'Tổng điểm'],
    ['', 'Điểm tối đa', 10, 20, none],
    ...scores.units.map(({ code, name, criteria: own, total }) => [
      code,
      name,
      ...own.map(({ points }) => shown(points)),
      shown(total.points),
    ]),
  ])
  expect(criteria?.slice(1)).toEqual(
    scores.units.flatMap((unit) =>
      unit.criteria.map((each) => [
        unit.code,
        unit.name,
        each.code,
        each.name,
        each.max,
        shown(each.answered),
        shown(each.share),
        shown(each.points),
        shown(each.step),
        shown(each.oneRespondent),
        words[each.status],
      ]),
    ),
  )
  expect(rates?.slice(1, 4).map((row) => row.slice(1, 11))).toEqual([
    ['U1', 'Sở 1', 9, 9, 9, 9, 100, 100, 100, 100],
    ['U2', 'Sở 2', 9, 9, 9, 8, 100, 100, 88.9, 88.9],
    ['U3', 'Sở 3', 9, 9, 4, 4, 100, 44.4, 100, 44.4],
  ])
  expect(method?.length).toBeGreaterThan(8)
  expect(hidden?.slice(1, 3)).toEqual([
    ['Cấp sở', 'Sở 3', 'Tổng điểm', 'Có 4 phiếu hợp lệ, dưới 5.'],
    ['Cấp sở', 'Sở 3', 'Điểm lĩnh vực 1', 'Có 4 phiếu hợp lệ, dưới 5.'],
  ])
}

function rowXml(sheet: string, row: number): string {
  return new RegExp(`<row r="${row}"[^>]*?(?:/>|>.*?</row>)`, 's').exec(sheet)?.[0] ?? ''
}
