// The index: the council's points come in as a file, every slip in it is named, and what comes out is stored with its
// inputs, ranked, and says nothing of a unit that is too small.
import { parse } from 'csv-parse/sync'
import readXlsxFile from 'read-excel-file/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyAll } from '../../src/release/verify.service.ts'
import { illustrativeNotice, rehearsalNotice } from '../../src/web/layout.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { downloaded, hashOf, hiddenFigures, threeUnits, unzipped } from '../support/results.ts'
import { openedSurveyWith, signedIn, type SmallDesign } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

/** Unit, appraised criterion (1.2 of 40 points, 2.2 of 30), points; worked out in `expectedRows`. */
const points = [
  'U1,1.2,30',
  'U1,2.2,20',
  'U1,bonus,2',
  'U2,1.2,',
  'U2,2.2,25.5',
  'U2,penalty,0.5',
  'U3,1.2,40',
  'U3,2.2,30',
]
const file = ['unit,criterion,points', ...points, ''].join('\n')

const figure = z.number().nullable()

/** index-run/1 to the letter. */
const IndexRun = z.strictObject({
  schema: z.literal('index-run/1'),
  survey: z.strictObject({ slug: z.string(), title: z.string(), year: z.int() }),
  method: z.looseObject({ k: z.int(), illustrative: z.boolean(), rehearsal: z.boolean() }),
  units: z.array(
    z.strictObject({
      code: z.string(),
      name: z.string(),
      level: z.string(),
      block: z.string(),
      appraised: z.number(),
      survey: figure,
      bonus: z.number(),
      penalty: z.number(),
      total: figure,
      scale: figure,
      index: figure,
      rank: z.int().nullable(),
      tied: z.boolean(),
      domains: z.array(z.strictObject({ code: z.string(), max: figure, points: figure })),
    }),
  ),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  takenBy: z.strictObject({ name: z.string(), at: z.iso.datetime() }),
})
type IndexRun = z.infer<typeof IndexRun>

/**
 * U1: 50 of the council, 30 x 5/9 of the survey, 2 more, of 100. U2: 25.5 + 15 - 0.5 of the 60 points that apply to it.
 * U3: too few answers, so that nothing which contains its survey points may be known.
 */
const expectedRows = [
  {
    ...{
      code: 'U1',
      name: 'Sở 1',
      level: 'so',
      block: 'so',
      appraised: 50,
      survey: 16.67,
      bonus: 2,
      penalty: 0,
    },
    ...{ total: 68.67, scale: 100, index: 68.67, rank: 1, tied: false },
    domains: [
      { code: '1', max: 50, points: 35.56 },
      { code: '2', max: 50, points: 31.11 },
    ],
  },
  {
    ...{
      code: 'U2',
      name: 'Sở 2',
      level: 'so',
      block: 'so',
      appraised: 25.5,
      survey: 15,
      bonus: 0,
      penalty: 0.5,
    },
    ...{ total: 40, scale: 60, index: 66.67, rank: 2, tied: false },
    domains: [
      { code: '1', max: 10, points: 5 },
      { code: '2', max: 50, points: 35.5 },
    ],
  },
  {
    ...{
      code: 'U3',
      name: 'Sở 3',
      level: 'so',
      block: 'so',
      appraised: 70,
      survey: null,
      bonus: 0,
      penalty: 0,
    },
    ...{ total: null, scale: null, index: null, rank: null, tied: false },
    domains: [
      { code: '1', max: null, points: null },
      { code: '2', max: null, points: null },
    ],
  },
]

