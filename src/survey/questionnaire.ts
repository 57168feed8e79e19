// What an official is asked: sections of items, each with fully labelled options. Pure data and its rules;
// the response pages are built from it, a ballot stores one symbol per item of it, the scores count those symbols.
import { z } from 'zod'
import { codeText, exactNumber } from './text.ts'

/** One answer a person can choose. `coefficient` is 0…1, null exactly for the opt-out ("Không biết / không có ý kiến"). */
export const Option = z.object({
  code: codeText,
  label: z.string().min(1).max(120),
  coefficient: exactNumber.nullable(),
  optOut: z.boolean(),
})
export type Option = z.infer<typeof Option>

/** One question. `criterion` is the code of a survey leaf of the level's criteria set. */
export const Item = z.object({
  code: codeText,
  text: z.string().min(1).max(400),
  criterion: codeText,
  reversed: z.boolean(),
  options: z.array(Option).min(2).max(10),
})
export type Item = z.infer<typeof Item>

export const Section = z.object({
  code: codeText,
  title: z.string().min(1).max(200),
  items: z.array(Item).min(1),
})
export type Section = z.infer<typeof Section>

/** The questionnaire of one level x group. `version` starts at 1 and rises with each correction. */
export const Questionnaire = z.object({
  code: codeText,
  version: z.int().positive(),
  sections: z.array(Section).min(1),
})
export type Questionnaire = z.infer<typeof Questionnaire>

/** Symbol of an item that was left blank or answered "Không trả lời". */
export const blankSymbol = '-'

/** All items in the order in which they are asked; the position is the item's place in an answer string. */
export function itemsOf(questionnaire: Questionnaire): Item[] {
  return questionnaire.sections.flatMap((section) => section.items)
}

/** One character for the option at `position` (0…9) of its item. */
export function optionSymbol(position: number): string {
  return String(position)
}

/** The option that a symbol of an answer string stands for; undefined for a blank or an unknown symbol. */
export function optionOfSymbol(item: Item, symbol: string): Option | undefined {
  return symbol >= '0' && symbol <= '9' ? item.options[Number(symbol)] : undefined
}

/** A string of blanks, as long as the questionnaire has items. */
export function emptyAnswers(questionnaire: Questionnaire): string {
  return blankSymbol.repeat(itemsOf(questionnaire).length)
}
