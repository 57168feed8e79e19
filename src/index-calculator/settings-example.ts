// What each scoring setting does, worked out by the real engine on invented people: one sentence of result for the settings as they
// stand in the form. Pure.
import Fraction from 'fraction.js'
import { showNumber, showPoints } from '../lib/format.ts'
import type { CriteriaSet } from '../survey/criteria.ts'
import type { ScoringSettings } from '../survey/settings.ts'
import { unrankedUnits } from '../score/disclosure.ts'
import {
  everybodyAnswers,
  isValidWith,
  oneCriterionSilent,
  oneLeavesABlank,
  oneOfFour,
  scoringOfExample,
  sixOfTen,
  threeDoNotKnow,
  threeUnitsOfThirty,
  twoQuestions,
  type ExampleOf,
  type ExampleScores,
} from '../score/example.ts'
import { computeIndex, showIndex, type ShownIndexRow } from './calculate.ts'

/** The settings that have an example of their own. */
export const exampleNames = [
  'validShare',
  'itemMethod',
  'optOut',
  'blank',
  'severalItems',
  'withoutValue',
  'groups',
  'minimumReturn',
  'belowThreshold',
  'bands',
] as const
export type ExampleName = (typeof exampleNames)[number]

/** The result, such as "0,6444 điểm"; `of` says whose weights the invented groups and questions have. */
export async function workedExample(
  name: ExampleName,
  settings: ScoringSettings,
  of: ExampleOf,
): Promise<string> {
  const scoring = scoringOfExample(settings, of)
  switch (name) {
    case 'itemMethod':
      return points(await everybodyAnswers(scoring))
    case 'groups': {
      const { all, one } = await oneOfFour(scoring)
      return `${points(await everybodyAnswers(scoring))}; nhóm trả lời thiếu: ${of30(one)} thay vì ${of30(all)}`
    }
    case 'optOut':
      return points(await threeDoNotKnow(scoring))
    case 'blank':
      return points(await oneLeavesABlank(scoring))
    case 'severalItems': {
      const share = await twoQuestions(scoring)
      return share === null ? 'không tính được' : `${showNumber(Math.round(share * 10_000) / 100)} %`
    }
    case 'withoutValue': {
      const { points: got, max } = await oneCriterionSilent(scoring)
      return got === null ? 'không có điểm' : `${showNumber(got)} điểm trên thang ${showNumber(max)}`
    }
    case 'validShare':
      return `${await validity(scoring, 6)}; ${await validity(scoring, 7)}`
    case 'minimumReturn': {
      const { exact, k } = await sixOfTen(scoring)
      return unrankedUnits(exact, k, scoring).size === 0 ? 'đủ điều kiện' : 'chưa đủ điều kiện'
    }
    case 'belowThreshold': {
      const few = (await indexOfExample(scoring)).find(({ code }) => code === 'few')
      return few?.index === null || few === undefined
        ? 'chưa đủ điều kiện, không xếp hạng'
        : `Chỉ số ${showNumber(few.index)} %, hạng ${few.rank}${few.tied ? ' (đồng hạng)' : ''}`
    }
    case 'bands': {
      const low = (await indexOfExample(scoring)).find(({ code }) => code === 'low')
      return low?.grade ?? 'không xếp loại'
    }
  }
}

/** Silence pays, in the numbers of the example: the index of who answered and got 18 of 30, and of who did not. */
export async function silenceInNumbers(scoring: ScoringSettings): Promise<{ low: string; few: string }> {
  const rows = await indexOfExample(
    scoringOfExample({ ...scoring, belowThreshold: 'leaves-scale' }, { groups: null, items: null }),
  )
  const of = (code: string) => showNumber(rows.find((row) => row.code === code)?.index ?? 0)
  return { low: of('low'), few: of('few') }
}

/** All three have 63 of 70 appraised points. */
async function indexOfExample(scoring: ScoringSettings): Promise<ShownIndexRow[]> {
  return showIndex(computeIndex({ ...inputOf(await threeUnitsOfThirty(scoring)), scoring }))
}

const set: CriteriaSet = {
  level: 'l',
  rows: [
    { code: 'I', parent: null, name: 'I', max: '100', method: null },
    { code: 'A', parent: 'I', name: 'A', max: '70', method: 'appraised' },
    { code: 'C1', parent: 'I', name: 'C1', max: '30', method: 'survey' },
  ],
}

function inputOf({ exact, shown, k }: ExampleScores) {
  return {
    units: exact.units.map(({ code, name, level }) => ({ code, name, level, block: level })),
    criteriaSets: [set],
    exact,
    shown: shown.units,
    k,
    appraised: new Map(exact.units.map(({ code }) => [code, new Map([['A', new Fraction(63)]])])),
    bonus: new Map<string, Fraction>(),
    penalty: new Map<string, Fraction>(),
  }
}

async function validity(scoring: ScoringSettings, answered: number): Promise<string> {
  return `${answered} câu: ${(await isValidWith(scoring, answered)) ? 'hợp lệ' : 'không hợp lệ'}`
}

function points(value: number | null): string {
  return value === null ? 'không có điểm' : `${showNumber(value)} điểm`
}

function of30(value: number | null): string {
  return value === null ? 'không có' : showPoints(Math.round(value * 100) / 100)
}
