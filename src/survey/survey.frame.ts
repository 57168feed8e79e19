// The frame of every page of one survey: its life as a row of steps, and the pages that belong to it.
import type { Request } from 'express'
import type { SurveyState } from '../db/tables.ts'
import { staffFrame } from '../staff/frame.ts'
import { staffOf, type Staff } from '../staff/guard.ts'
import { isPermitted, permissionsAt } from '../staff/role.ts'
import type { Permission } from '../staff/permission.ts'
import type { Deps } from '../web/deps.ts'
import { noticeOf } from '../web/layout.ts'
import type { Frame } from '../web/render.ts'
import { hasReached, lifeSteps, surveyHref } from './survey.ts'
import type { Survey } from './survey.queries.ts'

/** What the pages of a survey are grouped by, in the order of its season. */
type Part = 'Tổng quan' | 'Chuẩn bị' | 'Thẻ và khóa' | 'Thu phiếu' | 'Kết quả'

/** Whose pages are offered where no page of the survey is the present one, or the overview is. */
const partOfStep: Record<SurveyState, Part> = {
  draft: 'Chuẩn bị',
  cards: 'Thẻ và khóa',
  collecting: 'Thu phiếu',
  closed: 'Thu phiếu',
  opened: 'Kết quả',
  released: 'Kết quả',
}

interface Tab {
  part: Part
  text: string
  path: string
  may: Permission
  /** Not shown before this step: there would be nothing to see. */
  from?: SurveyState
  /** Who sees it from an earlier step on. */
  earlier?: { may: Permission; from: SurveyState }
}

const tabs: readonly Tab[] = [
  { part: 'Tổng quan', text: 'Tổng quan', path: '', may: 'survey.read' },
  { part: 'Chuẩn bị', text: 'Kế hoạch', path: '/ke-hoach', may: 'survey.read' },
  { part: 'Chuẩn bị', text: 'Cách tính điểm', path: '/cach-tinh', may: 'survey.read' },
  { part: 'Chuẩn bị', text: 'Chọn mẫu', path: '/chon-mau', may: 'survey.read' },
  { part: 'Chuẩn bị', text: 'Bộ câu hỏi', path: '/bo-cau-hoi', may: 'survey.read' },
  { part: 'Chuẩn bị', text: 'Bộ chỉ số', path: '/bo-chi-so', may: 'survey.read' },
  { part: 'Chuẩn bị', text: 'Chạy thử', path: '/chay-thu', may: 'survey.manage' },
  { part: 'Thẻ và khóa', text: 'Mã và thẻ', path: '/ma', may: 'codes.manage' },
  { part: 'Thẻ và khóa', text: 'Thay thẻ, nâng mức', path: '/thay-the', may: 'codes.manage', from: 'cards' },
  { part: 'Thẻ và khóa', text: 'Giữ khóa', path: '/giu-khoa', may: 'survey.read' },
  { part: 'Thu phiếu', text: 'Tiến độ', path: '/tien-do', may: 'survey.read', from: 'collecting' },
  { part: 'Thu phiếu', text: 'Thời gian thu phiếu', path: '/thoi-gian', may: 'survey.read' },
  { part: 'Thu phiếu', text: 'Thu phiếu, mở niêm phong', path: '/thu-phieu', may: 'survey.read' },
  {
    part: 'Kết quả',
    text: 'Điểm điều tra',
    path: '/diem',
    may: 'results.read',
    from: 'released',
    earlier: { may: 'scores.read', from: 'opened' },
  },
  { part: 'Kết quả', text: 'Chỉ số', path: '/chi-so', may: 'scores.read', from: 'opened' },
  { part: 'Kết quả', text: 'Công bố', path: '/cong-bo', may: 'survey.read', from: 'opened' },
  { part: 'Chuẩn bị', text: 'Lưu giữ, hủy phiếu', path: '/luu-giu', may: 'survey.read' },
]

export type TabPath =
  | ''
  | '/ke-hoach'
  | '/cach-tinh'
  | '/chon-mau'
  | '/bo-cau-hoi'
  | '/bo-chi-so'
  | '/chay-thu'
  | '/ma'
  | '/thay-the'
  | '/giu-khoa'
  | '/tien-do'
  | '/thoi-gian'
  | '/thu-phieu'
  | '/diem'
  | '/chi-so'
  | '/cong-bo'
  | '/luu-giu'

