// May the figures of a level's groups stand beside those of its units? First cases worked by hand, then random
// designs against a search through all small sets of answers (row-space.ts).
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExactScores } from '../../../src/score/aggregate.ts'
import { isolatesFew } from '../../../src/score/audit.ts'
import type { AnswerRow } from '../../../src/score/counts.ts'
import type { SurveyDesign } from '../../../src/score/design.ts'
import { disclose } from '../../../src/score/disclosure.ts'
import { Exact } from '../../../src/score/exact.ts'
import { figuresOf, isolatedCells } from './row-space.ts'
import { ballots, item, scoresOf, surveyOf, type SurveyParts, textOf } from './small-survey.ts'

/** By place of the agency: by group, its answer strings. */
type Returned = Record<number, Record<string, string[]>>

const all = (people: number, answers = '0') => Array.from({ length: people }, () => answers)

/** Agencies of the same quotas and one criterion C1; `returned` names those that differ from a full return. */
function agencies(
  count: number,
  returned: Returned,
  parts: SurveyParts = {},
): { design: SurveyDesign; rows: AnswerRow[] } {
  const quotas = parts.quotas ?? { LDP: 5, CC: 4 }
  const units = Array.from({ length: count }, (_, at) => `S${at}`)
  const items = parts.items ?? [item('a', 'C1')]
  const full = items.map(() => '0').join('')
  const rows = units.flatMap((unit, at) =>
    Object.entries(quotas).flatMap(([group, people]) =>
      ballots(unit, group, returned[at]?.[group] ?? all(people, full)),
    ),
  )
  return { design: surveyOf({ ...parts, units, quotas, items }), rows }
}

async function statusesOf({ design, rows }: { design: SurveyDesign; rows: AnswerRow[] }, k = 5) {
  return groupStatuses(await scoresOf(design, rows), k)
}

function groupStatuses(exact: ExactScores, k: number) {
  const [level] = disclose(exact, k).levels
  return (level?.groups ?? []).map((group) => group.criteria[0]?.status)
}

/** The rows of the agencies and of the groups named. */
async function searchIn(
  { design, rows }: { design: SurveyDesign; rows: AnswerRow[] },
  groups: string[],
  k = 5,
) {
  const figures = await figuresOf(design, rows, 'C1')
  const published = [...figures.units.values(), ...groups.flatMap((code) => [figures.groups.get(code) ?? []])]
  return isolatedCells(figures, published, k)
}

const hidden = ['hidden', 'hidden']
const shown = ['ok', 'ok']

describe('20 agencies, 5 lãnh đạo and 4 công chức each', () => {
  test('at full return show the level’s groups', async () => {
    expect(await statusesOf(agencies(20, {}))).toEqual(shown)
  })

  test('hide them where one agency has 3 of 4 công chức: the level less the other 19 would be these 3', async () => {
    const survey = agencies(20, { 7: { CC: ['0', '1', '3'] } })
    expect(await searchIn(survey, ['LDP', 'CC'])).toEqual([
      { unit: 'S7', group: 'CC', item: 'a', place: 0, answers: 3 },
    ])
    expect(await statusesOf(survey)).toEqual(hidden)
  })

  test('that subtraction, worked by hand', async () => {
    const { design, rows } = agencies(20, { 7: { CC: ['0', '1', '3'] } })
    const scores = await scoresOf(design, rows)
    const share = (of: { criteria: { share: Exact | null }[] } | undefined) =>
      of?.criteria[0]?.share ?? Exact.of(0)
    const [leaders, officials] = scores.levels[0]?.groups ?? []
    // 100 lãnh đạo and 79 công chức in all, less 9 in each of the 19: 5 lãnh đạo and 3 công chức of S7 …
    const level = share(leaders)
      .times(Exact.of(100))
      .plus(share(officials).times(Exact.of(79)))
    const rest = scores.units
      .filter((unit) => unit.code !== 'S7')
      .reduce((sum, unit) => sum.minus(share(unit).times(Exact.of(9))), level)
    // … and 9 x the share of S7 is its leaders + 4/3 of its officials: the difference is 1/3 x (1 + 0.6 + 0).
    const own = share(scores.units[7]).times(Exact.of(9))
    expect(textOf(own.minus(rest).times(Exact.of(3)))).toBe('8/5')
  })

  const first = (count: number, answers: Returned[number]): Returned =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [at, answers]))
  const cases: [string, Returned, string[]][] = [
    ['one with 4 of 5 lãnh đạo', { 0: { LDP: all(4) } }, hidden],
    ['one with 4 of 5 and 3 of 4', { 0: { LDP: all(4), CC: all(3) } }, hidden],
    // The other 18 cancel in one mixture only, and that leaves 3 công chức of both: 6 people.
    ['two with 3 of 4 công chức', first(2, { CC: all(3) }), shown],
    ['one with 2 of 4 and one with 3 of 4', { 0: { CC: all(2) }, 1: { CC: all(3) } }, shown],
    ['two with 2 of 4 công chức', first(2, { CC: all(2) }), hidden],
    // Its row is its 5 lãnh đạo, so it cancels in every mixture.
    ['one without any công chức', { 0: { CC: [] } }, shown],
    ['six without any and one with 3 of 4', { ...first(6, { CC: [] }), 9: { CC: all(3) } }, hidden],
    ['twelve with 3 of 4', first(12, { CC: all(3) }), shown],
    // The 19 cancel; the 4 of the last one are left.
    ['all but one with 3 of 4', first(19, { CC: all(3) }), hidden],
  ]
  test.each(cases)('%s', async (_, returned, expected) => {
    const survey = agencies(20, returned)
    expect(await statusesOf(survey)).toEqual(expected)
    expect((await searchIn(survey, ['LDP', 'CC'])) === null).toBe(expected === shown)
  })

  test('a stricter k hides more: the 6 people of two agencies', async () => {
    const survey = agencies(20, { 0: { CC: all(3) }, 1: { CC: all(3) } })
    expect(await statusesOf(survey, 6)).toEqual(shown)
    expect(await statusesOf(survey, 7)).toEqual(hidden)
  })

  test('another criterion is not touched', async () => {
    const items = [item('a', 'C1'), item('b', 'C2')]
    // One official of S0 did not know about C1 only.
    const { design, rows } = agencies(
      20,
      { 0: { CC: ['40', '00', '00', '00'] } },
      {
        items,
        criteria: { C1: '1', C2: '1' },
      },
    )
    const [level] = disclose(await scoresOf(design, rows), 5).levels
    for (const group of level?.groups ?? []) {
      expect(group.criteria.map((each) => each.status)).toEqual(['hidden', 'ok'])
      expect(group.criteria[0]).toMatchObject({ answered: null, share: null, points: null })
    }
  })
})

