// Published tables of real rounds, copied here with their sources: what they print must follow from our arithmetic
// as far as their own rounding allows, and their ranks must be ours.
import Fraction from 'fraction.js'
import { describe, expect, test } from 'vitest'
import { computeIndex, showIndex } from '../../../src/index-calculator/calculate.ts'
import { competitionRanks } from '../../../src/score/ranking.ts'
import { parseExact } from '../../../src/score/exact.ts'
import { criteriaOf, indexInput } from './small-index.ts'

/**
 * PAR INDEX 2023 of ministries, as printed: rank, name, appraised, survey, total, index (scale 100, survey 31.50).
 * Cổng TTĐT Chính phủ, 17/04/2024:
 * https://xaydungchinhsach.chinhphu.vn/chi-tiet-bang-xep-hang-par-index-2023-cua-cac-bo-co-quan-ngang-bo-119240417175319406.htm
 */
const ministries2023 = [
  [1, 'Bộ Tư pháp', '61.86', '28.10', '89.95', '89.95'],
  [2, 'Ngân hàng Nhà nước Việt Nam', '62.67', '27.21', '89.89', '89.89'],
  [3, 'Bộ Tài chính', '61.52', '27.66', '89.18', '89.18'],
  [4, 'Bộ Nội vụ', '60.65', '26.38', '87.04', '87.04'],
  [5, 'Bộ Tài nguyên và Môi trường', '61.15', '25.85', '87.01', '87.01'],
  [6, 'Bộ Nông nghiệp và Phát triển Nông thôn', '60.25', '26.17', '86.41', '86.41'],
  [7, 'Bộ Xây dựng', '61.18', '25.10', '86.28', '86.28'],
  [8, 'Bộ Giao thông vận tải', '60.27', '25.91', '86.18', '86.18'],
  [9, 'Bộ Thông tin và Truyền thông', '60.50', '25.33', '85.83', '85.83'],
  [10, 'Bộ Lao động - Thương binh và Xã hội', '60.99', '24.81', '85.81', '85.81'],
  [11, 'Bộ Văn hóa, Thể thao và Du lịch', '58.10', '25.47', '83.56', '83.56'],
  [12, 'Bộ Giáo dục và Đào tạo', '55.46', '25.07', '80.53', '80.53'],
  [13, 'Bộ Khoa học và Công nghệ', '56.49', '23.88', '80.38', '80.38'],
  [14, 'Bộ Kế hoạch và Đầu tư', '54.59', '25.48', '80.07', '80.07'],
  [15, 'Bộ Y tế', '55.81', '23.99', '79.80', '79.80'],
  [16, 'Bộ Ngoại giao', '52.12', '26.35', '78.48', '78.48'],
  [17, 'Bộ Công Thương', '54.21', '23.82', '78.03', '78.03'],
] as const

/**
 * Thanh Hóa 2023 (Quyết định 600/QĐ-UBND), as printed by baotainguyenmoitruong.vn on 06/02/2024: level, rank, name,
 * total, index. The last column is derived: the scale is 84 without the 16 points of the survey, else 100.
 * https://baotainguyenmoitruong.vn/thanh-hoa-cong-bo-xep-hang-chi-so-cai-cach-hanh-chinh-nam-2023-369667.html
 */
const thanhHoa2023 = [
  ['so', 1, 'Sở Công Thương', '92.83', '92.83', '100'],
  ['so', 2, 'Sở Giao thông Vận tải', '91.86', '91.86', '100'],
  ['so', 6, 'Ban Quản lý Khu kinh tế Nghi Sơn', '91.651', '91.651', '100'],
  ['so', 20, 'Ban Dân tộc tỉnh', '68.32', '81.33', '84'],
  ['huyen', 1, 'Huyện Đông Sơn', '92.15', '92.15', '100'],
  ['huyen', 2, 'Huyện Hoằng Hóa', '91.92', '91.92', '100'],
  ['huyen', 3, 'Thành phố Thanh Hóa', '91.46', '91.46', '100'],
  ['huyen', 27, 'Huyện Mường Lát', '86.09', '86.09', '100'],
] as const

/**
 * Thanh Hóa 2024, agencies (Quyết định 482/QĐ-UBND), as printed by congthuong.vn: rank, name, index. Mean 85.41.
 * https://congthuong.vn/nganh-giao-duc-thanh-hoa-doi-so-chi-so-cai-cach-hanh-chinh-374748.html
 */
const thanhHoa2024 = [
  [1, 'Sở Tài chính', '90.05'],
  [2, 'Sở Nội vụ', '90.02'],
  [3, 'Văn phòng UBND tỉnh', '90.02'],
  [4, 'Sở Tư pháp', '89.3'],
  [5, 'Sở Thông tin và Truyền thông', '88.04'],
  [6, 'Ban Quản lý Khu kinh tế Nghi Sơn và các Khu công nghiệp', '86.32'],
  [7, 'Sở Nông nghiệp và Phát triển nông thôn', '86.02'],
  [8, 'Sở Xây dựng', '85.91'],
  [9, 'Sở Giao thông vận tải', '85.83'],
  [10, 'Sở Công Thương', '85.26'],
  [11, 'Sở Kế hoạch và Đầu tư', '85.1'],
  [12, 'Sở Lao động, Thương binh và Xã hội', '85.03'],
  [13, 'Sở Khoa học và Công nghệ', '85.02'],
  [14, 'Sở Y tế', '85.02'],
  [15, 'Sở Văn hóa, Thể thao và Du lịch', '85.01'],
  [16, 'Thanh tra tỉnh', '84.6'],
  [17, 'Sở Ngoại vụ', '83.69'],
  [18, 'Ban Dân tộc', '82.91'],
  [19, 'Sở Tài nguyên và Môi trường', '78.56'],
  [20, 'Sở Giáo dục và Đào tạo', '76.53'],
] as const

