// Chạy thử from the copy to the report and away again. Each step is found by the copy's state, so that a run that was
// killed goes on where it stopped. README, "Rehearsal".
import { z } from 'zod'
import { eraseCardParts, findBatch, findCode, finishBatches } from '../access/access.queries.ts'
import { codeKey, issueCodes, listUnprintedCodes, type PlainCode } from '../access/batch.service.ts'
import { formatCode, hashCode } from '../access/code.ts'
import { openCard } from '../access/redeem.service.ts'
import { closeCollecting, startCollecting, type BallotDeps } from '../ballot/collecting.service.ts'
import { removeKeyFiles } from '../ballot/custody.ts'
import { openBallotBox, type Report } from '../ballot/opening.service.ts'
import { sealAnswers, submitBallot } from '../ballot/submit.service.ts'
import type { Config } from '../config.ts'
import { eraseDeleted } from '../db/erase.ts'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { decrypt, encrypt, keyFor } from '../lib/secrets.ts'
import { makeFirstRelease } from '../release/release.service.ts'
import { startAnswering } from '../response/answering.ts'
import { newReceipt } from '../response/receipt.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { program, type Actor } from '../staff/actor.ts'
import {
  getSurveyById,
  listQuestionnaires,
  listStrata,
  listSurveyedUnits,
  moveState,
  settingsOf,
  type Stratum,
  type Survey,
} from '../survey/survey.queries.ts'
import { makeAnswers, seededRandom, seedOf } from './answers.ts'
import {
  deleteRun,
  findRun,
  insertCopy,
  insertTriedParts,
  isSlugTaken,
  isWorkedOn,
  listMainCodes,
  listTriedParts,
  lockSurveyRow,
  setRehearsedOn,
} from './rehearsal.queries.ts'
import { answeredShare, cardsToTry, mostPilotUnits, settingsOfCopy, slugOfCopy } from './rehearsal.ts'
import type { Db, Trx } from '../db/database.ts'
import type { RehearsalKind } from '../db/tables.ts'

/** The copy for a Chạy thử: made now, or the one that is there already. */
export async function beginRun(deps: BallotDeps, by: Actor, survey: Survey): Promise<Survey> {
  mustBeNoCopy(survey)
  return deps.db.transaction().execute(async (trx) => {
    await lockSurveyRow(deps.db, trx, survey.id)
    const running = await findRun(trx, survey)
    if (running) return running
    const copy = await copySurvey(deps, trx, survey, 'run')
    await recordAct(deps, trx, by, { kind: 'rehearsal-begun', survey: survey.slug })
    return copy
  })
}

/**
 * The copy for a Điều tra thử, of one or two units; from then on it is a survey with pages of its own.
 * @throws Problem pilot-units-wrong
 */
export async function beginPilot(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  units: readonly string[],
): Promise<Survey> {
  mustBeNoCopy(survey)
  const known = await listSurveyedUnits(deps.db, survey)
  const chosen = known.filter(({ code }) => units.includes(code))
  if (chosen.length === 0 || chosen.length > mostPilotUnits || chosen.length !== new Set(units).size)
    throw new Problem('pilot-units-wrong', { most: mostPilotUnits })
  return deps.db.transaction().execute(async (trx) => {
    await lockSurveyRow(deps.db, trx, survey.id)
    const copy = await copySurvey(
      deps,
      trx,
      survey,
      'pilot',
      chosen.map(({ code }) => code),
    )
    const details = { units: chosen.map(({ name }) => name).join('; '), copy: copy.slug }
    await recordAct(deps, trx, by, { kind: 'pilot-begun', survey: survey.slug, details })
    return copy
  })
}

/** A rehearsal of a rehearsal would rehearse nothing. */
function mustBeNoCopy(survey: Survey): void {
  if (survey.rehearsal_of !== null) throw new Problem('rehearsal-of-rehearsal')
}

