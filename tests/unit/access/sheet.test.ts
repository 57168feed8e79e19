// In which size the words of a card are set, and how a picture breaks its lines: nothing is cut off, no word stands alone.
import { createCanvas } from '@napi-rs/canvas'
import { describe, expect, test } from 'vitest'
import { layoutOf, sizeBelowFold, sizeBesideQr, sizeOnStrip } from '../../../src/access/sheet.ts'
import { evenLines } from '../../../src/lib/canvas-lines.ts'

const short = 'Công chức – Sở Y tế'
const long = 'Lãnh đạo cấp phòng, đơn vị sự nghiệp và tương đương – Sở Lao động – Thương binh và Xã hội'
const longest = `${long}, đơn vị trực thuộc và các Ban quản lý`

describe('a card', () => {
  test.each([
    [short, 'usual', 'usual'],
    [long, 'usual', 'usual'],
    [longest, 'small', 'small'],
  ])('for "%s" is set in type that fits', (words, beside, strip) => {
    expect(sizeBesideQr(words, layoutOf(10))).toBe(beside)
    expect(sizeOnStrip(`${words} (Dự phòng)`)).toBe(strip)
  })

  test('with more lines than its half holds is set smaller, and with ten on a sheet sooner', () => {
    const lines = (count: number) => Array.from({ length: count }, () => 'Quét mã QR rồi nhập mã trên thẻ.')
    const sizes = (perSheet: 8 | 10) =>
      [7, 8, 9].map((count) => sizeBelowFold(lines(count), false, layoutOf(perSheet)))
    expect(sizes(8)).toEqual(['usual', 'usual', 'smallest'])
    expect(sizes(10)).toEqual(['usual', 'small', 'smallest'])
    expect(sizeBelowFold(lines(7), true, layoutOf(10))).toBe('smallest')
  })
})

test('a picture breaks words into as few lines as the width allows, as even as may be, and loses none', () => {
  const pen = createCanvas(10, 10).getContext('2d')
  pen.font = '26px sans-serif'
  const width = (text: string) => pen.measureText(text).width
  for (const text of [short, long, longest, 'Thẻ', `${long} lời.`]) {
    const lines = evenLines(pen, text, 480)
    expect(lines.join(' ')).toBe(text)
    expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(480)
    // One line fewer would be wider somewhere: the words in order, each line filled before the next begins.
    const filled = text.split(' ').reduce<string[]>((all, word) => {
      const longer = `${all.at(-1) ?? ''} ${word}`.trim()
      return width(longer) <= 480 ? [...all.slice(0, -1), longer] : [...all, word]
    }, [])
    expect(lines).toHaveLength(filled.length)
  }
  const [first = '', second = ''] = evenLines(
    pen,
    'Mã chỉ để mỗi thẻ gửi được một phiếu lời.',
    width('Mã chỉ để mỗi thẻ gửi được một phiếu'),
  )
  expect(width(second)).toBeGreaterThan(width(first) / 2)
})
