// Releases of both forms: what was stored once stays readable, and its hash stays that of what was stored.
import { expect, test } from 'vitest'
import { canonicalHash } from '../../../src/lib/json.ts'
import { hashOfStored, readRelease } from '../../../src/score/release.ts'

const counts = { planned: 9, issued: 9, returned: 9, valid: 9 }
const criterion = {
  ...{ code: '1.1', name: 'Một', max: 10, answered: 9, share: 0.56, points: 5.56, step: 0.01 },
  status: 'ok',
}
const total = { max: 10, points: 5.56, step: 0.01, status: 'ok' }
const hidden = { max: 10, points: null, step: null, status: 'hidden' }
const item = {
  ...{ code: 'A1', text: 'Câu', criterion: '1.1', answered: 9, share: 0.56, band: null, status: 'ok' },
  options: null,
}
const content = {
  schema: 'survey-scores/1',
  survey: { slug: 'thu', title: 'Đợt thử', year: 2022 },
  version: 1,
  madeOn: '2022-10-12',
  reason: '',
  method: { k: 5, custody: 'server-held', illustrative: true, rehearsal: false, words: [], groups: 'pooled' },
  openedOn: '2022-10-12',
  opening: 'Hội đồng',
  counts,
  units: [
    { code: 'U1', name: 'Sở 1', level: 'so', counts, criteria: [criterion], domains: [], total },
    { code: 'U2', name: 'Sở 2', level: 'so', counts, criteria: [], domains: [], total: hidden },
  ],
  levels: [
    {
      code: 'so',
      groups: [{ code: 'LD', counts, criteria: [criterion] }],
      pooled: [criterion],
      items: [item],
    },
  ],
}
const stored = { ...content, hash: canonicalHash(content) }

test('a release of the first form is read as one of the second that knows less', () => {
  const read = readRelease(JSON.stringify(stored))
  const none = { share: null, band: null }
  expect(read).toMatchObject({ ...stored, schema: 'survey-scores/2', method: { groups: 'pooled' } })
  expect(read.units[0]).toMatchObject({ ranking: 'ranked', rank: null, interval: null, flags: [] })
  expect(read.units[0]?.criteria[0]?.oneRespondent).toBeNull()
  expect(read.units[1]?.ranking).toBe('not-ranked')
  expect(read.levels[0]).toMatchObject({ name: 'so', scales: [], sensitivity: [] })
  expect(read.levels[0]?.groups[0]).toMatchObject({ name: 'LD', items: [] })
  expect(read.levels[0]?.items[0]).toMatchObject({ optOut: none, blank: none })
})

test('the hash is over every member that was stored, also over one that nothing reads', () => {
  expect(hashOfStored(JSON.stringify(stored))).toBe(stored.hash)
  expect(hashOfStored(JSON.stringify({ ...stored, added: 1 }))).not.toBe(stored.hash)
})

test('what is neither form is no release', () => {
  expect(() => readRelease(JSON.stringify({ ...stored, schema: 'survey-scores/3' }))).toThrow()
  expect(() => readRelease(JSON.stringify({ ...stored, schema: 'survey-scores/2' }))).toThrow()
})
