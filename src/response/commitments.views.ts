// What is promised to a respondent, and what is not: the two claims of the welcome page, and "Cam kết bảo mật". Each
// sentence stands beside its proof in tests/http/commitments.test.ts, which fails for a sentence without one.
// confidentiality.md, "What we may claim".
import { custodyOf, isCouncilHeld } from '../survey/custody-mode.ts'
import { needsSecondPerson } from '../survey/four-eyes.ts'
import { settingsOf, type Survey } from '../survey/survey.queries.ts'

const claim =
  'Hệ thống không lưu thông tin nào cho biết ai đã trả lời phiếu nào. Mã trên thẻ chỉ để mỗi thẻ gửi được một phiếu.'
const councilClaim = 'Đơn vị tổ chức không đọc được phiếu trước khi người giữ khóa mở niêm phong.'

export interface CommitmentsPage {
  /** For which survey this is true, or how to see it for one's own. */
  scope: string
  claims: string[]
  sections: {
    heading: string
    items: {
      /** About whom, in bold; null where the sentence is about nobody. */
      who: string | null
      text: string
    }[]
  }[]
  back: { text: string; href: string }
}

/** What a survey's pages may claim, word for word; never more. */
export function claimsOf(survey: Survey): string[] {
  return isCouncilHeld(settingsOf(survey)) ? [claim, councilClaim] : [claim]
}

export interface CommitmentsInput {
  /** The one that is being answered in this browser, or was; undefined for a visitor, who is told of both modes. */
  survey: Survey | undefined
  /** Whether its ballot was sent already. */
  sent: boolean
  /** PostgreSQL keeps archives that no opening can rewrite. */
  dialect: 'sqlite' | 'postgres'
}

export function commitmentsPage({ survey, sent, dialect }: CommitmentsInput): CommitmentsPage {
  const back =
    survey === undefined
      ? { text: 'Về trang nhập mã', href: '/' }
      : sent
        ? { text: 'Về trang cảm ơn', href: '/phieu/cam-on' }
        : { text: 'Về phiếu của anh/chị', href: '/phieu' }
  return {
    scope:
      survey === undefined
        ? 'Khóa niêm phong do máy chủ hoặc người giữ khóa giữ, tùy đợt. Để xem đợt của mình, hãy nhập mã trên thẻ rồi mở lại trang này.'
        : `Áp dụng cho: ${survey.title}.`,
    claims: survey === undefined ? [claim] : claimsOf(survey),
    sections: [
      { heading: 'Hệ thống lưu gì', items: plain(kept) },
      { heading: 'Hệ thống không lưu gì', items: plain(notKept) },
      { heading: 'Khi nào phiếu được mở', items: survey === undefined ? bothOpenings : openingOf(survey) },
      { heading: 'Ai thấy được gì', items: [...seers(survey), ...othersWhoSee] },
      { heading: 'Điều không cam kết được', items: plain(notCovered(dialect)) },
    ],
    back,
  }
}

type Items = CommitmentsPage['sections'][number]['items']

function plain(texts: string[]): Items {
  return texts.map((text) => ({ who: null, text }))
}

const kept = [
  'Mỗi thẻ: của nhóm nào (“Công chức – Sở Y tế”); chưa vào, đã vào hay đã gửi. Không ghi giờ.',
  'Mỗi phiếu: câu trả lời, nhóm và cơ quan, đơn vị. Niêm phong đến khi mở.',
  'Mã xác nhận: lưu riêng, không cạnh thẻ hay phiếu nào.',
  'Mỗi nhóm: số phiếu mỗi ngày.',
  'Mỗi cơ quan, đơn vị: số phiếu gửi từ máy đã gửi phiếu; không ghi máy.',
  'Máy đã gửi phiếu nhớ đợt đó, mã xác nhận đến khi đóng trình duyệt.',
]

const notKept = [
  'Họ tên, số điện thoại, thư điện tử, địa chỉ mạng, loại máy, giờ vào, giờ gửi.',
  'Câu trả lời chưa gửi: chỉ trong trình duyệt của anh/chị, đã mã hóa.',
]

const whenOpened =
  'Chỉ mở sau khi kết thúc thu phiếu. Khi mở, thứ tự phiếu được xáo trộn và khóa niêm phong bị hủy.'
const serverHeld =
  'Khóa nằm trên máy chủ, ngoài cơ sở dữ liệu. Người điều hành máy chủ có thể mở một mình bằng lệnh; biên bản khi đó ghi rõ.'
const twoPeople = 'Phải có hai tài khoản của hai cơ quan khác nhau cùng mở.'
const onePerson = 'Đợt chạy thử này chỉ cần một người mở.'

