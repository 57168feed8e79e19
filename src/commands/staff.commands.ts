// `staff`: accounts of staff.
import { readFileSync } from 'node:fs'
import { Problem } from '../lib/problem.ts'
import { operator } from '../staff/actor.ts'
import { openLinkOf } from '../staff/link.service.ts'
import { findAccountByEmail, listStaff, type StaffAccount } from '../staff/staff.queries.ts'
import {
  createStaff,
  disableStaff,
  giveLink,
  namesOfRoles,
  organiserCode,
  resetSecondFactor,
  signOut,
} from '../staff/staff.service.ts'
import { type Context, group, command, run } from './command-line.ts'

/** `staff` */
export function staffCommands(): void {
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
          await createStaff(context, operator, {
            email,
            name: options.name ?? email,
            agency,
            roles,
            password,
          })
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
}

/** @throws Problem account-unknown */
export async function accountOf({ db }: Context, email: string): Promise<StaffAccount> {
  const account = await findAccountByEmail(db, email)
  if (!account) throw new Problem('account-unknown')
  return account
}
