// Reading the first sheet of a file that may be anything: what it gives, and that nothing it holds can exhaust the server.
import { describe, expect, test } from 'vitest'
import { readFirstSheet } from '../../../src/lib/spreadsheet.ts'
import { workbook, workbookOf, workbookWith, zipOf } from '../../support/spreadsheet.ts'

const read = (file: Buffer) => readFirstSheet(file, 'danh sách')

describe('a sheet', () => {
  test('is its cells, row by row, empty ones as null', async () => {
    const rows = [['Họ và tên', 'Mã'], [], ['Nguyễn Văn An', 689], [null, 'SYT']]
    expect(await read(await workbook(rows))).toEqual([
      ['Họ và tên', 'Mã'],
      [null, null],
      ['Nguyễn Văn An', 689],
      [null, 'SYT'],
    ])
  })

  test('gives of a formula what it came to last; what failed or was never worked out is empty', async () => {
    const cells = [
      '<c r="A1" t="str"><f>B2&amp;"x"</f><v>Nguyễn Văn An</v></c>',
      '<c r="B1"><f>600+89</f><v>689</v></c>',
      '<c r="C1"><f>NOW()</f></c>',
      '<c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
      '<c r="E1" t="inlineStr"><is><t>SYT</t></is></c>',
    ]
    const sheet = await workbookOf(`<row r="1">${cells.join('')}</row>`)
    expect(await read(sheet)).toEqual([['Nguyễn Văn An', 689, null, null, 'SYT']])
  })

  test('without a cell has no rows', async () => {
    expect(await read(await workbookOf(''))).toEqual([])
  })

  test('may have text that looks like a far cell', async () => {
    const rows = [['<c r="XFD1048576">', 'a r="ZZZ9"']]
    expect(await read(await workbook(rows))).toEqual(rows)
  })

  test('may go down to row 20000 and right to column GR', async () => {
    const cells = await read(await workbookOf('<row r="20000"><c r="GR20000"><v>1</v></c></row>'))
    expect([cells.length, cells.at(-1)?.length, cells.at(-1)?.at(-1)]).toEqual([20_000, 200, 1])
  })
})

describe('a file', () => {
  const good = workbook([['Họ và tên']])
  const zeros = (megabytes: number) => new Uint8Array(megabytes * 1024 * 1024)
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}.xml`, new Uint8Array(1)]))
  const far = (xml: string) => workbookOf(`<row r="1"><c r="A1"><v>1</v></c></row>${xml}`)

  test.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
    ['that is empty', () => Buffer.alloc(0), /không phải tệp Excel/],
    ['of comma separated values', () => Buffer.from('Họ và tên,Thư điện tử\n'), /không phải tệp Excel/],
    ['of an old Excel', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), /không phải tệp Excel/],
    ['that is a zip of something else', () => zipOf({ 'a.txt': new Uint8Array(3) }), /không phải tệp Excel/],
    [
      'whose XML names a file of the server',
      () =>
        zipOf({
          'xl/workbook.xml': Buffer.from(
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook><sheets><sheet name="&a;"/></sheets></workbook>',
          ),
        }),
      /hỏng|không phải tệp Excel/,
    ],
    ['cut short', async () => (await good).subarray(0, 900), /hỏng/],
    ['cut by its last bytes', async () => (await good).subarray(0, -30), /hỏng/],
    ['that unpacks to 40 MB in one piece', () => workbookWith({ 'xl/x.xml': zeros(40) }), /quá lớn/],
    [
      'that unpacks to 40 MB in many pieces',
      () => workbookWith(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}.xml`, zeros(1)]))),
      /quá lớn/,
    ],
    ['of a thousand files', () => workbookWith(many), /quá lớn/],
    [
      'with a cell in the last row',
      () => far('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
      /20.000/,
    ],
    ['with a cell in the last column', () => far('<row r="9"><c r="XFD9"><v>1</v></c></row>'), /20.000/],
    ['with a row beyond all rows', () => far('<row r="999999999"></row>'), /20.000/],
    ['with a row as hidden as XML allows', () => far(`<row\n spans=">" r = '999999999'/>`), /20.000/],
    [
      'with a cell whose place is no place',
      () => far('<row r="9"><c r="~~~~~9"><v>1</v></c></row>'),
      /20.000/,
    ],
  ])('%s is refused in a sentence', async (_, file, sentence) => {
    await expect(read(await file())).rejects.toMatchObject({
      kind: 'file-unreadable',
      sentence: expect.stringMatching(sentence) as string,
    })
  })
})
