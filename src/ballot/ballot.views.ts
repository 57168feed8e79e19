// Starting, closing and opening in words: where the survey stands, what the one next act does, and what it cannot undo.
import { showCount, showDay, showRate } from '../lib/format.ts'
import type { Progress } from '../quota/progress.ts'
import type { SecondPersonWords } from '../staff/second-person.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { custodyOf, type Custody } from '../survey/custody-mode.ts'
import { settingsOf, type Survey } from '../survey/survey.queries.ts'
import type { Opening } from './box.queries.ts'
import { paperHint, paperLabel, type PaperField, type PaperSlip } from './key-paper.ts'
import { isKeyNeeded } from './opening.service.ts'

export interface Act {
  heading: string
  /** What happens, in order. */
  consequences: string[]
  action: string
  button: string
  danger: boolean
  /** What is looked at before the act, each in a sentence. */
  checks: { ok: boolean; text: string }[]
  /** The papers of key holders, typed or scanned here; none where the server holds the key. */
  papers: PaperField[]
  /** Why it comes before the hour; null where nobody asks. */
  reason: string | null
  /** Who else is there, for the minutes; null where nobody has to be. */
  present: string | null
  /** What has to be typed before the button works; null where one press is enough. */
  confirmWord: string | null
  error: string | null
  errors: { text: string; href: string }[]
  /** Where a second person has to agree; null where one is enough. */
  second: SecondPersonWords | null
  /** Where one's own request is taken back, or another's refused. */
  drop: string
}

export interface CollectingPage {
  heading: string
  text: string
  /** The page where the next step is taken, when it is not taken here. */
  next: { text: string; href: string } | null
  act: Act | null
  /** What has to be decided before the opening, with the page where it is. */
  questions: { text: string; href: string | null }[]
  /** Said above the act; it stops nobody. */
  warning: { text: string; href: string | null } | null
  /** Said instead of the act to somebody who may not do it. */
  actBy: string | null
  minutes: { label: string; value: string }[]
  /** The printed minutes, once the box is open. */
  printed: string | null
  /** What the council is to look at, for those who open the box. */
  signs: string | null
}

export interface BallotViews {
  'ballot/collecting': CollectingPage
}

export interface CollectingInput {
  survey: Survey
  progress: Progress
  opening: Opening | undefined
  issued: boolean
  unprinted: boolean
  /** What the holders of the key have still to do; null when nothing, or where the server holds it. */
  custodyMissing: string | null
  /** Whether a Chạy thử or Điều tra thử came to its end. */
  rehearsed: boolean
  may: { manage: boolean; open: boolean; issue: boolean; rehearse: boolean }
  questions: CollectingPage['questions']
  error: string | null
  /** Typed as the reason of an early end. */
  reason: string
  second: SecondPersonWords | null
  checks: { ok: boolean; text: string }[]
  typed: TypedOpening
}

/** What was typed into the form of the opening: kept when something is wrong with it. */
export interface TypedOpening {
  papers: string[]
  present: string
  slips: PaperSlip[]
}

export const nothingTyped: TypedOpening = { papers: [], present: '', slips: [] }

export function collectingPage(input: CollectingInput): CollectingPage {
  const { survey, progress, opening } = input
  const act = actFor(input)
  const mayDo = survey.state === 'closed' ? input.may.open : input.may.manage
  return {
    ...headline(input),
    act: mayDo ? act : null,
    questions: input.questions,
    warning: mayDo && act !== null ? unrehearsed(input) : null,
    actBy: act !== null && !mayDo ? 'Việc tiếp theo do cán bộ phụ trách đợt điều tra thực hiện.' : null,
    minutes: opening?.step === 'done' ? minutesOf(survey, progress, opening) : [],
    printed: opening?.step === 'done' ? surveyHref(survey, '/bien-ban') : null,
    signs: opening?.step === 'done' && input.may.open ? surveyHref(survey, '/dau-hieu') : null,
  }
}

