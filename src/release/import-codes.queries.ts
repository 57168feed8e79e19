// The stored codes of the other program.
import type { Db, Trx } from '../db/database.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { keyOf, type CodePlace, type ImportCodes } from './import-codes.ts'

export async function listImportCodes(db: Db | Trx, survey: Survey): Promise<ImportCodes> {
  const rows = await db
    .selectFrom('import_code')
    .selectAll()
    .where('survey_id', '=', survey.id)
    .orderBy('kind')
    .orderBy('level')
    .orderBy('code')
    .execute()
  return new Map(rows.map((row) => [keyOf(row), row.import_code]))
}

/** Puts all codes in the place of those before; only what differs from ours is kept. */
export async function replaceImportCodes(
  trx: Trx,
  survey: Survey,
  places: CodePlace[],
  codes: ImportCodes,
): Promise<void> {
  await trx.deleteFrom('import_code').where('survey_id', '=', survey.id).execute()
  const rows = places.flatMap((place) => {
    const code = codes.get(keyOf(place))
    return code === undefined || code === place.code
      ? []
      : [
          {
            ...{ survey_id: survey.id, kind: place.kind, level: place.level },
            ...{ code: place.code, import_code: code },
          },
        ]
  })
  const together = 500
  for (let at = 0; at < rows.length; at += together)
    await trx
      .insertInto('import_code')
      .values(rows.slice(at, at + together))
      .execute()
}
