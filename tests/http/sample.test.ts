// Drawing whom to ask: names are shown once and kept nowhere; the same list gives the same people; quotas fall by decision.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { markPrinted } from '../../src/access/batch.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { listDecisions } from '../../src/survey/decision.queries.ts'
import { listSamples } from '../../src/survey/sample.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { listStrata, moveState, type Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { workbook } from '../support/spreadsheet.ts'
import { actsOf, makePerson, signsIn } from '../support/staff.ts'
import { folderOnDisk, jobDone, smallFolder } from '../support/survey.ts'
import { bytesOnDisk, foundIn } from '../support/traces.ts'

const page = '/dieu-tra/mau/chon-mau'
const numbers = { selector: `form[action="${page}"]` }

let site: TestSite
let survey: Survey
let officer: Browser

beforeEach(async () => {
  site = await testSite()
  const folder = folderOnDisk(smallFolder({ units: 2, reserve: 2 }))
  survey = (await createSurveyFromFolder(site.deps, operator, folder, 'mau')).survey
  officer = await signsIn(site, await makePerson(site, 'officer', { name: 'Trần Văn Bình' }))
  await officer.get(page)
})

afterEach(() => site.close())

const people = (count: number, of = 'Nguyễn Quỳnh') =>
  Array.from({ length: count }, (_, at) => `${of} ${String.fromCharCode(65 + at)}mẫu`)
const list = (names: string[], group = 'CC') =>
  workbook([
    ['Họ và tên', 'Chức vụ', 'Nhóm', 'Đơn vị'],
    ...names.map((name): string[] => [name, 'Chuyên viên bí danh', group, 'U1']),
  ])
const send = (file: Buffer, fields = {}) =>
  officer.upload('list', 'ds.xlsx', file, fields, `form[action="${page}/danh-sach"]`)
const drawnNames = () =>
  officer.current.root
    .querySelectorAll('.sample-sheet')
    .map((sheet) =>
      sheet.querySelectorAll('tbody tr').map((row) => row.textContent.replace(/\s+/g, ' ').trim()),
    )
const stratum = async (unit: string, group: string) =>
  (await listStrata(site.deps.db, survey)).find(
    (each) => each.unit_code === unit && each.group_code === group,
  )

test('a list becomes two printed lists, the same again for the same file, and no name stays anywhere', async () => {
  const names = people(12)
  const file = await list(names)
  await send(file)
  expect(officer.current.status).toBe(200)
  const first = drawnNames()
  expect(first[0]).toHaveLength(7)
  expect(first[0]?.filter((row) => row.endsWith('Chính thức'))).toHaveLength(5)
  expect(first[1]?.filter((row) => row !== '')).toHaveLength(5)
  const [sample] = [...(await listSamples(site.deps.db, survey)).values()]
  expect(sample).toMatchObject({ population: 12, quota: 5, reserve: 2 })
  expect(officer.current.text).toContain(sample?.seed)
  expect(officer.current.text).toContain(sample?.file_hash)

  await officer.get(page)
  await send(file)
  expect(drawnNames()).toEqual(first)
  expect([...(await listSamples(site.deps.db, survey)).values()]).toEqual([sample])
  expect(foundIn([...names, 'Chuyên viên bí danh'], await bytesOnDisk(site))).toEqual([])
  expect((await actsOf(site)).slice(-2).sort()).toEqual([
    'Trần Văn Bình: Chọn mẫu: 1 nhóm.',
    'Trần Văn Bình: In lại danh sách chọn mẫu: 1 nhóm.',
  ])
})

test('another list is refused, and drawn anew only by a decision with a reason', async () => {
  await send(await list(people(12)))
  const before = await listSamples(site.deps.db, survey)
  const other = await list(people(13))
  await officer.get(page)
  await send(other)
  expect(officer.current.status).toBe(422)
  expect(officer.current.text).toContain('theo tệp khác')
  expect(officer.current.text).not.toContain('Quỳnh')
  await send(other, { decided: ['1'], reason: ' ' })
  expect(officer.current.text).toContain('Hãy ghi lý do')
  expect(await listSamples(site.deps.db, survey)).toEqual(before)
  await send(other, { decided: ['1'], reason: 'Danh sách cũ thiếu một người' })
  expect(officer.current.text).toContain('Danh sách chọn mẫu')
  expect(await listDecisions(site.deps.db, survey)).toMatchObject([
    { kind: 'sample-redrawn', unit_code: 'U1', group_code: 'CC', reason: 'Danh sách cũ thiếu một người' },
  ])
})

