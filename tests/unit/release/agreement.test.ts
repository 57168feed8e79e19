// Every file and every page that gives out scores, read back and set beside the stored release, digit by digit. It runs
// once: what a release says does not depend on the database that holds it.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'csv-parse/sync'
import { unzipSync, strFromU8 } from 'fflate'
import readXlsxFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportScores } from '../../../src/release/release.service.ts'
import { jsonSchemaOf, schemaHref, schemaNames } from '../../../src/release/schemas.ts'
import { findStoredRelease } from '../../../src/score/release.queries.ts'
import { ScoresRelease } from '../../../src/score/release.ts'
import type { Survey } from '../../../src/survey/survey.queries.ts'
import { showNumber, showPoints } from '../../../src/lib/format.ts'
import { testSite, type TestSite } from '../../support/app.ts'
import { Browser } from '../../support/browser.ts'
import { downloaded, threeUnits } from '../../support/results.ts'
import { signedIn } from '../../support/survey.ts'

let site: TestSite
let survey: Survey
let stored: string
let release: ScoresRelease
let admin: Browser

beforeAll(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
  ;({ survey } = await threeUnits(site))
  stored = (await findStoredRelease(site.deps.db, survey, 1)) ?? ''
  release = ScoresRelease.parse(JSON.parse(stored))
  admin = await signedIn(site)
})
afterAll(() => site.close())

/** Points of each unit's criteria and its total, by "unit/criterion" and "unit/"; null where none are shown. */
function pointsOf(): Map<string, number | null> {
  return new Map(
    release.units.flatMap(({ code, criteria, total }): [string, number | null][] => [
      ...criteria.map((each): [string, number | null] => [`${code}/${each.code}`, each.points]),
      [`${code}/`, total.points],
    ]),
  )
}

const taken = { by: 'Trần Văn Lấy', at: new Date('2022-10-12T08:00:00Z') }

async function fileOf(format: Parameters<typeof exportScores>[2]): Promise<Buffer> {
  return (await exportScores(site.deps.db, survey, format, taken)).content
}

type Cells = (string | number | null)[][]

/** Rows below the titles, up to the first empty one. */
function tableIn(rows: Cells, firstTitle: string): Cells {
  const at = rows.findIndex((row) => row[0] === firstTitle)
  const rest = rows.slice(at + 1)
  const end = rest.findIndex((row) => row.every((cell) => cell === null || cell === ''))
  return end < 0 ? rest : rest.slice(0, end)
}

function numberIn(cell: unknown): number | null {
  if (typeof cell === 'number') return cell
  const text = typeof cell === 'string' ? cell : ''
  return text === '' || text === '–' || text === 'x'
    ? null
    : Number(text.replace(/\./g, '').replace(',', '.'))
}

/** A wide table, unit x criterion: code of the unit, name, points of each criterion, total. */
function wide(rows: Cells, cell: (value: unknown) => number | null): Map<string, number | null> {
  const criteria = (release.levels[0]?.pooled ?? []).map(({ code }) => code)
  return new Map(
    rows.flatMap((row): [string, number | null][] =>
      [...criteria, ''].map((code, at): [string, number | null] => [
        `${row[0] ?? ''}/${code}`,
        cell(row[2 + at]),
      ]),
    ),
  )
}

const plain = (value: unknown) => (value === '' || value === '–' || value === null ? null : Number(value))

