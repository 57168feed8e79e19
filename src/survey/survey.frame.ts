// The frame of every page of one survey: its life as a row of steps, and the pages that belong to it.
import type { Request } from 'express'
import type { SurveyState } from '../db/tables.ts'
import { staffFrame } from '../staff/frame.ts'
import { staffOf, type Staff } from '../staff/guard.ts'
import { permissionsAt } from '../staff/role.ts'
import type { Permission } from '../staff/permission.ts'
import type { Deps } from '../web/deps.ts'
import { noticeOf } from '../web/layout.ts'
import type { Frame } from '../web/render.ts'
import { hasReached, lifeSteps, surveyHref } from './survey.ts'
import type { Survey } from './survey.queries.ts'

interface Tab {
  text: string
  path: string
  may: Permission
  /** Not shown before this step: there would be nothing to see. */
  from?: SurveyState
}

const tabs: readonly Tab[] = [
  { text: 'Tổng quan', path: '', may: 'survey.read' },
  { text: 'Kế hoạch', path: '/ke-hoach', may: 'survey.read' },
  { text: 'Chọn mẫu', path: '/chon-mau', may: 'survey.read' },
  { text: 'Bộ câu hỏi', path: '/bo-cau-hoi', may: 'survey.read' },
  { text: 'Bộ chỉ số', path: '/bo-chi-so', may: 'survey.read' },
  { text: 'Chạy thử', path: '/chay-thu', may: 'survey.manage' },
  { text: 'Mã và thẻ', path: '/ma', may: 'codes.manage' },
  { text: 'Thay thẻ, nâng mức', path: '/thay-the', may: 'codes.manage', from: 'cards' },
  { text: 'Giữ khóa', path: '/giu-khoa', may: 'survey.read' },
  { text: 'Tiến độ', path: '/tien-do', may: 'survey.read', from: 'collecting' },
  { text: 'Thời gian thu phiếu', path: '/thoi-gian', may: 'survey.read' },
  { text: 'Thu phiếu, mở niêm phong', path: '/thu-phieu', may: 'survey.read' },
  { text: 'Điểm điều tra', path: '/diem', may: 'scores.read', from: 'opened' },
  { text: 'Chỉ số', path: '/chi-so', may: 'scores.read', from: 'opened' },
]

export type TabPath =
  | ''
  | '/ke-hoach'
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

/** What the last act did, as a fixed word in the address: reloading shows it again and changes nothing. */
const flashes: Record<string, string> = {
  'cho-nguoi-thu-hai':
    'Đề nghị đã được ghi; việc này chưa được thực hiện. Hãy nhờ một người của cơ quan khác đăng nhập, mở trang này và xác nhận trong vòng 24 giờ.',
  'rut-de-nghi': 'Đề nghị không còn hiệu lực. Chưa có gì thay đổi.',
  'da-tao': 'Đã tạo đợt điều tra từ bộ mẫu. Hãy kiểm tra kế hoạch và thông tin in trên thẻ.',
  'da-luu': 'Đã lưu thông tin đợt điều tra.',
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
  'gio-dung': 'Đã xác nhận giờ của máy chủ.',
  'chay-thu-xoa': 'Đã kết thúc chạy thử và xóa mọi dữ liệu của lần chạy thử.',
  'dieu-tra-thu': 'Đã lập đợt điều tra thử. Hãy kiểm tra kế hoạch, rồi phát mã và in thẻ như đợt chính thức.',
  'da-ghi-ma-nhap': 'Đã lưu mã của phần mềm chấm điểm. Bảng điểm để nhập dùng các mã này.',
  'bat-dau': 'Đã bắt đầu thu phiếu.',
  'ket-thuc': 'Đã kết thúc thu phiếu. Không nhận thêm phiếu.',
}

export function surveyFrame(
  deps: Pick<Deps, 'assets'>,
  req: Request,
  survey: Survey,
  { title, tab, script }: { title: string; tab: TabPath | null; script?: 'js/chart.js' | 'js/progress.js' },
): Frame {
  const flash = flashOf(req.query.tin)
  const mine = staffOf(req).permissions
  return staffFrame(deps, req, {
    title,
    survey: {
      title: survey.title,
      href: homeOf(staffOf(req), survey),
      notice: noticeOf(survey),
      steps: stepsOf(survey),
      tabs: tabs
        .filter((each) => mine.has(each.may) && hasReached(survey, each.from ?? 'draft'))
        .map((each) => ({
          text: each.text,
          href: surveyHref(survey, each.path),
          current: each.path === tab,
        })),
    },
    ...(script === undefined ? {} : { script }),
    ...(flash === undefined ? {} : { flash: { kind: 'success', text: flash } }),
  })
}

/** A person's first page of the survey: the overview, or for a focal point the own unit. */
export function homeOf({ held, agency }: Pick<Staff, 'held' | 'agency'>, survey: { slug: string }): string {
  const mine = permissionsAt(held, survey.slug)
  return surveyHref(survey, mine.has('survey.read') ? '' : `/don-vi/${agency.code}`)
}

/** Whether who asks may open the page of the survey at `path`. */
export function mayOpenTab(req: Request, path: string): boolean {
  const tab = tabs.find((each) => each.path === path)
  return tab !== undefined && staffOf(req).permissions.has(tab.may)
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
