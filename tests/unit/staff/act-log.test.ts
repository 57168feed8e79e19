// The chain of the log of acts: whatever is done to a line is found, and where.
import { describe, expect, test } from 'vitest'
import { acts, actWords, findBreak, lineHash, type LogLine } from '../../../src/staff/act-log.ts'
import { logPage } from '../../../src/staff/act-log.views.ts'

const key = Buffer.alloc(32, 7)

/** A chain of so many good lines. */
function chain(count: number): LogLine[] {
  const lines: LogLine[] = []
  for (let position = 1; position <= count; position++) {
    const line = {
      position,
      at: `2022-10-12T03:00:0${position}.000Z`,
      staff_id: 'an',
      name: 'Nguyễn Văn An',
      agency: 'Sở Nội vụ',
      kind: 'sign-in',
      survey: 'thu',
      words: `Việc thứ ${position}.`,
    }
    lines.push({ ...line, hash: lineHash(key, lines.at(-1)?.hash ?? '', line) })
  }
  return lines
}

/** The first sentence that says where a chain is broken. */
function breakOf(lines: LogLine[], known = key): string | undefined {
  return lines.map((line, i) => findBreak(known, lines[i - 1], line)).find((problem) => problem !== undefined)
}

const changedAt = (position: number) =>
  `Nhật ký bị sửa ở dòng ${position}, hoặc khóa gốc của hệ thống đã đổi.`
const missing = (position: number) => `Nhật ký thiếu dòng ${position}.`

test('a good chain has no break, however short', () => {
  for (const count of [0, 1, 5]) expect(breakOf(chain(count))).toBeUndefined()
})

test('another key finds its first line changed', () => {
  expect(breakOf(chain(5), Buffer.alloc(32, 8))).toBe(changedAt(1))
})

describe('a line is found', () => {
  test.each<[keyof LogLine, string | null]>([
    ['at', '2022-10-12T03:00:09.000Z'],
    ['staff_id', 'binh'],
    ['staff_id', null],
    ['name', 'Trần Thị Bình'],
    ['agency', ''],
    ['kind', 'sign-out'],
    ['survey', ''],
    ['words', 'Việc thứ 3'],
    ['hash', 'A'.repeat(43)],
  ])('whose %s was changed to %j', (field, value) => {
    const lines = chain(5)
    lines[2] = { ...lines[2], [field]: value } as LogLine
    expect(breakOf(lines)).toBe(changedAt(3))
  })

  test('whose words moved from one field into the next', () => {
    const lines = chain(1)
    lines[0] = { ...(lines[0] as LogLine), name: 'Nguyễn Văn AnSở', agency: ' Nội vụ' }
    expect(breakOf(lines)).toBe(changedAt(1))
  })

  test.each([
    ['first', 0, missing(1)],
    ['third', 2, missing(3)],
  ])('missing when the %s was removed', (_, index, sentence) => {
    expect(breakOf(chain(5).toSpliced(index, 1))).toBe(sentence)
  })

  test('when the rest was numbered anew over the gap', () => {
    const lines = chain(5).toSpliced(2, 1)
    expect(breakOf(lines.map((line, i) => ({ ...line, position: i + 1 })))).toBe(changedAt(3))
  })

  test('that was put in between, with a hash made by another key', () => {
    const lines = chain(5)
    const forged = { ...(lines[2] as LogLine), words: 'Việc bịa đặt.' }
    forged.hash = lineHash(Buffer.alloc(32, 8), lines[1]?.hash ?? '', forged)
    const rest = lines.slice(2).map((line) => ({ ...line, position: line.position + 1 }))
    expect(breakOf([...lines.slice(0, 2), forged, ...rest])).toBe(changedAt(3))
  })

  test('that was swapped with its neighbour, numbers and all', () => {
    const [one, two, three, four] = chain(4) as [LogLine, LogLine, LogLine, LogLine]
    expect(breakOf([one, three, two, four])).toBe(missing(2))
    expect(breakOf([one, { ...three, position: 2 }, { ...two, position: 3 }, four])).toBe(changedAt(2))
  })
})

test('the sentence of an act is filled from its details, each once, and leaves no brace', () => {
  expect(actWords({ kind: 'account-made', details: { who: '{roles} $&', roles: 'Quản trị' } })).toBe(
    'Tạo tài khoản {roles} $&, vai trò: Quản trị.',
  )
  expect(actWords({ kind: 'session-ended' })).toBe('Đăng xuất khỏi máy khác của mình:  nơi.')
})

test('every kind of act has a name of its own in the filter', () => {
  const { filters } = logPage({
    lines: [],
    total: 0,
    chain: { lines: 0, problem: undefined },
    occurring: { surveys: [], people: [], kinds: Object.keys(acts) },
    typed: { dot: '', nguoi: '', viec: '', tu: '', den: '' },
    older: null,
    first: null,
  })
  const names = filters.find(({ id }) => id === 'viec')?.options.map(({ text }) => text) ?? []
  expect(new Set(names).size).toBe(Object.keys(acts).length + 1)
  expect(names).toEqual(expect.arrayContaining(['Đổi vai trò', 'Mở trang in thẻ', 'Xuất nhật ký']))
})
