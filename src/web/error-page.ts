// The one place where errors become pages: a Problem shows its sentence, anything else is a bug, shown as a short
// reference that the log holds too. Nothing that was sent is ever shown or logged here.
import type { ErrorRequestHandler, Request, Response } from 'express'
import { isBusy, isUnreachable } from '../db/constraint.ts'
import { Problem } from '../lib/problem.ts'
import { randomId } from '../lib/random.ts'
import type { Deps } from './deps.ts'
import { renderer, type Frame } from './render.ts'

export interface ErrorPage {
  heading: string
  lines: string[]
  reference: string | null
  next: { text: string; href: string }
}

interface ErrorViews {
  error: ErrorPage
}

/**
 * Turns whatever a handler threw into the page for a person.
 * @param frameFor the frame of whoever asked: staff keep their navigation, others get a plain page
 */
export function errorPages(
  deps: Deps,
  frameFor: (req: Request, title: string) => Frame,
): ErrorRequestHandler {
  const render = renderer<ErrorViews>(deps.renderer)
  return (error: unknown, req: Request, res: Response, next) => {
    if (res.headersSent) {
      next(error)
      return
    }
    noteOutage(deps, error)
    const problem = problemOf(error)
    const reference = problem === undefined ? logBug(deps, req, error) : null
    const page: ErrorPage = {
      heading: problem?.title ?? 'Có lỗi trong hệ thống',
      lines: problem?.sentence.split('\n') ?? [
        'Hệ thống gặp lỗi khi xử lý yêu cầu này. Hãy thử lại; nếu vẫn lỗi, hãy báo người quản trị hệ thống kèm mã tham chiếu dưới đây.',
      ],
      reference,
      next: nextStep(problem, req.path),
    }
    render(res.status(problem?.status ?? 500), 'error', page, frameFor(req, page.heading))
  }
}

/** A database that cannot be reached is told to people as "busy", and to the operator as what it is. */
export function noteOutage(deps: Pick<Deps, 'log'>, error: unknown): void {
  if (!isUnreachable(error)) return
  deps.log.error({ name: error instanceof Error ? error.name : '' }, 'the database cannot be reached')
}

/** Express's and our own refusals as Problems; undefined for a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (isBusy(error) || isUnreachable(error)) return new Problem('database-busy')
  if (!(error instanceof Error) || !('status' in error)) return undefined
  if (error.status === 413) return new Problem('too-large', { limit: '100 KB' })
  if (typeof error.status === 'number' && error.status >= 400 && error.status < 500)
    return new Problem('bad-request')
  return undefined
}

/** First parts of the addresses of staff pages. */
const staffPlaces = ['dieu-tra', 'can-bo', 'tai-khoan', 'co-quan', 'nhat-ky', 'quyen-han', 'he-thong']

/** Back to the survey, to the list of surveys, or to the field for the code: whoever it is, to their own first page. */
function nextStep(problem: Problem | undefined, path: string): ErrorPage['next'] {
  if (problem?.kind === 'sign-in-needed') return { text: 'Đăng nhập', href: '/can-bo/dang-nhap' }
  if (problem?.kind === 'second-factor-needed') return { text: 'Nhập mã xác thực', href: '/can-bo/buoc-hai' }
  if (problem?.kind === 'second-factor-missing')
    return { text: 'Bật xác thực hai bước', href: '/can-bo/xac-thuc' }
  if (problem?.kind === 'account-unknown') return { text: 'Về danh sách tài khoản', href: '/tai-khoan' }
  if (problem?.kind === 'no-such-part') return { text: 'Về phiếu của anh/chị', href: '/phieu' }
  const [, place = '', slug = ''] = path.split('/')
  if (place === 'xac-nhan') return { text: 'Về trang mã xác nhận', href: '/xac-nhan' }
  if (!staffPlaces.includes(place)) return { text: 'Về trang nhập mã', href: '/' }
  const elsewhere: (string | undefined)[] = ['survey-unknown', 'forbidden', 'not-announced']
  if (place === 'dieu-tra' && slug !== '' && !elsewhere.includes(problem?.kind))
    return { text: 'Về trang tổng quan của đợt điều tra', href: `/dieu-tra/${slug}` }
  return { text: 'Về danh sách đợt điều tra', href: '/dieu-tra' }
}

/** Logs name, message and stack: never the address, the form or the database's detail, which may quote a value. */
function logBug(deps: Deps, req: Request, error: unknown): string {
  const reference = randomId().slice(0, 8)
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const route = (req.route as { path?: string } | undefined)?.path ?? 'before any route'
  deps.log.error({ reference, route, name, message, stack }, 'a request failed')
  return reference
}
