// The page "Chọn mẫu": numbers of people or a unit's list in, the people to ask out. A list lives as long as the request
// that brought it: the answer is the page to print, and nothing of it is kept. README, "Sample".
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { readCells } from '../lib/spreadsheet.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { noticeOf, printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { readUpload, type Upload } from '../web/upload.ts'
import { parseReason } from './decision.ts'
import { readPopulation, readSampleList, sampleKey, type Cell, type Person } from './sample.ts'
import { listSamples } from './sample.queries.ts'
import { drawSample, hashOf, needsDecision, planDraw, type Counted } from './sample.service.ts'
import { fieldOf, samplePage, sheetsPage, type SampleSlips, type SampleViews } from './sample.views.ts'
import { surveyFrame } from './survey.frame.ts'
import { surveyHref } from './survey.ts'
import { getSurvey, listGroups, listLevels, listStrata, type Stratum, type Survey } from './survey.queries.ts'

const largestList = 1024 * 1024

/** What was asked for beside the numbers. */
interface Asked {
  decided: boolean
  reason: string
}

export function sampleRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<SampleViews>(deps.renderer)

  async function getPage(req: Request, res: Response): Promise<void> {
    await show(req, res, await surveyOf(req), {})
  }

  async function postNumbers(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const form = formOf(req)
    const strata = await listStrata(db, survey)
    const typed = new Map(strata.map((each) => [each.id, textOf(form[fieldOf(each)]).slice(0, 20)]))
    const asked = askedIn(form)
    const wrong = strata.filter((each) => readPopulation(typed.get(each.id) ?? '') === undefined)
    const counted = countedOf(strata, (each) => readPopulation(typed.get(each.id) ?? ''))
    const again = (slips: SampleSlips) => show(req, res.status(422), survey, { ...slips, typed, asked })
    if (wrong.length > 0) return again({ wrong })
    if (counted.length === 0) return again({ numbersErrors: ['Hãy nhập số người của ít nhất một nhóm.'] })
    const plan = await planDraw(deps, survey, counted, null)
    const reason = reasonOf(asked)
    if (needsDecision(plan) && reason === undefined) return again({ numbersPlan: plan })
    await drawSample(deps, staffOf(req), survey, counted, { fileHash: null, reason })
    res.redirect(303, `${surveyHref(survey, '/chon-mau')}?tin=da-chon-mau`)
  }

  async function postList(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const again = (slips: SampleSlips) => show(req, res.status(422), survey, slips)
    let upload: Upload
    let cells: Cell[][]
    try {
      upload = await readUpload(req, largestList, ['.xlsx', '.csv'])
      if (!upload.files.list) {
        await again({ listErrors: ['Chưa chọn tệp. Hãy chọn tệp danh sách.'] })
        return
      }
      cells = await readCells(upload.files.list, 'danh sách')
    } catch (slip) {
      if (!(slip instanceof Problem) || slip.kind !== 'file-unreadable') throw slip
      return again({ listErrors: slip.sentence.split('\n') })
    }
    const { fields } = upload
    const [asked, unit] = [askedIn(fields), textOf(fields.unit)]
    const strata = await listStrata(db, survey)
    const list = readSampleList(cells, strata, unit)
    if (!list.ok) return again({ listErrors: list.errors, unit, asked })
    const numberOf = (each: Stratum) =>
      list.kind === 'counts'
        ? (list.counts.get(sampleKey(each)) ?? null)
        : (list.people.get(sampleKey(each))?.length ?? null)
    if (list.kind === 'people' && list.repeated.length > 0 && fields.twice !== '1')
      return again({ repeated: list.repeated, unit, asked })
    const counted = countedOf(strata, numberOf)
    const fileHash = list.kind === 'counts' ? null : hashOf(upload.files.list)
    const plan = await planDraw(deps, survey, counted, fileHash)
    const reason = reasonOf(asked)
    if (needsDecision(plan) && reason === undefined) return again({ listPlan: plan, unit, asked })
    const samples = await drawSample(deps, staffOf(req), survey, counted, { fileHash, reason })
    if (list.kind === 'counts') res.redirect(303, `${surveyHref(survey, '/chon-mau')}?tin=da-chon-mau`)
    else await showSheets(res, survey, samples, list.people)
  }

  /** Drawn by numbers alone: places in the unit's own list, which can be shown again at any time. */
  async function getSheets(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const samples = [...(await listSamples(db, survey)).values()].filter((each) => each.file_hash === null)
    await showSheets(res, survey, samples, null)
  }

  async function showSheets(
    res: Response,
    survey: Survey,
    samples: Parameters<typeof sheetsPage>[0]['samples'],
    people: Map<string, Person[]> | null,
  ): Promise<void> {
    const page = sheetsPage({
      survey,
      notice: noticeOf(survey),
      strata: await listStrata(db, survey),
      samples,
      people,
    })
    render(res, 'survey/sample-sheets', page, printFrame(deps, { title: 'Danh sách chọn mẫu' }))
  }

  async function show(req: Request, res: Response, survey: Survey, slips: SampleSlips): Promise<void> {
    const page = samplePage({
      survey,
      levels: await listLevels(db, survey),
      groups: await listGroups(db, survey),
      strata: await listStrata(db, survey),
      samples: await listSamples(db, survey),
      mayDraw: staffOf(req).permissions.has('survey.manage'),
      slips,
    })
    render(
      res,
      'survey/sample',
      page,
      surveyFrame(deps, req, survey, { title: 'Chọn mẫu', tab: '/chon-mau' }),
    )
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const page = '/dieu-tra/:slug/chon-mau'
  return [
    { method: 'get', path: page, may: 'survey.read', handle: getPage },
    { method: 'post', path: page, may: 'survey.manage', handle: postNumbers },
    { method: 'post', path: `${page}/danh-sach`, may: 'survey.manage', handle: postList },
    { method: 'get', path: `${page}/danh-sach`, may: 'survey.read', handle: getSheets },
  ]
}

function countedOf(strata: Stratum[], numberOf: (stratum: Stratum) => number | null | undefined): Counted[] {
  return strata.flatMap((stratum) => {
    const population = numberOf(stratum)
    return population === null || population === undefined ? [] : [{ stratum, population }]
  })
}

function askedIn(form: Record<string, unknown>): Asked {
  return { decided: form.decided === '1', reason: textOf(form.reason).slice(0, 600) }
}

function reasonOf({ decided, reason }: Asked): string | undefined {
  return decided ? parseReason(reason) : undefined
}
