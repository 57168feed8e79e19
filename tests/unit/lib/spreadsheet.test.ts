// An uploaded Excel file may be anything: what unpacks to too much is never unpacked.
import { strToU8, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import writeXlsxFile, { type Cell, type Sheet } from 'write-excel-file/node'
import { readFirstSheet } from '../../../src/lib/spreadsheet.ts'

test('the cells of a workbook come out as they are', async () => {
  const data: Cell[][] = [[{ value: 'Họ và tên' }], [{ value: 'Nguyễn Văn An' }]]
  const file = await writeXlsxFile([{ sheet: 'A', data }] as Sheet<never>[]).toBuffer()
  expect(await readFirstSheet(file, 'danh sách')).toEqual([['Họ và tên'], ['Nguyễn Văn An']])
})

const bomb = Buffer.from(zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(21 * 1024 * 1024) }))
const crowd = Buffer.from(
  zipSync(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`f${i}`, strToU8('x')]))),
)
const entities = Buffer.from(
  zipSync({
    'xl/workbook.xml': strToU8(
      '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook><sheets><sheet name="&a;"/></sheets></workbook>',
    ),
  }),
)

test.each([
  ['no archive at all', Buffer.from('ho ten;thu'), /không phải tệp Excel/],
  ['the head of an archive alone', Buffer.from('PK\u0003\u0004', 'latin1'), /tệp hỏng/],
  ['21 MB of zeros in 20 KB', bomb, /quá lớn/],
  ['201 files', crowd, /quá lớn/],
  ['XML that names a file of the server', entities, /tệp hỏng, hoặc không phải tệp Excel/],
])('%s is refused in words', async (_, file, sentence) => {
  expect(file.length).toBeLessThan(100_000)
  await expect(readFirstSheet(file, 'danh sách')).rejects.toMatchObject({
    kind: 'file-unreadable',
    sentence: expect.stringMatching(sentence) as string,
  })
})
