// The two ends of collecting: starting gives the survey its key and freezes how it is scored; closing shuts the box.
import type { Config } from '../config.ts'
import { listBatches } from '../access/access.queries.ts'
import type { Db, Trx } from '../db/database.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { clearInside, listUnitHours, setClosing } from '../survey/closing.queries.ts'
import { phaseAt } from '../survey/closing.ts'
import { custodyOf, isCouncilHeld } from '../survey/custody-mode.ts'
import { recordDecision } from '../survey/decision.queries.ts'
import { stateName } from '../survey/survey.ts'
import {
  getSurveyById,
  listQuestionnaires,
  listStrata,
  lockSurvey,
  moveState,
  settingsOf,
  type Survey,
} from '../survey/survey.queries.ts'
import { ballotSize } from './ballot.ts'
import { ensureKey } from './custody.ts'
import { listHolders, setSealedShare, type KeyHolder } from './key-holder.queries.ts'
import { listEligible, missingForStart } from './key-holder.service.ts'
import { splitKey } from './key-share.ts'
import { newSealKeyPair } from './seal.ts'

export interface BallotDeps extends LogDeps {
  config: Config
  db: Db
}

/**
 * draft or cards → collecting. Refused while nobody could answer, and while a batch is unprinted: its codes would lie
 * readable beside live ballots.
 */
export async function startCollecting(deps: BallotDeps, by: Actor, survey: Survey): Promise<Survey> {
  if (survey.state !== 'draft' && survey.state !== 'cards') throw wrongState(survey, 'bắt đầu thu phiếu')
  const problem = await findCardProblem(deps.db, survey)
  if (problem) throw problem
  const size = ballotSize(await listQuestionnaires(deps.db, survey))
  const { publicKey, shares } = await newKey(deps, survey)
  const started = await deps.db.transaction().execute(async (trx) => {
    const result = await trx
      .updateTable('survey')
      .set({ state: 'collecting', public_key: publicKey, ballot_size: size })
      .where('id', '=', survey.id)
      .where('settings', '=', survey.settings)
      .where('state', 'in', ['draft', 'cards'])
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    for (const { holder, sealed } of shares) {
      const kept = await setSealedShare(trx, survey, holder, sealed)
      if (!kept) throw new Problem('custody-not-ready', { missing: `${holder.name} vừa tạo lại phần khóa` })
    }
    await recordAct(deps, trx, by, { kind: 'collecting-started', survey: survey.slug })
    return true
  })
  const now = await getSurveyById(deps.db, survey.id)
  if (!started && now.settings !== survey.settings)
    throw new Problem('custody-not-ready', { missing: 'thiết lập của đợt điều tra vừa được sửa' })
  if (!started) throw wrongState(now, 'bắt đầu thu phiếu')
  return now
}

/** Why it cannot start now: cards, then custody; undefined when everything is ready. */
export async function whyNotStart(deps: BallotDeps, survey: Survey): Promise<Problem | undefined> {
  const problem = await findCardProblem(deps.db, survey)
  if (problem || !isCouncilHeld(settingsOf(survey))) return problem
  const holders = await listHolders(deps.db, survey)
  const missing = missingForStart(survey, holders, await listEligible(deps.db, survey), deps.clock())
  return missing === null ? undefined : new Problem('custody-not-ready', { missing })
}

async function findCardProblem(db: Db, survey: Survey): Promise<Problem | undefined> {
  const batches = await listBatches(db, survey)
  if (batches.length === 0) return new Problem('no-batch')
  return batches.some((batch) => batch.state !== 'printed') ? new Problem('unprinted-batch') : undefined
}

interface NewKey {
  publicKey: string
  /** Of a council; none where the server holds the key. */
  shares: { holder: KeyHolder; sealed: string }[]
}

