// What somebody meets at the door of a page: let in, led to what is missing, or refused. Read off the answer alone.
import request from 'supertest'
import type { StaffRoute } from '../../src/staff/permission.ts'

/** 'let in', 'forbidden', 'sign in', 'second factor', 'set up second factor', 'prove again'; else status and title. */
export type Met = string

/** Where a page leads to, and what a refused form is told, for each thing that can be missing. */
const missing: [met: Met, page: string, status: number, words: string][] = [
  ['sign in', '/can-bo/dang-nhap', 401, 'Cần đăng nhập'],
  ['second factor', '/can-bo/buoc-hai', 401, 'Cần nhập mã xác thực'],
  ['set up second factor', '/can-bo/xac-thuc', 403, 'Cần bật xác thực hai bước'],
]

/** Asks once, as the holder of `cookie`, and tells what was met; a form is sent empty. */
export async function knock(
  server: string,
  { method, path }: Pick<StaffRoute, 'method' | 'path'>,
  { cookie = '', values = {} }: { cookie?: string; values?: Record<string, string> },
): Promise<Met> {
  const address = addressOf(path, values)
  const answer = await request(server)[method](address).set('Cookie', cookie).redirects(0)
  const { location = '' } = answer.headers as { location?: string }
  if (location.startsWith('/can-bo/xac-nhan-lai?tiep=')) return 'prove again'
  for (const [met, page, status, words] of missing) {
    if (method === 'get' && location === `${page}?tiep=${encodeURIComponent(address)}`) return met
    if (method === 'post' && answer.status === status && answer.text.includes(words)) return met
  }
  if (answer.status === 403 && answer.text.includes('Tài khoản không có quyền làm việc này'))
    return 'forbidden'
  // Pages for anyone have refusals of their own (a used link, no ballot open); a staff page has none.
  const refused = answer.status >= 500 || [401, 403].includes(answer.status)
  return refused ? `${answer.status} ${titleOf(answer.text)}` : 'let in'
}

/** An address of the route; what is not named does not exist. */
export function addressOf(path: string, values: Record<string, string>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? 'khong-co')
}

export function nameOf({ method, path }: Pick<StaffRoute, 'method' | 'path'>): string {
  return `${method} ${path}`
}

function titleOf(html: string): string {
  return /<h1[^>]*>([^<]*)/.exec(html)?.[1]?.trim() ?? ''
}
