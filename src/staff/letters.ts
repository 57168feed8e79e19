// The letters that staff get: short, plain text, nothing of a survey in them.
import { showDay } from '../lib/format.ts'
import { dayOf } from '../lib/clock.ts'
import { formatLinkCode, linkNames } from './link.ts'
import type { OpenLink } from './link.service.ts'
import type { Letter } from './mail.ts'

/** The letter that carries a link for setting a password. */
export function linkLetter(
  { name, email }: { name: string; email: string },
  { kind, code, url, expiresAt }: OpenLink,
): Letter {
  const what = linkNames[kind]
  return {
    to: email,
    subject:
      kind === 'activation'
        ? 'Kích hoạt tài khoản khảo sát CCHC'
        : 'Đặt lại mật khẩu tài khoản khảo sát CCHC',
    text: [
      `Kính gửi anh/chị ${name},`,
      '',
      `Đây là liên kết ${what} cho tài khoản của anh/chị trên hệ thống khảo sát cải cách hành chính:`,
      '',
      url,
      '',
      `Hoặc mở ${url.split('#')[0]} và nhập mã: ${formatLinkCode(code)}`,
      '',
      `Liên kết dùng được một lần, đến hết ngày ${showDay(dayOf(expiresAt))}.`,
      'Xin không chuyển tiếp thư này: ai có liên kết đều đặt được mật khẩu.',
      ...(kind === 'reset'
        ? ['Nếu anh/chị không yêu cầu đặt lại mật khẩu, hãy bỏ qua thư này; mật khẩu hiện tại vẫn dùng được.']
        : []),
      '',
    ].join('\n'),
  }
}
