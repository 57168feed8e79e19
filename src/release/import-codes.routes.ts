// The page of the other program's codes: a form, a table to fill in, and the table back.
import { stringify } from 'csv-stringify/sync'
import type { Request, Response } from 'express'
import { Problem } from '../lib/problem.ts'
import { readCells } from '../lib/spreadsheet.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { surveyHref } from '../survey/survey.ts'
import { getSurvey, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { formOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { readUpload } from '../web/upload.ts'
import { codeTable, keyOf, readCodeTable, type CodeSlip } from './import-codes.ts'
import { listImportCodes } from './import-codes.queries.ts'
import { listPlaces, saveImportCodes } from './import-codes.service.ts'
import { fieldOf, importCodesPage, type ImportCodeViews } from './import-codes.views.ts'

const largestFile = 2 * 1024 * 1024

export function importCodeRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<ImportCodeViews>(deps.renderer)

  async function getPage(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    await show(req, res, survey, await listImportCodes(db, survey), [], [])
  }

  async function postForm(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const form = formOf(req)
    const typed = new Map(
      (await listPlaces(db, survey)).flatMap((place): [string, string][] => {
        const value = form[fieldOf(place)]
        return typeof value === 'string' ? [[keyOf(place), value]] : []
      }),
    )
    const result = await saveImportCodes(deps, staffOf(req), survey, typed)
    if (!result.ok) return show(req, res.status(422), survey, typed, result.slips, [])
    res.redirect(303, `${surveyHref(survey, '/ma-nhap')}?tin=da-ghi-ma-nhap`)
  }

  async function postFile(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const before = await listImportCodes(db, survey)
    const again = async (errors: string[]) => {
      await show(req, res.status(422), survey, before, [], errors)
    }
    try {
      const { files } = await readUpload(req, largestFile, ['.xlsx', '.csv'])
      if (!files.codes) {
        await again(['Chưa chọn tệp. Hãy chọn tệp mẫu đã điền.'])
        return
      }
      const { typed, slips } = readCodeTable(
        await readCells(files.codes, 'mã của phần mềm'),
        await listPlaces(db, survey),
      )
      if (slips.length > 0) {
        await again(wordsOf(slips))
        return
      }
      const result = await saveImportCodes(deps, staffOf(req), survey, typed)
      if (!result.ok) {
        await again(wordsOf(result.slips))
        return
      }
      res.redirect(303, `${surveyHref(survey, '/ma-nhap')}?tin=da-ghi-ma-nhap`)
    } catch (slip) {
      if (!(slip instanceof Problem) || slip.kind !== 'file-unreadable') throw slip
      await again(slip.sentence.split('\n'))
    }
  }

  async function getTemplate(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const rows = codeTable(await listPlaces(db, survey), await listImportCodes(db, survey))
    res
      .attachment(`ma-nhap-${survey.slug}.csv`)
      .type('text/csv; charset=utf-8')
      .send('\uFEFF' + stringify(rows, { escape_formulas: true }))
  }

  async function show(
    req: Request,
    res: Response,
    survey: Survey,
    values: ReadonlyMap<string, string>,
    slips: CodeSlip[],
    fileErrors: string[],
  ): Promise<void> {
    const page = importCodesPage({
      survey,
      places: await listPlaces(db, survey),
      values,
      slips,
      fileErrors,
      mayChange: staffOf(req).permissions.has('survey.manage'),
    })
    const frame = surveyFrame(deps, req, survey, { title: 'Mã của phần mềm chấm điểm', tab: '/bo-chi-so' })
    render(res, 'release/import-codes', page, frame)
  }

  async function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  const page = '/dieu-tra/:slug/ma-nhap'
  return [
    { method: 'get', path: page, may: 'survey.read', handle: getPage },
    { method: 'post', path: page, may: 'survey.manage', handle: postForm },
    { method: 'post', path: `${page}/tep`, may: 'survey.manage', handle: postFile },
    { method: 'get', path: `${page}/mau.csv`, may: 'survey.read', handle: getTemplate },
  ]
}

function wordsOf(slips: CodeSlip[]): string[] {
  return slips.map(({ words }) => words)
}
