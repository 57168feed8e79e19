// The page of scoring settings in a real browser: examples follow the choice at once, or by a button where there is no script.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { operator } from '../../src/staff/actor.ts'
import { createSurveyFromTemplate, defaultTemplate } from '../../src/survey/survey.service.ts'
import { settingsOf, getSurvey } from '../../src/survey/survey.queries.ts'
import { makePerson, type Person } from '../support/staff.ts'
import {
  findFaults,
  findOverflow,
  launch,
  missingTools,
  openWindow,
  phone,
  servedSite,
  signIn,
  type ServedSite,
} from './chromium.ts'

const missing = missingTools()
const page = `/dieu-tra/${defaultTemplate}/cach-tinh`

describe.skipIf(missing !== '')(`scoring settings in Chromium${missing && ` (missing: ${missing})`}`, () => {
  let site: ServedSite
  let chromium: Browser
  let person: Person

  beforeAll(async () => {
    site = await servedSite()
    chromium = await launch()
    person = await makePerson(site, 'officer', { name: 'Trần Văn Bình' })
    await createSurveyFromTemplate(site.deps, operator, defaultTemplate, defaultTemplate)
  })
  afterAll(async () => {
    await chromium.close()
    await site.close()
  })

  test('the examples follow what is chosen, and nothing is stored', async () => {
    const { page: window, context } = await openWindow(chromium, site)
    await signIn(site, window, person)
    await window.goto(page)
    await window.check('#cac-nhom-pooled')
    await window.locator('#vd-cac-nhom', { hasText: '23,00 thay vì 21,33' }).waitFor()
    await window.check('#chua-du-leaves-scale')
    await window.locator('#canh-bao', { hasText: 'Không trả lời lại có lợi' }).waitFor()
    await window.fill('#hop-le', '170')
    await window.locator('#hop-le').blur()
    await window.locator('#ghi-chu', { hasText: '“170” lớn hơn 100 %' }).waitFor()
    expect(settingsOf(await getSurvey(site.deps.db, defaultTemplate)).scoring.groups).toBe('sample-design')
    expect(await findFaults(window)).toEqual([])
    await window.setViewportSize(phone)
    expect(await findOverflow(window)).toEqual([])
    await context.close()
  })

  test('without scripts the button "Xem thử" tries out what is chosen', async () => {
    const { page: window, context } = await openWindow(chromium, site, {
      javaScriptEnabled: false,
    })
    await signIn(
      site,
      window,
      await makePerson(site, 'officer', { name: 'Lê Thị Hoa', email: 'hoa@example.com' }),
    )
    await window.goto(page)
    await window.check('#cach-cau-top-box')
    await window.click('button[formmethod=get]')
    await window.waitForURL('**/cach-tinh?*')
    expect(await window.textContent('#vd-cach-cau')).toBe('0,7778 điểm')
    expect(await window.isChecked('#cach-cau-top-box')).toBe(true)
    expect(settingsOf(await getSurvey(site.deps.db, defaultTemplate)).scoring.itemMethod).toBe(
      'weighted-options',
    )
    await context.close()
  })
})
