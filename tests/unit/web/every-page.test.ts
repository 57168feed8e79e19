// Every page that anybody can meet, read as a whole: what it says is Vietnamese and speaks with one voice, and what it is
// made of is valid HTML.
import { readdirSync } from 'node:fs'
import { HtmlValidate } from 'html-validate'
import { beforeAll, describe, expect, test } from 'vitest'
import { Problem, problemKinds } from '../../../src/lib/problem.ts'
import { routesOf } from '../../../src/web/app.ts'
import { testSite } from '../../support/app.ts'
import { seeEverything, type SeenPage, type Walk } from '../../support/every-page.ts'
import { foreignWords, otherWords, textsOf } from '../../support/vietnamese.ts'

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
    expect(inPages(foreignWords).join('\n')).toBe('')
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

describe('the HTML', () => {
  const rules = new HtmlValidate({
    root: true,
    extends: ['html-validate:recommended', 'html-validate:document'],
    rules: {
      // Matters of style, on which the standard is silent.
      'doctype-style': 'off',
      'no-trailing-whitespace': 'off',
      'prefer-native-element': 'off', // a div with role region is what a section with a name is
      // What goes without saying is left out, because the first page has to fit into 14 KB: a button submits, an input is text.
      'no-implicit-button-type': 'off',
      'no-implicit-input-type': 'off',
      // The standard lets a list be named; the row of steps has a name.
      'aria-label-misuse': ['error', { allowAnyNamable: true }],
      // Ticks and buttons of one name are one choice.
      'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'submit'] }],
      // The summary of slips stands above the heading of the page, as in the GOV.UK design system.
      'heading-level': ['error', { minInitialRank: 'h2' }],
      // Files come from the site itself.
      'require-sri': ['error', { target: 'crossorigin' }],
      // Titles name survey and unit.
      'long-title': 'off',
    },
  })

  test('of every page is valid', async () => {
    expect((await faultsOf(walk.pages)).join('\n')).toBe('')
  })

  test.each([
    ['a double id', '<p id="a"></p><p id="a"></p>', 'no-dup-id'],
    ['a block in a paragraph', '<p><div>x</div></p>', 'close-order'],
    ['a label of nothing', '<label for="nowhere">x</label>', 'no-missing-references'],
    ['a field without a label', '<input id="a">', 'input-missing-label'],
    ['a skipped heading', '<h1>x</h1><h3>y</h3>', 'heading-level'],
    ['a button in a link', '<a href="/"><button>x</button></a>', 'element-permitted-content'],
  ])('with %s would not be', async (_fault, body, rule) => {
    const html = `<!doctype html>\n<html lang="vi"><head><title>x</title></head><body>${body}</body></html>\n`
    const faults = await faultsOf([{ view: 'a page', layout: '', html }])
    expect(faults.join('\n')).toContain(rule)
  })

  async function faultsOf(pages: SeenPage[]): Promise<string[]> {
    const faults = new Set<string>()
    for (const { view, html } of pages) {
      const { results } = await rules.validateString(html)
      for (const { ruleId, message, selector } of results.flatMap(({ messages }) => messages))
        faults.add(`${view} ${ruleId}: ${message} ${selector ?? ''}`)
    }
    return [...faults]
  }
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
