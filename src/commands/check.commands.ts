// `log`, `roles`, `recompute`, `verify`: what can be checked.
import { recompute } from '../release/recompute.service.ts'
import { verifyAll } from '../release/verify.service.ts'
import { checkExportedLog, verifyLog } from '../staff/act-log.service.ts'
import { permissionMarkdown } from '../staff/permission-table.ts'
import { getSurvey } from '../survey/survey.queries.ts'
import { program, group, command, leaf, run } from './command-line.ts'
import { readIn } from './files.ts'

/** `log`, `roles`, `recompute`, `verify` */
export function checkCommands(): void {
  const log = group('log', 'nhật ký việc đã làm')
  command(log, 'check <file>', 'so tệp CSV đã xuất trước đây với nhật ký hiện tại').action(
    run(async (context, _options, file) => {
      const checked = await checkExportedLog(context.db, readIn(file))
      const lines = [checked.problem ?? `Cả ${checked.lines} dòng trong tệp đều còn nguyên trong nhật ký.`]
      return { lines, json: checked, failed: checked.problem !== undefined }
    }),
  )

  program.addCommand(
    leaf('roles', 'bảng ai được làm gì, như trong README').action(() => {
      process.stdout.write(permissionMarkdown() + '\n')
    }),
  )

  program.addCommand(
    leaf('recompute <slug>', 'tính lại mọi bảng điểm và lần tính Chỉ số từ phiếu, so mã kiểm tra').action(
      run(async ({ db }, _options, slug) => {
        const results = await recompute(db, await getSurvey(db, slug))
        const lines = results.map(({ what, stored, again, equal }) =>
          equal ? `${what}: khớp, ${stored}` : `${what}: KHÁC, đã lập ${stored}, tính lại ${again}`,
        )
        return {
          lines: lines.length === 0 ? ['Chưa có bảng điểm nào để tính lại.'] : lines,
          json: results,
          failed: results.some(({ equal }) => !equal),
        }
      }),
    ),
  )

  program.addCommand(
    leaf('verify', 'đếm lại mọi con số và đối chiếu').action(
      run(async ({ db, config }) => {
        const results = await verifyAll(db)
        const chain = await verifyLog(db, config)
        const problems = [
          ...results.flatMap((each) => each.problems.map((problem) => `${each.survey}: ${problem}`)),
          ...(chain.problem === undefined ? [] : [chain.problem]),
        ]
        const checks = results.reduce((sum, each) => sum + each.checks, 0)
        const fine = [
          `Đã đối chiếu ${checks} con số, tất cả đều khớp.`,
          `Nhật ký liền mạch: ${chain.lines} dòng, không thấy dòng nào bị sửa hoặc bị bỏ ở giữa.`,
        ]
        const json = { surveys: results, log: { lines: chain.lines, problem: chain.problem ?? null } }
        return { lines: problems.length === 0 ? fine : problems, json, failed: problems.length > 0 }
      }),
    ),
  )
}
