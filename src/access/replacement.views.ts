// "Thay thẻ, nâng mức" in words: the heading says whether somebody waits for a decision, the counts say what is possible.
import { showCount, showDay } from '../lib/format.ts'
import { errorLinks, errorOf, type ErrorLink } from '../staff/fields.ts'
import { decisionKinds } from '../survey/decision.ts'
import type { Decision } from '../survey/decision.queries.ts'
import { hasReached, surveyHref } from '../survey/survey.ts'
import type { Stratum, Survey } from '../survey/survey.queries.ts'
import { slipSentence } from './code-slip.ts'
import type { CodeSlip } from './redeem.service.ts'
import {
  inCirculation,
  lossReasons,
  mayRaiseCap,
  outstandingRefused,
  reservesLeft,
  type ActSlip,
  type ReplacementAct,
  type TypedAct,
} from './replacement.ts'

interface Choice {
  value: string
  text: string
  chosen: boolean
}

/** One of the four forms; fields that it does not have are null. Ids begin with the act. */
export interface ActForm {
  act: ReplacementAct
  action: string
  code: { error: string | null } | null
  strata: { options: Choice[]; error: string | null } | null
  loss: { options: Choice[]; error: string | null } | null
  number: { value: string; error: string | null } | null
  reason: { label: string; value: string; error: string | null }
  agree: { text: string; error: string | null }
  button: { text: string; danger: boolean }
}

export interface ReplacementPage {
  heading: string
  errors: ErrorLink[]
  figures: { label: string; value: string }[]
  /** Groups whose cards were turned away and wait for a decision. */
  refused: { name: string; words: string; note: string }[]
  /** null once the box is open: then only the decisions are to be read. */
  forms: { void: ActForm; replace: ActForm | null; reserves: ActForm; raise: ActForm | null } | null
  issueHref: string
  strata: { name: string; cells: string[] }[]
  decisions: { day: string; kind: string; words: string; reason: string; by: string }[]
}

export interface ReplacementViews {
  'access/replacements': ReplacementPage
}

export function replacementPage(
  survey: Survey,
  strata: Stratum[],
  decisions: Decision[],
  wrong?: { typed: TypedAct; slips: ActSlip[] },
): ReplacementPage {
  const waiting = strata.filter((stratum) => outstandingRefused(stratum) > 0)
  const sum = (count: (stratum: Stratum) => number) =>
    showCount(strata.reduce((total, stratum) => total + count(stratum), 0))
  return {
    heading:
      waiting.length === 0
        ? 'Thay thẻ, nâng mức: không có thẻ nào chờ quyết định'
        : `${sum(outstandingRefused)} thẻ bị từ chối vì nhóm đã đủ phiếu, chờ quyết định`,
    errors: wrong
      ? errorLinks(wrong.slips.map(({ field, text }) => ({ field: `${wrong.typed.act}-${field}`, text })))
      : [],
    figures: [
      { label: 'Thẻ đang lưu hành', value: sum(inCirculation) },
      { label: 'Dự phòng còn lại', value: sum(reservesLeft) },
      { label: 'Đã cấp thay', value: sum((each) => each.replaced) },
      { label: 'Thẻ đã hủy', value: sum((each) => each.voided) },
    ],
    refused: waiting.map((stratum) => ({
      name: nameOf(stratum),
      words: `${showCount(outstandingRefused(stratum))} thẻ bị từ chối, mức nhận phiếu ${showCount(stratum.cap)}`,
      note: mayRaiseCap(stratum) ? '' : 'Không nâng được: mức đã bằng số thẻ đang lưu hành.',
    })),
    forms: hasReached(survey, 'opened') ? null : formsOf(survey, strata, wrong),
    issueHref: surveyHref(survey, '/ma'),
    strata: strata.map((stratum) => ({
      name: nameOf(stratum),
      cells: [
        stratum.issued,
        stratum.reserve,
        stratum.replaced,
        stratum.voided,
        inCirculation(stratum),
        stratum.cap,
      ].map(showCount),
    })),
    decisions: decisions.map((decision) => ({
      day: showDay(decision.made_on),
      kind: kindName(decision.kind),
      words: decision.words,
      reason: decision.reason,
      by: decision.made_by,
    })),
  }
}

