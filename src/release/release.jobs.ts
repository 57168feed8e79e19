// Exports as jobs, and the release that an opening ends with.
import { z } from 'zod'
import type { Db } from '../db/database.ts'
import { Taker, type JobHandlers } from '../jobs/job.ts'
import { parseJson } from '../lib/json.ts'
import { getSurveyById } from '../survey/survey.queries.ts'
import { Format, ScoresFormat } from '../lib/export-format.ts'
import type { LogDeps } from '../staff/act-log.service.ts'
import { exportScores, exportStoredIndex, makeFirstRelease } from './release.service.ts'

/** Jobs of which the opening goes on to release the scores. Killed in between, it is called again and does the rest. */
export function thenRelease(deps: LogDeps & { db: Db }, jobs: JobHandlers): JobHandlers {
  const { 'open-box': open, ...others } = jobs
  if (!open) throw new Error('no job opens the box')
  return {
    ...others,
    'open-box': {
      ...open,
      async run(context) {
        const file = await open.run(context)
        await context.report('Lập bảng điểm', 0, 1)
        await makeFirstRelease(deps, await getSurveyById(deps.db, context.surveyId))
        return file
      },
    },
  }
}

const ScoresInput = z.object({ format: ScoresFormat, taker: Taker })
const IndexInput = z.object({ format: Format, run: z.string(), taker: Taker })

export function releaseJobs({ db, clock }: LogDeps & { db: Db }): JobHandlers {
  return {
    'export-scores': {
      title: 'Xuất điểm điều tra',
      next: (slug) => ({ text: 'Về trang Tệp kết quả', href: `/dieu-tra/${slug}/tep` }),
      async run({ surveyId, input, report }) {
        await report('Lập bảng điểm', 0, 1)
        const { format, taker } = parseJson(ScoresInput, input)
        const taken = { by: taker.name, at: clock() }
        const file = await exportScores(db, await getSurveyById(db, surveyId), format, taken)
        await report('Lập bảng điểm', 1, 1)
        return file
      },
    },
    'export-index': {
      title: 'Xuất Chỉ số',
      next: (slug) => ({ text: 'Về trang Chỉ số', href: `/dieu-tra/${slug}/chi-so` }),
      async run({ surveyId, input, report }) {
        await report('Lập bảng Chỉ số', 0, 1)
        const { format, run, taker } = parseJson(IndexInput, input)
        const taken = { by: taker.name, at: clock() }
        const file = await exportStoredIndex(db, await getSurveyById(db, surveyId), run, format, taken)
        await report('Lập bảng Chỉ số', 1, 1)
        return file
      },
    },
  }
}
