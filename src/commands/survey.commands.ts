// `survey`, `codes`, `progress`: from the plan to the end of collecting.
import { findBatch } from '../access/access.queries.ts'
import { checkMayIssue, listUnprintedCodes, markPrinted } from '../access/batch.service.ts'
import { codesCsv } from '../access/codes-csv.ts'
import { closeCollecting, startCollecting } from '../ballot/collecting.service.ts'
import { progressRows } from '../quota/progress.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { operator } from '../staff/actor.ts'
import { describeError } from '../survey/folder.ts'
import { getSurvey, listStrata, listSurveys } from '../survey/survey.queries.ts'
import {
  createSurveyFromFolder,
  createSurveyFromTemplate,
  defaultTemplate,
} from '../survey/survey.service.ts'
import { stateName } from '../survey/survey.ts'
import { type Context, program, group, command, leaf, run } from './command-line.ts'
import { writeOut, tryOut } from './files.ts'

/** `survey`, `codes`, `progress` */
export function surveyCommands(): void {
  const survey = group('survey', 'đợt điều tra')
  command(survey, 'create', 'tạo đợt điều tra từ bộ mẫu hoặc thư mục')
    .option('--template <name>', 'tên bộ mẫu')
    .option('--from <folder>', 'thư mục theo mẫu trong README')
    .option('--slug <slug>', 'tên ngắn')
    .action(
      run(async (context, options: { template?: string; from?: string; slug?: string }) => {
        const template = options.template ?? defaultTemplate
        const slug = options.slug ?? template
        const created =
          options.from === undefined
            ? await createSurveyFromTemplate(context, operator, template, slug)
            : await createSurveyFromFolder(context, operator, options.from, options.slug ?? '')
        const warnings = created.warnings.map(describeError)
        return {
          lines: [`Đã tạo đợt điều tra ${created.survey.slug}.`, ...warnings.map((each) => `Lưu ý: ${each}`)],
          json: {
            slug: created.survey.slug,
            title: created.survey.title,
            state: created.survey.state,
            warnings,
          },
        }
      }),
    )
  command(survey, 'list', 'liệt kê các đợt điều tra').action(
    run(async ({ db }) => {
      const all = (await listSurveys(db)).map(({ slug, title, year, state }) => ({
        slug,
        title,
        year,
        state,
      }))
      const lines = all.map((each) => `${each.slug}\t${each.year}\t${stateName(each.state)}\t${each.title}`)
      return { lines: lines.length === 0 ? ['Chưa có đợt điều tra nào.'] : lines, json: all }
    }),
  )
  command(survey, 'start <slug>', 'bắt đầu thu phiếu').action(
    run(async (context, _options, slug) => {
      const { state } = await startCollecting(context, operator, await getSurvey(context.db, slug))
      return { lines: [`Đã bắt đầu thu phiếu ${slug}.`], json: { slug, state } }
    }),
  )
  command(survey, 'close <slug>', 'kết thúc thu phiếu')
    .option('--reason <text>', 'lý do, khi chưa đến giờ và chưa đủ phiếu')
    .action(
      run(async (context, options: { reason?: string }, slug) => {
        const chosen = await getSurvey(context.db, slug)
        const { state } = await closeCollecting(context, operator, chosen, { reason: options.reason ?? '' })
        return { lines: [`Đã kết thúc thu phiếu ${slug}.`], json: { slug, state } }
      }),
    )

  const codes = group('codes', 'mã truy cập')
  command(codes, 'issue <slug>', 'phát mã và ghi ra tệp CSV unit,group,code,url')
    .requiredOption('--out <file>', 'tệp CSV')
    .option('--rehearsal', 'phát mã chạy thử')
    .action(
      run(async (context, options: { out: string; rehearsal?: true }, slug) => {
        const chosen = await getSurvey(context.db, slug)
        const rehearsal = options.rehearsal === true
        const again = await hasUnprintedOnly(context, slug)
        if (!again) await checkMayIssue(context, chosen, rehearsal)
        // The file is tried first: codes that nobody could write down would have to be issued anew.
        tryOut(options.out)
        if (!again) {
          const kind = rehearsal ? 'chạy thử' : 'chính thức'
          await recordActAlone(context, operator, { kind: 'codes-asked', survey: slug, details: { kind } })
          await context.jobs.runToEnd(await context.jobs.ask('issue-codes', chosen, { rehearsal }))
        }
        const list = await listUnprintedCodes(context, chosen, { delivery: 'cards' })
        writeOut(options.out, codesCsv(list))
        const details = { count: list.length }
        await recordActAlone(context, operator, { kind: 'codes-downloaded', survey: slug, details })
        return {
          lines: [`Đã ghi ${list.length} mã vào ${options.out}.`],
          json: { slug, codes: list.length, out: options.out },
        }
      }),
    )
  command(codes, 'printed <slug>', 'đánh dấu đã in xong, xóa mã khỏi hệ thống').action(
    run(async (context, _options, slug) => {
      await markPrinted(context, operator, await getSurvey(context.db, slug))
      return { lines: [`Đã xóa mã của ${slug} khỏi hệ thống.`], json: { slug, printed: true } }
    }),
  )

  program.addCommand(
    leaf('progress <slug>', 'số đếm theo đơn vị và nhóm').action(
      run(async ({ db }, _options, slug) => {
        const rows = progressRows(await listStrata(db, await getSurvey(db, slug)))
        return { lines: [], json: rows, data: true }
      }),
    ),
  )
}

/** Codes were issued before and wait for printing, and the plan lacks none: the file is simply written again. */
async function hasUnprintedOnly({ db }: Context, slug: string): Promise<boolean> {
  const chosen = await getSurvey(db, slug)
  if (!(await findBatch(db, chosen, 'unprinted'))) return false
  return (await listStrata(db, chosen)).every(
    (each) => each.issued >= each.quota && each.reserve >= each.reserve_quota,
  )
}
