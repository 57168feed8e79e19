// The report as a file: XLSX to work with, CSV for Excel and programs, JSON for programs.
import type { JobFile } from '../jobs/job.ts'
import type { Format } from '../lib/export-format.ts'
import { csvOf, xlsxOf, type Report } from '../lib/report-file.ts'
import { withTaken, withTaker, type Taken } from './taken.ts'

const mediaTypes: Record<Format, string> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** `content` is what JSON holds, `report` what tables show of the same; both say who took the file. */
export async function writeFileOf(
  name: string,
  format: Format,
  content: object,
  report: Report,
  taken: Taken,
): Promise<JobFile> {
  const file = { name: `${name}.${format}`, mediaType: mediaTypes[format] }
  switch (format) {
    case 'json':
      return {
        ...file,
        content: Buffer.from(JSON.stringify(withTaker(content, taken), null, 2) + '\n', 'utf8'),
      }
    case 'csv':
      return { ...file, content: Buffer.from(csvOf(withTaken(report, taken)), 'utf8') }
    case 'xlsx':
      return { ...file, content: await xlsxOf(withTaken(report, taken)) }
  }
}