describe('a run of the index', () => {
  test('adds the council’s points to the survey’s, over the scale that applies, and ranks', async () => {
    const officer = await uploads(file)
    expect(officer.current.url).toMatch(/^\/dieu-tra\/thu\/chi-so\/[\w-]{22}$/)
    expect(officer.current.root.querySelector('h1')?.textContent).toBe('Chỉ số của 2/3 cơ quan, đơn vị')
    expect(words(officer.current.text)).toContain('Dẫn đầu: Sở 1, 68,67 %')
    expect(rowsOf(officer, 0).map((row) => [row[1], row[0], ...row.slice(2)])).toEqual([
      ['Sở 1', '1', '68,67 %', '68,67', '100', '50,00', '16,67', '2,00', '0,00'],
      ['Sở 2', '2', '66,67 %', '40,00', '60', '25,50', '15,00', '0,00', '0,50'],
      ['Sở 3', 'Chưa đủ điều kiện', '–', '–', '–', '70,00', '–', '0,00', '0,00'],
    ])
    expect(rowsOf(officer, 1)).toEqual([
      ['Sở 1', '35,56', '31,11'],
      ['Sở 2', '5,00', '35,50'],
      ['Sở 3', '–', '–'],
    ])
    expect(officer.current.text).toContain('Xếp hạng theo khối trên giá trị không làm tròn')
  })

  test('leaves as index-run/1 with those numbers, who took it, and the hash of its own RFC 8785 form without that', async () => {
    const { hash, takenBy, ...content } = await runOf(await uploads(file))
    expect(content).toMatchObject({
      survey: { slug: 'thu', title: 'Đợt thử', year: 2022 },
      method: { k: 5, illustrative: true, rehearsal: true, computedOn: '2022-10-12' },
    })
    expect(content.units).toEqual(expectedRows)
    expect(hashOf(content)).toBe(hash)
    expect(takenBy.name).toContain('Người ')
  })

  test('leaves as CSV and XLSX with the same numbers, marked as what it is', async () => {
    const officer = await uploads(file)
    const page = officer.current.url
    const run = await runOf(officer)
    const cell = (value: number | null, none: string | null) => value ?? none
    const rows = (none: string | null) =>
      run.units.map((unit) => [
        unit.block,
        cell(unit.rank, none),
        unit.rank === null ? 'Chưa đủ điều kiện' : '',
        unit.code,
        unit.name,
        ...[unit.appraised, unit.survey, unit.bonus, unit.penalty, unit.total, unit.scale, unit.index].map(
          (each) => cell(each, none),
        ),
        ...unit.domains.map((domain) => cell(domain.points, none)),
      ])
    const csv = await downloaded(site, officer, page, 'Xuất CSV')
    const lines = parse(csv.content, { bom: true, relax_column_count: true })
    const titles = lines.findIndex((line) => line[0] === 'Khối')
    expect(lines.slice(titles + 1, titles + 4)).toEqual(
      rows('').map((row) => row.map((each) => String(each))),
    )
    const xlsx = await downloaded(site, officer, page, 'Xuất Excel (XLSX)')
    const [sheet] = await readXlsxFile(xlsx.content)
    const at = sheet?.data.findIndex((row) => row[0] === 'Khối') ?? 0
    const plain = sheet?.data.slice(at + 1).map((row) => row.map((each) => each ?? ''))
    expect(plain).toEqual(rows('–'))
    expect(sheet?.data[at]).toEqual(lines[titles])
    for (const text of [csv.content.toString('utf8'), [...unzipped(xlsx.content).values()].join('\n')]) {
      expect(text).toContain(`${illustrativeNotice} · ${rehearsalNotice}`)
      expect(text).toContain(run.hash)
      expect(text).not.toMatch(hiddenFigures)
    }
    expect(csv.name).toBe('chi-so-thu.csv')
  })

  test('gives no figure of the small unit away: not on its page, not in its JSON, not by subtraction', async () => {
    const officer = await uploads(file)
    expect(officer.current.html).not.toMatch(hiddenFigures)
    const run = await runOf(officer)
    const small = run.units[2]
    expect(JSON.stringify(run)).not.toMatch(hiddenFigures)
    // 70 of the council + 10.69 of the survey would be 80.69.
    expect(JSON.stringify(run)).not.toMatch(/80\.69|80\.7/)
    expect(small).toEqual(expectedRows[2])
  })

  test('is stored with what it was computed from, so that anybody can compute it again', async () => {
    await uploads(file)
    const { index_run = [] } = await allRows(site.deps.db)
    expect(index_run).toHaveLength(1)
    const stored = JSON.parse(index_run[0] ?? '') as { number: number; input: string; computed_on: string }
    const input = JSON.parse(stored.input) as { appraised: string[][]; survey: unknown[][]; k: number }
    expect(stored).toMatchObject({ number: 1, computed_on: '2022-10-12' })
    expect(input.appraised).toEqual(points.map((line) => line.split(',')))
    expect(input.survey).toHaveLength(6)
    expect(input.k).toBe(5)
    expect((await verifyAll(site.deps.db)).flatMap(({ problems }) => problems)).toEqual([])
  })

  test('stays as it was when the points are corrected and computed again', async () => {
    const officer = await uploads(file)
    const first = officer.current.url
    const before = await runOf(officer)
    await officer.get('/dieu-tra/thu/chi-so')
    await officer.upload('appraised', 'diem.csv', file.replace('U1,2.2,20', 'U1,2.2,10'))
    expect(officer.current.url).not.toBe(first)
    await officer.get('/dieu-tra/thu/chi-so')
    expect(officer.current.text).toContain('Đã tính Chỉ số 2 lần')
    expect(rowsOf(officer, 0).map((row) => row.slice(0, 2))).toEqual([
      ['Lần tính 2', '12/10/2022'],
      ['Lần tính 1', '12/10/2022'],
    ])
    expect(officer.current.text).toContain(before.hash.slice(0, 16))
    await officer.get(first)
    expect(await runOf(officer)).toEqual(before)
  })

  test('of two equal units gives both one rank and leaves the next one out', async () => {
    await openedSurveyWith(site, { units: 4, quotas: [3, 3] }, () => '1111')
    const officer = await signedIn(site, 'officer')
    const equal = [
      'U1,1.2,10',
      'U1,2.2,0',
      'U2,1.2,40',
      'U2,2.2,0',
      'U3,1.2,5',
      'U3,2.2,5',
      'U4,1.2,0',
      'U4,2.2,0',
    ]
    await officer.get('/dieu-tra/thu/chi-so')
    await officer.upload('appraised', 'diem.csv', ['unit,criterion,points', ...equal].join('\n'))
    expect(rowsOf(officer, 0).map((row) => [row[1], row[0]])).toEqual([
      ['Sở 2', '1'],
      ['Sở 1', '2 (đồng hạng)'],
      ['Sở 3', '2 (đồng hạng)'],
      ['Sở 4', '4'],
    ])
  })
})

