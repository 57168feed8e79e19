// The log of acts on screen and as a file.
import { stringify } from 'csv-stringify/sync'
import type { Request, Response } from 'express'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { countLines, listLines, listOccurring, type LogFilter } from './act-log.queries.ts'
import { recordActAlone, verifyLog } from './act-log.service.ts'
import { logPage, type LogViews, type TypedFilter } from './act-log.views.ts'
import { staffFrame } from './frame.ts'
import { staffOf } from './guard.ts'
import type { StaffRoute } from './permission.ts'

const linesPerPage = 50
const mostExported = 100_000
/** The largest place that PostgreSQL compares with: the column is an integer of four bytes. */
const beyondAll = 2 ** 31 - 1

export function actLogRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<LogViews>(deps.renderer)

  async function getLog(req: Request, res: Response): Promise<void> {
    const typed = typedIn(req.query)
    const filter = filterOf(typed)
    const before = /^\d{1,9}$/.test(textOf(req.query.truoc)) ? Number(req.query.truoc) : beyondAll
    const lines = await listLines(db, filter, { before, limit: linesPerPage + 1 })
    const shown = lines.slice(0, linesPerPage)
    const last = shown.at(-1)?.position
    const page = logPage({
      lines: shown,
      total: await countLines(db, filter),
      // On the first page alone: leafing through it does not count everything again.
      chain: before === beyondAll ? await verifyLog(db, deps.config) : undefined,
      occurring: await listOccurring(db),
      typed,
      older:
        lines.length > linesPerPage && last !== undefined ? addressOf(typed, { truoc: String(last) }) : null,
      first: before === beyondAll ? null : addressOf(typed, {}),
    })
    render(res, 'staff/log', page, staffFrame(deps, req, { title: 'Nhật ký' }))
  }

  async function postExport(req: Request, res: Response): Promise<void> {
    const filter = filterOf(typedIn(formOf(req)))
    const lines = await listLines(db, filter, { before: beyondAll, limit: mostExported })
    await recordActAlone(deps, staffOf(req), { kind: 'log-exported', details: { count: lines.length } })
    const csv = stringify(lines.reverse(), { header: true, columns: logColumns, escape_formulas: true })
    res
      .attachment('nhat-ky.csv')
      .type('text/csv; charset=utf-8')
      .send('\uFEFF' + csv)
  }

  return [
    { method: 'get', path: '/nhat-ky', may: 'log.read', handle: getLog },
    { method: 'post', path: '/nhat-ky/xuat', may: 'log.read', handle: postExport },
  ]
}

/** Columns of the file, in order; the hash lets an older file be set beside the log (`cli log check`). */
export const logColumns = ['position', 'at', 'name', 'agency', 'survey', 'kind', 'words', 'hash'] as const

function typedIn(from: Record<string, unknown>): TypedFilter {
  const one = (name: keyof TypedFilter) => textOf(from[name]).slice(0, 100)
  return { dot: one('dot'), nguoi: one('nguoi'), viec: one('viec'), tu: one('tu'), den: one('den') }
}

/** Days are those of Việt Nam, seven hours ahead of the stored time; one that is no day is left out. */
function filterOf({ dot, nguoi, viec, tu, den }: TypedFilter): LogFilter {
  const from = startOfDay(tu)
  const to = startOfDay(den)
  return {
    ...(dot && { survey: dot }),
    ...(nguoi && { staffId: nguoi }),
    ...(viec && { kind: viec }),
    ...(from && { from: from.toISOString() }),
    ...(to && { to: new Date(to.getTime() + 86_400_000).toISOString() }),
  }
}

function startOfDay(day: string): Date | undefined {
  const at = new Date(`${day}T00:00:00+07:00`)
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(at.getTime()) ? at : undefined
}

function addressOf(typed: TypedFilter, more: Record<string, string>): string {
  const set = Object.entries({ ...typed, ...more }).filter(([, value]) => value !== '')
  const query = new URLSearchParams(set).toString()
  return query === '' ? '/nhat-ky' : `/nhat-ky?${query}`
}
