// "Giữ khóa" in words: who holds the key, what each holder has still to do, and the paper that is shown once.
import { showDay } from '../lib/format.ts'
import { nameActor } from '../staff/actor.ts'
import type { ErrorLink, SelectField } from '../staff/fields.ts'
import { custodyModes, custodyOf, isCouncilHeld, type CustodyMode } from '../survey/custody-mode.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import { settingsOf, type Survey } from '../survey/survey.queries.ts'
import type { KeyHolder, Person } from './key-holder.queries.ts'
import type { HolderSlip } from './key-holder.service.ts'
import { paperHint, paperLabel, type PaperField, type PaperSlip } from './key-paper.ts'
import type { PaperPage } from './paper.views.ts'

export interface CustodyPage {
  heading: string
  text: string
  errors: ErrorLink[]
  /** The choice, while it can still be made; null afterwards or for who may not. */
  choice: {
    action: string
    options: { value: string; label: string; hint: string; chosen: boolean }[]
  } | null
  holders: {
    position: string
    who: string
    state: string
    ok: boolean
    /** Who takes over, with the way out; null while nobody does. */
    next: { text: string; dropAction: string | null } | null
  }[]
  naming: { action: string; selects: SelectField[]; note: string | null } | null
  mine: MyPaper | null
  rehearsal: { action: string; text: string; papers: PaperField[] } | null
  handOver: { action: string; selects: SelectField[] } | null
  taking: { action: string; heading: string; text: string; position: string; papers: PaperField[] } | null
}

export interface MyPaper {
  heading: string
  text: string
  /** Makes a paper; null when that is not possible any more. */
  make: { action: string; seen: string; button: string } | null
  check: { action: string; paper: PaperField } | null
}

export interface CustodyViews {
  'ballot/custody': CustodyPage
  'ballot/paper': PaperPage
}

export interface CustodyInput {
  survey: Survey
  holders: KeyHolder[]
  eligible: Person[]
  /** What has still to be done before collecting may start; null when nothing. */
  missing: string | null
  /** Who looks. */
  viewer: { id: string; manages: boolean; opens: boolean }
  typed: TypedCustody
}

/** What was sent, kept when something is wrong with it. */
export interface TypedCustody {
  named: string[]
  holderSlips: HolderSlip[]
  /** Which form the papers were typed into. */
  form: 'check' | 'rehearsal' | 'taking' | null
  papers: string[]
  slips: PaperSlip[]
  handOver: { position: string; staff: string; error: string | null } | null
}

export const nothingSent: TypedCustody = {
  named: [],
  holderSlips: [],
  form: null,
  papers: [],
  slips: [],
  handOver: null,
}

export function custodyPage(input: CustodyInput): CustodyPage {
  const { survey, holders, viewer, typed } = input
  const started = hasReached(survey, 'collecting')
  const opened = hasReached(survey, 'opened')
  const council = isCouncilHeld(settingsOf(survey))
  return {
    ...headline(input),
    errors: errorsOf(typed),
    choice: started || !viewer.manages ? null : choiceOf(survey),
    holders: holders.map((holder) => holderRow(input, holder)),
    naming: started || !council || !viewer.manages ? null : namingOf(input),
    mine: opened ? null : myPaper(input),
    rehearsal: started || !council || !viewer.opens ? null : rehearsalOf(input),
    handOver: started && !opened && viewer.manages && holders.length > 0 ? handOverOf(input) : null,
    taking: opened || !viewer.opens ? null : takingOf(input),
  }
}

