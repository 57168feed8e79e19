// The page "Cách tính điểm": looked at, tried out (a GET with the choices, nothing stored), saved until collecting starts.
import type { Request, Response } from 'express'
import { dayOf } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { listLinesOfKinds } from '../staff/act-log.queries.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { itemsOf, type Questionnaire } from '../survey/questionnaire.ts'
import {
  choiceFields,
  readScoring,
  typedOf,
  type FormDesign,
  type FormSlip,
  type TypedScoring,
} from '../survey/scoring-form.ts'
import { saveScoring, scoringIsOpen } from '../survey/scoring.service.ts'
import { choiceNames, choices, standardScoring } from '../survey/scoring-words.ts'
import { slipsOfScoring, type ScoringSettings } from '../survey/settings.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { surveyHref } from '../survey/survey.ts'
import {
  getSurvey,
  listCriteriaSets,
  listGroups,
  listLevels,
  listQuestionnaires,
  settingsOf,
  type Group,
  type Survey,
} from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { formOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { exampleNames, silenceInNumbers, workedExample, type ExampleName } from './settings-example.ts'
import { settingsPage, type ExampleResults, type SettingsViews } from './settings.views.ts'
import type { ExampleOf } from '../score/example.ts'

/** What the page shows beside what is stored: choices that are being tried, or typed wrongly. */
interface Trial {
  typed: TypedScoring
  /** Undefined where something typed is wrong. */
  scoring: ScoringSettings | undefined
  slips: FormSlip[]
}

export function scoringRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<SettingsViews>(deps.renderer)

  async function getSettings(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const isTrial = mayChange(req, survey) && choiceFields.groups in req.query
    if (!isTrial) return showSettings(req, res, survey, null)
    const trial = await trialOf(survey, req.query)
    await showSettings(req, res.status(trial.scoring ? 200 : 422), survey, trial)
  }

  async function postSettings(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    if (!scoringIsOpen(survey)) throw new Problem('scoring-frozen')
    const trial = await trialOf(survey, formOf(req))
    if (!trial.scoring) return showSettings(req, res.status(422), survey, trial)
    await saveScoring(deps, staffOf(req), survey, trial.scoring)
    res.redirect(303, `${surveyHref(survey, '/cach-tinh')}?tin=da-luu-cach-tinh`)
  }

  async function postStandard(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await saveScoring(deps, staffOf(req), survey, standardScoring)
    res.redirect(303, `${surveyHref(survey, '/cach-tinh')}?tin=ve-mac-dinh`)
  }

  async function showSettings(
    req: Request,
    res: Response,
    survey: Survey,
    trial: Trial | null,
  ): Promise<void> {
    const stored = settingsOf(survey).scoring
    const groups = await listGroups(db, survey)
    const questionnaires = await listQuestionnaires(db, survey)
    const chosen = trial ? trial.scoring : stored
    const pair = pairOf(groups)
    const page = settingsPage({
      survey,
      levels: await listLevels(db, survey),
      groups,
      criteriaSets: await listCriteriaSets(db, survey),
      questionnaires,
      stored,
      typed: trial?.typed ?? typedOf(stored),
      slips: trial?.slips ?? [],
      results: await resultsOf(chosen, designOf(groups, questionnaires), {
        groups: pair && [pair[0].code, pair[1].code],
        items: itemPairOf(questionnaires, chosen ?? stored),
      }),
      silence: await silenceInNumbers(standardScoring),
      people: pair ? [lowered(pair[0].name), lowered(pair[1].name)] : ['nhóm thứ nhất', 'nhóm thứ hai'],
      isTrial: trial !== null,
      mayChange: mayChange(req, survey),
      frozen: scoringIsOpen(survey) ? null : { since: await startedOn(survey) },
    })
    render(
      res,
      'index-calculator/settings',
      page,
      surveyFrame(deps, req, survey, {
        title: 'Cách tính điểm',
        tab: '/cach-tinh',
        script: 'js/scoring.js',
      }),
    )
  }

  async function trialOf(survey: Survey, sent: Record<string, unknown>): Promise<Trial> {
    const typed = Object.fromEntries(
      Object.entries(sent).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value.slice(0, 2000)]] : [],
      ),
    )
    const design = designOf(await listGroups(db, survey), await listQuestionnaires(db, survey))
    const read = readScoring(typed, design)
    return read.ok
      ? { typed, scoring: read.scoring, slips: [] }
      : { typed, scoring: undefined, slips: read.slips }
  }

  /** The first start: a survey that was closed and reopened keeps its settings anyway. */
  async function startedOn(survey: Survey): Promise<string | null> {
    const line = (await listLinesOfKinds(db, survey.slug, ['collecting-started'])).at(-1)
    return line ? dayOf(new Date(line.at)) : null
  }

  function mayChange(req: Request, survey: Survey): boolean {
    return scoringIsOpen(survey) && staffOf(req).permissions.has('survey.manage')
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const page = '/dieu-tra/:slug/cach-tinh'
  return [
    { method: 'get', path: page, may: 'survey.read', handle: getSettings },
    { method: 'post', path: page, may: 'survey.manage', handle: postSettings },
    { method: 'post', path: `${page}/mac-dinh`, may: 'survey.manage', handle: postStandard },
  ]
}

function designOf(groups: Group[], questionnaires: Questionnaire[]): FormDesign {
  return {
    groups,
    items: new Set(questionnaires.flatMap((each) => itemsOf(each).map(({ code }) => code))),
  }
}

/** The example's people come from the first level that has two groups. */
function pairOf(groups: Group[]): [Group, Group] | null {
  for (const { level } of groups) {
    const [one, other] = groups.filter((each) => each.level === level)
    if (one && other) return [one, other]
  }
  return null
}

/** Two questions of a criterion, if one of them has a weight of its own then that one and another. */
function itemPairOf(
  questionnaires: readonly Questionnaire[],
  { itemWeights }: ScoringSettings,
): ExampleOf['items'] {
  const [weighed] = Object.keys(itemWeights)
  const items = questionnaires.map(itemsOf).find((own) => own.some(({ code }) => code === weighed)) ?? []
  const one = items.find(({ code }) => code === weighed)
  const other = items.find(({ criterion, code }) => criterion === one?.criterion && code !== one.code)
  return one ? [one.code, other?.code ?? ''] : null
}

async function resultsOf(
  chosen: ScoringSettings | undefined,
  design: FormDesign,
  of: ExampleOf,
): Promise<ExampleResults> {
  const every = async (scoring: ScoringSettings | undefined) =>
    Object.fromEntries(
      await Promise.all(
        exampleNames.map(async (name) => [name, scoring ? await workedExample(name, scoring, of) : '–']),
      ),
    ) as Record<ExampleName, string>
  const results: ExampleResults = {
    chosen: await every(chosen),
    standard: await every(standardScoring),
    choices: {},
  }
  if (!chosen) return results
  for (const name of choiceNames) {
    const own: Record<string, string> = {}
    for (const value of Object.keys(choices[name].choices)) {
      const scoring: ScoringSettings = { ...chosen, [name]: value }
      // Fixed weights that nobody has typed yet.
      own[value] =
        slipsOfScoring(scoring, design).length > 0
          ? 'cần nhập trọng số'
          : await workedExample(name, scoring, of)
    }
    results.choices[name] = own
  }
  return results
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
