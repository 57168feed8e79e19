// The two halves of a Chạy thử as jobs of the copy: up to collecting, where people try the cards, and on to the report.
import { parseJson } from '../lib/json.ts'
import type { BallotDeps } from '../ballot/collecting.service.ts'
import type { JobHandlers } from '../jobs/job.ts'
import { FinishInput, finishRun, prepareRun } from './rehearsal.service.ts'

export function rehearsalJobs(deps: BallotDeps): JobHandlers {
  const next = (slug: string) => ({ text: 'Về đợt chạy thử', href: `/dieu-tra/${slug}` })
  return {
    'rehearsal-prepare': {
      title: 'Chuẩn bị chạy thử',
      next,
      async run({ surveyId, report }) {
        await prepareRun(deps, surveyId, report)
        return undefined
      },
    },
    'rehearsal-finish': {
      title: 'Chạy thử đến báo cáo',
      next,
      async run({ surveyId, input, report }) {
        await finishRun(deps, surveyId, parseJson(FinishInput, input), report)
        return undefined
      },
    },
  }
}
