// Derives everything that was ever released or computed again, and sets the hashes side by side: from the stored responses,
// after their time from the sums that are left. Reads only.
import type { Db } from '../db/database.ts'
import { recomputeRun } from '../index-calculator/index.service.ts'
import { findRun, listRuns } from '../index-calculator/index.queries.ts'
import { findStoredRelease, listReleaseAudits, listReleases } from '../score/release.queries.ts'
import { hashOfCommonFigures, isInFirstForm, readRelease } from '../score/release.ts'
import type { Survey } from '../survey/survey.queries.ts'
import { deriveAgain } from './release.service.ts'

/** One result: as it is stored, and as it comes out now. */
export interface Recomputed {
  /** "Bảng điểm bản 1" */
  what: string
  stored: string
  again: string
  equal: boolean
}

/**
 * Oldest first: releases, then runs of the index. A release takes seconds, because what it may show is searched anew.
 * @param each called before each of them, with its name
 */
export async function recompute(
  db: Db,
  survey: Survey,
  each: (what: string) => Promise<void> = () => Promise.resolve(),
): Promise<Recomputed[]> {
  const results: Recomputed[] = []
  const compare = (what: string, stored: string, again: string) =>
    results.push({ what, stored, again, equal: stored === again })
  const audits = await listReleaseAudits(db, survey)
  for (const { version, hash } of (await listReleases(db, survey)).toReversed()) {
    await each(`Bảng điểm bản ${version}`)
    const text = await findStoredRelease(db, survey, version)
    if (text === undefined) continue
    const stored = readRelease(text)
    const again = await deriveAgain(db, survey, stored, audits)
    // An older program stored fewer figures: those are set beside the same ones of today.
    if (isInFirstForm(text))
      compare(`Bảng điểm bản ${version}`, hashOfCommonFigures(stored), hashOfCommonFigures(again))
    else compare(`Bảng điểm bản ${version}`, hash, again.hash)
  }
  for (const { id, number } of (await listRuns(db, survey)).toReversed()) {
    await each(`Lần tính Chỉ số ${number}`)
    const run = await findRun(db, survey, id)
    if (!run) continue
    const { stored, again } = await recomputeRun(db, survey, run)
    compare(`Lần tính Chỉ số ${number}`, stored.output, again.output)
    compare(`Điểm điều tra không làm tròn của lần tính ${number}`, stored.input, again.input)
  }
  return results
}
