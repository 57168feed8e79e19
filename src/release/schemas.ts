// The published JSON Schemas of what leaves as JSON, made from the very schemas by which the program reads and writes.
import { z } from 'zod'
import { ReceiptFile } from '../ballot/receipt-list.ts'
import { IndexOutput } from '../index-calculator/index.service.ts'
import { FirstForm, ScoresRelease } from '../score/release.ts'
import { TakenBy } from './taken.ts'

/** In a file that somebody took; the stored text has none, and the hash does not cover it. */
const taken = { takenBy: TakenBy.optional() }

const published = {
  'survey-scores-2': { schema: ScoresRelease.extend(taken), title: 'survey-scores/2' },
  'survey-scores-1': { schema: FirstForm.extend(taken), title: 'survey-scores/1' },
  'index-run-1': { schema: IndexOutput.extend(taken), title: 'index-run/1' },
  'receipts-1': { schema: ReceiptFile, title: 'receipts/1' },
} satisfies Record<string, { schema: z.ZodType; title: string }>

export type SchemaName = keyof typeof published

export const schemaNames = Object.keys(published) as SchemaName[]

export function schemaHref(name: SchemaName): string {
  return `/so-do/${name}.json`
}

/** JSON Schema, draft 2020-12. */
export function jsonSchemaOf(name: SchemaName): object {
  const { schema, title } = published[name]
  return { ...z.toJSONSchema(schema), title }
}
