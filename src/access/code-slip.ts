// A slip in a typed code, in words: for whoever enters it on the first page and for staff who hold the card in hand.
import { showCount } from '../lib/format.ts'
import type { CodeSlip } from './redeem.service.ts'

/** One sentence for each slip: what is wrong with what was typed, and what to do. */
export function slipSentence(slip: CodeSlip): string {
  switch (slip.reason) {
    case 'empty':
      return 'Hãy nhập mã in trên thẻ mời.'
    case 'symbol':
      return `Mã không bao giờ có ký tự “${slip.symbol}”. Hãy xem lại thẻ và nhập lại ký tự đó.`
    case 'length':
      return `Mã gồm đúng 12 ký tự, anh/chị đã nhập ${showCount(slip.length)} ký tự. Hãy xem lại thẻ.`
    case 'check':
      return 'Mã chưa đúng: có một ký tự bị nhầm hoặc hai ký tự bị đảo chỗ. Hãy so lại từng nhóm bốn ký tự với thẻ.'
    case 'unknown':
      return 'Không có mã này trong hệ thống. Hãy so lại từng nhóm bốn ký tự với thẻ.'
  }
}
