// Who is answering: the sealed cookie, checked against the card's state at every page.
import type { Request, Response } from 'express'
import { findCode } from '../access/access.queries.ts'
import { refuseUnlessAnswerable } from '../access/redeem.service.ts'
import { Problem } from '../lib/problem.ts'
import { deadlineWords, graceWords } from '../survey/closing.ts'
import { findClosing } from '../survey/closing.queries.ts'
import type { Questionnaire } from '../survey/questionnaire.ts'
import {
  findSurveyById,
  getSurveyById,
  listContactsOfCollecting,
  listQuestionnaires,
  settingsOf,
  type Survey,
} from '../survey/survey.queries.ts'
import { readCookie } from '../web/cookies.ts'
import { isSecure, type Deps } from '../web/deps.ts'
import type { Db } from '../db/database.ts'
import { contactOf, type Contact } from '../survey/contact.ts'
import { pagesOf, type Answering, type QuestionPage } from './answering.ts'
import { dropAnswers, keptAnswers, keptSent, presentAnswers, sentCookie, tagOf } from './answering-cookie.ts'

export interface Respondent {
  answering: Answering
  survey: Survey
  questionnaire: Questionnaire
  pages: QuestionPage[]
  /** Travels hidden in each form. */
  tag: string
  /** Until when it can be sent, as a sentence; null where no hour is set. */
  deadline: string | null
  /** The same in the minutes of grace, for the pages of questions; null before. */
  grace: string | null
}

/** @throws Problem when no code was given here, or the card or the survey takes no answers (any more) */
export async function currentRespondent(deps: Deps, req: Request, res: Response): Promise<Respondent> {
  const answering = presentAnswers(deps, req)
  if (!answering) {
    // Whoever left a ballot here half filled in is not told that it was sent, though somebody before them sent one.
    const sent = !keptAnswers(deps, req) && readCookie(req, sentCookie, isSecure(deps)) !== undefined
    throw new Problem(sent ? 'sent-here' : 'no-answering')
  }
  return respondentOf(deps, res, answering)
}

/** Whose answers these are, given here or only kept. @throws Problem as above */
export async function respondentOf(deps: Deps, res: Response, answering: Answering): Promise<Respondent> {
  const code = await findCode(deps.db, answering.code)
  if (!code) throw new Problem('no-answering')
  const survey = await getSurveyById(deps.db, code.survey_id)
  const [closesAt, now] = [await findClosing(deps.db, code.stratum_id), deps.clock()]
  try {
    refuseUnlessAnswerable(code, survey, { closesAt, begun: true, now })
  } catch (refusal) {
    if (refusal instanceof Problem && refusal.kind === 'code-used') dropAnswers(deps, res)
    throw refusal
  }
  const questionnaire = await questionnaireOf(deps, survey, answering.questionnaire, answering.version)
  const pages = pagesOf(questionnaire, settingsOf(survey).layout)
  const [deadline, grace] = [deadlineWords(closesAt, now), graceWords(closesAt, now)]
  return { answering, survey, questionnaire, pages, tag: tagOf(deps, answering), deadline, grace }
}

/** The survey that is being answered in this browser, or was since it was started; for pages that anyone may read. */
export async function presentSurvey(
  deps: Deps,
  req: Request,
): Promise<{ survey: Survey | undefined; sent: boolean }> {
  const answering = presentAnswers(deps, req)
  const id = (answering ?? keptSent(deps, req))?.survey
  const survey = id === undefined ? undefined : await findSurveyById(deps.db, id)
  return { survey, sent: answering === undefined }
}

/** Offices named to somebody whose card is not known: more than these would only confuse. */
const mostContacts = 2

/** Whom to call while surveys collect, for somebody whose code was not found. */
export async function contactsNow(db: Db): Promise<Contact[]> {
  const contacts = (await listContactsOfCollecting(db)).map(contactOf).filter((each) => each !== null)
  return contacts.length > mostContacts ? [] : contacts
}

/** What was posted. @throws Problem when it is no form: another content type, or nothing at all */
export function formOf(req: Request): Record<string, unknown> {
  const body = req.body as Record<string, unknown> | undefined
  if (body === undefined) throw new Problem('bad-request')
  return body
}

/** @throws Problem when the form was shown for another ballot than the one that is open on this device */
export function checkTag(respondent: Respondent, form: Record<string, unknown>): void {
  if (form._phieu !== respondent.tag) throw new Problem('other-ballot')
}

/** Parsed questionnaires: a version never changes, and every page of every respondent needs one. */
const parsed = new Map<string, Questionnaire[]>()
const mostSurveysKept = 50

async function questionnaireOf(
  deps: Deps,
  survey: Survey,
  code: string,
  version: number,
): Promise<Questionnaire> {
  const find = (all: Questionnaire[]) => all.find((each) => each.code === code && each.version === version)
  const known = find(parsed.get(survey.id) ?? [])
  if (known) return known
  if (parsed.size >= mostSurveysKept) parsed.clear()
  const all = await listQuestionnaires(deps.db, survey)
  parsed.set(survey.id, all)
  const found = find(all)
  if (!found) throw new Problem('no-answering')
  return found
}

/** The newest version of a group's questionnaire: what a person who starts now is asked. */
export async function newestQuestionnaire(deps: Deps, survey: Survey, code: string): Promise<Questionnaire> {
  const versions = (await listQuestionnaires(deps.db, survey)).filter((each) => each.code === code)
  const newest = versions.reduce((a, b) => (b.version > a.version ? b : a), versions[0] as Questionnaire)
  return questionnaireOf(deps, survey, code, newest.version)
}
