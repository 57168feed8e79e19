// Turns a view's name and model into a page. Names and models are tied by type: a feature declares
// `interface ResponseViews { 'response/page': QuestionPage }` and a wrong name or field does not compile.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ejs from 'ejs'
import type { Response } from 'express'
import { projectRoot } from '../lib/root.ts'

const viewsFolder = join(projectRoot, 'views')

type Template = (model: object) => string

export interface Renderer {
  /** The HTML of views/<name>.ejs. */
  view(name: string, model: object): string
}

/**
 * @param strict in tests: reading a property that the model does not declare throws instead of printing nothing
 */
export function createRenderer({ strict }: { strict: boolean }): Renderer {
  const templates = new Map<string, Template>()
  const guard = strict ? declaredOnly : (model: object) => model

  function template(file: string): Template {
    const known = templates.get(file)
    if (known) return known
    const compiled = ejs.compile(readFileSync(file, 'utf8'), {
      filename: file,
      _with: false,
      localsName: 'page',
      strict: true,
      rmWhitespace: true,
      cache: true,
      // Without this EJS copies the model into a plain object, and the strict view of it would be lost.
      unsafePrototypeLocals: true,
    } as ejs.Options) as Template
    templates.set(file, compiled)
    return compiled
  }

  return { view: (name, model) => template(join(viewsFolder, name + '.ejs'))(guard(model)) }
}

/** A page's frame: which layout, and what the layout reads beside the body. */
export interface Frame {
  layout: 'layout/respondent' | 'layout/staff' | 'layout/print' | 'layout/room'
  model: object
}

/** Sends one of a feature's views inside its frame. */
export function renderer<Views extends object>(renderer: Renderer) {
  return function render<Name extends keyof Views & string>(
    res: Response,
    name: Name,
    model: Views[Name] & object,
    frame: Frame,
  ): void {
    const body = renderer.view(name, model)
    res.type('html').send(renderer.view(frame.layout, { ...frame.model, body }))
  }
}

/** A view of the model in which an undeclared property throws: a typo in a template must not print nothing. */
function declaredOnly<Model extends object>(model: Model): Model {
  return new Proxy(model, {
    get(target, key, receiver) {
      if (typeof key === 'string' && !(key in target)) throw new Error(`the page model declares no "${key}"`)
      const value: unknown = Reflect.get(target, key, receiver)
      const plain = value !== null && typeof value === 'object'
      return plain ? declaredOnly(value) : value
    },
  })
}
