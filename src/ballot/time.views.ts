// "Thời gian thu phiếu" in words: which hours hold where, what may still be changed, and the letter that tells of it.
import { dayOf } from '../lib/clock.ts'
import { showCount, showDay } from '../lib/format.ts'
import type { SecondPersonWords } from '../staff/second-person.ts'
import { graceMinutes, hourFields, latestOf, phaseAt, showHour, type TypedHour } from '../survey/closing.ts'
import { decisionKinds, standingEnd, type DecisionKind } from '../survey/decision.ts'
import type { Decision } from '../survey/decision.queries.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Survey } from '../survey/survey.queries.ts'
import type { Alarm, Extent } from './time.service.ts'

export type TimeForm = 'hours' | 'own' | 'extend' | 'level' | 'reason'

/** What a form held when something was wrong with it. */
export interface TypedTime {
  form: TimeForm
  values: Record<string, string>
  errors: { field: string; text: string }[]
}

interface Field {
  id: string
  name: string
  label: string
  /** A day or an hour is typed as it is written here: a browser's own field may show the month first. */
  type: 'day' | 'hour' | 'select' | 'text' | 'textarea'
  value: string
  error: string | null
  options: { value: string; text: string; chosen: boolean }[]
}

interface Form {
  id: TimeForm
  heading: string
  text: string[]
  action: string
  fields: Field[]
  confirmWord: string | null
  button: string
  danger: boolean
  /** Where a second person has to agree; `drop` is where the request is taken back. */
  seconds: { second: SecondPersonWords; drop: string; name: string; code: string }[]
}

export interface TimePage {
  heading: string
  alarms: Alarm[]
  errors: { text: string; href: string }[]
  text: string
  levels: { name: string; hour: string; state: string; returned: string }[]
  units: { name: string; hour: string; state: string }[]
  forms: Form[]
  decisions: { kind: string; words: string; reason: string; by: string; letter: string | null }[]
}

export interface LetterPage {
  heading: string
  back: string
  /** What stands over the organiser's own name; null where its name does not say. */
  above: string | null
  organiser: string
  subtitle: string
  /** Behind "Kính gửi:" on its line; null where the units follow below each other. */
  to: string | null
  units: string[]
  /** Units that are too many for the letter's first page: a list of its own behind it. */
  annex: string[]
  notice: string | null
  lines: string[]
  year: string
}

export interface ClockPage {
  heading: string
  alarm: string | null
  now: string
}

export interface TimeViews {
  'ballot/time': TimePage
  'ballot/letter': LetterPage
  'ballot/clock': ClockPage
}

export interface TimeInput {
  survey: Survey
  now: Date
  extents: Extent[]
  alarms: Alarm[]
  decisions: Decision[]
  /** Whether the opening has begun: nothing can be changed any more. */
  isFixed: boolean
  mayManage: boolean
  typed: TypedTime | null
  /** Of each level, where two people have to agree. */
  seconds: Map<string, SecondPersonWords>
}

/** The word that is typed before a level is ended. */
export const endWord = 'KET THUC'

/** How a form names a scope. */
export function scopeValue({ scope }: Extent): string {
  return scope.of === 'survey' ? 'dot' : `${scope.of === 'level' ? 'cap' : 'don-vi'}:${scope.code}`
}

export function timePage(input: TimeInput): TimePage {
  const { survey, now, extents, typed } = input
  const levels = extents.filter(({ scope }) => scope.of === 'level')
  const units = extents.filter(({ scope }) => scope.of === 'unit')
  const row = (each: Extent) => ({
    name: each.name,
    hour: each.closesAt === null ? 'Chưa đặt giờ' : showHour(each.closesAt),
    state: stateOf(survey, each, now),
  })
  const forms = input.mayManage && !input.isFixed ? formsFor(input) : []
  return {
    heading: headingOf(survey, units, now),
    alarms: input.alarms,
    errors: (typed?.errors ?? []).map(({ field, text }) => ({
      text,
      href: `#${typed?.form ?? ''}-${field}`,
    })),
    text: `Đến giờ, hệ thống tự bắt đầu và tự kết thúc. Sau giờ kết thúc không nhận mã mới; phiếu đang trả lời dở còn ${graceMinutes} phút để gửi. Mỗi cấp có thể kết thúc riêng; mở niêm phong là một việc chung, khi mọi cấp đã kết thúc, vì cả đợt có một khóa.`,
    levels: levels.map((each) => ({
      ...row(each),
      returned: `${showCount(each.returned)}/${showCount(each.planned)}`,
    })),
    units: units.filter((each) => differs(each, extents, survey)).map(row),
    forms,
    decisions: input.decisions.map((each) => ({
      kind: decisionKinds[each.kind as DecisionKind],
      words: each.words,
      reason: each.reason,
      by: `${showDay(each.made_on)}, ${each.made_by}`,
      letter: isExtension(each) ? surveyHref(survey, `/thoi-gian/cong-van?so=${each.position}`) : null,
    })),
  }
}

