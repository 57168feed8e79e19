// A unit's package of links: for each group a folder with the pictures of its cards, shuffled, and their texts to forward;
// reserves in a folder of their own. A file is named by its place in the shuffled set, never by its code.
import { zipSync, strToU8 } from 'fflate'
import type { Survey } from '../survey/survey.queries.ts'
import { bundlesOf } from './bundle.ts'
import { cardImage } from './card-image.ts'
import { cardOf, type Card } from './card.views.ts'
import type { PlainCode } from './batch.service.ts'

/** The ZIP of all cards of one unit, in memory. */
export async function packageOf(survey: Survey, codes: readonly PlainCode[]): Promise<Buffer> {
  const files: Record<string, Uint8Array> = { 'HUONG-DAN.txt': textFile(guide) }
  for (const { kind, cards } of bundlesOf(codes).flatMap(({ bundles }) => bundles)) {
    for (const group of new Set(cards.map(({ stratum }) => stratum.group_name))) {
      const folder = `${kind === 'reserve' ? 'du-phong/' : ''}${plainName(group)}`
      const own = cards
        .filter(({ stratum }) => stratum.group_name === group)
        .map((card) => cardOf(survey, card))
      const messages: string[] = []
      for (const [n, card] of own.entries()) {
        const number = String(n + 1).padStart(2, '0')
        files[`${folder}/the-${number}.png`] = await cardImage(card)
        messages.push(`===== Tin nhắn ${number}, không chép dòng này =====\n\n${messageOf(survey, card)}`)
      }
      files[`${folder}/tin-nhan.txt`] = textFile(messages.join('\n\n\n'))
    }
  }
  // Pictures are packed already.
  return Buffer.from(zipSync(files, { level: 0 }))
}

/** With the mark by which Notepad knows Vietnamese, and its line ends. */
function textFile(text: string): Uint8Array {
  return strToU8(`\uFEFF${text}\n`.replaceAll('\n', '\r\n'))
}

function messageOf(survey: Survey, card: Card): string {
  const contact = card.lines.at(-1) ?? ''
  return [
    ...(card.mark === null ? [] : [`(${card.mark})`]),
    `${survey.organiser} kính mời anh/chị (${card.for}) trả lời phiếu điều tra: ${card.url}`,
    `Mã: ${card.code}. ${card.deadline === null ? '' : `${card.deadline}. `}${contact}`,
    'Liên kết này dành cho một người, dùng một lần; hệ thống không biết ai trả lời. Xin không chuyển tiếp.',
  ].join('\n')
}

const guide = `Gói liên kết mời tham gia điều tra

1. Mỗi người trong danh sách chọn mẫu nhận một thẻ của nhóm mình: gửi hình (the-01.png …) hoặc đoạn tin nhắn cùng số trong tệp tin-nhan.txt, qua Zalo hoặc thư điện tử, chỉ cho riêng người đó.
2. Gửi theo thứ tự tùy ý, không theo danh sách tên. Không ghi lại ai nhận số nào.
3. Thư mục du-phong chỉ dùng khi một liên kết bị mất hoặc gửi nhầm, theo hướng dẫn của đơn vị tổ chức.
4. Gửi xong, hãy xóa gói này khỏi máy và khỏi thư mục tải xuống. Hệ thống đã xóa mã, không tải lại được.`

/** "Lãnh đạo cấp phòng và tương đương" → "lanh-dao-cap-phong-va-tuong-duong" */
function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
