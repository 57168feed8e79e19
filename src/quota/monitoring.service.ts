// Everything that the pages of progress, the room and the short report show of a survey, read in one go.
import type { Db } from '../db/database.ts'
import { dayOf } from '../lib/clock.ts'
import { findLastClosing } from '../survey/closing.queries.ts'
import { getSurveyById, listLevels, listStrata, listSurveys, type Survey } from '../survey/survey.queries.ts'
import { daysLeft, forecastOf, type DayCount, type DaysLeft, type Forecast } from './days.ts'
import { progressOf, type Progress, type UnitProgress } from './progress.ts'
import {
  countReturnsByDay,
  hasMoreUnits,
  listLateUnits,
  listLowered,
  listSameDevice,
  listUnitCodes,
  listUnitNames,
  readBlocks,
  type LateUnit,
  type LoweredQuota,
} from './progress.queries.ts'

/** Above so many units a survey is shown by block. */
export const mostUnitsShown = 100
const mostListed = 50
export const unitsPerPage = 50

export interface Monitoring {
  survey: Survey
  now: Date
  /** Rows of the levels are units, or, in a survey of very many, blocks. */
  progress: Omit<Progress, 'late'>
  byBlock: boolean
  /** The latest ones; `progress.lateUnits` says how many there are in all. */
  late: LateUnit[]
  days: DayCount[]
  /** When the last unit closes; null where one has no hour. */
  closesAt: string | null
  daysLeft: DaysLeft
  forecast: Forecast
  sameDevice: { name: string; times: number }[]
  lowered: LoweredQuota[]
}

/** Survey → what was read of it a moment ago. */
const recent = new WeakMap<Db, Map<string, { until: number; monitoring: Monitoring }>>()
/** Adding up 20,000 strata holds up everybody else for a moment: of a very large survey it is done no more often. */
const recentMs = 5_000

/** All figures of now; of a survey that is shown by block they may be some seconds old, and `now` says of when. */
export async function readMonitoring(db: Db, { id }: Survey, now: Date): Promise<Monitoring> {
  const survey = await getSurveyById(db, id)
  const known = recent.get(db)?.get(id)
  const isSame = known?.monitoring.survey.state === survey.state
  if (known && isSame && known.until > performance.now()) return { ...known.monitoring, survey }
  const monitoring = await addUp(db, survey, now)
  if (monitoring.byBlock) {
    const ofDb = recent.get(db) ?? new Map<string, { until: number; monitoring: Monitoring }>()
    recent.set(db, ofDb.set(id, { until: performance.now() + recentMs, monitoring }))
  }
  return monitoring
}

/** Before people come in: so the first of them does not wait for the days that are added up once. */
export async function warmMonitoring(db: Db, now: Date): Promise<void> {
  for (const survey of await listSurveys(db))
    if (survey.state === 'collecting') await readMonitoring(db, survey, now)
}

async function addUp(db: Db, survey: Survey, now: Date): Promise<Monitoring> {
  const byBlock = await hasMoreUnits(db, survey, mostUnitsShown)
  const { late, ...progress } = byBlock ? await blockProgress(db, survey) : await unitProgress(db, survey)
  const days = await returnsByDay(db, survey, now)
  const closesAt = await findLastClosing(db, survey)
  return {
    survey,
    now,
    progress,
    byBlock,
    late,
    days,
    closesAt,
    daysLeft: daysLeft(closesAt, now),
    forecast: forecastOf(progress, days, closesAt, now),
    sameDevice: await listSameDevice(db, survey, mostListed),
    lowered: await listLowered(db, survey, mostListed),
  }
}

type Found = Omit<Progress, 'late'> & { late: LateUnit[] }

async function unitProgress(db: Db, survey: Survey): Promise<Found> {
  const progress = progressOf(await listLevels(db, survey), await listStrata(db, survey))
  return { ...progress, late: progress.late.slice(0, mostListed) }
}

async function blockProgress(db: Db, survey: Survey): Promise<Found> {
  const { strata, units, refusedFull } = await readBlocks(db, survey)
  const blocks = progressOf(await listLevels(db, survey), strata)
  return { ...blocks, units, refusedFull, ...(await listLateUnits(db, survey, mostListed)) }
}

const msPerDay = 86_400_000
const pastDays = new Map<string, DayCount[]>()
const mostPastKept = 100

/**
 * Days that are over do not change and are added up once a day; yesterday still may, when a ballot was under way at
 * midnight. So the cost stays that of two days, however long people have been answering.
 */
async function returnsByDay(db: Db, survey: Survey, now: Date): Promise<DayCount[]> {
  const yesterday = dayOf(new Date(now.getTime() - msPerDay))
  const key = `${survey.id} ${yesterday}`
  let past = pastDays.get(key)
  if (past === undefined) {
    past = await countReturnsByDay(db, survey, { before: yesterday })
    if (pastDays.size >= mostPastKept) pastDays.clear()
    pastDays.set(key, past)
  }
  return [...past, ...(await countReturnsByDay(db, survey, { from: yesterday }))]
}

export interface UnitsPage {
  units: UnitProgress[]
  found: number
  page: number
  pages: number
}

/** One page of the units of a very large survey, of all or of those whose name or code holds the words. */
export async function findUnits(
  db: Db,
  { survey, progress }: Pick<Monitoring, 'survey' | 'progress'>,
  words: string,
  page: number,
): Promise<UnitsPage> {
  const wanted = folded(words)
  const matching =
    wanted === ''
      ? undefined
      : (await listUnitNames(db, survey))
          .filter(({ code, name }) => folded(`${name} ${code}`).includes(wanted))
          .map(({ code }) => code)
  const found = matching?.length ?? progress.units
  const pages = Math.max(1, Math.ceil(found / unitsPerPage))
  const at = Math.min(page, pages)
  const offset = (at - 1) * unitsPerPage
  const codes =
    matching?.slice(offset, offset + unitsPerPage) ??
    (await listUnitCodes(db, survey, { limit: unitsPerPage, offset }))
  const strata = codes.length === 0 ? [] : await listStrata(db, survey, codes)
  const { levels } = progressOf(await listLevels(db, survey), strata)
  return { units: levels.flatMap((level) => level.units), found, page: at, pages }
}

/** Without accents, capitals and double spaces. */
function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}