/** What the last act did, as a fixed word in the address: reloading shows it again and changes nothing. */
const flashes: Record<string, string> = {
  'cho-nguoi-thu-hai':
    'Đề nghị đã được ghi; việc này chưa được thực hiện. Hãy nhờ một người của cơ quan khác đăng nhập, mở trang này và xác nhận trong vòng 24 giờ.',
  'rut-de-nghi': 'Đề nghị không còn hiệu lực. Chưa có gì thay đổi.',
  'da-tao': 'Đã tạo đợt điều tra từ bộ mẫu. Hãy kiểm tra kế hoạch và thông tin in trên thẻ.',
  'da-luu': 'Đã lưu thông tin đợt điều tra.',
  'da-luu-cach-tinh': 'Đã lưu cách tính điểm.',
  've-mac-dinh': 'Đã đưa cách tính điểm về mặc định.',
  'da-chon-mau': 'Đã chọn mẫu. Hãy in số thứ tự đã chọn và giao cho cơ quan, đơn vị.',
  'da-huy-the': 'Thẻ đã hủy, không dùng được nữa.',
  'da-thay-the': 'Đã ghi việc thay thẻ. Hãy lấy một thẻ dự phòng của nhóm và giao tận tay.',
  'da-tang-du-phong': 'Đã tăng số thẻ dự phòng. Hãy phát mã ở trang Mã và thẻ rồi in thêm.',
  'da-nang-muc': 'Đã nâng mức nhận phiếu thêm một. Hãy báo người bị từ chối nhập lại mã rồi gửi.',
  'da-ghi-so-the': 'Đã ghi số thẻ.',
  'da-in': 'Đã xóa mã của các thẻ đã in khỏi hệ thống. Chỉ còn thẻ giấy mang mã.',
  'cach-giao': 'Đã lưu cách giao mã.',
  'da-chon-giu-khoa': 'Đã chọn hình thức giữ khóa.',
  'da-ghi-nguoi-giu':
    'Đã ghi tên người giữ khóa. Mỗi người hãy đăng nhập, mở trang này và tạo phần khóa của mình.',
  'phan-khoa-dung': 'Phần khóa đúng. Hãy cất tờ giấy vào nơi có khóa.',
  'da-dien-tap': 'Diễn tập xong: phiếu thử đã mở được bằng các phần khóa vừa nhập.',
  'cho-ban-giao': 'Đã chỉ định người nhận. Người nhận hãy đăng nhập, mở trang này và tạo phần khóa mới.',
  'thoi-ban-giao': 'Đã thôi bàn giao. Phần khóa vẫn do người cũ giữ.',
  'da-ban-giao':
    'Đã bàn giao phần khóa. Hãy hủy ngay tờ cũ: trên máy chủ nó không mở được gì nữa, nhưng cùng một bản sao lưu cũ thì còn.',
  'da-dat-gio': 'Đã ghi thời gian thu phiếu.',
  'da-gia-han': 'Đã gia hạn. Công văn để gửi có ở mục Quyết định.',
  'ket-thuc-cap': 'Đã kết thúc thu phiếu của cấp này. Phiếu đang trả lời dở còn 30 phút để gửi.',
  'da-ghi-ly-do': 'Đã ghi lý do kết thúc.',
  'da-doi-ten': 'Đã ghi tên mới. Thẻ đã in vẫn dùng được.',
  'da-lay-lai-ten': 'Đã lấy lại tên trong kế hoạch.',
  'da-sap-nhap': 'Đã ghi việc sáp nhập. Thẻ và phiếu vẫn theo đơn vị cũ.',
  'bo-sap-nhap': 'Đã bỏ ghi sáp nhập.',
  'da-rut-tham': 'Đã rút thăm. Hãy hỏi những người ở các dòng dưới đây.',
  'da-phuc-tra': 'Đã ghi kết quả phúc tra; các dòng đã rút thăm không còn được lưu.',
  'gio-dung': 'Đã xác nhận giờ của máy chủ.',
  'chay-thu-xoa': 'Đã kết thúc chạy thử và xóa mọi dữ liệu của lần chạy thử.',
  'dieu-tra-thu': 'Đã lập đợt điều tra thử. Hãy kiểm tra kế hoạch, rồi phát mã và in thẻ như đợt chính thức.',
  'da-ghi-ma-nhap': 'Đã lưu mã của phần mềm chấm điểm. Bảng điểm để nhập dùng các mã này.',
  'bat-dau': 'Đã bắt đầu thu phiếu.',
  'ngay-cong-bo': 'Đã ghi ngày dự kiến công bố.',
  'da-cong-bo': 'Đã công bố kết quả. Từ lúc này mỗi cơ quan, đơn vị xem được kết quả của mình.',
  'da-dat-thoi-han': 'Đã ghi thời hạn lưu giữ phiếu.',
  'da-doi-ngay-huy': 'Đã ghi ngày hủy phiếu mới.',
  'ket-thuc': 'Đã kết thúc thu phiếu. Không nhận thêm phiếu.',
}

