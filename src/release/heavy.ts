// The files that take long to make, each from plain data: what runs in a thread of its own (file-worker.ts). Pure.
import { csvOf, xlsxOf } from '../lib/report-file.ts'
import type { DotChart } from '../score/chart-data.ts'
import { readRelease } from '../score/release.ts'
import { chartImage, type PictureFormat } from './chart-image.ts'
import { scoresReport, type Taker } from './tables.ts'
import { tidyCsv } from './tidy.ts'

/** `stored` is the text of a stored release. */
export type HeavyFile =
  | { kind: 'workbook' | 'tables'; stored: string; taker: Taker }
  | { kind: 'long'; stored: string }
  | { kind: 'chart'; chart: DotChart; source: string[]; format: PictureFormat }

export async function makeHeavyFile(wanted: HeavyFile): Promise<Buffer> {
  switch (wanted.kind) {
    case 'workbook':
      return xlsxOf(scoresReport(readRelease(wanted.stored), wanted.taker))
    case 'tables':
      return Buffer.from(csvOf(scoresReport(readRelease(wanted.stored), wanted.taker)), 'utf8')
    case 'long':
      return tidyCsv(readRelease(wanted.stored))
    case 'chart':
      return chartImage(wanted.chart, wanted.source, wanted.format)
  }
}