describe('larger groups', () => {
  test.each([
    // What is left of the agency is 11 or 5 people, never fewer.
    ['12 + 5, one with 11', { LDP: 12, CC: 5 }, { 0: { LDP: all(11) } }, shown],
    ['12 + 5, one with 4', { LDP: 12, CC: 5 }, { 0: { CC: all(4) } }, hidden],
  ])('%s', async (_, quotas, returned, expected) => {
    expect(await statusesOf(agencies(6, returned, { quotas }))).toEqual(expected)
  })
})

describe('other ways to weigh groups', () => {
  const short = { 0: { CC: all(3) } }
  test.each([
    // Pooled at both levels: every answer weighs the same everywhere, so each agency cancels entirely.
    ['pooled', undefined, shown],
    ['equal', undefined, hidden],
    ['fixed', { LDP: '60', CC: '40' }, hidden],
  ] as const)('%s', async (groups, fixedWeights, expected) => {
    const survey = agencies(20, short, { scoring: { groups, ...(fixedWeights && { fixedWeights }) } })
    expect(await searchIn(survey, ['LDP', 'CC'])).toEqual(expected === shown ? null : expect.anything())
    expect(await statusesOf(survey)).toEqual(expected)
  })

  test('a group without weight stands in no agency’s figure, so nothing cancels it', async () => {
    const scoring = { groups: 'fixed' as const, fixedWeights: { LDP: '1', CC: '0' } }
    expect(await statusesOf(agencies(20, short, { scoring }))).toEqual(shown)
    // Two agencies with 2 officials each have 4 in the level: too few already for k.
    expect(await statusesOf(agencies(2, {}, { scoring, quotas: { LDP: 5, CC: 2 } }))).toEqual([
      'ok',
      'hidden',
    ])
  })
})

