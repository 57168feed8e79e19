// A key holder's paper: made in the holder's own request, shown in the answer to it, stored nowhere; checked alone, and
// rehearsed together on a test ballot. confidentiality.md §7.
import type { Db } from '../db/database.ts'
import { dayOf } from '../lib/clock.ts'
import { joinWords } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import { nameActor, type Actor } from '../staff/actor.ts'
import { custodyOf } from '../survey/custody-mode.ts'
import { blankSymbol, itemsOf } from '../survey/questionnaire.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import {
  listQuestionnaires,
  listStrata,
  lockSurvey,
  settingsOf,
  type Survey,
} from '../survey/survey.queries.ts'
import { ballotSize, openBallot, sealBallot, type Ballot } from './ballot.ts'
import type { BallotDeps } from './collecting.service.ts'
import {
  listHolders,
  listSurveysOfHolder,
  setChecked,
  setNext,
  setPaper,
  setRehearsed,
  type KeyHolder,
} from './key-holder.queries.ts'
import { missingPapers, mustBeCouncilHeld, notStarted } from './key-holder.service.ts'
import { readPapers, type Paper, type PaperSlip } from './key-paper.ts'
import { joinShares, newSecret, openShare, publicKeyOfPaper, splitKey } from './key-share.ts'
import { newSealKeyPair } from './seal.ts'

/** What a key holder has still to do, in words for the start page. */
export async function listPapersFor(db: Db, staffId: string): Promise<{ text: string; href: string }[]> {
  const waiting = []
  for (const survey of await listSurveysOfHolder(db, staffId)) {
    const todo = todoOf(survey, await listHolders(db, survey), staffId)
    if (todo !== null)
      waiting.push({ text: `${todo}: ${survey.title}`, href: surveyHref(survey, '/giu-khoa') })
  }
  return waiting
}

function todoOf(survey: Survey, holders: readonly KeyHolder[], staffId: string): string | null {
  const taking = holders.find(({ next }) => next?.id === staffId)
  if (taking) return `Nhận bàn giao phần khóa ${taking.position}`
  const own = holders.find(({ id }) => id === staffId)
  if (!own) return null
  if (own.publicKey === null) return `Tạo phần khóa ${own.position}`
  if (own.checkedOn === null) return `Kiểm tra phần khóa ${own.position}`
  return survey.state === 'closed' ? `Mang phần khóa ${own.position} đến buổi mở niêm phong` : null
}

/** What a holder takes along: shown in the answer to this request, and never again. */
export interface MadePaper {
  position: number
  secret: Buffer
}

/**
 * Makes this holder's paper, in their own session. Before collecting starts a holder may make it anew; afterwards only
 * somebody who is about to take a share over makes one.
 * @param seen public half of the paper that the page showed as the present one ('' for none): a reload makes no second one
 * @throws Problem not-key-holder, paper-made, paper-fixed
 */
export async function makePaper(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  seen: string,
): Promise<MadePaper> {
  return deps.db.transaction().execute(async (trx) => {
    // The survey first, as where collecting starts: two orders of locks would deadlock.
    await lockSurvey(deps.db, trx, survey.id)
    const holders = await listHolders(trx, survey)
    const taking = holders.find(({ next }) => next !== null && next.id === by.id)
    const holder = taking ?? holders.find(({ id }) => id === by.id)
    if (!holder || by.id === null) throw new Problem('not-key-holder')
    const present = taking ? taking.next?.publicKey : holder.publicKey
    if (!taking && holder.sealedShare !== null) throw new Problem('paper-fixed')
    if ((present ?? '') !== seen) throw new Problem('paper-made')
    const { position } = holder
    const secret = newSecret()
    const publicKey = publicKeyOfPaper(survey.id, secret)
    if (taking) await setNext(trx, survey, position, { staffId: by.id, publicKey })
    else if (!(await setPaper(trx, survey, position, publicKey, dayOf(deps.clock()))))
      throw new Problem('paper-fixed')
    else await setRehearsed(trx, survey, null)
    await recordAct(deps, trx, by, { kind: 'paper-made', survey: survey.slug, details: { position } })
    return { position, secret }
  })
}

/**
 * "Kiểm tra phần khóa": proves that the holder has the right paper, and once collecting has started that it opens the share
 * sealed to it, without any other. On the command line it may be anybody's paper.
 * @returns what is wrong with it; none when it is right, and that is noted
 * @throws Problem not-key-holder, paper-replaced, share-broken
 */