export function surveyFrame(
  deps: Pick<Deps, 'assets'>,
  req: Request,
  survey: Survey,
  {
    title,
    tab,
    script,
  }: { title: string; tab: TabPath | null; script?: 'js/results.js' | 'js/progress.js' | 'js/scoring.js' },
): Frame {
  const flash = flashOf(req.query.tin)
  return staffFrame(deps, req, {
    title,
    survey: {
      title: survey.title,
      href: homeOf(staffOf(req), survey),
      notice: noticeOf(survey),
      steps: stepsOf(survey),
      ...tabsOf(req, survey, tab),
    },
    ...(script === undefined ? {} : { script }),
    ...(flash === undefined ? {} : { flash: { kind: 'success', text: flash } }),
  })
}

/** The parts in one row; in the row below the pages of the present part, or of the part that the survey's step is about. */
function tabsOf(req: Request, survey: Survey, tab: TabPath | null) {
  const open = tabs.filter((each) => isShown(req, survey, each))
  const present = open.find(({ path }) => path === tab)?.part
  const shown = present === undefined || present === 'Tổng quan' ? partOfStep[survey.state] : present
  const parts = [...new Set(open.map(({ part }) => part))]
  return {
    parts: parts.map((part) => ({
      text: part,
      href: surveyHref(survey, open.find((each) => each.part === part)?.path),
      current: part === present,
    })),
    pages: {
      part: shown,
      // Not below the present part's name: said which step they belong to.
      lead: present === shown ? null : 'Bước này:',
      tabs: open
        .filter(({ part }) => part === shown)
        .map(({ text, path }) => ({ text, href: surveyHref(survey, path), current: path === tab })),
    },
  }
}

/** A person's first page of the survey: the overview, or for a focal point the own unit. */
export function homeOf({ held, agency }: Pick<Staff, 'held' | 'agency'>, survey: { slug: string }): string {
  const mine = permissionsAt(held, survey.slug)
  return surveyHref(survey, mine.has('survey.read') ? '' : `/don-vi/${agency.code}`)
}

/** Whether who asks may open the page of the survey at `path`. */
export function mayOpenTab(req: Request, path: string): boolean {
  const tab = tabs.find((each) => each.path === path)
  return tab !== undefined && mayHere(req, tab.may)
}

function isShown(req: Request, survey: Survey, { may, from = 'draft', earlier }: Tab): boolean {
  if (mayHere(req, may) && hasReached(survey, from)) return true
  return earlier !== undefined && mayHere(req, earlier.may) && hasReached(survey, earlier.from)
}

/** In the survey that the address names. */
function mayHere(req: Request, permission: Permission): boolean {
  const { held, agency } = staffOf(req)
  return isPermitted(held, agency.code, permission, { survey: String(req.params.slug) })
}

function stepsOf(survey: Survey): { text: string; state: 'done' | 'current' | 'todo' }[] {
  return lifeSteps.map(({ state, text }) => ({
    text,
    state: survey.state === state ? 'current' : hasReached(survey, state) ? 'done' : 'todo',
  }))
}

function flashOf(word: unknown): string | undefined {
  return typeof word === 'string' && Object.hasOwn(flashes, word) ? flashes[word] : undefined
}
