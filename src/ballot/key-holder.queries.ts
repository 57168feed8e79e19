// Who holds which share of a survey's key. What is stored of a holder's paper is its public half alone.
import type { Db, Trx } from '../db/database.ts'
import type { Survey } from '../survey/survey.queries.ts'

export interface Person {
  id: string
  name: string
  agency: { code: string; name: string }
}

export interface KeyHolder extends Person {
  /** 1 … n */
  position: number
  publicKey: string | null
  sealedShare: string | null
  madeOn: string | null
  checkedOn: string | null
  /** Who takes the share over, while that is under way. */
  next: (Person & { publicKey: string | null }) | null
}

export async function listHolders(db: Db | Trx, survey: Pick<Survey, 'id'>): Promise<KeyHolder[]> {
  const rows = await db
    .selectFrom('key_holder')
    .innerJoin('staff', 'staff.id', 'key_holder.staff_id')
    .leftJoin('agency', 'agency.code', 'staff.agency_code')
    .leftJoin('staff as next', 'next.id', 'key_holder.next_staff_id')
    .leftJoin('agency as next_agency', 'next_agency.code', 'next.agency_code')
    .select([
      'key_holder.position',
      'key_holder.staff_id',
      'staff.name',
      'agency.code as agency_code',
      'agency.name as agency_name',
      'key_holder.public_key',
      'key_holder.sealed_share',
      'key_holder.made_on',
      'key_holder.checked_on',
      'key_holder.next_staff_id',
      'key_holder.next_public_key',
      'next.name as next_name',
      'next_agency.code as next_agency_code',
      'next_agency.name as next_agency_name',
    ])
    .where('key_holder.survey_id', '=', survey.id)
    .orderBy('key_holder.position')
    .execute()
  return rows.map((row) => ({
    position: row.position,
    id: row.staff_id,
    name: row.name,
    agency: { code: row.agency_code ?? '', name: row.agency_name ?? '' },
    publicKey: row.public_key,
    sealedShare: row.sealed_share,
    madeOn: row.made_on,
    checkedOn: row.checked_on,
    next:
      row.next_staff_id === null
        ? null
        : {
            id: row.next_staff_id,
            name: row.next_name ?? '',
            agency: { code: row.next_agency_code ?? '', name: row.next_agency_name ?? '' },
            publicKey: row.next_public_key,
          },
  }))
}

/** Surveys that are not opened yet in which this person holds a share or is to take one over. */
export async function listSurveysOfHolder(db: Db, staffId: string): Promise<Survey[]> {
  return db
    .selectFrom('survey')
    .selectAll()
    .where('state', 'in', ['draft', 'cards', 'collecting', 'closed'])
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('key_holder')
        .select('key_holder.survey_id')
        .where((or) => or.or([or('staff_id', '=', staffId), or('next_staff_id', '=', staffId)])),
    )
    .orderBy('year', 'desc')
    .orderBy('slug')
    .execute()
}

export async function deleteHolders(trx: Trx, survey: Pick<Survey, 'id'>, from = 1): Promise<void> {
  await trx
    .deleteFrom('key_holder')
    .where('survey_id', '=', survey.id)
    .where('position', '>=', from)
    .execute()
}

/** Puts a person in a place; whoever was there before takes their paper's public half along. */
export async function putHolder(
  trx: Trx,
  survey: Pick<Survey, 'id'>,
  position: number,
  staffId: string,
): Promise<void> {
  await trx
    .deleteFrom('key_holder')
    .where('survey_id', '=', survey.id)
    .where('position', '=', position)
    .execute()
  await trx.insertInto('key_holder').values({ survey_id: survey.id, position, staff_id: staffId }).execute()
}

/** A new paper takes the place of the old one; false when the share is sealed already. */
export async function setPaper(
  trx: Trx,
  survey: Pick<Survey, 'id'>,
  position: number,
  publicKey: string,
  day: string,
): Promise<boolean> {
  const result = await trx
    .updateTable('key_holder')
    .set({ public_key: publicKey, made_on: day, checked_on: null })
    .where('survey_id', '=', survey.id)
    .where('position', '=', position)
    .where('sealed_share', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** False when the holder has another paper by now. */
export async function setChecked(
  trx: Trx,
  survey: Pick<Survey, 'id'>,
  holder: Pick<KeyHolder, 'position' | 'publicKey'>,
  day: string,
): Promise<boolean> {
  const result = await trx
    .updateTable('key_holder')
    .set({ checked_on: day })
    .where('survey_id', '=', survey.id)
    .where('position', '=', holder.position)
    .where('public_key', '=', holder.publicKey)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** False when the holder has another paper by now: a share sealed to the old one would be lost. */
export async function setSealedShare(
  trx: Trx,
  survey: Pick<Survey, 'id'>,
  holder: Pick<KeyHolder, 'position' | 'publicKey'>,
  sealedShare: string,
): Promise<boolean> {
  const result = await trx
    .updateTable('key_holder')
    .set({ sealed_share: sealedShare })
    .where('survey_id', '=', survey.id)
    .where('position', '=', holder.position)
    .where('public_key', '=', holder.publicKey)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Who takes over, and later their paper; null ends it. */
export async function setNext(
  trx: Trx,
  survey: Pick<Survey, 'id'>,
  position: number,
  next: { staffId: string; publicKey: string | null } | null,
): Promise<void> {
  await trx
    .updateTable('key_holder')
    .set({ next_staff_id: next?.staffId ?? null, next_public_key: next?.publicKey ?? null })
    .where('survey_id', '=', survey.id)
    .where('position', '=', position)
    .execute()
}

/** The share goes from one holder's paper to the next one's; false when it was not what the caller saw any more. */
export async function handOver(
  trx: Trx,
  survey: Pick<Survey, 'id'>,
  from: KeyHolder,
  to: { staffId: string; publicKey: string; sealedShare: string; day: string },
): Promise<boolean> {
  const result = await trx
    .updateTable('key_holder')
    .set({
      staff_id: to.staffId,
      public_key: to.publicKey,
      sealed_share: to.sealedShare,
      made_on: to.day,
      checked_on: to.day,
      next_staff_id: null,
      next_public_key: null,
    })
    .where('survey_id', '=', survey.id)
    .where('position', '=', from.position)
    .where('sealed_share', '=', from.sealedShare)
    .where('next_public_key', '=', to.publicKey)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** After the opening: without the sealed shares the papers open nothing, whoever still has them. */
export async function deleteShares(db: Db | Trx, survey: Pick<Survey, 'id'>): Promise<void> {
  await db
    .updateTable('key_holder')
    .set({ sealed_share: null, next_staff_id: null, next_public_key: null })
    .where('survey_id', '=', survey.id)
    .execute()
}

export async function setRehearsed(trx: Trx, survey: Pick<Survey, 'id'>, day: string | null): Promise<void> {
  await trx.updateTable('survey').set({ custody_rehearsed_on: day }).where('id', '=', survey.id).execute()
}
