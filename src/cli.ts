// The operator's commands: the same services as the web. One sentence and exit 1 on errors; --json for programs.
import './lib/node-version.ts'
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { pino } from 'pino'
import { checkMayIssue, listUnprintedCodes, markPrinted } from './access/batch.service.ts'
import { findBatch } from './access/access.queries.ts'
import { codesCsv } from './access/codes-csv.ts'
import { closeCollecting, startCollecting } from './ballot/collecting.service.ts'
import { checkMayOpen } from './ballot/opening.service.ts'
import { findOpening } from './ballot/box.queries.ts'
import { ConfigError, readConfig } from './config.ts'
import { isBusy, isUnreachable } from './db/constraint.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { computeIndexRun } from './index-calculator/index.service.ts'
import type { JobFile } from './jobs/job.ts'
import type { JobRunner } from './jobs/runner.ts'
import { systemClock } from './lib/clock.ts'
import { exportFormats, Format } from './lib/export-format.ts'
import { Problem } from './lib/problem.ts'
import { createJobs, type Core } from './program.ts'
import { progressRows } from './quota/progress.ts'
import { exportIndex, exportScores } from './release/release.service.ts'
import { verifyAll } from './release/verify.service.ts'
import { createStaff } from './staff/staff.service.ts'
import { describeError } from './survey/folder.ts'
import { stateName } from './survey/survey.ts'
import { getSurvey, listStrata, listSurveys } from './survey/survey.queries.ts'
import {
  createSurveyFromFolder,
  createSurveyFromTemplate,
  defaultTemplate,
  reasonOf,
} from './survey/survey.service.ts'

type Context = Core & { jobs: JobRunner }

/** What a command answers: lines for people, a value for programs. */
interface Answer {
  lines: string[]
  json: unknown
  /** The result is data in itself and printed as JSON either way. */
  data?: boolean
  failed?: boolean
}

const program = new Command('cli')
  .description('Lệnh điều hành khảo sát cải cách hành chính')
  .option('--json', 'in kết quả dạng JSON')
  .helpOption('-h, --help', 'xem hướng dẫn')
  .helpCommand(false)
  .exitOverride()
  .configureOutput({ writeErr: () => undefined })

const survey = group('survey', 'đợt điều tra')
command(survey, 'create', 'tạo đợt điều tra từ bộ mẫu hoặc thư mục')
  .option('--template <name>', 'tên bộ mẫu')
  .option('--from <folder>', 'thư mục theo mẫu trong README')
  .option('--slug <slug>', 'tên ngắn')
  .action(
    run(async ({ db, clock }, options: { template?: string; from?: string; slug?: string }) => {
      const template = options.template ?? defaultTemplate
      const slug = options.slug ?? template
      const created =
        options.from === undefined
          ? await createSurveyFromTemplate(db, template, slug, clock())
          : await createSurveyFromFolder(db, options.from, options.slug ?? '', clock())
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
    const all = (await listSurveys(db)).map(({ slug, title, year, state }) => ({ slug, title, year, state }))
    const lines = all.map((each) => `${each.slug}\t${each.year}\t${stateName(each.state)}\t${each.title}`)
    return { lines: lines.length === 0 ? ['Chưa có đợt điều tra nào.'] : lines, json: all }
  }),
)
command(survey, 'start <slug>', 'bắt đầu thu phiếu').action(
  run(async (context, _options, slug) => {
    const { state } = await startCollecting(context, await getSurvey(context.db, slug))
    return { lines: [`Đã bắt đầu thu phiếu ${slug}.`], json: { slug, state } }
  }),
)
command(survey, 'close <slug>', 'kết thúc thu phiếu').action(
  run(async (context, _options, slug) => {
    const { state } = await closeCollecting(context, await getSurvey(context.db, slug))
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
      if (!again) await context.jobs.runToEnd(await context.jobs.ask('issue-codes', chosen, { rehearsal }))
      const list = await listUnprintedCodes(context, chosen)
      writeOut(options.out, codesCsv(list))
      return {
        lines: [`Đã ghi ${list.length} mã vào ${options.out}.`],
        json: { slug, codes: list.length, out: options.out },
      }
    }),
  )
