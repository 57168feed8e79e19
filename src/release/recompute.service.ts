// Derives everything that was ever released or computed again, and sets the hashes side by side: from the stored responses,
// after their time from the sums that are left. Reads only.
import type { Db } from '../db/database.ts'
import { recomputeRun } from '../index-calculator/index.service.ts'
import { findRun, listRuns } from '../index-calculator/index.queries.ts'
import { findRelease, listReleaseAudits, listReleases } from '../score/release.queries.ts'
import type { ResponseSums } from '../score/sums.ts'
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

/** Oldest first: releases, then runs of the index. `sums`, where given, stand for the responses. */
export async function recompute(db: Db, survey: Survey, sums?: ResponseSums): Promise<Recomputed[]> {
  const results: Recomputed[] = []
  const compare = (what: string, stored: string, again: string) =>
    results.push({ what, stored, again, equal: stored === again })
  const audits = await listReleaseAudits(db, survey)
  for (const { version, hash } of (await listReleases(db, survey)).toReversed()) {
    const stored = await findRelease(db, survey, version)
    if (stored)
      compare(`Bảng điểm bản ${version}`, hash, (await deriveAgain(db, survey, stored, audits, sums)).hash)
  }
  for (const { id, number } of (await listRuns(db, survey)).toReversed()) {
    const run = await findRun(db, survey, id)
    if (!run) continue
    const { stored, again } = await recomputeRun(db, survey, run, sums)
    compare(`Lần tính Chỉ số ${number}`, stored.output, again.output)
    compare(`Điểm điều tra không làm tròn của lần tính ${number}`, stored.input, again.input)
  }
  return results
}