/** The survey's key: in the server's folder, or cut for the holders' papers and forgotten here. */
async function newKey({ config, db, clock }: BallotDeps, survey: Survey): Promise<NewKey> {
  const settings = settingsOf(survey)
  if (!isCouncilHeld(settings)) return { publicKey: ensureKey(config, survey.id), shares: [] }
  const holders = await listHolders(db, survey)
  const missing = missingForStart(survey, holders, await listEligible(db, survey), clock())
  if (missing !== null) throw new Problem('custody-not-ready', { missing })
  const { publicKey, privateKey } = newSealKeyPair()
  const publicKeys = holders.map((holder) => holder.publicKey ?? '')
  const sealed = await splitKey(survey.id, privateKey, custodyOf(settings).needed, publicKeys)
  privateKey.fill(0)
  return { publicKey, shares: holders.map((holder, at) => ({ holder, sealed: sealed[at] ?? '' })) }
}

/** Refuses in words before anybody is asked to agree. */
export function checkMayClose(survey: Survey): void {
  if (survey.state !== 'collecting') throw wrongState(survey, 'kết thúc thu phiếu')
}

/** What the closing has beside it: why it comes before the hour, and what must still be true when it is done. */
export interface Ending {
  reason?: string
  stillRight?: (trx: Trx) => Promise<boolean>
}

/** collecting → closed. Whoever was submitting at that moment is in, whoever comes after is told that it is over. */
export async function closeCollecting(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  { reason = '', stillRight = () => Promise.resolve(true) }: Ending = {},
): Promise<Survey> {
  const now = deps.clock()
  const closed = await deps.db.transaction().execute(async (trx) => {
    const locked = await lockSurvey(deps.db, trx, survey.id)
    if (!(await stillRight(trx))) return false
    if (!(await moveState(trx, survey, ['collecting'], 'closed'))) return false
    const strata = await listStrata(trx, survey)
    const sum = (what: 'returned' | 'quota') => strata.reduce((total, each) => total + each[what], 0)
    const details = { returned: sum('returned'), planned: sum('quota') }
    if (reason === '' && details.returned < details.planned && (await isEarly(trx, locked, now)))
      throw new Problem('early-end-reason')
    await endHours(trx, locked, now)
    if (reason !== '') {
      const words = `Kết thúc thu phiếu của cả đợt khi có ${sum('returned')}/${sum('quota')} phiếu.`
      await recordDecision(deps.db, trx, by, survey, { kind: 'ended-early', words, reason }, now)
    }
    await recordAct(deps, trx, by, { kind: 'collecting-closed', survey: survey.slug, details })
    return true
  })
  const after = await getSurveyById(deps.db, survey.id)
  if (!closed) throw wrongState(after, 'kết thúc thu phiếu')
  return after
}

/** Whether a unit's hour has still to come; where nobody has set one, no end is early. */
export async function isEarly(db: Db | Trx, survey: Survey, now: Date): Promise<boolean> {
  const hours = (await listUnitHours(db, survey)).map(({ closesAt }) => closesAt)
  return hours.some((at) => at !== null && phaseAt(at, now) === 'open')
}

/** Hours that had not come are the moment of closing now, so that whoever comes later reads when it was. */
async function endHours(trx: Trx, survey: Survey, now: Date): Promise<void> {
  const at = now.toISOString()
  await clearInside(trx, survey, { of: 'survey' }, '>', at)
  if (survey.closes_at !== null && survey.closes_at > at) await setClosing(trx, survey, { of: 'survey' }, at)
}

const nextSteps: Record<Survey['state'], string> = {
  draft: 'Hãy phát mã và bắt đầu thu phiếu trước.',
  cards: 'Hãy bắt đầu thu phiếu trước.',
  collecting: 'Đợt điều tra đang thu phiếu.',
  closed: 'Đã kết thúc thu phiếu; bước tiếp theo là mở niêm phong.',
  opened: 'Đã mở niêm phong; hãy xem kết quả.',
  released: 'Kết quả đã công bố.',
}

function wrongState(survey: Survey, act: string): Problem {
  return new Problem('wrong-state', { state: stateName(survey.state), act, next: nextSteps[survey.state] })
}
