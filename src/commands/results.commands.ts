// `scores`, `release`, `index`: what was released, as files.
import { Option } from 'commander'
import { computeIndexRun } from '../index-calculator/index.service.ts'
import { exportFormats, ScoresFormat, scoresFormatWords, type Format } from '../lib/export-format.ts'
import { Problem } from '../lib/problem.ts'
import { correctRelease, exportIndex, exportScores } from '../release/release.service.ts'
import { listReleases } from '../score/release.queries.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { operator } from '../staff/actor.ts'
import { getSurvey } from '../survey/survey.queries.ts'
import { type Context, group, command, run } from './command-line.ts'
import { tryOut, readIn, written } from './files.ts'

/** `scores`, `release`, `index` */
export function resultCommands(): void {
  const scores = group('scores', 'điểm điều tra xã hội học')
  command(scores, 'export <slug>', 'xuất điểm')
    .addOption(formatOption().choices(ScoresFormat.options))
    .requiredOption('--out <file>', 'tệp kết quả')
    .action(
      run(async (context, options: { format: ScoresFormat; out: string }, slug) => {
        const chosen = await getSurvey(context.db, slug)
        const file = await exportScores(context.db, chosen, options.format, takenBy(context))
        const answer = written(slug, options.out, file)
        const details = { format: scoresFormatWords[options.format] }
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
  command(
    index,
    'compute <slug>',
    'tính Chỉ số từ điểm thẩm định (CSV unit,criterion,points) và điểm điều tra',
  )
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
        return written(slug, options.out, await exportIndex(chosen, output, options.format, takenBy(context)))
      }),
    )
}

/** A file of results names whoever took it. */
function takenBy({ clock }: Context) {
  return { by: operator.name, at: clock() }
}

function parsedOrRefused(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('release-settings-wrong', { problem: 'tệp không phải JSON.' })
  }
}

function formatOption(): Option {
  return new Option('--format <format>', 'dạng tệp')
    .choices(exportFormats.map((each) => each.value))
    .default('json')
}
