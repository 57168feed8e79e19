// Four eyes: the box of a real survey opens only when two people of two agencies press the same button, each signed in
// for themselves; and what may go wrong in between.
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findOpening } from '../../src/ballot/box.queries.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { operator } from '../../src/staff/actor.ts'
import { changeAccount, changeRoles, giveLink, resetSecondFactor } from '../../src/staff/staff.service.ts'
import { getSurvey } from '../../src/survey/survey.queries.ts'
import { createSurveyFromFolder } from '../../src/survey/survey.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import {
  makePerson,
  setUpSecondFactor,
  signedIn,
  signsIn,
  type Person,
  type PersonDesign,
} from '../support/staff.ts'
import { folderOnDisk, jobDone, openSurveyWith, putIntoBox, smallFolder } from '../support/survey.ts'

const page = '/dieu-tra/thu/thu-phieu'
const word = 'MO NIEM PHONG'

let site: TestSite
let now: Date

beforeEach(async () => {
  now = new Date('2022-10-12T03:00:00Z')
  site = await testSite({ publicUrl: 'https://khaosat.example.vn', now: () => now })
})
afterEach(() => site.close())

describe('opening the box of a real survey', () => {
  test('is asked for by one and done by the second, and the minutes name both', async () => {
    await closedSurvey()
    const first = await officer('SNV')
    await first.get(page)
    expect(first.current.text).toContain('Việc này cần hai người của hai cơ quan khác nhau.')
    await first.submit({ _xac_nhan: word }, { press: 'Đề nghị mở niêm phong, kiểm phiếu' })
    expect(first.current.text).toContain('Đề nghị đã được ghi; việc này chưa được thực hiện.')
    expect(first.current.text).toContain(
      'Hãy nhờ một người của cơ quan khác đăng nhập, mở trang này và xác nhận.',
    )
    expect(await jobs()).toEqual([])

    const second = await officer('U1', 'council')
    await second.get('/dieu-tra')
    expect(second.current.text).toContain('Chờ anh/chị xác nhận. Người SNV (Sở Nội vụ) đề nghị mở niêm phong')
    await second.get(page)
    expect(second.current.text).toContain(
      'Người SNV (Sở Nội vụ) đã đề nghị mở niêm phong, kiểm phiếu lúc 10:00:00 12/10/2022.',
    )
    await second.submit({ _xac_nhan: word }, { selector: 'form[data-confirm-word]' })
    await jobDone(site, (await jobs())[0] ?? '')

    const survey = await getSurvey(site.deps.db, 'thu')
    expect(survey.state).toBe('opened')
    expect((await findOpening(site.deps.db, survey))?.opened_by).toBe(
      'Người SNV (Sở Nội vụ) và Người U1 (Sở 1)',
    )
    await first.get(page)
    expect(first.current.text).toContain('Người mở niêm phongNgười SNV (Sở Nội vụ) và Người U1 (Sở 1)')
  })

  test('cannot be done by one person alone, however often the button is pressed', async () => {
    await closedSurvey()
    const first = await officer('SNV')
    for (let i = 0; i < 3; i++) await first.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    expect(await jobs()).toEqual([])
    await first.get(page)
    expect(first.current.root.querySelector('form[data-confirm-word]')).toBeNull()
  })

  test('cannot be done by two of one agency', async () => {
    await closedSurvey()
    const first = await officer('SNV')
    await first.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    const colleague = await officer('SNV', 'council', { email: 'dong-nghiep@example.com' })
    await colleague.get('/dieu-tra')
    expect(colleague.current.text).not.toContain('Chờ anh/chị xác nhận')
    await colleague.get(page)
    expect(colleague.current.text).toContain(
      'Người xác nhận phải thuộc cơ quan khác; hãy nhờ người của cơ quan khác',
    )
    await colleague.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    expect(colleague.current.status).toBe(409)
    expect(colleague.current.text).toContain('Việc này cần hai người của hai cơ quan khác nhau.')
    expect(await jobs()).toEqual([])
  })

  test('is begun once when the second one presses twenty times at once', async () => {
    await closedSurvey()
    await (await officer('SNV')).post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    const second = await officer('U1')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        second.agent.post('/dieu-tra/thu/mo-niem-phong').type('form').send({ _xac_nhan: word }),
      ),
    )
    const [job, ...others] = await jobs()
    await jobDone(site, job ?? '')
    expect(others).toEqual([])
    // One of them agreed; those behind it were led to the same work, told that it is done, or found the request gone.
    const work = answers
      .map((each) => String(each.headers.location))
      .filter((to) => to.includes('/cong-viec/'))
    expect(new Set(work).size).toBe(1)
    expect(answers.every(({ status }) => [303, 409].includes(status))).toBe(true)
  })

  test('can be taken back by who asked, and refused by the second; both are written down', async () => {
    await closedSurvey()
    const first = await officer('SNV')
    await first.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    await first.get(page)
    await first.submit({}, { selector: 'form[action$="/rut"]', press: 'Rút đề nghị' })
    expect(first.current.text).toContain('Đề nghị không còn hiệu lực. Chưa có gì thay đổi.')
    await first.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    const second = await officer('U1')
    await second.get(page)
    await second.submit({}, { selector: 'form[action$="/rut"]', press: 'Từ chối đề nghị' })
    expect(await jobs()).toEqual([])
    expect((await second.post('/dieu-tra/thu/mo-niem-phong/rut', {})).status).toBe(409)
    expect(await words('second-person-%')).toEqual([
      'Đề nghị người thứ hai cùng thực hiện: mở niêm phong, kiểm phiếu.',
      'Rút đề nghị: mở niêm phong, kiểm phiếu.',
      'Đề nghị người thứ hai cùng thực hiện: mở niêm phong, kiểm phiếu.',
      'Từ chối đề nghị: mở niêm phong, kiểm phiếu, do Người SNV (Sở Nội vụ) đề nghị.',
    ])
  })

  test('is not done by who administers: they could make both people', async () => {
    await closedSurvey()
    const admin = await officer('SNV', 'administrator')
    await admin.get(page)
    expect(admin.current.text).toContain('nên không được là một trong hai người mở niêm phong')
    expect(admin.current.root.querySelector('form[data-confirm-word]'), 'nothing to type').toBeNull()
    await admin.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    expect(admin.current.status).toBe(403)
    expect(admin.current.text).toContain('Người quản trị không mở niêm phong')
    expect(await site.deps.db.selectFrom('act_request').selectAll().execute()).toEqual([])
  })

  test('is not done by an account that somebody else let in during the last three days, whichever way', async () => {
    await closedSurvey()
    await (await officer('SNV')).post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    // Made, or taken over by a link, a lost phone that was none, other roles, another agency.
    const ways: ((id: string) => Promise<void>)[] = [
      (id) => giveLink(site.deps, administrator, id),
      (id) => resetSecondFactor(site.deps, administrator, id),
      (id) => changeRoles(site.deps, administrator, id, [{ role: 'council', survey: null }]),
      (id) =>
        changeAccount(site.deps, administrator, id, { name: 'A', email: `${id}@example.com`, agency: 'U1' }),
    ]
    for (const [n, alter] of ways.entries()) {
      const person = await makePerson(site, 'council', { agency: 'U1', email: `u1-${n}@example.com` })
      await alter(person.id)
      const email = n === 3 ? `${person.id}@example.com` : person.email
      if (n === 1) await site.deps.db.deleteFrom('staff_totp').execute()
      const second =
        n === 1 ? await signsInAnew({ ...person, email }) : await signsIn(site, { ...person, email })
      await second.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
      expect([n, second.current.status]).toEqual([n, 403])
      expect(second.current.text).toContain('trong 72 giờ qua')
    }
    const made = await officer('U1', 'council', { email: 'moi@example.com', alteredAt: now.toISOString() })
    expect((await made.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })).status).toBe(403)
    expect(await jobs()).toEqual([])
  })

  test('does not count a request of somebody who was let in meanwhile', async () => {
    await closedSurvey()
    const person = await makePerson(site, 'officer', { email: 'nguoi-dau@example.com' })
    await (await signsIn(site, person)).post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    await giveLink(site.deps, administrator, person.id)
    const second = await officer('U1')
    await second.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    expect(second.current.url).toContain('cho-nguoi-thu-hai')
    expect(await jobs()).toEqual([])
  })

  test('names in its minutes who opened it, not who tried before', async () => {
    const { survey, codes } = await openSurveyWith(site, { official: true })
    await putIntoBox(site, survey, codes, () => '1212')
    const closed = await closeCollecting(site.deps, operator, survey)
    const key = join(site.deps.config.dataDir, 'keys', survey.id)
    renameSync(key, `${key}.away`)
    const failed = await site.deps.jobs.ask('open-box', closed, { by: 'Người thử trước' })
    expect((await jobDone(site, failed.id)).state).toBe('failed')
    renameSync(`${key}.away`, key)
    const job = await site.deps.jobs.ask('open-box', closed, { by: 'Hai người sau' })
    expect((await jobDone(site, job.id)).state).toBe('done')
    expect((await findOpening(site.deps.db, survey))?.opened_by).toBe('Hai người sau')
  })

  test('is forgotten after a day, and when who asked may no longer', async () => {
    await closedSurvey()
    await (await officer('SNV')).post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    now = new Date(now.getTime() + 25 * 3_600_000)
    const second = await officer('U1')
    await second.get(page)
    expect(second.current.text).toContain('Anh/chị đề nghị trước')
    await second.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    expect(await jobs()).toEqual([])

    await site.deps.db.deleteFrom('staff_role').execute()
    const third = await officer('U2')
    await third.get(page)
    expect(third.current.text).toContain('Anh/chị đề nghị trước')
  })

  test('needs the word and a fresh proof from both', async () => {
    await closedSurvey()
    const first = await officer('SNV')
    await first.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: 'MO' })
    expect(first.current.status).toBe(422)
    now = new Date(now.getTime() + 11 * 60_000)
    await first.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    expect(first.current.url).toBe('/can-bo/xac-nhan-lai?tiep=%2Fdieu-tra%2Fthu%2Fthu-phieu')
    expect(await site.deps.db.selectFrom('act_request').selectAll().execute()).toEqual([])
  })
})

