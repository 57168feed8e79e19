// The released scores: made once when the box opens, given out word for word ever after, and corrected only by a recorded
// decision that is audited together with what is out already.
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { correctRelease, makeFirstRelease, makeMissingReleases } from '../../src/release/release.service.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { findRelease, listReleases } from '../../src/score/release.queries.ts'
import { operator } from '../../src/staff/actor.ts'
import { Problem } from '../../src/lib/problem.ts'
import { getSurvey, type Survey } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { hashOf, threeUnits } from '../support/results.ts'
import { jobDone, openedSurveyWith, signedIn } from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

const reason = 'Quyết định 12/QĐ-UBND: tính gộp mọi câu trả lời.'

describe('the first release', () => {
  test('is there when the box has been opened, says who held the key and who opened, and carries its hash', async () => {
    const { survey } = await threeUnits(site)
    const release = await findRelease(site.deps.db, survey)
    expect(release).toMatchObject({ version: 1, madeOn: '2022-10-12', reason: '' })
    expect(release?.opening).toBe('Máy chủ giữ khóa. Người mở niêm phong: Hội đồng.')
    const { hash, ...content } = release ?? { hash: '' }
    expect(hashOf(content)).toBe(hash)
    const lines = await actsOf('scores-released')
    expect(lines).toEqual([`Lập bảng điểm điều tra: bản 1, mã kiểm tra ${hash}.`])
  })

  test('is made once: asked for again it is the same, to the last sign, and nothing is written', async () => {
    const { survey } = await threeUnits(site)
    const before = await allRows(site.deps.db)
    await Promise.all([1, 2, 3].map(() => makeFirstRelease(site.deps, survey)))
    await makeMissingReleases(site.deps)
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('is made by the opening that was killed just before it, and is the same', async () => {
    const { survey } = await threeUnits(site)
    const made = await findRelease(site.deps.db, survey)
    await forget(survey)
    const job = await site.deps.jobs.ask('open-box', survey, { by: 'Hội đồng' })
    expect((await jobDone(site, job.id)).state).toBe('done')
    expect(await findRelease(site.deps.db, survey)).toEqual(made)
  })

  test('is made at the start of the program for a survey that was opened before there were releases', async () => {
    const { survey } = await threeUnits(site)
    const made = await findRelease(site.deps.db, survey)
    await forget(survey)
    const viewer = await signedIn(site, 'viewer')
    await viewer.get('/dieu-tra/thu/diem')
    expect(viewer.current.status).toBe(404)
    expect(viewer.current.text).toContain('Bảng điểm đang được lập')
    await makeMissingReleases(site.deps)
    expect(await findRelease(site.deps.db, survey)).toEqual(made)
  })

  test('by the operator who also holds the key says so', async () => {
    const { survey } = await threeUnits(site)
    await forget(survey)
    await sql`update opening set opened_by = ${operator.name}`.execute(site.deps.db)
    const { opening } = await makeFirstRelease(site.deps, survey)
    expect(opening).toContain('Người điều hành máy chủ cũng là người giữ khóa')
  })

  test('is what pages and files show, whatever becomes of the ballots', async () => {
    const { survey } = await threeUnits(site)
    await sql`update response set answers = '2222'`.execute(site.deps.db)
    const viewer = await signedIn(site, 'viewer')
    await viewer.get('/dieu-tra/thu/diem')
    expect(viewer.current.text).toContain('Sở 1 (16,67 điểm)')
    const release = await findRelease(site.deps.db, survey)
    expect(release?.units[0]?.total.points).toBe(16.67)
  })
})

describe('a corrected release', () => {
  test('is a version of its own, by decision; the page says which one it is and why, and keeps the first', async () => {
    const survey = await fullReturn()
    const release = await correctRelease(site.deps, operator, survey, {
      scoring: { groups: 'pooled' },
      reason,
    })
    expect(release).toMatchObject({ version: 2, reason, method: { groups: 'pooled' } })
    expect((await listReleases(site.deps.db, survey)).map((each) => each.version)).toEqual([2, 1])
    expect(await actsOf('scores-corrected')).toEqual([
      `Lập lại bảng điểm điều tra: bản 2, mã kiểm tra ${release.hash}. Lý do: ${reason}`,
    ])
    const viewer = await signedIn(site, 'viewer')
    await viewer.get('/dieu-tra/thu/diem')
    expect(viewer.current.text).toContain('Bảng điểm bản 2')
    expect(viewer.current.text).toContain(`Lý do lập lại: ${reason}`)
    const first = viewer.current.root.querySelector('main a[href$="?ban=1"]')?.getAttribute('href') ?? ''
    await viewer.get(first)
    expect(viewer.current.text).toContain('Đây là bản cũ; bản đang dùng là bản 2.')
    await viewer.get('/dieu-tra/thu/diem/don-vi/U1?ban=1')
    expect(viewer.current.status).toBe(200)
    for (const wrong of ['3', '0', '-1', 'x', '1&ban=2']) {
      await viewer.get(`/dieu-tra/thu/diem?ban=${wrong}`)
      expect(viewer.current.status, wrong).toBe(404)
    }
  })

  test('shows again what weighs the same: at full return pooling changes nothing', async () => {
    const survey = await fullReturn()
    const before = await findRelease(site.deps.db, survey)
    const after = await correctRelease(site.deps, operator, survey, {
      scoring: { groups: 'pooled' },
      reason,
    })
    expect(after.units).toEqual(before?.units)
    // What the other choices would change is said from the new one.
    const figures = (release: typeof before) => release?.levels.map(({ sensitivity: _, ...level }) => level)
    expect(figures(after)).toEqual(figures(before))
  })

  test('hides a unit’s points that, beside the first, would give both groups away', async () => {
    const { survey } = await threeUnits(site)
    const { units } = await correctRelease(site.deps, operator, survey, {
      scoring: { groups: 'equal' },
      reason,
    })
    for (const unit of units) expect(unit.total).toMatchObject({ points: null, status: 'hidden' })
    expect(units[0]?.criteria.map((each) => each.status)).toEqual(['hidden', 'hidden'])
  })

  test.each([
    [{ groups: 'pooled' }, ' ', 'Bảng điểm chỉ được lập lại theo một quyết định.'],
    [{ groups: 'mean' }, reason, '“groups” không đúng'],
    [{ groups: 'pooled', more: 1 }, reason, 'không đúng'],
    [{ validShare: '0.5' }, reason, 'không được đổi mức để phiếu hợp lệ'],
    [{}, reason, 'giống bản đang dùng'],
    [{ itemWeights: {}, bands: [], optOut: 'left-out' }, reason, 'giống bản đang dùng'],
    [{ itemMethod: 'top-box' }, reason, 'không được đổi cách tính tỷ lệ của một câu hỏi'],
    [{ itemWeights: { Z1: '2' } }, reason, 'không có câu hỏi nào mang mã “Z1”'],
    [{ groups: 'fixed', fixedWeights: { LD: '1' } }, reason, 'thiếu trọng số của nhóm “CC”'],
  ])('is refused for %j and reason %j', async (scoring, why, sentence) => {
    const { survey } = await threeUnits(site)
    const before = await allRows(site.deps.db)
    const refusal = await correctRelease(site.deps, operator, survey, { scoring, reason: why }).catch(
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(Problem)
    expect((refusal as Problem).sentence).toContain(sentence)
    expect(await allRows(site.deps.db)).toEqual(before)
  })

  test('is what the index takes its points from', async () => {
    const survey = await fullReturn()
    const made = await correctRelease(site.deps, operator, survey, { scoring: { groups: 'pooled' }, reason })
    const officer = await signedIn(site)
    const rows = made.units.flatMap(({ code }) => [`${code},1.2,40`, `${code},2.2,30`])
    await officer.agent
      .post('/dieu-tra/thu/chi-so')
      .attach('appraised', Buffer.from(['unit,criterion,points', ...rows].join('\n')), 'a.csv')
    const [run] = await site.deps.db.selectFrom('index_run').select('output').execute()
    expect(JSON.parse(run?.output ?? '{}')).toMatchObject({
      method: { release: { version: 2, hash: made.hash } },
      units: made.units.map(({ total }) => ({ survey: total.points, total: 70 + (total.points ?? 0) })),
    })
  })
})

test('verify finds a release that was altered afterwards', async () => {
  await threeUnits(site)
  const [fine] = await verifyAll(site.deps.db)
  expect(fine?.problems).toEqual([])
  await sql`update score_release set content = replace(content, '16.67', '16.68')`.execute(site.deps.db)
  const [found] = await verifyAll(site.deps.db)
  expect(found?.problems).toEqual([expect.stringContaining('Mã kiểm tra của bảng điểm bản 1')])
})

describe('ballots that are alike', () => {
  const page = '/dieu-tra/thu/dau-hieu'

  test('are shown by unit to those who open the box, who are told what it means; no file and no other page says it', async () => {
    await threeUnits(site)
    const council = await signedIn(site, 'council')
    await council.get('/dieu-tra/thu/thu-phieu')
    const links = council.current.root.querySelectorAll('main a').map((link) => link.getAttribute('href'))
    expect(links).toContain(page)
    await council.get(page)
    expect(council.current.text).toContain('2 cơ quan, đơn vị có từ nửa số phiếu giống hệt nhau')
    expect(council.current.text).toContain('Không phiếu nào bị loại')
    const rows = council.current.root.querySelectorAll('tbody th').map((cell) => cell.text)
    expect(rows).toEqual(['Sở 1', 'Sở 2'])
    const release = await findRelease(site.deps.db, await getSurvey(site.deps.db, 'thu'))
    expect(JSON.stringify(release)).not.toMatch(/identical|giống/)
  })

  test('are nobody else’s business, and are not known before the opening', async () => {
    await threeUnits(site)
    expect((await (await signedIn(site, 'viewer')).get(page)).status).toBe(403)
    await sql`update survey set state = 'closed'`.execute(site.deps.db)
    expect((await (await signedIn(site, 'council')).get(page)).status).toBe(409)
  })
})

test('no exact value is in what is stored of a release, nor in a run but its inputs', async () => {
  const { survey } = await threeUnits(site)
  const [stored] = await site.deps.db
    .selectFrom('score_release')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .execute()
  // U2, criterion 1.1: 4 + 3 people at one half; U1: 5/9 of 10 points, 50/9.
  for (const text of [stored?.content ?? '', stored?.audit ?? '']) {
    expect(text).not.toMatch(/50\/9|100\/9|5\.555|11\.111/)
    expect(text.length).toBeGreaterThan(100)
  }
})

/** Six units of 5 + 5 people who all answered: every way of weighing the groups is the same. */
async function fullReturn(): Promise<Survey> {
  await openedSurveyWith(site, { units: 6, quotas: [5, 5] }, (_, n) => ['2222', '1111', '0102'][n % 3])
  return getSurvey(site.deps.db, 'thu')
}

async function forget(survey: Survey): Promise<void> {
  await site.deps.db.deleteFrom('score_release').where('survey_id', '=', survey.id).execute()
}

async function actsOf(kind: string): Promise<string[]> {
  const rows = await site.deps.db.selectFrom('act_log').select('words').where('kind', '=', kind).execute()
  return rows.map((row) => row.words)
}