describe('the file of points', () => {
  test('comes as a template with every unit and every criterion that the council appraises', async () => {
    const officer = await looks()
    const answer = await officer.agent.get('/dieu-tra/thu/chi-so/mau.csv')
    expect(answer.headers['content-disposition']).toContain('diem-tham-dinh-thu.csv')
    const [titles, ...lines] = parse(answer.text, { bom: true })
    expect(titles?.slice(0, 3)).toEqual(['unit', 'criterion', 'points'])
    expect(lines.map((line) => line.slice(0, 3))).toEqual(
      ['U1', 'U2', 'U3'].flatMap((unit) => ['1.2', '2.2'].map((criterion) => [unit, criterion, ''])),
    )
  })

  test('is taken back as the template that was filled in', async () => {
    const officer = await looks()
    const { text } = await officer.agent.get('/dieu-tra/thu/chi-so/mau.csv')
    const filled = parse(text, { bom: true }).map((line, i) => (i === 0 ? line : line.with(2, '7,5')))
    const csv = filled.map((line) => line.map((cell) => `"${cell}"`).join(',')).join('\n')
    await officer.upload('appraised', 'diem.csv', csv)
    expect((await runOf(officer)).units.map(({ appraised }) => appraised)).toEqual([15, 15, 15])
  })

  const accepted: [how: string, content: string | Buffer][] = [
    ['as Excel in Việt Nam writes it: semicolons and decimal commas', vietnamese(file)],
    [
      'with a byte order mark, Windows line ends and empty lines',
      '\uFEFF' + file.replaceAll('\n', '\r\n\r\n'),
    ],
    ['with its columns in another order and capitals in its titles', reordered(file)],
    ['with quoted decimal commas', file.replace('25.5', '"25,5"').replace('0.5', '"0,5"')],
  ]

  test.each(accepted)('is read %s', async (_, content) => {
    const run = await runOf(await uploads(content))
    expect(run.units).toEqual(expectedRows)
  })

  const slips: [slip: string, content: string | Buffer, sentences: RegExp[]][] = [
    [
      'a column is missing or called otherwise',
      file.replace('criterion', 'tiêu chí'),
      [/^dòng 1: tiêu đề phải có đủ ba cột unit, criterion, points, .*Hãy sửa dòng đầu của tệp/],
    ],
    ['there is a fourth column', file.replaceAll('\n', ',x\n'), [/^dòng 1: tiêu đề phải có đủ ba cột/]],
    ['the file is empty of lines', '\n\n', [/^dòng 1: tiêu đề phải có đủ ba cột/]],
    ['the file is no CSV', file.replace('U1,1.2', '"U1,1.2'), [/^không đọc được dạng CSV\. Hãy lưu lại tệp/]],
    [
      'a unit is unknown, and one is left out',
      file.replace('U1,1.2,30', 'U9,1.2,30'),
      [
        /^dòng 2, cột unit: Không có đơn vị nào mang mã “U9”\. Hãy sửa/,
        /^Sở 1 \(mã U1\) còn thiếu 1 tiêu chí thẩm định: 1\.2\. Hãy thêm/,
      ],
    ],
    [
      'a criterion is unknown, one is of the survey, one is a whole domain',
      file + 'U1,9.9,1\nU1,1.1,5\nU1,1,50\n',
      [
        /^dòng 10, cột criterion: Bộ chỉ số áp dụng cho Sở 1 không có tiêu chí mang mã “9\.9”\. Hãy sửa/,
        /^dòng 11, cột criterion: Điểm của tiêu chí 1\.1 được tính từ kết quả điều tra xã hội học\. Hãy xóa/,
        /^dòng 12, cột criterion: 1 không được chấm điểm trực tiếp\. Hãy nhập điểm cho từng tiêu chí thành phần/,
      ],
    ],
    [
      'a line stands twice',
      file + 'U3,2.2,1\nU1,bonus,1\n',
      [
        /^dòng 10, cột criterion: Sở 3 đã có điểm của tiêu chí 2\.2 ở dòng 9\. Hãy giữ lại một dòng/,
        /^dòng 11, cột criterion: Sở 1 đã có điểm thưởng ở dòng 4\. Hãy giữ lại một dòng/,
      ],
    ],
    [
      'points are more than there are, below zero, or no number',
      file.replace('U1,1.2,30', 'U1,1.2,40.01').replace('U1,2.2,20', 'U1,2.2,-1').replace('25.5', 'tốt'),
      [
        /^dòng 2, cột points: Điểm 40,01 lớn hơn điểm tối đa 40 của tiêu chí 1\.2\. Hãy nhập số từ 0 đến 40\.$/,
        /^dòng 3, cột points: Điểm không được âm như “-1”\. Hãy nhập/,
        /^dòng 6, cột points: “tốt” không phải là số điểm\. Hãy nhập/,
      ],
    ],
    [
      'a penalty is entered as a negative number',
      file.replace('penalty,0.5', 'penalty,-0.5'),
      [/^dòng 7, cột points: Điểm trừ được nhập bằng số dương .* Hãy bỏ dấu trừ ở “-0\.5”\.$/],
    ],
    [
      'decimal commas stand unquoted between commas, which would cut the points short',
      file.replace('25.5', '25,5').replace('U1,2.2,20', 'U1,2.2'),
      [
        /^dòng 3: có 2 ô, tiêu đề có 3 cột\. Hãy kiểm tra dấu phân cách/,
        /^dòng 6: có 4 ô, tiêu đề có 3 cột\. .* đặt trong ngoặc kép\.$/,
      ],
    ],
    [
      'rows stand below an empty line, which is counted',
      file.replace('U3,2.2,30', '\n\nU3,2.2,31'),
      [/^dòng 11, cột points: Điểm 31 lớn hơn/],
    ],
    [
      'the whole list of units is forgotten',
      'unit,criterion,points\n',
      [/^Sở 1 \(mã U1\) còn thiếu 2/, /^Sở 2 \(mã U2\) còn thiếu 2/, /^Sở 3 \(mã U3\) còn thiếu 2/],
    ],
    [
      'it was saved as UTF-16',
      Buffer.from('\uFEFF' + file, 'utf16le'),
      [/^dòng 1: tiêu đề phải có đủ ba cột/],
    ],
  ]

  test.each(slips)(
    'is refused with every slip named when %s, and nothing is stored',
    async (_, content, sentences) => {
      const officer = await uploads(content)
      expect(officer.current.status).toBe(422)
      expect(officer.current.url).toBe('/dieu-tra/thu/chi-so')
      const summary = officer.current.root.querySelector('.govuk-error-summary')
      const told = (summary?.querySelectorAll('li') ?? []).map((line) => words(line.textContent)).slice(1)
      expect(words(summary?.textContent ?? '')).toContain(
        `Tìm thấy ${sentences.length} lỗi, chưa có gì được tính.`,
      )
      expect(told).toHaveLength(sentences.length)
      for (const [i, sentence] of sentences.entries()) expect(told[i]).toMatch(sentence)
      expect((await allRows(site.deps.db)).index_run).toEqual([])
    },
  )

  test('with very many slips names the first fifty and counts the rest', async () => {
    const many = Array.from({ length: 70 }, (_, i) => `X${i},1.2,1`)
    const officer = await uploads([file.trimEnd(), ...many].join('\n'))
    expect(officer.current.text).toContain('Tìm thấy 70 lỗi')
    expect(officer.current.text).toContain('… và 20 lỗi khác.')
  })

  test('has to be chosen, may not be empty, and has a limit', async () => {
    const officer = await looks()
    await officer.upload('appraised', 'trong.csv', '')
    expect([officer.current.status, words(officer.current.text)]).toEqual([
      422,
      expect.stringContaining('Hãy chọn tệp CSV điểm thẩm định.'),
    ])
    await looks('', officer)
    await officer.upload('appraised', 'lon.csv', Buffer.alloc(5 * 1024 * 1024 + 1, 'x'))
    expect([officer.current.status, officer.current.text]).toEqual([
      413,
      expect.stringContaining('Hãy gửi tệp nhỏ hơn 5 MB.'),
    ])
    expect((await officer.post('/dieu-tra/thu/chi-so', { appraised: file })).status).toBe(422)
    expect((await allRows(site.deps.db)).index_run).toEqual([])
  })

  test('is not for somebody who only looks; he sees the runs', async () => {
    await uploads(file)
    const viewer = await signedIn(site, 'viewer')
    await viewer.get('/dieu-tra/thu/chi-so')
    expect(viewer.current.root.querySelector('main form')).toBeNull()
    expect(rowsOf(viewer, 0)).toHaveLength(1)
    const answer = await viewer.agent
      .post('/dieu-tra/thu/chi-so')
      .attach('appraised', Buffer.from(file), 'a.csv')
    expect(answer.status).toBe(403)
    expect((await viewer.agent.get('/dieu-tra/thu/chi-so/mau.csv')).status).toBe(403)
    expect((await allRows(site.deps.db)).index_run).toHaveLength(1)
  })
})

