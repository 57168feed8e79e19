// The field for the code takes what phones and Vietnamese keyboards make of it, through the front door.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatCode } from '../../src/access/code.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { allHabits, typed, type Method } from '../support/vietnamese-keyboard.ts'
import { enters, openSurveyWith } from '../support/survey.ts'

let site: TestSite
let codes: string[]

beforeAll(async () => {
  site = await testSite()
  codes = (await openSurveyWith(site, { units: 1 })).codes.map(({ code }) => code)
})
afterAll(() => site.close())

const hands: [string, (code: string) => string][] = [
  ['as printed', formatCode],
  ['small, a capital first', (code) => code.charAt(0) + formatCode(code).slice(1).toLowerCase()],
  ['small, S for 5 and Z for 2', (code) => misread(code).toLowerCase()],
  ['S for 5 and Z for 2, with hyphens', (code) => formatCode(misread(code)).replaceAll(' ', '-')],
  ['in mixed case', (code) => [...code].map((each, i) => (i % 2 ? each.toLowerCase() : each)).join('')],
  ['with its link', (code) => `https://khaosat.example.vn/#${misread(code)}`],
]

describe.each(['telex', 'vni'] satisfies Method[])('on a %s keyboard', (method) => {
  test.each(hands)('a code typed %s opens the welcome page', async (_hand, keysOf) => {
    for (const [i, habits] of allHabits.entries()) {
      const field = typed(keysOf(codes[i] ?? ''), method, habits)
      const { current } = await enters(site, `\u00a0${field}\u200b`)
      expect(current, field).toMatchObject({ status: 200, url: '/phieu' })
    }
  })

  test('a letter that no card bears is named as the field shows it, and what was typed stays there', async () => {
    const keys = method === 'telex' ? 'bcfg ddkm npqk' : 'bcfg d9km npqk'
    const { current } = await enters(site, typed(keys, method))
    expect(current.status).toBe(422)
    expect(current.text).toContain('Mã không bao giờ có ký tự “đ”.')
    expect(current.root.querySelector('#code')?.getAttribute('value')).toBe('bcfg đkm npqk')
  })
})

function misread(code: string): string {
  return code.replaceAll('5', 'S').replaceAll('2', 'Z')
}
