// Every page that anybody can meet, read as a whole: what it says is Vietnamese and speaks with one voice.
import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { Problem, problemKinds } from '../../src/lib/problem.ts'
import { routesOf } from '../../src/web/app.ts'
import { testSite } from '../support/app.ts'
import { seeEverything, type Walk } from '../support/every-page.ts'
import { foreignWords, otherWords, textsOf } from '../support/vietnamese.ts'

let walk: Walk

beforeAll(async () => {
  walk = await seeEverything()
}, 120_000)

describe('the walk', () => {
  test('opens every page of the site', async () => {
    const site = await testSite()
    const paths = routesOf(site.deps).flatMap(({ method, path }) => (method === 'get' ? [path] : []))
    await site.close()
    expect(paths.filter((path) => !walk.opened.has(path))).toEqual([])
  })

  test('sees every view', () => {
    // These are parts of the forms of other pages.
    const parts = ['staff/field', 'staff/role-choices', 'staff/select']
    const views = readdirSync('views', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ejs') && !/^(layout|partials)/.test(file))
      .map((file) => file.replace('.ejs', ''))
    const seen = new Set([...walk.pages.map(({ view }) => view), ...parts])
    expect(views.filter((view) => !seen.has(view))).toEqual([])
    expect(walk.pages.length).toBeGreaterThan(250)
  })
})

describe('the words', () => {
  test('of every page are Vietnamese', () => {
    expect(inPages(foreignWords)).toEqual([])
  })

  test('of every page are the product’s own, spelled its way, and say anh/chị', () => {
    expect(inPages(otherWords)).toEqual([])
  })

  test('of every refusal and letter are Vietnamese too', () => {
    const refusals = problemKinds.flatMap((kind) => [new Problem(kind).title, new Problem(kind).sentence])
    const letters = walk.letters.flatMap(({ subject, text }) => [subject, text])
    expect(refusals.length).toBeGreaterThan(120)
    expect(letters).toHaveLength(4)
    const found = [...refusals, ...letters].flatMap((text) => [...foreignWords(text), ...otherWords(text)])
    expect(found).toEqual([])
  })
})

/** What is found in the texts of all pages, each with the view and the text around it. */
function inPages(find: (text: string) => string[]): string[] {
  const found = walk.pages.flatMap(({ view, html }) =>
    textsOf(html).flatMap((text) =>
      find(text).map((word) => `${view}: ${word} in “${text.trim().slice(0, 100)}”`),
    ),
  )
  return [...new Set(found)]
}
