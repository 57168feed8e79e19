// `box`, `share`: who holds the key, and the opening. Papers come from standard input, never from arguments.
import { Option } from 'commander'
import { readFileSync } from 'node:fs'
import { beginOpening } from '../ballot/before-opening.service.ts'
import { findOpening } from '../ballot/box.queries.ts'
import { completeHandOver } from '../ballot/hand-over.service.ts'
import { listHolders } from '../ballot/key-holder.queries.ts'
import { chooseCustody, nameHolders } from '../ballot/key-holder.service.ts'
import { papersIn } from '../ballot/key-words.ts'
import { checkMayOpen, isKeyNeeded, type OpenInput } from '../ballot/opening.service.ts'
import { checkPaper, rehearse } from '../ballot/paper.service.ts'
import type { Job } from '../jobs/job.ts'
import { Problem } from '../lib/problem.ts'
import { recordActAlone } from '../staff/act-log.service.ts'
import { operator } from '../staff/actor.ts'
import { custodyModes, custodyOf, isCouncilHeld, type CustodyMode } from '../survey/custody-mode.ts'
import { getSurvey, settingsOf, type Survey } from '../survey/survey.queries.ts'
import { type Context, group, command, run } from './command-line.ts'
import { accountOf } from './staff.commands.ts'

/** `box`, `share` */
export function custodyCommands(): void {
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
}

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
