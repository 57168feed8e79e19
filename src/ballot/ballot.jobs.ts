// "Mở niêm phong, kiểm phiếu" as a job.
import type { JobHandlers } from '../jobs/job.ts'
import { parseJson } from '../lib/json.ts'
import { getSurveyById } from '../survey/survey.queries.ts'
import type { BallotDeps } from './collecting.service.ts'
import { openBallotBox, OpenInput } from './opening.service.ts'

export function ballotJobs(deps: BallotDeps): JobHandlers {
  return {
    'open-box': {
      title: 'Mở niêm phong, kiểm phiếu',
      next: (slug) => ({ text: 'Xem kết quả kiểm phiếu', href: `/dieu-tra/${slug}/thu-phieu` }),
      async run({ surveyId, input, secret, report }) {
        const opened = parseJson(OpenInput, input)
        await openBallotBox(deps, await getSurveyById(deps.db, surveyId), opened, report, secret)
        return undefined
      },
    },
  }
}
