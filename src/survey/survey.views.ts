// The plan on screen: which surveys there are, whom one asks, what it asks, what it scores.
import Fraction from 'fraction.js'
import { showCount, showDay, showNumber } from '../lib/format.ts'
import { domainsOf, leavesOf, type CriteriaSet, type Criterion } from './criteria.ts'
import type { Questionnaire } from './questionnaire.ts'
import { stateName, surveyHref, type SurveyDetails } from './survey.ts'
import { settingsOf, type Group, type Level, type Stratum, type Survey } from './survey.queries.ts'

export interface SurveyListPage {
  heading: string
  /** What the installation still needs, in red; null when nothing. */
  alarm: { title: string; text: string; href: string; button: string } | null
  /** What stands in red beside it: the clock of the machine. */
  alarms: { title: string; text: string; href: string; button: string }[]
  /** Acts that wait for this person as the second one. */
  requests: { text: string; href: string }[]
  /** What else waits for this person alone. */
  waiting: { text: string; href: string }[]
  /** Said where there is nothing to see. */
  empty: string
  surveys: {
    title: string
    slug: string
    /** What it rehearses as; null for a real one. */
    rehearsal: string | null
    href: string
    year: string
    state: string
    units: string
    returned: string
    illustrative: boolean
  }[]
  create: {
    templates: string[]
    slug: string
    errors: { text: string; href: string }[]
    error: string | null
  } | null
}

export interface PlanPage {
  heading: string
  levels: {
    name: string
    summary: string
    groups: string[]
    units: { code: string; name: string; href: string; quotas: string[]; total: string }[]
    totals: string[]
    total: string
  }[]
  /** Units that were renamed or merged, one sentence each; `href` is where that is decided. */
  changes: { words: string; href: string | null }[]
  details: { label: string; value: string }[]
  /** Why nothing can be corrected any more; null where it can, or where this person may not. */
  fixed: string | null
  edit: DetailsForm | null
  sampleHref: string
}

export interface DetailsForm {
  action: string
  values: Record<keyof SurveyDetails, string>
  errors: { text: string; href: string }[]
  messages: Partial<Record<keyof SurveyDetails, string>>
}

export interface QuestionnairesPage {
  heading: string
  questionnaires: {
    code: string
    title: string
    summary: string
    sections: {
      title: string
      items: {
        code: string
        text: string
        criterion: string
        options: { label: string; coefficient: string }[]
      }[]
    }[]
  }[]
}

export interface CriteriaPage {
  heading: string
  sets: {
    level: string
    summary: string
    rows: { code: string; name: string; depth: 0 | 1 | 2; max: string; method: string }[]
  }[]
}

export interface SurveyViews {
  'survey/list': SurveyListPage
  'survey/plan': PlanPage
  'survey/questionnaires': QuestionnairesPage
  'survey/criteria': CriteriaPage
}

/** A survey that somebody may look at, with the page of it that is theirs. */
export interface ListedSurvey {
  survey: Survey
  href: string
  count: { units: number; quota: number; returned: number }
}

export function surveyListPage(input: {
  surveys: ListedSurvey[]
  create: SurveyListPage['create']
  isSheetMissing: boolean
  requests: SurveyListPage['requests']
  waiting: SurveyListPage['waiting']
  alarms: SurveyListPage['alarms']
  hasRole: boolean
}): SurveyListPage {
  const { surveys, create, isSheetMissing, requests, waiting, alarms, hasRole } = input
  const real = surveys.filter(({ survey }) => survey.rehearsal_of === null)
  return {
    alarm: isSheetMissing
      ? {
          title: 'Chưa cất tờ khôi phục khóa gốc của hệ thống',
          text: 'Nếu mất khóa gốc, phiếu đã niêm phong không mở được và thẻ đã in không dùng được. Hãy in tờ khôi phục thành hai bản, cất vào hai két, rồi xác nhận.',
          href: '/he-thong/to-khoi-phuc',
          button: 'In tờ khôi phục',
        }
      : null,
    alarms,
    requests,
    waiting,
    empty: !hasRole
      ? 'Tài khoản chưa được giao vai trò nào. Hãy liên hệ người quản trị hệ thống.'
      : create === null
        ? 'Khi có đợt điều tra, tên đợt sẽ hiện ở đây.'
        : 'Hãy tạo đợt điều tra đầu tiên từ bộ mẫu.',
    heading: real.length === 0 ? 'Chưa có đợt điều tra nào' : `${showCount(real.length)} đợt điều tra`,
    surveys: surveys.map(({ survey, href, count }) => ({
      title: survey.title,
      slug: survey.slug,
      rehearsal:
        survey.rehearsal === 0 ? null : survey.rehearsal_kind === 'pilot' ? 'Điều tra thử' : 'Chạy thử',
      href,
      year: String(survey.year),
      state: stateName(survey.state),
      units: showCount(count.units),
      returned: `${showCount(count.returned)}/${showCount(count.quota)}`,
      illustrative: survey.illustrative === 1,
    })),
    create,
  }
}