async function copySurvey(
  { clock }: BallotDeps,
  trx: Trx,
  survey: Survey,
  kind: RehearsalKind,
  units?: readonly string[],
): Promise<Survey> {
  // As it is now: the page that asked may be old.
  const fresh = await getSurveyById(trx, survey.id)
  const id = await insertCopy(trx, fresh, {
    slug: await freeSlug(trx, fresh.slug, kind),
    kind,
    settings: JSON.stringify(settingsOfCopy(settingsOf(fresh))),
    createdOn: dayOf(clock()),
    ...(units === undefined ? {} : { units }),
  })
  return getSurveyById(trx, id)
}

async function freeSlug(trx: Trx, survey: string, kind: RehearsalKind): Promise<string> {
  for (let number = 1; ; number++) {
    const slug = slugOfCopy(survey, kind, number)
    if (!(await isSlugTaken(trx, slug))) return slug
  }
}

/** Codes, the cards to try, and the start: then the copy collects. */
export async function prepareRun(deps: BallotDeps, runId: string, report: Report): Promise<void> {
  const { db } = deps
  for (;;) {
    const run = await runById(db, runId)
    if (run.state === 'draft') {
      if (!(await findBatch(db, run, 'unprinted')))
        await issueCodes(deps, run, { rehearsal: true, now: deps.clock() }, (done, total) =>
          report('Phát mã chạy thử', done, total),
        )
      await report('Chọn thẻ để thử', 0, 1)
      await keepCardsToTry(deps, run)
    } else if (run.state === 'cards') {
      await report('Bắt đầu thu phiếu', 0, 1)
      await startCollecting(deps, program, run)
    } else return
  }
}

/** In one transaction: all plain codes go, those to try are kept under a seal of their own. */
async function keepCardsToTry(deps: BallotDeps, run: Survey): Promise<void> {
  const codes = cardsToTry(await listUnprintedCodes(deps, run))
  const batch = await findBatch(deps.db, run, 'unprinted')
  if (!batch) throw new Problem('no-batch')
  await deps.db.transaction().execute(async (trx) => {
    if ((await eraseCardParts(trx, run)) === 0) return
    await finishBatches(trx, run)
    const parts = codes.map(({ stratum, code }) => ({
      stratum_id: stratum.id,
      sealed: encrypt(tryKey(deps.config), tryContext(stratum.id), Buffer.from(code, 'utf8')).toString(
        'base64url',
      ),
    }))
    await insertTriedParts(trx, batch.id, parts)
    await moveState(trx, run, ['draft'], 'cards')
  })
}

function tryKey(config: Config): Buffer {
  return keyFor(config.serverSecret, 'rehearsal-cards')
}

function tryContext(stratumId: string): string {
  return `rehearsal-card/${stratumId}`
}

/** A card that staff may try on a phone, and how far it is. */
export interface CardToTry extends Pick<PlainCode, 'stratum' | 'code' | 'url'> {
  typed: string
  state: 'issued' | 'opened' | 'used' | 'void'
}

export async function listCardsToTry(deps: BallotDeps, run: Survey): Promise<CardToTry[]> {
  const address = deps.config.publicUrl ?? `http://localhost:${deps.config.port}`
  const parts = await listTriedParts(deps.db, run.id)
  const cards: CardToTry[] = []
  for (const stratum of await listStrata(deps.db, run)) {
    const part = parts.find((each) => each.stratum_id === stratum.id)
    if (!part) continue
    const code = openPart(deps.config, part)
    const row = await findCode(deps.db, hashCode(codeKey(deps.config), code))
    const state = row?.state ?? 'void'
    cards.push({ stratum, code, url: `${address}/#${code}`, typed: formatCode(code), state })
  }
  return cards
}

function openPart(config: Config, part: { stratum_id: string; sealed: string }): string {
  const context = tryContext(part.stratum_id)
  const plain = decrypt(tryKey(config), context, Buffer.from(part.sealed, 'base64url'))
  if (!plain) throw new Problem('key-wrong')
  return plain.toString('utf8')
}

/** Who asked for the rest of the run, in words for the minutes. */
export const FinishInput = z.object({ by: z.string() })

