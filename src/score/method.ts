// How the scores were made, in words: printed on the page of results and in every export, beside the frozen settings.
import Fraction from 'fraction.js'
import { showPoints } from '../lib/format.ts'
import { fewestUnits, smallestDistribution } from './shown.ts'
import { fewestPerGroup } from './unit-figures.ts'
import type { ScoringSettings, SurveySettings } from '../survey/settings.ts'

/** One sentence per choice, in the order in which the figures are made. */
export function methodInWords({ k, scoring }: SurveySettings): string[] {
  return [
    `Phiếu hợp lệ khi trả lời từ ${percent(scoring.validShare)} số câu trở lên; “Không biết / không có ý kiến” tính là đã trả lời.`,
    'Tỷ lệ của một câu hỏi trong một nhóm = tổng hệ số các câu trả lời / số câu trả lời được tính.',
    scoring.optOut === 'left-out'
      ? '“Không biết / không có ý kiến” không nằm trong mẫu số.'
      : '“Không biết / không có ý kiến” tính hệ số 0.',
    scoring.blank === 'left-out' ? 'Câu để trống không nằm trong mẫu số.' : 'Câu để trống tính hệ số 0.',
    scoring.severalItems === 'mean-of-item-shares'
      ? 'Tiêu chí có nhiều câu hỏi: trung bình cộng tỷ lệ của các câu.'
      : 'Tiêu chí có nhiều câu hỏi: gộp mọi câu trả lời rồi tính tỷ lệ.',
    groupsInWords(scoring),
    scoring.withoutValue === 'leaves-scale'
      ? 'Tiêu chí không có câu trả lời nào được tính: bỏ khỏi thang điểm.'
      : 'Tiêu chí không có câu trả lời nào được tính: 0 điểm.',
    'Điểm tiêu chí = tỷ lệ x điểm tối đa. Tính và xếp hạng bằng số không làm tròn; chỉ làm tròn khi in.',
    'Điểm tiêu chí in ra của một cơ quan, đơn vị làm tròn đến 0,01; nếu như vậy vẫn suy ra được điểm của một nhóm ít người thì làm tròn thô hơn (0,02; 0,05; 0,1; 0,2; 0,5 hoặc 1), chọn theo số người trả lời và trọng số, không theo ý của riêng ai.',
    'Điểm lĩnh vực và tổng điểm cộng từ số không làm tròn rồi làm tròn đến 0,01, nên có thể khác tổng các số đã in; nếu như vậy suy ra được điểm của một nhóm ít người, hoặc có tiêu chí phải làm tròn thô hơn, thì in tổng các điểm tiêu chí đã in.',
    `Số của cả một cấp: làm tròn đến 1 %, từ ${fewestUnits} cơ quan, đơn vị có người trả lời trở lên; không hiện số nào mà đem so với các số khác sẽ suy ra được câu trả lời của dưới ${k} người.`,
    `Phân bố phương án chỉ hiện từ ${smallestDistribution} câu trả lời; khi gần như mọi người chọn như nhau, chỉ ghi “≥ 95 %” hoặc “≤ 5 %”.`,
    `Chỉ hiện số có từ ${k} người trả lời trở lên; không hiện số của từng nhóm trong một cơ quan, đơn vị.`,
    `Cơ quan, đơn vị có tiêu chí dưới ${k} người trả lời, hoặc có nhóm chỉ ${fewestPerGroup - 1} người trả lời: chưa đủ điều kiện, không xếp hạng.`,
  ]
}

function groupsInWords(scoring: ScoringSettings): string {
  switch (scoring.groups) {
    case 'sample-design':
      return 'Các nhóm trong một cơ quan, đơn vị: bình quân theo số phiếu kế hoạch của từng nhóm.'
    case 'pooled':
      return 'Các nhóm trong một cơ quan, đơn vị: gộp mọi câu trả lời.'
    case 'equal':
      return 'Các nhóm trong một cơ quan, đơn vị: trọng số bằng nhau.'
    case 'fixed': {
      const weights = Object.entries(scoring.fixedWeights).map(([group, weight]) => `${group}: ${weight}`)
      return `Các nhóm trong một cơ quan, đơn vị: trọng số cố định (${weights.join(', ')}).`
    }
  }
}

function percent(share: string): string {
  return `${showPoints(new Fraction(share).mul(100).round(2).valueOf()).replace(/,?0+$/, '')} %`
}
