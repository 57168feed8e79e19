// How a command of the operator runs: opens the store, does its work, prints lines for people or JSON for programs, and
// refuses in one sentence.
import { Command, CommanderError } from 'commander'
import { pino } from 'pino'
import { ConfigError, readConfig } from '../config.ts'
import { isBusy, isUnreachable } from '../db/constraint.ts'
import { openDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import type { JobRunner } from '../jobs/runner.ts'
import { systemClock } from '../lib/clock.ts'
import { Problem } from '../lib/problem.ts'
import { createJobs, type Core } from '../program.ts'
import { makeMissingReleases } from '../release/release.service.ts'

export type Context = Core & { jobs: JobRunner }

/** What a command answers: lines for people, a value for programs. */
export interface Answer {
  lines: string[]
  json: unknown
  /** The result is data in itself and printed as JSON either way. */
  data?: boolean
  failed?: boolean
}

export const program = new Command('cli')
  .description('Lệnh điều hành khảo sát cải cách hành chính')
  .option('--json', 'in kết quả dạng JSON')
  .helpOption('-h, --help', 'xem hướng dẫn')
  .helpCommand(false)
  .exitOverride()
  .configureOutput({ writeErr: () => undefined })

/** A command group such as `survey`. */
export function group(name: string, description: string): Command {
  const made = leaf(name, description)
  program.addCommand(made)
  return made
}

export function command(parent: Command, words: string, description: string): Command {
  const made = leaf(words, description)
  parent.addCommand(made)
  return made
}

export function leaf(words: string, description: string): Command {
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

type Work<Options> = (context: Context, options: Options, slug: string) => Promise<Answer>

/** Opens the store, does the work, prints the answer, closes. Commander hands over arguments, options and the command. */
export function run<Options>(work: Work<Options>) {
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

export function refuse(error: unknown): void {
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