test('a run is found under its own survey only, and an export of another one is refused', async () => {
  const officer = await uploads(file)
  const run = officer.current.url.split('/').at(-1) ?? ''
  await openedSurveyWith(site, { slug: 'khac' }, () => '1111')
  const wrong = [`/dieu-tra/khac/chi-so/${run}`, '/dieu-tra/thu/chi-so/khong-co']
  for (const address of wrong) {
    expect((await officer.get(address)).status).toBe(404)
    expect(officer.current.text).toContain('Không có lần tính này')
    expect((await officer.post(`${address}/xuat`, { format: 'json' })).status).toBe(404)
  }
  const { job = [] } = await allRows(site.deps.db)
  expect(job.filter((row) => row.includes('export-index'))).toEqual([])
})

test('a survey that nobody answered ranks nobody, and says so', async () => {
  await openedSurveyWith(site, {}, () => undefined)
  const officer = await signedIn(site, 'officer')
  await officer.get('/dieu-tra/thu/chi-so')
  const zero = ['U1', 'U2'].flatMap((unit) => [`${unit},1.2,1`, `${unit},2.2,1`])
  await officer.upload('appraised', 'diem.csv', ['unit,criterion,points', ...zero].join('\n'))
  expect(officer.current.text).toContain('Chỉ số của 0/2 cơ quan, đơn vị')
  expect(officer.current.text).toContain('Chưa cơ quan, đơn vị nào đủ điều kiện xếp hạng.')
})

