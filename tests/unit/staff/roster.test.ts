// A list of focal points, cell by cell: what becomes a row, and what a slip says.
import { describe, expect, test } from 'vitest'
import { readRoster, type Cell } from '../../../src/staff/roster.ts'

const agencies = [
  { code: 'SYT', name: 'Sở Y tế' },
  { code: '689', name: 'UBND xã Lộc Thành' },
  { code: 'A1', name: 'Phòng Một' },
  { code: 'A2', name: 'phong mot' },
]
const header: Cell[] = ['Họ và tên', 'Thư điện tử', 'Mã đơn vị', 'Tên đơn vị']

const read = (rows: Cell[][], known: string[] = []) => readRoster(rows, agencies, new Set(known))
const errorsOf = (rows: Cell[][], known: string[] = []) => {
  const reading = read(rows, known)
  return reading.ok ? [] : reading.errors
}

describe('a row', () => {
  test.each<[string, Cell[], { name: string; email: string; agency: string }]>([
    [
      'by its code',
      ['Nguyễn Văn An', 'An@x.vn', 'SYT', null],
      { name: 'Nguyễn Văn An', email: 'an@x.vn', agency: 'SYT' },
    ],
    [
      'by a code in small letters',
      ['An', 'an@x.vn', ' syt ', null],
      { name: 'An', email: 'an@x.vn', agency: 'SYT' },
    ],
    [
      'by a code that is a number',
      ['An', 'an@x.vn', 689, null],
      { name: 'An', email: 'an@x.vn', agency: '689' },
    ],
    ['by its name', ['An', 'an@x.vn', null, 'Sở Y tế'], { name: 'An', email: 'an@x.vn', agency: 'SYT' }],
    [
      'by its name without accents, with spaces',
      ['An', 'an@x.vn', '', ' ubnd  xa loc thanh '],
      { name: 'An', email: 'an@x.vn', agency: '689' },
    ],
    [
      'by its code when the name says otherwise',
      ['An', 'an@x.vn', 'SYT', 'UBND xã Lộc Thành'],
      { name: 'An', email: 'an@x.vn', agency: 'SYT' },
    ],
    [
      'with spaces folded and accents in one form',
      [' Nguyễn\n Văn  An'.normalize('NFD'), 'an@x.vn', 'SYT', null],
      { name: 'Nguyễn Văn An', email: 'an@x.vn', agency: 'SYT' },
    ],
  ])('finds its agency %s', (_, row, expected) => {
    expect(read([header, row])).toEqual({ ok: true, rows: [expected] })
  })

  test('without anything is passed over', () => {
    const reading = read([header, [null, '', ' '], ['An', 'an@x.vn', 'SYT'], []])
    expect(reading).toEqual({ ok: true, rows: [{ name: 'An', email: 'an@x.vn', agency: 'SYT' }] })
  })
})

describe('the title row', () => {
  test.each<[string, Cell[]]>([
    ['in capitals', ['HỌ VÀ TÊN', 'THƯ ĐIỆN TỬ', 'MÃ ĐƠN VỊ']],
    ['in other words', ['Họ tên', 'Email', 'Mã']],
    ['without accents', ['Ho va ten', 'E-mail', 'Ma co quan']],
  ])('is found %s', (_, titles) => {
    expect(read([titles, ['An', 'an@x.vn', 'SYT']]).ok).toBe(true)
  })

  test('is found in the first ten rows, and no further down', () => {
    const above = (count: number) => Array.from({ length: count }, (): Cell[] => ['Danh sách'])
    const rows: Cell[][] = [header, ['An', 'an@x.vn', 'SYT']]
    expect(read([...above(9), ...rows]).ok).toBe(true)
    expect(errorsOf([...above(10), ...rows])).toEqual([
      'Không thấy dòng tiêu đề có cột "Họ và tên". Hãy dùng tệp mẫu.',
    ])
  })
})

describe('a slip', () => {
  test.each<[string, Cell[][], string[]]>([
    ['a name', [['', 'an@x.vn', 'SYT']], ['Dòng 2, cột Họ và tên: Hãy nhập họ và tên, không quá 100 ký tự.']],
    [
      'an address',
      [['An', 'an@', 'SYT']],
      ['Dòng 2, cột Thư điện tử: Hãy nhập địa chỉ thư điện tử, ví dụ ten@coquan.gov.vn.'],
    ],
    [
      'both',
      [[null, null, 'SYT']],
      [
        'Dòng 2, cột Họ và tên: Hãy nhập họ và tên, không quá 100 ký tự.',
        'Dòng 2, cột Thư điện tử: Hãy nhập địa chỉ thư điện tử, ví dụ ten@coquan.gov.vn.',
      ],
    ],
    [
      'a name that two agencies have',
      [['An', 'an@x.vn', null, 'Phòng một']],
      ['Dòng 2: không có cơ quan nào mang mã hoặc tên "Phòng một". Hãy sửa, hoặc thêm ở trang Cơ quan.'],
    ],
    [
      'a second row of one address',
      [['An', 'an@x.vn', 'SYT'], [], ['Bình', 'AN@x.vn', 'SYT']],
      ['Dòng 4, cột Thư điện tử: an@x.vn đã có ở dòng 2. Hãy giữ một dòng.'],
    ],
  ])('names row, column and mend of %s', (_, rows, errors) => {
    expect(errorsOf([header, ...rows])).toEqual(errors)
  })

  test('names an address that has an account', () => {
    expect(errorsOf([header, ['An', 'AN@x.vn', 'SYT']], ['an@x.vn'])).toEqual([
      'Dòng 2, cột Thư điện tử: an@x.vn đã có tài khoản. Hãy bỏ dòng này.',
    ])
  })

  test('in one row keeps all rows out', () => {
    expect(read([header, ['An', 'an@x.vn', 'SYT'], ['Bình', 'binh@x.vn', 'XX']]).ok).toBe(false)
  })
})

test('two thousand people are taken, one more is too many', () => {
  const people = (count: number) =>
    Array.from({ length: count }, (_, i): Cell[] => ['An', `an${i}@x.vn`, 'SYT'])
  expect(read([header, ...people(2000)])).toMatchObject({ ok: true })
  expect(errorsOf([header, ...people(2001)])).toEqual(['Tệp có hơn 2.000 dòng. Hãy chia thành nhiều tệp.'])
})
