// The way of one respondent, every request for HTML that a browser makes: the same code walks through our site and
// through the bare one, so that the client costs both the same.
import { parse } from 'node-html-parser'
import { seededRandom } from '../../src/rehearsal/answers.ts'
import { Person, textOf, type Answer, type Target } from './client.ts'

export type Layout = 'one-page' | 'sections'

/** What the forms of a survey can hold: for each page some filled forms, all but the ballot's own mark. */
export interface Forms {
  pages: string[][]
}

const variants = 16

/** Reads all questionnaire pages of our site with one code and fills their forms in `variants` ways. */
export async function learnForms(target: Target, code: string): Promise<Forms> {
  const person = new Person(target)
  await person.post('/vao', `code=${code}`, '/phieu')
  const pages: string[][] = []
  const random = seededRandom(2022)
  let count = 1
  for (let number = 1; number <= count; number++) {
    const root = parse(textOf(await person.get(partPath(number))))
    count = Number(
      /\/(\d+)$/.exec(root.querySelector('.govuk-caption-l')?.textContent.trim() ?? '')?.[1] ?? 1,
    )
    const options = new Map<string, string[]>()
    for (const radio of root.querySelectorAll('input[type=radio]')) {
      const name = radio.getAttribute('name') ?? ''
      options.set(name, [...(options.get(name) ?? []), radio.getAttribute('value') ?? ''])
    }
    pages.push(
      Array.from({ length: variants }, () =>
        [...options]
          .map(([name, values]) => `${name}=${values[Math.floor(random() * values.length)] ?? ''}`)
          .join('&'),
      ),
    )
  }
  return { pages }
}

/** Requests of a whole response: entry, code, welcome, twice each page, check, submit, thanks. */
export function requestsOf(forms: Forms): number {
  return 6 + 2 * forms.pages.length
}

/** From the code to the thanks page. `keep` gets each page as it comes. */
export async function respond(
  target: Target,
  forms: Forms,
  code: string,
  keep: (path: string, answer: Answer) => void = () => undefined,
): Promise<void> {
  const person = new Person(target)
  const get = async (path: string) => {
    const answer = await person.get(path)
    keep(path, answer)
    return answer
  }
  await get('/')
  await person.post('/vao', `code=${code}`, '/phieu')
  await get('/phieu')
  const mark = markOf(await get(partPath(1)))
  for (const step of stepsOf(forms)) {
    await person.post(step.path, `${mark}&${step.form}`, step.next)
    await get(step.next)
  }
  await person.post('/phieu/gui', mark, '/phieu/cam-on')
  await get('/phieu/cam-on')
}

/** Everything up to the last button: what is needed to press it. */
export async function prepare(
  target: Target,
  forms: Forms,
  code: string,
): Promise<{ cookie: string; form: string }> {
  const person = new Person(target)
  await person.post('/vao', `code=${code}`, '/phieu')
  const mark = markOf(await person.get(partPath(1)))
  for (const { path, form, next } of stepsOf(forms)) await person.post(path, `${mark}&${form}`, next)
  return { cookie: person.cookie, form: mark }
}

let drawn = 0

/** The posts of the questionnaire's pages in turn, each time with other answers. */
export function stepsOf(forms: Forms): { path: string; form: string; next: string }[] {
  return forms.pages.map((filled, i) => ({
    path: partPath(i + 1),
    form: filled[drawn++ % variants] ?? '',
    next: i + 1 < forms.pages.length ? partPath(i + 2) : '/phieu/kiem-tra',
  }))
}

export function partPath(number: number): string {
  return `/phieu/phan/${number}`
}

/** The hidden field that ties a form to its ballot, as it is posted. */
function markOf(page: Answer): string {
  const mark = /name="_phieu" value="([^"]*)"/.exec(textOf(page))?.[1]
  if (mark === undefined) throw new Error('the page has no form of a ballot')
  return `_phieu=${mark}`
}
