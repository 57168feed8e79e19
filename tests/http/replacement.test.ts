// Cards after printing: void, replaced by a reserve, more reserves, a higher cap; and two people at the same moment.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseCode } from '../../src/access/code.ts'
import { verifyAll } from '../../src/release/verify.service.ts'
import { testSite, type TestSite } from '../support/app.ts'
import type { Browser, Page } from '../support/browser.ts'
import { actsOf, signedIn } from '../support/staff.ts'
import {
  answersAll,
  answersAndSends,
  enters,
  jobDone,
  openSurveyWith,
  surveyWithCards,
  type OpenSurvey,
} from '../support/survey.ts'
import { allRows } from '../support/traces.ts'

const page = '/dieu-tra/thu/thay-the'
const agreed = { 'dong-y': '1', 'ly-do': 'Biên bản số 5' }
let site: TestSite

beforeEach(async () => {
  site = await testSite({ publicUrl: 'https://khaosat.example.vn' })
})
afterEach(() => site.close())

describe('a void card', () => {
  test('opens nothing any more, is counted out of circulation, and its code is nowhere in the store', async () => {
    const { codes } = await openSurveyWith(site, { units: 1 })
    const [card] = codes
    const holder = await enters(site, card?.code ?? '')
    const officer = await officerHere()
    await voids(officer, card?.code)
    expect(officer.current.text).toContain('Thẻ đã hủy, không dùng được nữa.')
    expect(officer.current.text).toContain('Hủy một thẻ của Lãnh đạo – Sở 1.')
    expect(await stratum(card?.stratum.id)).toMatchObject({ issued: 5, voided: 1, opened: 0 })
    expect(await problems()).toEqual([])
    expect(JSON.stringify(await allRows(site.deps.db))).not.toContain(card?.code)
    expect((await actsOf(site)).at(-1)).toContain('Hủy một thẻ: Lãnh đạo – Sở 1.')

    await answersAll(holder, () => '2').catch(() => undefined)
    expect(holder.current.status).toBe(410)
    expect(holder.current.text).toContain('Thẻ này đã bị hủy')
    await voids(officer, card?.code)
    expect([officer.current.status, officer.current.text]).toEqual([
      409,
      expect.stringContaining('Thẻ này đã hủy trước đó'),
    ])
  })

  test('cannot be one that has sent its ballot: refused in words, nothing changes', async () => {
    const { codes } = await openSurveyWith(site, { units: 1 })
    await answersAndSends(site, codes[0]?.code ?? '', () => '2')
    const officer = await officerHere()
    const before = await allRows(site.deps.db)
    await voids(officer, codes[0]?.code)
    expect(officer.current.status).toBe(409)
    expect(officer.current.text).toContain('Thẻ này đã gửi phiếu, không hủy được')
    const after = await allRows(site.deps.db)
    expect([after.access_code, after.stratum, after.decision]).toEqual([
      before.access_code,
      before.stratum,
      before.decision,
    ])
  })

  test('needs a right code of this survey, a reason and the mark; the code is not shown again', async () => {
    const { codes } = await openSurveyWith(site, { units: 1 })
    const other = await openSurveyWith(site, { units: 1, slug: 'khac' })
    const officer = await officerHere()
    const slips: [string, string][] = [
      ['', 'Hãy nhập mã in trên thẻ cần hủy.'],
      ['XXXX', 'Mã gồm đúng 12 ký tự'],
      [other.codes[0]?.code ?? '', 'Mã này không có trong đợt điều tra này.'],
    ]
    for (const [code, words] of slips) {
      const seen = await voids(officer, code)
      expect(seen.status).toBe(422)
      expect(seen.text).toContain(words)
      if (code !== '') expect(seen.html).not.toContain(code)
      expect(seen.root.querySelector('#huy-ly-do')?.textContent.trim()).toBe('Biên bản số 5')
    }
    await officer.get(page)
    await officer.submit({ ma: codes[0]?.code }, { selector: 'form[action$=huy]' })
    expect(officer.current.text).toContain('Hãy ghi lý do')
    expect(officer.current.text).toContain('Hãy đánh dấu vào ô xác nhận.')
    expect((await allRows(site.deps.db)).decision ?? []).toEqual([])
    // Guessing has an end, however often the form is sent.
    for (let i = 0; i < 30; i++) await voids(officer, wrongCode())
    expect(officer.current.status).toBe(429)
    await voids(officer, codes[0]?.code)
    expect(officer.current.text).toContain('Thẻ đã hủy')
  })

  test('and its ballot at the same moment: one of the two, never both', async () => {
    const { codes } = await openSurveyWith(site, { units: 1 })
    const cards = codes.slice(0, 4)
    const holders = await Promise.all(
      cards.map(async ({ code }) => {
        const holder = await enters(site, code)
        await answersAll(holder, () => '2')
        return holder
      }),
    )
    const officer = await officerHere()
    const form = officer.current
    await Promise.all(
      holders.flatMap((holder, i) => [
        holder.submit(),
        officer.agent
          .post(`${page}/huy`)
          .type('form')
          .send({ ma: cards[i]?.code, ...agreed }),
      ]),
    )
    expect(form.status).toBe(200)
    const states = await statesOf(cards.map(({ stratum: { id } }) => id)[0] ?? '')
    const sent = holders.filter(({ current }) => current.url === '/phieu/cam-on').length
    expect(states.filter((state) => state === 'used')).toHaveLength(sent)
    expect(states.filter((state) => state === 'void')).toHaveLength(4 - sent)
    for (const { current } of holders)
      if (current.url !== '/phieu/cam-on') expect(current.text).toContain('Thẻ này đã bị hủy')
    expect(await problems()).toEqual([])
  })
})

