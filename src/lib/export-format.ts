// The kinds of files that results leave in.
import { z } from 'zod'

export const Format = z.enum(['json', 'csv', 'xlsx'])
export type Format = z.infer<typeof Format>

/** Of scores there are more: every figure on a line of its own, and the table for another program. */
export const ScoresFormat = z.enum([...Format.options, 'csv-dai', 'nhap-xlsx', 'nhap-csv'])
export type ScoresFormat = z.infer<typeof ScoresFormat>

/** As the log names them. */
export const scoresFormatWords: Record<ScoresFormat, string> = {
  json: 'json',
  csv: 'csv',
  xlsx: 'xlsx',
  'csv-dai': 'CSV dài',
  'nhap-xlsx': 'bảng nhập, XLSX',
  'nhap-csv': 'bảng nhập, CSV',
}

/** In the order in which people want them. */
export const exportFormats: { value: Format; text: string }[] = [
  { value: 'xlsx', text: 'Excel (XLSX)' },
  { value: 'csv', text: 'CSV' },
  { value: 'json', text: 'JSON' },
]
