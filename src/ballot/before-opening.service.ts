// What is looked at before a box is opened, in words, and how papers of key holders begin the opening. The key that the
// papers give stays in this process. confidentiality.md §7, §8.
import { countUsedCodes } from '../access/access.queries.ts'
import type { Job } from '../jobs/job.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { joinWords, showCount, showDay } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import { custodyOf, isCouncilHeld } from '../survey/custody-mode.ts'
import { listUnitHours } from '../survey/closing.queries.ts'
import { latestOf, phaseAt, showHour } from '../survey/closing.ts'
import { standingEnd } from '../survey/decision.ts'
import { listDecisions } from '../survey/decision.queries.ts'
import { listStrata, listSurveyedUnits, settingsOf, type Survey } from '../survey/survey.queries.ts'
import { changeWords } from '../survey/unit-change.ts'
import { countBallots, countReceipts, countResponses, findOpening } from './box.queries.ts'
import type { BallotDeps } from './collecting.service.ts'
import { keyFits } from './custody.ts'
import { listHolders, type KeyHolder } from './key-holder.queries.ts'
import { readPapers, type Paper, type PaperSlip } from './key-paper.ts'
import { joinShares, openShare } from './key-share.ts'
import { isKeyNeeded, type OpenInput } from './opening.service.ts'
import { publicKeyOf } from './seal.ts'

/** One thing that has to be right before the box is opened, as a sentence. */
export interface Check {
  ok: boolean
  text: string
}

export async function checksBeforeOpening(deps: BallotDeps, survey: Survey): Promise<Check[]> {
  return [
    await endCheck(deps, survey),
    ...(await mergeChecks(deps, survey)),
    ...(await countChecks(deps, survey)),
    await keyCheck(deps, survey),
  ]
}

/** The opening waits for the deadline, a full return, or a recorded decision. season.md, "Who opens". */
async function endCheck({ db, clock }: BallotDeps, survey: Survey): Promise<Check> {
  const decision = standingEnd(await listDecisions(db, survey))
  const strata = await listStrata(db, survey)
  if (strata.every(({ returned, quota }) => returned >= quota))
    return { ok: true, text: 'Đã thu đủ phiếu theo kế hoạch.' }
  if (decision)
    return {
      ok: true,
      text: `Kết thúc sớm theo quyết định ngày ${showDay(decision.made_on)}. Lý do: ${decision.reason}`,
    }
  const last = latestOf((await listUnitHours(db, survey)).map(({ closesAt }) => closesAt))
  return last !== null && phaseAt(last, clock()) !== 'open'
    ? { ok: true, text: `Đã hết giờ thu phiếu: ${showHour(last)}.` }
    : {
        ok: false,
        text: 'Chưa thu đủ phiếu, không đặt giờ kết thúc và chưa ghi quyết định kết thúc. Hãy ghi lý do ở trang Thời gian thu phiếu.',
      }
}

/** How merged units are counted is chosen before anybody sees a figure. */
async function mergeChecks({ db }: BallotDeps, survey: Survey): Promise<Check[]> {
  const units = await listSurveyedUnits(db, survey)
  const merged = units.filter(({ merged_into }) => merged_into !== null)
  return merged.map((unit) => ({
    ok: unit.merge_counts !== null,
    text: changeWords(unit, units).at(-1) ?? '',
  }))
}

async function countChecks({ db }: BallotDeps, survey: Survey): Promise<Check[]> {
  const opening = await findOpening(db, survey)
  const used = await countUsedCodes(db, survey)
  const sealed = await countBallots(db, survey)
  const opened = await countResponses(db, survey)
  const receipts = await countReceipts(db, survey)
  const begun = opened + (opening?.broken ?? 0)
  const held = sealed + begun
  const words = begun === 0 ? '' : ` (${showCount(begun)} phiếu đã mở ở lần trước, việc mở được làm tiếp)`
  return [
    {
      ok: used === held,
      text:
        used === held
          ? `${showCount(used)} mã đã dùng, ${showCount(held)} phiếu${words}: khớp.`
          : `${showCount(used)} mã đã dùng nhưng ${showCount(held)} phiếu${words}: không khớp, hệ thống sẽ không mở.`,
    },
    {
      ok: receipts === held,
      text:
        receipts === held
          ? `${showCount(receipts)} mã xác nhận đã gửi phiếu: khớp.`
          : `${showCount(receipts)} mã xác nhận nhưng ${showCount(held)} phiếu: không khớp. Hãy giữ nguyên dữ liệu và lập biên bản.`,
    },
  ]
}

