// The index in words: who stands where in its block, from which points, on which scale.
import { showCount, showDay, showNumber, showPoints } from '../lib/format.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Level, Survey } from '../survey/survey.queries.ts'
import { bandsInWords, fallbackNotes } from '../survey/scoring-words.ts'
import type { StoredRun } from './index.queries.ts'
import type { IndexOutput } from './index.service.ts'

export interface IndexPage {
  heading: string
  template: string
  upload: { action: string; errors: string[] } | null
  runs: { text: string; href: string; day: string; hash: string }[]
}

export interface RunPage {
  heading: string
  back: string
  hash: string
  formula: string
  ranking: string
  /** Grades of the index, and what became of units with too few answers. */
  rules: string[]
  exports: { action: string; formats: { value: string; text: string }[] }
  blocks: {
    name: string
    finding: string
    /** Whether there is a table of grades. */
    graded: boolean
    rows: {
      rank: string
      name: string
      appraised: string
      survey: string
      bonus: string
      penalty: string
      total: string
      scale: string
      index: string
      grade: string
      /** Where its survey points are not its own. */
      note: string
      domains: string[]
    }[]
    domains: string[]
  }[]
}

export interface IndexViews {
  'index-calculator/index': IndexPage
  'index-calculator/run': RunPage
}

export function indexPage(
  survey: Survey,
  opened: boolean,
  runs: Pick<StoredRun, 'id' | 'number' | 'computed_on' | 'hash'>[],
  mayCompute: boolean,
  errors: string[],
): IndexPage {
  return {
    heading: headingFor(opened, runs.length),
    template: surveyHref(survey, '/chi-so/mau.csv'),
    upload: opened && mayCompute ? { action: surveyHref(survey, '/chi-so'), errors } : null,
    runs: runs.map((run) => ({
      text: `Lần tính ${run.number}`,
      href: surveyHref(survey, `/chi-so/${run.id}`),
      day: showDay(run.computed_on),
      hash: run.hash.slice(0, 16),
    })),
  }
}

function headingFor(opened: boolean, runs: number): string {
  if (!opened) return 'Chưa tính được Chỉ số: phiếu chưa mở niêm phong'
  return runs === 0 ? 'Chưa tính Chỉ số lần nào' : `Đã tính Chỉ số ${showCount(runs)} lần`
}

export function runPage(
  survey: Survey,
  id: string,
  levels: Level[],
  output: IndexOutput,
  formats: RunPage['exports']['formats'],
): RunPage {
  const blocks = [...new Set(output.units.map((unit) => unit.block))]
  const ranked = output.units.filter((unit) => unit.rank !== null).length
  return {
    heading: `Chỉ số của ${showCount(ranked)}/${showCount(output.units.length)} cơ quan, đơn vị`,
    back: surveyHref(survey, '/chi-so'),
    hash: output.hash,
    formula: output.method.formula,
    ranking: output.method.ranking,
    rules: rulesOf(output),
    exports: { action: surveyHref(survey, `/chi-so/${id}/xuat`), formats },
    blocks: blocks.map((block) => blockOf(block, levels, output)),
  }
}

function rulesOf({ method, units }: IndexOutput): string[] {
  const notes = [...new Set(units.flatMap(({ fallback }) => (fallback === undefined ? [] : [fallback])))]
  return [
    ...(method.bands === undefined ? [] : [bandsInWords(method.bands)]),
    ...notes.map((fallback) => `${fallbackNotes[fallback]}.`),
  ]
}

function blockOf(block: string, levels: Level[], output: IndexOutput): RunPage['blocks'][number] {
  const units = output.units
    .filter((unit) => unit.block === block)
    .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))
  const [first] = units
  return {
    name: levels.find((level) => level.code === block)?.name ?? `Khối ${block}`,
    finding:
      first?.rank === 1
        ? `Dẫn đầu: ${first.name}, ${showPoints(first.index)}\u00a0%.`
        : 'Chưa cơ quan, đơn vị nào đủ điều kiện xếp hạng.',
    graded: output.method.bands !== undefined,
    domains: first?.domains.map((domain) => domain.code) ?? [],
    rows: units.map((unit) => ({
      rank: unit.rank === null ? 'Chưa đủ điều kiện' : `${unit.rank}${unit.tied ? ' (đồng hạng)' : ''}`,
      name: unit.name,
      appraised: showPoints(unit.appraised),
      survey: showPoints(unit.survey),
      bonus: showPoints(unit.bonus),
      penalty: showPoints(unit.penalty),
      total: showPoints(unit.total),
      scale: unit.scale === null ? '–' : showNumber(unit.scale),
      index: unit.index === null ? '–' : `${showPoints(unit.index)} %`,
      grade: unit.grade ?? '–',
      note: unit.fallback === undefined ? '' : fallbackNotes[unit.fallback],
      domains: unit.domains.map((domain) => showPoints(domain.points)),
    })),
  }
}
