// "Công bố" in words: who sees results now, what announcing changes, by which document it was done.
import { showCount, showDay } from '../lib/format.ts'
import type { ScoresRelease } from '../score/release.ts'
import type { SecondPersonWords } from '../staff/second-person.ts'
import type { Decision } from '../survey/decision.queries.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'

export const announceWord = 'CONG BO'

/** What a form held when something was wrong with it. */
export interface TypedAnnouncement {
  form: 'plan' | 'announce'
  values: Record<string, string>
  errors: { field: string; text: string }[]
}

interface Field {
  id: string
  name: string
  label: string
  type: 'date' | 'text'
  value: string
  error: string | null
}

export interface AnnouncePage {
  heading: string
  errors: { text: string; href: string }[]
  /** Who sees what, now and afterwards. */
  sees: { label: string; value: string }[]
  release: string
  /** Null for whoever may not, and once it is done. */
  plan: { action: string; fields: Field[] } | null
  announce: {
    action: string
    consequences: string[]
    fields: Field[]
    confirmWord: string
    confirmError: string | null
    button: string
    mayPress: boolean
    second: SecondPersonWords | null
    drop: string
  } | null
  decisions: { words: string; reason: string; by: string }[]
}

export interface AnnounceViews {
  'release/announce': AnnouncePage
}

export interface AnnounceInput {
  survey: Survey
  release: Pick<ScoresRelease, 'version' | 'madeOn' | 'hash' | 'units'>
  decisions: readonly Decision[]
  mayAnnounce: boolean
  second: SecondPersonWords | null
  typed: TypedAnnouncement | null
}

export function announcePage(input: AnnounceInput): AnnouncePage {
  const { survey, release, typed } = input
  const done = hasReached(survey, 'released')
  const open = input.mayAnnounce && !done && survey.rehearsal_kind !== 'run'
  return {
    heading: headingOf(survey),
    errors: (typed?.errors ?? []).map(({ field, text }) => ({ text, href: `#${field}` })),
    sees: [
      {
        label: 'Chuyên viên Sở Nội vụ, lãnh đạo (chỉ xem)',
        value: done ? 'Xem mọi kết quả' : 'Xem mọi kết quả; mỗi lần xem được ghi nhật ký',
      },
      {
        label: 'Thành viên Hội đồng, Tổ giúp việc',
        value: done ? 'Xem điểm điều tra của mọi cơ quan, đơn vị' : 'Chưa xem',
      },
      { label: 'Công chức đầu mối', value: done ? 'Xem kết quả của cơ quan, đơn vị mình' : 'Chưa xem' },
    ],
    release: `Bảng điểm bản ${release.version}, lập ngày ${showDay(release.madeOn)}, ${showCount(release.units.length)} cơ quan, đơn vị; mã kiểm tra ${release.hash}.`,
    plan: open
      ? {
          action: surveyHref(survey, '/cong-bo/du-kien'),
          fields: [
            field(typed, 'plan', 'ngay-du-kien', 'Ngày dự kiến công bố', 'date', survey.announce_on ?? ''),
          ],
        }
      : null,
    announce: open ? announceAct(input) : null,
    decisions: input.decisions
      .filter(({ kind }) => kind === 'announced')
      .map(({ words, reason, made_on, made_by }) => ({
        words,
        reason,
        by: `${showDay(made_on)}, ${made_by}`,
      })),
  }
}

function announceAct({ survey, typed, second }: AnnounceInput): AnnouncePage['announce'] {
  const own = typed?.form === 'announce' ? typed : null
  return {
    action: surveyHref(survey, '/cong-bo'),
    consequences: [
      'Mỗi cơ quan, đơn vị xem được kết quả của mình; thành viên Hội đồng, Tổ giúp việc xem được điểm điều tra của mọi cơ quan, đơn vị.',
      'Từ đó, việc xem kết quả trên trang không ghi nhật ký nữa; việc xuất tệp vẫn ghi.',
      'Công bố không rút lại được. Có sai sót thì lập bản mới theo một quyết định: bản mới hiện ngay, bản cũ vẫn xem được.',
    ],
    fields: [
      field(typed, 'announce', 'so-van-ban', 'Số văn bản công bố, ví dụ 125/QĐ-UBND', 'text', ''),
      field(typed, 'announce', 'ngay-van-ban', 'Ngày văn bản', 'date', ''),
    ],
    confirmWord: announceWord,
    confirmError: own?.errors.find((each) => each.field === 'xac-nhan')?.text ?? null,
    button: second?.part === 'first' ? 'Đề nghị công bố kết quả' : 'Công bố kết quả',
    mayPress: second === null || second.mayPress,
    second,
    drop: surveyHref(survey, '/cong-bo/rut'),
  }
}

function headingOf(survey: Survey): string {
  if (hasReached(survey, 'released')) return `Kết quả đã công bố ngày ${showDay(survey.announced_on)}`
  return survey.announce_on === null
    ? 'Kết quả chưa công bố, chưa có ngày dự kiến'
    : `Kết quả chưa công bố, dự kiến ngày ${showDay(survey.announce_on)}`
}

function field(
  typed: TypedAnnouncement | null,
  form: TypedAnnouncement['form'],
  name: string,
  label: string,
  type: Field['type'],
  stored: string,
): Field {
  const own = typed?.form === form ? typed : null
  const error = own?.errors.find((each) => each.field === name)?.text ?? null
  return { id: name, name, label, type, value: own?.values[name] ?? stored, error }
}
