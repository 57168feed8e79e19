// May the figures of a level stand beside those of its units? First cases worked by hand, then random designs against a
// search through all small sets of answers (row-space.ts).
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CriterionRows } from '../../../src/score/aggregate.ts'
import { findIsolated, smallestToHide, type AuditInput, type AuditRow } from '../../../src/score/audit.ts'
import type { AnswerRow } from '../../../src/score/counts.ts'
import type { SurveyDesign } from '../../../src/score/design.ts'
import { disclose } from '../../../src/score/disclosure.ts'
import { Exact } from '../../../src/score/exact.ts'
import { figuresOf, isolatedCells, type Figures } from './row-space.ts'
import { ballots, item, scoresOf, surveyOf, type SurveyParts, textOf } from './small-survey.ts'

/** By place of the agency: by group, its answer strings. */
type Returned = Record<number, Record<string, string[]>>

interface SmallSurvey {
  design: SurveyDesign
  rows: AnswerRow[]
}

const all = (people: number, answers = '0') => Array.from({ length: people }, () => answers)

/** Agencies of the same quotas and one criterion C1; `returned` names those that differ from a full return. */
function agencies(count: number, returned: Returned, parts: SurveyParts = {}): SmallSurvey {
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

/** What would be published of C1: every agency's figure but those named, the groups named, and all together if wanted. */
async function inputOf(
  { design, rows }: SmallSurvey,
  { groups, without = [], pooled = false }: { groups: string[]; without?: string[]; pooled?: boolean },
): Promise<AuditInput> {
  const [criterion] = (await scoresOf(design, rows)).levels[0]?.rows ?? []
  if (!criterion) throw new Error('the level has no criterion')
  return {
    strata: criterion.units.flatMap(({ code, strata }) => strata.map((each) => ({ unit: code, ...each }))),
    rows: [
      ...unitRows(criterion).filter(({ unit }) => !without.includes(unit ?? '')),
      ...criterion.groups
        .filter(({ code }) => groups.includes(code))
        .map(({ code, weights }): AuditRow => ({
          id: code,
          unit: null,
          weights: new Map([[code, weights]]),
        })),
      ...(pooled ? [pooledRow(criterion)] : []),
    ],
  }
}

function unitRows(criterion: CriterionRows): AuditRow[] {
  return criterion.units
    .filter(({ strata }) => strata.some(({ items }) => items.some(({ weight }) => !weight.isZero())))
    .map(({ code, strata }) => ({
      id: code,
      unit: code,
      weights: new Map(
        strata.map(({ group, items }) => [group, new Map(items.map((each) => [each.code, each.weight]))]),
      ),
    }))
}

function pooledRow(criterion: CriterionRows): AuditRow {
  const weights = new Map(criterion.groups.map(({ code }) => [code, criterion.pooled]))
  return { id: 'all', unit: null, weights }
}

/** The same by trying every small set of answers. */
function searched(figures: Figures, input: AuditInput, k: number) {
  const rows = input.rows.flatMap(({ id, unit }) => {
    const row = unit === null ? figures.groups.get(id) : figures.units.get(id)
    return row ? [row] : []
  })
  return isolatedCells(figures, rows, k)
}

const both = { groups: ['LDP', 'CC'] }

describe('20 agencies, 5 lãnh đạo and 4 công chức each', () => {
  test('at full return isolate nobody', async () => {
    expect(findIsolated(await inputOf(agencies(20, {}), both), 5)).toBeNull()
  })

  test('where one agency has 3 of 4 công chức, the level less the other 19 is these 3: one group must go', async () => {
    const input = await inputOf(agencies(20, { 7: { CC: ['0', '1', '3'] } }), both)
    expect(findIsolated(input, 5)).toEqual({
      figures: ['LDP', 'CC', 'S7'],
      strata: [{ unit: 'S7', group: 'CC' }],
    })
    expect(smallestToHide(input, 5)).toEqual(['CC'])
  })

  const first = (count: number, answers: Returned[number]): Returned =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [at, answers]))
  const cases: [string, Returned, string[]][] = [
    ['one with 4 of 5 lãnh đạo', { 0: { LDP: all(4) } }, ['CC']],
    ['one with 4 of 5 and 3 of 4', { 0: { LDP: all(4), CC: all(3) } }, ['CC']],
    // The other 18 cancel in one mixture only, and that leaves 3 công chức of both: 6 people.
    ['two with 3 of 4 công chức', first(2, { CC: all(3) }), []],
    ['one with 2 of 4 and one with 3 of 4', { 0: { CC: all(2) }, 1: { CC: all(3) } }, []],
    ['two with 2 of 4 công chức', first(2, { CC: all(2) }), ['CC']],
    // Its row is its 5 lãnh đạo, so it cancels in every mixture.
    ['one without any công chức', { 0: { CC: [] } }, []],
    ['six without any and one with 3 of 4', { ...first(6, { CC: [] }), 9: { CC: all(3) } }, ['CC']],
    ['twelve with 3 of 4', first(12, { CC: all(3) }), []],
    // The 19 cancel; the 4 of the last one are left.
    ['all but one with 3 of 4', first(19, { CC: all(3) }), ['CC']],
  ]
  test.each(cases)('%s', async (_, returned, hidden) => {
    const survey = agencies(20, returned)
    const input = await inputOf(survey, both)
    expect(smallestToHide(input, 5)).toEqual(hidden)
    const figures = await figuresOf(survey.design, survey.rows, 'C1')
    expect(searched(figures, input, 5) === null).toBe(hidden.length === 0)
  })

  test('a stricter k hides more: the 6 people of two agencies', async () => {
    const input = await inputOf(agencies(20, { 0: { CC: all(3) }, 1: { CC: all(3) } }), both)
    expect(smallestToHide(input, 6)).toEqual([])
    expect(smallestToHide(input, 7)).toEqual(['CC'])
  })

  test('through disclose(): the group that may stay is shown, the other one hidden, another criterion untouched', async () => {
    const items = [item('a', 'C1'), item('b', 'C2')]
    // One official of S0 did not know about C1 only.
    const { design, rows } = agencies(
      20,
      { 0: { CC: ['41', '01', '02', '00'] }, 1: { LDP: ['01', '02', '00', '00', '00'] } },
      { items, criteria: { C1: '1', C2: '1' } },
    )
    const [level] = disclose(await scoresOf(design, rows), 5).levels
    const statuses = level?.groups.map((group) => group.criteria.map((each) => each.status))
    expect(statuses).toEqual([
      ['ok', 'ok'],
      ['hidden', 'ok'],
    ])
    expect(level?.groups[1]?.criteria[0]).toMatchObject({ answered: null, share: null, points: null })
  })
})

