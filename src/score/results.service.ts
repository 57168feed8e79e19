// Who sees results when: between opening and announcement named roles alone, each look in the log; afterwards whoever the
// guard lets to the page. season.md, "Between opening and announcement".
import type { Db } from '../db/database.ts'
import { showDay } from '../lib/format.ts'
import { Problem } from '../lib/problem.ts'
import { recordActOncePerDay, type LogDeps } from '../staff/act-log.service.ts'
import type { Actor } from '../staff/actor.ts'
import type { Permission } from '../staff/permission.ts'
import { hasReached } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'

/** Who looks, and what is permitted to them in this survey. */
export interface Looker extends Actor {
  permissions: ReadonlySet<Permission>
}

/**
 * Called before results are shown, with what is looked at in words ("Sở Y tế"). Until the announcement a look is written
 * into the log, once for each person, page and day.
 * @throws Problem not-opened; not-announced for who may look only afterwards
 */
export async function lookAtResults(
  deps: LogDeps & { db: Db },
  by: Looker,
  survey: Survey,
  page: string,
): Promise<void> {
  if (!hasReached(survey, 'opened')) throw new Problem('not-opened')
  if (hasReached(survey, 'released')) return
  if (!by.permissions.has('scores.read')) throw notAnnounced(survey)
  await recordActOncePerDay(deps, by, { kind: 'scores-viewed', survey: survey.slug, details: { page } })
}

function notAnnounced(survey: Survey): Problem {
  const when =
    survey.announce_on === null
      ? `Đơn vị tổ chức (${survey.organiser}) chưa ghi ngày dự kiến.`
      : `Dự kiến công bố ngày ${showDay(survey.announce_on)}.`
  return new Problem('not-announced', { when })
}
