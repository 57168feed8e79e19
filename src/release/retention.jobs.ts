// "Hủy phiếu" as a job.
import { z } from 'zod'
import type { Db } from '../db/database.ts'
import type { JobHandlers } from '../jobs/job.ts'
import { parseJson } from '../lib/json.ts'
import type { LogDeps } from '../staff/act-log.service.ts'
import { getSurveyById } from '../survey/survey.queries.ts'
import { destroyResponses } from './retention.service.ts'

const Input = z.object({ by: z.string() })

export function retentionJobs(deps: LogDeps & { db: Db }): JobHandlers {
  return {
    'destroy-responses': {
      title: 'Hủy phiếu',
      next: (slug) => ({ text: 'Về trang Lưu giữ, hủy phiếu', href: `/dieu-tra/${slug}/luu-giu` }),
      async run({ surveyId, input, report }) {
        const { by } = parseJson(Input, input)
        await destroyResponses(deps, await getSurveyById(deps.db, surveyId), by, report)
        return undefined
      },
    },
  }
}