command(codes, 'printed <slug>', 'đánh dấu đã in xong, xóa mã khỏi hệ thống').action(
  run(async (context, _options, slug) => {
    await markPrinted(context, await getSurvey(context.db, slug))
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

const box = group('box', 'phiếu niêm phong')
command(box, 'open <slug>', 'mở niêm phong, kiểm phiếu').action(
  run(async (context, _options, slug) => {
    const chosen = await getSurvey(context.db, slug)
    checkMayOpen(chosen)
    await context.jobs.runToEnd(await context.jobs.ask('open-box', chosen, {}))
    const opening = await findOpening(context.db, chosen)
    const result = { slug, ballots: opening?.ballots ?? 0, broken: opening?.broken ?? 0 }
    return { lines: [`Đã mở niêm phong ${result.ballots} phiếu, ${result.broken} phiếu hỏng.`], json: result }
  }),
)

const scores = group('scores', 'điểm điều tra xã hội học')
command(scores, 'export <slug>', 'xuất điểm')
  .addOption(formatOption())
  .requiredOption('--out <file>', 'tệp kết quả')
  .action(
    run(async ({ db }, options: { format: Format; out: string }, slug) => {
      return written(slug, options.out, await exportScores(db, await getSurvey(db, slug), options.format))
    }),
  )

const index = group('index', 'Chỉ số cải cách hành chính')
command(index, 'compute <slug>', 'tính Chỉ số từ điểm thẩm định (CSV unit,criterion,points) và điểm điều tra')
  .requiredOption('--appraised <file>', 'tệp CSV điểm thẩm định')
  .addOption(formatOption())
  .requiredOption('--out <file>', 'tệp kết quả')
  .action(
    run(async ({ db, clock }, options: { appraised: string; format: Format; out: string }, slug) => {
      const chosen = await getSurvey(db, slug)
      const points = readIn(options.appraised)
      // As for the codes: a run that cannot be written down shall not be stored either.
      tryOut(options.out)
      const { output } = await computeIndexRun(db, chosen, points, clock())
      return written(slug, options.out, await exportIndex(chosen, output, options.format))
    }),
  )

const staff = group('staff', 'tài khoản cán bộ')
command(staff, 'create', 'tạo tài khoản; mật khẩu đọc từ đầu vào chuẩn')
  .requiredOption('--email <email>', 'thư điện tử')
  .requiredOption('--role <role>', 'vai trò')
  .option('--name <name>', 'họ tên')
  .action(
    run(async (context, options: { email: string; role: string; name?: string }) => {
      const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '')
      const name = options.name ?? options.email
      await createStaff(context, { email: options.email, name, role: options.role, password })
      return {
        lines: [`Đã tạo tài khoản ${options.email}.`],
        json: { email: options.email, role: options.role },
      }
    }),
  )

program.addCommand(
  leaf('verify', 'đếm lại mọi con số và đối chiếu').action(
    run(async ({ db }) => {
      const results = await verifyAll(db)
      const problems = results.flatMap((each) => each.problems.map((problem) => `${each.survey}: ${problem}`))
      const checks = results.reduce((sum, each) => sum + each.checks, 0)
      const lines = problems.length === 0 ? [`Đã đối chiếu ${checks} con số, tất cả đều khớp.`] : problems
      return { lines, json: results, failed: problems.length > 0 }
    }),
  ),
)

/** A command group such as `survey`. */
function group(name: string, description: string): Command {
  const made = leaf(name, description)
  program.addCommand(made)
  return made
}

function command(parent: Command, words: string, description: string): Command {
  const made = leaf(words, description)
  parent.addCommand(made)
  return made
}

function leaf(words: string, description: string): Command {
  const [name = '', ...args] = words.split(' ')
  const made = new Command(name)
    .description(description)
    .option('--json', 'in kết quả dạng JSON')
    .helpOption('-h, --help', 'xem hướng dẫn')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  for (const arg of args) made.argument(arg)
  return made
}

function formatOption(): Option {
  return new Option('--format <format>', 'dạng tệp')
    .choices(exportFormats.map((each) => each.value))
    .default('json')
}

type Work<Options> = (context: Context, options: Options, slug: string) => Promise<Answer>

/** Opens the store, does the work, prints the answer, closes. Commander hands over arguments, options and the command. */
function run<Options>(work: Work<Options>) {
  return async (...given: unknown[]): Promise<void> => {
    const invoked = given.at(-1) as Command
    const slug = typeof given[0] === 'string' ? given[0] : ''
    const config = readConfig(process.env)
    const db = openDatabase(config)
    try {
      await migrate(db)
      const core: Core = {
        config,
        db,
        clock: systemClock,
        log: pino({ level: 'error' }, pino.destination(2)),
      }
      print(await work({ ...core, jobs: createJobs(core) }, invoked.opts() as Options, slug), invoked)
    } finally {
      await db.destroy()
    }
  }
}

function print(answer: Answer, invoked: Command): void {
  const asJson = answer.data === true || invoked.optsWithGlobals().json === true
  const text = asJson ? JSON.stringify(answer.json, null, 2) : answer.lines.join('\n')
  process.stdout.write(text + '\n')
  if (answer.failed === true) process.exitCode = 1
}

/** Codes were issued before and wait for printing, and the plan lacks none: the file is simply written again. */
async function hasUnprintedOnly({ db }: Context, slug: string): Promise<boolean> {
  const chosen = await getSurvey(db, slug)
  if (!(await findBatch(db, chosen, 'unprinted'))) return false
  return (await listStrata(db, chosen)).every(
    (each) => each.issued >= each.quota && each.reserve >= each.reserve_quota,
  )
}

function written(slug: string, out: string, file: JobFile): Answer {
  writeOut(out, file.content)
  return { lines: [`Đã ghi ${out}.`], json: { slug, out, bytes: file.content.length } }
}

function writeOut(file: string, content: string | Buffer): void {
  withReason('file-unwritable', file, () => {
    tryOut(file)
    writeFileSync(file, content, { mode: 0o600 })
  })
}

/** Whether the file can be written; afterwards everything is as before. */
function tryOut(file: string): void {
  const isNew = !existsSync(file)
  withReason('file-unwritable', file, () => {
    appendFileSync(file, '', { mode: 0o600 })
    chmodSync(file, 0o600)
  })
  if (isNew) rmSync(file)
}

function readIn(file: string): string {
  return withReason('file-unreadable', file, () => readFileSync(file, 'utf8'))
}

function withReason<Result>(
  kind: 'file-unwritable' | 'file-unreadable',
  file: string,
  act: () => Result,
): Result {
  try {
    return act()
  } catch (error) {
    throw new Problem(kind, { file, reason: reasonOf(error) })
  }
}

/** Commander's own refusals in words of ours. */
function sentenceOf(error: CommanderError): string {
  const named = /'([^']+)'/.exec(error.message)?.[1] ?? ''
  const hint = 'Hãy xem cách dùng bằng --help.'
  switch (error.code) {
    case 'commander.missingArgument':
      return `Lệnh thiếu tên ngắn của đợt điều tra. ${hint}`
    case 'commander.missingMandatoryOptionValue':
    case 'commander.optionMissingArgument':
      return `Lệnh thiếu tùy chọn bắt buộc ${named}. ${hint}`
    case 'commander.unknownOption':
      return `Lệnh có tùy chọn lạ ${named}. ${hint}`
    case 'commander.excessArguments':
      return `Lệnh có phần thừa. ${hint}`
    case 'commander.invalidArgument':
      return `Giá trị của tùy chọn không đúng: ${named}. ${hint}`
    default:
      return `Không có lệnh này. ${hint}`
  }
}

function refuse(error: unknown): void {
  process.exitCode = 1
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) process.exitCode = 0
    else process.stderr.write(sentenceOf(error) + '\n')
  } else if (error instanceof Problem) process.stderr.write(error.sentence + '\n')
  else if (isBusy(error)) process.stderr.write(new Problem('database-busy').sentence + '\n')
  else if (isUnreachable(error)) process.stderr.write(new Problem('database-unreachable').sentence + '\n')
  else if (error instanceof ConfigError) process.stderr.write(error.message + '\n')
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

await program.parseAsync().catch(refuse)
