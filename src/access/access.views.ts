// Codes and cards in words: what was issued, what to print, what is erased.
import { joinWords, showCount, showDay } from '../lib/format.ts'
import type { LogLine } from '../staff/act-log.ts'
import type { SecondPersonWords } from '../staff/second-person.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Stratum, Survey } from '../survey/survey.queries.ts'
import type { CodeBatch, UnitDelivery } from './access.queries.ts'
import { openingsInWords, type Openings } from './print.views.ts'

export interface CodesPage {
  heading: string
  /** What stands in the way of issuing, as a sentence; null when nothing does. */
  obstacle: string | null
  missing: string[]
  issue: {
    action: string
    button: string
    mayIssue: boolean
    /** Where a second person has to agree; null where one is enough. */
    second: SecondPersonWords | null
    drop: string
  } | null
  /** The card that tries the printed address; null where none is needed any more, or yet. */
  testCard: { action: string; seen: string | null } | null
  /** Cards of paper that wait to be printed; null where there are none. */
  unprinted: {
    cards: string
    pdf: string
    csv: string
    printed: string
    count: string
    openings: Openings | null
  } | null
  /** Units that have not fetched their package of links. */
  packages: { heading: string; units: string[] } | null
  delivery: { text: string; href: string }
  /** Where to go once all cards are printed; null before and after. */
  next: { text: string; href: string } | null
  batches: { day: string; kind: string; state: string }[]
  planHref: string
}

export interface AccessViews {
  'access/codes': CodesPage
}

const batchStates = { issuing: 'Đang phát', unprinted: 'Chưa in', printed: 'Đã in xong, mã đã xóa' }

export interface CodesState {
  strata: Stratum[]
  batches: CodeBatch[]
  deliveries: UnitDelivery[]
  /** Who opened the cards for printing since they were issued. */
  openings: LogLine[]
  obstacle: string | null
  /** The day on which a test card was opened by the address that cards bear now. */
  testCardSeen: string | null
  second: SecondPersonWords | null
}

export function codesPage(
  survey: Survey,
  { strata, batches, deliveries, openings, obstacle, testCardSeen, second }: CodesState,
): CodesPage {
  const issued = strata.reduce((sum, each) => sum + each.issued + each.reserve, 0)
  const wanted = strata.reduce((sum, each) => sum + each.quota + each.reserve_quota, 0)
  const unprinted = batches.some((batch) => batch.state === 'unprinted')
  const toPrint = deliveries.filter(({ delivery, waiting }) => delivery === 'cards' && waiting > 0)
  const toFetch = deliveries.filter(({ delivery, waiting }) => delivery === 'links' && waiting > 0)
  const byLinks = deliveries.filter(({ delivery }) => delivery === 'links').length
  return {
    heading: headingFor(issued, wanted, { unprinted, cards: toPrint.length > 0 }),
    obstacle,
    missing: missingDetails(survey),
    issue:
      issued < wanted && !unprinted
        ? {
            action: surveyHref(survey, '/ma'),
            button: buttonFor(second, wanted - issued, obstacle === null),
            mayIssue: obstacle === null,
            second,
            drop: surveyHref(survey, '/ma/rut'),
          }
        : null,
    testCard:
      survey.rehearsal === 1 || hasReached(survey, 'collecting')
        ? null
        : {
            action: surveyHref(survey, '/the-thu'),
            seen: testCardSeen === null ? null : showDay(testCardSeen),
          },
    unprinted:
      toPrint.length > 0
        ? {
            cards: surveyHref(survey, '/the'),
            pdf: surveyHref(survey, '/the.pdf'),
            csv: surveyHref(survey, '/ma.csv'),
            printed: surveyHref(survey, '/da-in'),
            count: showCount(toPrint.reduce((sum, { codes }) => sum + codes, 0)),
            openings: openings.length === 0 ? null : openingsInWords(openings),
          }
        : null,
    packages:
      toFetch.length > 0
        ? {
            heading: `Còn ${showCount(toFetch.length)} cơ quan, đơn vị chưa tải gói liên kết`,
            units: toFetch.map(({ name }) => name),
          }
        : null,
    delivery: {
      text:
        byLinks === 0
          ? 'Mọi cơ quan, đơn vị nhận thẻ giấy.'
          : `${showCount(byLinks)} cơ quan, đơn vị nhận liên kết, còn lại nhận thẻ giấy.`,
      href: surveyHref(survey, '/cach-giao'),
    },
    next:
      survey.state === 'cards' && !unprinted && issued >= wanted
        ? { text: 'Bắt đầu thu phiếu', href: surveyHref(survey, '/thu-phieu') }
        : null,
    batches: batches.map((batch) => ({
      day: showDay(batch.issued_on),
      kind: batch.rehearsal ? 'Chạy thử' : 'Chính thức',
      state: batchStates[batch.state],
    })),
    planHref: surveyHref(survey, '/ke-hoach#thong-tin'),
  }
}

/** Who is the first of two only asks, and the button says so. */
function buttonFor(second: SecondPersonWords | null, count: number, mayIssue: boolean): string {
  const verb = second?.part === 'first' ? 'Đề nghị phát' : 'Phát'
  return `${verb} ${showCount(count)} mã${mayIssue ? '' : ' chạy thử'}`
}

function headingFor(
  issued: number,
  wanted: number,
  { unprinted, cards }: { unprinted: boolean; cards: boolean },
): string {
  if (issued === 0) return `Chưa phát mã, cần ${showCount(wanted)} mã`
  const counted = `Đã phát ${showCount(issued)}/${showCount(wanted)} mã`
  if (!unprinted) return `${counted}, thẻ đã in`
  return cards ? `${counted}, chưa in` : `${counted}, chờ tải gói liên kết`
}

/** What a card should say and nobody has filled in. */
function missingDetails(survey: Survey): string[] {
  const gaps = [
    survey.plan_number === '' ? 'số kế hoạch' : '',
    survey.plan_date === '' ? 'ngày kế hoạch' : '',
    survey.contact_phone === '' ? 'điện thoại đầu mối' : '',
  ].filter((gap) => gap !== '')
  return gaps.length === 0 ? [] : [joinWords(gaps)]
}
