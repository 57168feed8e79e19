// The frame of every staff page: who is signed in, where one can go, and what the last act did.
import type { Request } from 'express'
import type { Deps } from '../web/deps.ts'
import type { Frame } from '../web/render.ts'
import { maybeStaff, type Staff } from './guard.ts'
import type { May } from './permission.ts'

export interface Flash {
  kind: 'success' | 'error'
  text: string
}

interface Link {
  text: string
  href: string
  current: boolean
}

export interface StaffFrameInput {
  title: string
  /** On the pages of one survey: its life, its pages, and what every page of it must say at its top. */
  survey?: {
    title: string
    href: string
    steps: { text: string; state: 'done' | 'current' | 'todo' }[]
    /** Groups of its pages, and the pages of one of them with what is said before them. */
    parts: Link[]
    pages: { part: string; lead: string | null; tabs: Link[] }
    notice: string | null
  }
  flash?: Flash
  /** Beside the one that every staff page has. */
  script?: 'js/results.js' | 'js/entry.js' | 'js/progress.js' | 'js/scoring.js'
}

const places: readonly { text: string; href: string; may: Exclude<May, 'first-step'> }[] = [
  { text: 'Đợt điều tra', href: '/dieu-tra', may: 'signed-in' },
  { text: 'Tài khoản', href: '/tai-khoan', may: 'staff.manage' },
  { text: 'Cơ quan', href: '/co-quan', may: 'staff.manage' },
  { text: 'Nhật ký', href: '/nhat-ky', may: 'log.read' },
  { text: 'Tờ khôi phục', href: '/he-thong/to-khoi-phuc', may: 'secret.keep' },
  { text: 'Quyền hạn', href: '/quyen-han', may: 'signed-in' },
]

/** Without anybody signed in (sign-in, set-up) there is no name and nowhere to go. */
export function staffFrame(
  deps: Pick<Deps, 'assets'>,
  req: Request,
  { title, survey, flash, script }: StaffFrameInput,
): Frame {
  const staff = maybeStaff(req)
  return {
    layout: 'layout/staff',
    model: {
      title,
      css: deps.assets.url('css/staff.css'),
      scripts: ['js/staff.js', ...(script === undefined ? [] : [script])].map((name) =>
        deps.assets.url(name),
      ),
      notice: survey?.notice ?? null,
      viewer: staff === undefined ? null : { name: staff.name, role: staff.roleNames.join(', ') },
      nav: staff === undefined || staff.step !== 'done' ? [] : navOf(staff, req.path),
      survey:
        survey === undefined
          ? null
          : {
              title: survey.title,
              href: survey.href,
              steps: survey.steps,
              parts: survey.parts,
              pages: survey.pages,
            },
      flash: flash ?? null,
    },
  }
}

function navOf(staff: Staff, path: string): Link[] {
  return places
    .filter(({ may }) => may === 'signed-in' || staff.permissions.has(may))
    .map(({ text, href }) => ({ text, href, current: path === href || path.startsWith(href + '/') }))
}
