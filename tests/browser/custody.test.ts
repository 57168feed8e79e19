// Three key holders with their papers, in real windows: from the choice to the printed minutes, on a phone and on a desk.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurvey } from '../../src/survey/survey.queries.ts'
import { makePerson } from '../support/staff.ts'
import { putIntoBox, surveyWithCards, type OpenSurvey } from '../support/survey.ts'
import {
  desk,
  findFaults,
  launch,
  missingTools,
  openWindow,
  phone,
  servedSite,
  signIn,
  type ServedSite,
} from './chromium.ts'

const missing = missingTools()
const custody = '/dieu-tra/thu/giu-khoa'
const collecting = '/dieu-tra/thu/thu-phieu'

describe.skipIf(missing !== '')(
  `custody in a browser${missing === '' ? '' : ` (missing: ${missing})`}`,
  () => {
    let chromium: Browser
    let site: ServedSite
    let complaints: string[]

    beforeAll(async () => {
      chromium = await launch()
    })
    afterAll(() => chromium.close())
    beforeEach(async () => {
      site = await servedSite()
      complaints = []
    })
    afterEach(() => site.close())

    test('a council makes its papers, rehearses, and opens by a scanner; nothing is wider than the window, axe finds nothing', async () => {
      const { codes }: OpenSurvey = await surveyWithCards(site, { units: 4 })
      const officer = await windowOf('officer', 'SNV', desk)
      await officer.goto(custody)
      await officer.getByLabel('Ba người giữ khóa, cần hai phần khóa để mở').check()
      await press(officer, 'Chọn hình thức này')
      const faults = await findFaults(officer)
      const council = []
      for (const [at, agency] of ['U1', 'U2', 'U3'].entries())
        council.push(await windowOf('council', agency, at === 0 ? phone : desk))
      await officer.reload()
      for (const n of [1, 2, 3]) await officer.selectOption(`#nguoi-giu-${n}`, { index: n })
      await press(officer, 'Lưu người giữ khóa')
      faults.push(...(await findFaults(officer)))

      const papers: string[] = []
      for (const holder of council) {
        await holder.goto(custody)
        faults.push(...(await findFaults(holder)))
        await press(holder, 'Tạo và hiện phần khóa')
        faults.push(...(await findFaults(holder)))
        const words = await holder.locator('.paper__word b').allTextContents()
        expect(words).toHaveLength(17)
        papers.push(words.join(' '))
        await holder.getByRole('link', { name: 'Đã chép xong' }).click()
        await scan(holder, '#phan-khoa', words.join(' '))
        await press(holder, 'Kiểm tra phần khóa')
        await holder.getByText('Phần khóa đúng.').waitFor()
      }

      const [first] = council
      if (!first) throw new Error('no council')
      await first.reload()
      // A scanner ends each code with Enter: the next one lands in the next field by itself.
      await scan(first, '#dien-tap-1', papers[0] ?? '')
      await first.keyboard.type(`${papers[2]?.toUpperCase() ?? ''}\n`)
      faults.push(...(await findFaults(first)))
      await press(first, 'Mở phiếu thử')
      await first.getByText('Diễn tập xong: phiếu thử đã mở được').waitFor()

      await officer.goto(collecting)
      await press(officer, 'Bắt đầu thu phiếu')
      const survey = await getSurvey(site.deps.db, 'thu')
      await putIntoBox(site, survey, codes.slice(0, 30), () => '0123')
      await closeCollecting(site.deps, operator, survey)

      await officer.goto(collecting)
      await scan(officer, '#phan-khoa-1', papers[1] ?? '')
      await officer.keyboard.type(`${papers[1]?.toUpperCase() ?? ''}\n`)
      await officer.fill('#co-mat', 'Bà Trần Thị B, Thanh tra tỉnh')
      await officer.fill('#xac-nhan', 'MO NIEM PHONG')
      await press(officer, 'Mở niêm phong, kiểm phiếu')
      await officer.getByText('đã nhập ở ô 1').first().waitFor()
      faults.push(...(await findFaults(officer)))
      await officer.fill('#phan-khoa-2', papers[2] ?? '')
      await officer.fill('#xac-nhan', 'MO NIEM PHONG')
      await press(officer, 'Mở niêm phong, kiểm phiếu')
      await officer.getByRole('heading', { level: 1, name: /đã xong$/ }).waitFor()

      for (const size of [phone, desk]) {
        await officer.setViewportSize(size)
        for (const path of [custody, collecting, '/dieu-tra/thu/bien-ban', '/dieu-tra/thu/bien-ban?cap=so']) {
          await officer.goto(path)
          faults.push(...(await findFaults(officer)))
        }
      }
      await officer.goto('/dieu-tra/thu/bien-ban')
      const minutes = await officer.locator('.minutes').innerText()
      expect(minutes).toContain('Ba người giữ khóa, cần hai phần khóa để mở')
      expect(minutes).toMatch(/Người council \(Sở 2\), phần khóa 2 và Người council \(Sở 3\), phần khóa 3/)
      expect(minutes).toContain('Bà Trần Thị B, Thanh tra tỉnh')
      expect(faults).toEqual([])
      // A refused form answers 422, which the browser notes.
      expect(complaints.filter((each) => !each.includes('status of 422'))).toEqual([])
    })

    async function windowOf(role: string, agency: string, viewport: typeof desk): Promise<Page> {
      const person = await makePerson(site, role, { agency, email: `${role}-${agency}@example.com` })
      const { page } = await openWindow(chromium, site, { viewport }, complaints)
      await signIn(site, page, person)
      return page
    }
  },
)

/** A handheld scanner is a keyboard: it types capitals and Enter into whatever has the focus. */
async function scan(page: Page, field: string, words: string): Promise<void> {
  await page.click(field)
  await page.keyboard.type(`${words.toUpperCase()}\n`)
}

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name }).first().click()])
}
