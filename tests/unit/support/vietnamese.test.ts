// The reader of all pages knows Vietnamese when it sees it, and everything else when it sees that.
import { describe, expect, test } from 'vitest'
import { foreignWords, isSyllable, otherWords, textsOf } from '../../support/vietnamese.ts'

describe('English', () => {
  test.each([
    'The page could not be found.',
    'No such survey',
    'Please sign in again',
    'Back to the list',
    'Save changes',
    'Internal Server Error',
    'Loading…',
    'Submit',
    'OK',
    'Yes',
    'Close',
    'Cannot GET /phieu',
    'undefined',
    'null',
    'NaN %',
    '[object Object]',
    'true',
    'Dashboard',
    'Email',
    'Link',
    'File',
    'Tab',
    'survey administrator',
    'Đăng nhập vào hệ thống để xem dashboard',
    'Thống kê by unit',
    'Không có on this page',
    'Tải file về máy',
  ])('%s is found', (text) => {
    expect(foreignWords(text)).not.toEqual([])
  })

  test('is found word by word', () => {
    expect(foreignWords('Hãy click vào link dưới đây rồi bấm Save')).toEqual(['click', 'link', 'Save'])
  })

  test('is found in all that is read or heard, not in what machines read', () => {
    const page = `<!doctype html><html lang="vi"><head><title>Title</title><meta name="description" content="Meta">
      <meta name="robots" content="noindex"><style>body { color: red }</style><script>const one = 1</script></head>
      <body><p class="intro" id="first" aria-label="Label">Text <b>bold</b><!-- comment --></p><img alt="Alt" src="x.png">
      <input placeholder="Hint" name="field" value="typed"><a href="/somewhere" title="Tooltip">anchor</a>
      <select><option value="x">Choice</option><optgroup label="Group"></optgroup></select><svg><title>Drawing</title>
      <text>Axis</text></svg><div data-chart='{"labels":["Series"]}'></div><template>Hidden</template></body></html>`
    const found = textsOf(page).flatMap((text) => foreignWords(text))
    expect(found.sort()).toEqual(
      [
        ...'Alt Axis Choice Drawing Group Hint Label Meta Series Text Title Tooltip anchor bold'.split(' '),
      ].sort(),
    )
  })
})

describe('Vietnamese', () => {
  test.each([
    'Chỉ số cải cách hành chính của các cơ quan, đơn vị thuộc tỉnh Bình Phước',
    'Hệ thống không lưu thông tin nào cho biết ai đã trả lời phiếu nào.',
    'Nguyễn Thị Huyền Khuyên, Quách Quỳnh Giang, Giếng nước, Nghiêng ngả, Khuỷu tay, Thuở xưa, Quýt, Xoong',
    'In thẻ ra giấy, gửi cho đầu mối; do đó phải an toàn, to và rõ, không so sánh song song, may mà can thiệp kịp',
    'Ỷ lại, yêu cầu, yên tâm, ý kiến, kỹ năng, tỷ lệ, vỹ tuyến, quyết định, quốc gia, gìn giữ, gì',
    'Mở tệp Excel (.xlsx) hoặc CSV, quét mã QR bằng Zalo',
    'Gõ KET THUC hoặc MO NIEM PHONG để xác nhận',
    'Sở Nội vụ: 0271 000 000, https://khaosat.example.vn/#BCFG, an@noivu.gov.vn, BCFG HJKM NPQK, binh-phuoc-2022',
  ])('%s is left alone', (text) => {
    expect(foreignWords(text)).toEqual([])
  })

  test.each(['tiêng', 'nghiêng', 'khuya', 'chuyện', 'xoẹt', 'thuế', 'quả', 'ưỡn', 'oằn'])(
    '%s is a syllable',
    (word) => {
      expect(isSyllable(word)).toBe(true)
    },
  )

  test.each(['cach', 'mat', 'kách', 'ngê', 'cê', 'ghan', 'fa', 'zô', 'tiếnga', 'thuếm', 'bý', 'ắă', 'tíế'])(
    '%s is none',
    (word) => {
      expect(isSyllable(word)).toBe(false)
    },
  )
})

test.each([
  ['Chào bạn, hãy nhập mã', 'bạn'],
  ['Kính gửi Quý vị', 'quý vị'],
  ['Ông/bà đã nộp phiếu', 'ông/bà', 'nộp phiếu'],
  ['Bảng hỏi và mật mã', 'bảng hỏi', 'mật mã'],
  ['Bộ mẫu minh hoạ, hoá đơn, thuỷ điện', 'hoạ', 'hoá', 'thuỷ'],
  ['Quý I, quỹ, quỷ; minh họa, khóa, hủy; anh/chị gửi phiếu; toán, hoàn, thuyết, huýt'],
])('%s: other words and spellings are named', (text, ...words) => {
  expect(otherWords(text).map((found) => found.replace(/ \(.*/, ''))).toEqual(words)
})