function formsOf(
  survey: Survey,
  strata: Stratum[],
  wrong: { typed: TypedAct; slips: ActSlip[] } | undefined,
): NonNullable<ReplacementPage['forms']> {
  const base = (act: ReplacementAct, agree: string, button: ActForm['button']): ActForm => {
    const own = wrong?.typed.act === act ? wrong : undefined
    return {
      act,
      action: surveyHref(survey, `/thay-the/${act}`),
      code: null,
      strata: null,
      loss: null,
      number: null,
      reason: {
        label: 'Lý do, kèm số văn bản nếu có',
        value: own?.typed.reason ?? '',
        error: errorOf(own?.slips ?? [], 'ly-do'),
      },
      agree: { text: agree, error: errorOf(own?.slips ?? [], 'dong-y') },
      button,
    }
  }
  const choose = (act: ReplacementAct, some: Stratum[], words: (stratum: Stratum) => string) => {
    const own = wrong?.typed.act === act ? wrong : undefined
    return {
      options: [
        { value: '', text: 'Chọn nhóm', chosen: false },
        ...some.map((stratum) => ({
          value: stratum.id,
          text: `${nameOf(stratum)} (${words(stratum)})`,
          chosen: stratum.id === own?.typed.stratum,
        })),
      ],
      error: errorOf(own?.slips ?? [], 'nhom'),
    }
  }
  const slipsOf = (act: ReplacementAct) => (wrong?.typed.act === act ? wrong.slips : [])
  const withReserve = strata.filter((stratum) => reservesLeft(stratum) > 0)
  const raisable = strata.filter(mayRaiseCap)
  const typed = wrong?.typed
  return {
    void: {
      ...base('huy', 'Tôi đang cầm thẻ này; hủy rồi thì không dùng lại được.', {
        text: 'Hủy thẻ',
        danger: true,
      }),
      code: { error: errorOf(slipsOf('huy'), 'ma') },
    },
    replace:
      withReserve.length === 0
        ? null
        : {
            ...base('thay', 'Đã hỏi lại đầu mối; thẻ cũ không còn.', {
              text: 'Ghi việc thay thẻ',
              danger: false,
            }),
            strata: choose(
              'thay',
              withReserve,
              (each) => `còn ${showCount(reservesLeft(each))} thẻ dự phòng`,
            ),
            loss: {
              options: [
                { value: '', text: 'Chọn lý do', chosen: false },
                ...lossReasons.map(({ code, text }) => ({
                  value: code,
                  text,
                  chosen: typed?.act === 'thay' && code === typed.loss,
                })),
              ],
              error: errorOf(slipsOf('thay'), 'mat'),
            },
            reason: { ...base('thay', '', { text: '', danger: false }).reason, label: 'Ghi thêm, nếu cần' },
          },
    reserves: {
      ...base('du-phong', 'Quyết định này được ghi vào danh sách dưới đây.', {
        text: 'Tăng số thẻ dự phòng',
        danger: false,
      }),
      strata: choose(
        'du-phong',
        strata,
        (each) => `dự phòng ${showCount(each.reserve_quota)}, nhiều nhất ${showCount(each.cap)}`,
      ),
      number: {
        value: typed?.act === 'du-phong' ? typed.reserve : '',
        error: errorOf(slipsOf('du-phong'), 'so'),
      },
    },
    raise:
      raisable.length === 0
        ? null
        : {
            ...base('muc', 'Nhóm này được nhận thêm một phiếu ngoài kế hoạch.', {
              text: 'Nâng mức thêm một',
              danger: true,
            }),
            strata: choose(
              'muc',
              raisable,
              (each) =>
                `mức ${showCount(each.cap)}, chờ quyết định ${showCount(outstandingRefused(each))} thẻ`,
            ),
          },
  }
}

/** As on the first page; a card of another survey is told like a code that does not exist. */
export function voidSlipSentence(slip: CodeSlip): string {
  if (slip.reason === 'unknown')
    return 'Mã này không có trong đợt điều tra này. Hãy so lại từng nhóm bốn ký tự với thẻ.'
  return slip.reason === 'empty' ? 'Hãy nhập mã in trên thẻ cần hủy.' : slipSentence(slip)
}

function kindName(kind: string): string {
  return kind in decisionKinds ? decisionKinds[kind as keyof typeof decisionKinds] : kind
}

function nameOf(stratum: Stratum): string {
  return `${stratum.unit_name} – ${stratum.group_name}`
}