describe('a reserve card', () => {
  test('replaces one that is gone while there is one, with the reason; two at the last: one', async () => {
    const { codes } = await surveyWithCards(site, { units: 1, quotas: [5, 5], reserve: 2 })
    const id = codes[0]?.stratum.id ?? ''
    const officer = await officerHere()
    expect(officer.current.text).toContain('Sở 1 – Lãnh đạo (còn 2 thẻ dự phòng)')
    await officer.submit({ nhom: id, mat: 'mat', 'dong-y': '1' }, { selector: 'form[action$=thay]' })
    expect(officer.current.text).toContain('Lý do: Thẻ bị mất')
    expect(await stratum(id)).toMatchObject({ replaced: 1 })
    const answers = await Promise.all(
      [1, 2].map(() =>
        officer.agent.post(`${page}/thay`).type('form').send({ nhom: id, mat: 'hong', 'dong-y': '1' }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(await stratum(id)).toMatchObject({ replaced: 2 })
    expect((await officer.get(page)).text).not.toContain('Sở 1 – Lãnh đạo (còn')
    // A slip keeps what was typed.
    await officer.submit({ mat: 'khac' }, { selector: 'form[action$=thay]' })
    expect(officer.current.status).toBe(422)
    expect(officer.current.text).toContain('Hãy chọn nhóm.')
    expect(officer.current.root.querySelector('#thay-mat option[selected]')?.getAttribute('value')).toBe(
      'khac',
    )
  })

  test('that was made void in store is none that is left; one that was opened had been given out', async () => {
    const { codes } = await openSurveyWith(site, { units: 1, quotas: [5, 5], reserve: 3 })
    const reserves = codes.filter((card) => card.reserve && card.stratum.group_code === 'LD')
    const id = reserves[0]?.stratum.id ?? ''
    const officer = await officerHere()
    const left = () => /Sở 1 – Lãnh đạo \(còn (\d) thẻ dự phòng\)/.exec(officer.current.text)?.[1] ?? 'none'
    expect(left()).toBe('3')
    await officer.submit({ nhom: id, mat: 'mat', 'dong-y': '1' }, { selector: 'form[action$=thay]' })
    await enters(site, reserves[0]?.code ?? '')
    await voids(officer, reserves[0]?.code)
    expect([left(), await stratum(id)]).toEqual(['2', expect.objectContaining({ reserve_voided: 0 })])
    await voids(officer, reserves[1]?.code)
    expect([left(), await stratum(id)]).toEqual(['1', expect.objectContaining({ reserve_voided: 1 })])
    await officer.submit({ nhom: id, mat: 'mat', 'dong-y': '1' }, { selector: 'form[action$=thay]' })
    expect(left()).toBe('none')
    // All that were not given out are void: there is none to give.
    const answer = await officer.agent
      .post(`${page}/thay`)
      .type('form')
      .send({ nhom: id, mat: 'mat', 'dong-y': '1' })
    expect(answer.status).toBe(409)
    expect(await problems()).toEqual([])
  })

  test('can be made more of, up to the cap, and the job then issues what is lacking', async () => {
    const { survey, codes } = await surveyWithCards(site, { units: 1, quotas: [3, 3] })
    const id = codes[0]?.stratum.id ?? ''
    const officer = await officerHere()
    const form = { selector: 'form[action$=du-phong]' }
    await officer.submit({ nhom: id, so: '4', ...agreed }, form)
    expect(officer.current.status).toBe(409)
    expect(officer.current.text).toContain('không quá mức nhận phiếu của nhóm, hiện là 3')
    await officer.get(page)
    await officer.submit({ nhom: id, so: '2', ...agreed }, form)
    expect(officer.current.text).toContain('Đã tăng số thẻ dự phòng.')
    await jobDone(site, (await site.deps.jobs.ask('issue-codes', survey, { rehearsal: true })).id)
    expect(await stratum(id)).toMatchObject({ issued: 3, reserve: 2, reserve_quota: 2 })
    expect(await problems()).toEqual([])
  })
})

describe('the cap', () => {
  test('is raised by one for a refused card, which counts once; two at once: one', async () => {
    const { codes } = await openSurveyWith(site, { units: 1, quotas: [1, 5], reserve: 1 })
    const { id, refused, holder } = await refusedCard(codes)
    const officer = await officerHere()
    expect(officer.current.text).toContain('1 thẻ bị từ chối vì nhóm đã đủ phiếu, chờ quyết định')
    const answers = await Promise.all(
      [1, 2].map(() =>
        officer.agent
          .post(`${page}/muc`)
          .type('form')
          .send({ nhom: id, ...agreed }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(await stratum(id)).toMatchObject({ cap: 2, cap_raised: 1, refused_full: 1 })
    expect((await officer.get(page)).text).toContain('Nâng mức nhận phiếu của Lãnh đạo – Sở 1 từ 1 lên 2.')
    holder.page = refused
    await holder.submit()
    expect(holder.current.url).toBe('/phieu/cam-on')
    expect(await problems()).toEqual([])
  })

  test('is not raised for nobody, nor above the cards in circulation', async () => {
    const { codes } = await openSurveyWith(site, { units: 1, quotas: [1, 5], reserve: 1 })
    const officer = await officerHere()
    expect(officer.current.root.querySelector('form[action$=muc]')).toBeNull()
    const id = codes[0]?.stratum.id ?? ''
    await officer.post(`${page}/muc`, { nhom: id, ...agreed })
    expect(officer.current.status).toBe(409)
    await refusedCard(codes)
    // The refused card itself is made void: nobody waits any more.
    const late = codes.filter(({ stratum: { group_code } }) => group_code === 'LD')[1]
    await voids(officer, late?.code)
    expect(await stratum(id)).toMatchObject({ refused_full: 0, voided: 1 })
    await officer.post(`${page}/muc`, { nhom: id, ...agreed })
    expect(officer.current.text).toContain('Không nâng được mức nhận phiếu của nhóm này')
  })

  test('counts a refused card again when somebody else took the place that was made for it', async () => {
    const { codes } = await openSurveyWith(site, { units: 1, quotas: [1, 5], reserve: 1 })
    const { id, refused, holder } = await refusedCard(codes)
    const officer = await officerHere()
    await officer.submit({ nhom: id, ...agreed }, { selector: 'form[action$=muc]' })
    await site.deps.db.updateTable('stratum').set({ returned: 2 }).where('id', '=', id).execute()
    for (let press = 0; press < 3; press++) {
      holder.page = refused
      await holder.submit()
      expect(await stratum(id)).toMatchObject({ refused_full: 2, cap_raised: 1 })
    }
  })
})

async function officerHere(): Promise<Browser> {
  const officer = await signedIn(site, 'officer')
  await officer.get(page)
  return officer
}

async function voids(officer: Browser, code: string | undefined): Promise<Page> {
  await officer.get(page)
  return officer.submit({ ma: code, ...agreed }, { selector: 'form[action$=huy]' })
}

/** The first card of group LD sends, the second is turned away: its holder before the button. */
async function refusedCard(codes: OpenSurvey['codes']) {
  const [first, late] = codes.filter(({ stratum: { group_code } }) => group_code === 'LD')
  await answersAndSends(site, first?.code ?? '', () => '3')
  const holder = await enters(site, late?.code ?? '')
  const refused = await answersAll(holder, () => '2')
  await holder.submit()
  return { id: late?.stratum.id ?? '', holder, refused }
}

function wrongCode(): string {
  const right = [...'23456789BCFGHJKMNPQRTVX'].map((symbol) => `2345678923${symbol}B`)
  return right.find((code) => parseCode(code).ok) ?? ''
}

function stratum(id = '') {
  return site.deps.db.selectFrom('stratum').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

async function statesOf(stratumId: string): Promise<string[]> {
  const rows = await site.deps.db
    .selectFrom('access_code')
    .select('state')
    .where('stratum_id', '=', stratumId)
    .execute()
  return rows.map(({ state }) => state)
}

async function problems(): Promise<string[]> {
  return (await verifyAll(site.deps.db)).flatMap((each) => each.problems)
}
