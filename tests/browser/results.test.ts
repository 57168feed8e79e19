// A leader reads the results in a real browser: what was found, who stands where, one unit, the groups, the questions, the
// method; at a desk and on a phone, each page looked at by axe, light and dark, and the pictures without their script.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePerson } from '../support/staff.ts'
import { openedSurveyWith } from '../support/survey.ts'
import { desk, findFaults, launch, missingTools, openWindow, phone, servedSite, signIn } from './chromium.ts'
import type { ServedSite } from './chromium.ts'

const missing = missingTools()
const home = '/dieu-tra/thu/diem'

describe.skipIf(missing !== '')(`the pages of results${missing && ` (skipped: no ${missing})`}`, () => {
  let browser: Browser
  let site: ServedSite
  let page: Page
  const complaints: string[] = []
  const signedIn = () => page.context().storageState()
  beforeAll(async () => {
    browser = await launch()
    site = await servedSite()
    page = (await openWindow(browser, site, {}, complaints)).page
    await signIn(site, page, await makePerson(site, 'viewer'))
    // Six units of 6 + 6: leaders judge better than staff; units differ.
    await openedSurveyWith(site, { units: 6, quotas: [6, 6] }, ({ stratum }, n) => {
      const unit = Number(stratum.unit_code.slice(1))
      const [high, low] = stratum.group_code === 'LD' ? ['2', '1'] : ['1', '0']
      return `${n % 6 < unit ? high : low}${high}${n % 5 === 0 ? '3' : low}${n % 2 === 0 ? high : low}`
    })
  })
  afterAll(async () => {
    await site.close()
    await browser.close()
  })

  test.each([
    ['', /^6\/6 cơ quan, đơn vị có điểm điều tra xã hội học$/, 1],
    ['/xep-hang', /^Cấp sở: Sở \d cao nhất, /, 1],
    ['/don-vi/U1', /^Sở 1: \d+,\d\d\/30 điểm, hạng \d\/6$/, 1],
    ['/chenh-lech', /^Các nhóm khác nhau nhiều nhất \d+ điểm phần trăm/, 1],
    ['/cau-hoi/so', /^Cấp sở: câu [AB][12] đạt thấp nhất/, 1],
    ['/cau-hoi/so/A1', /^Câu A1, cấp sở: đạt /, 1],
    ['/cach-tinh', /^Cách tính và giới hạn/, 0],
  ] as const)(
    '%s says the answer, draws it, and is without fault at a desk and on a phone',
    async (path, heading, charts) => {
      await page.goto(home + path)
      expect(await page.innerText('h1')).toMatch(heading)
      await allDrawn(page, charts)
      const faults: string[] = []
      for (const viewport of [desk, phone]) {
        await page.setViewportSize(viewport)
        faults.push(...(await findFaults(page)))
      }
      await page.setViewportSize(desk)
      expect(faults).toEqual([])
      expect(complaints).toEqual([])
    },
  )

  test('lead to each other, from what was found down to a question', async () => {
    await page.goto(home)
    await follow(page, 'Xếp hạng')
    await Promise.all([page.waitForEvent('load'), page.locator('tbody a').first().click()])
    expect(await page.innerText('h1')).toMatch(/, hạng 1\/6$/)
    for (const part of ['Chênh lệch giữa các nhóm', 'Cách tính và giới hạn', 'Từng câu hỏi'])
      await follow(page, part)
    await Promise.all([page.waitForEvent('load'), page.locator('tbody a').first().click()])
    expect(await page.innerText('h1')).toMatch(/^Câu A1, cấp sở/)
  })

  test('draw pictures that follow the scheme, and go to paper in black on white at its width', async () => {
    await page.goto(`${home}/xep-hang`)
    await allDrawn(page, 1)
    const light = await look(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(async () => (await look(page)).colours).not.toEqual(light.colours)
    // Paper is drawn for while the dark screen is still there.
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    const paper = await look(page)
    expect(paper.colours.every((colour) => isGrey(colour))).toBe(true)
    expect(light.colours.every((colour) => isGrey(colour))).toBe(false)
    expect(paper.width).toBe(680)
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect((await look(page)).width).toBeGreaterThan(680)
    await page.emulateMedia({ colorScheme: 'light' })
  })

  test('without a script leave no hole: the table says all', async () => {
    const { page, context } = await openWindow(browser, site, {
      javaScriptEnabled: false,
      storageState: await signedIn(),
    })
    await page.goto(`${home}/xep-hang`)
    expect(await page.locator('.picture').isVisible()).toBe(false)
    expect(await page.locator('tbody tr').count()).toBe(6)
    await context.close()
  })
})

async function follow(page: Page, name: string): Promise<void> {
  await Promise.all([
    page.waitForEvent('load'),
    page.locator('.parts').getByRole('link', { name, exact: true }).click(),
  ])
}

/** Each picture of the page is there, and something is on it. */
async function allDrawn(page: Page, count: number): Promise<void> {
  if (count === 0) return
  await page.locator('.chart--drawn').first().waitFor()
  expect(await page.locator('.chart--drawn').count()).toBe(count)
  expect((await look(page)).colours.length).toBeGreaterThan(1)
}

/** The colours on the first picture that cover most (full ones alone), as "r,g,b", and its width on the page. */
function look(page: Page): Promise<{ colours: string[]; width: number }> {
  return page.evaluate<{ colours: string[]; width: number }>(`(() => {
    const canvas = document.querySelector('.chart canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const counts = new Map()
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] < 255) continue
      const colour = data.slice(at, at + 3).join()
      counts.set(colour, (counts.get(colour) ?? 0) + 1)
    }
    const colours = [...counts].filter(([, count]) => count > 100).map(([colour]) => colour).sort()
    return { colours, width: Math.round(canvas.getBoundingClientRect().width) }
  })()`)
}

function isGrey(colour: string): boolean {
  return new Set(colour.split(',')).size === 1
}
