// The rules of filling in a questionnaire: its pages, what a posted page says, and what the browser keeps of it.
import fc from 'fast-check'
import type { Request } from 'express'
import { describe, expect, test } from 'vitest'
import { readConfig, type Config } from '../../../src/config.ts'
import {
  answeredItems,
  countAnswered,
  pagesOf,
  parsePage,
  startAnswering,
  type QuestionPage,
} from '../../../src/response/answering.ts'
import { lock, tagOf, unlock } from '../../../src/response/answering-cookie.ts'
import { Answering } from '../../../src/response/answering.ts'
import { formatReceipt, newReceipt } from '../../../src/response/receipt.ts'
import type { Questionnaire } from '../../../src/survey/questionnaire.ts'

const options = [
  { code: 'kem', label: 'Kém', coefficient: '0', optOut: false },
  { code: 'tot', label: 'Tốt', coefficient: '1', optOut: false },
  { code: 'kb', label: 'Không biết', coefficient: null, optOut: true },
]

/** Sections A, B … with so many items each: A1, A2 …, B1 … */
function questionnaireOf(...itemsPerSection: number[]): Questionnaire {
  return {
    code: 'mau',
    version: 3,
    sections: itemsPerSection.map((items, section) => {
      const code = String.fromCharCode(65 + section)
      return {
        code,
        title: `Phần ${code}`,
        items: Array.from({ length: items }, (_, i) => ({
          code: `${code}${i + 1}`,
          text: `Câu ${code}${i + 1}?`,
          criterion: '1.1',
          reversed: false,
          options,
        })),
      }
    }),
  }
}

const questionnaire = questionnaireOf(2, 3)

function pageNumber(number: number, layout: 'sections' | 'one-page' = 'sections'): QuestionPage {
  const page = pagesOf(questionnaire, layout)[number - 1]
  if (!page) throw new Error('no such page')
  return page
}

describe('the pages', () => {
  test('are the sections, each knowing the place of its first item', () => {
    const pages = pagesOf(questionnaire, 'sections')
    expect(pages.map(({ number, first, items }) => [number, first, items.map(({ code }) => code)])).toEqual([
      [1, 0, ['A1', 'A2']],
      [2, 2, ['B1', 'B2', 'B3']],
    ])
  })

  test('are one where the survey says so', () => {
    const pages = pagesOf(questionnaire, 'one-page')
    expect(pages).toHaveLength(1)
    expect(pages[0]).toMatchObject({ number: 1, first: 0, sections: questionnaire.sections })
    expect(pages[0]?.items).toHaveLength(5)
  })
})

describe('a posted page', () => {
  const cases: [string, number, string, Record<string, unknown>, boolean, object][] = [
    ['is complete', 1, '-----', { A1: 'tot', A2: 'kb' }, false, { ok: true, answers: '12---' }],
    [
      'leaves other pages as they were',
      2,
      '01---',
      { B1: 'kem', B2: 'kem', B3: 'tot' },
      false,
      { ok: true, answers: '01001' },
    ],
    [
      'lacks an answer',
      1,
      '-----',
      { A2: 'tot' },
      false,
      { ok: false, answers: '-1---', missing: ['A1'], wrong: [] },
    ],
    ['lacks one on purpose', 1, '-----', { A2: 'tot' }, true, { ok: true, answers: '-1---' }],
    ['takes an answer back', 1, '01---', { A1: '', A2: 'tot' }, true, { ok: true, answers: '-1---' }],
    [
      'knows no such option',
      1,
      '0----',
      { A1: '7', A2: 'tot' },
      false,
      { ok: false, answers: '01---', missing: [], wrong: ['A1'] },
    ],
    [
      'has an option twice',
      1,
      '-----',
      { A1: ['kem', 'tot'], A2: 'tot' },
      true,
      { ok: false, answers: '-1---', missing: [], wrong: ['A1'] },
    ],
    [
      'has an item of another page',
      1,
      '-----',
      { A1: 'tot', A2: 'tot', B1: 'tot' },
      false,
      { ok: false, answers: '11---', missing: [], wrong: [''] },
    ],
    [
      'has many strange fields, told once',
      1,
      '-----',
      { A1: 'tot', A2: 'tot', x: '1', y: '1' },
      false,
      { ok: false, answers: '11---', missing: [], wrong: [''] },
    ],
    [
      'has our own fields',
      1,
      '-----',
      { A1: 'tot', A2: 'tot', _phieu: 't', _x: '1' },
      false,
      { ok: true, answers: '11---' },
    ],
    ['is empty', 1, '01---', {}, false, { ok: false, answers: '-----', missing: ['A1', 'A2'], wrong: [] }],
  ]

  test.each(cases)('that %s', (_what, page, before, form, leaveBlank, expected) => {
    const read = parsePage(pageNumber(page), before, form, leaveBlank)
    const seen = read.ok
      ? read
      : { ...read, missing: read.missing.map(({ code }) => code), wrong: read.wrong.map(({ item }) => item) }
    expect(seen).toEqual(expected)
  })

  test('never changes the length of the answers or another page’s part, whatever it holds', () => {
    const anything = fc.dictionary(fc.constantFrom('A1', 'A2', 'B1', 'x', '_y'), fc.anything())
    fc.assert(
      fc.property(anything, fc.boolean(), (form, leaveBlank) => {
        const { answers } = parsePage(pageNumber(1), '01210', form, leaveBlank)
        expect(answers).toMatch(/^[-012]{2}210$/)
      }),
    )
  })
})

