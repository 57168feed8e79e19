// The box is no secret of our program: another implementation of RFC 9180 reads the ballots that people really sent, from
// nothing but the written format, and a ballot that it made is counted at the opening like any other.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { loadKey } from '../../src/ballot/custody.ts'
import { operator } from '../../src/staff/actor.ts'
import { getSurveyById } from '../../src/survey/survey.queries.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { openElsewhere, sealElsewhere } from '../support/hpke.ts'
import { answersAndSends, jobDone, openSurveyWith } from '../support/survey.ts'

let site: TestSite

beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

const sent = ['0123', '3210', '2222']

test('a ballot that was sent is opened by @hpke/core, and one that it made is counted', async () => {
  const { survey, codes } = await openSurveyWith(site, { units: 1 })
  for (const [n, answers] of sent.entries()) {
    let item = 0
    // The options of an item stand in the order 1, 2, 3, 0.
    await answersAndSends(site, codes[n]?.code ?? '', () => ['1', '2', '3', '0'][Number(answers[item++])])
  }
  const { db, config } = site.deps
  const info = Buffer.from(`survey-ballot/1:${survey.id}`)
  const none = Buffer.alloc(0)
  const stored = await db.selectFrom('sealed_ballot').selectAll().execute()
  const padded = await Promise.all(
    stored.map(({ sealed }) =>
      openElsewhere(loadKey(config, survey.id), info, none, Buffer.from(sealed, 'base64url')),
    ),
  )
  for (const bytes of padded) expect(bytes).toHaveLength(survey.ballot_size ?? 0)
  const texts = padded.map((bytes) => bytes.toString('utf8', 4, 4 + bytes.readUInt32BE()))
  const ballots = texts.map((text) => JSON.parse(text) as { answers: string })
  expect(ballots.map(({ answers }) => answers).sort()).toEqual([...sent].sort())

  // The reverse: the first ballot's place is taken by one that the other implementation sealed.
  const [first] = stored
  const other = paddedTo(survey.ballot_size ?? 0, JSON.stringify({ ...ballots[0], answers: '3333' }))
  const sealed = await sealElsewhere(survey.public_key ?? '', info, none, other)
  await db
    .updateTable('sealed_ballot')
    .set({ sealed: sealed.toString('base64url') })
    .where('id', '=', first?.id ?? '')
    .execute()
  const closed = await closeCollecting(site.deps, operator, survey)
  const job = await site.deps.jobs.ask('open-box', closed, { by: 'Hội đồng' })
  expect((await jobDone(site, job.id)).state).toBe('done')
  expect((await getSurveyById(db, survey.id)).state).toBe('opened')
  const responses = await db.selectFrom('response').select('answers').execute()
  const expected = ['3333', ...ballots.slice(1).map(({ answers }) => answers)]
  expect(responses.map(({ answers }) => answers).sort()).toEqual(expected.sort())
})

/** Length (32 bits, big-endian) | text | zeros. */
function paddedTo(size: number, text: string): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.writeUInt32BE(Buffer.byteLength(text))
  bytes.write(text, 4)
  return bytes
}
