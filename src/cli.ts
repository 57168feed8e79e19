// The operator's commands: the same services as the web. One sentence and exit 1 on errors; --json for programs.
import './lib/node-version.ts'
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { pino } from 'pino'
import { checkMayIssue, listUnprintedCodes, markPrinted } from './access/batch.service.ts'
import { findBatch } from './access/access.queries.ts'
import { codesCsv } from './access/codes-csv.ts'
import { closeCollecting, startCollecting } from './ballot/collecting.service.ts'
import { beginOpening } from './ballot/before-opening.service.ts'
import { listHolders } from './ballot/key-holder.queries.ts'
import { completeHandOver } from './ballot/hand-over.service.ts'
import { chooseCustody, nameHolders } from './ballot/key-holder.service.ts'
import { checkPaper, rehearse } from './ballot/paper.service.ts'
import { papersIn } from './ballot/key-words.ts'
import { checkMayOpen, isKeyNeeded, type OpenInput } from './ballot/opening.service.ts'
import { findOpening } from './ballot/box.queries.ts'
import { ConfigError, readConfig } from './config.ts'
import { isBusy, isUnreachable } from './db/constraint.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { computeIndexRun } from './index-calculator/index.service.ts'
import type { Job, JobFile } from './jobs/job.ts'
import type { JobRunner } from './jobs/runner.ts'
import { systemClock } from './lib/clock.ts'
import { exportFormats, Format } from './lib/export-format.ts'
import { Problem } from './lib/problem.ts'
import { createJobs, type Core } from './program.ts'
import { progressRows } from './quota/progress.ts'
import { correctRelease, exportIndex, exportScores, makeMissingReleases } from './release/release.service.ts'
import { verifyAll } from './release/verify.service.ts'
import { listReleases } from './score/release.queries.ts'
import { checkExportedLog, recordActAlone, verifyLog } from './staff/act-log.service.ts'
import { operator } from './staff/actor.ts'
import { openLinkOf } from './staff/link.service.ts'
import { permissionMarkdown } from './staff/permission-table.ts'
import { findAccountByEmail, listStaff, type StaffAccount } from './staff/staff.queries.ts'
import {
  createStaff,
  disableStaff,
  giveLink,
  namesOfRoles,
  organiserCode,
  resetSecondFactor,
  signOut,
} from './staff/staff.service.ts'
import { describeError } from './survey/folder.ts'
import { stateName } from './survey/survey.ts'
import { custodyModes, custodyOf, isCouncilHeld, type CustodyMode } from './survey/custody-mode.ts'
import { getSurvey, listStrata, listSurveys, settingsOf, type Survey } from './survey/survey.queries.ts'
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
    const all = (await listSurveys(db)).map(({ slug, title, year, state }) => ({ slug, title, year, state }))
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
command(survey, 'close <slug>', 'kết thúc thu phiếu').action(
  run(async (context, _options, slug) => {
    const { state } = await closeCollecting(context, operator, await getSurvey(context.db, slug))
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
      const list = await listUnprintedCodes(context, chosen)
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

const box = group('box', 'phiếu niêm phong')
command(box, 'open <slug>', 'mở niêm phong, kiểm phiếu; người giữ khóa: đọc các phần khóa từ đầu vào chuẩn')
  .option('--present <names>', 'những người có mặt, cách nhau bằng dấu chấm phẩy', '')
  .action(
    run(async (context, options: { present: string }, slug) => {
      const chosen = await getSurvey(context.db, slug)
      checkMayOpen(chosen)
      const present = options.present.split(';').map((name) => name.trim())
      const job = await openingBy(context, chosen, present.join('\n'))
      await context.jobs.runToEnd(job)
      const opening = await findOpening(context.db, chosen)
      const result = { slug, ballots: opening?.ballots ?? 0, broken: opening?.broken ?? 0 }
      return {
        lines: [`Đã mở niêm phong ${result.ballots} phiếu, ${result.broken} phiếu hỏng.`],
        json: result,
      }
    }),
  )
command(box, 'custody <slug>', 'chọn hình thức giữ khóa')
  .addOption(new Option('--mode <mode>', 'hình thức').choices(custodyModes).makeOptionMandatory())
  .action(
    run(async (context, { mode }: { mode: CustodyMode }, slug) => {
      await chooseCustody(context, operator, await getSurvey(context.db, slug), mode)
      return {
        lines: [`Hình thức giữ khóa của ${slug}: ${custodyOf({ custody: mode }).name}.`],
        json: { slug, custody: mode },
      }
    }),
  )

const share = group('share', 'phần khóa của người giữ khóa; tờ giấy chỉ tạo được trên trang Giữ khóa')
command(share, 'list <slug>', 'liệt kê người giữ khóa').action(
  run(async ({ db }, _options, slug) => {
    const chosen = await getSurvey(db, slug)
    const holders = (await listHolders(db, chosen)).map((holder) => ({
      position: holder.position,
      name: holder.name,
      agency: holder.agency.code,
      madeOn: holder.madeOn,
      checkedOn: holder.checkedOn,
    }))
    const lines = holders.map(
      (each) =>
        `${each.position}\t${each.name}\t${each.agency}\t${each.madeOn ?? '–'}\t${each.checkedOn ?? '–'}`,
    )
    return { lines: lines.length === 0 ? ['Chưa ghi tên người giữ khóa.'] : lines, json: holders }
  }),
)
command(share, 'name <slug>', 'ghi tên người giữ khóa, theo thứ tự phần khóa')
  .requiredOption('--email <email...>', 'thư điện tử của từng người')
  .action(
    run(async (context, { email }: { email: string[] }, slug) => {
      const people = await Promise.all(email.map((each) => accountOf(context, each)))
      const ids = people.map(({ id }) => id)
      refuseSlips(await nameHolders(context, operator, await getSurvey(context.db, slug), ids))
      return { lines: [`Đã ghi tên ${ids.length} người giữ khóa.`], json: { slug, holders: email } }
    }),
  )
command(share, 'check <slug>', 'kiểm tra một phần khóa, đọc từ đầu vào chuẩn').action(
  run(async (context, _options, slug) => {
    const [text = ''] = papersIn(readFileSync(0, 'utf8'))
    refuseSlips(await checkPaper(context, operator, await getSurvey(context.db, slug), text))
    return { lines: ['Phần khóa đúng.'], json: { slug, right: true } }
  }),
)
command(share, 'rehearse <slug>', 'diễn tập mở một phiếu thử, đọc các phần khóa từ đầu vào chuẩn').action(
  run(async (context, _options, slug) => {
    const papers = papersIn(readFileSync(0, 'utf8'))
    refuseSlips(await rehearse(context, operator, await getSurvey(context.db, slug), papers))
    return { lines: ['Diễn tập xong: phiếu thử mở được.'], json: { slug, rehearsed: true } }
  }),
)
command(share, 'hand-over <slug>', 'hoàn tất bàn giao: đầu vào chuẩn là tờ cũ rồi tờ mới')
  .requiredOption('--position <number>', 'phần khóa thứ mấy')
  .action(
    run(async (context, { position }: { position: string }, slug) => {
      const [old = '', fresh = ''] = papersIn(readFileSync(0, 'utf8'))
      const chosen = await getSurvey(context.db, slug)
      const papers = { old, new: fresh }
      refuseSlips(await completeHandOver(context, operator, chosen, Number(position), papers))
      return { lines: [`Đã bàn giao phần khóa ${position}.`], json: { slug, position: Number(position) } }
    }),
  )

const scores = group('scores', 'điểm điều tra xã hội học')
command(scores, 'export <slug>', 'xuất điểm')
  .addOption(formatOption())
  .requiredOption('--out <file>', 'tệp kết quả')
  .action(
    run(async (context, options: { format: Format; out: string }, slug) => {
      const file = await exportScores(context.db, await getSurvey(context.db, slug), options.format)
      const answer = written(slug, options.out, file)
      const details = { format: options.format }
      await recordActAlone(context, operator, { kind: 'scores-exported', survey: slug, details })
      return answer
    }),
  )

const release = group('release', 'bảng điểm điều tra đã lập')
command(release, 'list <slug>', 'liệt kê các bản').action(
  run(async ({ db }, _options, slug) => {
    const all = await listReleases(db, await getSurvey(db, slug))
    const lines = all.map((each) => [each.version, each.made_on, each.hash, each.reason].join('\t'))
    return { lines: lines.length === 0 ? ['Chưa có bảng điểm nào.'] : lines, json: all }
  }),
)
command(release, 'correct <slug>', 'lập lại bảng điểm theo cách tính khác, theo một quyết định')
  .requiredOption('--settings <file>', 'tệp JSON cách tính (như scoring trong survey.json)')
  .requiredOption('--reason <reason>', 'lý do, số quyết định')
  .action(
    run(async (context, options: { settings: string; reason: string }, slug) => {
      const chosen = await getSurvey(context.db, slug)
      const scoring = parsedOrRefused(readIn(options.settings))
      const made = await correctRelease(context, operator, chosen, { scoring, reason: options.reason })
      const { version, hash } = made
      return { lines: [`Đã lập bảng điểm bản ${version}.`], json: { slug, version, hash } }
    }),
  )

const index = group('index', 'Chỉ số cải cách hành chính')
command(index, 'compute <slug>', 'tính Chỉ số từ điểm thẩm định (CSV unit,criterion,points) và điểm điều tra')
  .requiredOption('--appraised <file>', 'tệp CSV điểm thẩm định')
  .addOption(formatOption())
  .requiredOption('--out <file>', 'tệp kết quả')
  .action(
    run(async (context, options: { appraised: string; format: Format; out: string }, slug) => {
      const chosen = await getSurvey(context.db, slug)
      const points = readIn(options.appraised)
      // As for the codes: a run that cannot be written down shall not be stored either.
      tryOut(options.out)
      const { output } = await computeIndexRun(context, operator, chosen, points)
      return written(slug, options.out, await exportIndex(chosen, output, options.format))
    }),
  )

const staff = group('staff', 'tài khoản cán bộ')
command(staff, 'create', 'tạo tài khoản; mật khẩu đọc từ đầu vào chuẩn')
  .requiredOption('--email <email>', 'thư điện tử')
  .requiredOption('--role <role...>', 'vai trò; nhiều vai trò cách nhau bằng dấu cách')
  .option('--name <name>', 'họ tên')
  .option('--agency <code>', 'mã cơ quan', organiserCode)
  .option('--survey <slug>', 'chỉ ở đợt điều tra này')
  .action(
    run(
      async (
        context,
        options: { email: string; role: string[]; name?: string; agency: string; survey?: string },
      ) => {
        const { email, agency } = options
        const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '')
        const roles = options.role.map((role) => ({ role, survey: options.survey ?? null }))
        await createStaff(context, operator, { email, name: options.name ?? email, agency, roles, password })
        return { lines: [`Đã tạo tài khoản ${email}.`], json: { email, agency, roles } }
      },
    ),
  )
command(staff, 'list', 'liệt kê tài khoản').action(
  run(async ({ db }) => {
    const all = (await listStaff(db)).map(({ email, name, agency, roles, disabledOn, hasTotp }) => ({
      email,
      name,
      agency: agency.code,
      roles,
      disabledOn,
      secondFactor: hasTotp,
    }))
    const lines = all.map(
      (each) => `${each.email}\t${each.name}\t${each.agency}\t${namesOfRoles(each.roles)}`,
    )
    return { lines: lines.length === 0 ? ['Chưa có tài khoản nào.'] : lines, json: all }
  }),
)
command(staff, 'link', 'cấp liên kết đặt mật khẩu dùng một lần')
  .requiredOption('--email <email>', 'thư điện tử')
  .action(
    run(async (context, { email }: { email: string }) => {
      await giveLink(context, operator, (await accountOf(context, email)).id)
      const link = openLinkOf(context, await accountOf(context, email))
      if (!link) throw new Problem('link-wrong')
      return { lines: [link.url], json: { email, url: link.url, until: link.expiresAt.toISOString() } }
    }),
  )
command(
  staff,
  'reset-second-factor',
  'gỡ xác thực hai bước của người mất điện thoại và hết mã đăng nhập dự phòng',
)
  .requiredOption('--email <email>', 'thư điện tử')
  .action(
    run(async (context, { email }: { email: string }) => {
      await resetSecondFactor(context, operator, (await accountOf(context, email)).id)
      return { lines: [`Đã gỡ xác thực hai bước của ${email}.`], json: { email, secondFactor: false } }
    }),
  )
command(staff, 'disable', 'khóa tài khoản')
  .requiredOption('--email <email>', 'thư điện tử')
  .action(
    run(async (context, { email }: { email: string }) => {
      await disableStaff(context, operator, (await accountOf(context, email)).id)
      return { lines: [`Đã khóa tài khoản ${email}.`], json: { email, disabled: true } }
    }),
  )
command(staff, 'sign-out', 'đăng xuất một người, hoặc mọi người, khỏi mọi máy')
  .option('--email <email>', 'thư điện tử; không có thì là mọi người')
  .action(
    run(async (context, { email }: { email?: string }) => {
      const who = email === undefined ? 'everybody' : (await accountOf(context, email)).id
      const ended = await signOut(context, operator, who)
      return { lines: [`Đã đăng xuất ở ${ended} nơi.`], json: { email: email ?? null, ended } }
    }),
  )

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

/** Server-held: the operator holds its secret and the key already, and the minutes say that it was them. */
async function openingBy(context: Context, chosen: Survey, present: string): Promise<Job> {
  if (!isCouncilHeld(settingsOf(chosen))) {
    const by = operator.name
    await recordActAlone(context, operator, { kind: 'box-asked', survey: chosen.slug, details: { by } })
    return context.jobs.ask('open-box', chosen, { by, present } satisfies OpenInput)
  }
  const papers = isKeyNeeded(await findOpening(context.db, chosen)) ? papersIn(readFileSync(0, 'utf8')) : []
  const begun = await beginOpening(context, operator, chosen, { papers, present })
  if (begun.ok) return begun.job
  throw slipsProblem(begun.slips)
}

function refuseSlips(slips: { place: number; text: string }[]): void {
  if (slips.length > 0) throw slipsProblem(slips)
}

function slipsProblem(slips: { place: number; text: string }[]): Problem {
  const list = slips.map(({ place, text }) => `Phần ${place}: ${text}`).join('\n')
  return new Problem('shares-wrong', { list })
}

/** @throws Problem account-unknown */
async function accountOf({ db }: Context, email: string): Promise<StaffAccount> {
  const account = await findAccountByEmail(db, email)
  if (!account) throw new Problem('account-unknown')
  return account
}

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
      await makeMissingReleases(core)
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

function parsedOrRefused(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('release-settings-wrong', { problem: 'tệp không phải JSON.' })
  }
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
