// A focal point's view of the own unit: cards per group, ballots in all, whom to call, the list to sign when cards are handed over.
import { showCount, showDay } from '../lib/format.ts'
import { dayOf } from '../lib/clock.ts'
import type { ErrorLink } from '../staff/fields.ts'
import { contactOf, type Contact } from '../survey/contact.ts'
import { hasReached, stateName, surveyHref } from '../survey/survey.ts'
import { recheckWords, type RecheckCounts } from '../survey/recheck.ts'
import { daysLeft } from './unit-counts.ts'
import { noticeOf } from '../web/layout.ts'
import type { Stratum, Survey } from '../survey/survey.queries.ts'

export interface UnitPage {
  heading: string
  text: string
  groups: { name: string; planned: string; issued: string }[]
  /** What the focal point counts, group by group; `action` is null for whoever may only look. */
  counts: { action: string | null; errors: ErrorLink[]; groups: CountFields[] }
  closing: string | null
  contact: Contact | null
  office: string
  /** The package of links that waits for this unit's focal point; null for anybody else. */
  linkPackage: { action: string } | null
  /** To be copied into a message to all colleagues; null while there is nothing to remind of. */
  reminder: string | null
  /** The unit's own results; null before they are announced, and for whoever may not look. */
  results: string | null
  /** The printed list; null for a unit that is not asked. */
  list: string
  /** What an officer decides and looks up about this unit; null for anybody else. */
  officer: { lines: string[]; links: { text: string; href: string }[] } | null
}

/** What is known of a unit to whoever runs the survey. */
export interface ForOfficer {
  /** Renamed, merged: one sentence each. */
  changes: string[]
  recheck: RecheckCounts | null
}

/** The two numbers of one group, as typed or as stored; `id` is the group's code. */
export interface CountFields {
  id: string
  name: string
  received: string
  handedOut: string
  error: string | null
}

export interface HandOverPage {
  heading: string
  back: string
  /** Of an illustration or a rehearsal; null for a real survey. */
  notice: string | null
  unit: string
  survey: string
  lists: { group: string; count: string; rows: string[] }[]
}

export interface UnitViews {
  'quota/unit': UnitPage
  'quota/hand-over': HandOverPage
}

/**
 * Returned ballots as one number: in a group of four a colleague would see who has just put the phone down. So no
 * count of ballots stands beside a group here, and none shall.
 */
export function unitPage(
  survey: Survey,
  strata: Stratum[],
  {
    today,
    mayCount,
    packageWaits,
    closesAt,
    ofOfficer,
    mayLook,
    typed,
  }: {
    today: string
    mayCount: boolean
    packageWaits: boolean
    /** The hour of this unit. */
    closesAt: string | null
    ofOfficer: ForOfficer | null
    /** Whether this person may look at the unit's results once they are announced. */
    mayLook: boolean
    typed?: CountFields[]
  },
): UnitPage {
  const name = strata[0]?.unit_name ?? ''
  const home = surveyHref(survey, `/don-vi/${strata[0]?.unit_code ?? ''}`)
  const [planned, returned] = [sum(strata, 'quota'), sum(strata, 'returned')]
  const groups = typed ?? strata.map(storedFields)
  return {
    heading: packageWaits
      ? `${name}: gói liên kết đang chờ anh/chị tải`
      : headingFor(survey, name, planned, returned),
    text: textFor(survey, planned - returned),
    groups: strata.map((stratum) => ({
      name: stratum.group_name,
      planned: showCount(stratum.quota),
      issued: showCount(stratum.issued),
    })),
    counts: {
      action: mayCount ? `${home}/so-the` : null,
      errors: groups.flatMap(({ id, error }) =>
        error === null ? [] : [{ text: error, href: `#nhan-${id}` }],
      ),
      groups,
    },
    closing: survey.state === 'collecting' ? closingText(closesAt, today) : null,
    contact: contactOf(survey),
    office: survey.organiser,
    reminder: survey.state === 'collecting' ? reminderText(survey, closesAt) : null,
    linkPackage: packageWaits ? { action: `${home}/goi-lien-ket` } : null,
    results:
      mayLook && hasReached(survey, 'released')
        ? surveyHref(survey, `/diem/don-vi/${strata[0]?.unit_code ?? ''}`)
        : null,
    list: `${home}/danh-sach`,
    officer:
      ofOfficer === null
        ? null
        : {
            lines: [
              ...ofOfficer.changes,
              ...(ofOfficer.recheck === null ? [] : [`Phúc tra: ${recheckWords(ofOfficer.recheck)}.`]),
            ],
            links: [
              { text: 'Đổi tên, sáp nhập', href: `${home}/thay-doi` },
              { text: 'Phúc tra', href: `${home}/phuc-tra` },
            ],
          },
  }
}