async function keyCheck({ config, db }: BallotDeps, survey: Survey): Promise<Check> {
  const settings = settingsOf(survey)
  if (!isKeyNeeded(await findOpening(db, survey)))
    return { ok: true, text: 'Phiếu đã mở hết; phần việc còn lại không cần khóa.' }
  if (!isCouncilHeld(settings)) {
    const ok = keyFits(config, survey)
    return {
      ok,
      text: ok ? 'Máy chủ có khóa của đợt điều tra và khóa đúng.' : new Problem('key-missing').sentence,
    }
  }
  const { needed } = custodyOf(settings)
  const checked = (await listHolders(db, survey)).filter(({ checkedOn }) => checkedOn !== null)
  const last = checked.map(({ checkedOn }) => checkedOn ?? '').sort()[0]
  const enough = checked.length >= needed
  const since = last === undefined ? '' : `; lần kiểm tra cũ nhất ngày ${showDay(last)}`
  return {
    ok: enough,
    text: `Cần ${needed} phần khóa; ${showCount(checked.length)} người giữ khóa đã kiểm tra phần khóa của mình${since}.`,
  }
}

export type Begun = { ok: true; job: Job } | { ok: false; slips: PaperSlip[] }

/**
 * Opens the box by papers typed or scanned in one form: reads them, joins the key, begins the work in this process. Where all
 * ballots are open and the rest failed it needs no papers: the sealed shares may be destroyed already.
 * @throws Problem job-running, key-wrong
 */
export async function beginOpening(
  deps: BallotDeps & { jobs: JobRunner },
  by: Actor,
  survey: Survey,
  typed: { papers: readonly string[]; present: string },
): Promise<Begun> {
  if (!isKeyNeeded(await findOpening(deps.db, survey))) {
    const opened: OpenInput = { by: nameActor(by), present: typed.present }
    await recordActAlone(deps, by, { kind: 'box-asked', survey: survey.slug, details: { by: opened.by } })
    return { ok: true, job: await deps.jobs.ask('open-box', survey, opened) }
  }
  const holders = await listHolders(deps.db, survey)
  const read = readPapers(survey, holders, typed.papers, custodyOf(settingsOf(survey)).needed)
  if (!read.ok) return read
  const privateKey = await keyOf(survey, read.papers)
  const opened: OpenInput = {
    by: openersOf(read.papers.map(({ holder }) => holder)),
    present: typed.present,
  }
  await recordActAlone(deps, by, { kind: 'box-asked', survey: survey.slug, details: { by: opened.by } })
  try {
    return { ok: true, job: await deps.jobs.begin('open-box', survey, opened, privateKey) }
  } catch (error) {
    // Somebody was quicker: nobody else forgets this copy of the key.
    privateKey.fill(0)
    throw error
  }
}

function openersOf(holders: readonly KeyHolder[]): string {
  return joinWords(holders.map((holder) => `${nameActor(holder)}, phần khóa ${holder.position}`))
}

async function keyOf(survey: Survey, papers: readonly Paper[]): Promise<Buffer> {
  const shares = papers.map(({ holder, secret }) => openShare(survey.id, secret, holder.sealedShare ?? ''))
  const whole = shares.flatMap((share) => share ?? [])
  if (whole.length < papers.length) throw new Problem('key-wrong')
  const privateKey = await joinShares(whole)
  for (const share of whole) share.fill(0)
  if (publicKeyOf(privateKey) !== survey.public_key) throw new Problem('key-wrong')
  return privateKey
}
