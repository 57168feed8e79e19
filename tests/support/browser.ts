// A person at the keyboard, over HTTP alone: keeps cookies, follows redirects, and posts the form that the page really
// contains. What the page does not offer cannot be sent by mistake.
import { CookieAccessInfo } from 'cookiejar' // supertest's own jar
import type { Express } from 'express'
import { parse, type HTMLElement } from 'node-html-parser'
import request from 'supertest'

export interface Page {
  status: number
  url: string
  html: string
  root: HTMLElement
  /** The page's words without markup, spaces folded. */
  text: string
  headers: Record<string, string>
}

/** Fields of a form; a list for one that is sent several times, as ticks of one name are. */
export type Answers = Record<string, string | string[] | undefined>

/** Where the tests' site is, for the cookie jar. */
const domain = '127.0.0.1'
const here = new CookieAccessInfo(domain, '/')
const hereByTls = new CookieAccessInfo(domain, '/', true)

export class Browser {
  readonly agent: ReturnType<typeof request.agent>
  page: Page | undefined

  constructor(app: Express | string) {
    this.agent = request.agent(app)
  }

  async get(path: string): Promise<Page> {
    return this.follow(await this.agent.get(path), path)
  }

  /** Posts fields, or a body as it is, without a page before: what a program or an attacker does. */
  async post(path: string, fields: Answers | string, headers: Record<string, string> = {}): Promise<Page> {
    const body = typeof fields === 'string' ? fields : encoded(fields)
    return this.follow(await this.agent.post(path).set(headers).type('form').send(body), path)
  }

  /**
   * Fills the form `selector` of the current page and presses its button (or the button whose text is `press`).
   * @throws when the page has no such form or field
   */
  async submit(
    fields: Answers = {},
    { selector = 'main form', press }: { selector?: string; press?: string } = {},
  ): Promise<Page> {
    const form = this.current.root.querySelector(selector)
    if (!form)
      throw new Error(`no form ${selector} on ${this.current.url}: ${this.current.text.slice(0, 300)}`)
    const values = { ...valuesOf(form), ...buttonOf(form, press) }
    for (const name of Object.keys(fields)) {
      if (!form.querySelector(`[name="${name}"]`)) throw new Error(`the form has no field ${name}`)
    }
    const action = form.getAttribute('action') ?? this.current.url
    if (form.getAttribute('enctype') === 'multipart/form-data') throw new Error('use upload()')
    if ((form.getAttribute('method') ?? 'get').toLowerCase() === 'get') {
      return this.get(`${action}?${encoded({ ...values, ...fields })}`)
    }
    return this.post(action, { ...values, ...fields })
  }

  /** Fills a form that takes a file. */
  async upload(
    field: string,
    name: string,
    content: string | Buffer,
    fields: Answers = {},
    selector = 'main form',
  ): Promise<Page> {
    const form = this.current.root.querySelector(selector)
    if (!form?.querySelector(`[name="${field}"]`)) throw new Error(`no file field ${field}`)
    const action = form.getAttribute('action') ?? this.current.url
    let req = this.agent.post(action).attach(field, Buffer.from(content), name)
    for (const [key, value] of pairsOf({ ...valuesOf(form), ...fields })) {
      if (key !== field) req = req.field(key, value)
    }
    return this.follow(await req, action)
  }

  /** The value of a cookie that this browser keeps. */
  cookie(name: string): string | undefined {
    return this.agent.jar.getCookie(name, here)?.value
  }

  /** Puts a cookie in, as somebody does who copied or altered one. */
  putCookie(name: string, value: string): void {
    this.agent.jar.setCookie(`${name}=${value}; path=/; HttpOnly`, domain)
  }

  /** Closes the browser and opens it again: cookies without a date are gone. */
  restart(): void {
    for (const { name, expiration_date } of this.agent.jar.getCookies(here)) {
      if (expiration_date === Infinity)
        this.agent.jar.setCookie(`${name}=; path=/; expires=${new Date(0).toUTCString()}`, domain)
    }
  }

  /** As behind the proxy that speaks https for the site: a cookie marked Secure comes back. */
  private standBehindTls(): void {
    for (const cookie of this.agent.jar.getCookies(hereByTls)) cookie.secure = false
  }

  get current(): Page {
    if (!this.page) throw new Error('no page is open')
    return this.page
  }

  private async follow(answer: request.Response, path: string): Promise<Page> {
    this.standBehindTls()
    let at = path
    let seen = answer
    for (let i = 0; seen.status >= 300 && seen.status < 400; i++) {
      if (i > 10) throw new Error('redirected in circles')
      at =
        new URL(seen.headers.location ?? '', new URL(at, 'http://x')).pathname +
        new URL(seen.headers.location ?? '', 'http://x').search
      seen = await this.agent.get(at)
      this.standBehindTls()
    }
    // A file that is no text has none, whatever the type says.
    const html = (seen.text as string | undefined) ?? ''
    const root = parse(html)
    const body = root.querySelector('body') ?? root
    this.page = {
      status: seen.status,
      url: at,
      html,
      root,
      text: body.textContent.replace(/\s+/g, ' ').trim(),
      headers: seen.headers,
    }
    return this.page
  }
}

/** What the form holds as it stands: hidden fields, typed text, chosen radios. */
function valuesOf(form: HTMLElement): Answers {
  const values: Answers = {}
  for (const input of form.querySelectorAll('input[name]')) {
    const type = input.getAttribute('type') ?? 'text'
    const name = input.getAttribute('name') ?? ''
    if (type === 'submit' || type === 'file') continue
    if ((type === 'radio' || type === 'checkbox') && !input.hasAttribute('checked')) continue
    const value = input.getAttribute('value') ?? ''
    values[name] = type === 'checkbox' ? [values[name] ?? [], value].flat() : value
  }
  for (const select of form.querySelectorAll('select[name]')) {
    const chosen = select.querySelector('option[selected]') ?? select.querySelector('option')
    values[select.getAttribute('name') ?? ''] = chosen?.getAttribute('value') ?? ''
  }
  for (const area of form.querySelectorAll('textarea[name]'))
    values[area.getAttribute('name') ?? ''] = area.textContent
  return values
}

function buttonOf(form: HTMLElement, press: string | undefined): Answers {
  const buttons = form.querySelectorAll('button')
  const button = press === undefined ? buttons[0] : buttons.find((each) => each.textContent.trim() === press)
  if (!button) throw new Error(`no button ${press ?? ''} in the form`)
  const name = button.getAttribute('name')
  return name === undefined ? {} : { [name]: button.getAttribute('value') ?? '' }
}

function pairsOf(fields: Answers): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((each): [string, string] => [
      name,
      each,
    ]),
  )
}

function encoded(fields: Answers): string {
  return new URLSearchParams(pairsOf(fields)).toString()
}
