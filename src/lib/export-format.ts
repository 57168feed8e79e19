// The kinds of files that results leave in.
import { z } from 'zod'

export const Format = z.enum(['json', 'csv', 'xlsx'])
export type Format = z.infer<typeof Format>

/** In the order in which people want them. */
export const exportFormats: { value: Format; text: string }[] = [
  { value: 'xlsx', text: 'Excel (XLSX)' },
  { value: 'csv', text: 'CSV' },
  { value: 'json', text: 'JSON' },
]