test('an opt-out is an answer, a blank is none', () => {
  expect(countAnswered('0-2-1')).toBe(3)
  expect(answeredItems(pageNumber(2), '--2-1').map(({ item, label }) => [item.code, label])).toEqual([
    ['B1', 'Không biết'],
    ['B2', null],
    ['B3', 'Tốt'],
  ])
})

describe('what the browser keeps', () => {
  const config: Config = {
    ...readConfig({ DATA_DIR: '/tmp', SERVER_SECRET: 'a secret of the tests, long enough' }),
    publicUrl: undefined,
  }
  const deps = { config, clock: () => new Date('2022-10-12T03:00:00Z') }
  const code = { hash: 'h'.repeat(43), survey_id: 's'.repeat(22), stratum_id: 't'.repeat(22) }
  const answering = startAnswering(code, questionnaire, 'BCFGHJKMNP')
  const sentBack = (cookie: string): Request => ({ headers: { cookie } }) as never

  test('begins empty, with the card’s stratum and the newest questions', () => {
    expect(answering).toEqual({
      survey: code.survey_id,
      code: code.hash,
      stratum: code.stratum_id,
      questionnaire: 'mau',
      version: 3,
      sharedDevice: false,
      answers: '-----',
      receipt: 'BCFGHJKMNP',
      done: 0,
    })
  })

  test('comes back as it was, and looks different every time', () => {
    const first = lock(deps, 'phieu', answering)
    expect(first).not.toBe(lock(deps, 'phieu', answering))
    expect(unlock(deps, sentBack(`x=1; phieu=${first}`), 'phieu', Answering)).toEqual(answering)
  })

  test('is good under its own name only, and says nothing of what is inside', () => {
    const cookie = lock(deps, 'phieu', answering)
    expect(unlock(deps, sentBack(`phien=${cookie}`), 'phien', Answering)).toBeUndefined()
    expect(Buffer.from(cookie, 'base64url').toString('latin1')).not.toMatch(/answers|BCFGH|hhhh/)
  })

  test('fits into 3.5 KB with four hundred questions', () => {
    const many = startAnswering(code, questionnaireOf(200, 200), newReceipt())
    expect(many.answers).toHaveLength(400)
    expect(lock(deps, 'phieu', many).length).toBeLessThan(3_500)
  })

  test('is tied to its forms by a tag of the card and the receipt', () => {
    const tag = tagOf(deps, answering)
    expect(tag).toMatch(/^[\w-]{16}$/)
    expect(tagOf(deps, { ...answering, answers: '01210', done: 2 })).toBe(tag)
    expect(tagOf(deps, { ...answering, receipt: 'BCFGHJKMNQ' })).not.toBe(tag)
    expect(tagOf(deps, { ...answering, code: 'i'.repeat(43) })).not.toBe(tag)
  })
})

test('a receipt is ten symbols of the cards’ alphabet, shown in fives, and never the same', () => {
  const receipts = Array.from({ length: 1000 }, () => newReceipt())
  for (const receipt of receipts) expect(receipt).toMatch(/^[2-9BCFGHJKMNPQRTVX]{10}$/)
  expect(new Set(receipts).size).toBe(1000)
  expect(formatReceipt('BCFGHJKMNP')).toBe('BCFGH-JKMNP')
})
