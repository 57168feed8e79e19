// One person's answers in progress, as they travel in the sealed cookie, and the rules of filling a questionnaire.
// Pure: pages, what a form may hold, what is missing. Nothing of this is ever stored on the server.
import { z } from 'zod'
import {
  blankSymbol,
  emptyAnswers,
  itemsOf,
  optionOfSymbol,
  optionSymbol,
  type Item,
  type Questionnaire,
  type Section,
} from '../survey/questionnaire.ts'
import type { SurveySettings } from '../survey/settings.ts'

/** What the cookie holds: at most 3.5 KB with 400 items. `code` is the hash, never the code. */
export const Answering = z.object({
  survey: z.string(),
  code: z.string(),
  stratum: z.string(),
  questionnaire: z.string(),
  version: z.int(),
  /** One symbol per item (survey/questionnaire.ts). */
  answers: z.string(),
  receipt: z.string(),
  /** Pages that were posted; the next one is where the person goes on. */
  done: z.int().nonnegative(),
  /** The person said that others use this device too: the browser keeps less, for a shorter time. */
  sharedDevice: z.boolean().default(false),
})
export type Answering = z.infer<typeof Answering>

/** A page of the questionnaire: one section, or all of them. `first` is the place of its first item. */
export interface QuestionPage {
  number: number
  sections: Section[]
  items: Item[]
  first: number
}

export function pagesOf(questionnaire: Questionnaire, layout: SurveySettings['layout']): QuestionPage[] {
  if (layout === 'one-page') {
    return [{ number: 1, sections: questionnaire.sections, items: itemsOf(questionnaire), first: 0 }]
  }
  let first = 0
  return questionnaire.sections.map((section, i) => {
    const page = { number: i + 1, sections: [section], items: section.items, first }
    first += section.items.length
    return page
  })
}

/** What a posted page says. Wrong fields keep the right ones: nothing that was chosen is lost. */
export type PageForm =
  | { ok: true; answers: string }
  | { ok: false; answers: string; missing: Item[]; wrong: { item: string; message: string }[] }

/**
 * Reads a posted page into the answer string.
 * @param leaveBlank the person pressed "để trống": missing answers are then a choice, not a slip
 */
export function parsePage(
  page: QuestionPage,
  before: string,
  form: Record<string, unknown>,
  leaveBlank: boolean,
): PageForm {
  const symbols = [...before]
  const missing: Item[] = []
  const wrong: { item: string; message: string }[] = []
  page.items.forEach((item, i) => {
    const value = form[item.code]
    const position = item.options.findIndex((option) => option.code === value)
    if (position >= 0) symbols[page.first + i] = optionSymbol(position)
    else if (value === undefined || value === '') {
      symbols[page.first + i] = blankSymbol
      missing.push(item)
    } else
      wrong.push({
        item: item.code,
        message: 'Phương án vừa gửi không có trong câu hỏi này. Hãy chọn một phương án bên dưới.',
      })
  })
  const known = new Set(page.items.map((item) => item.code))
  for (const name of Object.keys(form)) {
    // Our own fields start with "_", which no item's code can.
    if (known.has(name) || name.startsWith('_')) continue
    wrong.push({
      item: '',
      message: 'Trang vừa gửi có câu hỏi không thuộc phần này. Hãy trả lời các câu bên dưới rồi gửi lại.',
    })
    break
  }
  const answers = symbols.join('')
  const complete = missing.length === 0 || leaveBlank
  return complete && wrong.length === 0
    ? { ok: true, answers }
    : { ok: false, answers, missing: leaveBlank ? [] : missing, wrong }
}

/**
 * Takes over what is chosen on a page that is still being filled in. Nothing becomes blank by it: a choice cannot be
 * unmade on a page, so what is missing comes from an older copy of it, in another tab.
 */
export function keepChosen(page: QuestionPage, before: string, form: Record<string, unknown>): string {
  const symbols = [...before]
  page.items.forEach((item, i) => {
    const position = item.options.findIndex((option) => option.code === form[item.code])
    if (position >= 0) symbols[page.first + i] = optionSymbol(position)
  })
  return symbols.join('')
}

/** How many items have an answer; an opt-out is an answer. */
export function countAnswered(answers: string): number {
  return [...answers].filter((symbol) => symbol !== blankSymbol).length
}

export interface AnsweredItem {
  item: Item
  /** The chosen label; null for a blank. */
  label: string | null
}

export function answeredItems(page: QuestionPage, answers: string): AnsweredItem[] {
  return page.items.map((item, i) => ({
    item,
    label: optionOfSymbol(item, answers[page.first + i] ?? blankSymbol)?.label ?? null,
  }))
}

/** A new person's state, before the first answer. */
export function startAnswering(
  code: { hash: string; survey_id: string; stratum_id: string },
  questionnaire: Questionnaire,
  receipt: string,
): Answering {
  return {
    survey: code.survey_id,
    code: code.hash,
    stratum: code.stratum_id,
    questionnaire: questionnaire.code,
    version: questionnaire.version,
    answers: emptyAnswers(questionnaire),
    receipt,
    done: 0,
    sharedDevice: false,
  }
}
