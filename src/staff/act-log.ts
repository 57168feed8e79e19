// The log of acts: what staff did, one sentence each, chained so that a line that is changed, taken out or put in between
// is found by `cli verify`. Pure. The key of the chain is derived from the server secret, so whoever holds a database
// alone cannot mend it. That lines were cut off at its end shows only beside an older export (`cli log check`).
import { createHmac } from 'node:crypto'
import canonicalize from 'canonicalize'

/** Every kind of act with its sentence; {name} is filled from the details. */
export const acts = {
  'sign-in': 'Đăng nhập.',
  'sign-in-failed': 'Đăng nhập không thành công: {why}.',
  'sign-in-again': 'Xác nhận lại danh tính.',
  'sign-out': 'Đăng xuất.',
  'session-ended': 'Đăng xuất khỏi máy khác của mình: {count} nơi.',
  'sessions-ended': 'Đăng xuất khỏi mọi máy: {who}.',
  'password-changed': 'Đổi mật khẩu của mình.',
  'second-factor-on': 'Bật xác thực hai bước.',
  'second-factor-off': 'Gỡ xác thực hai bước: {who}.',
  'recovery-codes-made': 'Lấy mã đăng nhập dự phòng mới.',
  'recovery-code-used': 'Dùng mã đăng nhập dự phòng: còn {left} mã.',
  'account-made': 'Tạo tài khoản {who}, vai trò: {roles}.',
  'account-changed': 'Sửa tài khoản {who}: {changes}.',
  'account-disabled': 'Khóa tài khoản {who}.',
  'account-enabled': 'Mở lại tài khoản {who}.',
  'roles-changed': 'Đổi vai trò: {who}, vai trò mới: {roles}.',
  'accounts-imported': 'Nạp danh sách tài khoản: {count} tài khoản từ tệp {file}.',
  'link-made': 'Cấp liên kết {what} cho {who}.',
  'link-asked':
    'Có người yêu cầu đặt lại mật khẩu ở trang đăng nhập: tài khoản {who}; liên kết gửi tới thư điện tử của tài khoản.',
  'link-used': 'Đặt mật khẩu bằng liên kết {what}.',
  'slips-shown': 'Mở trang in phiếu kích hoạt: {count} phiếu.',
  'agency-made': 'Thêm cơ quan {agency}.',
  'agency-renamed': 'Đổi tên cơ quan {before} thành {agency}.',
  'secret-shown': 'Mở tờ khôi phục khóa gốc của hệ thống.',
  'secret-kept': 'Xác nhận đã cất tờ khôi phục khóa gốc của hệ thống.',
  'survey-made': 'Tạo đợt điều tra.',
  'survey-changed': 'Sửa thông tin đợt điều tra.',
  'scoring-changed': 'Đổi cách tính điểm: {changes}.',
  'sample-drawn': 'Chọn mẫu: {count} nhóm.',
  'sample-printed': 'In lại danh sách chọn mẫu: {count} nhóm.',
  'rehearsal-begun': 'Bắt đầu chạy thử.',
  'rehearsal-done': 'Chạy thử đã đi đến báo cáo.',
  'rehearsal-removed': 'Kết thúc chạy thử, xóa mọi dữ liệu của lần chạy thử.',
  'pilot-begun': 'Lập đợt điều tra thử {copy}: {units}.',
  'codes-asked': 'Yêu cầu phát mã: {kind}.',
  'codes-issued': 'Đã phát mã: {count} mã theo kế hoạch, {reserve} mã dự phòng.',
  'cards-shown': 'Mở trang in thẻ: {count} thẻ.',
  'cards-pdf': 'Mở tệp PDF để in thẻ: {count} thẻ.',
  'test-card-made': 'In thẻ thử.',
  'delivery-set': 'Đổi cách giao mã của {unit}: {delivery}.',
  'package-fetched': 'Tải gói liên kết của {unit}: {count} liên kết; mã bị xóa khỏi hệ thống.',
  'codes-downloaded': 'Tải tệp mã truy cập: {count} mã.',
  'codes-erased': 'Xác nhận đã in xong; mã bị xóa khỏi hệ thống.',
  'card-voided': 'Hủy một thẻ: {where}.',
  'card-replaced': 'Cấp thẻ dự phòng thay thẻ không còn: {where}.',
  'reserve-raised': 'Tăng số thẻ dự phòng: {where}, từ {before} lên {after}.',
  'cap-raised': 'Nâng mức nhận phiếu: {where}, từ {before} lên {after}.',
  'custody-chosen': 'Chọn hình thức giữ khóa: {custody}.',
  'holders-named': 'Ghi tên người giữ khóa: {who}.',
  'paper-made': 'Tạo phần khóa {position}; máy chủ không lưu phần khóa.',
  'paper-checked': 'Kiểm tra phần khóa {position}: đúng.',
  'custody-rehearsed': 'Diễn tập mở niêm phong bằng phiếu thử, với phần khóa của: {who}.',
  'hand-over-asked': 'Chỉ định người nhận bàn giao phần khóa {position}: {who}.',
  'hand-over-dropped': 'Thôi bàn giao phần khóa {position}.',
  'hand-over-done': 'Bàn giao phần khóa {position}: {from} giao, {to} nhận; tờ giấy cũ không dùng được nữa.',
  'collecting-started': 'Bắt đầu thu phiếu.',
  'collecting-closed': 'Kết thúc thu phiếu: {returned}/{planned} phiếu.',
  'hours-set': 'Đặt giờ thu phiếu: {words}',
  'collecting-extended': 'Gia hạn thu phiếu: {words} Lý do: {reason}',
  'collecting-reopened': 'Thu phiếu lại: {words} Lý do: {reason}',
  'level-ended': 'Kết thúc sớm: {words} {reason}',
  'ended-early': 'Kết thúc trước giờ: {words} Lý do: {reason}',
  'unit-renamed': 'Đổi tên cơ quan, đơn vị: {words} Lý do: {reason}',
  'unit-merged': 'Sáp nhập cơ quan, đơn vị: {words} Lý do: {reason}',
  'recheck-drawn': 'Rút thăm phúc tra: {unit}, {count} người.',
  'recheck-recorded': 'Ghi kết quả phúc tra: {unit}, đã hỏi {count} người.',
  'clock-confirmed': 'Xác nhận giờ của máy chủ đúng: {hour}.',
  'second-person-asked': 'Đề nghị người thứ hai cùng thực hiện: {act}.',
  'second-person-withdrawn': 'Rút đề nghị: {act}.',
  'second-person-refused': 'Từ chối đề nghị: {act}, do {who} đề nghị.',
  'box-asked': 'Yêu cầu mở niêm phong, kiểm phiếu. Người mở: {by}.',
  'box-opened': 'Đã mở niêm phong, kiểm phiếu: {ballots} phiếu, {broken} phiếu hỏng; đã hủy khóa.',
  'scores-released': 'Lập bảng điểm điều tra: bản {version}, mã kiểm tra {hash}.',
  'scores-corrected': 'Lập lại bảng điểm điều tra: bản {version}, mã kiểm tra {hash}. Lý do: {reason}',
  'scores-exported': 'Xuất điểm điều tra: dạng {format}.',
  'scores-viewed': 'Xem kết quả khi chưa công bố: {page}.',
  'announcement-planned': 'Đặt ngày dự kiến công bố kết quả: {day}.',
  'results-announced': 'Công bố kết quả theo văn bản {document}: bản {version}, mã kiểm tra {hash}.',
  'retention-set': 'Đặt thời hạn lưu giữ phiếu: {months} tháng sau khi mở niêm phong.',
  'retention-extended': 'Đổi ngày hủy phiếu thành {after} (trước đó: {before}). Lý do: {reason}',
  'destruction-asked': 'Yêu cầu hủy phiếu đã đến hạn.',
  'responses-destroyed': 'Hủy {count} phiếu đã mở; còn lại tổng số, mã kiểm tra {hash}.',
  'import-codes-set': 'Ghi mã của phần mềm chấm điểm: {count} mã khác mã của đợt điều tra.',
  'index-computed': 'Tính Chỉ số: lần {number}.',
  'index-exported': 'Xuất Chỉ số: dạng {format}.',
  'log-exported': 'Xuất nhật ký: {count} dòng.',
} as const satisfies Record<string, string>

