// A focal point's view of the own unit: cards per group, ballots in all, whom to call, the list to sign when cards are handed over.
import { showCount, showDay } from '../lib/format.ts'
import { hasReached, stateName, surveyHref } from '../survey/survey.ts'
import { noticeOf } from '../web/layout.ts'
import type { Stratum, Survey } from '../survey/survey.queries.ts'

export interface UnitPage {
  heading: string
  text: string
  groups: { name: string; planned: string; issued: string }[]
  contact: string
  /** The package of links that waits for this unit's focal point; null for anybody else. */
  linkPackage: { action: string } | null
  /** The printed list; null for a unit that is not asked. */
  list: string
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

/** Returned ballots as one number: in a group of four a colleague would see who has just put the phone down. */
export function unitPage(survey: Survey, strata: Stratum[], packageWaits: boolean): UnitPage {
  const name = strata[0]?.unit_name ?? ''
  const [planned, returned] = [sum(strata, 'quota'), sum(strata, 'returned')]
  return {
    heading: headingFor(survey, name, planned, returned),
    text: textFor(survey, planned - returned),
    groups: strata.map((stratum) => ({
      name: stratum.group_name,
      planned: showCount(stratum.quota),
      issued: showCount(stratum.issued),
    })),
    contact:
      [survey.contact_phone, survey.contact_office].filter((part) => part !== '').join(', ') ||
      survey.organiser,
    linkPackage: packageWaits
      ? { action: surveyHref(survey, `/don-vi/${strata[0]?.unit_code ?? ''}/goi-lien-ket`) }
      : null,
    list: surveyHref(survey, `/don-vi/${strata[0]?.unit_code ?? ''}/danh-sach`),
  }
}

function headingFor(survey: Survey, name: string, planned: number, returned: number): string {
  if (!hasReached(survey, 'collecting')) return `${name}: ${showCount(planned)} người được hỏi`
  return `${name}: đã gửi ${showCount(returned)}/${showCount(planned)} phiếu`
}

function textFor(survey: Survey, missing: number): string {
  if (!hasReached(survey, 'collecting'))
    return `Đợt điều tra đang ở bước "${stateName(survey.state)}", chưa thu phiếu.`
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
