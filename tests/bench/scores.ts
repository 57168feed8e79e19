// How long scores take: 1,000,000 ballots of 30 questions, and a release of 20,000 units x 30 criteria. Prints, compares
// with the goal of two seconds, asserts nothing. Memory is the most that the process held. `npm run bench:scores`
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import {
  countAnswers,
  type AnswerRow,
  type AnswerSource,
  type CountingDesign,
} from '../../src/score/counts.ts'
import { aggregate } from '../../src/score/aggregate.ts'
import { deriveScores } from '../../src/score/derive.ts'
import type { SurveyDesign } from '../../src/score/design.ts'
import { item, surveyOf } from '../unit/score/small-survey.ts'

const questions = 30

/** Always the same numbers, so that two runs do the same work. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function designOf(units: number, quotas: Record<string, number>, perCriterion: number): SurveyDesign {
  const criteria = Array.from({ length: questions / perCriterion }, (_, at) => `C${at}`)
  return surveyOf({
    units: Array.from({ length: units }, (_, at) => `U${at}`),
    quotas,
    items: Array.from({ length: questions }, (_, at) => item(`i${at}`, `C${Math.floor(at / perCriterion)}`)),
    criteria: Object.fromEntries(criteria.map((code) => [code, '1'])),
  })
}

/** Ballots one after the other, unit by unit; about one answer in thirty is "Không biết". */
function ballotsOf({ strata }: SurveyDesign): () => Generator<AnswerRow> {
  const draw = chance(2026)
  const answers = Array.from({ length: 5_000 }, () =>
    Array.from({ length: questions }, () =>
      draw() < 1 / 30 ? '4' : '0001122'.charAt(Math.floor(draw() * 7)),
    ).join(''),
  )
  return function* () {
    let at = 0
    for (const { unit, group, planned } of strata)
      for (let person = 0; person < planned; person += 1) {
        at = (at * 7919 + 13) % answers.length
        yield { unit, group, questionnaire: group, version: 1, answers: answers[at] ?? '' }
      }
  }
}

async function measured<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const [start, before] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(before)
  delay.disable()
  const most = process.resourceUsage().maxRSS / 1024
  process.stdout.write(
    `${name}: ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of processor, others wait ${(delay.max / 1e9).toFixed(2)} s at most, memory ${most.toFixed(0)} MB at most\n`,
  )
  return result
}

async function derive(design: CountingDesign & SurveyDesign, rows: AnswerSource): Promise<void> {
  const counts = await measured('  counting', () => countAnswers(design, rows))
  await measured('  exact scores of units, groups and questions', () =>
    Promise.resolve().then(() => aggregate(design, counts)),
  )
  const { scores } = await measured('  scores, disclosure, statistics', () =>
    deriveScores(design, counts, 5, []),
  )
  const shown = scores.units.filter(({ total }) => total.status === 'ok').length
  const kept = JSON.stringify(counts).length / 1e6
  process.stdout.write(`  units with a total: ${shown}; counts as JSON: ${kept.toFixed(1)} MB\n`)
}

/** As the program does: 5,000 rows at a time by their ids, others served in between. */
function pagesFrom(file: string, design: SurveyDesign): AnswerSource {
  return async function* () {
    const store = new Database(file, { readonly: true })
    const page = store.prepare<[string], { id: string; stratum: number; answers: string }>(
      'select id, stratum, answers from response where id > ? order by id limit 5000',
    )
    let after = ''
    for (;;) {
      const rows = page.all(after)
      yield rows.map(({ stratum, answers }): AnswerRow => {
        const { unit = '', group = '' } = design.strata[stratum] ?? {}
        return { unit, group, questionnaire: group, version: 1, answers }
      })
      if (rows.length < 5_000) break
      after = rows.at(-1)?.id ?? ''
      await new Promise((resolve) => setImmediate(resolve))
    }
    store.close()
  }
}

function stored(file: string, design: SurveyDesign): void {
  const store = new Database(file)
  store.exec('create table response (id text primary key, stratum int, answers text) without rowid')
  const add = store.prepare('insert into response values (?, ?, ?)')
  const places = new Map(design.strata.map(({ unit, group }, at) => [`${unit} ${group}`, at]))
  store.transaction(() => {
    let at = 0
    for (const { unit, group, answers } of ballotsOf(design)())
      add.run(String((at += 1)).padStart(22, '0'), places.get(`${unit} ${group}`), answers)
  })()
  store.close()
}

const [only] = process.argv.slice(2)
if (only !== 'units') {
  const million = designOf(200, { LDP: 2_500, CC: 2_500 }, 3)
  process.stdout.write('1,000,000 ballots x 30 questions, 200 units, 10 criteria; goal 2 s\n')
  await derive(million, ballotsOf(million))
  const folder = mkdtempSync(join(tmpdir(), 'scores-'))
  const file = join(folder, 'responses.sqlite')
  stored(file, million)
  process.stdout.write('the same out of SQLite, page by page\n')
  await derive(million, pagesFrom(file, million))
  rmSync(folder, { recursive: true })
}
if (only !== 'million') {
  const units = Number(process.argv[3] ?? 20_000)
  const many = designOf(units, { LDP: 5, CC: 4 }, 1)
  process.stdout.write(`${units} units x 30 criteria, 9 people each\n`)
  await derive(many, ballotsOf(many))
}
