// Hours of collecting: set, extended, ended early, and what happens by itself when they come. Each change is a decision
// with its line in the log, in the transaction of what it changes. season.md, "Time".
import type { Db, Trx } from '../db/database.ts'
import { showCount } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { program, type Actor } from '../staff/actor.ts'
import { clearInside, listUnitHours, setClosing, setOpening, type Scope } from '../survey/closing.queries.ts'
import { endOfGrace, latestOf, phaseAt, showHour } from '../survey/closing.ts'
import { findClockAlarm } from '../survey/clock-alarm.queries.ts'
import { recordDecision } from '../survey/decision.queries.ts'
import {
  getSurveyById,
  listLevels,
  listStrata,
  listSurveys,
  lockSurvey,
  moveState,
  type Survey,
} from '../survey/survey.queries.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { findOpening } from './box.queries.ts'
import { closeCollecting, startCollecting, whyNotStart, type BallotDeps } from './collecting.service.ts'

/** A scope with the words people know it by, and the hour that holds for it. */
export interface Extent {
  scope: Scope
  /** "cả đợt", "Cấp sở", "Sở Y tế" */
  name: string
  closesAt: string | null
  /** Of what is inside: a level's units, or the survey's. */
  returned: number
  planned: number
}

/** The survey, its levels, its units: all that an hour can belong to. */
export async function listExtents(db: Db, survey: Survey): Promise<Extent[]> {
  const units = await listUnitHours(db, survey)
  const levels = (await listLevels(db, survey)).filter(({ surveyed }) => surveyed === 1)
  const strata = await listStrata(db, survey)
  const counted = (own: typeof strata) => ({
    returned: own.reduce((sum, { returned }) => sum + returned, 0),
    planned: own.reduce((sum, { quota }) => sum + quota, 0),
  })
  return [
    { scope: { of: 'survey' }, name: 'cả đợt', closesAt: survey.closes_at, ...counted(strata) },
    ...levels.map(({ code, name, closes_at }) => ({
      scope: { of: 'level' as const, code },
      name,
      closesAt: closes_at ?? survey.closes_at,
      ...counted(strata.filter(({ level }) => level === code)),
    })),
    ...units.map(({ code, name, closesAt }) => ({
      scope: { of: 'unit' as const, code },
      name,
      closesAt,
      ...counted(strata.filter(({ unit_code }) => unit_code === code)),
    })),
  ]
}

/** The last closing moment of all units; null when one of them has no hour. */
export async function lastClosing(db: Db | Trx, survey: Survey): Promise<string | null> {
  return latestOf((await listUnitHours(db, survey)).map(({ closesAt }) => closesAt))
}

export interface NewHours {
  opensAt: string | null
  closesAt: string | null
}

/** Sets the survey's hours before it collects, or its closing while none is set. */
export async function setHours(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  { opensAt, closesAt }: NewHours,
): Promise<void> {
  const opens = opensAt === null ? 'chưa đặt giờ bắt đầu' : `bắt đầu ${showHour(opensAt)}`
  const closes = closesAt === null ? 'chưa đặt giờ kết thúc' : `kết thúc ${showHour(closesAt)}`
  await change(deps, survey, async (trx, now) => {
    if (!hasReached(survey, 'collecting')) await setOpening(trx, survey, opensAt)
    await setClosing(trx, survey, { of: 'survey' }, closesAt)
    const words = `Cả đợt: ${opens}, ${closes}.`
    await recordDecision(deps.db, trx, by, survey, { kind: 'hours-set', words, reason: '' }, now)
    await recordAct(deps, trx, by, { kind: 'hours-set', survey: survey.slug, details: { words } })
  })
}

/** Gives a level or a unit an hour of its own, or that of what stands above it (null). */
export async function setOwnClosing(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  extent: Extent,
  at: string | null,
): Promise<void> {
  const words = `${extent.name}: ${at === null ? 'theo giờ chung' : `kết thúc ${showHour(at)}`}.`
  await change(deps, survey, async (trx, now) => {
    await setClosing(trx, survey, extent.scope, at)
    const decision = { kind: 'hours-set' as const, words, reason: '', ...placeOf(extent.scope) }
    await recordDecision(deps.db, trx, by, survey, decision, now)
    await recordAct(deps, trx, by, { kind: 'hours-set', survey: survey.slug, details: { words } })
  })
}

/**
 * A later closing moment, with its reason; a survey that is closed collects again, and those who are not meant stay closed.
 * @throws Problem hours-fixed once the opening has begun
 */
export async function extendCollecting(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  extent: Extent,
  { at, reason }: { at: string; reason: string },
): Promise<void> {
  const reopens = survey.state === 'closed'
  const before = extent.closesAt === null ? '' : ` thay cho ${showHour(extent.closesAt)}`
  const words = `${capital(extent.name)}: nhận phiếu đến ${showHour(at)}${before}.`
  await change(deps, survey, async (trx, now, locked) => {
    if (reopens && (await findOpening(trx, survey))) throw new Problem('hours-fixed')
    // Closed by hand while no hour was set: those who are not meant are closed from now on by the hour.
    if (reopens && extent.scope.of !== 'survey' && locked.closes_at === null)
      await setClosing(trx, survey, { of: 'survey' }, now.toISOString())
    await clearInside(trx, survey, extent.scope, '<', at)
    await setClosing(trx, survey, extent.scope, at)
    if (reopens && !(await moveState(trx, survey, ['closed'], 'collecting')))
      throw new Problem('hours-changed')
    const kind = reopens ? 'reopened' : 'extended'
    await recordDecision(deps.db, trx, by, survey, { kind, words, reason, ...placeOf(extent.scope) }, now)
    const act = reopens ? 'collecting-reopened' : 'collecting-extended'
    await recordAct(deps, trx, by, { kind: act, survey: survey.slug, details: { words, reason } })
  })
}