test('fewer people than the quota lower it by a decision, with cap and reserves; the plan stays to be seen', async () => {
  await officer.submit({ 'n-U1-CC': '3' }, numbers)
  expect(officer.current.status).toBe(422)
  expect(officer.current.text).toContain('Giảm còn 3 phiếu, 0 dự phòng')
  expect(await stratum('U1', 'CC')).toMatchObject({ quota: 5, cap: 5 })
  await officer.submit({ decided: ['1'], reason: 'Công văn 5/CV' }, numbers)
  expect(officer.current.text).toContain('Đã chọn mẫu.')
  expect(await stratum('U1', 'CC')).toMatchObject({ quota: 3, cap: 3, plan_quota: 5, reserve_quota: 0 })
  expect(await stratum('U1', 'LD')).toMatchObject({ quota: 5, plan_quota: 5 })
  expect(await listDecisions(site.deps.db, survey)).toMatchObject([{ kind: 'quota-lowered' }])
  expect(officer.current.text).toContain('3 phiếu (kế hoạch 5)')
  expect((await officer.get('/dieu-tra/mau/ke-hoach')).text).toContain('3 (kế hoạch 5)')
})

test('numbers alone draw places of every unit at once, which stand in the heading and on paper', async () => {
  await officer.submit({ 'n-U1-CC': 'x', 'n-U1-LD': '6' }, numbers)
  expect(officer.current.status).toBe(422)
  expect(officer.current.root.querySelector('#n-U1-LD')?.getAttribute('value')).toBe('6')
  await officer.submit({ 'n-U1-CC': '40', 'n-U1-LD': '6' }, numbers)
  expect(officer.current.text).toContain('Đã chọn mẫu ở 1/2 cơ quan, đơn vị')
  await officer.get(`${page}/danh-sach`)
  expect(drawnNames()[0]).toHaveLength(13)
})

test('a person named twice is asked about', async () => {
  const file = await list([...people(8), ...people(1)])
  await send(file)
  expect(officer.current.status).toBe(422)
  expect(officer.current.text).toContain('Dòng 10 giống hệt dòng 2')
  await send(file, { twice: ['1'] })
  expect(officer.current.status).toBe(200)
})

test('what is no list is refused in words and stores nothing', async () => {
  for (const [name, content] of [
    ['ds.xlsx', Buffer.from('PK\u0003\u0004 hỏng')],
    ['ds.csv', Buffer.from([0xc3, 0x28, 0x41])],
    ['ds.exe', Buffer.from('MZ')],
  ] as const) {
    await officer.get(page)
    await officer.upload('list', name, content, {}, `form[action="${page}/danh-sach"]`)
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).toContain('Chưa chọn mẫu theo tệp')
  }
  expect((await listSamples(site.deps.db, survey)).size).toBe(0)
})

test('after cards were printed nothing is drawn anew or lowered, but the same list is printed again', async () => {
  const file = await list(people(12))
  await send(file)
  const job = await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })
  await jobDone(site, job.id)
  await officer.get(page)
  // Codes are there already, although the cards are not yet printed.
  await officer.submit({ 'n-U2-CC': '3' }, numbers)
  await officer.submit({ decided: ['1'], reason: 'Muộn' }, numbers)
  expect(officer.current.status).toBe(409)
  await markPrinted(site.deps, operator, survey)
  await officer.get(page)
  await send(await list(people(13)))
  await send(await list(people(13)), { decided: ['1'], reason: 'Muộn' })
  expect(officer.current.status).toBe(409)
  expect((await stratum('U2', 'CC'))?.quota).toBe(5)
  await moveState(site.deps.db, survey, ['cards'], 'collecting')
  await officer.get(page)
  await send(file)
  expect(officer.current.status).toBe(200)
})

test('who may only look sees the counts and no form', async () => {
  const viewer = await signsIn(site, await makePerson(site, 'viewer', { name: 'Võ Văn Sáu' }))
  await viewer.get(page)
  expect(viewer.current.status).toBe(200)
  expect(viewer.current.root.querySelector('main form')).toBeNull()
  expect((await viewer.post(page, { 'n-U1-CC': '9' })).status).toBe(403)
})
