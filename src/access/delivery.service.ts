// How a unit's codes reach its people: cards that the organiser prints, or a package of links that its focal point fetches.
// May change as long as no code of the unit has left the system.
import type { Delivery } from '../db/tables.ts'
import { Problem } from '../lib/problem.ts'
import { recordAct } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import { lockSurvey, type Survey } from '../survey/survey.queries.ts'
import { listDeliveries, setDelivery, type UnitDelivery } from './access.queries.ts'
import type { AccessDeps } from './batch.service.ts'

export const deliveryNames: Record<Delivery, string> = { cards: 'thẻ giấy', links: 'liên kết' }

/** Nothing was issued yet, or what was issued still waits readable. */
export function mayChangeDelivery({ codes, waiting }: Pick<UnitDelivery, 'codes' | 'waiting'>): boolean {
  return codes === 0 || waiting > 0
}

/**
 * Sets the ways of the units that are named, all or none; how many changed.
 * @param chosen code of a unit → its way
 * @throws Problem delivery-frozen when codes of one of them have left meanwhile
 */
export async function setDeliveries(
  deps: AccessDeps,
  by: Actor,
  survey: Survey,
  chosen: ReadonlyMap<string, Delivery>,
): Promise<number> {
  return deps.db.transaction().execute(async (trx) => {
    // Whoever prints or fetches meanwhile waits, or was here before.
    await lockSurvey(deps.db, trx, survey.id)
    const changed = (await listDeliveries(trx, survey)).filter(
      ({ code, delivery }) => (chosen.get(code) ?? delivery) !== delivery,
    )
    for (const unit of changed) {
      if (!mayChangeDelivery(unit)) throw new Problem('delivery-frozen', { unit: unit.name })
      const delivery = unit.delivery === 'cards' ? 'links' : 'cards'
      await setDelivery(trx, unit.id, delivery)
      const details = { unit: unit.name, delivery: deliveryNames[delivery] }
      await recordAct(deps, trx, by, { kind: 'delivery-set', survey: survey.slug, details })
    }
    return changed.length
  })
}