/** A survey that is a rehearsal itself needs none. */
function unrehearsed({ survey, rehearsed, may }: CollectingInput): CollectingPage['warning'] {
  if (rehearsed || survey.rehearsal === 1 || hasReached(survey, 'collecting')) return null
  return {
    text: 'Đợt điều tra này chưa chạy thử, chưa điều tra thử. Sai sót trong bộ câu hỏi hoặc trên thẻ khi đã thu phiếu thì không sửa được.',
    href: may.rehearse ? surveyHref(survey, '/chay-thu') : null,
  }
}

function headline({
  survey,
  progress,
  unprinted,
  issued,
  custodyMissing,
  may,
}: CollectingInput): Pick<CollectingPage, 'heading' | 'text' | 'next'> {
  const to = (text: string, path: string) => ({ text, href: surveyHref(survey, path) })
  const returned = `${showCount(progress.returned)}/${showCount(progress.planned)}`
  switch (survey.state) {
    case 'draft':
    case 'cards':
      if (unprinted)
        return {
          heading: 'Chưa bắt đầu thu phiếu được',
          text: 'Mã đã phát nhưng chưa xác nhận đã in xong. Hãy in thẻ trước.',
          next: may.issue ? to('In thẻ', '/ma') : null,
        }
      if (!issued)
        return {
          heading: 'Chưa bắt đầu thu phiếu được',
          text: 'Chưa phát mã nào. Hãy phát mã và in thẻ trước.',
          next: may.issue ? to('Phát mã, in thẻ', '/ma') : null,
        }
      if (custodyMissing !== null)
        return {
          heading: 'Chưa bắt đầu thu phiếu được',
          text: `Việc giữ khóa chưa xong: ${custodyMissing}.`,
          next: to('Giữ khóa', '/giu-khoa'),
        }
      return {
        heading: 'Sẵn sàng bắt đầu thu phiếu',
        text: `Đã phát ${showCount(progress.issued)} mã và in thẻ.`,
        next: null,
      }
    case 'collecting':
      return {
        heading: `Đang thu phiếu: ${returned} phiếu (${showRate(progress.returned, progress.planned)})`,
        text: 'Phiếu đang được niêm phong. Không ai đọc được câu trả lời trước khi kết thúc thu phiếu và mở niêm phong.',
        next: null,
      }
    case 'closed':
      return {
        heading: `Đã kết thúc thu phiếu: ${returned} phiếu chờ mở niêm phong`,
        text: 'Mở niêm phong và kiểm phiếu là một việc, chỉ làm một lần.',
        next: null,
      }
    default:
      return {
        heading: `Đã mở niêm phong, kiểm ${showCount(progress.returned)} phiếu`,
        text: 'Khóa niêm phong trên máy chủ đã hủy; dữ liệu hiện có không nối được mã trên thẻ với câu trả lời. Bản sao lưu cũ và bản sao của khóa phải hủy theo biên bản.',
        next: to('Xem điểm điều tra', '/diem'),
      }
  }
}

/** The word that is typed before an act that cannot be undone. */
export const confirmWords = { close: 'KET THUC', open: 'MO NIEM PHONG' } as const

function actFor(input: CollectingInput): Act | null {
  const { survey, progress, issued, unprinted, custodyMissing, error, second } = input
  const custody = custodyOf(settingsOf(survey))
  const action = (path: string) => surveyHref(survey, path)
  if (survey.state === 'draft' || survey.state === 'cards') {
    if (unprinted || !issued || custodyMissing !== null) return null
    return {
      heading: 'Bắt đầu thu phiếu',
      consequences: [
        custody.needed === 0
          ? 'Hệ thống tạo khóa niêm phong của đợt điều tra; máy chủ giữ khóa, ngoài cơ sở dữ liệu.'
          : `Hệ thống tạo khóa niêm phong, chia cho ${custody.holders} người giữ khóa rồi xóa khóa; cần ${custody.needed} phần khóa mới mở được.`,
        'Hình thức giữ khóa không đổi được nữa.',
        'Cách tính điểm, trọng số và các mục khác được giữ nguyên từ lúc này.',
        'Người có thẻ vào trả lời được ngay.',
      ],
      action: action('/bat-dau'),
      button: 'Bắt đầu thu phiếu',
      danger: false,
      ...plainAct(error),
      confirmWord: null,
      second,
      drop: '',
    }
  }
  if (survey.state === 'collecting') {
    const missing = progress.planned - progress.returned
    return {
      heading: 'Kết thúc thu phiếu',
      consequences: [
        missing > 0
          ? `Còn ${showCount(missing)} phiếu chưa gửi sẽ không gửi được nữa.`
          : 'Đã thu đủ phiếu theo kế hoạch.',
        'Người đang trả lời dở sẽ thấy thông báo đã kết thúc.',
      ],
      action: action('/ket-thuc'),
      button: buttonFor(second, 'Kết thúc thu phiếu'),
      danger: true,
      ...plainAct(error),
      confirmWord: confirmWords.close,
      reason: input.reason,
      second,
      drop: action('/ket-thuc/rut'),
    }
  }
  return survey.state === 'closed' ? openingAct(input, custody) : null
}