/** Invented answers, the end of collecting, the opening, the release: then there is a report. */
export async function finishRun(
  deps: BallotDeps,
  runId: string,
  { by }: z.infer<typeof FinishInput>,
  report: Report,
): Promise<void> {
  for (;;) {
    const run = await runById(deps.db, runId)
    switch (run.state) {
      case 'draft':
      case 'cards':
        await prepareRun(deps, runId, report)
        break
      case 'collecting':
        await inventAnswers(deps, run, report)
        await closeCollecting(deps, program, run)
        break
      case 'closed':
        await openBallotBox(deps, run, { by, present: '' }, report)
        break
      case 'opened':
      case 'released':
        await report('Lập bảng điểm', 0, 1)
        await makeFirstRelease(deps, run)
        await noteEnd(deps, run)
        return
    }
  }
}

/** Goes on where a killed run stopped: the nth card of a stratum gets the same answers again, or was used already. */
async function inventAnswers(deps: BallotDeps, run: Survey, report: Report): Promise<void> {
  const strata = await listStrata(deps.db, run)
  const tried = (await listTriedParts(deps.db, run.id)).map((part) =>
    hashCode(codeKey(deps.config), openPart(deps.config, part)),
  )
  for (const [at, stratum] of strata.entries()) {
    await report('Điền câu trả lời giả', at, strata.length)
    await inventForStratum(deps, run, stratum, tried)
  }
}

async function inventForStratum(
  { db, clock }: BallotDeps,
  run: Survey,
  stratum: Stratum,
  tried: readonly string[],
): Promise<void> {
  const questionnaire = (await listQuestionnaires(db, run))
    .filter(({ code }) => code === stratum.questionnaire)
    .sort((a, b) => b.version - a.version)[0]
  if (!questionnaire) throw new Error('a group without its questionnaire')
  const codes = await listMainCodes(db, stratum.id, tried)
  await Promise.all(
    codes.map(async ({ hash, state }, n) => {
      const random = seededRandom(seedOf(`${stratum.unit_code}/${stratum.group_code}/${n}`))
      if ((state !== 'issued' && state !== 'opened') || random() >= answeredShare) return
      const code = await findCode(db, hash)
      if (!code) return
      await openCard(db, code)
      const answers = makeAnswers(questionnaire, stratum.unit_code, random)
      const answering = { ...startAnswering(code, questionnaire, newReceipt()), answers }
      await submitBallot(db, answering, sealAnswers(run, answering), clock())
    }),
  )
}

async function noteEnd(deps: BallotDeps, run: Survey): Promise<void> {
  const of = run.rehearsal_of ?? ''
  await deps.db.transaction().execute(async (trx) => {
    const survey = await getSurveyById(trx, of)
    await setRehearsedOn(trx, of, dayOf(deps.clock()))
    await recordAct(deps, trx, program, { kind: 'rehearsal-done', survey: survey.slug })
  })
}

async function runById(db: Db, id: string): Promise<Survey> {
  const run = await getSurveyById(db, id)
  if (run.rehearsal_kind !== 'run') throw new Problem('rehearsal-none')
  return run
}

/**
 * "Kết thúc chạy thử, xóa hết", in whatever state it is: rows, key and files, in one transaction.
 * @throws Problem rehearsal-none for a survey that is no Chạy thử, job-running while somebody works on it
 */
export async function removeRun(deps: BallotDeps, by: Actor, survey: Survey): Promise<void> {
  const run = await findRun(deps.db, survey)
  if (!run) throw new Problem('rehearsal-none')
  await deps.db.transaction().execute(async (trx) => {
    await lockSurveyRow(deps.db, trx, run.id)
    if (await isWorkedOn(trx, run.id, Date.now())) throw new Problem('job-running')
    if (!(await deleteRun(trx, run.id))) throw new Problem('rehearsal-none')
    // Before the commit: a run without its key can still be removed, a key without its run would stay for ever.
    removeKeyFiles(deps.config, run.id)
    await recordAct(deps, trx, by, { kind: 'rehearsal-removed', survey: survey.slug })
  })
  await eraseDeleted(deps.db, 'code_batch_part')
}
