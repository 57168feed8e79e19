// A report as a file: what a spreadsheet and a program read back is what was put in.
import { parse } from 'csv-parse/sync'
import readXlsxFile from 'read-excel-file/node'
import { describe, expect, test } from 'vitest'
import { writeFileOf } from '../../../src/release/files.ts'
import type { Report } from '../../../src/release/tables.ts'
import { unzipped } from '../../support/results.ts'

const taken = { by: 'Trần Văn Bình (Sở Nội vụ)', at: new Date('2022-10-12T03:00:00Z') }
const takenLine = 'Trần Văn Bình (Sở Nội vụ), lúc 10:00 ngày 12/10/2022'

const report: Report = {
  head: [
    ['Đợt điều tra', '=cmd|"/c calc"!A1 (2022)'],
    ['Mã kiểm tra', 'abc'],
  ],
  tables: [
    {
      name: 'Bảng một',
      columns: [
        { title: 'Tên', width: 20 },
        { title: 'Số người', width: 10, decimals: 0 },
        { title: 'Điểm', width: 10, decimals: 2 },
        { title: 'Tỷ lệ', width: 10, decimals: 4 },
      ],
      rows: [
        ['Sở "A", B', 1234567, -5.25, 0.3333],
        ['\t=1+1', 0, null, 1],
        ['dòng một\ndòng hai', 7, 0.1, null],
      ],
    },
    { name: 'Bảng hai', columns: [{ title: 'Cách tính', width: 120 }], rows: [['Trung bình.']] },
  ],
}

describe('as CSV', () => {
  test('numbers stay numbers, also below zero; what would be a formula is text', async () => {
    const { content, name } = await writeFileOf('diem', 'csv', {}, report, taken)
    expect(name).toBe('diem.csv')
    expect(parse(content, { bom: true, relax_column_count: true })).toEqual([
      ['Đợt điều tra', `'=cmd|"/c calc"!A1 (2022)`],
      ['Mã kiểm tra', 'abc'],
      ['Người lấy tệp', takenLine],
      [''],
      ['Bảng một'],
      ['Tên', 'Số người', 'Điểm', 'Tỷ lệ'],
      ['Sở "A", B', '1234567', '-5.25', '0.3333'],
      [`'\t=1+1`, '0', '', '1'],
      ['dòng một\ndòng hai', '7', '0.1', ''],
      [''],
      ['Bảng hai'],
      ['Cách tính'],
      ['Trung bình.'],
    ])
  })
})

describe('as XLSX', () => {
  test('each table has a sheet of its own with the head above it', async () => {
    const { content } = await writeFileOf('diem', 'xlsx', {}, report, taken)
    const sheets = await readXlsxFile(content)
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Bảng một', 'Bảng hai'])
    const [first, second] = sheets.map(({ data }) => data.map((row) => row.filter((cell) => cell !== null)))
    const head = [
      'Đợt điều tra: =cmd|"/c calc"!A1 (2022)',
      'Mã kiểm tra: abc',
      `Người lấy tệp: ${takenLine}`,
    ].map((line) => [line])
    expect(first).toEqual([
      ...head,
      [],
      ['Tên', 'Số người', 'Điểm', 'Tỷ lệ'],
      ['Sở "A", B', 1234567, -5.25, 0.3333],
      ['=1+1', 0, '–', 1],
      ['dòng một\ndòng hai', 7, 0.1, '–'],
    ])
    expect(second).toEqual([...head, [], ['Cách tính'], ['Trung bình.']])
  })

  test('figures are printed with as many decimals as their column has', async () => {
    const parts = unzipped((await writeFileOf('diem', 'xlsx', {}, report, taken)).content)
    const styles = parts.get('xl/styles.xml') ?? ''
    for (const format of ['#,##0.00', '#,##0.0000']) expect(styles).toContain(`formatCode="${format}"`)
    expect(parts.get('xl/worksheets/sheet1.xml')).not.toMatch(/<f[ >]/)
  })
})

describe('as JSON', () => {
  test('it is the content as it is, to the last sign, and beside it who took it', async () => {
    const content = { a: [1.25, null, '=1+1 <b>'], hash: 'x' }
    const file = await writeFileOf('diem', 'json', content, report, taken)
    const takenBy = { name: taken.by, at: '2022-10-12T03:00:00.000Z' }
    expect(JSON.parse(file.content.toString('utf8'))).toEqual({ ...content, takenBy })
    expect(file.content.at(-1)).toBe('\n'.charCodeAt(0))
  })
})