describe('every file agrees with the release, digit by digit', () => {
  test('the workbook', async () => {
    const sheets = new Map(
      (await readXlsxFile(await fileOf('xlsx'))).map(({ sheet, data }) => [sheet, data as Cells]),
    )
    const rows = tableIn(sheets.get('Tiêu chí') ?? [], 'Mã').slice(1)
    expect(wide(rows, plain)).toEqual(pointsOf())
    const ranking = tableIn(sheets.get('Xếp hạng') ?? [], 'Cấp')
    expect(new Map(ranking.map((row) => [row[5], row.slice(1, 13).map((cell) => cell ?? '')]))).toEqual(
      new Map(
        release.units.map((unit) => [
          unit.code,
          [
            unit.rank?.place ?? '–',
            unit.rank?.tied ? 'Có' : '',
            unit.rank?.from ?? '–',
            unit.rank?.to ?? '–',
            unit.code,
            unit.name,
            unit.total.max,
            unit.total.points ?? '–',
            unit.interval?.low ?? '–',
            unit.interval?.high ?? '–',
            unit.oneRespondent ?? '–',
            unit.total.step ?? '–',
          ],
        ]),
      ),
    )
    const items = tableIn(sheets.get('Câu hỏi') ?? [], 'Cấp')
    const [level] = release.levels
    expect(items.map((row) => [row[2], plain(row[5]), plain(row[6]), plain(row[8]), plain(row[9])])).toEqual(
      [...(level?.groups ?? []), ...release.levels].flatMap((own) =>
        own.items.flatMap((item) => [
          [item.code, item.answered, item.share, item.optOut.share, item.blank.share],
          ...(item.options ?? []).map(({ share }) => [item.code, null, share, null, null]),
        ]),
      ),
    )
  })

  test('the tables as CSV', async () => {
    const rows: string[][] = parse(await fileOf('csv'), { bom: true, relax_column_count: true })
    const start = rows.findIndex(([first]) => first === 'Tiêu chí')
    const own = tableIn(rows.slice(start), 'Mã').filter(([code]) =>
      release.units.some((unit) => unit.code === code),
    )
    expect(wide(own, plain)).toEqual(pointsOf())
  })

  test('the long CSV, which holds every number of the release and no other', async () => {
    const rows: Record<string, string>[] = parse(await fileOf('csv-dai'), { bom: true, columns: true })
    const points = rows.filter(
      ({ unit, figure, domain }) => unit !== '' && figure === 'points' && domain === '',
    )
    expect(
      new Map(points.map(({ unit, criterion, value }) => [`${unit ?? ''}/${criterion ?? ''}`, plain(value)])),
    ).toEqual(pointsOf())
    const given = rows.flatMap(({ value, figure = '' }) =>
      value === '' || figure.startsWith('group-') || figure === 'takenBy' ? [] : [Number(value)],
    )
    expect(given.toSorted((a, b) => a - b)).toEqual(
      numbersOf([release.counts, release.units, release.levels]),
    )
    const without = rows.filter(({ value }) => value === '')
    expect(without.length).toBeGreaterThan(10)
    expect(new Set(without.map(({ status }) => status))).toEqual(new Set(['hidden', 'none']))
  })

  test('the JSON, word for word', async () => {
    expect(JSON.parse((await fileOf('json')).toString('utf8'))).toEqual({
      ...(JSON.parse(stored) as object),
      takenBy: { name: taken.by, at: taken.at.toISOString() },
    })
  })

  test('the tables for the scoring software, where nothing is made up for what is not shown', async () => {
    const expected = [...pointsOf()].filter(([key]) => !key.endsWith('/')).map(([, points]) => points)
    const csv: string[][] = parse(await fileOf('nhap-csv'), { bom: true })
    expect(csv[0]).toEqual(['Mã đơn vị', 'Cơ quan, đơn vị', '1.1', '2.1'])
    expect(csv.slice(1).flatMap((row) => row.slice(2))).toEqual(
      expected.map((points) => (points === null ? '' : points.toFixed(2))),
    )
    const [sheet] = await readXlsxFile(await fileOf('nhap-xlsx'))
    const rows = (sheet?.data ?? []) as Cells
    expect(rows[0]).toEqual(csv[0])
    expect(tableIn(rows, 'Mã đơn vị').flatMap((row) => row.slice(2))).toEqual(expected)
    const below = rows.slice(5).map(([first]) => first)
    expect(below).toEqual([
      'Người lấy tệp: Trần Văn Lấy, lúc 15:00 ngày 12/10/2022',
      'Các ô để trống và lý do (không phải 0 điểm; không nhập các ô này):',
      'U3 Sở 3, tiêu chí 1.1: Có 4 phiếu hợp lệ, dưới 5.',
      'U3 Sở 3, tiêu chí 2.1: Có 4 phiếu hợp lệ, dưới 5.',
    ])
  })

  test('the Word report', async () => {
    const file = await admin.agent.get('/dieu-tra/thu/bao-cao.docx').responseType('blob')
    const xml = strFromU8(unzipSync(file.body as Buffer)['word/document.xml'] ?? new Uint8Array())
    const cellsOf = (row: string) =>
      [...row.matchAll(/<w:tc>.*?<\/w:tc>/gs)].map(([cell]) =>
        [...cell.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text]) => text).join(''),
      )
    const rows = [...xml.matchAll(/<w:tr>.*?<\/w:tr>|<w:tr .*?<\/w:tr>/gs)].map(([row]) => cellsOf(row))
    const own = release.units.flatMap(({ code, name }) => {
      const row = rows.find(([first, returned]) => first === name && returned?.includes('/'))
      return row === undefined ? [] : [[code, ...row.slice(1)]]
    })
    expect(wide(own, numberIn)).toEqual(pointsOf())
  })

  test('the titles of the charts, and each is a picture', async () => {
    await admin.get('/dieu-tra/thu/tep')
    expect(admin.current.text).toContain('Cấp sở: cao nhất Sở 1 (16,67 điểm), thấp nhất Sở 2 (15,00 điểm)')
    const links = admin.current.root
      .querySelectorAll('.chart-files a')
      .map((link) => link.getAttribute('href') ?? '')
    expect(links.length).toBeGreaterThanOrEqual(2)
    for (const link of links.slice(0, 2)) {
      const picture = await admin.agent.get(link).responseType('blob')
      expect(picture.status).toBe(200)
      const start = (picture.body as Buffer).subarray(0, 300).toString('latin1')
      expect(start).toMatch(link.endsWith('.svg') ? /<svg / : /^.PNG/)
      if (link.endsWith('.svg')) expect((picture.body as Buffer).toString('utf8')).not.toContain('<text')
    }
    expect((await admin.agent.get('/dieu-tra/thu/bieu-do/don-vi-U3.svg')).status).toBe(409)
    for (const none of ['don-vi-U9.svg', 'xep-hang-so.gif', 'xep-hang-U1.svg', 'khac-so.svg'])
      expect((await admin.agent.get(`/dieu-tra/thu/bieu-do/${none}`)).status, none).toBe(404)
  })
})

