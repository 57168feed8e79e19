// The page "Chạy thử": where the run stands, the one next act, and the pilots of the survey.
import type { Job } from '../jobs/job.ts'
import { joinWords, showCount, showDay } from '../lib/format.ts'
import { stateName, surveyHref } from '../survey/survey.ts'
import type { Stratum, Survey, Unit } from '../survey/survey.queries.ts'
import type { CardToTry } from './rehearsal.service.ts'

export interface RehearsalPage {
  heading: string
  text: string
  /** This survey is a copy itself: where the page of the rehearsed one is not, nothing can be done. */
  isCopy: boolean
  working: { step: string; done: number; total: number; counted: string } | null
  problem: string | null
  cards: { for: string; code: string; href: string; state: string; qr: string }[]
  /** The one primary button. */
  act: { action: string; button: string; text: string } | null
  results: { text: string; href: string; download: boolean }[]
  remove: { action: string } | null
  pilots: { title: string; href: string; state: string }[]
  pilot: {
    action: string
    units: { code: string; name: string; checked: boolean }[]
    error: string | null
    errors: { text: string; href: string }[]
  } | null
}

export interface RehearsalViews {
  'rehearsal/rehearsal': RehearsalPage
}

/** What is known of a run that is under way. */
export interface RunFacts {
  run: Survey
  job: Job | undefined
  strata: Stratum[]
  cards: { card: CardToTry; qr: string }[]
  readsScores: boolean
}

export interface RehearsalInput {
  survey: Survey
  run: RunFacts | undefined
  /** With the names of the units that answer. */
  pilots: { pilot: Survey; units: string[] }[]
  units: Unit[]
  chosen: string[]
  error: string | null
}

export function rehearsalPage(input: RehearsalInput): RehearsalPage {
  const { survey, run, pilots } = input
  const isCopy = survey.rehearsal_of !== null
  return {
    isCopy,
    ...(isCopy ? ofCopy() : run === undefined ? notBegun(survey) : ofRun(survey, run)),
    pilots: pilots.map(({ pilot, units }) => ({
      title: joinWords(units),
      href: surveyHref(pilot),
      state: stateName(pilot.state),
    })),
    pilot: isCopy
      ? null
      : {
          action: surveyHref(survey, '/dieu-tra-thu'),
          units: input.units.map(({ code, name }) => ({
            code,
            name,
            checked: input.chosen.includes(code),
          })),
          error: input.error,
          errors: input.error === null ? [] : [{ text: input.error, href: '#don-vi-1' }],
        },
  }
}

type RunPart = Omit<RehearsalPage, 'isCopy' | 'pilots' | 'pilot'>

const nothing = { working: null, problem: null, cards: [], act: null, results: [], remove: null }

function ofCopy(): RunPart {
  return {
    ...nothing,
    heading: 'Đây là một đợt thử',
    text: 'Việc chạy thử, điều tra thử được bắt đầu và kết thúc ở đợt điều tra chính.',
  }
}

function notBegun(survey: Survey): RunPart {
  const last = survey.rehearsed_on === null ? '' : ` Lần gần nhất: ngày ${showDay(survey.rehearsed_on)}.`
  return {
    ...nothing,
    heading: survey.rehearsed_on === null ? 'Chưa chạy thử' : 'Đã chạy thử',
    text: `Đi hết con đường của đợt điều tra bằng số liệu giả, từ thẻ đến báo cáo Word, rồi xóa hết.${last}`,
    act: {
      action: surveyHref(survey, '/chay-thu'),
      button: 'Chạy thử',
      text: 'Hệ thống lập một bản sao của kế hoạch, bộ câu hỏi và Bộ chỉ số, phát mã chạy thử và đưa vài thẻ để thử bằng điện thoại. Đợt điều tra chính không thay đổi.',
    },
  }
}

function ofRun(survey: Survey, facts: RunFacts): RunPart {
  const { run, job } = facts
  const remove = { action: surveyHref(survey, '/chay-thu/xoa') }
  if (job?.state === 'queued' || job?.state === 'running')
    return {
      ...nothing,
      heading: 'Đang chạy thử',
      text: 'Trang tự cập nhật. Anh/chị có thể đóng trang, công việc vẫn tiếp tục.',
      working: {
        step: job.step,
        done: job.done,
        total: job.total,
        counted: job.total === 0 ? '' : `${showCount(job.done)}/${showCount(job.total)}`,
      },
    }
  const problem = job?.state === 'failed' ? job.problem : null
  const goOn = (path: string, text: string) => ({
    ...nothing,
    heading: 'Chạy thử còn dở dang',
    text: 'Có thể làm tiếp từ chỗ đã dừng, hoặc xóa hết và bắt đầu lại.',
    problem,
    act: { action: surveyHref(survey, path), button: 'Làm tiếp', text },
    remove,
  })
  switch (run.state) {
    case 'draft':
    case 'cards':
      return goOn('/chay-thu', 'Phát mã chạy thử và bắt đầu thu phiếu.')
    case 'collecting':
      return problem === null ? collecting(survey, facts, remove) : goOn('/chay-thu/tiep', nextText)
    case 'closed':
      return goOn('/chay-thu/tiep', 'Mở niêm phong, kiểm phiếu và lập báo cáo.')
    default:
      // Without the second half the release may be missing still.
      return job?.kind === 'rehearsal-finish' && job.state === 'done'
        ? finished(facts, remove)
        : goOn('/chay-thu/tiep', 'Lập bảng điểm và báo cáo.')
  }
}

const nextText =
  'Hệ thống điền câu trả lời giả cho hầu hết thẻ còn lại, kết thúc thu phiếu, mở niêm phong, kiểm phiếu và lập báo cáo.'
const cardStates = { issued: 'Chưa dùng', opened: 'Đã vào', used: 'Đã gửi', void: 'Đã hủy' }

function collecting(survey: Survey, { cards, strata }: RunFacts, remove: RehearsalPage['remove']): RunPart {
  const returned = strata.reduce((sum, each) => sum + each.returned, 0)
  return {
    ...nothing,
    heading: `Đang thu phiếu thử: ${showCount(returned)} phiếu đã gửi`,
    text: 'Quét mã hoặc mở liên kết của một thẻ bằng điện thoại và trả lời như người được hỏi. Phiếu thử được niêm phong như phiếu thật.',
    cards: cards.map(({ card, qr }) => ({
      for: `${card.stratum.group_name} – ${card.stratum.unit_name}`,
      code: card.typed,
      href: `/#${card.code}`,
      state: cardStates[card.state],
      qr,
    })),
    act: { action: surveyHref(survey, '/chay-thu/tiep'), button: 'Làm tiếp đến báo cáo', text: nextText },
    remove,
  }
}

function finished({ run, readsScores }: RunFacts, remove: RehearsalPage['remove']): RunPart {
  const to = (text: string, path: string, download = false) => ({
    text,
    href: surveyHref(run, path),
    download,
  })
  return {
    ...nothing,
    heading: 'Chạy thử đã đến báo cáo',
    text: 'Xem các trang như sau một đợt điều tra thật. Mọi trang và tệp mang dấu chạy thử; các bảng là bảng mẫu để lãnh đạo duyệt trước khi mở niêm phong.',
    results: [
      ...(readsScores
        ? [to('Tải báo cáo kết quả điều tra (Word)', '/bao-cao.docx', true), to('Xem điểm điều tra', '/diem')]
        : []),
      to('Xem biên bản mở niêm phong và kiểm phiếu', '/bien-ban'),
      to('Xem tiến độ', '/tien-do'),
    ],
    remove,
  }
}
