// Results as files: XLSX to work with and to print, CSV for Excel, a long CSV and JSON for programs.
import type { JobFile } from '../jobs/job.ts'
import type { Format } from '../lib/export-format.ts'
import { csvOf, xlsxOf, type Report } from '../lib/report-file.ts'
import { withTaken, withTaker, type Taken } from './taken.ts'

export const mediaTypes = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  svg: 'image/svg+xml',
  png: 'image/png',
}

/** `content` is what JSON holds, `report` what tables show of the same; both say who took the file. */
export async function writeFileOf(
  name: string,
  format: Format,
  content: object,
  report: Report,
  taken: Taken,
): Promise<JobFile> {
  switch (format) {
    case 'json':
      return fileOf(name, 'json', jsonOf(withTaker(content, taken)))
    case 'csv':
      return fileOf(name, 'csv', Buffer.from(csvOf(withTaken(report, taken)), 'utf8'))
    case 'xlsx':
      return fileOf(name, 'xlsx', await xlsxOf(withTaken(report, taken)))
  }
}

export function fileOf(name: string, ending: keyof typeof mediaTypes, content: Buffer): JobFile {
  return { name: `${name}.${ending}`, mediaType: mediaTypes[ending], content }
}

export function jsonOf(content: object): Buffer {
  return Buffer.from(JSON.stringify(content, null, 2) + '\n', 'utf8')
}