/** Each page that shows scores: its address, and what must stand in it of each unit. A page more is a line more. */
const pages: { path: string; figures: (unit: ScoresRelease['units'][number]) => string[] }[] = [
  { path: '/dieu-tra/thu/diem', figures: () => [] },
  {
    path: '/dieu-tra/thu/diem/xep-hang',
    figures: ({ total }) => (total.points === null ? [] : [showPoints(total.points)]),
  },
  ...['chenh-lech', 'cach-tinh', 'cau-hoi/so'].map((path) => ({
    path: `/dieu-tra/thu/diem/${path}`,
    figures: () => [],
  })),
  ...['U1', 'U2', 'U3'].map((code) => ({
    path: `/dieu-tra/thu/diem/don-vi/${code}`,
    figures: (unit: ScoresRelease['units'][number]) =>
      unit.code !== code
        ? []
        : unit.criteria.flatMap(({ points, max }) => [showPoints(points), showNumber(max)]),
  })),
]

describe('every page agrees with the release, digit by digit', () => {
  test.for(pages)('$path', async ({ path, figures }) => {
    await admin.get(path)
    expect(admin.current.status).toBe(200)
    const cells = admin.current.root
      .querySelectorAll('main td, main th')
      .map((cell) => cell.textContent.trim())
    for (const unit of release.units) {
      const wanted = figures(unit)
      for (const figure of wanted) expect(cells, `${unit.code} ${figure}`).toContain(figure)
    }
    // Nothing with two decimals stands in a table that is no figure of the release.
    const known = new Set(
      numbersOf(release).flatMap((value) => [showPoints(value), `${showPoints(value * 100)} %`]),
    )
    const loose = cells.filter((cell) => /^\d+,\d\d( %)?$/.test(cell) && !known.has(cell))
    expect(loose).toEqual([])
  })
})

/** Every number in it, in order of size; beside those, what a table says with 1 for "is so". */
function numbersOf(value: unknown): number[] {
  const numbers: number[] = []
  const look = (each: unknown, name = ''): void => {
    if (typeof each === 'number' && !['year', 'version', 'k'].includes(name)) numbers.push(each)
    if (each !== null && typeof each === 'object')
      for (const [key, inside] of Object.entries(each)) look(inside, key)
  }
  look(value)
  return numbers.toSorted((a, b) => a - b)
}

describe('the published schemas', () => {
  const validator = (name: (typeof schemaNames)[number]) =>
    new Ajv2020({ formats: { 'date-time': true } }).compile(jsonSchemaOf(name))

  test('are at public addresses, and are those of the program', async () => {
    const anybody = new Browser(site.app)
    for (const name of schemaNames) {
      const answer = await anybody.agent.get(schemaHref(name))
      expect(answer.status, name).toBe(200)
      expect(JSON.parse(answer.text)).toEqual(jsonSchemaOf(name))
    }
    expect((await anybody.agent.get('/so-do/khac.json')).status).toBe(404)
  })

  test('fit what is given out: scores, an index, receipts', async () => {
    const scores = validator('survey-scores-2')
    expect(scores(JSON.parse((await fileOf('json')).toString('utf8'))), JSON.stringify(scores.errors)).toBe(
      true,
    )
    const receipts = validator('receipts-1')
    const list = (await admin.agent.get('/xac-nhan/thu/ma-xac-nhan.json')).body as unknown
    expect(receipts(list), JSON.stringify(receipts.errors)).toBe(true)
    await admin.get('/dieu-tra/thu/chi-so')
    const appraised = ['U1,1.2,30', 'U1,2.2,20', 'U2,1.2,', 'U2,2.2,25.5', 'U3,1.2,40', 'U3,2.2,30']
    await admin.upload('appraised', 'diem.csv', ['unit,criterion,points', ...appraised, ''].join('\n'))
    const run = await downloaded(site, admin, admin.current.url, 'Xuất JSON')
    const index = validator('index-run-1')
    expect(index(JSON.parse(run.content.toString('utf8'))), JSON.stringify(index.errors)).toBe(true)
  })

  test('refuse what is not of their form: a member more, a figure as text', () => {
    const scores = validator('survey-scores-2')
    const text = JSON.parse(stored) as { counts: object }
    expect(scores({ ...text, more: 1 })).toBe(false)
    expect(scores({ ...text, counts: { ...text.counts, valid: '21' } })).toBe(false)
  })
})
