// The files that take long to make, each from plain data: what runs in a thread of its own (file-worker.ts). Pure.
import { csvOf, xlsxOf } from '../lib/report-file.ts'
import type { DotChart } from './chart-data.ts'
import { readRelease, type ScoresRelease } from '../score/release.ts'
import { chartImage, type PictureFormat } from './chart-image.ts'
import { scoresReport } from './tables.ts'
import { withTaken, type Taken } from './taken.ts'
import { tidyCsv } from './tidy.ts'

/** `stored` is the text of a stored release, in UTF-8: half of what it takes as a text. */
export type HeavyFile =
  | { kind: 'workbook' | 'tables' | 'long'; stored: Uint8Array; taken: Taken }
  | { kind: 'chart'; chart: DotChart; source: string[]; format: PictureFormat }

export async function makeHeavyFile(wanted: HeavyFile): Promise<Buffer> {
  switch (wanted.kind) {
    case 'workbook':
      return xlsxOf(withTaken(scoresReport(releaseIn(wanted.stored)), wanted.taken))
    case 'tables':
      return Buffer.from(csvOf(withTaken(scoresReport(releaseIn(wanted.stored)), wanted.taken)), 'utf8')
    case 'long':
      return tidyCsv(releaseIn(wanted.stored), wanted.taken)
    case 'chart':
      return chartImage(wanted.chart, wanted.source, wanted.format)
  }
}

/**
 * What the program itself stored is taken as it is: looking at every member again would double the memory that a country's
 * communes take. `verify` compares its hash.
 */
function releaseIn(stored: Uint8Array): ScoresRelease {
  const text = new TextDecoder().decode(stored)
  const release = JSON.parse(text) as ScoresRelease | { schema: 'survey-scores/1' }
  return release.schema === 'survey-scores/2' ? release : readRelease(text)
}
