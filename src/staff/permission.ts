// What staff may do, as words. Which role holds which stands in role.ts; a route names exactly one of these (web/route.ts),
// so that a page without a permission cannot be added.
import type { Route } from '../web/route.ts'

/** Every permission of a role with the sentence that explains it on the page "Quyền hạn" and in README. */
export const permissions = {
  'unit.read': 'Xem tiến độ thu phiếu và danh sách giao thẻ của cơ quan, đơn vị mình',
  'links.fetch': 'Tải gói liên kết của cơ quan, đơn vị mình, một lần',
  'survey.read': 'Xem kế hoạch, bộ câu hỏi, Bộ chỉ số và tiến độ của mọi cơ quan, đơn vị',
  'survey.manage':
    'Tạo đợt điều tra, sửa thông tin; chọn mẫu, phúc tra; ghi việc đổi tên, sáp nhập cơ quan, đơn vị',
  'codes.manage': 'Phát mã, in thẻ, tải danh sách mã; hủy, thay thẻ, nâng mức nhận phiếu',
  'collecting.manage': 'Bắt đầu, kết thúc thu phiếu',
  'custody.manage': 'Chọn hình thức giữ khóa, ghi tên người giữ khóa',
  'box.open': 'Mở niêm phong, kiểm phiếu',
  'unit.results': 'Xem kết quả của cơ quan, đơn vị mình sau khi công bố',
  'results.read': 'Xem kết quả của mọi cơ quan, đơn vị sau khi công bố',
  'scores.read':
    'Xem và xuất điểm điều tra xã hội học, Chỉ số, cả trước khi công bố (mỗi lần xem được ghi nhật ký)',
  'results.announce': 'Đặt ngày dự kiến công bố, công bố kết quả',
  'retention.manage': 'Đặt thời hạn lưu giữ phiếu, gia hạn, hủy phiếu khi đến hạn',
  'index.compute': 'Nạp điểm thẩm định, tính Chỉ số',
  'staff.manage': 'Tạo và khóa tài khoản, giao vai trò, cấp liên kết đặt mật khẩu',
  'log.read': 'Xem và xuất nhật ký việc đã làm',
  'secret.keep': 'In tờ khôi phục khóa gốc của hệ thống',
} as const

export type Permission = keyof typeof permissions

/**
 * What a route may ask for beside the permission of a role: 'signed-in' is anybody with an account who has shown every
 * factor that is asked; 'first-step' somebody who has shown the password, on the way to the second factor.
 */
export type May = Permission | 'signed-in' | 'first-step'

export type StaffRoute = Route<May>