function headline({ survey, missing }: CustodyInput): Pick<CustodyPage, 'heading' | 'text'> {
  const custody = custodyOf(settingsOf(survey))
  if (hasReached(survey, 'opened'))
    return {
      heading: 'Đã mở niêm phong: khóa đã hủy',
      text:
        custody.needed === 0
          ? 'Tệp khóa trên máy chủ đã bị ghi đè và xóa. Hãy hủy cả các bản sao lưu của nó; biên bản có danh sách.'
          : 'Các phần khóa không còn mở được gì trên máy chủ. Người giữ khóa hãy hủy tờ giấy của mình; biên bản có danh sách.',
    }
  if (custody.needed === 0)
    return {
      heading: 'Máy chủ giữ khóa',
      text: 'Khóa nằm trên máy chủ, ngoài cơ sở dữ liệu. Hai người của hai cơ quan cùng mở niêm phong; người điều hành máy chủ mở được một mình, khi đó biên bản ghi rõ.',
    }
  const rule = `Cần ${custody.needed} trong ${custody.holders} phần khóa để mở niêm phong. Mất từ ${custody.holders - custody.needed + 1} phần khóa trở lên thì mất toàn bộ phiếu, không ai mở lại được.`
  if (hasReached(survey, 'collecting'))
    return { heading: `${custody.holders} người giữ khóa, cần ${custody.needed} phần khóa để mở`, text: rule }
  return missing === null
    ? { heading: 'Việc giữ khóa đã sẵn sàng, có thể bắt đầu thu phiếu', text: rule }
    : { heading: `Việc giữ khóa chưa xong: ${missing}`, text: rule }
}

const choiceWords: Record<CustodyMode, { label: string; hint: string }> = {
  'server-held': {
    label: 'Máy chủ giữ khóa',
    hint: 'Không cần giấy tờ. Hai người của hai cơ quan cùng mở niêm phong. Người điều hành máy chủ mở được một mình; biên bản và bản kết quả ghi rõ.',
  },
  'council-2-of-3': {
    label: 'Ba người giữ khóa, cần hai phần khóa để mở',
    hint: 'Ba người của ba cơ quan, mỗi người giữ một tờ giấy. Mất một tờ vẫn mở được; mất hai tờ thì mất toàn bộ phiếu. Đơn vị tổ chức không đọc được phiếu trước khi người giữ khóa mở niêm phong.',
  },
  'council-3-of-5': {
    label: 'Năm người giữ khóa, cần ba phần khóa để mở',
    hint: 'Năm người của năm cơ quan. Mất hai tờ vẫn mở được; mất ba tờ thì mất toàn bộ phiếu.',
  },
}

function choiceOf(survey: Survey): CustodyPage['choice'] {
  const { custody } = settingsOf(survey)
  return {
    action: surveyHref(survey, '/giu-khoa/hinh-thuc'),
    options: custodyModes.map((value) => ({ value, ...choiceWords[value], chosen: value === custody })),
  }
}

function holderRow({ survey, viewer }: CustodyInput, holder: KeyHolder): CustodyPage['holders'][number] {
  const opened = hasReached(survey, 'opened')
  return {
    position: String(holder.position),
    who: nameActor(holder),
    state: opened ? 'Đã mở, hãy hủy tờ giấy' : stateWithDay(holder),
    ok: opened || holder.checkedOn !== null,
    next:
      holder.next === null
        ? null
        : {
            text: `Đang bàn giao cho ${nameActor(holder.next)}: ${holder.next.publicKey === null ? 'chưa tạo phần khóa mới' : 'đã tạo phần khóa mới, chờ nhập hai tờ'}`,
            dropAction: viewer.manages ? surveyHref(survey, '/giu-khoa/thoi-ban-giao') : null,
          },
  }
}

function stateOf({ publicKey, checkedOn }: KeyHolder): string {
  if (publicKey === null) return 'Chưa tạo phần khóa'
  return checkedOn === null ? 'Đã tạo, chưa kiểm tra' : 'Đã kiểm tra'
}

function stateWithDay(holder: KeyHolder): string {
  const { madeOn, checkedOn } = holder
  if (checkedOn !== null) return `Đã kiểm tra ngày ${showDay(checkedOn)}`
  return madeOn === null ? stateOf(holder) : `Đã tạo ngày ${showDay(madeOn)}, chưa kiểm tra`
}