/** An officer on the page of the index of three units. */
async function looks(page = '', browser?: Browser, design: SmallDesign = {}): Promise<Browser> {
  if (browser === undefined) await threeUnits(site, design)
  const officer = browser ?? (await signedIn(site, 'officer'))
  await officer.get(`/dieu-tra/thu/chi-so${page}`)
  return officer
}

/** The same, after the file was sent. */
async function uploads(content: string | Buffer): Promise<Browser> {
  const officer = await looks()
  await officer.upload('appraised', 'diem.csv', content)
  return officer
}

/** The JSON of the run on whose page the browser is. */
async function runOf(officer: Browser): Promise<IndexRun> {
  const { content } = await downloaded(site, officer, officer.current.url, 'Xuất JSON')
  return IndexRun.parse(JSON.parse(content.toString('utf8')))
}

function vietnamese(csv: string): string {
  return csv
    .split('\n')
    .map((line) =>
      line
        .split(',')
        .map((cell, i) => (i === 2 ? cell.replace('.', ',') : cell))
        .join(';'),
    )
    .join('\r\n')
}

function reordered(csv: string): string {
  const lines = csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  return lines
    .map(([unit, criterion, value], i) =>
      [value, unit, criterion].map((cell) => (i === 0 ? cell?.toUpperCase() : cell)).join(','),
    )
    .join('\n')
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function rowsOf(browser: Browser, n: number): string[][] {
  return (browser.current.root.querySelectorAll('table')[n]?.querySelectorAll('tbody tr') ?? []).map((row) =>
    row.querySelectorAll('th, td').map((cell) => words(cell.textContent)),
  )
}
