// Cards or links: the officer chooses for each unit; the focal point fetches the own unit's package, once.
import type { Request, Response } from 'express'
import type { Delivery } from '../db/tables.ts'
import { Problem } from '../lib/problem.ts'
import { staffOf } from '../staff/guard.ts'
import type { StaffRoute } from '../staff/permission.ts'
import { surveyHref } from '../survey/survey.ts'
import { surveyFrame } from '../survey/survey.frame.ts'
import { getSurvey } from '../survey/survey.queries.ts'
import { isConfirmed } from '../web/confirm.ts'
import type { Deps } from '../web/deps.ts'
import { formOf } from '../web/form.ts'
import { renderer } from '../web/render.ts'
import { listDeliveries } from './access.queries.ts'
import { setDeliveries } from './delivery.service.ts'
import { deliveryPage, fieldOf, type DeliveryViews } from './delivery.views.ts'
import { eraseTraces, fetchPackage } from './link-package.service.ts'
import { listOpenings } from './print.service.ts'

/** What views/partials/link-package.ejs asks for. */
const fetchWord = 'TAI GOI'

export function deliveryRoutes(deps: Deps): StaffRoute[] {
  const { db } = deps
  const render = renderer<DeliveryViews>(deps.renderer)

  async function getDelivery(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const page = deliveryPage(survey, await listDeliveries(db, survey), await listOpenings(db, survey))
    render(
      res,
      'access/delivery',
      page,
      surveyFrame(deps, req, survey, { title: 'Cách giao mã', tab: '/ma' }),
    )
  }

  async function postDelivery(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const form = formOf(req)
    const chosen = new Map<string, Delivery>()
    for (const { code } of await listDeliveries(db, survey)) {
      const way = form[fieldOf(code)]
      if (way === 'cards' || way === 'links') chosen.set(code, way)
      else if (way !== undefined) throw new Problem('bad-request')
    }
    await setDeliveries(deps, staffOf(req), survey, chosen)
    res.redirect(303, `${surveyHref(survey, '/cach-giao')}?tin=cach-giao`)
  }

  async function postPackage(req: Request, res: Response): Promise<void> {
    const survey = await getSurvey(db, String(req.params.slug))
    const unit = String(req.params.unit)
    if (!isConfirmed(req, fetchWord)) throw new Problem('not-confirmed', { word: fetchWord })
    const zip = await fetchPackage(deps, staffOf(req), survey, unit)
    res.attachment(`goi-lien-ket-${unit}.zip`).type('application/zip').send(zip)
    await eraseTraces(deps).catch((error: unknown) => {
      deps.log.error({ err: error }, 'traces of erased codes could not be removed')
    })
  }

  const page = '/dieu-tra/:slug/cach-giao'
  const unitPage = '/dieu-tra/:slug/don-vi/:unit'
  return [
    { method: 'get', path: page, may: 'codes.manage', handle: getDelivery },
    { method: 'post', path: page, may: 'codes.manage', handle: postDelivery },
    {
      method: 'post',
      path: `${unitPage}/goi-lien-ket`,
      may: 'links.fetch',
      fresh: unitPage,
      handle: postPackage,
    },
  ]
}
