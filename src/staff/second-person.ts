// Four eyes: an act that needs two people of two agencies. The first asks for it, the second does it; both on the same
// page, by the same button, each signed in for themselves. Which acts need it is a setting of the survey.
import { showMoment } from '../lib/format.ts'
import { nameActor, type Actor } from './actor.ts'
import type { Permission } from './permission.ts'
import type { HeldRole } from './role.ts'

/**
 * Acts of a survey that can wait for a second person: as people call them, the permission that both need, and the page
 * of the survey where both press the same button.
 */
export const pairedActs = {
  'issue-codes': { words: 'phát mã chính thức', may: 'codes.manage', page: '/ma' },
  'issue-rehearsal': { words: 'phát mã chạy thử', may: 'codes.manage', page: '/ma' },
  'close-collecting': { words: 'kết thúc thu phiếu', may: 'collecting.manage', page: '/thu-phieu' },
  announce: { words: 'công bố kết quả', may: 'results.announce', page: '/cong-bo' },
  'open-box': { words: 'mở niêm phong, kiểm phiếu', may: 'box.open', page: '/thu-phieu' },
} as const satisfies Record<string, { words: string; may: Permission; page: string }>

export type PairedAct = keyof typeof pairedActs

export function isPairedAct(word: string): word is PairedAct {
  return Object.hasOwn(pairedActs, word)
}

/** A request is forgotten after a day: whoever confirms it must know what it was about. */
const requestHours = 24

/** An act that somebody asked for and nobody has confirmed. */
export interface ActRequest {
  act: PairedAct
  by: Actor & { id: string }
  askedAt: Date
}

export function isCurrent(request: ActRequest, now: Date): boolean {
  const age = now.getTime() - request.askedAt.getTime()
  return age >= 0 && age <= requestHours * 3_600_000
}

/** An account that somebody else let in yesterday may be that somebody: it waits until others had time to see it in the log. */
export const settlingHours = 72

/** Why this person cannot be one of the two who open a box; undefined for who can. Other acts ask for less. */
export function unfitFor(
  act: PairedAct,
  person: { alteredAt: Date; held: readonly HeldRole[] },
  now: Date,
): 'second-person-administrator' | 'second-person-new' | undefined {
  if (act !== 'open-box') return undefined
  // Whoever makes accounts could be both people.
  if (person.held.some(({ role }) => role.permissions.includes('staff.manage')))
    return 'second-person-administrator'
  const settled = now.getTime() - person.alteredAt.getTime()
  return settled < settlingHours * 3_600_000 ? 'second-person-new' : undefined
}

/**
 * What this person is to the act: the one who may ask, the one who has asked and waits, the second who may confirm, or a
 * colleague of the one who asked, who cannot.
 */
export type Part = 'first' | 'waiting' | 'second' | 'colleague'

export function partOf(request: ActRequest | undefined, person: Pick<Actor, 'id' | 'agency'>): Part {
  if (request === undefined) return 'first'
  if (request.by.id === person.id) return 'waiting'
  // Two people without an agency are of the same one, as far as anybody can tell.
  return request.by.agency.code === person.agency.code ? 'colleague' : 'second'
}

/** How a page says it: what pressing the button does now, and who waits since when. */
export interface SecondPersonWords {
  part: Part
  text: string
  /** Whether the button can be pressed by this person now. */
  mayPress: boolean
  /** The button that takes one's own request back, or refuses another's; null without a request. */
  drop: string | null
}

export function secondPersonWords(
  request: ActRequest | undefined,
  act: PairedAct,
  person: Pick<Actor, 'id' | 'agency'>,
): SecondPersonWords {
  const part = partOf(request, person)
  const { words } = pairedActs[act]
  const who = request === undefined ? '' : nameActor(request.by)
  const when = request === undefined ? '' : showMoment(request.askedAt)
  switch (part) {
    case 'first':
      return {
        part,
        text: `Việc này cần hai người của hai cơ quan khác nhau. Anh/chị đề nghị trước; người thứ hai đăng nhập bằng tài khoản của mình, mở trang này và xác nhận trong vòng ${requestHours} giờ.`,
        mayPress: true,
        drop: null,
      }
    case 'waiting':
      return {
        part,
        text: `Anh/chị đã đề nghị ${words} lúc ${when}. Hãy nhờ một người của cơ quan khác đăng nhập, mở trang này và xác nhận.`,
        mayPress: false,
        drop: 'Rút đề nghị',
      }
    case 'second':
      return {
        part,
        text: `${who} đã đề nghị ${words} lúc ${when}. Anh/chị là người thứ hai: khi anh/chị xác nhận, việc được thực hiện ngay.`,
        mayPress: true,
        drop: 'Từ chối đề nghị',
      }
    case 'colleague':
      return {
        part,
        text: `${who} đã đề nghị ${words} lúc ${when}. Người xác nhận phải thuộc cơ quan khác; hãy nhờ người của cơ quan khác đăng nhập và mở trang này.`,
        mayPress: false,
        drop: null,
      }
  }
}
