// "Mở niêm phong, kiểm phiếu" as a job.
import type { JobHandlers } from '../jobs/job.ts'
import type { Clock } from '../lib/clock.ts'
import { getSurveyById } from '../survey/survey.queries.ts'
import type { BallotDeps } from './collecting.service.ts'
import { openBallotBox } from './opening.service.ts'

export function ballotJobs(deps: BallotDeps & { clock: Clock }): JobHandlers {
  return {
    'open-box': {
      title: 'Mở niêm phong, kiểm phiếu',
      next: (slug) => ({ text: 'Xem kết quả kiểm phiếu', href: `/dieu-tra/${slug}/thu-phieu` }),
      async run({ surveyId, report }) {
        await openBallotBox(deps, await getSurveyById(deps.db, surveyId), deps.clock(), report)
        return undefined
      },
    },
  }
}