export type ActKind = keyof typeof acts

/** What was done; `survey` is its short name. */
export interface Act {
  kind: ActKind
  survey?: string
  details?: Record<string, string | number>
}

/** One line as it is stored; `hash` covers all the rest and the line before. */
export interface LogLine {
  position: number
  /** ISO time. */
  at: string
  staff_id: string | null
  name: string
  agency: string
  kind: string
  survey: string
  words: string
  hash: string
}

/** The sentence of an act. */
export function actWords({ kind, details = {} }: Act): string {
  return acts[kind].replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''))
}

/** Hash of a line behind the hash of the line before it ('' for the first), hex: no sign that a spreadsheet minds. */
export function lineHash(key: Buffer, before: string, line: Omit<LogLine, 'hash'>): string {
  const { position, at, staff_id, name, agency, kind, survey, words } = line
  const text = canonicalize([before, position, at, staff_id, name, agency, kind, survey, words]) ?? ''
  return createHmac('sha256', key).update(text, 'utf8').digest('hex')
}

/** Where and how the chain is broken; undefined when it holds so far. `before` is the line in front, if any. */
export function findBreak(
  key: Buffer,
  before: Pick<LogLine, 'position' | 'hash'> | undefined,
  line: LogLine,
): string | undefined {
  const expected = (before?.position ?? 0) + 1
  if (line.position !== expected) return `Nhật ký thiếu dòng ${expected}.`
  if (line.hash !== lineHash(key, before?.hash ?? '', line))
    return `Nhật ký bị sửa ở dòng ${line.position}, hoặc khóa gốc của hệ thống đã đổi.`
  return undefined
}
