// How the scores were made, in words: printed on the page of results and in every export, beside the frozen settings.
import Fraction from 'fraction.js'
import { fewestUnits, smallestDistribution } from './shown.ts'
import { fewestPerGroup } from './unit-figures.ts'
import { bandsInWords, percentText, weightsText } from '../survey/scoring-words.ts'
import type { ScoringSettings, SurveySettings } from '../survey/settings.ts'

/** One sentence per choice, in the order in which the figures are made. */
export function methodInWords({ k, scoring }: SurveySettings): string[] {
  return [
    `Phiếu hợp lệ khi trả lời từ ${percentText(scoring.validShare)} số câu trở lên; “Không biết / không có ý kiến” tính là đã trả lời.`,
    itemInWords(scoring),
    'Câu hỏi đảo chiều được đảo lại trước khi tính.',
    scoring.optOut === 'left-out'
      ? '“Không biết / không có ý kiến” không nằm trong mẫu số.'
      : '“Không biết / không có ý kiến” tính hệ số 0.',
    scoring.blank === 'left-out' ? 'Câu để trống không nằm trong mẫu số.' : 'Câu để trống tính hệ số 0.',
    severalInWords(scoring),
    groupsInWords(scoring),
    scoring.withoutValue === 'leaves-scale'
      ? 'Tiêu chí không có câu trả lời nào được tính: bỏ khỏi thang điểm.'
      : 'Tiêu chí không có câu trả lời nào được tính: 0 điểm.',
    'Điểm tiêu chí = tỷ lệ x điểm tối đa. Tính và xếp hạng bằng số không làm tròn; chỉ làm tròn khi in.',
    'Điểm tiêu chí in ra của một cơ quan, đơn vị làm tròn đến 0,01; nếu như vậy vẫn suy ra được điểm của một nhóm ít người thì làm tròn thô hơn (0,02; 0,05; 0,1; 0,2; 0,5 hoặc 1), chọn theo số người trả lời và trọng số, không theo ý của riêng ai.',
    'Điểm lĩnh vực và tổng điểm cộng từ số không làm tròn rồi làm tròn đến 0,01, nên có thể khác tổng các số đã in; nếu như vậy suy ra được điểm của một nhóm ít người, hoặc có tiêu chí phải làm tròn thô hơn, thì in tổng các điểm tiêu chí đã in; ở bảng điểm, thứ hạng khi đó theo số đã in.',
    `Số của cả một cấp: làm tròn đến 1 %, từ ${fewestUnits} cơ quan, đơn vị có người trả lời trở lên; không hiện số nào mà đem so với các số khác sẽ suy ra được câu trả lời của dưới ${k} người.`,
    `Phân bố phương án chỉ hiện từ ${smallestDistribution} câu trả lời; khi gần như mọi người chọn như nhau, chỉ ghi “≥ 95 %” hoặc “≤ 5 %”.`,
    `Chỉ hiện số có từ ${k} người trả lời trở lên; không hiện số của từng nhóm trong một cơ quan, đơn vị.`,
    `Cơ quan, đơn vị có tiêu chí dưới ${k} người trả lời, hoặc có nhóm chỉ ${fewestPerGroup - 1} người trả lời${returnInWords(scoring)}: ${fallbackInWords(scoring)}`,
    'Xếp hạng: bằng nhau cùng hạng, ghi rõ đồng hạng, hạng sau cách ra (1, 2, 2, 4).',
    ...(scoring.bands.length === 0 ? [] : [bandsInWords(scoring.bands)]),
  ]
}

function itemInWords({ itemMethod, topOptions }: ScoringSettings): string {
  switch (itemMethod) {
    case 'weighted-options':
      return 'Tỷ lệ của một câu hỏi trong một nhóm = tổng hệ số các câu trả lời / số câu trả lời được tính.'
    case 'top-box':
      return `Tỷ lệ của một câu hỏi trong một nhóm = số câu trả lời chọn một trong ${topOptions} phương án tốt nhất (không bao giờ là phương án kém nhất) / số câu trả lời được tính.`
    case 'scale-mean':
      return 'Tỷ lệ của một câu hỏi trong một nhóm = bình quân bậc của các câu trả lời được tính; các bậc cách đều nhau, kém nhất là 0, tốt nhất là 1.'
  }
}

function severalInWords({ severalItems, itemWeights }: ScoringSettings): string {
  if (severalItems === 'pooled-answers')
    return 'Tiêu chí có nhiều câu hỏi: gộp mọi câu trả lời rồi tính tỷ lệ.'
  const others = Object.entries(itemWeights).filter(([, weight]) => !new Fraction(weight).equals(1))
  return others.length === 0
    ? 'Tiêu chí có nhiều câu hỏi: bình quân tỷ lệ của các câu.'
    : `Tiêu chí có nhiều câu hỏi: bình quân tỷ lệ của các câu theo trọng số (${weightsText(Object.fromEntries(others))}; câu khác: 1).`
}

function groupsInWords(scoring: ScoringSettings): string {
  switch (scoring.groups) {
    case 'sample-design':
      return 'Các nhóm trong một cơ quan, đơn vị: bình quân theo số phiếu kế hoạch của từng nhóm.'
    case 'pooled':
      return 'Các nhóm trong một cơ quan, đơn vị: gộp mọi câu trả lời.'
    case 'equal':
      return 'Các nhóm trong một cơ quan, đơn vị: trọng số bằng nhau.'
    case 'fixed':
      return `Các nhóm trong một cơ quan, đơn vị: trọng số cố định (${weightsText(scoring.fixedWeights)}).`
  }
}

function returnInWords({ minimumReturn }: ScoringSettings): string {
  if (new Fraction(minimumReturn).equals(0)) return ''
  return `, hoặc có số phiếu hợp lệ dưới ${percentText(minimumReturn)} số phiếu theo kế hoạch`
}

function fallbackInWords({ belowThreshold }: ScoringSettings): string {
  switch (belowThreshold) {
    case 'not-ranked':
      return 'chưa đủ điều kiện, không xếp hạng.'
    case 'lowest-of-level':
      return 'chưa đủ điều kiện; khi tính Chỉ số lấy phần điểm điều tra của cơ quan, đơn vị có tỷ lệ thấp nhất cùng cấp.'
    case 'zero':
      return 'chưa đủ điều kiện; khi tính Chỉ số, phần điều tra được 0 điểm.'
    case 'leaves-scale':
      return 'chưa đủ điều kiện; khi tính Chỉ số, phần điều tra được bỏ khỏi thang điểm, nên không trả lời có thể có lợi.'
  }
}