function openingOf(survey: Survey): Items {
  const settings = settingsOf(survey)
  if (isCouncilHeld(settings)) {
    const { needed, holders } = custodyOf(settings)
    return plain([
      whenOpened,
      `Khóa chia cho ${inWords(holders)} người của ${inWords(holders)} cơ quan, nhiều nhất một người của Sở Nội vụ. Mỗi người giữ một tờ giấy; có ${inWords(needed)} tờ mới mở được. Máy chủ không giữ tờ nào.`,
    ])
  }
  return plain([whenOpened, needsSecondPerson(survey, 'open-box') ? twoPeople : onePerson, serverHeld])
}

const bothOpenings: Items = [
  { who: null, text: whenOpened },
  { who: 'Nếu máy chủ giữ khóa', text: `${twoPeople} Đợt chạy thử chỉ cần một người. ${serverHeld}` },
  {
    who: 'Nếu người giữ khóa giữ',
    text: `${councilClaim} Khóa chia cho ba (hoặc năm) người của các cơ quan khác nhau, nhiều nhất một người của Sở Nội vụ. Mỗi người giữ một tờ giấy; có hai (hoặc ba) tờ mới mở được. Máy chủ không giữ tờ nào.`,
  },
]

function inWords(number: number): string {
  return { 2: 'hai', 3: 'ba', 5: 'năm' }[number] ?? String(number)
}

function seers(survey: Survey | undefined): Items {
  return [
    {
      who: 'Cán bộ của đơn vị tổ chức, người được giao theo dõi',
      text: 'thấy ngay số thẻ đã vào, số phiếu đã gửi của từng nhóm, nên có thể biết vừa có thêm một phiếu. Không trang nào cho xem từng phiếu.',
    },
    { who: 'Công chức đầu mối', text: 'thấy tổng số phiếu đã gửi của cơ quan, đơn vị mình.' },
    {
      who: 'Người biết mã của một thẻ',
      text: 'nhập thử ở máy khác thì biết thẻ đó đã gửi hay chưa, không thấy câu trả lời.',
    },
    {
      who: 'Thủ trưởng hoặc người thấy mã xác nhận',
      text: 'chỉ biết phiếu đã gửi, không biết nội dung. Vì vậy không ai buộc được anh/chị chứng minh mình đã trả lời gì.',
    },
    ...keyHolders(survey),
    { who: 'Người điều hành máy chủ', text: operatorOf(survey) },
    {
      who: 'Người có bản sao cơ sở dữ liệu',
      text: 'trước khi mở chỉ thấy phiếu niêm phong, không có khóa. Sau khi mở thấy các câu trả lời của từng nhóm, đã xáo trộn, không gắn với thẻ nào.',
    },
    {
      who: 'Người đọc báo cáo',
      text: `chỉ thấy số liệu tính từ ít nhất ${survey === undefined ? 5 : settingsOf(survey).k} câu trả lời; không có số của từng nhóm trong một cơ quan, đơn vị.`,
    },
  ]
}

function keyHolders(survey: Survey | undefined): Items {
  if (survey !== undefined && !isCouncilHeld(settingsOf(survey))) return []
  return [{ who: 'Một người giữ khóa', text: 'không mở được phiếu nào bằng tờ giấy của riêng mình.' }]
}

const proxyDuty = 'Người này phải tắt nhật ký truy cập các trang trả lời trên máy chủ trung gian, nếu có.'

function operatorOf(survey: Survey | undefined): string {
  if (survey === undefined)
    return `nếu máy chủ giữ khóa thì về kỹ thuật tự mở được phiếu; nếu người giữ khóa giữ thì không. ${proxyDuty}`
  return isCouncilHeld(settingsOf(survey))
    ? `giữ phiếu niêm phong, không giữ khóa. ${proxyDuty}`
    : `giữ cả khóa lẫn phiếu niêm phong nên về kỹ thuật tự mở được phiếu. ${proxyDuty}`
}

const othersWhoSee: Items = [
  { who: 'Người nhập phiếu giấy, nếu có', text: 'đọc được phiếu giấy.' },
  {
    who: 'Nơi chuyển thư điện tử, tin nhắn, nếu mã được gửi bằng cách đó',
    text: 'biết mã nào gửi đến địa chỉ nào.',
  },
]

function notCovered(dialect: CommitmentsInput['dialect']): string[] {
  return [
    'Người sửa phần mềm hoặc dữ liệu trên máy chủ đang chạy; người nhìn qua vai; các đồng nghiệp cùng nhóm cho nhau biết mình đã trả lời gì.',
    'Cho đến khi mở niêm phong, dấu vết trên đĩa của máy chủ có thể cho thấy thẻ nào ứng với phiếu niêm phong nào; niêm phong che câu trả lời. Khi mở, dữ liệu được viết lại để xóa dấu vết đó.',
    ...(dialect === 'postgres' ? ['Bản lưu nhật ký của cơ sở dữ liệu, nếu có giữ.'] : []),
  ]
}