export function isExtension({ kind }: Pick<Decision, 'kind'>): boolean {
  return kind === 'extended' || kind === 'reopened'
}

/** Units whose hour is neither the survey's nor that of the rows above. */
function differs(unit: Extent, extents: Extent[], survey: Survey): boolean {
  if (unit.closesAt === survey.closes_at) return false
  return !extents.some(({ scope, closesAt }) => scope.of === 'level' && closesAt === unit.closesAt)
}

/** Until when the last unit takes forms, and whether all do; each level's hour stands below. */
function headingOf(survey: Survey, units: Extent[], now: Date): string {
  if (hasReached(survey, 'opened')) return 'Đã mở niêm phong, thời gian thu phiếu không đổi nữa'
  if (survey.state === 'closed') return 'Đã kết thúc thu phiếu'
  const hours = units.map(({ closesAt }) => closesAt)
  const last = latestOf(hours)
  const alike = new Set(hours).size === 1
  const until = last === null ? '' : `${alike ? 'đến' : 'nơi muộn nhất đến'} ${showHour(last)}`
  if (!hasReached(survey, 'collecting')) {
    const opens =
      survey.opens_at === null ? 'chưa đặt giờ bắt đầu' : `tự bắt đầu lúc ${showHour(survey.opens_at)}`
    if (last !== null) return `Thu phiếu ${until}, ${opens}`
    return survey.opens_at === null ? 'Chưa đặt giờ thu phiếu' : `Thu phiếu ${opens}, chưa đặt giờ kết thúc`
  }
  if (last === null)
    return alike ? 'Đang thu phiếu, chưa đặt giờ kết thúc' : 'Đang thu phiếu, có nơi chưa đặt giờ kết thúc'
  if (phaseAt(last, now) === 'open') return `Đang thu phiếu, ${until}`.replace(', đến', ' đến')
  return `Đã hết giờ thu phiếu lúc ${showHour(last)}`
}

function stateOf(survey: Survey, { closesAt }: Extent, now: Date): string {
  if (!hasReached(survey, 'collecting')) return 'Chưa bắt đầu'
  if (survey.state !== 'collecting') return 'Đã kết thúc'
  const phase = phaseAt(closesAt, now)
  return { open: 'Đang nhận phiếu', grace: 'Hết giờ, chờ phiếu dở', over: 'Đã kết thúc' }[phase]
}

function formsFor(input: TimeInput): Form[] {
  const { survey } = input
  if (!hasReached(survey, 'collecting')) return [hoursForm(input), ownForm(input)]
  if (survey.state === 'collecting')
    return [...(survey.closes_at === null ? [hoursForm(input)] : []), extendForm(input), ...levelForm(input)]
  return [extendForm(input), ...reasonForm(input)]
}

function hoursForm(input: TimeInput): Form {
  const [opens, closes] = [input.survey.opens_at, input.survey.closes_at].map(typedHour)
  const started = hasReached(input.survey, 'collecting')
  const make = fieldMaker(input, 'hours')
  return {
    ...plain,
    id: 'hours',
    heading: 'Giờ chung của cả đợt',
    text: started ? [] : ['Bỏ trống cả ngày và giờ nếu muốn tự bấm bắt đầu, kết thúc.'],
    action: surveyHref(input.survey, '/thoi-gian'),
    fields: [
      ...(started
        ? []
        : [
            make('ngay-bat-dau', 'Ngày bắt đầu', 'day', opens?.day ?? ''),
            make('gio-bat-dau', 'Giờ bắt đầu', 'hour', opens?.time ?? ''),
          ]),
      make('ngay-ket-thuc', 'Ngày kết thúc', 'day', closes?.day ?? ''),
      make('gio-ket-thuc', 'Giờ kết thúc', 'hour', closes?.time ?? ''),
    ],
    button: 'Lưu giờ chung',
  }
}

