// The scoring settings in words: what each is called, which choices it has and why one would take it. The page of settings, the
// log of acts and the files read the same words. How a choice is computed stands in src/score.
import Fraction from 'fraction.js'
import { showNumber } from '../lib/format.ts'
import { type GradeBand, ScoringSettings } from './settings.ts'

/** The settings that are a choice of a few. */
export const choiceNames = [
  'itemMethod',
  'severalItems',
  'optOut',
  'blank',
  'groups',
  'withoutValue',
  'belowThreshold',
] as const satisfies (keyof ScoringSettings)[]
export type ChoiceName = (typeof choiceNames)[number]

interface Choice {
  name: string
  /** One sentence. */
  why: string
}

interface ChoiceWords<Value extends string> {
  name: string
  choices: Record<Value, Choice>
}

export const choices: { [Name in ChoiceName]: ChoiceWords<ScoringSettings[Name]> } = {
  itemMethod: {
    name: 'Tỷ lệ của một câu hỏi',
    choices: {
      'weighted-options': {
        name: 'Theo hệ số của phương án',
        why: 'Dùng đúng hệ số đã ghi cho từng phương án, nên mức giữa cũng có phần.',
      },
      'top-box': {
        name: 'Tỷ lệ chọn các phương án tốt nhất',
        why: 'Chỉ đếm người chọn mức tốt, như Chỉ số hài lòng; các mức còn lại coi như nhau.',
      },
      'scale-mean': {
        name: 'Bình quân bậc trên thang',
        why: 'Các bậc cách đều nhau, kém nhất là 0, tốt nhất là 1, dù hệ số có đều hay không.',
      },
    },
  },
  severalItems: {
    name: 'Tiêu chí có nhiều câu hỏi',
    choices: {
      'mean-of-item-shares': {
        name: 'Bình quân tỷ lệ của các câu',
        why: 'Câu có nhiều người trả lời “Không biết” không vì thế mà nhẹ đi.',
      },
      'pooled-answers': {
        name: 'Gộp mọi câu trả lời',
        why: 'Câu được nhiều người trả lời hơn thì nặng hơn; không dùng trọng số câu hỏi.',
      },
    },
  },
  optOut: {
    name: '“Không biết / không có ý kiến”',
    choices: {
      'left-out': {
        name: 'Bỏ khỏi mẫu số',
        why: 'Người không biết không làm điểm tăng hay giảm.',
      },
      zero: {
        name: 'Tính 0',
        why: 'Không biết bị coi như đánh giá kém nhất, nên dễ khiến người ta chọn bừa.',
      },
    },
  },
  blank: {
    name: 'Câu để trống',
    choices: {
      'left-out': { name: 'Bỏ khỏi mẫu số', why: 'Bỏ sót một câu không phải là chê.' },
      zero: { name: 'Tính 0', why: 'Câu bỏ trống bị coi như đánh giá kém nhất.' },
    },
  },
  groups: {
    name: 'Các nhóm trong một cơ quan, đơn vị',
    choices: {
      'sample-design': {
        name: 'Theo số phiếu kế hoạch',
        why: 'Như gộp mọi câu trả lời khi thu đủ phiếu; nhóm trả lời ít không làm lệch điểm.',
      },
      pooled: {
        name: 'Gộp mọi câu trả lời',
        why: 'Nhóm trả lời ít thì nhẹ đi, nên điểm lệch theo tỷ lệ thu phiếu.',
      },
      equal: {
        name: 'Các nhóm bằng nhau',
        why: 'Nhóm ít người nặng bằng nhóm đông người.',
      },
      fixed: {
        name: 'Trọng số cố định',
        why: 'Ghi sẵn trọng số từng nhóm, như 60 và 40; điểm có thể phải in thô hơn 0,01 để không lộ điểm của từng nhóm.',
      },
    },
  },
  withoutValue: {
    name: 'Tiêu chí có hỏi mà không có câu trả lời nào được tính',
    choices: {
      'leaves-scale': {
        name: 'Bỏ khỏi thang điểm',
        why: 'Không ai đánh giá thì không có gì để chấm.',
      },
      zero: {
        name: '0 điểm',
        why: 'Giữ nguyên thang điểm; nơi không ai trả lời mất hết điểm của tiêu chí.',
      },
    },
  },
  belowThreshold: {
    name: 'Cơ quan, đơn vị chưa đủ người trả lời, sau khi đã gia hạn',
    choices: {
      'not-ranked': {
        name: 'Chưa đủ điều kiện, không xếp hạng',
        why: 'Không đủ câu trả lời thì không kết luận gì về nơi đó.',
      },
      'lowest-of-level': {
        name: 'Lấy phần điểm điều tra thấp nhất của cấp',
        why: 'Vẫn có Chỉ số; nơi không trả lời không hơn nơi thấp nhất của cấp.',
      },
      zero: {
        name: '0 điểm điều tra',
        why: 'Vẫn có Chỉ số; nặng nhất cho nơi ít người trả lời.',
      },
      'leaves-scale': {
        name: 'Bỏ phần điều tra khỏi thang điểm',
        why: 'Vẫn có Chỉ số, nhưng không trả lời lại có lợi: nơi có điểm điều tra thấp sẽ có Chỉ số cao hơn nếu không trả lời.',
      },
    },
  },
}

