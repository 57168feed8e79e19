// The respondent's way in browsers with another engine than Chromium's, without scripts; and that scripts, where they
// are on, take a scanned card's code into the form there too.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PlainCode } from '../../src/access/batch.service.ts'
import { openSurveyWith } from '../support/survey.ts'
import { missingForFirefox, missingForWebKit } from '../support/tools.ts'
import { servedSite, type ServedSite } from './chromium.ts'
import { openFirefox } from './firefox.ts'
import { closeBrowsers } from './webdriver.ts'
import { openWebKit } from './webkit.ts'

const browsers = [
  { name: 'Firefox', open: openFirefox, missing: missingForFirefox() },
  { name: 'WebKitGTK', open: openWebKit, missing: missingForWebKit() },
]

for (const { name, open, missing } of browsers)
  describe.skipIf(missing !== '')(`a respondent in ${name}${missing && ` (skipped: no ${missing})`}`, () => {
    let site: ServedSite
    let cards: PlainCode[]
    beforeAll(async () => {
      site = await servedSite()
      cards = (await openSurveyWith(site)).codes
    })
    afterEach(closeBrowsers)
    afterAll(() => site.close())

    test('goes from the code to the receipt without scripts', async () => {
      const window = await open(site.address, { scripts: false })
      // The test below shows what this link does where scripts run.
      await window.goto(`/#${card(0)}`)
      expect(await window.address()).toBe(`/#${card(0)}`)
      expect(await window.value('#code')).toBe('')

      await window.goto('/')
      await window.fill('#code', 'khong phai ma')
      await window.press('Tiếp tục')
      await window.sees('Mã không bao giờ có ký tự', '.govuk-error-summary')
      await window.fill('#code', ` ${card(0).toLowerCase().replaceAll('-', ' ')} `)
      await window.press('Tiếp tục')
      await window.sees('Phiếu dành cho: ')
      await window.follow('Bắt đầu trả lời')

      // Half of the first part: what is missing is asked for, what was chosen is kept.
      await window.sees('Phần 1/2')
      await window.choose('Câu một?', 'Tốt')
      await window.press('Tiếp tục')
      await window.sees('Chưa trả lời: Câu hai?', '.govuk-error-summary')
      expect(await window.hasChosen('Câu một?', 'Tốt')).toBe(true)
      await window.press('Để trống câu này và tiếp tục')

      await window.sees('Phần 2/2')
      await window.choose('Câu ba?', 'Kém')
      await window.choose('Câu bốn?', 'Không biết / không có ý kiến')
      await window.press('Kiểm tra câu trả lời')
      await window.sees('Anh/chị đã trả lời 3/4 câu.')

      await window.follow('Sửa phần Chỉ đạo')
      await window.sees('Phần 1/2')
      expect(await window.hasChosen('Câu một?', 'Tốt')).toBe(true)
      await window.choose('Câu hai?', 'Trung bình')
      await window.press('Tiếp tục')
      await window.sees('Phần 2/2')
      await window.press('Kiểm tra câu trả lời')
      await window.sees('Anh/chị đã trả lời 4/4 câu.')

      expect(await countBallots()).toBe(0)
      await window.press('Gửi phiếu (không sửa được nữa)')
      const receipt = await window.sees('-', '.govuk-panel .code')
      expect(receipt).toMatch(/^\w{5}-\w{5}$/)
      expect(await window.address()).toBe('/phieu/cam-on')
      expect(await countBallots()).toBe(1)
      await window.reload()
      expect(await window.text('.govuk-panel .code')).toBe(receipt)
      expect(await countBallots()).toBe(1)
    })

    test('has a scanned code taken into the form by the script', async () => {
      const window = await open(site.address, { scripts: true })
      await window.goto(`/#${card(1)}`)
      await window.sees('Phiếu dành cho: ')
    })

    function card(n: number): string {
      return cards[n]?.code ?? ''
    }

    async function countBallots(): Promise<number> {
      return (await site.deps.db.selectFrom('sealed_ballot').select('id').execute()).length
    }
  })
