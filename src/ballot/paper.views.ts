// A key holder's paper as it is shown, once.
import { showDay } from '../lib/format.ts'
import { nameActor } from '../staff/actor.ts'
import { custodyOf } from '../survey/custody-mode.ts'
import { surveyHref } from '../survey/survey.ts'
import { settingsOf, type Survey } from '../survey/survey.queries.ts'
import { noticeOf } from '../web/layout.ts'
import type { KeyHolder } from './key-holder.queries.ts'
import { wordsOf } from './key-words.ts'

export interface PaperPage {
  heading: string
  back: string
  notice: string | null
  survey: string
  holder: string
  made: string
  qr: string
  words: { number: string; word: string; check: boolean }[]
  note: string
}

/** The paper as it is printed or copied. `qr` holds the words in capitals, which any scanner and keyboard can send. */
export function paperPage(
  survey: Survey,
  holder: Pick<KeyHolder, 'position' | 'name' | 'agency'>,
  secret: Buffer,
  day: string,
  qr: string,
): PaperPage {
  const words = wordsOf(secret)
  const { needed, holders } = custodyOf(settingsOf(survey))
  return {
    heading: `Phần khóa ${holder.position}`,
    back: surveyHref(survey, '/giu-khoa'),
    notice: noticeOf(survey),
    survey: survey.title,
    holder: nameActor(holder),
    made: showDay(day),
    qr,
    words: words.map((word, at) => ({
      number: String(at + 1),
      word,
      check: at === words.length - 1,
    })),
    note: `Cần ${needed} trong ${holders} phần khóa để mở niêm phong. Cất tờ này trong phong bì dán kín, ở nơi có khóa. Không chụp ảnh, không gửi qua mạng. Mất tờ này hãy báo ngay cho người phụ trách.`,
  }
}

/** What the QR code of a paper holds. */
export function paperText(secret: Buffer): string {
  return wordsOf(secret).join(' ').toUpperCase()
}
