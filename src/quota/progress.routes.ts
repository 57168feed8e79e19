// How far a collection has come: the page, what it tells while it is open, the room, and the files. Counts only.
import type { Request, Response } from 'express'
import { dayOf } from '../lib/clock.ts'
import { csvOf, xlsxOf } from '../lib/report-file.ts'
import { mayStill, type StaffDeps } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { mayOpenTab, surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey, getSurveyById, listStrata, type Survey } from '../survey/survey.queries.ts'
import type { Deps } from '../web/deps.ts'
import { renderer } from '../web/render.ts'
import { briefImage } from './brief-image.ts'
import { briefOf } from './brief.ts'
import { briefWord } from './brief-word.ts'
import { findUnits, readMonitoring, type Monitoring } from './monitoring.service.ts'
import { progressMark } from './progress.queries.ts'
import { progressReport } from './progress-table.ts'
import { progressFigures, progressPage, roomFigures, roomPage, type ProgressViews } from './progress.views.ts'
import { createWatch } from './watch.ts'

export function progressRoutes(deps: Deps & StaffDeps): StaffRoute[] {
  const { db, clock } = deps
  const render = renderer<ProgressViews>(deps.renderer)
  const watch = createWatch<Monitoring>(
    async (id) => progressMark(db, await getSurveyById(db, id)),
    async (id) => readMonitoring(db, await getSurveyById(db, id), clock()),
  )

  async function getProgress(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const monitoring = await readMonitoring(db, survey, clock())
    const words = typeof req.query.tim === 'string' ? req.query.tim.trim().slice(0, 100) : ''
    const found = monitoring.byBlock
      ? { words, page: await findUnits(db, monitoring, words, pageOf(req)) }
      : undefined
    const page = progressPage(monitoring, found, (path) => mayOpenTab(req, path))
    const frame = surveyFrame(deps, req, survey, {
      title: 'Tiến độ',
      tab: '/tien-do',
      script: 'js/progress.js',
    })
    render(res, 'quota/progress', page, frame)
  }

  async function getRoom(req: Request, res: Response): Promise<void> {
    const page = roomPage(await readMonitoring(db, await surveyOf(req), clock()))
    render(res, 'quota/room', page, {
      layout: 'layout/room',
      model: {
        title: 'Phòng họp',
        css: deps.assets.url('css/staff.css'),
        scripts: [deps.assets.url('js/progress.js')],
      },
    })
  }

  /**
   * The figures anew whenever something has changed, as one long answer (server-sent events). It ends with the session,
   * with the collecting and with the program. Whoever does not ask for a stream gets the figures once.
   */
  async function getStream(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const isStream = req.get('Accept')?.includes('text/event-stream') ?? false
    if (isStream && survey.state !== 'collecting') {
      // The answer that keeps a browser from asking again.
      res.status(204).end()
      return
    }
    res.set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Compressed or collected by a proxy, nothing would arrive before the end.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    })
    const draw = (monitoring: Monitoring) =>
      'phong-hop' in req.query
        ? deps.renderer.view('partials/room-figures', roomFigures(monitoring))
        : deps.renderer.view(
            'partials/progress-figures',
            progressFigures(monitoring, (path) => mayOpenTab(req, path)),
          )
    const tell = (monitoring: Monitoring) =>
      res.write(`event: so-lieu\ndata: ${JSON.stringify(draw(monitoring))}\n\n`)
    tell(await readMonitoring(db, survey, clock()))
    if (!isStream) {
      res.end()
      return
    }
    const stop = watch.watch(survey.id, (monitoring) => void next(monitoring))
    deps.stopping?.addEventListener('abort', end)
    res.on('close', end)
    if (deps.stopping?.aborted) end()

    async function next(monitoring: Monitoring | undefined): Promise<void> {
      // A failed question counts as a no: the page then asks for the stream again.
      if (!(await mayStill(deps, req, 'survey.read').catch(() => false))) end()
      else if (res.writableEnded) return
      else if (monitoring === undefined) res.write(':\n\n')
      else {
        tell(monitoring)
        if (monitoring.survey.state !== 'collecting') end()
      }
    }

    function end(): void {
      stop()
      deps.stopping?.removeEventListener('abort', end)
      if (!res.writableEnded) res.end()
    }
  }

  async function getCsv(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    download(res, survey, 'tien-do', 'csv').send(csvOf(await reportOf(survey)))
  }

  async function getXlsx(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    download(res, survey, 'tien-do', 'xlsx').send(await xlsxOf(await reportOf(survey)))
  }

  async function getWord(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const brief = briefOf(await readMonitoring(db, survey, clock()))
    download(res, survey, 'bao-cao-nhanh', 'docx').send(await briefWord(brief))
  }

  async function getImage(req: Request, res: Response): Promise<void> {
    const survey = await surveyOf(req)
    const brief = briefOf(await readMonitoring(db, survey, clock()))
    download(res, survey, 'bao-cao-nhanh', 'png').send(briefImage(brief))
  }

  function surveyOf(req: Request): Promise<Survey> {
    return getSurvey(db, String(req.params.slug))
  }

  async function reportOf(survey: Survey) {
    return progressReport(survey, await listStrata(db, survey), clock())
  }

  function download(res: Response, survey: Survey, name: string, end: keyof typeof mediaTypes): Response {
    const file = `${name}-${survey.slug}-${dayOf(clock())}.${end}`
    return res.type(mediaTypes[end]).attachment(file)
  }

  const base = '/dieu-tra/:slug/tien-do'
  return [
    { method: 'get', path: base, may: 'survey.read', handle: getProgress },
    { method: 'get', path: `${base}/dong`, may: 'survey.read', handle: getStream },
    { method: 'get', path: `${base}/phong-hop`, may: 'survey.read', handle: getRoom },
    { method: 'get', path: `${base}/bang.xlsx`, may: 'survey.read', handle: getXlsx },
    { method: 'get', path: `${base}/bang.csv`, may: 'survey.read', handle: getCsv },
    { method: 'get', path: `${base}/bao-cao-nhanh.docx`, may: 'survey.read', handle: getWord },
    { method: 'get', path: `${base}/bao-cao-nhanh.png`, may: 'survey.read', handle: getImage },
  ]
}

const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  png: 'image/png',
}

/** `?trang=2`; anything else is the first page. */
function pageOf(req: Request): number {
  const { trang } = req.query
  return typeof trang === 'string' && /^[1-9]\d{0,4}$/.test(trang) ? Number(trang) : 1
}
