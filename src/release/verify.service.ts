// `verify`: counts everything again from the rows and compares with what the pages say. Reads only.
import {
  countCodesByStratum,
  countRefusedByStratum,
  countReturnsByStratum,
} from '../access/access.queries.ts'
import { countBallots, countReceipts, countResponses, findOpening } from '../ballot/box.queries.ts'
import { dialectOf, type Db } from '../db/database.ts'
import { IndexOutput } from '../index-calculator/index.service.ts'
import { findRun, listRuns } from '../index-calculator/index.queries.ts'
import { canonicalHash, parseJson } from '../lib/json.ts'
import { findStoredRelease, listReleases } from '../score/release.queries.ts'
import { hashOfStored, readRelease } from '../score/release.ts'
import { findDestruction, findSums } from '../score/sums.queries.ts'
import { listDecisions } from '../survey/decision.queries.ts'
import { listStrata, listSurveys, type Survey } from '../survey/survey.queries.ts'

export interface Verification {
  survey: string
  checks: number
  /** Full sentences; empty when everything agrees. */
  problems: string[]
}

export async function verifyAll(db: Db): Promise<Verification[]> {
  // One moment for all counts: people go on answering while it counts.
  const moment =
    dialectOf(db) === 'postgres' ? db.transaction().setIsolationLevel('repeatable read') : db.transaction()
  return moment.execute(async (trx) => {
    const results: Verification[] = []
    for (const survey of await listSurveys(trx)) results.push(await verifySurvey(trx, survey))
    return results
  })
}

async function verifySurvey(db: Db, survey: Survey): Promise<Verification> {
  const result: Verification = { survey: survey.slug, checks: 0, problems: [] }
  const same = (what: string, noted: number | string, counted: number | string) => {
    result.checks++
    if (noted !== counted) result.problems.push(`${what}: ghi ${noted}, đếm lại được ${counted}.`)
  }
  const used = await verifyStrata(db, survey, same)
  await verifyBox(db, survey, used, same)
  await verifyReleases(db, survey, same)
  for (const { id, number, hash } of await listRuns(db, survey)) {
    const run = await findRun(db, survey, id)
    if (!run) continue
    const { hash: inside, ...content } = parseJson(IndexOutput, run.output)
    same(`Mã kiểm tra của lần tính ${number}`, hash, canonicalHash(content))
    same(`Mã kiểm tra trong lần tính ${number}`, inside, hash)
  }
  return result
}

async function verifyReleases(db: Db, survey: Survey, same: Same): Promise<void> {
  for (const { version, hash } of await listReleases(db, survey)) {
    const stored = await findStoredRelease(db, survey, version)
    if (stored === undefined) continue
    same(`Mã kiểm tra của bảng điểm bản ${version}`, hash, hashOfStored(stored))
    same(`Mã kiểm tra trong bảng điểm bản ${version}`, readRelease(stored).hash, hash)
  }
}

type Same = (what: string, noted: number | string, counted: number | string) => void

async function verifyStrata(db: Db, survey: Survey, same: Same): Promise<number> {
  const decisions = await listDecisions(db, survey)
  const codes = new Map<string, Awaited<ReturnType<typeof countCodesByStratum>>>()
  for (const each of await countCodesByStratum(db, survey))
    codes.set(each.stratum_id, [...(codes.get(each.stratum_id) ?? []), each])
  const days = new Map((await countReturnsByStratum(db, survey)).map((each) => [each.stratum_id, each]))
  const refused = new Map(
    (await countRefusedByStratum(db, survey)).map((each) => [each.stratum_id, each.codes]),
  )
  // Before days were counted each press of a refused card counted, not each card.
  const pressesCounted = [...days.values()].some(({ undated }) => undated > 0)
  let used = 0
  for (const stratum of await listStrata(db, survey)) {
    const own = codes.get(stratum.id) ?? []
    const count = (test: (each: (typeof own)[number]) => boolean) =>
      own.filter(test).reduce((sum, each) => sum + each.codes, 0)
    const name = `${stratum.group_name} – ${stratum.unit_name}`
    same(
      `Mã đã phát, ${name}`,
      stratum.issued,
      count((each) => each.kind === 'main'),
    )
    same(
      `Mã dự phòng, ${name}`,
      stratum.reserve,
      count((each) => each.kind === 'reserve'),
    )
    same(
      `Phiếu thu về, ${name}`,
      stratum.returned,
      count((each) => each.state === 'used'),
    )
    same(
      `Đã vào, ${name}`,
      stratum.opened,
      count((each) => each.state === 'used' || each.state === 'opened'),
    )
    same(
      `Thẻ đã hủy, ${name}`,
      stratum.voided,
      count((each) => each.state === 'void'),
    )
    const voidReserves = count((each) => each.kind === 'reserve' && each.state === 'void')
    if (stratum.reserve_voided > voidReserves)
      same(`Thẻ dự phòng đã hủy, ${name}`, stratum.reserve_voided, voidReserves)
    const raises = decisions.filter(
      ({ kind, unit_code, group_code }) =>
        kind === 'cap-raised' && unit_code === stratum.unit_code && group_code === stratum.group_code,
    )
    same(`Quyết định nâng mức, ${name}`, stratum.cap_raised, raises.length)
    same(`Phiếu thu về cộng theo ngày, ${name}`, days.get(stratum.id)?.returned ?? 0, stratum.returned)
    const turnedAway = refused.get(stratum.id) ?? 0
    // A card counts once, and once more for each raise that another took before it (access.queries, countRefusedFull).
    const mostTurnedAway = pressesCounted ? Infinity : turnedAway + stratum.cap_raised
    if (stratum.refused_full < turnedAway || stratum.refused_full > mostTurnedAway)
      same(`Thẻ bị từ chối vì nhóm đã đủ phiếu, ${name}`, stratum.refused_full, turnedAway)
    used += stratum.returned
  }
  return used
}

async function verifyBox(db: Db, survey: Survey, used: number, same: Same): Promise<void> {
  const opening = await findOpening(db, survey)
  const destroyed = await findDestruction(db, survey)
  const responses = (await countResponses(db, survey)) + (destroyed?.ballots ?? 0)
  const held = (await countBallots(db, survey)) + responses + (opening?.broken ?? 0)
  const sums = await findSums(db, survey)
  if (destroyed && sums) same('Mã kiểm tra của tổng số còn lại', destroyed.hash, canonicalHash(sums))
  same('Số phiếu đang giữ', used, held)
  same('Số mã xác nhận', used, await countReceipts(db, survey))
}
