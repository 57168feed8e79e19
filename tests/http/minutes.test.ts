// The minutes of an opening: counts that are counted again here, hashes that are computed again here, who was there, and
// every older copy that has to be destroyed by hand.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { databaseFile } from '../../src/db/database.ts'
import { operator } from '../../src/staff/actor.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { signedIn } from '../support/staff.ts'
import { jobDone, openSurveyWith, putIntoBox, type Folder, type OpenSurvey } from '../support/survey.ts'

const page = '/dieu-tra/thu/bien-ban'

let site: TestSite
let officer: Browser

beforeEach(async () => {
  site = await testSite()
  officer = await signedIn(site, 'officer')
})
afterEach(() => site.close())

describe('the minutes', () => {
  test('do not exist before the box is open, and are for who reads the survey alone', async () => {
    await closedBox()
    await officer.get(page)
    expect(officer.current.status).toBe(409)
    expect((await (await signedIn(site, 'focal-point')).get(page)).status).toBe(403)
  })

  test('count per level and in all, for all levels or for one', async () => {
    await opens(await closedBox())
    await officer.get(page)
    // U1: 5 + 5, of which 7 came; H1: 4 + 4, of which 6 came. One ballot of U1 is too empty to be valid.
    expect(rows()).toEqual([
      ['Cấp sở', '10', '10', '7', '70,0 %', '6', '1'],
      ['Cấp huyện', '8', '8', '6', '75,0 %', '6', '0'],
      ['Cộng', '18', '18', '13', '72,2 %', '12', '1'],
    ])
    await officer.get(`${page}?cap=huyen`)
    expect(rows()).toEqual([['Cấp huyện', '8', '8', '6', '75,0 %', '6', '0']])
    expect(officer.current.text).toContain('Đợt thử (2022) – cấp huyện')
    for (const wrong of ['xa', 'khong-co', ''])
      expect((await officer.get(`${page}?cap=${wrong}`)).status, wrong).toBe(404)
  })

  test('hold hashes that anybody can compute again from what was sealed and from the published receipts', async () => {
    const { survey } = await closedBox()
    const ballots = await site.deps.db.selectFrom('sealed_ballot').select('sealed').orderBy('id').execute()
    const receipts = await site.deps.db.selectFrom('receipt').select('receipt').execute()
    await opens({ survey })
    await officer.get(page)
    const sorted = receipts.map(({ receipt }) => receipt).sort()
    for (const lines of [ballots.map(({ sealed }) => sealed), sorted])
      expect(officer.current.text).toContain(sha256(lines))
  })

  test('name who opened and who was there, and say where the operator opened alone', async () => {
    await opens(await closedBox(), { by: 'A (Sở Nội vụ) và B (Sở 1)', present: 'Bà C\n\n  Ông <D>  ' })
    await officer.get(page)
    expect(officer.current.text).toContain('Người mở niêm phong: A (Sở Nội vụ) và B (Sở 1)')
    expect(
      officer.current.root.querySelectorAll('.present li').map((each) => each.textContent.trim()),
    ).toEqual(['Bà C', 'Ông <D>'])
    expect(officer.current.text).not.toContain('mở một mình')
  })

  test('of an opening by the operator alone say so', async () => {
    await opens(await closedBox(), { by: operator.name, present: '' })
    await officer.get(page)
    expect(officer.current.text).toContain(
      'mở một mình bằng lệnh trên máy chủ, không có người thứ hai xác nhận',
    )
    expect(officer.current.text).toContain('Người có mặt: không ghi')
  })

  test('list older copies that lie in the data folder: of this survey’s key, and of any SQLite file', async () => {
    const { survey } = await closedBox()
    const { dataDir } = site.deps.config
    const key = join(dataDir, 'keys', survey.id)
    mkdirSync(join(dataDir, 'sao-luu'))
    copyFileSync(key, join(dataDir, 'sao-luu', `${survey.id}.bak`))
    copyFileSync(key, `${key}.4711.new`)
    writeFileSync(join(dataDir, 'keys', 'another-survey'), 'not ours')
    writeFileSync(join(dataDir, 'cu.sqlite'), 'SQLite format 3\0 and so on')
    writeFileSync(join(dataDir, 'ghi-chu.txt'), 'nothing')
    await opens({ survey })
    await officer.get(page)
    const items = officer.current.root
      .querySelectorAll('.to-destroy li')
      .map((each) => each.textContent.trim())
    const inFolder = items.filter((each) => each.startsWith('Tệp trong thư mục dữ liệu'))
    expect(inFolder).toEqual([
      'Tệp trong thư mục dữ liệu của máy chủ: cu.sqlite',
      `Tệp trong thư mục dữ liệu của máy chủ: keys/${survey.id}.4711.new`,
      `Tệp trong thư mục dữ liệu của máy chủ: sao-luu/${survey.id}.bak`,
    ])
    expect(items.length).toBe(inFolder.length + 2)
    expect(officer.current.text).not.toContain(databaseFile(dataDir))
  })
})

/** Two levels, one unit each, closed with 7 and 6 ballots in the box. */
async function closedBox(): Promise<OpenSurvey> {
  const opened = await openSurveyWith(site, { units: 1, edit: withSecondLevel })
  const of = (unit: string, count: number) =>
    opened.codes.filter(({ stratum }) => stratum.unit_code === unit).slice(0, count)
  const cards = [...of('U1', 7), ...of('H1', 6)]
  await putIntoBox(site, opened.survey, cards, (n) => (n === 0 ? '0---' : '0123'))
  await closeCollecting(site.deps, operator, opened.survey)
  return opened
}

function withSecondLevel(folder: Folder): void {
  const add = (file: string, lines: string[]) => {
    folder[file] = `${folder[file] ?? ''}${lines.join('\n')}\n`
  }
  add('levels.csv', ['huyen,Cấp huyện,2,1'])
  add('units.csv', ['H1,Huyện 1,Huyện 1,huyen,huyen,,9'])
  add('groups.csv', ['huyen,LD,Lãnh đạo,4,0,chung,1', 'huyen,CC,Công chức,4,0,chung,2'])
  const rows = (folder['criteria.csv'] ?? '').split('\n').filter((row) => row.startsWith('so,'))
  add(
    'criteria.csv',
    rows.map((row) => row.replace('so,', 'huyen,')),
  )
}

async function opens(
  { survey }: Pick<OpenSurvey, 'survey'>,
  input = { by: 'Hội đồng', present: '' },
): Promise<void> {
  const job = await site.deps.jobs.ask('open-box', survey, input)
  expect((await jobDone(site, job.id)).state).toBe('done')
}

function rows(): string[][] {
  return officer.current.root
    .querySelectorAll('.minutes tbody tr')
    .map((row) => row.querySelectorAll('th, td').map((cell) => cell.textContent.trim()))
}

function sha256(lines: string[]): string {
  return createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex')
}
