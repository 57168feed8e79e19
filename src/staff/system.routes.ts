// Pages about the installation itself: who may do what, and the recovery sheet.
import type { Request, Response } from 'express'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dayOf } from '../lib/clock.ts'
import { showDay } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import type { Deps } from '../web/deps.ts'
import { formOf, textOf } from '../web/form.ts'
import { printFrame } from '../web/layout.ts'
import { renderer } from '../web/render.ts'
import { recordActAlone } from './act-log.service.ts'
import { staffFrame } from './frame.ts'
import { staffOf } from './guard.ts'
import type { StaffRoute } from './permission.ts'
import { confirmSheet, isSheetKept, recoverySheet } from './recovery-sheet.service.ts'
import { recoveryPage, rolesPage, sheetPage, type SystemViews } from './system.views.ts'

const sheetPath = '/he-thong/to-khoi-phuc'

export function systemRoutes(deps: Deps): StaffRoute[] {
  const render = renderer<SystemViews>(deps.renderer)

  function getRoles(req: Request, res: Response): void {
    render(res, 'staff/roles', rolesPage(), staffFrame(deps, req, { title: 'Quyền hạn' }))
  }

  async function getRecovery(req: Request, res: Response): Promise<void> {
    await showRecovery(req, res, null)
  }

  /** Looking is the act here, so it is written down although nothing changes. */
  async function getSheet(req: Request, res: Response): Promise<void> {
    await recordActAlone(deps, staffOf(req), { kind: 'secret-shown' })
    const page = sheetPage(recoverySheet(deps), isInFile(), showDay(dayOf(deps.clock())))
    render(res, 'staff/recovery-sheet', page, printFrame(deps, { title: page.heading }))
  }

  async function postKept(req: Request, res: Response): Promise<void> {
    try {
      await confirmSheet(deps, staffOf(req), textOf(formOf(req).check))
    } catch (slip) {
      if (!(slip instanceof Problem) || slip.kind !== 'secret-wrong') throw slip
      await showRecovery(req, res.status(422), slip.sentence)
      return
    }
    res.redirect(303, '/dieu-tra?tin=da-cat')
  }

  async function showRecovery(req: Request, res: Response, error: string | null): Promise<void> {
    const page = recoveryPage(await isSheetKept(deps), isInFile(), error)
    render(res, 'staff/recovery', page, staffFrame(deps, req, { title: page.heading }))
  }

  function isInFile(): boolean {
    return existsSync(join(deps.config.dataDir, 'secret'))
  }

  return [
    { method: 'get', path: '/quyen-han', may: 'signed-in', handle: getRoles },
    { method: 'get', path: sheetPath, may: 'secret.keep', handle: getRecovery },
    { method: 'get', path: `${sheetPath}/in`, may: 'secret.keep', fresh: sheetPath, handle: getSheet },
    { method: 'post', path: sheetPath, may: 'secret.keep', handle: postKept },
  ]
}
