// The box: sealed ballots, receipts, and what comes out at the opening. Keys are random, so no table keeps an order.
import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Trx } from '../db/database.ts'
import type { Database, OpeningStep } from '../db/tables.ts'
import type { Survey } from '../survey/survey.queries.ts'

export type SealedBallot = Pick<Selectable<Database['sealed_ballot']>, 'id' | 'sealed'>
export type ResponseRow = Selectable<Database['response']>
export type Opening = Selectable<Database['opening']>

export async function insertBallot(trx: Trx, surveyId: string, id: string, sealed: string): Promise<void> {
  await trx.insertInto('sealed_ballot').values({ survey_id: surveyId, id, sealed }).execute()
}

export async function insertReceipt(trx: Trx, surveyId: string, receipt: string): Promise<void> {
  await trx.insertInto('receipt').values({ survey_id: surveyId, receipt }).execute()
}

export async function hasReceipt(db: Db, surveyId: string, receipt: string): Promise<boolean> {
  const row = await db
    .selectFrom('receipt')
    .select('receipt')
    .where('survey_id', '=', surveyId)
    .where('receipt', '=', receipt)
    .executeTakeFirst()
  return row !== undefined
}

/** The receipts that begin with `start`, '' for all, in no order: what a language takes for order differs by database. */
export async function listReceipts(db: Db, survey: Survey, start: string): Promise<string[]> {
  const rows = await db
    .selectFrom('receipt')
    .select('receipt')
    .where('survey_id', '=', survey.id)
    .$if(start !== '', (query) => query.where('receipt', 'like', `${start}%`))
    .execute()
  return rows.map(({ receipt }) => receipt)
}

export async function countBallots(db: Db | Trx, survey: Survey): Promise<number> {
  return countRows(db, 'sealed_ballot', survey)
}

export async function countResponses(db: Db | Trx, survey: Survey): Promise<number> {
  return countRows(db, 'response', survey)
}

export async function countReceipts(db: Db | Trx, survey: Survey): Promise<number> {
  return countRows(db, 'receipt', survey)
}

async function countRows(
  db: Db | Trx,
  table: 'sealed_ballot' | 'response' | 'receipt',
  survey: Survey,
): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select(sql<number>`cast(count(*) as integer)`.as('rows'))
    .where('survey_id', '=', survey.id)
    .executeTakeFirstOrThrow()
  return row.rows
}

/** Up to `limit` sealed ballots behind the id `after`, in the order of their random ids. */
export async function listBallots(
  db: Db | Trx,
  survey: Survey,
  after: string,
  limit: number,
): Promise<SealedBallot[]> {
  return db
    .selectFrom('sealed_ballot')
    .select(['id', 'sealed'])
    .where('survey_id', '=', survey.id)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Empties the box; the number removed tells whether another process was quicker. */
export async function deleteBallots(trx: Trx, survey: Survey): Promise<number> {
  const result = await trx.deleteFrom('sealed_ballot').where('survey_id', '=', survey.id).executeTakeFirst()
  return Number(result.numDeletedRows)
}

export async function insertResponses(trx: Trx, rows: ResponseRow[]): Promise<void> {
  if (rows.length > 0) await trx.insertInto('response').values(rows).execute()
}

/** The number removed tells whether all that were counted are gone. */
export async function deleteResponses(trx: Trx, survey: Survey): Promise<number> {
  const result = await trx.deleteFrom('response').where('survey_id', '=', survey.id).executeTakeFirst()
  return Number(result.numDeletedRows)
}

export async function findOpening(db: Db | Trx, survey: Survey): Promise<Opening | undefined> {
  return db.selectFrom('opening').selectAll().where('survey_id', '=', survey.id).executeTakeFirst()
}

export async function insertOpening(trx: Trx, opening: Insertable<Database['opening']>): Promise<void> {
  await trx.insertInto('opening').values(opening).execute()
}

export async function setOpeningStep(
  db: Db | Trx,
  survey: Survey,
  from: OpeningStep,
  to: OpeningStep,
  noted: Partial<
    Pick<Opening, 'opened_by' | 'present' | 'ballots_hash' | 'receipts_hash' | 'old_copies'>
  > = {},
): Promise<void> {
  await db
    .updateTable('opening')
    .set({ step: to, ...noted })
    .where('survey_id', '=', survey.id)
    .where('step', '=', from)
    .execute()
}

export async function countBroken(trx: Trx, survey: Survey, broken: number): Promise<void> {
  await trx
    .updateTable('opening')
    .set((eb) => ({ broken: eb('broken', '+', broken) }))
    .where('survey_id', '=', survey.id)
    .execute()
}

/** The responses of a survey page by page, in the order of their random ids; whoever else waits is served in between. */
export async function* streamResponses(
  db: Db,
  survey: Survey,
): AsyncGenerator<Pick<ResponseRow, 'stratum_id' | 'questionnaire' | 'version' | 'answers'>[]> {
  const pageSize = 5_000
  let after = ''
  for (;;) {
    const rows = await db
      .selectFrom('response')
      .select(['id', 'stratum_id', 'questionnaire', 'version', 'answers'])
      .where('survey_id', '=', survey.id)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute()
    yield rows
    if (rows.length < pageSize) return
    await new Promise((resolve) => setImmediate(resolve))
    after = rows.at(-1)?.id ?? ''
  }
}
