// The tables of access codes: only keyed hashes, states and strata. Contested changes are conditional updates whose row
// count is looked at (architecture, "Transactions").
import { sql, type Selectable } from 'kysely'
import { dialectOf, type Db, type Trx } from '../db/database.ts'
import type { BatchState, CodeKind, Database, Delivery } from '../db/tables.ts'
import { Problem } from '../lib/problem.ts'
import { closingOf } from '../survey/closing.ts'
import { unitsWithLevel, type Stratum, type Survey } from '../survey/survey.queries.ts'

export type AccessCode = Selectable<Database['access_code']>
export type CodeBatch = Selectable<Database['code_batch']>

export async function findCode(db: Db | Trx, hash: string): Promise<AccessCode | undefined> {
  return db.selectFrom('access_code').selectAll().where('hash', '=', hash).executeTakeFirst()
}

/** issued → opened; false when it was opened before. */
export async function openCode(trx: Trx, hash: string): Promise<boolean> {
  const result = await trx
    .updateTable('access_code')
    .set({ state: 'opened' })
    .where('hash', '=', hash)
    .where('state', '=', 'issued')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** issued or opened → used; false when somebody was quicker or the card is void. */
export async function useCode(trx: Trx, hash: string): Promise<boolean> {
  const result = await trx
    .updateTable('access_code')
    .set({ state: 'used' })
    .where('hash', '=', hash)
    .where('state', 'in', ['issued', 'opened'])
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function countOpened(trx: Trx, stratumId: string): Promise<void> {
  await trx
    .updateTable('stratum')
    .set((eb) => ({ opened: eb('opened', '+', 1) }))
    .where('id', '=', stratumId)
    .execute()
}

/** One more ballot of the stratum's unit that came from a device which had sent one before. */
export async function countSameDevice(trx: Trx, stratumId: string): Promise<void> {
  await trx
    .updateTable('unit')
    .set((eb) => ({ same_device: eb('same_device', '+', 1) }))
    .where('id', '=', (eb) => eb.selectFrom('stratum').select('unit_id').where('id', '=', stratumId))
    .execute()
}

/** One more ballot in the stratum, while there is room under its cap; false when it is full. */
export async function takePlace(trx: Trx, stratumId: string): Promise<boolean> {
  const result = await trx
    .updateTable('stratum')
    .set((eb) => ({ returned: eb('returned', '+', 1) }))
    .where('id', '=', stratumId)
    .whereRef('returned', '<', 'cap')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** One more ballot of the stratum on this day: the finest time that is kept, and of a count alone. */
export async function countReturnOfDay(
  trx: Trx,
  { survey, stratum }: { survey: string; stratum: string },
  day: string,
): Promise<void> {
  await trx
    .insertInto('return_day')
    .values({ survey_id: survey, stratum_id: stratum, day, returned: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['survey_id', 'stratum_id', 'day'])
        .doUpdateSet((eb) => ({ returned: eb('return_day.returned', '+', 1) })),
    )
    .execute()
}

/**
 * One more card that was turned away because its stratum is full: a card counts once, however often its holder presses.
 * It counts once more only when every raise of the cap is used up and it stands outside still: somebody else was quicker.
 */
export async function countRefusedFull(trx: Trx, card: { code: string; stratum: string }): Promise<void> {
  const first = await trx
    .updateTable('access_code')
    .set({ refused: 1 })
    .where('hash', '=', card.code)
    .where('refused', '=', 0)
    .executeTakeFirst()
  const more = trx
    .updateTable('stratum')
    .set((eb) => ({ refused_full: eb('refused_full', '+', 1) }))
    .where('id', '=', card.stratum)
  if (first.numUpdatedRows === 1n) await more.execute()
  else await more.whereRef('refused_full', '<=', 'cap_raised').execute()
}

/**
 * Whether the stratum's survey collects, and when its unit closes, held true until this transaction ends: on PostgreSQL closing has to wait for whoever
 * asked before it, so that no ballot arrives behind the closing. SQLite has one writer at a time anyway.
 */
export async function isCollecting(
  db: Db,
  trx: Trx,
  stratumId: string,
): Promise<{ collecting: boolean; closesAt: string | null }> {
  const query = unitsWithLevel(trx)
    .innerJoin('stratum', 'stratum.unit_id', 'unit.id')
    .innerJoin('survey', 'survey.id', 'unit.survey_id')
    .select([
      'survey.state',
      'unit.closes_at as unit',
      'survey_level.closes_at as level',
      'survey.closes_at as survey',
    ])
    .where('stratum.id', '=', stratumId)
  const row = await (dialectOf(db) === 'postgres' ? query.forShare('survey') : query).executeTakeFirst()
  return { collecting: row?.state === 'collecting', closesAt: row === undefined ? null : closingOf(row) }
}

export async function listBatches(db: Db | Trx, survey: Survey): Promise<CodeBatch[]> {
  return db
    .selectFrom('code_batch')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .orderBy('issued_on')
    .orderBy('id')
    .execute()
}

export async function insertBatch(db: Db | Trx, batch: CodeBatch): Promise<void> {
  await db.insertInto('code_batch').values(batch).execute()
}

export async function setBatchState(
  db: Db | Trx,
  id: string,
  from: BatchState,
  to: BatchState,
): Promise<boolean> {
  const result = await db
    .updateTable('code_batch')
    .set({ state: to })
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function findBatch(
  db: Db | Trx,
  survey: Survey,
  state: BatchState,
): Promise<CodeBatch | undefined> {
  return db
    .selectFrom('code_batch')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .where('state', '=', state)
    .orderBy('id')
    .executeTakeFirst()
}

export async function listUnprintedParts(
  db: Db,
  survey: Survey,
): Promise<{ batch_id: string; stratum_id: string; sealed: string }[]> {
  return db
    .selectFrom('code_batch_part')
    .innerJoin('code_batch', 'code_batch.id', 'code_batch_part.batch_id')
    .select(['code_batch_part.batch_id', 'code_batch_part.stratum_id', 'code_batch_part.sealed'])
    .where('code_batch.survey_id', '=', survey.id)
    .where('code_batch.state', '=', 'unprinted')
    .orderBy('code_batch.id')
    .execute()
}

export interface NewCode {
  hash: string
  kind: CodeKind
}

/**
 * The hashes of one stratum's new codes with its counters; the plain codes travel in `sealed`.
 * @throws Problem job-running when somebody else issued codes for the stratum since it was read
 */
export async function insertCodes(
  trx: Trx,
  survey: Survey,
  batchId: string,
  stratum: Stratum,
  codes: NewCode[],
  sealed: string,
): Promise<void> {
  for (let at = 0; at < codes.length; at += 500) {
    await trx
      .insertInto('access_code')
      .values(
        codes.slice(at, at + 500).map(({ hash, kind }) => ({
          hash,
          survey_id: survey.id,
          stratum_id: stratum.id,
          kind,
          state: 'issued' as const,
        })),
      )
      .execute()
  }
  await trx
    .insertInto('code_batch_part')
    .values({ batch_id: batchId, stratum_id: stratum.id, sealed })
    .execute()
  const main = codes.filter((code) => code.kind === 'main').length
  const counted = await trx
    .updateTable('stratum')
    .set({ issued: stratum.issued + main, reserve: stratum.reserve + codes.length - main })
    .where('id', '=', stratum.id)
    .where('issued', '=', stratum.issued)
    .where('reserve', '=', stratum.reserve)
    // Nor did a decision lower the quota since it was read.
    .where('quota', '=', stratum.quota)
    .executeTakeFirst()
  if (counted.numUpdatedRows !== 1n) throw new Problem('job-running')
}

/** Erases the plain codes of all units with cards; how many strata had some. */
export async function eraseCardParts(trx: Trx, survey: Survey): Promise<number> {
  const result = await trx
    .deleteFrom('code_batch_part')
    .where('batch_id', 'in', unprintedBatches(trx, survey))
    .where('stratum_id', 'in', (eb) =>
      eb
        .selectFrom('stratum')
        .innerJoin('unit', 'unit.id', 'stratum.unit_id')
        .select('stratum.id')
        .where('stratum.survey_id', '=', survey.id)
        .where('unit.delivery', '=', 'cards'),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Erases one part's plain codes; false when somebody was quicker. */
export async function erasePart(
  trx: Trx,
  { batch_id, stratum_id }: { batch_id: string; stratum_id: string },
): Promise<boolean> {
  const result = await trx
    .deleteFrom('code_batch_part')
    .where('batch_id', '=', batch_id)
    .where('stratum_id', '=', stratum_id)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Batches of which no plain code is left are printed. */
export async function finishBatches(trx: Trx, survey: Survey): Promise<void> {
  await trx
    .updateTable('code_batch')
    .set({ state: 'printed' })
    .where('survey_id', '=', survey.id)
    .where('state', '=', 'unprinted')
    .where('id', 'not in', trx.selectFrom('code_batch_part').select('batch_id').distinct())
    .execute()
}

function unprintedBatches(db: Db | Trx, survey: Survey) {
  return db
    .selectFrom('code_batch')
    .select('id')
    .where('survey_id', '=', survey.id)
    .where('state', '=', 'unprinted')
}

/** A unit's codes: how they reach people, whether some were issued, whether some still wait readable. */
export interface UnitDelivery {
  id: string
  code: string
  name: string
  delivery: Delivery
  codes: number
  waiting: number
}

/** Of all units that are asked, in the order of the plan. */
export async function listDeliveries(db: Db | Trx, survey: Survey): Promise<UnitDelivery[]> {
  return unitsWithLevel(db)
    .innerJoin('stratum', 'stratum.unit_id', 'unit.id')
    .leftJoin(
      db
        .selectFrom('code_batch_part')
        .select(['stratum_id', sql<number>`count(*)`.as('parts')])
        .where('batch_id', 'in', unprintedBatches(db, survey))
        .groupBy('stratum_id')
        .as('waiting'),
      'waiting.stratum_id',
      'stratum.id',
    )
    .select(['unit.id', 'unit.code', 'unit.name', 'unit.delivery'])
    .select([
      sql<number>`cast(sum(stratum.issued + stratum.reserve) as integer)`.as('codes'),
      sql<number>`cast(count(waiting.parts) as integer)`.as('waiting'),
    ])
    .where('unit.survey_id', '=', survey.id)
    .groupBy(['unit.id', 'unit.code', 'unit.name', 'unit.delivery', 'survey_level.position', 'unit.position'])
    .orderBy('survey_level.position')
    .orderBy('unit.position')
    .orderBy('unit.code')
    .execute()
}

export async function setDelivery(trx: Trx, unitId: string, delivery: Delivery): Promise<void> {
  await trx.updateTable('unit').set({ delivery }).where('id', '=', unitId).execute()
}

export async function insertTestCard(trx: Trx, survey: Survey, hash: string): Promise<void> {
  await trx.insertInto('test_card').values({ hash, survey_id: survey.id }).execute()
}

/** The survey whose test card this is. */
export async function findTestCard(db: Db, hash: string): Promise<Survey | undefined> {
  return db
    .selectFrom('test_card')
    .innerJoin('survey', 'survey.id', 'test_card.survey_id')
    .selectAll('survey')
    .where('test_card.hash', '=', hash)
    .executeTakeFirst()
}

/** The first day on which a test card was opened by this address; later ones change nothing. */
export async function markTestCardSeen(
  db: Db,
  survey: Survey,
  { day, address }: { day: string; address: string },
): Promise<void> {
  await db
    .updateTable('survey')
    .set({ test_card_seen_on: day, test_card_address: address })
    .where('id', '=', survey.id)
    .where((eb) => eb.or([eb('test_card_address', 'is', null), eb('test_card_address', '<>', address)]))
    .execute()
}

/** Codes per state, counted in full; `verify` compares them with the counters. */
export async function countCodesByStratum(
  db: Db,
  survey: Survey,
): Promise<{ stratum_id: string; kind: CodeKind; state: AccessCode['state']; codes: number }[]> {
  return db
    .selectFrom('access_code')
    .select(['stratum_id', 'kind', 'state', sql<number>`cast(count(*) as integer)`.as('codes')])
    .where('survey_id', '=', survey.id)
    .groupBy(['stratum_id', 'kind', 'state'])
    .execute()
}

/** Cards that were turned away because their stratum was full and are not void, of each stratum that had one. */
export async function countRefusedByStratum(
  db: Db,
  survey: Survey,
): Promise<{ stratum_id: string; codes: number }[]> {
  return db
    .selectFrom('access_code')
    .select(['stratum_id', sql<number>`cast(count(*) as integer)`.as('codes')])
    .where('survey_id', '=', survey.id)
    .where('refused', '=', 1)
    .where('state', '!=', 'void')
    .groupBy('stratum_id')
    .execute()
}

/** Ballots by day, of each stratum; day '' is what came before days were counted. */
export async function countReturnsByStratum(
  db: Db,
  survey: Survey,
): Promise<{ stratum_id: string; returned: number; undated: number }[]> {
  return db
    .selectFrom('return_day')
    .select((eb) => [
      'stratum_id',
      sql<number>`cast(sum(${eb.ref('returned')}) as integer)`.as('returned'),
      sql<number>`cast(sum(case when ${eb.ref('day')} = '' then 1 else 0 end) as integer)`.as('undated'),
    ])
    .where('survey_id', '=', survey.id)
    .groupBy('stratum_id')
    .execute()
}

export async function countUsedCodes(db: Db, survey: Survey): Promise<number> {
  const row = await db
    .selectFrom('access_code')
    .select(sql<number>`cast(count(*) as integer)`.as('codes'))
    .where('survey_id', '=', survey.id)
    .where('state', '=', 'used')
    .executeTakeFirstOrThrow()
  return row.codes
}