const plainAct = (error: string | null) => ({
  reason: null,
  checks: [],
  papers: [],
  present: null,
  error,
  errors: error === null ? [] : [{ text: error, href: '#xac-nhan' }],
})

function openingAct(
  { survey, opening, error, second, checks, typed }: CollectingInput,
  custody: Custody,
): Act {
  const needed = isKeyNeeded(opening) ? custody.needed : 0
  const papers = Array.from({ length: needed }, (_, at) => paperField(at + 1, typed))
  const slips = typed.slips.map(({ place, text }) => ({
    text,
    href: `#phan-khoa-${Math.min(place, papers.length)}`,
  }))
  return {
    heading: 'Mở niêm phong, kiểm phiếu',
    consequences: [
      ...(needed === 0
        ? []
        : [`${needed} người giữ khóa lần lượt nhập phần khóa của mình vào biểu mẫu này, trên cùng một máy.`]),
      'Đối chiếu số mã đã dùng với số phiếu niêm phong; nếu lệch thì dừng, không mở.',
      'Mở từng phiếu, lưu câu trả lời theo thứ tự ngẫu nhiên mới, xóa phiếu niêm phong.',
      'Viết lại dữ liệu để không còn dấu vết thứ tự, rồi hủy khóa niêm phong. Biên bản được lập ngay.',
    ],
    action: surveyHref(survey, '/mo-niem-phong'),
    button: buttonFor(second, 'Mở niêm phong, kiểm phiếu'),
    danger: true,
    checks,
    papers,
    reason: null,
    present: second?.part === 'first' ? null : typed.present,
    confirmWord: confirmWords.open,
    error,
    errors: [...slips, ...(error === null ? [] : [{ text: error, href: '#xac-nhan' }])],
    second,
    drop: surveyHref(survey, '/mo-niem-phong/rut'),
  }
}

function paperField(place: number, { papers, slips }: TypedOpening): PaperField {
  return {
    id: `phan-khoa-${place}`,
    label: paperLabel(place),
    hint: place === 1 ? paperHint : '',
    value: papers[place - 1] ?? '',
    error: slips.find((slip) => slip.place === place)?.text ?? null,
  }
}

/** The first of two people only asks. */
function buttonFor(second: SecondPersonWords | null, act: string): string {
  return second?.part === 'first' ? `Đề nghị ${act.toLowerCase()}` : act
}

function minutesOf(survey: Survey, progress: Progress, opening: Opening): CollectingPage['minutes'] {
  return [
    { label: 'Ngày mở niêm phong', value: showDay(survey.opened_on) },
    { label: 'Số phiếu theo kế hoạch', value: showCount(progress.planned) },
    { label: 'Phát ra', value: showCount(progress.issued) },
    { label: 'Thu về (phiếu niêm phong)', value: showCount(opening.ballots) },
    { label: 'Mở được', value: showCount(opening.ballots - opening.broken) },
    { label: 'Hỏng, không mở được', value: showCount(opening.broken) },
    { label: 'Hình thức giữ khóa', value: custodyOf(settingsOf(survey)).name },
    { label: 'Người mở niêm phong', value: opening.opened_by || 'Không ghi' },
  ]
}
