// A copy of the store taken in the middle of an opening (a nightly backup that falls into it, one that a crash has
// interrupted, PostgreSQL's xmin before the tables are written anew) tells which ballots were opened together. With the
// stratum, which stands beside the card and beside the response, that must not lead further than the stratum alone.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBallot, type Ballot } from '../../src/ballot/ballot.ts'
import { closeCollecting } from '../../src/ballot/collecting.service.ts'
import { loadKey } from '../../src/ballot/custody.ts'
import { operator } from '../../src/staff/actor.ts'
import { testSite, type TestSite } from '../support/app.ts'
import { poissonBound } from '../support/attacker.ts'
import { openSurveyWith, putIntoBox } from '../support/survey.ts'

let site: TestSite
beforeEach(async () => {
  site = await testSite()
})
afterEach(() => site.close())

test('who copies the store between the steps of an opening links no more than the strata tell', async () => {
  const units = 100
  const { survey, codes } = await openSurveyWith(site, { units, items: 4, quotas: [5, 4] })
  await putIntoBox(site, survey, codes, (n) => n.toString(4).padStart(8, '0'))
  await closeCollecting(site.deps, operator, survey)
  const { db, config, jobs } = site.deps
  // Whose sealed ballot is whose is known before the opening (confidentiality.md §7); the secret is what is inside.
  const privateKey = loadKey(config, survey.id)
  const truth = new Map<string, Ballot>()
  for (const { id, sealed } of await db.selectFrom('sealed_ballot').selectAll().execute()) {
    const opened = openBallot({ surveyId: survey.id, privateKey }, sealed)
    if (opened.ok) truth.set(id, opened.ballot)
  }
  let sealedBefore = new Set(truth.keys())
  let openedBefore = new Set<string>()
  let right = 0
  let alone = 0
  const look = async () => {
    const sealed = new Set((await db.selectFrom('sealed_ballot').select('id').execute()).map(({ id }) => id))
    const opened = await db.selectFrom('response').select(['id', 'stratum_id', 'answers']).execute()
    const gone = [...sealedBefore].filter((id) => !sealed.has(id))
    const fresh = opened.filter(({ id }) => !openedBefore.has(id))
    for (const stratum of new Set(gone.map((id) => truth.get(id)?.stratum))) {
      const ballots = gone.filter((id) => truth.get(id)?.stratum === stratum)
      const answers = fresh.filter(({ stratum_id }) => stratum_id === stratum)
      if (ballots.length === 1) alone += 1
      right += ballots.filter((id, i) => truth.get(id)?.answers === answers[i]?.answers).length
    }
    sealedBefore = sealed
    openedBefore = new Set(opened.map(({ id }) => id))
  }
  const input = JSON.stringify({ by: 'Hội đồng' })
  await jobs.handlers['open-box']?.run({ surveyId: survey.id, input, report: look })
  await look()
  expect(openedBefore.size).toBe(codes.length)
  // One right guess per stratum is chance.
  expect(alone).toBe(0)
  expect(right).toBeLessThanOrEqual(poissonBound(2 * units, 1e-8))
})