export function planPage(
  survey: Survey,
  levels: Level[],
  groups: Group[],
  strata: Stratum[],
  changes: PlanPage['changes'],
  edit: DetailsForm | null,
): PlanPage {
  const people = sumQuota(strata)
  const units = new Set(strata.map((stratum) => stratum.unit_code)).size
  return {
    heading: `Hỏi ${showCount(people)} người ở ${showCount(units)} cơ quan, đơn vị`,
    levels: levels
      .filter((level) => level.surveyed === 1)
      .map((level) =>
        levelPlan(
          survey,
          level,
          groups,
          strata.filter((stratum) => stratum.level === level.code),
        ),
      ),
    changes,
    details: [
      { label: 'Tên đợt điều tra', value: survey.title },
      { label: 'Đơn vị tổ chức', value: survey.organiser },
      { label: 'Số kế hoạch', value: survey.plan_number || 'Chưa điền' },
      { label: 'Ngày kế hoạch', value: survey.plan_date === '' ? 'Chưa điền' : showDay(survey.plan_date) },
      { label: 'Đầu mối giải đáp', value: survey.contact_office || 'Chưa điền' },
      { label: 'Điện thoại đầu mối', value: survey.contact_phone || 'Chưa điền' },
      {
        label: 'Cách trình bày phiếu',
        value: settingsOf(survey).layout === 'sections' ? 'Mỗi phần một trang' : 'Tất cả trên một trang',
      },
    ],
    fixed: survey.state === 'draft' ? null : 'Thông tin này không sửa được nữa vì thẻ đã in.',
    edit,
    sampleHref: surveyHref(survey, '/chon-mau'),
  }
}

function levelPlan(
  survey: Survey,
  level: Level,
  groups: Group[],
  strata: Stratum[],
): PlanPage['levels'][number] {
  const own = groups.filter((group) => group.level === level.code)
  const units = [...new Map(strata.map((stratum) => [stratum.unit_code, stratum.unit_name]))]
  const quota = (unit: string | null, group: string) =>
    sumQuota(strata.filter((each) => (unit === null || each.unit_code === unit) && each.group_code === group))
  const total = sumQuota(strata)
  return {
    name: level.name,
    summary: `${showCount(units.length)} cơ quan, đơn vị, ${showCount(total)} người`,
    groups: own.map((group) => group.name),
    units: units.map(([code, name]) => ({
      code,
      name,
      href: surveyHref(survey, `/don-vi/${code}`),
      quotas: own.map((group) => {
        const planned = strata
          .filter((each) => each.unit_code === code && each.group_code === group.code)
          .reduce((sum, each) => sum + each.plan_quota, 0)
        const now = quota(code, group.code)
        return now === planned ? showCount(now) : `${showCount(now)} (kế hoạch ${showCount(planned)})`
      }),
      total: showCount(sumQuota(strata.filter((each) => each.unit_code === code))),
    })),
    totals: own.map((group) => showCount(quota(null, group.code))),
    total: showCount(total),
  }
}

function sumQuota(strata: Stratum[]): number {
  return strata.reduce((sum, stratum) => sum + stratum.quota, 0)
}

export function detailsForm(survey: Survey): DetailsForm {
  const { title, organiser, plan_number, plan_date, contact_office, contact_phone } = survey
  const { layout } = settingsOf(survey)
  return {
    action: surveyHref(survey, '/ke-hoach'),
    values: { title, organiser, plan_number, plan_date, contact_office, contact_phone, layout },
    errors: [],
    messages: {},
  }
}

export function questionnairesPage(
  levels: Level[],
  groups: Group[],
  questionnaires: Questionnaire[],
): QuestionnairesPage {
  const items = (each: Questionnaire) => each.sections.reduce((sum, section) => sum + section.items.length, 0)
  // As in the plan: level by level, group by group.
  const order = levels.flatMap((level) =>
    groups.filter((group) => group.level === level.code).map((group) => group.questionnaire),
  )
  const ordered = [...questionnaires].sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code))
  return {
    heading: `${showCount(questionnaires.length)} bộ câu hỏi`,
    questionnaires: ordered.map((each) => ({
      code: each.code,
      title: groups
        .filter((group) => group.questionnaire === each.code)
        .map(
          (group) =>
            `${group.name}, ${levels.find((level) => level.code === group.level)?.name.toLowerCase() ?? ''}`,
        )
        .join('; '),
      summary: `${items(each)} câu hỏi trong ${each.sections.length} phần`,
      sections: each.sections.map((section) => ({
        title: section.title,
        items: section.items.map((item) => ({
          code: item.code,
          text: item.text,
          criterion: item.criterion,
          options: item.options.map((option) => ({
            label: option.label,
            coefficient: option.coefficient === null ? 'không tính' : showExact(option.coefficient),
          })),
        })),
      })),
    })),
  }
}

export function criteriaPage(levels: Level[], sets: CriteriaSet[]): CriteriaPage {
  const ordered = levels.flatMap((level) => {
    const set = sets.find((each) => each.level === level.code)
    return set ? [{ level, set }] : []
  })
  return {
    heading: `Bộ chỉ số của ${ordered.map(({ level }) => level.name.toLowerCase()).join(' và ')}`,
    sets: ordered.map(({ level, set }) => ({
      level: level.name,
      summary: `${domainsOf(set).length} lĩnh vực, 100 điểm, trong đó ${showPointsOf(leavesOf(set, 'survey'))} điểm qua điều tra xã hội học`,
      rows: set.rows.map((row) => ({
        code: row.code,
        name: row.name,
        depth: depthOf(set, row),
        max: showExact(row.max),
        method: row.method === null ? '' : row.method === 'survey' ? 'Điều tra' : 'Thẩm định',
      })),
    })),
  }
}

function depthOf(set: CriteriaSet, row: Criterion): 0 | 1 | 2 {
  if (row.parent === null) return 0
  return set.rows.find((each) => each.code === row.parent)?.parent === null ? 1 : 2
}

function showPointsOf(rows: Criterion[]): string {
  return showNumber(rows.reduce((sum, row) => sum.add(row.max), new Fraction(0)).valueOf())
}

function showExact(text: string): string {
  return text.includes('/') ? text : showNumber(Number(text))
}
