// One's own account in words.
import { showMoment } from '../lib/format.ts'
import { browserName } from './browser-name.ts'
import { errorLinks, errorOf, textField, type ErrorLink, type Slip, type TextField } from './fields.ts'
import type { Staff } from './guard.ts'
import type { OwnSession } from './session.queries.ts'
import { passwordHint } from './sign-in.views.ts'

export interface MyAccountPage {
  heading: string
  facts: { label: string; value: string }[]
  secondFactor: { state: string; on: boolean; obligatory: boolean; setUp: string }
  sessions: { title: string; facts: string; own: boolean; action: string }[]
  others: boolean
  /** Unseen, for who keeps passwords in the browser. */
  username: string
  fields: TextField[]
  errors: ErrorLink[]
}

export interface MyAccountViews {
  'staff/mine': MyAccountPage
}

export function myAccountPage(
  staff: Staff,
  sessions: OwnSession[],
  recoveryCodes: number,
  slips: Slip[],
): MyAccountPage {
  return {
    heading: 'Tài khoản của tôi',
    facts: [
      { label: 'Họ và tên', value: staff.name },
      { label: 'Thư điện tử', value: staff.email },
      { label: 'Cơ quan, đơn vị', value: staff.agency.name || 'Chưa có' },
      { label: 'Vai trò', value: rolesOf(staff) },
    ],
    secondFactor: {
      state: staff.hasSecondFactor
        ? `Đang bật, còn ${recoveryCodes} mã đăng nhập dự phòng.`
        : 'Chưa bật. Khi bật, người biết mật khẩu nhưng không có điện thoại của anh/chị thì không đăng nhập được.',
      on: staff.hasSecondFactor,
      obligatory: staff.needsSecondFactor,
      setUp: '/can-bo/xac-thuc?tiep=%2Fcan-bo%2Ftoi',
    },
    sessions: sessions.map((session) => ({
      title: browserName(session.browser),
      facts: `Đăng nhập lúc ${showMoment(session.createdAt)} từ địa chỉ mạng ${session.address || 'không rõ'}, dùng gần nhất lúc ${showMoment(session.lastSeen)}`,
      own: session.id === staff.session.id,
      action: `/can-bo/toi/phien/${session.id}`,
    })),
    username: staff.email,
    others: sessions.some(({ id }) => id !== staff.session.id),
    fields: [
      textField('current', 'Mật khẩu hiện tại', {
        type: 'password',
        autocomplete: 'current-password',
        error: errorOf(slips, 'current'),
      }),
      textField('password', 'Mật khẩu mới', {
        type: 'password',
        autocomplete: 'new-password',
        hint: passwordHint,
        error: errorOf(slips, 'password'),
      }),
    ],
    errors: errorLinks(slips),
  }
}

function rolesOf(staff: Staff): string {
  const names = staff.held.map(({ role, survey }) =>
    survey === null ? role.name : `${role.name} (đợt ${survey})`,
  )
  return names.join(', ') || 'Chưa có vai trò'
}