describe('a rehearsal', () => {
  test('is opened by one person, and the minutes say so', async () => {
    await closedSurvey({ official: false })
    const alone = await officer('SNV')
    await alone.get(page)
    await alone.submit({ _xac_nhan: word })
    await jobDone(site, (await jobs())[0] ?? '')
    await alone.get(page)
    expect(alone.current.text).toContain('Người mở niêm phongNgười SNV (Sở Nội vụ)')
  })

  test('with "all-acts" asks a second person before codes are issued as well', async () => {
    const folder = folderOnDisk(smallFolder({ settings: { secondPerson: 'all-acts' } }))
    await createSurveyFromFolder(site.deps, operator, folder, 'thu')
    const first = await officer('SNV')
    const second = await officer('U1')
    await first.get('/dieu-tra/thu/ma')
    await first.submit({ _xac_nhan: 'PHAT MA' }, { press: 'Đề nghị phát 20 mã' })
    expect(first.current.text).toContain(
      'Hãy nhờ một người của cơ quan khác đăng nhập, mở trang này và xác nhận.',
    )
    expect(await site.deps.db.selectFrom('job').select('id').execute()).toEqual([])
    await second.get('/dieu-tra/thu/ma')
    await second.submit({ _xac_nhan: 'PHAT MA' }, { selector: 'form.primary-act' })
    expect(second.current.url).toMatch(/\/cong-viec\//)
  })

  test('can rehearse it: with "all-acts" closing and opening each wait for the second', async () => {
    const { codes, survey } = await openSurveyWith(site, {
      settings: { secondPerson: 'all-acts' },
      reserve: 1,
    })
    await putIntoBox(site, survey, codes.slice(0, 1), () => '1212')
    const first = await officer('SNV')
    const second = await officer('U1')
    for (const who of [first, second]) {
      await who.post('/dieu-tra/thu/ket-thuc', { _xac_nhan: 'KET THUC' })
      expect((await getSurvey(site.deps.db, 'thu')).state).toBe(who === first ? 'collecting' : 'closed')
    }
    await first.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    expect((await first.get(page)).text).toContain(
      'Hãy nhờ một người của cơ quan khác đăng nhập, mở trang này và xác nhận.',
    )
    await second.post('/dieu-tra/thu/mo-niem-phong', { _xac_nhan: word })
    await jobDone(site, (await jobs())[0] ?? '')
    expect((await getSurvey(site.deps.db, 'thu')).state).toBe('opened')
  })
})

/** An administrator, as the log names one. */
const administrator = { id: 'quan-tri', name: 'Người quản trị', agency: { code: 'SNV', name: 'Sở Nội vụ' } }

/** Signs in with the password, and sets up a second factor anew. */
async function signsInAnew(person: Person): Promise<Browser> {
  const browser = await signsIn(site, person)
  await setUpSecondFactor(site, browser)
  return browser
}

async function closedSurvey({ official = true } = {}): Promise<void> {
  const { survey, codes } = await openSurveyWith(site, { official })
  await putIntoBox(site, survey, codes, () => '1212')
  await closeCollecting(site.deps, operator, survey)
}

/** Somebody who may open the box, of this agency; units of the survey are agencies as well. */
function officer(agency: string, role = 'officer', design: PersonDesign = {}): Promise<Browser> {
  const email = `${agency.toLowerCase()}-${role}@example.com`
  return signedIn(site, role, site.app, { agency, name: `Người ${agency}`, email, ...design })
}

async function jobs(): Promise<string[]> {
  const rows = await site.deps.db
    .selectFrom('job')
    .select('id')
    .where('kind', '=', 'open-box')
    .orderBy('asked_at')
    .execute()
  return rows.map(({ id }) => id)
}

async function words(kinds: string): Promise<string[]> {
  const rows = await site.deps.db
    .selectFrom('act_log')
    .select('words')
    .where('kind', 'like', kinds)
    .orderBy('position')
    .execute()
  return rows.map((row) => row.words)
}