describe('the level beside some of its units', () => {
  test('10 of 11 districts and all together tell the 11th where it is too small', async () => {
    const few = agencies(11, { 3: { LDP: all(2), CC: all(2) } }, { scoring: { groups: 'pooled' } })
    const shown = { groups: [], pooled: true, without: ['S3'] }
    expect(findIsolated(await inputOf(few, shown), 5)?.strata).toEqual([
      { unit: 'S3', group: 'LDP' },
      { unit: 'S3', group: 'CC' },
    ])
    expect(smallestToHide(await inputOf(few, shown), 5)).toEqual(['all'])
    const many = agencies(11, { 3: { LDP: all(3), CC: all(2) } }, { scoring: { groups: 'pooled' } })
    expect(smallestToHide(await inputOf(many, shown), 5)).toEqual([])
  })

  test('an agency whose own figure is not published is left as a whole', async () => {
    const input = await inputOf(agencies(3, {}), { ...both, without: ['S2'] })
    expect(findIsolated(input, 9)).toBeNull()
    expect(findIsolated(input, 10)).not.toBeNull()
  })

  test('groups, all together and single questions of three groups: the last of the list goes first', async () => {
    const survey = agencies(20, { 0: { CC: all(3) } }, { quotas: { LDP: 5, CC: 4, VC: 6 } })
    const input = await inputOf(survey, { groups: ['LDP', 'CC', 'VC'], pooled: true })
    const hidden = smallestToHide(input, 5)
    expect(hidden.length).toBeGreaterThan(0)
    const kept = { ...input, rows: input.rows.filter(({ id }) => !hidden.includes(id)) }
    expect(findIsolated(kept, 5)).toBeNull()
  })
})

