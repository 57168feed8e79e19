// "Phát mã" as a job.
import { z } from 'zod'
import type { Clock } from '../lib/clock.ts'
import { parseJson } from '../lib/json.ts'
import type { JobHandlers } from '../jobs/job.ts'
import { getSurveyById } from '../survey/survey.queries.ts'
import { checkMayIssue, issueCodes, type AccessDeps } from './batch.service.ts'

const IssueInput = z.object({ rehearsal: z.boolean() })
export type IssueInput = z.infer<typeof IssueInput>

export function accessJobs(deps: AccessDeps & { clock: Clock }): JobHandlers {
  return {
    'issue-codes': {
      title: 'Phát mã truy cập',
      next: (slug) => ({ text: 'Xem mã và in thẻ', href: `/dieu-tra/${slug}/ma` }),
      async run({ surveyId, input, report }) {
        const { rehearsal } = parseJson(IssueInput, input)
        const survey = await getSurveyById(deps.db, surveyId)
        // Again: things may have changed between asking and the job's turn.
        await checkMayIssue(deps, survey, rehearsal)
        await issueCodes(deps, survey, { rehearsal, now: deps.clock() }, (done, total) =>
          report('Phát mã cho từng nhóm', done, total),
        )
        return undefined
      },
    },
  }
}
