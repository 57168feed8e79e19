import { describe, expect, test } from 'vitest'
import { type AppraisedRecord, parseAppraised } from '../../../src/index-calculator/appraised.ts'
import { criteriaOf } from './small-index.ts'

const context = {
  units: [
    { code: 'SYT', name: 'Sở Y tế', level: 'so' },
    { code: 'STC', name: 'Sở Tài chính', level: 'so' },
  ],
  criteriaSets: [criteriaOf({ I: { '1.1': '2', '1.2': '0.5', X1: '10' } })],
}

/** Lines "unit;criterion;points", the first on row 2, below the header. */
function records(...lines: string[]): AppraisedRecord[] {
  return lines.map((line, at) => {
    const [unit = '', criterion = '', points = ''] = line.split(';')
    return { row: at + 2, unit, criterion, points }
  })
}

const complete = ['SYT;1.1;1,5', 'SYT;1.2;', 'STC;1.1;0', 'STC;1.2;0.50']

describe('a complete table', () => {
  test('gives exact points, null where a criterion does not apply, bonus and penalty apart', () => {
    const result = parseAppraised(
      context,
      records(...complete, 'SYT;bonus;1,25', 'STC;penalty; 0.75 ', 'STC;bonus;'),
    )
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    const { appraised, bonus, penalty } = result.points
    const text = (unit: string) =>
      [...(appraised.get(unit) ?? [])].map(([code, points]) => [code, points?.toFraction() ?? null])
    expect(text('SYT')).toEqual([
      ['1.1', '3/2'],
      ['1.2', null],
    ])
    expect(text('STC')).toEqual([
      ['1.1', '0'],
      ['1.2', '1/2'],
    ])
    expect([...bonus].map(([unit, points]) => [unit, points.toFraction()])).toEqual([['SYT', '5/4']])
    expect([...penalty].map(([unit, points]) => [unit, points.toFraction()])).toEqual([['STC', '3/4']])
  })

  test('may give exactly the maximum', () => {
    expect(parseAppraised(context, records('SYT;1.1;2', 'SYT;1.2;0,5', 'STC;1.1;2.0', 'STC;1.2;')).ok).toBe(
      true,
    )
  })
})

describe('a wrong row is named with the way to mend it', () => {
  test.each([
    [
      ';1.1;1',
      'unit',
      'Dòng này chưa có mã đơn vị. Hãy nhập mã như trong danh sách đơn vị của đợt điều tra.',
    ],
    [
      'XYZ;1.1;1',
      'unit',
      'Không có đơn vị nào mang mã “XYZ”. Hãy sửa lại theo danh sách đơn vị của đợt điều tra.',
    ],
    ['SYT;;1', 'criterion', 'Dòng này chưa có mã tiêu chí. Hãy nhập mã như trong Bộ chỉ số.'],
    [
      'SYT;9.9;1',
      'criterion',
      'Bộ chỉ số áp dụng cho Sở Y tế không có tiêu chí mang mã “9.9”. Hãy sửa lại mã theo Bộ chỉ số.',
    ],
    [
      'SYT;X1;1',
      'criterion',
      'Điểm của tiêu chí X1 được tính từ kết quả điều tra xã hội học. Hãy xóa dòng này.',
    ],
    [
      'SYT;I;1',
      'criterion',
      'I không được chấm điểm trực tiếp. Hãy nhập điểm cho từng tiêu chí thành phần của nó.',
    ],
    [
      'SYT;1.1;1',
      'criterion',
      'Sở Y tế đã có điểm của tiêu chí 1.1 ở dòng 2. Hãy giữ lại một dòng và xóa dòng kia.',
    ],
  ])('%s', (line, column, message) => {
    expect(parseAppraised(context, records(...complete, line))).toEqual({
      ok: false,
      problems: [{ row: 6, column, message }],
    })
  })

  test.each([
    ['1.1', '2,01', 'Điểm 2,01 lớn hơn điểm tối đa 2 của tiêu chí 1.1. Hãy nhập số từ 0 đến 2.'],
    [
      '1.1',
      '-1',
      'Điểm không được âm như “-1”. Hãy nhập số từ 0 trở lên; điểm trừ của đơn vị nhập ở dòng có mã penalty.',
    ],
    ['penalty', '−1', 'Điểm trừ được nhập bằng số dương vì chương trình tự trừ. Hãy bỏ dấu trừ ở “−1”.'],
    ...['một', '1.000,5', '1e1', '1/2', 'NaN', '1,', ',5', '+1', '1 5', '0x1'].map((text) => [
      '1.1',
      text,
      `“${text}” không phải là số điểm. Hãy nhập một số như 1,5 hoặc 1.5; nếu tiêu chí không áp dụng cho đơn vị thì để trống ô này.`,
    ]),
  ])('%s with points "%s"', (criterion, points, message) => {
    const rows = criterion === '1.1' ? complete.slice(1) : complete
    const result = parseAppraised(context, records(...rows, `SYT;${criterion};${points}`))
    expect(result).toEqual({ ok: false, problems: [{ row: rows.length + 2, column: 'points', message }] })
  })

  test('a second bonus of one unit is a duplicate', () => {
    const result = parseAppraised(context, records(...complete, 'SYT;bonus;1', 'SYT;bonus;1'))
    const message = 'Sở Y tế đã có điểm thưởng ở dòng 6. Hãy giữ lại một dòng và xóa dòng kia.'
    expect(result).toEqual({ ok: false, problems: [{ row: 7, column: 'criterion', message }] })
  })
})

describe('what is missing', () => {
  test('is summarised in one sentence per unit', () => {
    const leaves = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`1.${at + 1}`, '1']))
    const wide = { ...context, criteriaSets: [criteriaOf({ I: leaves })] }
    const result = parseAppraised(
      wide,
      records('STC;1.1;1', 'STC;1.2;1', 'STC;1.4;1', 'STC;1.5;', 'STC;1.6;1'),
    )
    const mend = 'Hãy thêm cho mỗi tiêu chí một dòng; tiêu chí không áp dụng thì để trống ô điểm.'
    expect(result).toEqual({
      ok: false,
      problems: [
        {
          row: null,
          column: null,
          message: `Sở Y tế (mã SYT) còn thiếu 7 tiêu chí thẩm định: 1.1, 1.2, 1.3, 1.4, 1.5 và 2 tiêu chí khác. ${mend}`,
        },
        {
          row: null,
          column: null,
          message: `Sở Tài chính (mã STC) còn thiếu 2 tiêu chí thẩm định: 1.3 và 1.7. ${mend}`,
        },
      ],
    })
  })

  test('does not name a row that is there with wrong points', () => {
    const result = parseAppraised(context, records('SYT;1.1;9', ...complete.slice(1)))
    expect(result).toMatchObject({ ok: false, problems: [{ row: 2, column: 'points' }] })
  })
})

test('all problems of a file are found at once', () => {
  const result = parseAppraised(context, records('XYZ;1.1;1', 'SYT;X1;1', 'SYT;1.1;-1', 'SYT;1.2;0'))
  expect(result.ok ? [] : result.problems.map((each) => [each.row, each.column])).toEqual([
    [2, 'unit'],
    [3, 'criterion'],
    [4, 'points'],
    [null, null],
  ])
})
