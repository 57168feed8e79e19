// The table of sums that stand for destroyed responses.
import { z } from 'zod'
import type { Db, Trx } from '../db/database.ts'
import { parseJson } from '../lib/json.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { ResponseSums } from './sums.ts'

/** A result that was derived again from the responses, and agreed: its name for people and its hash. */
const Checked = z.array(z.object({ what: z.string(), hash: z.string() }))
export type Checked = z.infer<typeof Checked>

/** What is known of the destruction beside the sums themselves. */
export interface Destruction {
  hash: string
  ballots: number
  checked: Checked
  madeOn: string
  askedBy: string
  /** Null while traces may still lie in the file of the database. */
  erasedOn: string | null
}

export async function findDestruction(db: Db | Trx, survey: Survey): Promise<Destruction | undefined> {
  const row = await db
    .selectFrom('response_sums')
    .select(['hash', 'ballots', 'checked', 'made_on', 'asked_by', 'erased_on'])
    .where('survey_id', '=', survey.id)
    .executeTakeFirst()
  return (
    row && {
      hash: row.hash,
      ballots: row.ballots,
      checked: parseJson(Checked, row.checked),
      madeOn: row.made_on,
      askedBy: row.asked_by,
      erasedOn: row.erased_on,
    }
  )
}

/** The sums, where the responses are gone. */
export async function findSums(db: Db | Trx, survey: Survey): Promise<ResponseSums | undefined> {
  const row = await db
    .selectFrom('response_sums')
    .select('content')
    .where('survey_id', '=', survey.id)
    .executeTakeFirst()
  return row && parseJson(ResponseSums, row.content)
}

/** False where they are there already: somebody else was quicker. */
export async function insertSums(
  trx: Trx,
  survey: Survey,
  sums: ResponseSums,
  { hash, ballots, checked, madeOn, askedBy }: Omit<Destruction, 'erasedOn'>,
): Promise<boolean> {
  const result = await trx
    .insertInto('response_sums')
    .values({
      survey_id: survey.id,
      content: JSON.stringify(sums),
      hash,
      ballots,
      checked: JSON.stringify(checked),
      made_on: madeOn,
      asked_by: askedBy,
      erased_on: null,
    })
    .onConflict((conflict) => conflict.column('survey_id').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The bytes are overwritten as well. */
export async function noteErased(db: Db, survey: Survey, day: string): Promise<void> {
  await db
    .updateTable('response_sums')
    .set({ erased_on: day })
    .where('survey_id', '=', survey.id)
    .where('erased_on', 'is', null)
    .execute()
}
