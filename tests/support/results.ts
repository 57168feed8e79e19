// A small opened survey whose scores were worked out by hand, and what a reader of the files does with them: download,
// unzip, compute the hash again. Nothing of the program's own arithmetic or hashing is used.
import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import type { TestSite } from './app.ts'
import type { Browser } from './browser.ts'
import { jobDone, openedSurveyWith, type OpenSurvey, type SmallDesign } from './survey.ts'

/**
 * Three units of 5 + 4 people; four questions, A1 A2 (criterion 1.1, 10 points) and B1 B2 (2.1, 20 points), options worth
 * 0, 1/2, 1 and the way out.
 *
 * U1: all 9 sent. Leaders say the best, the others the worst: 5/9 of everything.
 * U2: all 9 sent, one blank but for one answer (invalid), one who does not know A1 and A2: half of everything.
 * U3: 4 of 9 sent: nothing of it may be shown. 1.1: (5 x 5/8 + 4 x 1/8) / 9, 2.1: (5 x 1/2 + 4 x 1/8) / 9.
 */
export async function threeUnits(site: TestSite, design: SmallDesign = {}): Promise<OpenSurvey> {
  const seen = new Map<string, number>()
  return openedSurveyWith(site, { units: 3, quotas: [5, 4], ...design }, ({ stratum }) => {
    const key = `${stratum.unit_code}/${stratum.group_code}`
    const n = seen.get(key) ?? 0
    seen.set(key, n + 1)
    const others: Record<string, string[]> = {
      'U1/LD': ['2222', '2222', '2222', '2222', '2222'],
      'U1/CC': ['0000', '0000', '0000', '0000'],
      'U2/LD': ['3311', '1111', '1111', '1111', '1111'],
      'U2/CC': ['2---', '1111', '1111', '1111'],
      'U3/LD': ['2111', '1111'],
      'U3/CC': ['0110', '0000'],
    }
    return others[key]?.[n]
  })
}

/** What of U3 must stand nowhere, as figures of a file or a page: its points, shares and total. */
export const hiddenFigures =
  /(?<![\d.,])(4[.,]03|6[.,]67|10[.,]69|0[.,]4028|40[.,]28|0[.,]3333|33[.,]33)(?!\d)/

export interface Downloaded {
  name: string
  type: string
  content: Buffer
}

/** Presses the button of an export on `page` and fetches the file when it is ready. */
export async function downloaded(
  site: TestSite,
  browser: Browser,
  page: string,
  press: string,
): Promise<Downloaded> {
  await browser.get(page)
  await browser.submit({}, { press })
  const id = /\/cong-viec\/([^/?]+)/.exec(browser.current.url)?.[1] ?? ''
  await jobDone(site, id)
  await browser.get(browser.current.url)
  const link = browser.current.root.querySelector('a[download]')?.getAttribute('href') ?? ''
  const answer = await browser.agent.get(link).responseType('blob')
  const name = /filename="?([^";]+)"?/.exec(answer.headers['content-disposition'] ?? '')?.[1] ?? ''
  return { name, type: answer.headers['content-type'] ?? '', content: answer.body as Buffer }
}

/** SHA-256 of the RFC 8785 form: members sorted by UTF-16 units, no spaces, numbers and texts as JSON.stringify has them. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value), 'utf8').digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(',')}}`
}

/** The parts of a zip file (an XLSX is one), by name, read from its central directory. */
export function unzipped(zip: Buffer): Map<string, string> {
  const parts = new Map<string, string>()
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10)
    const size = zip.readUInt32LE(at + 20)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place))
    const local = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(start, start + size)
    parts.set(name, (method === 0 ? packed : inflateRawSync(packed)).toString('utf8'))
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return parts
}