function distance(a: number | string | null | undefined, b: string): Fraction {
  return new Fraction(String(a)).sub(new Fraction(b)).abs()
}

describe('the ministries of 2023', () => {
  const set = criteriaOf({ I: { A1: '68.5', X1: '31.5' } })
  const parts = ministries2023.map(([, code, appraised, points]) => ({
    code,
    appraised: { A1: appraised },
    survey: { X1: { points } },
  }))
  const shown = showIndex(computeIndex(indexInput(set, parts)))

  // Two parts printed to half a hundredth each: their sum is up to one hundredth beside the printed total.
  test.each(ministries2023.map((row, at) => [row[1], row[4], shown[at]] as const))(
    '%s: total %s',
    (_, total, row) => {
      expect(distance(row?.total, total).lte(new Fraction('0.01'))).toBe(true)
      expect(row?.index).toBe(row?.total)
      expect(row?.scale).toBe(100)
    },
  )

  test('9 of 17 printed totals are not the sum of their printed parts: never add printed figures', () => {
    const beside = ministries2023.filter((row, at) => !distance(shown[at]?.total, row[4]).equals(0))
    expect(beside).toHaveLength(9)
  })

  test('hold the printed ranks', () => {
    const ranks = ministries2023.map(([rank]) => rank)
    expect(
      competitionRanks(ministries2023.map((row) => parseExact(row[5]))).map((each) => each?.rank),
    ).toEqual(ranks)
    expect(shown.map((row) => row.rank)).toEqual(ranks)
  })

  test('have the printed mean 84.38', () => {
    const sum = ministries2023.reduce((total, row) => total.add(row[5]), new Fraction(0))
    expect(distance(sum.div(17).toFraction(), '84.38').lte(new Fraction('0.01'))).toBe(true)
  })
})

describe('Thanh Hóa 2023', () => {
  const set = criteriaOf({ I: { A1: '84', X1: '16' } })

  test.each(thanhHoa2023)(
    '%s %i %s: %s points are %s %% of %s',
    (_level, _rank, code, total, index, scale) => {
      // Only the sum is printed. Where the survey applies, its 16 points are cut off anywhere: here at 10.
      const survey = { X1: { points: '10' } }
      const unit =
        scale === '84'
          ? { code, appraised: { A1: total } }
          : { code, appraised: { A1: new Fraction(total).sub(10).toFraction() }, survey }
      const [row] = showIndex(computeIndex(indexInput(set, [unit])))
      expect(String(row?.scale)).toBe(scale)
      expect(distance(row?.index, index).lte(new Fraction('0.005'))).toBe(true)
    },
  )

  test('68.32 points on a scale of 84 are 81.33 %', () => {
    const [row] = showIndex(computeIndex(indexInput(set, [{ code: 'BDT', appraised: { A1: '68.32' } }])))
    expect(row).toMatchObject({ total: 68.32, scale: 84, index: 81.33, survey: null, rank: 1 })
  })

  test('holds the printed order', () => {
    for (const level of ['so', 'huyen']) {
      const rows = thanhHoa2023.filter((row) => row[0] === level)
      const ranks = competitionRanks(rows.map((row) => parseExact(row[4])))
      // Only some rows are published; 1 … n among them must follow the printed ranks.
      expect(ranks.map((each) => each?.rank)).toEqual(rows.map((_, at) => at + 1))
      expect(rows.map((row) => row[1])).toEqual(rows.map((row) => row[1]).toSorted((a, b) => a - b))
    }
  })
})

describe('Thanh Hóa 2024', () => {
  const set = criteriaOf({ I: { A1: '100' } })
  const ranksOf = (indexes: readonly string[]) =>
    showIndex(
      computeIndex(
        indexInput(
          set,
          indexes.map((points, at) => ({ code: `u${at}`, appraised: { A1: points } })),
        ),
      ),
    )

  test('prints 90.02 twice for ranks 2 and 3, and 85.02 twice for 13 and 14: ranks are of unrounded values', () => {
    // The unrounded values are not published; any pair inside the rounding, in the printed order, tells the same.
    const unrounded: Record<number, string> = { 2: '90.0249', 3: '90.0151', 13: '85.0201', 14: '85.0200' }
    const rows = ranksOf(thanhHoa2024.map(([rank, , index]) => unrounded[rank] ?? index))
    expect(rows.map((row) => row.rank)).toEqual(thanhHoa2024.map(([rank]) => rank))
    expect(rows.map((row) => row.index)).toEqual(thanhHoa2024.map(([, , index]) => Number(index)))
    expect(rows.some((row) => row.tied)).toBe(false)
  })

  test('ranked on its printed values would tie where it does not', () => {
    const rows = ranksOf(thanhHoa2024.map(([, , index]) => index))
    expect(rows.filter((row) => row.tied).map((row) => row.rank)).toEqual([2, 2, 13, 13])
    const untied = rows.filter((row) => !row.tied).map((row) => row.rank)
    expect(untied).toEqual(
      thanhHoa2024.map(([rank]) => rank).filter((rank) => ![2, 3, 13, 14].includes(rank)),
    )
  })

  test('has the printed mean 85.41', () => {
    const sum = thanhHoa2024.reduce((total, row) => total.add(row[2]), new Fraction(0))
    expect(distance(sum.div(20).toFraction(), '85.41').lte(new Fraction('0.01'))).toBe(true)
  })
})
