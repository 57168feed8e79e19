// How long the audit takes: 62 strata as in a province, and 20,000. Prints, compares with the goals of
// design/confidentiality.md (a second, a minute), asserts nothing. `npm run bench:audit`
import { aggregate } from '../../src/score/aggregate.ts'
import { findIsolated, smallestToHide, type AuditInput, type AuditRow } from '../../src/score/audit.ts'
import { countAnswers, type AnswerRow } from '../../src/score/counts.ts'
import { disclose } from '../../src/score/disclosure.ts'
import { surveyOf, item } from '../unit/score/small-survey.ts'

const k = 5

/** Always the same numbers, so that two runs do the same work. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

async function scoresOfUnits(count: number) {
  const draw = chance(count)
  const units = Array.from({ length: count }, (_, at) => `U${at}`)
  const quotas = { LDP: 5, CC: 4 }
  const items = [item('a', 'C1'), item('b', 'C1')]
  const design = surveyOf({ units, quotas, items, criteria: { C1: '3' } })
  const rows: AnswerRow[] = units.flatMap((unit) =>
    Object.entries(quotas).flatMap(([group, people]) =>
      // One in ten does not send, one in ten does not know: nearly every unit has weights of its own.
      Array.from({ length: people }, () => draw())
        .filter((stays) => stays > 0.1)
        .map(() => {
          const answer = () => (draw() < 0.1 ? '4' : '0123'.charAt(Math.floor(draw() * 4)))
          return { unit, group, questionnaire: group, version: 1, answers: answer() + answer() }
        }),
    ),
  )
  return aggregate(design, await countAnswers(design, () => rows))
}

function inputOf(scores: Awaited<ReturnType<typeof scoresOfUnits>>): AuditInput {
  const [rows] = scores.levels[0]?.rows ?? []
  if (!rows) throw new Error('the level has no criterion')
  const ofUnits = rows.units.map(({ code, strata }): AuditRow => ({
    id: code,
    unit: code,
    weights: new Map(
      strata.map(({ group, items }) => [group, new Map(items.map((each) => [each.code, each.weight]))]),
    ),
  }))
  const ofLevel = rows.groups.map(({ code, weights }): AuditRow => ({
    id: code,
    unit: null,
    weights: new Map([[code, weights]]),
  }))
  const pooled = new Map(rows.groups.map(({ code }) => [code, rows.pooled]))
  return {
    strata: rows.units.flatMap(({ code, strata }) => strata.map((each) => ({ unit: code, ...each }))),
    rows: [...ofUnits, ...ofLevel, { id: 'all', unit: null, weights: pooled }],
  }
}

async function measured<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
  const start = performance.now()
  const result = await work()
  process.stdout.write(`${name}: ${((performance.now() - start) / 1000).toFixed(2)} s\n`)
  return result
}

for (const count of [31, 10_000]) {
  process.stdout.write(`${count * 2} strata, two items, one criterion\n`)
  const scores = await measured('  counting and aggregating', () => scoresOfUnits(count))
  const input = inputOf(scores)
  const found = await measured('  linear audit of all figures', () => findIsolated(input, k))
  const hidden = await measured('  the smallest set to hide', () => smallestToHide(input, k))
  const shown = await measured('  disclosing it all', () => disclose(scores, k))
  const statuses = shown.levels[0]?.groups.map((group) => group.criteria[0]?.status).join(', ')
  const units = shown.units.filter((unit) => unit.total.status === 'ok').length
  process.stdout.write(
    `  isolated: ${found?.figures.join(' ') ?? 'nobody'}; to hide: ${hidden.length} figures`,
  )
  process.stdout.write(`; level’s groups: ${statuses}; units with a figure: ${units}\n`)
}
