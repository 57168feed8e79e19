// What staff may do, as words. Which role holds which is data (tables role, role_permission); a route names exactly one
// of these or 'anyone' (web/route.ts), so that a page without a permission cannot be added.
import type { Route } from '../web/route.ts'

/** Every permission with the sentence that explains it on the page of roles. */
export const permissions = {
  'signed-in': 'Xem trang làm việc của mình',
  'survey.read': 'Xem kế hoạch, bộ câu hỏi, tiến độ thu phiếu',
  'survey.manage': 'Tạo đợt điều tra, sửa thông tin, bắt đầu và kết thúc thu phiếu',
  'codes.manage': 'Phát mã, in thẻ, tải danh sách mã',
  'box.open': 'Mở niêm phong, kiểm phiếu',
  'scores.read': 'Xem và xuất điểm điều tra xã hội học',
  'index.compute': 'Nạp điểm thẩm định, tính và xuất Chỉ số',
  'staff.manage': 'Tạo tài khoản, giao vai trò',
} as const

export type Permission = keyof typeof permissions

/** Whether a word of the table role_permission is one that this version knows. */
export function isPermission(word: string | null): word is Permission {
  return word !== null && Object.hasOwn(permissions, word)
}

export type StaffRoute = Route<Permission>