export const standardScoring: ScoringSettings = ScoringSettings.parse({})

export function choiceOf(name: ChoiceName, value: string): Choice {
  const all: Record<string, Choice> = choices[name].choices
  const found = all[value]
  if (!found) throw new Error(`the setting ${name} has no choice ${value}`)
  return found
}

/** How a line of the index says that its survey points are not the unit's own. */
export const fallbackNotes = {
  'lowest-of-level': 'Chưa đủ người trả lời: lấy điểm điều tra thấp nhất của cấp',
  zero: 'Chưa đủ người trả lời: 0 điểm điều tra',
  'leaves-scale': 'Chưa đủ người trả lời: bỏ phần điều tra khỏi thang điểm',
} as const

/** What settings that are typed are called. */
export const typedNames = {
  topOptions: 'Số phương án tốt nhất được tính',
  itemWeights: 'Trọng số câu hỏi',
  validShare: 'Phiếu hợp lệ khi trả lời từ',
  fixedWeights: 'Trọng số nhóm',
  minimumReturn: 'Mức phiếu hợp lệ tối thiểu của một cơ quan, đơn vị',
  bands: 'Xếp loại theo Chỉ số',
} as const

/** Each setting with its value, in the order in which the figures are made. */
export function scoringInWords(scoring: ScoringSettings): { name: string; value: string }[] {
  const chosen = (name: ChoiceName) => ({
    name: choices[name].name,
    value: choiceOf(name, scoring[name]).name,
  })
  return [
    { name: typedNames.validShare, value: `${percentText(scoring.validShare)} số câu` },
    chosen('itemMethod'),
    ...(scoring.itemMethod === 'top-box'
      ? [{ name: typedNames.topOptions, value: String(scoring.topOptions) }]
      : []),
    chosen('optOut'),
    chosen('blank'),
    chosen('severalItems'),
    { name: typedNames.itemWeights, value: itemWeightsInWords(scoring) },
    chosen('groups'),
    ...(scoring.groups === 'fixed'
      ? [{ name: typedNames.fixedWeights, value: weightsText(scoring.fixedWeights) }]
      : []),
    chosen('withoutValue'),
    { name: typedNames.minimumReturn, value: minimumInWords(scoring) },
    chosen('belowThreshold'),
    { name: typedNames.bands, value: scoring.bands.length === 0 ? 'chưa đặt' : bandsText(scoring.bands) },
  ]
}

/** "Tên: cũ → mới; …"; '' where nothing differs. */
export function scoringChanges(before: ScoringSettings, after: ScoringSettings): string {
  const old = new Map(scoringInWords(before).map(({ name, value }) => [name, value]))
  const now = new Map(scoringInWords(after).map(({ name, value }) => [name, value]))
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => `${name}: ${old.get(name) ?? 'không dùng'} → ${now.get(name) ?? 'không dùng'}`)
    .join('; ')
}

export function bandsInWords(bands: readonly GradeBand[]): string {
  return `Xếp loại theo Chỉ số trước khi làm tròn: ${bandsText(bands)}.`
}

function bandsText(bands: readonly GradeBand[]): string {
  return bands.map(({ from, name }) => `${name} từ ${exactTextOf(from)} %`).join('; ')
}

export function weightsText(weights: Readonly<Record<string, string>>): string {
  return Object.entries(weights)
    .map(([code, weight]) => `${code}: ${exactTextOf(weight)}`)
    .join(', ')
}

function itemWeightsInWords({ itemWeights }: ScoringSettings): string {
  const others = Object.entries(itemWeights).filter(([, weight]) => !new Fraction(weight).equals(1))
  return others.length === 0 ? 'mọi câu bằng nhau' : `${weightsText(Object.fromEntries(others))}; câu khác: 1`
}

function minimumInWords({ minimumReturn }: ScoringSettings): string {
  return new Fraction(minimumReturn).equals(0)
    ? 'không đặt thêm'
    : `${percentText(minimumReturn)} số phiếu theo kế hoạch`
}

/** A share of settings as a percentage: "0.7" → "70 %"; with at most two decimals. */
export function percentText(share: string): string {
  return `${showNumber(new Fraction(share).mul(100).round(2).valueOf())} %`
}

/** "0.5" → "0,5", "1/3" → "1/3" */
export function exactTextOf(number: string): string {
  return number.includes('/') ? number : showNumber(Number(number))
}
