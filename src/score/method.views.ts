// How the figures were made, how far they can be trusted, what another choice would have changed, what they cannot say and
// what is not shown by which rule.
import { showCount, showNumber, showPoints } from '../lib/format.ts'
import { unitsOf, type ReleasedLevel } from './findings.ts'
import { levelName, partsOf, type Parts, type Results } from './results.views.ts'
import { fewestUnits, smallestDistribution } from './shown.ts'

export interface MethodPage {
  parts: Parts
  heading: string
  method: string[]
  limits: string[]
  levels: {
    name: string
    reliability: {
      spread: string
      scales: {
        /** Who is asked by the questionnaire. */
        title: string
        items: string
        ballots: string
        alpha: string
        /** Each question against the rest of its questionnaire. */
        itemRest: { text: string; r: string }[]
      }[]
    }
    sensitivity: {
      finding: string
      rows: { words: string; moved: string; largest: string; tau: string; mean: string }[]
    }
    hidden: { what: string; count: string; rule: string }[]
  }[]
}

export function methodPage(results: Results): MethodPage {
  const { scores } = results
  return {
    parts: partsOf(results, '/cach-tinh'),
    heading: `Cách tính và giới hạn của bảng điểm bản ${scores.version}`,
    method: scores.method.words,
    limits,
    levels: scores.levels.map((level) => ({
      name: levelName(results, level),
      reliability: reliabilityOf(level),
      sensitivity: sensitivityOf(results, level),
      hidden: hiddenOf(results, level),
    })),
  }
}

const limits = [
  'Điểm điều tra là ý kiến của người trả lời về cơ quan, đơn vị của chính mình, không phải kết quả đo công việc.',
  'Khoảng tham khảo chỉ phản ánh việc hỏi một số người thay cho tất cả, không phản ánh việc người trả lời nể nang, hiểu khác câu hỏi hoặc không trả lời.',
  'Hai cơ quan, đơn vị có điểm chênh nhau trong khoảng tham khảo của chênh lệch thì không nên coi là hơn kém.',
  'Các cấp được hỏi bằng bộ câu hỏi khác nhau, nên không so sánh điểm giữa các cấp.',
  'Chỉ so sánh giữa các năm bằng tỷ lệ, ở những câu hỏi giữ nguyên lời, phương án và cách hỏi.',
  'Chênh lệch giữa các nhóm cho biết hai nhóm nhìn khác nhau, không cho biết nhóm nào đúng và vì sao.',
  'Không có số nào về mức phân tán riêng của một cơ quan, đơn vị: với vài người trả lời, số đó làm lộ câu trả lời.',
]

function reliabilityOf(level: ReleasedLevel): MethodPage['levels'][number]['reliability'] {
  const { withinSd, ballots, units } = level.spread
  return {
    spread:
      withinSd === null || ballots === null || units === null
        ? `Không hiện mức khác nhau giữa những người cùng một cơ quan, đơn vị: chưa đủ phiếu hoặc chưa đủ ${fewestUnits} cơ quan, đơn vị.`
        : `Những người cùng một cơ quan, đơn vị lệch nhau khoảng ${showPoints(withinSd)} điểm (độ lệch chuẩn của tổng điểm từng người, gộp ${showCount(ballots)} phiếu của ${showCount(units)} cơ quan, đơn vị).`,
    scales: level.scales.map((scale) => ({
      title: scale.title,
      items: showCount(scale.items),
      ballots: scale.ballots === null ? '–' : showCount(scale.ballots),
      alpha: showPoints(scale.alpha),
      itemRest:
        scale.status === 'ok'
          ? scale.itemRest.map(({ code, text, r }) => ({ text: `${code}. ${text}`, r: showPoints(r) }))
          : [],
    })),
  }
}

function sensitivityOf(
  { scores }: Results,
  level: ReleasedLevel,
): MethodPage['levels'][number]['sensitivity'] {
  const ranked = unitsOf(scores, level.code).filter(({ rank }) => rank !== null).length
  const rows = level.sensitivity
  const most = Math.max(0, ...rows.map(({ ranksMoved }) => ranksMoved))
  const largest = Math.max(0, ...rows.map(({ largestMove }) => largestMove))
  return {
    finding:
      rows.length === 0
        ? 'Không hiện ảnh hưởng của cách tính khác ở cấp này.'
        : most === 0
          ? 'Chọn khác đi ở bất cứ mục nào dưới đây cũng không làm đổi thứ hạng của cơ quan, đơn vị nào.'
          : `Chọn khác đi ở một mục thì nhiều nhất ${showCount(most)}/${showCount(ranked)} cơ quan, đơn vị đổi thứ hạng, nhiều nhất ${showCount(largest)} hạng.`,
    rows: rows.map((each) => ({
      words: each.words,
      moved: showCount(each.ranksMoved),
      largest: showCount(each.largestMove),
      tau: each.tau === null ? '–' : showNumber(each.tau),
      mean: signed(each.meanChange),
    })),
  }
}

function signed(points: number): string {
  return points > 0 ? `+${showNumber(points)}` : showNumber(points)
}

function hiddenOf({ scores }: Results, level: ReleasedLevel): MethodPage['levels'][number]['hidden'] {
  const { k } = scores.method
  const units = unitsOf(scores, level.code)
  const counted = (all: readonly { status: string }[]) => {
    const asked = all.filter(({ status }) => status !== 'not-applicable')
    return { hidden: asked.filter(({ status }) => status === 'hidden').length, of: asked.length }
  }
  const line = (what: string, { hidden, of }: { hidden: number; of: number }, rule: string) => ({
    what,
    count: `${showCount(hidden)}/${showCount(of)}`,
    rule,
  })
  const audited = `Từ ${fewestUnits} cơ quan, đơn vị có người trả lời; đem so với các số khác không suy ra được câu trả lời của dưới ${k} người.`
  const spreads = [...level.items, ...level.groups.flatMap(({ items }) => items)].filter(
    ({ status }) => status !== 'not-applicable',
  )
  return [
    line(
      'Cơ quan, đơn vị không có tổng điểm',
      { hidden: units.filter(({ total }) => total.status !== 'ok').length, of: units.length },
      `Mọi tiêu chí phải có từ ${k} người trả lời.`,
    ),
    line(
      'Điểm tiêu chí của cơ quan, đơn vị',
      counted(units.flatMap(({ criteria }) => criteria)),
      `Từ ${k} người trả lời; in đến mức không suy ra được điểm của một nhóm ít người.`,
    ),
    line('Tỷ lệ tiêu chí của cả cấp', counted(level.pooled), audited),
    line('Tỷ lệ tiêu chí của từng nhóm', counted(level.groups.flatMap(({ criteria }) => criteria)), audited),
    line('Tỷ lệ của câu hỏi', counted(spreads), audited),
    line(
      'Phân bố phương án của câu hỏi',
      { hidden: spreads.filter(({ options }) => options === null).length, of: spreads.length },
      `Từ ${smallestDistribution} câu trả lời; khi gần như mọi người chọn như nhau chỉ ghi “≥ 95 %” hoặc “≤ 5 %”.`,
    ),
  ]
}