/** A level takes no new cards from now on; forms that were begun have the minutes of grace. */
export async function endLevel(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  level: Extent,
  reason: string,
): Promise<void> {
  const counts = `${showCount(level.returned)}/${showCount(level.planned)} phiếu`
  const words = `${level.name} kết thúc thu phiếu khi có ${counts}.`
  await change(deps, survey, async (trx, now) => {
    await clearInside(trx, survey, level.scope, '>', now.toISOString())
    await setClosing(trx, survey, level.scope, now.toISOString())
    const given = reason === '' ? 'Đã thu đủ phiếu.' : reason
    const decision = { kind: 'level-ended' as const, words, reason: given, ...placeOf(level.scope) }
    await recordDecision(deps.db, trx, by, survey, decision, now)
    const details = { words, reason: reason === '' ? '' : `Lý do: ${reason}` }
    await recordAct(deps, trx, by, { kind: 'level-ended', survey: survey.slug, details })
  })
}

/** The reason of a closing that was not written down when it was done: without it the opening waits. */
export async function recordEarlyEnd(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  reason: string,
): Promise<void> {
  const words = 'Kết thúc thu phiếu của cả đợt.'
  await change(deps, survey, async (trx, now) => {
    await recordDecision(deps.db, trx, by, survey, { kind: 'ended-early', words, reason }, now)
    await recordAct(deps, trx, by, { kind: 'ended-early', survey: survey.slug, details: { words, reason } })
  })
}

/** In one transaction, on the survey as this person saw it. @throws Problem hours-fixed, hours-changed */
async function change(
  deps: BallotDeps,
  survey: Survey,
  work: (trx: Trx, now: Date, locked: Survey) => Promise<void>,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const locked = await lockSurvey(deps.db, trx, survey.id)
    if (hasReached(locked, 'opened')) throw new Problem('hours-fixed')
    const isSame = locked.state === survey.state && locked.closes_at === survey.closes_at
    if (!isSame || locked.opens_at !== survey.opens_at) throw new Problem('hours-changed')
    await work(trx, deps.clock(), locked)
  })
}

/** What a decision about the scope is about. */
function placeOf(scope: Scope): { level?: string; unit?: string } {
  return scope.of === 'survey' ? {} : { [scope.of]: scope.code }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

// ── What happens by itself ────────────────────────────────────────────────────────────────────────────────────────

/** Starts and closes what has come to its hour; what cannot start stays as it is, and its page says why. */
export async function switchByHour(deps: BallotDeps): Promise<void> {
  for (const survey of await listSurveys(deps.db)) {
    try {
      await switchSurvey(deps, survey)
    } catch (refusal) {
      // Somebody was quicker, or it is not ready: the next look finds out.
      if (!(refusal instanceof Problem)) throw refusal
    }
  }
}

async function switchSurvey(deps: BallotDeps, survey: Survey): Promise<void> {
  const now = deps.clock()
  if (await isDueToStart(deps.db, survey, now)) await startCollecting(deps, program, survey)
  if (survey.state === 'collecting' && (await isOver(deps.db, survey, now)))
    await closeCollecting(deps, program, survey, {
      stillRight: async (trx) => isOver(trx, await getSurveyById(trx, survey.id), now),
    })
}

async function isDueToStart(db: Db, survey: Survey, now: Date): Promise<boolean> {
  if (hasReached(survey, 'collecting') || survey.opens_at === null) return false
  if (Date.parse(survey.opens_at) > now.getTime()) return false
  return phaseAt(await lastClosing(db, survey), now) === 'open'
}

/** Whether the last unit's last minute has gone by. */
async function isOver(db: Db | Trx, survey: Survey, now: Date): Promise<boolean> {
  const last = await lastClosing(db, survey)
  return last !== null && endOfGrace(last).getTime() <= now.getTime()
}

/** What an officer has to know of the hours, in red. */
export interface Alarm {
  title: string
  text: string
  href: string
  button: string
}

export async function listAlarms(deps: BallotDeps, survey: Survey): Promise<Alarm[]> {
  return [...(await clockAlarms(deps.db)), ...(await startAlarms(deps, survey))]
}

/** The clock of the machine, where it cannot be trusted. */
export async function clockAlarms(db: Db): Promise<Alarm[]> {
  const text = await findClockAlarm(db)
  if (text === undefined) return []
  return [
    {
      title: 'Đồng hồ máy chủ cần được kiểm tra',
      text: `${text} Các đợt điều tra không tự bắt đầu, không tự kết thúc cho đến khi có người xác nhận giờ đúng.`,
      href: '/he-thong/dong-ho',
      button: 'Kiểm tra giờ',
    },
  ]
}

async function startAlarms(deps: BallotDeps, survey: Survey): Promise<Alarm[]> {
  const now = deps.clock()
  if (hasReached(survey, 'collecting') || survey.opens_at === null) return []
  if (Date.parse(survey.opens_at) > now.getTime()) return []
  const over = phaseAt(await lastClosing(deps.db, survey), now) !== 'open'
  const problem = over ? 'Giờ kết thúc đã qua. Hãy đặt giờ mới.' : (await whyNotStart(deps, survey))?.sentence
  if (problem === undefined) return []
  return [
    {
      title: 'Đến giờ mà chưa tự bắt đầu thu phiếu được',
      text: `Giờ bắt đầu là ${showHour(survey.opens_at)}. ${problem}`,
      href: surveyHref(survey, '/thoi-gian'),
      button: 'Xem thời gian thu phiếu',
    },
  ]
}
