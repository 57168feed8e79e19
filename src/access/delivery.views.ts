// Cards or links in words: the officer's choice for each unit, and the focal point's part of the own unit's page.
import { showCount } from '../lib/format.ts'
import type { LogLine } from '../staff/act-log.ts'
import { surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { UnitDelivery } from './access.queries.ts'
import { deliveryNames, mayChangeDelivery } from './delivery.service.ts'
import { openingsInWords, type Openings } from './print.views.ts'

export interface DeliveryPage {
  heading: string
  action: string
  back: string
  /** Printed cards of a unit that changes to links would have their codes twice. */
  openings: Openings | null
  units: { name: string; field: string; links: boolean; fixed: string | null }[]
  /** Whether anything can be changed at all. */
  open: boolean
}

export interface DeliveryViews {
  'access/delivery': DeliveryPage
}

export function deliveryPage(survey: Survey, units: UnitDelivery[], openings: LogLine[]): DeliveryPage {
  const links = units.filter(({ delivery }) => delivery === 'links').length
  return {
    heading:
      links === 0
        ? 'Mọi cơ quan, đơn vị nhận thẻ giấy'
        : `${showCount(links)}/${showCount(units.length)} cơ quan, đơn vị nhận liên kết`,
    action: surveyHref(survey, '/cach-giao'),
    back: surveyHref(survey, '/ma'),
    openings: openings.length === 0 ? null : openingsInWords(openings),
    units: units.map((unit) => ({
      name: unit.name,
      field: fieldOf(unit.code),
      links: unit.delivery === 'links',
      fixed: mayChangeDelivery(unit) ? null : `Đã giao bằng ${deliveryNames[unit.delivery]}`,
    })),
    open: units.some(mayChangeDelivery),
  }
}

/** Name of a unit's choice in the form. */
export function fieldOf(unitCode: string): string {
  return `giao-${unitCode}`
}
