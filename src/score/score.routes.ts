// The pages of results: what was found, who stands where, one unit, the groups, the questions, the method. All are drawn
// from the stored release, the newest or the one asked for.
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { isPermitted } from '../staff/role.ts'
import { domainsOf } from '../survey/criteria.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, listCriteriaSets, listGroups, listLevels, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import type { ReleasedLevel, ReleasedUnit } from './findings.ts'
import { gapPage, type GapPage } from './gap.views.ts'
import { itemPage, itemsPage, type ItemPage, type ItemsPage } from './items.views.ts'
import { methodPage, type MethodPage } from './method.views.ts'
import { overviewPage, type OverviewPage } from './overview.views.ts'
import { rankingPage, type RankingPage } from './ranking.views.ts'
import { listReleases } from './release.queries.ts'
import { lookAtResults } from './results.service.ts'
import { unitHref, type Names, type Results } from './results.views.ts'
import { getRelease } from './score.service.ts'
import type { ScoresRelease } from './release.ts'
import { unitScoresPage, type UnitScoresPage } from './unit-scores.views.ts'
import { versionOf } from './version.ts'

interface ScoreViews {
  'score/overview': OverviewPage
  'score/ranking': RankingPage
  'score/unit': UnitScoresPage
  'score/gap': GapPage
  'score/items': ItemsPage
  'score/item': ItemPage
  'score/method': MethodPage
}

export function scoreRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<ScoreViews>(deps.renderer)

  async function getOverview(req: Request, res: Response): Promise<void> {
    const results = await readResults(req)
    render(res, 'score/overview', overviewPage(results), frameOf(req, results, 'Điểm điều tra'))
  }

  async function getRanking(req: Request, res: Response): Promise<void> {
    const results = await readResults(req)
    const { cap, tim, trang } = req.query
    const level = levelOf(results, cap ?? results.scores.levels[0]?.code)
    const words = typeof tim === 'string' ? tim.trim().slice(0, 100) : ''
    const number = typeof trang === 'string' && /^[1-9]\d{0,4}$/.test(trang) ? Number(trang) : 1
    const page = rankingPage(results, level, { words, page: number })
    render(res, 'score/ranking', page, frameOf(req, results, 'Xếp hạng'))
  }

  async function getUnit(req: Request, res: Response): Promise<void> {
    const results = await readResults(req, (scores) => unitOf({ scores }, req.params.unit).name)
    const unit = unitOf(results, req.params.unit)
    const page = unitScoresPage(results, unit, levelOf(results, unit.level))
    render(res, 'score/unit', page, frameOf(req, results, unit.name))
  }

  async function getGap(req: Request, res: Response): Promise<void> {
    const results = await readResults(req)
    render(res, 'score/gap', gapPage(results), frameOf(req, results, 'Chênh lệch giữa các nhóm'))
  }

  async function getItems(req: Request, res: Response): Promise<void> {
    const results = await readResults(req)
    const level = levelOf(results, req.params.level)
    render(res, 'score/items', itemsPage(results, level), frameOf(req, results, 'Từng câu hỏi'))
  }

  async function getItem(req: Request, res: Response): Promise<void> {
    const results = await readResults(req)
    const level = levelOf(results, req.params.level)
    const item = level.items.find(({ code }) => code === req.params.item)
    if (!item) throw new Problem('not-found')
    render(res, 'score/item', itemPage(results, level, item), frameOf(req, results, `Câu ${item.code}`))
  }

  async function getMethod(req: Request, res: Response): Promise<void> {
    const results = await readResults(req)
    render(res, 'score/method', methodPage(results), frameOf(req, results, 'Cách tính và giới hạn'))
  }

  /** The short address of a unit, as it stood in earlier letters and bookmarks. */
  async function leadToUnit(req: Request, res: Response): Promise<void> {
    const results = await readResults(req, (scores) => unitOf({ scores }, req.params.unit).name)
    res.redirect(303, unitHref(results, unitOf(results, req.params.unit)))
  }

  /** What is looked at is written into the log: a unit, a level, or the whole. */
  async function readResults(
    req: Request,
    pageOf: (scores: ScoresRelease) => string = () => 'toàn đợt',
  ): Promise<Results> {
    const survey = await getSurvey(db, String(req.params.slug))
    const scores = await getRelease(db, survey, versionOf(req.query))
    await lookAtResults(deps, staffOf(req), survey, pageOf(scores))
    const names = await namesOf(survey)
    return { survey, scores, releases: await listReleases(db, survey), names, may: mayOf(req) }
  }

  /** A focal point sees one unit; files are for those who see results before the announcement, too. */
  function mayOf(req: Request): Results['may'] {
    const { held, agency, permissions } = staffOf(req)
    const whole = isPermitted(held, agency.code, 'results.read', { survey: String(req.params.slug) })
    return { whole, files: permissions.has('scores.read') }
  }

  async function namesOf(survey: Survey): Promise<Names> {
    const [levels, groups, sets] = [
      await listLevels(db, survey),
      await listGroups(db, survey),
      await listCriteriaSets(db, survey),
    ]
    return {
      level: new Map(levels.map(({ code, name }) => [code, name])),
      group: new Map(groups.map(({ level, code, name }) => [`${level}/${code}`, name])),
      domain: new Map(
        sets.flatMap((set) =>
          domainsOf(set).map(({ code, name }) => [`${set.level}/${code}`, name] as const),
        ),
      ),
    }
  }

  function frameOf(req: Request, { survey }: Results, title: string) {
    return surveyFrame(deps, req, survey, { title, tab: '/diem', script: 'js/results.js' })
  }

  // The fixed pages stand before the short address of a unit. Codes are free, so that a unit may be called "xep-hang": its
  // page is at /don-vi/, where nothing else is.
  const base = '/dieu-tra/:slug/diem'
  return [
    { method: 'get', path: base, may: 'results.read', handle: getOverview },
    { method: 'get', path: `${base}/xep-hang`, may: 'results.read', handle: getRanking },
    { method: 'get', path: `${base}/chenh-lech`, may: 'results.read', handle: getGap },
    { method: 'get', path: `${base}/cach-tinh`, may: 'results.read', handle: getMethod },
    { method: 'get', path: `${base}/cau-hoi/:level`, may: 'results.read', handle: getItems },
    { method: 'get', path: `${base}/cau-hoi/:level/:item`, may: 'results.read', handle: getItem },
    { method: 'get', path: `${base}/don-vi/:unit`, may: 'unit.results', handle: getUnit },
    { method: 'get', path: `${base}/:unit`, may: 'unit.results', handle: leadToUnit },
  ]
}

function levelOf({ scores }: Results, code: unknown): ReleasedLevel {
  const level = scores.levels.find((each) => each.code === code)
  if (!level) throw new Problem('not-found')
  return level
}

function unitOf({ scores }: Pick<Results, 'scores'>, code: unknown): ReleasedUnit {
  const unit = scores.units.find((each) => each.code === code)
  if (!unit) throw new Problem('not-found')
  return unit
}