describe('an earlier release', () => {
  test('of the same unit under other weights gives both of its groups away: the later figure goes', async () => {
    const survey = agencies(6, { 0: { CC: all(3) } })
    const [plain, weighted] = await Promise.all([
      inputOf(
        { ...survey, design: { ...survey.design, scoring: { ...survey.design.scoring, groups: 'pooled' } } },
        { groups: [] },
      ),
      inputOf(survey, { groups: [] }),
    ])
    const earlier = plain.rows.map((row) => ({ ...row, id: `earlier ${row.id}`, earlier: true }))
    const joint = { strata: weighted.strata, rows: [...earlier, ...weighted.rows] }
    expect(findIsolated(joint, 5)).not.toBeNull()
    // At full return both weigh every answer alike.
    expect(smallestToHide(joint, 5)).toEqual(['S0'])
  })

  test('of level figures limits what units may show later', async () => {
    const survey = agencies(6, { 0: { CC: all(3) } })
    const all20 = await inputOf(survey, both)
    const rows = all20.rows.map((row) => (row.unit === null ? { ...row, earlier: true } : row))
    const hidden = smallestToHide({ ...all20, rows }, 5)
    expect(hidden.length).toBeGreaterThan(0)
    expect(hidden.every((id) => id.startsWith('S'))).toBe(true)
    const kept = rows.filter(({ id }) => !hidden.includes(id))
    expect(findIsolated({ ...all20, rows: kept }, 5)).toBeNull()
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
    expect(smallestToHide(await inputOf(agencies(10, crossed, parts), { groups: ['CC'] }), 5)).toEqual(['CC'])
  })

  test('pooled answers weigh alike, however the opt-outs fall', async () => {
    const survey = agencies(10, crossed, { ...parts, scoring: { severalItems: 'pooled-answers' } })
    expect(smallestToHide(await inputOf(survey, { groups: ['CC'] }), 5)).toEqual([])
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
  itemMethod: fc.constantFrom('weighted-options' as const, 'top-box' as const, 'scale-mean' as const),
  itemWeights: fc.constantFrom<Record<string, string>>({}, { a: '2' }, { b: '1/3' }),
})

/** 2–6 agencies (fewer than k, and k of them), groups of 2–6 people; the first group may have one item less than the others. */
function randomSurvey(groups: string[]): fc.Arbitrary<SmallSurvey> {
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

describe('on random small designs', () => {
  test('the audit agrees with a search through all small sets of answers', { timeout: 300_000 }, async () => {
    const seen = { safe: 0, isolated: 0 }
    const surveys = fc.oneof(
      randomSurvey(['LDP', 'CC']),
      randomSurvey(['CC']),
      randomSurvey(['LDP', 'CC', 'VC']),
    )
    await fc.assert(
      fc.asyncProperty(surveys, fc.integer({ min: 5, max: 7 }), async (survey, k) => {
        const { design, rows } = survey
        const figures = await figuresOf(design, rows, 'C1')
        const input = await inputOf(survey, { groups: design.groups.map(({ code }) => code) })
        const leak = searched(figures, input, k)
        expect(findIsolated(input, k) === null).toBe(leak === null)
        seen[leak === null ? 'safe' : 'isolated'] += 1
        const hidden = smallestToHide(input, k)
        const kept = (ids: readonly string[]) => ({
          ...input,
          rows: input.rows.filter(({ id }) => !ids.includes(id)),
        })
        expect(searched(figures, kept(hidden), k)).toBeNull()
        // None of them is hidden without need.
        for (const id of hidden)
          expect(searched(figures, kept(hidden.filter((each) => each !== id)), k)).not.toBeNull()
      }),
      { numRuns: 400 },
    )
    // Neither half of the promise is empty.
    expect(seen.safe).toBeGreaterThan(20)
    expect(seen.isolated).toBeGreaterThan(20)
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