describe('several items in a criterion', () => {
  const items = [item('a', 'C1'), item('b', 'C1')]
  const parts = { items, quotas: { CC: 5 } }
  // a: 5 + 1, b: 1 + 5. Level less the eight others, less a part of each row: one answer to b and one to a.
  const crossed = {
    0: { CC: ['00', '04', '04', '04', '04'] },
    1: { CC: ['00', '40', '40', '40', '40'] },
  }

  test('the answers to one item may be few where the stratum is not', async () => {
    const survey = agencies(10, crossed, parts)
    expect(await searchIn(survey, ['CC'])).toHaveLength(2)
    expect(await statusesOf(survey)).toEqual(['hidden'])
  })

  test('pooled answers weigh alike, however the opt-outs fall', async () => {
    // 6 answers in each of the two agencies, each with weight 1/6; 92 in the level with 1/92.
    const survey = agencies(10, crossed, { ...parts, scoring: { severalItems: 'pooled-answers' } })
    expect(await searchIn(survey, ['CC'])).toBeNull()
    expect(await statusesOf(survey)).toEqual(['ok'])
  })

  test('a mixture that cancels no agency entirely may still leave few', async () => {
    // LDP is asked a only. One mixture lets the row of S0 cancel its 4 lãnh đạo and its answers to b; what is left is
    // 1 answer to a in S0, and in S1, whose row cancels the answers of its công chức to either item, 3 people.
    const returned = { 0: { CC: ['40', '40', '00'] }, 1: { LDP: all(3), CC: all(3, '00') } }
    const survey = agencies(2, returned, {
      quotas: { LDP: 4, CC: 3 },
      items: [item('a', 'C1')],
      itemsOf: { CC: items },
    })
    expect(await searchIn(survey, ['LDP', 'CC'])).not.toBeNull()
    expect(await statusesOf(survey)).toEqual(hidden)
  })

  test('all answers of a stratum have all its people behind them, be there 3 to each item by 5 people', async () => {
    const quotas = { LDP: 6, CC: 5 }
    // The other agencies cancel in one mixture; it leaves these 5, whose rows differ from theirs.
    const survey = agencies(20, { 0: { CC: ['00', '04', '04', '40', '40'] } }, { items, quotas })
    expect(await searchIn(survey, ['LDP', 'CC'])).toBeNull()
    expect(await statusesOf(survey)).toEqual(shown)
    expect(await statusesOf(survey, 6)).toEqual(hidden)
  })
})

test('an agency whose own figure is not published is left as a whole', async () => {
  const { design, rows } = agencies(3, {})
  const [criterion] = (await scoresOf(design, rows)).levels[0]?.rows ?? []
  if (!criterion) throw new Error('the level has no criterion')
  const allButOne = { units: new Set(['S0', 'S1']), groups: ['LDP', 'CC'] }
  expect(isolatesFew(criterion, allButOne, 9)).toBe(false)
  expect(isolatesFew(criterion, allButOne, 10)).toBe(true)
  expect(isolatesFew(criterion, { ...allButOne, groups: [] }, 10)).toBe(false)
})

describe('three groups', () => {
  const quotas = { LDP: 5, CC: 4, VC: 6 }
  test.each([
    ['full return', 20, {}, 'ok'],
    ['one agency short', 20, { 0: { CC: all(3) } }, 'hidden'],
    ['two short by 4 people in all', 20, { 0: { CC: all(2) }, 1: { CC: all(2) } }, 'hidden'],
    ['two short, in different groups', 20, { 0: { CC: all(3) }, 1: { LDP: all(4) } }, 'ok'],
    // To be safe: a single agency has all groups, 4 people in its smallest, and that proves nothing at k = 5.
    ['few agencies with all groups', 3, { 0: { CC: [] }, 1: { VC: [] } }, 'hidden'],
  ])('%s', async (_, count, returned, expected) => {
    expect(await statusesOf(agencies(count, returned, { quotas }))).toEqual([expected, expected, expected])
  })
})

// ---- random designs ----

/** Per ballot which items were answered (0) and which got an opt-out (4); mostly all were. */
function ballotOf(items: number) {
  const symbol = fc.oneof(
    { weight: 7, arbitrary: fc.constant('0') },
    { weight: 1, arbitrary: fc.constant('4') },
  )
  return fc.array(symbol, { minLength: items, maxLength: items }).map((symbols) => symbols.join(''))
}

/** Mostly the full quota, sometimes fewer, seldom none. */
function stratumOf(quota: number, items: number) {
  const people = fc.oneof(
    { weight: 8, arbitrary: fc.constant(quota) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: quota }) },
    { weight: 1, arbitrary: fc.constant(0) },
  )
  return people.chain((count) => fc.array(ballotOf(items), { minLength: count, maxLength: count }))
}

const scoring = fc.record({
  severalItems: fc.constantFrom('mean-of-item-shares' as const, 'pooled-answers' as const),
  groups: fc.constantFrom('sample-design' as const, 'pooled' as const, 'equal' as const, 'fixed' as const),
  fixedWeights: fc.constantFrom(
    { LDP: '1/3', CC: '2', VC: '1' },
    { LDP: '1', CC: '1', VC: '1' },
    { LDP: '0', CC: '1', VC: '1' },
  ),
  validShare: fc.constant('0'),
})

interface RandomSurvey {
  design: SurveyDesign
  rows: AnswerRow[]
}