function namingOf({ survey, holders, eligible, typed }: CustodyInput): CustodyPage['naming'] {
  const { holders: wanted } = custodyOf(settingsOf(survey))
  const selects = Array.from({ length: wanted }, (_, at): SelectField => {
    const chosen = typed.named[at] ?? holders[at]?.id ?? ''
    return personSelect(
      `nguoi-giu-${at + 1}`,
      `Phần khóa ${at + 1}`,
      eligible,
      chosen,
      typed.holderSlips.find(({ place }) => place === at + 1)?.text ?? null,
    )
  })
  const agencies = new Set(eligible.map(({ agency }) => agency.code)).size
  const note =
    agencies < wanted
      ? `Mới có người của ${agencies} cơ quan mở được niêm phong; cần ${wanted}. Hãy nhờ người quản trị tạo tài khoản và giao vai trò “Thành viên Hội đồng, Tổ giúp việc”.`
      : null
  return { action: surveyHref(survey, '/giu-khoa/nguoi-giu'), selects, note }
}

function personSelect(
  id: string,
  label: string,
  people: Person[],
  chosen: string,
  error: string | null,
): SelectField {
  return {
    id,
    label,
    hint: '',
    options: [
      { value: '', text: 'Chọn người', chosen: !people.some((person) => person.id === chosen) },
      ...people.map((person) => ({
        value: person.id,
        text: nameActor(person),
        chosen: person.id === chosen,
      })),
    ],
    error,
  }
}

/** What the person who looks does with a paper of their own: as a holder, or as one who takes over. */
function myPaper({ survey, holders, viewer, typed }: CustodyInput): MyPaper | null {
  const make = (seen: string | null, again: boolean) => ({
    action: surveyHref(survey, '/giu-khoa/tao'),
    seen: seen ?? '',
    button: again ? 'Tạo lại phần khóa (tờ cũ không dùng được nữa)' : 'Tạo và hiện phần khóa',
  })
  const once =
    'Phần khóa chỉ hiện một lần, ở máy này. Hãy chuẩn bị giấy bút hoặc máy in đặt cạnh mình, không để người khác nhìn thấy.'
  const taking = holders.find(({ next }) => next?.id === viewer.id)
  if (taking?.next)
    return {
      heading: `Nhận bàn giao phần khóa ${taking.position}`,
      text:
        taking.next.publicKey === null
          ? `${nameActor(taking)} bàn giao phần khóa ${taking.position} cho anh/chị. ${once} Sau đó hai người cùng nhập tờ cũ và tờ mới ở trang này.`
          : 'Anh/chị đã tạo phần khóa mới. Bây giờ hai người cùng nhập tờ cũ và tờ mới ở phần dưới. Chỉ tạo lại khi tờ mới bị hỏng hoặc thất lạc.',
      make: make(taking.next.publicKey, taking.next.publicKey !== null),
      check: null,
    }
  const own = holders.find(({ id }) => id === viewer.id)
  if (!own) return null
  const slip = typed.form === 'check' ? (typed.slips[0]?.text ?? null) : null
  const value = typed.form === 'check' ? (typed.papers[0] ?? '') : ''
  const check =
    own.publicKey === null
      ? null
      : {
          action: surveyHref(survey, '/giu-khoa/kiem-tra'),
          paper: {
            id: 'phan-khoa',
            label: 'Phần khóa trên tờ giấy của tôi',
            hint: paperHint,
            value,
            error: slip,
          },
        }
  return {
    heading: `Phần khóa ${own.position} của tôi: ${stateOf(own).toLowerCase()}`,
    text:
      own.publicKey === null
        ? once
        : own.checkedOn === null
          ? 'Hãy nhập lại phần khóa từ tờ giấy để chắc chắn đã chép đúng. Máy chủ không giữ phần khóa nào.'
          : `Kiểm tra lần gần nhất ngày ${showDay(own.checkedOn)}. Hãy kiểm tra lại một tuần trước khi kết thúc thu phiếu.`,
    make: own.sealedShare === null ? make(own.publicKey, own.publicKey !== null) : null,
    check,
  }
}