/** "20/10/2022" and "17:00" */
function typedHour(at: string | null): TypedHour {
  const { day, time } = hourFields(at)
  return { day: day.split('-').reverse().join('/'), time }
}

function ownForm(input: TimeInput): Form {
  const make = fieldMaker(input, 'own')
  return {
    ...plain,
    id: 'own',
    heading: 'Giờ kết thúc riêng của một cấp hoặc một đơn vị',
    text: ['Bỏ trống cả ngày và giờ để theo giờ chung.'],
    action: surveyHref(input.survey, '/thoi-gian/rieng'),
    fields: [
      scopeField(input, 'own', ({ scope }) => scope.of !== 'survey'),
      make('ngay', 'Ngày kết thúc', 'day', ''),
      make('gio', 'Giờ kết thúc', 'hour', ''),
    ],
    button: 'Lưu giờ riêng',
  }
}

function extendForm(input: TimeInput): Form {
  const make = fieldMaker(input, 'extend')
  const closed = input.survey.state === 'closed'
  return {
    ...plain,
    id: 'extend',
    heading: closed ? 'Thu phiếu lại' : 'Gia hạn',
    text: [
      ...(closed ? ['Làm được cho đến khi mở niêm phong. Nơi không được chọn vẫn kết thúc như cũ.'] : []),
      'Nơi nằm trong phạm vi được chọn mà có giờ sớm hơn cũng theo giờ mới. Công văn gia hạn được soạn sẵn.',
    ],
    action: surveyHref(input.survey, '/thoi-gian/gia-han'),
    fields: [
      scopeField(input, 'extend', () => true),
      make('ngay', 'Ngày kết thúc mới', 'day', ''),
      make('gio', 'Giờ kết thúc mới', 'hour', ''),
      make('ly-do', 'Lý do, kèm số văn bản nếu có', 'textarea', ''),
    ],
    button: closed ? 'Thu phiếu lại' : 'Gia hạn',
  }
}

function levelForm(input: TimeInput): Form[] {
  const open = input.extents.filter(
    ({ scope, closesAt }) => scope.of === 'level' && phaseAt(closesAt, input.now) === 'open',
  )
  if (open.length === 0) return []
  const make = fieldMaker(input, 'level')
  const seconds = open.flatMap((each) => {
    const code = each.scope.of === 'level' ? each.scope.code : ''
    const second = input.seconds.get(code)
    return second === undefined
      ? []
      : [{ second, name: each.name, code, drop: surveyHref(input.survey, '/thoi-gian/ket-thuc-som/rut') }]
  })
  return [
    {
      ...plain,
      id: 'level',
      heading: 'Kết thúc sớm một cấp',
      text: [
        'Cấp được chọn không nhận mã mới từ lúc này; cấp khác tiếp tục thu. Muốn kết thúc cả đợt, hãy dùng trang Thu phiếu, mở niêm phong.',
        'Cấp chưa thu đủ phiếu thì phải ghi lý do.',
      ],
      action: surveyHref(input.survey, '/thoi-gian/ket-thuc-som'),
      fields: [
        scopeField(input, 'level', (each) => open.includes(each)),
        make('ly-do', 'Lý do, kèm số văn bản nếu có', 'textarea', ''),
        make('_xac_nhan', `Gõ ${endWord} để xác nhận`, 'text', ''),
      ],
      confirmWord: endWord,
      button: seconds.some(({ second }) => second.part === 'first') ? 'Đề nghị kết thúc sớm' : 'Kết thúc sớm',
      danger: true,
      seconds,
    },
  ]
}