export function storedFields(stratum: Stratum): CountFields {
  return {
    id: stratum.group_code,
    name: stratum.group_name,
    received: String(stratum.cards_received),
    handedOut: String(stratum.cards_handed_out),
    error: null,
  }
}

function closingText(closesAt: string | null, today: string): string | null {
  if (closesAt === null) return null
  const day = dayOf(new Date(closesAt))
  const left = daysLeft(today, day)
  return left === 0
    ? `Hôm nay (${showDay(day)}) là ngày cuối nhận phiếu.`
    : `Còn ${showCount(left)} ngày, nhận phiếu đến ngày ${showDay(day)}.`
}

/** To everybody alike: nobody knows who has sent. */
function reminderText(survey: Survey, closesAt: string | null): string {
  const until = closesAt === null ? '' : ` trước ngày ${showDay(dayOf(new Date(closesAt)))}`
  return `Kính nhờ các anh/chị đã nhận thẻ mời trả lời phiếu “${survey.title}” quét mã QR trên thẻ và gửi phiếu${until}, mất khoảng 6 phút. Phiếu không ghi tên, được niêm phong. Anh/chị nào đã gửi xin bỏ qua tin này.`
}

function headingFor(survey: Survey, name: string, planned: number, returned: number): string {
  if (!hasReached(survey, 'collecting')) return `${name}: ${showCount(planned)} người được hỏi`
  const left = planned - returned
  return `${name}: đã gửi ${showCount(returned)}/${showCount(planned)} phiếu${left > 0 ? `, còn ${showCount(left)}` : ''}`
}

function textFor(survey: Survey, missing: number): string {
  if (!hasReached(survey, 'collecting'))
    return `Đợt điều tra đang ở bước “${stateName(survey.state)}”, chưa thu phiếu.`
  if (hasReached(survey, 'closed')) return 'Đã kết thúc thu phiếu. Cảm ơn anh/chị.'
  if (missing <= 0) return 'Đã gửi đủ phiếu theo kế hoạch. Cảm ơn anh/chị.'
  return `Còn ${showCount(missing)} phiếu chưa gửi. Hãy nhắc chung cả nhóm; hệ thống không biết và không cho biết ai đã gửi.`
}

/** A list of empty lines to sign: no serial number of a card, in no order of the cards. */
export function handOverPage(survey: Survey, strata: Stratum[]): HandOverPage {
  const plan = [
    survey.plan_number && `số ${survey.plan_number}`,
    survey.plan_date && `ngày ${showDay(survey.plan_date)}`,
  ]
  const planText = plan.filter(Boolean).join(' ')
  return {
    heading: 'Danh sách giao thẻ mời tham gia điều tra',
    notice: noticeOf(survey),
    back: surveyHref(survey, `/don-vi/${strata[0]?.unit_code ?? ''}`),
    unit: strata[0]?.unit_name ?? '',
    survey: planText === '' ? survey.title : `${survey.title} (Kế hoạch ${planText})`,
    lists: strata.map((stratum) => ({
      group: stratum.group_name,
      count: `${showCount(stratum.quota)} người`,
      rows: Array.from({ length: stratum.quota }, (_, i) => String(i + 1)),
    })),
  }
}

function sum(strata: Stratum[], what: 'quota' | 'returned'): number {
  return strata.reduce((total, stratum) => total + stratum[what], 0)
}
