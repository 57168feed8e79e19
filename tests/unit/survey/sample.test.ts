// Who is drawn: the rule that anybody can repeat, lists as offices keep them, quotas that only fall.
import { describe, expect, test } from 'vitest'
import { byGivenName, draw, fitTo, readSampleList, type Cell } from '../../../src/survey/sample.ts'

const seed = '000102030405060708090a0b0c0d0e0f'
const strata = [
  ['SYT', 'Sở Y tế', 'LDP', 'Lãnh đạo'],
  ['SYT', 'Sở Y tế', 'CC', 'Công chức'],
  ['STP', 'Sở Tư pháp', 'CC', 'Công chức'],
].map(([unit_code = '', unit_name = '', group_code = '', group_name = '']) => ({
  unit_code,
  unit_name,
  unit_short_name: unit_name,
  unit_plan_name: unit_name,
  group_code,
  group_name,
}))

describe('the draw', () => {
  test('is the worked example of README', () => {
    expect(draw(seed, 'SYT/CC', 10, 4, 2)).toEqual({ main: [9, 2, 5, 10], reserve: [7, 1] })
  })

  test('takes each place once, whatever the numbers', () => {
    for (let population = 0; population < 40; population++) {
      const { main, reserve } = draw(seed, 'A/B', population, 5, 2)
      const all = [...main, ...reserve]
      expect(new Set(all).size).toBe(Math.min(7, population))
      expect(all.every((place) => place >= 1 && place <= population)).toBe(true)
    }
  })

  test('gives every place and every pair the same chance', () => {
    const [draws, people] = [6000, 8]
    const single = new Map<number, number>()
    const pairs = new Map<string, number>()
    for (let at = 0; at < draws; at++) {
      const { main } = draw(at.toString(16).padStart(32, '0'), 'SYT/CC', people, 3, 0)
      for (const place of main) single.set(place, (single.get(place) ?? 0) + 1)
      for (const a of main)
        for (const b of main) if (a < b) pairs.set(`${a}-${b}`, (pairs.get(`${a}-${b}`) ?? 0) + 1)
    }
    const chi2 = (counts: Iterable<number>, expected: number) =>
      [...counts].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(single.size).toBe(8)
    expect(pairs.size).toBe(28)
    // 99.9 % of chi-square with 7 and with 27 degrees of freedom; the draws depend, which makes them smaller.
    expect(chi2(single.values(), (draws * 3) / 8)).toBeLessThan(24.3)
    expect(chi2(pairs.values(), (draws * 3) / 28)).toBeLessThan(55.5)
  })

  test('is another one in another group', () => {
    expect(draw(seed, 'SYT/CC', 30, 30, 0).main).not.toEqual(draw(seed, 'STP/CC', 30, 30, 0).main)
  })
})

test.each([
  [9, { quota: 4, reserve: 2 }],
  [5, { quota: 4, reserve: 1 }],
  [4, { quota: 4, reserve: 0 }],
  [3, { quota: 3, reserve: 0 }],
  [0, { quota: 0, reserve: 0 }],
])('of %i people a quota of four and two reserves becomes %o', (population, expected) => {
  expect(fitTo({ quota: 4, reserve_quota: 2 }, population)).toEqual(expected)
})

test('the signing list is sorted by given name', () => {
  const people = ['Trần Văn Ánh', 'Lê Đức', 'Nguyễn An', 'Hồ Dũng', 'Bùi An'].map((name) => ({
    name,
    position: '',
  }))
  expect(byGivenName(people).map(({ name }) => name)).toEqual([
    'Bùi An',
    'Nguyễn An',
    'Trần Văn Ánh',
    'Hồ Dũng',
    'Lê Đức',
  ])
})

describe('a list', () => {
  test('is read by its titles, however they are accented, composed or placed', () => {
    const cells: Cell[][] = [
      ['DANH SÁCH'],
      ['STT', 'Họ Và Tên'.normalize('NFD'), 'chức vụ', 'Nhóm đối tượng', 'Đơn vị'],
      [1, 'Lý Thị  Hoa'.normalize('NFD'), 'Chuyên viên', 'cong chuc', 'so y te'],
      [],
      [2, 'Hồ Bình', null, 'LDP', 'SYT'],
    ]
    const read = readSampleList(cells, strata, '')
    expect(read.ok && read.kind === 'people' && Object.fromEntries(read.people)).toEqual({
      'SYT/CC': [{ name: 'Lý Thị Hoa', position: 'Chuyên viên' }],
      'SYT/LDP': [{ name: 'Hồ Bình', position: '' }],
    })
  })

  test('of numbers gives how many there are', () => {
    const read = readSampleList(
      [
        ['Nhóm', 'Số người'],
        ['CC', 12],
      ],
      strata,
      'STP',
    )
    expect(read.ok && read.kind === 'counts' && [...read.counts]).toEqual([['STP/CC', 12]])
  })

  const head = ['Họ tên', 'Chức vụ', 'Nhóm', 'Đơn vị']
  test.each<[string, Cell[][], string]>([
    ['nothing', [], 'Không thấy dòng tiêu đề có cột "Họ và tên" hoặc "Số người". Hãy thêm dòng tiêu đề.'],
    ['titles alone', [head], 'Tệp không có dòng nào dưới tiêu đề. Hãy điền danh sách.'],
    ['no group', [['Họ tên', 'Đơn vị']], 'Thiếu cột "Nhóm". Hãy thêm cột này.'],
    [
      'another unit',
      [head, ['An', '', 'CC', 'Lạ']],
      'Dòng 2: không có cơ quan, đơn vị này trong kế hoạch. Hãy sửa cột "Đơn vị".',
    ],
    [
      'another group',
      [head, ['An', '', 'Lạ', 'STP']],
      'Dòng 2: không có nhóm này ở cơ quan, đơn vị đó. Hãy ghi: "Công chức".',
    ],
    [
      'a formula for a name',
      [head, ['=HYPERLINK("x")', '', 'CC', 'STP']],
      'Dòng 2, cột Họ và tên: phải bắt đầu bằng chữ cái. Hãy sửa ô này.',
    ],
    [
      'no name',
      [head, ['', 'Chuyên viên', 'CC', 'STP']],
      'Dòng 2, cột Họ và tên: còn trống. Hãy điền hoặc xóa dòng này.',
    ],
  ])('with %s is refused in a sentence', (_, cells, sentence) => {
    expect(readSampleList(cells, strata, '')).toEqual({ ok: false, errors: [sentence] })
  })

  test('that names a person twice says where, composed or not', () => {
    const cells = [head, ['Lý Ngọc', 'CV', 'CC', 'STP'], ['LÝ NGỌC'.normalize('NFD'), 'cv', 'CC', 'STP']]
    const read = readSampleList(cells, strata, '')
    expect(read.ok && read.kind === 'people' && read.repeated).toEqual([
      'Dòng 3 giống hệt dòng 2 (họ tên, chức vụ, nhóm).',
    ])
  })
})