function rehearsalOf({ survey, holders, typed }: CustodyInput): CustodyPage['rehearsal'] {
  const { needed, holders: wanted } = custodyOf(settingsOf(survey))
  if (holders.filter(({ checkedOn }) => checkedOn !== null).length < wanted) return null
  const done = survey.custody_rehearsed_on
  return {
    action: surveyHref(survey, '/giu-khoa/dien-tap'),
    text:
      done === null
        ? `${needed} người giữ khóa cùng nhập phần khóa để mở một phiếu thử. Phải diễn tập xong mới bắt đầu thu phiếu được; khóa thật chỉ được tạo lúc bắt đầu thu phiếu.`
        : `Đã diễn tập ngày ${showDay(done)}: phiếu thử mở được. Có thể diễn tập lại với những người khác.`,
    papers: fieldsOf('dien-tap', needed, typed.form === 'rehearsal' ? typed : nothingSent),
  }
}

function fieldsOf(id: string, count: number, { papers, slips }: TypedCustody): PaperField[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${id}-${at + 1}`,
    label: paperLabel(at + 1),
    hint: at === 0 ? paperHint : '',
    value: papers[at] ?? '',
    error: slips.find(({ place }) => Math.min(place, count) === at + 1)?.text ?? null,
  }))
}

function handOverOf({ survey, holders, eligible, typed }: CustodyInput): CustodyPage['handOver'] {
  const chosen = typed.handOver
  return {
    action: surveyHref(survey, '/giu-khoa/ban-giao'),
    selects: [
      {
        id: 'phan',
        label: 'Phần khóa cần bàn giao',
        hint: '',
        options: holders.map((holder) => ({
          value: String(holder.position),
          text: `${holder.position}: ${nameActor(holder)}`,
          chosen: String(holder.position) === chosen?.position,
        })),
        error: null,
      },
      personSelect('nguoi-nhan', 'Người nhận', eligible, chosen?.staff ?? '', chosen?.error ?? null),
    ],
  }
}

/** Both papers in one form: the old one opens the share, the new one is seen to be right before the old one is void. */
function takingOf({ survey, holders, viewer, typed }: CustodyInput): CustodyPage['taking'] {
  const holder = holders.find(
    ({ id, next }) => next !== null && next.publicKey !== null && [id, next.id].includes(viewer.id),
  )
  if (!holder?.next) return null
  const fields = fieldsOf('ban-giao', 2, typed.form === 'taking' ? typed : nothingSent)
  const labels = [`Tờ cũ của ${holder.name}`, `Tờ mới của ${holder.next.name}`]
  return {
    action: surveyHref(survey, '/giu-khoa/nhan'),
    heading: `Hoàn tất bàn giao phần khóa ${holder.position}`,
    text: `${nameActor(holder)} và ${nameActor(holder.next)} cùng nhập hai tờ trên một máy. Khi xong, tờ cũ không mở được gì trên máy chủ nữa; cùng một bản sao lưu cũ thì còn, nên phải hủy ngay.`,
    position: String(holder.position),
    papers: fields.map((field, at) => ({ ...field, label: labels[at] ?? field.label })),
  }
}

function errorsOf({ holderSlips, form, slips, handOver }: TypedCustody): ErrorLink[] {
  const ids = { check: 'phan-khoa', rehearsal: 'dien-tap', taking: 'ban-giao' }
  return [
    ...holderSlips.map(({ place, text }) => ({ text, href: `#nguoi-giu-${place}` })),
    ...slips.map(({ place, text }) => ({
      text,
      href:
        form === 'check' || form === null
          ? '#phan-khoa'
          : `#${ids[form]}-${Math.min(place, form === 'taking' ? 2 : 5)}`,
    })),
    ...(handOver?.error ? [{ text: handOver.error, href: '#nguoi-nhan' }] : []),
  ]
}