export async function checkPaper(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  text: string,
): Promise<PaperSlip[]> {
  const holders = await listHolders(deps.db, survey)
  const own = by.id === null ? holders : holders.filter(({ id }) => id === by.id)
  if (own.length === 0) throw new Problem('not-key-holder')
  const read = readPapers(survey, own, [text], 1)
  if (!read.ok) return read.slips
  const [paper] = read.papers
  if (!paper) return []
  const { position, sealedShare } = paper.holder
  if (sealedShare !== null) {
    // From the start of collecting on the paper's worth is the share: it is opened, alone, and forgotten.
    const share = openShare(survey.id, paper.secret, sealedShare)
    if (!share) throw new Problem('share-broken', { position })
    share.fill(0)
  }
  await deps.db.transaction().execute(async (trx) => {
    if (!(await setChecked(trx, survey, paper.holder, dayOf(deps.clock()))))
      throw new Problem('paper-replaced')
    await recordAct(deps, trx, by, { kind: 'paper-checked', survey: survey.slug, details: { position } })
  })
  return []
}

/**
 * Rehearses the opening: a test key is cut for the holders' papers, a test ballot is sealed, and the papers typed here open
 * it. Nothing of it is kept but the day.
 * @returns what is wrong with the papers; none when the test ballot was opened
 * @throws Problem custody-not-ready while a holder has no checked paper
 */
export async function rehearse(
  deps: BallotDeps,
  by: Actor,
  survey: Survey,
  texts: readonly string[],
): Promise<PaperSlip[]> {
  mustBeCouncilHeld(survey)
  if (hasReached(survey, 'collecting')) throw new Problem('custody-frozen')
  const holders = await listHolders(deps.db, survey)
  const missing = missingPapers(survey, holders)
  if (missing !== null) throw new Problem('custody-not-ready', { missing })
  const read = readPapers(survey, holders, texts, custodyOf(settingsOf(survey)).needed)
  if (!read.ok) return read.slips
  await openTestBallot(deps.db, survey, holders, read.papers)
  await deps.db.transaction().execute(async (trx) => {
    const now = await notStarted(deps, trx, survey)
    const papers = (all: readonly KeyHolder[]) => JSON.stringify(all.map(({ publicKey }) => publicKey))
    if (now.settings !== survey.settings || papers(await listHolders(trx, survey)) !== papers(holders))
      throw new Problem('paper-replaced')
    await setRehearsed(trx, survey, dayOf(deps.clock()))
    const who = joinWords(read.papers.map(({ holder }) => nameActor(holder)))
    await recordAct(deps, trx, by, { kind: 'custody-rehearsed', survey: survey.slug, details: { who } })
  })
  return []
}

/** The whole way of a ballot with a key of its own: cut, seal, open by these papers. Throws where it fails: a defect. */
async function openTestBallot(
  db: Db,
  survey: Survey,
  holders: readonly KeyHolder[],
  papers: readonly Paper[],
): Promise<void> {
  const { publicKey, privateKey } = newSealKeyPair()
  const publicKeys = holders.map((holder) => holder.publicKey ?? '')
  const sealedShares = await splitKey(survey.id, privateKey, papers.length, publicKeys)
  privateKey.fill(0)
  const questionnaires = await listQuestionnaires(db, survey)
  const [stratum] = await listStrata(db, survey)
  const questionnaire = questionnaires.find(({ code }) => code === stratum?.questionnaire)
  if (!stratum || !questionnaire) throw new Error('a survey without strata has no ballot to test')
  const ballot: Ballot = {
    format: 'ballot/1',
    stratum: stratum.id,
    questionnaire: questionnaire.code,
    version: questionnaire.version,
    mode: 'web',
    answers: blankSymbol.repeat(itemsOf(questionnaire).length),
    flags: { straightLine: false },
  }
  const sealed = sealBallot({ surveyId: survey.id, publicKey, size: ballotSize(questionnaires) }, ballot)
  const shares = papers.map(({ holder, secret }) =>
    openShare(survey.id, secret, sealedShares[holder.position - 1] ?? ''),
  )
  const joined = await joinShares(shares.flatMap((share) => share ?? []))
  const opened = openBallot({ surveyId: survey.id, privateKey: joined }, sealed)
  if (!opened.ok || JSON.stringify(opened.ballot) !== JSON.stringify(ballot))
    throw new Error('the papers did not open the test ballot')
}