function reasonForm(input: TimeInput): Form[] {
  const [all] = input.extents
  const isDecided = standingEnd(input.decisions) !== undefined
  if (isDecided || input.survey.closes_at !== null || (all && all.returned >= all.planned)) return []
  return [
    {
      ...plain,
      id: 'reason',
      heading: 'Ghi lý do đã kết thúc',
      text: ['Chưa thu đủ phiếu và không đặt giờ kết thúc: việc mở niêm phong cần lý do này.'],
      action: surveyHref(input.survey, '/thoi-gian/ly-do'),
      fields: [fieldMaker(input, 'reason')('ly-do', 'Lý do, kèm số văn bản nếu có', 'textarea', '')],
      button: 'Ghi lý do',
    },
  ]
}

const plain = { confirmWord: null, danger: false, seconds: [] }

function fieldMaker({ typed }: TimeInput, form: TimeForm) {
  return (name: string, label: string, type: Field['type'], value: string): Field => ({
    id: `${form}-${name}`,
    name,
    label,
    type,
    value: typed?.form === form ? (typed.values[name] ?? '') : value,
    error: typed?.form === form ? (typed.errors.find(({ field }) => field === name)?.text ?? null) : null,
    options: [],
  })
}

function scopeField(input: TimeInput, form: TimeForm, isMeant: (extent: Extent) => boolean): Field {
  const field = fieldMaker(input, form)('pham-vi', 'Phạm vi', 'select', '')
  const options = input.extents.filter(isMeant).map((each) => ({
    value: scopeValue(each),
    text: each.scope.of === 'survey' ? 'Cả đợt' : each.name,
    chosen: scopeValue(each) === field.value,
  }))
  return { ...field, options }
}

/** More units stand on a list behind the letter. */
const mostAddressed = 40

/** @param units names of those whom the decision is about, in the order of the plan */
export function letterPage(survey: Survey, decision: Decision, units: string[], now: Date): LetterPage {
  const contact = [survey.contact_office, survey.contact_phone]
    .filter((each) => each !== '')
    .join(', điện thoại ')
  const many = units.length > mostAddressed
  const [only] = units
  return {
    heading: 'Công văn gia hạn',
    back: surveyHref(survey, '/thoi-gian'),
    ...headOf(survey.organiser),
    subtitle: 'V/v gia hạn thời gian thu phiếu của đợt điều tra xã hội học',
    to: many
      ? 'Các cơ quan, đơn vị trong danh sách kèm theo'
      : units.length === 1 && only !== undefined
        ? only
        : null,
    units: many || units.length === 1 ? [] : units,
    annex: many ? units : [],
    notice: survey.rehearsal === 1 || survey.illustrative === 1 ? 'Bản thử, không gửi đi' : null,
    lines: [
      `${basisOf(survey)}${survey.organiser} đang tổ chức đợt “${survey.title}”.`,
      `${survey.organiser} thông báo gia hạn thời gian nhận phiếu như sau: ${decision.words}`,
      `Lý do: ${decision.reason.replace(/[.;,\s]*$/, '')}.`,
      'Đề nghị cơ quan, đơn vị thông báo cho những người đã nhận thẻ mà chưa gửi phiếu. Thẻ đã phát vẫn dùng được; người đã gửi phiếu không phải làm gì thêm. Đề nghị gửi phiếu trước giờ trên; sau giờ đó không bắt đầu trả lời được nữa.',
      ...(contact === '' ? [] : [`Cần trao đổi, xin liên hệ ${contact}.`]),
    ],
    year: dayOf(now).slice(0, 4),
  }
}

/** "Thực hiện Kế hoạch số 12/KH-UBND ngày 05/10/2022, "; empty while no plan is named. */
function basisOf(survey: Survey): string {
  const plan = survey.plan_number === '' ? survey.plan_title : `Kế hoạch số ${survey.plan_number}`
  const date = survey.plan_date === '' ? '' : ` ngày ${showDay(survey.plan_date)}`
  return plan === '' ? '' : `Thực hiện ${plan}${date}, `
}

/** "Sở Nội vụ tỉnh Bình Phước" issues under "UBND tỉnh Bình Phước", and then leaves the province out. */
function headOf(organiser: string): { above: string | null; organiser: string } {
  const [, office, province] = /^(Sở .+?) ((?:tỉnh|thành phố) .+)$/.exec(organiser) ?? []
  return office === undefined || province === undefined
    ? { above: null, organiser }
    : { above: `UBND ${province}`, organiser: office }
}
