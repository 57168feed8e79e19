// The test card: a card that opens no questionnaire and only shows, from a phone outside, that the printed address works.
// Its code is drawn, hashed and shown once in the answer that made it: nobody has to keep it, another is made at a press.
import { isReachableFromOutside } from '../config.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { findTestCard, insertTestCard, markTestCardSeen } from './access.queries.ts'
import { addressOnCards, codeKey, reasonFor, refuseWhileIssuing, type AccessDeps } from './batch.service.ts'
import { hashCode, newCode, parseCode } from './code.ts'

export interface TestCard {
  code: string
  url: string
}

/** A new test card; earlier ones keep working. It may be printed with any address, so that one can see what is wrong. */
export async function makeTestCard(deps: AccessDeps, by: Actor, survey: Survey): Promise<TestCard> {
  const code = newCode()
  const hash = hashCode(codeKey(deps.config), code)
  await deps.db.transaction().execute(async (trx) => {
    await insertTestCard(trx, survey, hash)
    await recordAct(deps, trx, by, { kind: 'test-card-made', survey: survey.slug })
  })
  return { code, url: `${addressOnCards(deps.config)}/#${code}` }
}

/** A typed code that is a test card's: its survey, and whether it came by the address that cards bear. */
export interface OpenedTestCard {
  survey: Survey
  atPublicAddress: boolean
}

/**
 * Looks whether a test card was typed, and notes the day when it came by the public address; undefined for any other code.
 * @param origin scheme and host by which the request came, e.g. https://khaosat.example.vn
 */
export async function openTestCard(
  deps: AccessDeps,
  raw: string,
  origin: string,
): Promise<OpenedTestCard | undefined> {
  const parsed = parseCode(raw)
  if (!parsed.ok) return undefined
  const survey = await findTestCard(deps.db, hashCode(codeKey(deps.config), parsed.code))
  if (survey === undefined) return undefined
  const address = originOf(origin)
  const { publicUrl } = deps.config
  if (address === undefined || !isReachableFromOutside(publicUrl) || address !== originOf(publicUrl))
    return { survey, atPublicAddress: false }
  await markTestCardSeen(deps.db, survey, { day: dayOf(deps.clock()), address })
  return { survey, atPublicAddress: true }
}

/** The day on which a test card was opened by the address that cards bear now; null when none was. */
export function testCardSeenOn(
  { config }: Pick<AccessDeps, 'config'>,
  survey: Pick<Survey, 'test_card_seen_on' | 'test_card_address'>,
): string | null {
  const isSame = survey.test_card_address === originOf(config.publicUrl)
  return isSame ? survey.test_card_seen_on : null
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined || !URL.canParse(url) ? undefined : new URL(url).origin
}

/** Real codes leave the system once the printed address has been tried, and not while others are being issued. */
export async function checkMayPrint(deps: AccessDeps, survey: Survey): Promise<void> {
  await refuseWhileIssuing(deps.db, survey)
  if (survey.rehearsal === 1) return
  const { publicUrl } = deps.config
  if (!isReachableFromOutside(publicUrl))
    throw new Problem('public-url-unusable', { reason: reasonFor(publicUrl) })
  if (testCardSeenOn(deps, survey) === null) throw new Problem('test-card-missing')
}