/** 2–6 agencies (fewer than k, and k of them), groups of 2–6 people; the first group may have one item less than the others. */
function randomSurvey(groups: string[]): fc.Arbitrary<RandomSurvey> {
  const items = [item('a', 'C1'), item('b', 'C1')]
  return fc
    .record({
      count: fc.integer({ min: 2, max: 6 }),
      quotas: fc.tuple(...groups.map(() => fc.integer({ min: 2, max: 6 }))),
      asked: fc.constantFrom(1, 2),
      less: fc.boolean(),
      scoring,
    })
    .chain(({ count, quotas, asked, less, scoring: settings }) => {
      const itemsIn = (at: number) => items.slice(0, less && at === 0 ? 1 : asked)
      const design = surveyOf({
        units: Array.from({ length: count }, (_, at) => `S${at}`),
        quotas: Object.fromEntries(groups.map((group, at) => [group, quotas[at] ?? 0])),
        itemsOf: Object.fromEntries(groups.map((group, at) => [group, itemsIn(at)])),
        scoring: settings,
      })
      const strata = design.strata.map(({ unit, group, planned }) =>
        stratumOf(planned, itemsIn(groups.indexOf(group)).length).map((each) => ballots(unit, group, each)),
      )
      return fc.tuple(...strata).map((each) => ({ design, rows: each.flat() }))
    })
}

/** The groups that k and the complementary rule alone would let out, as disclosure.ts states these rules. */
function groupsBeforeAudit(exact: ExactScores, k: number): string[] {
  const unitHides = exact.units.some(
    ({ criteria: [own] }) => own && own.answered > 0 && (own.answered < k || own.smallestGroup === 1),
  )
  return (exact.levels[0]?.groups ?? [])
    .filter(({ criteria: [own] }) => own && own.answered >= k && own.answeringUnits > 1 && !unitHides)
    .map(({ code }) => code)
}

async function judge({ design, rows }: RandomSurvey, k: number) {
  const exact = await scoresOf(design, rows)
  const candidates = groupsBeforeAudit(exact, k)
  const statuses = groupStatuses(exact, k)
  const published = design.groups.map(({ code }) => code).filter((_, at) => statuses[at] === 'ok')
  const leak = candidates.length === 0 ? null : await searchIn({ design, rows }, candidates, k)
  return { exact, candidates, published, leak }
}

describe('on random small designs', () => {
  test(
    'two groups are shown when, and only when, no few answers can be isolated',
    { timeout: 300_000 },
    async () => {
      const seen = { shown: 0, hidden: 0 }
      const surveys = fc.oneof(randomSurvey(['LDP', 'CC']), randomSurvey(['CC']))
      await fc.assert(
        fc.asyncProperty(surveys, fc.integer({ min: 5, max: 7 }), async (survey, k) => {
          const { candidates, published, leak } = await judge(survey, k)
          expect(published).toEqual(leak === null ? candidates : [])
          if (candidates.length > 0) seen[leak === null ? 'shown' : 'hidden'] += 1
        }),
        { numRuns: 2500 },
      )
      // Neither half of the promise is empty.
      expect(seen.shown).toBeGreaterThan(50)
      expect(seen.hidden).toBeGreaterThan(50)
    },
  )

  test('three groups are shown only when no few answers can be isolated', { timeout: 300_000 }, async () => {
    const seen = { shown: 0, hidden: 0, toBeSafe: 0 }
    await fc.assert(
      fc.asyncProperty(
        randomSurvey(['LDP', 'CC', 'VC']),
        fc.integer({ min: 5, max: 7 }),
        async (survey, k) => {
          const { candidates, published, leak } = await judge(survey, k)
          if (published.length > 0) expect(leak).toBeNull()
          expect([[], candidates]).toContainEqual(published)
          if (candidates.length > 2) seen[published.length > 0 ? 'shown' : leak ? 'hidden' : 'toBeSafe'] += 1
        },
      ),
      { numRuns: 800 },
    )
    expect(seen.shown).toBeGreaterThan(50)
    expect(seen.hidden).toBeGreaterThan(3)
  })
})

test('the weights that are audited are those of the figures', async () => {
  await fc.assert(
    fc.asyncProperty(randomSurvey(['LDP', 'CC']), async ({ design, rows }) => {
      const figures = await figuresOf(design, rows, 'C1')
      const [audited] = (await scoresOf(design, rows)).levels[0]?.rows ?? []
      figures.cells.forEach(({ unit, group, item: code, answers }, place) => {
        const stratum = audited?.units
          .find((each) => each.code === unit)
          ?.strata.find((each) => each.group === group)
        const own = stratum?.items.find((each) => each.code === code)
        const inLevel = audited?.groups.find((each) => each.code === group)?.weights.get(code)
        expect(own?.answers).toBe(answers)
        expect(stratum?.people).toBe(figures.people.get(`${unit} ${group}`))
        const times = (weight: Exact | undefined) => textOf(weight?.times(Exact.of(answers)))
        expect(times(own?.weight)).toBe(figures.units.get(unit)?.[place] ?? '0/1')
        expect(times(inLevel)).toBe(figures.groups.get(group)?.[place])
      })
    }),
  )
})
