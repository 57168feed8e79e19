// `explain`: the same text as the pages that explain a figure.
import { explainRow } from '../index-calculator/explain.ts'
import { listRuns } from '../index-calculator/index.queries.ts'
import { getRun } from '../index-calculator/index.service.ts'
import { Problem } from '../lib/problem.ts'
import { explanationLines, wholeUnit, type Explanation, type Figure } from '../score/explain.ts'
import { explainFigure } from '../score/explain.service.ts'
import { lookAtResults } from '../score/results.service.ts'
import { operator } from '../staff/actor.ts'
import { getSurvey, type Survey } from '../survey/survey.queries.ts'
import { leaf, program, run, type Context } from './command-line.ts'

interface Asked {
  unit?: string
  criterion?: string
  level?: string
  item?: string
  run?: string
  version?: string
}

/** `explain` */
export function explainCommands(): void {
  program.addCommand(
    leaf('explain <slug>', 'giải thích một con số của bảng điểm hoặc của một lần tính Chỉ số')
      .option('--unit <code>', 'mã cơ quan, đơn vị; không có --criterion: tổng điểm')
      .option('--criterion <code>', 'mã tiêu chí hoặc lĩnh vực')
      .option('--level <code>', 'mã cấp, cùng với --criterion hoặc --item')
      .option('--item <code>', 'mã câu hỏi')
      .option('--run <number>', 'lần tính Chỉ số thứ mấy, cùng với --unit')
      .option('--version <number>', 'bản của bảng điểm; không có: bản mới nhất')
      .action(
        run(async (context, asked: Asked, slug) => {
          const survey = await getSurvey(context.db, slug)
          const explanation = await explained(context, survey, asked)
          const by = { ...operator, permissions: new Set(['scores.read'] as const) }
          await lookAtResults(context, by, survey, explanation.heading.split(', ')[0] ?? '')
          const command = `- Tính lại và so mã kiểm tra: cli recompute ${slug}`
          return { lines: [...explanationLines(explanation), command], json: explanation }
        }),
      ),
  )
}

async function explained({ db }: Context, survey: Survey, asked: Asked): Promise<Explanation> {
  if (asked.run === undefined) {
    const version = asked.version === undefined ? undefined : Number(asked.version)
    return explainFigure(db, survey, figureOf(asked), version)
  }
  const found = (await listRuns(db, survey)).find(({ id, number }) =>
    [id, String(number)].includes(asked.run ?? ''),
  )
  if (!found) throw new Problem('run-unknown')
  const row = explainRow(await getRun(db, survey, found.id), asked.unit ?? '')
  if (!row) throw new Problem('figure-unknown')
  return row
}

function figureOf({ unit, criterion, level, item }: Asked): Figure {
  if (unit !== undefined) return { of: 'unit', unit, criterion: criterion ?? wholeUnit }
  if (level !== undefined && item !== undefined) return { of: 'item', level, item }
  if (level !== undefined && criterion !== undefined) return { of: 'level', level, criterion }
  throw new Problem('explain-what')
}
