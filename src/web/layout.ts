// The frames that belong to nobody: respondents' pages, refusals and printed sheets. The frame of staff pages knows who
// is signed in and therefore lives in staff/frame.ts.
import type { Deps } from './deps.ts'
import type { Frame } from './render.ts'

export const illustrativeNotice = 'Bộ mẫu minh họa – không phải bộ chỉ số, bộ câu hỏi chính thức'
export const rehearsalNotice = 'Chạy thử – số liệu không có giá trị chính thức'

export const pilotNotice = 'Điều tra thử – kết quả không gộp vào đợt chính thức'

export interface SurveyNotice {
  illustrative: number
  rehearsal: number
  rehearsal_kind?: 'run' | 'pilot' | null
}

/** What every page of an illustrative or rehearsed survey says at its top; null for a real one. */
export function noticeOf(survey: SurveyNotice): string | null {
  const parts = [
    survey.illustrative ? illustrativeNotice : '',
    survey.rehearsal ? rehearsedNotice(survey) : '',
  ]
  return parts.filter((part) => part !== '').join(' · ') || null
}

function rehearsedNotice({ rehearsal_kind }: SurveyNotice): string {
  return rehearsal_kind === 'pilot' ? pilotNotice : rehearsalNotice
}

export interface RespondentFrameInput {
  title: string
  script?: 'js/entry.js' | 'js/answer.js'
  survey?: SurveyNotice & { organiser: string }
  /** The page says that something is missing or wrong: a screen reader hears it in the title, before the page. */
  error?: boolean
}

/** The frame of the respondent's pages: small, system fonts, one script at most. */
export function respondentFrame(deps: Pick<Deps, 'assets'>, input: RespondentFrameInput): Frame {
  return {
    layout: 'layout/respondent',
    model: {
      title: input.error ? `Cần xem lại: ${input.title}` : input.title,
      css: deps.assets.url('css/respondent.css'),
      scripts: input.script === undefined ? [] : [deps.assets.url(input.script)],
      notice: input.survey === undefined ? null : noticeOf(input.survey),
      organiser: input.survey?.organiser ?? '',
      robots: 'noindex',
    },
  }
}

/** The frame of refusals and error pages. */
export function plainFrame(deps: Pick<Deps, 'assets'>, { title }: { title: string }): Frame {
  return respondentFrame(deps, { title })
}

export function printFrame(deps: Pick<Deps, 'assets'>, { title }: { title: string }): Frame {
  return { layout: 'layout/print', model: { title, css: deps.assets.url('css/print.css') } }
}
