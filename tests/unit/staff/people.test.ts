// Who may do what where, who can be the second of two, and what a browser is called: tables of cases.
import { describe, expect, test } from 'vitest'
import { browserName } from '../../../src/staff/browser-name.ts'
import type { Permission } from '../../../src/staff/permission.ts'
import { findRole, isPermitted, needsSecondFactor, roles, type HeldRole } from '../../../src/staff/role.ts'
import {
  isCurrent,
  isPairedAct,
  partOf,
  secondPersonWords,
  type ActRequest,
} from '../../../src/staff/second-person.ts'

/** "officer", or "officer@thu" for one survey. */
function held(...words: string[]): HeldRole[] {
  return words.map((word) => {
    const [code = '', survey] = word.split('@')
    const role = findRole(code)
    if (!role) throw new Error(`no role ${code}`)
    return { role, survey: survey ?? null }
  })
}

describe('a role permits', () => {
  test.each<[string[], Permission, { survey?: string; unit?: string }, boolean]>([
    [[], 'survey.read', {}, false],
    [['officer'], 'box.open', {}, true],
    [['officer'], 'box.open', { survey: 'thu' }, true],
    [['officer@thu'], 'box.open', { survey: 'thu' }, true],
    [['officer@thu'], 'box.open', { survey: 'khac' }, false],
    [['officer@thu'], 'box.open', {}, false],
    [['officer@thu', 'viewer'], 'scores.read', { survey: 'khac' }, true],
    [['officer@thu', 'viewer'], 'box.open', { survey: 'khac' }, false],
    [['administrator'], 'box.open', { survey: 'thu' }, false],
    [['administrator'], 'scores.read', { survey: 'thu' }, false],
    [['auditor'], 'scores.read', { survey: 'thu' }, false],
    [['field-operator'], 'box.open', { survey: 'thu' }, false],
    [['focal-point'], 'survey.read', { survey: 'thu' }, false],
    [['focal-point'], 'unit.read', { survey: 'thu', unit: 'SYT' }, true],
    [['focal-point'], 'unit.read', { survey: 'thu', unit: 'SGD' }, false],
    [['focal-point'], 'unit.read', { survey: 'thu' }, true],
    [['focal-point@thu'], 'unit.read', { survey: 'khac', unit: 'SYT' }, false],
    [['viewer'], 'unit.read', { survey: 'thu', unit: 'SGD' }, true],
    [['focal-point', 'viewer@thu'], 'unit.read', { survey: 'thu', unit: 'SGD' }, true],
    [['focal-point', 'viewer@thu'], 'unit.read', { survey: 'khac', unit: 'SGD' }, false],
  ])('%j of SYT: %s at %j is %j', (words, permission, place, expected) => {
    expect(isPermitted(held(...words), 'SYT', permission, place)).toBe(expected)
  })

  test('a second factor is obligatory for whoever opens the box, makes accounts or keeps the secret', () => {
    const obliged = roles.filter(({ code }) => needsSecondFactor(held(code))).map(({ code }) => code)
    expect(obliged).toEqual(['administrator', 'officer', 'council'])
    expect(needsSecondFactor(held('viewer', 'council@thu')), 'for one survey too').toBe(true)
    expect(needsSecondFactor([])).toBe(false)
  })
})

describe('of two people', () => {
  const agency = (code: string) => ({ code, name: `Cơ quan ${code}` })
  const an = { id: 'an', name: 'Nguyễn Văn An', agency: agency('SNV') }
  const request: ActRequest = { act: 'open-box', by: an, askedAt: new Date('2022-10-12T03:00:00Z') }

  test.each([
    ['asks when nobody has', undefined, an, 'first'],
    ['waits after asking', request, an, 'waiting'],
    ['waits even after moving to another agency', request, { ...an, agency: agency('VP') }, 'waiting'],
    ['of another agency agrees', request, { id: 'binh', agency: agency('VP') }, 'second'],
    ['of the same agency cannot', request, { id: 'binh', agency: agency('SNV') }, 'colleague'],
    [
      'without an agency cannot agree with one without',
      { ...request, by: { ...an, agency: { code: '', name: '' } } },
      { id: 'binh', agency: { code: '', name: '' } },
      'colleague',
    ],
  ] as const)('one %s', (_, asked, person, part) => {
    expect(partOf(asked, person)).toBe(part)
    const words = secondPersonWords(asked, 'open-box', person)
    expect(words.part).toBe(part)
    expect(words.mayPress).toBe(part === 'first' || part === 'second')
    expect(words.drop).toBe(
      { first: null, waiting: 'Rút đề nghị', second: 'Từ chối đề nghị', colleague: null }[part],
    )
    if (part === 'second')
      expect(words.text).toMatch(
        /^Nguyễn Văn An \(Cơ quan SNV\) đã đề nghị mở niêm phong, kiểm phiếu lúc .*10:00:00/,
      )
  })

  test.each([
    ['at once', '2022-10-12T03:00:00Z', true],
    ['after a day to the second', '2022-10-13T03:00:00Z', true],
    ['a moment later', '2022-10-13T03:00:00.001Z', false],
    ['before it was asked, by a clock set back', '2022-10-12T02:59:59Z', false],
  ])('a request counts %s: %s %j', (_, now, counts) => {
    expect(isCurrent(request, new Date(now))).toBe(counts)
  })

  test('only acts of the list can wait for a second', () => {
    expect(['issue-codes', 'close-collecting', 'open-box'].every(isPairedAct)).toBe(true)
    expect(['', 'toString', '__proto__', 'sign-in'].some(isPairedAct)).toBe(false)
  })
})

describe('a browser is called', () => {
  const apple = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0'
  test.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`, 'Chrome trên Windows'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/126.0.0.0`, 'Edge trên Windows'],
    [`Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120.0 ${chrome} Safari/537.36`, 'Cốc Cốc trên Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox trên Linux'],
    [`Mozilla/5.0 (Linux; Android 14) ${chrome} Mobile Safari/537.36`, 'Chrome trên Android'],
    [`Mozilla/5.0 (Linux; Android 13) SamsungBrowser/25.0 ${chrome}`, 'Samsung Internet trên Android'],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${apple} Version/17.5 Safari/604.1`,
      'Safari trên iOS',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${apple} CriOS/126.0 Safari/604.1`,
      'Chrome trên iOS',
    ],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${apple} Zalo iOS/600`, 'Zalo trên iOS'],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) ${apple} Version/17.5 Safari/605.1.15`,
      'Safari trên macOS',
    ],
    ['curl/8.7.1', 'Trình duyệt không rõ'],
    ['Mozilla/5.0 (Windows NT 6.1)', 'Trình duyệt trên Windows'],
    ['', 'Trình duyệt không rõ'],
    ['<script>alert(1)</script>', 'Trình duyệt không rõ'],
  ])('for %s', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name)
  })
})
